"""Tell whether the files of a site can stand together on every computer, and in a zip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import accumulate

MAX_PART, MAX_PATH = 255, 200
"""Bytes of one name that file systems take, and letters of a path that leave Windows room for a folder above it."""

_DEVICE = "(?:con|prn|aux|nul|com[0-9]|lpt[0-9])"
_PLAIN = re.compile(rf"(?:(?!{_DEVICE}/)[a-z0-9-]++/)*+(?!{_DEVICE}\.)[a-z0-9-]++(?:\.[a-z0-9]++)++")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:[ .].*)?", re.IGNORECASE)
_SIGNS = re.compile(r'[<>:"\\|?*%#\x00-\x1f\x7f-\x9f\ud800-\udfff]')


def clashing(paths: AbstractSet[str]) -> list[str]:
    """Name the files that some computer refuses, or would put in the place of another.

    The names that our own addresses make are plain: folders without a dot, files with one, no capitals.
    """
    if all(map(_PLAIN.fullmatch, paths)) and max(map(len, paths), default=0) <= MAX_PATH:
        return []
    refused = (
        f"「{path}」という名前のファイルは作れません（{why}）。" for path in sorted(paths) if (why := _refusal(path))
    )
    return [*refused, *_shared(paths)]


def _refusal(path: str) -> str:
    """Say why some computer refuses a path; nothing where none does."""
    parts = path.split("/")
    if not all(part.strip(".") for part in parts):
        return "空の名前か、点だけの名前があります"
    if found := _SIGNS.search(path):
        return f"U+{ord(found[0]):04X} は使えません"
    if not unicodedata.is_normalized("NFC", path):
        return "濁点などが文字から分かれています"
    if any(part.endswith((".", " ")) for part in parts):
        return "名前が点か空白で終わっています"
    if found := next(filter(None, map(_DEVICES.fullmatch, parts)), None):
        return f"「{found[0]}」は Windows が別の用途に使います"
    if len(path) > MAX_PATH or any(len(part.encode()) > MAX_PART for part in parts):
        return "長すぎます"
    return ""


def _shared(paths: AbstractSet[str]) -> Iterator[str]:
    """Name the paths that are one where capitals do not count, and the files that are folders too."""
    files: dict[str, str] = {}
    for path in sorted(paths):
        folded = _folded(path)
        if folded in files:
            yield f"「{files[folded]}」と「{path}」は、大文字と小文字を分けないコンピューターでは同じファイルです。"
        files.setdefault(folded, path)
    folders = {folder for path in files for folder in accumulate(path.split("/")[:-1], "{}/{}".format)}
    for folded in sorted(files.keys() & folders):
        yield f"「{files[folded]}」は、ファイルとフォルダーの両方の名前です。"


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
