"""Reading: YAML is text as written, every value has its place, nothing is guessed."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from goalsheets.files import MAX_ALIKE, decode
from goalsheets.folding import composed
from goalsheets.reading import MAX_DEPTH, MAX_ENTRIES, MAX_VALUE, Mapping, Scalar, Sequence, plain, read_yaml
from tests.conftest import ending, source_of

QUOTE = '記号で始まる文字は、値全体を "…" で囲んでください。'
LEAVE_BLANK = "空欄にするときは、コロンの後に何も書かないでください。"
COMMENT = (
    "「#」から行の終わりまでは、注釈として捨てられます。\n"
    '  hint: 文字として残すなら値全体を "…" で囲み、注釈なら別の行に書いてください。'
)

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufffd")
TEXTS = st.text(LETTERS | st.sampled_from("\n 　・：#-'\"\\|>%@`*&!?{}[],<=〇○"), min_size=1, max_size=60)


def value_of(text: str) -> object:
    """Return what stands behind the key `a`."""
    root, problems = read_yaml(source_of(text))
    assert problems == []
    assert root is not None
    return plain(root)["a"]


def told(text: str) -> list[str]:
    _, problems = read_yaml(source_of(text))
    assert problems
    return [str(problem).removeprefix("kita.yaml:") for problem in problems]


class TestText:
    @pytest.mark.parametrize(
        "written",
        [
            *("no", "NO", "on", "off", "yes", "Off", "true", "y"),
            *("1:30", "12:30:45", "0120", "1_000", "3.10", "08", "0x1F", "0o17", "1e3", ".nan", ".inf", "-1"),
            *(
                "2025-04-01",
                "2025-02-30",
                "R7.4.1",
                "=",
                "<",
                "２０",
                "○",
                "１，２００人",
                "50%",
                "a#b",
                "C#",
            ),
            *("-5件", "―", "…", "（未定）", "「防災」", "・訓練", "10件:増", "a:b", "https://example.jp/#a"),
        ],
    )
    def test_nothing_is_guessed(self, written: str) -> None:
        assert value_of(f"a: {written}\n") == written
        assert value_of(f"a:\n  - {written}\n") == [written]

    @pytest.mark.parametrize("blank", ["a:\n", "a: \n", "a:   \nb: 1\n", "a: |\nb: 1\n", "a: |\n\n\nb: 1\n"])
    def test_blank_is_none(self, blank: str) -> None:
        assert value_of(blank) is None

    @pytest.mark.parametrize("word", ["null", "~", "Null", "NULL"])
    def test_null_is_refused(self, word: str) -> None:
        assert told(f"a: {word}\n") == [f"1:4: 「{word}」とは書けません。\n  hint: {LEAVE_BLANK}"]
        assert told(f"a:\n  - {word}\n") == [f"2:5: 「{word}」とは書けません。\n  hint: {LEAVE_BLANK}"]

    @pytest.mark.parametrize("quoted", ["'null'", '"~"'])
    def test_null_in_quotes_is_text(self, quoted: str) -> None:
        assert value_of(f"a: {quoted}\n") == quoted[1:-1]

    @pytest.mark.parametrize("value", ['""', "''", '" "', "'　'", "　", '"\\n"'])
    def test_a_value_of_blanks_is_refused(self, value: str) -> None:
        assert told(f"a: {value}\n") == [f"1:4: 空白だけの値、または空の引用符です。\n  hint: {LEAVE_BLANK}"]

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("a: |\n  一\n  二\n", "一\n二"),
            ("a: |-\n  一\n\n  二\n", "一\n\n二"),
            ("a: |+\n  一\n\n\nb: 1\n", "一"),
            ("a: |\n  一\n    二\n", "一\n  二"),
            ("a: |2\n    一\n", "  一"),
            ("a: |\n  # 見出し\n", "# 見出し"),
            ("a: |\n  key: 値\n  - 項目\n", "key: 値\n- 項目"),
        ],
    )
    def test_lines_of_a_block_stay(self, text: str, value: str) -> None:
        assert value_of(text) == value

    @pytest.mark.parametrize("line", ["　本文です。", "　tel：025-000-0000", "　url: https://example.jp/"])
    def test_a_paragraph_of_a_block_may_begin_with_a_wide_blank(self, line: str) -> None:
        assert value_of(f"a: |\n  見出し\n  {line}\n") == f"見出し\n{line}"

    @pytest.mark.parametrize(
        "text",
        [
            "a: 継続\n  する。\n",
            "a:\n  継続\n  する。\n",
            "a: '継続\n  する。'\n",
            'a: "継続\n  する。"\n',
            'a: "継続\\\n  する。"\n',
            "a: >\n  継続\n  する。\n",
            "a: >-\n  継続\n  する。\n",
        ],
    )
    def test_wrapped_japanese_joins_without_a_space(self, text: str) -> None:
        assert value_of(text) == "継続する。"

    def test_wrapped_latin_words_keep_a_space(self) -> None:
        assert value_of("a: open\n  data\n") == "open data"

    def test_a_wrapped_item_of_a_list_keeps_every_letter(self) -> None:
        assert value_of("a:\n  - 防災\n    訓練\n  - [健康,\n     福祉]\n") == ["防災訓練", ["健康", "福祉"]]

    def test_a_digit_behind_a_fold_is_refused(self) -> None:
        assert told("a: >2\n    一\n") == ["1:4: 「>2」の数字は使えません。\n  hint: 「|-」を使ってください。"]

    def test_letters_in_parts_are_composed_in_values_and_keys(self) -> None:
        root, _ = read_yaml(source_of("か\u3099: は\u309a\n"))
        assert root is not None
        assert plain(root) == {"が": "ぱ"}


class TestRoundTrip:
    """What YAML's own writer writes is read as it was."""

    @given(TEXTS)
    def test_a_block_scalar(self, text: str) -> None:
        assume(text.strip(" 　\n\u00a0") and not text.endswith("\n"))
        body = "".join(f"  {line}\n" if line else "\n" for line in text.split("\n"))
        assert value_of(f"x: 1\na: |2-\n{body}z: 1\n") == composed(text)

    @example("防災\n", "'")
    @given(TEXTS, st.sampled_from(["'", '"']))
    def test_a_quoted_scalar(self, text: str, style: str) -> None:
        assume(text.strip(" 　\n\u00a0"))
        written = yaml.dump({"a": text, "z": "1"}, default_style=style, allow_unicode=True, width=1 << 20)
        assert value_of(written) == composed(text)

    @given(st.lists(st.text("防災訓練。、（）ーa ", min_size=1, max_size=20), min_size=1, max_size=5))
    def test_a_wrapped_plain_scalar(self, pieces: list[str]) -> None:
        lines = [piece.strip() for piece in pieces]
        assume(all(lines) and not any("a" in line for line in lines))
        assert value_of("a: " + "\n  ".join(lines) + "\n") == "".join(lines)


