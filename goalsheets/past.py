"""Find what came before a sheet: last year's sheet, and the goals that its own goals carry on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from goalsheets.binding import Finding
from goalsheets.catalog import Entry
from goalsheets.model import Goal
from goalsheets.parsing import Frame, Place, place_of_path
from goalsheets.ratings import State

EntryOf = Callable[[Place], Entry | None]
"""Gives the sheet of a place; None where there is none, or none that can be read."""


class Step(NamedTuple):
    """Hold a goal of an earlier year with its sheet and what became of it."""

    entry: Entry
    goal: Goal
    state: State


class Past(NamedTuple):
    """Hold what a sheet's page tells of earlier years, and the places of the sheets that it tells of.

    `carried` has, by the numbers of the sheet's goals, the goals that each carries on, the newest first; `others` the
    goals of last year that none carries on.
    """

    carried: dict[int, tuple[Step, ...]]
    others: tuple[Step, ...]
    places: tuple[Place, ...]


def past_of(entry: Entry, frame: Frame, entry_of: EntryOf) -> tuple[Past, list[Finding]]:
    """Find the past of a sheet, and the goals it names that are not there."""
    findings: list[Finding] = []
    carried: dict[int, tuple[Step, ...]] = {}
    for index, (goal, _) in enumerate(entry.goals):
        if goal.continues:
            steps = tuple(_steps(goal, entry_of))
            if steps:
                carried[goal.number] = steps
            elif (tie := tie_of(goal.continues)) and entry_of(tie[0]):  # one that cannot be read has errors of its own
                message = f"「{goal.continues}」という目標はありません。"
                hint = "続きの元のシートで、目標の番号を確かめてください。"
                findings.append(Finding(("goals", index, "continues"), message, hint))
    before = [found for place in frame.before(entry.place) if (found := entry_of(place))]
    told = {(step.entry.place, step.goal.number) for steps in carried.values() for step in steps}
    others = tuple(
        Step(one, goal, state)
        for one in before
        for goal, state in one.goals
        if goal.onward and (one.place, goal.number) not in told
    )
    places = dict.fromkeys([*(one.place for one in before), *(where for where, _ in told)])
    return Past(carried, others, tuple(places)), findings


def _steps(goal: Goal, entry_of: EntryOf) -> Iterator[Step]:
    """Yield the goals that a goal carries on, the newest first; each is of an earlier year than the one before."""
    year = 10_000
    while goal.continues and (tie := tie_of(goal.continues)) and tie[0].year < year:
        entry = entry_of(tie[0])
        found = [one for one in entry.goals if one[0].number == tie[1]] if entry else []
        if not entry or not found:
            return
        year = tie[0].year
        goal, state = found[0]
        yield Step(entry, goal, state)


def tie_of(printed: str) -> tuple[Place, int] | None:
    """Read the name of a goal, as 2024/kita/chiiki-somu#goal-2."""
    path, _, number = printed.partition("#goal-")
    place = place_of_path(f"sheets/{path}.yaml")
    return (place, int(number)) if place and number.isdecimal() else None
