"""Check what pages say of themselves to search engines and to those who share them."""

from __future__ import annotations

import struct

from lxml.html import HtmlElement

from goalsheets.built import Built
from tests.samples import found, only
from tests.site.conftest import MOUNT
from tests.site.markup import Pages, parsed, spoken

BASE = "https://example.jp/"
UNSHARED = "404.html"


def told(page: HtmlElement) -> dict[str, str]:
    """Return what a page says of itself, by its names; none of them twice."""
    metas = found(page, "//head/meta[starts-with(@property, 'og:') or starts-with(@name, 'twitter:')]")
    names = [str(meta.get("property") or meta.get("name")) for meta in metas]
    assert len(set(names)) == len(names)
    return dict(zip(names, (str(meta.get("content")) for meta in metas), strict=True))


def canonical(page: HtmlElement) -> list[str]:
    return [str(link.get("href")) for link in found(page, "//head/link[@rel='canonical']")]


def test_a_page_names_its_own_full_address_and_a_form_that_of_its_sheet(pages: Pages) -> None:
    expected = {path: [f"{BASE}{path.removesuffix('index.html').removesuffix('form/')}"] for path in pages}
    assert {path: canonical(page) for path, page in pages.items()} == expected | {UNSHARED: []}


def test_a_page_is_shared_with_its_own_words(every_whole_page: Pages) -> None:
    for path, page in every_whole_page.items():
        words = told(page)
        if path.endswith(UNSHARED):
            assert words == {}
            continue
        name, _, site = spoken(only(page, "//title")).partition("｜")
        assert words["og:title"] == name, path
        assert words["og:site_name"] == (site or name)
        assert words["og:description"] == only(page, "//meta[@name='description']").get("content")
        assert [words["og:url"]] == canonical(page)
        assert words["og:type"] == ("article" if site else "website")
        assert (words["og:locale"], words["twitter:card"]) == ("ja_JP", "summary_large_image")


def test_the_picture_of_a_page_is_there_and_shows_its_counts(made: Built, pages: Pages) -> None:
    with_counts = set()
    for path, page in pages.items():
        if path == UNSHARED:
            continue
        words = told(page)
        picture = made.files[words["og:image"].removeprefix(BASE)]
        assert struct.unpack(">II", picture[16:24]) == (1200, 630)
        if words["og:image"] == f"{BASE}pictures/plain.png":
            assert words["og:image:alt"] == "組織目標管理シート"
            continue
        with_counts.add(path.split("/")[0])
        counts = [int(count) for count in words["og:image"].rpartition("/")[2].removesuffix(".png").split("-")]
        states = ("達成", "一部未達成", "未達成", "未評価", "結果記載なし", "評価記載なし")
        shown = "、".join(f"{state}{count}件" for state, count in zip(states, counts, strict=True) if count)
        assert words["og:image:alt"] == f"目標{sum(counts)}件（{shown}）"
        for chart in found(page, "//div[@class='tally'][1]//tbody"):
            rows = [f"{spoken(row[0]).split()[-1]}{spoken(row[1])}" for row in found(chart, "tr")]
            assert "、".join(rows) == shown, path
    assert with_counts == {"index.html", "years", "sheets"}


def test_every_picture_is_shared_by_some_page(made: Built, pages: Pages) -> None:
    shared = {told(page)["og:image"].removeprefix(BASE) for path, page in pages.items() if path != UNSHARED}
    assert {path for path in made.files if path.startswith("pictures/")} == shared


def test_below_a_path_all_full_addresses_lead_there(below_a_path: Built) -> None:
    for path, page in parsed(below_a_path).items():
        words = told(page)
        full = [*canonical(page), *(words[name] for name in ("og:url", "og:image") if words)]
        assert all(address.startswith(f"https://example.jp{MOUNT}") for address in full), path
