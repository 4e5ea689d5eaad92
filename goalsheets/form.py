"""Lay a goal out in the cells of the official form, merged as they are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from goalsheets.model import Goal, Indicator, Initiative
from goalsheets.ratings import State

Item = TypeVar("Item")


class Cell(NamedTuple):
    """Hold what stands in one cell of the form, over how many rows; a rating has its word beside its mark."""

    text: str
    span: int
    centred: bool = False
    word: str = ""


Row = tuple[Cell, ...]
"""The cells that begin in one row, from 組織目標 to 今後の方針."""


def form_rows(goal: Goal, state: State) -> list[Row]:
    """Return the rows of a goal; what holds for the goal as a whole is one cell over all of them."""
    indicators, initiatives = _columns(goal)
    height = len(indicators)
    keys = goal.row_keys if height > 1 else frozenset()
    rows = []
    for number, (indicator, span) in enumerate(indicators):
        first = number == 0
        cells = [Cell(goal.objective, height)] if first else []
        whole = goal.policies if first else ()
        own = indicator.policies if indicator else ()
        if over := span if "policies" in keys else height * first:
            cells.append(Cell("\n".join([*whole, *own]), over, centred=True))
        if span:
            cells += _indicator(indicator, span)
        initiative, below = initiatives[number]
        if below:
            cells += _initiative(initiative, below)
        if first:
            cells.append(Cell(goal.rating or "", height, centred=True, word=state.word if goal.rating else ""))
        for key in ("status", "next"):
            if over := span if key in keys else height * first:
                cells.append(Cell(_texts(goal if first else None, indicator, key), over))
        rows.append(tuple(cells))
    return rows


def _indicator(indicator: Indicator | None, span: int) -> tuple[Cell, Cell, Cell]:
    name, target, result = (indicator.name, indicator.target, indicator.result) if indicator else ("", "", "")
    return Cell(name, span), Cell(target or "", span, centred=True), Cell(result or "", span, centred=True)


def _initiative(initiative: Initiative | None, span: int) -> tuple[Cell, Cell]:
    if initiative is None:
        return Cell("", span), Cell("", span)
    names = initiative.names
    return Cell(names[0] if len(names) == 1 else "・" + "\n・".join(names), span), Cell(initiative.summary or "", span)


def _texts(goal: Goal | None, indicator: Indicator | None, key: str) -> str:
    """Return what the goal and its row have to say, each as printed."""
    return "\n".join([text for record in (goal, indicator) if (text := getattr(record, key, None))])


def _columns(goal: Goal) -> tuple[list[tuple[Indicator | None, int]], list[tuple[Initiative | None, int]]]:
    """Return the indicators and the initiatives, each with the rows it covers; 0 where one above goes on."""
    if len(goal.indicators) <= 1 and len(goal.initiatives) <= 1:
        return _spread(goal.indicators, 1), _spread(goal.initiatives, 1)
    left: list[tuple[Indicator | None, int]] = []
    right: list[tuple[Initiative | None, int]] = []
    for indicators, initiatives in _bands(goal):
        height = max(len(indicators), len(initiatives))
        left += _spread(indicators, height)
        right += _spread(initiatives, height)
    return left, right


def _spread(items: Sequence[Item], height: int) -> list[tuple[Item | None, int]]:
    """Spread items over so many rows: one each, and the last over what is left."""
    if not items:
        return [(None, height), *[(None, 0)] * (height - 1)]
    rest = height - len(items)
    return [*((item, 1) for item in items[:-1]), (items[-1], rest + 1), *[(None, 0)] * rest]


def _bands(goal: Goal) -> list[tuple[Sequence[Indicator], Sequence[Initiative]]]:
    """Return the indicators with the initiatives that belong to them, from top to bottom.

    Where cells side by side cannot show which belong together, all are one band.
    """
    whole: list[tuple[Sequence[Indicator], Sequence[Initiative]]] = [(goal.indicators, goal.initiatives)]
    bands: list[tuple[Sequence[Indicator], Sequence[Initiative]]] = []
    begun = ended = 0
    for initiative in goal.initiatives:
        first, last = min(initiative.indicators, default=0) - 1, max(initiative.indicators, default=0)
        if first < 0 or last - first != len(set(initiative.indicators)):
            return whole
        if bands and (first, last) == (begun, ended):
            bands[-1] = (bands[-1][0], (*bands[-1][1], initiative))
            continue
        if first < ended:
            return whole
        bands += _between(goal, ended, first)
        bands.append((goal.indicators[first:last], (initiative,)))
        begun, ended = first, last
    return [*bands, *_between(goal, ended, len(goal.indicators))]


def _between(goal: Goal, first: int, last: int) -> Iterator[tuple[Sequence[Indicator], Sequence[Initiative]]]:
    """Yield the indicators to which no initiative belongs."""
    if first < last:
        yield goal.indicators[first:last], ()
