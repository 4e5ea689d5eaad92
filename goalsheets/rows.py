"""Keep the lines of index pages, rendered once with their sheets, in files instead of memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

Row = int
"""Where a line of an index page stands: the number of its file, its start there and its length, in 64 bits."""

_LENGTH_BITS, _START_BITS = 21, 33
_LENGTH, _START = (1 << _LENGTH_BITS) - 1, (1 << _START_BITS) - 1


def row_at(start: int, length: int) -> Row:
    """Name a line by its start, as a writer counts it, and its length."""
    if length > _LENGTH or start >> _START_BITS & ~0x3FF:
        message = f"a line of {length} bytes, at {start}, cannot be named"
        raise ValueError(message)
    return start << _LENGTH_BITS | length


class Rows(Protocol):
    """Take the lines that other files are put together from."""

    @property
    def position(self) -> int: ...

    def append(self, lines: bytes) -> None: ...


class RowWriter:
    """Append lines to one file; positions also tell which file they are in."""

    def __init__(self, path: Path, number: int) -> None:
        self.file = path.open("wb", buffering=0)
        self.position = number << _START_BITS

    def append(self, lines: bytes) -> None:
        rest = memoryview(lines)
        while rest:
            rest = rest[self.file.write(rest) :]
        self.position += len(lines)

    def close(self) -> None:
        self.file.close()


class RowStore(Protocol):
    """Give the lines by their rows."""

    def add(self, page: bytearray, rows: Iterable[Row]) -> None: ...


class RowsInMemory:
    """Give lines that were never written to a file."""

    def __init__(self, lines: bytes) -> None:
        self.lines = lines

    def add(self, page: bytearray, rows: Iterable[Row]) -> None:
        """Add some lines to a page."""
        for row in rows:
            start = row >> _LENGTH_BITS
            page += self.lines[start : start + (row & _LENGTH)]


class RowReader:
    """Read lines from the files they were written to, as they are asked for: a large city has more than fits."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.files = [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in paths]

    def add(self, page: bytearray, rows: Iterable[Row]) -> None:
        """Add some lines to a page."""
        files, read = self.files, os.pread
        for row in rows:
            page += read(files[row >> _LENGTH_BITS + _START_BITS], row & _LENGTH, row >> _LENGTH_BITS & _START)

    def close(self) -> None:
        for file in self.files:
            os.close(file)


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
