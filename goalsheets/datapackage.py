"""Describe the files of data for programs that read tables: a Data Package (version 2) of Frictionless Data."""

from __future__ import annotations

from typing import Any

from goalsheets.cells import END
from goalsheets.columns import GOALS, INITIATIVES, POLICIES, SHEETS, Column, Table
from goalsheets.holdings import File, Holdings
from goalsheets.licences import SPDX, licence_address

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_CELLS = "「=」「+」「-」「@」などで始まる値には、初めに「'」を付けています。"
_LINES = "1行に1つ。1つの値の中の改行は、U+2028という文字にしています。"

_MAY_BE_BLANK = frozenset(("indicator_number",))
"""The columns of keys that are blank in some rows, which a primary key may not be."""

_REFERENCES = {
    GOALS: (SHEETS.key, SHEETS, SHEETS.key),
    INITIATIVES: (SHEETS.key, SHEETS, SHEETS.key),
    POLICIES: (("above",), POLICIES, POLICIES.key),
}
"""Which columns of a table name a row, of which table, and by which of its columns."""


def datapackage(holdings: Holdings) -> dict[str, Any]:
    """Describe all files, each table with its columns and keys."""
    site = holdings.site
    return {
        "$schema": PROFILE,
        "name": "goalsheets",
        "title": holdings.title,
        "description": f"{holdings.description}{site.terms}",
        "homepage": holdings.address,
        **_licence(site.licence),
        "terms": site.terms,
        "sources": [{"title": f"{site.city}が書いた組織目標管理シート"}],
        "keywords": ["組織目標管理シート", site.city],
        "resources": [_resource(file) for file in holdings.files],
    }


def _licence(licence: str) -> dict[str, Any]:
    """Name the licence where there is one; terms that are not known are not made up."""
    address = licence_address(licence)
    if address is None:
        return {}
    return {"licenses": [{"name": licence, "path": address} if licence in SPDX else {"path": address}]}


def _resource(file: File) -> dict[str, Any]:
    table = file.table
    name = _resource_name(table, japanese=file.japanese) if table else file.name
    return {
        "name": name,
        **({"type": "table"} if table else {}),
        "path": file.name,
        "title": file.contents,
        **({"description": f"1行は、{table.row}です。{_CELLS}"} if table else {}),
        "format": file.name.rpartition(".")[2],
        "mediatype": file.media,
        **({} if file.name.endswith(".sqlite") else {"encoding": "utf-8"}),
        "bytes": file.size,
        "hash": f"sha256:{file.digest}",
        **({"dialect": _DIALECT, "schema": _schema(table, japanese=file.japanese)} if table else {}),
    }


_DIALECT = {"delimiter": ",", "lineTerminator": END, "quoteChar": '"', "doubleQuote": True, "header": True}


def _resource_name(table: Table, *, japanese: bool) -> str:
    return f"{table.name}.ja" if japanese else table.name


def _schema(table: Table, *, japanese: bool) -> dict[str, Any]:
    names = {one.name: one.heading if japanese else one.name for one in table.columns}
    return {
        "fields": [_field(one, names[one.name]) for one in table.columns],
        "missingValues": [""],
        **_key([names[one] for one in table.key], blank=not _MAY_BE_BLANK.isdisjoint(table.key)),
        **_reference(table, names, japanese=japanese),
    }


def _field(column: Column, name: str) -> dict[str, Any]:
    field = {"name": name, "type": column.kind, "title": column.heading, "description": column.meaning}
    if column.kind != "list":
        return field
    return field | {"description": f"{column.meaning}{_LINES}", "delimiter": "\n", "itemType": "string"}


def _key(names: list[str], *, blank: bool) -> dict[str, Any]:
    if not names:
        return {}
    return {"uniqueKeys": [names]} if blank else {"primaryKey": names}


def _reference(table: Table, names: dict[str, str], *, japanese: bool) -> dict[str, Any]:
    if table not in _REFERENCES:
        return {}
    columns, other, key = _REFERENCES[table]
    headings = {one.name: one.heading if japanese else one.name for one in other.columns}
    where = "" if other is table else _resource_name(other, japanese=japanese)
    reference = {"resource": where, "fields": [headings[one] for one in key]}
    return {"foreignKeys": [{"fields": [names[one] for one in columns], "reference": reference}]}
