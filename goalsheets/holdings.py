"""Say which files of data of the whole city there are, what is in them, and what they cover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from goalsheets.addresses import DATA
from goalsheets.catalog import Catalog
from goalsheets.columns import GOALS, Table
from goalsheets.exports import DATABASE, GOALS_AS_JSON, GOALS_AS_LINES, TABLES, table_files
from goalsheets.model import Site
from goalsheets.publishing import Manifest

CSV = "text/csv"
JSON_LINES = "application/jsonl"
"""What JSON Lines are called; no registry of media types has them yet."""


class File(NamedTuple):
    """Hold a file of data: its path, what is in it, its media type, SHA-256 and size; and its table, if it is one."""

    path: str
    contents: str
    media: str
    digest: str
    size: int
    table: Table | None = None
    japanese: bool = False

    @property
    def name(self) -> str:
        """Return the name of the file as seen from the page on the data."""
        return self.path.removeprefix(DATA)


class Holdings(NamedTuple):
    """Hold what the files of data are as a whole: whose, of how many sheets and goals, of which years, as of when."""

    site: Site
    files: tuple[File, ...]
    sheets: int
    goals: int
    periods: tuple[tuple[str, str], ...]
    latest: str

    @property
    def title(self) -> str:
        return f"{self.site.city} {self.site.title}"

    @property
    def description(self) -> str:
        """Say in plain words what the data are, and whose they are."""
        words = (
            f"{self.site.city}の部署が年度ごとに書いた組織目標管理シート{self.sheets}枚、目標{self.goals}件です。"
            "目標、指標、取組、結果、評価があり、文字は印字のとおりです。"
            "空欄は、シートに書かれていないことを表します。0や「未達成」ではありません。"
        )
        return f"{words}{self.site.notice or ''}"

    @property
    def address(self) -> str:
        """Return the full address of the page on the data."""
        return f"{self.site.base_url}{DATA}"


def holdings_of(catalog: Catalog, stamps: Manifest) -> Holdings:
    """Say what the files of data are, of which `stamps` has the stamps."""
    site = catalog.frame.site
    return Holdings(
        site,
        tuple(_files(site.code, stamps)),
        len(catalog.briefs),
        sum(brief.tally.total for brief in catalog.briefs),
        tuple(_periods(sorted(catalog.of_year))),
        max(brief.latest for brief in catalog.briefs),
    )


_OTHERS = {
    GOALS_AS_JSON: (f"{GOALS.title}（JSON形式、目標1件ごと）", "application/json"),
    GOALS_AS_LINES: (f"{GOALS.title}（JSON Lines形式、1行に目標1件）", JSON_LINES),
    DATABASE: ("すべてのシート（SQLiteのデータベース、全文検索の索引つき）", "application/vnd.sqlite3"),
}


def _files(code: str | None, stamps: Manifest) -> Iterator[File]:
    for table in TABLES:
        english, japanese = table_files(table, code)
        words = f"{table.title}（CSV形式、見出しは"
        yield File(english, f"{words}英語）", CSV, *stamps[english][:2], table)
        yield File(japanese, f"{words}日本語）", CSV, *stamps[japanese][:2], table, japanese=True)
    for path, (words, media) in _OTHERS.items():
        yield File(path, words, media, *stamps[path][:2])


def _periods(years: list[int]) -> Iterator[tuple[str, str]]:
    """Yield the first and the last day of fiscal years that follow each other."""
    for first in (year for year in years if year - 1 not in years):
        last = first
        while last + 1 in years:
            last += 1
        yield f"{first}-04-01", f"{last + 1}-03-31"
