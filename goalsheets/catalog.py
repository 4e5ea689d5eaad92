"""Put the sheets in order: by year, division, unit and policy, with their counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from goalsheets.binding import place
from goalsheets.model import Division, Goal, Plan, Sheet, Site, Unit
from goalsheets.parsing import Contents, SheetFile
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.problems import Problem, did_you_mean
from goalsheets.ratings import State, Tally
from goalsheets.rules import name_findings, organization_findings, plan_findings, sheet_findings
from goalsheets.text import Document


@dataclass(frozen=True)
class Entry:
    """Hold a sheet in its place."""

    division: Division
    unit: Unit
    sheet: Sheet

    @property
    def year(self) -> int:
        return self.sheet.fiscal_year

    @cached_property
    def goals(self) -> tuple[tuple[Goal, State], ...]:
        """Return each goal with what became of it."""
        return tuple(zip(self.sheet.goals, self.sheet.states(), strict=True))

    @cached_property
    def tally(self) -> Tally:
        return Tally.of(self.sheet.states())

    @property
    def latest(self) -> date | None:
        """Return the day on which the city last wrote on the sheet."""
        return self.sheet.evaluated or self.sheet.created


@dataclass(frozen=True)
class Citation:
    """Hold a goal that cites a policy code, on its sheet."""

    entry: Entry
    goal: Goal
    state: State


@dataclass(frozen=True)
class Catalog:
    """Hold every sheet, the newest year first and then in the order of the organization."""

    site: Site
    divisions: tuple[Division, ...]
    plans: tuple[Plan, ...]
    entries: tuple[Entry, ...]
    documents: tuple[Document, ...]

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(entry.year for entry in self.entries))

    @cached_property
    def by_unit(self) -> dict[tuple[str, str], tuple[Entry, ...]]:
        """Return the sheets of each unit, the newest first, by the slugs of division and unit."""
        grouped: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            grouped.setdefault((entry.division.slug, entry.unit.slug), []).append(entry)
        return {key: tuple(entries) for key, entries in grouped.items()}

    @cached_property
    def by_division(self) -> dict[str, tuple[Entry, ...]]:
        grouped: dict[str, list[Entry]] = {division.slug: [] for division in self.divisions}
        for entry in self.entries:
            grouped[entry.division.slug].append(entry)
        return {slug: tuple(entries) for slug, entries in grouped.items()}

    @cached_property
    def by_policy(self) -> dict[PolicyCode, tuple[Citation, ...]]:
        """Return the goals that cite each code or one below it, in the order of the codes."""
        order = {plan.prefix: number for number, plan in enumerate(self.plans)}
        grouped: dict[PolicyCode, list[Citation]] = {}
        for entry in self.entries:
            for goal, state in entry.goals:
                for code in dict.fromkeys(wider for cited in goal.codes for wider in cited.ancestors()):
                    grouped.setdefault(code, []).append(Citation(entry, goal, state))
        codes = sorted(grouped, key=lambda code: (order[code.prefix], code.numbers))
        return {code: tuple(grouped[code]) for code in codes}

    @cached_property
    def policy_titles(self) -> dict[PolicyCode, str]:
        """Return the titles that the city has confirmed."""
        pairs = ((parse_code(title.code), title.title) for plan in self.plans for title in plan.titles)
        return {code: title for code, title in pairs if code}

    def of_year(self, year: int) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.year == year)

    def of_kind(self, kind: str) -> tuple[Division, ...]:
        return tuple(division for division in self.divisions if division.kind == kind)

    def plan_of(self, code: PolicyCode) -> Plan:
        return next(plan for plan in self.plans if plan.prefix == code.prefix)


def tally_of(entries: Iterable[Entry]) -> Tally:
    """Count the goals of some sheets by state."""
    return Tally.of(state for entry in entries for state in entry.sheet.states())


def assemble(contents: Contents) -> tuple[Catalog, list[Problem]]:
    """Compare the files with each other and put the sheets in order."""
    problems: list[Problem] = []
    problems += place(contents.sources["organization.yaml"], organization_findings(contents.organization))
    problems += place(contents.sources["policies.yaml"], plan_findings(contents.plans))
    divisions = {division.slug: division for division in contents.organization.divisions}
    prefixes = frozenset(plan.prefix for plan in contents.plans.plans)
    entries: list[Entry] = []
    for file in contents.sheets:
        findings = list(sheet_findings(file.sheet, file.year, prefixes))
        division = divisions.get(file.division)
        unit = next((unit for unit in division.units if unit.slug == file.unit), None) if division else None
        if division and unit:
            findings += name_findings(file.sheet, division, unit)
            entries.append(Entry(division, unit, file.sheet))
        else:
            problems += _unknown_place(file, divisions)
        problems += place(file.source, findings)
    organization = contents.organization.divisions
    ordered = tuple(_in_order(entries, organization))
    return Catalog(contents.site, organization, contents.plans.plans, ordered, contents.documents), problems


def _in_order(entries: list[Entry], divisions: tuple[Division, ...]) -> list[Entry]:
    units = [(division.slug, unit.slug) for division in divisions for unit in division.units]
    rank = {slugs: number for number, slugs in enumerate(units)}
    return sorted(entries, key=lambda entry: (-entry.year, rank[entry.division.slug, entry.unit.slug]))


def _unknown_place(file: SheetFile, divisions: dict[str, Division]) -> Iterator[Problem]:
    division = divisions.get(file.division)
    if division is None:
        message = f"フォルダー「{file.division}」の部署は、organization.yaml にありません。"
        hint = did_you_mean(file.division, divisions)
    else:
        message = f"「{file.unit}」という課・機関は、organization.yaml の「{division.name}」にありません。"
        hint = did_you_mean(file.unit, [unit.slug for unit in division.units])
    hint += "ファイルの名前を直すか、organization.yaml に加えてください。"
    yield Problem(file.source.shown, 1, 1, message, hint)
