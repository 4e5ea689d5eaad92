"""Whatever is put in a sheet's place is published or refused in words, at once, with a place inside the file."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goalsheets.files import MAX_BYTES, Found, read
from goalsheets.parsing import place_of_path
from goalsheets.problems import Problem, errors
from goalsheets.rendering import Renderer
from goalsheets.sheets import SheetMaker
from tests.conftest import ending
from tests.samples import CONTENT, goal_text, real_frame, sheet_paths, sheet_text


@cache
def maker() -> SheetMaker:
    return SheetMaker(real_frame(), Renderer(real_frame()), {})


class Desk:
    """Put bytes in the place of a sheet, and read them as a build does."""

    def __init__(self, folder: Path, limit: float) -> None:
        self.limit = limit
        self.file = folder / "sheet.yaml"
        self.longest = 0.0
        self.accepted = self.refused = 0

    def read(self, data: bytes, path: str) -> list[Problem]:
        """Return the problems of a sheet; this alone knows how a build reads one."""
        self.file.write_bytes(data)
        source, problems = read(Found(path, path, str(self.file), "0 0 0 0"))
        if source is None:
            return problems
        where = place_of_path(path)
        assert where is not None
        entry, further = maker().check(where, source)
        assert (entry is None) == bool(errors(further))
        return [*problems, *further]

    def look(self, data: bytes, path: str) -> bool:
        """Demand that a sheet is read at once, with problems told well; return whether it is accepted."""
        with ending():
            problems, spent = self.timed(data, path)
            if spent > self.limit:  # another program may have come in between
                problems, spent = self.timed(data, path)
        assert spent <= self.limit
        self.longest = max(self.longest, spent)
        lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for problem in problems:
            assert problem.path == path
            assert problem.message
            assert problem.hint
            assert len(str(problem).splitlines()) == 2
            assert 1 <= problem.line <= len(lines), problem
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
        good = not errors(problems)
        self.accepted += good
        self.refused += not good
        return good

    def timed(self, data: bytes, path: str) -> tuple[list[Problem], float]:
        began = time.process_time()
        problems = self.read(data, path)
        return problems, time.process_time() - began

    def tell(self, kind: str) -> None:
        number = self.accepted + self.refused
        print(
            f"\n{number:,} {kind}: {self.accepted:,} accepted, {self.refused:,} refused, {self.longest:.3f} s at most"
        )


@pytest.fixture
def desk(tmp_path: Path, pytestconfig: pytest.Config) -> Desk:
    return Desk(tmp_path, pytestconfig.getoption("limit"))


PIECES = [
    *(
        letter.encode()
        for letter in " \n\r\t-:#\"'[]{}|>&*!,?%@`~\\aあ　○×・①\x00\x07\x85\u200b\u2028\ufeff\ue000か\u3099𠮷"
    ),
    *(b"  ", b"- ", b": ", b" #", b"|-\n", b">+2\n", b"\n\n", b"\n  ", b"---\n", b"...\n", b"%YAML 9.9\n", b"<<: *a\n"),
    *(b"&a ", b"*a", b"!!int ", b"!!python/object/apply:os.system ", b"? ", b"null", b"~", b"yes", b"0x_", b".nan"),
    *(b"rating", b"goals:\n", b"  - number: 1\n", b"evaluated: 2026-03-31\n", b"2025-02-30", "R7.4.1".encode("utf-16")),
    *(b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe3\x81", "目標".encode("cp932"), "目標".encode("euc_jp"), b"\\ud800"),
    *(b"<script>", b"{{ 7*7 }}", b"javascript:alert(1)", b"=1+1", b"<<<<<<< HEAD\n", b">>>>>>> x\n"),
]


def edited(data: bytes, other: bytes, chance: Random) -> bytes:
    """Return a sheet with one to four edits, of bytes or of whole lines."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = chance.choice(EDITS)(data, other, chance)
    return data


def put_in(data: bytes, _: bytes, chance: Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 30)) + data[at:]


def put_over(data: bytes, _: bytes, chance: Random) -> bytes:
    at, piece = chance.randint(0, len(data)), chance.choice(PIECES)
    return data[:at] + piece + data[at + chance.choice((1, len(piece))) :]


