"""The form in Excel has each text of a sheet in its cell, merged as on paper, with room enough to be read."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from functools import cache
from io import BytesIO
from itertools import combinations
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from goalsheets.catalog import Entry
from goalsheets.form import goal_rows
from goalsheets.model import Goal, Indicator, Initiative
from goalsheets.workbook import next_workbook, sheet_workbook
from goalsheets.years import form_date
from tests.samples import CONTENT, entries_of, raw_sheet, real_frame, sheet_paths
from tests.site.needs import program

KOCHO, SOMU = "sheets/2024/shimin-seikatsu/kocho-sodan.yaml", "sheets/2025/kita/chiiki-somu.yaml"
COLUMNS = "ABDEGHIJKLM"
NUMBER, OBJECTIVE, POLICIES, NAME, TARGET, RESULT, NAMES, SUMMARY, RATING, STATUS, NEXT = tuple(COLUMNS)
OPEN = {TARGET, RESULT, RATING, STATUS, NEXT}
FIRST_ROW = 8
HEAD_MERGED = {
    *("A1:J1", "M1:N1", "A2:B2", "C2:D2", "F2:G2", "H2:I4", "J2:N4", "A3:B3", "C3:G3", "A4:B4", "C4:D4", "F4:G4"),
    *("A6:A7", "B6:C7", "D6:D7", "E6:H6", "I6:J6", "K6:K7", "L6:L7", "M6:N7", "E7:F7"),
}
WIDE = "WFA"


class Placed(NamedTuple):
    """Hold a text of the form with the first row and the last row of its cell."""

    text: str
    top: int
    bottom: int


@cache
def entries() -> dict[str, Entry]:
    return {"sheets/{}/{}/{}.yaml".format(*entry.place): entry for entry in entries_of(CONTENT)[1]}


def opened(data: bytes) -> Worksheet:
    (sheet,) = load_workbook(BytesIO(data)).worksheets
    return sheet


def sheet_form(entry: Entry) -> Worksheet:
    return opened(sheet_workbook(entry, real_frame().site))


def next_form(entry: Entry) -> Worksheet:
    return opened(next_workbook(entry, real_frame().site))


def ranges(form: Worksheet) -> list[CellRange]:
    return list(form.merged_cells.ranges)


def merged(form: Worksheet) -> set[str]:
    return {one.coord for one in ranges(form)}


def body_end(form: Worksheet) -> int:
    """Return the last row of the goals: the number is the only cell of them that is never blank."""
    tops = [row for row in range(FIRST_ROW, form.max_row - 1) if str(form[f"A{row}"].value or "").isdigit()]
    spans = {one.min_row: one.max_row for one in ranges(form) if one.min_col == one.max_col == 1}
    return spans.get(tops[-1], tops[-1])


def column(form: Worksheet, letter: str) -> list[Placed]:
    """Return the cells of a column below the head from the top down."""
    covered = {(one.min_row, one.min_col): one.max_row for one in ranges(form) if one.min_row >= FIRST_ROW}
    placed, row = [], FIRST_ROW
    while row <= body_end(form):
        cell = form[f"{letter}{row}"]
        bottom = covered.get((row, cell.column), row)
        placed.append(Placed(cell.value or "", row, bottom))
        row = bottom + 1
    return placed


def goal_columns(form: Worksheet) -> list[dict[str, list[Placed]]]:
    """Return the cells of each goal by their columns."""
    columns = {letter: column(form, letter) for letter in COLUMNS}
    return [
        {letter: [one for one in cells if number.top <= one.top <= number.bottom] for letter, cells in columns.items()}
        for number in columns[NUMBER]
    ]


def texts(cells: list[Placed]) -> list[str]:
    return [cell.text for cell in cells]


def filled(cells: list[Placed]) -> list[str]:
    return [cell.text for cell in cells if cell.text]


def bulleted(names: list[str]) -> str:
    return names[0] if len(names) == 1 else "".join(f"・{name}\n" for name in names)[:-1]


@pytest.mark.parametrize("path", sheet_paths())
class TestEverySheet:
    def test_its_head_stands_as_on_the_form(self, path: str) -> None:
        entry, sheet = entries()[path], raw_sheet(path)
        form = sheet_form(entry)
        era = entry.year - 2018
        created, evaluated = (form_date(day) if day else None for day in (entry.sheet.created, entry.sheet.evaluated))
        expected = {
            "A1": "組織目標管理シート",
            "M1": "○：達成\n△：一部未達成\n×：未達成",
            "A2": "年度",
            "E2": "作成日",
            "C2": f"令和{era}年度",
            "F2": created,
            "F4": evaluated,
            "E4": "評価日",
            "A3": "組織名（部）",
            "C3": sheet["division"],
            "A4": "組織名\n（準部・課・機関名）",
            "C4": sheet["unit"],
            "H2": "（参考）\n関連する総合計画に\nおける政策指標",
            "A6": "No.",
            "B6": "組織目標",
            "J2": "\n".join(f"・{words}" for words in sheet["policy_indicators"]) or None,
            "E6": "取組指標",
            "D6": "総合計画（実施計画）上の位置づけ",
            "I6": "主な取組（事業）",
            "K6": "評価",
            "L6": "目標達成状況",
            "M6": "今後の方針",
            "E7": "指標",
            "G7": f"Ｒ{era}目標",
            "H7": f"Ｒ{era}結果",
            "I7": "取組名称（事業名）",
            "J7": "概要",
        }
        head = {cell.coordinate: cell.value for row in form.iter_rows(max_row=7) for cell in row if cell.value}
        assert head == {cell: value for cell, value in expected.items() if value}
        assert form.title == entry.unit.name

    def test_its_goals_stand_cell_by_cell_as_printed(self, path: str) -> None:
        goals = raw_sheet(path)["goals"]
        seen = goal_columns(sheet_form(entries()[path]))
        for goal, cells in zip(goals, seen, strict=True):
            rows, taken = goal["indicators"], goal.get("initiatives", [])
            assert texts(cells[NUMBER]) == [goal["number"]]
            assert texts(cells[OBJECTIVE]) == [goal["objective"]]
            assert texts(cells[RATING]) == [goal["rating"] or ""]
            for letter, key in ((NAME, "name"), (TARGET, "target"), (RESULT, "result")):
                assert texts(cells[letter]) == [row[key] or "" for row in rows]
            assert filled(cells[NAMES]) == [bulleted(one["names"]) for one in taken]
            assert filled(cells[SUMMARY]) == [one["summary"] for one in taken if one["summary"]]
            own = [code for row in (goal, *rows) for code in row.get("policies", [])]
            assert "\n".join(filled(cells[POLICIES])).splitlines() == own
            for letter, key in ((STATUS, "status"), (NEXT, "next")):
                assert filled(cells[letter]) == [words for row in (goal, *rows) if (words := row.get(key))]

    def test_its_cells_are_merged_as_on_the_form(self, path: str) -> None:
        entry = entries()[path]
        seen = goal_columns(sheet_form(entry))
        for goal, cells in zip(entry.sheet.goals, seen, strict=True):
            laid = [(text, span) for before, behind in goal_rows(goal) for _, text, span in (*before, *behind)]
            assert sorted(laid) == sorted(
                (one.text, one.bottom - one.top + 1)
                for letter, placed in cells.items()
                if letter not in {NUMBER, RATING}
                for one in placed
            )

    def test_no_text_is_a_number_a_date_or_a_formula(self, path: str) -> None:
        cells = [cell for row in sheet_form(entries()[path]).iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}

    def test_it_is_printed_on_one_wide_page_with_its_head(self, path: str) -> None:
        form = sheet_form(entries()[path])
        setup = form.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (8, "landscape", 1, 1)
        assert (form.print_title_rows, form.freeze_panes) == ("$6:$7", "A8")
        properties = form.sheet_properties.pageSetUpPr
        assert properties is not None
        assert properties.fitToPage

    def test_there_is_room_for_every_text(self, path: str) -> None:
        form = sheet_form(entries()[path])
        assert list(cut(form)) == []

    def test_a_year_later_the_same_form_waits_to_be_filled_in(self, path: str) -> None:
        entry = entries()[path]
        form, later = sheet_form(entry), next_form(entry)
        assert merged(later) == merged(form)
        assert later.title == form.title
        assert [later[cell].value for cell in ("C2", "F2", "F4", "G7", "H7")] == [
            f"令和{entry.year - 2017}年度",
            *(None, None, f"Ｒ{entry.year - 2017}目標", f"Ｒ{entry.year - 2017}結果"),
        ]
        for cell in ("C3", "C4", "J2", "A7", "J7"):
            assert later[cell].value == form[cell].value
        for before, after in zip(goal_columns(form), goal_columns(later), strict=True):
            for letter in COLUMNS:
                carried = [""] * len(before[letter]) if letter in OPEN else texts(before[letter])
                assert texts(after[letter]) == carried


def cut(form: Worksheet) -> list[str]:
    """Return the cells whose text may be higher than they are, by a count of letters of our own."""
    spans = {one.coord.partition(":")[0]: one for one in ranges(form)}
    found = []
    for row in form.iter_rows():
        for cell in row:
            one = spans.get(cell.coordinate) or CellRange(cell.coordinate)
            width = sum(
                form.column_dimensions["ABCDEFGHIJKLMN"[at - 1]].width for at in range(one.min_col, one.max_col + 1)
            )
            height = sum(float(form.row_dimensions[at].height or 0) for at in range(one.min_row, one.max_row + 1))
            size = float(cell.font.sz or 0)
            lines = [max(1, ceil(ems(line) * size / (width * 6 - 6))) for line in str(cell.value or "").split("\n")]
            if cell.value and sum(lines) * size * 1.7 > height:
                found.append(f"{cell.coordinate} {cell.value}")
    return found


def ems(line: str) -> float:
    return sum(1 if unicodedata.east_asian_width(letter) in WIDE else 0.6 for letter in line)


def test_a_sheet_is_merged_as_the_city_merges_it() -> None:
    """As the city's own form of 広聴相談課 is, but for the place of its legend."""
    assert merged(sheet_form(entries()[KOCHO])) == HEAD_MERGED | {
        *("A8:A9", "B8:C9", "D8:D9", "E8:F8", "K8:K9", "M8:N8", "E9:F9", "M9:N9", "A10:A12", "B10:C12", "D10:D12"),
        *("E10:F10", "I10:I11", "J10:J11", "K10:K12", "M10:N10", "E11:F11", "M11:N11", "E12:F12", "M12:N12"),
        *("A13:A14", "B13:C14", "D13:D14", "E13:F13", "I13:I14", "J13:J14", "K13:K14", "M13:N13", "E14:F14"),
        *("M14:N14", "B15:C15", "E15:F15", "M15:N15", "A17:N17"),
    }


