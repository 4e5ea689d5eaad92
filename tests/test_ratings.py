"""Ratings: every state is counted on its own; a blank is not a failure."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.ratings import RATING_MARKS, RATING_SLIPS, State, Tally


def test_each_state_has_its_own_name_and_word() -> None:
    assert len({state.slug for state in State}) == len(State)
    assert [state.word for state in State] == [
        "達成",
        "一部未達成",
        "未達成",
        "未評価",
        "結果記載なし",
        "評価記載なし",
    ]


def test_the_marks_of_the_legend_mean_their_states() -> None:
    assert {mark: RATING_MARKS[mark] for mark in "○△×"} == {
        "○": State.ACHIEVED,
        "△": State.PARTLY,
        "×": State.MISSED,
    }


@pytest.mark.parametrize(
    ("mark", "state"),
    [("〇", State.ACHIEVED), ("◯", State.ACHIEVED), ("✕", State.MISSED), ("✖", State.MISSED)],
)
def test_marks_that_staff_type_for_them_mean_the_same(mark: str, state: State) -> None:
    assert RATING_MARKS[mark] is state


def test_no_slip_is_a_mark_and_every_slip_suggests_one() -> None:
    assert not RATING_SLIPS.keys() & RATING_MARKS.keys()
    assert set(RATING_SLIPS.values()) == {"○", "△", "×"}


@pytest.mark.parametrize("letter", ["O", "X", "o", "x", "0"])
def test_a_wide_letter_is_a_slip_as_the_narrow_one_is(letter: str) -> None:
    wide = chr(ord(letter) + 0xFEE0)
    assert unicodedata.normalize("NFKC", wide) == letter
    assert RATING_SLIPS[wide] == RATING_SLIPS[letter]


class TestTally:
    def test_states_are_counted_in_their_order(self) -> None:
        tally = Tally.of([State.MISSED, State.NO_RESULT, State.ACHIEVED, State.MISSED])
        assert tally.counts == ((State.ACHIEVED, 1), (State.MISSED, 2), (State.NO_RESULT, 1))
        assert tally.total == 4
        assert tally[State.MISSED] == 2
        assert tally[State.PARTLY] == 0

    def test_nothing_counts_as_nothing(self) -> None:
        tally = Tally.of([])
        assert (tally.counts, tally.total, tally.shares) == ((), 0, ())

    def test_a_bar_of_thirds_is_whole(self) -> None:
        tally = Tally.of([State.ACHIEVED, State.PARTLY, State.MISSED])
        assert tally.shares == (
            (State.ACHIEVED, 0, 333),
            (State.PARTLY, 333, 334),
            (State.MISSED, 667, 333),
        )

    @given(st.lists(st.sampled_from(State), min_size=1, max_size=300))
    def test_a_bar_has_no_gap_and_every_state_its_part(self, states: list[State]) -> None:
        tally = Tally.of(states)
        assert tally.total == len(states)
        assert [count for _, count in tally.counts] == [states.count(state) for state, _ in tally.counts]
        end = 0
        for state, start, length in tally.shares:
            assert start == end
            assert abs(length - 1000 * states.count(state) / len(states)) <= 1
            assert length > 0
            end = start + length
        assert end == 1000
