"""Decide which pages the site has, what each is called and what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice

from goalsheets import addresses
from goalsheets.catalog import Catalog, Citation, Entry, tally_of
from goalsheets.model import Division
from goalsheets.policies import PolicyCode
from goalsheets.ratings import State, Tally
from goalsheets.text import Document
from goalsheets.years import fiscal_year_words

LATEST = 6
MISSED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Link:
    """Hold an address of the site and its words."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one page before it is rendered: its address, its template and all that it shows."""

    address: str
    template: str
    title: str
    description: str
    crumbs: tuple[Link, ...]
    view: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyBranch:
    """Hold a policy code with its goals' tally and the codes one level below it."""

    code: PolicyCode
    address: str
    title: str
    tally: Tally
    branches: tuple[PolicyBranch, ...]


def plan_pages(catalog: Catalog) -> list[Page]:
    """Lay out every page of the site."""
    return [
        _home(catalog),
        *_years(catalog),
        *_divisions(catalog),
        *_units(catalog),
        *_sheets(catalog),
        *_policies(catalog),
        *_documents(catalog),
        _not_found(catalog),
    ]


def navigation(catalog: Catalog) -> dict[str, tuple[Link, ...]]:
    """Return the links that stand on every page: the main menu, and the footer."""
    documents = tuple(
        Link(addresses.document_address(page.slug), page.title) for page in _in_reading_order(catalog)
    )
    newest = tuple(Link(addresses.year_address(year), f"{year}年度") for year in catalog.years[:1])
    ways = (
        Link(addresses.WARDS, "区"),
        Link(addresses.DEPARTMENTS, "部署"),
        Link(addresses.POLICIES, "政策"),
    )
    return {"menu": (*newest, *ways, *documents[:1]), "footer": documents}


def policy_addresses(catalog: Catalog) -> dict[PolicyCode, str]:
    """Return the address of every policy code that a sheet cites."""
    return {code: addresses.policy_address(catalog.plan_of(code), code) for code in catalog.by_policy}


_READING_ORDER = ("how-to-read", "glossary", "about", "accessibility")


def _in_reading_order(catalog: Catalog) -> list[Document]:
    rank = {slug: number for number, slug in enumerate(_READING_ORDER)}
    return sorted(catalog.documents, key=lambda page: (rank.get(page.slug, len(rank)), page.slug))


_TO_HOME = Link(addresses.HOME, "ホーム")


def _home(catalog: Catalog) -> Page:
    evaluated = next((year for year in catalog.years if _evaluated(catalog.of_year(year))), None)
    shown = evaluated or catalog.years[0]
    entries = catalog.of_year(shown)
    recent = sorted((entry for entry in catalog.entries if entry.latest), key=lambda entry: str(entry.latest))
    goals = sum(entry.tally.total for entry in catalog.entries)
    site = catalog.site
    view: dict[str, object] = {
        "goals": goals,
        "sheets": len(catalog.entries),
        "year": shown,
        "tally": tally_of(entries),
        "missed": list(islice(_missed(entries), MISSED_SHOWN)),
        "missed_state": State.MISSED,
        "latest": recent[::-1][:LATEST],
        "years": [
            (year, tally_of(catalog.of_year(year)), len(catalog.of_year(year))) for year in catalog.years
        ],
        "wards": catalog.of_kind("ward"),
        "departments": catalog.of_kind("department"),
        "policies": len([code for code in catalog.by_policy if len(code.numbers) == 1]),
    }
    description = (
        f"{site.city}の各部署が、年度の初めに何を約束し、どうなったか。"
        f"{len(catalog.entries)}枚のシート、{goals}件の目標を載せています。"
    )
    return Page(addresses.HOME, "home", f"{site.city} {site.title}", description, (), view)


def _missed(entries: tuple[Entry, ...]) -> Iterator[Citation]:
    for entry in entries:
        for goal, state in entry.goals:
            if state is State.MISSED:
                yield Citation(entry, goal, state)


def _evaluated(entries: tuple[Entry, ...]) -> bool:
    return any(entry.sheet.evaluated for entry in entries)


