"""Templates print text and nothing else, escaped, with assets that browsers may keep for ever."""

from __future__ import annotations

import hashlib
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from goalsheets.ahead import SHEETS
from goalsheets.building import make_site
from goalsheets.pages import Page
from goalsheets.rendering import TEMPLATES, Renderer, embed_stylesheet, sentences, stylesheet
from goalsheets.templating import TemplateFaultError
from tests.samples import (
    CONTENT,
    POLICIES,
    SITE,
    document,
    entries_of,
    found,
    goal_text,
    lines_of,
    only,
    pages_of,
    real_catalog,
    real_site,
    sheet_text,
    write_content,
)

LAYOUT = "layouts/base.html"


def page(address: str) -> Page:
    return next(page for page in pages_of(CONTENT) if page.address == address)


def with_template(folder: Path, name: str, old: str, new: str) -> Renderer:
    """Return a renderer of the real content whose templates differ in one place."""
    templates = folder / "templates"
    shutil.copytree(TEMPLATES, templates)
    file = templates / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return Renderer(real_catalog().frame, templates)


def fault(renderer: Renderer, address: str = "") -> str:
    """Return what is said of a page that cannot be rendered."""
    with pytest.raises(TemplateFaultError) as caught:
        renderer.render(page(address))
    return str(caught.value)


def line_of(words: str) -> int:
    """Return the number of the line of the layout that has some words."""
    before, _, _ = (TEMPLATES / LAYOUT).read_text(encoding="utf-8").partition(words)
    return before.count("\n") + 1


class TestStrictness:
    def test_a_misspelt_name_in_a_condition_raises(self, tmp_path: Path) -> None:
        renderer = with_template(tmp_path, LAYOUT, "{% if page.crumbs %}", "{% if page.crums %}")
        assert fault(renderer) == (
            f"テンプレート layouts/base.html の{line_of('{% if page.crumbs %}')}行目に誤りがあります: "
            "'Page' object has no attribute 'crums'"
        )

    @pytest.mark.parametrize(
        ("misspelt", "message"),
        [
            ("page.titel", "'Page' object has no attribute 'titel'"),
            ("pgae.title", "'pgae' is not known on this page"),
            ("assets['sites.css']", "'sites.css'"),
        ],
    )
    def test_a_misspelt_name_that_is_printed_raises_and_is_named(
        self, tmp_path: Path, misspelt: str, message: str
    ) -> None:
        renderer = with_template(tmp_path, LAYOUT, "{{ page.title }}", f"{{{{ {misspelt} }}}}")
        assert (
            fault(renderer)
            == f"テンプレート layouts/base.html の{line_of('{{ page.title }}')}行目に誤りがあります: {message}"
        )

    def test_a_misspelt_component_raises(self, tmp_path: Path) -> None:
        renderer = with_template(tmp_path, "pages/sheet.html", "import goal_section", "import goal_sections")
        assert fault(renderer, "sheets/2025/kita/kensetsu/") == (
            "テンプレート pages/sheet.html の4行目に誤りがあります: components/goal.html has no macro 'goal_sections'"
        )

    def test_a_misspelt_name_in_a_line_of_index_pages_is_named(self, tmp_path: Path) -> None:
        renderer = with_template(tmp_path, "components/goals.html", "{{ goal.headline }}", "{{ goal.headlin }}")
        _, entries, _ = entries_of(CONTENT)
        with pytest.raises(TemplateFaultError) as caught:
            renderer.goal_row(entries[0], *entries[0].goals[0], "")
        assert str(caught.value) == (
            "テンプレート components/goals.html の4行目に誤りがあります: 'Goal' object has no attribute 'headlin'"
        )

    def test_every_template_can_be_made_beforehand_and_a_fault_is_told_where_it_is_needed(self, tmp_path: Path) -> None:
        Renderer(real_catalog().frame).prepare()
        block = "{% block main %}"
        renderer = with_template(tmp_path, "pages/not_found.html", block, block + "{{ a | upper }}")
        renderer.prepare()
        for name in SHEETS:
            renderer.templates.template(name)
        with pytest.raises(TemplateFaultError) as caught:
            renderer.templates.template("pages/not_found.html")
        assert str(caught.value) == (
            "テンプレート pages/not_found.html の2行目に誤りがあります: the filter 'upper' cannot be used here"
        )

    @pytest.mark.parametrize(
        ("expression", "shown"),
        [
            ("site.contact", "None"),
            ("page.crumbs", r"\(\)"),
            ("page.view", "{.*}"),
            ("page", r"Page\(.*"),
            ("policy_address", "<functools._lru_cache_wrapper.*"),
            ("sentences", "<function sentences.*"),
        ],
    )
    def test_what_is_not_text_is_not_printed(self, tmp_path: Path, expression: str, shown: str) -> None:
        renderer = with_template(tmp_path, LAYOUT, "{{ page.title }}", f"{{{{ {expression} }}}}")
        where = f"テンプレート layouts/base.html の{line_of('{{ page.title }}')}行目"
        said = f"{where}に誤りがあります: not printable: {shown}"
        assert re.fullmatch(said, fault(renderer), re.DOTALL)


