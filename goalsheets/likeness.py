"""Find goals that seem to carry on one of last year's, though they do not say so: for staff to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from goalsheets.addresses import goal_anchor
from goalsheets.binding import Finding
from goalsheets.catalog import Entry
from goalsheets.fields import short
from goalsheets.letters import folded
from goalsheets.model import Goal
from goalsheets.parsing import Frame, Place
from goalsheets.past import EntryOf

LIKELY = 0.6
"""A goal that is this like one of last year's is told of.

Of goals of the city edited in one way (a sentence dropped or added, an indicator exchanged, words replaced) nine in ten
and more are above it; of two goals of one sheet, only those with the same objective.
"""

_DIGITS = re.compile(r"\d+")


class _Untied(NamedTuple):
    """Hold a goal that no tie names or has, with its sheet and the pairs of letters in its words."""

    place: Place
    goal: Goal
    pairs: frozenset[str]

    @property
    def path(self) -> str:
        return f"{'/'.join(map(str, self.place))}#{goal_anchor(self.goal)}"


def likely_ties(entry: Entry, frame: Frame, entry_of: EntryOf) -> Iterator[Finding]:
    """Find the goals of a sheet that seem to carry on one of last year's; each is taken once, the most like first.

    A goal is left alone where it says what it carries on, or by a blank that it carries on none.
    """
    before = [found for place in frame.before(entry.place) if (found := entry_of(place))]
    if not before or all(goal.continues is not None for goal, _ in entry.goals):
        return
    rivals = list(_rivals(entry.place, frame, entry_of))
    named = {goal.continues for rival in rivals for goal, _ in rival.goals}
    old = [goal for goal in _goals(before) if goal.path not in named]
    new = [goal for goal in _goals(rivals) if goal.goal.continues is None]
    ties = _most_alike(new, old)
    for index, (goal, _) in enumerate(entry.goals):
        if former := ties.get((entry.place, goal.number)):
            yield _finding(index, former)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return which part of two goals' pairs of letters they have in common, from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def pairs_of(goal: Goal) -> frozenset[str]:
    """Return the pairs of letters in a goal's objective and the names of its indicators.

    Digits are left out: years and amounts change where the goal does not.
    """
    texts = (goal.objective, *(indicator.name for indicator in goal.indicators))
    words = [_DIGITS.sub("", folded(text)) for text in texts]
    return frozenset([first + second for word in words for first, second in pairwise(word)])


def _rivals(where: Place, frame: Frame, entry_of: EntryOf) -> Iterator[Entry]:
    """Yield the sheets that may carry on the same goals as one: itself, and those of units with its predecessors."""
    before = frame.before(where)
    units = {unit for place in before for unit in frame.heirs(place)}
    for rival in sorted(Place(where.year, *unit) for unit in units):
        if not set(before).isdisjoint(frame.before(rival)) and (found := entry_of(rival)):
            yield found


def _goals(entries: Iterable[Entry]) -> Iterator[_Untied]:
    for entry in entries:
        for goal, _ in entry.goals:
            yield _Untied(entry.place, goal, pairs_of(goal))


def _most_alike(new: list[_Untied], old: list[_Untied]) -> dict[tuple[Place, int], _Untied]:
    """Return which goal of last year each is like, none twice."""
    found: dict[tuple[Place, int], _Untied] = {}
    alike = ((likeness(one.pairs, other.pairs), one, other) for one in new for other in old)
    taken: set[str] = set()
    for _, one, other in sorted((pair for pair in alike if pair[0] >= LIKELY), key=lambda pair: -pair[0]):
        where = one.place, one.goal.number
        if where not in found and other.path not in taken:
            found[where] = other
            taken.add(other.path)
    return found


def _finding(index: int, former: _Untied) -> Finding:
    message = f"この目標は、前の年度の目標 {former.path}「{short(former.goal.headline)}」の続きのようです。"
    hint = (
        f"続きなら、この目標に「continues: {former.path}」の行を加えてください。"
        "続きでなければ、そのままでかまいません（「continues:」とだけ書けば、次からは知らせません）。"
    )
    return Finding(("goals", index), message, hint, "warning")
