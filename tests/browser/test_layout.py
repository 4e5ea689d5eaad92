"""Check in a browser how pages behave: narrow, enlarged, by keyboard, without scripts, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit
from tests.browser.kinds import ALL, EVALUATED
from tests.browser.looks import FOCUSED, OPEN_ALL, TABBABLE, focus_stops, lost
from tests.site.colours import contrast, hexadecimal

TWICE = "html { font-size: 200% }"
SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""
MOST_STOPS = 250
TARGET = 44


# Reflow and text


@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_lost_in_a_narrow_window(visit: Visit, kind: str) -> None:
    assert lost(visit(kind, 320)) == []


@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_lost_when_text_is_twice_as_large(visit: Visit, kind: str) -> None:
    page = visit(kind)
    page.add_style_tag(content=TWICE)
    assert lost(page) == []


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_lost_when_text_is_spaced_out(visit: Visit, kind: str, width: int) -> None:
    page = visit(kind, width)
    page.add_style_tag(content=SPACED)
    assert lost(page) == []


# Keyboard


def test_the_skip_link_comes_first_and_moves_to_the_main_part(visit: Visit) -> None:
    page = visit(EVALUATED)
    page.keyboard.press("Tab")
    skip = page.evaluate(FOCUSED)
    assert (skip["name"], skip["seen"]) == ("#main", True)
    assert page.evaluate("document.elementFromPoint(40, 30).className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('main *')") is True


@pytest.mark.parametrize("kind", ALL)
def test_the_keyboard_reaches_everything_in_order_and_shows_where(visit: Visit, kind: str) -> None:
    assert_stops(visit(kind))


@pytest.mark.parametrize("kind", ["home", EVALUATED, "sheet planned"])
def test_the_keyboard_shows_where_in_a_narrow_window(visit: Visit, kind: str) -> None:
    assert_stops(visit(kind, 320))


def assert_stops(page: Page) -> None:
    """Check every stop of the keyboard on a page: its place in the order, its ring, its place in the window."""
    stops = focus_stops(page, MOST_STOPS)
    assert [stop["name"] for stop in stops] == page.evaluate(TABBABLE)[:MOST_STOPS]
    assert [stop["name"] for stop in stops if stop["ring"] < 2] == []
    assert [stop["name"] for stop in stops if contrast(hexadecimal(stop["ringColour"]), "#ffffff") < 3] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []


def test_the_tree_of_codes_is_opened_by_keyboard_without_scripts(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses["policies"])
    code = page.get_by_role("link", name="政策13-1-②")
    seen = []
    for summary in ("政策13の下のコード（1個）", "政策13-1の下のコード（1個）"):
        seen.append(code.is_visible())
        page.get_by_text(summary, exact=True).focus()
        page.keyboard.press("Enter")
    assert (seen, code.is_visible()) == ([False, False], True)
    code.click()
    assert page.url == addresses["policy level 3"]
    assert page.get_by_role("link", name="政策13-1", exact=True).last.is_visible()
    context.close()


def test_what_opens_a_branch_can_be_hit_with_a_finger(visit: Visit) -> None:
    page = visit("policies", 320)
    page.evaluate(OPEN_ALL)
    boxes = [summary.bounding_box() for summary in page.locator("summary").all()]
    assert boxes
    assert [box for box in boxes if not box or min(box["width"], box["height"]) < TARGET] == []


@pytest.mark.parametrize("kind", ["home", EVALUATED])
def test_the_focused_link_can_be_read_in_the_dark(visit: Visit, kind: str) -> None:
    page = visit(kind)
    page.emulate_media(color_scheme="dark")
    ratios = {
        stop["name"]: contrast(hexadecimal(stop["colour"]), hexadecimal(stop["ground"]))
        for stop in focus_stops(page, MOST_STOPS)
        if not stop["ground"].startswith("rgba(0, 0, 0, 0")
    }
    assert {name: round(ratio, 2) for name, ratio in ratios.items() if ratio < 4.5} == {}


# Without scripts, without other hosts


@pytest.mark.parametrize("kind", ALL)
def test_the_text_is_all_there_without_scripts(
    browser: Browser, visit: Visit, addresses: dict[str, str], kind: str
) -> None:
    words = """() => {
      document.querySelector('.table-tools')?.replaceChildren()  // what only a script can use
      return document.querySelector('main').innerText
    }"""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses[kind])
    without = page.evaluate(words)
    context.close()
    assert without == visit(kind).evaluate(words)


@pytest.mark.parametrize("kind", ALL)
def test_a_page_loads_without_complaint_and_from_its_own_host(
    browser: Browser, addresses: dict[str, str], kind: str
) -> None:
    complaints: list[str] = []
    hosts: set[str] = set()
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)
    page.on("request", lambda request: hosts.add("/".join(request.url.split("/")[:3])))
    page.goto(addresses[kind], wait_until="networkidle")
    context.close()
    assert complaints == []
    assert hosts == {"/".join(addresses[kind].split("/")[:3])}
