"""Check how the parts that a visitor works with look and answer: to the finger, without colours, without motion.

Some of them look otherwise once they are used: the search with results, the table of goals sorted and filtered, the
citation of a goal and the tree of policies opened.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Visit
from tests.browser.kinds import ALL, CARRYING, EVALUATED
from tests.browser.looks import DRAWN, TOO_SMALL, lost
from tests.browser.test_axe import SCHEMES, WIDTHS, all_violations
from tests.browser.test_layout import assert_stops
from tests.site.colours import contrast, hexadecimal
from tests.site.needs import AXE, tool

Drawn = dict[str, list[list[str | None]]]
LEAST = {"texts": 7, "edges": 3, "lines": 3}


def find(page: Page) -> None:
    page.locator("#search-q").fill("地域")
    expect(page.locator("#search-list > li")).to_have_count(10)
    page.evaluate("document.activeElement.blur()")


def find_code(page: Page) -> None:
    page.locator("#search-q").fill("政策13-1")
    expect(page.locator("#search-code a")).to_be_visible()
    page.evaluate("document.activeElement.blur()")


def sort_and_filter(page: Page) -> None:
    page.get_by_role("button", name="評価").press("Enter")
    page.get_by_label("評価").select_option("未達成")
    expect(page.get_by_role("status")).to_have_text("24件の目標のうち、7件を示しています。")
    page.evaluate("document.activeElement.blur()")


def open_all(page: Page) -> None:
    assert page.locator("details:not([open])").count()
    page.locator("details").evaluate_all("all => all.forEach(part => { part.open = true })")


USES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "search with results": ("search", find),
    "search for a code": ("search", find_code),
    "goals sorted and filtered": ("goals of a year", sort_and_filter),
    "citations opened": (EVALUATED, open_all),
    "tree of policies opened": ("policies", open_all),
}
"""The kind of page with each part, and what a visitor does there."""


@pytest.fixture
def use(visit: Visit) -> Visit:
    """Return a way to open a page of a kind, or one on which a part is in use, in a window of some width."""

    def open_page(name: str, width: int = 1280) -> Page:
        kind, work = USES.get(name, (name, None))
        page = visit(kind, width)
        if work:
            work(page)
        return page

    return open_page


# Parts in use


@pytest.mark.parametrize("name", USES)
def test_axe_finds_nothing_in_use(context: BrowserContext, use: Visit, name: str) -> None:
    context.add_init_script(path=tool(AXE))
    assert all_violations(use(name)) == []


@pytest.mark.parametrize("name", USES)
def test_nothing_is_lost_in_use(use: Visit, name: str) -> None:
    assert lost(use(name, 320)) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", USES)
def test_the_keyboard_reaches_everything_in_use(use: Visit, name: str, width: int) -> None:
    page = use(name, width)
    page.evaluate("scrollTo(0, 0), document.body.setAttribute('tabindex', '-1'), document.body.focus()")
    assert_stops(page)


# The finger


@pytest.mark.parametrize("name", [*ALL, *USES])
def test_targets_are_large_enough(use: Visit, name: str) -> None:
    page = use(name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize(
    "small",
    [
        "<a href='#main'>短い文のリンクではない、ひとつだけのリンク</a>",
        "<button>送る</button>",
        "<a class='more' href='#main'>長いリンク</a><p style='margin-top: -20px; position: relative'>かぶさる文</p>",
    ],
)
def test_a_target_that_is_too_small_is_found(use: Visit, small: str) -> None:
    page = use(EVALUATED)
    page.evaluate(
        "small => document.querySelector('main').insertAdjacentHTML('afterbegin', `<div>${small}</div>`)", small
    )
    assert len(page.evaluate(TOO_SMALL)) == 1


# Forced colours


def pale(drawn: Drawn) -> list[str]:
    """Return what is drawn in a colour too near to the one behind it, or in none."""
    return [
        f"{name}: {words}: {colour} on {ground}"
        for name, all_drawn in drawn.items()
        for words, ground, colour in all_drawn
        if not ground or not colour or contrast(hexadecimal(colour), hexadecimal(ground)) < LEAST[name]
    ]


@pytest.mark.parametrize("name", [*ALL, *USES])
def test_everything_is_seen_in_forced_colours(use: Visit, name: str) -> None:
    page = use(name)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, forced_colors="active")
        drawn: Drawn = page.evaluate(DRAWN)
        assert drawn["texts"]
        assert pale(drawn) == []


def test_a_part_without_an_edge_is_found_in_forced_colours(use: Visit) -> None:
    page = use(EVALUATED)
    page.add_style_tag(content=".rating { border: 0 !important } .measure-result { stroke: none !important }")
    page.emulate_media(forced_colors="active")
    found = pale(page.evaluate(DRAWN))
    assert {words.split(":")[0] for words in found} == {"edges", "lines"}


# Motion

MOVING = """
@keyframes turn { to { rotate: 1turn } }
html { scroll-behavior: smooth }
main, main *, main *::before { animation: turn 9s infinite; transition: all 9s }
"""
MOVES = "() => [document.getAnimations().length > 0, getComputedStyle(document.documentElement).scrollBehavior]"


@pytest.mark.parametrize("name", [EVALUATED, CARRYING, *USES])
def test_nothing_moves_by_itself(use: Visit, name: str) -> None:
    assert use(name).evaluate(MOVES) == [False, "auto"]


def test_what_would_move_stands_still_for_those_who_ask(visit: Visit) -> None:
    page = visit("home")
    page.add_style_tag(content=MOVING)
    assert page.evaluate(MOVES) == [True, "smooth"]
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVES) == [False, "auto"]
