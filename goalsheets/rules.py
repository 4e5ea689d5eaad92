"""Check what a sheet must agree with: itself, its path, the organization and the plans."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from goalsheets.binding import Finding
from goalsheets.model import Division, Goal, Organization, Plan, Plans, Sheet, Unit
from goalsheets.policies import parse_code
from goalsheets.problems import did_you_mean
from goalsheets.years import date_words, fiscal_year_span

MAX_CODES = 500
"""Policy codes on a sheet: each makes up to three pages."""
MAX_HEADLINE = 1_000
"""Letters of what other tables and pages show of a goal or an indicator."""
MAX_REPEATED = 300_000
"""Letters of the table of a sheet's goals and indicators, in which the words of a goal stand at each indicator."""


def sheet_findings(sheet: Sheet, year: int, prefixes: frozenset[str]) -> Iterator[Finding]:
    """Find what is wrong with a sheet that stands in the folder of a year."""
    if sheet.fiscal_year != year:
        message = f"年度（{sheet.fiscal_year}）が、フォルダーの年度（{year}）と違います。"
        yield Finding(("fiscal_year",), message, "値を直すか、ファイルを正しい年度のフォルダーに移してください。")
    yield from _date_findings(sheet)
    yield from _number_findings(sheet)
    for index, goal in enumerate(sheet.goals):
        for finding in _goal_findings(goal, evaluated=sheet.evaluated):
            yield Finding(("goals", index, *finding.loc), finding.message, finding.hint, finding.level)
    yield from _policy_findings(sheet, prefixes)
    yield from _repeated_findings(sheet)


def name_findings(sheet: Sheet, division: Division, unit: Unit) -> Iterator[Finding]:
    """Find names on a sheet that are not those of the division and the unit its path names."""
    for key, printed, names in (
        ("division", sheet.division, division.names),
        ("unit", sheet.unit, unit.names),
    ):
        if printed not in names:
            message = f"「{printed[:40]}」は、organization.yaml にある名前（「{'」「'.join(names)}」）と違います。"
            hint = did_you_mean(printed, names) + "値を直すか、organization.yaml の aliases に加えてください。"
            yield Finding((key,), message, hint)


def organization_findings(organization: Organization) -> Iterator[Finding]:
    """Find slugs and names that two divisions, or two units of a division, share."""
    divisions = organization.divisions
    slugs = [division.slug for division in divisions]
    yield from _doubles(("divisions",), "slug", [(slug,) for slug in slugs])
    yield from _doubles(("divisions",), "name", [division.names for division in divisions])
    for index, division in enumerate(divisions):
        where = ("divisions", index, "units")
        yield from _doubles(where, "slug", [(unit.slug,) for unit in division.units])
        yield from _doubles(where, "name", [unit.names for unit in division.units])
    yield from _predecessor_findings(divisions)


def _predecessor_findings(divisions: tuple[Division, ...]) -> Iterator[Finding]:
    """Find predecessors that are no units of the organization, or the unit itself."""
    known = [f"{division.slug}/{unit.slug}" for division in divisions for unit in division.units]
    for index, division in enumerate(divisions):
        for number, unit in enumerate(division.units):
            for place, path in enumerate(unit.predecessors):
                where = ("divisions", index, "units", number, "predecessors", place)
                if path == f"{division.slug}/{unit.slug}":
                    yield Finding(where, f"「{path}」はこの課自身です。", "前身の課を書くか、行を消してください。")
                elif path not in known:
                    message = f"「{path}」という課は、organization.yaml にありません。"
                    hint = did_you_mean(path, known) + "前身の課も organization.yaml に残してください。"
                    yield Finding(where, message, hint)


