"""Give text its shape: cells are plain text with lists, pages are Markdown whose links must lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from goalsheets.files import Source, place_of
from goalsheets.problems import Problem

_BULLET = "・"


class Paragraph(NamedTuple):
    """Hold lines of text that stand together."""

    lines: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        return False

    @property
    def first(self) -> str:
        return self.lines[0]

    @property
    def rest(self) -> tuple[str, ...]:
        return self.lines[1:]


class Bullets(NamedTuple):
    """Hold the items of a list, without their ・."""

    items: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        return True


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


class Document(NamedTuple):
    """Hold a Markdown page: its name in the address, its title, its HTML, the site paths it links to, and its headings.

    Each heading stands with the name by which it can be linked to.
    """

    slug: str
    title: str
    html: str
    links: tuple[str, ...]
    source: Source
    anchors: tuple[tuple[str, str], ...]


def dead_document_links(documents: Iterable[Document], addresses: Collection[str]) -> Iterator[Problem]:
    """Name the links of Markdown pages to addresses that the site does not have."""
    for document in documents:
        for link in document.links:
            if link.partition("#")[0].removeprefix("/") not in addresses:
                message = f"リンク先「{link}」のページがありません。"
                hint = "サイトにあるページのアドレスを、「/」から書いてください。"
                yield problem_at(document.source, link_patterns(link), message, hint)


def lost_places(documents: Iterable[Document], page_of: Callable[[str], bytes]) -> Iterator[Problem]:
    """Name the links of Markdown pages to places (#) that the page at their address does not have."""
    for document in documents:
        for link in document.links:
            address, _, place = link.removeprefix("/").partition("#")
            if place and f' id="{place}"'.encode() not in page_of(address):
                message = f"リンク先「{link}」のページに、「#{place}」という場所がありません。"
                hint = "「#」から後を消すか、そのページにある場所に直してください。"
                yield problem_at(document.source, link_patterns(link), message, hint)


def problem_at(source: Source, patterns: Iterable[str], message: str, hint: str) -> Problem:
    """Return a problem at the first place below the title that one of the patterns, or its group, matches."""
    body = source.text.index("\n") + 1 if "\n" in source.text else 0
    for pattern in patterns:
        if found := re.compile(pattern, re.MULTILINE).search(source.text, body):
            return Problem(source.shown, *place_of(source.text, found.start(found.lastindex or 0)), message, hint)
    return Problem(source.shown, 1, 1, message, hint)


def link_patterns(address: str, words: str | None = None) -> tuple[str, ...]:
    """Return how a link may be written, the surest first."""
    where = r"\s+".join(re.escape(part) for part in address.split())
    link = rf"\]\(\s*<?({where})(?=[\s>)])"
    if words is None:
        return link, where
    return rf"\[[\W_]{{0,9}}{re.escape(words)}[\W_]{{0,9}}{link}", link, where
