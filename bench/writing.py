"""Write made-up sheets as the YAML that people type, and the content folder around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import words
from bench.sheets import DIVISIONS, Place, Sheet, division_name, place, sheet, unit_name

OTHERWISE = 20
"""One sheet in so many is written as other people write: folded, and in quotes with escapes."""

TITLE, CITY, BASE_URL = "組織目標管理シート", "見本市", "https://example.jp/"
NOTICE = "このサイトの中身は、速さを測るために作ったもので、実在する市のものではありません。"
SITE = f"""\
title: {TITLE}
city: {CITY}
base_url: {BASE_URL}
notice: {NOTICE}
licence: unconfirmed
"""
PLANS = {"政策": ("seisaku", "総合計画の政策"), "行財": ("gyozai", "総合計画の行財")}

_FOLDED_AFTER = 40
_CLAUSE = re.compile("[^、。]*[、。]|[^、。]+$")


def write_content(folder: Path, count: int) -> None:
    """Write a content folder with so many sheets."""
    for number in range(count):
        write(folder / f"sheets/{place(number)}.yaml", sheet_text(sheet(number), otherwise=written_otherwise(number)))
    write(folder / "site.yaml", SITE)
    write(folder / "policies.yaml", _plans())
    write(folder / "organization.yaml", _organization(units(count)))


def write(path: Path, text: str) -> None:
    """Write a file, and the folders it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def units(count: int) -> dict[str, list[str]]:
    """Return the units of each division that so many sheets are of."""
    found: dict[str, dict[str, None]] = {slug: {} for slug in DIVISIONS}
    for where in map(place, range(count)):
        found[where.division][where.unit] = None
    return {division: sorted(slugs) for division, slugs in found.items() if slugs}


def written_otherwise(number: int) -> bool:
    """Tell whether a sheet is written as other people write."""
    return number % OTHERWISE == OTHERWISE - 1


def sheet_text(made: Sheet, *, otherwise: bool = False) -> str:
    """Write a sheet as YAML."""
    value = _as_others_write if otherwise else _as_most_write
    return "".join(f"{line}\n" for line in _lines(made, value))


_Value = Callable[[str, int], str]
"""Write a text behind its key; the key stands so many blanks from the margin."""


def _lines(made: Sheet, value: _Value) -> Iterator[str]:
    yield f"fiscal_year: {made.place.year}"
    yield f"created: {made.created}"
    yield f"evaluated: {made.evaluated}".rstrip()
    yield f"division: {made.division}"
    yield f"unit: {made.unit}"
    yield "policy_indicators:"
    yield from (f"  - {name}" for name in made.policy_indicators)
    yield "goals:"
    for goal in made.goals:
        yield f"  - number: {goal.number}"
        yield f"    objective:{value(goal.objective, 4)}"
        yield f"    policies: [{', '.join(goal.policies)}]"
        yield "    indicators:"
        for indicator in goal.indicators:
            yield f"      - name:{value(indicator.name, 8)}"
            yield f"        target:{_figure(indicator.target)}"
            yield f"        result:{_figure(indicator.result)}"
        yield "    initiatives:"
        for initiative in goal.initiatives:
            yield f"      - names: [{', '.join(initiative.names)}]"
            yield f"        summary:{value(initiative.summary, 8)}"
        yield f"    rating: {goal.rating}".rstrip()
        yield f"    status:{value(goal.status, 4)}"
        yield f"    next:{value(goal.next, 4)}"
        if goal.notes:
            yield "    notes:"
            yield from (f"      - {note}" for note in goal.notes)


def _as_most_write(text: str, indent: int) -> str:
    if "\n" in text:
        return _block("|-", text.split("\n"), indent)
    return f" {text}" if text else ""


def _as_others_write(text: str, indent: int) -> str:
    if "\n" in text:
        return _escaped(text)
    if len(text) > _FOLDED_AFTER:
        return _block(">-", _CLAUSE.findall(text), indent)
    return _escaped(text) if text else ""


def _block(sign: str, lines: list[str], indent: int) -> str:
    return "".join([f" {sign}", *(f"\n{' ' * (indent + 2)}{line}" for line in lines)])


def _escaped(text: str) -> str:
    """Write a text in quotes, with its line breaks and brackets as escapes."""
    escapes = {"\n": r"\n", "「": r"\u300c", "」": r"\u300d"}
    return ' "{}"'.format("".join(escapes.get(letter, letter) for letter in text))


def _figure(text: str) -> str:
    return _as_most_write(text, 8) if "\n" in text or not text else f' "{text}"'


def _plans() -> str:
    plans = (f"  - slug: {slug}\n    prefix: {prefix}\n    name: {name}\n" for prefix, (slug, name) in PLANS.items())
    return "".join(["plans:\n", *plans])


def _organization(divisions: dict[str, list[str]]) -> str:
    lines = ["divisions:"]
    for division, slugs in divisions.items():
        lines += [f"  - slug: {division}", f"    name: {division_name(division)}"]
        ward = words.WARDS.get(division)
        lines += ["    kind: ward", f"    ward: {ward}"] if ward else ["    kind: department"]
        lines.append("    units:")
        for slug in slugs:
            lines += [f"      - slug: {slug}", f"        name: {unit_name(slug)}"]
    return "".join(f"{line}\n" for line in lines)


def edit(content: Path, where: Place, remark: str) -> None:
    """Put a remark before the objective of a sheet's first goal."""
    path = content / f"sheets/{where}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("objective: ", f"objective: {remark}", 1), encoding="utf-8")
