"""Write Atom feeds of what is new on a page: of the days on which sheets were made and evaluated, as the city has them.

A sheet without a day has no entry: when it was put on the site is not told, since builds do not look at the clock.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date
from heapq import nlargest
from operator import itemgetter

from goalsheets.addresses import FEED, feed_address, sheet_address
from goalsheets.catalog import Brief, Entry
from goalsheets.elements import element
from goalsheets.model import Site
from goalsheets.pages import Companion, Link, Page, goals_words, sheet_title, sheet_words
from goalsheets.parsing import Frame
from goalsheets.years import date_words

MOST = 100
"""So many entries, at most, stand in one feed."""

WORDS = "更新のお知らせ（Atom）"

_ENTRY = "<entry>\n"
_ABOUT = "シートに書かれた作成日と評価日を、新しい順に知らせます。日付のないシートは載りません。"


def with_feed(page: Page, briefs: Iterable[Brief], site: Site) -> Page:
    """Give a page a feed of the news of some sheets, the newest first; it has none where no sheet has a day."""
    newest = nlargest(MOST, (one for brief in briefs for one in brief.news), key=itemgetter(0))
    if not newest:
        return page
    link = Link(feed_address(page.address), WORDS)
    head, rows = _head(page, newest[0][0], site), array("Q", [row for _, row in newest])
    companion = Companion(FEED, head, rows, _ENTRY, "</feed>\n")
    return page._replace(feed=link, data=(*page.data, link), companions=(*page.companions, companion))


def _head(page: Page, updated: str, site: Site) -> str:
    """Return what stands before the entries of a feed."""
    name = f"{site.city} {site.title}"
    here = f"{site.base_url}{feed_address(page.address)}"
    return "".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>\n',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}">\n',
            element("id", here),
            element("title", f"{page.title}｜{name}" if page.address else page.title),
            element("subtitle", _ABOUT),
            element("rights", site.terms),
            f'<link rel="self" type="application/atom+xml" href="{here}"/>\n',
            _link(f"{site.base_url}{page.address}"),
            _updated(updated),
            f"<author>\n{element('name', name)}</author>\n",
        ]
    )


def entries(entry: Entry, frame: Frame) -> tuple[str, str]:
    """Tell of a sheet's evaluation and of its making; nothing where the sheet does not have the day."""
    evaluated, created, title = entry.sheet.evaluated, entry.sheet.created, sheet_title(entry)
    address = f"{frame.site.base_url}{sheet_address(entry.place)}"
    words = sheet_words(entry, frame), goals_words(entry, frame)
    return (
        _entry(address, "evaluated", evaluated, f"{title}：評価", f"{words[0]}評価日は") if evaluated else "",
        _entry(address, "published", created, f"{title}：シートの作成", f"{words[1]}作成日は") if created else "",
    )


def _entry(address: str, anchor: str, day: date, title: str, words: str) -> str:
    return "".join(
        [
            _ENTRY,
            element("id", f"{address}#{anchor}"),
            element("title", title),
            _link(address),
            _updated(str(day)),
            element("summary", f"{words}{date_words(day)}です。"),
            "</entry>\n",
        ]
    )


def _link(address: str) -> str:
    return f'<link rel="alternate" type="text/html" href="{address}"/>\n'


def _updated(day: str) -> str:
    """Return the beginning of a day in Japan."""
    return f"<updated>{day}T00:00:00+09:00</updated>\n"
