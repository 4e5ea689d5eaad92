"""Index pages are rendered from briefs and lines, by however many processes, and looked at by the audit."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from goalsheets.addresses import file_of
from goalsheets.catalog import assemble
from goalsheets.indexes import Indexes, put_indexes
from goalsheets.plan import plan_indexes
from goalsheets.publishing import Stamp
from goalsheets.rendering import Renderer
from goalsheets.rows import RowsInMemory
from goalsheets.workers import PlainError
from tests.samples import CONTENT, entries_of, real_site, tree_of
from tests.test_rendering import with_template

SHARED = pytest.mark.parametrize("workers", [1, 2, 3])


class Folder(NamedTuple):
    """Take files as a stage does: whichever process puts them, all see them."""

    path: Path

    def put(self, path: str, data: bytes | bytearray) -> Stamp:
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return hashlib.sha256(data).hexdigest(), len(data), 7

    def put_pieces(self, path: str, pieces: Iterable[bytes]) -> Stamp:
        return self.put(path, b"".join(pieces))

    def read(self, path: str) -> bytes:
        return (self.path / path).read_bytes()


def put(folder: Path, workers: int, wanted: Collection[str] | None = None, renderer: Renderer | None = None) -> Indexes:
    """Put the index pages of the city's own sheets."""
    frame, _, made = entries_of(CONTENT)
    plans = plan_indexes(assemble(frame, [one.brief for one in made]))
    store = RowsInMemory(b"".join(one.rows for one in made))
    return put_indexes(
        renderer or Renderer(frame), plans, plans.keys() if wanted is None else wanted, store, Folder(folder), workers
    )


@SHARED
class TestPutting:
    def test_all_but_the_pages_of_sheets_are_put(self, tmp_path: Path, workers: int) -> None:
        indexes = put(tmp_path, workers)
        beside = (
            "sheets/",
            "embed/sheets/",
            "search/pairs/",
            "search/table.json",
            "data/",
            "pictures/",
            "sitemap.xml",
            "robots.txt",
        )
        expected = {path: data for path, data in real_site().files.items() if not path.startswith(beside)}
        assert tree_of(tmp_path) == expected
        assert indexes.stamps == {
            path: (hashlib.sha256(data).hexdigest(), len(data), 7) for path, data in expected.items()
        }
        assert indexes.faults == []

    def test_only_those_that_are_wanted_are_put_with_the_assets(self, tmp_path: Path, workers: int) -> None:
        indexes = put(tmp_path, workers, ["years/2025/", "", "units/gone/"])
        pages = {path for path in tree_of(tmp_path) if not path.startswith("assets/")}
        embeds = {"embed/index.html", "embed/years/2025/index.html"}
        assert pages == {"years/2025/index.html", "years/2025/rows.csv", "index.html", "feed.xml", *embeds}
        assert indexes.stamps.keys() == tree_of(tmp_path).keys()
        assert len(indexes.stamps) == 11

    def test_none_may_be_wanted(self, tmp_path: Path, workers: int) -> None:
        assert {path.split("/")[0] for path in put(tmp_path, workers, []).stamps} == {"assets"}


@SHARED
class TestLooking:
    def test_what_the_pages_link_to_and_the_ids_they_have_are_told(self, tmp_path: Path, workers: int) -> None:
        indexes = put(tmp_path, workers)
        assert indexes.links >= {"", "wards/kita/", "policies/seisaku-13-1-2/", "how-to-read/"}
        assert {file_of(link.partition("#")[0]) for link in indexes.links} <= real_site().files.keys()
        pages = {path for path in indexes.stamps if path.endswith(".html")}
        assert indexes.ids.keys() == {path for path in pages if not path.startswith("embed/")}
        assert indexes.ids["index.html"] == {"main", "search-q", "data"}
        assert indexes.ids["years/2025/index.html"] == {"main", "standings", "data"}

    def test_faults_are_told_with_their_pages(self, tmp_path: Path, workers: int) -> None:
        bad = '{% block main %}<p id="main"><a href="x"></a></p>'
        renderer = with_template(tmp_path, "pages/year.html", "{% block main %}", bad)
        indexes = put(tmp_path / "site", workers, ["years/2025/", "years/2024/", ""], renderer)
        assert sorted(indexes.faults) == [
            f"years/{year}/index.html: {words}"
            for year in (2024, 2025)
            for words in (
                "リンク「x」の書き方が正しくありません",
                "同じ id が2回あります",
                "言葉のないリンクがあります",
            )
        ]

    def test_a_page_that_lost_lines_is_told_by_its_table(self, tmp_path: Path, workers: int) -> None:
        renderer = with_template(tmp_path, "pages/unit.html", "{{ rows(lines) }}", "")
        indexes = put(tmp_path / "site", workers, ["units/kita/chiiki-somu/"], renderer)
        assert indexes.faults == ["units/kita/chiiki-somu/rows.csv: 3行ありますが、ページには0行あります"]


class TestFailing:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_fault_of_a_template_is_named(self, tmp_path: Path, workers: int) -> None:
        renderer = with_template(tmp_path, "pages/year.html", "{% block main %}", "{% block main %}{{ yaer }}")
        words = "テンプレート pages/year.html の5行目に誤りがあります: 'yaer' is not known on this page"
        with pytest.raises(PlainError) as caught:
            put(tmp_path / "site", workers, None, renderer)
        assert str(caught.value) == words
