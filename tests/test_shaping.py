"""Pages are Markdown in which nothing a clerk types becomes active."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from goalsheets.files import Source
from goalsheets.problems import Problem
from goalsheets.shaping import MAX_FAULTS, read_document, unclean
from goalsheets.text import Document
from tests.conftest import ending
from tests.samples import ROOT, found, only, real_sources

BAD_LINK_HINT = "「https://」で始まるアドレスか、「/about/」のようなサイトの中のアドレスを書いてください。"
TAGS = {
    *("a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"),
    *("pre", "strong", "ul", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}


def source(body: str, title: str = "# 題名") -> Source:
    return Source("pages/sample.md", "content/pages/sample.md", "", f"{title}\n\n{body}")


def read(body: str) -> Document:
    """Return the page of a body that has no faults."""
    document, problems = read_document(source(body))
    assert problems == []
    assert document is not None
    return document


def problems_of(body: str) -> list[Problem]:
    """Return the faults of a body that has some."""
    document, problems = read_document(source(body))
    assert document is None
    assert problems
    return problems


def only_words(body: str) -> str:
    (problem,) = problems_of(body)
    return str(problem)


def parsed(document: Document) -> HtmlElement:
    return lxml.html.fragment_fromstring(document.html, create_parent="section")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def attributes(element: HtmlElement) -> set[str]:
    return {str(name) for item in element.iter() for name in item.attrib}


class TestTitle:
    def test_the_first_line_is_the_title_and_not_in_the_body(self) -> None:
        document = read("本文です。\n")
        assert (document.slug, document.title) == ("sample", "題名")
        assert document.html == "<p>本文です。</p>"

    @pytest.mark.parametrize("title", ["題名", "## 題名", "#題名", "# ", ""])
    def test_a_page_without_a_title_is_refused(self, title: str) -> None:
        document, (problem,) = read_document(source("本文", title))
        assert document is None
        assert str(problem) == (
            "content/pages/sample.md:1:1: 1行目に見出し（# 題名）がありません。\n"
            "  hint: 1行目を「# このサイトについて」のように書いてください。"
        )

    def test_the_title_is_text(self) -> None:
        document, problems = read_document(source("本文", "# <b>*題*</b> & 名"))
        assert problems == []
        assert document is not None
        assert document.title == "<b>*題*</b> & 名"


class TestNames:
    def test_a_heading_can_be_linked_to_by_its_words(self) -> None:
        document = read("## 主な取組（事業）\n\n### **総合**計画 & `道`\n")
        assert document.anchors == (("主な取組（事業）", "主な取組事業"), ("総合計画 & 道", "総合計画道"))
        assert [heading.get("id") for heading in found(parsed(document), "//h2 | //h3")] == [
            "主な取組事業",
            "総合計画道",
        ]

    def test_no_name_is_given_twice_nor_one_that_a_page_has_already(self) -> None:
        document = read("## 目標\n\n## 「目標」\n\n## main\n\n## ！\n")
        assert document.anchors == (("目標", "目標"),)
        assert document.html.count(" id=") == 1


RAW_HTML = {
    "M01 script": "<script>alert(1)</script>",
    "M01 script over lines": "<script>\nalert(1)\n</script>",
    "M02 img": "<img src=x onerror=alert(1)>",
    "M07 autolink": "<javascript:alert(1)>",
    "autolink of an address": "<https://evil.example/>",
    "autolink of a mailbox": "<koho@example.jp>",
    "M09 iframe": '<iframe src="https://evil.example/"></iframe>',
    "M10 meta": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "M11 base": '<base href="https://evil.example/">',
    "M12 style": "<style>body{display:none}</style>",
    "M13 form": '<form action="https://evil.example/"><input name=q></form>',
    "M14 comment": "<!-- 閉じない",
    "M14 closed comment": "<!-- 閉じた -->",
    "M15 close": "</section></main></body>",
    "M16 svg": "<svg/onload=alert(1)>",
    "M17 details": "<details open ontoggle=alert(1)>",
    "M18 mathml": "<math><mtext><table><mglyph><style><!--</style>",
    "M19 plaintext": "<plaintext>",
    "M21 id": '<b id="cookie">太字</b>',
    "M25 textarea": "<textarea>",
    "CDATA": "<![CDATA[ x ]]>",
    "instruction": "<?php echo 1 ?>",
    "doctype": "<!DOCTYPE html>",
    "upper case": "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
}


class TestRawHtml:
    @pytest.mark.parametrize("markup", RAW_HTML.values(), ids=RAW_HTML.keys())
    @pytest.mark.parametrize("before", ["", "文中の ", "- ", "> ", "## "], ids=["block", "inline", "li", "quote", "h2"])
    def test_it_is_shown_as_text(self, markup: str, before: str) -> None:
        page = parsed(read(f"{before}{markup}\n\n後の段落\n"))
        assert {str(element.tag) for element in page.iter()} - {"section"} <= TAGS
        assert attributes(page) <= ({"id"} if before == "## " else set())
        assert squeezed(markup) in squeezed(page.text_content())
        assert only(page, "p[last()]").text_content() == "後の段落"

    def test_attribute_lists_are_text(self) -> None:
        words = "文です。 {: onclick=alert(1) style=color:red #cookie }"
        page = parsed(read(f"{words}\n"))
        assert page.text_content() == words
        assert attributes(page) == set()

    def test_abbreviations_and_footnotes_are_text(self) -> None:
        words = '*[HTML]: x" onmouseover="y'
        note = "[^1]: これは 注 です。"
        page = parsed(read(f"{words}\n\nHTML[^1]\n\n{note}\n"))
        assert [paragraph.text_content() for paragraph in found(page, "p")] == [words, "HTML[^1]", note]
        assert attributes(page) == set()

    def test_written_entities_stay_single_characters(self) -> None:
        assert parsed(read("&lt;b&gt; & &amp; &#60;\n")).text_content() == "<b> & & <"

    def test_an_example_of_a_link_in_html_is_shown_as_written(self) -> None:
        words = '見本は <a href="/about/">説明</a> です。'
        assert parsed(read(f"{words}\n")).text_content() == words

    def test_code_is_shown_as_written(self) -> None:
        page = parsed(read("`<b>`\n\n    <i>x</i>\n"))
        assert [item.text_content() for item in found(page, ".//code")] == ["<b>", "<i>x</i>\n"]


BAD_LINKS = {
    "M03 javascript": "javascript:alert(1)",
    "M03 mixed case": "JaVaScRiPt:alert(1)",
    "M04 entity": "&#106;avascript:alert(1)",
    "M04 hexadecimal entity": "&#x6A;avascript:alert(1)",
    "M05 tab entity": "java&Tab;script:alert(1)",
    "M05 new line entity": "java&NewLine;script:alert(1)",
    "M06 data": "data:text/html,x",
    "M27 vbscript": "vbscript:msgbox",
    "M23 other host": "//evil.example/",
    "M23 other host without dots": "//evil/",
    "backslashes": "/\\evil.example/",
    "http": "http://example.jp/",
    "file": "file:///etc/passwd",
    "M30 Cyrillic": "https://exаmple.jp/",
    "user": "https://example.jp@evil.example/",
    "no host": "https:///about/",
    "relative": "about/",
    "upwards": "/../about/",
    "no slash at the end": "/about",
    "place on the page": "#here",
    "Japanese": "/このサイト/",
}


class TestLinks:
    @pytest.mark.parametrize("address", BAD_LINKS.values(), ids=BAD_LINKS.keys())
    def test_other_addresses_are_refused(self, address: str) -> None:
        assert only_words(f"一行め\n[説明の文]({address})\n") == (
            f"content/pages/sample.md:4:8: 「{address}」はリンクにできません。\n  hint: {BAD_LINK_HINT}"
        )

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ("[説明の文](<javascript:alert(1)>)", "3:9"),
            ("[説明の文]( javascript:alert(1))", "3:9"),
            ("[説明の文](javascript:alert(1) '題')", "3:8"),
            ("[説明の文][b]\n\n[b]: javascript:alert(1)", "5:6"),
            ("[説明の文][]\n\n[説明の文]: javascript:alert(1)", "5:9"),
            ("| 欄 |\n|---|\n| [説明の文](javascript:alert(1)) |", "5:10"),
            ("- 一\n    - [説明の文](javascript:alert(1))", "4:14"),
        ],
        ids=["angled", "space", "title", "reference", "short reference", "table", "nested list"],
    )
    def test_every_way_to_write_a_link_is_checked(self, body: str, place: str) -> None:
        (problem,) = [problem for problem in problems_of(f"{body}\n") if "題名" not in problem.message]
        assert str(problem) == (
            f"content/pages/sample.md:{place}: 「javascript:alert(1)」はリンクにできません。\n  hint: {BAD_LINK_HINT}"
        )

    def test_a_tab_in_an_address_is_refused_at_its_place(self) -> None:
        problem = problems_of("一行め\n[説明の文](java\tscript:alert(1))\n")[0]
        assert (problem.line, problem.column) == (4, 8)
        assert problem.message.endswith("はリンクにできません。")

    def test_long_addresses_are_cut_in_the_message(self) -> None:
        (problem,) = problems_of(f"[説明の文](ftp:{'x' * 100})\n")
        assert problem.message == f"「ftp:{'x' * 36}」はリンクにできません。"

    @pytest.mark.parametrize(
        "address",
        [
            "https://example.jp",
            "https://example.jp/a_b/?q=1&r=(2)#z",
            "https://www.city.example.lg.jp/%E5%8C%97.pdf",
            "mailto:koho@example.jp",
        ],
    )
    def test_good_addresses_stay_as_they_are(self, address: str) -> None:
        document = read(f"[説明の文]({address})\n")
        assert only(parsed(document), ".//a").get("href") == address
        assert document.links == ()

    def test_addresses_of_the_site_become_relative_to_the_page(self) -> None:
        document = read(
            "[用語集](/glossary/)と[北区](/wards/kita/)と[目標2](/sheets/2025/kita/somu/#goal-2)と[初め](/)\n"
        )
        assert [link.get("href") for link in found(parsed(document), ".//a")] == [
            "../glossary/",
            "../wards/kita/",
            "../sheets/2025/kita/somu/#goal-2",
            "../",
        ]
        assert document.links == ("/glossary/", "/wards/kita/", "/sheets/2025/kita/somu/#goal-2", "/")

    def test_a_title_cannot_break_out_of_its_attribute(self) -> None:
        page = parsed(read('[説明の文](/about/ "x\\" onmouseover=\'y\'")\n'))
        assert attributes(page) == {"href", "title"}

    @pytest.mark.parametrize("words", ["こちら", "ここ", "詳細", "詳しくはこちら", "リンク", "もっと見る"])
    def test_words_that_do_not_tell_where_a_link_leads_are_refused(self, words: str) -> None:
        assert only_words(f"一行め\n[**{words}**](/about/)\n") == (
            f"content/pages/sample.md:4:{len(words) + 8}: "
            f"リンクの言葉「{words}」では、リンク先が分かりません。\n"
            "  hint: リンク先が分かる言葉をリンクにしてください。"
        )

    @pytest.mark.parametrize("words", ["", " ", "　"])
    def test_links_without_words_are_refused(self, words: str) -> None:
        (problem,) = problems_of(f"[{words}](/about/)\n")
        assert problem.message == "リンクの言葉「」では、リンク先が分かりません。"

    def test_a_link_without_an_address_is_named_at_its_place(self) -> None:
        (problem,) = problems_of("一行め\n二行め [説明の文]()\n")
        assert problem.message == "「」はリンクにできません。"
        assert problem.line == 4

    def test_the_second_of_two_links_is_named_at_its_own_place(self) -> None:
        (problem,) = problems_of("[このサイトについて](/about/)\n\n[こちら](/about/)\n")
        assert problem.message == "リンクの言葉「こちら」では、リンク先が分かりません。"
        assert problem.line == 5


class TestImages:
    @pytest.mark.parametrize(
        "body",
        ["![図](/a.png)\n", "![](/a.png)\n", "![図][a]\n\n[a]: /a.png\n", "[![図](/a.png)](/about/)\n"],
        ids=["inline", "without words", "reference", "in a link"],
    )
    def test_images_are_refused(self, body: str) -> None:
        images = [problem for problem in problems_of(body) if problem.message == "画像は使えません。"]
        assert [problem.hint for problem in images] == ["画像の行を消し、内容を文で書いてください。"]

    def test_an_image_is_named_at_its_place(self) -> None:
        assert only_words("一行め\n![図](https://evil.example/x.png)\n") == (
            "content/pages/sample.md:4:6: 画像は使えません。\n  hint: 画像の行を消し、内容を文で書いてください。"
        )


class TestHeadings:
    @pytest.mark.parametrize("body", ["# 二つめ\n", "二つめ\n===\n", "#二つめ\n"], ids=["#", "underlined", "no space"])
    def test_a_second_title_is_refused(self, body: str) -> None:
        (problem,) = problems_of(f"一行め\n\n{body}")
        assert problem.line == 5
        assert problem.message == "「# 」の見出しは1行目だけに書けます。"
        assert problem.hint == "「## 」にしてください。"

    def test_a_second_title_with_the_words_of_the_first_is_named_at_its_place(self) -> None:
        (problem,) = problems_of("本文\n\n# 題名\n")
        assert problem.line == 5

    @pytest.mark.parametrize("body", ["> # 引用\n", "- # 項目\n", "1. 一\n\n    # 項目\n"])
    def test_a_title_inside_a_list_or_a_quote_is_refused(self, body: str) -> None:
        (problem,) = problems_of(body)
        assert problem.message == "「# 」の見出しは1行目だけに書けます。"

    def test_a_level_that_is_left_out_is_refused(self) -> None:
        assert only_words("## 一\n\n#### 二\n") == (
            "content/pages/sample.md:5:6: 見出し「二」の段が飛んでいます。\n  hint: 「### 」にしてください。"
        )
        assert only_words("### 一\n") == (
            "content/pages/sample.md:3:5: 見出し「一」の段が飛んでいます。\n  hint: 「## 」にしてください。"
        )

    def test_levels_may_go_up_by_any_number(self) -> None:
        page = parsed(read("## 一\n\n### 二\n\n#### 三\n\n## 四\n"))
        assert [str(item.tag) for item in page] == ["h2", "h3", "h4", "h2"]

    def test_headings_have_no_ids_that_could_meet_those_of_the_page(self) -> None:
        assert attributes(parsed(read("## main\n\n## main\n"))) == set()


TABLE = "| 記号 | 意味 |\n|:----|----:|\n| ○ | 達成 |\n| × |  |\n"


class TestTables:
    def test_a_table_gets_a_caption_and_scopes(self) -> None:
        table = only(parsed(read(f"## 評価の記号\n\n{TABLE}")), ".//table")
        assert only(table, "caption").text_content() == "評価の記号"
        assert [(cell.text_content(), cell.get("scope")) for cell in found(table, ".//th")] == [
            ("記号", "col"),
            ("意味", "col"),
            ("○", "row"),
            ("×", "row"),
        ]
        assert [cell.text_content() for cell in found(table, ".//td")] == ["達成", "該当なし"]
        assert table.index(only(table, "caption")) == 0

    def test_a_wide_table_scrolls_by_itself_and_says_what_it_is(self) -> None:
        region = only(parsed(read(f"## 評価の記号\n\n{TABLE}")), "div")
        assert dict(region.attrib) == {
            "class": "scroll",
            "role": "group",
            "aria-label": "評価の記号",
            "tabindex": "0",
        }

    def test_alignment_leaves_no_style_attribute(self) -> None:
        assert "style" not in attributes(parsed(read(f"## 評価の記号\n\n{TABLE}")))

    def test_the_nearest_heading_above_is_the_caption(self) -> None:
        page = parsed(read(f"## 一\n\n{TABLE}\n### 二\n\n{TABLE}"))
        assert [item.text_content() for item in found(page, ".//caption")] == ["一", "二"]

    def test_a_table_before_the_first_heading_has_a_caption_too(self) -> None:
        page = parsed(read(TABLE))
        assert only(page, ".//caption").text_content().strip()
        assert only(page, "div").get("aria-label")

    @pytest.mark.parametrize("indent", ["> ", "    "], ids=["quote", "list"])
    def test_a_table_inside_a_quote_or_a_list_has_a_caption_too(self, indent: str) -> None:
        inside = "".join(f"{indent}{line}\n" for line in TABLE.splitlines())
        body = f"## 評価の記号\n\n{'- 項目' if indent.isspace() else ''}\n\n{inside}"
        table = only(parsed(read(body)), ".//table")
        assert only(table, "caption").text_content() == "評価の記号"
        assert [cell for cell in found(table, ".//th") if not cell.get("scope")] == []


TOO_DEEP = "リストや引用の重なりが深すぎます（6段まで）。"
TOO_LONG = "空の行のない文章が長すぎます（2,000文字まで）。"
TOO_LONG_A_PAGE = "ページが長すぎます（50,000文字まで）。"
BOMBS = {
    "R11 quotes": (">" * 2000, TOO_DEEP),
    "quotes with spaces": ("> " * 900, TOO_DEEP),
    "R12 nested lists": ("".join(f"{'    ' * depth}- x\n" for depth in range(300)), TOO_DEEP),
    "lists in a line": ("- " * 498, TOO_DEEP),
    "R13 emphasis": ("*a_ " * 20_000, TOO_LONG_A_PAGE),
    "R14 brackets": ("[" * 20_000, TOO_LONG),
    "R15 backticks": ("".join("`" * run + " " for run in range(400)), TOO_LONG_A_PAGE),
    "R16 comments": ("<!--" * 20_000, TOO_LONG_A_PAGE),
    "R17 images": ("![a](<" * 10_000, TOO_LONG_A_PAGE),
    "links": ("[a](b" * 4_000, TOO_LONG),
}


class TestBombs:
    @pytest.mark.parametrize(("body", "message"), BOMBS.values(), ids=BOMBS.keys())
    def test_deep_and_long_text_is_refused_at_once(self, body: str, message: str) -> None:
        with ending():
            problems = problems_of(f"{body}\n")
        assert message in [problem.message for problem in problems]

    def test_the_words_for_too_deep_and_too_long(self) -> None:
        assert only_words(f"前の段落\n\n{'>' * 7} x\n") == (
            f"content/pages/sample.md:5:1: {TOO_DEEP}\n  hint: 重なりを減らしてください。"
        )
        assert only_words(f"前の段落\n\n{'あ' * 2001}\n") == (
            f"content/pages/sample.md:5:1: {TOO_LONG}\n  hint: 空の行を入れて段落に分けてください。"
        )
        assert only_words("あ\n\n" * 20_000) == (
            f"content/pages/sample.md:1:1: {TOO_LONG_A_PAGE}\n  hint: 文章を分けて短くしてください。"
        )

    def test_what_is_just_within_the_bounds_is_read(self) -> None:
        assert read(f"{'あ' * 2000}\n").html == f"<p>{'あ' * 2000}</p>"
        nested = "".join(f"{'    ' * depth}- 段{depth}\n" for depth in range(6))
        assert len(found(parsed(read(nested)), ".//li")) == 6

    @pytest.mark.parametrize("body", ["1. " * 600, "- 1. " * 380, "> 1. " * 380], ids=["numbers", "mixed", "in quotes"])
    def test_numbered_lists_are_no_way_around_the_depth(self, body: str) -> None:
        assert TOO_DEEP in [problem.message for problem in problems_of(f"{body}x\n")]

    def test_a_bar_at_the_start_is_no_way_around_the_length(self) -> None:
        with ending():
            problems = problems_of(f"|{'[' * 2_500}\n")
        assert [problem.message for problem in problems] == [TOO_LONG]

    def test_brackets_just_within_the_length_cost_no_time(self) -> None:
        with ending():
            read_document(source(f"{'[' * 1_999}\n"))

    def test_a_long_table_is_no_long_block(self) -> None:
        rows = "".join(f"| 言葉{number} | その言葉の意味を短く書いたものです |\n" for number in range(200))
        table = read(f"## 用語\n\n| 言葉 | 意味 |\n|---|---|\n{rows}")
        assert len(found(parsed(table), ".//tbody/tr")) == 200


UNCLEAN = {
    "script": "<script>x()</script>",
    "event": '<p onclick="x()">押す</p>',
    "style": '<p style="color: red">赤</p>',
    "style element": "<style>p{}</style>",
    "address": '<a href="javascript:x()">押す</a>',
    "plain address": '<a href="http://example.jp/">押す</a>',
    "frame": '<iframe src="https://example.jp/"></iframe>',
    "image": '<img src="/x.png">',
    "form": "<form><input></form>",
    "drawing": "<svg><script>x()</script></svg>",
    "id": '<h2 id="main">題</h2>',
    "other class": '<div class="skip">x</div>',
    "other role": '<div role="alert">x</div>',
    "comment": "<p>文</p><!-- x -->",
    "never closed": "<p><strong>文</p>",
    "closed twice": "<p>文</p></section>",
    "link in a link": '<a href="/a/">一<a href="/b/">二</a></a>',
    "swallowed": "<textarea>文",
}
CLEAN = {
    "serialised otherwise": "<p>一<br>二 &quot;三&quot; &#x56DB; &nbsp;</p>",
    "attributes in any order": '<a title="題" href="https://example.jp/?a=1&amp;b=2">文</a>'
    '<a href="../about/" title="題">文</a>',
    "table": '<div tabindex="0" class="scroll" role="group" aria-label="題">'
    '<div><table><caption>題</caption><tbody><tr><th scope="row">一</th></tr></tbody></table></div></div>',
    "text only": "文 &lt;script&gt; と &amp;lt; です",
}


class TestSecondLook:
    @pytest.mark.parametrize("html", UNCLEAN.values(), ids=UNCLEAN.keys())
    def test_html_that_no_page_may_have_is_refused(self, html: str) -> None:
        (problem,) = unclean(source("はじめ\n"), f"<p>はじめ</p>\n{html}\n<p>おわり</p>")
        assert problem.message == "この書き方からは、安全と確かめられる HTML ができません。"
        assert problem.hint == "近くの記号（「<」「[」「&」など）を減らし、ふつうの文に直してください。"
        assert problem.level == "error"

    @pytest.mark.parametrize("html", CLEAN.values(), ids=CLEAN.keys())
    def test_the_same_html_written_otherwise_is_the_same(self, html: str) -> None:
        assert list(unclean(source("文\n"), html)) == []

    def test_the_place_is_where_the_difference_begins(self) -> None:
        html = "<p>一つめ</p><p onclick='x'>二つめ</p><p>三つめ</p>"
        (problem,) = unclean(source("一つめ\n\n二つめ\n\n三つめ\n"), html)
        assert (problem.path, problem.line, problem.column) == ("content/pages/sample.md", 5, 1)

    def test_what_has_no_words_is_named_at_the_start(self) -> None:
        (problem,) = unclean(source("文\n"), "<p>文</p><script></script>")
        assert (problem.line, problem.column) == (1, 1)

    def test_a_page_of_faults_costs_no_time(self) -> None:
        with ending():
            problems = problems_of("題\n=\n\n" * 9_000)
        assert len(problems) == MAX_FAULTS

    def test_neither_program_is_loaded_where_there_are_no_pages(self) -> None:
        program = "import sys, goalsheets.making; sys.exit(bool({'markdown', 'nh3'} & sys.modules.keys()))"
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


NASTY = [
    *("# ", "## ", "### ", "- ", "1. ", "7) ", "> ", "    ", "\t", "  \n", "\n", "\n\n", "\n===\n", "\n---\n", "|"),
    *("| a | b |\n|---|---|\n| c | d |\n", "|:--|", "*", "**", "***", "_", "__", "`", "``", "```", "~~~", "^"),
    *(
        "[",
        "]",
        "(",
        ")",
        "](",
        "![",
        "<",
        ">",
        "&",
        ";",
        '"',
        "'",
        "\\",
        "=",
        "{",
        "}",
        "//",
        "%00",
        "\0",
        "\x02",
        "\x03",
    ),
    *("<script>", "</script>", "<!--", "-->", "<![CDATA[", "<?", "<b>", "</p>", "<br/>", "<img src=x onerror=x>"),
    *("javascript:", "data:", "vbscript:", "&#106;", "&Tab;", "&nbsp;", "&lt;", "mailto:koho@example.jp"),
    *("/about/", "https://example.jp/", '[説明](/about/ "題")', "[説明](https://example.jp/)", "[説明][a]", "[a]: "),
    *(
        "![図](",
        "<https://example.jp/>",
        "[^1]",
        "[^1]: ",
        "{: x=y}",
        "*[HTML]: ",
        "klzzwxh:0000",
        "wzxhzdk:0",
        "\x02amp\x03",
    ),
    *("説明", "こちら", "onclick=x", "\u00a0", "\u3000", "\u202e", "\ufeff", "か\u3099", "😀", "\ufdd0"),
]
MARKDOWN = st.lists(st.one_of(st.sampled_from(NASTY), st.sampled_from(NASTY), st.text(max_size=4)), max_size=40).map(
    "".join
)


def assert_inert(body: str) -> None:
    """Demand that a text is refused, or becomes a page in which nothing is active."""
    document, problems = read_document(source(body))
    assert (document is None) == bool(problems)
    if document is None:
        return
    page = parsed(document)
    assert {str(element.tag) for element in page.iter()} - {"section"} <= TAGS
    assert attributes(page) <= {"href", "title", "class", "role", "aria-label", "tabindex", "scope", "start", "id"}
    names = [str(name) for name in page.xpath("//@id")]
    assert names == [anchor for _, anchor in document.anchors]
    assert all(re.fullmatch(r"\w+", name) and name != "main" for name in names)
    links = [str(link.get("href")) for link in found(page, ".//a")]
    assert [link for link in links if not re.match(r"https://example\.jp/|\.\./(?!/)|mailto:koho@", link)] == []


@settings(max_examples=300, derandomize=True)
@given(MARKDOWN)
def test_no_markdown_makes_the_page_active_or_the_reader_fail(body: str) -> None:
    with ending():
        assert_inert(body)


@pytest.mark.soak
@settings(max_examples=20_000)
@given(MARKDOWN)
def test_nor_does_any_of_very_many_and_each_is_read_at_once(body: str) -> None:
    assert_inert(body)
    assert min(seconds_to_read(body) for _ in range(3)) < 0.1


def seconds_to_read(body: str) -> float:
    """Return how long this process computes to read a text."""
    start = time.process_time()
    read_document(source(body))
    return time.process_time() - start


@pytest.mark.parametrize("path", ["about", "accessibility", "glossary", "how-to-read"])
def test_the_pages_of_the_site_are_read_without_problems(path: str) -> None:
    document, problems = read_document(real_sources()[f"pages/{path}.md"])
    assert problems == []
    assert document is not None
    assert document.slug == path
    assert {str(element.tag) for element in parsed(document).iter()} - {"section"} <= TAGS
