"""Keep the lines of index pages, rendered once with their sheets, in files instead of memory."""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path
from typing import Any, Protocol

_FILE_BITS = 40


class RowWriter:
    """Append lines to one file; positions also tell which file they are in."""

    def __init__(self, path: Path, number: int) -> None:
        self.file = path.open("wb", buffering=0)
        self.position = number << _FILE_BITS

    def append(self, lines: bytes) -> None:
        rest = memoryview(lines)
        while rest:
            rest = rest[self.file.write(rest) :]
        self.position += len(lines)

    def close(self) -> None:
        self.file.close()


class RowStore(Protocol):
    """Give the bytes between two positions."""

    def __getitem__(self, span: slice) -> bytes: ...


class RowReader:
    """Read lines from the files they were written to."""

    def __init__(self, paths: list[Path]) -> None:
        self.files = [_mapped(path) for path in paths]

    def __getitem__(self, span: slice) -> bytes:
        start, stop = int(span.start), int(span.stop)
        number = start >> _FILE_BITS
        base = number << _FILE_BITS
        found: bytes = self.files[number][start - base : stop - base]
        return found


def _mapped(path: Path) -> Any:
    """Map a file into memory; an empty file cannot be mapped."""
    if not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
