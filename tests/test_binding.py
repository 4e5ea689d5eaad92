"""Binding: what a file says becomes a sheet, or every misfit is named at its place."""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from goalsheets.binding import KEYS, MAX_FINDINGS, Finding, bind, fields_of, misfits, place, record_of
from goalsheets.fields import Field, RefusedError
from goalsheets.files import decode
from goalsheets.model import RECORD_NAMES, Goal, Indicator, Organization, Plans, Record, Sheet, Site, Unit
from tests.conftest import GOOD_SHEET, ORGANIZATION, POLICIES, REAL_SHEETS, SITE, edited, source_of

LINE = "「{}: 」の行を書いてください。"
MAY_BE_BLANK = "まだ値がなければ、コロンの後は空けておきます。"
INDENT = "行の先頭の空白の数（字下げ）がずれていないか確かめてください。"
GOAL_KEYS = "number, objective, policies, indicators, initiatives, rating, status, next, continues, notes"


def told(text: str, model: type[Record] = Sheet) -> list[str]:
    record, problems = bind(model, source_of(text))
    assert record is None
    assert problems
    return [str(problem).removeprefix("kita.yaml:") for problem in problems]


class TestGood:
    def test_a_sheet_is_bound(self) -> None:
        sheet, problems = bind(Sheet, source_of(GOOD_SHEET))
        assert problems == []
        assert sheet is not None
        assert (sheet.fiscal_year, sheet.created, sheet.evaluated) == (
            2025,
            date(2025, 4, 1),
            date(2026, 3, 31),
        )
        (goal,) = sheet.goals
        assert isinstance(goal, Goal)
        assert goal.indicators[0].target == "1,200人"
        assert goal.initiatives[0].names == ("総合防災訓練",)
        assert (goal.rating, goal.policies, goal.notes) == ("○", ("政策13-1-②",), ())

    @pytest.mark.parametrize(("model", "text"), [(Organization, ORGANIZATION), (Plans, POLICIES), (Site, SITE)])
    def test_the_other_files_are_bound(self, model: type[Record], text: str) -> None:
        record, problems = bind(model, source_of(text))
        assert problems == []
        assert isinstance(record, model)

    @pytest.mark.parametrize("path", REAL_SHEETS, ids=lambda path: path.stem)
    def test_the_real_sheets_are_bound(self, path: Path) -> None:
        text, _ = decode(path.read_bytes(), path.name)
        assert text is not None
        sheet, problems = bind(Sheet, source_of(text))
        assert problems == []
        assert sheet is not None

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("policies: [政策13-1-②]", "policies:"),
            ("policies: [政策13-1-②]", "policies: []"),
            ("    policies: [政策13-1-②]\n", ""),
            ("created: 2025-04-01", "created:"),
            ("created: 2025-04-01", 'created: "2025-04-01"'),
            ("evaluated: 2026-03-31", "evaluated:"),
            ('target: "1,200人"', "target:"),
            ("source: https://example.lg.jp/sheet.pdf\n", ""),
        ],
    )
    def test_what_may_be_blank_or_missing_may_be(self, old: str, new: str) -> None:
        sheet, problems = bind(Sheet, source_of(edited(old, new)))
        assert problems == []
        assert sheet is not None

    @pytest.mark.parametrize(
        ("said", "codes"),
        [({}, ()), ({"policies": None}, ()), ({"policies": []}, ()), ({"policies": ["政策1"]}, ("政策1",))],
    )
    def test_a_list_that_is_blank_or_missing_is_empty(self, said: dict[str, Any], codes: tuple[str, ...]) -> None:
        row = record_of(Indicator, {"name": "a", "target": None, "result": "3回", **said})
        assert row == Indicator("a", None, "3回", codes, None, None)
        assert record_of(Unit, {"slug": "somu", "name": "総務課", "aliases": None}).aliases == ()