def flip(data: bytes, _: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes(byte ^ 1 << chance.randrange(8) for byte in data[at : at + 1]) + data[at + 1 :]


def take_out(data: bytes, _: bytes, chance: Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + data[at + chance.choice((1, 2, 3, 20, 300)) :]


def cut(data: bytes, _: bytes, chance: Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def join(data: bytes, other: bytes, chance: Random) -> bytes:
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def repeat(data: bytes, _: bytes, chance: Random) -> bytes:
    """Repeat a piece until it is a flood."""
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(PIECES) * chance.choice((1_000, 10_000, MAX_BYTES // 3)) + data[at:]


def change_lines(data: bytes, _: bytes, chance: Random) -> bytes:
    """Drop, double, move, indent or dedent lines."""
    lines = data.split(b"\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    some = lines[at : at + chance.choice((1, 1, 3, 12))]
    rest = lines[:at] + lines[at + len(some) :]
    changed = {
        "drop": rest,
        "double": lines[:at] + some + lines[at:],
        "move": rest[:to] + some + rest[to:],
        "indent": lines[:at] + [b"  " + line for line in some] + lines[at + len(some) :],
        "dedent": lines[:at] + [line.removeprefix(b"  ") for line in some] + lines[at + len(some) :],
        "empty": lines[:at] + [line.partition(b":")[0] + b":" for line in some] + lines[at + len(some) :],
    }
    return b"\n".join(changed[chance.choice(sorted(changed))])


def recode(data: bytes, _: bytes, chance: Random) -> bytes:
    """Save the file as other programs do."""
    ends = chance.choice((b"\n", b"\r", b"\r\n"))
    text = data.replace(b"\n", ends).decode("utf-8", "ignore")
    return text.encode(chance.choice(("utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "utf-16-le")), "ignore")


EDITS: list[Callable[[bytes, bytes, Random], bytes]] = [
    *[put_in, put_over, flip, take_out, change_lines] * 4,
    *(cut, join, repeat, recode),
]

WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    [
        "",
        "△",
        "×",
        "〇",
        "達成",
        "2025",
        "[政策1-1-①]",
        "[]",
        "|\n      行\n      行",
        '"引用"',
        "no",
        "- x",
        "・甲\n・乙",
    ]
)
KEYS = st.sampled_from(["number", "rating", "policies", "indicators", "initiatives", "goals", "unit", "x", "result"])


def mostly(*good: str) -> st.SearchStrategy[str]:
    """Return good words nearly always, and any words now and then."""
    return st.integers(0, 19).flatmap(lambda chance: st.sampled_from(good) if chance else WORDS)


@st.composite
def made_sheets(draw: st.DrawFn) -> bytes:
    """Return a made-up sheet, sound or not: words of any kind in its cells, and lines where they do not belong."""
    goals = "".join(
        goal_text(
            number if draw(st.integers(0, 19)) else draw(st.integers(-1, 999)),
            objective=draw(mostly("防災を進めます。", "目標 A", "|\n      一\n      二")),
            policies=draw(mostly("[政策1-1-①]", "[]", "", "[政策2-1, 行財1-1-①]")),
            result=draw(mostly("", "3回", '"1: 2"')),
            rating=draw(mostly("○", "△", "×", "")),
            status=draw(mostly("", "達成", "・甲")),
            extra=draw(mostly("", "notes: [注]")) if draw(st.booleans()) else draw(KEYS) + ": " + draw(WORDS),
        )
        for number in range(1, draw(st.integers(1, 4)))
    )
    text = sheet_text(
        draw(st.sampled_from([2025, 2025, 2025, 2025, 2024, 1])),
        division=draw(mostly("北区役所", "北区")),
        unit=draw(mostly("地域総務課")),
        goals=goals,
        created=draw(mostly("2025-04-01", "2025-05-07", "2024-12-31")) or None,
        evaluated=draw(mostly("2026-03-31", "2026-04-01")),
    )
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(WORDS) + text[at + draw(st.integers(0, 3)) :]
    return text.encode("utf-8", "surrogatepass")


class TestAnything:
    def test_real_sheets_with_edits(self, desk: Desk, inputs: int) -> None:
        chance = Random(20251121)
        sheets = {path: (CONTENT / path).read_bytes() for path in sheet_paths()}
        for _ in range(inputs // 2):
            path, other = chance.choice(sheet_paths()), chance.choice(sheet_paths())
            data = edited(sheets[path], sheets[other], chance)
            try:
                desk.look(data, path)
            except BaseException as error:
                error.add_note(f"{path}: {data!r}")
                raise
        desk.tell("real sheets with edits")
        assert desk.accepted > inputs // 50
        assert desk.refused > inputs // 50

    def test_made_up_sheets(self, desk: Desk, inputs: int) -> None:
        @settings(max_examples=inputs - inputs // 2, suppress_health_check=list(HealthCheck))
        @given(made_sheets())
        def look(data: bytes) -> None:
            desk.look(data, "sheets/2025/kita/chiiki-somu.yaml")

        look()
        desk.tell("made-up sheets")
        assert desk.accepted > inputs // 50


class TestPrefixes:
    """A sheet that was cut off is never taken for a whole one; `make test` tries some places of each."""

    @pytest.mark.soak
    @pytest.mark.parametrize("path", sheet_paths())
    def test_a_real_sheet_cut_off_at_any_byte_is_refused(self, desk: Desk, path: str) -> None:
        data = (CONTENT / path).read_bytes()
        assert desk.look(data, path)
        assert [end for end in range(len(data)) if desk.look(data[:end], path)] == []
        desk.tell(f"prefixes of {path}, and it itself")
