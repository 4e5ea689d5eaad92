"""Give text its shape: cells are plain text with lists, pages are Markdown without HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from goalsheets.files import Source, place_of
from goalsheets.problems import Problem

MAX_PAGE = 50_000
MAX_BLOCK = 2_000
MAX_NESTING = 6
MAX_BRACKETS = 100

_BULLET = "・"
_LINK = re.compile(
    r"https://[a-z0-9.-]+\.[a-z]{2,}(?:[/?#][\w./~%!$&'()*+,;=:@?#-]*)?|/(?:[a-z0-9-]+/)*(?:#[\w-]+)?",
    re.ASCII,
)
_MAIL = re.compile(r"mailto:[\w.+-]+@[a-z0-9.-]+\.[a-z]{2,}", re.ASCII)
_NESTED = re.compile(r"^(?:[ \t]{25,}|(?:[ \t]*(?:>|(?:[*+-]|\d+\.)[ \t])){7,})", re.MULTILINE)
_BLOCK = re.compile(r"[^\n](?:\n?[^\n])*")
_TABLE = re.compile(r"\|[^\n]*\n\|[ :|-]+(?:\n\|[^\n]*)*")
_VAGUE = {"こちら", "ここ", "詳細", "詳しくはこちら", "リンク", "もっと見る"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Hold lines of text that stand together."""

    is_list: ClassVar[bool] = False
    lines: tuple[str, ...]

    @property
    def first(self) -> str:
        return self.lines[0]

    @property
    def rest(self) -> tuple[str, ...]:
        return self.lines[1:]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Hold the items of a list, without their ・."""

    is_list: ClassVar[bool] = True
    items: tuple[str, ...]


def blocks(text: str) -> tuple[Paragraph | Bullets, ...]:
    """Cut the text of a cell into paragraphs and lists; a line that begins with ・ is a list item."""
    if "\n" not in text and not text.startswith(_BULLET):
        return (Paragraph((text,)),)
    shaped: list[Paragraph | Bullets] = []
    for block in re.split(r"\n{2,}", text.strip("\n")):
        run: list[str] = []
        listing = False
        for line in block.split("\n"):
            if line.startswith(_BULLET) != listing and run:
                shaped.append(_shaped(run, listing=listing))
                run = []
            listing = line.startswith(_BULLET)
            run.append(line.removeprefix(_BULLET))
        shaped.append(_shaped(run, listing=listing))
    return tuple(shaped)


def _shaped(lines: list[str], *, listing: bool) -> Paragraph | Bullets:
    return Bullets(tuple(lines)) if listing else Paragraph(tuple(lines))


@dataclass(frozen=True, slots=True)
class Document:
    """Hold a Markdown page: its name in the address, its title, its HTML and the site paths it links to."""

    slug: str
    title: str
    html: str
    links: tuple[str, ...]
    source: Source


def read_document(source: Source) -> tuple[Document | None, list[Problem]]:
    """Turn a Markdown file into a page; the first line is its title."""
    first, _, body = source.text.partition("\n")
    if not first.startswith("# ") or not first[2:].strip():
        hint = "1行目を「# このサイトについて」のように書いてください。"
        return None, [Problem(source.shown, 1, 1, "1行目に見出し（# 題名）がありません。", hint)]
    if problems := list(_bounds(source)):
        return None, problems
    shaper = _Shaper(first[2:].strip())
    html = Markdown(extensions=["tables", "sane_lists", shaper], output_format="html").convert(body)
    problems = [_at(source, patterns, message, hint) for patterns, message, hint in shaper.found.faults]
    slug = source.path.removeprefix("pages/").removesuffix(".md")
    links = tuple(dict.fromkeys(shaper.found.links))
    document = Document(slug, first[2:].strip(), html, links, source)
    return (None if problems else document), problems


def dead_document_links(documents: Iterable[Document], addresses: Collection[str]) -> Iterator[Problem]:
    """Name the links of Markdown pages to addresses that the site does not have."""
    for document in documents:
        for link in document.links:
            if link.partition("#")[0].removeprefix("/") not in addresses:
                message = f"リンク先「{link}」のページがありません。"
                hint = "サイトにあるページのアドレスを、「/」から書いてください。"
                yield _at(document.source, _link_patterns(link), message, hint)


def lost_places(documents: Iterable[Document], page_of: Callable[[str], bytes]) -> Iterator[Problem]:
    """Name the links of Markdown pages to places (#) that the page at their address does not have."""
    for document in documents:
        for link in document.links:
            address, _, place = link.removeprefix("/").partition("#")
            if place and f' id="{place}"'.encode() not in page_of(address):
                message = f"リンク先「{link}」のページに、「#{place}」という場所がありません。"
                hint = "「#」から後を消すか、そのページにある場所に直してください。"
                yield _at(document.source, _link_patterns(link), message, hint)


def _bounds(source: Source) -> Iterator[Problem]:
    hint = "文章を分けて短くしてください。"
    if len(source.text) > MAX_PAGE:
        yield Problem(source.shown, 1, 1, f"ページが長すぎます（{MAX_PAGE:,}文字まで）。", hint)
    for start, piece in _pieces(source.text):
        message = ""
        if len(piece) > MAX_BLOCK:
            message = f"空の行のない文章が長すぎます（{MAX_BLOCK:,}文字まで）。"
        elif piece.count("[") > MAX_BRACKETS:
            message = f"空の行のない文章に「[」が多すぎます（{MAX_BRACKETS}個まで）。"
        if message:
            place = place_of(source.text, start)
            yield Problem(source.shown, *place, message, "空の行を入れて段落に分けてください。")
    if found := _NESTED.search(source.text):
        line, column = place_of(source.text, found.start())
        message = f"リストや引用の重なりが深すぎます（{MAX_NESTING}段まで）。"
        yield Problem(source.shown, line, column, message, "重なりを減らしてください。")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield what Markdown looks at as one, with its start: the lines of tables, and other blocks whole."""
    for block in _BLOCK.finditer(text):
        if _TABLE.fullmatch(block[0]):
            yield from ((block.start() + line.start(), line[0]) for line in re.finditer(r"[^\n]+", block[0]))
        else:
            yield block.start(), block[0]


def _at(source: Source, patterns: Iterable[str], message: str, hint: str) -> Problem:
    """Return a problem at the first place below the title that one of the patterns, or its group, matches."""
    body = source.text.index("\n") + 1 if "\n" in source.text else 0
    for pattern in patterns:
        if found := re.compile(pattern, re.MULTILINE).search(source.text, body):
            return Problem(source.shown, *place_of(source.text, found.start(found.lastindex or 0)), message, hint)
    return Problem(source.shown, 1, 1, message, hint)


def _link_patterns(address: str, words: str | None = None) -> tuple[str, ...]:
    """Return how a link may be written, the surest first."""
    where = r"\s+".join(re.escape(part) for part in address.split())
    link = rf"\]\(\s*<?({where})(?=[\s>)])"
    if words is None:
        return link, where
    return rf"\[[\W_]{{0,9}}{re.escape(words)}[\W_]{{0,9}}{link}", link, where


def _heading_patterns(words: str) -> tuple[str, ...]:
    escaped = re.escape(words)
    return rf"^[ \t>*+\d.-]*#+[ \t]*({escaped})[ \t#]*$", rf"^[ \t>]*({escaped})[ \t]*\n[ \t>]*[=-]+", escaped


class _Shaper(Extension):
    """Take raw HTML out of Markdown, and give what is left the house's shape."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.found = _Shape(title)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Markdown's
        md.preprocessors.deregister("html_block")
        for pattern in ("html", "entity", "autolink", "automail"):
            md.inlinePatterns.deregister(pattern)
        md.treeprocessors.register(self.found, "shape", 0)


class _Shape(Treeprocessor):
    """Check links, headings and images; give tables a caption and scopes."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.links: list[str] = []
        self.faults: list[tuple[tuple[str, ...], str, str]] = []

    def run(self, root: Element) -> None:
        level, heading = 1, self.title
        parents = {element: parent for parent in root.iter() for element in parent}
        for element in list(root.iter()):
            if found := re.fullmatch(r"h([1-6])", element.tag):
                words = "".join(element.itertext()).strip()
                self.check_level(level, int(found[1]), words)
                level, heading = int(found[1]), words or heading
            elif element.tag == "table":
                parent = parents[element]
                parent[list(parent).index(element)] = _region(element, heading)
            elif element.tag == "a":
                self.check_link(element)
            elif element.tag == "img":
                hint = "画像の行を消し、内容を文で書いてください。"
                self.faults.append((_link_patterns(element.get("src", "")), "画像は使えません。", hint))

    def check_level(self, before: int, level: int, heading: str) -> None:
        if level == 1:
            self.faults.append(
                (_heading_patterns(heading), "「# 」の見出しは1行目だけに書けます。", "「## 」にしてください。")
            )
        elif level > before + 1:
            message = f"見出し「{heading}」の段が飛んでいます。"
            self.faults.append((_heading_patterns(heading), message, f"「{'#' * (before + 1)} 」にしてください。"))

    def check_link(self, element: Element) -> None:
        address, words = element.get("href", ""), "".join(element.itertext()).strip()
        patterns = _link_patterns(address, words)
        if not (_LINK.fullmatch(address) or _MAIL.fullmatch(address)):
            hint = "「https://」で始まるアドレスか、「/about/」のようなサイトの中のアドレスを書いてください。"
            self.faults.append((patterns, f"「{address[:40]}」はリンクにできません。", hint))
        elif address.startswith("/"):
            self.links.append(address)
            element.set("href", f"..{address}")
        if words in _VAGUE or not words:
            hint = "リンク先が分かる言葉をリンクにしてください。"
            self.faults.append((patterns, f"リンクの言葉「{words}」では、リンク先が分かりません。", hint))


def _region(table: Element, heading: str) -> Element:
    """Wrap a table so that it scrolls by itself, with a caption and scopes on its heads."""
    caption = Element("caption")
    caption.text = heading
    table.insert(0, caption)
    for cell in table.iter("th"):
        cell.set("scope", "col")
    for row in table.iterfind("tbody/tr"):
        row[0].tag = "th"
        row[0].set("scope", "row")
    for cell in (*table.iter("td"), *table.iter("th")):
        cell.attrib.pop("style", None)
        if not "".join(cell.itertext()).strip():
            cell.text = "該当なし"
    wrapper = Element("div", {"class": "scroll", "role": "group", "aria-label": heading, "tabindex": "0"})
    SubElement(wrapper, "div").append(table)
    return wrapper
