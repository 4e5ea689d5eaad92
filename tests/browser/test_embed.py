"""Frames on a page of another origin show the chart of a page, or one goal alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.looks import DRAWN, TOO_SMALL, WIDER_THAN_WINDOW, lost
from tests.browser.test_axe import SCHEMES, all_violations
from tests.site.colours import contrast, hexadecimal
from tests.site.needs import AXE, tool
from tests.site.serving import served

SHEET, EXTREME = "embed of a sheet", "embed extreme"
HOST = '<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><title>新聞</title><h1>新聞</h1>'
HEADING = "市民生活部 広聴相談課の目標（2024年度）"


@pytest.fixture
def host(addresses: dict[str, str], browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Return a page of another origin with three frames, in a window without scripts."""
    frames = "".join(
        f'<iframe src="{addresses[SHEET]}{goal}" title="目標" width="320" height="200"></iframe>'
        for goal in ("", "#goal-2", "#goal-99")
    )
    (tmp_path / "index.html").write_text(f"{HOST}{frames}", encoding="utf-8")
    with served(tmp_path, tmp_path / "index.html") as address:
        assert not addresses[SHEET].startswith(address)
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(address)
        yield page
        context.close()


def frame(page: Page, number: int) -> FrameLocator:
    return page.frame_locator(f"iframe:nth-of-type({number})")


class TestFrames:
    @pytest.mark.parametrize("number", [1, 3])
    def test_without_a_goal_of_the_sheet_the_chart_is_shown(self, host: Page, number: int) -> None:
        here = frame(host, number)
        expect(here.locator("h1")).to_have_text(HEADING)
        expect(here.locator(".tally")).to_be_visible()
        expect(here.locator(".tally tbody tr")).to_have_text(["○ 達成2件", "△ 一部未達成1件", "× 未達成1件"])
        for goal in here.locator(".goal").all():
            expect(goal).to_be_hidden()

    def test_a_goal_is_shown_alone(self, host: Page) -> None:
        here = frame(host, 2)
        expect(here.locator("h1")).to_have_text(HEADING)
        expect(here.locator("h2:visible")).to_have_text(
            ["目標2 コールセンターの安定した運営の維持と、品質の確保に取り組みます。"]
        )
        expect(here.locator(".rating:visible")).to_have_text(["○ 達成"])
        expect(here.locator(".tally")).to_be_hidden()
        expect(here.locator("caption:visible")).to_have_text(["目標2の指標と結果（2024年度、3件）"])

    def test_a_link_opens_the_page_in_the_whole_window(self, host: Page, addresses: dict[str, str]) -> None:
        frame(host, 2).get_by_role("link", name="目標2をシートのページで読む").click()
        expect(host.locator("h1")).to_have_text(HEADING)
        assert host.url == f"{addresses['sheet evaluated']}#goal-2"


@pytest.fixture(params=["#goal-1", "#goal-3"])
def goal(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def of_goal(visit: Visit, kind: str, goal: str, width: int = 320) -> Page:
    page = visit(kind, width)
    page.goto(f"{page.url}{goal}")
    expect(page.locator(goal)).to_be_visible()
    return page


class TestLooks:
    @pytest.mark.parametrize("kind", [SHEET, EXTREME])
    def test_axe_finds_nothing_in_a_goal(self, visit: Visit, kind: str, goal: str) -> None:
        page = of_goal(visit, kind, goal)
        page.add_script_tag(path=tool(AXE))
        assert all_violations(page) == []

    @pytest.mark.parametrize("kind", [SHEET, EXTREME])
    def test_nothing_of_a_goal_is_lost_in_a_small_frame(self, visit: Visit, kind: str, goal: str) -> None:
        page = of_goal(visit, kind, goal)
        page.set_viewport_size({"width": 320, "height": 200})
        assert page.evaluate(WIDER_THAN_WINDOW) == 0
        assert lost(page) == []

    @pytest.mark.parametrize("fragment", ["", "#goal-2"])
    def test_links_can_be_hit_with_a_finger(self, visit: Visit, fragment: str) -> None:
        page = visit(SHEET, 320)
        page.goto(f"{page.url}{fragment}")
        assert page.locator("a:visible").count() == 1
        assert page.evaluate(TOO_SMALL) == []

    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.parametrize("fragment", ["", "#goal-2"])
    def test_forced_colours_leave_ratings_their_edges(
        self, browser: Browser, addresses: dict[str, str], scheme: Literal["light", "dark"], fragment: str
    ) -> None:
        context = browser.new_context(forced_colors="active", color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        page.goto(f"{addresses[SHEET]}{fragment}")
        drawn = page.evaluate(DRAWN)
        context.close()
        assert drawn["edges"]
        for words, ground, colour in [*drawn["edges"], *drawn["texts"]]:
            assert contrast(hexadecimal(colour), hexadecimal(ground)) > 3, words