class TestIndexPages:
    def test_lines_stand_where_they_belong_and_lead_from_there(self, tmp_path: Path) -> None:
        files = {f"sheets/{year}/kita/somu.yaml": sheet_text(year) for year in (2023, 2024, 2025)}
        pages = make_site(write_content(tmp_path, files)).files
        for path, up in (
            ("index.html", "./"),
            ("wards/kita/index.html", "../../"),
            ("units/kita/somu/index.html", "../../../"),
        ):
            assert b"\x00" not in pages[path]
            links = [str(link.get("href")) for link in found(document(pages[path]), "//li[@class='entry']/a")]
            lines = [str(link.get("href")) for link in found(document(pages[path]), "//li[@class='goal-line']//a")]
            assert links or lines, path
            assert links == [f"{up}sheets/{year}/kita/somu/" for year in (2025, 2024, 2023)][: len(links)], path
            assert lines == [f"{up}sheets/{year}/kita/somu/#goal-1" for year in (2025, 2024, 2023)][: len(lines)], path


HOSTILE = """<x-y a='1' b="2"> & &lt; {{ 7 * 7 }} {% raw %} </title></script>"""
QUOTED = "'" + HOSTILE.replace("'", "''") + "'"
HOSTILE_SHEET = f"""\
fiscal_year: 2025
created: 2025-04-01
division: {QUOTED}
unit: {QUOTED}
policy_indicators: [{QUOTED}]
goals:
  - number: 1
    objective: {QUOTED}
    policies: [政策1-1-①]
    indicators:
      - name: {QUOTED}
        target: {QUOTED}
        result: {QUOTED}
        status: {QUOTED}
        next: {QUOTED}
    initiatives:
      - names: [{QUOTED}]
        summary: {QUOTED}
        indicators: [1]
    rating: ×
    status: {QUOTED}
    next: {QUOTED}
    notes: [{QUOTED}]
evaluated: 2026-03-31
"""
HOSTILE_ORGANIZATION = f"""\
divisions:
  - slug: kita
    name: {QUOTED}
    kind: ward
    ward: {QUOTED}
    units:
      - slug: somu
        name: {QUOTED}
"""
HOSTILE_PLANS = f"""\
plans:
  - slug: seisaku
    prefix: 政策
    name: {QUOTED}
    titles:
      - code: 政策1
        title: {QUOTED}
"""
HOSTILE_SITE = f"""\
title: {QUOTED}
city: {QUOTED}
base_url: https://example.jp/
notice: {QUOTED}
contact: {QUOTED}
licence: unconfirmed
"""


