"""Say what came of a build."""

from __future__ import annotations

from dataclasses import dataclass, field

from goalsheets.problems import Problem
from goalsheets.publishing import Manifest


@dataclass(frozen=True, slots=True)
class Built:
    """Hold what came of a build, and every problem found on the way; no files where the content has errors.

    `files` has the bytes of a site that was made in memory.
    """

    sheets: int
    problems: list[Problem]
    manifest: Manifest = field(default_factory=dict)
    written: int = 0
    removed: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return sum(path.endswith(".html") for path in self.manifest)

    @property
    def unchanged(self) -> int:
        return len(self.manifest) - self.written
