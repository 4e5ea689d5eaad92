"""Make up content that is as awkward as the rules allow, for pages that must stand it."""

from __future__ import annotations

from pathlib import Path

from tests.samples import goal_text, sheet_text, write_content

GOALS = 40
PLANS = 3
"""How many of the missed goals say what comes next."""
LONG_ADDRESS = "https://example.jp/" + "nagai-adoresu" * 12
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 4
LONG_FIGURE = "1234567890" * 12
LONG_JAPANESE = "区民と行政の協働による持続可能な地域づくりの推進に関する取組" * 8
MARKUP = "<script>alert(1)</script><b style=color:red>&amp;"

SITE = """\
title: 目標シート
city: 見本市
base_url: https://example.jp/extreme/
licence: https://example.jp/licence
notice: これは見本です。
contact: 見本市 総務課
"""

ORGANIZATION = f"""\
divisions:
  - slug: kita
    name: 北区役所
    kind: ward
    ward: 北区
    units:
      - slug: somu
        name: 総務課{LONG_WORD}
      - slug: kensetsu
        name: 建設課
"""

_PAGE = """\
# 見本のページ

## 表

|項目|説明|
|---|---|
|指標|何で測るか|
|目標||
"""

_ROW_BY_ROW = f"""\
indicators:
  - name: {LONG_WORD}
    target: {LONG_FIGURE}
    result: {LONG_FIGURE}
    policies: [政策1-1-①, 行財1-1]
    status: {MARKUP}
    next: {LONG_ADDRESS}
  - name: 長い数の指標
    target: 999,999,999,999.999999ポイント以上
    result: ０．０００００１億ポイント
  - name: 空白の指標
    target:
    result:
initiatives:
  - names: [{LONG_WORD}, 訓練, 広報]
    summary: |-
      ・{LONG_JAPANESE}
      ・{LONG_ADDRESS}
    indicators: [3]
"""

_BARE_GOAL = """\
  - number: 7
    objective: 何も書かれていない目標
    policies: []
    indicators: []
    initiatives:
    rating:
    status:
    next:
"""


def write_extremes(folder: Path) -> Path:
    """Write the content of a site whose newest evaluated sheet has 40 missed goals and very long words."""
    return write_content(
        folder,
        {
            "site.yaml": SITE,
            "organization.yaml": ORGANIZATION,
            "pages/sample.md": _PAGE,
            "sheets/2024/kita/somu.yaml": _long_sheet(),
            "sheets/2025/kita/somu.yaml": _carrying_sheet(),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(2025, unit="建設課", goals=_BARE_GOAL),
        },
    )


def _long_sheet() -> str:
    goals = "".join(_missed_goal(number) for number in range(1, GOALS + 1))
    return sheet_text(2024, unit=f"総務課{LONG_WORD}", goals=goals + _row_by_row_goal(), evaluated="2025-03-31")


def _carrying_sheet() -> str:
    goals = goal_text(1, extra=f"continues: 2024/kita/somu#goal-{GOALS + 10}")
    goals += goal_text(2, extra="continues: 2024/kita/somu#goal-1")
    return sheet_text(2025, unit=f"総務課{LONG_WORD}", goals=goals)


def _missed_goal(number: int) -> str:
    objective = f"{LONG_WORD}{LONG_JAPANESE}" if number % 2 else MARKUP
    return goal_text(
        number,
        objective=objective,
        result=LONG_FIGURE,
        rating="×",
        status=f"{LONG_ADDRESS} {LONG_JAPANESE}",
        onward=f"{LONG_WORD} {LONG_JAPANESE}" if number <= PLANS else "",
        extra=f"notes: [{LONG_JAPANESE}]",
    )


def _row_by_row_goal() -> str:
    body = "".join(f"    {line}\n" for line in _ROW_BY_ROW.splitlines())
    head = f"  - number: {GOALS + 10}\n    objective: 行ごとに書かれた目標\n    policies: []\n"
    return f"{head}{body}    rating: ×\n    status:\n    next:\n"
