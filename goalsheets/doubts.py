"""Find ratings that a sheet's own numbers speak against: for staff to look at, never published."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goalsheets.binding import Finding
from goalsheets.figures import Measure
from goalsheets.model import Goal, Indicator, Sheet
from goalsheets.ratings import RATING_MARKS, State

_LESSENING = re.compile(
    "減|抑|縮|未然|防止|解消|苦情|クレーム|事故|事件|犯罪|被害|違反|不適|不正|不備|誤り|ミス|滞納|未納|未収|未処理|待ち|待機"
    "|遅れ|遅延|欠席|離職|死亡|自殺|疾病|罹患|発症|負担|排出|消費量|使用量|ごみ|ゴミ|残業|時間外|超過|空き家|放置|報告件数"
)
"""Words beside which a smaller number may be the better one."""

_DOING = re.compile("実施|開催|参加|受講|研修|講座|教室|啓発|満足|理解")
"""Words of an indicator that counts what an office does: more is better, even against what is to become less."""

_HINT = (
    "評価と数のどちらかが誤っていないか確かめてください。シートの印字のとおりなら、そのことを notes に書いてください。"
)


def rating_doubts(sheet: Sheet) -> Iterator[Finding]:
    """Find goals whose rating and numbers cannot both be right.

    A goal rated ○ is in doubt where one of its results misses its target; one rated △ or × where every result
    can be compared with its target and meets it. A goal with notes has been looked at, and is left alone.
    """
    for index, goal in enumerate(sheet.goals):
        if goal.rating and not goal.notes:
            for message in _doubts(goal, RATING_MARKS[goal.rating]):
                yield Finding(("goals", index, "rating"), f"評価は「{goal.rating}」ですが、{message}", _HINT, "warning")


def _doubts(goal: Goal, state: State) -> Iterator[str]:
    rows = [
        (row, measure, is_met(row, goal.objective, measure) if measure else None)
        for row, measure in zip(goal.indicators, goal.charts.measures, strict=True)
    ]
    which = len(rows) > 1
    if state is State.ACHIEVED:
        for number, (_, measure, met) in enumerate(rows, 1):
            if measure and met is False:
                row_words = f"{number}番目の指標の" if which else ""
                yield f"{row_words}{_words(measure)}は目標を満たしていません。"
    elif rows and all(met for _, _, met in rows):
        numbers = "、".join([_words(measure) for _, measure, _ in rows if measure])
        yield f"{numbers}は{'どれも' if which else ''}目標を満たしています。"


def is_met(row: Indicator, objective: str, measure: Measure) -> bool | None:
    """Tell whether a result meets its target; None where the sheet does not say in which direction it lies.

    以上 and 超 ask for more, 以下, 以内 and 未満 for less, and of what is to be 0 there cannot be less. A bare
    number (80%) is taken as the least that is to be reached, unless the indicator or the objective speaks of
    what is to become less (苦情, 削減) and the indicator not of what is done against it (研修, 実施回数): there,
    only the number itself surely meets it.
    """
    target, result = measure.target.number, measure.result.number
    match measure.target.bound:
        case "以上":
            return result >= target
        case "超":
            return result > target
        case "以下" | "以内":
            return result <= target
        case "未満":
            return result < target
    if target == 0:
        return result == 0
    if result == target or _DOING.search(row.name) or not _LESSENING.search(f"{row.name}\n{objective}"):
        return result >= target
    return None


def _words(measure: Measure) -> str:
    return f"結果「{measure.result.words}」（目標「{measure.target.words}」）"
