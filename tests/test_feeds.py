"""Feeds tell what the city made and evaluated, in Atom that every reader takes, and only by the sheets' own days."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from goalsheets import feeds
from goalsheets.building import build, make_site
from goalsheets.catalog import Brief
from goalsheets.feeds import MOST, with_feed
from goalsheets.pages import Page
from goalsheets.parsing import Place
from goalsheets.ratings import Tally
from tests.samples import (
    CONTENT,
    ORGANIZATION,
    SITE,
    document,
    entries_of,
    found,
    goal_text,
    real_frame,
    real_site,
    sheet_text,
    tree_of,
    write_content,
)

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://example.jp/"
SHEET = "sheets/2025/kita/somu.yaml"
OTHER = "sheets/2025/shimin/somu.yaml"

ONCE = {"id", "title", "updated"}
"""What a feed and an entry have once each, by RFC 4287; the other elements that we write at most once."""
MAY_HAVE = {
    "feed": Counter(
        {"id": 1, "title": 1, "updated": 1, "subtitle": 1, "rights": 1, "author": 1, "link": 2, "entry": MOST}
    ),
    "entry": Counter({"id": 1, "title": 1, "updated": 1, "summary": 1, "link": 1}),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def faults(data: bytes) -> list[str]:
    """Name what RFC 4287 would not have in a feed."""
    feed = etree.fromstring(data)
    entries = feed.findall(f"{ATOM}entry")
    told = [f"{feed.tag!s} is no feed"] if feed.tag != f"{ATOM}feed" else []
    for kind, element in [("feed", feed), *(("entry", entry) for entry in entries)]:
        parts = Counter(str(child.tag).removeprefix(ATOM) for child in element)
        told += [f"{kind}: {parts[name]} {name}" for name in ONCE if parts[name] != 1]
        told += [f"{kind}: too much: {name}" for name in parts - MAY_HAVE[kind]]
        address, updated = text(element, "id"), text(element, "updated")
        told += [f"{kind}: id {address}"] * (not is_full(address))
        told += [f"{kind}: updated {updated}"] * (not TIME.fullmatch(updated))
        told += [
            f"{kind}: link {link.attrib}" for link in element.findall(f"{ATOM}link") if not is_full(link.get("href"))
        ]
        kinds = [str(link.get("rel")) for link in element.findall(f"{ATOM}link")]
        told += [f"{kind}: links {kinds}"] * (kinds != (["self", "alternate"] if kind == "feed" else ["alternate"]))
    told += ["no author"] * (not feed.findtext(f"{ATOM}author/{ATOM}name"))
    ids = Counter([text(feed, "id"), *(text(entry, "id") for entry in entries)])
    return told + [f"twice: {one}" for one, count in ids.items() if count > 1]


def is_full(address: str | None) -> bool:
    parts = urlsplit(address or "")
    return bool(parts.scheme and parts.netloc)


def text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def feeds_in(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.endswith("feed.xml")}


def days_in(data: bytes) -> list[tuple[str, str]]:
    """Return the day and the address of each entry, in order."""
    feed = etree.fromstring(data)
    return [(text(one, "updated")[:10], text(one, "id").removeprefix(BASE)) for one in feed.findall(f"{ATOM}entry")]


def site_of(folder: Path, files: dict[str, str]) -> dict[str, bytes]:
    return dict(make_site(write_content(folder, files)).files)


class TestAtom:
    def test_every_feed_is_as_the_standard_would_have_it(self) -> None:
        feeds = feeds_in(dict(real_site().files))
        assert {path: found for path, data in feeds.items() if (found := faults(data))} == {}

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("<id>https://example.jp/feed.xml</id>\n", "", "feed: 0 id"),
            ("T00:00:00+09:00</updated>\n<author>", "</updated>\n<author>", "feed: updated 2025-04-03"),
            ("<author>", "<contributor/><author>", "feed: too much: contributor"),
            ("<name>新潟市 組織目標管理シート</name>\n", "", "no author"),
            ('rel="self"', 'rel="me"', "feed: links ['me', 'alternate']"),
            ("#published", "", "entry: id x"),
        ],
    )
    def test_the_check_would_see_a_fault(self, old: str, new: str, said: str) -> None:
        data = real_site().files["feed.xml"].decode()
        assert old in data
        changed = (
            data.replace(old, new, 1) if old != "#published" else re.sub("<id>[^<]*#[a-z]*", "<id>x", data, count=1)
        )
        assert said in faults(changed.encode())

    def test_words_of_any_kind_stay_words(self, tmp_path: Path) -> None:
        organization = ORGANIZATION.replace("name: 総務課", 'name: "A&B<課>\'\\""', 1)
        files = site_of(tmp_path, {"organization.yaml": organization, SHEET: sheet_text(unit='"A&B<課>\'\\""')})
        data = files["wards/kita/feed.xml"]
        assert faults(data) == []
        (entry,) = etree.fromstring(data).findall(f"{ATOM}entry")
        assert text(entry, "title") == "北区役所 A&B<課>'\"の目標（2025年度）：シートの作成"

    def test_it_names_itself_and_its_page_in_full(self, tmp_path: Path) -> None:
        moved = SITE.replace(BASE, "https://a.jp/x/")
        feed = etree.fromstring(site_of(tmp_path, {"site.yaml": moved, SHEET: sheet_text()})["wards/kita/feed.xml"])
        assert [dict(link.attrib) for link in feed.findall(f"{ATOM}link")] == [
            {"rel": "self", "type": "application/atom+xml", "href": "https://a.jp/x/wards/kita/feed.xml"},
            {"rel": "alternate", "type": "text/html", "href": "https://a.jp/x/wards/kita/"},
        ]
        assert text(feed, "id") == "https://a.jp/x/wards/kita/feed.xml"
        assert text(feed, "title") == "北区役所の目標｜見本市 目標シート"
        assert days_in(etree.tostring(feed)) == [("2025-04-01", "https://a.jp/x/sheets/2025/kita/somu/#published")]


class TestWords:
    def test_a_sheet_that_was_made_and_one_that_was_evaluated(self) -> None:
        _, sheets, _ = entries_of(CONTENT)
        written = (feeds.entries(entry, real_frame()) for entry in sheets)
        found = [etree.fromstring(one) for both in written for one in both if one]
        told = {
            tuple(one.findtext("id", "").split("/#")[::-1]): [
                one.findtext(name) for name in ("updated", "title", "summary")
            ]
            for one in found
        }
        assert told["published", f"{BASE}sheets/2025/kita/chiiki-somu"] == [
            "2025-04-01T00:00:00+09:00",
            "北区役所 地域総務課の目標（2025年度）：シートの作成",
            "新潟市北区役所地域総務課の2025年度（令和7年度）の目標3件。作成日は2025年（令和7年）4月1日です。",
        ]
        assert told["evaluated", f"{BASE}sheets/2024/shimin-seikatsu/kocho-sodan"] == [
            "2025-03-31T00:00:00+09:00",
            "市民生活部 広聴相談課の目標（2024年度）：評価",
            "新潟市市民生活部広聴相談課の2024年度（令和6年度）の目標4件。達成2件、一部未達成1件、未達成1件。"
            "評価日は2025年（令和7年）3月31日です。",
        ]
        assert Counter(anchor for anchor, *_ in told) == {"published": 14, "evaluated": 6}

    def test_the_feed_says_by_which_days_it_goes(self) -> None:
        feed = etree.fromstring(real_site().files["feed.xml"])
        assert text(feed, "subtitle") == (
            "シートに書かれた作成日と評価日を、新しい順に知らせます。日付のないシートは載りません。"
        )


def brief(number: int, created: str, evaluated: str) -> Brief:
    """Make the brief of a sheet whose entries are named by its number."""
    rows = array("Q", [*[0] * 7, 2 * number + 1, 2 * number + 2])
    return Brief(Place(2025, "kita", f"u{number}"), created, evaluated, Tally.of([]), (), (), rows)


DAYS = st.sampled_from(["", "2024-04-01", "2025-03-31", "2025-04-01"])


class TestChoosing:
    @given(st.lists(st.tuples(DAYS, DAYS), max_size=150))
    def test_the_newest_come_first_and_those_of_a_day_in_the_order_of_the_sheets(
        self, days: list[tuple[str, str]]
    ) -> None:
        page = Page("wards/kita/", "division", "北区役所の目標", "", (), {})
        found = with_feed(page, (brief(number, *one) for number, one in enumerate(days)), real_frame().site)
        told = [(evaluated, 2 * number + 1) for number, (_, evaluated) in enumerate(days)]
        told += [(created, 2 * number + 2) for number, (created, _) in enumerate(days)]
        newest = sorted((one for one in told if one[0]), key=lambda one: one[1])
        newest.sort(key=lambda one: one[0], reverse=True)
        if not newest:
            assert found == page
            return
        (feed,) = found.companions
        assert feed.rows == array("Q", [row for _, row in newest[:MOST]])
        assert f"<updated>{newest[0][0]}T00:00:00+09:00</updated>" in feed.head

    def test_the_sheets_of_the_city(self) -> None:
        told = days_in(real_site().files["feed.xml"])
        assert len(told) == 20
        assert told[:3] == [
            ("2025-04-03", "sheets/2025/kita/kyodo-hakubutsukan/#published"),
            ("2025-04-03", "sheets/2025/kita/kumin-seikatsu/#published"),
            ("2025-04-01", "sheets/2025/kita/chiiki-somu/#published"),
        ]
        assert [day for day, _ in told] == sorted((day for day, _ in told), reverse=True)
        updated = text(etree.fromstring(real_site().files["feed.xml"]), "updated")
        assert datetime.fromisoformat(updated).utcoffset() == timedelta(hours=9)
        assert updated == "2025-04-03T00:00:00+09:00"

    def test_a_division_and_a_policy_tell_of_their_own_sheets(self, tmp_path: Path) -> None:
        files = site_of(
            tmp_path,
            {
                SHEET: sheet_text(goals=goal_text(policies="[政策1-1-①]")),
                OTHER: sheet_text(division="市民部", goals=goal_text(policies="[政策1-2-①, 政策1-1-①]")),
                "sheets/2024/kita/somu.yaml": sheet_text(2024, goals=goal_text(policies="[行財1]")),
            },
        )
        kita, shimin, former = (
            (f"{year}-04-01", f"sheets/{year}/{unit}/#published")
            for year, unit in ((2025, "kita/somu"), (2025, "shimin/somu"), (2024, "kita/somu"))
        )
        assert {path: days_in(data) for path, data in feeds_in(files).items()} == {
            "feed.xml": [kita, shimin, former],
            "wards/kita/feed.xml": [kita, former],
            "departments/shimin/feed.xml": [shimin],
            "policies/seisaku-1/feed.xml": [kita, shimin],
            "policies/seisaku-1-1/feed.xml": [kita, shimin],
            "policies/seisaku-1-1-1/feed.xml": [kita, shimin],
            "policies/seisaku-1-2/feed.xml": [shimin],
            "policies/seisaku-1-2-1/feed.xml": [shimin],
            "policies/gyozai-1/feed.xml": [former],
        }


class TestPages:
    def test_a_page_with_a_feed_has_a_link_to_it_in_its_head_and_in_words(self) -> None:
        files = real_site().files
        for path, data in files.items():
            if path.endswith(".html"):
                beside = f"{path.removesuffix('index.html')}feed.xml"
                wanted = ["feed.xml"] if beside in files else []
                page = document(data)
                heads = found(page, "//head/link[@rel='alternate'][@type='application/atom+xml']")
                shown = found(page, "//main//a[.='更新のお知らせ（Atom）']")
                assert [str(link.get("href")).rpartition("/")[2] for link in heads] == wanted, path
                assert [link.get("href") for link in shown] == [link.get("href") for link in heads], path

    def test_home_and_each_division_and_policy_with_sheets_have_one(self) -> None:
        files = real_site().files
        pages = {path.removesuffix("index.html") for path in files if path.endswith("index.html")}
        policies = {page for page in pages if page.startswith("policies/")} - {"policies/"}
        wanted = {"", "wards/kita/", "departments/shimin-seikatsu/", *policies}
        assert feeds_in(dict(files)).keys() == {f"{page}feed.xml" for page in wanted}

    def test_where_no_sheet_has_a_day_there_is_none(self, tmp_path: Path) -> None:
        undated = sheet_text().replace("created: 2025-04-01", "created:")
        files = site_of(
            tmp_path, {SHEET: undated, OTHER: sheet_text(division="市民部", goals=goal_text(policies="[]"))}
        )
        assert feeds_in(files).keys() == {"feed.xml", "departments/shimin/feed.xml"}
        assert "Atom" not in files["wards/kita/index.html"].decode()


class TestChanging:
    def test_a_feed_goes_with_the_last_day_and_others_stay_as_they_are(self, tmp_path: Path) -> None:
        sheets = {SHEET: sheet_text(), OTHER: sheet_text(division="市民部", goals=goal_text(policies="[]"))}
        content, site = write_content(tmp_path / "content", sheets), tmp_path / "site"
        build(content, site)
        before = tree_of(site)
        (content / SHEET).write_text(sheet_text().replace("created: 2025-04-01", "created:"), encoding="utf-8")
        built = build(content, site)
        after = tree_of(site)
        assert feeds_in(before).keys() - feeds_in(after).keys() == {
            "wards/kita/feed.xml",
            *(f"policies/seisaku-{code}/feed.xml" for code in ("1", "1-1", "1-1-1")),
        }
        assert after["departments/shimin/feed.xml"] == before["departments/shimin/feed.xml"]
        assert after["feed.xml"] != before["feed.xml"]
        assert built.manifest.keys() == make_site(content).manifest.keys()
