"""A sheet in StratML is valid, and nothing of the sheet is lost in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xmlschema import XMLSchema

from goalsheets.addresses import goal_address, sheet_address
from goalsheets.catalog import Entry
from goalsheets.files import HIDDEN
from goalsheets.model import Goal, Indicator, Initiative, Record, Sheet
from goalsheets.parsing import Place
from goalsheets.stratml import sheet_stratml
from tests.samples import CONTENT, ROOT, entries_of, real_frame, sheet_paths

SCHEMA = ROOT.parent / "shared" / "stratml" / "PerformancePlanOrReport20160216.xsd"
"""The standard's own schema; nobody says on what terms it may be passed on, so it is not kept with the tests."""

needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason="../shared/stratml, the schema of StratML, is not here")

NAMES = {"s": "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"}
ORDER = {
    "PerformancePlanOrReport": "Name Description OtherInformation StrategicPlanCore AdministrativeInformation",
    "StrategicPlanCore": "Organization Goal",
    "Organization": "Name Identifier",
    "Goal": "Name Description Identifier SequenceIndicator OtherInformation Objective",
    "Objective": "Name Description Identifier SequenceIndicator PerformanceIndicator",
    "PerformanceIndicator": "SequenceIndicator MeasurementDimension UnitOfMeasurement Identifier Relationship"
    " MeasurementInstance OtherInformation",
    "Relationship": "ReferentIdentifier Name",
    "MeasurementInstance": "TargetResult ActualResult",
    "TargetResult": "StartDate EndDate NumberOfUnits Description",
    "ActualResult": "StartDate EndDate NumberOfUnits Description",
    "AdministrativeInformation": "Identifier StartDate EndDate PublicationDate Source",
}
"""What stands in what, and in which order: all that can be said where the schema is not."""

PLACE = Place(2025, "kita", "chiiki-somu")
INDICATOR = Indicator("訓練の回数", "3回", None, (), None, None)
GOAL = Goal(
    number=1,
    objective="防災を進めます。",
    policies=(),
    indicators=(INDICATOR,),
    initiatives=(),
    rating=None,
    status=None,
    next=None,
    continues=None,
    notes=(),
)
SHEET = Sheet(2025, date(2025, 4, 1), None, "北区役所", "地域総務課", None, (), (GOAL,))


@cache
def schema() -> XMLSchema:
    return XMLSchema(str(SCHEMA))


@cache
def real_entries() -> dict[str, Entry]:
    return {f"{sheet_address(entry.place)[:-1]}.yaml": entry for entry in entries_of(CONTENT)[1]}


def entry_of(*goals: Goal, evaluated: date | None = None, created: date | None = SHEET.created) -> Entry:
    frame = real_frame()
    sheet = SHEET._replace(goals=goals, evaluated=evaluated, created=created)
    return Entry.of(PLACE, frame.division_of["kita"], frame.unit_of["kita", "chiiki-somu"], sheet)


def tree_of(entry: Entry) -> etree._Element:
    return etree.fromstring(sheet_stratml(entry, real_frame()))


