"""Give Hugo and Eleventy the same sheets, with all that their templates would otherwise have to work out."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, product
from pathlib import Path
from typing import Any

from bench import words
from bench.sheets import CODES, DIVISIONS, Goal, Place, Sheet, division_name, sheet, unit_name
from bench.writing import BASE_URL, CITY, NOTICE, PLANS, TITLE, sheet_text, units, write, written_otherwise
from goalsheets.figures import Charts, charts_of
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.ratings import RATING_MARKS, State, Tally
from goalsheets.rendering import TEMPLATES, stylesheet
from goalsheets.years import date_words, fiscal_year_words

HERE = Path(__file__).resolve().parent
DRAWN = "図の棒は結果、縦の線は目標です。"
LICENCE = "シートの内容の利用条件は、市に確認できていません。"
MOST_ROWS = 2
"""How many indicators, and how many initiatives, a goal of the made-up sheets has at most."""
UNMET = (State.PARTLY, State.MISSED)
KINDS = {"wards": ("区から探す", "区役所ごと", "区"), "departments": ("部署から探す", "部署ごと", "部署")}


@dataclass(frozen=True)
class Told:
    """Hold a sheet with what index pages tell of it."""

    number: int
    made: Sheet

    @property
    def place(self) -> Place:
        return self.made.place

    @property
    def address(self) -> str:
        return f"/sheets/{self.place}/"

    @cached_property
    def states(self) -> list[State]:
        return [_state(self.made, goal) for goal in self.made.goals]

    @cached_property
    def codes(self) -> list[list[PolicyCode]]:
        return [[code for printed in goal.policies if (code := parse_code(printed))] for goal in self.made.goals]

    @cached_property
    def cited(self) -> dict[PolicyCode, list[int]]:
        """Return the goals that cite each code, or one below it, counted from 0."""
        found: dict[PolicyCode, list[int]] = {}
        for number, codes in enumerate(self.codes):
            for code in dict.fromkeys(wider for own in codes for wider in own.ancestors()):
                found.setdefault(code, []).append(number)
        return found


def write_peers(folder: Path, count: int) -> None:
    """Write a folder for Hugo and one for Eleventy; both read the sheets of Hugo's."""
    for peer in ("hugo", "eleventy"):
        shutil.copytree(HERE / peer, folder / peer, ignore=shutil.ignore_patterns("node_modules"))
        write(folder / peer / "static/assets/site.css", stylesheet(TEMPLATES).decode())
        shutil.copytree(TEMPLATES / "assets", folder / peer / "static/assets", dirs_exist_ok=True)
    told = [Told(number, sheet(number)) for number in range(count)]
    told.sort(key=lambda one: (-one.place.year, DIVISIONS.index(one.place.division), one.place.unit))
    city = _City(told, units(count))
    for rank, one in enumerate(told, 1):
        head = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in city.head(one, rank))
        text = sheet_text(one.made, otherwise=written_otherwise(one.number))
        write(folder / f"hugo/content/sheets/{one.place}.md", f"---\n{head}{text}---\n")
    cited = {one.address: {slug(code): numbers for code, numbers in one.cited.items()} for one in told}
    measures = {one.address: [_measures(goal) for goal in one.made.goals] for one in told}
    for name, facts in (("city", city.facts()), ("cited", cited), ("measures", measures)):
        write(folder / f"hugo/data/{name}.json", json.dumps(facts, ensure_ascii=False))


def slug(code: PolicyCode) -> str:
    """Return the name of a policy code in addresses."""
    return "-".join([PLANS[code.prefix][0], *map(str, code.numbers)])


def list_folder(division: str) -> str:
    """Return where the page of a division stands."""
    return "wards" if division in words.WARDS else "departments"


