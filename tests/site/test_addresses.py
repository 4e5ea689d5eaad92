"""Check that the site has the addresses it has promised, and that every reference on it leads somewhere."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

import lxml.html

from goalsheets.built import Built
from tests.samples import CONTENT
from tests.site.conftest import MOUNT
from tests.site.counting import divisions, policy_codes, sheets
from tests.site.markup import Pages, dead_links, is_outside, links, parsed


def promised() -> set[str]:
    """Return the addresses of the site by the rules that may not change."""
    wards = {f"wards/{division['slug']}/" for division in divisions() if division["kind"] == "ward"}
    departments = {f"departments/{division['slug']}/" for division in divisions() if division["kind"] == "department"}
    return {
        "",
        "wards/",
        "departments/",
        "policies/",
        "search/",
        "data/",
        "404.html",
        *wards,
        *departments,
        *(f"years/{sheet.year}/" for sheet in sheets()),
        *(f"years/{sheet.year}/goals/" for sheet in sheets()),
        *(f"units/{sheet.division}/{sheet.unit}/" for sheet in sheets()),
        *(sheet.address for sheet in sheets()),
        *(f"{sheet.address}form/" for sheet in sheets()),
        *(f"policies/{code}/" for code in policy_codes()),
        *(f"{page.stem}/" for page in CONTENT.glob("pages/*.md")),
    }


DATA = re.compile(r"search/pairs/\d+\.txt|search/table\.json").fullmatch
"""Tells the files that the script of the search page asks for: no page links to them."""

OTHERS = re.compile(r"robots\.txt|sitemap\.xml|pictures/[\w-]+\.png").fullmatch
"""Tells the files that are made for other programs: what they name, and how, is looked at elsewhere."""


def alone(path: str) -> bool:
    return bool(DATA(path) or OTHERS(path))


def test_the_site_has_the_promised_addresses_and_no_others(pages: Pages) -> None:
    assert {path.removesuffix("index.html") for path in pages} == promised()


def test_addresses_of_the_first_edition_still_stand(pages: Pages) -> None:
    first = [
        "index.html",
        "years/2024/index.html",
        "years/2025/index.html",
        "wards/index.html",
        "wards/kita/index.html",
        "wards/nishikan/index.html",
        "departments/shimin-seikatsu/index.html",
        "units/kita/chiiki-somu/index.html",
        "sheets/2025/kita/chiiki-somu/index.html",
        "sheets/2025/kita/chiiki-somu/form/index.html",
        "policies/seisaku-13/index.html",
        "policies/seisaku-13-1/index.html",
        "policies/seisaku-13-1-2/index.html",
        "policies/gyozai-3-2-2/index.html",
        "about/index.html",
        "404.html",
    ]
    assert [path for path in first if path not in pages] == []


def test_every_goal_has_an_address(pages: Pages) -> None:
    wanted = {(f"{sheet.address}index.html", f"goal-{number}") for sheet in sheets() for number in sheet.numbers}
    there = {(page, str(name)) for page, root in pages.items() for name in root.xpath("//section[@class='goal']/@id")}
    assert there == wanted


def test_no_reference_is_dead(made: Built) -> None:
    assert dead_links(made, parsed(made), "/") == []


def test_no_reference_of_the_extreme_site_is_dead(extreme: Built) -> None:
    assert dead_links(extreme, parsed(extreme), "/extreme/") == []


def test_no_reference_of_a_style_sheet_is_dead(made: Built) -> None:
    sheets_of_style = {path: data.decode() for path, data in made.files.items() if path.endswith(".css")}
    assert len(sheets_of_style) == 2
    assert [re.findall(r"url\(|@import", text) for text in sheets_of_style.values()] == [[], []]


def test_every_file_is_used(made: Built) -> None:
    used = {link.lstrip("./") for root in parsed(made).values() for link in links(root)}
    assert [path for path in made.files if not path.endswith(".html") and path not in used and not alone(path)] == []


def test_links_away_from_the_site_are_encrypted(every_page: Pages) -> None:
    assert [
        f"{page}: {link}"
        for page, root in every_page.items()
        for link in links(root)
        if is_outside(link) and not link.startswith(("https://", "mailto:"))
    ] == []


# Below a path of the host


def test_every_reference_is_relative_but_those_of_the_page_for_unknown_addresses(
    below_a_path: Built,
) -> None:
    offenders = []
    for page, root in parsed(below_a_path).items():
        inside = [link for link in links(root) if not is_outside(link) and not link.startswith("#")]
        beginnings = (MOUNT,) if page == "404.html" else ("./", "../")
        offenders += [f"{page}: {link}" for link in inside if not link.startswith(beginnings)]
    assert offenders == []


def test_no_reference_is_dead_below_a_path(below_a_path: Built) -> None:
    assert dead_links(below_a_path, parsed(below_a_path), MOUNT) == []


def test_a_static_host_gives_every_page_and_file(below_a_path: Built, server: str) -> None:
    embeds = [path.removesuffix("index.html") for path in below_a_path.files if path.startswith("embed/")]
    ahead = [server, *(f"{server}{address}" for address in embeds)]
    seen = set(ahead)
    while ahead:
        here = ahead.pop()
        with urlopen(here) as answer:  # noqa: S310
            assert (answer.status, answer.url) == (HTTPStatus.OK, here)
            data = answer.read()
        if here.endswith("/"):
            root = lxml.html.document_fromstring(data.decode())
            found = {urldefrag(urljoin(here, link)).url for link in links(root) if not is_outside(link)}
            ahead += found - seen
            seen |= found
    files = {address.removeprefix(server) for address in seen}
    linked = (path for path in below_a_path.files if not alone(path))
    expected = {path.removesuffix("index.html") for path in linked} - {"404.html"}
    assert files == expected


def test_a_static_host_gives_the_page_for_unknown_addresses_at_any_depth(server: str) -> None:
    for unknown in ("nothing", "years/1999/", "sheets/2025/kita/nothing/at/all.html"):
        try:
            urlopen(f"{server}{unknown}")  # noqa: S310
        except HTTPError as error:
            with error:
                root = lxml.html.document_fromstring(error.read().decode())
                code = error.code
        assert code == HTTPStatus.NOT_FOUND
        for link in links(root):
            if link.startswith("#"):
                continue
            with urlopen(urljoin(f"{server}{unknown}", link)) as answer:  # noqa: S310
                assert answer.status == HTTPStatus.OK


def test_the_site_folder_holds_what_was_made(made: Built, site_folder: Path) -> None:
    written = {path.relative_to(site_folder).as_posix() for path in site_folder.rglob("*") if path.is_file()}
    assert written == set(made.files)