class TestEscaping:
    def site(self, folder: Path) -> dict[str, bytes]:
        files = {
            "sheets/2025/kita/somu.yaml": HOSTILE_SHEET,
            "sheets/2024/kita/somu.yaml": HOSTILE_SHEET.replace("2025", "2024").replace("2026", "2025"),
            "pages/how-to-read.md": f"# {HOSTILE}\n\n## {HOSTILE}\n\n- {HOSTILE}\n",
            "site.yaml": HOSTILE_SITE,
            "organization.yaml": HOSTILE_ORGANIZATION,
            "policies.yaml": HOSTILE_PLANS,
        }
        built = make_site(write_content(folder, files))
        assert built.problems == []
        return dict(built.files)

    def test_names_and_cells_are_text_on_every_page(self, tmp_path: Path) -> None:
        pages = {path: data for path, data in self.site(tmp_path).items() if path.endswith(".html")}
        assert len(pages) > 10
        for path, data in pages.items():
            tree = document(data)
            assert found(tree, "//x-y") == [], path
            assert b"<x-y" not in data, path
            assert HOSTILE in only(tree, "//title").text_content(), path
            assert HOSTILE in only(tree, "//footer").text_content(), path
            assert len(found(tree, "//body/main")) == 1, path

    def test_the_first_letters_of_codes_are_text(self, tmp_path: Path) -> None:
        files = {
            "sheets/2025/kita/somu.yaml": sheet_text(goals=goal_text(policies="['<b>&1-1-①']")),
            "policies.yaml": POLICIES.replace("prefix: 政策", "prefix: <b>&"),
        }
        built = make_site(write_content(tmp_path, files))
        assert built.problems == []
        assert [path for path, data in built.files.items() if b"<b>" in data and path.endswith(".html")] == []
        tree = document(built.files["policies/index.html"])
        assert [link.text_content() for link in found(tree, "//ul[@class='branches']//a")] == [
            *("<b>&1", "<b>&1-1", "<b>&1-1-①"),
        ]

    def test_names_are_whole_where_they_are_attributes(self, tmp_path: Path) -> None:
        pages = self.site(tmp_path)
        for path in (
            "wards/kita/index.html",
            "units/kita/somu/index.html",
            "sheets/2025/kita/somu/index.html",
        ):
            description = only(document(pages[path]), "//meta[@name='description']").get("content")
            assert description
            assert HOSTILE in description

    def test_cells_are_whole_on_their_sheet(self, tmp_path: Path) -> None:
        tree = document(self.site(tmp_path)["sheets/2025/kita/somu/index.html"])
        goal = only(tree, "//section[@id='goal-1']")
        assert lines_of(only(goal, "h2")) == [f"目標1 {HOSTILE}"]
        cells = [lines_of(cell) for cell in found(goal, ".//tbody/tr/*")]
        assert cells == [[HOSTILE]] * 9
        outcome = found(goal, ".//div[@class='outcome-words']/div")
        assert [lines_of(cell)[1:] for cell in outcome] == [[HOSTILE]] * 2
        assert [item.text_content() for item in found(goal, "div[@class='notes']//li")] == [HOSTILE]


class TestStyles:
    ORDER = (
        *("styles/tokens.css", "styles/base.css", "styles/layout.css"),
        *(f"components/{name}.css" for name in ("cell", "citation", "data", "entries", "facsimile", "goal")),
        *(f"components/{name}.css" for name in ("goal_table", "goals", "measure", "past", "policies", "rating")),
        *("components/search.css", "components/standings.css"),
        *("components/tally.css", "components/term.css", "components/ways.css", "styles/print.css"),
    )
    OF_EMBEDS = "styles/embed.css"

    def test_they_are_joined_in_order(self) -> None:
        assert stylesheet(TEMPLATES) == b"".join((TEMPLATES / name).read_bytes() for name in self.ORDER)

    def test_no_style_sheet_is_forgotten(self) -> None:
        names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.css")}
        assert names == {*self.ORDER, self.OF_EMBEDS}

    def test_that_of_embeds_is_small_and_has_the_colours_of_all_pages(self) -> None:
        css = embed_stylesheet(TEMPLATES)
        assert css.startswith((TEMPLATES / "styles/tokens.css").read_bytes())
        assert css.endswith((TEMPLATES / self.OF_EMBEDS).read_bytes())
        assert len(css) < 6_000

    def test_each_file_ends_its_last_line(self) -> None:
        assert [
            name for name in (*self.ORDER, self.OF_EMBEDS) if not (TEMPLATES / name).read_bytes().endswith(b"}\n")
        ] == []

    def test_the_licence_of_the_design_tokens_is_published_with_them(self) -> None:
        css = {data.decode().partition("*/")[0] for path, data in real_site().files.items() if path.endswith(".css")}
        assert len(css) == 1
        notice = " ".join(css.pop().replace("\n *", " ").split())
        assert notice.startswith("/*! Colour values from @digital-go-jp/design-tokens 1.1.9, MIT License.")
        assert "Copyright (c) 2023 デジタル庁" in notice
        assert "Permission is hereby granted, free of charge, to any person obtaining a copy" in notice
        assert "The above copyright notice and this permission notice shall be included" in notice
        assert 'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND' in notice


