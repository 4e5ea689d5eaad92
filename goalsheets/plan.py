"""Decide which pages the site has, what each is called and what it shows."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple

from goalsheets import addresses
from goalsheets.catalog import Brief, Catalog, tally_of
from goalsheets.columns import DIVISIONS, LISTED_GOALS, POLICIES, SHEETS, division_line, policy_lines
from goalsheets.feeds import with_feed
from goalsheets.model import Division, Unit
from goalsheets.pages import (
    GOAL_LINE,
    KINDS,
    SHEET_LINE,
    TABLE_LINE,
    TO_DATA,
    TO_HOME,
    Link,
    Page,
    chart,
    division_crumbs,
    division_link,
    with_lines,
    with_rows,
)
from goalsheets.parsing import Frame
from goalsheets.policies import PolicyCode
from goalsheets.ratings import State, Tally
from goalsheets.rows import Row
from goalsheets.text import Document
from goalsheets.years import fiscal_year_words

LATEST = 6
MISSED_SHOWN = 10
COVERAGE_NAMED = 5
_ALL = "載せている目標"


class PolicyBranch(NamedTuple):
    """Hold a policy code with the codes one level below it, which are seen at once where they are `open`.

    `tally` counts its goals; on the page of another code that is not above it, nothing is told of them.
    """

    code: PolicyCode
    address: str
    title: str
    tally: Tally | None
    branches: tuple[PolicyBranch, ...]
    open: bool = False


class Standing(NamedTuple):
    """Hold how the goals of a division, from so many sheets, or those that cite a policy code stand."""

    link: Link
    sheets: int | None
    tally: Tally


class Standings(NamedTuple):
    """Hold what a table compares, and the states that occur in it."""

    rows: tuple[Standing, ...]
    states: tuple[State, ...]

    @classmethod
    def of(cls, rows: Iterable[Standing]) -> Standings:
        found = tuple(rows)
        total = Tally.sum_of([row.tally.counts for row in found])
        return cls(found, tuple([state for state, _ in total.counts]))


Plans = dict[str, Callable[[], Page]]
"""The pages of a site by their addresses, each made when it is asked for."""


def plan_indexes(catalog: Catalog) -> Plans:
    """Plan every page of the site but the sheets' own."""
    frame = catalog.frame
    plans: Plans = {addresses.HOME: partial(_home, catalog)}
    for year in catalog.of_year:
        plans[addresses.year_address(year)] = partial(_year, catalog, year)
        plans[addresses.goals_address(year)] = partial(_goals, catalog, year)
    for kind, words in KINDS.items():
        plans[words.link.address] = partial(_divisions, catalog, kind)
    for division in frame.divisions:
        plans[addresses.division_address(division)] = partial(_division, catalog, division)
        for unit in division.units:
            if (division.slug, unit.slug) in catalog.of_unit:
                plans[addresses.unit_address(division, unit)] = partial(_unit, catalog, division, unit)
    plans[addresses.SEARCH] = partial(_search, catalog)
    plans[addresses.POLICIES] = partial(_policies, catalog)
    for code in catalog.of_policy:
        plans[_address_of_code(frame, code)] = partial(_policy, catalog, code)
    for document in frame.documents:
        plans[addresses.document_address(document.slug)] = partial(_document, frame, document)
    plans[addresses.NOT_FOUND] = partial(_not_found, frame)
    return plans


def addresses_showing(brief: Brief, frame: Frame) -> set[str]:
    """Return the addresses of the index pages that tell something of a sheet."""
    where = brief.place
    division, unit = frame.division_of[where.division], frame.unit_of[where.division, where.unit]
    found = {addresses.HOME, addresses.SEARCH, addresses.DATA, addresses.POLICIES, KINDS[division.kind].link.address}
    found |= {addresses.year_address(where.year), addresses.goals_address(where.year)}
    found |= {addresses.division_address(division), addresses.unit_address(division, unit)}
    return found | {_address_of_code(frame, code) for code in brief.all_codes}


