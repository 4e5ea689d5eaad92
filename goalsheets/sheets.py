"""Make all that comes of one sheet: its page, its lines on index pages, and its brief."""

from __future__ import annotations

from dataclasses import dataclass

from goalsheets.audit import Findings, audit_page
from goalsheets.binding import bind, place
from goalsheets.catalog import Brief, Entry, GoalBrief, Row
from goalsheets.files import Source
from goalsheets.model import Sheet
from goalsheets.parsing import Frame, Place
from goalsheets.plan import sheet_page
from goalsheets.problems import Problem, errors
from goalsheets.ratings import State
from goalsheets.rendering import Renderer
from goalsheets.rules import name_findings, sheet_findings


@dataclass(frozen=True, slots=True)
class Made:
    """Hold what came of one sheet; the rows of the brief count from the start of `rows`."""

    brief: Brief
    page: bytes
    rows: bytes
    findings: Findings


class SheetMaker:
    """Make sheets one by one, each from its file and the frame alone."""

    def __init__(self, frame: Frame, renderer: Renderer) -> None:
        self.frame = frame
        self.renderer = renderer
        self.prefixes = frozenset(frame.plan_of)
        self.seen: set[bytes] = set()

    def make(self, where: Place, source: Source, start: int) -> tuple[Made | None, list[Problem]]:
        """Return what came of a sheet, whose lines stand from `start` on, and its problems; nothing on errors."""
        sheet, problems = bind(Sheet, source)
        if sheet is None:
            return None, problems
        findings = list(sheet_findings(sheet, where.year, self.prefixes))
        entry = self.entry(where, sheet)
        if entry:
            findings += name_findings(sheet, entry.division, entry.unit)
        problems += place(source, findings)
        if entry is None or errors(problems):
            return None, problems
        return self._made(entry, start), problems

    def entry(self, where: Place, sheet: Sheet) -> Entry | None:
        """Put a sheet in its place; None where the organization knows no such place."""
        unit = self.frame.unit_of.get((where.division, where.unit))
        return Entry(where, self.frame.division_of[where.division], unit, sheet) if unit else None

    def _made(self, entry: Entry, start: int) -> Made:
        """Render a sheet; its rows stand from `start` on among those of all sheets."""
        planned = sheet_page(entry, self.frame)
        page = self.renderer.render(planned)
        rows = _Rows(start)
        line = rows.add(self.renderer.entry_row(entry))
        goals = []
        for goal, state in entry.goals:
            row = rows.add(self.renderer.goal_row(entry, goal, state, ""))
            with_status = row
            if state is State.MISSED and goal.answer:
                with_status = rows.add(self.renderer.goal_row(entry, goal, state, goal.answer))
            goals.append(GoalBrief(state, goal.codes, row, with_status))
        brief = Brief(entry.place, entry.sheet.evaluated is not None, entry.latest, line, tuple(goals))
        findings = audit_page(planned.address, page, self.renderer.root(planned.address), self.seen)
        return Made(brief, page, b"".join(rows.lines), findings)


class _Rows:
    """Collect rendered lines and tell where each stands."""

    def __init__(self, start: int) -> None:
        self.end = start
        self.lines: list[bytes] = []

    def add(self, line: bytes) -> Row:
        row = (self.end, len(line))
        self.lines.append(line)
        self.end += len(line)
        return row
