"""The table of a year's goals is whole without a script; a script sorts and filters it, and the address tells how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

KIND = "goals of a year"
RATINGS = ["× 未達成"] * 7 + ["△ 一部未達成"] + ["○ 達成"] * 16


@pytest.fixture
def page(browser: Browser, addresses: dict[str, str]) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(addresses[KIND])
    yield page
    context.close()


def column(page: Page, number: int) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(f"tbody tr > :nth-child({number})").all_inner_texts()]


def status(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_without_a_script_every_goal_is_there(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses[KIND])
    assert sorted(column(page, 2)) == sorted(RATINGS)
    assert page.locator("select, input, button").count() == 0
    context.close()


def test_a_choice_filters_and_stands_in_the_address(page: Page) -> None:
    assert status(page) == "24件の目標をすべて示しています。"
    page.get_by_label("評価").select_option("未達成")
    assert column(page, 2) == ["× 未達成"] * 7
    assert status(page) == "24件の目標のうち、7件を示しています。"
    assert asked(page) == {"評価": ["未達成"]}
    page.get_by_label("政策コード").select_option("政策1-2-②")
    assert len(column(page, 1)) == 1
    page.reload()
    assert status(page) == "24件の目標のうち、1件を示しています。"
    page.get_by_label("評価").select_option("すべて")
    page.get_by_label("政策コード").select_option("すべて")
    assert asked(page) == {}
    assert status(page) == "24件の目標をすべて示しています。"


@pytest.mark.parametrize("typed", ["消費", "ｺｰﾙｾﾝﾀｰ", "dv を", "政策12-1-④"])
def test_words_filter_however_they_are_typed(page: Page, typed: str) -> None:
    page.get_by_label("言葉").fill(typed)
    shown = column(page, 1)
    assert 0 < len(shown) < 24
    assert status(page) == f"24件の目標のうち、{len(shown)}件を示しています。"


def test_nothing_is_filtered_while_a_word_is_being_composed(page: Page) -> None:
    field = page.get_by_label("言葉")
    field.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "しょうひ", "selectionStart": 4, "selectionEnd": 4})
    assert len(column(page, 1)) == 24
    session.send("Input.insertText", {"text": "消費"})
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length < 24")
    assert asked(page) == {"言葉": ["消費"]}


def test_a_head_sorts_one_way_then_the_other_then_as_it_was(page: Page) -> None:
    before = column(page, 1)
    head = page.get_by_role("columnheader", name=re.compile("評価"))
    page.get_by_role("button", name="評価").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    ascending = column(page, 2)
    assert sorted(ascending) == sorted(RATINGS)
    assert [*dict.fromkeys(ascending)] == ["△ 一部未達成", "○ 達成", "× 未達成"]
    page.get_by_role("button", name="評価").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert [*dict.fromkeys(column(page, 2))] == ["× 未達成", "○ 達成", "△ 一部未達成"]
    assert asked(page) == {"並べ方": ["評価,逆"]}
    page.get_by_role("button", name="評価").click()
    assert head.get_attribute("aria-sort") is None
    assert column(page, 1) == before


@pytest.mark.parametrize("address", ["?評価=なし", "?並べ方=何か,逆", "?区・部=<script>", "?言葉=%E3"])
def test_an_address_that_was_never_given_does_no_harm(page: Page, addresses: dict[str, str], address: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(addresses[KIND] + address)
    assert errors == []
    assert "件" in status(page)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_tools_do_not_push_the_table_down(browser: Browser, addresses: dict[str, str], width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    shifts = "new PerformanceObserver(list => { for (const entry of list.getEntries()) (window.shifts ??= []).push("
    page.add_init_script(f"{shifts}entry.value) }}).observe({{ type: 'layout-shift', buffered: true }})")
    page.goto(addresses[KIND])
    page.wait_for_timeout(200)
    assert page.evaluate("() => (window.shifts ?? []).reduce((sum, one) => sum + one, 0)") < 0.01
    context.close()
