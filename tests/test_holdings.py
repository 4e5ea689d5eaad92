"""What is told of the files of data as a whole is counted from the sheets, and nothing is made up."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.building import make_site
from goalsheets.holdings import Holdings, _periods, holdings_of
from tests.samples import CONTENT, SITE, catalog_of, entries_of, real_catalog, real_site, sheet_text, write_content


@cache
def real_holdings() -> Holdings:
    """Return what is told of the files of the city's own sheets."""
    return holdings_of(real_catalog(), dict(real_site().manifest))


def made_up_holdings(folder: Path, more: str = "", licence: str = "unconfirmed") -> Holdings:
    """Return what is told of a small site, with more lines in its `site.yaml`."""
    site = SITE.replace("licence: unconfirmed", f"licence: {licence}") + more
    content = write_content(folder, {"sheets/2025/kita/somu.yaml": sheet_text(), "site.yaml": site})
    return holdings_of(catalog_of(content), dict(make_site(content).manifest))


def test_every_file_is_told_as_it_is() -> None:
    for file in real_holdings().files:
        data = real_site().files[file.path]
        assert (file.digest, file.size) == (hashlib.sha256(data).hexdigest(), len(data))
    about = {"index.html", "datapackage.json", "catalog.jsonld", "metadata.json"}
    there = {path.removeprefix("data/") for path in real_site().files if path.startswith("data/")}
    assert {file.name for file in real_holdings().files} == there - about


def test_they_are_described_in_words() -> None:
    held = real_holdings()
    assert held.title == "新潟市 組織目標管理シート"
    assert held.description == (
        "新潟市の部署が年度ごとに書いた組織目標管理シート14枚、目標55件です。"
        "目標、指標、取組、結果、評価があり、文字は印字のとおりです。"
        f"空欄は、シートに書かれていないことを表します。0や「未達成」ではありません。{held.site.notice}"
    )


def test_a_site_without_a_notice_has_none(tmp_path: Path) -> None:
    assert made_up_holdings(tmp_path / "content").description.endswith("0や「未達成」ではありません。")


def test_the_latest_day_is_the_newest_on_any_sheet() -> None:
    sheets = [entry.sheet for entry in entries_of(CONTENT)[1]]
    days = [day for sheet in sheets for day in (sheet.created, sheet.evaluated) if day]
    assert real_holdings().latest == str(max(days))


@pytest.mark.parametrize(
    ("years", "periods"),
    [
        ([2025], [("2025-04-01", "2026-03-31")]),
        ([2024, 2025], [("2024-04-01", "2026-03-31")]),
        ([2020, 2022, 2023], [("2020-04-01", "2021-03-31"), ("2022-04-01", "2024-03-31")]),
    ],
)
def test_a_fiscal_year_goes_from_april_to_march(years: list[int], periods: list[tuple[str, str]]) -> None:
    assert list(_periods(years)) == periods


@given(st.sets(st.integers(2000, 2030), min_size=1))
def test_no_year_without_a_sheet_is_covered(years: set[int]) -> None:
    covered = [
        year for first, last in _periods(sorted(years)) for year in range(int(first[:4]), int(last[:4]))
    ]  # one that ends in March of 2026 has 2025 as its last
    assert covered == sorted(years)
