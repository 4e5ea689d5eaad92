"""The Data Package tells programs of every file, and they read each table with its kinds and keys."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, validate

from goalsheets.columns import Table
from goalsheets.datapackage import datapackage
from goalsheets.exports import TABLES
from tests.samples import real_site
from tests.site.serving import write_site
from tests.tables import read_table
from tests.test_holdings import made_up_holdings


@cache
def described() -> dict[str, Any]:
    """Return the description of the city's own data."""
    package: dict[str, Any] = json.loads(real_site().files["data/datapackage.json"])
    return package


def resource(name: str) -> dict[str, Any]:
    """Return what is said of one file."""
    (found,) = (one for one in described()["resources"] if one["name"] == name)
    return dict(found)


def mistakes(folder: Path) -> list[str]:
    """Return what Frictionless finds wrong with the data of a site."""
    report = validate(str(folder / "data" / "datapackage.json"))
    assert [warning for task in report.tasks for warning in task.warnings] == []
    return [f"{task.name}: {error.type}" for task in report.tasks for error in task.errors]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder with the site of the city's own sheets."""
    return write_site(real_site(), tmp_path / "site")


class TestFrictionless:
    def test_it_finds_every_file_valid_and_reads_every_row(self, site: Path) -> None:
        assert mistakes(site) == []
        report = validate(str(site / "data/datapackage.json"))
        rows = {task.name: task.stats["rows"] for task in report.tasks if task.type == "table"}
        files = real_site().files
        assert rows == {
            **{table.name: len(read_table(files[f"data/{table.name}.csv"])) for table in TABLES},
            **{f"{table.name}.ja": len(read_table(files[f"data/{table.name}.csv"])) for table in TABLES},
            "goals.jsonl": len(files["data/goals.jsonl"].splitlines()),
        }

    def test_it_would_see_that_a_file_is_not_the_one_described(self, site: Path) -> None:
        path = site / "data/policies.csv"
        path.write_bytes(path.read_bytes().replace("政策13-1".encode(), "政策13-9".encode(), 1))
        assert "policies: hash-count" in mistakes(site)

    def test_it_would_see_that_a_goal_has_lost_its_sheet(self, site: Path) -> None:
        path = site / "data/sheets.csv"
        path.write_bytes(path.read_bytes().replace(b"chiiki-somu,", b"somu,"))
        assert {"goals: foreign-key", "initiatives: foreign-key"} <= set(mistakes(site))

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    @pytest.mark.parametrize("japanese", [False, True], ids=["English", "Japanese"])
    def test_the_first_heading_has_no_byte_order_mark(self, site: Path, table: Table, japanese: bool) -> None:
        package = Package(str(site / "data/datapackage.json"))
        found = package.get_table_resource(f"{table.name}.ja" if japanese else table.name)
        with found:
            assert found.header == [one.heading if japanese else one.name for one in table.columns]

    def test_values_are_of_their_kinds(self, site: Path) -> None:
        goals = Package(str(site / "data/datapackage.json")).get_table_resource("goals")
        first = goals.read_rows()[0]
        assert (first["fiscal_year"], first["created"], first["evaluated"]) == (2025, date(2025, 4, 1), None)
        assert (first["policies"], first["indicator_policies"]) == (["政策13-1-②"], None)
        assert first["indicator_target"] == "3避難所（累計23避難所）"