class TestUnknownKeys:
    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            (
                "rating: ○",
                "ratng: ○",
                "19:5: 目標に「ratng」という項目はありません。\n  hint: もしかして「rating」ですか。",
            ),
            (
                "goals:",
                "gols:",
                "7:1: シートに「gols」という項目はありません。\n  hint: もしかして「goals」ですか。",
            ),
            (
                "result:",
                "resalt:",
                "14:9: 指標に「resalt」という項目はありません。\n  hint: もしかして「result」ですか。",
            ),
            (
                "summary:",
                "sumary:",
                "17:9: 取組に「sumary」という項目はありません。\n  hint: もしかして「summary」ですか。",
            ),
            (
                "    rating: ○\n",
                "    rating: ○\n    items: [あ]\n",
                f"20:5: 目標に「items」という項目はありません。\n  hint: 目標に書ける項目は {GOAL_KEYS} です。",
            ),
            (
                "    rating: ○\n",
                "    rating: ○\n    on: ○\n",
                f"20:5: 目標に「on」という項目はありません。\n  hint: 目標に書ける項目は {GOAL_KEYS} です。",
            ),
            (
                "    rating: ○\n",
                "    rating: ○\n    1: ○\n",
                f"20:5: 目標に「1」という項目はありません。\n  hint: 目標に書ける項目は {GOAL_KEYS} です。",
            ),
            (
                "status: 達成",
                "'status　': 達成",
                "20:5: 項目名「status」の前後に空白があります。\n  hint: 空白を消してください。",
            ),
            (
                "    rating: ○",
                "        rating: ○",
                f"19:9: 「rating」は取組の項目ではなく、目標の項目です。\n  hint: {INDENT}",
            ),
            (
                "    status: 達成\n    next: 継続する。\n",
                "status: 達成\n",
                f"20:1: 「status」はシートの項目ではなく、目標の項目です。\n  hint: {INDENT}",
            ),
        ],
    )
    def test_a_key_is_told_once_with_what_was_meant(self, old: str, new: str, problem: str) -> None:
        assert [one for one in told(edited(old, new)) if "がありません。" not in one] == [problem]

    def test_a_misspelt_key_explains_the_missing_one(self) -> None:
        assert len(told(edited("goals:", "gols:"))) == 1

    @pytest.mark.parametrize(
        ("old", "new", "meant"),
        [
            ("names: [総合防災訓練]", "name: 総合防災訓練", "names"),
            ("- name: 防災訓練の参加者数", "- names: 防災訓練の参加者数", "name"),
        ],
    )
    def test_a_key_of_another_part_may_be_a_slip_for_one_of_this(self, old: str, new: str, meant: str) -> None:
        assert any(f"「{meant}」ですか。" in problem for problem in told(edited(old, new)))

    @pytest.mark.parametrize(
        ("model", "text", "old", "new", "meant"),
        [
            (Organization, ORGANIZATION, "    units:", "    unit:", "units"),
            (Organization, ORGANIZATION, "divisions:", "division:", "divisions"),
            (Organization, ORGANIZATION, "name: 北区役所", "names: 北区役所", "name"),
            (Plans, POLICIES, "plans:", "plan:", "plans"),
        ],
    )
    def test_the_other_files_do_not_speak_of_the_keys_of_sheets(
        self, model: type[Record], text: str, old: str, new: str, meant: str
    ) -> None:
        problems = told(edited(old, new, text), model)
        assert any(f"もしかして「{meant}」ですか。" in problem for problem in problems)
        assert not any("シートの項目" in problem or "取組の項目" in problem for problem in problems)

    def test_a_key_of_sheets_in_the_plans_is_no_matter_of_indents(self) -> None:
        assert not any(INDENT in problem for problem in told("policies: []\n", Plans))


