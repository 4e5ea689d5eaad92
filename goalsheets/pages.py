"""Say what a page is, what stands on every page, and what the pages of a sheet show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from goalsheets import addresses
from goalsheets.catalog import Entry
from goalsheets.cells import END
from goalsheets.columns import Table
from goalsheets.form import merged_rows
from goalsheets.model import Division
from goalsheets.parsing import Frame, Place
from goalsheets.past import Past, Step
from goalsheets.ratings import Tally
from goalsheets.rows import Row
from goalsheets.text import Document
from goalsheets.years import fiscal_year_words

YEARS_IN_MENU = 2


class Link(NamedTuple):
    """Hold an address of the site and its words."""

    address: str
    words: str


class Companion(NamedTuple):
    """Hold a file beside an index page: its name, its beginning, and the lines that were made with the sheets.

    `sign` is what stands once in each of these, and `shown` what stands once on the page for each, if anything does.
    """

    name: str
    head: str
    rows: Sequence[Row]
    sign: str
    tail: str = ""
    shown: str = ""


class Chart(NamedTuple):
    """Hold how some goals stand, to be drawn and told in a table, and the caption of both."""

    caption: str
    tally: Tally


class Page(NamedTuple):
    """Hold one page before it is rendered: its address, its template, all that it shows, and the data it links to.

    `tally` is what a picture shows to those who share the page; `first_form` the address of the page that it is a
    second form of. A page with charts is
    also made small, for the frames of other sites.
    """

    address: str
    template: str
    title: str
    description: str
    crumbs: tuple[Link, ...]
    view: dict[str, object]
    data: tuple[Link, ...] = ()
    companions: tuple[Companion, ...] = ()
    feed: Link | None = None
    tally: Tally | None = None
    first_form: str | None = None
    charts: tuple[Chart, ...] = ()

    @property
    def canonical(self) -> str:
        """Return the address that search engines, and those who share the page, should know it by."""
        return self.address if self.first_form is None else self.first_form


class Kind(NamedTuple):
    """Hold the page that lists the divisions of a kind."""

    link: Link
    title: str
    description: str


KINDS = {
    "ward": Kind(Link(addresses.WARDS, "区"), "区から探す", "区役所ごとに、目標とその結果をまとめています。"),
    "department": Kind(
        Link(addresses.DEPARTMENTS, "部署"), "部署から探す", "部署ごとに、目標とその結果をまとめています。"
    ),
}


TO_HOME = Link(addresses.HOME, "ホーム")
TO_DATA = Link(addresses.DATA, "データを使う")
_TO_SEARCH = Link(addresses.SEARCH, "検索")
_READING_ORDER = ("how-to-read", "glossary", "about", "accessibility")
_GLOSSARY = _READING_ORDER[1]


def navigation(frame: Frame) -> dict[str, tuple[Link, ...]]:
    """Return the links that stand on every page: the main menu, and the footer."""
    documents = tuple(Link(addresses.document_address(page.slug), page.title) for page in _in_reading_order(frame))
    newest = tuple(Link(addresses.year_address(year), f"{year}年度") for year in frame.years[:YEARS_IN_MENU])
    ways = (*(words.link for words in KINDS.values()), Link(addresses.POLICIES, "政策"))
    return {"menu": (_TO_SEARCH, *newest, *ways, *documents[:1]), "footer": (*documents, TO_DATA)}


def _in_reading_order(frame: Frame) -> list[Document]:
    rank = {slug: number for number, slug in enumerate(_READING_ORDER)}
    return sorted(frame.documents, key=lambda page: (rank.get(page.slug, len(rank)), page.slug))


SHEET_LINE, GOAL_LINE, TABLE_LINE = '<li class="entry"', '<li class="goal-line"', '<tr><th scope="row"><a '
"""How each line for a sheet, for a goal and for a goal in a table begins on a page."""


def with_rows(page: Page, table: Table, rows: Sequence[Row], shown: str, code: str | None = None) -> Page:
    """Give a page the sheets or goals that it lists as a table beside it."""
    return _with_table(page, table, Companion(_rows_name(code), table.head(), rows, END, shown=shown))


def with_lines(page: Page, table: Table, lines: str) -> Page:
    """Give a page what it compares as a table beside it."""
    return _with_table(page, table, Companion(_rows_name(None), table.head() + lines, (), END))


def _rows_name(code: str | None) -> str:
    return addresses.data_name(addresses.ROWS, code)


def _with_table(page: Page, table: Table, companion: Companion) -> Page:
    link = Link(f"{page.address}{companion.name}", f"このページの{table.title}（CSV形式）")
    return page._replace(data=(*page.data, link), companions=(*page.companions, companion))


def sheet_page(entry: Entry, past: Past, frame: Frame) -> Page:
    """Plan the page of one sheet."""
    division, unit, year = entry.division, entry.unit, entry.year
    years = frame.years_of[division.slug, unit.slug]
    number = years.index(year)
    view: dict[str, object] = {
        "entry": entry,
        "sheet": entry.sheet,
        "past": past,
        "later": {number: _later_links(entry, steps) for number, steps in past.later.items()},
        "before": years[number - 1] if number > 0 else None,
        "after": years[number + 1] if number + 1 < len(years) else None,
        "taken_over": _office_links(frame, frame.taken_over(entry.place)),
        "handed_over": _office_links(frame, frame.handed_over(entry.place)),
        "siblings": _siblings(frame, year, division.slug),
        "guide": _guide(frame),
        "terms": _terms(frame),
        "citation": f"{frame.site.city} {division.name} {unit.name}「組織目標管理シート」{year}年度",
        "address": f"{frame.site.base_url}{addresses.sheet_address(entry.place)}",
        "embed": f"{frame.site.base_url}{addresses.embed_address(addresses.sheet_address(entry.place))}",
    }
    return Page(
        addresses.sheet_address(entry.place),
        "sheet",
        sheet_title(entry),
        sheet_words(entry, frame),
        _sheet_crumbs(entry),
        view,
        sheet_data_links(entry.place, frame),
        tally=entry.tally,
        charts=(chart(entry.tally, f"{year}年度"),),
    )


def sheet_title(entry: Entry) -> str:
    """Return the title of the page of a sheet."""
    return f"{entry.division.name} {entry.unit.name}の目標（{entry.year}年度）"


def sheet_words(entry: Entry, frame: Frame) -> str:
    """Say whose goals a sheet has, and how they stand."""
    states = "、".join(f"{state.word}{count}件" for state, count in entry.tally.counts)
    return f"{goals_words(entry, frame)}{states}。"


def goals_words(entry: Entry, frame: Frame) -> str:
    """Say whose goals a sheet has."""
    office = f"{frame.site.city}{entry.division.name}{entry.unit.name}"
    return f"{office}の{fiscal_year_words(entry.year)}の目標{entry.tally.total}件。"


def sheet_data_links(where: Place, frame: Frame) -> tuple[Link, ...]:
    """Return the links to a sheet as data."""
    links = (
        Link(addresses.excel_address(where), "様式のとおりのExcelファイル"),
        Link(addresses.sheet_data_address(where), "このシートのデータ（JSON形式）"),
        Link(addresses.stratml_address(where), "このシートのデータ（StratML形式のXML）"),
    )
    if not frame.is_newest(where):
        return links
    words = f"{where.year + 1}年度に書き込むための様式（Excelファイル、目標を引きついだもの）"
    return (*links, Link(addresses.next_excel_address(where), words))


def form_page(entry: Entry, frame: Frame) -> Page:
    """Plan the page on which a sheet is laid out as the official form."""
    division, unit, year = entry.division, entry.unit, entry.year
    office = f"{division.name} {unit.name}"
    sheet = Link(addresses.sheet_address(entry.place), sheet_title(entry))
    view: dict[str, object] = {
        "sheet": entry.sheet,
        "readable": sheet,
        "goals": [(goal, state, merged_rows(goal)) for goal, state in entry.goals],
    }
    return Page(
        addresses.form_address(entry.place),
        "form",
        f"{office}の組織目標管理シート（{year}年度）",
        f"{frame.site.city}{division.name}{unit.name}の{fiscal_year_words(year)}の組織目標管理シートを、様式の形に組み直した写しです。",
        (*_sheet_crumbs(entry), Link(sheet.address, f"{year}年度")),
        view,
        tally=entry.tally,
        first_form=sheet.address,
    )


def chart(tally: Tally, of: str, goals: str = "目標") -> Chart:
    """Return the chart of some goals: `of` says whose or when they are."""
    return Chart(f"{goals}{tally.total}件の評価（{of}）", tally)


def embed_page(page: Page, entry: Entry | None = None) -> Page:
    """Plan what other sites show of a page in a frame: its charts and, of a sheet, its goals one by one."""
    description = f"「{page.title}」の図と表を、ほかのサイトのページに埋めこむためのページです。"
    view: dict[str, object] = {"whole": page, "entry": entry}
    address, title = addresses.embed_address(page.address), f"{page.title}（埋めこみ用）"
    return Page(address, "embed", title, description, (), view, charts=page.charts, first_form=page.address)


def _later_links(entry: Entry, steps: tuple[Step, ...]) -> tuple[Link, ...]:
    """Return the links to the goals that carry on one of a sheet; another unit is named."""
    links: list[Link] = []
    for later, goal, _ in steps:
        office = "" if later.place.office == entry.place.office else f" {later.division.name} {later.unit.name}"
        address = addresses.goal_address(later.place, goal)
        links.append(Link(address, f"{later.year}年度{office}の目標{goal.number}"))
    return tuple(links)


def _office_links(frame: Frame, places: list[Place]) -> tuple[Link, ...]:
    """Return the links to sheets of other units, with their years."""
    return tuple([Link(addresses.sheet_address(where), _office_words(frame, where)) for where in places])


def _office_words(frame: Frame, where: Place) -> str:
    division, unit = frame.division_of[where.division], frame.unit_of[where.office]
    return f"{where.year}年度 {division.name} {unit.name}"


@lru_cache(1024)
def _siblings(frame: Frame, year: int, slug: str) -> tuple[Link, ...]:
    """Return the sheets of a division in a year."""
    units = (frame.unit_of[slug, unit] for unit in frame.units_in[year, slug])
    return tuple(Link(addresses.sheet_address(Place(year, slug, unit.slug)), unit.name) for unit in units)


@lru_cache(64)
def _guide(frame: Frame) -> str | None:
    """Return the address of the page that says how to read a sheet, where there is one."""
    guide = _READING_ORDER[0]
    return addresses.document_address(guide) if any(page.slug == guide for page in frame.documents) else None


def division_crumbs(division: Division) -> tuple[Link, ...]:
    """Return the links that lead to the pages of a division's units."""
    return TO_HOME, KINDS[division.kind].link, division_link(division)


@lru_cache(64)
def _terms(frame: Frame) -> dict[str, str]:
    """Return the words that the glossary explains, each with the address of its place there."""
    glossary = next((page for page in frame.documents if page.slug == _GLOSSARY), None)
    address = addresses.document_address(_GLOSSARY)
    return {words: f"{address}#{anchor}" for words, anchor in glossary.anchors} if glossary else {}


def _sheet_crumbs(entry: Entry) -> tuple[Link, ...]:
    division, unit = entry.division, entry.unit
    return *division_crumbs(division), Link(addresses.unit_address(division, unit), unit.name)


def division_link(division: Division) -> Link:
    """Return the link to a ward or a department."""
    return Link(addresses.division_address(division), division.name)
