"""Write what was measured as Markdown: the whole of it, and the small table that README.md shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.checking import Made
from bench.measuring import Series

HUGO, ELEVENTY = "Hugo", "Eleventy"
COLD, EDITED, UNCHANGED = "goalsheets, from nothing", "goalsheets, one sheet edited", "goalsheets, nothing changed"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"

COLD_BOUNDS = {200: 0.70, 2_000: 0.40, 10_000: 0.40}
AT_LARGE, ELEVENTY_BOUND, EDITED_BOUND, UNCHANGED_BOUND = 10_000, 0.80, 0.05, 0.03
GROWTH_BOUND, MEMORY_BOUND = 1.15, 300.0


@dataclass
class Comparison:
    """Hold what was measured at one number of sheets."""

    sheets: int
    rounds: int
    series: dict[str, Series]
    made: dict[str, Made] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return next(iter(self.made.values())).pages

    def ratio(self, name: str, other: str = HUGO) -> float | None:
        """Return the median of a contender's ratios to another, round by round; None where one did not run."""
        if name not in self.series or other not in self.series:
            return None
        return median(self.series[name].ratios(self.series[other]))


@dataclass
class Growth:
    """Hold what was measured of builds from nothing, of a few and of many sheets in turn."""

    few: int
    many: int
    series: dict[int, Series]

    @property
    def time(self) -> float:
        """Return by how much a sheet takes longer among many: the median of the rounds."""
        return median(self.series[self.many].ratios(self.series[self.few])) * self.few / self.many

    @property
    def memory(self) -> float:
        """Return by how much a sheet needs more memory among many."""
        return self.series[self.many].peak / self.series[self.few].peak * self.few / self.many


@dataclass(frozen=True)
class Bound:
    """Hold a promise of the project, and what was measured."""

    words: str
    limit: float
    measured: float
    unit: str = ""

    @property
    def row(self) -> str:
        met = "met" if self.measured <= self.limit else "**not met**"
        return f"| {self.words} | {_figure(self.limit)}{self.unit} | {_figure(self.measured)}{self.unit} | {met} |"


@dataclass(frozen=True)
class Results:
    """Hold all that one run measured, and on what."""

    command: str
    surroundings: dict[str, str]
    comparisons: list[Comparison]
    growth: Growth | None

    def bounds(self) -> Iterator[Bound]:
        for found in self.comparisons:
            if found.sheets in COLD_BOUNDS and (ratio := found.ratio(COLD)):
                words = f"{found.sheets:,} sheets from nothing, of Hugo's time"
                yield Bound(words, COLD_BOUNDS[found.sheets], ratio)
            if found.sheets == AT_LARGE:
                yield from _bounds_at_large(found)
        if self.growth:
            many, few = f"{self.growth.many:,}", f"{self.growth.few:,}"
            yield Bound(f"time a sheet at {many}, of that at {few}", GROWTH_BOUND, self.growth.time)
            yield Bound(f"memory a sheet at {many}, of that at {few}", GROWTH_BOUND, self.growth.memory)
            yield Bound(f"memory at {many} sheets", MEMORY_BOUND, self.growth.series[self.growth.many].peak, " MB")

    def document(self) -> str:
        """Return the whole report."""
        parts = [
            _HEAD.format(command=self.command),
            "## On what\n",
            self._surroundings(),
            "## In short\n",
            self.table(),
        ]
        parts += ["## What was promised\n", self._promises()]
        for found in self.comparisons:
            parts += [f"## {found.sheets:,} sheets\n", _detail(found)]
        if self.growth:
            parts += ["## Growth\n", _growth(self.growth)]
        return "\n".join(parts)

    def table(self) -> str:
        """Return one row a number of sheets: the median seconds, and of those with Hugo their part of Hugo's."""
        heads = ("Sheets", "Pages", f"{HUGO} {self.surroundings[HUGO]}", f"{ELEVENTY} {self.surroundings[ELEVENTY]}")
        rows = [[f"{found.sheets:,}", f"{found.pages:,}", *_times(found)] for found in self.comparisons]
        return _markdown((*heads, "goalsheets, from nothing", "one sheet edited", "nothing changed"), rows)

    def _surroundings(self) -> str:
        return "".join(f"- {name}: {words}\n" for name, words in self.surroundings.items())

    def _promises(self) -> str:
        rows = [bound.row for bound in self.bounds()]
        return "\n".join(["| Promise | At most | Measured | |", "|---|---:|---:|---|", *rows, ""])


