"""Put the sheets in order: by year, division, unit and policy, with their counts."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import groupby
from sys import intern
from typing import NamedTuple, TypeVar

from goalsheets.model import Division, Goal, Sheet, Unit
from goalsheets.parsing import Frame, Place
from goalsheets.policies import PolicyCode, unpacked_codes, widened
from goalsheets.ratings import State, Tally
from goalsheets.rows import Row

STATES = tuple(State)

_OF_SHEET, _OF_GOAL = 9, 4
"""So many lines has a sheet as a whole, and each of its goals."""
_AS_JSON = json.JSONEncoder(separators=(",", ":")).encode

Key = TypeVar("Key")
Item = TypeVar("Item")


class Entry(NamedTuple):
    """Hold a sheet in its place, and each of its goals with what became of it."""

    place: Place
    division: Division
    unit: Unit
    sheet: Sheet
    goals: tuple[tuple[Goal, State], ...]
    tally: Tally

    @classmethod
    def of(cls, place: Place, division: Division, unit: Unit, sheet: Sheet) -> Entry:
        states = sheet.states()
        return cls(place, division, unit, sheet, tuple(zip(sheet.goals, states, strict=True)), Tally.of(states))

    @property
    def year(self) -> int:
        return self.place.year

    @property
    def unmet(self) -> tuple[tuple[Goal, State], ...]:
        """Return the goals that the city rated as partly met or missed, where it says what became of them."""
        return tuple(one for one in self.goals if one[1] in {State.PARTLY, State.MISSED} and one[0].answer)

    @property
    def latest(self) -> str:
        """Return the day on which the city last wrote on the sheet, or nothing."""
        return str(self.sheet.evaluated or self.sheet.created or "")


class Brief(NamedTuple):
    """Hold what index pages and files of data tell of a sheet; what they tell of its goals stands goal by goal.

    `lines` says where its rendered lines are: first those of the sheet, then those of its goals, one goal after the
    other. There are many goals, so they are numbers in an array.
    """

    place: Place
    created: str
    evaluated: str
    tally: Tally
    states: tuple[State, ...]
    codes: tuple[tuple[PolicyCode, ...], ...]
    lines: array[Row]

    @property
    def latest(self) -> str:
        """Return the day on which the city last wrote on the sheet, or nothing."""
        return self.evaluated or self.created

    @property
    def row(self) -> Row:
        """Return the line for lists of sheets."""
        return self.lines[0]

    @property
    def text(self) -> Row:
        """Return the words that are searched."""
        return self.lines[1]

    @property
    def sheet_cells(self) -> Row:
        """Return the line for tables of sheets."""
        return self.lines[2]

    @property
    def goal_cells(self) -> Row:
        """Return the lines for the table of all goals and indicators."""
        return self.lines[3]

    @property
    def initiative_cells(self) -> Row:
        """Return the lines for the table of all initiatives."""
        return self.lines[4]

    @property
    def head(self) -> Row:
        """Return the sheet without its goals as a line of JSON."""
        return self.lines[5]

    @property
    def records(self) -> Row:
        """Return the goals as JSON, a goal a line."""
        return self.lines[6]

    @property
    def news(self) -> list[tuple[str, Row]]:
        """Return the days that feeds tell of, the later one first, each with its entry."""
        days = (self.evaluated, self.created)
        return [(day, row) for day, row in zip(days, self.lines[7:_OF_SHEET], strict=True) if day]

    @property
    def goal_rows(self) -> array[Row]:
        """Return the lines for lists of goals."""
        return self.lines[_OF_SHEET::_OF_GOAL]

    @property
    def rows_with_status(self) -> array[Row]:
        """Return the lines for lists that tell why a goal was missed."""
        return self.lines[_OF_SHEET + 1 :: _OF_GOAL]

    @property
    def table_rows(self) -> array[Row]:
        """Return the lines for the table of a year's goals."""
        return self.lines[_OF_SHEET + 2 :: _OF_GOAL]

    @property
    def listed_cells(self) -> array[Row]:
        """Return the lines for lists of goals as data."""
        return self.lines[_OF_SHEET + 3 :: _OF_GOAL]

    @property
    def all_codes(self) -> set[PolicyCode]:
        """Return every code that a goal cites, and those above it."""
        return {code for codes in self.codes for code in widened(codes)}

    def packed(self) -> str:
        """Return the brief as JSON on one line."""
        states = "".join([str(state.number) for state in self.states])
        codes = [" ".join([code.packed for code in codes]) for codes in self.codes]
        lines = self.lines.tolist()
        return _AS_JSON([*self.place, self.created, self.evaluated, states, codes, lines])

    @classmethod
    def unpacked(cls, packed: str) -> Brief:
        """Make a brief again from what `packed` gave."""
        year, division, unit, created, evaluated, numbers, codes, lines = json.loads(packed)
        states, tally = _states_of(numbers)
        place = Place(year, intern(division), intern(unit))
        cited = tuple([unpacked_codes(code) for code in codes])
        return cls(place, intern(created), intern(evaluated), tally, states, cited, array("Q", lines))


