"""Check the made pages before they are published: what no visitor should ever meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from goalsheets.addresses import file_of

_ATTRIBUTE = re.compile(rb' (id|href|src)(?<!rel="canonical" href)="([^"]*)"(?=[^<>]*>)')


class Findings(NamedTuple):
    """Hold what an audit of one page found: faults, the addresses it links to, and its ids."""

    faults: tuple[str, ...]
    links: frozenset[str]
    ids: frozenset[bytes]


def audit_page(path: str, page: bytes, root: str, seen: set[bytes] | None = None) -> Findings:
    """Look at one page by itself; `root` is how its links begin that lead into the site.

    Links into the site that are in `seen` are passed over, and those that are not are put there: pages of one kind
    share most of their links.
    """
    seen = set() if seen is None else seen
    attributes = _ATTRIBUTE.findall(page)
    ids = [value for name, value in attributes if name == b"id"]
    known = frozenset(ids)
    faults = [f"{path}: 同じ id が2回あります"] if len(known) != len(ids) else []
    if b'"></a>' in page:
        faults.append(f"{path}: 言葉のないリンクがあります")
    links: set[str] = set()
    start = root.encode()
    for reference in {value for name, value in attributes if name != b"id"} - seen:
        if reference.startswith(b"#"):
            if reference[1:] not in known:
                faults.append(f"{path}: ページの中のリンク先「{reference.decode()}」がありません")
        elif reference.startswith(start):
            seen.add(reference)
            link = reference[len(start) :].decode()
            links.add(_plain(link) if "&" in link or "%" in link else link)
        elif not reference.startswith((b"https:", b"mailto:")):
            faults.append(f"{path}: リンク「{reference.decode()}」の書き方が正しくありません")
    return Findings(tuple(faults), frozenset(links), known)


def _plain(link: str) -> str:
    from html import unescape  # noqa: PLC0415 - slow to load, and seldom needed

    return unquote(unescape(link))


def dead_links(links: Iterable[str], files: Collection[str], ids: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Name the addresses, linked to from anywhere, that the site does not have."""
    for link in links:
        address, _, fragment = link.partition("#")
        file = file_of(address)
        if file not in files or (fragment and file in ids and fragment not in ids[file]):
            yield f"リンク先「{link}」がありません"
