"""Print pages as a visitor does: as PDF of a real Chromium, on the paper that the visitor has."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit
from tests.browser.kinds import EVALUATED, EXTREME, KINDS
from tests.samples import found, only, raw_sheet, real_site, sheet_paths
from tests.site.markup import parsed, spoken
from tests.site.needs import program

A3, A4 = (1191, 842), (842, 595)
POINT = 2
"""Chromium rounds a page to whole pixels."""


@pytest.fixture
def printed(visit: Visit, tmp_path: Path) -> Path:
    """Return the evaluated sheet as a PDF."""
    path = tmp_path / "sheet.pdf"
    visit(EVALUATED).pdf(path=path, prefer_css_page_size=True, tagged=True)
    return path


def sizes(pdf: Path) -> list[tuple[float, float]]:
    """Return the size of each page of a PDF, which must be tagged."""
    facts = output(program("pdfinfo"), "-l", "999", pdf)
    assert re.findall(r"^Tagged:\s+(\w+)$", facts, re.MULTILINE) == ["yes"]
    found = re.findall(r"^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts", facts, re.MULTILINE)
    return [(float(width), float(height)) for width, height in found]


def near(size: tuple[float, float], paper: tuple[int, int]) -> bool:
    return all(abs(one - other) <= POINT for one, other in zip(size, paper, strict=True))


def text_of_pages(pdf: Path) -> list[str]:
    return [without_spaces(page) for page in output(program("pdftotext"), "-layout", pdf, "-").split("\f")[:-1]]


def output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def test_a_sheet_is_printed_on_a4_landscape_with_its_structure(printed: Path) -> None:
    pages = sizes(printed)
    assert {near(page, A4) for page in pages} == {True}
    assert 1 < len(pages) < 9


def test_a_printed_sheet_has_all_its_words_and_no_way_around_the_site(printed: Path) -> None:
    text = without_spaces(output(program("pdftotext"), "-layout", printed, "-"))
    page = parsed(real_site())[f"{KINDS[EVALUATED]}index.html"]
    ways = {spoken(link) for link in found(page, "//nav//a | //a[@class='skip']")}
    for way in found(page, "//nav | //a[@class='skip']"):
        way.drop_tree()
    kept = spoken(only(page, "/html/body"))
    assert [words for words in ways if words not in kept and without_spaces(words) in text] == []
    assert [
        spoken(heading) for heading in found(page, "//h1 | //h2 | //h3") if without_spaces(spoken(heading)) not in text
    ] == []


def test_the_extreme_sheet_can_be_printed(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "extreme.pdf"
    visit(EXTREME).pdf(path=path, prefer_css_page_size=True, tagged=True)
    text = without_spaces(output(program("pdftotext"), "-layout", path, "-"))
    assert [number for number in range(1, 41) if f"目標{number}の指標と結果" not in text] == []


def test_codes_that_are_folded_away_are_printed(visit: Visit, tmp_path: Path) -> None:
    path, page = tmp_path / "policies.pdf", visit("policies")
    codes = page.locator(".branches a").all_text_contents()
    assert len(codes) > page.locator(".branches > li > a:visible").count()
    assert page.locator("details[open]").count() == 0
    page.pdf(path=path, prefer_css_page_size=True, tagged=True)
    text = without_spaces("".join(text_of_pages(path)))
    assert [code for code in codes if without_spaces(f"{code}目標") not in text] == []
    assert "の下のコード" not in text


def test_a_printed_sheet_says_where_it_is_from(printed: Path) -> None:
    text = "".join(text_of_pages(printed))
    assert "https://example.jp/sheets/2024/shimin-seikatsu/kocho-sodan/" in text
    assert "を引用する" not in text


def test_no_page_ends_with_a_heading(printed: Path) -> None:
    page = parsed(real_site())[f"{KINDS[EVALUATED]}index.html"]
    heads = {
        without_spaces(spoken(head))
        for head in found(page, "//main/h2 | //h3 | //h4 | //caption | //thead | //p[@class='codes']")
    }
    pages = text_of_pages(printed)
    assert [words for words in heads if words in "".join(pages)]
    assert [text[-40:] for text in pages if text.endswith(tuple(heads))] == []


def test_a_goal_and_what_became_of_it_are_printed_on_one_page(visit: Visit, tmp_path: Path) -> None:
    sheet, page = "sheets/2024/shimin-seikatsu/shimin-seikatsu", visit("home")
    page.goto(f"{page.url}{sheet}/")
    page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True, tagged=True)
    pages = text_of_pages(tmp_path / "sheet.pdf")
    for goal in raw_sheet(f"{sheet}.yaml")["goals"]:
        (text,) = [text for text in pages if f"目標{goal['number']}の指標と結果" in text]
        assert without_spaces(goal["status"])[-8:] in text


def test_the_heads_of_a_long_table_stand_on_every_page(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    visit("form extreme").pdf(path=path, prefer_css_page_size=True, tagged=True)
    pages = text_of_pages(path)
    assert len(pages) > 3
    assert [text[:60] for text in pages[1:] if "組織目標" not in text or "今後の方針" not in text] == []
    assert "様式の写し" in pages[0]


@pytest.mark.parametrize("path", sheet_paths())
def test_a_form_is_one_page_on_a3_and_on_a4(
    browser: Browser, addresses: dict[str, str], tmp_path: Path, path: str
) -> None:
    """The dialog of a browser gives the paper; `format` does that here."""
    page = browser.new_page()
    page.goto(f"{addresses['home']}{path.removesuffix('.yaml')}/form/")
    page.pdf(path=tmp_path / "own.pdf", prefer_css_page_size=True, tagged=True)
    for name, paper in (("A3", A3), ("A4", A4)):
        page.pdf(path=tmp_path / f"{name}.pdf", format=name, prefer_css_page_size=True, tagged=True)
        (size,) = sizes(tmp_path / f"{name}.pdf")
        assert near(size, paper)
    page.close()
    (size,) = sizes(tmp_path / "own.pdf")
    assert near(size, A3)
    (text,) = text_of_pages(tmp_path / "own.pdf")
    sheet = raw_sheet(path)
    assert [goal["number"] for goal in sheet["goals"] if goal["number"] not in text] == []
    assert f"https://example.jp/{path.removesuffix('.yaml')}/" in text
    assert "市が作った原本ではありません。" in text
    assert "本文へ移動" not in text
    assert "シートの読み方" not in text