def _home(catalog: Catalog) -> Page:
    frame, site = catalog.frame, catalog.frame.site
    evaluated = next(
        (year for year, briefs in catalog.of_year.items() if any(brief.evaluated for brief in briefs)), None
    )
    shown = evaluated or frame.years[0]
    briefs = catalog.of_year[shown]
    recent = sorted((brief for brief in catalog.briefs if brief.latest), key=lambda brief: brief.latest, reverse=True)
    missed = [
        row
        for brief in briefs
        for state, row in zip(brief.states, brief.rows_with_status, strict=True)
        if state is State.MISSED
    ]
    goals = sum(brief.tally.total for brief in catalog.briefs)
    view: dict[str, object] = {
        "goals": goals,
        "sheets": len(catalog.briefs),
        "year": shown,
        "coverage": _coverage(frame, briefs),
        "missed": len(missed),
        "missed_rows": missed[:MISSED_SHOWN],
        "latest_rows": [brief.row for brief in recent[:LATEST]],
        "years": [(year, catalog.tally_of_year[year], len(group)) for year, group in catalog.of_year.items()],
        "wards": "・".join(division.ward or division.name for division in frame.divisions if division.kind == "ward"),
        "departments": "・".join(division.name for division in frame.divisions if division.kind == "department"),
    }
    description = (
        f"{site.city}の各部署が、年度の初めに何を約束し、どうなったか。"
        f"{len(catalog.briefs)}枚のシート、{goals}件の目標を載せています。"
    )
    tally, name = catalog.tally_of_year[shown], f"{site.city} {site.title}"
    charts = (chart(tally, f"{shown}年度", _ALL),)
    page = Page(addresses.HOME, "home", name, description, (), view, (TO_DATA,), tally=tally, charts=charts)
    return with_feed(page, catalog.briefs, site)


def _year(catalog: Catalog, year: int) -> Page:
    briefs, tally = catalog.of_year[year], catalog.tally_of_year[year]
    frame = catalog.frame
    groups = [(slug, list(group)) for slug, group in groupby(briefs, lambda brief: brief.place.division)]
    others = [other for other in frame.years if other != year]
    view: dict[str, object] = {
        "year": year,
        "tally": tally,
        "coverage": _coverage(frame, briefs),
        "sheets": len(briefs),
        "standings": Standings.of(_standing(frame.division_of[slug], group) for slug, group in groups),
        "divisions": [(frame.division_of[slug], _rows(group)) for slug, group in groups],
        "others": [Link(addresses.year_address(other), fiscal_year_words(other)) for other in others],
    }
    year_words = f"{frame.site.city}の{fiscal_year_words(year)}"
    description = f"{year_words}の目標管理シート{len(briefs)}枚を、区と部署に分けて示します。"
    title = f"{fiscal_year_words(year)}の目標"
    charts = (chart(tally, f"{year}年度", _ALL),)
    page = Page(addresses.year_address(year), "year", title, description, (TO_HOME,), view, tally=tally, charts=charts)
    return with_rows(page, SHEETS, _sheet_cells(briefs), SHEET_LINE)


def _goals(catalog: Catalog, year: int) -> Page:
    """Plan the table of all goals of a year."""
    briefs = catalog.of_year[year]
    tally, words = catalog.tally_of_year[year], fiscal_year_words(year)
    view: dict[str, object] = {
        "year": year,
        "tally": tally,
        "coverage": _coverage(catalog.frame, briefs),
        "table_rows": array("Q", [row for brief in briefs for row in brief.table_rows]),
    }
    description = f"{catalog.frame.site.city}の{words}の目標{tally.total}件を、1つの表にまとめています。"
    crumbs = (TO_HOME, Link(addresses.year_address(year), f"{year}年度"))
    title = f"{words}の目標の一覧表"
    page = Page(addresses.goals_address(year), "goals", title, description, crumbs, view, tally=tally)
    return with_rows(page, LISTED_GOALS, _listed_cells(briefs), TABLE_LINE)


def _coverage(frame: Frame, briefs: tuple[Brief, ...]) -> str:
    """Say whose sheets of a year are there, so that a count is not taken for the whole city's."""
    counts = Counter(brief.place.division for brief in briefs)
    if len(counts) > COVERAGE_NAMED:
        return f"{len(counts)}の区・部署のシート{len(briefs)}枚を載せています。"
    words = "、".join(f"{frame.division_of[slug].name}の{count}枚" for slug, count in counts.items())
    return f"載せているシートは、{words}です。"


def _rows(briefs: list[Brief]) -> list[Row]:
    return [brief.row for brief in briefs]


def _sheet_cells(briefs: Iterable[Brief]) -> array[Row]:
    return array("Q", [brief.sheet_cells for brief in briefs])


def _listed_cells(briefs: Iterable[Brief]) -> array[Row]:
    return array("Q", [row for brief in briefs for row in brief.listed_cells])


