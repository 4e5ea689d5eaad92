"""Read the single values of the content: numbers, years, dates, slugs, ratings, codes and addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from goalsheets.licences import SPDX, UNCONFIRMED
from goalsheets.policies import parse_code
from goalsheets.ratings import RATING_MARKS, RATING_SLIPS
from goalsheets.years import FIRST_YEAR, LAST_YEAR, guess_date, guess_year

_NUMBER = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MUNICIPAL_CODE = re.compile(r"\d{6}", re.ASCII)
_UNIT_PATH = re.compile(rf"{_SLUG.pattern}/{_SLUG.pattern}")
_GOAL_PATH = re.compile(rf"\d{{4}}/{_UNIT_PATH.pattern}#goal-[1-9]\d{{0,3}}", re.ASCII)
_RESERVED = {
    *("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))),
    *("404", "assets", "data", "embed", "feeds", "form", "index", "pictures", "search", "static"),
    *("departments", "policies", "sheets", "units", "wards", "years"),
}
_ADDRESS = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(?::\d{1,5})?(?:/[\w./~%!$&'()*+,;=:@?#-]*)?", re.ASCII)
_BASE_URL = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?/(?:[\w.~-]+/)*", re.ASCII)


MAX_NAME = 200

REQUIRED: Any = object()
"""What a field is that must be there."""


class RefusedError(ValueError):
    """Say in the words that reach the clerk why a value cannot be taken, and how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def text(value: Any) -> str:
    """Take a text as it is."""
    if value.__class__ is not str:
        raise misfit(value, "")
    return value


def misfit(value: Any, words: str, hint: str = "") -> RefusedError:
    """Make the error for a value of the wrong kind; `words` name it where it is a text, in the place of {}."""
    if value is None:
        return RefusedError("空欄にできない項目です。", "値を書いてください。")
    if isinstance(value, str):
        return RefusedError(words.format(short(value)), hint)
    found = "項目の組（{ }）" if isinstance(value, dict) else "リスト（[ ]）"
    hint = '「{」や「[」で始まる文字は、値全体を "…" で囲んでください。'
    return RefusedError(f"文字を書くところに、{found}があります。", hint)


class Field(NamedTuple):
    """Describe a field of a record: its name on the form, its meaning, an example, and how it is read.

    `read` takes one text, or is the record that the field holds. A field of `many` is a list, and may be left blank
    for none; another may be `blank` where it says so. A field whose key is not there is `absent`, if it may be.
    `check` looks at all that a list holds; `why` says to whoever leaves the field out what it is needed for.
    """

    title: str
    description: str
    example: Any = None
    read: Callable[[Any], Any] = text
    many: bool = False
    blank: bool = False
    absent: Any = REQUIRED
    check: Callable[[tuple[Any, ...]], None] | None = None
    why: str = ""


def number(value: Any) -> int:
    """Read a whole number from 1 to 9,999."""
    if _NUMBER.fullmatch(text(value)):
        return int(value)
    raise RefusedError(f"「{short(value)}」は番号ではありません。", "半角の数字だけで書いてください。例: 1")


def fiscal_year(value: Any) -> int:
    """Read a year of the western calendar."""
    if _YEAR.fullmatch(text(value)) and FIRST_YEAR <= int(value) <= LAST_YEAR:
        return int(value)
    guess = guess_year(value) or (int(value) + 2018 if re.fullmatch(r"\d{1,2}", value, re.ASCII) else 0)
    hint = f"半角の西暦4桁で書いてください。例: {guess if FIRST_YEAR <= guess <= LAST_YEAR else 2025}"
    raise RefusedError(f"「{short(value)}」は年度として読めません。", hint)


def day(value: Any) -> date:
    """Read a date as year, month and day."""
    try:
        if _DAY.fullmatch(text(value)):
            return date.fromisoformat(value)
    except RefusedError:
        raise
    except ValueError:
        raise RefusedError(f"「{value}」という日はありません。", "暦にある日を書いてください。") from None
    hint = f"西暦で「年-月-日」の形に書いてください。例: {guess_date(value) or date(2025, 4, 1)}"
    raise RefusedError(f"「{short(value)}」は日付として読めません。", hint)


def name(value: Any) -> str:
    """Read a name that stands in headings and lists: one line."""
    if "\n" in text(value) or len(value) > MAX_NAME:
        raise RefusedError(
            f"「{short(value)}」は名前として長すぎます（1行、{MAX_NAME}文字まで）。", "短くしてください。"
        )
    return str(value)


