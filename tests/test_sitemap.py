"""The site map has every page once, with the days that the city wrote, and robots are told where it is."""

from __future__ import annotations

from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree

from goalsheets import sitemap
from goalsheets.building import build, make_site
from tests.samples import CONTENT, SITE, real_catalog, real_site, sheet_text, tree_of, write_content

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BASE = "https://example.jp/"


def entries(data: bytes) -> list[dict[str, str]]:
    """Return the entries of a map, or of a map of maps, each as its elements."""
    root = etree.fromstring(data)
    assert root.tag in {f"{NAMESPACE}urlset", f"{NAMESPACE}sitemapindex"}
    kind = {f"{NAMESPACE}urlset": "url", f"{NAMESPACE}sitemapindex": "sitemap"}[str(root.tag)]
    assert {child.tag for child in root} == {f"{NAMESPACE}{kind}"}
    return [{str(part.tag).removeprefix(NAMESPACE): part.text or "" for part in child} for child in root]


def addresses(data: bytes) -> list[str]:
    return [entry["loc"] for entry in entries(data)]


def pages(files: dict[str, bytes]) -> list[str]:
    """Return the addresses of the pages that a site map should have."""
    found = (path.removesuffix("index.html") for path in files if path.endswith(".html"))
    return sorted(
        f"{BASE}{address}"
        for address in found
        if address != "404.html" and not address.endswith("/form/") and not address.startswith("embed/")
    )


class TestMap:
    def test_it_has_every_page_once_but_that_for_unknown_addresses_and_second_forms(self) -> None:
        files = dict(real_site().files)
        assert sorted(addresses(files["sitemap.xml"])) == pages(files)
        assert {BASE, f"{BASE}sheets/2025/kita/chiiki-somu/", f"{BASE}about/"} < set(pages(files))

    def test_only_sheets_have_a_day_and_it_is_the_one_on_which_the_city_last_wrote(self) -> None:
        days = {
            entry["loc"]: entry["lastmod"] for entry in entries(real_site().files["sitemap.xml"]) if "lastmod" in entry
        }
        sheets = {brief.place: brief.latest for brief in real_catalog().briefs}
        assert days == {
            f"{BASE}sheets/{place.year}/{place.division}/{place.unit}/": day for place, day in sheets.items()
        }
        assert days[f"{BASE}sheets/2025/kita/chiiki-somu/"] == "2025-04-01"

    def test_a_sheet_without_a_day_has_none(self, tmp_path: Path) -> None:
        text = sheet_text().replace("created: 2025-04-01", "created:")
        files = make_site(write_content(tmp_path, {"sheets/2025/kita/somu.yaml": text})).files
        assert [set(entry) for entry in entries(files["sitemap.xml"])] == [{"loc"}] * len(pages(dict(files)))

    def test_it_names_addresses_below_a_path(self, tmp_path: Path) -> None:
        head = {"site.yaml": SITE.replace(BASE, "https://a.jp/x/"), "sheets/2025/kita/somu.yaml": sheet_text()}
        files = make_site(write_content(tmp_path, head)).files
        assert all(address.startswith("https://a.jp/x/") for address in addresses(files["sitemap.xml"]))
        assert b"\nSitemap: https://a.jp/x/sitemap.xml\n" in files["robots.txt"]


class TestParts:
    def test_a_map_of_too_many_addresses_is_parted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        count = len(pages(dict(real_site().files)))
        monkeypatch.setattr(sitemap, "MOST_ADDRESSES", count // 2 - 1)
        files = dict(make_site(CONTENT).files)
        parts = [f"sitemap-{number}.xml" for number in (1, 2, 3)]
        assert addresses(files["sitemap.xml"]) == [f"{BASE}{part}" for part in parts]
        assert [len(addresses(files[part])) for part in parts] == [count // 2 - 1, count // 2 - 1, 2 + count % 2]
        assert sorted(address for part in parts for address in addresses(files[part])) == pages(files)
        assert "sitemap-4.xml" not in files

    def test_one_with_just_as_many_as_there_may_be_is_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sitemap, "MOST_ADDRESSES", len(pages(dict(real_site().files))))
        assert make_site(CONTENT).files == real_site().files

    def test_a_map_that_is_too_large_is_parted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        size = len(real_site().files["sitemap.xml"])
        monkeypatch.setattr(sitemap, "MOST_BYTES", size - 1)
        files = dict(make_site(CONTENT).files)
        assert [len(addresses(files[f"sitemap-{number}.xml"])) for number in (1, 2)] == [len(pages(files)) - 1, 1]
        assert len(files["sitemap-1.xml"]) < size
        monkeypatch.setattr(sitemap, "MOST_BYTES", size)
        assert make_site(CONTENT).files == real_site().files

    def test_parts_that_are_needed_no_more_go(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = "sheets/2025/kita/somu.yaml", "sheets/2024/kita/somu.yaml"
        content, site = write_content(tmp_path / "content", {first: sheet_text(), second: sheet_text(2024)}), tmp_path
        monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 16)
        build(content, site / "site")
        assert {"sitemap-1.xml", "sitemap-2.xml"} < tree_of(site / "site").keys()
        (content / second).unlink()
        build(content, site / "site", allow_shrink=True)
        after = tree_of(site / "site")
        assert {path for path in after if path.startswith("sitemap")} == {"sitemap.xml"}
        assert sorted(addresses(after["sitemap.xml"])) == pages(after)


def test_robots_may_read_all_and_find_the_map() -> None:
    robots = RobotFileParser()
    robots.parse(real_site().files["robots.txt"].decode().splitlines())
    assert robots.site_maps() == [f"{BASE}sitemap.xml"]
    assert all(robots.can_fetch("AnyBot", f"{BASE}{path}") for path in real_site().files)
