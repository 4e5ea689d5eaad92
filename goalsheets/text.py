"""Give text its shape: cells are plain text with lists, pages are Markdown without HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from goalsheets.files import Source, place_of
from goalsheets.problems import Problem

MAX_PAGE = 50_000
MAX_BLOCK = 2_000
MAX_NESTING = 6

_BULLET = "・"
_LINK = re.compile(
    r"https://[a-z0-9.-]+\.[a-z]{2,}(?:[/?#][\w./~%!$&'()*+,;=:@?#-]*)?|/(?:[a-z0-9-]+/)*(?:#[\w-]+)?",
    re.ASCII,
)
_MAIL = re.compile(r"mailto:[\w.+-]+@[a-z0-9.-]+\.[a-z]{2,}", re.ASCII)
_NESTED = re.compile(r"^(?:[ \t]{25,}|(?:[ \t]*[>*+-]){7,})", re.MULTILINE)
_VAGUE = {"こちら", "ここ", "詳細", "詳しくはこちら", "リンク", "もっと見る"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Hold lines of text that stand together."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Hold the items of a list, without their ・."""

    items: tuple[str, ...]


def blocks(text: str) -> tuple[Paragraph | Bullets, ...]:
    """Cut the text of a cell into paragraphs and lists; a line that begins with ・ is a list item."""
    shaped: list[Paragraph | Bullets] = []
    for block in re.split(r"\n{2,}", text):
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
    shaper = _Shaper()
    html = Markdown(extensions=["tables", "sane_lists", shaper], output_format="html").convert(body)
    problems = [_at(source, where, message, hint) for where, message, hint in shaper.found.faults]
    slug = source.path.removeprefix("pages/").removesuffix(".md")
    links = tuple(dict.fromkeys(shaper.found.links))
    document = Document(slug, first[2:].strip(), html.replace('href="/', 'href="../'), links, source)
    return (None if problems else document), problems


def dead_links(document: Document, addresses: set[str]) -> Iterator[Problem]:
    """Name the links of a page to addresses that the site does not have."""
    for link in document.links:
        address = link.partition("#")[0].removeprefix("/")
        if address not in addresses:
            message = f"リンク先「{link}」のページがありません。"
            yield _at(
                document.source, link, message, "サイトにあるページのアドレスを、「/」から書いてください。"
            )


def _bounds(source: Source) -> Iterator[Problem]:
    hint = "文章を分けて短くしてください。"
    if len(source.text) > MAX_PAGE:
        yield Problem(source.shown, 1, 1, f"ページが長すぎます（{MAX_PAGE:,}文字まで）。", hint)
    for block in re.finditer(r"[^\n](?:\n?[^\n])*", source.text):
        if len(block[0]) > MAX_BLOCK and not block[0].startswith("|"):
            line, column = place_of(source.text, block.start())
            message = f"空の行のない文章が長すぎます（{MAX_BLOCK:,}文字まで）。"
            yield Problem(source.shown, line, column, message, "空の行を入れて段落に分けてください。")
    if found := _NESTED.search(source.text):
        line, column = place_of(source.text, found.start())
        message = f"リストや引用の重なりが深すぎます（{MAX_NESTING}段まで）。"
        yield Problem(source.shown, line, column, message, "重なりを減らしてください。")


def _at(source: Source, where: str, message: str, hint: str) -> Problem:
    line, column = place_of(source.text, max(source.text.find(where), 0))
    return Problem(source.shown, line, column, message, hint)


class _Shaper(Extension):
    """Take raw HTML out of Markdown, and give what is left the house's shape."""

    def __init__(self) -> None:
        super().__init__()
        self.found = _Shape()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Markdown's
        md.preprocessors.deregister("html_block")
        for pattern in ("html", "entity", "autolink", "automail"):
            md.inlinePatterns.deregister(pattern)
        md.treeprocessors.register(self.found, "shape", 0)


class _Shape(Treeprocessor):
    """Check links, headings and images; give tables a caption and scopes."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.faults: list[tuple[str, str, str]] = []

    def run(self, root: Element) -> None:
        level, heading = 1, ""
        for number, element in enumerate(list(root)):
            if found := re.fullmatch(r"h([1-6])", element.tag):
                heading = "".join(element.itertext())
                self.check_level(level, int(found[1]), heading)
                level = int(found[1])
            elif element.tag == "table":
                root[number] = _region(element, heading)
        for element in root.iter():
            if element.tag == "a":
                self.check_link(element)
            elif element.tag == "img":
                hint = "画像の行を消し、内容を文で書いてください。"
                self.faults.append((element.get("src", ""), "画像は使えません。", hint))

    def check_level(self, before: int, level: int, heading: str) -> None:
        if level == 1:
            self.faults.append((heading, "「# 」の見出しは1行目だけに書けます。", "「## 」にしてください。"))
        elif level > before + 1:
            message = f"見出し「{heading}」の段が飛んでいます。"
            self.faults.append((heading, message, f"「{'#' * (before + 1)} 」にしてください。"))

    def check_link(self, element: Element) -> None:
        address, words = element.get("href", ""), "".join(element.itertext()).strip()
        if not (_LINK.fullmatch(address) or _MAIL.fullmatch(address)):
            hint = "「https://」で始まるアドレスか、「/about/」のようなサイトの中のアドレスを書いてください。"
            self.faults.append((address, f"「{address[:40]}」はリンクにできません。", hint))
        elif address.startswith("/"):
            self.links.append(address)
        if words in _VAGUE or not words:
            hint = "リンク先が分かる言葉をリンクにしてください。"
            self.faults.append((address, f"リンクの言葉「{words}」では、リンク先が分かりません。", hint))


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
