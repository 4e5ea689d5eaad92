"""Say what came of looking at one sheet, in a form that can be sent from a worker."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from goalsheets.catalog import Brief
from goalsheets.problems import Problem
from goalsheets.publishing import Stamp


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what came of looking at one sheet; one whose file is as it was has the digest alone."""

    digest: str
    problems: list[Problem]
    brief: Brief | None = None
    stamp: Stamp | None = None
    links: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def packed(self) -> list[Any]:
        """Return the outcome as plain lists for JSON."""
        problems = [astuple(problem) for problem in self.problems]
        brief = self.brief.packed() if self.brief else None
        return [self.digest, problems, brief, self.stamp, self.links, self.faults]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Outcome:
        """Make an outcome again from what `packed` gave."""
        digest, problems, brief, stamp, links, faults = packed
        found = Brief.unpacked(brief) if brief else None
        told = [Problem(*problem) for problem in problems]
        return cls(digest, told, found, tuple(stamp) if stamp else None, tuple(links), tuple(faults))
