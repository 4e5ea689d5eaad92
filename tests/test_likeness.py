"""Goals that seem to carry on one of last year's are told to staff, each once, and only to them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.building import make_site
from goalsheets.likeness import LIKELY, likeness, pairs_of
from goalsheets.model import Goal
from goalsheets.problems import Problem
from tests.conftest import GOOD_SHEET, SHEET_PATH, Desk, edited
from tests.samples import CONTENT, ORGANIZATION, entries_of, goal_text, public_tree, sheet_text, write_content

DRILLS = "自主防災組織の訓練を支え、地域の備えを強めます。"
STOCK = "避難所に置く食料と毛布の数をふやします。"
BOOKS = "図書館で借りられる本をふやし、子どもの読書を応援します。"
SUCCEEDED = ORGANIZATION.replace(
    "        name: 建設課\n", "        name: 建設課\n        predecessors: [shimin/somu]\n"
).replace(
    "        name: 総務課\n      - slug: k",
    "        name: 総務課\n        predecessors: [shimin/somu]\n      - slug: k",
)


def goals(*objectives: str, **extra: str) -> str:
    """Write goals numbered from 1; each is measured by its own words. `extra` has further lines, as goal_2="…"."""
    return "".join(
        goal_text(number, objective=objective, extra=extra.get(f"goal_{number}", "")).replace(
            "訓練の回数", f"{objective[:6]}の数"
        )
        for number, objective in enumerate(objectives, 1)
    )


def told(folder: Path, files: dict[str, str]) -> list[str]:
    """Return which goals `check` takes for those of last year, as unit#number < path."""
    built = make_site(write_content(folder, files), with_doubts=True)
    return [named(problem) for problem in built.problems]


def named(problem: Problem) -> str:
    """Return the goal at the place of a problem, and the one of last year that it names."""
    path = Path(problem.path)
    line = path.read_text(encoding="utf-8").splitlines()[problem.line - 1]
    here, former = re.fullmatch(r" *- number: (\d+)", line), re.search(r"目標 (\S+?)「", problem.message)
    assert here
    assert former
    return f"{path.stem}#{here[1]} < {former[1]}"


def two_years(before: str, now: str) -> dict[str, str]:
    return {
        "sheets/2024/kita/somu.yaml": sheet_text(2024, goals=before),
        "sheets/2025/kita/somu.yaml": sheet_text(2025, goals=now),
    }


class TestTies:
    def test_goals_are_told_in_whatever_order_they_now_stand(self, tmp_path: Path) -> None:
        files = two_years(goals(DRILLS, STOCK, BOOKS), goals(BOOKS, DRILLS.replace("強め", "高め")))
        assert told(tmp_path, files) == ["somu#1 < 2024/kita/somu#goal-3", "somu#2 < 2024/kita/somu#goal-1"]

    def test_a_goal_of_last_year_goes_to_the_one_that_is_most_like_it(self, tmp_path: Path) -> None:
        files = two_years(goals(DRILLS), goals(DRILLS.replace("地域", "各地域"), DRILLS))
        assert told(tmp_path, files) == ["somu#2 < 2024/kita/somu#goal-1"]

    def test_of_goals_that_are_quite_the_same_the_first_goes_with_the_first(self, tmp_path: Path) -> None:
        files = two_years(goals(DRILLS, DRILLS), goals(DRILLS, DRILLS))
        assert told(tmp_path, files) == ["somu#1 < 2024/kita/somu#goal-1", "somu#2 < 2024/kita/somu#goal-2"]

    def test_other_goals_are_not_told(self, tmp_path: Path) -> None:
        assert told(tmp_path, two_years(goals(DRILLS, STOCK), goals(BOOKS))) == []

    def test_years_and_amounts_and_how_letters_are_typed_make_no_difference(self) -> None:
        goal = real_goals()[0][0]
        before, now = (
            goal._replace(objective=f"{words}。") for words in ("2024年度は12回行う", "2025年度は１５回 行う")
        )
        assert pairs_of(before) == pairs_of(now)

    def test_a_year_left_out_is_not_the_year_before(self, tmp_path: Path) -> None:
        files = {
            "sheets/2023/kita/somu.yaml": sheet_text(2023, goals=goals(DRILLS)),
            "sheets/2025/kita/somu.yaml": sheet_text(2025, goals=goals(DRILLS)),
        }
        assert told(tmp_path, files) == []


