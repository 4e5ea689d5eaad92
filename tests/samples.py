"""Made-up content, the real content, and ways to look into what was made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
from jinja2 import Environment, nodes
from jinja2.parser import Parser
from lxml.html import HtmlElement

from goalsheets import compiling
from goalsheets.building import make_site
from goalsheets.built import Built
from goalsheets.catalog import Catalog, Entry, assemble
from goalsheets.files import Source, read, scan
from goalsheets.pages import Page, embed_page, form_page, sheet_page
from goalsheets.parsing import Frame, read_frame
from goalsheets.past import Past
from goalsheets.plan import plan_indexes
from goalsheets.problems import errors
from goalsheets.publishing import MARKER
from goalsheets.reading import plain, read_yaml
from goalsheets.rendering import Renderer
from goalsheets.sheets import Made, SheetMaker

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ROOT / "content"

SITE = """\
title: 目標シート
city: 見本市
base_url: https://example.jp/
licence: unconfirmed
"""

ORGANIZATION = """\
divisions:
  - slug: kita
    name: 北区役所
    aliases: [北区]
    kind: ward
    ward: 北区
    units:
      - slug: somu
        name: 総務課
      - slug: kensetsu
        name: 建設課
  - slug: shimin
    name: 市民部
    kind: department
    units:
      - slug: somu
        name: 総務課
"""

POLICIES = """\
plans:
  - slug: seisaku
    prefix: 政策
    name: 総合計画の政策
    titles: []
  - slug: gyozai
    prefix: 行財
    name: 総合計画の行財
    titles: []
"""


def goal_text(
    number: int = 1,
    *,
    objective: str = "防災を進めます。",
    policies: str = "[政策1-1-①]",
    result: str = "",
    rating: str = "",
    status: str = "",
    onward: str = "",
    extra: str = "",
) -> str:
    """Write one goal as YAML; `extra` is further lines of the goal, without indent."""
    further = "".join(f"    {line}\n" for line in extra.splitlines())
    text = f"""\
  - number: {number}
    objective: {objective}
    policies: {policies}
    indicators:
      - name: 訓練の回数
        target: 3回
        result: {result}
    initiatives:
      - names: [訓練]
        summary: 訓練をします。
    rating: {rating}
    status: {status}
    next: {onward}
{further}"""
    return _without_trailing_blanks(text)


def sheet_text(
    year: int = 2025,
    *,
    division: str = "北区役所",
    unit: str = "総務課",
    goals: str | None = None,
    created: str | None = None,
    evaluated: str = "",
) -> str:
    """Write a sheet as YAML."""
    text = f"""\
fiscal_year: {year}
created: {created or f"{year}-04-01"}
division: {division}
unit: {unit}
policy_indicators: [備えをしている市民の割合]
goals:
{goals or goal_text()}evaluated: {evaluated}
"""
    return _without_trailing_blanks(text)


def _without_trailing_blanks(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def write_content(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Write a small content folder; `files` are its sheets and pages, or other words for the three heads."""
    heads = {"site.yaml": SITE, "organization.yaml": ORGANIZATION, "policies.yaml": POLICIES}
    sheets = files if files is not None else {"sheets/2025/kita/somu.yaml": sheet_text()}
    for path, text in {**heads, **sheets}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def frame_of(folder: Path) -> Frame:
    """Return what the sheets of a content folder stand in."""
    found, problems = scan(folder)
    frame, _, further = read_frame(folder, found, problems)
    assert frame is not None
    assert further == []
    return frame


@cache
def real_frame() -> Frame:
    """Return what the city's own sheets stand in."""
    return frame_of(CONTENT)


NO_PAST = Past({}, (), {}, ())


def entries_of(folder: Path) -> tuple[Frame, list[Entry], list[Made]]:
    """Return what a content folder without errors is made of: its frame, its sheets in their places, their pages."""
    found, problems = scan(folder)
    frame, sheets, further = read_frame(folder, found, problems)
    assert frame is not None, further
    maker = SheetMaker(frame, Renderer(frame), sheets)
    entries: list[Entry] = []
    made: list[Made] = []
    for where, file in sheets.items():
        source, unreadable = read(file)
        assert source is not None, unreadable
        entry, wrong = maker.check(where, source)
        assert entry is not None, wrong
        entries.append(entry)
        past, dead = maker.past(entry, {})
        assert not dead
        made.append(maker.made(entry, maker.files(entry, past), sum(len(one.rows) for one in made)))
    assert errors(further) == []
    return frame, entries, made


