"""Read what every sheet stands in: the site, the organization, the plans, the pages, and which sheets there are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from sys import intern
from typing import NamedTuple

from goalsheets.binding import AnyRecord, bind, place
from goalsheets.fields import slug_fault
from goalsheets.files import Found, Source, read
from goalsheets.model import Division, Organization, Plan, Plans, Record, Site, Unit
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.problems import Problem, did_you_mean, printable
from goalsheets.rules import organization_findings, plan_findings
from goalsheets.text import Document

_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SHEET = re.compile(rf"sheets/(\d{{4}})/({_SLUG})/({_SLUG})\.yaml", re.ASCII)
_PAGE = re.compile(rf"pages/({_SLUG})\.md", re.ASCII)
_REQUIRED: dict[str, type[Record]] = {
    "site.yaml": Site,
    "organization.yaml": Organization,
    "policies.yaml": Plans,
}


class Place(NamedTuple):
    """Name a sheet by its path: the fiscal year, and the slugs of its division and its unit."""

    year: int
    division: str
    unit: str

    def in_year(self, year: int) -> Place:
        """Return the same unit's place in another year."""
        return Place(year, self.division, self.unit)

    @property
    def office(self) -> tuple[str, str]:
        """Return the slugs of the division and the unit, which are the unit's identity."""
        return self.division, self.unit


