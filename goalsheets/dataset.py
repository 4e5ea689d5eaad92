"""Plan the page that describes the files of data of the whole city, for people."""

from __future__ import annotations

from typing import NamedTuple

from goalsheets import addresses
from goalsheets.catalog import Catalog
from goalsheets.columns import Table
from goalsheets.descriptions import CONTENTS
from goalsheets.exports import TABLES
from goalsheets.holdings import holdings_of
from goalsheets.linked import schema_dataset
from goalsheets.pages import TO_HOME, Link, Page
from goalsheets.publishing import Manifest
from goalsheets.years import fiscal_year_words

KIND_WORDS = {"string": "文字", "integer": "整数", "date": "日付（年-月-日）", "list": "文字の並び（1行に1つ）"}


class File(NamedTuple):
    """Hold a file with what is in it and its size, in words."""

    link: Link
    contents: str
    size: str


class Embed(NamedTuple):
    """Hold a kind of page, and the HTML that shows one of that kind on other sites."""

    kind: str
    html: str


class Described(NamedTuple):
    """Hold a table, and its columns with their kinds in words."""

    table: Table
    columns: tuple[tuple[str, str, str, str], ...]


def data_page(catalog: Catalog, stamps: Manifest) -> Page:
    """Plan the page that explains the files of data; `stamps` has those of the files and of their descriptions."""
    held = holdings_of(catalog, stamps)
    site = held.site
    contents = {file.path: file.contents for file in held.files} | CONTENTS
    view: dict[str, object] = {
        "sheets": held.sheets,
        "goals": held.goals,
        "files": [_file(path, words, stamps[path][1]) for path, words in contents.items()],
        "tables": [_described(table) for table in TABLES],
        "citation": f"{site.city}「組織目標管理シート」の転記",
        "address": held.address,
        "dataset": schema_dataset(held),
        "embeds": _embeds(catalog),
    }
    description = f"{site.city}の目標{held.goals}件とその結果を、表（CSV）、JSON、データベースとして使えます。"
    return Page(addresses.DATA, "data", "データを使う", description, (TO_HOME,), view)


def _described(table: Table) -> Described:
    return Described(table, tuple((one.name, one.heading, KIND_WORDS[one.kind], one.meaning) for one in table.columns))


def _embeds(catalog: Catalog) -> tuple[Embed, ...]:
    """Return what another site writes to show the newest sheet, and the year it is of."""
    where = catalog.briefs[0].place
    unit, division = catalog.frame.unit_of[where.division, where.unit], catalog.frame.division_of[where.division]
    sheet = f"{division.name} {unit.name}の目標（{where.year}年度）"
    return (
        _embed(catalog, "シート", addresses.sheet_address(where), sheet),
        _embed(catalog, "年度", addresses.year_address(where.year), f"{fiscal_year_words(where.year)}の目標"),
    )


def _embed(catalog: Catalog, kind: str, address: str, title: str) -> Embed:
    source = f"{catalog.frame.site.base_url}{addresses.embed_address(address)}"
    words = title.replace("&", "&amp;").replace('"', "&quot;")
    return Embed(kind, f'<iframe src="{source}" title="{words}" width="640" height="400" loading="lazy"></iframe>')


def _file(path: str, words: str, size: int) -> File:
    return File(Link(path, path.removeprefix(addresses.DATA)), words, size_words(size))


def size_words(size: int) -> str:
    """Return a size (bytes) in the unit that people know."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,}KB"
    return f"{size / 1_000_000:,.1f}MB"
