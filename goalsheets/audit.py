"""Check the made site before it is published: what no visitor should ever meet."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from goalsheets.addresses import file_of

_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r' (?:href|src)="([^"]*)"')
_FORBIDDEN = (
    (re.compile(r"<style\b|<[a-z]+[^>]* style=", re.IGNORECASE), "スタイルが直接書かれています"),
    (re.compile(r"<script\b(?![^>]* src=)", re.IGNORECASE), "スクリプトが直接書かれています"),
    (re.compile(r"<[a-z]+[^>]* on[a-z]+=", re.IGNORECASE), "イベント属性があります"),
    (re.compile(r' (?:href|src)="(?:javascript|data|vbscript):', re.IGNORECASE), "危険なリンクがあります"),
    (
        re.compile(r"<built-in method|object at 0x|Undefined\b|\(<nil>\)"),
        "プログラムの値がそのまま出ています",
    ),
)


def audit(files: Mapping[str, bytes], base_path: str) -> list[str]:
    """Return what is wrong with the files of a site, by their paths; nothing where all is well."""
    pages = {path: data.decode() for path, data in files.items() if path.endswith(".html")}
    ids = {path: _ID.findall(text) for path, text in pages.items()}
    known = {path: set(found) for path, found in ids.items()}
    faults: list[str] = []
    for path, text in pages.items():
        if len(ids[path]) != len(known[path]):
            faults.append(f"{path}: 同じ id が2回あります")
        faults += [f"{path}: {words}" for pattern, words in _FORBIDDEN if pattern.search(text)]
        faults += [
            f"{path}: リンク先「{link}」がありません" for link in _dead(path, text, files, known, base_path)
        ]
    return faults


def _dead(
    path: str, text: str, files: Mapping[str, bytes], ids: Mapping[str, set[str]], base_path: str
) -> Iterator[str]:
    for reference in dict.fromkeys(_REFERENCE.findall(text)):
        link = html.unescape(reference)
        if re.match(r"https?:|mailto:", link):
            continue
        target, _, fragment = link.partition("#")
        file = _target(path, unquote(target), base_path)
        if file not in files or (fragment and fragment not in ids.get(file, set())):
            yield link


def _target(path: str, target: str, base_path: str) -> str:
    """Return the file that a link on a page leads to."""
    if not target:
        return path
    if target.startswith("/"):
        return file_of(target.removeprefix(base_path))
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if target.endswith("/") or target in {".", ".."}:
        return file_of("" if joined == "." else f"{joined}/")
    return joined
