"""Catalog: the sheets in order, and what two files must agree on."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from goalsheets.building import make_site
from goalsheets.catalog import Brief, Catalog, tally_of
from goalsheets.parsing import Place
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.ratings import State, Tally
from tests.conftest import GOOD_SHEET, SHEET_PATH, edited, write_content
from tests.samples import catalog_of, entries_of

ORGANIZATION = """\
divisions:
  - slug: shimin
    name: 市民生活部
    kind: department
    units:
      - slug: chiiki-somu
        name: 地域総務課
  - slug: kita
    name: 北区役所
    kind: ward
    units:
      - slug: kensetsu
        name: 建設課
      - slug: chiiki-somu
        name: 地域総務課
  - slug: higashi
    name: 東区役所
    kind: ward
    units: []
"""


def sheet(year: int, division: str, unit: str, code: str = "政策13-1-②", rating: str = "○") -> str:
    """Return the good sheet of another unit and year."""
    text = GOOD_SHEET.replace("fiscal_year: 2025", f"fiscal_year: {year}")
    text = text.replace("created: 2025", f"created: {year}").replace("evaluated: 2026", f"evaluated: {year + 1}")
    text = text.replace("北区役所", division).replace("地域総務課", unit)
    return text.replace("政策13-1-②", code).replace("rating: ○", f"rating: {rating}")


SHEETS = {
    "2025/kita/chiiki-somu": sheet(2025, "北区役所", "地域総務課"),
    "2025/kita/kensetsu": sheet(2025, "北区役所", "建設課", "政策9-2", "×"),
    "2025/shimin/chiiki-somu": sheet(2025, "市民生活部", "地域総務課", "行財3", "△"),
    "2023/kita/chiiki-somu": sheet(2023, "北区役所", "地域総務課", "政策１３-1"),
    "2024/kita/chiiki-somu": sheet(2024, "北区役所", "地域総務課", "政策10-1-①", "〇"),
}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    write_content(tmp_path)
    (tmp_path / "organization.yaml").write_text(ORGANIZATION, encoding="utf-8")
    for path, text in SHEETS.items():
        target = tmp_path / "sheets" / f"{path}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def catalog(content: Path) -> Catalog:
    assert make_site(content).problems == []
    return catalog_of(content)


def paths(catalog: Catalog) -> list[str]:
    return [f"{brief.place.year}/{brief.place.division}/{brief.place.unit}" for brief in catalog.briefs]


class TestOrder:
    def test_the_newest_year_comes_first_then_the_order_of_the_organization(self, catalog: Catalog) -> None:
        assert paths(catalog) == [
            "2025/shimin/chiiki-somu",
            "2025/kita/kensetsu",
            "2025/kita/chiiki-somu",
            "2024/kita/chiiki-somu",
            "2023/kita/chiiki-somu",
        ]
        assert catalog.frame.years == (2025, 2024, 2023)
        assert {year: len(briefs) for year, briefs in catalog.of_year.items()} == {2025: 3, 2024: 1, 2023: 1}

    def test_a_unit_is_a_division_and_a_name(self, catalog: Catalog) -> None:
        assert {key: [brief.place.year for brief in briefs] for key, briefs in catalog.of_unit.items()} == {
            ("shimin", "chiiki-somu"): [2025],
            ("kita", "kensetsu"): [2025],
            ("kita", "chiiki-somu"): [2025, 2024, 2023],
        }

    def test_a_division_has_the_sheets_of_all_its_units_and_years(self, catalog: Catalog) -> None:
        assert {slug: len(briefs) for slug, briefs in catalog.of_division.items()} == {"shimin": 1, "kita": 4}
        assert [division.slug for division in catalog.frame.divisions] == ["shimin", "kita", "higashi"]


class TestPacking:
    def test_a_brief_comes_back_from_one_line_as_it_was(self, catalog: Catalog) -> None:
        for brief in catalog.briefs:
            assert not {"\n", "\t"} & set(brief.packed())
            assert Brief.unpacked(brief.packed()) == brief

    def test_one_with_every_state_and_any_codes_and_rows_does(self) -> None:
        kinds = ((), (PolicyCode("政策", (13, 1, 2)), PolicyCode("行財", (3,))), (PolicyCode("Plan", (0, 999)),))
        states, number = tuple(State), len(State)
        codes = tuple(kinds[index % 3] for index in range(number))
        count = 9 + 4 * number
        lines = array("Q", [(1 << 64) - 1, 1 << 63, *range(0, (1 << 64) - 1, (1 << 64) // count)])[:count]
        for created, evaluated in (("", ""), ("2025-04-01", "2026-03-31")):
            place = Place(2025, "kita", "chiiki-somu")
            brief = Brief(place, created, evaluated, Tally.of(State), states, codes, lines)
            assert Brief.unpacked(brief.packed()) == brief

    def test_one_without_goals_does(self) -> None:
        brief = Brief(Place(2025, "kita", "chiiki-somu"), "", "", Tally.of([]), (), (), array("Q", range(9)))
        assert Brief.unpacked(brief.packed()) == brief

    def test_what_many_briefs_share_is_kept_once(self, catalog: Catalog) -> None:
        one, other = (Brief.unpacked(catalog.briefs[0].packed()) for _ in range(2))
        assert one.tally is other.tally
        assert one.place.division is other.place.division
        assert one.states is other.states

    def test_the_sheet_has_nine_lines_and_each_goal_four(self) -> None:
        place = Place(2025, "kita", "somu")
        brief = Brief(place, "", "", Tally.of([]), (), (), array("Q", range(17)))
        cells = brief.sheet_cells, brief.goal_cells, brief.initiative_cells
        assert [brief.row, brief.text, *cells, brief.head, brief.records] == [*range(7)]
        assert [brief.goal_rows, brief.rows_with_status, brief.table_rows, brief.listed_cells] == [
            array("Q", [number, number + 4]) for number in range(9, 13)
        ]

    @pytest.mark.parametrize(
        ("created", "evaluated", "news"),
        [
            ("", "", []),
            ("2025-04-01", "", [("2025-04-01", 8)]),
            ("", "2026-03-31", [("2026-03-31", 7)]),
            ("2025-04-01", "2026-03-31", [("2026-03-31", 7), ("2025-04-01", 8)]),
        ],
    )
    def test_each_day_of_a_sheet_is_news(self, created: str, evaluated: str, news: list[tuple[str, int]]) -> None:
        place = Place(2025, "kita", "somu")
        brief = Brief(place, created, evaluated, Tally.of([]), (), (), array("Q", range(9)))
        assert brief.news == news
        assert brief.latest == (evaluated or created)


def cited(catalog: Catalog) -> dict[str, list[tuple[int, str]]]:
    """Return, by code, the years and units of the goals that are listed under it, in their order."""
    places = {row: brief.place for brief in catalog.briefs for row in brief.goal_rows}
    assert len(places) == sum(brief.tally.total for brief in catalog.briefs)
    listed = {
        str(code): [(year, places[row]) for year, cited in years.items() for row in cited.rows]
        for code, years in catalog.of_policy.items()
    }
    assert all(place.year == year for found in listed.values() for year, place in found)
    return {code: [(year, place.unit) for year, place in found] for code, found in listed.items()}


class TestPolicies:
    def test_a_goal_stands_under_its_code_and_all_above_it(self, catalog: Catalog) -> None:
        assert cited(catalog) == {
            "政策9": [(2025, "kensetsu")],
            "政策9-2": [(2025, "kensetsu")],
            "政策10": [(2024, "chiiki-somu")],
            "政策10-1": [(2024, "chiiki-somu")],
            "政策10-1-①": [(2024, "chiiki-somu")],
            "政策13": [(2025, "chiiki-somu"), (2023, "chiiki-somu")],
            "政策13-1": [(2025, "chiiki-somu"), (2023, "chiiki-somu")],
            "政策13-1-②": [(2025, "chiiki-somu")],
            "行財3": [(2025, "chiiki-somu")],
        }

    def test_codes_come_by_plan_and_number(self, catalog: Catalog) -> None:
        assert [str(code) for code in catalog.of_policy if len(code.numbers) == 1] == [
            "政策9",
            "政策10",
            "政策13",
            "行財3",
        ]

    def test_a_goal_that_cites_a_code_twice_counts_once(self, content: Path) -> None:
        text = edited("[政策13-1-②]", "[政策13-1-②, 政策１３－１－２, 政策13-1-③]")
        (content / SHEET_PATH).write_text(text, encoding="utf-8")
        code = parse_code("政策13-1")
        assert code is not None
        assert {year: len(cited.rows) for year, cited in catalog_of(content).of_policy[code].items()} == {
            2025: 1,
            2023: 1,
        }

    def test_a_title_belongs_to_its_code_however_it_is_written(self, content: Path) -> None:
        (content / "policies.yaml").write_text(
            "plans:\n"
            "  - slug: seisaku\n    prefix: 政策\n    name: 総合計画\n"
            "    titles:\n      - code: 政策１３－１－２\n        title: 防災\n"
            "  - slug: gyozai\n    prefix: 行財\n    name: 行財政\n",
            encoding="utf-8",
        )
        frame = catalog_of(content).frame
        assert frame.policy_titles == {PolicyCode("政策", (13, 1, 2)): "防災"}
        assert frame.plan_of["行財"].slug == "gyozai"


class TestCounts:
    def test_states_are_counted_apart(self, catalog: Catalog) -> None:
        assert tally_of(catalog.of_year[2025]).counts == (
            (State.ACHIEVED, 1),
            (State.PARTLY, 1),
            (State.MISSED, 1),
        )
        assert tally_of(catalog.of_year[2024]).counts == ((State.ACHIEVED, 1),)
        assert tally_of([]).total == 0

    def test_the_goals_of_a_code_are_counted_by_year_and_together(self, catalog: Catalog) -> None:
        counts = {
            str(code): {year: cited.tally.counts for year, cited in years.items()}
            for code, years in catalog.of_policy.items()
        }
        achieved, partly, missed = (((state, 1),) for state in (State.ACHIEVED, State.PARTLY, State.MISSED))
        assert counts == {
            **{code: {2025: missed} for code in ("政策9", "政策9-2")},
            **{code: {2024: achieved} for code in ("政策10", "政策10-1", "政策10-1-①")},
            **{code: {2025: achieved, 2023: achieved} for code in ("政策13", "政策13-1")},
            "政策13-1-②": {2025: achieved},
            "行財3": {2025: partly},
        }
        assert {str(code): tally.counts for code, tally in catalog.tally_of_policy.items()} == {
            **dict.fromkeys(("政策9", "政策9-2"), missed),
            **dict.fromkeys(("政策10", "政策10-1", "政策10-1-①", "政策13-1-②"), achieved),
            **dict.fromkeys(("政策13", "政策13-1"), ((State.ACHIEVED, 2),)),
            "行財3": partly,
        }

    @pytest.mark.parametrize(
        ("changes", "state"),
        [
            ({}, State.ACHIEVED),
            ({"rating: ○": "rating: 〇"}, State.ACHIEVED),
            ({"rating: ○": "rating: △"}, State.PARTLY),
            ({"rating: ○": "rating: ×"}, State.MISSED),
            ({"rating: ○": "rating:", "evaluated: 2026-03-31": "evaluated:"}, State.NOT_EVALUATED),
            (
                {"rating: ○": "rating:", "next: 継続する。": "next:\n    notes: [空白です。]"},
                State.NO_RATING,
            ),
            (
                {
                    "rating: ○": "rating:",
                    'result: "1,310人"': "result:",
                    "next: 継続する。": "next:\n    notes: [空白です。]",
                },
                State.NO_RESULT,
            ),
        ],
    )
    def test_a_blank_is_not_a_failure(self, content: Path, changes: dict[str, str], state: State) -> None:
        text = GOOD_SHEET
        for old, new in changes.items():
            text = edited(old, new, text)
        (content / SHEET_PATH).write_text(text, encoding="utf-8")
        _, entries, _ = entries_of(content)
        (entry,) = (
            entry
            for entry in entries
            if (entry.year, entry.unit.slug) == (2025, "chiiki-somu") and entry.division.slug == "kita"
        )
        assert entry.tally.counts == ((state, 1),)
        assert [one for _, one in entry.goals] == [state]
        assert catalog_of(content).of_unit["kita", "chiiki-somu"][0].tally.counts == ((state, 1),)
        assert catalog_of(content).of_unit["kita", "chiiki-somu"][0].states == (state,)

    def test_the_latest_day_of_a_sheet(self, content: Path) -> None:
        for old, day in (("x", "2026-03-31"), ("evaluated: 2026-03-31", "2025-04-01")):
            text = GOOD_SHEET if old == "x" else edited(old, "evaluated:", edited("rating: ○", "rating:"))
            (content / SHEET_PATH).write_text(text, encoding="utf-8")
            assert catalog_of(content).of_unit["kita", "chiiki-somu"][0].latest == day


class TestDisagreements:
    def told(self, content: Path) -> list[str]:
        return [str(problem).replace(f"{content}/", "") for problem in make_site(content).problems]

    @pytest.mark.parametrize(
        ("path", "problem"),
        [
            (
                "2025/kta/chiiki-somu",
                "フォルダー「kta」の部署は、organization.yaml にありません。\n  hint: もしかして「kita」ですか。",
            ),
            (
                "2025/nishikan/chiiki-somu",
                "フォルダー「nishikan」の部署は、organization.yaml にありません。\n  hint: ",
            ),
            (
                "2025/kita/kensetu",
                "「kensetu」という課・機関は、organization.yaml の「北区役所」にありません。\n"
                "  hint: もしかして「kensetsu」ですか。",
            ),
            (
                "2025/higashi/kensetsu",
                "「kensetsu」という課・機関は、organization.yaml の「東区役所」にありません。\n  hint: ",
            ),
        ],
    )
    def test_a_sheet_stands_in_a_place_of_the_organization(self, content: Path, path: str, problem: str) -> None:
        target = content / "sheets" / f"{path}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(GOOD_SHEET, encoding="utf-8")
        assert self.told(content) == [
            f"sheets/{path}.yaml:1:1: {problem}ファイルの名前を直すか、organization.yaml に加えてください。"
        ]

    def test_findings_of_every_file_come_with_their_places(self, content: Path) -> None:
        (content / SHEET_PATH).write_text(edited("北区役所", "南区役所"), encoding="utf-8")
        (content / "sheets/2024/kita/chiiki-somu.yaml").write_text(GOOD_SHEET, encoding="utf-8")
        (content / "organization.yaml").write_text(
            ORGANIZATION.replace("name: 東区役所", "name: 北区役所"), encoding="utf-8"
        )
        assert {problem.split(": ")[0] for problem in self.told(content)} == {
            "organization.yaml:17:11",
            "sheets/2024/kita/chiiki-somu.yaml:1:14",
            "sheets/2025/kita/chiiki-somu.yaml:4:11",
        }