class TestWords:
    def test_the_copy_says_what_it_is(self) -> None:
        form = sheet_form(entries()[SOMU])
        assert form.cell(form.max_row, 1).value == (
            "様式の写し シートの文字を、様式の形に組み直したものです。市が作った原本ではありません。"
            "読みやすいページと転記上の注記：https://example.jp/sheets/2025/kita/chiiki-somu/\nシートの内容の利用条件は、市に確認できていません。"
        )

    def test_the_form_of_the_next_year_says_what_it_is(self) -> None:
        form = next_form(entries()[SOMU])
        assert form.cell(form.max_row, 1).value == (
            "2026年度の記入用 2025年度のシートから、組織名、政策指標、目標の番号、組織目標、位置づけ、指標の名前、"
            "取組の名前と概要を写しました。ほかの欄は空欄です。市が作った様式ではありません。"
            "元のシート：https://example.jp/sheets/2025/kita/chiiki-somu/\nシートの内容の利用条件は、市に確認できていません。"
        )

    def test_the_files_have_their_titles(self) -> None:
        entry, site = entries()[SOMU], real_frame().site
        titles = [
            load_workbook(BytesIO(make(entry, site))).properties.title for make in (sheet_workbook, next_workbook)
        ]
        assert titles == [
            "北区役所 地域総務課の組織目標管理シート（2025年度）",
            "北区役所 地域総務課の組織目標管理シート（2026年度）",
        ]


