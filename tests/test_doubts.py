"""Doubts: a rating that a sheet's own numbers speak against is told to staff, and only to them."""

from __future__ import annotations

from typing import Any

import pytest

from goalsheets.binding import Finding, record_of
from goalsheets.doubts import rating_doubts
from goalsheets.model import Sheet
from tests.conftest import SHEET_PATH, Desk, edited
from tests.samples import CONTENT, entries_of

HINT = (
    "評価と数のどちらかが誤っていないか確かめてください。シートの印字のとおりなら、そのことを notes に書いてください。"
)
SHARE = "マイナンバーカードの保有率"
DOUBTFUL = edited("1,310人", "1,190人")


def goal(
    rating: str | None, *rows: tuple[str | None, str | None], name: str = SHARE, objective: str = "普及を進めます。"
) -> dict[str, Any]:
    """Return a goal with indicator rows, each of a target and a result."""
    return {
        "number": "1",
        "objective": objective,
        "indicators": [{"name": name, "target": target, "result": result} for target, result in rows],
        "rating": rating,
        "status": None,
        "next": None,
    }


def doubts(*goals: dict[str, Any]) -> list[Finding]:
    numbered = [one | {"number": str(number)} for number, one in enumerate(goals, 1)]
    fields = {
        "fiscal_year": "2024",
        "created": "2024-04-01",
        "evaluated": "2025-03-31",
        "division": "市民生活部",
        "unit": "市民生活課",
        "goals": numbered,
    }
    return list(rating_doubts(record_of(Sheet, fields)))


def messages(*goals: dict[str, Any]) -> list[str]:
    return [finding.message for finding in doubts(*goals)]


def test_no_rating_of_the_city_is_in_doubt() -> None:
    _, entries, _ = entries_of(CONTENT)
    assert [finding for entry in entries for finding in rating_doubts(entry.sheet)] == []


def test_the_city_rates_a_missed_target_with_a_cross_and_would_be_warned_of_a_circle() -> None:
    assert doubts(goal("×", ("80%", "77.7%"))) == []
    assert doubts(goal("○", ("80%", "77.7%"))) == [
        Finding(
            ("goals", 0, "rating"),
            "評価は「○」ですが、結果「77.7%」（目標「80%」）は目標を満たしていません。",
            HINT,
            "warning",
        )
    ]


class TestAchieved:
    @pytest.mark.parametrize("mark", ["○", "◯", "〇"])
    def test_each_way_of_typing_the_mark_is_known_and_told_as_typed(self, mark: str) -> None:
        assert messages(goal(mark, ("3回", "2回"))) == [
            f"評価は「{mark}」ですが、結果「2回」（目標「3回」）は目標を満たしていません。"
        ]

    @pytest.mark.parametrize(
        ("target", "result"),
        [
            *(("80%以上", "79.9%"), ("100人超", "100人"), ("5件以下", "6件"), ("5件以内", "6件"), ("5件未満", "5件")),
            *(("０件", "２件"), ("1,700件", "1,512件"), ("300件\n（R5：290件）", "299件")),
        ],
    )
    def test_a_missed_target_is_told(self, target: str, result: str) -> None:
        assert len(doubts(goal("○", (target, result)))) == 1

    @pytest.mark.parametrize(
        ("target", "result"),
        [
            *(("80%以上", "80%"), ("100人超", "101人"), ("5件以下", "5件"), ("5件以内", "0件"), ("5件未満", "4件")),
            *(("0件", "０件"), ("1,700件", "１，７００件"), ("80%", "100%")),
        ],
    )
    def test_a_target_that_is_met_is_not(self, target: str, result: str) -> None:
        assert doubts(goal("○", (target, result))) == []

    @pytest.mark.parametrize(
        ("target", "result"), [("80%", None), (None, "77.7%"), ("推進", "推進"), ("80%", "77.7"), ("80%", "約70%")]
    )
    def test_what_cannot_be_compared_is_left_alone(self, target: str | None, result: str | None) -> None:
        assert doubts(goal("○", (target, result))) == []

    def test_each_row_that_misses_is_named(self) -> None:
        rows = (("3回", "2回"), ("推進", "推進"), ("5校", "5校"), ("80%", "79%"))
        assert messages(goal("○", *rows)) == [
            "評価は「○」ですが、1番目の指標の結果「2回」（目標「3回」）は目標を満たしていません。",
            "評価は「○」ですが、4番目の指標の結果「79%」（目標「80%」）は目標を満たしていません。",
        ]

    def test_the_place_is_that_of_the_goal(self) -> None:
        first, second = goal("○", ("3回", "3回")), goal("○", ("3回", "2回"))
        assert [finding.loc for finding in doubts(first, second)] == [("goals", 1, "rating")]