class TestQuiet:
    def test_a_goal_that_says_what_it_carries_on_is_left_alone(self, tmp_path: Path) -> None:
        tie = "continues: 2024/kita/somu#goal-2"
        assert told(tmp_path, two_years(goals(DRILLS, STOCK), goals(DRILLS, goal_1=tie))) == []

    def test_a_blank_says_that_it_carries_on_none(self, tmp_path: Path) -> None:
        assert told(tmp_path, two_years(goals(DRILLS), goals(DRILLS, goal_1="continues:"))) == []

    def test_a_goal_that_another_carries_on_is_not_told_of(self, tmp_path: Path) -> None:
        now = goals(DRILLS, STOCK, goal_2="continues: 2024/kita/somu#goal-1")
        assert told(tmp_path, two_years(goals(DRILLS), now)) == []

    def test_a_blank_is_published_as_if_it_were_not_there(self, tmp_path: Path) -> None:
        one = make_site(write_content(tmp_path / "1", two_years(goals(DRILLS), goals(DRILLS))))
        other = make_site(write_content(tmp_path / "2", two_years(goals(DRILLS), goals(DRILLS, goal_1="continues:"))))
        assert one.files == other.files
        assert b'"continues":null' in one.files["sheets/2025/kita/somu/sheet.json"]


class TestPredecessors:
    def files(self, **of_units: str) -> dict[str, str]:
        return {
            "organization.yaml": SUCCEEDED,
            "sheets/2024/shimin/somu.yaml": sheet_text(2024, division="市民部", goals=goals(DRILLS, STOCK)),
            "sheets/2025/kita/somu.yaml": sheet_text(2025, goals=of_units["somu"]),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(2025, unit="建設課", goals=of_units["kensetsu"]),
        }

    def test_their_goals_are_shared_out_among_those_that_took_their_work_over(self, tmp_path: Path) -> None:
        files = self.files(somu=goals(DRILLS, STOCK.replace("毛布", "毛布や水")), kensetsu=goals(STOCK))
        assert sorted(told(tmp_path, files)) == [
            "kensetsu#1 < 2024/shimin/somu#goal-2",
            "somu#1 < 2024/shimin/somu#goal-1",
        ]

    def test_one_that_another_unit_carries_on_is_not_told_of(self, tmp_path: Path) -> None:
        tie = "continues: 2024/shimin/somu#goal-1"
        assert told(tmp_path, self.files(somu=goals(DRILLS), kensetsu=goals(BOOKS, goal_1=tie))) == []

    def test_a_unit_with_its_own_year_before_looks_there(self, tmp_path: Path) -> None:
        files = self.files(somu=goals(DRILLS), kensetsu=goals(STOCK))
        files["sheets/2024/kita/somu.yaml"] = sheet_text(2024, goals=goals(BOOKS))
        assert told(tmp_path, files) == ["kensetsu#1 < 2024/shimin/somu#goal-2"]


@cache
def real_goals() -> list[list[Goal]]:
    """Return the goals of each of the city's own sheets."""
    _, entries, _ = entries_of(CONTENT)
    return [[goal for goal, _ in entry.goals] for entry in entries]


def likely(one: Goal, other: Goal) -> bool:
    return likeness(pairs_of(one), pairs_of(other)) >= LIKELY


def with_indicator(goal: Goal, name: str) -> Goal:
    return goal._replace(indicators=(goal.indicators[0]._replace(name=name), *goal.indicators[1:]))


