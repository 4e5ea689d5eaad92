"""Every address is decided in the plan, and published addresses must not change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement

from goalsheets.addresses import file_of, way_up
from goalsheets.building import make_site
from goalsheets.pages import Link, Page, navigation
from goalsheets.plan import PolicyBranch, Standing, Standings
from goalsheets.problems import errors
from goalsheets.ratings import State, Tally
from tests.samples import (
    CONTENT,
    POLICIES,
    document,
    found,
    goal_text,
    pages_of,
    real_catalog,
    real_site,
    sheet_text,
    write_content,
)

WARDS = "kita higashi chuo konan akiha minami nishi nishikan"
SHEETS = {
    "2025/kita": (
        "chiiki-somu kyodo-hakubutsukan kumin-seikatsu kenko-fukushi kita-hoken-fukushi-center "
        "sangyo-shinko kensetsu kita-shutchojo"
    ),
    "2024/shimin-seikatsu": (
        "shimin-kyodo shimin-seikatsu shohi-seikatsu-center passport-center danjo-kyodo-sankaku kocho-sodan"
    ),
}
CODES = {
    "seisaku": (
        "1 1-1 1-1-1 1-1-2 1-1-3 1-2 1-2-1 1-2-2 1-2-3 1-5 1-5-1 2 2-1 2-1-1 2-3 2-3-1 3 3-1 3-1-1 3-1-3 "
        "4 4-1 4-1-5 4-3 4-3-3 5 5-3 5-3-1 6 6-1 6-1-1 7 7-1 7-1-1 8 8-1 8-1-4 9 9-1 9-1-2 9-1-3 "
        "12 12-1 12-1-1 12-1-2 12-1-3 12-1-4 13 13-1 13-1-2 15 15-1 15-1-3 16 16-3 16-3-1"
    ),
    "gyozai": "1 1-1 1-1-1 1-3 1-3-1 1-4 1-4-1 3 3-2 3-2-1 3-2-2",
}
PUBLISHED = {
    *("", "404.html", "wards/", "departments/", "departments/shimin-seikatsu/", "policies/", "search/"),
    *(f"years/{year}/{table}" for year in (2024, 2025) for table in ("", "goals/")),
    *("about/", "accessibility/", "glossary/", "how-to-read/"),
    *(f"wards/{slug}/" for slug in WARDS.split()),
    *(f"sheets/{folder}/{slug}/" for folder, slugs in SHEETS.items() for slug in slugs.split()),
    *(f"sheets/{folder}/{slug}/form/" for folder, slugs in SHEETS.items() for slug in slugs.split()),
    *(f"units/{folder[5:]}/{slug}/" for folder, slugs in SHEETS.items() for slug in slugs.split()),
    *(f"policies/{plan}-{number}/" for plan, numbers in CODES.items() for number in numbers.split()),
}


EMBEDDED = re.compile(
    r"|years/\d+/|wards/kita/|departments/shimin-seikatsu/|units/[\w/-]+|sheets/(?![\w/-]+/form/)[\w/-]+|policies/.+"
)
"""The pages with a chart."""


def planned(content: Path) -> dict[str, Page]:
    """Return the pages by their addresses; no two may share one."""
    pages = pages_of(content)
    by_address = {page.address: page for page in pages}
    assert len(by_address) == len(pages)
    return by_address


def made_up(tmp_path: Path, *sheets: tuple[int, str, str], **heads: str) -> Path:
    """Write plain sheets, each named by year, division and unit."""
    names = {"kita": "北区役所", "shimin": "市民部", "somu": "総務課", "kensetsu": "建設課"}
    files = {
        f"sheets/{year}/{division}/{unit}.yaml": sheet_text(year, division=names[division], unit=names[unit])
        for year, division, unit in sheets
    }
    return write_content(tmp_path, files | {f"{name}.yaml": text for name, text in heads.items()})


def seen(page: Page) -> dict[str, Any]:
    """Return what a page shows, by the names of its template."""
    return page.view


def words(links: tuple[Link, ...]) -> list[tuple[str, str]]:
    return [(link.address, link.words) for link in links]


class TestAddresses:
    def test_the_addresses_of_the_city_are_those_that_are_published(self) -> None:
        embeds = {f"embed/{address}" for address in PUBLISHED if EMBEDDED.fullmatch(address)}
        assert set(planned(CONTENT)) == PUBLISHED | embeds

    @pytest.mark.parametrize(
        ("address", "file"),
        [("", "index.html"), ("wards/kita/", "wards/kita/index.html"), ("404.html", "404.html")],
    )
    def test_the_file_of_an_address(self, address: str, file: str) -> None:
        assert file_of(address) == file

    @pytest.mark.parametrize(
        ("address", "way"), [("", "./"), ("about/", "../"), ("sheets/2025/kita/somu/", "../../../../")]
    )
    def test_the_way_up_from_a_page(self, address: str, way: str) -> None:
        assert way_up(address) == way

    def test_a_page_of_markdown_never_takes_the_place_of_another_page(self, tmp_path: Path) -> None:
        files = {"sheets/2025/kita/somu.yaml": sheet_text(), "pages/wards.md": "# 区の説明\n\n本文です。\n"}
        built = make_site(write_content(tmp_path, files))
        assert [problem.path for problem in errors(built.problems)] == [str(tmp_path / "pages/wards.md")]

    def test_two_policy_codes_never_share_an_address(self, tmp_path: Path) -> None:
        plans = POLICIES.replace("slug: gyozai", "slug: seisaku-1")
        goals = goal_text(1, policies="[政策1-2-①]") + goal_text(2, policies="[行財2-①]")
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals), "policies.yaml": plans}
        built = make_site(write_content(tmp_path, files))
        assert [problem.path for problem in errors(built.problems)] == [str(tmp_path / "policies.yaml")]


class TestTitles:
    def test_titles_and_descriptions_of_the_city_are_unique(self) -> None:
        pages = pages_of(CONTENT)
        assert len({page.title for page in pages}) == len(pages)
        assert len({page.description for page in pages}) == len(pages)

    def test_one_unit_name_in_two_divisions_makes_different_titles(self, tmp_path: Path) -> None:
        pages = pages_of(made_up(tmp_path, (2025, "kita", "somu"), (2025, "shimin", "somu")))
        assert len({page.title for page in pages}) == len(pages)

    def test_titles_say_whose_page_it_is(self) -> None:
        pages = planned(CONTENT)
        assert pages[""].title == "新潟市 組織目標管理シート"
        assert pages["years/2025/"].title == "2025年度（令和7年度）の目標"
        assert pages["wards/kita/"].title == "北区役所の目標"
        assert pages["units/kita/kensetsu/"].title == "北区役所 建設課の目標の移り変わり"
        assert pages["sheets/2025/kita/kensetsu/"].title == "北区役所 建設課の目標（2025年度）"
        assert pages["policies/seisaku-13-1-2/"].title == "政策13-1-②に関わる目標"
        assert pages["about/"].title == "このサイトについて"

    def test_the_description_of_a_sheet_says_how_it_stands(self) -> None:
        pages = planned(CONTENT)
        assert pages["sheets/2024/shimin-seikatsu/shimin-kyodo/"].description == (
            "新潟市市民生活部市民協働課の2024年度（令和6年度）の目標4件。達成3件、未達成1件。"
        )
        assert pages["sheets/2025/kita/kensetsu/"].description == (
            "新潟市北区役所建設課の2025年度（令和7年度）の目標5件。未評価5件。"
        )

    def test_a_policy_title_that_the_city_has_confirmed_is_said(self, tmp_path: Path) -> None:
        titled = "titles:\n      - code: 政策１-1-①\n        title: 災害に強いまち"
        plans = POLICIES.replace("titles: []", titled, 1)
        pages = planned(made_up(tmp_path, (2025, "kita", "somu"), policies=plans))
        assert pages["policies/seisaku-1-1-1/"].title == "政策1-1-① 災害に強いまちに関わる目標"
        assert pages["policies/seisaku-1-1/"].title == "政策1-1に関わる目標"


class TestCrumbs:
    def test_each_kind_of_page_says_where_it_stands(self) -> None:
        pages = planned(CONTENT)
        home = ("", "ホーム")
        ward = (home, ("wards/", "区"), ("wards/kita/", "北区役所"))
        department = (home, ("departments/", "部署"), ("departments/shimin-seikatsu/", "市民生活部"))
        expected = {
            "": [],
            "404.html": [],
            "years/2025/": [home],
            "wards/": [home],
            "wards/kita/": [*ward[:2]],
            "departments/shimin-seikatsu/": [*department[:2]],
            "units/kita/kensetsu/": [*ward],
            "sheets/2025/kita/kensetsu/": [*ward, ("units/kita/kensetsu/", "建設課")],
            "sheets/2024/shimin-seikatsu/kocho-sodan/": [
                *department,
                ("units/shimin-seikatsu/kocho-sodan/", "広聴相談課"),
            ],
            "policies/": [home],
            "policies/seisaku-13/": [home, ("policies/", "政策")],
            "policies/seisaku-13-1-2/": [
                *(home, ("policies/", "政策")),
                *(("policies/seisaku-13/", "政策13"), ("policies/seisaku-13-1/", "政策13-1")),
            ],
            "about/": [home],
        }
        assert {address: words(pages[address].crumbs) for address in expected} == expected

    def test_every_crumb_leads_to_a_page(self) -> None:
        pages = planned(CONTENT)
        crumbs = {link.address for page in pages.values() for link in page.crumbs}
        assert crumbs <= set(pages)

    def test_the_menu_and_the_footer_lead_to_pages(self) -> None:
        links = navigation(real_catalog().frame)
        assert words(links["menu"]) == [
            ("search/", "検索"),
            ("years/2025/", "2025年度"),
            ("years/2024/", "2024年度"),
            ("wards/", "区"),
            ("departments/", "部署"),
            ("policies/", "政策"),
            ("how-to-read/", "シートの読み方"),
        ]
        assert [link.address for link in links["footer"]] == [
            "how-to-read/",
            "glossary/",
            "about/",
            "accessibility/",
            "data/",
        ]


class TestYears:
    def test_the_sheet_before_and_after_is_the_nearest_even_over_a_gap(self, tmp_path: Path) -> None:
        catalog = made_up(tmp_path, *((year, "kita", "somu") for year in (2025, 2021, 2022)))
        pages = planned(catalog)
        neighbours = {
            year: (view["before"], view["after"])
            for year in (2021, 2022, 2025)
            if (view := seen(pages[f"sheets/{year}/kita/somu/"]))
        }
        assert neighbours == {2021: (None, 2022), 2022: (2021, 2025), 2025: (2022, None)}

    def test_another_unit_of_the_same_name_is_no_neighbour(self, tmp_path: Path) -> None:
        catalog = made_up(tmp_path, (2024, "shimin", "somu"), (2025, "kita", "somu"), (2025, "kita", "kensetsu"))
        view = seen(planned(catalog)["sheets/2025/kita/somu/"])
        assert (view["before"], view["after"]) == (None, None)

    def test_a_unit_has_one_page_for_all_its_years_the_newest_first(self, tmp_path: Path) -> None:
        catalog = made_up(tmp_path, (2024, "kita", "somu"), (2026, "kita", "somu"), (2025, "kita", "somu"))
        sheets = seen(planned(catalog)["units/kita/somu/"])["sheets"]
        assert [place.year for place, _ in sheets] == [2026, 2025, 2024]

    def test_a_year_page_leads_to_the_other_years(self, tmp_path: Path) -> None:
        pages = planned(made_up(tmp_path, *((year, "kita", "somu") for year in (2023, 2025, 2024))))
        assert seen(pages["years/2024/"])["others"] == [
            Link("years/2025/", "2025年度（令和7年度）"),
            Link("years/2023/", "2023年度（令和5年度）"),
        ]


class TestUnits:
    def test_a_unit_without_sheets_gets_no_page(self, tmp_path: Path) -> None:
        pages = planned(made_up(tmp_path, (2025, "kita", "somu")))
        assert "units/kita/somu/" in pages
        assert "units/kita/kensetsu/" not in pages
        listed = seen(pages["wards/kita/"])["units"]
        assert [(unit.slug, count) for unit, count in listed] == [("somu", 1), ("kensetsu", 0)]

    def test_a_division_without_sheets_still_gets_a_page(self, tmp_path: Path) -> None:
        page = planned(made_up(tmp_path, (2025, "kita", "somu")))["departments/shimin/"]
        assert (seen(page)["sheets"], seen(page)["years"]) == (0, [])

    def test_one_unit_name_in_two_divisions_stays_two_units(self, tmp_path: Path) -> None:
        catalog = made_up(tmp_path, (2025, "kita", "somu"), (2025, "shimin", "somu"))
        pages = planned(catalog)
        for address in ("units/kita/somu/", "units/shimin/somu/"):
            ((place, _),) = seen(pages[address])["sheets"]
            assert f"units/{place.division}/{place.unit}/" == address
            sheet = f"sheets/2025/{place.division}/{place.unit}/"
            assert seen(pages[sheet])["siblings"] == (Link(sheet, "総務課"),)

    def test_siblings_are_all_sheets_of_the_same_division_and_year(self, tmp_path: Path) -> None:
        names = [(2025, "kita", "somu"), (2025, "kita", "kensetsu"), (2024, "kita", "kensetsu")]
        view = seen(planned(made_up(tmp_path, *names))["sheets/2025/kita/somu/"])
        assert view["siblings"] == (
            Link("sheets/2025/kita/somu/", "総務課"),
            Link("sheets/2025/kita/kensetsu/", "建設課"),
        )


Shape = list[tuple[str, str, int, "Shape"]]


def shape(branches: Iterable[PolicyBranch]) -> Shape:
    return [
        (str(branch.code), branch.address, branch.tally.total if branch.tally else 0, shape(branch.branches))
        for branch in branches
    ]


def tree(content: Path) -> dict[str, Shape]:
    plans = seen(planned(content)["policies/"])["plans"]
    return {plan.prefix: shape(branches) for plan, _, branches in plans}


def codes_cited(folder: Path) -> Path:
    """Write a sheet with goals of seven codes."""
    cited = ("[政策1-1-①, 政策1-2]", "[政策1-1-②]", "[政策2, 行財3]", "[政策１-1-①]")
    goals = "".join(goal_text(number, policies=codes) for number, codes in enumerate(cited, 1))
    return write_content(folder, {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals)})


def around(content: Path, address: str) -> list[str]:
    """Return the tree on the page of a code, a line a code: its level, the number of its goals if told, if open."""

    def lines(branches: Iterable[PolicyBranch], level: int) -> Iterator[str]:
        for branch in branches:
            count = f" {branch.tally.total}" if branch.tally else ""
            yield f"{' ' * level}{branch.code}{count}{' (open)' if branch.open else ''}"
            yield from lines(branch.branches, level + 1)

    return list(lines(seen(planned(content)[address])["branches"], 0))


class TestStandings:
    def test_a_year_compares_the_divisions_that_have_sheets_in_it(self, tmp_path: Path) -> None:
        pages = planned(made_up(tmp_path, (2025, "shimin", "somu"), (2025, "kita", "somu"), (2024, "kita", "kensetsu")))
        waiting = Tally(((State.NOT_EVALUATED, 1),))
        kita = Standing(Link("wards/kita/", "北区役所"), 1, waiting)
        shimin = Standing(Link("departments/shimin/", "市民部"), 1, waiting)
        assert seen(pages["years/2025/"])["standings"] == Standings((kita, shimin), (State.NOT_EVALUATED,))
        assert seen(pages["years/2024/"])["standings"] == Standings((kita,), (State.NOT_EVALUATED,))

    def test_the_divisions_of_a_kind_are_compared_over_all_years(self, tmp_path: Path) -> None:
        pages = planned(made_up(tmp_path, (2025, "kita", "somu"), (2024, "kita", "kensetsu")))
        kita = Standing(Link("wards/kita/", "北区役所"), 2, Tally(((State.NOT_EVALUATED, 2),)))
        wards, departments = seen(pages["wards/"]), seen(pages["departments/"])
        assert (wards["standings"].rows, wards["without"]) == ((kita,), [])
        assert (departments["standings"].rows, departments["without"]) == ((), [Link("departments/shimin/", "市民部")])


class TestPolicies:
    def test_codes_stand_below_the_wider_ones_and_a_goal_counts_once(self, tmp_path: Path) -> None:
        goals = (
            goal_text(1, policies="[政策1-1-①, 政策１-2-①]")
            + goal_text(2, policies="[政策1-1-①]")
            + goal_text(3, policies="[政策12]")
            + goal_text(4, policies="[政策2-1]")
            + goal_text(5, policies="[行財3-2-②]")
            + goal_text(6, policies="[]")
        )
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals)}
        assert tree(write_content(tmp_path, files)) == {
            "政策": [
                (
                    *("政策1", "policies/seisaku-1/", 2),
                    [
                        (
                            *("政策1-1", "policies/seisaku-1-1/", 2),
                            [("政策1-1-①", "policies/seisaku-1-1-1/", 2, [])],
                        ),
                        (
                            *("政策1-2", "policies/seisaku-1-2/", 1),
                            [("政策1-2-①", "policies/seisaku-1-2-1/", 1, [])],
                        ),
                    ],
                ),
                ("政策2", "policies/seisaku-2/", 1, [("政策2-1", "policies/seisaku-2-1/", 1, [])]),
                ("政策12", "policies/seisaku-12/", 1, []),
            ],
            "行財": [
                (
                    *("行財3", "policies/gyozai-3/", 1),
                    [
                        (
                            *("行財3-2", "policies/gyozai-3-2/", 1),
                            [("行財3-2-②", "policies/gyozai-3-2-2/", 1, [])],
                        )
                    ],
                )
            ],
        }

    def test_a_code_stands_between_those_beside_it_under_those_above_it(self, tmp_path: Path) -> None:
        assert around(codes_cited(tmp_path), "policies/seisaku-1-1-1/") == [
            "政策1 (open)",
            " 政策1-1 (open)",
            "  政策1-1-① 2 (open)",
            "  政策1-1-②",
            " 政策1-2",
        ]

    def test_the_goals_of_a_code_and_of_those_below_are_counted(self, tmp_path: Path) -> None:
        content = codes_cited(tmp_path)
        assert around(content, "policies/seisaku-1/") == [
            "政策1 3 (open)",
            " 政策1-1 3",
            "  政策1-1-① 2",
            "  政策1-1-② 1",
            " 政策1-2 1",
            "政策2",
        ]
        assert around(content, "policies/seisaku-1-2/") == ["政策1 (open)", " 政策1-1", " 政策1-2 1 (open)"]
        assert around(content, "policies/gyozai-3/") == ["行財3 1 (open)"]

    def test_the_widest_codes_are_compared_in_the_order_of_their_numbers(self, tmp_path: Path) -> None:
        goals = "".join(
            goal_text(number, policies=f"[政策{code}]", rating=rating, extra="notes: [印字のとおり。]")
            for number, (code, rating) in enumerate([("12", "○"), ("2-1", "×"), ("2-2", "○")], 1)
        )
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals)}
        ((_, standings, _),) = seen(planned(write_content(tmp_path, files))["policies/"])["plans"]
        assert standings == Standings(
            (
                Standing(Link("policies/seisaku-2/", "政策2"), None, Tally(((State.ACHIEVED, 1), (State.MISSED, 1)))),
                Standing(Link("policies/seisaku-12/", "政策12"), None, Tally(((State.ACHIEVED, 1),))),
            ),
            (State.ACHIEVED, State.MISSED),
        )

    def test_a_plan_that_no_goal_cites_is_not_shown(self, tmp_path: Path) -> None:
        assert list(tree(made_up(tmp_path, (2025, "kita", "somu")))) == ["政策"]

    def test_codes_of_indicator_rows_count_for_their_goal(self) -> None:
        ((year, tally, lines),) = seen(planned(CONTENT)["policies/seisaku-9-1-3/"])["years"]
        assert (year, tally, len(lines)) == (2025, Tally(((State.NOT_EVALUATED, 1),)), 1)
        assert goals_on("policies/seisaku-9-1-3/") == ["sheets/2025/kita/sangyo-shinko/#goal-5"]

    def test_differently_printed_codes_are_one_page(self) -> None:
        sheets = {goal.partition("#")[0] for goal in goals_on("policies/gyozai-1-1-1/")}
        files = (CONTENT / f"{sheet.rstrip('/')}.yaml" for sheet in sheets)
        printed = {code for file in files for code in re.findall("行財[^],]*①", file.read_text(encoding="utf-8"))}
        assert {"行財1-1-①", "行財１-１-①", "行財1-１-①"} <= printed


def goals_on(address: str) -> list[str]:
    """Return the addresses of the goals that are listed on a page of the city."""
    tree = document(real_site().files[file_of(address)])
    links = found(tree, "//li[@class='goal-line']//a")
    return [str(link.get("href")).removeprefix("../../") for link in links]


def home(tmp_path: Path, files: dict[str, str]) -> HtmlElement:
    return document(make_site(write_content(tmp_path, files)).files["index.html"])


def listed(tree: HtmlElement, kind: str) -> list[str]:
    return [str(link.get("href")) for link in found(tree, f"//li[@class='{kind}']//a")]


class TestHome:
    def test_it_shows_the_newest_evaluated_year(self) -> None:
        view = seen(planned(CONTENT)[""])
        assert (view["year"], view["sheets"], view["goals"]) == (2024, 14, 55)
        tally = Tally(((State.ACHIEVED, 16), (State.PARTLY, 1), (State.MISSED, 7)))
        assert planned(CONTENT)[""].charts == (("載せている目標24件の評価（2024年度）", tally),)

    def test_it_shows_the_newest_year_while_none_is_evaluated(self, tmp_path: Path) -> None:
        files = {f"sheets/{year}/kita/somu.yaml": sheet_text(year) for year in (2024, 2025)}
        view = seen(planned(write_content(tmp_path, files))[""])
        assert (view["year"], view["missed"]) == (2025, 0)

    def test_it_shows_some_of_the_missed_goals(self, tmp_path: Path) -> None:
        goals = "".join(goal_text(number, rating="×") for number in range(1, 13)) + goal_text(13, rating="○")
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals, evaluated="2026-03-31")}
        missed = listed(home(tmp_path, files), "goal-line")
        assert missed == [f"./sheets/2025/kita/somu/#goal-{number}" for number in range(1, 11)]

    def test_it_shows_the_sheets_on_which_the_city_wrote_last(self, tmp_path: Path) -> None:
        dates = [("kita/somu", "2025-04-01"), ("kita/kensetsu", "2025-05-15"), ("shimin/somu", "2025-04-20")]
        offices = {
            "kita/somu": ("北区役所", "総務課"),
            "kita/kensetsu": ("北区役所", "建設課"),
            "shimin/somu": ("市民部", "総務課"),
        }
        files = {
            f"sheets/2025/{place}.yaml": sheet_text(division=offices[place][0], unit=offices[place][1], created=day)
            for place, day in dates
        }
        assert listed(home(tmp_path, files), "entry") == [
            f"./sheets/2025/{place}/" for place in ("kita/kensetsu", "shimin/somu", "kita/somu")
        ]

    def test_sheets_of_one_day_stand_in_the_order_of_the_organization(self, tmp_path: Path) -> None:
        content = made_up(tmp_path, (2025, "kita", "somu"), (2025, "kita", "kensetsu"))
        tree = document(make_site(content).files["index.html"])
        assert listed(tree, "entry") == ["./sheets/2025/kita/somu/", "./sheets/2025/kita/kensetsu/"]
