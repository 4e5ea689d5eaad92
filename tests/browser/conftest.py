"""Open the made sites in a real Chromium, served as a static host does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from goalsheets.building import make_site
from tests.browser.kinds import EXTREMES, KINDS
from tests.samples import CONTENT, real_catalog
from tests.site.extremes import write_extremes
from tests.site.needs import CHROMIUM, program
from tests.site.serving import served, write_site

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = program(*CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve both sites below their own paths; yield the address of the page of each kind."""
    root = tmp_path_factory.mktemp("host")
    mount = urlsplit(real_catalog().frame.site.base_url).path
    real = write_site(make_site(CONTENT), root / mount.strip("/"))
    write_site(make_site(write_extremes(tmp_path_factory.mktemp("extremes"))), root / "extreme")
    with served(root, real / "404.html") as host:
        ours = f"{host.removesuffix('/')}{mount}"
        yield {
            **{kind: f"{ours}{address}" for kind, address in KINDS.items()},
            **{kind: f"{host}extreme/{address}" for kind, address in EXTREMES.items()},
        }


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a window in which the tests may bring their own styles and scripts; the policy has its own tests."""
    context = browser.new_context(bypass_csp=True)
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, addresses: dict[str, str]) -> Visit:
    """Return a way to open the page of a kind in a window of some width."""

    def open_page(kind: str, width: int = 1280) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(addresses[kind])
        return page

    return open_page
