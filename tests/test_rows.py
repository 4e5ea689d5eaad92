"""Lines of index pages are read back from their files as they were written."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from array import array
from contextlib import closing
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from goalsheets.rows import Row, RowReader, RowsInMemory, RowStore, RowWriter, digest_of_file, row_at
from tests.samples import ROOT

LINES = ["<li>北区</li>\n".encode(), b"", b"<tr>" * 5_000, "𠮷\x00\n\n".encode(), b"x"]


def written(folder: Path, number: int, lines: list[bytes]) -> tuple[Path, list[Row]]:
    """Write lines to the file of a number; return its path, and the row of each line."""
    path = folder / f"rows-{number}"
    rows = []
    with closing(RowWriter(path, number)) as writer:
        for line in lines:
            start = writer.position
            writer.append(line)
            assert writer.position == start + len(line)
            rows.append(row_at(start, len(line)))
    return path, rows


def line_of(store: RowStore, row: Row) -> bytes:
    page = bytearray()
    store.add(page, [row])
    return bytes(page)


def reader_of(*paths: Path) -> closing[RowReader]:
    return closing(RowReader(paths))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class TestRow:
    @pytest.mark.parametrize("number", [0, 1, 255, 1023])
    def test_it_is_one_number_of_64_bits(self, number: int) -> None:
        end_of_file = (number << 33) + (1 << 33) - 1
        row = row_at(end_of_file, (1 << 21) - 1)
        assert array("Q", [row])[0] == row
        assert (row >> 54, row >> 21 & (1 << 33) - 1, row & (1 << 21) - 1) == (number, (1 << 33) - 1, (1 << 21) - 1)

    def test_no_two_lines_have_the_same(self) -> None:
        places = [(start, length) for start in (0, 1, 1 << 21, 1 << 33) for length in (0, 1, (1 << 21) - 1)]
        assert len({row_at(start, length) for start, length in places}) == len(places)


class TestReading:
    def test_each_line_comes_back_from_its_own_file(self, tmp_path: Path) -> None:
        files = [written(tmp_path, number, [f"{number}".encode() * 9, *LINES]) for number in range(3)]
        with reader_of(*(path for path, _ in files)) as reader:
            for number, (_, rows) in enumerate(files):
                assert [line_of(reader, row) for row in rows] == [f"{number}".encode() * 9, *LINES]

    def test_lines_of_all_files_are_added_to_a_page_in_the_order_asked_for(self, tmp_path: Path) -> None:
        (first, one), (second, two) = (written(tmp_path, number, LINES) for number in range(2))
        page = bytearray(b"<ul>")
        with reader_of(first, second) as reader:
            reader.add(page, [two[4], *one, two[0], two[0]])
            reader.add(page, [])
        assert page == b"".join([b"<ul>", LINES[4], *LINES, LINES[0], LINES[0]])

    def test_lines_that_stand_together_are_the_file(self, tmp_path: Path) -> None:
        path, rows = written(tmp_path, 0, LINES)
        page = bytearray()
        with reader_of(path) as reader:
            reader.add(page, rows)
            assert line_of(reader, row_at(0, len(page))) == page == b"".join(LINES)
        assert path.read_bytes() == b"".join(LINES)

    def test_a_file_without_lines_may_stand_among_the_others(self, tmp_path: Path) -> None:
        empty, _ = written(tmp_path, 0, [])
        path, rows = written(tmp_path, 1, LINES)
        with reader_of(empty, path) as reader:
            assert [line_of(reader, row) for row in rows] == LINES
            assert line_of(reader, row_at(0, 0)) == b""

    def test_a_line_may_stand_far_into_a_file(self, tmp_path: Path) -> None:
        path, far = tmp_path / "rows-0", (1 << 33) - len(LINES[0])
        with path.open("wb") as file:
            file.truncate(far)
            file.seek(far)
            file.write(LINES[0])
        other, (row,) = written(tmp_path, 1, [b"other"])
        with reader_of(path, other) as reader:
            assert line_of(reader, row_at(far, len(LINES[0]))) == LINES[0]
            assert line_of(reader, row) == b"other"

    def test_positions_of_files_do_not_meet(self, tmp_path: Path) -> None:
        rows = [written(tmp_path, number, [b"a"])[1][0] for number in range(200)]
        assert len(set(rows)) == 200
        positions = [row >> 21 for row in rows]
        assert min(after - before for before, after in pairwise(positions)) >= 1 << 33

    def test_a_file_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            RowReader([tmp_path / "rows-0"])

    def test_a_file_that_was_there_before_is_begun_anew(self, tmp_path: Path) -> None:
        written(tmp_path, 0, [b"long" * 100])
        path, (row,) = written(tmp_path, 0, [b"short"])
        with reader_of(path) as reader:
            assert (path.read_bytes(), line_of(reader, row)) == (b"short", b"short")

    def test_closed_it_holds_no_file_open(self, tmp_path: Path) -> None:
        before = open_files()
        paths = [written(tmp_path, number, LINES)[0] for number in range(3)]
        with reader_of(*paths):
            assert open_files() == before + 3
        assert open_files() == before


class TestMemory:
    def test_lines_that_were_never_written_come_back(self) -> None:
        starts = accumulate(map(len, LINES), initial=0)
        rows = [row_at(start, len(line)) for start, line in zip(starts, LINES, strict=False)]
        store = RowsInMemory(b"".join(LINES))
        assert [line_of(store, row) for row in rows] == LINES
        page = bytearray(b"<ul>")
        store.add(page, reversed(rows))
        assert page == b"<ul>" + b"".join(reversed(LINES))


CUT_SHORT = """
import os, resource, signal, sys
from pathlib import Path
from goalsheets.rows import RowWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
writer = RowWriter(Path(sys.argv[1]), 0)
writer.append(b"a" * 600)
try:
    writer.append(b"b" * 600)
    print("silent at", writer.position)
except OSError as error:
    print(os.strerror(error.errno))
"""


class TestWriting:
    def test_what_cannot_be_written_whole_is_an_error(self, tmp_path: Path) -> None:
        """The system may write the first part of a line, and say so only by the count."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", CUT_SHORT, str(tmp_path / "rows-0")],
            check=True,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.stdout == "File too large\n"

    def test_the_digest_is_that_of_the_bytes(self, tmp_path: Path) -> None:
        path, _ = written(tmp_path, 0, LINES)
        assert digest_of_file(path) == hashlib.sha256(b"".join(LINES)).hexdigest()
