"""A picture shows how goals stand to those who share a page: its bar and its words are read back from the pixels."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goalsheets.addresses import picture_address
from goalsheets.building import build
from goalsheets.picture import BLANK, DIGIT, GLYPHS, HEADING, HEIGHT, PALETTE, SIZE, WIDTH, Pen, pictures_of
from goalsheets.ratings import State, Tally
from goalsheets.rendering import TEMPLATES
from goalsheets.workers import PlainError
from tests.samples import goal_text, real_catalog, real_site, sheet_text, tree_of, write_content

LETTERS = TEMPLATES / "pictures" / "letters.png"
PEN = Pen(LETTERS)

TALLIES = st.lists(st.integers(0, 99_999), min_size=len(State), max_size=len(State)).filter(any)


def tally(*counts: int) -> Tally:
    """Count goals in the order of the states."""
    return Tally(tuple((state, count) for state, count in zip(State, counts, strict=False) if count))


class Picture(NamedTuple):
    """Hold a picture as rows of the signs of its colours: where they stand in the palette, in hexadecimal."""

    width: int
    rows: list[str]
    colours: list[str]


def read(data: bytes) -> Picture:
    """Read a PNG file, and demand that it is whole."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = [], 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        body, end = data[at + 8 : at + 8 + length], at + 8 + length
        assert struct.unpack(">I", data[end : end + 4])[0] == zlib.crc32(name + body)
        chunks.append((name, body))
        at = end + 4
    assert [name for name, _ in chunks] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[0][1])
    assert kind == [4, 3, 0, 0, 0]  # four bits a pixel, colours from the palette, no filters, not interlaced
    pixels = zlib.decompress(chunks[2][1])
    lines = [pixels[start : start + 1 + width // 2] for start in range(0, len(pixels), 1 + width // 2)]
    assert {line[0] for line in lines} == {0}
    assert len(lines) == height
    rows = [line[1:].hex() for line in lines]
    return Picture(width, rows, re.findall("......", chunks[1][1].hex()))


def drawn_letters() -> dict[str, list[str]]:
    rows, start, letters = read(LETTERS.read_bytes()).rows, 0, {}
    for letter in GLYPHS:
        width = DIGIT if letter.isdigit() else SIZE
        letters[letter] = [row[start : start + width] for row in rows]
        start += width
    return letters


DRAWN = drawn_letters()


def lines_on(picture: Picture) -> list[str]:
    """Return the words that stand on a picture, line by line: where a letter of the drawn ones is found as it is."""
    found, pixels = [], "".join(picture.rows)
    for letter, rows in DRAWN.items():
        key = rows.index(max(rows, key=lambda row: len(row) - row.count("0")))
        place = pixels.find(rows[key])
        while place >= 0:
            top, at = place // WIDTH - key, place % WIDTH
            if all(line[at : at + len(row)] == row for line, row in zip(picture.rows[top:], rows, strict=False)):
                found.append((top, at, letter))
            place = pixels.find(rows[key], place + 1)
    return ["".join(letter for _, _, letter in line) for _, line in groupby(sorted(found), lambda one: one[0])]


def bar_on(picture: Picture) -> list[tuple[str, int]]:
    """Return the colours of the bar with their lengths, without its frame and gaps."""
    rule, ground = "d", "0"
    assert PALETTE[int(rule, 16)] == "949494"
    long = [row for row in picture.rows if row.count(rule) == 4 and row.count(ground) <= WIDTH - 1000]
    (row,) = set(long)
    runs = [(colour, len(list(run))) for colour, run in groupby(row)]
    return [(PALETTE[int(colour, 16)], length) for colour, length in runs if colour not in {rule, ground}]


class TestTally:
    def test_the_words_and_counts_of_the_states_are_on_it(self) -> None:
        assert lines_on(read(PEN.picture(tally(16, 1, 7)))) == [
            "組織目標管理シート目標24件",
            "○達成16件",
            "△一部未達成1件",
            "×未達成7件",
        ]

    @settings(max_examples=20)
    @given(TALLIES)
    def test_nothing_is_cut_off_however_many_states_and_goals_there_are(self, counts: list[int]) -> None:
        told = tally(*counts)
        picture = read(PEN.picture(told))
        assert (picture.width, len(picture.rows)) == (WIDTH, HEIGHT)
        assert lines_on(picture) == [
            f"{HEADING}目標{told.total}件",
            *(f"{state.mark}{state.word}{count}件" for state, count in told.counts),
        ]

    def test_the_bar_shows_the_shares_in_the_colours_of_the_states(self) -> None:
        lengths = dict(bar_on(read(PEN.picture(tally(16, 1, 7)))))
        assert list(lengths) == ["197a4b", "b78f00", "a90000"]
        assert list(lengths.values()) == pytest.approx([1036 * count / 24 for count in (16, 1, 7)], abs=6)

    def test_states_without_goals_are_not_on_the_bar(self) -> None:
        assert bar_on(read(PEN.picture(tally(4)))) == [("197a4b", 1036)]

    def test_where_nothing_is_evaluated_there_is_nothing_to_compare(self) -> None:
        picture = read(PEN.picture(tally(0, 0, 0, 31)))
        assert lines_on(picture) == ["組織目標管理シート目標31件", "未評価31件"]
        assert [row for row in picture.rows if row.count("0") < WIDTH - 1000] == [
            f"{PALETTE.index('00118f'):x}" * WIDTH
        ] * 16

    def test_the_same_pixels_come_out_everywhere(self) -> None:
        pixels = bytes.fromhex("".join(read(PEN.picture(tally(16, 1, 7))).rows))
        assert hashlib.sha256(pixels).hexdigest() == (
            "5398b14004f78c600264e40b9352dd47fa7c919062655f8882388f811eb4a377"
        )


class TestPlain:
    def test_it_says_what_the_site_is_of(self) -> None:
        picture = read(PEN.picture(None))
        assert (picture.width, len(picture.rows), lines_on(picture)) == (WIDTH, HEIGHT, [HEADING])


class TestColours:
    def test_they_are_those_of_the_pages_in_the_light(self) -> None:
        light, _, _ = (TEMPLATES / "styles/tokens.css").read_text(encoding="utf-8").partition("@media")
        tokens = dict(re.findall(r"--([\w-]+): #(\w{6});", light))
        states = ["achieved-bar", "partly-bar", "missed-bar", "waiting-bar", "blank-bar"]
        names = ["ground", "ink", *states, "rule", "link"]
        assert [tokens[name] for name in names] == [PALETTE[0], *PALETTE[7:]]

    def test_the_file_has_them(self) -> None:
        assert read(PEN.picture(None)).colours == list(PALETTE)


class TestLetters:
    def test_there_are_those_that_the_pictures_need_and_no_others(self) -> None:
        needed = {*HEADING, *"目標件0123456789", *(letter for state in State for letter in state.mark + state.word)}
        assert set(GLYPHS) == needed
        assert len(GLYPHS) == len(needed)
        assert BLANK not in GLYPHS

    def test_they_stand_side_by_side_in_a_picture_that_can_be_looked_at(self) -> None:
        picture = read(LETTERS.read_bytes())
        assert picture.width == sum(DIGIT if letter.isdigit() else SIZE for letter in GLYPHS)
        assert len({tuple(rows) for rows in DRAWN.values()}) == len(GLYPHS)
        assert all(set("".join(rows)) > {"0"} for rows in DRAWN.values())

    def test_their_licence_stands_beside_them(self) -> None:
        words = (LETTERS.parent / "LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in words

    def test_that_they_are_missing_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(PlainError) as caught:
            Pen(tmp_path / "letters.png")
        assert str(caught.value) == (
            f"{tmp_path}/letters.png を読めません（No such file or directory）。サイトは変えていません。"
        )


class TestOnTheSite:
    def test_there_is_one_for_each_tally_of_a_sheet_or_a_year_and_one_for_all_else(self) -> None:
        catalog = real_catalog()
        tallies = {brief.tally for brief in catalog.briefs} | set(catalog.tally_of_year.values())
        assert len(tallies) == 11
        assert pictures_of(catalog) == {picture_address(tally): tally for tally in (None, *tallies)}
        made = {path: data for path, data in real_site().files.items() if path.startswith("pictures/")}
        assert made == {path: PEN.picture(tally) for path, tally in pictures_of(catalog).items()}

    def test_the_address_names_the_counts(self) -> None:
        assert picture_address(tally(16, 1, 7)) == "pictures/16-1-7-0-0-0.png"
        assert picture_address(None) == "pictures/plain.png"

    @pytest.mark.parametrize("workers", [1, 2])
    def test_one_that_no_sheet_needs_goes_and_others_stay(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
    ) -> None:
        monkeypatch.setattr("goalsheets.making.WORTH_SHARING", 1)
        monkeypatch.setattr("goalsheets.picture.WORTH_SHARING", 1)
        path, other = "sheets/2025/kita/somu.yaml", "sheets/2024/kita/somu.yaml"
        goals = "".join(goal_text(number) for number in (1, 2))
        content = write_content(tmp_path / "content", {path: sheet_text(), other: sheet_text(2024, goals=goals)})
        site = tmp_path / "site"
        build(content, site, workers=workers)
        assert pictures_in(site) == {"0-0-0-1-0-0.png", "0-0-0-2-0-0.png", "plain.png"}
        before = (site / "pictures/0-0-0-2-0-0.png").stat()
        text = sheet_text(goals=goal_text(rating="○", result="3回"), evaluated="2026-03-31")
        (content / path).write_text(text, encoding="utf-8")
        build(content, site, workers=workers)
        assert pictures_in(site) == {"1-0-0-0-0-0.png", "0-0-0-2-0-0.png", "plain.png"}
        assert (site / "pictures/0-0-0-2-0-0.png").stat().st_mtime_ns == before.st_mtime_ns


def pictures_in(site: Path) -> set[str]:
    return set(tree_of(site / "pictures"))