class TestPlaces:
    def test_every_node_knows_where_it_stands(self) -> None:
        root, _ = read_yaml(source_of("# 注\na: 一\nb:\n  - 二\n  - c: |\n      三\n"))
        assert root is not None
        assert (root.line, root.column) == (2, 1)
        assert root.keys["b"] == Scalar(3, 1, "b")
        assert root.entries["a"] == Scalar(2, 4, "一")
        sequence = root.entries["b"]
        assert isinstance(sequence, Sequence)
        assert (sequence.line, sequence.column) == (4, 3)
        inner = sequence.items[1]
        assert isinstance(inner, Mapping)
        assert inner.entries["c"] == Scalar(5, 8, "三")

    def test_columns_count_letters_not_bytes(self) -> None:
        root, _ = read_yaml(source_of("a: [防災, 訓練]\n"))
        assert root is not None
        sequence = root.entries["a"]
        assert isinstance(sequence, Sequence)
        assert [item.column for item in sequence.items] == [5, 9]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "problems"),
        [
            ("a: &x 1\n", [f"1:4: 「&」の目印（アンカー）は使えません。\n  hint: {QUOTE}"]),
            (
                "a: &x 1\nb: *x\n",
                [
                    f"1:4: 「&」の目印（アンカー）は使えません。\n  hint: {QUOTE}",
                    f"2:4: 「*」の参照（エイリアス）は使えません。\n  hint: {QUOTE}",
                ],
            ),
            ("a: &x 一\n  二\n", [f"1:4: 「&」の目印（アンカー）は使えません。\n  hint: {QUOTE}"]),
            ("a: &x >\n  一\n  二\n", [f"1:4: 「&」の目印（アンカー）は使えません。\n  hint: {QUOTE}"]),
            ("a: &x [*x]\n", None),
            ("a: !!int ''\n", None),
            (
                "a: !!bool maybe\n",
                [f"1:4: 「!」の型指定（タグ tag:yaml.org,2002:bool）は使えません。\n  hint: {QUOTE}"],
            ),
            ("a: !!timestamp soon\n", None),
            ("a: !!python/object/apply:os.system [id]\n", None),
            (
                "a:\n  <<: {b: 1}\n",
                ["2:3: 「<<」（マージキー）は使えません。\n  hint: 必要な項目をそのまま書いてください。"],
            ),
            (
                "a: 1\nb: 2\na: 3\n",
                ["3:1: 項目「a」が2回あります（1行目と3行目）。\n  hint: どちらか1つを消してください。"],
            ),
            ("a:\n  [b]: 1\n", [f"2:3: 項目名は文字でなければなりません。\n  hint: {QUOTE}"]),
            ("!x a: 1\n", ["1:1: 項目名に「!」や「&」は使えません。\n  hint: 項目名だけを書いてください。"]),
            (
                "a: 1\n---\nb: 2\n",
                [
                    "2:1: 1つのファイルに2つめの文書（「---」の後）があります。\n"
                    "  hint: シートは1枚ずつ別のファイルにしてください。"
                ],
            ),
            (
                '"a": "\\0"\n',
                [
                    "1:6: 目に見えない文字 U+0000 があります。\n"
                    "  hint: 「\\」で始まる書き方をやめ、文字をそのまま書いてください。"
                ],
            ),
            (
                "a: 1",
                [
                    "1:5: ファイルの最後に改行がありません。途中で切れている恐れがあります。\n"
                    "  hint: 最後の行まであるか確かめ、行の終わりで Enter を押して保存してください。"
                ],
            ),
        ],
    )
    def test_what_changes_a_text_unseen_is_refused(self, text: str, problems: list[str] | None) -> None:
        found = told(text)
        assert problems is None or found == problems

    @pytest.mark.parametrize("escape", ["\\0", "\\e", "\\a", "\\x7f", "\\u0085", "\\u2028", "\\L", "\\N", "\\b"])
    def test_hidden_characters_from_escapes_are_refused(self, escape: str) -> None:
        (problem,) = told(f'a: "防{escape}災"\n')
        assert problem.startswith("1:4: 目に見えない文字 U+")

    @pytest.mark.parametrize("escape", ["\\u200b", "\\u202e", "\\ufeff", "\\u00ad"])
    def test_invisible_characters_from_escapes_are_refused_as_in_the_file(self, escape: str) -> None:
        (problem,) = told(f'a: "防{escape}災"\n')
        assert problem.startswith("1:4: 目に見えない文字 U+")

    def test_hidden_characters_in_a_key_are_refused(self) -> None:
        problems = told('"a\\e[2J": 1\n')
        assert any("U+001B" in problem for problem in problems)

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("a: 50件 #前年比\n", "1:8"),
            ("a: #1位\n", "1:4"),
            ('a: "50件" # 前年比\n', "1:10"),
            ("a: [b, c] # 注\n", "1:11"),
            ("a: {b: c} # 注\n", "1:11"),
            ("a:\n  - b # 注\n", "2:7"),
            ("a: | # 注\n  b\n", "1:6"),
            ("a: | #1位\n  b\n", "1:6"),
        ],
    )
    def test_a_comment_behind_a_value_is_refused(self, text: str, place: str) -> None:
        assert told(text) == [f"{place}: {COMMENT}"]

    @pytest.mark.parametrize("text", ["# 注\na: b\n", "a: b\n  # 注\n# 注\n", "a: b#c\n", "a: |\n  b # c\n"])
    def test_a_comment_in_its_own_line_and_a_sign_in_a_text_are_fine(self, text: str) -> None:
        assert str(value_of(text)).startswith("b")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                "a:\n\tb: 1\n",
                "2:1: タブ文字があります。YAML の字下げには使えません。\n"
                "  hint: タブを消し、半角の空白2つずつで字下げしてください。",
            ),
            (
                "a:\n  b: 1\n　　c: 1\n",
                "3:1: 行の先頭に全角の空白（U+3000）があります。字下げには使えません。\n"
                "  hint: 半角の空白2つずつで字下げしてください。",
            ),
            (
                "a:\n  \u00a0- b: 1\n",
                "2:3: 行の先頭に特別な空白（U+00A0）があります。字下げには使えません。\n"
                "  hint: 半角の空白2つずつで字下げしてください。",
            ),
        ],
    )
    def test_odd_blanks_in_indents_are_named(self, text: str, problem: str) -> None:
        assert told(text) == [problem]

    @pytest.mark.parametrize("text", ["", "\n\n", "# 注\n", "---\n", "--- # 注\n"])
    def test_an_empty_file_is_called_empty(self, text: str) -> None:
        (problem,) = told(text)
        assert problem.endswith("ファイルが空です。\n  hint: シートの内容を書くか、ファイルを消してください。")

    @pytest.mark.parametrize("text", ["- a\n- b\n", "ただの文です。\n", "[a]\n", "|\n  文\n"])
    def test_a_file_is_a_mapping(self, text: str) -> None:
        assert told(text) == [
            "1:1: ファイル全体が「項目名: 値」の形になっていません。\n"
            "  hint: 各行を「fiscal_year: 2025」のように、項目名・半角コロン・空白・値の順に書いてください。"
        ]

    def test_all_problems_come_at_once(self) -> None:
        assert [problem.split(": ")[0] for problem in told("a: ''\nb: &x 1\na: 2\nc: 3 # 注")] == [
            "1:4",
            "2:4",
            "3:1",
            "4:6",
            "4:9",
        ]