class _City:
    """Work out what the pages of a city's sheets tell besides the sheets."""

    def __init__(self, told: list[Told], known_units: dict[str, list[str]]) -> None:
        self.told = told
        self.units = known_units
        self.years: dict[int, list[Told]] = _grouped((one.place.year, one) for one in told)
        self.divisions = _grouped((one.place.division, one) for one in told)
        self.of_unit = _grouped(((one.place.division, one.place.unit), one) for one in told)
        cited = [(code, (one, number)) for one in told for code, numbers in one.cited.items() for number in numbers]
        self.tallies: dict[str, dict[str, Any]] = {}
        rank = list(PLANS)
        self.policies = dict(
            sorted(_grouped(cited).items(), key=lambda item: (rank.index(item[0].prefix), item[0].numbers))
        )

    def head(self, one: Told, rank: int) -> Iterable[tuple[str, Any]]:
        """Give the front matter of a sheet besides its own fields."""
        where = one.place
        years = sorted(other.place.year for other in self.of_unit[where.division, where.unit])
        at = years.index(where.year)
        yield "weight", rank
        yield "years", [str(where.year)]
        yield list_folder(where.division), [where.division]
        yield "units", [f"{where.division}/{where.unit}"]
        yield "policies", [slug(code) for code in one.cited]
        yield "tally", self.tally(one.states)
        yield "states", [list(State).index(state) for state in one.states]
        yield "unmet", [number for number, state in enumerate(one.states) if state in UNMET]
        yield "before", years[at - 1] if at else None
        yield "after", years[at + 1] if at + 1 < len(years) else None
        yield "past", next((f"/sheets/{other}" for other in self.last_year(where)), None)

    def last_year(self, where: Place) -> Iterator[Place]:
        """Give last year's sheet of a unit, where it says what was to come next."""
        for one in self.of_unit[where.division, where.unit]:
            if one.place.year == where.year - 1 and one.made.evaluated:
                yield one.place

    def tally(self, states: Iterable[State]) -> str:
        """Count goals by state; return the name under which the counts stand."""
        tally = Tally.of(states)
        counts = [tally[state] for state in State]
        key = "-".join(map(str, counts))
        shares = [[state.slug, start, width] for state, start, width in tally.shares]
        self.tallies[key] = {"counts": counts, "total": tally.total, "waiting": tally.waiting, "shares": shares}
        return key

    def tally_of(self, told: Iterable[Told]) -> str:
        return self.tally(state for one in told for state in one.states)

    def facts(self) -> dict[str, Any]:
        """Return what index pages, menus and lists tell."""
        menu = [("/search/", "検索"), *((f"/years/{year}/", f"{year}年度") for year in list(self.years)[:2])]
        menu += [(f"/{kind}/", name) for kind, (_, _, name) in KINDS.items()]
        menu.append(("/policies/", "政策"))
        return {
            "title": TITLE,
            "city": CITY,
            "base_url": BASE_URL,
            "notice": NOTICE,
            "licence": LICENCE,
            "menu": [{"address": address, "words": name} for address, name in menu],
            "menu_addresses": [address for address, _ in menu],
            "states": [{"slug": state.slug, "mark": state.mark, "word": state.word} for state in State],
            "years": {str(year): self.year(year) for year in self.years},
            "divisions": {division: self.division(division) for division in self.units},
            "units": {
                f"{division}/{unit}": f"{division_name(division)} {unit_name(unit)}" for division, unit in self.of_unit
            },
            "found_divisions": list(self.units),
            "siblings": self.siblings(),
            "policies": {slug(code): self.policy(code) for code in self.policies},
            "policy_order": [slug(code) for code in self.policies],
            "plans": self.plans(),
            "lists": {kind: self.list_of(kind) for kind in KINDS},
            "home": self.home(),
            "codes": {
                printed: slug(code) for printed in CODES if (code := parse_code(printed)) and code in self.policies
            },
            "days": {day: date_words(date.fromisoformat(day)) for day in self.days()},
            "layouts": _layouts(),
            "tallies": self.tallies,
        }

    def days(self) -> set[str]:
        return {day for one in self.told for day in (one.made.created, one.made.evaluated) if day}

    def year(self, year: int) -> dict[str, Any]:
        told = self.years[year]
        groups = _grouped((one.place.division, one) for one in told)
        return {
            "words": fiscal_year_words(year),
            "sheets": len(told),
            "tally": self.tally_of(told),
            "coverage": _coverage(groups, len(told)),
            "standings": self.standings(groups),
            "others": [str(other) for other in self.years if other != year],
        }

    def standings(self, groups: dict[str, list[Told]]) -> dict[str, Any]:
        """Compare divisions: a row each, and the states that occur in any."""
        rows = [
            (f"/{list_folder(key)}/{key}/", division_name(key), len(told), self.tally_of(told))
            for key, told in groups.items()
        ]
        return self.compared(rows)

    def compared(self, rows: list[tuple[str, str, int, str]]) -> dict[str, Any]:
        counts = [self.tallies[tally]["counts"] for *_, tally in rows]
        return {
            "rows": [dict(zip(("address", "words", "sheets", "tally"), row, strict=True)) for row in rows],
            "states": [number for number in range(len(State)) if any(count[number] for count in counts)],
        }

    def division(self, division: str) -> dict[str, Any]:
        told, kind = self.divisions[division], list_folder(division)
        groups = _grouped((str(one.place.year), one) for one in told)
        return {
            "name": division_name(division),
            "address": f"/{kind}/{division}/",
            "kind": [f"/{kind}/", KINDS[kind][2]],
            "sheets": len(told),
            "tally": self.tally_of(told),
            "groups": {year: self.tally_of(group) for year, group in groups.items()},
            "units": [
                [f"/units/{division}/{unit}/", unit_name(unit), len(self.of_unit[division, unit])]
                for unit in self.units[division]
            ],
        }

    def siblings(self) -> dict[str, list[list[str]]]:
        groups = _grouped((f"{one.place.year}/{one.place.division}", one) for one in self.told)
        return {key: [[one.address, one.made.unit] for one in group] for key, group in groups.items()}

    def policy(self, code: PolicyCode) -> dict[str, Any]:
        found = self.policies[code]
        groups = groupby(found, lambda pair: pair[0].place.year)
        above = [[f"/policies/{slug(wider)}/", str(wider)] for wider in code.ancestors()[:-1]]
        return {
            "code": str(code),
            "plan": PLANS[code.prefix][1],
            "level": len(code.numbers),
            "above": "".join(map(str, code.ancestors()[-2:-1])),
            "tally": self.tally(one.states[number] for one, number in found),
            "groups": {str(year): self.tally(one.states[n] for one, n in group) for year, group in groups},
            "crumbs": [["/policies/", "政策"], *above],
            "has_below": code in self.below,
            "around": self.around(code),
        }

    def around(self, here: PolicyCode) -> list[dict[str, Any]]:
        """Return the tree of codes that the page of one shows."""
        found = self.branch(here) | {"open": True}
        *above, _ = here.ancestors()
        for upper in reversed(above):
            level = [found if code == here else _named(code) for code in self.below[upper]]
            found, here = _named(upper) | {"below": level, "open": True}, upper
        codes = [here] if above else self.below[here.above]
        return [found if code == here else _named(code) for code in codes]

    def branch(self, code: PolicyCode) -> dict[str, Any]:
        """Return a code with the counts of its goals, and all below it."""
        tally = self.tally(one.states[number] for one, number in self.policies[code])
        return _named(code) | {"tally": tally, "below": [self.branch(lower) for lower in self.below.get(code, ())]}

    @cached_property
    def below(self) -> dict[PolicyCode, list[PolicyCode]]:
        """Return the codes one level below each code; the widest are below the code without a number."""
        return _grouped((code.above, code) for code in self.policies)

    def plans(self) -> list[dict[str, Any]]:
        tops = [code for code in self.policies if len(code.numbers) == 1]
        plans = []
        for prefix, (plan, name) in PLANS.items():
            codes = [code for code in tops if code.prefix == prefix]
            rows = [(f"/policies/{slug(code)}/", str(code), 0, self.policy(code)["tally"]) for code in codes]
            branches = list(map(self.branch, codes))
            plans.append({"slug": plan, "name": name, "branches": branches, "standings": self.compared(rows)})
        return plans

    def list_of(self, kind: str) -> list[Any]:
        title, by, name = KINDS[kind]
        divisions = [division for division in self.units if list_folder(division) == kind]
        standings = self.standings({division: self.divisions[division] for division in divisions})
        return [title, f"{by}に、目標とその結果をまとめています。", name, standings]

    def home(self) -> dict[str, Any]:
        year = next(year for year, told in self.years.items() if any(one.made.evaluated for one in told))
        missed = [
            [one.address, number]
            for one in self.years[year]
            for number, state in enumerate(one.states)
            if state is State.MISSED
        ]
        latest = sorted(self.told, key=lambda one: one.made.evaluated or one.made.created, reverse=True)
        departments = [division_name(division) for division in self.units if list_folder(division) == "departments"]
        return {
            "year": str(year),
            "years": [str(year) for year in self.years],
            "sheets": len(self.told),
            "goals": sum(len(one.states) for one in self.told),
            "missed": len(missed),
            "missed_rows": missed[:10],
            "latest_rows": [one.address for one in latest[:6]],
            "ways": [
                ["/wards/", "区から", "・".join(words.WARDS[slug] for slug in self.units if slug in words.WARDS)],
                ["/departments/", "部署から", "・".join(departments)],
                ["/policies/", "政策から", "政策コードごとに、目標を部署をこえて集めています"],
            ],
        }


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return dict(groups)