class TestAssets:
    def test_an_address_carries_the_digest_of_its_bytes(self) -> None:
        assets = Renderer(real_catalog().frame).assets
        assert set(assets) == {"embed.css", "favicon.svg", "search.js", "site.css", "tables.js"}
        for name, (address, data) in assets.items():
            stem, ending = name.split(".")
            assert address == f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{ending}"

    def test_an_address_changes_with_its_bytes_and_only_then(self, tmp_path: Path) -> None:
        before = Renderer(real_catalog().frame).assets
        after = with_template(tmp_path, "styles/base.css", "line-height: 1.7", "line-height: 1.8").assets
        assert after["site.css"][0] != before["site.css"][0]
        assert after["favicon.svg"] == before["favicon.svg"]

    def test_every_page_asks_for_the_assets_that_are_published(self) -> None:
        files = real_site().files
        published = {path for path in files if path.startswith("assets/")}
        some = {path for path in published if "favicon" not in path}
        users = {
            "search": re.compile("search/index.html"),
            "tables": re.compile(".*/goals/index.html"),
            "embed": re.compile("embed/.*"),
            "site": re.compile("(?!embed/).*"),
        }
        for path, data in files.items():
            if path.endswith(".html"):
                tree = document(data)
                needed = found(tree, "//link[@rel = 'icon' or @rel = 'stylesheet'] | //script[@src]")
                asked = [str(link.get("href") or link.get("src")) for link in needed]
                used = {one for one in some if users[one.split("/")[1].split(".")[0]].fullmatch(path)}
                wanted = published - some | used
                assert {f"assets/{link.rpartition('/')[2]}" for link in asked} == wanted, path


class TestRoot:
    def site(self, folder: Path, base_url: str) -> dict[str, bytes]:
        files = {
            "sheets/2025/kita/somu.yaml": sheet_text(),
            "site.yaml": SITE.replace("https://example.jp/", base_url),
        }
        return dict(make_site(write_content(folder, files)).files)

    def links(self, data: bytes) -> set[str]:
        return {str(link.get("href")) for link in found(document(data), "//*[@href]")}

    @pytest.mark.parametrize(
        ("base_url", "root"),
        [
            ("https://example.jp/", "/"),
            ("https://example.jp/goals/", "/goals/"),
            ("https://a.jp/x/y-z/", "/x/y-z/"),
        ],
    )
    def test_the_page_for_lost_addresses_names_the_root_in_full(self, tmp_path: Path, base_url: str, root: str) -> None:
        links = self.links(self.site(tmp_path, base_url)["404.html"])
        assert {root, f"{root}wards/", f"{root}years/2025/"} <= links
        assert [link for link in links if not link.removeprefix("#main").startswith(root) and link != "#main"] == []

    def test_other_pages_do_not_care_where_the_site_stands_but_to_tell_their_address(self, tmp_path: Path) -> None:
        one = self.site(tmp_path / "one", "https://example.jp/")
        other = self.site(tmp_path / "other", "https://example.jp/goals/")
        moved = {path: data.replace(b"https://example.jp/", b"https://example.jp/goals/") for path, data in one.items()}
        pages = [path for path in one if path.endswith(".html")]
        told = ["404.html", "data/index.html"]  # the latter tells the digests of files with addresses
        assert [path for path in pages if moved[path] != other[path]] == told
        assert [path for path in pages if one[path] == other[path]] == []
        absolute = [path for path in pages if path != "404.html" and b'="/' in one[path]]
        assert absolute == []

    def test_pages_are_the_same_in_whatever_order_they_are_made(self) -> None:
        pages = pages_of(CONTENT)
        forwards, backwards = Renderer(real_catalog().frame), Renderer(real_catalog().frame)
        made = {page.address: forwards.render(page) for page in pages}
        assert made == {page.address: backwards.render(page) for page in reversed(pages)}


