"""Check what other sites show of the pages in a frame: the same words, nothing that runs, and ways to the pages."""

from __future__ import annotations

import re

import pytest
from lxml.html import HtmlElement

from goalsheets.building import make_site
from goalsheets.built import Built
from tests.samples import found, goal_text, only, sheet_text, write_content
from tests.site.counting import sheets
from tests.site.markup import Pages, each, led_to, parsed, spoken

CHART = "//div[@class='tally']"


@pytest.fixture(scope="session")
def embeds(made: Built) -> Pages:
    """Return what other sites show of the pages of the city's own sheets."""
    return {path: page for path, page in parsed(made).items() if path.startswith("embed/")}


def test_every_page_with_a_chart_is_there_and_no_other(pages: Pages, embeds: Pages) -> None:
    assert set(embeds) == {f"embed/{path}" for path, page in pages.items() if found(page, CHART)}


def test_charts_are_those_of_the_page(pages: Pages, embeds: Pages) -> None:
    different = [
        path
        for path, page in embeds.items()
        if [_drawn(chart) for chart in found(page, CHART)]
        != [_drawn(chart) for chart in found(pages[path.removeprefix("embed/")], CHART)]
    ]
    assert different == []


def _drawn(chart: HtmlElement) -> tuple[str, list[str]]:
    return spoken(chart), [str(width) for width in chart.xpath("svg/*[local-name()='rect']/@width")]


def test_the_heading_is_that_of_the_page(pages: Pages, embeds: Pages) -> None:
    assert {path: spoken(only(page, "//h1")) for path, page in embeds.items() if path != "embed/index.html"} == {
        path: spoken(only(pages[path.removeprefix("embed/")], "//h1")) for path in embeds if path != "embed/index.html"
    }
    assert spoken(only(embeds["embed/index.html"], "//h1")) == "新潟市 組織目標管理シート"


def test_every_goal_is_there_with_its_targets_results_and_rating(pages: Pages, embeds: Pages) -> None:
    for sheet in sheets():
        whole, small = pages[f"{sheet.address}index.html"], embeds[f"embed/{sheet.address}index.html"]
        goals = found(small, "//section[@class='goal']")
        assert [goal.get("id") for goal in goals] == [f"goal-{number}" for number in sheet.numbers]
        for goal in goals:
            same = only(whole, f"//section[@id='{goal.get('id')}']")
            assert spoken(only(goal, "h2")) == spoken(only(same, "h2"))
            assert spoken(only(goal, ".//span[contains(@class, 'rating ')]")) == spoken(
                only(same, ".//div[starts-with(@class, 'outcome ')]/p/span")
            )
            caption = f"目標{str(goal.get('id')).removeprefix('goal-')}の指標と結果"
            of_page = only(same, f".//table[starts-with(normalize-space(caption), '{caption}')]")
            kept = [spoken(cell) for cell in found(of_page, ".//td[@class='figure'] | .//tbody//th")]
            assert [spoken(cell) for cell in found(goal, ".//tbody//th | .//td")] == kept
            noted = "この目標には転記上の注記があります。" in spoken(goal)
            assert noted == bool(found(same, "div[@class='notes']"))


def test_nothing_runs_and_nothing_is_sent(every_embed: Pages) -> None:
    assert [f"{page}: {one.tag!s}" for page, one in each(every_embed, "//script | //form | //iframe | //base")] == []
    assert {only(page, "//meta[@http-equiv]").get("content") for page in every_embed.values()} == {
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'"
    }


def test_search_engines_are_led_to_the_page(embeds: Pages) -> None:
    for path, page in embeds.items():
        assert only(page, "//meta[@name='robots']").get("content") == "noindex"
        address = path.removeprefix("embed/").removesuffix("index.html")
        assert only(page, "//link[@rel='canonical']").get("href") == f"https://example.jp/{address}"


def test_links_open_the_page_in_the_whole_window_and_say_so(embeds: Pages) -> None:
    for path, page in embeds.items():
        *goals, last = found(page, "//a")
        whole = path.removeprefix("embed/")
        assert {link.get("target") for link in (*goals, last)} == {"_top"}
        assert led_to(path, str(last.get("href"))) == (whole, "")
        assert spoken(last) == f"{spoken(only(page, '//h1'))}のページを開く"
        for link in goals:
            number = re.fullmatch(r"目標(\d+)をシートのページで読む", spoken(link))
            assert number
            assert led_to(path, str(link.get("href"))) == (whole, f"goal-{number[1]}")


def test_the_terms_and_the_notice_stand_in_the_foot(embeds: Pages) -> None:
    (words,) = {spoken(only(page, "/html/body/footer")) for page in embeds.values()}
    assert words.startswith("シートの内容の利用条件は、市に確認できていません。 このサイトは、新潟市が公表した")
    assert "新潟市の公式サイトではありません。" in words


def test_titles_are_those_of_no_other_page(made: Built) -> None:
    titles = [spoken(only(page, "//title")) for page in parsed(made).values()]
    assert len(set(titles)) == len(titles)


def test_each_goal_of_a_sheet_names_the_address_that_shows_it_alone(pages: Pages, embeds: Pages) -> None:
    for sheet in sheets():
        page = pages[f"{sheet.address}index.html"]
        told = [spoken(line) for line in found(page, "//details/p[starts-with(., 'ほかのサイト')]")]
        address = f"https://example.jp/embed/{sheet.address}#goal-"
        assert told == [f"ほかのサイトに埋めこむとき：{address}{number}" for number in sheet.numbers]
        assert f"embed/{sheet.address}index.html" in embeds


def test_the_page_on_data_gives_the_html_to_copy(pages: Pages, embeds: Pages) -> None:
    codes = [str(code.text_content()) for code in found(pages["data/index.html"], "//pre/code")]
    assert codes == [
        '<iframe src="https://example.jp/embed/sheets/2025/kita/chiiki-somu/" '
        'title="北区役所 地域総務課の目標（2025年度）" width="640" height="400" loading="lazy"></iframe>',
        '<iframe src="https://example.jp/embed/years/2025/" '
        'title="2025年度（令和7年度）の目標" width="640" height="400" loading="lazy"></iframe>',
    ]
    for code in codes:
        source, title = re.findall('(?:src|title)="([^"]*)"', code)
        small = embeds[f"{source.removeprefix('https://example.jp/')}index.html"]
        assert spoken(only(small, "//h1")) == title


def test_a_frame_has_the_same_name_however_it_is_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    organization = 'divisions:\n  - slug: kita\n    name: 北&"南"\n    kind: department\n    units:\n'
    organization += "      - slug: somu\n        name: 総務課\n"
    sheet = sheet_text(division="'北&\"南\"'", goals=goal_text())
    content = {"sheets/2025/kita/somu.yaml": sheet, "organization.yaml": organization}
    built = make_site(write_content(tmp_path_factory.mktemp("quotes"), content))
    assert [str(problem) for problem in built.problems] == []
    code = str(found(parsed(built)["data/index.html"], "//pre/code")[0].text_content())
    assert 'title="北&amp;&quot;南&quot; 総務課の目標（2025年度）"' in code


def test_a_page_whose_sheets_are_gone_is_no_longer_shown(pages: Pages, embeds: Pages) -> None:
    assert "wards/nishikan/index.html" in pages
    assert "embed/wards/nishikan/index.html" not in embeds