def with_goal(**values: Any) -> Entry:
    """Return a sheet with one goal, changed."""
    entry = entries()[SOMU]
    (goal, *_) = entry.sheet.goals
    return entry._replace(sheet=entry.sheet._replace(goals=(goal._replace(**values),)))


class TestLongTexts:
    def test_a_goal_higher_than_excel_allows_is_spread_over_rows(self) -> None:
        status = "\n".join(f"{number}回目の訓練をしました。" for number in range(60))
        form = sheet_form(with_goal(status=status))
        assert column(form, STATUS) == [Placed(status, 8, 10)]
        assert {(one.top, one.bottom) for letter in COLUMNS for one in column(form, letter)} == {(8, 10)}
        assert max(row.height or 0 for row in form.row_dimensions.values()) <= 409
        assert cut(form) == []
        assert form.page_setup.fitToHeight == 0

    def test_rows_grow_where_a_cell_over_them_asks_for_more(self) -> None:
        rows = tuple(Indicator(f"指標{number}", None, None, (), None, None) for number in range(2))
        form = sheet_form(with_goal(indicators=rows, objective="目標です。\n" * 9 + "終わり"))
        assert column(form, OBJECTIVE)[0][1:] == (8, 9)
        assert form.row_dimensions[8].height == form.row_dimensions[9].height == 88

    def test_what_a_cell_cannot_take_stands_below_the_form(self) -> None:
        long = "あ" * 20_000
        row = Indicator("指標", None, None, (), long, None)
        form = sheet_form(with_goal(status=long, indicators=(row,)))
        labels = [str(cell.value) for (cell,) in form.iter_rows(max_col=1) if "つづき" in str(cell.value)]
        below = [str(form.cell(number, 3).value) for number in range(body_end(form) + 1, form.max_row - 1)]
        assert labels == ["L8のつづき"] * 2
        assert str(form["L8"].value) + "".join(below) == f"{long}\n{long}"

    def test_a_head_higher_than_a_screen_does_not_stay_in_sight(self) -> None:
        entry = entries()[SOMU]
        sheet = entry.sheet._replace(policy_indicators=("市民の割合",) * 20)
        form = sheet_form(entry._replace(sheet=sheet))
        assert (form.freeze_panes, cut(form)) == (None, [])


