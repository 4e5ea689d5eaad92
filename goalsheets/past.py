"""Find what came before a sheet, and after it: last year's sheet, and the goals that carry on one another."""

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
    """Hold a goal of another year with its sheet and what became of it."""

    entry: Entry
    goal: Goal
    state: State


class Past(NamedTuple):
    """Hold what a sheet's page tells of other years, and the places of the sheets that may tell otherwise.

    `carried` has, by the numbers of the sheet's goals, the goals that each carries on, the newest first; `others` the
    goals of last year that none carries on; `later`, again by numbers, the goals of next year that carry each on.
    """

    carried: dict[int, tuple[Step, ...]]
    others: tuple[Step, ...]
    later: dict[int, tuple[Step, ...]]
    places: tuple[Place, ...]


def past_of(entry: Entry, frame: Frame, entry_of: EntryOf) -> tuple[Past, list[Finding]]:
    """Find the past of a sheet and what carries it on, and the goals it names that are not there."""
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
    after = frame.after(entry.place)
    places = dict.fromkeys([*(one.place for one in before), *(where for where, _ in told), *after])
    return Past(carried, others, _later(entry, after, entry_of), tuple(places)), findings


def _later(entry: Entry, after: list[Place], entry_of: EntryOf) -> dict[int, tuple[Step, ...]]:
    """Return the goals of later sheets that carry on those of a sheet, by the numbers of its goals."""
    found: dict[int, tuple[Step, ...]] = {}
    for one in filter(None, map(entry_of, after)):
        for goal, state in one.goals:
            if goal.continues and (tie := tie_of(goal.continues)) and tie[0] == entry.place:
                found[tie[1]] = (*found.get(tie[1], ()), Step(one, goal, state))
    return found


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
