"""Look at sheets: say which may have changed, and read, check and render those that did."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from goalsheets.addresses import sheet_files
from goalsheets.cache import Cache
from goalsheets.catalog import Entry
from goalsheets.files import Found, Source, read
from goalsheets.indexes import Sink
from goalsheets.outcome import Outcome
from goalsheets.parsing import Frame, Place, place_of_path
from goalsheets.problems import Problem, errors
from goalsheets.rows import Rows
from goalsheets.sheets import Files, SheetMaker

AT_ONCE = 16
"""So many sheets, at least, are looked at together."""


class Job(NamedTuple):
    """Name a sheet to look at, with the digest its file had; blank where its page is to be made in any case.

    `told` are the other sheets that its page told of and that may have changed, with the digests that they had.
    """

    where: Place
    file: Found
    digest: str = ""
    told: tuple[tuple[Found, str], ...] = ()


def jobs_of(known: Cache | None, sheets: dict[Place, Found], frame: Frame) -> list[Job]:
    """Return the sheets to look at: all, or those whose file, or what their pages tell of others, may have changed."""
    if known is None:
        return [Job(where, file) for where, file in sheets.items()]
    there = {file.path: file for file in sheets.values()}
    gone = {path for path, file in known.files.items() if file.brief and path not in there}
    changed = {path for path, file in there.items() if known.of(path).signature != file.signature}
    moved = [place_of_path(path) for path in gone]
    moved += [where for where, file in sheets.items() if not known.of(file.path).brief]
    units = {unit for where in moved if where for unit in frame.kin(where)}
    years = {(where.year, where.division) for where in moved if where}
    jobs: list[Job] = []
    for where, file in sheets.items():
        told = known.of(file.path).sources.split()
        anew = (where.division, where.unit) in units or (where.year, where.division) in years
        if anew or not gone.isdisjoint(told):
            jobs.append(Job(where, file))
        elif file.path in changed or not changed.isdisjoint(told):
            others = tuple((there[path], known.of(path).digest) for path in changed.intersection(told))
            jobs.append(Job(where, file, known.of(file.path).digest, others))
    return jobs


def batches_of(jobs: list[Job]) -> list[list[Job]]:
    """Put the sheets of a unit together, since a page tells of the years beside it; some units are one batch."""
    batches: list[list[Job]] = []
    for _, group in groupby(sorted(jobs, key=_unit), _unit):
        if not batches or len(batches[-1]) >= AT_ONCE:
            batches.append([])
        batches[-1] += group
    return batches


def _unit(job: Job) -> tuple[str, str]:
    return job.where.division, job.where.unit


class Worker:
    """Look at sheets and, where a file is not as it was, make its files and its lines.

    `at` notes, in words, what it is at.
    """

    def __init__(self, maker: SheetMaker, sink: Sink, rows: Rows, at: Callable[[str], None]) -> None:
        self.maker = maker
        self.sink = sink
        self.rows = rows
        self.at = at

    def look(self, jobs: list[Job]) -> list[Outcome]:
        """Look at some sheets, a step for all of them before the next: a processor is faster at one thing at a time."""
        found = [self._read(job) for job in jobs]
        checked = [self._check(job, *one) for job, one in zip(jobs, found, strict=True)]
        known = {entry.place: entry for entry, _ in checked if entry}
        made = [self._make(entry, outcome, known) if entry else (None, outcome) for entry, outcome in checked]
        return [
            self._finish(entry, files, outcome) if entry and files else outcome
            for (entry, _), (files, outcome) in zip(checked, made, strict=True)
        ]

    def _read(self, job: Job) -> tuple[Source | None, list[Problem]]:
        self.at(job.file.shown)
        return read(job.file)

    def _check(self, job: Job, source: Source | None, problems: list[Problem]) -> tuple[Entry | None, Outcome]:
        self.at(job.file.shown)
        if source is None:
            return None, Outcome("", tuple(problems))
        if source.digest == job.digest and all(_is_as_it_was(*one) for one in job.told):
            return None, Outcome(source.digest)
        entry, further = self.maker.check(job.where, source)
        return entry, Outcome(source.digest, (*problems, *further))

    def _make(self, entry: Entry, outcome: Outcome, known: dict[Place, Entry]) -> tuple[Files | None, Outcome]:
        past, problems = self.maker.past(entry, known)
        outcome = outcome._replace(problems=(*outcome.problems, *problems))
        if errors(problems):
            return None, outcome
        sources = tuple([self.maker.sheets[where].path for where in past.places])
        return self.maker.files(entry, past), outcome._replace(sources=sources)

    def _finish(self, entry: Entry, files: Files, outcome: Outcome) -> Outcome:
        made = self.maker.made(entry, files, self.rows.position)
        self.rows.append(made.rows)
        paths = sheet_files(entry.place, newest=self.maker.frame.is_newest(entry.place))
        stamps = tuple([self.sink.put(path, data) for path, data in zip(paths, files.contents, strict=True)])
        return outcome._replace(brief=made.brief.packed(), stamps=stamps, links=made.links, faults=made.faults)


def _is_as_it_was(file: Found, digest: str) -> bool:
    source, _ = read(file)
    return source is not None and source.digest == digest
