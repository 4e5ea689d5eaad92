"""Check that all contenders made the same pages, with the same words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.peers import Told, list_folder, slug
from bench.sheets import Sheet, sheet

SAMPLES = 20

OURS_ALONE = re.compile(r"(sheets/[^/]+/[^/]+/[^/]+/form|years/\d+/goals|search)/index\.html")
"""The pages that the peers do not make: each sheet as the official form, the tables of all goals, and the search."""

_HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")


class DifferentError(Exception):
    """Say that a contender did not make what the others made."""


@dataclass(frozen=True)
class Made:
    """Tell what a contender made: pages that all make, megabytes of all files, and pages with the words of ours."""

    pages: int
    megabytes: float
    alike: int


def check(outputs: dict[str, Path], ours: Path, count: int) -> dict[str, Made]:
    """Demand the same addresses and every sampled text of all contenders; tell what each made."""
    addresses = set(pages(ours))
    made = {}
    for name, output in outputs.items():
        if other := addresses ^ set(pages(output)):
            message = f"{name} made other pages: {sorted(other)[:5]}"
            raise DifferentError(message)
        if missing := list(lost(output, count)):
            message = f"{name} lost {len(missing)} texts: {missing[:5]}"
            raise DifferentError(message)
        alike = sum(words(output / page) == words(ours / page) for page in addresses)
        size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
        made[name] = Made(len(addresses), size / 1e6, alike)
    return made


def pages(output: Path) -> list[str]:
    """Return the pages of a made site, but for those that we alone make."""
    found = (path.relative_to(output).as_posix() for path in output.rglob("*.html"))
    return [page for page in found if not OURS_ALONE.fullmatch(page)]


def words(page: Path) -> str:
    """Return the words that a page shows, without blanks."""
    text = _HEAD.sub("", page.read_text(encoding="utf-8"))
    return _BLANK.sub("", html.unescape(_TAG.sub("", text)))


def lost(output: Path, count: int) -> Iterator[str]:
    """Name the texts of sampled sheets that are not on the page where they belong."""
    step = max(1, count // SAMPLES)
    known: dict[str, str] = {}
    for number in range(0, count, step):
        for page, text in expected(Told(number, sheet(number))):
            if page not in known:
                known[page] = words(output / page / "index.html")
            if text not in known[page]:
                yield f"{page}: {text}"


def expected(told: Told) -> Iterator[tuple[str, str]]:
    """Give every text of a sheet, and the lines that index pages have of it, each with its page."""
    made, where = told.made, told.place
    for text in texts(made):
        for line in text.split("\n"):
            yield f"sheets/{where}", line.removeprefix("・")
    for page in (f"years/{where.year}", f"{list_folder(where.division)}/{where.division}"):
        yield page, f"{made.division}{made.unit}（{where.year}年度）"
    for number, goal in enumerate(made.goals):
        place = f"{where.year}年度{made.division}{made.unit}目標{goal.number}"
        line = f"{goal.objective.splitlines()[0]}{place}"
        yield f"units/{where.division}/{where.unit}", line
        for code, cited in told.cited.items():
            if number in cited:
                yield f"policies/{slug(code)}", line


def texts(made: Sheet) -> Iterator[str]:
    """Give every text of a sheet."""
    yield from (made.division, made.unit, *made.policy_indicators)
    for goal in made.goals:
        yield from (
            f"目標{goal.number}",
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