class TestMissingKeys:
    @pytest.mark.parametrize(
        ("old", "problem"),
        [
            (
                "fiscal_year: 2025\n",
                f"1:1: シートに「fiscal_year」（年度）がありません。\n  hint: {LINE.format('fiscal_year')}",
            ),
            (
                "evaluated: 2026-03-31\n",
                f"1:1: シートに「evaluated」（評価日）がありません。\n  hint: {LINE.format('evaluated')}{MAY_BE_BLANK}",
            ),
            (
                "    objective: 防災体制の強化\n",
                f"8:5: 目標に「objective」（組織目標）がありません。\n  hint: {LINE.format('objective')}",
            ),
            (
                '        result: "1,310人"\n',
                f"12:9: 指標に「result」（結果）がありません。\n  hint: {LINE.format('result')}{MAY_BE_BLANK}",
            ),
            (
                "    rating: ○\n",
                f"8:5: 目標に「rating」（評価）がありません。\n  hint: {LINE.format('rating')}{MAY_BE_BLANK}",
            ),
        ],
    )
    def test_a_missing_key_is_named_with_its_words_on_the_form(self, old: str, problem: str) -> None:
        assert told(edited(old, "")) == [problem]

    @pytest.mark.parametrize(
        ("old", "key", "name"),
        [("    status: 達成\n", "status", "目標達成状況"), ("    next: 継続する。\n", "next", "今後の方針")],
    )
    def test_a_goal_has_its_last_cells(self, old: str, key: str, name: str) -> None:
        assert told(edited(old, "")) == [
            f"8:5: 目標に「{key}」（{name}）がありません。\n  hint: {LINE.format(key)}{MAY_BE_BLANK}"
        ]

    def test_a_goal_without_both_is_told_of_both(self) -> None:
        problems = told(edited("    status: 達成\n    next: 継続する。\n", ""))
        assert [problem.split("」")[0] for problem in problems] == ["8:5: 目標に「status", "8:5: 目標に「next"]

    @pytest.mark.parametrize("key", ["status", "next"])
    def test_the_last_cells_may_stand_in_each_row_but_then_in_all(self, key: str) -> None:
        goal = {field: value for field, value in right(Goal).items() if field != key}
        without = {"name": "a", "target": "1", "result": "1"}
        with_it, blank = without | {key: "達成"}, without | {key: None}
        missing = Finding((key,), *told_of_missing(key))
        for rows, findings in (
            ([with_it, with_it], []),
            ([with_it, blank], []),
            ([with_it, without], [missing]),
            ([without], [missing]),
            ([], [missing]),
            (None, [missing]),
        ):
            values = goal | {"indicators": rows}
            assert (misfits(Goal, values), refused(Goal, values)) == (findings, bool(findings))


def told_of_missing(key: str) -> tuple[str, str]:
    name = {"status": "目標達成状況", "next": "今後の方針"}[key]
    return f"目標に「{key}」（{name}）がありません。", LINE.format(key) + MAY_BE_BLANK