class TestNotAchieved:
    @pytest.mark.parametrize("mark", ["△", "×", "✕"])
    def test_a_goal_whose_only_target_is_met_is_told(self, mark: str) -> None:
        assert messages(goal(mark, ("22回", "28回"))) == [
            f"評価は「{mark}」ですが、結果「28回」（目標「22回」）は目標を満たしています。"
        ]

    def test_a_goal_all_of_whose_targets_are_met_is_told_once(self) -> None:
        assert messages(goal("×", ("22回", "28回"), ("0件", "0件"))) == [
            "評価は「×」ですが、結果「28回」（目標「22回」）、結果「0件」（目標「0件」）はどれも目標を満たしています。"
        ]

    @pytest.mark.parametrize(
        "rows",
        [
            [("22回", "21回")],
            [("0件", "1件")],
            [("22回", "28回"), ("80%", "77.7%")],
            [("22回", "28回"), ("推進", "推進")],
            [("22回", "28回"), ("3回", None)],
            [("推進", "推進")],
            [],
        ],
    )
    def test_one_row_that_is_missed_or_cannot_be_compared_may_be_the_reason(
        self, rows: list[tuple[str | None, str | None]]
    ) -> None:
        assert doubts(goal("×", *rows)) == []


class TestDirection:
    @pytest.mark.parametrize("name", ["苦情の件数", "滞納率", "ごみの排出量", "待ち時間", "事故発生件数"])
    def test_a_bare_number_of_what_is_to_become_less_says_nothing_unless_it_is_reached(self, name: str) -> None:
        for rating in "○△×":
            assert doubts(goal(rating, ("50件", "40件"), name=name)) == []
            assert doubts(goal(rating, ("50件", "60件"), name=name)) == []
        assert doubts(goal("○", ("50件", "50件"), name=name)) == []
        assert len(doubts(goal("×", ("50件", "50件"), name=name))) == 1

    def test_the_objective_may_say_so_too(self) -> None:
        assert doubts(goal("○", ("50件", "40件"), name="件数", objective="苦情を減らします。")) == []

    def test_what_is_done_against_it_is_to_be_more(self) -> None:
        told = goal("○", ("12回", "9回"), name="交通安全教室の実施回数", objective="交通事故を減らします。")
        assert len(doubts(told)) == 1

    def test_a_printed_bound_is_stronger_than_words(self) -> None:
        assert len(doubts(goal("○", ("50件以下", "60件"), name="苦情の件数"))) == 1
        assert len(doubts(goal("○", ("80%以上", "70%"), name="苦情の解決率"))) == 1


class TestNotes:
    def test_a_goal_with_notes_has_been_looked_at(self) -> None:
        assert doubts(goal("○", ("80%", "77.7%")) | {"notes": ["評価は印字のとおりです。"]}) == []

    def test_a_goal_without_a_rating_says_nothing(self) -> None:
        assert doubts(goal(None, ("80%", "77.7%"))) == []


class TestCommand:
    def test_check_names_file_line_and_column(self, desk: Desk) -> None:
        desk.sheet(DOUBTFUL)
        outcome = desk.run("check")
        assert outcome.code == 0
        assert outcome.err == (
            f"{desk.content}/{SHEET_PATH}:19:13: 警告: "
            f"評価は「○」ですが、結果「1,190人」（目標「1,200人」）は目標を満たしていません。\n  hint: {HINT}\n"
        )

    def test_a_build_says_and_publishes_nothing_of_it(self, desk: Desk) -> None:
        desk.sheet(DOUBTFUL)
        outcome = desk.run()
        assert (outcome.code, outcome.err) == (0, "")
        assert not any("満たして" in page.read_text(encoding="utf-8") for page in desk.site.rglob("*.html"))
        assert desk.run().err == ""