class TestLicence:
    def footer(self, folder: Path, licence: str) -> str:
        files = {
            "sheets/2025/kita/somu.yaml": sheet_text(),
            "site.yaml": SITE.replace("unconfirmed", licence),
        }
        data = make_site(write_content(folder, files)).files["index.html"].decode()
        match = re.search(r"<p>(.*利用条件.*)</p>", data)
        assert match
        return match[1]

    def test_terms_that_are_not_confirmed_are_not_guessed(self, tmp_path: Path) -> None:
        assert self.footer(tmp_path, "unconfirmed") == "シートの内容の利用条件は、市に確認できていません。"

    def test_an_address_becomes_a_link(self, tmp_path: Path) -> None:
        address = "https://example.jp/terms/?a=1&b=2"
        assert self.footer(tmp_path, address) == (
            "シートの内容の利用条件："
            '<a href="https://example.jp/terms/?a=1&amp;b=2">https://example.jp/terms/?a=1&amp;b=2</a>'
        )

    def test_a_name_leads_to_its_text(self, tmp_path: Path) -> None:
        assert self.footer(tmp_path, "CC-BY-4.0") == (
            'シートの内容の利用条件：<a href="https://spdx.org/licenses/CC-BY-4.0.html">CC-BY-4.0</a>'
        )

    @pytest.mark.parametrize("licence", ["https://example.jp/'onclick='y", "https://example.jp/&quot;/?a=(1)&b='c'"])
    def test_an_odd_address_stays_inside_its_attribute(self, tmp_path: Path, licence: str) -> None:
        folder = write_content(
            tmp_path,
            {
                "sheets/2025/kita/somu.yaml": sheet_text(),
                "site.yaml": SITE.replace("unconfirmed", "'" + licence.replace("'", "''") + "'"),
            },
        )
        frame, _, _ = entries_of(folder)
        data = Renderer(frame).render(pages_of(folder)[0])
        (link,) = found(document(data), "//footer//p/a")
        assert dict(link.attrib) == {"href": licence}


def only_sentence(folder: Path, goals: str, evaluated: str = "") -> str:
    files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals, evaluated=evaluated)}
    _, (entry,), _ = entries_of(write_content(folder, files))
    return sentences(entry)


class TestSentences:
    def test_a_sheet_that_waits_for_its_evaluation(self, tmp_path: Path) -> None:
        assert only_sentence(tmp_path, goal_text(1) + goal_text(2)) == (
            "この年度の目標は2件です。まだ評価されていません。"
        )

    def test_a_sheet_with_every_state(self, tmp_path: Path) -> None:
        note = "notes: [欄が空白です。]"
        goals = (
            goal_text(1, rating="○")
            + goal_text(2, rating="〇")
            + goal_text(3, rating="△")
            + goal_text(4, rating="×")
            + goal_text(5, extra=note)
            + goal_text(6, result="5回", extra=note)
        )
        assert only_sentence(tmp_path, goals, "2026-03-31") == (
            "この年度の目標は6件です。市の評価は、達成が2件、一部未達成が1件、未達成が1件、"
            "結果記載なしが1件、評価記載なしが1件です。"
        )

    def test_ratings_without_a_date_are_said_and_not_hidden(self, tmp_path: Path) -> None:
        goals = goal_text(1, rating="○", extra="notes: [評価日の印字がありません。]")
        assert only_sentence(tmp_path, goals) == "この年度の目標は1件です。市の評価は、達成が1件です。"

    def test_goals_that_were_not_met_are_led_to_where_the_city_says_more(self, tmp_path: Path) -> None:
        goals = (
            goal_text(1, rating="○", status="できました。")
            + goal_text(2, rating="△", status="半分できました。")
            + goal_text(3, rating="×")
            + goal_text(4, rating="×", status="できませんでした。")
        )
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals, evaluated="2026-03-31")}
        built = make_site(write_content(tmp_path, files))
        (words,) = found(
            document(built.files["sheets/2025/kita/somu/index.html"]), "//h2[.='目標の状況']/following-sibling::p[1]"
        )
        assert words.text_content() == (
            "この年度の目標は4件です。市の評価は、達成が1件、一部未達成が1件、未達成が2件です。"
            "目標2（一部未達成）、目標4（未達成）がどうなったかは、それぞれの「目標達成状況」にあります。"
        )
        assert [link.get("href") for link in found(words, "a")] == ["#goal-2", "#goal-4"]


