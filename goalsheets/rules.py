"""Check what a sheet must agree with: itself, its path, the organization and the plans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from goalsheets.binding import Finding
from goalsheets.model import Division, Goal, Organization, Plan, Plans, Sheet, Unit
from goalsheets.policies import parse_code
from goalsheets.problems import did_you_mean
from goalsheets.years import date_words, fiscal_year_span


def sheet_findings(sheet: Sheet, year: int, prefixes: frozenset[str]) -> Iterator[Finding]:
    """Find what is wrong with a sheet that stands in the folder of a year."""
    if sheet.fiscal_year != year:
        message = f"年度（{sheet.fiscal_year}）が、フォルダーの年度（{year}）と違います。"
        yield Finding(("fiscal_year",), message, "値を直すか、ファイルを正しい年度のフォルダーに移してください。")
    yield from _date_findings(sheet)
    yield from _number_findings(sheet)
    for index, goal in enumerate(sheet.goals):
        for finding in _goal_findings(goal, prefixes, evaluated=sheet.evaluated):
            yield Finding(("goals", index, *finding.loc), finding.message, finding.hint, finding.level)


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


def _goal_findings(goal: Goal, prefixes: frozenset[str], *, evaluated: date | None) -> Iterator[Finding]:
    if evaluated and goal.rating is None and not goal.notes:
        hint = "○ △ × のどれかを書いてください。シートの欄が空白なら、そのことを notes に書いてください。"
        yield Finding(("rating",), "評価日があるのに、評価がありません。", hint)
    if goal.rating and not evaluated and not goal.notes:
        hint = "評価日（evaluated）を書いてください。シートに印字がなければ、そのことを notes に書いてください。"
        yield Finding(("rating",), "評価があるのに、評価日がありません。", hint)
    for key, name in (("status", "目標達成状況"), ("next", "今後の方針")):
        rows = [key in row.model_fields_set for row in goal.indicators]
        if key not in goal.model_fields_set and not (rows and all(rows)):
            message = f"目標に「{key}」（{name}）がありません。"
            hint = f"「{key}: 」の行を書いてください。まだ値がなければ、コロンの後は空けておきます。"
            yield Finding((key,), message, hint)
    for index, initiative in enumerate(goal.initiatives):
        for number in initiative.indicators:
            if number > len(goal.indicators):
                message = f"{number}番目の指標はありません（この目標の指標は{len(goal.indicators)}つです）。"
                hint = "指標を上から1、2と数えて書いてください。"
                yield Finding(("initiatives", index, "indicators"), message, hint)
    yield from _policy_findings(goal, prefixes)


def _policy_findings(goal: Goal, prefixes: frozenset[str]) -> Iterator[Finding]:
    rows = [(("policies",), goal.policies)]
    rows += [(("indicators", index, "policies"), row.policies) for index, row in enumerate(goal.indicators)]  # type: ignore[misc]
    for where, printed in rows:
        for index, text in enumerate(printed):
            code = parse_code(text)
            if code and code.prefix not in prefixes:
                message = f"「{text}」の「{code.prefix}」という計画は、policies.yaml にありません。"
                hint = did_you_mean(code.prefix, prefixes) + "コードを直すか、policies.yaml に計画を加えてください。"
                yield Finding((*where, index), message, hint)
