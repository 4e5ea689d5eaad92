"""The last look at the made site: each fault that a visitor could meet is found and its page named."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.addresses import NOT_FOUND, way_up
from goalsheets.audit import audit_page, dead_links
from goalsheets.building import make_site
from goalsheets.markup import forbidden
from goalsheets.rendering import TEMPLATES
from goalsheets.templating import printed
from tests.samples import SITE, real_frame, real_site, sheet_text, write_content

SITE_FILES = {
    "index.html": '<link href="./assets/site.css"><main id="main"><a href="./wards/kita/#goal-1">北</a></main>',
    "wards/kita/index.html": '<main id="main"><h2 id="goal-1">目標1</h2><a href="../../">ホーム</a></main>',
    "404.html": '<a href="/">ホーム</a>',
    "assets/site.css": "a{}",
}


def audit(files: Mapping[str, bytes], base_path: str) -> list[str]:
    """Return the faults of all pages, and the dead links."""
    findings = {}
    for path, data in files.items():
        if path.endswith(".html"):
            root = base_path if path == NOT_FOUND else way_up(path.removesuffix("index.html"))
            findings[path] = audit_page(path, data, root)
    links = {link for found in findings.values() for link in found.links}
    ids = {path: frozenset(name.decode() for name in found.ids) for path, found in findings.items()}
    return [fault for found in findings.values() for fault in found.faults] + [
        *dead_links(sorted(links), files.keys(), ids)
    ]


def faults(body: str, base_path: str = "/", path: str = "wards/kita/index.html") -> list[str]:
    """Return the faults of a small site in which one page has another body."""
    files = SITE_FILES | {path: f'<main id="main"><h2 id="goal-1">目標1</h2>{body}</main>'}
    return audit({name: text.encode() for name, text in files.items()}, base_path)


class TestCleanSites:
    def test_a_clean_site_has_no_faults(self) -> None:
        assert faults("") == []

    def test_the_site_of_the_city_has_no_faults(self) -> None:
        assert audit(real_site().files, urlsplit(real_frame().site.base_url).path) == []

    @pytest.mark.parametrize(
        "body",
        [
            '<a href="https://example.jp/x">外</a>',
            '<a href="mailto:koho@example.jp">連絡</a>',
            '<a href="#main">本文</a>',
            '<a href="../../wards/kita/#goal-1">目標1</a>',
            '<a href="../../index.html">ホーム</a>',
            '<a href="../../wards/%6bita/">北区</a>',
            '<script src="../../assets/site.css"></script>',
            '<svg><rect x="0" width="10"/></svg>',
            "<p>once = 1; style = 2</p>",
        ],
    )
    def test_what_is_allowed_is_no_fault(self, body: str) -> None:
        assert faults(body) == []


class TestDeadLinks:
    @pytest.mark.parametrize(
        "link",
        ["wards/higashi/", "wards/", "../", "wards/kita/index.htm", "assets/site.js", "#goal-2", "wards/kita/#goal-2"],
    )
    def test_links_into_the_void_are_named(self, link: str) -> None:
        assert faults(f'<a href="../../{link}">言葉</a>') == [f"リンク先「{link}」がありません"]

    @pytest.mark.parametrize("link", ["/nowhere/", "//example.jp/", "../higashi/", "index.htm", "http://example.jp/"])
    def test_links_that_no_template_may_write_are_named(self, link: str) -> None:
        assert faults(f'<a href="{link}">言葉</a>') == [
            f"wards/kita/index.html: リンク「{link}」の書き方が正しくありません"
        ]

    def test_a_place_that_the_page_itself_lacks_is_named(self) -> None:
        assert faults('<a href="#goal-2">言葉</a>') == [
            "wards/kita/index.html: ページの中のリンク先「#goal-2」がありません"
        ]

    def test_a_picture_or_a_script_that_is_not_there_is_named(self) -> None:
        assert faults('<img alt="" src="../../assets/x.svg">') == ["リンク先「assets/x.svg」がありません"]

    def test_a_dead_link_is_named_once(self) -> None:
        assert len(faults('<a href="../../x/">一</a><a href="../../x/">二</a>')) == 1

    def test_characters_written_as_entities_are_read(self) -> None:
        assert faults('<a href="../../a&amp;b/">言葉</a>') == ["リンク先「a&b/」がありません"]

    def test_every_page_is_looked_at(self) -> None:
        assert faults('<a href="/x/">言葉</a>', path="404.html") == ["リンク先「x/」がありません"]

    def test_links_from_the_root_stand_below_the_base_path(self) -> None:
        body = '<a href="/goals/wards/kita/">北区</a>'
        assert faults(body, "/goals/", "404.html") == []
        assert faults('<a href="/wards/kita/">北区</a>', "/goals/", "404.html") == [
            "404.html: リンク「/wards/kita/」の書き方が正しくありません"
        ]

    def test_links_that_were_seen_before_are_passed_over(self) -> None:
        seen: set[bytes] = set()
        page = '<a href="../../x/">言葉</a>'.encode()
        assert audit_page("a/b/index.html", page, "../../", seen).links == {"x/"}
        assert audit_page("a/c/index.html", page, "../../", seen).links == frozenset()

    @pytest.mark.parametrize(
        ("link", "dead"),
        [
            ("", False),
            ("a/", False),
            ("a/#目標", False),
            ("a/#目", True),
            ("b/", True),
            ("a/x.css", False),
            ("a/x.css#x", False),
        ],
    )
    def test_ids_are_texts(self, link: str, dead: bool) -> None:
        files = ["index.html", "a/index.html", "a/x.css"]
        words = [f"リンク先「{link}」がありません"] if dead else []
        assert list(dead_links([link], files, {"a/index.html": frozenset(("目標",))})) == words


class TestIds:
    def test_an_id_that_stands_twice_is_a_fault(self) -> None:
        assert faults('<p id="goal-1">二つめ</p>') == ["wards/kita/index.html: 同じ id が2回あります"]

    def test_the_same_id_on_two_pages_is_none(self) -> None:
        assert faults('<p id="goal-2"></p>', path="index.html") == []


class TestForbidden:
    def test_a_link_without_words_is_found(self) -> None:
        assert faults('<a href="../../"></a>') == ["wards/kita/index.html: 言葉のないリンクがあります"]

    @pytest.mark.parametrize("link", ["javascript:x()", "JavaScript:x()", "data:text/html,x", "vbscript:x"])
    def test_a_dangerous_link_is_found(self, link: str) -> None:
        assert faults(f'<a href="{link}">言葉</a>') == [
            f"wards/kita/index.html: リンク「{link}」の書き方が正しくありません"
        ]

    @pytest.mark.parametrize("value", [{}.items, object(), None, ["x"]], ids=["method", "object", "None", "list"])
    def test_a_value_of_the_program_is_never_printed(self, value: object) -> None:
        with pytest.raises(TypeError, match="not printable"):
            printed(value)

    @pytest.mark.parametrize(
        "text",
        [
            '&lt;b id="x"&gt; と &lt;b id="x"&gt;',
            '&lt;a href="../nowhere/"&gt;',
            '&lt;a href="javascript:x()"&gt;',
        ],
    )
    def test_markup_that_is_shown_as_text_is_no_fault(self, text: str) -> None:
        assert faults(f"<p>{text}</p>") == []

    def test_every_fault_of_every_page_is_told_at_once(self) -> None:
        body = '<p id="goal-1"><a href="../../"></a><a href="#goal-2">言葉</a><a href="../../x/">言葉</a></p>'
        assert faults(body) == [
            "wards/kita/index.html: 同じ id が2回あります",
            "wards/kita/index.html: 言葉のないリンクがあります",
            "wards/kita/index.html: ページの中のリンク先「#goal-2」がありません",
            "リンク先「x/」がありません",
        ]


def test_a_site_under_a_sub_path_has_no_faults(tmp_path_factory: pytest.TempPathFactory) -> None:
    files = {
        "sheets/2025/kita/somu.yaml": sheet_text(),
        "site.yaml": SITE.replace("example.jp/", "example.jp/goals/"),
    }
    built = make_site(write_content(tmp_path_factory.mktemp("content"), files))
    assert built.problems == []
    assert audit(built.files, "/goals/") == []


STYLE, SCRIPT, EVENT = (
    "スタイルが直接書かれています",
    "スクリプトが直接書かれています",
    "イベント属性があります",
)
FORBIDDEN = {
    STYLE: [
        "<style>p{}</style>",
        "<STYLE>p{}</STYLE>",
        '<style media="print">',
        '<p style="color:red">赤</p>',
        '<p class="x" style="color:red">赤</p>',
        '<p class="x"style="color:red">赤</p>',
        '<p Style = "color:red">赤</p>',
        "<p style={{ x }}>赤</p>",
        "<p style = {{ x }}>赤</p>",
        "<svg/style=x>",
        '<p title="a > b" style="color:red">',
        '<p{% if x > 1 %} style="color:red"{% endif %}>',
        '<p {% if x < 1 %}class="x"{% else %}style="color:red"{% endif %}>',
        "<p {% if x %}class=x{% else %}style=x{% endif %}>",
        '<{{ name }} style="x">',
        '<p {# > #}style="x">',
        '<p {#- < -#} title="{{ a > b }}" style="x">',
        "<sty{# #}le>",
        '<p st{{ "" }}yle="x">',
        '{% macro tint(x) %} style="{{ x }}"{% endmacro %}',
        "{% macro tint(x) %} style={{ x }}{% endmacro %}",
        "{% raw %}<style>{% endraw %}",
        "{%- raw -%}{{{%- endraw -%}<style>{{ x }}",
        "{% raw %}{{ <style> }}{% endraw %}",
    ],
    SCRIPT: [
        "<script>x()</script>",
        '<script type="module">x()</script>',
        "<SCRIPT>x()</SCRIPT>",
        '<script data-src="x.js">x()</script>',
        "<script{% if src %} {{ src }}{% endif %}>x()</script>",
        '<script{# src="x.js" #}>x()</script>',
        '<script>x()</script><script src="x.js"></script>',
        '<script type="application/ld+json">{}<b></script>',
        '<script type="application/ld+json" defer>{}</script>',
        '<script type="application/ld+json"{# #}>{}</script>',
        "<script type='application/ld+json'>{}</script>",
        '<script type="application/ld+jsonx">{}</script>',
        '<script type="{{ kind }}">{}</script>',
        '<script type="application/ld+json">{}</script><script>x()</script>',
    ],
    EVENT: [
        '<p onclick="x()">押す</p>',
        "<svg onload=x()></svg>",
        '<p id="a" ONCLICK="x()">押す</p>',
        '<p onClick = "x()">押す</p>',
        '<p{% if x %} onclick="{{ x }}"{% endif %}>押す</p>',
        '<p title="{{ a }}"onclick="x()">',
        '<body{% block more %} onload="x()"{% endblock %}>',
        '{% macro event(x) %}onclick="{{ x }}"{% endmacro %}',
    ],
}
ALLOWED = [
    "",
    "<p>once = 1; style = 2</p>",
    '<p data-style="x" data-once="y">',
    '<script src="{{ root }}{{ address }}" defer></script>',
    '<script defer{% if x %} nonce="y"{% endif %} src="x.js"></script>',
    '<SCRIPT\n  SRC = "x.js"></SCRIPT>',
    '<script type="application/ld+json">{{ dataset | json }}</script>',
    '<script type="application/ld+json">{"name":"\\u003cscript>"}</script>',
    '<link rel="stylesheet" href="{{ root }}site.css">',
    "{# <style> と <p onclick=> は使えません #}<p>",
    "<p>{{ '<style>' }}{% if one == 'onclick=' %}{% endif %}</p>",
    "{% set style = 1 %}<p>{{ style }}</p>",
    '<p class="onward {{ style }}">一つ</p>',
    "&lt;style&gt;",
]


class TestTemplates:
    """The pages have no style, script or event in their markup, because no template writes one."""

    @pytest.mark.parametrize(
        ("words", "source"), [(words, source) for words, sources in FORBIDDEN.items() for source in sources]
    )
    def test_markup_that_no_template_may_write_is_found(self, words: str, source: str) -> None:
        cases = [] if "{" in source else [source.upper(), source.lower(), source.swapcase(), source.title()]
        for text in (source, f"<main>{source}</main>", *cases):
            assert list(forbidden(text)) == [(1, words)]
        assert list(forbidden(f'<p\nid="a">{{# \n\n #}}{{{{ a\n}}}}\n{source}\n')) == [(6, words)]

    @pytest.mark.parametrize("source", ALLOWED)
    def test_what_is_allowed_is_no_fault(self, source: str) -> None:
        assert list(forbidden(source)) == []

    def test_each_line_is_named_in_order(self) -> None:
        source = """<p
  {% if one
     and other %}
  onclick="x()"
  {% endif %}
  style="x">
<script>
</script>
<style>
"""
        assert list(forbidden(source)) == [(4, EVENT), (6, STYLE), (7, SCRIPT), (9, STYLE)]

    @given(
        st.integers(0, 60), st.sampled_from(["{# > #}", "{{ x }}", "{% if x < 1 %}", '{#\n"#}', "{%- set x = '>' %}"])
    )
    def test_a_tag_of_jinja_hides_nothing_wherever_it_stands(self, at: int, tag: str) -> None:
        source = '<main class="a"><p id="b" style="c">d</p></main>'
        split = source[:at] + tag + source[at:]
        line = 2 if "\n" in tag and at <= source.index('="c"') else 1
        assert list(forbidden(split)) == [(line, STYLE)]

    def test_the_templates_write_none(self) -> None:
        sources = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
        assert len(sources) > 10
        assert [(path, *fault) for path, source in sources.items() for fault in forbidden(source)] == []

    def test_the_pages_of_the_city_have_none(self) -> None:
        pages = {path: data.decode() for path, data in real_site().files.items() if path.endswith(".html")}
        assert len(pages) > 100
        assert [(path, *fault) for path, page in pages.items() for fault in forbidden(page)] == []
