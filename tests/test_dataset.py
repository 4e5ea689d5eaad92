"""The page on the data explains each file and each column."""

from __future__ import annotations

import pytest

from goalsheets.columns import GOALS
from goalsheets.dataset import size_words
from tests.samples import document, found, only, real_site


def test_every_file_of_data_is_there_with_its_size() -> None:
    page = document(real_site().files["data/index.html"])
    links = found(page, "//table[.//caption[@id='files']]//th/a")
    files = {path for path in real_site().files if path.startswith("data/") and not path.endswith(".html")}
    assert {f"data/{link.text_content()}" for link in links} == files
    size = len(real_site().files["data/goals.csv"])
    row = only(page, "//tr[th/a='goals.csv']")
    assert [cell.text_content() for cell in found(row, "td")] == [
        "目標と指標（CSV形式、見出しは英語）",
        f"{round(size / 1000)}KB",
    ]


def test_every_column_is_explained() -> None:
    page = document(real_site().files["data/index.html"])
    rows = found(page, "//table[.//caption[@id='goals']]//tbody/tr")
    assert [only(row, "th").text_content() for row in rows] == [column.name for column in GOALS.columns]
    (state,) = [row for row in rows if only(row, "th").text_content() == "state"]
    assert [cell.text_content() for cell in found(state, "td")] == [
        "評価の状況",
        "文字",
        "達成、一部未達成、未達成、未評価、結果記載なし、評価記載なしのどれか。",
    ]


def test_each_kind_of_file_beside_pages_is_named() -> None:
    named = {code.text_content() for code in found(document(real_site().files["data/index.html"]), "//li/code")}
    kinds = {path.rpartition("/")[2] for path in real_site().files if path.startswith(("sheets/", "wards/"))}
    assert {kind.partition("_")[2] or kind for kind in kinds} - named == {"index.html"}


def test_a_column_tells_what_stands_in_it_and_not_how_a_sheet_is_written() -> None:
    meanings = {column.name: column.meaning for column in GOALS.columns}
    assert meanings["policies"] == "政策コード。印字のとおり。なければ空欄。"
    assert meanings["fiscal_year"] == "西暦。"


def test_every_page_leads_there() -> None:
    for path, data in real_site().files.items():
        if path.endswith("index.html") and not path.startswith("embed/"):
            assert found(document(data), "//footer//*[.='データを使う']"), path


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1KB"), (46_345, "46KB"), (999_499, "999KB"), (1_200_000, "1.2MB"), (1_234_567_890, "1,234.6MB")],
)
def test_sizes_are_said_in_a_unit_people_know(size: int, words: str) -> None:
    assert size_words(size) == words