def slug_fault(slug: str) -> tuple[str, str] | None:
    """Say, with a hint, why a name cannot be part of an address; None where it can."""
    if not _SLUG.fullmatch(slug) or len(slug) > 64:
        hint = "半角の英小文字と数字を、ハイフンでつないで書いてください。例: chiiki-somu"
        return f"「{short(slug)}」はアドレスに使えません。", hint
    if slug in _RESERVED:
        return f"「{slug}」は別の用途に使うので、使えません。", "ほかの名前にしてください。"
    return None


def slug(value: Any) -> str:
    """Read a name that becomes part of an address."""
    if fault := slug_fault(text(value)):
        raise RefusedError(*fault)
    return str(value)


def unit_path(value: Any) -> str:
    """Read the name of a unit with its division's, as kita/chiiki-somu."""
    hint = "「部署/課」のアドレスの名前を書いてください。例: kita/chiiki-somu"
    return _fitting(_UNIT_PATH, value, "課の名前として読めません", hint)


def goal_path(value: Any) -> str:
    """Read the name of a goal of another sheet, as 2024/kita/chiiki-somu#goal-2; a blank says that there is none."""
    if value is None:
        return ""
    hint = "「年度/部署/課#goal-番号」の形に書いてください。例: 2024/kita/chiiki-somu#goal-2"
    return _fitting(_GOAL_PATH, value, "目標の名前として読めません", hint)


def rating(value: Any) -> str:
    """Read a mark of the form; how it is printed is kept."""
    mark = text(value).strip(" \u3000")
    if mark in RATING_MARKS:
        return mark
    meant = RATING_SLIPS.get(mark)
    hint = f"もしかして「{meant}」ですか。" if meant else ""
    hint += "○（達成）、△（一部未達成）、×（未達成）のどれかを書き、評価がまだなら空欄にしてください。"
    raise RefusedError(f"「{short(value)}」は評価の印ではありません。", hint)


def printed_code(value: Any) -> str:
    """Read a policy code; how it is printed is kept."""
    if parse_code(text(value)) is None:
        hint = "「政策13-1-②」のように、計画の名前と番号を書いてください。番号がなければ [] にします。"
        raise RefusedError(f"「{short(value)}」は政策コードとして読めません。", hint)
    return str(value)


def web_address(value: Any) -> str:
    """Read the address of a page elsewhere."""
    if _ADDRESS.fullmatch(text(value)):
        return str(value)
    hint = "「https://」で始まるアドレスを書いてください。"
    if value.startswith("https://"):
        hint = "ブラウザーのアドレス欄から写してください。漢字や空白は「%E5」のような形になります。"
    raise RefusedError(f"「{short(value)}」はリンクにできません。", hint)


def base_url(value: Any) -> str:
    """Read the address at which the site is published."""
    hint = "「https://」で始め、「/」で終わるアドレスを書いてください。例: https://example.jp/goals/"
    return _fitting(_BASE_URL, value, "公開先のアドレスとして読めません", hint)


def licence(value: Any) -> str:
    """Read the terms of use: an SPDX name for data, an address, or `unconfirmed`."""
    if text(value) in SPDX or value == UNCONFIRMED or _ADDRESS.fullmatch(value):
        return str(value)
    hint = (
        "データのためのSPDXの名前（例: CC-BY-4.0）か「https://」で始まるアドレスを書いてください。"
        "市に確認できていなければ unconfirmed と書きます。"
    )
    raise RefusedError(f"「{short(value)}」は利用条件として読めません。", hint)


def municipal_code(value: Any) -> str:
    """Read a 全国地方公共団体コード."""
    hint = "半角の数字6桁を引用符で囲んで書いてください。"
    return _fitting(_MUNICIPAL_CODE, value, "この項目の形に合っていません", hint)


def _fitting(form: re.Pattern[str], value: Any, refused: str, hint: str) -> str:
    """Take a text of some form as it is."""
    if form.fullmatch(text(value)):
        return str(value)
    raise RefusedError(f"「{short(value)}」は{refused}。", hint)


def one_of(*words: str) -> Callable[[Any], str]:
    """Make what reads one of a few words."""

    def read(value: Any) -> str:
        if text(value) in words:
            return str(value)
        raise RefusedError(f"「{short(value)}」は書けません。", f"{'、'.join(words)} のどれかを書いてください。")

    return read


def short(value: object) -> str:
    """Return the beginning of a value, to name it."""
    words = str(value)
    return words if len(words) <= 40 else f"{words[:40]}…"


def at_least_one(items: tuple[Any, ...]) -> None:
    """Refuse a list without items."""
    if not items:
        raise RefusedError("リストが空です。", "少なくとも1つ書いてください。")
