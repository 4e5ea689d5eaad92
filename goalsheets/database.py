"""Write all sheets as one SQLite database, with an index of every three letters for searching."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from goalsheets.addresses import policy_address
from goalsheets.catalog import Catalog
from goalsheets.policies import parse_code

Record = dict[str, Any]

IN_MEMORY = ":memory:"

_SCHEMA = """
CREATE TABLE sheets (
    id INTEGER PRIMARY KEY,
    fiscal_year INTEGER NOT NULL,
    division_slug TEXT NOT NULL,
    unit_slug TEXT NOT NULL,
    division TEXT NOT NULL,
    unit TEXT NOT NULL,
    created TEXT,
    evaluated TEXT,
    source TEXT,
    policy_indicators TEXT NOT NULL,
    address TEXT NOT NULL,
    licence TEXT NOT NULL,
    UNIQUE (fiscal_year, division_slug, unit_slug)
);
CREATE TABLE goals (
    id INTEGER PRIMARY KEY,
    sheet INTEGER NOT NULL REFERENCES sheets (id),
    number INTEGER NOT NULL,
    objective TEXT NOT NULL,
    policies TEXT NOT NULL,
    state TEXT NOT NULL,
    rating TEXT,
    status TEXT,
    next TEXT,
    continues TEXT,
    notes TEXT NOT NULL,
    address TEXT NOT NULL,
    UNIQUE (sheet, number)
);
CREATE TABLE indicators (
    id INTEGER PRIMARY KEY,
    goal INTEGER NOT NULL REFERENCES goals (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    target TEXT,
    result TEXT,
    policies TEXT NOT NULL,
    status TEXT,
    next TEXT,
    UNIQUE (goal, number)
);
CREATE TABLE initiatives (
    id INTEGER PRIMARY KEY,
    goal INTEGER NOT NULL REFERENCES goals (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    summary TEXT,
    indicators TEXT NOT NULL
);
CREATE TABLE policies (
    code TEXT PRIMARY KEY,
    plan TEXT NOT NULL,
    level INTEGER NOT NULL,
    above TEXT REFERENCES policies (code),
    title TEXT,
    address TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE goal_policies (
    goal INTEGER NOT NULL REFERENCES goals (id),
    policy TEXT NOT NULL REFERENCES policies (code),
    PRIMARY KEY (goal, policy)
) WITHOUT ROWID;
CREATE INDEX indicators_of_goal ON indicators (goal);
CREATE INDEX initiatives_of_goal ON initiatives (goal);
CREATE INDEX goals_of_policy ON goal_policies (policy);
CREATE VIEW words AS
SELECT goals.id, objective, status, next,
    (SELECT group_concat(name || char(10) || ifnull(target, '') || char(10) || ifnull(result, ''), char(10))
     FROM (SELECT * FROM indicators WHERE goal = goals.id ORDER BY id)) AS indicators,
    (SELECT group_concat(name || char(10) || ifnull(summary, ''), char(10))
     FROM (SELECT * FROM initiatives WHERE goal = goals.id ORDER BY id)) AS initiatives
FROM goals;
CREATE VIRTUAL TABLE search USING fts5 (
    objective, status, next, indicators, initiatives,
    content='words', content_rowid='id', tokenize='trigram'
);
"""
_CHANGES, _VERSION = slice(24, 28), slice(92, 100)
"""Where a file counts its changes, and where it notes after how many it was which SQLite that last wrote it."""

_ONCE, _BY_ANY = (1).to_bytes(4, "big"), (3_034_000).to_bytes(4, "big")
"""What each file says there, for the same bytes anywhere: one change, by the oldest SQLite that can read it."""

_NOT_WRITTEN = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
}

_TOGETHER = 64
"""So many sheets are put in at once."""

_PIECE = 1 << 20


class Written(NamedTuple):
    """Hold how many rows each table has, and the bytes of the file piece by piece."""

    counts: dict[str, int]
    pieces: Iterator[bytes]


def write_database(name: str, catalog: Catalog, sheets: Iterable[tuple[Record, list[Record]]]) -> Written:
    """Write a new file with all sheets, each with its goals, or none where the name is `IN_MEMORY`."""
    if name != IN_MEMORY:
        Path(name).write_bytes(b"")  # says better than SQLite why a file cannot be made
    try:
        with closing(sqlite3.connect(name, isolation_level=None)) as database:
            _fill(database, catalog, sheets)
            counts = _counts(database)
            memory = database.serialize() if name == IN_MEMORY else b""
    except sqlite3.OperationalError as error:
        raise _not_written(error, name) from error
    return Written(counts, _unversioned([memory] if memory else _pieces_of(Path(name))))


def _not_written(error: sqlite3.OperationalError, name: str) -> Exception:
    """Return an error of the file system as any other writer of files raises it; another error as it is."""
    code = _NOT_WRITTEN.get(error.sqlite_errorcode & 0xFF)
    return OSError(code, os.strerror(code), name) if code else error


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_PIECE), b"")


def _unversioned(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Change the beginning of a file so that it does not tell how and by what it was written."""
    for number, piece in enumerate(pieces):
        if number:
            yield piece
        else:
            first = bytearray(piece)
            first[_CHANGES], first[_VERSION] = _ONCE, _ONCE + _BY_ANY
            yield bytes(first)


def _fill(database: sqlite3.Connection, catalog: Catalog, sheets: Iterable[tuple[Record, list[Record]]]) -> None:
    for pragma in ("journal_mode = off", "synchronous = off", "foreign_keys = off", "cache_size = -16000"):
        database.execute(f"PRAGMA {pragma}")
    database.executescript(_SCHEMA)
    database.execute("BEGIN")
    database.executemany("INSERT INTO policies VALUES (?, ?, ?, ?, ?, ?)", _policies(catalog))
    lines = _Lines()
    for number, (sheet, goals) in enumerate(sheets, 1):
        lines.add(sheet, goals)
        if number % _TOGETHER == 0:
            lines.put(database)
    lines.put(database)
    database.execute("INSERT INTO search (search) VALUES ('rebuild')")
    database.execute("COMMIT")


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    """Count sheets, goals, rows (indicators, and goals without any), initiatives and policies."""
    questions = {
        **{table: f"SELECT count(*) FROM {table}" for table in ("sheets", "goals", "initiatives", "policies")},  # noqa: S608
        "rows": "SELECT count(*) FROM goals LEFT JOIN indicators ON indicators.goal = goals.id",
    }
    return {kind: database.execute(question).fetchone()[0] for kind, question in questions.items()}


def _policies(catalog: Catalog) -> Iterator[tuple[object, ...]]:
    frame = catalog.frame
    for code in catalog.of_policy:
        plan, above = frame.plan_of[code.prefix], code.ancestors()[-2:-1]
        address = f"{frame.site.base_url}{policy_address(plan, code)}"
        title = frame.policy_titles.get(code)
        yield str(code), plan.name, len(code.numbers), str(above[0]) if above else None, title, address


class _Lines:
    """Collect the rows of some sheets, numbered through all sheets."""

    def __init__(self) -> None:
        self.sheets = self.goals = 0
        self.rows: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, sheet: Record, goals: list[Record]) -> None:
        self.sheets += 1
        words = ["fiscal_year", "division_slug", "unit_slug", "division", "unit", "created", "evaluated", "source"]
        listed = "\n".join(sheet["policy_indicators"])
        self._row("sheets", self.sheets, *map(sheet.get, words), listed, sheet["address"], sheet["licence"])
        for goal in goals:
            self._goal(goal)

    def _goal(self, goal: Record) -> None:
        self.goals += 1
        number = self.goals
        words = map(goal.get, ("state", "rating", "status", "next", "continues"))
        codes, notes = "\n".join(goal["policies"]), "\n".join(goal["notes"])
        self._row(
            "goals", number, self.sheets, goal["number"], goal["objective"], codes, *words, notes, goal["address"]
        )
        printed = dict.fromkeys(goal["policies"])
        for place, row in enumerate(goal["indicators"], 1):
            printed.update(dict.fromkeys(row["policies"]))
            codes = "\n".join(row["policies"])
            told = row["name"], row["target"], row["result"], codes, row["status"], row["next"]
            self._row("indicators", None, number, place, *told)
        for place, one in enumerate(goal["initiatives"], 1):
            about = one["summary"], "\n".join(map(str, one["indicators"]))
            for name in one["names"]:
                self._row("initiatives", None, number, place, name, *about)
        for policy in dict.fromkeys(parse_code(text) for text in printed):
            self._row("goal_policies", number, str(policy))

    def _row(self, table: str, *values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def put(self, database: sqlite3.Connection) -> None:
        for table, rows in self.rows.items():
            places = ", ".join("?" * len(rows[0]))
            database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
        self.rows.clear()


def records_in(lines: bytes | bytearray) -> list[Record]:
    """Read lines of JSON."""
    return [json.loads(line) for line in lines.splitlines()]