def found(element: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements a path leads to; its names are those of StratML."""
    full = re.sub(r"(^|/)([A-Z])", r"\1s:\2", path)
    return [item for item in element.findall(full, NAMES) if isinstance(item, etree._Element)]


def texts(element: etree._Element, path: str) -> list[str]:
    return [item.text or "" for item in found(element, path)]


def printed(record: Record) -> Iterator[str]:
    """Yield every text of a sheet but the place of the goal that one carries on, which is told as an address."""
    for key, value in zip(record._fields, record, strict=True):
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Goal | Indicator | Initiative):
                yield from printed(item)
            elif isinstance(item, str | date) and key != "continues":
                yield str(item)


def goals_of(root: etree._Element) -> list[tuple[object, ...]]:
    """Read back what StratML has elements for."""
    return [
        (
            texts(goal, "SequenceIndicator"),
            texts(goal, "Description"),
            [
                tuple(
                    texts(row, f"MeasurementInstance/{name}/Description") for name in ("TargetResult", "ActualResult")
                )
                for row in found(goal, "Objective/PerformanceIndicator")
            ],
            texts(goal, "Objective/PerformanceIndicator/MeasurementDimension"),
            [(texts(one, "Name"), texts(one, "Description")) for one in _initiatives(goal)],
        )
        for goal in found(root, "StrategicPlanCore/Goal")
    ]


def _initiatives(goal: etree._Element) -> list[etree._Element]:
    return [one for one in found(goal, "Objective") if found(one, "SequenceIndicator")]


def expected(sheet: Sheet) -> list[tuple[object, ...]]:
    return [
        (
            [str(goal.number)],
            [goal.objective],
            [([row.target] if row.target else [], [row.result] if row.result else []) for row in goal.indicators],
            [row.name for row in goal.indicators],
            [(["\n".join(one.names)], [one.summary] if one.summary else []) for one in goal.initiatives],
        )
        for goal in sheet.goals
    ]


ODD = st.sampled_from(
    ["]]>", "<b>太字</b>", "A&B&amp;C", "\"'", "<!-- -->", "<?x?>", "&#0;", "🏫", "長い文。" * 500, "1\n\n2"]
)
LETTERS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
TEXT = st.builds("{}{}".format, LETTERS.map(lambda text: re.sub(HIDDEN, "字", text)), ODD | st.just(""))
BLANK = st.none() | TEXT
RESULT = BLANK | st.sampled_from(["3回", "50.0%", "1.5万人", "５回（累計8回）", "12件以上", "0.000001%"])
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
INDICATORS = st.lists(st.builds(Indicator, TEXT, RESULT, RESULT, TEXTS, BLANK, BLANK), max_size=3).map(tuple)
ROWS = st.lists(st.integers(1, 3), max_size=2, unique=True).map(tuple)
NAMED = st.lists(TEXT, min_size=1, max_size=3).map(tuple)
INITIATIVES = st.lists(st.builds(Initiative, NAMED, BLANK, ROWS), max_size=3).map(tuple)
RATING = st.none() | st.sampled_from("○◯△×✕")
TIE = st.none() | st.just("2024/kita/chiiki-somu#goal-2")
NUMBER = st.integers(1, 9999)
GOALS = st.lists(
    st.builds(Goal, NUMBER, TEXT, TEXTS, INDICATORS, INITIATIVES, RATING, BLANK, BLANK, TIE, TEXTS),
    min_size=1,
    max_size=3,
    unique_by=lambda goal: goal.number,
)
DAY = st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize("path", sheet_paths())
class TestRealSheets:
    @needs_schema
    def test_it_is_valid(self, path: str) -> None:
        schema().validate(sheet_stratml(real_entries()[path], real_frame()).decode())

    def test_every_element_stands_in_its_place(self, path: str) -> None:
        for element in tree_of(real_entries()[path]).iter():
            known = ORDER.get(etree.QName(element).localname, "").split()
            numbers = [known.index(etree.QName(child).localname) for child in element]
            assert numbers == sorted(numbers)

    def test_goals_indicators_and_initiatives_are_read_back_as_printed(self, path: str) -> None:
        entry = real_entries()[path]
        assert goals_of(tree_of(entry)) == expected(entry.sheet)

    def test_every_text_of_the_sheet_stands_in_it(self, path: str) -> None:
        entry = real_entries()[path]
        told = [text for element in tree_of(entry).iter() if (text := element.text)]
        assert [text for text in printed(entry.sheet) if not any(text in one for one in told)] == []

    def test_a_report_tells_of_what_is_evaluated_a_plan_of_what_is_not(self, path: str) -> None:
        entry = real_entries()[path]
        kind = "Performance_Report" if entry.sheet.evaluated else "Performance_Plan"
        assert tree_of(entry).get("Type") == kind


@settings(max_examples=30)
@given(goals=GOALS, evaluated=DAY, created=DAY)
def test_nothing_of_an_odd_sheet_is_lost(goals: list[Goal], evaluated: date | None, created: date | None) -> None:
    entry = entry_of(*goals, evaluated=evaluated, created=created)
    root = tree_of(entry)
    assert goals_of(root) == expected(entry.sheet)
    told = [text for element in root.iter() if (text := element.text)]
    assert [text for text in printed(entry.sheet) if not any(text in one for one in told)] == []


@needs_schema
@settings(max_examples=30)
@given(goals=GOALS, evaluated=DAY, created=DAY)
def test_an_odd_sheet_is_valid(goals: list[Goal], evaluated: date | None, created: date | None) -> None:
    entry = entry_of(*goals, evaluated=evaluated, created=created)
    schema().validate(sheet_stratml(entry, real_frame()).decode())


@needs_schema
def test_the_schema_would_see_a_fault() -> None:
    whole = sheet_stratml(entry_of(GOAL), real_frame()).decode()
    assert schema().is_valid(whole)
    assert not schema().is_valid(whole.replace("<Identifier>_", "<Identifier>政策1-1-①_", 1))
    assert not schema().is_valid(whole.replace("<NumberOfUnits>3<", "<NumberOfUnits>3回<"))


class TestIdentifiers:
    def test_a_goal_has_the_uuid_of_its_address(self) -> None:
        root = tree_of(entry_of(GOAL, GOAL._replace(number=12)))
        addresses = [f"https://example.jp/sheets/2025/kita/chiiki-somu/#goal-{number}" for number in (1, 12)]
        assert texts(root, "StrategicPlanCore/Goal/Identifier") == [
            f"_{uuid5(NAMESPACE_URL, address)}" for address in addresses
        ]

    def test_the_sheet_and_the_city_have_those_of_theirs(self) -> None:
        root = tree_of(entry_of(GOAL))
        page = "https://example.jp/sheets/2025/kita/chiiki-somu/"
        assert texts(root, "AdministrativeInformation/Source") == [page]
        assert texts(root, "AdministrativeInformation/Identifier") == [f"_{uuid5(NAMESPACE_URL, page)}"]
        assert texts(root, "StrategicPlanCore/Organization/Identifier") == [
            f"_{uuid5(NAMESPACE_URL, f'https://example.jp/{address}')}"
            for address in ("", "wards/kita/", "units/kita/chiiki-somu/")
        ]

    @given(GOALS)
    def test_each_stands_once_in_a_file(self, goals: list[Goal]) -> None:
        identifiers = texts(tree_of(entry_of(*goals)), ".//Identifier")
        rows = sum(len(goal.indicators) + bool(goal.indicators) + len(goal.initiatives) for goal in goals)
        assert len(set(identifiers)) == len(identifiers) == 4 + len(goals) + rows

    def test_a_goal_is_another_one_a_year_later(self) -> None:
        entry = entry_of(GOAL)
        later = entry._replace(place=PLACE.in_year(2026))
        assert goal_address(later.place, GOAL) != goal_address(entry.place, GOAL)
        assert not set(texts(tree_of(entry), ".//Goal/Identifier")) & set(texts(tree_of(later), ".//Goal/Identifier"))

    def test_an_indicator_names_the_initiatives_that_are_for_it(self) -> None:
        root = tree_of(real_entries()["sheets/2024/shimin-seikatsu/kocho-sodan.yaml"])
        goal = found(root, "StrategicPlanCore/Goal")[1]
        own = {texts(one, "Identifier")[0]: texts(one, "Name")[0] for one in _initiatives(goal)}
        assert [
            [own[tie] for tie in texts(row, "Relationship/ReferentIdentifier")]
            for row in found(goal, "Objective/PerformanceIndicator")
        ] == [
            ["コールセンター事業の運用"],
            ["コールセンター事業の運用"],
            ["コールセンター・粗大ごみ受付センターの両業務連携に向けた取り組みの実施"],
        ]


class TestNumbers:
    @pytest.mark.parametrize(
        ("target", "result", "numbers"),
        [
            ("50.0%", "54.7%", ("%", ["50.0"], ["54.7"])),
            ("３万人以上", "25,000人", ("人", ["30000"], ["25000"])),
            ("100件", None, ("件", ["100"], [])),
            ("100件", "調査中", ("件", ["100"], [])),
            ("100件", "95人", ("件", ["100"], [])),
            ("100件", "約95件", ("件", ["100"], [])),
            ("100件", "40件（累計140件）", ("件", ["100"], [])),
            ("増やす", "4回", ("回", [], ["4"])),
            (None, "4回以上", ("", [], [])),
            ("3避難所（累計23避難所）", "順調", ("避難所", ["3"], [])),
            ("年度内に策定", "策定した", ("", [], [])),
        ],
    )
    def test_only_what_is_surely_read_is_a_number(
        self, target: str | None, result: str | None, numbers: tuple[str, list[str], list[str]]
    ) -> None:
        root = tree_of(entry_of(GOAL._replace(indicators=(INDICATOR._replace(target=target, result=result),))))
        (row,) = found(root, ".//PerformanceIndicator")
        (unit,) = texts(row, "UnitOfMeasurement")
        units = (texts(row, f"MeasurementInstance/{name}/NumberOfUnits") for name in ("TargetResult", "ActualResult"))
        assert (unit, *units) == numbers

    def test_a_target_and_a_result_are_of_the_fiscal_year(self) -> None:
        root = tree_of(entry_of(GOAL._replace(indicators=(INDICATOR._replace(result="4回"),))))
        assert set(texts(root, ".//StartDate")) == {"2025-04-01"}
        assert set(texts(root, ".//EndDate")) == {"2026-03-31"}
        assert len(texts(root, ".//StartDate")) == 3

    def test_a_row_without_target_and_result_measures_nothing(self) -> None:
        root = tree_of(entry_of(GOAL._replace(indicators=(INDICATOR._replace(target=None),))))
        assert found(root, ".//MeasurementInstance") == []


class TestWords:
    def test_the_head_of_the_form_is_told_under_its_headings(self) -> None:
        entry = entry_of(GOAL, evaluated=date(2026, 3, 31))
        sheet = entry.sheet._replace(policy_indicators=("市民の割合", "市の割合"), source="https://example.jp/a.pdf")
        (told,) = texts(tree_of(entry._replace(sheet=sheet)), "OtherInformation")
        head, _, rest = told.partition("\n【お知らせ】\n")
        assert head.split("\n") == [
            *("【組織名（部）】", "北区役所", "【組織名（準部・課・機関名）】", "地域総務課"),
            *("【作成日】", "2025-04-01", "【評価日】", "2026-03-31"),
            *("【（参考）関連する総合計画における政策指標】", "市民の割合", "市の割合"),
            *("【出典】", "https://example.jp/a.pdf"),
        ]
        assert rest.startswith("このサイトは、新潟市が公表した")
        assert rest.endswith("\n【利用条件】\nシートの内容の利用条件は、市に確認できていません。")

    def test_what_became_of_a_goal_is_told_under_its_headings(self) -> None:
        goal = GOAL._replace(
            policies=("政策1-1-①", "行財1-1"),
            rating="〇",
            status="・1回\n・2回",
            next="続けます。",
            continues="2024/kita/kensetsu#goal-12",
            notes=("1と読みました。", "2と読みました。"),
        )
        (told,) = texts(tree_of(entry_of(goal)), "StrategicPlanCore/Goal/OtherInformation")
        assert told.split("\n") == [
            *("【総合計画（実施計画）上の位置づけ】", "政策1-1-①", "行財1-1", "【評価】", "〇（達成）"),
            *("【目標達成状況】", "・1回", "・2回", "【今後の方針】", "続けます。"),
            *("【引きつぐ目標】", "https://example.jp/sheets/2024/kita/kensetsu/#goal-12"),
            *("【転記上の注記】", "1と読みました。", "2と読みました。"),
        ]

    def test_what_is_told_row_by_row_stands_at_the_row(self) -> None:
        row = INDICATOR._replace(policies=("政策3-1-①",), status="できました。", next="続けます。")
        (told,) = texts(tree_of(entry_of(GOAL._replace(indicators=(row,)))), ".//PerformanceIndicator/OtherInformation")
        assert told == (
            "【総合計画（実施計画）上の位置づけ】\n政策3-1-①\n【目標達成状況】\nできました。\n【今後の方針】\n続けます。"
        )

    def test_what_is_blank_is_left_out(self) -> None:
        root = tree_of(entry_of(GOAL._replace(indicators=()), created=None))
        assert found(root, "StrategicPlanCore/Goal/OtherInformation") == []
        assert found(root, "StrategicPlanCore/Goal/Objective") == []
        assert found(root, "AdministrativeInformation/PublicationDate") == []

    def test_a_file_says_what_it_is(self) -> None:
        root = tree_of(entry_of(GOAL))
        assert texts(root, "Name") == ["北区役所 地域総務課の組織目標管理シート（2025年度）"]
        assert texts(root, "Description") == [
            "新潟市北区役所地域総務課の2025年度（令和7年度）の組織目標管理シートです。"
        ]
        assert texts(root, "StrategicPlanCore/Organization/Name") == ["新潟市", "北区役所", "地域総務課"]

    def test_the_first_line_of_an_objective_is_the_name_of_the_goal(self) -> None:
        root = tree_of(entry_of(GOAL._replace(objective="防災を進めます。\n・訓練")))
        assert texts(root, "StrategicPlanCore/Goal/Name") == ["防災を進めます。"]
        assert texts(root, "StrategicPlanCore/Goal/Description") == ["防災を進めます。\n・訓練"]


@pytest.mark.parametrize(
    ("rating", "evaluated", "created", "kind", "day"),
    [
        (None, None, date(2025, 4, 1), "Performance_Plan", ["2025-04-01"]),
        (None, None, None, "Performance_Plan", []),
        ("×", date(2026, 3, 31), date(2025, 4, 1), "Performance_Report", ["2026-03-31"]),
        ("○", None, date(2025, 4, 1), "Performance_Report", ["2025-04-01"]),
        (None, date(2026, 3, 31), None, "Performance_Report", ["2026-03-31"]),
    ],
)
def test_a_sheet_is_a_report_once_the_city_has_rated_it(
    rating: str | None, evaluated: date | None, created: date | None, kind: str, day: list[str]
) -> None:
    root = tree_of(entry_of(GOAL._replace(rating=rating), evaluated=evaluated, created=created))
    assert (root.get("Type"), texts(root, "AdministrativeInformation/PublicationDate")) == (kind, day)
