"""Look at sheets: say which may have changed, and read, check and render those that did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from goalsheets.addresses import sheet_files
from goalsheets.cache import Cache
from goalsheets.catalog import Entry
from goalsheets.files import Found, Source, read
from goalsheets.indexes import Sink
from goalsheets.outcome import Outcome
from goalsheets.parsing import Place, place_of_path
from goalsheets.problems import Problem
from goalsheets.sheets import SheetMaker


class Rows(Protocol):
    """Take the lines that index pages are put together from."""

    @property
    def position(self) -> int: ...

    def append(self, lines: bytes) -> None: ...


Job = tuple[Place, Found, str]
"""A sheet to look at, with the digest its file had; blank where its page is to be made in any case."""


def jobs_of(known: Cache | None, sheets: dict[Place, Found]) -> list[Job]:
    """Return the sheets to look at: all, or those whose file, or whose neighbours on the page, may have changed."""
    if known is None:
        return [(where, file, "") for where, file in sheets.items()]
    before = {file.path for file in sheets.values()}
    moved = {place_of_path(path) for path, file in known.files.items() if file.brief and path not in before}
    moved |= {where for where, file in sheets.items() if not known.brief_of(file.path)}
    neighbours = {(where.division, where.unit) for where in moved if where}
    years = {(where.year, where.division) for where in moved if where}
    jobs: list[Job] = []
    for where, file in sheets.items():
        if (where.division, where.unit) in neighbours or (where.year, where.division) in years:
            jobs.append((where, file, ""))
        elif known.files[file.path].signature != file.signature:
            jobs.append((where, file, known.files[file.path].digest))
    return jobs


def worker_on(
    maker: SheetMaker, sink: Sink, rows: Rows, at: Callable[[str], None]
) -> Callable[[list[Job]], list[Outcome]]:
    """Return what looks at some sheets and, where a file is not as it was, makes its files and its lines.

    Each step is taken for all of them before the next: a processor is faster at one thing at a time.
    """

    def look(job: Job) -> tuple[Source | None, list[Problem]]:
        at(job[1].shown)
        return read(job[1])

    def check(job: Job, source: Source | None, problems: list[Problem]) -> tuple[Entry | None, Outcome]:
        where, file, digest = job
        at(file.shown)
        if source is None or source.digest == digest:
            return None, Outcome(source.digest if source else "", tuple(problems if source is None else ()))
        entry, further = maker.check(where, source)
        return entry, Outcome(source.digest, (*problems, *further))

    def finish(entry: Entry, files: tuple[bytes, ...], outcome: Outcome) -> Outcome:
        made = maker.made(entry, files, rows.position)
        rows.append(made.rows)
        stamps = tuple([sink.put(path, data) for path, data in zip(sheet_files(entry.place), files, strict=True)])
        return outcome._replace(brief=made.brief.packed(), stamps=stamps, links=made.links, faults=made.faults)

    def work(jobs: list[Job]) -> list[Outcome]:
        found = [look(job) for job in jobs]
        checked = [check(job, *one) for job, one in zip(jobs, found, strict=True)]
        made = [maker.files(entry) if entry else () for entry, _ in checked]
        return [
            finish(entry, files, outcome) if entry else outcome
            for (entry, outcome), files in zip(checked, made, strict=True)
        ]

    return work
