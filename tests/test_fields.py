"""Fields: text becomes a value, or the clerk is told in plain words why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.fields import (
    RefusedError,
    at_least_one,
    base_url,
    day,
    fiscal_year,
    municipal_code,
    name,
    number,
    one_of,
    printed_code,
    rating,
    slug,
    web_address,
)
from goalsheets.fields import text as plain_text

Read = Callable[[Any], Any]


def told(read: Read, value: Any) -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        read(value)
    assert str(caught.value) == caught.value.message
    return caught.value.message, caught.value.hint


READERS = {
    "text": plain_text,
    "number": number,
    "fiscal_year": fiscal_year,
    "day": day,
    "slug": slug,
    "rating": rating,
    "printed_code": printed_code,
    "web_address": web_address,
    "base_url": base_url,
    "municipal_code": municipal_code,
    "one_of": one_of("ward", "department"),
    "name": name,
}
QUOTE = '「{」や「[」で始まる文字は、値全体を "…" で囲んでください。'


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
class TestOtherThanText:
    def test_a_blank_is_told(self, read: Read) -> None:
        assert told(read, None) == ("空欄にできない項目です。", "値を書いてください。")

    @pytest.mark.parametrize("value", [[], ["1"], [None]], ids=repr)
    def test_a_list_is_told(self, read: Read, value: Any) -> None:
        assert told(read, value) == ("文字を書くところに、リスト（[ ]）があります。", QUOTE)

    @pytest.mark.parametrize("value", [{}, {"1": "1"}], ids=repr)
    def test_a_mapping_is_told(self, read: Read, value: Any) -> None:
        assert told(read, value) == ("文字を書くところに、項目の組（{ }）があります。", QUOTE)


class TestText:
    @pytest.mark.parametrize("text", ["", " ", "no", "1:30", "0120", "3.10", "２０", "一\n二", "{1}"])
    def test_a_text_is_taken_as_it_is(self, text: str) -> None:
        assert plain_text(text) == text


class TestName:
    @pytest.mark.parametrize("text", ["北区役所", "文化スポーツ部（文化政策課）", "あ" * 200])
    def test_a_name_is_read(self, text: str) -> None:
        assert name(text) == text

    @pytest.mark.parametrize("text", ["北区\n役所", "あ" * 201])
    def test_it_is_one_line_of_some_length(self, text: str) -> None:
        words = f"「{text[:40]}{'…' if len(text) > 40 else ''}」は名前として長すぎます（1行、200文字まで）。"
        assert told(name, text) == (words, "短くしてください。")


class TestNumber:
    @pytest.mark.parametrize(("text", "meant"), [("1", 1), ("12", 12), ("9999", 9999)])
    def test_a_number_is_read(self, text: str, meant: int) -> None:
        assert number(text) == meant

    @pytest.mark.parametrize(
        "text", ["0", "01", "-1", "+1", "1.0", "1.", " 1", "1 ", "１", "①", "一", "1e3", "10000", "9" * 39]
    )
    def test_nothing_else_is_a_number(self, text: str) -> None:
        assert told(number, text) == (
            f"「{text}」は番号ではありません。",
            "半角の数字だけで書いてください。例: 1",
        )


class TestYear:
    @pytest.mark.parametrize(("text", "year"), [("2025", 2025), ("2000", 2000), ("2099", 2099)])
    def test_a_year_is_read(self, text: str, year: int) -> None:
        assert fiscal_year(text) == year

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("7", 2025),
            ("6", 2024),
            ("令和7年度", 2025),
            ("令和元年度", 2019),
            ("R7", 2025),
            ("２０２５", 2025),
            ("2025年度", 2025),
            ("平成31年度", 2019),
            ("0x_", 2025),
            ("1:59:59", 2025),
            ("来年", 2025),
            ("0x" + "f" * 38, 2025),
        ],
    )
    def test_what_was_meant_is_said(self, text: str, meant: int) -> None:
        assert told(fiscal_year, text) == (
            f"「{text}」は年度として読めません。",
            f"半角の西暦4桁で書いてください。例: {meant}",
        )

    @pytest.mark.parametrize("text", ["1999", "2100", "0000", "99", "昭和50年度", "H7", "20255"])
    def test_the_example_is_a_year_that_is_accepted(self, text: str) -> None:
        _, hint = told(fiscal_year, text)
        example = re.search(r"例: (.*)$", hint)
        assert example
        assert isinstance(fiscal_year(example[1]), int)


class TestDay:
    @pytest.mark.parametrize("text", ["2025-04-01", "2024-02-29", "2026-03-31"])
    def test_a_day_is_read(self, text: str) -> None:
        assert day(text) == date.fromisoformat(text)

    @pytest.mark.parametrize("text", ["2025-02-30", "2025-02-29", "2025-13-01", "2025-00-10", "0000-01-01"])
    def test_a_day_that_is_in_no_calendar_is_told(self, text: str) -> None:
        assert told(day, text) == (f"「{text}」という日はありません。", "暦にある日を書いてください。")

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("R7.4.1", "2025-04-01"),
            ("令和7年4月1日", "2025-04-01"),
            ("令和７年４月１日", "2025-04-01"),
            ("令和元年5月1日", "2019-05-01"),
            ("平成31年4月30日", "2019-04-30"),
            ("2025/4/1", "2025-04-01"),
            ("2025年12月3日", "2025-12-03"),
            ("2025-4-1", "2025-04-01"),
            ("２０２５-０４-０１", "2025-04-01"),
            ("4月1日", "2025-04-01"),
            ("未定", "2025-04-01"),
            ("2025-04-01 00:00:00", "2025-04-01"),
            ("20250401", "2025-04-01"),
            ("2025-W14-2", "2025-04-01"),
        ],
    )
    def test_what_was_meant_is_said(self, text: str, meant: str) -> None:
        assert told(day, text) == (
            f"「{text}」は日付として読めません。",
            f"西暦で「年-月-日」の形に書いてください。例: {meant}",
        )


class TestSlug:
    @pytest.mark.parametrize("text", ["kita", "chiiki-somu", "a", "1", "2025-a-1", "yes", "no", "a" * 64])
    def test_a_slug_is_read(self, text: str) -> None:
        assert slug(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            *("", "../../evil", "/var/www", "..", ".", "abc.", "abc ", " abc", "a:b", "Kita", "KITA", "が"),
            *(
                "か\u3099",
                "%2e",
                "a\\b",
                "a/b",
                "a\nb",
                "abc\n",
                "-rf",
                "rf-",
                "a--b",
                "a_b",
                ".kita",
                "index.html",
            ),
            *("_headers", "404.html", "kita\0", "ｋｉｔａ", "a b", "a?b", "a#b", "café"),
        ],
    )
    def test_only_small_letters_digits_and_hyphens_make_an_address(self, text: str) -> None:
        message, hint = told(slug, text)
        assert message.endswith("」はアドレスに使えません。")
        assert hint == "半角の英小文字と数字を、ハイフンでつないで書いてください。例: chiiki-somu"

    @pytest.mark.parametrize("length", [65, 270])
    def test_a_slug_has_a_length(self, length: int) -> None:
        assert told(slug, "a" * length)[0] == f"「{'a' * 40}…」はアドレスに使えません。"

    @pytest.mark.parametrize(
        "text",
        ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "404", "assets", "static", "index", "sheets"],
    )
    def test_names_with_another_use_are_reserved(self, text: str) -> None:
        assert told(slug, text) == (
            f"「{text}」は別の用途に使うので、使えません。",
            "ほかの名前にしてください。",
        )

    @given(st.text(max_size=70))
    def test_what_is_read_is_safe_in_every_address_and_file_name(self, text: str) -> None:
        try:
            slug(text)
        except RefusedError:
            return
        assert re.fullmatch(r"[a-z0-9-]{1,64}", text)
        assert not text.startswith("-")


class TestRating:
    @pytest.mark.parametrize("text", ["○", "◯", "〇", "△", "×", "✕", "✖"])
    def test_the_marks_are_read_as_printed(self, text: str) -> None:
        assert rating(text) == text

    @pytest.mark.parametrize("text", ["○　", "　○", " ○ "])
    def test_blanks_around_a_mark_are_dropped(self, text: str) -> None:
        assert rating(text) == "○"

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            *(("O", "○"), ("o", "○"), ("Ｏ", "○"), ("0", "○"), ("◎", "○"), ("●", "○"), ("達成", "○")),
            *(
                ("▲", "△"),
                ("Δ", "△"),
                ("一部未達成", "△"),
                ("x", "×"),
                ("Ｘ", "×"),
                ("✗", "×"),
                ("未達成", "×"),
            ),
        ],
    )
    def test_a_slip_is_told_with_what_was_meant(self, text: str, meant: str) -> None:
        assert told(rating, text) == (
            f"「{text}」は評価の印ではありません。",
            f"もしかして「{meant}」ですか。○（達成）、△（一部未達成）、×（未達成）のどれかを書き、"
            "評価がまだなら空欄にしてください。",
        )

    @pytest.mark.parametrize("text", ["A", "100%", "○×", "□", "-", "未評価"])
    def test_anything_else_is_told(self, text: str) -> None:
        assert told(rating, text) == (
            f"「{text}」は評価の印ではありません。",
            "○（達成）、△（一部未達成）、×（未達成）のどれかを書き、評価がまだなら空欄にしてください。",
        )


class TestPolicy:
    @pytest.mark.parametrize("text", ["政策13-1-②", "政策１-1-①", "行財3-2-②", "政策13", "政策 13-1"])
    def test_a_code_stays_as_printed(self, text: str) -> None:
        assert printed_code(text) == text

    @pytest.mark.parametrize("text", ["-", "なし", "13-1-②", "政策", "政策13-1-②、政策13-1-③", "政策1-2-3-4"])
    def test_what_is_no_code_is_told(self, text: str) -> None:
        assert told(printed_code, text) == (
            f"「{text}」は政策コードとして読めません。",
            "「政策13-1-②」のように、計画の名前と番号を書いてください。番号がなければ [] にします。",
        )


class TestWebAddress:
    @pytest.mark.parametrize(
        "text",
        [
            "https://example.jp",
            "https://example.jp/",
            "https://www.city.niigata.lg.jp/shisei/soshiki/a_b/R7.files/1%E5.pdf?x=1&y=2#top",
            "https://example.jp:8443/a",
        ],
    )
    def test_an_address_is_read(self, text: str) -> None:
        assert web_address(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            'x" onmouseover="alert(1)',
            "//evil.example/",
            "\\\\https://evil.example/",
            "/sheet.pdf",
            "sheet.pdf",
            "http://example.jp/",
            "ftp://example.jp/",
            "example.jp",
        ],
    )
    def test_other_links_are_refused(self, text: str) -> None:
        assert told(web_address, text) == (
            f"「{text}」はリンクにできません。",
            "「https://」で始まるアドレスを書いてください。",
        )

    @pytest.mark.parametrize(
        "text",
        [
            "https://",
            "https://localhost/",
            "https://user:pass@example.jp/",
            "https://ex\u0430mple.jp/",
            'https://example.jp/"onload=x',
            "https://example.jp/<script>",
            "https://example.jp/a b",
            "https://example.jp/\n",
            "https://例え.jp/",
            "https://example.jp/目標.pdf",
        ],
    )
    def test_odd_addresses_are_refused(self, text: str) -> None:
        message, _ = told(web_address, text)
        assert message.endswith("」はリンクにできません。")

    @pytest.mark.parametrize("text", ["https://example.jp/目標.pdf", "https://example.jp/a b.pdf"])
    def test_an_address_that_begins_right_is_not_told_to_begin_right(self, text: str) -> None:
        _, hint = told(web_address, text)
        assert hint != "「https://」で始まるアドレスを書いてください。"


class TestBaseUrl:
    @pytest.mark.parametrize(
        "text",
        ["https://example.jp/", "https://example.jp/goals/", "http://localhost:8000/", "https://a.b/c/d/"],
    )
    def test_an_address_of_a_folder_is_read(self, text: str) -> None:
        assert base_url(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "https://example.jp",
            "https://example.jp/goals",
            "/goals/",
            "javascript:/",
            "https://a.b/?x/",
            "ftp://a.b/",
        ],
    )
    def test_anything_else_is_told(self, text: str) -> None:
        assert told(base_url, text) == (
            f"「{text}」は公開先のアドレスとして読めません。",
            "「https://」で始め、「/」で終わるアドレスを書いてください。例: https://example.jp/goals/",
        )


class TestMunicipalCode:
    @pytest.mark.parametrize("text", ["151017", "011002", "000000"])
    def test_a_code_is_read(self, text: str) -> None:
        assert municipal_code(text) == text

    @pytest.mark.parametrize("text", ["", "15101", "1510170", "１５１０１７", "15101a", "151017\n", " 151017"])
    def test_anything_else_is_told(self, text: str) -> None:
        assert told(municipal_code, text) == (
            f"「{text}」はこの項目の形に合っていません。",
            "半角の数字6桁を引用符で囲んで書いてください。",
        )


class TestOneOf:
    def test_one_of_the_words_is_read(self) -> None:
        read = one_of("ward", "department")
        assert (read("ward"), read("department")) == ("ward", "department")

    @pytest.mark.parametrize("text", ["", "区", "Ward", "ward ", "war", "ward department"])
    def test_anything_else_is_told_with_the_words(self, text: str) -> None:
        assert told(one_of("ward", "department"), text) == (
            f"「{text}」は書けません。",
            "ward、department のどれかを書いてください。",
        )


def test_a_list_that_must_have_items_is_not_empty() -> None:
    at_least_one(("a",))
    assert told(at_least_one, ()) == ("リストが空です。", "少なくとも1つ書いてください。")


@pytest.mark.parametrize("read", [read for read in READERS.values() if read is not plain_text])
def test_a_long_value_is_cut_in_the_message(read: Read) -> None:
    message, hint = told(read, "防" * 5_000)
    assert f"「{'防' * 40}…」" in message
    assert len(message) + len(hint) < 200
