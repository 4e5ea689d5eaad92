"""Check that all contenders made the same pages, with the same words."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.peers import Told, list_folder, slug
from bench.sheets import Sheet, sheet

SAMPLES = 20
SHARED = ("*.html", "rows.csv", "sheet.json")
"""The files that all contenders make."""
OURS_ALONE = re.compile("data/index.html|embed/.*")
"""The pages that we alone make: that which tells of the files with all sheets, since one of them is a database, and
what other sites show of the pages in a frame.
"""

_HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")


class DifferentError(Exception):
    """Say that a contender did not make what the others made."""


@dataclass(frozen=True)
class Made:
    """Tell what a contender made: pages, megabytes of all files, and the shared files with other words than ours."""

    pages: int
    megabytes: float
    unlike: tuple[str, ...] = ()

    @property
    def alike(self) -> int:
        """Return how many pages have our words."""
        return self.pages - sum(name.endswith(".html") for name in self.unlike)


def check(outputs: dict[str, Path], ours: Path, count: int) -> dict[str, Made]:
    """Demand the same addresses and every sampled text of all contenders; tell what each made."""
    shared = shared_files(ours)
    pages = sum(name.endswith(".html") for name in shared)
    made = {}
    for name, output in outputs.items():
        if other := shared ^ shared_files(output):
            message = f"{name} made other files: {sorted(other)[:5]}"
            raise DifferentError(message)
        if missing := list(lost(output, count)):
            message = f"{name} lost {len(missing)} texts: {missing[:5]}"
            raise DifferentError(message)
        unlike = tuple(file for file in sorted(shared) if words(output / file) != words(ours / file))
        size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
        made[name] = Made(pages, size / 1e6, unlike)
    return made


def shared_files(output: Path) -> set[str]:
    """Return the files of a made site that all contenders make: pages, tables of what they list, sheets as data."""
    made = (path.relative_to(output).as_posix() for kind in SHARED for path in output.rglob(kind))
    return {path for path in made if not OURS_ALONE.fullmatch(path)}


def words(file: Path) -> str:
    """Return the words that a file shows, without blanks."""
    text = _HEAD.sub("", file.read_text(encoding="utf-8"))
    return _BLANK.sub("", html.unescape(_TAG.sub("", text)))


def lost(output: Path, count: int) -> Iterator[str]:
    """Name the texts of sampled sheets that are not on the page, or not in the data, where they belong."""
    step = max(1, count // SAMPLES)
    known: dict[str, str] = {}
    for number in range(0, count, step):
        told = Told(number, sheet(number))
        for page, text in expected(told):
            if page not in known:
                known[page] = words(output / page / "index.html")
            if text not in known[page]:
                yield f"{page}: {text}"
        data = f"sheets/{told.place}/sheet.json"
        there = {_BLANK.sub("", text) for text in values(json.loads((output / data).read_text(encoding="utf-8")))}
        yield from (f"{data}: {text}" for text in texts(told.made) if text and _BLANK.sub("", text) not in there)


def values(data: object) -> Iterator[str]:
    """Give every text of what was read from JSON."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for part in data.values() if isinstance(data, dict) else data:
            yield from values(part)


def expected(told: Told) -> Iterator[tuple[str, str]]:
    """Give every text of a sheet, and the lines that index pages have of it, each with its page."""
    made, where = told.made, told.place
    for text in (*texts(made), *(f"目標{goal.number}" for goal in made.goals)):
        for line in text.split("\n"):
            yield f"sheets/{where}", line.removeprefix("・")
    notes = {note for goal in made.goals for note in goal.notes}
    for text in texts(made):
        if text not in notes:
            yield from ((f"sheets/{where}/form", line) for line in text.split("\n"))
    for page in (f"years/{where.year}", f"{list_folder(where.division)}/{where.division}"):
        yield page, f"{made.division}{made.unit}（{where.year}年度）"
    for number, goal in enumerate(made.goals):
        place = f"{where.year}年度{made.division}{made.unit}目標{goal.number}"
        line = f"{goal.objective.splitlines()[0]}{place}"
        yield f"units/{where.division}/{where.unit}", line
        yield f"years/{where.year}/goals", f"{made.division}{made.unit}目標{goal.number}"
        for code, cited in told.cited.items():
            if number in cited:
                yield f"policies/{slug(code)}", line


def texts(made: Sheet) -> Iterator[str]:
    """Give every text of a sheet."""
    yield from (made.division, made.unit, *made.policy_indicators)
    for goal in made.goals:
        yield from (
            goal.objective,
            *goal.policies,
            goal.rating,
            goal.status,
            goal.next,
            *goal.notes,
        )
        for indicator in goal.indicators:
            yield from (indicator.name, indicator.target, indicator.result)
        for initiative in goal.initiatives:
            yield from (*initiative.names, initiative.summary)
