"""Write a sheet as StratML Part 2 (ANSI/AIIM 22:2017): a performance plan or, once the city has rated it, a report.

A goal of the form is a Goal. Its indicators stand in a first Objective, since only an Objective may have any, and each
cell of its initiatives is a further Objective. What StratML has no element for is told as OtherInformation, each with
its heading on the form.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from hashlib import sha1

from goalsheets.addresses import HOME, division_address, goal_address, sheet_address, unit_address
from goalsheets.binding import fields_of
from goalsheets.catalog import Entry
from goalsheets.elements import element
from goalsheets.figures import Figure, Refusal, read_figure, read_measure
from goalsheets.model import Goal, Indicator, Initiative, Sheet, Site
from goalsheets.parsing import Frame
from goalsheets.past import tie_of
from goalsheets.ratings import RATING_MARKS
from goalsheets.years import fiscal_year_span, fiscal_year_words

_NAMESPACE = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
_WEB_ADDRESSES = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")
"""What RFC 9562 puts before a web address to make a UUID of it."""

_TITLES = {record: {key: field.title for key, field in fields_of(record).items()} for record in (Sheet, Goal, Site)}
_OF_SHEET, _OF_GOAL, _OF_SITE = _TITLES.values()

Span = str
"""The elements that say when a fiscal year begins and ends."""


def sheet_stratml(entry: Entry, frame: Frame) -> bytes:
    """Return a whole sheet as StratML."""
    site, division, unit = frame.site, entry.division, entry.unit
    address = f"{site.base_url}{sheet_address(entry.place)}"
    start, end = fiscal_year_span(entry.year)
    span = f"<StartDate>{start}</StartDate>\n<EndDate>{end}</EndDate>\n"
    day = f"<PublicationDate>{entry.latest}</PublicationDate>\n" if entry.latest else ""
    kind = "Performance_Plan" if entry.tally.waiting else "Performance_Report"
    title = f"{division.name} {unit.name}の組織目標管理シート（{entry.year}年度）"
    office = f"{site.city}{division.name}{unit.name}"
    return "".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<PerformancePlanOrReport xmlns="{_NAMESPACE}" Type="{kind}">\n',
            element("Name", title),
            element("Description", f"{office}の{fiscal_year_words(entry.year)}の組織目標管理シートです。"),
            _head(entry.sheet, site),
            "<StrategicPlanCore>\n",
            _organization(site.city, f"{site.base_url}{HOME}"),
            _organization(division.name, f"{site.base_url}{division_address(division)}"),
            _organization(unit.name, f"{site.base_url}{unit_address(division, unit)}"),
            *[_goal(entry, goal, site.base_url, span) for goal in entry.sheet.goals],
            "</StrategicPlanCore>\n<AdministrativeInformation>\n",
            f"<Identifier>{_identifier(address)}</Identifier>\n{span}{day}<Source>{address}</Source>\n",
            "</AdministrativeInformation>\n</PerformancePlanOrReport>\n",
        ]
    ).encode()


def _head(sheet: Sheet, site: Site) -> str:
    """Return what the head of the form says, and on what terms."""
    return _other(
        (_OF_SHEET["division"], sheet.division),
        (_OF_SHEET["unit"], sheet.unit),
        (_OF_SHEET["created"], str(sheet.created or "")),
        (_OF_SHEET["evaluated"], str(sheet.evaluated or "")),
        (_OF_SHEET["policy_indicators"], "\n".join(sheet.policy_indicators)),
        (_OF_SHEET["source"], sheet.source),
        (_OF_SITE["notice"], site.notice),
        (_OF_SITE["licence"], site.terms),
    )


@lru_cache(1024)
def _organization(name: str, address: str) -> str:
    return f"<Organization>\n{element('Name', name)}<Identifier>{_identifier(address)}</Identifier>\n</Organization>\n"


def _goal(entry: Entry, goal: Goal, base: str, span: Span) -> str:
    address = f"{base}{goal_address(entry.place, goal)}"
    rated = f"{goal.rating}（{RATING_MARKS[goal.rating].word}）" if goal.rating else None
    facts = _other(
        (_OF_GOAL["policies"], "\n".join(goal.policies)),
        (_OF_GOAL["rating"], rated),
        (_OF_GOAL["status"], goal.status),
        (_OF_GOAL["next"], goal.next),
        (_OF_GOAL["continues"], _carried_on(goal, base)),
        (_OF_GOAL["notes"], "\n".join(goal.notes)),
    )
    own = [_identifier(f"{address}-initiative-{number}") for number in range(1, len(goal.initiatives) + 1)]
    initiatives = [
        _initiative(one, f"{goal.number}.{number}", identifier)
        for number, (one, identifier) in enumerate(zip(goal.initiatives, own, strict=True), 1)
    ]
    return (
        f"<Goal>\n{element('Name', goal.headline)}{element('Description', goal.objective)}"
        f"<Identifier>{_identifier(address)}</Identifier>\n<SequenceIndicator>{goal.number}</SequenceIndicator>\n"
        f"{facts}{_indicators(goal, address, own, span)}{''.join(initiatives)}</Goal>\n"
    )


def _carried_on(goal: Goal, base: str) -> str | None:
    """Return the address of the goal of an earlier year that a goal carries on."""
    tie = tie_of(goal.continues) if goal.continues else None
    return f"{base}{goal_address(tie[0], goal._replace(number=tie[1]))}" if tie else None


def _indicators(goal: Goal, address: str, initiatives: list[str], span: Span) -> str:
    """Return the Objective that has a goal's indicators, each with the initiatives that are for it alone."""
    if not goal.indicators:
        return ""
    ties: dict[int, str] = {}
    for initiative, identifier in zip(goal.initiatives, initiatives, strict=True):
        for row in initiative.indicators:
            ties[row] = ties.get(row, "") + _tie(identifier)
    rows = [
        _indicator(
            row, f"{goal.number}.{number}", _identifier(f"{address}-indicator-{number}"), ties.get(number, ""), span
        )
        for number, row in enumerate(goal.indicators, 1)
    ]
    return (
        f"<Objective>\n{element('Name', _OF_GOAL['indicators'])}"
        f"<Identifier>{_identifier(f'{address}-indicators')}</Identifier>\n{''.join(rows)}</Objective>\n"
    )


