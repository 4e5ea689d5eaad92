"""Check that every number on the pages is right, and says the same wherever it stands."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

import pytest
from lxml.html import HtmlElement

from tests.samples import found, only
from tests.site.counting import Counted, divisions, policy_codes, sheets, tally, tally_of_code
from tests.site.markup import Pages, each, spoken

YEARS = sorted({sheet.year for sheet in sheets()})
TALLY = re.compile(r"目標(\d+)件（([^）]+)）")
COUNT = re.compile(r"(\D+?)(\d+)件、?")


def table_tally(table: HtmlElement) -> Counter[str]:
    """Read the counts of a table of ratings."""
    rows = found(table, "tbody/tr")
    return Counter({spoken(row[0]): int(spoken(row[1]).removesuffix("件")) for row in rows})


def tables(root: HtmlElement) -> list[Counter[str]]:
    """Read every table of ratings of a page, in order."""
    return [table_tally(table) for table in found(root, "//div[@class='tally']//table")]


def standings(root: HtmlElement) -> dict[str, tuple[int, Counter[str]]]:
    """Read the tables that compare divisions or codes: of each its sheets, 0 where they are not counted, and ratings.

    Each row must add up, and its bar must show it.
    """
    read = {}
    for table in found(root, "//table[@class='standings']"):
        heads = [spoken(head) for head in found(table, "thead/tr/th")][1:]
        for row in found(table, "tbody/tr"):
            counts = dict(zip(heads, [int(spoken(cell)[:-1]) for cell in found(row, "td")], strict=True))
            sheets, goals = counts.pop("シート", 0), counts.pop("目標")
            widths = [int(str(width)) for width in row.xpath(".//*[local-name()='rect']/@width")]
            shares = [1000 * count / goals for count in counts.values() if count]
            assert sum(counts.values()) == goals
            assert widths == pytest.approx(shares if counts.get("未評価") != goals else [], abs=1)
            read[spoken(row[0])] = sheets, +Counter(counts)
    return read


def words_tallies(text: str) -> list[Counter[str]]:
    """Read every 「目標24件（達成16件、未達成8件）」 of a text."""
    return [Counter({word: int(count) for word, count in COUNT.findall(parts)}) for _, parts in TALLY.findall(text)]


def of_year(year: str) -> list[Counted]:
    return [sheet for sheet in sheets() if sheet.year == year]


def of_division(slug: str) -> list[Counted]:
    return [sheet for sheet in sheets() if sheet.division == slug]


def folder_of(division: dict[str, str]) -> str:
    return f"{'wards' if division['kind'] == 'ward' else 'departments'}/{division['slug']}/"


def test_the_sheets_counted_here_are_the_first_edition() -> None:
    assert (len(of_year("2024")), tally(of_year("2024"))) == (
        6,
        Counter({"達成": 16, "一部未達成": 1, "未達成": 7}),
    )
    assert (len(of_year("2025")), tally(of_year("2025"))) == (8, Counter({"未評価": 31}))


# What each page says of itself


def test_every_table_of_ratings_adds_up_to_its_caption_and_its_bar(every_page: Pages) -> None:
    offenders = []
    for page, chart in each(every_page, "//div[@class='tally']"):
        counts = table_tally(only(chart, "table"))
        caption = re.match(r"(?:載せている)?目標(\d+)件の評価", spoken(only(chart, "table/caption")))
        widths = [int(str(width)) for width in chart.xpath("svg/*[local-name()='rect']/@width")]
        waiting = list(counts) == ["未評価"]  # nothing to compare: no bar
        shares = [] if waiting else [1000 * count / counts.total() for count in counts.values()]
        off_by = [abs(width - share) for width, share in zip(widths, shares, strict=True)]
        if (
            not caption
            or int(caption[1]) != counts.total()
            or sum(widths) != (0 if waiting else 1000)
            or max(off_by, default=0) > 1
        ):
            offenders.append(f"{page}: {counts} {widths}")
    assert offenders == []


def test_every_tally_in_words_adds_up(every_page: Pages) -> None:
    offenders = []
    for page, root in every_page.items():
        for total, parts in TALLY.findall(spoken(root)):
            if int(total) != sum(int(count) for _, count in COUNT.findall(parts)):
                offenders.append(f"{page}: 目標{total}件（{parts}）")
    assert offenders == []


# What the pages say of the sheets


def test_home_counts_all_sheets_and_goals(pages: Pages) -> None:
    words = spoken(pages["index.html"])
    assert f"{len(sheets())}枚のシートと{tally(sheets()).total()}件の目標" in words


def test_home_shows_the_newest_evaluated_year(pages: Pages) -> None:
    (year,) = [year for year in YEARS if "達成" in tally(of_year(year))][-1:]
    assert tables(pages["index.html"]) == [tally(of_year(year))]


def test_home_counts_every_year(pages: Pages) -> None:
    lines = [spoken(line) for line in found(pages["index.html"], "//ul[@class='links']/li")]
    assert words_tallies("".join(lines)) == [tally(of_year(year)) for year in reversed(YEARS)]
    assert [int(count) for count in re.findall(r"シート(\d+)枚", "".join(lines))] == [
        len(of_year(year)) for year in reversed(YEARS)
    ]


def test_home_shows_every_missed_goal_of_the_newest_evaluated_year(pages: Pages) -> None:
    shown = {str(link) for link in pages["index.html"].xpath("//ul[@class='goal-lines']//a/@href")}
    missed = {
        f"./{sheet.address}#goal-{number}"
        for sheet in of_year("2024")
        for number, state in zip(sheet.numbers, sheet.states, strict=True)
        if state == "未達成"
    }
    assert shown == missed


@pytest.mark.parametrize("year", YEARS)
def test_a_year_counts_all_its_sheets(pages: Pages, year: str) -> None:
    page = pages[f"years/{year}/index.html"]
    assert tables(page) == [tally(of_year(year))]
    assert f"シート{len(of_year(year))}枚、目標{tally(of_year(year)).total()}件です。" in spoken(page)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_counts_each_division_and_each_sheet(pages: Pages, year: str) -> None:
    page = pages[f"years/{year}/index.html"]
    lines = [spoken(line) for line in found(page, "//li[@class='entry']")]
    groups = {division["name"]: of_year_and_division(year, division["slug"]) for division in divisions()}
    assert standings(page) == {name: (len(group), tally(group)) for name, group in groups.items() if group}
    assert sum((Counter(words) for words in words_tallies("".join(lines))), Counter()) == tally(of_year(year))
    assert len(lines) == len(of_year(year))


def of_year_and_division(year: str, slug: str) -> list[Counted]:
    return [sheet for sheet in of_year(year) if sheet.division == slug]


@pytest.mark.parametrize("division", divisions(), ids=lambda division: str(division["slug"]))
def test_a_division_counts_each_year(pages: Pages, division: dict[str, str]) -> None:
    page = pages[f"{folder_of(division)}index.html"]
    groups = [of_year_and_division(year, division["slug"]) for year in reversed(YEARS)]
    groups = [group for group in groups if group]
    assert tables(page) == [tally(group) for group in groups]
    lines = [spoken(line) for line in found(page, "//li[@class='entry']")]
    assert sorted(map(str, words_tallies("".join(lines)))) == sorted(
        str(tally([sheet])) for sheet in chain.from_iterable(groups)
    )


@pytest.mark.parametrize(("kind", "address"), [("ward", "wards/"), ("department", "departments/")])
def test_a_list_of_divisions_counts_each_of_them(pages: Pages, kind: str, address: str) -> None:
    page = pages[f"{address}index.html"]
    ours = {division["name"]: of_division(division["slug"]) for division in divisions() if division["kind"] == kind}
    assert standings(page) == {name: (len(mine), tally(mine)) for name, mine in ours.items() if mine}
    without = [spoken(line) for line in found(page, "//main/ul[contains(@class, 'links')]/li")]
    assert without == [name for name, mine in ours.items() if not mine]


def test_a_unit_counts_each_of_its_sheets(pages: Pages) -> None:
    for address in {(sheet.division, sheet.unit) for sheet in sheets()}:
        page = pages["units/{}/{}/index.html".format(*address)]
        mine = [sheet for sheet in sheets() if (sheet.division, sheet.unit) == address]
        assert tables(page) == [tally([sheet]) for sheet in reversed(mine)]
        assert _rating_words(page, "//ul[@class='goal-lines']") == [
            word for sheet in reversed(mine) for word in sheet.states
        ]


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: str(sheet.address))
def test_a_sheet_counts_its_goals(pages: Pages, sheet: Counted) -> None:
    page = pages[f"{sheet.address}index.html"]
    counts = tally([sheet])
    assert tables(page) == [counts]
    assert _rating_words(page, "//ol[@class='contents']") == list(sheet.states)
    assert _rating_words(page, "//section[@class='goal']") == list(sheet.states)
    assert [str(name) for name in page.xpath("//section[@class='goal']/@id")] == [
        f"goal-{number}" for number in sheet.numbers
    ]
    assert f"この年度の目標は{counts.total()}件です。" in spoken(page)
    for word, count in counts.items():
        assert f"{word}が{count}件" in spoken(page) or word == "未評価"


def _rating_words(page: HtmlElement, inside: str) -> list[str]:
    return [spoken(rating) for rating in found(page, f"{inside}//span[starts-with(@class, 'rating ')]")]


@pytest.mark.parametrize("code", sorted(policy_codes()))
def test_a_policy_counts_the_goals_that_cite_it(pages: Pages, code: str) -> None:
    page = pages[f"policies/{code}/index.html"]
    counts = tally_of_code(code)
    assert tables(page) == [counts]
    assert Counter(_rating_words(page, "//ul[@class='goal-lines']")) == counts
    by_year = words_tallies("".join(spoken(line) for line in found(page, "//main/p[not(@class)]")))
    assert sum((Counter(words) for words in by_year), Counter()) == counts


def test_the_list_of_policies_counts_every_code(pages: Pages) -> None:
    page = pages["policies/index.html"]
    counted = {}
    for line in found(page, "//ul[contains(@class, 'branches')]/li"):
        counted[code_of(only(line, "a"))] = words_tallies(spoken(only(line, "span")))
    assert counted == {code: [tally_of_code(code)] for code in policy_codes()}


def test_the_widest_codes_are_compared(pages: Pages) -> None:
    page = pages["policies/index.html"]
    codes = {spoken(link): code_of(link) for link in found(page, "//table[@class='standings']//a")}
    assert set(codes.values()) == {code for code in policy_codes() if code.count("-") == 1}
    assert standings(page) == {name: (0, tally_of_code(code)) for name, code in codes.items()}


def code_of(link: HtmlElement) -> str:
    return str(link.get("href")).removeprefix("../policies/").strip("/")


def test_the_years_the_divisions_and_the_sheets_have_the_same_sums(pages: Pages) -> None:
    sums = {
        folder: sum(
            chain.from_iterable(tables(root) for page, root in pages.items() if page.startswith(folder)),
            Counter(),
        )
        for folder in ("years/", "sheets/", "units/")
    }
    of_divisions = sum(
        chain.from_iterable(
            tables(root) for page, root in pages.items() if page.startswith(("wards/", "departments/"))
        ),
        Counter(),
    )
    assert set(map(str, (*sums.values(), of_divisions))) == {str(tally(sheets()))}