def _years(catalog: Catalog) -> Iterator[Page]:
    for year in catalog.years:
        entries = catalog.of_year(year)
        title = f"{fiscal_year_words(year)}の目標"
        view: dict[str, object] = {
            "year": year,
            "tally": tally_of(entries),
            "sheets": len(entries),
            "divisions": _grouped(entries),
            "others": [
                Link(addresses.year_address(other), fiscal_year_words(other))
                for other in catalog.years
                if other != year
            ],
        }
        year_words = f"{catalog.site.city}の{fiscal_year_words(year)}"
        description = f"{year_words}の目標管理シート{len(entries)}枚を、区と部署に分けて示します。"
        yield Page(addresses.year_address(year), "year", title, description, (_TO_HOME,), view)


def _grouped(entries: tuple[Entry, ...]) -> list[tuple[Division, Tally, list[Entry]]]:
    """Group the sheets of one year by division."""
    groups = ((division, list(group)) for division, group in groupby(entries, lambda entry: entry.division))
    return [(division, tally_of(group), group) for division, group in groups]


_KINDS = {
    "ward": (Link(addresses.WARDS, "区"), "区から探す", "区役所ごとに、目標とその結果をまとめています。"),
    "department": (
        Link(addresses.DEPARTMENTS, "部署"),
        "部署から探す",
        "部署ごとに、目標とその結果をまとめています。",
    ),
}


def _divisions(catalog: Catalog) -> Iterator[Page]:
    for kind, (link, title, description) in _KINDS.items():
        divisions = catalog.of_kind(kind)
        rows = [(division, tally_of(catalog.by_division[division.slug])) for division in divisions]
        counts = {division.slug: len(catalog.by_division[division.slug]) for division in divisions}
        view: dict[str, object] = {"rows": rows, "counts": counts, "kind": kind}
        yield Page(link.address, "divisions", title, description, (_TO_HOME,), view)
        for division in divisions:
            yield _division(catalog, division, link)


def _division(catalog: Catalog, division: Division, above: Link) -> Page:
    entries = catalog.by_division[division.slug]
    years = [(year, tally_of(group), list(group)) for year, group in _by_year(entries)]
    units = [(unit, len(catalog.by_unit.get((division.slug, unit.slug), ()))) for unit in division.units]
    view: dict[str, object] = {
        "division": division,
        "sheets": len(entries),
        "tally": tally_of(entries),
        "years": years,
        "units": units,
    }
    description = (
        f"{catalog.site.city}{division.name}の目標管理シート{len(entries)}枚を、年度と課に分けて示します。"
    )
    title = f"{division.name}の目標"
    return Page(addresses.division_address(division), "division", title, description, (_TO_HOME, above), view)


def _by_year(entries: tuple[Entry, ...]) -> list[tuple[int, tuple[Entry, ...]]]:
    return [(year, tuple(group)) for year, group in groupby(entries, lambda entry: entry.year)]


def _units(catalog: Catalog) -> Iterator[Page]:
    for division in catalog.divisions:
        for unit in division.units:
            entries = catalog.by_unit.get((division.slug, unit.slug), ())
            if entries:
                title = f"{division.name} {unit.name}の目標の移り変わり"
                description = f"{catalog.site.city}{division.name}{unit.name}の目標を、年度を追って示します。"
                crumbs = (
                    *_division_crumbs(division),
                    Link(addresses.division_address(division), division.name),
                )
                view: dict[str, object] = {"division": division, "unit": unit, "entries": entries}
                yield Page(addresses.unit_address(division, unit), "unit", title, description, crumbs, view)


def _division_crumbs(division: Division) -> tuple[Link, ...]:
    return (_TO_HOME, _KINDS[division.kind][0])


def _sheets(catalog: Catalog) -> Iterator[Page]:
    guide = next((page.slug for page in catalog.documents if page.slug == "how-to-read"), None)
    siblings = _siblings(catalog)
    for entry in catalog.entries:
        division, unit, year = entry.division, entry.unit, entry.year
        same_unit = catalog.by_unit[division.slug, unit.slug]
        title = f"{division.name} {unit.name}の目標（{year}年度）"
        office = f"{catalog.site.city}{division.name}{unit.name}"
        description = f"{office}の{fiscal_year_words(year)}の目標{entry.tally.total}件。"
        crumbs = (
            *_division_crumbs(division),
            Link(addresses.division_address(division), division.name),
            Link(addresses.unit_address(division, unit), unit.name),
        )
        view: dict[str, object] = {
            "entry": entry,
            "sheet": entry.sheet,
            "before": _neighbour(same_unit, year, -1),
            "after": _neighbour(same_unit, year, 1),
            "siblings": [other for other in siblings[year, division.slug] if other is not entry],
            "guide": addresses.document_address(guide) if guide else None,
        }
        yield Page(
            addresses.sheet_address(entry), "sheet", title, description + _outcome(entry), crumbs, view
        )


