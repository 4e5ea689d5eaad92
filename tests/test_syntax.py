"""Syntax: what keeps a file from being YAML is said where the mistake was made, and how to mend it."""

from __future__ import annotations

import pytest

from goalsheets.reading import read_yaml
from tests.conftest import edited, source_of

QUOTE = '値全体を "…" で囲んでください。'
INDENT = "同じ段の項目は、行の先頭の半角空白の数をそろえてください（1段は2つ）。"


def told(text: str) -> list[str]:
    _, problems = read_yaml(source_of(text))
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        (
            "unit: 地",
            "unit：地",
            "5:5",
            "「unit」の後のコロンが全角（：）です。",
            "半角のコロンと空白（: ）にしてください。",
        ),
        (
            "  - number: 1",
            "  - number： 1",
            "8:11",
            "「number」の後のコロンが全角（：）です。",
            "半角のコロンと空白（: ）にしてください。",
        ),
        (
            "fiscal_year: 2025",
            "fiscal_year：2025",
            "1:12",
            "「fiscal_year」の後のコロンが全角（：）です。",
            "半角のコロンと空白（: ）にしてください。",
        ),
        (
            "next: 継続する。",
            "next：継続する。",
            "21:9",
            "「next」の後のコロンが全角（：）です。",
            "半角のコロンと空白（: ）にしてください。",
        ),
        (
            "status: 達成",
            "status:達成",
            "20:12",
            "「status:」の後に空白がありません。",
            "コロンの後に半角の空白を1つ入れてください。",
        ),
        (
            'target: "1,200人"',
            "target: 目標: 10件",
            "13:19",
            "値の中に「: 」（コロンと空白）があります。",
            QUOTE,
        ),
        ("status: 達成", "status: @達成", "20:13", "値を「@」で始めることはできません。", QUOTE),
        ("status: 達成", "status: `達成`", "20:13", "値を「`」で始めることはできません。", QUOTE),
        ("status: 達成", "status: %達成", "20:13", "値を「%」で始めることはできません。", QUOTE),
        ("status: 達成", "status: *重点", "20:13", "「*」で始まる値は書けません。", QUOTE),
        ("status: 達成", "status: &重点 達成", "20:13", "「&」で始まる値は書けません。", QUOTE),
        ("status: 達成", "status: !重点 達成", "20:13", "「!」で始まる値は書けません。", QUOTE),
        (
            "[総合防災訓練]",
            "[総合防災訓練",
            "16:16",
            "「[」で始まるリストが正しく閉じられていません。",
            'リストは [ ] で囲み、間を「, 」で区切ってください。記号のある値は "…" で囲んでください。',
        ),
        (
            "[総合防災訓練]",
            "[総合防災訓練】",
            "16:16",
            "「[」で始まるリストが正しく閉じられていません。",
            'リストは [ ] で囲み、間を「, 」で区切ってください。記号のある値は "…" で囲んでください。',
        ),
        (
            "status: 達成",
            "status: {達成",
            "20:13",
            "「{」で始まる値が正しく閉じられていません。",
            QUOTE,
        ),
        (
            "next: 継続する。",
            'next: "継続する。',
            "21:11",
            "引用符（\" または '）が閉じられていません。",
            "値の終わりに同じ引用符を書いてください。",
        ),
        (
            "objective: 防災体制の強化",
            "objective: '防災体制の強化",
            "9:16",
            "引用符（\" または '）が閉じられていません。",
            "値の終わりに同じ引用符を書いてください。",
        ),
        (
            "next: 継続する。",
            'next: "C:\\Users"',
            "21:11",
            "「\\」を使った書き方が正しくありません。",
            "「\\」を消すか、引用符を使わずに書いてください。",
        ),
        (
            "next: 継続する。",
            'next: "\\uD800"',
            "21:11",
            "「\\」を使った書き方が正しくありません。",
            "「\\」を消すか、引用符を使わずに書いてください。",
        ),
        (
            "summary: |",
            "summary: | 概要",
            "17:18",
            "「|」や「>」の後に文字があるか、続く行の字下げがそろっていません。",
            "「|-」だけを書いて改行し、続く行を半角の空白で字下げしてください。",
        ),
        ("    rating: ○", "   rating: ○", "19:4", "この行の字下げ、または行の形が正しくありません。", INDENT),
        (
            "    status: 達成",
            "      status: 達成",
            "20:13",
            "この行の字下げが前の行と合っていません。",
            INDENT,
        ),
        (
            "    status: 達成",
            "    status 達成",
            "20:5",
            "この行に「項目名: 」がありません。",
            "前の行の続きなら、前の行の項目名より深く字下げしてください。",
        ),
    ],
)
def test_a_slip_is_named_where_it_was_made(old: str, new: str, place: str, message: str, hint: str) -> None:
    assert told(edited(old, new)) == [f"kita.yaml:{place}: {message}\n  hint: {hint}"]