def _standing(division: Division, briefs: Sequence[Brief]) -> Standing:
    return Standing(division_link(division), len(briefs), tally_of(briefs))


def _divisions(catalog: Catalog, kind: str) -> Page:
    words = KINDS[kind]
    divisions = [division for division in catalog.frame.divisions if division.kind == kind]
    there = [division for division in divisions if division.slug in catalog.of_division]
    view: dict[str, object] = {
        "standings": Standings.of(_standing(division, catalog.of_division[division.slug]) for division in there),
        "without": [division_link(division) for division in divisions if division not in there],
        "word": words.link.words,
    }
    page = Page(words.link.address, "divisions", words.title, words.description, (TO_HOME,), view)
    lines = [
        division_line(division, catalog.of_division.get(division.slug, ()), catalog.frame.site)
        for division in divisions
    ]
    return with_lines(page, DIVISIONS, "".join(lines))


def _division(catalog: Catalog, division: Division) -> Page:
    briefs = catalog.of_division.get(division.slug, ())
    groups = [(year, list(group)) for year, group in groupby(briefs, lambda brief: brief.place.year)]
    units = [(unit, len(catalog.of_unit.get((division.slug, unit.slug), ()))) for unit in division.units]
    view: dict[str, object] = {
        "division": division,
        "sheets": len(briefs),
        "tally": tally_of(briefs),
        "years": [(year, _rows(group)) for year, group in groups],
        "units": units,
    }
    charts = tuple(chart(tally_of(group), f"{division.name}、{year}年度") for year, group in groups)
    city = catalog.frame.site.city
    description = f"{city}{division.name}の目標管理シート{len(briefs)}枚を、年度と課に分けて示します。"
    crumbs = (TO_HOME, KINDS[division.kind].link)
    address, title = addresses.division_address(division), f"{division.name}の目標"
    page = Page(address, "division", title, description, crumbs, view, charts=charts)
    return with_feed(
        with_rows(page, SHEETS, _sheet_cells(briefs), SHEET_LINE, division.code), briefs, catalog.frame.site
    )


def _unit(catalog: Catalog, division: Division, unit: Unit) -> Page:
    briefs, frame = catalog.of_unit[division.slug, unit.slug], catalog.frame
    here = division.slug, unit.slug
    view: dict[str, object] = {
        "division": division,
        "unit": unit,
        "before": _unit_links(catalog, frame.predecessors_of.get(here, ())),
        "after": _unit_links(catalog, frame.heirs_of.get(here, ())),
        "sheets": [(brief.place, brief.goal_rows) for brief in briefs],
    }
    charts = tuple(chart(brief.tally, f"{brief.place.year}年度") for brief in briefs)
    title = f"{division.name} {unit.name}の目標の移り変わり"
    description = f"{catalog.frame.site.city}{division.name}{unit.name}の目標を、年度を追って示します。"
    address, crumbs = addresses.unit_address(division, unit), division_crumbs(division)
    page = Page(address, "unit", title, description, crumbs, view, charts=charts)
    return with_rows(page, LISTED_GOALS, _listed_cells(briefs), GOAL_LINE)


def _unit_links(catalog: Catalog, units: Iterable[tuple[str, str]]) -> list[Link]:
    """Return the links to the pages of some units, of those that have one."""
    found = ((catalog.frame.division_of[slug], catalog.frame.unit_of[slug, unit]) for slug, unit in units)
    return [
        Link(addresses.unit_address(division, unit), f"{division.name} {unit.name}")
        for division, unit in found
        if (division.slug, unit.slug) in catalog.of_unit
    ]


def _search(catalog: Catalog) -> Page:
    frame = catalog.frame
    view: dict[str, object] = {
        "years": frame.years,
        "divisions": [division for division in frame.divisions if division.slug in catalog.of_division],
        "states": tuple(State),
        "ways": [Link(words.link.address, words.title) for words in KINDS.values()]
        + [Link(addresses.POLICIES, "政策から探す")],
    }
    description = f"{frame.site.city}の目標を、言葉や政策コードで探します。年度、区・部署、評価で絞れます。"
    return Page(addresses.SEARCH, "search", "目標を検索する", description, (TO_HOME,), view, (TO_DATA,))


