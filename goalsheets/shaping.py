"""Turn Markdown pages into HTML in which nothing is active, and have a second program look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import zip_longest
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from goalsheets.files import Source, place_of
from goalsheets.problems import Problem
from goalsheets.text import Document, link_patterns, problem_at

MAX_PAGE = 50_000
MAX_BLOCK = 2_000
MAX_NESTING = 6
MAX_BRACKETS = 100
MAX_FAULTS = 100

_LINK = re.compile(
    r"https://[a-z0-9.-]+\.[a-z]{2,}(?:[/?#][\w./~%!$&'()*+,;=:@?#-]*)?|/(?:[a-z0-9-]+/)*(?:#[\w-]+)?",
    re.ASCII,
)
_MAIL = re.compile(r"mailto:[\w.+-]+@[a-z0-9.-]+\.[a-z]{2,}", re.ASCII)
_NESTED = re.compile(r"^(?:[ \t]{25,}|(?:[ \t]*(?:>|(?:[*+-]|\d+\.)[ \t])){7,})", re.MULTILINE)
_HEADING = re.compile(r"<(h[2-6])>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"[^\n](?:\n?[^\n])*")
_TABLE = re.compile(r"\|[^\n]*\n\|[ :|-]+(?:\n\|[^\n]*)*")
_TAKEN = {"main"}
_VAGUE = {"こちら", "ここ", "詳細", "詳しくはこちら", "リンク", "もっと見る"}
_CLEANER = nh3.Cleaner(
    tags={
        *("a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
        *("strong", "ul", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={"a": {"href", "title"}, "ol": {"start"}, "div": {"aria-label"}},
    tag_attribute_values={"div": {"role": {"group"}, "tabindex": {"0"}}, "th": {"scope": {"col", "row"}}},
    allowed_classes={"div": {"scroll"}},
    url_schemes={"https", "mailto"},
    link_rel=None,
)


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
    problems = [problem_at(source, *fault) for fault in shaper.found.faults[:MAX_FAULTS]] or list(unclean(source, html))
    slug = source.path.removeprefix("pages/").removesuffix(".md")
    links = tuple(dict.fromkeys(shaper.found.links))
    html, anchors = named(html)
    document = Document(slug, first[2:].strip(), html, links, source, anchors)
    return (None if problems else document), problems


def unclean(source: Source, html: str) -> Iterator[Problem]:
    """Name the first place where a cleaner that knows nothing of Markdown would change a page.

    It is held against what was made and never taken instead: it drops text without a word.
    """
    made, clean = _parts(html), _parts(_CLEANER.clean(html))
    if made == clean:
        return
    at = next(number for number, (one, other) in enumerate(zip_longest(made, clean)) if one != other)
    words = (part.strip() for part in made[at:] if not part.startswith("<"))
    patterns = [re.escape(text.partition("\n")[0]) for text in words if text][:1]
    message = "この書き方からは、安全と確かめられる HTML ができません。"
    yield problem_at(
        source, patterns, message, "近くの記号（「<」「[」「&」など）を減らし、ふつうの文に直してください。"
    )


def named(html: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Give the headings of a page names to link to, made of their words; return these, too.

    Of headings with the same letters the first has the name. The second look lets no name pass, so they come after it.
    """
    anchors: dict[str, str] = {}

    def name(heading: re.Match[str]) -> str:
        words = unescape(_TAG.sub("", heading[2])).strip()
        anchor = re.sub(r"\W+", "", words)
        if not anchor or anchor in _TAKEN or anchor in anchors:
            return heading[0]
        anchors[anchor] = words
        return f'<{heading[1]} id="{anchor}">{heading[2]}</{heading[1]}>'

    html = _HEADING.sub(name, html)
    return html, tuple((words, anchor) for anchor, words in anchors.items())


def _parts(html: str) -> list[str]:
    """Return the tags of some HTML, each with its attributes in order, and the texts between them."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.parts


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(f"<{tag} {sorted(attrs, key=str)}>")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")


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
                self.faults.append((link_patterns(element.get("src", "")), "画像は使えません。", hint))

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
        patterns = link_patterns(address, words)
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
