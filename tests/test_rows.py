"""Lines of index pages are read back from their files as they were written."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from goalsheets.rows import RowReader, RowWriter, digest_of_file
from tests.samples import ROOT

LINES = ["<li>北区</li>\n".encode(), b"", b"<tr>" * 5_000, "𠮷\x00\n\n".encode(), b"x"]


def written(folder: Path, number: int, lines: list[bytes]) -> tuple[Path, list[slice]]:
    """Write lines to the file of a number; return its path, and where each line stands."""
    path = folder / f"rows-{number}"
    spans = []
    with closing(RowWriter(path, number)) as writer:
        for line in lines:
            start = writer.position
            writer.append(line)
            assert writer.position == start + len(line)
            spans.append(slice(start, writer.position))
    return path, spans


class TestReading:
    def test_each_line_comes_back_from_its_own_file(self, tmp_path: Path) -> None:
        files = [written(tmp_path, number, [f"{number}".encode() * 9, *LINES]) for number in range(3)]
        reader = RowReader([path for path, _ in files])
        for number, (_, spans) in enumerate(files):
            assert [reader[span] for span in spans] == [f"{number}".encode() * 9, *LINES]

    def test_lines_that_stand_together_can_be_read_together(self, tmp_path: Path) -> None:
        path, spans = written(tmp_path, 0, LINES)
        assert RowReader([path])[slice(spans[0].start, spans[-1].stop)] == b"".join(LINES)
        assert path.read_bytes() == b"".join(LINES)

    def test_a_file_without_lines_may_stand_among_the_others(self, tmp_path: Path) -> None:
        empty, _ = written(tmp_path, 0, [])
        path, spans = written(tmp_path, 1, LINES)
        reader = RowReader([empty, path])
        assert [reader[span] for span in spans] == LINES
        assert reader[slice(0, 0)] == b""

    def test_positions_of_files_do_not_meet(self, tmp_path: Path) -> None:
        starts = [written(tmp_path, number, [b"a"])[1][0].start for number in range(200)]
        assert len(set(starts)) == 200
        assert min(after - before for before, after in pairwise(starts)) >= 1 << 40

    def test_a_file_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            RowReader([tmp_path / "rows-0"])

    def test_a_file_that_was_there_before_is_begun_anew(self, tmp_path: Path) -> None:
        written(tmp_path, 0, [b"long" * 100])
        path, spans = written(tmp_path, 0, [b"short"])
        assert (path.read_bytes(), RowReader([path])[spans[0]]) == (b"short", b"short")


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
