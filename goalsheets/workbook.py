"""Lay a sheet out as the official form in Excel, and the form that the same unit fills in a year later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from math import ceil

from goalsheets.addresses import sheet_address
from goalsheets.catalog import Entry
from goalsheets.excel import (
    BODY_CENTRED,
    BODY_LEFT,
    CENTRED,
    DEFAULT,
    HEAD,
    LEFT,
    LEGEND,
    MAX_HEIGHT,
    SMALL,
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE,
    Setup,
    Worksheet,
    excel_file,
    tab_name,
)
from goalsheets.form import goal_rows
from goalsheets.model import Goal, Sheet, Site
from goalsheets.ratings import State
from goalsheets.years import form_date, form_year, form_year_short

_WIDTHS = (4.75, 14.75, 14.75, 14, 8.25, 8.25, 13, 13, 19.25, 27, 5.5, 23.25, 12.5, 12.5)
_POINTS = 6  # the width of a digit of the standard font, by which Excel measures columns
_PADDING = 6
_SPACING = 1.7  # 游ゴシック stands wide
_LINE = _SPACING * TEXT_SIZE
_LEAST_LINES = 3  # there is to be room for the evaluation

_PLACES = ((0, 0), (1, 2), (3, 3), (4, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 10), (11, 11), (12, 13))
"""The first and the last column of the worksheet that each column of the form takes."""

_TARGET, _RESULT, _RATING, _STATUS, _NEXT = 4, 5, 8, 9, 10
_OPEN = frozenset({_TARGET, _RESULT, _RATING, _STATUS, _NEXT})
"""The columns that a unit fills in anew each year."""

_BODY = tuple(BODY_CENTRED if column in {0, 3, 6, 7, 10} else BODY_LEFT for column in range(len(_WIDTHS)))
_REST = (HEAD, HEAD, *(BODY_LEFT,) * (len(_WIDTHS) - 2))

_HEAD_MERGED = (
    *("A1:J1", "M1:N1", "A2:B2", "C2:D2", "F2:G2", "H2:I4", "J2:N4", "A3:B3", "C3:G3", "A4:B4", "C4:D4", "F4:G4"),
    *("A6:A7", "B6:C7", "D6:D7", "E6:H6", "I6:J6", "K6:K7", "L6:L7", "M6:N7", "E7:F7"),
)
_TITLE_ROWS = (6, 7)
_HEAD_END = 7
_MAX_FROZEN = 270  # of a higher head, a small screen would show nothing else
_PAGE = 770  # the height of A3 paper within its margins
_LEAST_SCALE = 0.8  # how small a form may become to stand on one page
_LEGEND = "\n".join(f"{state.mark}：{state.word}" for state in State if state.mark)


_Cell = tuple[int, int, str, int]
"""The row of a goal and the column of the form in which a cell stands, its text, and the rows that it covers."""


def sheet_workbook(entry: Entry, site: Site) -> bytes:
    """Return a sheet as an Excel file in the official form."""
    about = (
        "様式の写し シートの文字を、様式の形に組み直したものです。市が作った原本ではありません。"
        f"読みやすいページと転記上の注記：{site.base_url}{sheet_address(entry.place)}\n{site.terms}"
    )
    return _form(entry, entry.sheet, about, frozenset())


def next_workbook(entry: Entry, site: Site) -> bytes:
    """Return the form for the year after a sheet's, with what its unit carries over and blank where it writes anew."""
    year = entry.year + 1
    about = (
        f"{year}年度の記入用 {entry.year}年度のシートから、組織名、政策指標、目標の番号、組織目標、位置づけ、"
        "指標の名前、取組の名前と概要を写しました。ほかの欄は空欄です。市が作った様式ではありません。"
        f"元のシート：{site.base_url}{sheet_address(entry.place)}\n{site.terms}"
    )
    return _form(entry, entry.sheet._replace(fiscal_year=year, created=None, evaluated=None), about, _OPEN)


def _form(entry: Entry, sheet: Sheet, about: str, blank: frozenset[int]) -> bytes:
    worksheet = Worksheet()
    _add_head(worksheet, sheet)
    frozen = _HEAD_END if worksheet.height <= _MAX_FROZEN else 0
    for goal in sheet.goals:
        _add_goal(worksheet, goal, blank)
    _add_foot(worksheet, about)
    title = f"{entry.division.name} {entry.unit.name}の組織目標管理シート（{sheet.fiscal_year}年度）"
    pages = 1 if worksheet.height * _LEAST_SCALE <= _PAGE else 0
    tab = tab_name(entry.unit.name)
    return excel_file(worksheet, Setup(tab, title, about, _WIDTHS, frozen, _TITLE_ROWS, pages))