class TestValues:
    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            (
                'target: "1,200人"',
                "target: {未定}",
                "13:17: 文字を書くところに、項目の組（{ }）があります。\n"
                '  hint: 「{」や「[」で始まる文字は、値全体を "…" で囲んでください。',
            ),
            (
                'target: "1,200人"',
                "target: [検討中]",
                "13:17: 文字を書くところに、リスト（[ ]）があります。\n"
                '  hint: 「{」や「[」で始まる文字は、値全体を "…" で囲んでください。',
            ),
            (
                "policies: [政策13-1-②]",
                "policies: 政策13-1-②",
                "10:15: リストを書くところに、文字（「政策13-1-②」）があります。\n"
                "  hint: 「[値, 値]」の形か、行ごとに「- 」を付けて書いてください。",
            ),
            (
                "policies: [政策13-1-②]",
                "policies: [政策13-1-②, 未定]",
                "10:26: 「未定」は政策コードとして読めません。\n"
                "  hint: 「政策13-1-②」のように、計画の名前と番号を書いてください。"
                "番号がなければ [] にします。",
            ),
            (
                "objective: 防災体制の強化",
                "objective:",
                "9:15: 空欄にできない項目です。\n  hint: 値を書いてください。",
            ),
            (
                "names: [総合防災訓練]",
                "names: []",
                "16:16: リストが空です。\n  hint: 少なくとも1つ書いてください。",
            ),
            (
                "- number: 1",
                "- number: 一",
                "8:13: 「一」は番号ではありません。\n  hint: 半角の数字だけで書いてください。例: 1",
            ),
            (
                "created: 2025-04-01",
                "created: 2025-02-30",
                "2:10: 「2025-02-30」という日はありません。\n  hint: 暦にある日を書いてください。",
            ),
            (
                "rating: ○",
                "rating: O",
                "19:13: 「O」は評価の印ではありません。\n  hint: もしかして「○」ですか。"
                "○（達成）、△（一部未達成）、×（未達成）のどれかを書き、評価がまだなら空欄にしてください。",
            ),
            (
                "source: https://example.lg.jp/sheet.pdf",
                "source: javascript:alert(1)",
                "6:9: 「javascript:alert(1)」はリンクにできません。\n"
                "  hint: 「https://」で始まるアドレスを書いてください。",
            ),
        ],
    )
    def test_a_value_that_does_not_fit_is_named_at_its_place(self, old: str, new: str, problem: str) -> None:
        assert told(edited(old, new)) == [problem]

    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ("[政策13-1-②]", "[政策13-1-②, ]", None),
            ("[政策13-1-②]", "[[政策13-1-②]]", "10:16"),
            ("names: [総合防災訓練]", "names: 総合防災訓練", "16:16"),
            ("names: [総合防災訓練]", "names:", "16:15"),
            ("  - number: 1", "  - 文\n  - number: 1", "8:5"),
        ],
    )
    def test_shapes_are_named_at_their_place(self, old: str, new: str, place: str | None) -> None:
        record, problems = bind(Sheet, source_of(edited(old, new)))
        assert [f"{problem.line}:{problem.column}" for problem in problems] == ([place] if place else [])
        assert (record is None) == bool(place)

    @pytest.mark.parametrize("goals", ["goals:\n", "goals: []\n", "goals: 防災\n", "goals: {}\n"])
    def test_a_sheet_without_goals_is_refused(self, goals: str) -> None:
        (problem,) = told(GOOD_SHEET.split("goals:")[0] + goals)
        assert problem.startswith("7:")

    def test_goals_have_a_number(self) -> None:
        head, goal = GOOD_SHEET.split("goals:\n")
        goals = "".join(goal.replace("number: 1", f"number: {number}") for number in range(1, 202))
        assert told(f"{head}goals:\n{goals}") == [
            "8:3: 目標が多すぎます（200個まで）。\n  hint: 1枚のシートに1つの課の目標だけを書いてください。"
        ]

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            (
                "kind: ward",
                "kind: 区",
                "5:11: 「区」は書けません。\n  hint: ward、department のどれかを書いてください。",
            ),
            (
                "    ward: 北区\n",
                "    ward: 北区\n    code: 15101\n",
                "7:11: 「15101」はこの項目の形に合っていません。\n"
                "  hint: 半角の数字6桁を引用符で囲んで書いてください。",
            ),
            (
                "slug: chiiki-somu",
                "slug: con",
                "8:15: 「con」は別の用途に使うので、使えません。\n  hint: ほかの名前にしてください。",
            ),
        ],
    )
    def test_values_of_the_organization(self, old: str, new: str, problem: str) -> None:
        assert told(edited(old, new, ORGANIZATION), Organization) == [problem]


def test_every_problem_of_a_file_comes_at_once() -> None:
    text = edited("○", "O", edited("2025-04-01", "R7.4.1", edited('"1,200人"', '""')))
    assert [problem.split(": ")[0] for problem in told(text.replace("status:", "statas:"))] == [
        "13:17",
        "20:5",
        "2:10",
        "19:13",
    ]


