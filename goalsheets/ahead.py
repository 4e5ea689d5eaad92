"""Compile templates in a process beside this one, which loads its modules and reads in the meantime."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from goalsheets.templating import Written
from goalsheets.workers import ahead

SHEETS = (
    *("pages/sheet.html", "pages/form.html", "pages/embed.html"),
    *("components/entries.html", "components/goals.html", "components/goal_table.html"),
)
"""The templates that a sheet is made with: its pages, and the lines that stand for it on other pages."""

SHARED = frozenset(
    (
        *(
            "assets",
            "blocks",
            "date_words",
            "division_address",
            "fiscal_year_words",
            "form_address",
            "footer",
            "goal_address",
            "goals_address",
            "licence",
        ),
        *("menu", "picture_address", "policy_address", "rows", "sentences", "sheet_address", "site"),
        *("unit_address", "year_address"),
    )
)
"""The names that every template knows."""

Code = Callable[[str], Written]
"""Gives the code of a template."""


def compiler(folder: Path) -> Code:
    """Return what compiles the templates of a folder."""
    from goalsheets.compiling import Compiler  # noqa: PLC0415 - slow to load

    return Compiler(folder, SHARED).written


@contextmanager
def compiled_ahead(folder: Path) -> Iterator[Code]:
    """Give the code of the templates of a folder; that of the sheets' templates is there first."""
    with ahead([partial(_packed, folder, SHEETS), partial(_packed, folder, ())]) as results:
        yield _Ahead(folder, results)


def pages_in(folder: Path) -> list[str]:
    """Return the templates of the pages in a folder."""
    return [f"pages/{path.name}" for path in sorted((folder / "pages").glob("*.html"))]


class _Ahead:
    """Give code that was compiled ahead; what was not is compiled here, where it is told what is wrong."""

    def __init__(self, folder: Path, results: list[Callable[[], bytes]]) -> None:
        self.folder = folder
        self.results = results
        self.known: dict[str, Written] = {}

    def __call__(self, name: str) -> Written:
        while name not in self.known and self.results:
            told = self.results.pop(0)()
            self.known.update((written.name, written) for written in map(_unpacked, json.loads(told or b"[]")))
        if name not in self.known:
            self.known[name] = self.here(name)
        return self.known[name]

    @cached_property
    def here(self) -> Code:
        return compiler(self.folder)


def _packed(folder: Path, names: Sequence[str]) -> bytes:
    """Return the code of some templates, or of all pages, with that of all their parts."""
    from goalsheets.compiling import Compiler  # noqa: PLC0415 - slow to load

    made = Compiler(folder, SHARED)
    for name in names or pages_in(folder):
        made.written(name)
    return json.dumps(list(made.made.values())).encode()


def _unpacked(packed: list[Any]) -> Written:
    name, code, places, macros, imports, parent = packed
    return Written(name, code, tuple(places), tuple(macros), tuple(map(tuple, imports)), parent)