def _add_head(worksheet: Worksheet, sheet: Sheet) -> None:
    """Add what stands above the goals."""
    created, evaluated = (form_date(day) if day else "" for day in (sheet.created, sheet.evaluated))
    reference = "\n".join([f"・{words}" for words in sheet.policy_indicators])
    heights = _fitted(
        [_LINE + _PADDING, _LINE + _PADDING, 2 * _LINE + _PADDING],
        [(1, 1, _height(sheet.division, 2, 6)), (1, 2, _height(sheet.unit, 2, 3)), (3, 0, _height(reference, 9, 13))],
    )
    name = (HEAD, HEAD)
    day, label, words = (HEAD, CENTRED, CENTRED), (HEAD, HEAD), (LEFT,) * 5
    worksheet.merged += _HEAD_MERGED
    title = [(0, "組織目標管理シート"), (12, _LEGEND)]
    worksheet.add(3 * _SPACING * SMALL_SIZE, (*(TITLE,) * 10, DEFAULT, DEFAULT, LEGEND, LEGEND), title)
    worksheet.add(
        heights[0],
        (*name, CENTRED, CENTRED, *day, *label, *words),
        [
            *((0, "年度"), (2, form_year(sheet.fiscal_year)), (4, "作成日"), (5, created)),
            *((7, "（参考）\n関連する総合計画に\nおける政策指標"), (9, reference)),
        ],
    )
    division = [(0, "組織名（部）"), (2, sheet.division)]
    worksheet.add(heights[1], (*name, *words, *label, *words), division)
    unit = [(0, "組織名\n（準部・課・機関名）"), (2, sheet.unit), (4, "評価日"), (5, evaluated)]
    worksheet.add(heights[2], (*name, LEFT, LEFT, *day, *label, *words), unit)
    worksheet.add(6, (), ())
    _add_titles(worksheet, form_year_short(sheet.fiscal_year))


def _add_titles(worksheet: Worksheet, year: str) -> None:
    """Add the names of the columns."""
    styles = (HEAD,) * len(_WIDTHS)
    worksheet.add(
        _LINE + _PADDING,
        styles,
        [
            *((0, "No."), (1, "組織目標"), (3, "総合計画（実施計画）上の位置づけ"), (4, "取組指標")),
            *((8, "主な取組（事業）"), (10, "評価"), (11, "目標達成状況"), (12, "今後の方針")),
        ],
    )
    lower = [(4, "指標"), (6, f"{year}目標"), (7, f"{year}結果"), (8, "取組名称（事業名）"), (9, "概要")]
    worksheet.add(2 * _LINE + _PADDING, styles, lower)


def _add_goal(worksheet: Worksheet, goal: Goal, blank: frozenset[int]) -> None:
    """Add the rows of a goal; one that is higher than Excel allows becomes several, with cells merged over them."""
    cells = list(_cells(goal))
    wanted = [(span, row, _height(text, *_PLACES[column])) for row, column, text, span in cells if text]
    heights = _fitted([_LEAST_LINES * _LINE] * cells[0][-1], wanted)
    counts = [ceil(height / MAX_HEIGHT) for height in heights]
    starts = list(accumulate(counts, initial=worksheet.next_row))
    texts: dict[int, list[tuple[int, str]]] = {}
    for row, column, text, span in cells:
        first, last = _PLACES[column]
        top, bottom = starts[row], starts[row + span] - 1
        if first != last or top != bottom:
            worksheet.merge(first, top, last, bottom)
        texts.setdefault(top, []).append((first, "" if column in blank else text))
    for height, count in zip(heights, counts, strict=True):
        for _ in range(count):
            worksheet.add(height / count, _BODY, texts.get(worksheet.next_row, ()))


def _cells(goal: Goal) -> Iterator[_Cell]:
    """Yield the cells of a goal, row by row: each stands in the first column that is free there."""
    rows = goal_rows(goal)
    ends = [0] * len(_PLACES)
    for number, (before, behind) in enumerate(rows):
        cells = [(text, span) for _, text, span in (*before, *behind)]
        if not number:
            cells.insert(0, (str(goal.number), len(rows)))
            cells.insert(_RATING, (goal.rating or "", len(rows)))
        free = [column for column, end in enumerate(ends) if end <= number]
        for column, (text, span) in zip(free, cells, strict=True):
            ends[column] = number + span
            yield number, column, text, span


def _add_foot(worksheet: Worksheet, about: str) -> None:
    """Add what did not fit into a cell above, and the words that say what the file is."""
    last = len(_WIDTHS) - 1
    for cell, piece in tuple(worksheet.rest):
        row = worksheet.next_row
        worksheet.merge(0, row, 1, row)
        worksheet.merge(2, row, last, row)
        worksheet.add(_height(piece, 2, last), _REST, [(0, f"{cell}のつづき"), (2, piece)])
    worksheet.add(6, (), ())
    worksheet.merge(0, worksheet.next_row, last, worksheet.next_row)
    worksheet.add(_height(about, 0, last), (SMALL,) * len(_WIDTHS), [(0, about)])


def _height(text: str, first: int, last: int) -> float:
    """Estimate how high a text stands in a cell between two columns: Excel does not fit merged cells itself."""
    letters = _letters(first, last)
    if len(text) <= letters and "\n" not in text:
        return _LINE + _PADDING
    lines = 0
    for line in text.split("\n"):
        # A letter of Japanese has three bytes and is as wide as high; one of ASCII is some three fifths as wide.
        lines += ceil((0.4 * len(line) + 0.2 * len(line.encode())) / letters) or 1
    return lines * _LINE + _PADDING


@cache
def _letters(first: int, last: int) -> float:
    """Return how many letters of Japanese stand side by side in a cell, where the last does not fit each time."""
    return (sum(_WIDTHS[first : last + 1]) * _POINTS - _PADDING) / TEXT_SIZE - 0.5


def _fitted(heights: list[float], wanted: Iterable[tuple[int, int, float]]) -> list[float]:
    """Return the heights of rows, raised where cells that cover so many rows from a row on want more."""
    for span, row, height in sorted(wanted):
        if height > heights[row] and (lack := height - sum(heights[row : row + span])) > 0:
            for number in range(row, row + span):
                heights[number] += lack / span
    return heights
