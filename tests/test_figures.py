"""Figures: never read wrongly; what may be anything else is refused, and it is said why."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.sheets import sheet
from goalsheets.figures import FULL, Figure, Measure, Refusal, charts_of, read_figure, read_measure
from tests.samples import CONTENT, entries_of

READ = {
    "95.0%": ("95.0", "%", "", ""),
    "90.4%": ("90.4", "%", "", ""),
    "44.3%": ("44.3", "%", "", ""),
    "42.7%": ("42.7", "%", "", ""),
    "28.5%": ("28.5", "%", "", ""),
    "52.6%": ("52.6", "%", "", ""),
    "28.0%": ("28.0", "%", "", ""),
    "34.4%": ("34.4", "%", "", ""),
    "０件": ("0", "件", "", ""),
    "２件": ("2", "件", "", ""),
    "50.0%": ("50.0", "%", "", ""),
    "54.7%": ("54.7", "%", "", ""),
    "15.0%": ("15.0", "%", "", ""),
    "18.8%": ("18.8", "%", "", ""),
    "85.0%": ("85.0", "%", "", ""),
    "92.2%": ("92.2", "%", "", ""),
    "90.0%": ("90.0", "%", "", ""),
    "1,700件": ("1700", "件", "", ""),
    "1,512件": ("1512", "件", "", ""),
    "1,900件": ("1900", "件", "", ""),
    "1,996件": ("1996", "件", "", ""),
    "103校": ("103", "校", "", ""),
    "99校": ("99", "校", "", ""),
    "4.6以上": ("4.6", "", "以上", ""),
    "4.7": ("4.7", "", "", ""),
    "8": ("8", "", "", ""),
    "10": ("10", "", "", ""),
    "300件\n（R5：290件）": ("300", "件", "", "R5:290件"),
    "318件": ("318", "件", "", ""),
    "850件\n（R4：779件）": ("850", "件", "", "R4:779件"),
    "856件": ("856", "件", "", ""),
    "80%": ("80", "%", "", ""),
    "77.7%": ("77.7", "%", "", ""),
    "12回": ("12", "回", "", ""),
    "16回": ("16", "回", "", ""),
    "105回\n（100％）": ("105", "回", "", "100%"),
    "1回": ("1", "回", "", ""),
    "１回": ("1", "回", "", ""),
    "0件": ("0", "件", "", ""),
    "1件": ("1", "件", "", ""),
    "22回": ("22", "回", "", ""),
    "28回": ("28", "回", "", ""),
    "8回": ("8", "回", "", ""),
    "24件": ("24", "件", "", ""),
    "4.8点": ("4.8", "点", "", ""),
    "3避難所（累計23避難所）": ("3", "避難所", "", "累計23避難所"),
    "4": ("4", "", "", ""),
    "68か所": ("68", "か所", "", ""),
    "24回": ("24", "回", "", ""),
    "240回": ("240", "回", "", ""),
    "200回": ("200", "回", "", ""),
    "18回": ("18", "回", "", ""),
    "200人以上": ("200", "人", "以上", ""),
    "5": ("5", "", "", ""),
    "6": ("6", "", "", ""),
    "85％以上": ("85", "%", "以上", ""),
    "50回": ("50", "回", "", ""),
    "6回": ("6", "回", "", ""),
    "32": ("32", "", "", ""),
    "87": ("87", "", "", ""),
    "3": ("3", "", "", ""),
    "60": ("60", "", "", ""),
    "2": ("2", "", "", ""),
    "430": ("430", "", "", ""),
    "７，５００人": ("7500", "人", "", ""),
    "１５０，０００円": ("150000", "円", "", ""),
    "１９０": ("190", "", "", ""),
    "2,000": ("2000", "", "", ""),
    "40,000": ("40000", "", "", ""),
    "15,000": ("15000", "", "", ""),
    "1": ("1", "", "", ""),
}
"""Every target and result of the city that is read as a figure: its number, unit, bound and remark."""

REFUSED = {
    "次期事業者の選定": "が数ではない",
    "次期事業者の選定及び契約の締結を達成": "が数ではない",
    "前年より減少率（△0.35％）を鈍化させる\n（R5：88.15％）": "が数ではない",
    "△0.52%\n(R6:87.63%)": "が「△」や「-」の付いた数である",
    "推進": "が数ではない",
    "実施": "が数ではない",
    "交流会の開催1回以上": "に数のほかの言葉がある",
    "・データ収集\n・検証\n・改善": "が数ではない",
    "対象者に対しての全数": "が数ではない",
    "葛塚縞手織りの図録作成\n郷土芸能公演開催": "が数ではない",
    "インスタグラムの活用": "が数ではない",
}
"""Every other one, and why it is refused."""

OTHERS: dict[str, tuple[str, str, str, str] | str] = {
    "12,345,678円": ("12345678", "円", "", ""),
    "0.5％未満": ("0.5", "%", "未満", ""),
    "100人超": ("100", "人", "超", ""),
    "30分以内": "の単位を読み取れない",
    "10時間以内": ("10", "時間", "以内", ""),
    "1.2万人": ("12000", "人", "", ""),
    "3億円": ("300000000", "円", "", ""),
    "5千円": ("5000", "円", "", ""),
    "3\u3000件": ("3", "件", "", ""),
    " 8 箇所 ": ("8", "箇所", "", ""),
    "12小学校": ("12", "小学校", "", ""),
    "300件(Ｒ５：290件)": ("300", "件", "", "R5:290件"),
    "4.8点（5点満点）": ("4.8", "点", "", "5点満点"),
    "2000人": ("2000", "人", "", ""),
    "2000以上": ("2000", "", "以上", ""),
    "": "が数ではない",
    "百人": "が数ではない",
    "前年度以上": "が数ではない",
    "٣件": "が数ではない",
    "①5件": "に数のほかの言葉がある",
    "年1回": "に数のほかの言葉がある",
    "+5件": "に数のほかの言葉がある",
    "2回、3回": "に数がいくつもある",
    "10人中8人": "に数がいくつもある",
    "1億2,000万円": "に数がいくつもある",
    "2/3": "に数がいくつもある",
    "4・8": "に数がいくつもある",
    "1回以上2回以下": "に数がいくつもある",
    "3件\n4件": "に数がいくつもある",
    "3～5件": "が範囲である",
    "3件〜5件": "が範囲である",
    "10-20": "が範囲である",
    "5件から8件": "が範囲である",
    "約300人": "がおよその数である",
    "300人程度": "がおよその数である",
    "-5%": "が「△」や「-」の付いた数である",
    "－５％": "が「△」や「-」の付いた数である",
    "▲3件": "が「△」や「-」の付いた数である",
    "前年比△5": "が「△」や「-」の付いた数である",
    "2025年": "が年や日時である",
    "令和7年度": "が年や日時である",
    "R7": "が年や日時である",
    "4月1日": "が年や日時である",
    "2024-04-01": "が年や日時である",
    "5日": "が年や日時である",
    "2025": "が年かもしれない",
    "２０２５": "が年かもしれない",
    "2025 （R5：2023）": "が年かもしれない",
    "0120": "の数の書き方が分からない",
    "1,20人": "の数の書き方が分からない",
    "12,3456件": "の数の書き方が分からない",
    "1.5.2": "の数の書き方が分からない",
    "1234567890123": "の数の書き方が分からない",
    "3位": "の単位を読み取れない",
    "2割": "の単位を読み取れない",
    "3件増": "の単位を読み取れない",
    "3百人": "の単位を読み取れない",
    "2回目": "の単位を読み取れない",
    "100m²": "の単位を読み取れない",
    "1人/月": "の単位を読み取れない",
    "50%〜": "の単位を読み取れない",
    "80（％）": "のかっこの中を読み取れない",
    "5件（減）": "のかっこの中を読み取れない",
    "318件（見込み）": "のかっこの中を読み取れない",
    "5件（R5：4件）（R4：3件）": "のかっこの中を読み取れない",
}

WIDE = str.maketrans("0123456789,.%:()R ", "０１２３４５６７８９，．％：（）Ｒ\u3000")
UNITS = st.sampled_from(["", "%", "件", "人", "か所", "避難所", "時間", "ポイント", "中学校"])
BOUNDS = st.sampled_from(["", "以上", "超", "以下", "以内", "未満"])
NOTES = st.sampled_from(["", "(R5:290件)", "\n(前年度:1,000人)", " (100%)", "(累計23避難所)"])
NUMBERS = st.integers(0, 10**12 - 1) | st.decimals(0, 10**6, places=2)
ODD = st.text(
    "0123456789０１９,，.．%％件人年月日万億千百回以上下約～-△▲−R令和前()（）：: \n\u3000第位目増①٣", max_size=14
)


def parts(read: Figure | Refusal) -> tuple[object, ...] | str:
    return read.why if isinstance(read, Refusal) else (read.number, read.unit, read.bound, read.note)


def figure(printed: str) -> Figure:
    read = read_figure(printed)
    assert isinstance(read, Figure), read
    return read


def measure(target: str, result: str) -> Measure:
    read = read_measure(target, result)
    assert isinstance(read, Measure), read
    return read


def why(target: str, result: str) -> str:
    read = read_measure(target, result)
    assert isinstance(read, Refusal), read
    return read.why


def real_rows() -> list[tuple[str | None, str | None]]:
    _, entries, _ = entries_of(CONTENT)
    goals = (goal for entry in entries for goal, _ in entry.goals)
    return [(row.target, row.result) for goal in goals for row in goal.indicators]


class TestFigures:
    def test_the_lists_name_every_target_and_result_of_the_city(self) -> None:
        assert {text for row in real_rows() for text in row if text} == READ.keys() | REFUSED.keys()

    @pytest.mark.parametrize("printed", [*READ, *REFUSED, *OTHERS])
    def test_each_is_read_or_refused(self, printed: str) -> None:
        expected = READ.get(printed) or REFUSED.get(printed) or OTHERS[printed]
        if not isinstance(expected, str):
            expected = (Decimal(expected[0]), *expected[1:])  # type: ignore[assignment]
        assert parts(read_figure(printed)) == expected

    def test_the_made_up_ones_are_read_where_they_begin_with_a_number(self) -> None:
        texts = {text for n in range(40) for g in sheet(n).goals for i in g.indicators for text in (i.target, i.result)}
        texts.discard("")
        assert {text for text in texts if isinstance(read_figure(text), Refusal)} == {"実施", "継続", "前年度以上"}

    def test_its_words_are_those_that_are_printed(self) -> None:
        assert figure("７，５００人以上\n（R5：７，０００人）").words == "７，５００人以上"

    @given(NUMBERS, st.booleans(), UNITS, BOUNDS, NOTES)
    def test_a_number_comes_back_as_it_was_printed(
        self, number: int | Decimal, commas: bool, unit: str, bound: str, note: str
    ) -> None:
        printed = f"{number:,}" if commas else str(number)
        read = read_figure(f"{printed}{unit}{bound}{note}")
        if isinstance(read, Refusal):
            assert read.why == "が年かもしれない"
            assert 1900 <= number <= 2100
        else:
            assert (read.words, read.number, read.unit, read.bound) == (printed + unit + bound, number, unit, bound)
            assert read.note == note.strip("\n ()")

    @given(st.text(max_size=20) | ODD)
    def test_whatever_is_printed_is_read_or_refused(self, printed: str) -> None:
        read = read_figure(printed)
        if isinstance(read, Refusal):
            assert read.why in {*REFUSED.values(), *(words for words in OTHERS.values() if isinstance(words, str))}
        else:
            rest = printed.strip().removeprefix(read.words)
            assert re.fullmatch(r"(?:\s*[(（][^()（）]*[)）])?", rest)
            assert len(re.findall(r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*", read.words)) == 1

    @given(ODD | NUMBERS.map(str))
    def test_wide_signs_change_nothing(self, printed: str) -> None:
        assert parts(read_figure(printed.translate(WIDE))) == parts(read_figure(printed))


class TestMeasures:
    def test_both_lengths_are_of_one_scale_from_nothing(self) -> None:
        read = measure("80%", "77.7%")
        assert (read.target_length, read.result_length) == (FULL, 971)
        read = measure("28.5%", "52.6%")
        assert (read.target_length, read.result_length) == (542, FULL)

    def test_nothing_has_no_length(self) -> None:
        assert measure("０件", "2件")[2:] == (0, FULL)
        assert measure("0件", "０件")[2:] == (0, 0)

    def test_a_bound_of_the_target_is_no_hindrance(self) -> None:
        assert measure("4.6以上", "4.7")[2:] == (979, FULL)

    @pytest.mark.parametrize(
        ("target", "result", "words"),
        [
            ("推進", "推進", "目標が数ではない"),
            ("3回", "実施", "結果が数ではない"),
            ("3回", "3件", "目標と結果の単位が違う"),
            ("80", "80%", "目標と結果の単位が違う"),
            ("200人", "200人以上", "結果が「以上」の付いた数である"),
            ("3避難所（累計23避難所）", "24避難所", "目標と結果の一方だけに「累計」などがある"),
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, target: str, result: str, words: str) -> None:
        assert why(target, result) == words

    def test_ten_thousands_are_compared_with_ones(self) -> None:
        assert measure("1万人", "9,500人")[2:] == (FULL, 950)

    @given(NUMBERS, NUMBERS)
    def test_the_longer_bar_is_that_of_the_larger_number(self, target: int, result: int) -> None:
        read = measure(f"{target:,}件", f"{result:,}件")
        assert max(read[2:]) == (FULL if target or result else 0)
        assert read.target_length >= read.result_length or target < result


class TestCharts:
    def test_a_row_without_a_result_has_nothing_to_draw_and_nothing_to_say(self) -> None:
        assert charts_of([("3回", None), (None, "3回"), (None, None)]) == ((None, None, None), "")

    def test_the_only_row_is_not_counted(self) -> None:
        charts = charts_of([("推進", "推進")])
        assert (charts.drawn, charts.refused) == (False, "目標が数ではないため、図にしていません。")

    def test_rows_refused_for_one_reason_stand_together(self) -> None:
        charts = charts_of([("推進", "推進"), ("3回", "4回"), ("3回", "4件"), ("実施", "実施")])
        assert [bool(one) for one in charts.measures] == [False, True, False, False]
        assert charts.refused == (
            "1・4番目の指標は、目標が数ではないため、図にしていません。"
            "3番目の指標は、目標と結果の単位が違うため、図にしていません。"
        )

    def test_all_rows_of_the_city_with_a_result_but_four_are_drawn(self) -> None:
        refused = {row for row in real_rows() if all(row) and not charts_of([row]).drawn}
        assert refused == {
            ("前年より減少率（△0.35％）を鈍化させる\n（R5：88.15％）", "△0.52%\n(R6:87.63%)"),
            ("推進", "推進"),
            ("次期事業者の選定", "次期事業者の選定及び契約の締結を達成"),
            ("対象者に対しての全数", "対象者に対しての全数"),
        }
