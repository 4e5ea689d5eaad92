"""Fold text for searching, and tell what of a sheet is searched; assets/search.js folds in the same way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from goalsheets.catalog import Entry
from goalsheets.model import Goal
from goalsheets.policies import widened
from goalsheets.years import fiscal_year_words

PART = "\x1e"
"""Stands between the parts of a sheet's text: its head, and each of its goals."""

CODE = "\x1d"
"""Stands before a policy code that a goal cites, or one above it."""

_DROPPED = re.compile(r"[\s\x1c-\x1f\x85\xad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_KATAKANA = re.compile("[ァ-ヶヽヾ]")
_TO_HIRAGANA = ord("ァ") - ord("ぁ")


class _Letters(dict[str, str]):
    """Know how each letter is folded, once it was asked for."""

    def __missing__(self, letter: str) -> str:
        low = letter.lower()
        folded = low if len(low) == 1 else letter
        if _KATAKANA.match(folded):
            folded = chr(ord(folded) - _TO_HIRAGANA)
        self[letter] = "" if _DROPPED.match(folded) else folded
        return self[letter]


_letters = _Letters()


def folded(text: str) -> str:
    """Fold what readers take for the same: width, kana, capitals; drop white space and what chooses a glyph."""
    return "".join(map(_letters.__getitem__, unicodedata.normalize("NFKC", text)))


def sheet_text(entry: Entry) -> str:
    """Return all words of a sheet, a field a line."""
    return PART.join([_lines(_head(entry)), *(_lines(_goal(goal)) for goal in entry.sheet.goals)])


def _lines(fields: Iterator[str | None]) -> str:
    return "\n".join([field.replace("\n", "") for field in fields if field])


def _head(entry: Entry) -> Iterator[str | None]:
    sheet = entry.sheet
    names = (entry.division.name, entry.unit.name, sheet.division, sheet.unit)
    yield from dict.fromkeys((fiscal_year_words(entry.year), *names, *sheet.policy_indicators))


def _goal(goal: Goal) -> Iterator[str | None]:
    yield goal.objective
    yield from goal.policies
    for indicator in goal.indicators:
        yield from (indicator.name, indicator.target, indicator.result, indicator.status, indicator.next)
        yield from indicator.policies
    for initiative in goal.initiatives:
        yield from initiative.names
        yield initiative.summary
    yield from (goal.status, goal.next)
    yield from goal.notes
    yield from (f"{CODE}{code.packed}" for code in widened(goal.codes))
