"""Put the sheets in order: by year, division, unit and policy, with their counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from goalsheets.model import Division, Goal, Sheet, Unit
from goalsheets.parsing import Frame, Place
from goalsheets.policies import PolicyCode, unpacked_code
from goalsheets.ratings import State, Tally

STATES = tuple(State)

Key = TypeVar("Key")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Entry:
    """Hold a sheet in its place."""

    place: Place
    division: Division
    unit: Unit
    sheet: Sheet

    @property
    def year(self) -> int:
        return self.place.year

    @cached_property
    def goals(self) -> tuple[tuple[Goal, State], ...]:
        """Return each goal with what became of it."""
        return tuple(zip(self.sheet.goals, self.sheet.states(), strict=True))

    @cached_property
    def tally(self) -> Tally:
        return Tally.of(self.sheet.states())

    @property
    def latest(self) -> str:
        """Return the day on which the city last wrote on the sheet, or nothing."""
        return str(self.sheet.evaluated or self.sheet.created or "")


Row = tuple[int, int]
"""Where a line of an index page stands among the lines that were rendered with their sheets: start and length."""


class GoalBrief(NamedTuple):
    """Hold what index pages tell of a goal: what became of it, the codes it cites, and its rendered lines."""

    state: State
    codes: tuple[PolicyCode, ...]
    row: Row
    row_with_status: Row


class Brief(NamedTuple):
    """Hold what index pages tell of a sheet."""

    place: Place
    evaluated: bool
    latest: str
    row: Row
    goals: tuple[GoalBrief, ...]

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(goal.state for goal in self.goals)

    @property
    def codes(self) -> set[PolicyCode]:
        """Return every code that a goal cites, and those above it."""
        return {wider for goal in self.goals for code in goal.codes for wider in code.ancestors()}

    def packed(self) -> list[Any]:
        """Return the brief as plain lists for JSON."""
        goals = [
            [STATES.index(goal.state), [code.packed for code in goal.codes], goal.row, goal.row_with_status]
            for goal in self.goals
        ]
        where = self.place
        return [where.year, where.division, where.unit, self.evaluated, self.latest, self.row, goals]

    @staticmethod
    def place_of(packed: list[Any]) -> Place:
        """Return only the place of a packed brief."""
        return Place(*packed[:3])

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Brief:
        """Make a brief again from what `packed` gave."""
        year, division, unit, evaluated, latest, row, goals = packed
        briefs = tuple(
            GoalBrief(STATES[state], tuple(map(unpacked_code, codes)), tuple(line), tuple(long))
            for state, codes, line, long in goals
        )
        return cls(Place(year, division, unit), evaluated, latest, tuple(row), briefs)


@dataclass(frozen=True)
class Catalog:
    """Hold the briefs of all sheets, the newest year first and then in the order of the organization."""

    frame: Frame
    briefs: tuple[Brief, ...]

    @cached_property
    def of_year(self) -> dict[int, tuple[Brief, ...]]:
        return _grouped((brief.place.year, brief) for brief in self.briefs)

    @cached_property
    def of_division(self) -> dict[str, tuple[Brief, ...]]:
        return _grouped((brief.place.division, brief) for brief in self.briefs)

    @cached_property
    def of_unit(self) -> dict[tuple[str, str], tuple[Brief, ...]]:
        return _grouped(((brief.place.division, brief.place.unit), brief) for brief in self.briefs)

    @cached_property
    def of_policy(self) -> dict[PolicyCode, tuple[tuple[Brief, GoalBrief], ...]]:
        """Return the goals that cite each code or one below it, in the order of the plans and the numbers."""
        grouped: dict[PolicyCode, list[tuple[Brief, GoalBrief]]] = {}
        for brief in self.briefs:
            for goal in brief.goals:
                for code in dict.fromkeys(wider for cited in goal.codes for wider in cited.ancestors()):
                    grouped.setdefault(code, []).append((brief, goal))
        rank = {plan.prefix: number for number, plan in enumerate(self.frame.plans)}
        codes = sorted(grouped, key=lambda code: (rank[code.prefix], code.numbers))
        return {code: tuple(grouped[code]) for code in codes}

    @cached_property
    def tally_of_policy(self) -> dict[PolicyCode, Tally]:
        return {code: Tally.of(goal.state for _, goal in found) for code, found in self.of_policy.items()}

    @cached_property
    def codes_below(self) -> dict[PolicyCode, tuple[PolicyCode, ...]]:
        """Return the codes one level below each code."""
        return _grouped((code.ancestors()[-2], code) for code in self.of_policy if len(code.numbers) > 1)


def assemble(frame: Frame, briefs: Iterable[Brief]) -> Catalog:
    """Put the briefs of a city's sheets in order."""
    return Catalog(frame, tuple(sorted(briefs, key=lambda brief: frame.order(brief.place))))


def tally_of(briefs: Iterable[Brief]) -> Tally:
    """Count the goals of some sheets by state."""
    return Tally.of(state for brief in briefs for state in brief.states)


def _grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, tuple[Item, ...]]:
    grouped: dict[Key, list[Item]] = {}
    for key, item in pairs:
        grouped.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in grouped.items()}
