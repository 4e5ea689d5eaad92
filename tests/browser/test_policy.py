"""Every page obeys its content security policy, served and from disk; what does not obey it is blocked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from goalsheets.building import make_site
from tests.browser.kinds import ALL, KINDS
from tests.samples import CONTENT
from tests.site.serving import served, write_site

FROM = ("host", "disk")
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n')
WATCH = """
window.refused = []
document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective))
"""
TOLD = """async least => {
  for (let patience = 200; patience === 200 || (refused.length < least && patience); patience--)
    await new Promise(done => setTimeout(done, 50))
  return refused
}"""
LINK = "() => getComputedStyle(document.documentElement).getPropertyValue('--link')"
RAN = "() => window.ran === true || getComputedStyle(document.body).rowGap === '7px'"

INLINE = {
    "a script": ("<script>window.ran = true</script>", "script-src-elem"),
    "an event": ('<img src="favicon.ico" alt="" onerror="window.ran = true">', "script-src-attr"),
    "an event of a drawing": ('<svg onload="window.ran = true"></svg>', "script-src-attr"),
    "a style": ("<style>body { row-gap: 7px }</style>", "style-src-elem"),
    "a style of an element": (
        '<p id="x" style="row-gap: 7px">x</p><script src="copy.js"></script>',
        "style-src-attr",
    ),
}
FOREIGN = {
    "a script": ('<script src="https://evil.example/x.js"></script>', "script-src-elem"),
    "a style": ('<link rel="stylesheet" href="https://evil.example/x.css">', "style-src-elem"),
    "a picture": ('<img src="https://evil.example/x.png" alt="">', "img-src"),
    "a frame": ('<iframe src="https://evil.example/"></iframe>', "frame-src"),
    "a base": ('<base href="https://evil.example/">', "base-uri"),
    "an object": ('<object data="https://evil.example/"></object>', "object-src"),
}
OWN = {
    "form.html": '<form action="index.html"><input name="q" value="x"></form>',
    "evil.html": '<form action="https://evil.example/"></form>',
    "script.html": '<script src="own.js"></script>',
    "link.html": '<a href="javascript:window.ran = true">x</a>',
}
SCRIPTS = {
    "own.js": "window.ran = true",
    "copy.js": "window.ran = getComputedStyle(document.getElementById('x')).rowGap === '7px'",
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Make the city's site, and copies of its home page with what is injected; yield where they begin."""
    folder = write_site(make_site(CONTENT), tmp_path_factory.mktemp("policy"))
    home = (folder / "index.html").read_text(encoding="utf-8")
    pages = {f"inline-{number}.html": body for number, (body, _) in enumerate(INLINE.values())}
    pages |= {f"foreign-{number}.html": body for number, (body, _) in enumerate(FOREIGN.values())}
    for name, body in (pages | OWN).items():
        assert home.count("</main>") == 1
        page = home.replace("</main>", f"{body}</main>")
        (folder / name).write_text(page, encoding="utf-8")
        (folder / f"without-{name}").write_text(POLICY.sub("", page), encoding="utf-8")
    for name, text in SCRIPTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with served(folder, folder / "404.html") as host:
        yield {"host": host, "disk": f"{folder.as_uri()}/"}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that tells what its policy refused."""
    context = browser.new_context()
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def refused(page: Page, least: int = 0) -> list[str]:
    """Return what a page refused; wait until it is told of what is sure to come."""
    found: list[str] = page.evaluate(TOLD, least)
    return found


def test_every_page_has_the_policy_before_anything_it_holds_for() -> None:
    site = make_site(CONTENT)
    for path, data in site.files.items():
        if path.endswith(".html"):
            head = data.decode().partition("<link")[0]
            (policy,) = POLICY.findall(head)
            assert "unsafe" not in policy
            assert policy.startswith("default-src 'none'; ")


@pytest.mark.parametrize("kind", ALL)
def test_a_page_obeys_its_policy(page: Page, addresses: dict[str, str], kind: str) -> None:
    assert_obeys(page, addresses[kind])


FROM_DISK = [kind for kind in KINDS if kind not in {"not found", "search"}]
"""The pages that work opened from disk: the former leads from the root, and no browser loads the latter's module."""


@pytest.mark.parametrize("kind", FROM_DISK)
def test_a_page_opened_from_disk_obeys_it_too(page: Page, homes: dict[str, str], kind: str) -> None:
    assert_obeys(page, f"{homes['disk']}{KINDS[kind]}index.html")


def assert_obeys(page: Page, address: str) -> None:
    """Demand that a page loads without a complaint and has its style."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    assert (refused(page), complaints) == ([], [])
    assert page.evaluate(LINK) == "#00118f"


@pytest.mark.parametrize("origin", FROM)
@pytest.mark.parametrize("number", range(len(INLINE)), ids=list(INLINE))
def test_what_is_written_into_a_page_is_blocked(page: Page, homes: dict[str, str], number: int, origin: str) -> None:
    page.goto(f"{homes[origin]}inline-{number}.html")
    assert refused(page, 1) == [list(INLINE.values())[number][1]]
    assert page.evaluate(RAN) is False


@pytest.mark.parametrize("number", range(len(INLINE)), ids=list(INLINE))
def test_without_the_policy_it_would_not_be(page: Page, homes: dict[str, str], number: int) -> None:
    page.goto(f"{homes['host']}without-inline-{number}.html")
    assert refused(page) == []
    assert page.evaluate(RAN) is True


@pytest.mark.parametrize("origin", FROM)
@pytest.mark.parametrize("number", range(len(FOREIGN)), ids=list(FOREIGN))
def test_what_comes_from_elsewhere_is_blocked(page: Page, homes: dict[str, str], number: int, origin: str) -> None:
    page.goto(f"{homes[origin]}foreign-{number}.html")
    assert refused(page, 1) == [list(FOREIGN.values())[number][1]]


@pytest.mark.parametrize("origin", FROM)
def test_a_script_of_the_site_runs(page: Page, homes: dict[str, str], origin: str) -> None:
    page.goto(f"{homes[origin]}script.html")
    assert (refused(page), page.evaluate(RAN)) == ([], True)


@pytest.mark.parametrize("origin", FROM)
def test_a_link_that_is_a_script_is_blocked(page: Page, homes: dict[str, str], origin: str) -> None:
    page.goto(f"{homes[origin]}link.html")
    page.evaluate("document.querySelector('main a[href^=javascript]').click()")
    assert (refused(page, 1), page.evaluate(RAN)) == (["script-src-elem"], False)


@pytest.mark.parametrize("origin", FROM)
def test_a_form_is_sent_to_the_site_only(page: Page, homes: dict[str, str], origin: str) -> None:
    page.goto(f"{homes[origin]}evil.html")
    page.evaluate("[...document.forms].at(-1).requestSubmit()")
    assert refused(page, 1) == ["form-action"]
    page.goto(f"{homes[origin]}form.html")
    with page.expect_navigation(url=f"{homes[origin]}index.html?q=x"):
        page.evaluate("[...document.forms].at(-1).requestSubmit()")
