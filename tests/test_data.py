from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from goalsheets.data import sheet_data
from goalsheets.model import Goal, Indicator, Initiative, Sheet
from tests.samples import CONTENT, entries_of, raw_sheet, real_site


def read_back(data: dict[str, Any]) -> Sheet:
    """Make a sheet again from its data."""
    goals = []
    for goal in data["goals"]:
        indicators = tuple(Indicator(**_tuples(row)) for row in goal["indicators"])
        initiatives = tuple(Initiative(**_tuples(row)) for row in goal["initiatives"])
        known = {key: value for key, value in _tuples(goal).items() if key in Goal._fields}
        goals.append(Goal(**known | {"indicators": indicators, "initiatives": initiatives}))
    days = {key: date.fromisoformat(data[key]) if data[key] else None for key in ("created", "evaluated")}
    known = {key: value for key, value in _tuples(data).items() if key in Sheet._fields}
    return Sheet(**known | days | {"goals": tuple(goals)})


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def test_every_sheet_is_read_back_whole() -> None:
    frame, entries, _ = entries_of(CONTENT)
    for entry in entries:
        assert read_back(json.loads(sheet_data(entry, frame.site).whole)) == entry.sheet


def test_each_goal_stands_alone_on_a_line_with_its_sheet() -> None:
    frame, entries, _ = entries_of(CONTENT)
    for entry in entries:
        whole, head, lines = sheet_data(entry, frame.site)
        sheet, records = json.loads(whole), [json.loads(line) for line in lines.splitlines()]
        assert len(records) == len(entry.sheet.goals)
        assert json.loads(head) == {key: value for key, value in sheet.items() if key != "goals"}
        for goal, record in zip(sheet["goals"], records, strict=True):
            told = ("fiscal_year", "division_slug", "unit_slug", "division", "unit", "created", "evaluated", "licence")
            address = {"address": f"{sheet['address']}#goal-{goal['number']}"}
            assert record == {key: sheet[key] for key in told} | address | goal


def test_the_state_and_the_terms_of_use_are_said_in_words() -> None:
    data = json.loads(real_site().files["sheets/2024/shimin-seikatsu/shimin-seikatsu/sheet.json"])
    assert data["licence"] == "シートの内容の利用条件は、市に確認できていません。"
    assert data["goals"][0]["rating"] == "×"
    assert data["goals"][0]["state"] == "未達成"


def test_the_data_stands_beside_the_page_with_its_address() -> None:
    data = json.loads(real_site().files["sheets/2025/kita/chiiki-somu/sheet.json"])
    assert (data["address"], data["division_slug"], data["unit_slug"]) == (
        "https://example.jp/sheets/2025/kita/chiiki-somu/",
        "kita",
        "chiiki-somu",
    )


@pytest.mark.parametrize("key", ["division", "unit", "policy_indicators"])
def test_text_is_as_printed(key: str) -> None:
    data = json.loads(real_site().files["sheets/2025/kita/chiiki-somu/sheet.json"])
    assert data[key] == raw_sheet("sheets/2025/kita/chiiki-somu.yaml")[key]
