"""Say which columns the tables of data have, and fill their lines; pages, CSV and JSON name things alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from goalsheets.addresses import division_address, goal_address, policy_address, sheet_address
from goalsheets.binding import fields_of
from goalsheets.catalog import STATES, Brief, Catalog, Entry, tally_of
from goalsheets.cells import BOM, END, cell, line, listed
from goalsheets.model import Division, Goal, Indicator, Initiative, Record, Sheet, Site
from goalsheets.ratings import State, Tally


class Column(NamedTuple):
    """Describe a column: its name, its Japanese heading, what stands in it, and of which kind that is."""

    name: str
    heading: str
    meaning: str
    kind: str = "string"


class Table(NamedTuple):
    """Describe a table: its name, its title, what a row is, the columns that tell rows apart, and all columns."""

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def head(self, *, japanese: bool = False) -> str:
        """Return the beginning of the file, with the headings."""
        return BOM + line([column.heading if japanese else column.name for column in self.columns])


def _field(
    kind: type[Record], key: str, name: str = "", of: str = "string", whose: str = "", meaning: str = ""
) -> Column:
    """Return the column of a field, with a meaning of its own where the field's tells how to write a sheet's file."""
    field = fields_of(kind)[key]
    return Column(name or key, whose + field.title, meaning or field.description, of)


_PLACE = (
    _field(Sheet, "fiscal_year", of="integer", meaning="西暦。"),
    Column("division_slug", "部署のアドレスの名前", "区・部を見分ける名前。アドレスに使う。"),
    Column(
        "unit_slug", "課のアドレスの名前", "課を見分ける名前。アドレスに使う。部署が違えば、同じ名前の課は別のもの。"
    ),
)
_OFFICE = (*_PLACE, _field(Sheet, "division"), _field(Sheet, "unit"))
_DAYS = (_field(Sheet, "created", of="date"), _field(Sheet, "evaluated", of="date"))
_NUMBER = _field(Goal, "number", "goal", "integer")
_CODES = _field(Goal, "policies", of="list", meaning="政策コード。印字のとおり。なければ空欄。")
_STATE = Column("state", "評価の状況", f"{'、'.join(state.word for state in STATES)}のどれか。")
_RATING = Column("rating", "評価", "評価の印。印字のとおり。評価がまだなら空欄。")
_ENDS = (
    Column("address", "アドレス", "このサイトのページのアドレス。"),
    Column("licence", "利用条件", "シートの内容の利用条件。"),
)
_COUNTS = (
    Column("goals", "目標の件数", "目標の数。", "integer"),
    *(
        Column(state.slug.replace("-", "_"), f"{state.word}の件数", f"評価が「{state.word}」の目標の数。", "integer")
        for state in STATES
    ),
)

SHEETS = Table(
    "sheets",
    "シート",
    "シート1枚",
    ("fiscal_year", "division_slug", "unit_slug"),
    (
        *_OFFICE,
        Column("kind", "種類", "区か部署か。"),
        *_DAYS,
        _field(Sheet, "source"),
        _field(Sheet, "policy_indicators", of="list"),
        *_COUNTS,
        *_ENDS,
    ),
)
GOALS = Table(
    "goals",
    "目標と指標",
    "取組指標1つ（シートと目標の欄は繰り返す。指標のない目標も1行）",
    ("fiscal_year", "division_slug", "unit_slug", "goal", "indicator_number"),
    (
        *_OFFICE,
        *_DAYS,
        _NUMBER,
        _field(Goal, "objective"),
        _CODES,
        _STATE,
        _RATING,
        *(_field(Goal, key) for key in ("status", "next", "continues")),
        _field(Goal, "notes", of="list"),
        Column("indicator_number", "指標の番号", "目標の中で何番目の指標か。指標がなければ空欄。", "integer"),
        *(_field(Indicator, key, f"indicator_{key}") for key in ("name", "target", "result")),
        _field(Indicator, "policies", "indicator_policies", "list", whose="指標の"),
        *(_field(Indicator, key, f"indicator_{key}", whose="指標の") for key in ("status", "next")),
        *_ENDS,
    ),
)
INITIATIVES = Table(
    "initiatives",
    "主な取組（事業）",
    "取組名称1つ（概要が同じ取組は、取組の番号が同じ）",
    (),
    (
        *_OFFICE,
        _NUMBER,
        Column("initiative_number", "取組の番号", "目標の中で何番目の概要か。", "integer"),
        _field(Initiative, "names", "name", meaning="取組の名前。"),
        _field(Initiative, "summary"),
        _field(Initiative, "indicators", of="list"),
        *_ENDS,
    ),
)
POLICIES = Table(
    "policies",
    "政策コード",
    "政策コード1つ（件数は、そのコードか下のコードが書かれた目標の数）",
    ("code",),
    (
        Column("code", "政策コード", "コードの形をそろえたもの。"),
        Column("plan", "計画", "コードの初めの文字が表す計画。"),
        Column("level", "段", "1段目から3段目まで。", "integer"),
        Column("above", "上のコード", "1つ上の段のコード。1段目は空欄。"),
        Column("title", "題名", "市が確認した題名。分からなければ空欄。"),
        *_COUNTS,
        *_ENDS,
    ),
)
DIVISIONS = Table(
    "divisions",
    "区・部署",
    "区・部署1つ",
    ("division_slug",),
    (
        _PLACE[1],
        Column("name", "区・部署の名前", "このサイトでの名前。"),
        Column("sheets", "シートの枚数", "シートの数。", "integer"),
        *_COUNTS,
        *_ENDS,
    ),
)
LISTED_GOALS = Table(
    "listed_goals",
    "目標の一覧",
    "目標1件",
    ("fiscal_year", "division_slug", "unit_slug", "goal"),
    (
        *_OFFICE,
        _NUMBER,
        _field(Goal, "objective"),
        _CODES,
        _STATE,
        _RATING,
        *_ENDS,
    ),
)
"""What index pages list of goals, as a table."""

KIND_WORDS = {"ward": "区", "department": "部署"}


class Filled(NamedTuple):
    """Hold a sheet's lines of data: one of `SHEETS`, those of `GOALS` and `INITIATIVES`, one a goal for lists."""

    sheet: str
    goals: str
    initiatives: str
    listed: tuple[str, ...]