class Frame:
    """Hold all that a city's sheets stand in, known before any of them is read."""

    def __init__(
        self,
        site: Site,
        divisions: tuple[Division, ...],
        plans: tuple[Plan, ...],
        documents: tuple[Document, ...],
        places: tuple[Place, ...],
        files: tuple[str, ...],
    ) -> None:
        self.site = site
        self.divisions = divisions
        self.plans = plans
        self.documents = documents
        self.places = places
        self.files = files

    @cached_property
    def digest(self) -> str:
        """Return the digest of all that stands on every page: the files read here, and the years there are."""
        return hashlib.sha256(repr((self.files, self.years)).encode()).hexdigest()

    @cached_property
    def division_of(self) -> dict[str, Division]:
        return {division.slug: division for division in self.divisions}

    @cached_property
    def unit_of(self) -> dict[tuple[str, str], Unit]:
        units: dict[tuple[str, str], Unit] = {}
        for division in self.divisions:
            for unit in division.units:
                units.setdefault((division.slug, unit.slug), unit)
        return units

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Return the fiscal years that have sheets, the newest first."""
        return tuple(sorted({place.year for place in self.places}, reverse=True))

    @cached_property
    def years_of(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return the fiscal years of each unit's sheets, the oldest first."""
        grouped: dict[tuple[str, str], list[int]] = {}
        for where in sorted(self.places):
            grouped.setdefault((where.division, where.unit), []).append(where.year)
        return {key: tuple(years) for key, years in grouped.items()}

    def is_newest(self, where: Place) -> bool:
        """Tell whether a unit has no later sheet."""
        return self.years_of[where.division, where.unit][-1] == where.year

    @cached_property
    def predecessors_of(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        """Return the units whose work each unit took over."""
        return {
            (division.slug, unit.slug): tuple(dict.fromkeys(map(_slugs, unit.predecessors)))
            for division in self.divisions
            for unit in division.units
            if unit.predecessors
        }

    @cached_property
    def heirs_of(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        """Return the units that took over each unit's work."""
        grouped: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for heir, before in self.predecessors_of.items():
            for unit in before:
                grouped.setdefault(unit, []).append(heir)
        return {unit: tuple(heirs) for unit, heirs in grouped.items()}

    def heirs(self, where: Place) -> set[tuple[str, str]]:
        """Return the unit of a sheet and those that took over its work."""
        return {where.office, *self.heirs_of.get(where.office, ())}

    def kin(self, where: Place) -> set[tuple[str, str]]:
        """Return the unit of a sheet, those whose work it took over, and those that took over its own."""
        return {*self.heirs(where), *self.predecessors_of.get(where.office, ())}

    @cached_property
    def paths(self) -> frozenset[str]:
        """Return the places of all sheets as words, as 2024/kita/chiiki-somu."""
        return frozenset(["/".join(map(str, where)) for where in self.places])

    def before(self, where: Place) -> list[Place]:
        """Return last year's sheets of a unit: its own or, where there is none, those of its predecessors."""
        own = self._there(where.year - 1, (where.office,))
        return own or self._there(where.year - 1, self.predecessors_of.get(where.office, ()))

    def after(self, where: Place) -> list[Place]:
        """Return next year's sheets of a unit and of its heirs."""
        return self._there(where.year + 1, (where.office, *self.heirs_of.get(where.office, ())))

    def taken_over(self, where: Place) -> list[Place]:
        """Return last year's sheets of the units whose work the unit of a sheet took over since."""
        former = self._there(where.year - 1, self.predecessors_of.get(where.office, ()))
        return [one for one in former if not self._go_on(one, where)]

    def handed_over(self, where: Place) -> list[Place]:
        """Return next year's sheets of the units that took over the work of a sheet's unit since."""
        heirs = self._there(where.year + 1, self.heirs_of.get(where.office, ()))
        return [one for one in heirs if not self._go_on(where, one)]

    def _there(self, year: int, offices: Iterable[tuple[str, str]]) -> list[Place]:
        return [Place(year, *office) for office in offices if year in self.years_of.get(office, ())]

    def _go_on(self, former: Place, later: Place) -> bool:
        """Tell whether two units both have sheets of both years: the work was handed over in another."""
        return former.year in self.years_of.get(later.office, ()) and later.year in self.years_of.get(former.office, ())

    @cached_property
    def units_in(self) -> dict[tuple[int, str], tuple[str, ...]]:
        """Return the units of each division that have a sheet in a year, in the order of the organization."""
        grouped: dict[tuple[int, str], list[str]] = {}
        for where in sorted(self.places, key=self.order):
            grouped.setdefault((where.year, where.division), []).append(where.unit)
        return {key: tuple(units) for key, units in grouped.items()}

    @cached_property
    def _rank(self) -> dict[tuple[str, str], int]:
        return {slugs: number for number, slugs in enumerate(self.unit_of)}

    def order(self, where: Place) -> tuple[int, int]:
        """Return the key that puts sheets in order: the newest year first, then as in the organization."""
        return -where.year, self._rank[where.division, where.unit]

    @cached_property
    def plan_of(self) -> dict[str, Plan]:
        """Return the plans by the words their codes begin with."""
        return {plan.prefix: plan for plan in self.plans}

    @cached_property
    def policy_titles(self) -> dict[PolicyCode, str]:
        """Return the titles that the city has confirmed."""
        pairs = ((parse_code(title.code), title.title) for plan in self.plans for title in plan.titles)
        return {code: title for code, title in pairs if code}


def _slugs(path: str) -> tuple[str, str]:
    division, _, unit = path.partition("/")
    return division, unit


def place_of_path(path: str) -> Place | None:
    """Return the place that a path inside the content folder names; None where it is not a sheet's."""
    found = _SHEET.fullmatch(path)
    return Place(int(found[1]), intern(found[2]), intern(found[3])) if found else None


def read_frame(
    folder: Path, found: list[Found], unfit: list[Problem]
) -> tuple[Frame | None, dict[Place, Found], list[Problem]]:
    """Read everything but the sheets, and find those; no frame where it cannot be read whole.

    `unfit` is what finding the files told of; the problems returned begin with it.
    """
    required, pages, sheets, problems = _sorted_out(found)
    problems = [*unfit, *problems, *_absent(folder, found, unfit)]
    sources: dict[str, Source] = {}
    for file in (*required.values(), *pages):
        source, further = read(file)
        problems += further
        if source:
            sources[file.path] = source
    site, organization, plans = (_record(name, sources, problems) for name in _REQUIRED)
    documents = [_document(sources[file.path], problems) for file in pages if file.path in sources]
    if not (isinstance(site, Site) and isinstance(organization, Organization) and isinstance(plans, Plans)):
        return None, sheets, problems
    texts = tuple(document for document in documents if document)
    units = {(division.slug, unit.slug) for division in organization.divisions for unit in division.units}
    for where, file in sheets.items():
        if (where.division, where.unit) not in units:
            problems.append(_unknown_place(file, where, organization))
    known = tuple(where for where in sheets if (where.division, where.unit) in units)
    digests = tuple(f"{path} {source.digest}" for path, source in sorted(sources.items()))
    return Frame(site, organization.divisions, plans.plans, texts, known, digests), sheets, problems


def _sorted_out(
    found: list[Found],
) -> tuple[dict[str, Found], list[Found], dict[Place, Found], list[Problem]]:
    """Tell the three required files, the pages and the sheets apart, and name what is none of them."""
    required: dict[str, Found] = {}
    pages: list[Found] = []
    sheets: dict[Place, Found] = {}
    problems: list[Problem] = []
    for file in found:
        if where := place_of_path(file.path):
            sheets[where] = file
        elif file.path in _REQUIRED:
            required[file.path] = file
        elif _PAGE.fullmatch(file.path):
            pages.append(file)
        else:
            problems.append(_misplaced(file))
    return required, pages, sheets, problems


def _absent(folder: Path, found: list[Found], unfit: list[Problem]) -> Iterator[Problem]:
    """Name the files a city must have, unless they are there and only unfit to be read."""
    if not folder.is_dir():
        return
    there = {file.path for file in found}
    named = [problem.path for problem in unfit]
    for name in _REQUIRED:
        if name not in there and printable(str(folder / name)) not in named:
            hint = f"{name} を内容のフォルダーに作ってください。"
            yield Problem(str(folder / name), 1, 1, f"{name} がありません。", hint)
    place = folder / "sheets"
    if not any(path.startswith("sheets/") for path in there) and not any(
        path.startswith(printable(f"{place}/")) for path in named
    ):
        hint = "sheets/年度/部署/課.yaml に置いてください。"
        yield Problem(str(place), 1, 1, "シートが1枚もありません。", hint)


def _record(name: str, sources: dict[str, Source], problems: list[Problem]) -> Record | None:
    if name not in sources:
        return None
    record, further = _bound(_REQUIRED[name], sources[name])
    problems += further
    return record


def _bound(model: type[AnyRecord], source: Source) -> tuple[AnyRecord | None, list[Problem]]:
    record, problems = bind(model, source)
    if isinstance(record, Organization):
        problems += place(source, organization_findings(record))
    if isinstance(record, Plans):
        problems += place(source, plan_findings(record))
    return record, problems


def _document(source: Source, problems: list[Problem]) -> Document | None:
    if fault := slug_fault(Path(source.path).stem):
        problems.append(Problem(source.shown, 1, 1, *fault))
        return None
    from goalsheets.shaping import read_document  # noqa: PLC0415 - slow to load, and not needed without pages

    document, further = read_document(source)
    problems += further
    return document


def _misplaced(file: Found) -> Problem:
    message = "この名前と場所のファイルは、公開の対象になりません。"
    hint = (
        "シートは sheets/2025/kita/chiiki-somu.yaml のように、ページは pages/about.md のように置き、"
        "名前は半角の英小文字・数字・ハイフンにしてください。"
    )
    return Problem(file.shown, 1, 1, message, hint)


def _unknown_place(file: Found, where: Place, organization: Organization) -> Problem:
    divisions = {division.slug: division for division in organization.divisions}
    division = divisions.get(where.division)
    if division is None:
        message = f"フォルダー「{where.division}」の部署は、organization.yaml にありません。"
        hint = did_you_mean(where.division, divisions)
    else:
        message = f"「{where.unit}」という課・機関は、organization.yaml の「{division.name}」にありません。"
        hint = did_you_mean(where.unit, [unit.slug for unit in division.units])
    hint += "ファイルの名前を直すか、organization.yaml に加えてください。"
    return Problem(file.shown, 1, 1, message, hint)