def test_one_place_is_told_once() -> None:
    assert told(edited("rating: ○", 'rating: "\\e"')) == [
        "19:13: 目に見えない文字 U+001B があります。\n"
        "  hint: 「\\」で始まる書き方をやめ、文字をそのまま書いてください。"
    ]


def test_problems_of_one_file_have_a_bound() -> None:
    text = GOOD_SHEET + "".join(f"k{number}: v\n" for number in range(900))
    assert [problem.split("」")[0] for problem in told(text)] == [
        f"{number + 22}:1: シートに「k{number}" for number in range(MAX_FINDINGS)
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rating: ○", "rating: |-\n      ○\n      ×"),
        ("created: 2025-04-01", "created: |-\n  4月\n  1日"),
        ("rating: ○", '"ra\\nting": ○'),
        ("rating: ○", '"ra\\e[2Jting": ○'),
        ("policies: [政策13-1-②]", "policies: |-\n      政策1\n      政策2"),
    ],
)
def test_a_text_of_the_file_cannot_break_the_line_it_is_told_on(old: str, new: str) -> None:
    for problem in told(edited(old, new)):
        first, hint = problem.split("\n")
        assert first.isprintable()
        assert hint.startswith("  hint: ")


class TestPlace:
    @pytest.mark.parametrize(
        ("loc", "place_of_it"),
        [
            (("fiscal_year",), (1, 14)),
            (("goals", 0, "indicators", 0, "target"), (13, 17)),
            (("goals", 0, "policies", 0), (10, 16)),
            (("goals", 0, "key:rating"), (19, 5)),
            (("goals", 0, "nope"), (8, 5)),
            (("goals", 7), (8, 3)),
            ((), (1, 1)),
        ],
    )
    def test_a_finding_stands_where_its_field_stands(
        self, loc: tuple[int | str, ...], place_of_it: tuple[int, int]
    ) -> None:
        finding = Finding(loc, "違います。", "直してください。", "warning")
        (problem,) = place(source_of(GOOD_SHEET), [finding])
        assert (problem.line, problem.column) == place_of_it
        assert (problem.path, problem.message, problem.hint, problem.level) == (
            "kita.yaml",
            "違います。",
            "直してください。",
            "warning",
        )

    def test_nothing_found_is_nothing_placed(self) -> None:
        assert place(source_of("]"), []) == []


class TestPrefixes:
    """A file that was cut off is never taken for a whole one."""

    def refuse(self, data: bytes) -> None:
        text, problems = decode(data, "kita.yaml")
        if text is not None:
            sheet, problems = bind(Sheet, source_of(text))
            assert sheet is None, text[-80:]
        assert any(problem.level == "error" for problem in problems)

    @pytest.mark.parametrize("path", REAL_SHEETS, ids=lambda path: path.stem)
    def test_every_line_end_and_some_bytes(self, path: Path) -> None:
        data = path.read_bytes()
        ends = [index + 1 for index, byte in enumerate(data) if byte == ord("\n")][:-1]
        some = random.Random(path.stem).sample(range(len(data)), 80)
        for end in (*ends, *some, len(data) - 1):
            self.refuse(data[:end])

    def test_every_byte_of_one_sheet(self) -> None:
        data = min((path.read_bytes() for path in REAL_SHEETS), key=len)
        for end in range(len(data)):
            self.refuse(data[:end])


def right(kind: type[Record]) -> dict[str, Any]:
    """Return a record in which every field says what its example says."""
    return {key: right_value(key, field) for key, field in fields_of(kind).items()}


def right_value(key: str, field: Field) -> Any:
    example = right(field.read) if field.read in RECORD_NAMES else field.example
    if isinstance(example, list):
        return [str(item) for item in example]
    one = example if isinstance(example, dict) else "ward" if key == "kind" else str(example)
    return [one] if field.many else one