def _state(made: Sheet, goal: Goal) -> State:
    if goal.rating:
        return RATING_MARKS[goal.rating]
    return State.NO_RATING if made.evaluated else State.NOT_EVALUATED


def _named(code: PolicyCode) -> dict[str, Any]:
    """Return a code of a tree of which nothing more is told."""
    return {"slug": slug(code), "code": str(code), "tally": "", "below": [], "open": False}


def _measures(goal: Goal) -> dict[str, Any]:
    """Return what can be drawn of a goal's indicators, None where nothing can, and the words below the table."""
    charts = charts_of([(row.target, row.result) for row in goal.indicators])
    return {"rows": _drawn(charts), "words": f"{DRAWN if charts.drawn else ''}{charts.refused}"}


def _drawn(charts: Charts) -> list[dict[str, Any] | None]:
    return [
        found
        and {
            "target": found.target.words,
            "result": found.result.words,
            "target_length": found.target_length,
            "result_length": found.result_length,
        }
        for found in charts.measures
    ]


def _layouts() -> dict[str, list[dict[str, int]]]:
    """Return the rows of a goal on the official form, by its indicators and initiatives, where there are several.

    Each row has how many rows the indicator that begins in it covers, and the initiative; 0 where none begins.
    """
    counts = range(1, MOST_ROWS + 1)
    found = {}
    for indicators, initiatives in product(counts, counts):
        height = max(indicators, initiatives)
        if height > 1:
            spans = zip(_spans(indicators, height), _spans(initiatives, height), strict=True)
            found[f"{indicators}-{initiatives}"] = [{"indicator": over, "initiative": below} for over, below in spans]
    return found


def _spans(items: int, height: int) -> list[int]:
    """Spread items over rows: one each, and the last over what is left."""
    return [*[1] * (items - 1), height - items + 1, *[0] * (height - items)]


def _coverage(groups: dict[str, list[Told]], sheets: int) -> str:
    if len(groups) > 5:
        return f"{len(groups)}の区・部署のシート{sheets}枚を載せています。"
    told = "、".join(f"{division_name(division)}の{len(group)}枚" for division, group in groups.items())
    return f"載せているシートは、{told}です。"
