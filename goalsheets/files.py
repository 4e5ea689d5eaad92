"""Read the files of a content folder: regular, small, UTF-8, and nothing that hides from the eye."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from goalsheets.problems import Problem

MAX_BYTES = 256 * 1024
MAX_LIST_BYTES = 4 * 1024 * 1024
MAX_VALUES = 10_000
MAX_LIST_VALUES = 100_000
"""How large a file may be: a sheet or a page, and one of the lists that stand for a whole city."""
MAX_LINES = 25_000
MAX_ALIKE = 100
"""How many problems of one kind are told of one file; a flood of them would take as long to name as to read."""
MAX_DEPTH = 6
TEXT_FILES = (".yaml", ".md")

_NO_FILE = ("ふつうのファイルではありません。", "このファイルを取り除いてください。")
_EDITOR_FILE = re.compile(r"\..*|.*~|#.*#|Thumbs\.db|desktop\.ini|~\$.*")
_FOREIGN = {
    b"PK\x03\x04": "Excel などのファイル",
    b"\xd0\xcf\x11\xe0": "古い形式の Excel や Word のファイル",
    b"%PDF": "PDF ファイル",
    b"version https://git-lfs": "Git LFS の目印（本体がまだ取得されていないファイル）",
}
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # fillers that leave no mark
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, writing direction
    "\u2028\u2029\ufffd\ufdd0-\ufdef\ufff9-\uffff"
)
HIDDEN = f"[{_HIDDEN}\U000e0000-\U000e007f]"  # tags at last: a second text inside the text
_PRIVATE_USE = "[\ue000-\uf8ff\U000f0000-\U0010ffff]"
_CP1252 = re.escape(bytes(set(range(0x80, 0xC0)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252"))
_MOJIBAKE = (
    "[\u00c2-\u00f4][\u00a0-\u00bf]"  # UTF-8 read as Latin-1
    f"|[\u00e2-\u00ef][{_CP1252}]{{2}}"  # UTF-8 read as a Western Windows encoding
    "|[縺繧繝].{0,3}[縺繧繝]"  # UTF-8 read as Shift_JIS: every kana begins with one of these
)
_SUSPECT = re.compile(f"[{_HIDDEN}\ue000-\uf8ff\u00c2-\u00d6\u00d8-\u00f4縺繧繝\U00010000-\U0010ffff]")
"""What calls for a closer look; a range for all letters beyond the first 65,536 is faster than the right ones."""
_CONFLICT = re.compile(r"^(<{7}|>{7})(?: .*)?$", re.MULTILINE)


Signature = str
"""Size, time of change of the content and of the entry (ns), and inode: alike means not touched since."""


class Found(NamedTuple):
    """Name a content file before it is read: its path inside the folder, as shown to people, and where it is."""

    path: str
    shown: str
    file: str
    signature: Signature


class Source(NamedTuple):
    """Hold one file: its path inside the content folder, as shown to people, its digest and its text.

    The text has LF line ends, no byte order mark and no control or invisible characters.
    """

    path: str
    shown: str
    digest: str
    text: str

    @property
    def most_values(self) -> int:
        """Return how many values the file may have."""
        return MAX_VALUES if "/" in self.path else MAX_LIST_VALUES


def scan(folder: Path) -> tuple[list[Found], list[Problem]]:
    """Find every YAML and Markdown file below a folder, in the order of their paths, without reading any."""
    problems: list[Problem] = []
    if not folder.is_dir():
        problem = Problem(
            str(folder),
            1,
            1,
            "内容のフォルダーがありません。",
            "--content で正しいフォルダーを指定してください。",
        )
        return [], [problem]
    found: list[Found] = []
    _walk(str(folder), "", found, problems)
    return found, problems


def read(found: Found) -> tuple[Source | None, list[Problem]]:
    """Read one file; the bound holds even where the size the system tells is wrong."""
    data, problems = _bytes_of(found)
    if data is None:
        return None, problems
    text, problems = decode(data, found.shown)
    if text is None:
        return None, problems
    return Source(found.path, found.shown, hashlib.blake2b(data, digest_size=16).hexdigest(), text), problems


def _shown(path: str) -> str:
    return path if path.isascii() else path.encode("utf-8", "backslashreplace").decode()


def _walk(folder: str, inside: str, found: list[Found], problems: list[Problem]) -> None:
    """Find the content files in order; name links, special files and files of other kinds."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        message = f"フォルダーを開けません（{error.strerror}）。"
        problems.append(Problem(_shown(folder), 1, 1, message, "フォルダーの権限を確かめてください。"))
        return
    for entry in entries:
        name = entry.name
        if _EDITOR_FILE.fullmatch(name):
            continue
        file, path = f"{folder}/{name}", f"{inside}{name}"
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # it went since the folder was listed, as files do that are being saved
            continue
        if _is_content(name, status):
            signature = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
            found.append(Found(path, _shown(file), file, signature))
        elif problem := _unfit(entry, _shown(file)):
            problems.append(problem)
        elif path.count("/") >= MAX_DEPTH:
            hint = "シートは sheets/年度/部署/課.yaml に置いてください。"
            problems.append(Problem(_shown(file), 1, 1, "フォルダーが深すぎます。", hint))
        else:
            _walk(file, f"{path}/", found, problems)