def tie_findings(sheet: Sheet, paths: Collection[str]) -> Iterator[Finding]:
    """Find goals that carry on one of a sheet that is not there, or not of an earlier year."""
    for index, goal in enumerate(sheet.goals):
        if goal.continues:
            path = goal.continues.partition("#")[0]
            where = ("goals", index, "continues")
            if int(path[:4]) >= sheet.fiscal_year:
                message = f"「{goal.continues}」は、前の年度の目標ではありません。"
                yield Finding(where, message, f"{sheet.fiscal_year - 1}年度までの目標を書いてください。")
            elif path not in paths:
                message = f"「{path}」のシートはありません。"
                yield Finding(where, message, did_you_mean(path, paths) + "年度と、部署・課の名前を確かめてください。")


def plan_findings(plans: Plans) -> Iterator[Finding]:
    """Find plans that share a slug, a prefix or an address, and titles that are doubled or misplaced."""
    yield from _doubles(("plans",), "slug", [(plan.slug,) for plan in plans.plans])
    yield from _doubles(("plans",), "prefix", [(plan.prefix,) for plan in plans.plans])
    yield from _shared_addresses(plans)
    for index, plan in enumerate(plans.plans):
        yield from _doubles(("plans", index, "titles"), "code", _codes(plan), "どちらか1つを消してください。")
        for number, title in enumerate(plan.titles):
            code = parse_code(title.code)
            if code and code.prefix != plan.prefix:
                message = f"「{title.code}」は「{plan.prefix}」で始まっていません。"
                yield Finding(("plans", index, "titles", number, "code"), message, "正しい計画の下に移してください。")


def _codes(plan: Plan) -> list[tuple[str, ...]]:
    """Return the codes that have titles, printed in one way: 政策1-01 and 政策１-1 are one."""
    return [(str(parse_code(title.code)),) for title in plan.titles]


def _shared_addresses(plans: Plans) -> Iterator[Finding]:
    """Find slugs such as seisaku-1 beside seisaku: seisaku-1-2 would be the address of two codes."""
    for index, plan in enumerate(plans.plans):
        for other in plans.plans:
            if re.fullmatch(rf"{other.slug}(-\d+){{1,2}}", plan.slug):
                message = f"「{plan.slug}」は、「{other.slug}」の政策のアドレスと重なります。"
                yield Finding(("plans", index, "slug"), message, "数字で終わらない名前にしてください。")


def _doubles(
    where: tuple[str | int, ...],
    key: str,
    names: list[tuple[str, ...]],
    hint: str = "どちらかを別の名前にしてください。",
) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, words in enumerate(names):
        for word in words:
            if word in first and first[word] != index:
                message = f"「{word}」が2か所（{first[word] + 1}番目と{index + 1}番目）にあります。"
                yield Finding((*where, index, key), message, hint)
            first.setdefault(word, index)


def _date_findings(sheet: Sheet) -> Iterator[Finding]:
    first, last = fiscal_year_span(sheet.fiscal_year)
    if sheet.created and sheet.evaluated and sheet.evaluated < sheet.created:
        message = f"評価日（{date_words(sheet.evaluated)}）が、作成日（{date_words(sheet.created)}）より前です。"
        yield Finding(("evaluated",), message, "どちらかの日付を直してください。")
    if sheet.created and not first <= sheet.created <= last:
        message = f"作成日（{date_words(sheet.created)}）が、{sheet.fiscal_year}年度の外にあります。"
        yield Finding(("created",), message, "印字のとおりなら、このままでかまいません。", "warning")
    if sheet.evaluated and not first <= sheet.evaluated <= date(last.year + 1, 3, 31):
        message = f"評価日（{date_words(sheet.evaluated)}）が、{sheet.fiscal_year}年度から離れています。"
        yield Finding(("evaluated",), message, "印字のとおりなら、このままでかまいません。", "warning")


def _number_findings(sheet: Sheet) -> Iterator[Finding]:
    first: dict[int, int] = {}
    for index, goal in enumerate(sheet.goals):
        if goal.number in first:
            message = f"番号{goal.number}の目標が2つあります（{first[goal.number] + 1}番目と{index + 1}番目）。"
            yield Finding(("goals", index, "number"), message, "印字された番号に直してください。")
        first.setdefault(goal.number, index)


