"""Write a sheet as data: the same keys as in its file, text as printed, null where nothing is written."""

from __future__ import annotations

import json
from typing import Any

from goalsheets.addresses import sheet_address
from goalsheets.catalog import Entry
from goalsheets.model import Goal

_AS_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def sheet_data(entry: Entry) -> bytes:
    """Return a whole sheet as JSON, with its address and the names of its division and unit in addresses."""
    sheet = entry.sheet._asdict()
    sheet["created"] = _day(sheet["created"])
    sheet["evaluated"] = _day(sheet["evaluated"])
    sheet["goals"] = [_goal(goal) for goal in entry.sheet.goals]
    where = {
        "address": sheet_address(entry.place),
        "division_slug": entry.division.slug,
        "unit_slug": entry.unit.slug,
    }
    return f"{_AS_JSON(where | sheet)}\n".encode()


def _goal(goal: Goal) -> dict[str, Any]:
    return goal._asdict() | {
        "indicators": [indicator._asdict() for indicator in goal.indicators],
        "initiatives": [initiative._asdict() for initiative in goal.initiatives],
    }


def _day(day: object) -> str | None:
    return str(day) if day else None