def catalog_of(folder: Path) -> Catalog:
    """Return the catalog of a content folder that has no errors."""
    frame, _, made = entries_of(folder)
    return assemble(frame, [one.brief for one in made])


def pages_of(folder: Path) -> list[Page]:
    """Return every page planned for a content folder that has no errors."""
    frame, entries, made = entries_of(folder)
    catalog = assemble(frame, [one.brief for one in made])
    indexes = [plan() for plan in plan_indexes(catalog).values()]
    sheets = [sheet_page(entry, NO_PAST, frame) for entry in entries]
    forms = (form_page(entry, frame) for entry in entries)
    embeds = (embed_page(page) for page in indexes if page.charts)
    embedded = (embed_page(page, entry) for page, entry in zip(sheets, entries, strict=True))
    return [*indexes, *sheets, *forms, *embeds, *embedded]


@cache
def real_catalog() -> Catalog:
    """Return the catalog of the city's own sheets."""
    return catalog_of(CONTENT)


@cache
def real_site() -> Built:
    """Return the site made of the city's own sheets."""
    return make_site(CONTENT)


@cache
def real_sources() -> dict[str, Source]:
    """Return the files of the real content by their paths."""
    found, problems = scan(CONTENT)
    assert problems == []
    read_files = [read(file) for file in found]
    assert [further for _, further in read_files if further] == []
    return {source.path: source for source, _ in read_files if source}


def raw_sheet(path: str) -> dict[str, Any]:
    """Return what a file of the real content says: only texts, lists and None."""
    root, problems = read_yaml(real_sources()[path])
    assert root is not None
    assert problems == []
    values: dict[str, Any] = plain(root)
    return values


def sheet_paths() -> list[str]:
    """Return the paths of the city's own sheets inside the content folder."""
    return sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.glob("sheets/*/*/*.yaml"))


def document(data: bytes) -> HtmlElement:
    """Parse a made page."""
    return lxml.html.document_fromstring(data.decode())


def found(element: HtmlElement, path: str) -> list[HtmlElement]:
    """Return the elements an XPath leads to."""
    return [item for item in element.xpath(path) if isinstance(item, HtmlElement)]


def only(element: HtmlElement, path: str) -> HtmlElement:
    """Return the one element an XPath leads to."""
    (item,) = found(element, path)
    return item


_BLOCKS = {"br", "p", "li", "ul", "ol", "div", "section", "h1", "h2", "h3", "h4", "tr", "td", "th"}


def printed_cells(table: HtmlElement) -> list[str]:
    """Return the text of each cell of a table, with its line breaks."""
    for line_break in found(table, ".//br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    return [str(cell.text_content()) for cell in found(table, ".//th | .//td")]


def lines_of(element: HtmlElement) -> list[str]:
    """Return the lines of text that a visitor sees in an element, without the blank ones."""
    text = "".join(_with_breaks(element))
    return [bare for line in text.split("\n") if (bare := line.strip(" \t"))]


def _with_breaks(element: HtmlElement) -> Iterator[str]:
    line_break = "\n" if element.tag in _BLOCKS else ""
    yield f"{line_break}{element.text or ''}"
    for child in element:
        yield from _with_breaks(child)
        yield child.tail or ""
    yield line_break


@contextmanager
def compiled_once() -> Iterator[None]:
    """Parse each template only once from here on: it is most of a small build."""
    trees: dict[tuple[str, str | None], list[nodes.Node]] = {}
    fresh = Parser

    class Remembered(Parser):
        def __init__(self, environment: Environment, source: str, name: str | None = None) -> None:
            super().__init__(environment, source, name)
            self.key = source, name

        def subparse(self, end_tokens: tuple[str, ...] | None = None) -> list[nodes.Node]:
            if end_tokens:
                return super().subparse(end_tokens)
            if self.key not in trees:
                trees[self.key] = super().subparse()
            return trees[self.key]

    vars(compiling)["Parser"] = Remembered
    try:
        yield
    finally:
        vars(compiling)["Parser"] = fresh


def tree_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def public_tree(site: Path) -> dict[str, bytes]:
    """Return every file of a published site, without the program's own list of them."""
    tree = tree_of(site)
    assert tree.pop(MARKER)
    return tree


def left_beside(site: Path) -> list[str]:
    """Return what stands beside a site, but for what the program keeps there: lock, cache and former site."""
    kept = {f".{site.name}.{word}" for word in ("lock", "cache", "previous")}
    return sorted(path.name for path in site.parent.iterdir() if path != site and path.name not in kept)
