"""Read the single values of the content: numbers, years, dates, slugs, ratings, codes and addresses."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from goalsheets.policies import parse_code
from goalsheets.ratings import RATING_MARKS, RATING_SLIPS
from goalsheets.years import FIRST_YEAR, LAST_YEAR, guess_date, guess_year

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RESERVED = {
    *("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))),
    *("404", "assets", "data", "embed", "feeds", "form", "index", "search", "static"),
    *("departments", "policies", "sheets", "units", "wards", "years"),
}
_ADDRESS = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(?::\d{1,5})?(?:/[\w./~%!$&'()*+,;=:@?#-]*)?", re.ASCII)
_BASE_URL = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?/(?:[\w.~-]+/)*", re.ASCII)


def refuse(message: str, hint: str) -> PydanticCustomError:
    """Make the error of a validator in the words that reach the clerk."""
    return PydanticCustomError("clerk", "{message}", {"message": message, "hint": hint})


def _whole_number(value: Any) -> Any:
    if isinstance(value, str):
        if re.fullmatch(r"[1-9]\d{0,3}", value, re.ASCII):
            return int(value)
        raise refuse(f"「{_short(value)}」は番号ではありません。", "半角の数字だけで書いてください。例: 1")
    return value


def _year(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{4}", value, re.ASCII) and FIRST_YEAR <= int(value) <= LAST_YEAR:
        return int(value)
    guess = guess_year(value) or (int(value) + 2018 if re.fullmatch(r"\d{1,2}", value, re.ASCII) else 0)
    hint = f"半角の西暦4桁で書いてください。例: {guess if FIRST_YEAR <= guess <= LAST_YEAR else 2025}"
    raise refuse(f"「{_short(value)}」は年度として読めません。", hint)


def _date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        raise refuse(f"「{value}」という日はありません。", "暦にある日を書いてください。") from None
    hint = f"西暦で「年-月-日」の形に書いてください。例: {guess_date(value) or date(2025, 4, 1)}"
    raise refuse(f"「{_short(value)}」は日付として読めません。", hint)


def slug_fault(slug: str) -> tuple[str, str] | None:
    """Say, with a hint, why a name cannot be part of an address; None where it can."""
    if not _SLUG.fullmatch(slug) or len(slug) > 64:
        hint = "半角の英小文字と数字を、ハイフンでつないで書いてください。例: chiiki-somu"
        return f"「{_short(slug)}」はアドレスに使えません。", hint
    if slug in _RESERVED:
        return f"「{slug}」は別の用途に使うので、使えません。", "ほかの名前にしてください。"
    return None


def _slug(value: Any) -> Any:
    if isinstance(value, str) and (fault := slug_fault(value)):
        raise refuse(*fault)
    return value


def _rating(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    mark = value.strip(" \u3000")
    if mark in RATING_MARKS:
        return mark
    meant = RATING_SLIPS.get(mark)
    hint = f"もしかして「{meant}」ですか。" if meant else ""
    hint += "○（達成）、△（一部未達成）、×（未達成）のどれかを書き、評価がまだなら空欄にしてください。"
    raise refuse(f"「{_short(value)}」は評価の印ではありません。", hint)


def _policy(value: Any) -> Any:
    if isinstance(value, str) and parse_code(value) is None:
        hint = "「政策13-1-②」のように、計画の名前と番号を書いてください。番号がなければ [] にします。"
        raise refuse(f"「{_short(value)}」は政策コードとして読めません。", hint)
    return value


def _web_address(value: Any) -> Any:
    if isinstance(value, str) and not _ADDRESS.fullmatch(value):
        hint = "「https://」で始まるアドレスを書いてください。"
        if value.startswith("https://"):
            hint = "ブラウザーのアドレス欄から写してください。漢字や空白は「%E5」のような形になります。"
        raise refuse(f"「{_short(value)}」はリンクにできません。", hint)
    return value


def _base_url(value: Any) -> Any:
    if isinstance(value, str) and not _BASE_URL.fullmatch(value):
        hint = "「https://」で始め、「/」で終わるアドレスを書いてください。例: https://example.jp/goals/"
        raise refuse(f"「{_short(value)}」は公開先のアドレスとして読めません。", hint)
    return value


def _short(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:40]}…"


def blank_as_empty(value: Any) -> Any:
    """Take a list that the file leaves blank as an empty one."""
    return () if value is None else value


def at_least_one(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a list without items."""
    if not items:
        raise refuse("リストが空です。", "少なくとも1つ書いてください。")
    return items


Number = Annotated[int, BeforeValidator(_whole_number)]
FiscalYear = Annotated[int, BeforeValidator(_year)]
Day = Annotated[date, BeforeValidator(_date)]
Slug = Annotated[str, BeforeValidator(_slug)]
Rating = Annotated[str, BeforeValidator(_rating)]
PrintedCode = Annotated[str, BeforeValidator(_policy)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
BaseUrl = Annotated[str, BeforeValidator(_base_url)]
Texts = Annotated[tuple[str, ...], BeforeValidator(blank_as_empty)]
PrintedCodes = Annotated[tuple[PrintedCode, ...], BeforeValidator(blank_as_empty)]
