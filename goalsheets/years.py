"""Say years and dates the way Japanese readers expect: Western first, era in brackets."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 2000, 2099

_ERAS = (("令和", "R", date(2019, 5, 1)), ("平成", "H", date(1989, 1, 8)), ("昭和", "S", date(1926, 12, 25)))
_TO_FULL_WIDTH = ord("Ｒ") - ord("R")
_ERA_YEAR = re.compile(r"(令和|平成|昭和|[RHS])\s*(元|\d{1,2})\s*(?:年度?)?")
_ERA_DATE = re.compile(r"(令和|平成|昭和|[RHS])\s*(元|\d{1,2})\s*[./年]\s*(\d{1,2})\s*[./月]\s*(\d{1,2})\s*日?")
_WESTERN_DATE = re.compile(r"(\d{4})\s*[./年-]\s*(\d{1,2})\s*[./月-]\s*(\d{1,2})\s*日?")


@lru_cache
def fiscal_year_words(year: int) -> str:
    """Return 「2025年度（令和7年度）」."""
    return f"{year}年度（{_era_words(date(year, 5, 1))}年度）"


@lru_cache(4096)
def date_words(day: date) -> str:
    """Return 「2025年（令和7年）4月1日」."""
    return f"{day.year}年（{_era_words(day)}年）{day.month}月{day.day}日"


def form_year(year: int) -> str:
    """Return a fiscal year as the form prints it at its head, 「令和7年度」."""
    return f"{_era_words(date(year, 5, 1))}年度"


def form_year_short(year: int) -> str:
    """Return a fiscal year as the form prints it above its columns, 「Ｒ7」."""
    _, letter, number = _era(date(year, 5, 1))
    return f"{chr(ord(letter) + _TO_FULL_WIDTH)}{number}"


def form_date(day: date) -> str:
    """Return a date as the form prints it, 「R7.4.1」."""
    _, letter, number = _era(day)
    return f"{letter}{number}.{day.month}.{day.day}"


def fiscal_year_span(year: int) -> tuple[date, date]:
    """Return the first and the last day of a Japanese fiscal year."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def guess_year(text: str) -> int | None:
    """Read 令和7年度, R7 or ２０２５ as a fiscal year, to say it in a hint."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if found := _ERA_YEAR.fullmatch(folded):
        return _western(found[1], found[2])
    found = re.fullmatch(r"(\d{4})(?:年度?)?", folded)
    return int(found[1]) if found else None


def guess_date(text: str) -> date | None:
    """Read R7.4.1, 令和７年４月１日 or 2025/4/1 as a date, to say it in a hint."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if found := _ERA_DATE.fullmatch(folded):
        year = _western(found[1], found[2])
        month, day = found[3], found[4]
    elif found := _WESTERN_DATE.fullmatch(folded):
        year, month, day = int(found[1]), found[2], found[3]
    else:
        return None
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _era_words(day: date) -> str:
    name, letter, number = _era(day)
    return f"{name}{'元' if letter and number == 1 else number}"


def _era(day: date) -> tuple[str, str, int]:
    """Return the era of a day, its letter, and the year in it; before all eras the Western year."""
    for name, letter, start in _ERAS:
        if day >= start:
            return name, letter, day.year - start.year + 1
    return "西暦", "", day.year


def _western(era: str, number: str) -> int:
    start = next(start for name, letter, start in _ERAS if era in {name, letter})
    return start.year + (1 if number == "元" else int(number)) - 1
