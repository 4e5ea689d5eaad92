"""Datasette serves the database as it is, tells what its columns mean, and finds goals by their words."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from goalsheets.datasette import datasette_metadata
from tests.samples import real_site, tree_of
from tests.test_holdings import made_up_holdings

FILES = ("goalsheets.sqlite", "metadata.json")
SHELTER = "避難スペースの確保に一層努めるとともに、"

Ask = Callable[[str], Any]


@cache
def described() -> dict[str, Any]:
    metadata: dict[str, Any] = json.loads(real_site().files["data/metadata.json"])
    return metadata


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("datasette")
    for name in FILES:
        (folder / name).write_bytes(real_site().files[f"data/{name}"])
    return folder


@pytest.fixture(scope="module")
def ask(folder: Path) -> Iterator[Ask]:
    """Start Datasette as the page on the data says; yield a way to ask it for JSON."""
    command = [sys.executable, "-m", "datasette", "serve", "-i", FILES[0], "-m", FILES[1], "--port", "0"]
    server = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8")
    try:
        assert server.stderr
        told = (re.search(r"running on (http://[\d.:]+)", line) for line in server.stderr)
        host = next(found[1] for found in told if found)
        yield lambda address: json.loads(_content(f"{host}/goalsheets{address}"))
    finally:
        server.terminate()
        server.communicate()


def _content(address: str) -> bytes:
    with urlopen(address) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


def found(ask: Ask, words: str) -> list[dict[str, Any]]:
    """Return the goals that the prepared question finds."""
    goals: list[dict[str, Any]] = ask(f"/find_goals.json?_shape=array&words={quote(words)}")
    return goals


class TestServing:
    def test_a_word_is_found_in_the_table_of_goals(self, ask: Ask) -> None:
        (goal,) = ask(f"/goals.json?_shape=array&_search={quote('避難所')}")
        assert goal["objective"].startswith(SHELTER)
        assert goal["address"] == "https://example.jp/sheets/2025/kita/chiiki-somu/#goal-1"

    def test_the_prepared_question_finds_it_too(self, ask: Ask) -> None:
        (goal,) = found(ask, "避難所")
        assert goal.pop("組織目標").startswith(SHELTER)
        assert goal == {
            "年度": 2025,
            "部署": "北区役所",
            "課": "地域総務課",
            "番号": 1,
            "評価の状況": "未評価",
            "アドレス": "https://example.jp/sheets/2025/kita/chiiki-somu/#goal-1",
        }

    @pytest.mark.parametrize("words", ["避", "避難", "避難運", "避難運営促進事業"])
    def test_it_finds_words_of_any_length(self, ask: Ask, words: str) -> None:
        assert any(goal["組織目標"].startswith(SHELTER) for goal in found(ask, words))

    @pytest.mark.parametrize("words", ["", '"', '"" OR objective:', "避難所 NOT 市", "_%", "避難所*"])
    def test_what_is_typed_is_a_word_and_no_question(self, ask: Ask, words: str) -> None:
        assert found(ask, words) == []

    def test_goals_are_counted_by_their_states(self, ask: Ask) -> None:
        facets = ask("/goals.json?_size=0&_facet=state")["facet_results"]["state"]["results"]
        goals = [json.loads(line) for line in real_site().files["data/goals.jsonl"].splitlines()]
        states = [goal["state"] for goal in goals]
        assert {one["value"]: one["count"] for one in facets} == {state: states.count(state) for state in states}

    def test_it_changes_nothing_beside_the_files(self, ask: Ask, folder: Path) -> None:
        assert len(ask("/sheets.json?_shape=array")) == 14
        assert tree_of(folder) == {name: real_site().files[f"data/{name}"] for name in FILES}


class TestDescriptions:
    def test_every_column_is_explained(self, folder: Path) -> None:
        tables = described()["databases"]["goalsheets"]["tables"]
        with closing(sqlite3.connect(f"file:{folder / FILES[0]}?mode=ro", uri=True)) as database:
            for table, told in tables.items():
                names = [row[1] for row in database.execute("SELECT * FROM pragma_table_info(?)", [table])]
                assert list(told["columns"]) == [name for name in names if name != "id"], table
            there = {
                row[0]
                for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if not row[0].startswith("search")
            }
        assert tables.keys() == there

    def test_columns_are_explained_in_the_words_of_the_form(self) -> None:
        tables = described()["databases"]["goalsheets"]["tables"]
        assert tables["indicators"]["columns"]["target"] == "目標：めざす値。印字のとおり。"
        assert tables["initiatives"]["columns"]["number"] == "取組の番号：目標の中で何番目の概要か。"
        assert tables["goals"]["columns"]["notes"] == "転記上の注記：読み取りが確かでないところ。1行に1つ。"

    def test_unconfirmed_terms_are_told_in_words(self) -> None:
        assert described()["description"].endswith("シートの内容の利用条件は、市に確認できていません。")
        assert described().keys() & {"license", "license_url"} == set()

    def test_a_licence_is_named(self, tmp_path: Path) -> None:
        metadata = datasette_metadata(made_up_holdings(tmp_path / "content", licence="CC-BY-4.0"))
        assert metadata["license"] == "CC-BY-4.0"
        assert metadata["license_url"] == "https://spdx.org/licenses/CC-BY-4.0.html"
