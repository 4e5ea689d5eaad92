"""Remember what was made of which file, so that the next build only makes what changed.

A cache is only a saving: it is checked by its own digest, and where anything is amiss all is made anew.
"""

from __future__ import annotations

import hashlib
import json
import stat
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Self

from goalsheets.disk import read_regular
from goalsheets.files import Found, Signature
from goalsheets.problems import Problem
from goalsheets.publishing import Manifest, PublishError, beside
from goalsheets.rows import digest_of_file

MAX_ROW_FILES = 200

_AT_ONCE = 500

_FINE_NS, _COARSE_NS = 100_000_000, 2_000_000_000
"""How long after a change a file system that counts finely, or in whole seconds, may give the same time again."""


class Remembered(NamedTuple):
    """Hold what is known of one content file: how it looked, its digest, its warnings, and its sheet's brief.

    The signature is blank where the file may look the same after a change; warnings and brief are JSON or blank.
    `sources` are the paths, with blanks between, of the other sheets that its page tells of.
    """

    signature: Signature
    digest: str
    warnings: str
    brief: str
    sources: str = ""

    def warned(self, file: Found) -> list[Problem]:
        """Return the warnings of the file, under the name it is found by now."""
        return [Problem(file.shown, *warning[1:]) for warning in json.loads(self.warnings)] if self.warnings else []


UNKNOWN = Remembered("", "", "", "")


class Cache(NamedTuple):
    """Hold what a build left for the next one."""

    program: str
    context: str
    files: dict[str, Remembered]
    manifest: Manifest
    rows: list[tuple[str, str]]

    @property
    def sheets(self) -> int:
        return sum(known.brief != "" for known in self.files.values())

    def warnings(self, found: list[Found]) -> list[Problem]:
        """Return what was warned of, under the names that the files are found by now."""
        return [
            problem
            for file in found
            if file.path in self.files and self.files[file.path].warnings
            for problem in self.files[file.path].warned(file)
        ]

    def of(self, path: str) -> Remembered:
        """Return what is known of a file; of one that was not there, nothing."""
        return self.files.get(path, UNKNOWN)

    def touched(self, found: list[Found]) -> list[Found] | None:
        """Return the files that may have changed; None where some are new or gone."""
        files = self.files
        if len(files) != len(found) or any(file.path not in files for file in found):
            return None
        return [file for file in found if files[file.path].signature != file.signature]

    def rows_hold(self, site: Path) -> bool:
        """Tell whether the files of lines are as they were written."""
        folder = folder_of(site)
        return all((folder / name).is_file() and digest_of_file(folder / name) == digest for name, digest in self.rows)

    def settle(self, found: list[Found], began: int) -> None:
        """Remember how files look that are, by their digests, what they were."""
        for file in found:
            self.files[file.path] = self.files[file.path]._replace(signature=settled(file, began))

    def save(self, site: Path) -> None:
        """Write the cache beside its site."""
        with Notes(site, self.program, self.rows) as notes:
            for path, known in self.files.items():
                notes.file(path, known)
            notes.finish(self.context, self.rows, self.manifest)


class Notes:
    """Write a cache line by line while a build goes on; what is not finished is removed with the context."""

    def __init__(self, site: Path, program: str, rows: Iterable[tuple[str, str]] = ()) -> None:
        self.folder = folder_of(site)
        self.program = program
        self.kept = {"state", *(name for name, _ in rows)}
        self.fresh = self.folder / "state.new"
        self.digest = hashlib.sha256()
        self.lines: list[str] = []
        self.files = 0

    def __enter__(self) -> Self:
        self.output = self.fresh.open("wb")
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing in the folder that the cache, be it this one or that before, does not name."""
        self.output.close()
        for path in (*self.folder.glob("rows-*"), self.fresh):
            if path.name not in self.kept:
                path.unlink(missing_ok=True)

    def file(self, path: str, known: Remembered) -> None:
        """Note what is known of one content file."""
        self.files += 1
        self._line("\t".join((path, *known)))

    def finish(self, context: str, rows: list[tuple[str, str]], manifest: Manifest) -> None:
        """Note the rest, and put the cache in its place."""
        for row in rows:
            self._line("\t".join(row))
        for path, (digest, size, changed) in manifest.items():
            self._line(f"{path}\t{digest}\t{size}\t{changed}")
        self._write_lines()
        tail = f"{self.program} {context} {self.files} {len(rows)}".encode()
        self.digest.update(tail)
        self.output.write(tail + b" " + self.digest.hexdigest().encode())
        self.output.close()
        self.fresh.rename(self.folder / "state")
        self.kept = {"state", *(name for name, _ in rows)}

    def _line(self, words: str) -> None:
        self.lines.append(words)
        if len(self.lines) >= _AT_ONCE:
            self._write_lines()

    def _write_lines(self) -> None:
        data = "".join([f"{line}\n" for line in self.lines]).encode()
        self.digest.update(data)
        self.output.write(data)
        self.lines.clear()


def folder_of(site: Path) -> Path:
    """Return the folder of a site's cache, which only its owner can write to."""
    folder = beside(site, "cache")
    if folder.is_symlink():
        message = f"{folder} はふつうのフォルダーではありません。取り除いてから、やり直してください。"
        raise PublishError(message)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


def load(site: Path, program: str) -> Cache | None:
    """Read the cache of a site; None where there is none, or it is damaged or of another program."""
    try:
        signed, _, digest = read_regular(beside(site, "cache") / "state").rpartition(b" ")
        if digest != hashlib.sha256(signed).hexdigest().encode():
            return None
        *lines, tail = signed.decode().split("\n")
        made_by, context, files, rows = tail.split(" ")
        if made_by != program:
            return None
        first_row, first_stamp = int(files), int(files) + int(rows)
        remembered, manifest = {}, {}
        for line in lines[:first_row]:
            path, *known = line.split("\t")
            remembered[path] = Remembered(*known)
        for line in lines[first_stamp:]:
            path, digest_of_page, size, changed = line.split("\t")
            manifest[path] = digest_of_page, int(size), int(changed)
        names = [(name, stored) for name, stored in (line.split("\t") for line in lines[first_row:first_stamp])]
        return Cache(program, context, remembered, manifest, names)
    except (OSError, ValueError, TypeError):
        return None


def settled(found: Found, began: int) -> Signature:
    """Return a file's signature, or nothing for a file so new that a further change could look the same."""
    _, changed, entered, _ = map(int, found.signature.split(" "))
    tick = _COARSE_NS if changed % 1_000_000_000 == 0 else _FINE_NS
    return found.signature if max(changed, entered) < began - tick else ""


def now() -> int:
    """Return the time (ns), only ever to compare with the times of files."""
    return time.time_ns()


def digest_of_program(*folders: Path) -> str:
    """Return the digest of the program's own files and templates, of Python, and of the packages beside it.

    Hidden files are none of these: editors leave them, and links, beside what they edit.
    """
    packages = (path for place in sys.path if place.endswith("-packages") for path in Path(place).glob("*.dist-info"))
    digest = hashlib.sha256(repr((sys.version, sorted(path.name for path in packages))).encode())
    for folder in folders:
        for path in sorted(folder.rglob("[!.]*")):
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                message = f"{path} はリンクです。リンク先の実際のファイルを置いてください。サイトは変えていません。"
                raise PublishError(message)
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a pipe would be read for ever
                message = f"{path} はふつうのファイルではありません。取り除いてください。サイトは変えていません。"
                raise PublishError(message)
            if stat.S_ISREG(mode) and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(folder)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
