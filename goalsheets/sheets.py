"""Make all that comes of one sheet: its page, its lines on index pages, and its brief."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from goalsheets.addresses import sheet_files, way_up
from goalsheets.agreement import sheet_disagreements
from goalsheets.audit import audit_page
from goalsheets.binding import bind, place
from goalsheets.catalog import Brief, Entry
from goalsheets.columns import filled
from goalsheets.data import SheetData, sheet_data
from goalsheets.doubts import rating_doubts
from goalsheets.feeds import entries
from goalsheets.files import Found, Source, read
from goalsheets.letters import sheet_text
from goalsheets.likeness import likely_ties
from goalsheets.model import Sheet
from goalsheets.pages import embed_page, form_page, sheet_page
from goalsheets.parsing import Frame, Place
from goalsheets.past import Past, past_of
from goalsheets.problems import Problem, errors
from goalsheets.ratings import State
from goalsheets.rendering import Renderer
from goalsheets.rows import Row, row_at
from goalsheets.rules import name_findings, sheet_findings, tie_findings
from goalsheets.stratml import sheet_stratml
from goalsheets.workbook import next_workbook, sheet_workbook


class Made(NamedTuple):
    """Hold what came of one sheet: its brief, its lines on index pages, and what the audit of its pages found."""

    brief: Brief
    rows: bytes
    links: tuple[str, ...]
    faults: tuple[str, ...]


class Files(NamedTuple):
    """Hold the bytes of each of a sheet's files, and the sheet as JSON."""

    contents: tuple[bytes, ...]
    data: SheetData


class SheetMaker:
    """Make sheets, each from its file and the frame alone."""

    def __init__(
        self, frame: Frame, renderer: Renderer, sheets: dict[Place, Found], *, with_doubts: bool = False
    ) -> None:
        self.frame = frame
        self.renderer = renderer
        self.sheets = sheets
        self.with_doubts = with_doubts
        self.prefixes = frozenset(frame.plan_of)
        self.seen: dict[str, set[bytes]] = {}

    def check(self, where: Place, source: Source) -> tuple[Entry | None, list[Problem]]:
        """Return a sheet in its place, and its problems; no sheet on errors."""
        sheet, problems = bind(Sheet, source)
        if sheet is None:
            return None, problems
        findings = [*sheet_findings(sheet, where.year, self.prefixes), *tie_findings(sheet, self.frame.paths)]
        entry = self.entry(where, sheet)
        if entry:
            findings += name_findings(sheet, entry.division, entry.unit)
        if self.with_doubts:
            findings += rating_doubts(sheet)
        problems += place(source, findings)
        return (None if errors(problems) else entry), problems

    def entry(self, where: Place, sheet: Sheet) -> Entry | None:
        """Put a sheet in its place; None where the organization knows no such place."""
        unit = self.frame.unit_of.get((where.division, where.unit))
        return Entry.of(where, self.frame.division_of[where.division], unit, sheet) if unit else None

    def past(self, entry: Entry, known: dict[Place, Entry]) -> tuple[Past, list[Problem]]:
        """Find what came before a sheet, and problems with that; other sheets are read where they are not known."""

        def entry_of(where: Place) -> Entry | None:
            if where not in known and where in self.sheets:
                source, _ = read(self.sheets[where])
                sheet = bind(Sheet, source)[0] if source else None
                found = self.entry(where, sheet) if sheet else None
                if found:
                    known[where] = found
            return known.get(where)

        past, findings = past_of(entry, self.frame, entry_of)
        if self.with_doubts:
            findings += likely_ties(entry, self.frame, entry_of)
        if not findings:
            return past, []
        source, problems = read(self.sheets[entry.place])
        return past, [*problems, *(place(source, findings) if source else ())]

    def files(self, entry: Entry, past: Past) -> Files:
        """Make the files of a sheet."""
        sheet, form = sheet_page(entry, past, self.frame), form_page(entry, self.frame)
        data, stratml = sheet_data(entry, self.frame.site), sheet_stratml(entry, self.frame)
        contents = [self.renderer.render(sheet), self.renderer.render(form), data.whole, stratml]
        contents += [self.renderer.render(embed_page(sheet, entry)), sheet_workbook(entry, self.frame.site)]
        if self.frame.is_newest(entry.place):
            contents.append(next_workbook(entry, self.frame.site))
        return Files(tuple(contents), data)

    def made(self, entry: Entry, files: Files, start: int) -> Made:
        """Add to its files a sheet's lines, which stand from `start` on among those of all sheets, and its brief."""
        rows, cells = _Rows(start), filled(entry, self.frame.site)
        lines = array("Q", (rows.add(self.renderer.entry_row(entry)), rows.add(sheet_text(entry).encode())))
        lines.extend(rows.add(text.encode()) for text in (cells.sheet, cells.goals, cells.initiatives))
        lines.extend((rows.add(files.data.head), rows.add(files.data.goals)))
        lines.extend(rows.add(text.encode()) for text in entries(entry, self.frame))
        for (goal, state), listed in zip(entry.goals, cells.listed, strict=True):
            row = with_status = rows.add(self.renderer.goal_row(entry, goal, state, ""))
            if state is State.MISSED and goal.answer:
                with_status = rows.add(self.renderer.goal_row(entry, goal, state, goal.answer))
            table = rows.add(self.renderer.table_row(entry, goal, state))
            lines.extend((row, with_status, table, rows.add(listed.encode())))
        states, codes = tuple([state for _, state in entry.goals]), tuple([goal.codes for goal, _ in entry.goals])
        created, evaluated = str(entry.sheet.created or ""), str(entry.sheet.evaluated or "")
        brief = Brief(entry.place, created, evaluated, entry.tally, states, codes, lines)
        links, faults = self._audited(entry.place, files.contents)
        return Made(brief, b"".join(rows.lines), links, (*faults, *sheet_disagreements(entry, files.contents)))

    def _audited(self, place: Place, files: tuple[bytes, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the links of a sheet's pages, but for those seen before, and their faults."""
        links: list[str] = []
        faults: list[str] = []
        for path, data in zip(sheet_files(place, newest=self.frame.is_newest(place)), files, strict=True):
            if path.endswith(".html"):
                root = way_up(path)
                found = audit_page(path, data, root, self.seen.setdefault(root, set()))
                links += found.links
                faults += found.faults
        return tuple(links), tuple(faults)


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
