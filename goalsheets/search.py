"""Make what the search page looks things up in: files of postings, and a table of all goals.

The sheets of a year that stand near each other in the organization are a block, and postings count within blocks, so
that a sheet that changes, comes or goes leaves the postings of all other blocks as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from goalsheets.addresses import SEARCH_TABLE, SHEET_DATA, is_postings, postings_file
from goalsheets.catalog import Brief, Catalog
from goalsheets.indexes import Sink
from goalsheets.letters import PART
from goalsheets.parsing import Frame, Place
from goalsheets.postings import lines_of, packed, postings_of, shard_of, shard_text, unpacked
from goalsheets.publishing import Manifest
from goalsheets.rows import Row, Rows, RowStore, row_at
from goalsheets.table import table_of
from goalsheets.workers import share_out

UNITS_IN_BLOCK = 256
PARTS_IN_SHARD = 16
LEAST_SHARDS = 8
TOGETHER = 16
"""So many files of postings are put together at once."""


class Scratch(Protocol):
    """Keep lines between two steps, in memory or in files."""

    def writer(self, worker: int) -> AbstractContextManager[Rows]: ...

    def reader(self) -> AbstractContextManager[RowStore]: ...


class Former(NamedTuple):
    """Hold what a build before left: the changed sheets as they were, if they were, and the files of postings."""

    briefs: dict[Place, Brief | None]
    manifest: Manifest
    read: Callable[[str], bytes]


def put_table(catalog: Catalog, sink: Sink, files: Manifest) -> Manifest:
    """Make the table of all goals; among `files` are all those that the search page may ask for beside it."""
    asked_for = {path: stamp for path, stamp in files.items() if is_postings(path) or path.endswith(SHEET_DATA)}
    table = table_of(catalog, asked_for, shards_for(catalog.briefs), UNITS_IN_BLOCK)
    return {SEARCH_TABLE: sink.put(SEARCH_TABLE, table)}


def put_postings(catalog: Catalog, texts: RowStore, sink: Sink, scratch: Scratch, workers: int) -> Manifest:
    """Make all files of postings, in several processes: first block by block, then file by file."""
    blocks = list(_blocks(catalog.frame, catalog.briefs).items())
    shards = shards_for(catalog.briefs)
    bundles = -(-shards // TOGETHER)
    rows: list[list[Row]] = [[] for _ in range(bundles)]

    def begin(worker: int, at: Callable[[str], None]) -> Callable[[int], list[Row]]:
        lines = opened.enter_context(scratch.writer(worker))

        def work(number: int) -> list[Row]:
            name, briefs = blocks[number]
            at(name)
            return list(_noted(_bundled(name, _postings(texts, briefs), shards, bundles), lines))

        return work

    with ExitStack() as opened, share_out(len(blocks), begin, workers) as results:
        for _, found in results:
            for bundle, row in zip(rows, found, strict=True):
                bundle.append(row)
    with scratch.reader() as store:
        return _put(rows, shards, store, sink, workers)


def _bundled(name: str, postings: dict[str, int], shards: int, bundles: int) -> list[list[str]]:
    """Return the postings of a block as lines, those together that will stand in files that are near."""
    lines: list[list[str]] = [[] for _ in range(bundles)]
    for key, bits in postings.items():
        lines[shard_of(key, shards) // TOGETHER].append(f"{key}\t{name}:{packed(bits)}")
    return lines


def _noted(bundles: Iterable[list[str]], lines: Rows) -> Iterator[Row]:
    for bundle in bundles:
        text = "\n".join(bundle).encode()
        start = lines.position
        lines.append(text)
        yield row_at(start, len(text))


def _put(rows: list[list[Row]], shards: int, store: RowStore, sink: Sink, workers: int) -> Manifest:
    """Put files together from what all blocks have for them."""

    def begin(_: int, at: Callable[[str], None]) -> Callable[[int], list[Any]]:
        def work(number: int) -> list[Any]:
            at(postings_file(number * TOGETHER))
            files = _shards_in(rows[number], shards, store)
            return [[path, sink.put(path, shard_text(lines).encode())] for path, lines in sorted(files.items())]

        return work

    stamps: Manifest = {}
    with share_out(len(rows), begin, workers, taking_part=True) as results:
        for _, made in results:
            stamps.update((path, tuple(stamp)) for path, stamp in made)
    return stamps


def _shards_in(rows: list[Row], shards: int, store: RowStore) -> dict[str, dict[str, str]]:
    pieces: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for line in _read(store, row).split("\n"):
            if line:
                key, _, piece = line.partition("\t")
                pieces[key].append(piece)
    files: dict[str, dict[str, str]] = defaultdict(dict)
    for key, found in pieces.items():
        files[postings_file(shard_of(key, shards))][key] = " ".join(sorted(found))
    return files


def change_postings(catalog: Catalog, texts: RowStore, sink: Sink, former: Former) -> Manifest | None:
    """Make the files of postings in which something changed; None where all are to be made anew."""
    now = {brief.place: brief for brief in catalog.briefs}
    shards = shards_for(catalog.briefs)
    old = [
        *(brief for place, brief in now.items() if place not in former.briefs),
        *filter(None, former.briefs.values()),
    ]
    if shards != shards_for(old):
        return None
    changes: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for name, before, after in _changed_blocks(catalog.frame, now, former.briefs):
        only = former.briefs if _shape(before) == _shape(after) else None
        was, is_now = _postings(texts, before, only), _postings(texts, after, only)
        for key in was.keys() | is_now.keys():
            if bits := was.get(key, 0) ^ is_now.get(key, 0):
                changes[postings_file(shard_of(key, shards))][key][name] = bits
    stamps = {path: stamp for path, stamp in former.manifest.items() if is_postings(path)}
    for path, found in changes.items():
        lines = lines_of(former.read(path).decode()) if path in stamps else {}
        _change(lines, found)
        stamps.pop(path, None)
        if lines:
            stamps[path] = sink.put(path, shard_text(lines).encode())
    return stamps


def _change(lines: dict[str, str], changes: dict[str, dict[str, int]]) -> None:
    """Change the bits of some pairs in some blocks."""
    for key, blocks in changes.items():
        pieces = dict(piece.split(":") for piece in lines.pop(key, "").split())
        for block, bits in blocks.items():
            left = unpacked(pieces.pop(block, "")) ^ bits
            if left:
                pieces[block] = packed(left)
        if pieces:
            lines[key] = " ".join(sorted(f"{block}:{text}" for block, text in pieces.items()))


def _changed_blocks(
    frame: Frame, now: dict[Place, Brief], changed: dict[Place, Brief | None]
) -> Iterator[tuple[str, list[Brief], list[Brief]]]:
    """Yield each block of which a sheet changed, with its sheets as they were and as they are."""
    names = {_block(frame, place) for place in changed}
    after = [brief for place, brief in now.items() if _block(frame, place) in names]
    before = [brief for brief in after if brief.place not in changed]
    before += [brief for brief in changed.values() if brief]
    before.sort(key=lambda brief: frame.order(brief.place))
    blocks_before, blocks_after = _blocks(frame, before), _blocks(frame, after)
    for name in sorted(names):
        yield name, blocks_before.get(name, []), blocks_after.get(name, [])


def _shape(briefs: list[Brief]) -> list[tuple[Place, int]]:
    return [(brief.place, len(brief.states)) for brief in briefs]


def _blocks(frame: Frame, briefs: Iterable[Brief]) -> dict[str, list[Brief]]:
    """Put sheets, which are in their order, into blocks by name."""
    groups = groupby(briefs, lambda brief: _block(frame, brief.place))
    return {name: list(group) for name, group in groups}


def _block(frame: Frame, where: Place) -> str:
    year, rank = frame.order(where)
    return f"{-year}.{rank // UNITS_IN_BLOCK}"


def _postings(texts: RowStore, briefs: Iterable[Brief], only: Collection[Place] | None = None) -> dict[str, int]:
    """Return the postings of the sheets of a block, or of only some of them."""
    return postings_of(_parts(texts, briefs, only))


def _parts(texts: RowStore, briefs: Iterable[Brief], only: Collection[Place] | None) -> Iterator[tuple[int, str]]:
    first = 0
    for brief in briefs:
        if only is None or brief.place in only:
            yield from enumerate(_read(texts, brief.text).split(PART), first)
        first += 1 + len(brief.states)


def _read(store: RowStore, row: Row) -> str:
    text = bytearray()
    store.add(text, (row,))
    return text.decode()


def shards_for(briefs: Iterable[Brief]) -> int:
    """Return how many files of postings there are: a power of two."""
    parts = sum(1 + len(brief.states) for brief in briefs)
    return max(LEAST_SHARDS, 1 << (parts // PARTS_IN_SHARD).bit_length())
