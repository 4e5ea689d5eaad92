"""Say what came of a build."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from goalsheets.problems import Problem
from goalsheets.publishing import Stamp


class Built(NamedTuple):
    """Hold what came of a build, and every problem found on the way; no files where the content has errors.

    `files` has the bytes of a site that was made in memory.
    """

    sheets: int
    problems: list[Problem]
    manifest: Mapping[str, Stamp] = MappingProxyType({})
    written: int = 0
    removed: int = 0
    files: Mapping[str, bytes] = MappingProxyType({})

    @property
    def pages(self) -> int:
        return sum(path.endswith(".html") for path in self.manifest)

    @property
    def unchanged(self) -> int:
        return len(self.manifest) - self.written
