"""Read made pages: their words, their links, and where a static host would lead a visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from goalsheets.built import Built
from tests.samples import found

Pages = Mapping[str, HtmlElement]

HOST = "https://host.invalid"


def parsed(built: Built) -> dict[str, HtmlElement]:
    """Return the pages of a site, parsed, by their paths."""
    return {
        path: lxml.html.document_fromstring(data.decode())
        for path, data in sorted(built.files.items())
        if path.endswith(".html")
    }


def whole(pages: Pages) -> Pages:
    """Return the pages but for those that other sites show in a frame, without head and foot."""
    return {path: page for path, page in pages.items() if not path.rpartition(":")[2].startswith("embed/")}


def each(pages: Pages, path: str) -> Iterator[tuple[str, HtmlElement]]:
    """Yield every element that an XPath finds, with the page it is on."""
    for page, root in pages.items():
        for element in found(root, path):
            yield page, element


def spoken(element: HtmlElement) -> str:
    """Return the words of an element as a screen reader has them: without what is hidden from it."""
    return re.sub(r"\s+", " ", "".join(_spoken_parts(element))).strip()


def _spoken_parts(element: HtmlElement) -> Iterator[str]:
    if element.get("aria-hidden") == "true" or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        yield from _spoken_parts(child)
        yield child.tail or ""


def spoken_texts(root: HtmlElement) -> Iterator[str]:
    """Yield every run of text of a page that a screen reader has, title and description included."""
    visible = "//text()[not(ancestor::*[@aria-hidden='true'] or parent::script)]"
    yield from (str(text) for text in root.xpath(visible) if str(text).strip())
    yield from (str(text) for text in root.xpath("//@aria-label | //meta[@name='description']/@content"))


def links(root: HtmlElement) -> list[str]:
    """Return every address that a page refers to, in order."""
    return [str(address) for address in root.xpath("//@href | //@src | //@srcset | //@action | //@poster")]


def is_outside(link: str) -> bool:
    """Tell whether a link leads away from the site."""
    return bool(re.match(r"(?:https?:)?//|mailto:", link))


def led_to(page: str, link: str, mount: str = "/") -> tuple[str | None, str]:
    """Return the file that a static host gives for a link on a page, and the fragment; None if outside.

    The site stands below `mount`. There is no redirection: an address of a folder must end with a slash.
    """
    here = f"{HOST}{mount}{page.removesuffix('index.html')}"
    goal = urlsplit(urljoin(here, link))
    path = unquote(goal.path)
    if not path.startswith(mount):
        return None, goal.fragment
    file = path.removeprefix(mount)
    return (f"{file}index.html" if not file or file.endswith("/") else file), goal.fragment


def dead_links(built: Built, pages: Pages, mount: str) -> list[str]:
    """Return every reference of a site that leads to no file, or to no place on a page."""
    ids = {path: {str(name) for name in root.xpath("//@id")} for path, root in pages.items()}
    dead = []
    for page, root in pages.items():
        for link in links(root):
            if is_outside(link):
                continue
            file, fragment = led_to(page, link, mount)
            if file is None or file not in built.files or (fragment and fragment not in ids.get(file, set())):
                dead.append(f"{page}: {link}")
    return dead


def mistakes(data: bytes) -> list[str]:
    """Return what a strict reader of HTML stumbles over; tags younger than it are no mistake."""
    parser = etree.HTMLParser(encoding="utf-8")
    etree.fromstring(data, parser)
    return [
        f"line {entry.line}: {entry.message}" for entry in parser.error_log if entry.type_name != "HTML_UNKNOWN_TAG"
    ]
