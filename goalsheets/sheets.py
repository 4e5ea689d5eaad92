"""Make all that comes of one sheet: its page, its lines on index pages, and its brief."""

from __future__ import annotations

from typing import NamedTuple

from goalsheets.addresses import sheet_address
from goalsheets.audit import Findings, audit_page
from goalsheets.binding import bind, place
from goalsheets.catalog import Brief, Entry, GoalBrief
from goalsheets.files import Source
from goalsheets.model import Sheet
from goalsheets.parsing import Frame, Place
from goalsheets.plan import sheet_page
from goalsheets.problems import Problem, errors
from goalsheets.ratings import State
from goalsheets.rendering import Renderer
from goalsheets.rows import Row, row_at
from goalsheets.rules import name_findings, sheet_findings


class Made(NamedTuple):
    """Hold what came of one sheet; the rows of the brief count from the start of `rows`."""

    brief: Brief
    page: bytes
    rows: bytes
    findings: Findings


class SheetMaker:
    """Make sheets, each from its file and the frame alone."""

    def __init__(self, frame: Frame, renderer: Renderer) -> None:
        self.frame = frame
        self.renderer = renderer
        self.prefixes = frozenset(frame.plan_of)
        self.seen: set[bytes] = set()

    def check(self, where: Place, source: Source) -> tuple[Entry | None, list[Problem]]:
        """Return a sheet in its place, and its problems; no sheet on errors."""
        sheet, problems = bind(Sheet, source)
        if sheet is None:
            return None, problems
        findings = list(sheet_findings(sheet, where.year, self.prefixes))
        entry = self.entry(where, sheet)
        if entry:
            findings += name_findings(sheet, entry.division, entry.unit)
        problems += place(source, findings)
        return (None if errors(problems) else entry), problems

    def entry(self, where: Place, sheet: Sheet) -> Entry | None:
        """Put a sheet in its place; None where the organization knows no such place."""
        unit = self.frame.unit_of.get((where.division, where.unit))
        return Entry.of(where, self.frame.division_of[where.division], unit, sheet) if unit else None

    def page(self, entry: Entry) -> bytes:
        """Render the page of a sheet."""
        return self.renderer.render(sheet_page(entry, self.frame))

    def made(self, entry: Entry, page: bytes, start: int) -> Made:
        """Add to a page its sheet's lines, which stand from `start` on among those of all sheets, and its brief."""
        rows = _Rows(start)
        line = rows.add(self.renderer.entry_row(entry))
        goals = []
        for goal, state in entry.goals:
            row = rows.add(self.renderer.goal_row(entry, goal, state, ""))
            with_status = row
            if state is State.MISSED and goal.answer:
                with_status = rows.add(self.renderer.goal_row(entry, goal, state, goal.answer))
            goals.append(GoalBrief(state, goal.codes, row, with_status))
        brief = Brief(entry.place, entry.sheet.evaluated is not None, entry.latest, line, entry.tally, tuple(goals))
        address = sheet_address(entry.place)
        findings = audit_page(address, page, self.renderer.root(address), self.seen)
        return Made(brief, page, b"".join(rows.lines), findings)


class _Rows:
    """Collect rendered lines and tell where each stands."""

    def __init__(self, start: int) -> None:
        self.end = start
        self.lines: list[bytes] = []

    def add(self, line: bytes) -> Row:
        row = row_at(self.end, len(line))
        self.lines.append(line)
        self.end += len(line)
        return row