def _goal_findings(goal: Goal, *, evaluated: date | None) -> Iterator[Finding]:
    if evaluated and goal.rating is None and not goal.notes:
        hint = "○ △ × のどれかを書いてください。シートの欄が空白なら、そのことを notes に書いてください。"
        yield Finding(("rating",), "評価日があるのに、評価がありません。", hint)
    if goal.rating and not evaluated and not goal.notes:
        hint = "評価日（evaluated）を書いてください。シートに印字がなければ、そのことを notes に書いてください。"
        yield Finding(("rating",), "評価があるのに、評価日がありません。", hint)
    if len(goal.objective) > MAX_HEADLINE and len(goal.headline) > MAX_HEADLINE:
        message = f"組織目標の1行目が長すぎます（{MAX_HEADLINE:,}文字まで）。"
        yield Finding(("objective",), message, "最初の文の後で改行してください。")
    for index, initiative in enumerate(goal.initiatives):
        if initiative.indicators:
            for message, hint in _row_faults(goal, initiative.indicators):
                yield Finding(("initiatives", index, "indicators"), message, hint)


def _row_faults(goal: Goal, numbers: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """Say, each with a hint, why an initiative cannot name the indicator rows of these numbers."""
    for number in numbers:
        if number > len(goal.indicators):
            message = f"{number}番目の指標はありません（この目標の指標は{len(goal.indicators)}つです）。"
            yield message, "指標を上から1、2と数えて書いてください。"
        elif len(goal.indicators[number - 1].name) > MAX_HEADLINE:
            message = f"{number}番目の指標の名前が長すぎます（{MAX_HEADLINE:,}文字まで）。"
            yield message, "名前だけを書き、説明は取組の概要か目標達成状況に書いてください。"
    if len(set(numbers)) < len(numbers):
        yield "同じ指標が2回書かれています。", "同じ番号は1つだけ残して消してください。"


def _repeated_findings(sheet: Sheet) -> Iterator[Finding]:
    """Find the goal with which a sheet's words, repeated row by row as data, become too many."""
    letters = 0
    for index, goal in enumerate(sheet.goals):
        words = (goal.objective, goal.status, goal.next, *goal.policies, *goal.notes)
        letters += sum(len(text) for text in words if text) * len(goal.indicators)
        letters += sum(len(one.summary or "") * len(one.names) for one in goal.initiatives)
        if letters > MAX_REPEATED:
            message = f"目標{goal.number}の文が長すぎるか、行が多すぎます。"
            yield Finding(("goals", index), message, "1つの目標に1つの内容だけを書き、残りは別の目標に分けてください。")
            return


def _policy_findings(sheet: Sheet, prefixes: frozenset[str]) -> Iterator[Finding]:
    codes = 0
    for index, goal in enumerate(sheet.goals):
        rows = [(("policies",), goal.policies)]
        rows += [(("indicators", row, "policies"), cells.policies) for row, cells in enumerate(goal.indicators)]  # type: ignore[misc]
        codes += sum([len(printed) for _, printed in rows])
        if codes > MAX_CODES:
            hint = "1つの目標には、その目標に印字された政策コードだけを書いてください。"
            yield Finding(("goals",), f"政策コードが多すぎます（1枚のシートに{MAX_CODES}個まで）。", hint)
            return
        for where, printed in rows:
            for number, text in enumerate(printed):
                code = parse_code(text)
                if code and code.prefix not in prefixes:
                    message = f"「{text}」の「{code.prefix}」という計画は、policies.yaml にありません。"
                    hint = did_you_mean(code.prefix, prefixes)
                    hint += "コードを直すか、policies.yaml に計画を加えてください。"
                    yield Finding(("goals", index, *where, number), message, hint)