class TestBounds:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("[" * 30_000 + "\n", f"1:{MAX_DEPTH + 2}"),
            ("- " * 30_000 + "\n", f"1:{2 * MAX_DEPTH + 3}"),
            ("a: " + "[" * 2_000 + "x" + "]" * 2_000 + "\n", f"1:{MAX_DEPTH + 4}"),
            ("{a: " * 1_500 + "\n", f"1:{4 * MAX_DEPTH + 5}"),
            ("? " * 30_000 + "\n", f"1:{2 * MAX_DEPTH + 3}"),
        ],
        ids=["flow", "block", "value", "mapping", "keys"],
    )
    def test_nesting_ends_early(self, text: str, place: str) -> None:
        with ending():
            problems = told(text)
        assert problems[-1] == (
            f"{place}: 入れ子が深すぎます（{MAX_DEPTH}段まで）。\n  hint: 「[」「{{」「- 」の重なりを減らしてください。"
        )

    def test_a_value_has_a_length(self) -> None:
        assert value_of(f"a: {'あ' * MAX_VALUE}\n") == "あ" * MAX_VALUE
        assert told(f"a: {'あ' * (MAX_VALUE + 1)}\n") == [
            "1:4: 値が長すぎます（20,000文字まで）。\n  hint: 内容を分けて短くしてください。"
        ]

    @pytest.mark.parametrize("line", ["k{}: v\n", "- {}\n"])
    def test_entries_have_a_number(self, line: str) -> None:
        problem = told("".join(line.format(number) for number in range(MAX_ENTRIES + 1)))[0]
        assert problem == (
            f"{MAX_ENTRIES + 1}:{1 if line.startswith('k') else 3}: 項目が多すぎます（1,000個まで）。\n"
            "  hint: シートを正しい形に直してください。"
        )

    def test_what_stands_before_a_flood_of_keys_is_still_read(self) -> None:
        root, problems = read_yaml(source_of("a: b\n" + "".join(f"k{number}: v\n" for number in range(20_000))))
        assert [problem.message for problem in problems] == ["項目が多すぎます（1,000個まで）。"]
        assert root is not None
        assert list(root.entries)[:2] == ["a", "k0"]

    def test_nodes_have_a_number(self) -> None:
        row = f"  - [{', '.join(['b'] * 99)}]\n"
        assert told("a:\n" + row * 101) == [
            "101:297: 項目が多すぎます（10,000個まで）。\n  hint: シートを正しい形に直してください。"
        ]

    def test_a_list_that_stands_for_a_city_may_have_more(self) -> None:
        text = "a:\n" + "".join(f"  - [{', '.join(['b'] * 400)}]\n" for _ in range(249))
        found = source_of(text)._replace(path="organization.yaml")
        assert read_yaml(found)[1] == []
        _, problems = read_yaml(found._replace(text=text + text[3:]))
        assert [problem.message for problem in problems] == ["項目が多すぎます（100,000個まで）。"]

    @pytest.mark.parametrize("line", ["a:\tb\n", "　a: b\n", "<<: b\n", "a: *b\n", "x: !!int 1\n"])
    def test_problems_of_one_kind_have_a_number(self, line: str) -> None:
        with ending():
            assert MAX_ALIKE <= len(told(line * 20_000)) <= MAX_ALIKE + 2

    def test_a_wide_blank_is_found_below_many_in_a_block(self) -> None:
        block = "a: |\n" + "  　b: c\n" * (MAX_ALIKE + 1)
        assert told(f"{block}　d: e\n") == [
            f"{MAX_ALIKE + 3}:1: 行の先頭に全角の空白（U+3000）があります。字下げには使えません。\n"
            "  hint: 半角の空白2つずつで字下げしてください。"
        ]

    @pytest.mark.parametrize("piece", [" ", "\n", ", ", "- ", "- - ", ": ", "'", '"', "[", "{a: ", "　", "|"])
    def test_a_flood_ends(self, piece: str) -> None:
        """A search that tries each blank of a run again for each of them took half a minute for this."""
        with ending():
            read_yaml(source_of(f"a: b{piece * 80_000}\nc: d\n"))
            read_yaml(source_of(f"a: b\n{piece * 80_000}c: d\n"))

    def test_bombs_are_refused_at_once(self) -> None:
        wide = "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
        merge = "".join(f"b{n}: &b{n}\n  <<: [{','.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 10))
        with ending():
            problems = told(f"a0: &a0 [lol]\n{wide}b0: &b0 {{x: 1}}\n{merge}")
        assert any("エイリアス" in problem for problem in problems)
        assert any("マージキー" in problem for problem in problems)


YAMLISH = st.lists(
    st.sampled_from(
        [
            *"\"'|>-?:#&*!%@`[]{},~\\\n 日aか",
            "\u3099",
            "\n  ",
            ": ",
            "- ",
            ">2\n",
            "\\\n",
            "<<: ",
            "---\n",
            "...\n",
        ]
    ),
    max_size=14,
).map("".join)


@pytest.mark.parametrize("mark", ["・", "※", "②"])
def test_an_item_that_would_run_into_the_line_before_is_named(mark: str) -> None:
    text = f"status: 次のとおりです。\n  {mark}講座を開きました。\n"
    assert [str(problem) for problem in read_yaml(source_of(text))[1]] == [
        f"kita.yaml:2:3: 「{mark}」で始まる行が前の行につながり、改行が失われます。\n"
        "  hint: 項目名の後に「|-」と書いて改行し、その下に文を字下げして書いてください。"
    ]


@settings(max_examples=300)
@example('-"\n%@\n')
@example('!x "\n %"\n')
@example('a: &x \n  "  @"\\\n')
@given(YAMLISH | st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    decoded, _ = decode(text.encode("utf-8", "replace"), "x.yaml")
    assume(decoded is not None)
    root, problems = read_yaml(source_of(decoded or ""))
    assert root is not None or problems
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert len(str(problem).splitlines()) == 2
