"""Years: Western first, era in brackets; what a form prints is understood for the hints."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.years import (
    FIRST_YEAR,
    LAST_YEAR,
    date_words,
    fiscal_year_span,
    fiscal_year_words,
    form_date,
    form_year,
    form_year_short,
    guess_date,
    guess_year,
)


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2025, "2025年度（令和7年度）"),
        (2020, "2020年度（令和2年度）"),
        (2019, "2019年度（令和元年度）"),
        (2018, "2018年度（平成30年度）"),
        (2000, "2000年度（平成12年度）"),
        (1989, "1989年度（平成元年度）"),
        (1988, "1988年度（昭和63年度）"),
    ],
)
def test_a_fiscal_year_in_words(year: int, words: str) -> None:
    assert fiscal_year_words(year) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 4, 1), "2025年（令和7年）4月1日"),
        (date(2019, 5, 1), "2019年（令和元年）5月1日"),
        (date(2019, 4, 30), "2019年（平成31年）4月30日"),
        (date(1989, 1, 8), "1989年（平成元年）1月8日"),
        (date(1989, 1, 7), "1989年（昭和64年）1月7日"),
        (date(1926, 12, 25), "1926年（昭和元年）12月25日"),
        (date(1, 4, 1), "1年（西暦1年）4月1日"),
    ],
)
def test_a_day_in_words(day: date, words: str) -> None:
    assert date_words(day) == words


@pytest.mark.parametrize(
    ("year", "words", "short"),
    [
        (2025, "令和7年度", "Ｒ7"),
        (2019, "令和元年度", "Ｒ1"),
        (2018, "平成30年度", "Ｈ30"),
        (2100, "令和82年度", "Ｒ82"),
    ],
)
def test_a_fiscal_year_as_the_form_prints_it(year: int, words: str, short: str) -> None:
    assert (form_year(year), form_year_short(year)) == (words, short)
    assert guess_year(words) == guess_year(short) == year


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 4, 1), "R7.4.1"),
        (date(2019, 4, 30), "H31.4.30"),
        (date(2019, 5, 1), "R1.5.1"),
        (date(1900, 1, 2), "1900.1.2"),
        (date(1, 1, 1), "1.1.1"),
    ],
)
def test_a_day_as_the_form_prints_it(day: date, words: str) -> None:
    assert form_date(day) == words


@given(st.integers(FIRST_YEAR, LAST_YEAR))
def test_a_fiscal_year_runs_from_april_to_march(year: int) -> None:
    first, last = fiscal_year_span(year)
    assert (first, last) == (date(year, 4, 1), date(year + 1, 3, 31))
    assert fiscal_year_span(year + 1)[0] - last == timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        *(("令和7年度", 2025), ("令和7年", 2025), ("令和７年度", 2025), ("令和元年度", 2019), ("R7", 2025)),
        *(("Ｒ７", 2025), ("平成31年度", 2019), ("H30", 2018), ("2025", 2025), ("２０２５", 2025)),
        *(("2025年度", 2025), (" 2025 ", 2025), ("7", None), ("来年", None), ("20255", None), ("", None)),
        *(("R7.4.1", None), ("0x7e9", None)),
    ],
)
def test_a_year_is_guessed_only_where_it_is_clear(text: str, year: int | None) -> None:
    assert guess_year(text) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(("R7.4.1", date(2025, 4, 1)), ("R7/4/1", date(2025, 4, 1)), ("令和7年4月1日", date(2025, 4, 1))),
        *(("令和７年４月１日", date(2025, 4, 1)), ("令和元年5月1日", date(2019, 5, 1))),
        *(("H31.4.30", date(2019, 4, 30)), ("2025/4/1", date(2025, 4, 1)), ("2025.4.1", date(2025, 4, 1))),
        *(("2025年4月1日", date(2025, 4, 1)), ("2025-4-1", date(2025, 4, 1))),
        *(("２０２５－４－１", date(2025, 4, 1)), ("R7.2.30", None), ("2025/13/1", None), ("4/1", None)),
        *(("未定", None), ("", None), ("R7", None)),
    ],
)
def test_a_day_is_guessed_only_where_it_is_clear(text: str, day: date | None) -> None:
    assert guess_date(text) == day


@given(st.dates(date(1989, 1, 8), date(2099, 12, 31)))
def test_a_day_is_guessed_back_from_its_era(day: date) -> None:
    era = date_words(day).split("（")[1].split("）")[0]
    assert guess_date(f"{era}{day.month}月{day.day}日") == day
    assert guess_date(form_date(day)) == day


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    guess_year(text)
    guess_date(text)