EDITS: dict[str, Callable[[Goal], Goal]] = {
    "polite": lambda goal: goal._replace(objective=goal.objective.replace("します", "していきます")),
    "other words": lambda goal: goal._replace(objective=goal.objective.replace("推進", "促進").replace("強化", "充実")),
    "half of it": lambda goal: goal._replace(objective=goal.objective[: len(goal.objective) * 2 // 3]),
    "a further aim": lambda goal: goal._replace(objective=f"{goal.objective}\nあわせて、担い手を育てます。"),
    "another indicator": lambda goal: with_indicator(goal, "説明会の参加者数"),
}


class TestRealGoals:
    @pytest.mark.parametrize("edit", EDITS)
    def test_a_goal_that_a_clerk_edited_is_known_again(self, edit: str) -> None:
        goals = [goal for sheet in real_goals() for goal in sheet]
        changed = [(goal, new) for goal in goals if (new := EDITS[edit](goal)) != goal]
        assert len(changed) > 5
        assert sum(likely(goal, new) for goal, new in changed) >= 0.9 * len(changed)

    def test_two_goals_of_a_sheet_are_not_taken_for_one_unless_they_have_one_objective(self) -> None:
        pairs = [pair for sheet in real_goals() for pair in combinations(sheet, 2)]
        assert [(one.objective, other.objective) for one, other in pairs if likely(one, other)] == [
            (one.objective, other.objective) for one, other in pairs if one.objective == other.objective
        ]

    def test_the_next_year_of_a_real_sheet_is_told_goal_by_goal(self, tmp_path: Path) -> None:
        shutil.copytree(CONTENT, tmp_path / "content")
        sheet = tmp_path / "content/sheets/2025/kita/chiiki-somu.yaml"
        text = sheet.read_text(encoding="utf-8").replace("2025", "2026").replace("一層努める", "引き続き努める")
        following = tmp_path / "content/sheets/2026/kita/chiiki-somu.yaml"
        following.parent.mkdir(parents=True)
        following.write_text(text, encoding="utf-8")
        problems = make_site(tmp_path / "content", with_doubts=True).problems
        count = text.count("- number:")
        assert [named(problem) for problem in problems] == [
            f"chiiki-somu#{number} < 2025/kita/chiiki-somu#goal-{number}" for number in range(1, count + 1)
        ]
        assert problems[0].message == (
            "この目標は、前の年度の目標 2025/kita/chiiki-somu#goal-1"
            "「避難スペースの確保に一層努めるとともに、発災当初から円滑に避難所を開設・運営でき…」の続きのようです。"
        )


class TestLikeness:
    sets = st.frozensets(st.text("あいう", min_size=2, max_size=2))

    @given(sets, sets)
    def test_it_is_a_share_that_is_whole_for_the_same_and_none_without_anything_in_common(
        self, one: frozenset[str], other: frozenset[str]
    ) -> None:
        found = likeness(one, other)
        assert found == likeness(other, one)
        assert 0 <= found <= 1
        assert (found == 1) == (one == other != frozenset())
        assert (found == 0) == (not one & other)


class TestCommand:
    def put_last_year(self, desk: Desk) -> None:
        former = edited("fiscal_year: 2025", "fiscal_year: 2024").replace("2025-04-01", "2024-04-01")
        desk.write(SHEET_PATH.replace("2025", "2024"), former.replace("2026-03-31", "2025-03-31"))

    def test_check_says_what_to_write_and_the_written_line_is_right(self, desk: Desk) -> None:
        self.put_last_year(desk)
        outcome = desk.run("check")
        assert outcome.code == 0
        assert outcome.err == (
            f"{desk.content}/{SHEET_PATH}:8:5: 警告: この目標は、前の年度の目標 2024/kita/chiiki-somu#goal-1"
            "「防災体制の強化」の続きのようです。\n"
            "  hint: 続きなら、この目標に「continues: 2024/kita/chiiki-somu#goal-1」の行を加えてください。"
            "続きでなければ、そのままでかまいません（「continues:」とだけ書けば、次からは知らせません）。\n"
        )
        (line,) = re.findall("「(continues: .+?)」", outcome.err)
        desk.sheet(f"{GOOD_SHEET}    {line}\n")
        assert desk.run("check").err == ""
        assert desk.published() == []
        assert desk.words().count("防災体制の強化") > 1

    def test_a_build_says_and_publishes_nothing_of_it(self, desk: Desk) -> None:
        self.put_last_year(desk)
        outcome = desk.run()
        assert (outcome.code, outcome.err) == (0, "")
        pages = public_tree(desk.site).values()
        assert not any("続きのようです".encode() in data for data in pages)
        assert desk.run().err == ""

    def test_an_error_elsewhere_is_told_with_it(self, desk: Desk) -> None:
        self.put_last_year(desk)
        desk.write("sheets/2022/kita/chiiki-somu.yaml", GOOD_SHEET)
        outcome = desk.run("check")
        assert outcome.code == 1
        assert [line.split(": ")[0] for line in outcome.err.splitlines() if "続きのようです" in line] == [
            f"{desk.content}/{SHEET_PATH}:8:5"
        ]
