"""Search in a real Chromium: typing, filters, the address, the keyboard, and what it costs over the wire."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Visit

FIELD = "#search-q"
COUNT = re.compile("件の目標が見つかりました")
SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().map(entry => entry.value)))
  .observe({type: 'layout-shift', buffered: true}) ?? setTimeout(() => done([]), 300))"""


@pytest.fixture
def search(visit: Visit) -> Page:
    return visit("search")


def titles(page: Page) -> list[str]:
    return page.locator("#search-list h3").all_inner_texts()


class TestTyping:
    def test_results_come_while_typing_and_the_focus_stays(self, search: Page) -> None:
        search.locator(FIELD).press_sequentially("避難所")
        expect(search.get_by_role("status")).to_have_text("1件の目標が見つかりました。")
        assert search.locator("#search-list mark").all_inner_texts()[:1] == ["避難所"]
        assert search.evaluate("document.activeElement.id") == "search-q"
        assert search.url.endswith("/search/?q=%E9%81%BF%E9%9B%A3%E6%89%80")

    def test_nothing_is_searched_while_letters_are_composed(self, context: BrowserContext, search: Page) -> None:
        search.locator(FIELD).focus()
        keys = context.new_cdp_session(search)
        keys.send("Input.imeSetComposition", {"text": "とまと", "selectionStart": 3, "selectionEnd": 3})
        search.wait_for_timeout(600)
        assert (search.get_by_role("status").inner_text(), search.url.rpartition("/")[2]) == ("", "")
        keys.send("Input.insertText", {"text": "トマト"})
        expect(search.get_by_role("status")).to_have_text("1件の目標が見つかりました。")

    def test_too_little_and_nothing_are_said_in_words(self, search: Page) -> None:
        search.locator(FIELD).fill("水")
        expect(search.get_by_role("status")).to_have_text("2文字以上の言葉を入れてください。")
        search.locator(FIELD).fill("ないことば")
        expect(search.get_by_role("status")).to_have_text(re.compile("^見つかりませんでした。言葉を短く"))

    def test_a_code_leads_to_its_page(self, search: Page) -> None:
        search.locator(FIELD).fill("政策１３-1-②")
        expect(search.locator("#search-code")).to_contain_text("「政策13-1-2」は政策コードです。")
        search.locator("#search-code a").click()
        expect(search.locator("h1")).to_have_text("政策13-1-②に関わる目標")

    def test_goals_that_were_not_looked_at_are_not_counted_as_found(self, search: Page) -> None:
        search.locator(FIELD).fill("行財1-1-1")
        expect(search.get_by_role("status")).to_have_text(
            "7件の目標が見つかりました。ほかの9件にも、この言葉があるかもしれません。"
        )
        search.get_by_role("button", name="続きを調べる").click()
        expect(search.get_by_role("status")).to_have_text("7件の目標が見つかりました。")
        expect(search.locator(FIELD)).to_be_focused()


class TestAddress:
    def test_the_address_keeps_words_and_filters(self, search: Page) -> None:
        search.locator(FIELD).fill("地域")
        expect(search.get_by_role("status")).to_have_text(COUNT)
        every = search.get_by_role("status").inner_text()
        search.get_by_label("評価").select_option("achieved")
        expect(search.get_by_role("status")).not_to_have_text(every)
        assert search.url.endswith("&rating=achieved")
        some = search.get_by_role("status").inner_text()
        assert set(search.locator("#search-list .rating").all_inner_texts()) == {"○ 達成"}
        search.reload()
        expect(search.get_by_role("status")).to_have_text(some)
        search.go_back()
        expect(search.get_by_role("status")).to_have_text(every)
        assert search.get_by_label("評価").input_value() == ""

    def test_the_field_at_home_leads_to_results(self, visit: Visit) -> None:
        page = visit("home")
        page.locator(FIELD).fill("トマト")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("1件の目標が見つかりました。")
        page.locator("#search-list a").click()
        assert page.url.endswith("sheets/2025/kita/sangyo-shinko/#goal-5")


class TestKeyboard:
    def test_ten_more_are_reached_by_keyboard(self, search: Page) -> None:
        search.locator(FIELD).fill("地域")
        expect(search.locator("#search-list > li")).to_have_count(10)
        search.get_by_role("button", name=re.compile("^さらに")).focus()
        search.keyboard.press("Enter")
        expect(search.locator("#search-list > li:nth-child(11) a")).to_be_focused()
        assert len(set(search.locator("#search-list a").evaluate_all("links => links.map(a => a.href)"))) > 10

    def test_a_walk_with_the_tab_key(self, search: Page) -> None:
        search.locator(FIELD).fill("トマト")
        expect(search.locator("#search-list > li")).to_have_count(1)
        stops = []
        for _ in range(6):
            stops.append(search.evaluate("document.activeElement.name || document.activeElement.localName"))
            search.keyboard.press("Tab")
        assert stops == ["q", "button", "year", "division", "rating", "a"]


class TestLooks:
    def test_nothing_shifts_when_results_come(self, visit: Visit) -> None:
        page = visit("search")
        page.goto(f"{page.url}?q=%E5%9C%B0%E5%9F%9F")
        expect(page.locator("#search-list > li")).to_have_count(10)
        assert page.evaluate(SHIFTS) == []


def test_without_script_the_page_leads_into_the_indexes(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses["search"])
    expect(page.get_by_text("上の検索には JavaScript が必要です。")).to_be_visible()
    ways = page.locator("#search-ways a").all_inner_texts()
    assert ways[:3] == ["区から探す", "部署から探す", "政策から探す"]
    context.close()


def test_nothing_is_asked_of_another_host_and_the_policy_holds(browser: Browser, addresses: dict[str, str]) -> None:
    page = browser.new_page()
    hosts, words = set(), []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: words.append(message.text))
    page.goto(f"{addresses['search']}?q=%E5%9C%B0%E5%9F%9F")
    expect(page.locator("#search-list > li")).to_have_count(10)
    assert (hosts, words) == ({addresses["search"].split("/")[2]}, [])
    page.close()
