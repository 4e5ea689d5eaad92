"""Lay a goal out in the cells of the official form, merged as they are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from goalsheets.model import Goal, Indicator, Initiative

Item = TypeVar("Item")

Cell = tuple[str, str, int]
"""How the text of a cell stands, the text, and the rows that the cell covers."""

Row = tuple[list[Cell], list[Cell]]
"""The cells that begin in a row, before 評価 and behind it."""

Band = tuple[Sequence[Indicator], Sequence[Initiative]]
"""Indicators and the initiatives that stand beside them."""

LEFT, CENTRED = "written", "centred"

_NO_INDICATOR = Indicator("", None, None, (), None, None)
_NO_INITIATIVE = Initiative(("",), None, ())


def merged_rows(goal: Goal) -> list[Row]:
    """Return the rows of a goal whose cells are merged; none where it has one indicator and one initiative, in one row.

    What holds for the goal as a whole is one cell over all of its rows.
    """
    if len(goal.indicators) == len(goal.initiatives) == 1:
        (one,) = goal.indicators
        if not (one.policies or one.status or one.next):
            return []
    return goal_rows(goal)


def goal_rows(goal: Goal) -> list[Row]:
    """Return the rows of a goal, of which it has one at least."""
    keys = goal.row_keys
    lines = [line for band in _bands(goal) for line in _lines(*band)]
    rows = []
    for number, (indicator, over, initiative, below) in enumerate(lines):
        whole = 0 if number else len(lines)
        spans = tuple([over if key in keys else whole for key in ("policies", "status", "next")])
        rows.append(_row(goal, spans, indicator, over, initiative, below, whole))
    return rows


def _row(
    goal: Goal,
    spans: tuple[int, ...],
    indicator: Indicator,
    over: int,
    initiative: Initiative,
    below: int,
    whole: int,
) -> Row:
    """Return the cells that begin in one row; 0 where one above goes on."""
    policies, status, after = spans
    before: list[Cell] = [(LEFT, goal.objective, whole)] if whole else []
    if policies:
        codes = goal.policies + indicator.policies if whole else indicator.policies
        before.append((CENTRED, "\n".join(codes), policies))
    if over:
        name, target, result = indicator.name, indicator.target or "", indicator.result or ""
        before += (LEFT, name, over), (CENTRED, target, over), (CENTRED, result, over)
    if below:
        names = initiative.names
        name = names[0] if len(names) == 1 else "・" + "\n・".join(names)
        before += (LEFT, name, below), (LEFT, initiative.summary or "", below)
    behind: list[Cell] = []
    if status:
        behind.append((LEFT, _joined(whole and goal.status, indicator.status), status))
    if after:
        behind.append((LEFT, _joined(whole and goal.next, indicator.next), after))
    return before, behind


def _joined(goal: str | int | None, row: str | None) -> str:
    """Return what the goal and its row have to say, each as printed."""
    return f"{goal}\n{row}" if goal and row else str(goal or row or "")


def _lines(
    indicators: Sequence[Indicator], initiatives: Sequence[Initiative]
) -> Iterator[tuple[Indicator, int, Initiative, int]]:
    """Yield the rows of a band: an indicator and an initiative, each with the rows it covers."""
    height = max(len(indicators), len(initiatives), 1)
    left = _spread(indicators, _NO_INDICATOR, height)
    right = _spread(initiatives, _NO_INITIATIVE, height)
    for (indicator, over), (initiative, below) in zip(left, right, strict=True):
        yield indicator, over, initiative, below


def _spread(items: Sequence[Item], blank: Item, height: int) -> list[tuple[Item, int]]:
    """Spread items over so many rows: one each, and the last over what is left."""
    items = items or (blank,)
    rest = height - len(items)
    return [*[(item, 1) for item in items[:-1]], (items[-1], rest + 1), *[(blank, 0)] * rest]


def _bands(goal: Goal) -> list[Band]:
    """Return the indicators with the initiatives that belong to them, from top to bottom.

    Where cells side by side cannot show which belong together, all are one band.
    """
    bands: list[Band] = []
    begun = ended = 0
    for initiative in goal.initiatives:
        rows = initiative.indicators
        first, last = (min(rows) - 1, max(rows)) if rows else (0, 0)
        if bands and (first, last) == (begun, ended):
            bands[-1] = bands[-1][0], (*bands[-1][1], initiative)
            continue
        if first < ended or last - first != len(set(rows)) or not rows:
            return [(goal.indicators, goal.initiatives)]
        bands += _alone(goal.indicators[ended:first])
        bands.append((goal.indicators[first:last], (initiative,)))
        begun, ended = first, last
    return [*bands, *_alone(goal.indicators[ended:])] or [((), ())]


def _alone(indicators: Sequence[Indicator]) -> list[Band]:
    """Return the band of indicators to which no initiative belongs."""
    return [(indicators, ())] if indicators else []
