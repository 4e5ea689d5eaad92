"""Make the files of data of the whole city: tables, lines of JSON, and a database."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from goalsheets.addresses import DATA, data_name
from goalsheets.catalog import Catalog
from goalsheets.cells import END
from goalsheets.columns import GOALS, INITIATIVES, POLICIES, SHEETS, Table, policy_lines
from goalsheets.database import Record, records_in, write_database
from goalsheets.indexes import Sink
from goalsheets.publishing import Manifest, Stamp
from goalsheets.rows import Row, RowStore
from goalsheets.workers import share_out

TABLES = (SHEETS, GOALS, INITIATIVES, POLICIES)
DATABASE = f"{DATA}goalsheets.sqlite"
GOALS_AS_JSON = f"{DATA}goals.json"
GOALS_AS_LINES = f"{DATA}goals.jsonl"

_AT_ONCE = 256
"""So many sheets' lines are read and written at once."""


Scratch = Callable[[], AbstractContextManager[str]]
"""Gives the name of a file to work in, which is gone at the end."""


class Exports(NamedTuple):
    """Hold what came of the files of data: their stamps, and how many rows of each kind they have."""

    stamps: Manifest
    counts: dict[str, dict[str, int]]


def put_exports(catalog: Catalog, store: RowStore, sink: Sink, scratch: Scratch, workers: int) -> Exports:
    """Put all files, the tables in one process and the database in another."""
    made = Exports({}, {})

    def begin(_: int, at: Callable[[str], None]) -> Callable[[int], list[Any]]:
        parts = (_put_lines, _put_database)
        return lambda number: list(parts[number](catalog, store, sink, scratch, at))

    with share_out(2, begin, min(workers, 2), taking_part=True) as results:
        for _, told in results:
            for path, stamp, counts in told:
                made.stamps[path] = tuple(stamp)
                made.counts[path] = counts
    return made


def table_files(table: Table, code: str | None) -> tuple[str, str]:
    """Return the addresses of a table, with English and with Japanese headings."""
    return f"{DATA}{data_name(f'{table.name}.csv', code)}", f"{DATA}{data_name(f'{table.name}.ja.csv', code)}"


Put = tuple[str, Stamp, dict[str, int]]


def _put_lines(catalog: Catalog, store: RowStore, sink: Sink, _: Scratch, at: Callable[[str], None]) -> Iterator[Put]:
    rows = {
        SHEETS: array("Q", [brief.sheet_cells for brief in catalog.briefs]),
        GOALS: array("Q", [brief.goal_cells for brief in catalog.briefs]),
        INITIATIVES: array("Q", [brief.initiative_cells for brief in catalog.briefs]),
    }
    policies = policy_lines(catalog).encode()
    for table in TABLES:
        for path, japanese in zip(table_files(table, catalog.frame.site.code), (False, True), strict=True):
            at(path)
            pieces = _pieces(store, rows[table]) if table in rows else [policies]
            kind = "rows" if table is GOALS else table.name
            yield _put(sink, path, kind, table.head(japanese=japanese).encode(), pieces, END.encode(), 1)
    records = array("Q", [brief.records for brief in catalog.briefs])
    at(GOALS_AS_LINES)
    yield _put(sink, GOALS_AS_LINES, "goals", b"", _pieces(store, records), b"\n", 0)
    at(GOALS_AS_JSON)
    yield _put(sink, GOALS_AS_JSON, "goals", b"[\n", _as_list(_pieces(store, records)), b"\n", 2)


def _put(sink: Sink, path: str, kind: str, head: bytes, pieces: Iterable[bytes], end: bytes, others: int) -> Put:
    """Put a file piece by piece and count its lines, but for the `others` that are no rows."""
    lines = head.count(end) - others

    def counted() -> Iterator[bytes]:
        nonlocal lines
        yield head
        for piece in pieces:
            lines += piece.count(end)
            yield piece

    stamp = sink.put_pieces(path, counted())
    return path, stamp, {kind: lines}


def _pieces(store: RowStore, rows: Sequence[Row]) -> Iterator[bytes]:
    for start in range(0, len(rows), _AT_ONCE):
        piece = bytearray()
        store.add(piece, rows[start : start + _AT_ONCE])
        yield bytes(piece)


def _as_list(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Put commas between lines of JSON, and an end to the list."""
    before = b""
    for piece in pieces:
        yield before + piece[:-1].replace(b"\n", b",\n")
        before = b",\n"
    yield b"\n]\n"


def _put_database(
    catalog: Catalog, store: RowStore, sink: Sink, scratch: Scratch, at: Callable[[str], None]
) -> Iterator[Put]:
    at(DATABASE)
    with scratch() as name:
        written = write_database(name, catalog, _sheets(catalog, store))
        yield DATABASE, sink.put_pieces(DATABASE, written.pieces), written.counts


def _sheets(catalog: Catalog, store: RowStore) -> Iterator[tuple[Record, list[Record]]]:
    for brief in catalog.briefs:
        lines = bytearray()
        store.add(lines, (brief.head, brief.records))
        sheet, *goals = records_in(lines)
        yield sheet, goals
