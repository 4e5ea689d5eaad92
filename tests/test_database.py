"""The database holds every sheet, knows what belongs together, and finds any part of a word of three letters."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from goalsheets.database import write_database
from goalsheets.model import Goal
from tests.samples import CONTENT, entries_of, real_catalog, real_site

OBJECTIVES = "SELECT objective FROM goals WHERE id IN (SELECT rowid FROM search WHERE search MATCH ?)"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("data") / "goalsheets.sqlite"
    path.write_bytes(real_site().files["data/goalsheets.sqlite"])
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.mark.parametrize(("place", "words"), [("/dev/full", "No space left on device"), ("/", "Is a directory")])
def test_a_file_that_cannot_be_written_is_told_as_any_other(place: str, words: str) -> None:
    with pytest.raises(OSError, match=words):
        write_database(place, real_catalog(), [])


def test_it_is_whole(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_table_has_what_the_sheets_have(database: sqlite3.Connection) -> None:
    sheets = [entry.sheet for entry in entries_of(CONTENT)[1]]
    goals = [goal for sheet in sheets for goal in sheet.goals]
    expected = {
        "sheets": len(sheets),
        "goals": len(goals),
        "indicators": sum(len(goal.indicators) for goal in goals),
        "initiatives": sum(goal.initiative_count for goal in goals),
        "policies": len(real_catalog().of_policy),
        "goal_policies": sum(len(goal.codes) for goal in goals),
    }
    questions = {table: f"SELECT count(*) FROM {table}" for table in expected}  # noqa: S608
    found = {table: database.execute(question).fetchone()[0] for table, question in questions.items()}
    assert found == expected


def test_a_goal_stands_with_its_sheet_indicators_and_codes(database: sqlite3.Connection) -> None:
    question = """
        SELECT sheets.unit, goals.number, goals.state, indicators.target, above
        FROM goal_policies
        JOIN goals ON goals.id = goal_policies.goal
        JOIN sheets ON sheets.id = goals.sheet
        JOIN indicators ON indicators.goal = goals.id
        JOIN policies ON code = policy
        WHERE policy = '政策13-1-②'
    """
    assert database.execute(question).fetchall() == [("地域総務課", 1, "未評価", "3避難所（累計23避難所）", "政策13-1")]


@pytest.mark.parametrize("words", ["避難所", "難所ごと", "避難運営促進事業"])
def test_any_part_of_a_word_is_found(database: sqlite3.Connection, words: str) -> None:
    (objective,) = {row[0] for row in database.execute(OBJECTIVES, [f'"{words}"'])}
    assert objective.startswith("避難スペースの確保に一層努める")


def test_every_goal_with_a_word_is_found(database: sqlite3.Connection) -> None:
    for words in ("市民課", "マイナンバー", "地域コミュニティ", "ごみの"):
        expected = {
            goal.objective
            for entry in entries_of(CONTENT)[1]
            for goal in entry.sheet.goals
            if any(words in text for text in _texts(goal))
        }
        assert {row[0] for row in database.execute(OBJECTIVES, [f'"{words}"'])} == expected


def _texts(goal: Goal) -> Iterator[str]:
    """Give the texts of a goal that the index has."""
    yield from filter(None, (goal.objective, goal.status, goal.next))
    for row in goal.indicators:
        yield from filter(None, (row.name, row.target, row.result))
    for initiative in goal.initiatives:
        yield from (*initiative.names, initiative.summary or "")


def test_a_match_is_shown_with_its_words(database: sqlite3.Connection) -> None:
    question = "SELECT snippet(search, -1, '【', '】', '…', 20) FROM search WHERE search MATCH '避難所'"
    assert "【避難所】" in database.execute(question).fetchone()[0]


def test_blanks_are_null(database: sqlite3.Connection) -> None:
    assert database.execute("SELECT DISTINCT rating FROM goals WHERE state = '未評価'").fetchall() == [(None,)]


def test_the_file_does_not_tell_how_often_it_was_changed_and_by_which_version() -> None:
    head = real_site().files["data/goalsheets.sqlite"][:100]
    assert (head[24:28], head[92:96]) == (b"\0\0\0\1", b"\0\0\0\1")
    assert int.from_bytes(head[96:100], "big") == 3_034_000


def test_addresses_are_whole(database: sqlite3.Connection) -> None:
    question = "SELECT address FROM sheets UNION SELECT address FROM goals UNION SELECT address FROM policies"
    addresses = [row[0] for row in database.execute(question)]
    assert [address for address in addresses if address.count("https:") != 1] == []
    assert [address for address in addresses if not address.startswith("https://example.jp/")] == []
    assert "https://example.jp/sheets/2025/kita/chiiki-somu/#goal-1" in addresses
