"""Count the city's own sheets without the program: straight from the YAML, as texts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.samples import CONTENT

WORDS = {"○": "達成", "〇": "達成", "◯": "達成", "△": "一部未達成", "×": "未達成"}


@dataclass(frozen=True)
class Counted:
    """Hold what a sheet's file says, as far as pages count it."""

    year: str
    division: str
    unit: str
    numbers: tuple[str, ...]
    states: tuple[str, ...]
    codes: tuple[frozenset[str], ...]

    @property
    def address(self) -> str:
        return f"sheets/{self.year}/{self.division}/{self.unit}/"


@cache
def sheets() -> tuple[Counted, ...]:
    """Return every sheet of the content."""
    return tuple(_counted(path) for path in sorted(CONTENT.glob("sheets/*/*/*.yaml")))


@cache
def divisions() -> tuple[dict[str, Any], ...]:
    """Return the divisions of organization.yaml."""
    return tuple(_texts(CONTENT / "organization.yaml")["divisions"])


def tally(some: Iterable[Counted]) -> Counter[str]:
    """Count the goals of some sheets by the word of their state."""
    return Counter(state for sheet in some for state in sheet.states)


def tally_of_code(code: str) -> Counter[str]:
    """Count the goals that cite a code, or one below it, by the word of their state."""
    return Counter(
        state for sheet in sheets() for state, codes in zip(sheet.states, sheet.codes, strict=True) if code in codes
    )


def policy_codes() -> set[str]:
    """Return the address names of every cited code and of those above it."""
    return {code for sheet in sheets() for codes in sheet.codes for code in codes}


def _texts(path: Path) -> dict[str, Any]:
    texts: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return texts


def _counted(path: Path) -> Counted:
    sheet = _texts(path)
    goals = sheet["goals"]
    return Counted(
        path.parts[-3],
        path.parts[-2],
        path.stem,
        tuple(goal["number"] for goal in goals),
        tuple(_state(goal, bool(sheet.get("evaluated"))) for goal in goals),
        tuple(frozenset(_codes(goal)) for goal in goals),
    )


def _state(goal: dict[str, Any], evaluated: bool) -> str:
    if goal["rating"]:
        return WORDS[goal["rating"]]
    if not evaluated:
        return "未評価"
    return "評価記載なし" if any(row["result"] for row in goal["indicators"]) else "結果記載なし"


def _codes(goal: dict[str, Any]) -> Iterable[str]:
    printed = [*goal["policies"]]
    for row in goal["indicators"]:
        printed += row.get("policies", [])
    for code in printed:
        prefix, numbers = re.findall(r"^(\D+)([\d-]+)$", unicodedata.normalize("NFKC", code))[0]
        levels = numbers.split("-")
        for depth in range(len(levels)):
            yield f"{_slugs()[prefix]}-{'-'.join(levels[: depth + 1])}"


@cache
def _slugs() -> dict[str, str]:
    return {plan["prefix"]: plan["slug"] for plan in _texts(CONTENT / "policies.yaml")["plans"]}
