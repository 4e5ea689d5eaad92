"""Describe the files of data of the whole city, for people."""

from __future__ import annotations

from typing import NamedTuple

from goalsheets import addresses
from goalsheets.catalog import Catalog
from goalsheets.columns import GOALS, Table
from goalsheets.exports import DATABASE, GOALS_AS_JSON, GOALS_AS_LINES, TABLES, table_files
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
    """Hold a table with its files, and its columns with their kinds in words."""

    table: Table
    files: tuple[File, ...]
    columns: tuple[tuple[str, str, str, str], ...]


def data_page(catalog: Catalog, stamps: Manifest) -> Page:
    """Plan the page that explains the files of data; `stamps` has those of the files."""
    site = catalog.frame.site
    goals = sum(brief.tally.total for brief in catalog.briefs)
    view: dict[str, object] = {
        "sheets": len(catalog.briefs),
        "goals": goals,
        "tables": [_described(table, site.code, stamps) for table in TABLES],
        "others": [_file(path, words, stamps) for path, words in _OTHERS.items()],
        "citation": f"{site.city}「{site.title}」",
        "address": f"{site.base_url}{addresses.DATA}",
        "embeds": _embeds(catalog),
    }
    description = f"{site.city}の目標{goals}件とその結果を、表（CSV）、JSON、データベースとして使えます。"
    return Page(addresses.DATA, "data", "データを使う", description, (TO_HOME,), view)


_OTHERS = {
    GOALS_AS_JSON: f"{GOALS.title}（JSON形式、目標1件ごと）",
    GOALS_AS_LINES: f"{GOALS.title}（JSON Lines形式、1行に目標1件）",
    DATABASE: "すべてのシート（SQLiteのデータベース、全文検索の索引つき）",
}


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


def _described(table: Table, code: str | None, stamps: Manifest) -> Described:
    words = ("見出しは英語", "見出しは日本語")
    files = tuple(
        _file(path, f"{table.title}（CSV形式、{heading}）", stamps)
        for path, heading in zip(table_files(table, code), words, strict=True)
    )
    columns = tuple((one.name, one.heading, KIND_WORDS[one.kind], one.meaning) for one in table.columns)
    return Described(table, files, columns)


def _file(path: str, words: str, stamps: Manifest) -> File:
    return File(Link(path, path.removeprefix(addresses.DATA)), words, size_words(stamps[path][1]))


def size_words(size: int) -> str:
    """Return a size (bytes) in the unit that people know."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,}KB"
    return f"{size / 1_000_000:,.1f}MB"