@pytest.mark.parametrize("directive", ["%YAML 1.2", "%YAML 9.9", "%TAG ! tag:x,2000:", "%YAML x"])
def test_directives_are_refused(directive: str) -> None:
    assert told(f"{directive}\n---\na: 1\n") == [
        "kita.yaml:1:1: 「%」で始まる指示は使えません。\n  hint: 「%」の行を消してください。"
    ]


def test_text_behind_the_end_of_a_document_is_refused() -> None:
    assert told("a: 1\n...\nもう一度\n") == [
        "kita.yaml:3:1: 「...」の後に文字があります。\n"
        "  hint: シートは1枚ずつ別のファイルにし、「...」の後には何も書かないでください。"
    ]


@pytest.mark.parametrize("value", ["-", "- 5件", '"3避難所"（累計23避難所）', "'3避難所'（累計）", '"10" 件', "? 未定"])
def test_a_value_that_begins_like_yaml_gets_the_hint_to_quote_it(value: str) -> None:
    (problem,) = told(edited('"1,200人"', value))
    assert problem.startswith("kita.yaml:13:")
    assert "囲んで" in problem.split("\n")[1]


@pytest.mark.parametrize("quote", ['"', "'"])
def test_an_open_quote_is_named_where_it_opened_though_another_follows(quote: str) -> None:
    text = edited('"1,310人"', f"{quote}1,310人{quote}", edited('"1,200人"', f"{quote}1,200人"))
    (problem,) = told(text)
    assert problem == (
        "kita.yaml:13:17: 引用符（\" または '）が閉じられていません。\n  hint: 値の終わりに同じ引用符を書いてください。"
    )


def test_an_open_quote_is_not_blamed_on_an_address_below_it() -> None:
    text = edited("達成", '"達成', edited("継続する。", "|-\n      詳しくは\n      https://example.jp/"))
    assert told(text) == [
        "kita.yaml:20:13: 引用符（\" または '）が閉じられていません。\n  hint: 値の終わりに同じ引用符を書いてください。"
    ]


def test_a_number_sign_in_a_list_is_named_in_its_own_line() -> None:
    (problem,) = told(edited("[総合防災訓練]", "[総合防災訓練, #1位]"))
    assert problem.startswith("kita.yaml:16:")


@pytest.mark.parametrize("cut", ["a: [", "a: [b,", "a: {", "a: [b, [", "a: [b,\n  "])
def test_a_file_cut_off_inside_brackets_is_named_in_its_last_line(cut: str) -> None:
    """The parser counts a line more than there is where the last one has no end."""
    lines = cut.split("\n")
    place = f"{len(lines)}:{len(lines[-1]) + 1}"
    assert told(cut)[0] == (
        f"kita.yaml:{place}: 「[」や「{{」の中の値が正しくないか、閉じられていません。\n"
        '  hint: リストは [ ] で囲み、間を「, 」で区切ってください。記号のある値は "…" で囲んでください。'
    )