class TestPolicyPages:
    def test_a_code_is_shown_open_with_the_way_to_it(self) -> None:
        tree = document(real_site().files["policies/seisaku-1-1/index.html"])
        (heading,) = found(tree, "//h2[.='「政策1-1」とまわりのコード']")
        around = only(heading, "following-sibling::ul[1]")
        assert [words.strip() for words in around.text_content().split("\n") if words.strip()] == [
            "政策1",
            "政策1の下のコード（3個）",
            "政策1-1 目標4件（達成2件、未達成1件、未評価1件）",
            "政策1-1の下のコード（3個）",
            "政策1-1-① 目標2件（未達成1件、未評価1件）",
            "政策1-1-② 目標1件（達成1件）",
            "政策1-1-③ 目標1件（達成1件）",
            "政策1-2",
            "政策1-5",
        ]
        assert [link.text_content() for link in found(tree, "//ul[@class='branches']//a[@aria-current='page']")] == [
            "政策1-1"
        ]
        assert len(found(tree, "//details")) == len(found(tree, "//details[@open]")) == 2

    def test_codes_below_are_folded_away_where_no_script_is_needed_to_see_them(self) -> None:
        tree = document(real_site().files["policies/index.html"])
        folded = found(tree, "//ul[@class='branches']//details")
        assert [branch for branch in folded if "open" in branch.attrib] == []
        assert found(tree, "//summary//a") == []
        codes = [link.text_content() for link in found(tree, "//ul[@class='branches']/li/a")]
        assert len(codes) == len(set(codes)) == len(real_catalog().of_policy)
        assert [only(branch, "summary").text_content() for branch in folded][:2] == [
            "政策1の下のコード（3個）",
            "政策1-1の下のコード（3個）",
        ]

    def test_the_goals_of_a_year_stand_under_their_divisions(self, tmp_path: Path) -> None:
        cited = goal_text(1, policies="[政策1-1-①]") + goal_text(2, policies="[政策1-2-①]")
        files = {
            "sheets/2025/kita/somu.yaml": sheet_text(goals=cited),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(goals=goal_text(1, policies="[政策1-2]"), unit="建設課"),
            "sheets/2025/shimin/somu.yaml": sheet_text(goals=cited, division="市民部"),
            "sheets/2024/shimin/somu.yaml": sheet_text(2024, goals=cited, division="市民部"),
        }
        built = make_site(write_content(tmp_path, files))
        main = document(built.files["policies/seisaku-1-2/index.html"])
        shown = found(main, "//main//h2[contains(., '年度')] | //main//h3 | //main//li[@class='goal-line']//a")
        assert [" ".join(one.text_content().split()) for one in shown] == [
            "2025年度（令和7年度）",
            "北区役所",
            "防災を進めます。",
            "防災を進めます。",
            "市民部",
            "防災を進めます。",
            "2024年度（令和6年度）",
            "市民部",
            "防災を進めます。",
        ]