class TestKeys:
    def test_a_primary_key_is_never_blank_and_tells_rows_apart(self) -> None:
        for table in TABLES:
            rows = read_table(real_site().files[f"data/{table.name}.csv"])
            key = resource(table.name)["schema"].get("primaryKey", [])
            assert all(row[name] for row in rows for name in key)
            assert not key or len({tuple(row[name] for name in key) for row in rows}) == len(rows)

    def test_a_key_that_may_be_blank_is_no_primary_key(self) -> None:
        keys = {
            table.name: {kind: resource(table.name)["schema"].get(kind) for kind in ("primaryKey", "uniqueKeys")}
            for table in TABLES
        }
        place = ["fiscal_year", "division_slug", "unit_slug"]
        assert keys == {
            "sheets": {"primaryKey": place, "uniqueKeys": None},
            "goals": {"primaryKey": None, "uniqueKeys": [[*place, "goal", "indicator_number"]]},
            "initiatives": {"primaryKey": None, "uniqueKeys": None},
            "policies": {"primaryKey": ["code"], "uniqueKeys": None},
        }
        assert resource("policies.ja")["schema"]["primaryKey"] == ["政策コード"]

    def test_tables_name_rows_of_others_in_the_same_language(self) -> None:
        place = ["fiscal_year", "division_slug", "unit_slug"]
        reference = {"fields": place, "reference": {"resource": "sheets", "fields": place}}
        assert resource("goals")["schema"]["foreignKeys"] == [reference]
        assert resource("initiatives")["schema"]["foreignKeys"] == [reference]
        (japanese,) = resource("goals.ja")["schema"]["foreignKeys"]
        assert japanese["reference"]["resource"] == "sheets.ja"
        assert resource("policies.ja")["schema"]["foreignKeys"] == [
            {"fields": ["上のコード"], "reference": {"resource": "", "fields": ["政策コード"]}}
        ]


def test_a_table_is_described_with_its_columns() -> None:
    goals = resource("goals.ja")
    fields = goals.pop("schema")["fields"]
    data = real_site().files["data/goals.ja.csv"]
    assert goals.pop("hash") == f"sha256:{real_site().manifest['data/goals.ja.csv'][0]}"
    assert goals == {
        "name": "goals.ja",
        "type": "table",
        "path": "goals.ja.csv",
        "title": "目標と指標（CSV形式、見出しは日本語）",
        "description": "1行は、取組指標1つ（シートと目標の欄は繰り返す。指標のない目標も1行）です。"
        "「=」「+」「-」「@」などで始まる値には、初めに「'」を付けています。",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
    }
    assert fields[0] == {
        "name": "年度",
        "type": "integer",
        "title": "年度",
        "description": "西暦。",
    }
    (codes,) = (field for field in fields if field["name"] == "総合計画（実施計画）上の位置づけ")
    assert codes | {"description": ""} == {
        "name": "総合計画（実施計画）上の位置づけ",
        "type": "list",
        "title": "総合計画（実施計画）上の位置づけ",
        "description": "",
        "delimiter": "\n",
        "itemType": "string",
    }


def test_a_database_is_no_text_and_no_table() -> None:
    database = resource("goalsheets.sqlite")
    assert (database["mediatype"], database.keys() & {"encoding", "schema", "type"}) == (
        "application/vnd.sqlite3",
        set(),
    )


class TestLicence:
    def test_none_is_named_while_the_terms_are_unconfirmed(self) -> None:
        words = "シートの内容の利用条件は、市に確認できていません。"
        assert "licenses" not in described()
        assert described()["terms"] == words
        assert described()["description"].endswith(words)

    @pytest.mark.parametrize(
        ("licence", "named"),
        [
            ("CC-BY-4.0", {"name": "CC-BY-4.0", "path": "https://spdx.org/licenses/CC-BY-4.0.html"}),
            ("https://example.jp/terms", {"path": "https://example.jp/terms"}),
        ],
    )
    def test_one_that_is_known_is_named(self, tmp_path: Path, licence: str, named: dict[str, str]) -> None:
        package = datapackage(made_up_holdings(tmp_path / "content", licence=licence))
        assert package["licenses"] == [named]
        assert package["terms"] == f"シートの内容の利用条件：{licence}"


def test_the_municipal_code_stands_in_the_paths_alone(tmp_path: Path) -> None:
    package = datapackage(made_up_holdings(tmp_path / "content", 'code: "151009"\n'))
    names = {one["name"]: one["path"] for one in package["resources"]}
    assert (names["sheets"], names["sheets.ja"]) == ("151009_sheets.csv", "151009_sheets.ja.csv")
