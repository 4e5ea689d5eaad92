"""Say what came of looking at one sheet, in a form that can be sent from a worker."""

from __future__ import annotations

from typing import Any, NamedTuple

from goalsheets.problems import Problem
from goalsheets.publishing import Stamp


class Outcome(NamedTuple):
    """Hold what came of looking at one sheet; one whose file is as it was has the digest alone.

    The brief is packed: it is kept as it is for the next build. `sources` are the paths of the other sheets that the
    page tells of.
    """

    digest: str
    problems: tuple[Problem, ...] = ()
    brief: str = ""
    stamps: tuple[Stamp, ...] = ()
    links: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def packed(self) -> list[Any]:
        """Return the outcome as plain lists for JSON."""
        return [self.digest, self.problems, *self[2:]]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Outcome:
        """Make an outcome again from what `packed` gave."""
        digest, problems, brief, stamps, *words = packed
        told = tuple([Problem(*problem) for problem in problems])
        links, faults, sources = map(tuple, words)
        return cls(digest, told, brief, tuple([tuple(stamp) for stamp in stamps]), links, faults, sources)