WORDS = st.sampled_from(["1", "○", "2025", "2025-04-01", "政策1", "kita", "https://example.jp/", "ward", " ", "あ"])
ANYTHING = st.recursive(
    st.none() | WORDS | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(KEYS)) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=10,
)


def steps(value: Any) -> list[tuple[Any, Any]]:
    """Return every place in a value: what holds it, and the key or the index."""
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [step for key, item in pairs for step in ((value, key), *steps(item))]


@st.composite
def damaged_records(draw: st.DrawFn, kind: type[Record]) -> Any:
    """Return a right record of which some places were lost, moved or overwritten."""
    whole = [deepcopy(right(kind))]
    for _ in range(draw(st.integers(0, 3))):
        holder, key = draw(st.sampled_from([(whole, 0), *steps(whole[0])]))
        damage = draw(st.sampled_from(["lost", "wrong", "further", "again"]))
        if damage == "lost" and holder is not whole:
            del holder[key]
        elif damage == "further" and isinstance(holder[key], dict):
            holder[key][draw(st.sampled_from(sorted(KEYS)) | st.text(max_size=3))] = draw(ANYTHING)
        elif damage == "again" and isinstance(holder[key], list):
            holder[key] *= draw(st.sampled_from([0, 2, 201]))
        else:
            holder[key] = draw(ANYTHING)
    return whole[0]


def refused(kind: type[Record], values: Any) -> bool:
    try:
        assert isinstance(record_of(kind, values), kind)
    except RefusedError:
        return True
    return False


@pytest.mark.parametrize("kind", RECORD_NAMES)
class TestRecords:
    """A record is made exactly where nothing is found that does not fit."""

    def test_the_examples_of_the_model_are_right(self, kind: type[Record]) -> None:
        assert (refused(kind, right(kind)), misfits(kind, right(kind))) == (False, [])

    @pytest.mark.parametrize("values", [None, "あ", [], {}, ["あ"], [{}]], ids=repr)
    def test_another_shape_is_refused(self, kind: type[Record], values: Any) -> None:
        assert refused(kind, values)
        assert misfits(kind, values)

    @given(st.data())
    def test_values_of_any_shape(self, kind: type[Record], data: st.DataObject) -> None:
        values = data.draw(ANYTHING)
        assert refused(kind, values) == bool(misfits(kind, values))

    @settings(max_examples=200)
    @given(st.data())
    def test_damaged_records(self, kind: type[Record], data: st.DataObject) -> None:
        values = data.draw(damaged_records(kind))
        found = misfits(kind, values)
        assert refused(kind, values) == bool(found)
        assert all(one.message and one.hint for one in found)


@st.composite
def damaged_sheets(draw: st.DrawFn) -> bytes:
    """Return the good sheet with up to four places overwritten."""
    data = GOOD_SHEET.encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.binary(max_size=4) | st.sampled_from([b"\n", b": ", b"- ", b'"', b"|", b"#", b"\t", b"  "]))
        data = data[:start] + piece + data[end:]
    return data


class TestAnyBytes:
    def check(self, data: bytes) -> None:
        text, problems = decode(data, "kita.yaml")
        if text is not None:
            sheet, further = bind(Sheet, source_of(text))
            assert sheet is not None or further
            problems += further
        for problem in problems:
            assert problem.line >= 1
            assert problem.column >= 1
            assert problem.hint
            assert len(str(problem).splitlines()) == 2

    @given(st.binary(max_size=300))
    def test_bytes(self, data: bytes) -> None:
        self.check(data)

    @settings(max_examples=300)
    @given(damaged_sheets())
    def test_a_damaged_sheet(self, data: bytes) -> None:
        self.check(data)

    @given(st.text(alphabet="防災。、・# -:\"'|>[]{}\n", max_size=40))
    def test_a_cell_holds_any_text_or_says_why_not(self, text: str) -> None:
        assume("\n\n" not in text)
        sheet, problems = bind(Sheet, source_of(edited("status: 達成", f"status: {text}")))
        assert (sheet is None) == bool(problems)