def filled(entry: Entry, site: Site) -> Filled:
    """Fill the lines of a sheet in all tables."""
    where, sheet = entry.place, entry.sheet
    office = ",".join(map(cell, (*where, sheet.division, sheet.unit)))
    days = f"{cell(sheet.created)},{cell(sheet.evaluated)}"
    goals, initiatives, lists = [], [], []
    for goal, state in entry.goals:
        end = _ends(goal_address(where, goal), site)
        objective, codes = cell(goal.objective), cell(listed(goal.policies))
        rating = cell(goal.rating)
        lists.append(f"{office},{goal.number},{objective},{codes},{state.word},{rating}{end}")
        rest = ",".join(map(cell, (goal.status, goal.next, goal.continues, listed(goal.notes))))
        front = f"{office},{days},{goal.number},{objective},{codes},{state.word},{rating},{rest},"
        goals += [f"{front}{row}{end}" for row in _indicator_rows(goal)]
        initiatives += [f"{office},{goal.number},{row}{end}" for row in _initiative_rows(goal)]
    kind = KIND_WORDS[entry.division.kind]
    head = ",".join(map(cell, (kind, sheet.created, sheet.evaluated, sheet.source, listed(sheet.policy_indicators))))
    line_of_sheet = f"{office},{head},{_counts(entry.tally)}{_ends(sheet_address(where), site)}"
    return Filled(line_of_sheet, "".join(goals), "".join(initiatives), tuple(lists))


def _indicator_rows(goal: Goal) -> Iterator[str]:
    for number, row in enumerate(goal.indicators, 1):
        cells = (number, row.name, row.target, row.result, listed(row.policies), row.status, row.next)
        yield ",".join(map(cell, cells))
    if not goal.indicators:
        yield "," * 6


def _initiative_rows(goal: Goal) -> Iterator[str]:
    for number, initiative in enumerate(goal.initiatives, 1):
        rest = f"{cell(initiative.summary)},{cell(listed(initiative.indicators))}"
        for name in initiative.names:
            yield f"{number},{cell(name)},{rest}"


def _counts(tally: Tally) -> str:
    """Return the cells of `goals` and of each state."""
    return ",".join(map(str, (tally.total, *(tally[state] for state in State))))


def _ends(address: str, site: Site) -> str:
    """Return the last cells of a line, after a comma, and its end: the address of a page, and the terms of use."""
    return f",{cell(site.base_url + address)},{_safe(site.terms)}{END}"


@lru_cache(4)
def _safe(terms: str) -> str:
    return cell(terms)


def division_line(division: Division, briefs: Sequence[Brief], site: Site) -> str:
    """Return the line of a division with its sheets."""
    words = f"{cell(division.slug)},{cell(division.name)},{len(briefs)}"
    return f"{words},{_counts(tally_of(briefs))}{_ends(division_address(division), site)}"


def policy_lines(catalog: Catalog) -> str:
    """Return a line for each policy code that a goal cites, or that is above such a code."""
    frame = catalog.frame
    lines = []
    for code, tally in catalog.tally_of_policy.items():
        plan, above = frame.plan_of[code.prefix], code.ancestors()[-2:-1]
        cells = (code, plan.name, len(code.numbers), above[0] if above else None, frame.policy_titles.get(code))
        end = _ends(policy_address(plan, code), frame.site)
        lines.append(f"{','.join(map(cell, cells))},{_counts(tally)}{end}")
    return "".join(lines)