@lru_cache(4096)
def _states_of(numbers: str) -> tuple[tuple[State, ...], Tally]:
    states = tuple(STATES[int(number)] for number in numbers)
    return states, Tally.of(states)


class Cited(NamedTuple):
    """Hold the goals of a year that cite a policy code: their tally, their lines division by division, and as data.

    `divisions` has the number of each division in the organization, and then of its lines; `sheets` the number of each
    sheet among the year's: there are many of these.
    """

    tally: Tally
    rows: array[Row]
    cells: array[Row]
    divisions: array[int]
    sheets: array[int]

    def by_division(self) -> Iterator[tuple[int, array[Row]]]:
        """Yield the lines of each division with its number."""
        start = 0
        for number, count in zip(self.divisions[::2], self.divisions[1::2], strict=True):
            yield number, self.rows[start : start + count]
            start += count


class Catalog:
    """Hold the briefs of all sheets, the newest year first and then in the order of the organization."""

    def __init__(self, frame: Frame, briefs: tuple[Brief, ...]) -> None:
        self.frame = frame
        self.briefs = briefs

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
    def of_policy(self) -> dict[PolicyCode, dict[int, Cited]]:
        """Return the goals that cite each code or one below it, by year, in the order of the plans and the numbers."""
        grouped: dict[PolicyCode, dict[int, Cited]] = {}
        numbers = {division.slug: number for number, division in enumerate(self.frame.divisions)}
        for year, briefs in self.of_year.items():
            rows: dict[PolicyCode, array[Row]] = defaultdict(lambda: array("Q"))
            cells: dict[PolicyCode, array[Row]] = defaultdict(lambda: array("Q"))
            states: dict[PolicyCode, list[State]] = defaultdict(list)
            divisions: dict[PolicyCode, array[int]] = defaultdict(lambda: array("L"))
            sheets: dict[PolicyCode, array[int]] = defaultdict(lambda: array("I"))
            for slug, group in groupby(enumerate(briefs), lambda pair: pair[1].place.division):
                before = {code: len(found) for code, found in rows.items()}
                for number, brief in group:
                    for code in brief.all_codes:
                        sheets[code].append(number)
                    goals = zip(brief.states, brief.codes, brief.goal_rows, brief.listed_cells, strict=True)
                    for state, printed, row, listed in goals:
                        for code in widened(printed):
                            rows[code].append(row)
                            cells[code].append(listed)
                            states[code].append(state)
                for code, found in rows.items():
                    if count := len(found) - before.get(code, 0):
                        divisions[code].extend((numbers[slug], count))
            for code, found in rows.items():
                cited = Cited(Tally.of(states[code]), found, cells[code], divisions[code], sheets[code])
                grouped.setdefault(code, {})[year] = cited
        rank = {plan.prefix: number for number, plan in enumerate(self.frame.plans)}
        codes = sorted(grouped, key=lambda code: (rank[code.prefix], code.numbers))
        return {code: grouped[code] for code in codes}

    @cached_property
    def tally_of_policy(self) -> dict[PolicyCode, Tally]:
        return {
            code: Tally.sum_of([cited.tally.counts for cited in years.values()])
            for code, years in self.of_policy.items()
        }

    def briefs_of_policy(self, code: PolicyCode) -> Iterator[Brief]:
        """Yield the briefs of the sheets with goals that cite a code or one below it."""
        for year, cited in self.of_policy[code].items():
            briefs = self.of_year[year]
            yield from (briefs[number] for number in cited.sheets)

    @cached_property
    def tally_of_year(self) -> dict[int, Tally]:
        return {year: tally_of(briefs) for year, briefs in self.of_year.items()}

    @cached_property
    def codes_below(self) -> dict[PolicyCode, tuple[PolicyCode, ...]]:
        """Return the codes one level below each code; the widest are below the code of their plan, without numbers."""
        return _grouped((code.above, code) for code in self.of_policy)


def assemble(frame: Frame, briefs: Iterable[Brief]) -> Catalog:
    """Put the briefs of a city's sheets in order."""
    return Catalog(frame, tuple(sorted(briefs, key=lambda brief: frame.order(brief.place))))


def tally_of(briefs: Iterable[Brief]) -> Tally:
    """Count the goals of some sheets by state."""
    return Tally.sum_of([brief.tally.counts for brief in briefs])


def _grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, tuple[Item, ...]]:
    grouped: dict[Key, list[Item]] = {}
    for key, item in pairs:
        grouped.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in grouped.items()}
