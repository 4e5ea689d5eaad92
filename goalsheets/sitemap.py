"""Write the site map, and what robots may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from goalsheets.addresses import NOT_FOUND, ROBOTS, SITEMAP, sheet_address, sitemap_part
from goalsheets.catalog import Catalog
from goalsheets.indexes import Sink
from goalsheets.publishing import Manifest

MOST_ADDRESSES, MOST_BYTES = 50_000, 50_000_000
"""What one file may hold, by the protocol of sitemaps.org."""

_HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n<%b xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def put_sitemap(catalog: Catalog, indexes: Iterable[str], sink: Sink) -> Manifest:
    """Put a map of the index pages and the sheets, in parts where it is too large, and what names it to robots."""
    base_url = catalog.frame.site.base_url
    pages = ((address, "") for address in indexes if address != NOT_FOUND)
    sheets = ((sheet_address(brief.place), brief.latest) for brief in catalog.briefs)
    lines = (_line("url", f"{base_url}{address}", day) for found in (pages, sheets) for address, day in found)
    parts = list(_parted(lines))
    files: dict[str, bytes | bytearray] = {ROBOTS: robots(base_url), SITEMAP: parts[0]}
    if len(parts) > 1:
        named = {sitemap_part(number): part for number, part in enumerate(parts, start=1)}
        whole = b"".join([_line("sitemap", f"{base_url}{path}", "") for path in named])
        files |= {SITEMAP: _HEAD % b"sitemapindex" + whole + b"</sitemapindex>\n", **named}
    return {path: sink.put(path, data) for path, data in files.items()}


def robots(base_url: str) -> bytes:
    """Let every robot read all, and name the site map."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {base_url}{SITEMAP}\n".encode()


def _line(kind: str, address: str, day: str) -> bytes:
    """Write an address, of letters that XML takes as they are, and the day on which the city last wrote there."""
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<{kind}><loc>{address}</loc>{changed}</{kind}>\n".encode()


def _parted(lines: Iterable[bytes]) -> Iterator[bytearray]:
    """Yield maps of as many lines as one may hold."""
    end = b"</urlset>\n"
    part, count = bytearray(_HEAD % b"urlset"), 0
    for line in lines:
        if count == MOST_ADDRESSES or len(part) + len(line) + len(end) > MOST_BYTES:
            part += end
            yield part
            part, count = bytearray(_HEAD % b"urlset"), 0
        part += line
        count += 1
    part += end
    yield part