def _siblings(catalog: Catalog) -> dict[tuple[int, str], list[Entry]]:
    grouped: dict[tuple[int, str], list[Entry]] = {}
    for entry in catalog.entries:
        grouped.setdefault((entry.year, entry.division.slug), []).append(entry)
    return grouped


def _neighbour(entries: tuple[Entry, ...], year: int, step: int) -> Entry | None:
    """Return the unit's nearest sheet before or after a year."""
    ordered = sorted(entries, key=lambda entry: entry.year * step)
    return next((entry for entry in ordered if (entry.year - year) * step > 0), None)


def _outcome(entry: Entry) -> str:
    return "、".join(f"{state.word}{count}件" for state, count in entry.tally.counts) + "。"


def _policies(catalog: Catalog) -> Iterator[Page]:
    tops = [_branch(catalog, code) for code in catalog.by_policy if len(code.numbers) == 1]
    plans = [
        (plan, [branch for branch in tops if branch.code.prefix == plan.prefix]) for plan in catalog.plans
    ]
    description = f"{catalog.site.city}の目標を、総合計画などの政策コードごとにまとめています。"
    view: dict[str, object] = {"plans": [(plan, branches) for plan, branches in plans if branches]}
    yield Page(addresses.POLICIES, "policies", "政策から探す", description, (_TO_HOME,), view)
    above = Link(addresses.POLICIES, "政策")
    for code in catalog.by_policy:
        yield _policy(catalog, code, above)


def _policy(catalog: Catalog, code: PolicyCode, above: Link) -> Page:
    citations = catalog.by_policy[code]
    plan = catalog.plan_of(code)
    title = catalog.policy_titles.get(code, "")
    wider = tuple(Link(addresses.policy_address(plan, upper), str(upper)) for upper in code.ancestors()[:-1])
    years = [
        (year, Tally.of(citation.state for citation in group), group)
        for year, group in (
            (year, list(group)) for year, group in groupby(citations, lambda found: found.entry.year)
        )
    ]
    view: dict[str, object] = {
        "code": code,
        "plan": plan,
        "policy_title": title,
        "tally": Tally.of(citation.state for citation in citations),
        "years": years,
        "branches": _branch(catalog, code).branches,
    }
    words = f"{code} {title}".strip()
    description = (
        f"政策コード「{code}」が書かれた{catalog.site.city}の目標{len(citations)}件を、"
        "年度と部署に分けて示します。"
    )
    address = addresses.policy_address(plan, code)
    return Page(address, "policy", f"{words}に関わる目標", description, (_TO_HOME, above, *wider), view)


def _branch(catalog: Catalog, code: PolicyCode) -> PolicyBranch:
    depth = len(code.numbers)
    below = [
        _branch(catalog, other)
        for other in catalog.by_policy
        if other.prefix == code.prefix
        and len(other.numbers) == depth + 1
        and other.numbers[:depth] == code.numbers
    ]
    tally = Tally.of(citation.state for citation in catalog.by_policy[code])
    address = addresses.policy_address(catalog.plan_of(code), code)
    return PolicyBranch(code, address, catalog.policy_titles.get(code, ""), tally, tuple(below))


def _documents(catalog: Catalog) -> Iterator[Page]:
    for page in catalog.documents:
        description = f"{page.title}。{catalog.site.city}の{catalog.site.title}を載せているサイトの説明です。"
        address = addresses.document_address(page.slug)
        yield Page(address, "document", page.title, description, (_TO_HOME,), {"document": page})


def _not_found(catalog: Catalog) -> Page:
    description = "お探しのページは、このサイトにありません。"
    return Page(
        addresses.NOT_FOUND, "not_found", "ページが見つかりません", description, (), {"years": catalog.years}
    )
