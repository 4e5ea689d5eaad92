"""Tell the states of a goal apart: a blank is neither zero nor a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import Enum
from functools import cached_property, lru_cache


class State(Enum):
    """Name what became of a goal, with the mark of the form's legend and its word."""

    ACHIEVED = ("achieved", "○", "達成")
    PARTLY = ("partly", "△", "一部未達成")
    MISSED = ("missed", "×", "未達成")
    NOT_EVALUATED = ("not-evaluated", "", "未評価")
    NO_RESULT = ("no-result", "", "結果記載なし")
    NO_RATING = ("no-rating", "", "評価記載なし")

    __hash__ = object.__hash__  # Enum's own hashes the name each time

    def __init__(self, slug: str, mark: str, word: str) -> None:
        self.number = len(type(self).__members__)
        self.slug = slug
        self.mark = mark
        self.word = word


_STATES = tuple(State)

RATING_MARKS = {
    **dict.fromkeys("○◯〇", State.ACHIEVED),
    **dict.fromkeys("△", State.PARTLY),
    **dict.fromkeys("×✕✖☓╳⨯", State.MISSED),
}
"""The marks that city staff type for ○ △ ×; how a mark is printed stays in the sheet."""

RATING_SLIPS = {
    **dict.fromkeys(["O", "o", "Ｏ", "ｏ", "0", "０", "О", "о", "◎", "●", "⚪", "⭕", "達成"], "○"),
    **dict.fromkeys(["▲", "Δ", "∆", "▵", "△△", "一部未達成", "一部達成"], "△"),
    **dict.fromkeys(["x", "X", "ｘ", "Ｘ", "х", "Х", "✗", "✘", "❌", "未達成"], "×"),
}
"""Signs and words that look like a rating but are none, and what was probably meant."""


Counts = tuple[tuple[State, int], ...]
"""How many goals are in each state; those without any are left out."""


class Tally:
    """Count goals by state; every state is counted on its own."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._hash = hash(counts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Tally) and self.counts == other.counts)

    @classmethod
    def of(cls, states: Iterable[State]) -> Tally:
        return cls.sum_of([tuple(Counter(states).items())])

    @classmethod
    def sum_of(cls, counts: Iterable[Counts]) -> Tally:
        """Add up tallies."""
        totals: dict[State, int] = {}
        for found in counts:
            for state, count in found:
                totals[state] = totals.get(state, 0) + count
        return _kept(tuple([(state, totals[state]) for state in _STATES if state in totals]))

    @cached_property
    def total(self) -> int:
        return sum(count for _, count in self.counts)

    @property
    def waiting(self) -> bool:
        """Tell whether none of the goals has been evaluated yet."""
        return self[State.NOT_EVALUATED] == self.total

    @cached_property
    def shares(self) -> tuple[tuple[State, int, int], ...]:
        """Return where each state begins on a bar 1,000 long, and how long it is."""
        ends, so_far = [0], 0
        for _, count in self.counts:
            so_far += count
            ends.append(round(1000 * so_far / self.total))
        states = (state for state, _ in self.counts)
        return tuple((state, start, end - start) for state, start, end in zip(states, ends, ends[1:], strict=False))

    def __getitem__(self, state: State) -> int:
        return dict(self.counts).get(state, 0)


@lru_cache(4096)
def _kept(counts: Counts) -> Tally:
    """Return one and the same tally for the same counts: thousands of sheets have few different ones."""
    return Tally(counts)
