"""Read printed targets and results as numbers where that is safe, and say why where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

FULL = 1000
"""The length of the longest bar of a chart."""

_FOLDED = str.maketrans("０１２３４５６７８９，．％：（）＋－～ＲＨＳ\u3000", "0123456789,.%:()+-~RHS ")
_SCALES = {"千": 10**3, "万": 10**4, "億": 10**8}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_DIGIT, _FIRST = "[0-9０-９]", "[1-9１-９]"
_NUMBER = (
    rf"(?:{_FIRST}{_DIGIT}{{0,2}}(?:[,，]{_DIGIT}{{3}}){{1,4}}|{_FIRST}{_DIGIT}{{0,11}}|[0０])(?:[.．]{_DIGIT}{{1,6}})?"
)
_COUNTED = (
    "[%％人名件回校園店社組所館棟戸台冊部本枚点個円㎡m]|世帯|団体|地区|地域|路線|[かカヵケヶ]所|施設|種類|事業|講座"
    "|ポイント|時間|トン|km|ha|kg"
)
_UNCLEAR = "〇一二三四五六七八九十百千万億兆数年月日時週期位番号次第級増減比未約超以各毎"
_FIGURE = re.compile(
    rf"\s*(?P<words>(?P<number>{_NUMBER})(?:[ \u3000](?![\s(（]|$))?(?P<scale>[千万億])?"
    rf"(?P<unit>(?:(?![{_UNCLEAR}])[一-龠々ァ-ヶー]){{0,5}}?(?:{_COUNTED}))?(?P<bound>以上|超|以下|以内|未満)?)"
    r"(?:\s*[(（](?P<note>(?:[RHSＲＨＳ]?[0-9０-９]|令和|平成|前年|昨年|累計|合計|参考|うち)[^()（）]*)[)）])?\s*"
)
_OTHER_SUMS = ("累計", "合計", "うち")
"""What in brackets tells of another sum, which the number on the other side may be."""
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_REFUSED = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"^[^0-9]*$", "が数ではない"),
        (r"(?<![0-9])[△▲‐−–—-]\s*[0-9]", "が「△」や「-」の付いた数である"),
        (r"(?:令和|平成|昭和|(?<![A-Za-z])[RHS])\s*[0-9]|[0-9]\s*(?:年|月|日|時(?!間))", "が年や日時である"),
        (r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]", "が年や日時である"),
        (r"[0-9].*(?:[~〜‐−–—-]|から).*[0-9]", "が範囲である"),
        (r"[0-9][^0-9,.]+[0-9]|[0-9][,.][^0-9]+[0-9]", "に数がいくつもある"),
        (r"約|おおむね|概ね|程度|前後|ほど|以上か", "がおよその数である"),
        (r"^\s*(?:19|20)[0-9]{2}\s*$", "が年かもしれない"),
        (rf"^\s*(?!{_NUMBER}(?![0-9.,]))[0-9]", "の数の書き方が分からない"),
        (r"^\s*[0-9]", "の単位を読み取れない"),
        (r"", "に数のほかの言葉がある"),
    )
)
"""What shows that a text is no plain figure, and the words for it, the surest first."""


class Figure(NamedTuple):
    """Hold a printed number: its words, its value, its unit, the 以上 and the like after it, and what brackets add."""

    words: str
    number: Decimal
    unit: str
    bound: str
    note: str


class Refusal(NamedTuple):
    """Say why a text is not read as a figure: the end of a sentence that begins with 「目標」 or 「結果」."""

    why: str


class Measure(NamedTuple):
    """Hold a target and a result in one unit, and how long a bar each has."""

    target: Figure
    result: Figure
    target_length: int
    result_length: int


class Charts(NamedTuple):
    """Hold what can be drawn of each of some indicators, and the words on what cannot."""

    measures: tuple[Measure | None, ...]
    refused: str

    @property
    def drawn(self) -> bool:
        return any(self.measures)


@lru_cache(4096)
def read_figure(printed: str) -> Figure | Refusal:
    """Read one number with its unit and, after it, a bound and a remark in brackets; refuse what may be anything else.

    A remark begins with a number, a year or the like (R5：290件, 累計, 100％). What may change the meaning of the
    number is refused: other words in brackets (％, 減, 見込み), and every unit that is not known to count something.
    """
    found = _FIGURE.fullmatch(printed)
    if not found:
        return Refusal(_why(printed))
    words, number, scale, unit, bound, note = found.groups("")
    value = Decimal(number if number.isdigit() else number.replace(",", "").replace("，", "").replace("．", "."))
    if number == words and len(words) == 4 and _FIRST_YEAR <= value <= _LAST_YEAR:
        return Refusal("が年かもしれない")
    if scale:
        value *= _SCALES[scale]
    return Figure(words, value, unit.replace("％", "%"), bound, note.translate(_FOLDED))


def read_measure(target: str, result: str) -> Measure | Refusal:
    """Read a target and its result as figures that can be compared; a refusal begins with which of them is meant."""
    aim, outcome = read_figure(target), read_figure(result)
    if isinstance(aim, Refusal):
        return Refusal(f"目標{aim.why}")
    if isinstance(outcome, Refusal):
        return Refusal(f"結果{outcome.why}")
    if outcome.bound:
        return Refusal(f"結果が「{outcome.bound}」の付いた数である")
    if aim.unit != outcome.unit:
        return Refusal("目標と結果の単位が違う")
    if any((word in aim.note) != (word in outcome.note) for word in _OTHER_SUMS):
        return Refusal("目標と結果の一方だけに「累計」などがある")
    longest = max(aim.number, outcome.number) or 1
    return Measure(aim, outcome, round(FULL * aim.number / longest), round(FULL * outcome.number / longest))


def charts_of(rows: Iterable[tuple[str | None, str | None]]) -> Charts:
    """Read the targets and results of a goal's indicators; a row where one of them is blank has nothing to draw."""
    measures: list[Measure | None] = []
    reasons: list[str] = []
    for target, result in rows:
        read = read_measure(target, result) if target and result else None
        if isinstance(read, Refusal):
            measures.append(None)
            reasons.append(read.why)
        else:
            measures.append(read)
            reasons.append("")
    return Charts(tuple(measures), _refused_words(tuple(reasons)))


@lru_cache(1024)
def _refused_words(reasons: tuple[str, ...]) -> str:
    """Say which rows are not drawn, and why; those with one reason together."""
    rows: dict[str, list[str]] = {}
    for number, why in enumerate(reasons, 1):
        if why:
            rows.setdefault(why, []).append(str(number))
    which = "{}番目の指標は、" if len(reasons) > 1 else ""
    return "".join([f"{which.format('・'.join(rows[why]))}{why}ため、図にしていません。" for why in rows])


def _why(printed: str) -> str:
    """Say why a text is not a figure."""
    folded = printed.translate(_FOLDED)
    bare = _IN_BRACKETS.sub("", folded)
    if _FIGURE.fullmatch(bare):
        return "のかっこの中を読み取れない"
    return next(words for pattern, words in _REFUSED if pattern.search(bare))