def _tie(initiative: str) -> str:
    return (
        '<Relationship RelationshipType="Peer_To">\n'
        f"<ReferentIdentifier>{initiative}</ReferentIdentifier>\n"
        f"{element('Name', _OF_GOAL['initiatives'])}</Relationship>\n"
    )


def _indicator(row: Indicator, number: str, identifier: str, ties: str, span: Span) -> str:
    aim, outcome, unit = _numbers(row)
    target, result = _result("TargetResult", row.target, aim, span), _result("ActualResult", row.result, outcome, span)
    measured = f"<MeasurementInstance>\n{target}{result}</MeasurementInstance>\n" if target or result else ""
    facts = _other(
        (_OF_GOAL["policies"], "\n".join(row.policies)),
        (_OF_GOAL["status"], row.status),
        (_OF_GOAL["next"], row.next),
    )
    return (
        f"<PerformanceIndicator>\n<SequenceIndicator>{number}</SequenceIndicator>\n"
        f"{element('MeasurementDimension', row.name)}{element('UnitOfMeasurement', unit)}"
        f"<Identifier>{identifier}</Identifier>\n{ties}{measured}{facts}</PerformanceIndicator>\n"
    )


def _numbers(row: Indicator) -> tuple[Decimal | None, Decimal | None, str]:
    """Return target and result as numbers of one unit, and the unit; only what is surely read.

    A result that cannot be held against its target as a number is none: readers of the file would do so.
    """
    aim = read_figure(row.target) if row.target else None
    outcome = read_figure(row.result) if row.result else None
    if isinstance(aim, Figure):
        measure = read_measure(row.target or "", row.result or "")
        return aim.number, None if isinstance(measure, Refusal) else measure.result.number, aim.unit
    if isinstance(outcome, Figure) and not outcome.bound:
        return None, outcome.number, outcome.unit
    return None, None, ""


def _result(name: str, printed: str | None, number: Decimal | None, span: Span) -> str:
    """Return a target or a result: as printed and, where that is sure, as a number; nothing where it is blank."""
    if not printed:
        return ""
    units = "" if number is None else f"<NumberOfUnits>{number:f}</NumberOfUnits>\n"
    return f"<{name}>\n{span}{units}{element('Description', printed)}</{name}>\n"


def _initiative(initiative: Initiative, number: str, identifier: str) -> str:
    names = element("Name", "\n".join(initiative.names))
    summary = element("Description", initiative.summary) if initiative.summary else ""
    return (
        f"<Objective>\n{names}{summary}"
        f"<Identifier>{identifier}</Identifier>\n<SequenceIndicator>{number}</SequenceIndicator>\n</Objective>\n"
    )


def _other(*facts: tuple[str, str | None]) -> str:
    """Return facts under their headings on the form; those that are blank are left out."""
    told = "\n".join([f"【{title}】\n{text}" for title, text in facts if text])
    return element("OtherInformation", told) if told else ""


def _identifier(address: str) -> str:
    """Return the UUID (version 5) of a public address, with a sign before it: an xsd:ID begins with no digit.

    The module uuid is slow to load.
    """
    digits = sha1(_WEB_ADDRESSES + address.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"_{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
