"""Tell the states of a goal apart: a blank is neither zero nor a failure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class State(Enum):
    """Name what became of a goal, with the mark of the form's legend and its word."""

    ACHIEVED = ("achieved", "○", "達成")
    PARTLY = ("partly", "△", "一部未達成")
    MISSED = ("missed", "×", "未達成")
    NOT_EVALUATED = ("not-evaluated", "", "未評価")
    NO_RESULT = ("no-result", "", "結果記載なし")
    NO_RATING = ("no-rating", "", "評価記載なし")

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


@dataclass(frozen=True)
class Tally:
    """Count goals by state; every state is counted on its own."""

    counts: tuple[tuple[State, int], ...]

    @classmethod
    def of(cls, states: Iterable[State]) -> Tally:
        counts = [0] * len(_STATES)
        for state in states:
            counts[state.number] += 1
        return cls(tuple((state, count) for state, count in zip(_STATES, counts, strict=True) if count))

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