class TestPages:
    def test_a_rating_is_a_word_and_its_mark_is_not_read_out(self) -> None:
        tree = document(real_site().files["sheets/2024/shimin-seikatsu/kocho-sodan/index.html"])
        outcomes = found(tree, "//section[@class='goal']//div[starts-with(@class, 'outcome ')]/p/span")
        assert [" ".join(rating.text_content().split()) for rating in outcomes] == [
            "○ 達成",
            "○ 達成",
            "△ 一部未達成",
            "× 未達成",
        ]
        assert [only(rating, "span").get("aria-hidden") for rating in outcomes] == ["true"] * 4

    def test_a_sheet_leads_to_the_years_before_and_after(self, tmp_path: Path) -> None:
        files = {f"sheets/{year}/kita/somu.yaml": sheet_text(year) for year in (2022, 2023, 2025)}
        pages = make_site(write_content(tmp_path, files)).files
        tree = document(pages["sheets/2023/kita/somu/index.html"])
        links = [(link.get("rel"), link.text_content(), link.get("href")) for link in found(tree, "//a[@rel]")]
        assert links == [
            ("prev", "前の年度：2022年度（令和4年度）", "../../../../sheets/2022/kita/somu/"),
            ("next", "次のシート：2025年度（令和7年度）", "../../../../sheets/2025/kita/somu/"),
        ]
        beside = (
            document(pages["sheets/2022/kita/somu/index.html"]),
            document(pages["sheets/2025/kita/somu/index.html"]),
        )
        assert [link.text_content() for tree in beside for link in found(tree, "//a[@rel]")] == [
            "次の年度：2023年度（令和5年度）",
            "前のシート：2023年度（令和5年度）",
        ]

    def test_a_sheet_leads_to_the_others_of_its_division_and_year_but_not_to_itself(self, tmp_path: Path) -> None:
        files = {"sheets/2025/shimin/somu.yaml": sheet_text(division="市民部")}
        for unit, name in (("somu", "総務課"), ("kensetsu", "建設課")):
            files[f"sheets/2025/kita/{unit}.yaml"] = sheet_text(unit=name)
        pages = make_site(write_content(tmp_path, files)).files
        tree = document(pages["sheets/2025/kita/somu/index.html"])
        assert [item.text_content() for item in found(tree, "//nav[@class='onward']/h3")] == [
            "北区役所のほかのシート（2025年度）"
        ]
        links = found(tree, "//nav[@class='onward']/ul[2]//a")
        assert [(link.text_content(), link.get("href")) for link in links] == [
            ("建設課", "../../../../sheets/2025/kita/kensetsu/")
        ]
        alone = document(pages["sheets/2025/shimin/somu/index.html"])
        assert found(alone, "//nav[@class='onward']/h3") == []
        assert len(found(alone, "//nav[@class='onward']/ul")) == 1

    def test_every_page_has_one_title_one_heading_and_one_main_part(self) -> None:
        for path, data in real_site().files.items():
            if path.endswith(".html"):
                tree = document(data)
                assert len(found(tree, "//h1")) == 1, path
                assert len(found(tree, "//main")) == 1, path
                assert only(tree, "/html").get("lang") == "ja", path
                assert only(tree, "//title").text_content(), path

    def test_headings_leave_no_level_out(self) -> None:
        for path, data in real_site().files.items():
            if path.endswith(".html"):
                levels = [int(str(item.tag)[1]) for item in found(document(data), "//h1|//h2|//h3|//h4|//h5|//h6")]
                steps = [after - before for before, after in pairwise(levels)]
                assert levels[0] == 1, path
                assert max(steps, default=0) <= 1, path

    def test_every_table_has_a_caption_and_no_empty_cell(self) -> None:
        for path, data in real_site().files.items():
            if path.endswith(".html"):
                tree = document(data)
                for table in found(tree, "//table"):
                    assert only(table, "caption").text_content().strip(), path
                cells = "//th" if path.endswith("/form/index.html") else "//th|//td"  # blank as on the form
                assert [cell for cell in found(tree, cells) if not cell.text_content().strip()] == [], path
                assert found(tree, "//th[not(@scope)]") == [], path

    def test_an_empty_division_says_that_its_sheets_are_still_missing(self) -> None:
        tree = document(real_site().files["wards/higashi/index.html"])
        assert lines_of(only(tree, "//p[@class='lead']")) == ["東区役所のシートは、まだ載せていません。"]

    def test_a_missed_goal_of_rows_is_told_with_the_words_of_its_rows(self, tmp_path: Path) -> None:
        rows = goal_text(rating="×").replace(
            "        result:\n", "        result: 1回\n        status: 雨で中止しました。\n        next:\n"
        )
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=rows, evaluated="2026-03-31")}
        tree = document(make_site(write_content(tmp_path, files)).files["index.html"])
        assert lines_of(only(tree, "//div[@class='goal-line-reason']")) == ["雨で中止しました。"]

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("一行", "<p>一行</p>"),
            ("・一つ", '<ul class="bullets"><li>一つ</li></ul>'),
            ("|-\n          一\n          <二>", "<p>一<br>&lt;二&gt;</p>"),
            ("|-\n          一・二\n          三", "<p>一・二<br>三</p>"),
            ("|-\n          一\n\n          二", "<p>一</p><p>二</p>"),
            ("|-\n\n          一\n          二", "<p>一<br>二</p>"),
            ('"一\\n二\\n"', "<p>一<br>二</p>"),
            (
                "|-\n          一\n          ・<二>\n          ・三\n          四",
                '<p>一</p><ul class="bullets"><li>&lt;二&gt;</li><li>三</li></ul><p>四</p>',
            ),
        ],
    )
    def test_a_cell_keeps_its_lines_and_lists(self, tmp_path: Path, value: str, shown: str) -> None:
        goals = goal_text().replace("target: 3回", f"target: {value}")
        built = make_site(write_content(tmp_path, {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals)}))
        assert built.problems == []
        page = built.files["sheets/2025/kita/somu/index.html"].decode()
        assert f'<td class="figure">{shown}</td>' in page

    def test_a_blank_line_below_the_first_of_an_objective_leaves_none(self, tmp_path: Path) -> None:
        goals = goal_text(objective="|-\n      一\n\n      二\n      三")
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals)}
        page = make_site(write_content(tmp_path, files)).files["sheets/2025/kita/somu/index.html"].decode()
        assert '<div class="objective"><p>二<br>三</p></div>' in page

    def test_an_objective_below_a_blank_line_is_the_words_of_its_links(self, tmp_path: Path) -> None:
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goal_text(objective="|-\n\n      一\n      二"))}
        pages = make_site(write_content(tmp_path, files)).files
        goal = only(document(pages["sheets/2025/kita/somu/index.html"]), "//section[@id='goal-1']")
        assert lines_of(only(goal, "h2")) == ["目標1 一"]
        assert lines_of(only(goal, "div[@class='objective']")) == ["二"]
        line = only(document(pages["units/kita/somu/index.html"]), "//li[@class='goal-line']//a")
        assert line.text_content() == "一"

    def test_an_objective_that_is_a_list_stands_as_one(self, tmp_path: Path) -> None:
        goals = goal_text(objective="|-\n      ・一つ\n      ・二つ")
        files = {"sheets/2025/kita/somu.yaml": sheet_text(goals=goals)}
        tree = document(make_site(write_content(tmp_path, files)).files["sheets/2025/kita/somu/index.html"])
        goal = only(tree, "//section[@id='goal-1']")
        assert lines_of(only(goal, "h2")) == ["目標1 一つ"]
        assert lines_of(only(goal, "div[@class='objective']")) == ["一つ", "二つ"]

    def test_a_sheet_without_dates_indicators_or_answers_has_no_empty_list(self, tmp_path: Path) -> None:
        bare = "fiscal_year: 2025\ncreated:\ndivision: 北区役所\nunit: 総務課\ngoals:\n"
        bare += "  - number: 1\n    objective: 一つ\n"
        bare += "    indicators:\n    rating:\n    status:\n    next:\nevaluated:\n"
        built = make_site(write_content(tmp_path, {"sheets/2025/kita/somu.yaml": bare}))
        assert built.problems == []
        for path, data in built.files.items():
            if path.endswith(".html"):
                assert found(document(data), "//ul[not(li)]") == [], path
