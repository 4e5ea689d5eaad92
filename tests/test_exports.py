"""The files of data of the whole city hold every sheet, alike in every format."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest

from goalsheets import making
from goalsheets.building import build, make_site
from goalsheets.columns import Table
from goalsheets.exports import TABLES, table_files
from tests.samples import CONTENT, entries_of, real_site, sheet_text, tree_of, write_content
from tests.tables import read_table
from tests.test_columns import read_back as read_sheet_back
from tests.test_data import read_back


@cache
def data(name: str) -> bytes:
    return real_site().files[f"data/{name}"]


def test_the_tables_give_the_model_back() -> None:
    sheets, goals, initiatives = (read_table(data(f"{name}.csv")) for name in ("sheets", "goals", "initiatives"))
    entries = {entry.place: entry.sheet for entry in entries_of(CONTENT)[1]}
    assert len(sheets) == len(entries)
    for (year, division, unit), sheet in entries.items():
        found = [
            [row for row in rows if [row[key] for key in TABLES[0].key] == [str(year), division, unit]]
            for rows in (sheets, goals, initiatives)
        ]
        assert read_sheet_back(found[0][0], found[1], found[2]) == sheet


def test_the_lines_of_json_give_the_model_back() -> None:
    records = [json.loads(line) for line in data("goals.jsonl").splitlines()]
    for entry in entries_of(CONTENT)[1]:
        own = [one for one in records if [one[key] for key in TABLES[0].key] == [*entry.place]]
        rest = {"source": entry.sheet.source, "policy_indicators": entry.sheet.policy_indicators}
        assert read_back(own[0] | rest | {"goals": own}) == entry.sheet


def test_json_is_the_list_of_the_lines() -> None:
    assert json.loads(data("goals.json")) == [json.loads(line) for line in data("goals.jsonl").splitlines()]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_headings_are_japanese_in_the_other_file(table: Table) -> None:
    english, japanese = (real_site().files[path].split(b"\r\n", 1) for path in table_files(table, None))
    assert english[1] == japanese[1]
    assert english[0].startswith(b"\xef\xbb\xbf")
    assert japanese[0].startswith(b"\xef\xbb\xbf")
    assert english[0].isascii() is False  # the BOM
    assert english[0][3:].isascii()
    assert len(japanese[0].decode().split(",")) == len(table.columns)


def test_the_newest_year_comes_first() -> None:
    years = [row["fiscal_year"] for row in read_table(data("sheets.csv"))]
    assert years == sorted(years, reverse=True)


def test_every_file_says_the_terms_of_use() -> None:
    words = "シートの内容の利用条件は、市に確認できていません。".encode()
    files = [path for path in real_site().files if path.endswith((".html", ".csv", "feed.xml", "stratml.xml"))]
    files += [path for path in real_site().files if path.endswith("/sheet.json") or path.startswith("data/")]
    assert len(files) > 200
    without = [path for path in files if words not in real_site().files[path]]
    assert [path for path in without if real_site().files[path].count(b"\r\n") != 1] == []  # tables without rows


def test_the_city_s_code_stands_before_the_names_of_tables() -> None:
    assert table_files(TABLES[0], "151009") == ("data/151009_sheets.csv", "data/151009_sheets.ja.csv")


class TestBuilding:
    def test_only_a_change_of_a_sheet_makes_them_anew(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "content", {"sheets/2025/kita/somu.yaml": sheet_text()})
        site, sheet = tmp_path / "site", content / "sheets/2025/kita/somu.yaml"
        build(content, site)
        before = {path.name: path.stat().st_mtime_ns for path in (site / "data").iterdir()}
        os.utime(sheet, (0, 0))
        build(content, site)
        assert {path.name: path.stat().st_mtime_ns for path in (site / "data").iterdir()} == before
        sheet.write_text(sheet_text(created="2025-04-02"), encoding="utf-8")
        built = build(content, site)
        changed = {path.name for path in (site / "data").iterdir() if path.stat().st_mtime_ns != before[path.name]}
        assert changed == {
            "goals.csv",
            "goals.ja.csv",
            "goals.json",
            "goals.jsonl",
            "goalsheets.sqlite",
            "sheets.csv",
        } | {"sheets.ja.csv", "index.html", "datapackage.json", "catalog.jsonld"}
        assert tree_of(site).items() >= make_site(content).files.items()
        assert built.problems == []

    def test_they_are_the_same_from_two_processes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(making, "WORTH_SHARING", 2)
        build(CONTENT, tmp_path / "site", workers=2)
        made = {path: data for path, data in tree_of(tmp_path / "site").items() if path.startswith("data/")}
        assert made == {path: data for path, data in real_site().files.items() if path.startswith("data/")}
        assert [path.name for path in tmp_path.rglob("*-database")] == []
