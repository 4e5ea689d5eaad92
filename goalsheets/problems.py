"""What is wrong with the content, said to the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, Self


class _Told(NamedTuple):
    path: str
    line: int
    column: int
    message: str
    hint: str
    level: Literal["error", "warning"] = "error"


class Problem(_Told):
    """Name a place in a file (line and column from 1), what is wrong there and how to mend it."""

    __slots__ = ()

    def __new__(
        cls, path: str, line: int, column: int, message: str, hint: str, level: Literal["error", "warning"] = "error"
    ) -> Self:
        # Names and values come from other people's files: none may break or repaint the line it is told on.
        return super().__new__(cls, printable(path), line, column, printable(message), printable(hint), level)

    def __str__(self) -> str:
        word = "警告: " if self.level == "warning" else ""
        return f"{self.path}:{self.line}:{self.column}: {word}{self.message}\n  hint: {self.hint}"


def printable(text: str) -> str:
    """Return a text on one line, with escapes for what a terminal would not show as a letter."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    seen = {"\n": "⏎", "\u3000": "\u3000"}
    return seen.get(letter) or letter.encode("unicode_escape").decode()


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Keep the problems that stop a build."""
    return [problem for problem in problems if problem.level == "error"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return 「もしかして「…」」 for the known word that is most alike, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to load, and only needed on errors

    close = get_close_matches(word, list(known), n=1, cutoff=0.65)
    return f"もしかして「{close[0]}」ですか。" if close else ""