NAMES_OF_ROWS = st.sampled_from(["甲", "乙\n丙", "あ" * 300])


@given(st.data())
def test_no_two_cells_overlap_and_no_text_is_lost(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 4))
    ties = st.lists(st.integers(1, count), unique=True, max_size=count) if count else st.just([])
    own = st.sampled_from([None, "済\n" * 40 + "済"])
    rows = [Indicator(data.draw(NAMES_OF_ROWS), "3", None, (), data.draw(own), None) for _ in range(count)]
    tied = data.draw(st.lists(ties, max_size=4))
    taken = [Initiative((data.draw(NAMES_OF_ROWS),), f"概要{number}", tuple(one)) for number, one in enumerate(tied)]
    form = sheet_form(with_goal(indicators=tuple(rows), initiatives=tuple(taken)))
    assert all(one.isdisjoint(other) for one, other in combinations(ranges(form), 2))
    (cells,) = goal_columns(form)
    assert {one[-1].bottom for one in cells.values()} == {body_end(form)}
    assert filled(cells[NAME]) == [row.name for row in rows]
    assert filled(cells[SUMMARY]) == [one.summary for one in taken]
    assert cut(form) == []


def test_a_goal_of_nothing_but_its_objective_has_its_cells() -> None:
    goal = Goal(7, "防災を進めます。", (), (), (), None, None, None, None, ())
    entry = entries()[SOMU]
    (cells,) = goal_columns(sheet_form(entry._replace(sheet=entry.sheet._replace(goals=(goal,)))))
    assert {letter: texts(placed) for letter, placed in cells.items()} == {
        letter: [{NUMBER: "7", OBJECTIVE: "防災を進めます。"}.get(letter, "")] for letter in COLUMNS
    }


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here: no form is printed by it")
def test_libreoffice_prints_a_form_on_one_page(tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(sheet_workbook(entries()[KOCHO], real_frame().site))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    subprocess.run([*command, "--convert-to", "pdf", "--outdir", tmp_path, file], check=True, capture_output=True)
    facts = subprocess.run(
        [program("pdfinfo"), tmp_path / "form.pdf"], check=True, capture_output=True, text=True
    ).stdout
    assert re.findall(r"^(?:Pages|Page size): +(.+)$", facts, re.MULTILINE) == ["1", "1190.55 x 841.89 pts (A3)"]
