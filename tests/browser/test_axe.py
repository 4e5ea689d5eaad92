"""Let axe look at one page of each kind: wide and narrow, light and dark."""

from __future__ import annotations

from itertools import product
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page

from goalsheets.addresses import DATA
from goalsheets.rendering import TEMPLATES
from tests.browser.conftest import Visit
from tests.browser.kinds import ALL, KINDS
from tests.samples import CONTENT, pages_of
from tests.site.needs import AXE, tool

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 320)
EXTRA = ("target-size", "td-has-header", "table-fake-caption", "color-contrast-enhanced")
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    },
    "rules": {name: {"enabled": True} for name in EXTRA},
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """Return what axe holds against a page."""
    results: list[dict[str, Any]] = page.evaluate("async rules => (await axe.run(document, rules)).violations", RULES)
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:120]}"
        for rule in results
        for node in rule["nodes"]
    ]


def all_violations(page: Page) -> list[str]:
    """Return what axe holds against a page in every scheme and width."""
    found = []
    for scheme, width in product(SCHEMES, WIDTHS):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{scheme}, {width} px: {violation}" for violation in violations(page)]
    return found


def test_one_page_of_every_template_is_looked_at() -> None:
    templates = {page.address: page.template for page in pages_of(CONTENT)} | {DATA: "data"}  # planned with its files
    looked_at = {templates[address] for address in KINDS.values()}
    assert looked_at == {path.stem for path in (TEMPLATES / "pages").glob("*.html")}


def test_axe_finds_mistakes(context: BrowserContext) -> None:
    context.add_init_script(path=tool(AXE))
    page = context.new_page()
    page.goto("about:blank")
    page.evaluate("document.body.innerHTML = '<p>text</p>', document.body.style.color = '#666666'")  # 5.74:1 on white
    rules = {found.partition(":")[0] for found in violations(page)}
    assert rules >= {"html-has-lang", "color-contrast-enhanced"}


@pytest.mark.parametrize("kind", ALL)
def test_axe_finds_nothing(context: BrowserContext, visit: Visit, kind: str) -> None:
    context.add_init_script(path=tool(AXE))
    assert all_violations(visit(kind)) == []