def _is_content(name: str, status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and name.endswith(TEXT_FILES) and name.isprintable()


def _unfit(entry: os.DirEntry[str], shown: str) -> Problem | None:
    """Say why an entry of a folder cannot be content."""
    name, folder = entry.name.lower(), entry.is_dir(follow_symlinks=False)
    if not entry.name.isprintable():
        words = (
            "ファイル名に使えない文字があります。",
            "半角の英小文字・数字・ハイフンの名前に変えてください。",
        )
    elif entry.is_symlink():
        words = (
            "リンク（シンボリックリンク）は読みません。",
            "リンク先の実際のファイルを置いてください。",
        )
    elif folder and name.endswith(TEXT_FILES):
        words = ("フォルダーの名前がファイルのようになっています。", "名前を変えてください。")
    elif not folder and not entry.is_file(follow_symlinks=False):
        words = _NO_FILE
    elif not folder and name.endswith((".yml", *TEXT_FILES)) and not entry.name.endswith(TEXT_FILES):
        words = (
            "拡張子が違うので、このままでは公開されません。",
            "拡張子を小文字の「.yaml」または「.md」にしてください。",
        )
    elif not folder and ".yaml." in name:
        words = (
            f"ファイル名の終わりに「{name[name.rindex('.') :]}」が付いているので、このままでは公開されません。",
            "名前の終わりを「.yaml」にしてください（エディターや画面の設定で、拡張子を表示すると見えます）。",
        )
    elif not folder and not name.endswith(TEXT_FILES):
        message = "YAML でも Markdown でもないので読みません。"
        hint = "公開しないファイルは、内容のフォルダーの外に置いてください。"
        return Problem(shown, 1, 1, message, hint, "warning")
    else:
        return None
    return Problem(shown, 1, 1, *words)


def _bytes_of(found: Found) -> tuple[bytes | None, list[Problem]]:
    def refuse(message: str, hint: str) -> tuple[None, list[Problem]]:
        return None, [Problem(found.shown, 1, 1, message, hint)]

    try:
        descriptor = os.open(found.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return refuse(f"ファイルを開けません（{error.strerror}）。", "ファイルの権限を確かめてください。")
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return refuse(*_NO_FILE)
        bound = MAX_BYTES if "/" in found.path else MAX_LIST_BYTES
        data = os.read(descriptor, min(status.st_size, bound) + 1)
    except OSError as error:
        return refuse(f"ファイルを読めません（{error.strerror}）。", "ファイルが壊れていないか確かめてください。")
    finally:
        os.close(descriptor)
    if len(data) > bound:
        words = f"ファイルが大きすぎます（上限 {bound // 1024:,} KB）。"
        sheet = bound == MAX_BYTES
        return refuse(words, f"1つのファイルに{'1枚のシートだけを' if sheet else '要るものだけを'}書いてください。")
    return data, []


def decode(data: bytes, shown: str) -> tuple[str | None, list[Problem]]:
    """Turn the bytes of a file into text, or name every reason why they are none."""
    for start, kind in _FOREIGN.items():
        if data.startswith(start):
            hint = "YAML の文字のファイルに置きかえてください。"
            return None, [Problem(shown, 1, 1, f"中身が{kind}です。", hint)]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:400].count(0) > 20:
        hint = "文字コードを「UTF-8」にして保存し直してください。"
        return None, [Problem(shown, 1, 1, "文字コードが UTF-16 です。", hint)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(data, error, shown)]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        message = f"行が多すぎます（上限 {MAX_LINES:,}行）。"
        return None, [Problem(shown, MAX_LINES + 1, 1, message, "1つのファイルに1枚のシートだけを書いてください。")]
    if not _SUSPECT.search(text) and "<<<<<<<" not in text and ">>>>>>>" not in text:
        return text, []
    problems = [*_hidden_characters(text, shown), *_conflicts(text, shown)]
    if any(problem.level == "error" for problem in problems):
        return None, problems
    return text, problems


def place_of(text: str, index: int) -> tuple[int, int]:
    """Return the line and column, both from 1, of a character of a text."""
    line_start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - line_start + 1


def _not_utf8(data: bytes, error: UnicodeDecodeError, shown: str) -> Problem:
    bom = data.startswith(b"\xef\xbb\xbf")
    good = data[: error.start + (3 if bom else 0)].decode("utf-8-sig", "ignore")
    good = good.replace("\r\n", "\n").replace("\r", "\n")
    line, column = place_of(good, len(good))
    likely = _likely_encoding(data)
    guess = f"（{likely} のようです）" if likely else ""
    hint = "エディターの「文字コードを指定して保存」で「UTF-8」を選び、保存し直してください。"
    return Problem(shown, line, column, f"文字コードが UTF-8 ではありません{guess}。", hint)


def _likely_encoding(data: bytes) -> str:
    """Guess an old Japanese encoding, only to name it: bytes are never read with a guess."""
    for name, words in (("euc_jp", "EUC-JP"), ("cp932", "Shift_JIS")):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        japanese = sum("\u3040" <= letter <= "\u9fff" for letter in text)
        half_width = sum("\uff61" <= letter <= "\uff9f" for letter in text)
        if japanese > half_width:
            return words
    return ""


def _hidden_characters(text: str, shown: str) -> Iterator[Problem]:
    for found in islice(re.finditer(HIDDEN, text), MAX_ALIKE):
        line, column = place_of(text, found.start())
        message = f"目に見えない文字 U+{ord(found[0]):04X} があります。"
        yield Problem(shown, line, column, message, "この文字を消してください。")
    for found in islice(re.finditer(_PRIVATE_USE, text), MAX_ALIKE):
        line, column = place_of(text, found.start())
        code = f"U+{ord(found[0]):04X}"
        message = f"外字（私用領域の文字 {code}）があります。読む人の画面では空白の四角になります。"
        hint = "ふつうの漢字かかなに置きかえ、元の字は notes に書いてください。"
        yield Problem(shown, line, column, message, hint, "warning")
    if broken := re.search(_MOJIBAKE, text):
        line, column = place_of(text, broken.start())
        message = f"文字化けのようです（「{broken[0]}」）。"
        hint = "元の文書から写し直し、文字コードを「UTF-8」にして保存してください。"
        yield Problem(shown, line, column, message, hint, "warning")


def _conflicts(text: str, shown: str) -> Iterator[Problem]:
    if found := _CONFLICT.search(text):
        line, column = place_of(text, found.start())
        message = f"Git の衝突の印（「{found[1]}」）が残っています。"
        hint = "どちらの内容を残すかを決め、「<<<<<<<」「=======」「>>>>>>>」の行を消してください。"
        yield Problem(shown, line, column, message, hint)
