"""Describe the database for Datasette, which puts it on the web with a search and an API."""

from __future__ import annotations

from typing import Any

from goalsheets.columns import GOALS, INITIATIVES, POLICIES, SHEETS, Table
from goalsheets.holdings import Holdings
from goalsheets.licences import licence_address

_FIND = """\
SELECT sheets.fiscal_year AS 年度, sheets.division AS 部署, sheets.unit AS 課, goals.number AS 番号,
    goals.objective AS 組織目標, goals.state AS 評価の状況, goals.address AS アドレス
FROM goals JOIN sheets ON sheets.id = goals.sheet
WHERE goals.id IN (
    SELECT rowid FROM search WHERE length(:words) > 2 AND search MATCH '"' || replace(:words, '"', '""') || '"'
    UNION
    SELECT id FROM words WHERE length(:words) IN (1, 2) AND (
        instr(objective, :words) OR instr(status, :words) OR instr(next, :words)
        OR instr(indicators, :words) OR instr(initiatives, :words))
)
ORDER BY sheets.fiscal_year DESC, goals.id
"""
"""Looks for three letters and more in the index, which has no fewer; for one or two in the words themselves."""

_GOAL = {"goal": "どの目標のものか。"}


def datasette_metadata(holdings: Holdings) -> dict[str, Any]:
    """Describe the tables and their columns, which of them to search and sort, and a question to ask."""
    site = holdings.site
    address = licence_address(site.licence)
    terms = {"license": site.licence, "license_url": address} if address else {}
    find = {
        "title": "言葉で目標を探す",
        "description": "言葉（words）が、目標、指標、取組、目標達成状況、今後の方針のどこかにある目標です。",
        "sql": _FIND,
    }
    return {
        "title": holdings.title,
        "description": f"{holdings.description}{site.terms}",
        **terms,
        "source": site.title,
        "source_url": holdings.address,
        "databases": {"goalsheets": {"tables": _tables(), "queries": {"find_goals": find}}},
    }


def _tables() -> dict[str, Any]:
    return {
        "sheets": _table(
            "シート。1行は、シート1枚です。",
            _meanings(SHEETS, "fiscal_year division_slug unit_slug division unit created evaluated source")
            | _meanings(SHEETS, "policy_indicators address licence"),
            label_column="unit",
            sort_desc="fiscal_year",
            facets=["fiscal_year", "division"],
        ),
        "goals": _table(
            "目標。1行は、目標1件です。3文字以上の言葉で検索できます。",
            {"sheet": "どのシートのものか。"}
            | _meanings(GOALS, "number", {"number": "goal"})
            | _meanings(GOALS, "objective policies state rating status next continues notes address"),
            label_column="objective",
            facets=["state", "rating"],
            fts_table="search",
            fts_pk="id",
        ),
        "indicators": _table("取組指標。1行は、指標1つです。", _GOAL | _meanings_of_indicators(), label_column="name"),
        "initiatives": _table(
            "主な取組（事業）。1行は、取組名称1つです。",
            _GOAL
            | _meanings(INITIATIVES, "number", {"number": "initiative_number"})
            | _meanings(INITIATIVES, "name summary indicators"),
            label_column="name",
        ),
        "policies": _table(
            "政策コード。1行は、コード1つです。",
            _meanings(POLICIES, "code plan level above title address"),
            label_column="code",
            facets=["plan", "level"],
        ),
        "goal_policies": _table(
            "目標と政策コードの組。1行は、目標1件に書かれたコード1つです。",
            {"goal": "どの目標か。", "policy": "どの政策コードか。"},
        ),
    }


def _table(description: str, columns: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"description": description, "columns": columns, **more}


def _meanings_of_indicators() -> dict[str, str]:
    names = "number name target result policies status next"
    return _meanings(GOALS, names, {name: f"indicator_{name}" for name in names.split()})


def _meanings(table: Table, names: str, renamed: dict[str, str] | None = None) -> dict[str, str]:
    """Return what stands in some columns; `renamed` has their names in the table where these differ."""
    columns = {one.name: one for one in table.columns}
    found = {name: columns[(renamed or {}).get(name, name)] for name in names.split()}
    return {
        name: f"{one.heading}：{one.meaning}{'1行に1つ。' if one.kind == 'list' else ''}" for name, one in found.items()
    }
