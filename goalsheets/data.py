"""Write a sheet as data: the same keys as in its file, text as printed, null where nothing is written."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from goalsheets.addresses import goal_address, sheet_address
from goalsheets.catalog import Entry
from goalsheets.model import Goal, Site
from goalsheets.ratings import State

_AS_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class SheetData(NamedTuple):
    """Hold a sheet as JSON: whole, without its goals, and each goal on a line of its own with the sheet repeated."""

    whole: bytes
    head: bytes
    goals: bytes


def sheet_data(entry: Entry, site: Site) -> SheetData:
    """Write a sheet as JSON."""
    sheet = entry.sheet
    place = {"division_slug": entry.division.slug, "unit_slug": entry.unit.slug}
    head = {
        "fiscal_year": sheet.fiscal_year,
        **place,
        "division": sheet.division,
        "unit": sheet.unit,
        "created": _day(sheet.created),
        "evaluated": _day(sheet.evaluated),
    }
    rest = {"source": sheet.source, "policy_indicators": sheet.policy_indicators}
    licence = {"licence": site.terms}
    goals = [_AS_JSON(_goal(goal, state)) for goal, state in entry.goals]
    front = _AS_JSON({"address": site.base_url + sheet_address(entry.place), **head, **rest, **licence})
    repeated = _AS_JSON(head | licence)[:-1]
    lines = [
        f'{repeated},"address":{_AS_JSON(site.base_url + goal_address(entry.place, goal))},{text[1:]}\n'
        for (goal, _), text in zip(entry.goals, goals, strict=True)
    ]
    whole = f'{front[:-1]},"goals":[{",".join(goals)}]}}\n'
    return SheetData(whole.encode(), f"{front}\n".encode(), "".join(lines).encode())


def _goal(goal: Goal, state: State) -> dict[str, Any]:
    return goal._asdict() | {
        "continues": goal.continues or None,
        "indicators": [indicator._asdict() for indicator in goal.indicators],
        "initiatives": [initiative._asdict() for initiative in goal.initiatives],
        "state": state.word,
    }


def _day(day: object) -> str | None:
    return str(day) if day else None
