"""Check the charts of targets and results: what they show, what they say, and that they judge nothing."""

from __future__ import annotations

import gzip
import re

from lxml.html import HtmlElement

from goalsheets.built import Built
from tests.samples import found, only
from tests.site.markup import Pages, each, spoken

CHART = "//svg[@class='measure']"
MAX_SHEET = 20_000
"""Bytes of a sheet's page with its style sheet, compressed."""


def number(words: str) -> float:
    """Read a number without the program."""
    return float(re.findall(r"[\d.]+", words.replace(",", ""))[0])


def lengths(chart: HtmlElement) -> tuple[float, float]:
    """Return where the line of the target and the end of the bar of the result stand."""
    return float(chart.xpath("number(line/@x1)")), float(chart.xpath("number(rect/@width)"))


def test_every_chart_says_the_target_and_the_result_of_its_row(every_page: Pages) -> None:
    offenders = []
    for page, chart in each(every_page, CHART):
        *_, target, result = found(chart, "ancestor::tr/td")
        said = re.fullmatch("目標(.+)、結果(.+)", str(chart.get("aria-label")))
        if not said or not (spoken(target).startswith(said[1]) and spoken(result).startswith(said[2])):
            offenders.append(f"{page}: {chart.get('aria-label')}")
    assert offenders == []


def test_every_chart_is_drawn_on_one_scale(pages: Pages) -> None:
    offenders = []
    for page, chart in each(pages, CHART):
        target, result = map(number, str(chart.get("aria-label")).split("、結果"))
        longest = max(target, result)
        drawn = lengths(chart)
        if any(abs(drawn[end] - 1000 * value / longest) > 1 for end, value in enumerate((target, result))):
            offenders.append(f"{page}: {target} {result} {drawn}")
    assert offenders == []


def test_a_target_of_none_that_was_not_kept_is_a_full_bar_and_a_line_at_its_beginning(pages: Pages) -> None:
    page = pages["sheets/2024/shimin-seikatsu/danjo-kyodo-sankaku/index.html"]
    chart = only(page, f"{CHART}[@aria-label='目標０件、結果２件']")
    assert lengths(chart) == (0, 1000)


def test_met_and_missed_look_the_same(every_page: Pages) -> None:
    shapes = {tuple((str(part.tag), str(part.get("class"))) for part in chart) for _, chart in each(every_page, CHART)}
    assert shapes == {(("rect", "measure-result"), ("line", "measure-target"))}


def test_only_sheets_with_results_have_charts_and_words_on_them(pages: Pages) -> None:
    told = {page for page, _ in each(pages, f"{CHART} | //p[@class='measure-words']")}
    assert {page for page in told if "/2024/" not in page} == {
        "sheets/2025/kita/kita-hoken-fukushi-center/index.html"  # whose result may be a target, as its note says
    }
    assert len(list(each(pages, CHART))) == 25


def test_what_is_not_drawn_is_named_with_the_reason(pages: Pages) -> None:
    def words(unit: str) -> list[str]:
        page = pages[f"sheets/2024/shimin-seikatsu/{unit}/index.html"]
        return [spoken(line) for line in found(page, "//p[@class='measure-words']")]

    drawn = "図の棒は結果、縦の線は目標です。"
    assert words("kocho-sodan") == [
        drawn,
        f"{drawn}3番目の指標は、目標が数ではないため、図にしていません。",
        drawn,
        drawn,
    ]
    assert words("shimin-kyodo") == [
        "目標が数ではないため、図にしていません。",
        drawn,
        drawn,
        "目標が数ではないため、図にしていません。",
    ]


def test_a_sheet_is_light(made: Built) -> None:
    (css,) = [len(gzip.compress(data)) for path, data in made.files.items() if path.startswith("assets/site.")]
    heavy = {
        path: len(gzip.compress(data)) + css
        for path, data in made.files.items()
        if path.startswith("sheets/") and path.endswith(".html")
    }
    assert {path: size for path, size in heavy.items() if size > MAX_SHEET} == {}
