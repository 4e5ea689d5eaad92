"""Rules: what a sheet must agree with beyond its own form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goalsheets.binding import Finding, record_of
from goalsheets.building import make_site
from goalsheets.model import Division, Organization, Plans, Sheet, Unit
from goalsheets.rules import (
    MAX_HEADLINE,
    MAX_REPEATED,
    name_findings,
    organization_findings,
    plan_findings,
    sheet_findings,
)
from tests.samples import goal_text, sheet_text, write_content
from tests.tables import read_table

PREFIXES = frozenset({"政策", "行財"})


def sheet(**changes: Any) -> Sheet:
    """Return a good sheet with some fields changed."""
    fields: dict[str, Any] = {
        "fiscal_year": "2025",
        "created": "2025-04-01",
        "evaluated": "2026-03-31",
        "division": "北区役所",
        "unit": "地域総務課",
        "goals": [goal()],
    }
    return record_of(Sheet, fields | changes)


def goal(**changes: Any) -> dict[str, Any]:
    """Return a good goal with some fields changed."""
    fields: dict[str, Any] = {
        "number": "1",
        "objective": "防災体制の強化",
        "policies": ["政策13-1-②"],
        "indicators": [{"name": "参加者数", "target": "1,200人", "result": "1,310人"}],
        "rating": "○",
        "status": "達成",
        "next": "継続する。",
    }
    return fields | changes


def found(checked: Sheet, year: int = 2025) -> list[Finding]:
    return list(sheet_findings(checked, year, PREFIXES))


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def test_a_good_sheet_has_no_findings() -> None:
    assert found(sheet()) == []


def test_a_sheet_that_is_not_yet_evaluated_has_no_findings() -> None:
    row = {"name": "参加者数", "target": "1,200人", "result": None}
    plain = goal(rating=None, status=None, next=None, indicators=[row])
    assert found(sheet(evaluated=None, goals=[plain])) == []


def test_the_year_is_that_of_the_folder() -> None:
    assert found(sheet(), 2024)[0] == Finding(
        ("fiscal_year",),
        "年度（2025）が、フォルダーの年度（2024）と違います。",
        "値を直すか、ファイルを正しい年度のフォルダーに移してください。",
    )


class TestDates:
    def test_an_evaluation_is_not_before_the_creation(self) -> None:
        finding = only(found(sheet(created="2025-06-01", evaluated="2025-05-31")))
        assert finding == Finding(
            ("evaluated",),
            "評価日（2025年（令和7年）5月31日）が、作成日（2025年（令和7年）6月1日）より前です。",
            "どちらかの日付を直してください。",
        )

    def test_both_may_be_one_day(self) -> None:
        assert found(sheet(created="2025-06-01", evaluated="2025-06-01")) == []

    @pytest.mark.parametrize("day", ["2025-04-01", "2026-03-31"])
    def test_a_creation_within_the_year_is_fine(self, day: str) -> None:
        assert found(sheet(created=day)) == []

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            ("2015-04-01", "2015年（平成27年）4月1日"),
            ("2025-03-31", "2025年（令和7年）3月31日"),
            ("2026-04-01", "2026年（令和8年）4月1日"),
        ],
    )
    def test_a_creation_outside_the_year_is_a_warning(self, day: str, words: str) -> None:
        finding = only(found(sheet(created=day, evaluated="2026-12-01")))
        assert finding == Finding(
            ("created",),
            f"作成日（{words}）が、2025年度の外にあります。",
            "印字のとおりなら、このままでかまいません。",
            "warning",
        )

    @pytest.mark.parametrize("day", ["2026-04-30", "2027-03-31"])
    def test_an_evaluation_in_the_year_after_is_fine(self, day: str) -> None:
        assert found(sheet(evaluated=day)) == []

    @pytest.mark.parametrize("day", ["2027-04-01", "2052-03-31"])
    def test_an_evaluation_far_from_the_year_is_a_warning(self, day: str) -> None:
        finding = only(found(sheet(evaluated=day)))
        assert (finding.loc, finding.level) == (("evaluated",), "warning")
        assert finding.message.endswith("が、2025年度から離れています。")


class TestGoals:
    def test_two_goals_have_two_numbers(self) -> None:
        goals = [goal(), goal(number="4"), goal()]
        assert only(found(sheet(goals=goals))) == Finding(
            ("goals", 2, "number"),
            "番号1の目標が2つあります（1番目と3番目）。",
            "印字された番号に直してください。",
        )

    def test_numbers_may_have_gaps(self) -> None:
        assert found(sheet(goals=[goal(), goal(number="2"), goal(number="4")])) == []

    def test_an_evaluated_goal_has_a_rating(self) -> None:
        assert only(found(sheet(goals=[goal(rating=None)]))) == Finding(
            ("goals", 0, "rating"),
            "評価日があるのに、評価がありません。",
            "○ △ × のどれかを書いてください。シートの欄が空白なら、そのことを notes に書いてください。",
        )
        assert found(sheet(goals=[goal(rating=None, notes=["欄は空白です。"])])) == []

    def test_a_rated_goal_has_an_evaluation(self) -> None:
        assert only(found(sheet(evaluated=None))) == Finding(
            ("goals", 0, "rating"),
            "評価があるのに、評価日がありません。",
            "評価日（evaluated）を書いてください。シートに印字がなければ、そのことを notes に書いてください。",
        )
        assert found(sheet(evaluated=None, goals=[goal(notes=["印字がありません。"])])) == []

    def test_an_initiative_counts_its_indicators_from_the_goal(self) -> None:
        initiative = {"names": ["訓練"], "summary": "行う。", "indicators": ["1", "2"]}
        assert only(found(sheet(goals=[goal(initiatives=[initiative])]))) == Finding(
            ("goals", 0, "initiatives", 0, "indicators"),
            "2番目の指標はありません（この目標の指標は1つです）。",
            "指標を上から1、2と数えて書いてください。",
        )

    def test_a_code_belongs_to_a_plan(self) -> None:
        row = {"name": "a", "target": "1", "result": "1", "policies": ["行政1"]}
        goals = [goal(policies=["政策13-1-②", "財政3-2"], indicators=[row])]
        assert found(sheet(goals=goals)) == [
            Finding(
                ("goals", 0, "policies", 1),
                "「財政3-2」の「財政」という計画は、policies.yaml にありません。",
                "コードを直すか、policies.yaml に計画を加えてください。",
            ),
            Finding(
                ("goals", 0, "indicators", 0, "policies", 0),
                "「行政1」の「行政」という計画は、policies.yaml にありません。",
                "コードを直すか、policies.yaml に計画を加えてください。",
            ),
        ]


class TestSizes:
    """What a file of a few kilobytes may make of the site."""

    @pytest.mark.parametrize("rows", [1, 5], ids=["goal", "rows"])
    def test_a_sheet_has_no_more_codes_than_a_city(self, rows: int) -> None:
        codes = [[f"政策{number}-{row}" for number in range(1, 101)] for row in range(rows)]
        indicators = [
            {"name": f"行{row}", "target": None, "result": None, "policies": codes[row]} for row in range(rows)
        ]
        assert found(sheet(goals=[goal(policies=[], indicators=indicators)])) == []
        finding = only(found(sheet(goals=[goal(policies=[f"政策{n}" for n in range(1, 502)], indicators=indicators)])))
        assert finding == Finding(
            ("goals",),
            "政策コードが多すぎます（1枚のシートに500個まで）。",
            "1つの目標には、その目標に印字された政策コードだけを書いてください。",
        )

    def test_what_stands_for_a_goal_elsewhere_is_no_essay(self) -> None:
        lines = f"{'あ' * MAX_HEADLINE}\n{'い' * 5_000}"
        assert found(sheet(goals=[goal(objective=lines)])) == []
        assert only(found(sheet(goals=[goal(objective=f"う{lines}")]))) == Finding(
            ("goals", 0, "objective"),
            "組織目標の1行目が長すぎます（1,000文字まで）。",
            "最初の文の後で改行してください。",
        )

    def test_what_stands_for_an_indicator_elsewhere_is_no_essay(self) -> None:
        row = {"name": "あ" * (MAX_HEADLINE + 1), "target": None, "result": None}
        initiative = {"names": ["訓練"], "summary": "訓練をします。", "indicators": ["1"]}
        assert found(sheet(goals=[goal(indicators=[row])])) == []
        assert only(found(sheet(goals=[goal(indicators=[row], initiatives=[initiative])]))) == Finding(
            ("goals", 0, "initiatives", 0, "indicators"),
            "1番目の指標の名前が長すぎます（1,000文字まで）。",
            "名前だけを書き、説明は取組の概要か目標達成状況に書いてください。",
        )

    def test_an_initiative_names_an_indicator_once(self) -> None:
        initiative = {"names": ["訓練"], "summary": "訓練をします。", "indicators": ["1", "1"]}
        assert only(found(sheet(goals=[goal(initiatives=[initiative])]))) == Finding(
            ("goals", 0, "initiatives", 0, "indicators"),
            "同じ指標が2回書かれています。",
            "同じ番号は1つだけ残して消してください。",
        )


class TestNames:
    UNIT = Unit("chiiki-somu", "地域総務課", ("総務課",), ())
    DIVISION = Division("kita", "北区役所", ("北区",), "ward", None, None, None, None, (UNIT,))

    @pytest.mark.parametrize("division", ["北区役所", "北区"])
    @pytest.mark.parametrize("unit", ["地域総務課", "総務課"])
    def test_a_name_or_an_alias_is_fine(self, division: str, unit: str) -> None:
        assert list(name_findings(sheet(division=division, unit=unit), self.DIVISION, self.UNIT)) == []

    def test_another_name_is_told_with_the_known_ones(self) -> None:
        assert list(name_findings(sheet(division="東区役所", unit="no"), self.DIVISION, self.UNIT)) == [
            Finding(
                ("division",),
                "「東区役所」は、organization.yaml にある名前（「北区役所」「北区」）と違います。",
                "もしかして「北区役所」ですか。値を直すか、organization.yaml の aliases に加えてください。",
            ),
            Finding(
                ("unit",),
                "「no」は、organization.yaml にある名前（「地域総務課」「総務課」）と違います。",
                "値を直すか、organization.yaml の aliases に加えてください。",
            ),
        ]


def organization(*divisions: dict[str, Any]) -> Organization:
    return record_of(Organization, {"divisions": [{"kind": "ward", "units": []} | one for one in divisions]})


class TestOrganization:
    def test_equal_units_in_two_divisions_are_fine(self) -> None:
        units = [{"slug": "chiiki-somu", "name": "地域総務課"}]
        listed = organization(
            {"slug": "kita", "name": "北区役所", "units": units},
            {"slug": "higashi", "name": "東区役所", "units": units},
        )
        assert list(organization_findings(listed)) == []

    @pytest.mark.parametrize(
        ("second", "key", "word"),
        [
            ({"slug": "kita", "name": "東区役所"}, "slug", "kita"),
            ({"slug": "higashi", "name": "北区役所"}, "name", "北区役所"),
            ({"slug": "higashi", "name": "東区役所", "aliases": ["北区"]}, "name", "北区"),
        ],
    )
    def test_two_divisions_share_neither_slug_nor_name(self, second: dict[str, Any], key: str, word: str) -> None:
        listed = organization({"slug": "kita", "name": "北区役所", "aliases": ["北区"]}, second)
        assert list(organization_findings(listed)) == [
            Finding(
                ("divisions", 1, key),
                f"「{word}」が2か所（1番目と2番目）にあります。",
                "どちらかを別の名前にしてください。",
            )
        ]

    def test_two_units_of_a_division_share_neither_slug_nor_name(self) -> None:
        units = [{"slug": "a", "name": "甲課"}, {"slug": "b", "name": "乙課"}, {"slug": "a", "name": "乙課"}]
        listed = organization({"slug": "kita", "name": "北区役所", "units": units})
        assert [finding.loc for finding in organization_findings(listed)] == [
            ("divisions", 0, "units", 2, "slug"),
            ("divisions", 0, "units", 2, "name"),
        ]

    def test_a_name_and_its_own_alias_may_be_equal(self) -> None:
        assert list(organization_findings(organization({"slug": "a", "name": "甲", "aliases": ["甲"]}))) == []


def plans(*listed: dict[str, Any]) -> Plans:
    return record_of(Plans, {"plans": [{"name": "計画"} | one for one in listed]})


class TestPlans:
    @pytest.mark.parametrize(
        ("second", "key", "word"),
        [
            ({"slug": "seisaku", "prefix": "行財"}, "slug", "seisaku"),
            ({"slug": "gyozai", "prefix": "政策"}, "prefix", "政策"),
        ],
    )
    def test_two_plans_share_neither_slug_nor_prefix(self, second: dict[str, Any], key: str, word: str) -> None:
        assert list(plan_findings(plans({"slug": "seisaku", "prefix": "政策"}, second))) == [
            Finding(
                ("plans", 1, key),
                f"「{word}」が2か所（1番目と2番目）にあります。",
                "どちらかを別の名前にしてください。",
            )
        ]

    def test_a_title_belongs_to_the_plan_of_its_code(self) -> None:
        listed = plans(
            {"slug": "seisaku", "prefix": "政策", "titles": [{"code": "行財1", "title": "財政"}]},
            {"slug": "gyozai", "prefix": "行財", "titles": [{"code": "行財1", "title": "財政"}]},
        )
        assert list(plan_findings(listed)) == [
            Finding(
                ("plans", 0, "titles", 0, "code"),
                "「行財1」は「政策」で始まっていません。",
                "正しい計画の下に移してください。",
            )
        ]

    def test_two_titles_of_one_code_are_found(self) -> None:
        titles = [{"code": "政策1-1", "title": "防災"}, {"code": "政策１-1", "title": "減災"}]
        listed = plans({"slug": "seisaku", "prefix": "政策", "titles": titles})
        assert [finding.loc for finding in plan_findings(listed)] == [("plans", 0, "titles", 1, "code")]

    def test_two_plans_cannot_give_two_codes_one_address(self) -> None:
        """/policies/seisaku-1-2/ would be 政策1-2 and 行政2."""
        listed = plans({"slug": "seisaku", "prefix": "政策"}, {"slug": "seisaku-1", "prefix": "行政"})
        assert [finding.loc for finding in plan_findings(listed)] == [("plans", 1, "slug")]


class TestRepeatedWords:
    """As data, the words of a goal stand once at each of its indicators."""

    def goal(self, letters: int, rows: int) -> dict[str, Any]:
        row = {"name": "参加者数", "target": None, "result": None}
        words = letters - len("防災体制の強化") - len("達成") - len("政策13-1-②")
        return goal(indicators=[row] * rows, next="あ" * words)

    def test_as_many_as_fit_are_taken(self) -> None:
        assert found(sheet(goals=[self.goal(MAX_REPEATED // 300, 300)])) == []

    def test_more_are_refused_before_they_fill_the_disk(self) -> None:
        goals = [self.goal(MAX_REPEATED // 300, 300), goal(number="2")]
        finding = only(found(sheet(goals=goals)))
        assert (finding.loc, finding.message) == (("goals", 1), "目標2の文が長すぎるか、行が多すぎます。")
        assert finding.hint == "1つの目標に1つの内容だけを書き、残りは別の目標に分けてください。"

    def test_the_largest_that_are_taken_fit_in_a_line_of_the_tables(self, tmp_path: Path) -> None:
        rows = "".join("\n      - {name: あ, target: い, result: }" for _ in range(1_000))
        words = sheet_text(goals=goal_text(status="あ" * 270)).replace(
            "\n      - name: 訓練の回数\n        target: 3回\n        result:", rows
        )
        built = make_site(write_content(tmp_path, {"sheets/2025/kita/somu.yaml": words}))
        assert built.problems == []
        assert len(read_table(built.files["data/goals.csv"])) == 1_000
