"""Make the index pages of a site from the briefs and lines of its sheets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

from goalsheets.addresses import file_of
from goalsheets.audit import audit_page
from goalsheets.pages import Companion, Page, embed_page
from goalsheets.plan import Plans
from goalsheets.publishing import Manifest, Stamp
from goalsheets.rendering import Renderer
from goalsheets.rows import RowStore
from goalsheets.workers import share_out


class Sink(Protocol):
    """Take the files of a site, and show them."""

    def put(self, path: str, data: bytes | bytearray) -> Stamp: ...

    def put_pieces(self, path: str, pieces: Iterable[bytes]) -> Stamp: ...

    def read(self, path: str) -> bytes: ...


class Indexes(NamedTuple):
    """Hold what came of the index pages: their stamps, their faults, what they link to and the ids they have."""

    stamps: Manifest
    faults: list[str]
    links: set[str]
    ids: dict[str, frozenset[str]]


def put_indexes(
    renderer: Renderer, plans: Plans, wanted: Collection[str], store: RowStore, sink: Sink, workers: int
) -> Indexes:
    """Render the index pages that are wanted, in several processes, and put them with their files and the assets."""
    addresses = [address for address in plans if address in wanted]
    made = Indexes({}, [], set(), {})

    def begin(_: int, at: Callable[[str], None]) -> Callable[[int], list[Any]]:
        seen: dict[str, set[bytes]] = {}

        def work(number: int) -> list[Any]:
            at(file_of(addresses[number]))
            return _put(renderer, plans[addresses[number]](), store, sink, seen)

        return work

    with share_out(len(addresses), begin, workers, taking_part=True) as results:
        for number, (stamps, faults, links, ids) in results:
            path = file_of(addresses[number])
            made.stamps.update((name, tuple(stamp)) for name, stamp in stamps)
            made.faults.extend(faults)
            made.links.update(links)
            made.ids[path] = frozenset(ids)
    for path, data in renderer.assets.values():
        made.stamps[path] = sink.put(path, data)
    return made


def _put(renderer: Renderer, page: Page, store: RowStore, sink: Sink, seen: dict[str, set[bytes]]) -> list[Any]:
    path, root = file_of(page.address), renderer.root(page.address)
    shell, whole = renderer.render_index(page, store)
    found = audit_page(path, shell, root, seen.setdefault(root, set()))
    stamps, faults, links = [(path, sink.put(path, whole))], list(found.faults), set(found.links)
    for companion in page.companions:
        name, data = f"{page.address}{companion.name}", _data_of(companion, store)
        stamps.append((name, sink.put(name, data)))
        faults += _miscounted(name, companion, data, whole)
    if page.charts:
        embed = embed_page(page)
        path, root, small = file_of(embed.address), renderer.root(embed.address), renderer.render(embed)
        audited = audit_page(path, small, root, seen.setdefault(root, set()))
        stamps.append((path, sink.put(path, small)))
        faults += audited.faults
        links |= audited.links
    return [stamps, faults, sorted(links), [name.decode() for name in found.ids]]


def _data_of(companion: Companion, store: RowStore) -> bytearray:
    data = bytearray(companion.head.encode())
    store.add(data, companion.rows)
    data += companion.tail.encode()
    return data


def _miscounted(name: str, companion: Companion, data: bytearray, page: bytearray) -> Iterator[str]:
    """Say where a file has not the rows it was made of, or where its page shows another number of them."""
    rows = len(companion.rows)
    there = data.count(companion.sign.encode()) - companion.head.count(companion.sign)
    if there != rows:
        yield f"{name}: {rows}行のはずですが、{there}行あります"
    if companion.shown and (shown := page.count(companion.shown.encode())) != rows:
        yield f"{name}: {rows}行ありますが、ページには{shown}行あります"