def _policies(catalog: Catalog) -> Page:
    groups = [(plan, catalog.codes_below.get(PolicyCode(plan.prefix, ()), ())) for plan in catalog.frame.plans]
    plans = [
        (plan, Standings.of(_standing_of_code(catalog, code) for code in codes), _below(catalog, codes))
        for plan, codes in groups
        if codes
    ]
    description = f"{catalog.frame.site.city}の目標を、総合計画などの政策コードごとにまとめています。"
    page = Page(addresses.POLICIES, "policies", "政策から探す", description, (TO_HOME,), {"plans": plans})
    return with_lines(page, POLICIES, policy_lines(catalog))


def _standing_of_code(catalog: Catalog, code: PolicyCode) -> Standing:
    words = f"{code} {catalog.frame.policy_titles.get(code, '')}".strip()
    return Standing(Link(_address_of_code(catalog.frame, code), words), None, catalog.tally_of_policy[code])


def _policy(catalog: Catalog, code: PolicyCode) -> Page:
    frame = catalog.frame
    plan, title = frame.plan_of[code.prefix], frame.policy_titles.get(code, "")
    tally = catalog.tally_of_policy[code]
    wider = tuple(Link(addresses.policy_address(plan, upper), str(upper)) for upper in code.ancestors()[:-1])
    view: dict[str, object] = {
        "code": code,
        "plan": plan,
        "policy_title": title,
        "tally": tally,
        "years": [
            (year, cited.tally, [(frame.divisions[number], rows) for number, rows in cited.by_division()])
            for year, cited in catalog.of_policy[code].items()
        ],
        "has_codes_below": code in catalog.codes_below,
        "branches": _around(catalog, code),
    }
    words = f"{code} {title}".strip()
    description = (
        f"政策コード「{code}」が書かれた{frame.site.city}の目標{tally.total}件を、年度と部署に分けて示します。"
    )
    crumbs = (TO_HOME, Link(addresses.POLICIES, "政策"), *wider)
    address, charts = addresses.policy_address(plan, code), (chart(tally, "すべての年度"),)
    page = Page(address, "policy", f"{words}に関わる目標", description, crumbs, view, charts=charts)
    cells = array("Q", [row for cited in catalog.of_policy[code].values() for row in cited.cells])
    return with_feed(with_rows(page, LISTED_GOALS, cells, GOAL_LINE), catalog.briefs_of_policy(code), frame.site)


def _around(catalog: Catalog, here: PolicyCode) -> tuple[PolicyBranch, ...]:
    """Return a code with those beside it and below it, and the codes above it with those beside them.

    Beside the widest code above it stand none: a plan has many. Only of the code and those below are the goals
    counted: its page need not be made anew when those of others change.
    """
    level = _beside(catalog, _branch(catalog, here)._replace(open=True), catalog.codes_below[here.above])
    for upper in reversed(here.ancestors()[:-1]):
        branch = _named(catalog.frame, upper)._replace(branches=level, open=True)
        codes = catalog.codes_below[upper.above] if upper.above.numbers else (upper,)
        level = _beside(catalog, branch, codes)
    return level


def _beside(catalog: Catalog, branch: PolicyBranch, codes: Iterable[PolicyCode]) -> tuple[PolicyBranch, ...]:
    return tuple([branch if code == branch.code else _named(catalog.frame, code) for code in codes])


def _branch(catalog: Catalog, code: PolicyCode) -> PolicyBranch:
    below = _below(catalog, catalog.codes_below.get(code, ()))
    return _named(catalog.frame, code)._replace(tally=catalog.tally_of_policy[code], branches=below)


def _below(catalog: Catalog, codes: Iterable[PolicyCode]) -> tuple[PolicyBranch, ...]:
    return tuple([_branch(catalog, code) for code in codes])


@lru_cache(4096)
def _named(frame: Frame, code: PolicyCode) -> PolicyBranch:
    return PolicyBranch(code, _address_of_code(frame, code), frame.policy_titles.get(code, ""), None, ())


def _address_of_code(frame: Frame, code: PolicyCode) -> str:
    return addresses.policy_address(frame.plan_of[code.prefix], code)


def _document(frame: Frame, page: Document) -> Page:
    description = f"{page.title}。{frame.site.city}の{frame.site.title}を載せているサイトの説明です。"
    address = addresses.document_address(page.slug)
    return Page(address, "document", page.title, description, (TO_HOME,), {"document": page})


def _not_found(frame: Frame) -> Page:
    description = "お探しのページは、このサイトにありません。"
    return Page(addresses.NOT_FOUND, "not_found", "ページが見つかりません", description, (), {"years": frame.years})
