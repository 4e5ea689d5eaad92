"""The tables of data hold all that the sheets hold, in the words of the form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from goalsheets.catalog import Entry
from goalsheets.columns import DIVISIONS, GOALS, INITIATIVES, LISTED_GOALS, POLICIES, SHEETS, Table, filled
from goalsheets.model import Goal, Indicator, Initiative, Sheet
from tests.samples import CONTENT, entries_of, real_site
from tests.tables import Line, read_list, read_table

TABLES = (SHEETS, GOALS, INITIATIVES, POLICIES, DIVISIONS, LISTED_GOALS)


def read_rows(table: Table, lines: Iterable[str]) -> list[Line]:
    return read_table((table.head() + "".join(lines)).encode())


def read_back(sheet: Line, goals: list[Line], initiatives: list[Line]) -> Sheet:
    """Make a sheet again from its lines in three tables."""
    numbers = dict.fromkeys(row["goal"] for row in goals)
    made = tuple(
        goal_of([row for row in goals if row["goal"] == number], [row for row in initiatives if row["goal"] == number])
        for number in numbers
    )
    created, evaluated = (date.fromisoformat(sheet[key]) if sheet[key] else None for key in ("created", "evaluated"))
    return Sheet(
        fiscal_year=int(sheet["fiscal_year"]),
        created=created,
        evaluated=evaluated,
        division=sheet["division"],
        unit=sheet["unit"],
        source=sheet["source"] or None,
        policy_indicators=read_list(sheet["policy_indicators"]),
        goals=made,
    )


def goal_of(rows: list[Line], initiatives: list[Line]) -> Goal:
    first = rows[0]
    words = {key: first[key] or None for key in ("rating", "status", "next", "continues")}
    return Goal(
        number=int(first["goal"]),
        objective=first["objective"],
        policies=read_list(first["policies"]),
        indicators=tuple(indicator_of(row) for row in rows if row["indicator_number"]),
        initiatives=tuple(initiatives_of(initiatives)),
        notes=read_list(first["notes"]),
        **words,
    )


def indicator_of(row: Line) -> Indicator:
    words = {key: row[f"indicator_{key}"] or None for key in ("target", "result", "status", "next")}
    return Indicator(name=row["indicator_name"], policies=read_list(row["indicator_policies"]), **words)


def initiatives_of(rows: list[Line]) -> Iterable[Initiative]:
    for number in dict.fromkeys(row["initiative_number"] for row in rows):
        found = [row for row in rows if row["initiative_number"] == number]
        indicators = tuple(map(int, read_list(found[0]["indicators"])))
        yield Initiative(tuple(row["name"] for row in found), found[0]["summary"] or None, indicators)


def entries() -> list[Entry]:
    return entries_of(CONTENT)[1]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: "/".join(map(str, entry.place)))
def test_every_sheet_is_read_back_whole(entry: Entry) -> None:
    frame = entries_of(CONTENT)[0]
    lines = filled(entry, frame.site)
    (sheet,) = read_rows(SHEETS, [lines.sheet])
    goals, initiatives = read_rows(GOALS, [lines.goals]), read_rows(INITIATIVES, [lines.initiatives])
    assert read_back(sheet, goals, initiatives) == entry.sheet


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_a_name_and_heading_of_its_own_and_is_explained(table: Table) -> None:
    for texts in ([column.name for column in table.columns], [column.heading for column in table.columns]):
        assert len(set(texts)) == len(texts)
    assert all(column.meaning.endswith("。") for column in table.columns)
    assert {*table.key} <= {column.name for column in table.columns}


def test_headings_can_be_japanese() -> None:
    head = SHEETS.head(japanese=True)
    assert head.startswith(
        "\ufeff年度,部署のアドレスの名前,課のアドレスの名前,組織名（部）,組織名（準部・課・機関名）,"
    )
    assert head.endswith("\r\n")


def test_a_row_is_told_by_its_key() -> None:
    frame, found, _ = entries_of(CONTENT)
    lines = [filled(entry, frame.site) for entry in found]
    for table, text in (
        (SHEETS, [one.sheet for one in lines]),
        (GOALS, [one.goals for one in lines]),
        (LISTED_GOALS, [row for one in lines for row in one.listed]),
    ):
        rows = read_rows(table, text)
        assert len({tuple(row[name] for name in table.key) for row in rows}) == len(rows)


class TestBesidePages:
    def rows(self, path: str) -> list[Line]:
        return read_table(real_site().files[path])

    def test_a_ward_lists_its_sheets_under_its_code(self) -> None:
        rows = self.rows("wards/kita/151017_rows.csv")
        assert len(rows) == 8
        assert {row["division_slug"] for row in rows} == {"kita"}
        assert rows[0]["address"] == "https://example.jp/sheets/2025/kita/chiiki-somu/"

    def test_a_policy_lists_the_goals_that_cite_it(self) -> None:
        (row,) = self.rows("policies/seisaku-13-1-2/rows.csv")
        assert (row["unit"], row["goal"], row["policies"], row["state"]) == ("地域総務課", "1", "政策13-1-②", "未評価")

    def test_the_policies_stand_with_their_counts(self) -> None:
        (row,) = [row for row in self.rows("policies/rows.csv") if row["code"] == "政策13-1-②"]
        counts = [row[name] for name in ("goals", "achieved", "partly", "missed", "not_evaluated")]
        assert (row["level"], row["above"], row["title"], counts) == ("3", "政策13-1", "", ["1", "0", "0", "0", "1"])

    def test_divisions_without_sheets_are_there(self) -> None:
        rows = {row["name"]: row["sheets"] for row in self.rows("wards/rows.csv")}
        assert (rows["北区役所"], rows["東区役所"]) == ("8", "0")

    def test_a_year_has_as_many_goals_as_its_table(self) -> None:
        sheets, goals = self.rows("years/2024/rows.csv"), self.rows("years/2024/goals/rows.csv")
        assert sum(int(row["goals"]) for row in sheets) == len(goals)

    def test_each_page_leads_to_its_data(self) -> None:
        page = real_site().files["policies/seisaku-13/index.html"].decode()
        assert '<a href="../../policies/seisaku-13/rows.csv">このページの目標の一覧（CSV形式）</a>' in page