_HEAD = """\
# How fast, against Hugo and Eleventy

`{command}` made this file.

The same made-up sheets, about 6 KB and 4.5 goals each, one in twenty of them written with folded text and escapes, are
made into the same pages by each contender: at the same addresses, with every text of sampled sheets where it belongs,
and each sheet as JSON and each list as CSV too; how many pages have the very words of ours, blanks aside, is told
below. goalsheets alone also checks every sheet and page, and makes what the search looks into, each sheet as StratML
and in Excel, Atom feeds, pictures for sharing, a map for search engines, and all sheets as tables, JSON and a database
with the page that tells of these: that is in its time, and in its size.
Hugo and Eleventy get ready-made what their templates would have to count, look up or read as a number, and those
templates are written in the way that was the fastest of those tried.

In each round every contender runs once, in turn, on files in memory, the output of former runs taken away before the
clock starts; an edit is half a second old when the build begins. A ratio is the median of the ratios of the rounds, in
brackets the least and the greatest. Memory is the most that all processes of a contender together were seen with,
every 20 ms, in a run that is not timed.
"""


def put_between(text: str, table: str) -> str:
    """Put a table between the marks of a document, in the place of the one before."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        message = f"no {BEGIN} … {END} to put the table between"
        raise ValueError(message)
    return f"{before}{BEGIN}\n{table}{END}{after}"


def publish(results: Results, document: Path, readme: Path) -> None:
    """Write the report, and put its small table into the README."""
    document.write_text(results.document(), encoding="utf-8")
    readme.write_text(put_between(readme.read_text(encoding="utf-8"), results.table()), encoding="utf-8")


def _bounds_at_large(found: Comparison) -> Iterator[Bound]:
    at = f"{found.sheets:,} sheets"
    if (ratio := found.ratio(COLD, ELEVENTY)) is not None:
        yield Bound(f"{at} from nothing, of Eleventy's time", ELEVENTY_BOUND, ratio)
    for name, words, limit in (
        (EDITED, "one sheet edited", EDITED_BOUND),
        (UNCHANGED, "nothing changed", UNCHANGED_BOUND),
    ):
        if (ratio := found.ratio(name)) is not None:
            yield Bound(f"{at}, {words}, of Hugo's time", limit, ratio)


def _times(found: Comparison) -> Iterator[str]:
    for name in (HUGO, ELEVENTY, COLD, EDITED, UNCHANGED):
        series = found.series.get(name)
        ratio = None if name == HUGO else found.ratio(name)
        share = f" ({_figure(ratio)})" if ratio is not None else ""
        yield f"{_figure(series.wall)} s{share}" if series else "–"


def _detail(found: Comparison) -> str:
    rows = []
    for name, series in found.series.items():
        ratios = series.ratios(found.series[HUGO]) if HUGO in found.series else []
        made = found.made.get(name)
        rows.append(
            [
                name,
                f"{_figure(series.wall)} ({_figure(min(series.walls))} to {_figure(max(series.walls))})",
                _figure(series.cpu),
                f"{series.peak:.0f}",
                f"{_figure(median(ratios))} ({_figure(min(ratios))} to {_figure(max(ratios))})" if ratios else "–",
                f"{made.megabytes:.0f}" if made else "",
                f"{made.alike:,}" if made else "",
            ]
        )
    heads = ("", "Seconds", "of computing", "Memory, MB", "Of Hugo's time", "Output, MB", "Pages with our words")
    return f"{found.pages:,} pages, rounds: {found.rounds}.\n\n{_markdown(heads, rows)}"


def _growth(found: Growth) -> str:
    rows = [
        [f"{sheets:,}", _figure(series.wall), f"{series.wall / sheets * 1000:.3f}", f"{series.peak:.0f}"]
        for sheets, series in found.series.items()
    ]
    return _markdown(("Sheets, from nothing", "Seconds", "ms a sheet", "Memory, MB"), rows)


def _markdown(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _figure(value: float) -> str:
    """Write a figure with three digits that count, small ones with three after the point."""
    return (
        f"{value:.0f}"
        if value >= 100
        else f"{value:.1f}"
        if value >= 10
        else f"{value:.2f}"
        if value >= 1
        else f"{value:.3f}"
    )
