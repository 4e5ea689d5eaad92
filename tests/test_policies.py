"""Policies: one code, however it is printed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.policies import PolicyCode, parse_code, unpacked_codes, widened

CODES = st.builds(
    PolicyCode,
    st.sampled_from(["政策", "行財", "Plan", "総合計画"]),
    st.lists(st.integers(0, 999), min_size=1, max_size=3).map(tuple),
)


class TestParseCode:
    @pytest.mark.parametrize(
        "printed",
        [
            "政策13-1-②",
            "政策13-1-2",
            "政策１３-1-②",
            "政策１３－１－２",
            "政策13−1−②",
            "政策13‐1‐②",
            "政策13–1—②",
            "政策13―1－２",
            "政策13ー1ー②",
            " 政策13-1-② ",
            "政策 13-1-②",
            "政策　13-1-②　",
        ],
    )
    def test_every_way_of_printing_is_one_code(self, printed: str) -> None:
        assert parse_code(printed) == PolicyCode("政策", (13, 1, 2))

    @pytest.mark.parametrize(
        ("printed", "code"),
        [
            ("政策13", PolicyCode("政策", (13,))),
            ("政策13-1", PolicyCode("政策", (13, 1))),
            ("行財3-2-⑳", PolicyCode("行財", (3, 2, 20))),
            ("行財3-2-㉑", PolicyCode("行財", (3, 2, 21))),
            ("ﾏﾁ1", PolicyCode("マチ", (1,))),
        ],
    )
    def test_a_code_has_one_to_three_levels(self, printed: str, code: PolicyCode) -> None:
        assert parse_code(printed) == code

    @pytest.mark.parametrize(
        "printed",
        [
            *(
                "",
                " ",
                "-",
                "政策",
                "13-1-②",
                "政策1-2-3-4",
                "政策1-",
                "政策-1",
                "政策1--2",
                "政策1234",
                "政策1 -2",
            ),
            *("政策1、政策2", "政策1\n政策2", "政策1-2（再掲）", "なし", "政策A-1"),
        ],
    )
    def test_anything_else_is_none(self, printed: str) -> None:
        assert parse_code(printed) is None

    @given(CODES)
    def test_a_code_is_read_back_from_what_it_prints(self, code: PolicyCode) -> None:
        assert parse_code(str(code)) == code

    @given(CODES, st.sampled_from("-‐‑‒–—―−ー－﹣"), st.booleans())
    def test_other_dashes_and_wide_digits_change_nothing(self, code: PolicyCode, dash: str, wide: bool) -> None:
        printed = str(code).replace("-", dash)
        if wide:
            printed = printed.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
        assert parse_code(printed) == code

    @given(st.text(max_size=12) | st.from_regex(r"[^\W\d]{1,4}\d{1,3}([-‐−][\d②⑳]{1,2}){0,2}", fullmatch=True))
    def test_folding_twice_is_folding_once(self, printed: str) -> None:
        code = parse_code(printed)
        if code is None:
            return
        assert parse_code(str(code)) == code
        assert parse_code(unicodedata.normalize("NFKC", str(code))) == code


class TestPolicyCode:
    @pytest.mark.parametrize(
        ("numbers", "printed"),
        [
            ((13,), "政策13"),
            ((13, 1), "政策13-1"),
            ((13, 1, 2), "政策13-1-②"),
            ((13, 1, 20), "政策13-1-⑳"),
            ((13, 1, 21), "政策13-1-21"),
            ((13, 1, 0), "政策13-1-0"),
        ],
    )
    def test_it_prints_as_the_form_does(self, numbers: tuple[int, ...], printed: str) -> None:
        assert str(PolicyCode("政策", numbers)) == printed

    def test_ancestors_begin_with_the_widest_and_end_with_the_code(self) -> None:
        assert [str(code) for code in PolicyCode("政策", (13, 1, 2)).ancestors()] == [
            "政策13",
            "政策13-1",
            "政策13-1-②",
        ]

    @given(st.lists(CODES, max_size=4).map(tuple))
    def test_codes_come_back_from_one_text(self, codes: tuple[PolicyCode, ...]) -> None:
        assert unpacked_codes(" ".join(code.packed for code in codes)) == codes

    @given(CODES)
    def test_a_code_is_packed_as_one_word(self, code: PolicyCode) -> None:
        assert code.packed.split() == [code.packed]
        assert code.packed == "-".join((code.prefix, *map(str, code.numbers)))

    @pytest.mark.parametrize(("numbers", "packed"), [((13,), "政策-13"), ((13, 1, 2), "政策-13-1-2")])
    def test_packed_its_numbers_are_plain(self, numbers: tuple[int, ...], packed: str) -> None:
        assert PolicyCode("政策", numbers).packed == packed
        assert unpacked_codes(packed) == (PolicyCode("政策", numbers),)

    @given(st.from_regex(r"[^\d\s-]+\d{1,3}(-\d{1,3}){0,2}", fullmatch=True))
    def test_any_code_that_can_be_read_comes_back(self, printed: str) -> None:
        if code := parse_code(printed):
            assert unpacked_codes(f"{code.packed} {code.packed}") == (code, code)

    def test_codes_are_widened_by_all_above_them_each_once(self) -> None:
        codes = PolicyCode("政策", (13, 1, 2)), PolicyCode("政策", (13, 2)), PolicyCode("行財", (1,))
        assert [str(code) for code in widened(codes)] == ["政策13", "政策13-1", "政策13-1-②", "政策13-2", "行財1"]
        assert widened(()) == ()

    def test_codes_sort_by_number_not_by_letter(self) -> None:
        printed = ["政策10", "政策9-2", "政策9", "行財1", "政策9-10", "政策9-2-①"]
        codes = sorted(code for text in printed if (code := parse_code(text)))
        assert [str(code) for code in codes] == [
            "政策9",
            "政策9-2",
            "政策9-2-①",
            "政策9-10",
            "政策10",
            "行財1",
        ]
