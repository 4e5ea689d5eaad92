"""Folding: wrapped Japanese joins without a space, Latin words keep theirs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goalsheets.folding import composed, fold

JAPANESE = st.text(alphabet="継続しますか。、・（）ー々〇ァ９Ａ", min_size=1, max_size=12)
LATIN = st.text(alphabet="abcXYZ019%", min_size=1, max_size=8)


class TestFold:
    @pytest.mark.parametrize(
        ("lines", "value"),
        [
            (["継続", "する。"], "継続する。"),
            (["継続", "  する。"], "継続する。"),
            (["open", "data"], "open data"),
            (["公開は", "open", "data", "です"], "公開はopen dataです"),
            (["合計", "10", "20"], "合計10 20"),
            (["一つめ。", "", "二つめ。"], "一つめ。\n二つめ。"),
            (["一つめ。", "", "", "二つめ。"], "一つめ。\n\n二つめ。"),
            (["one", "", "two"], "one\ntwo"),
            (["①", "②"], "①②"),
            (["・防災", "・訓練"], "・防災・訓練"),
        ],
    )
    @pytest.mark.parametrize("style", [None, "'", '"', ">"])
    def test_lines_join_as_japanese_is_written(self, lines: list[str], value: str, style: str | None) -> None:
        if style == ">":
            raw = ">-\n" + "\n".join(f"    {line.strip()}" if line else "" for line in lines) + "\n"
        else:
            quote = style or ""
            raw = quote + "\n    ".join(lines) + quote
        assert fold(raw, style) == value

    @pytest.mark.parametrize(
        ("raw", "style", "value"),
        [
            ("'it''s\n    fine'", "'", "it's fine"),
            ("'防災\n    '", "'", "防災"),
            ("'防災\n\n    '", "'", "防災\n"),
            ("'\n    防災'", "'", "防災"),
            ("'\n\n    防災'", "'", "\n防災"),
            ('"あ\\n\n    い"', '"', "あ\nい"),
            ('"あ\\\n    い"', '"', "あい"),
            ('"a \\\n    b"', '"', "a b"),
            ('"あ\\u3042\n    い"', '"', "ああい"),
            ('"C:\\\\\n    D"', '"', "C:\\ D"),
            ('"あ\\"\n    い"', '"', 'あ"い'),
            (">-\n    一覧\n      字下げ\n    終わり\n", ">", "一覧\n  字下げ\n終わり"),
            (">\n    あ\n\n    い\n", ">", "あ\nい"),
        ],
    )
    def test_escapes_and_indents_keep_their_meaning(self, raw: str, style: str, value: str) -> None:
        assert fold(raw, style) == value

    @given(st.lists(JAPANESE, min_size=1, max_size=6), st.sampled_from([None, "'", '"', ">"]))
    def test_japanese_comes_back_however_it_was_wrapped(self, pieces: list[str], style: str | None) -> None:
        if style == ">":
            raw = ">-\n" + "".join(f"  {piece}\n" for piece in pieces)
        else:
            raw = (style or "") + "\n  ".join(pieces) + (style or "")
        assert fold(raw, style) == "".join(pieces)

    @given(st.lists(LATIN, min_size=1, max_size=6), st.sampled_from([None, "'", '"']))
    def test_latin_words_come_back_with_one_space(self, pieces: list[str], style: str | None) -> None:
        assert fold((style or "") + "\n  ".join(pieces) + (style or ""), style) == " ".join(pieces)


class TestComposed:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("か\u3099", "が"),
            ("ハ\u309a", "パ"),
            ("か\u3099く\u3099や\u3099", "がぐや\u3099"),
            ("cafe\u0301", "café"),
            ("が", "が"),
            ("\uf91d", "\uf91d"),
            ("神\ufa19", "神\ufa19"),
            ("㍿①ｶﾞ２", "㍿①ｶﾞ２"),
            ("葛\U000e0100", "葛\U000e0100"),
            ("", ""),
        ],
    )
    def test_only_letters_in_parts_change(self, typed: str, stored: str) -> None:
        assert composed(typed) == stored

    @given(st.text(alphabet="がぎぱぽアガパヴァ防災abcé、\n", max_size=30))
    def test_text_from_a_mac_is_text_from_elsewhere(self, text: str) -> None:
        assert composed(unicodedata.normalize("NFD", text)) == text

    @given(st.text(max_size=30))
    def test_twice_is_once(self, text: str) -> None:
        assert composed(composed(text)) == composed(text)

    @given(st.text(max_size=30))
    def test_text_without_parts_stays(self, text: str) -> None:
        assume(not any(unicodedata.combining(letter) for letter in text))
        assert composed(text) == text
