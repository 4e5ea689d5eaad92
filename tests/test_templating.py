"""Templates are strict, escape all they print once, keep what recurs, and name the place of every fault."""

from __future__ import annotations

import html
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from goalsheets.compiling import RECURRING, Compiler
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.templating import TemplateFaultError, Templates, as_json, plain, printed

HOSTILE = """<b a='1' b="2">&amp; & {{ 7 * 7 }}</b>"""
ESCAPED = "&lt;b a=&#39;1&#39; b=&#34;2&#34;&gt;&amp;amp; &amp; {{ 7 * 7 }}&lt;/b&gt;"


class Page:
    """Make templates in a folder, and render the first of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, text: str, parts: dict[str, str] | None = None, **values: Any) -> str:
        return self.templates(text, parts).page("page.html", values)

    def templates(self, text: str, parts: dict[str, str] | None = None, **names: Any) -> Templates:
        """Write the templates; `names` are known to all of them."""
        for name, part in {**(parts or {}), "page.html": text}.items():
            (self.folder / name).write_text(part, encoding="utf-8")
        return Templates(Compiler(self.folder, names).written, names)

    def fault(self, text: str, parts: dict[str, str] | None = None, **values: Any) -> str:
        """Return what is said of a page that cannot be made."""
        with pytest.raises(TemplateFaultError) as caught:
            self(text, parts, **values)
        return str(caught.value)


def told(line: int, words: str, template: str = "page.html") -> str:
    return f"テンプレート {template} の{line}行目に誤りがあります: {words}"


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


NO_ATTRIBUTE = "'types.SimpleNamespace' object has no attribute 'nxet'"


class TestAttributes:
    def test_an_attribute_is_read_directly(self, page: Page) -> None:
        goal = SimpleNamespace(next="継続", row=SimpleNamespace(name="訓練"))
        assert page("{{ goal.next }}、{{ goal.row.name }}", goal=goal) == "継続、訓練"

    def test_a_key_is_no_attribute(self, page: Page) -> None:
        assert page.fault("{{ goal.next }}", goal={"next": "継続"}) == told(1, "'dict' object has no attribute 'next'")

    def test_an_attribute_is_no_key(self, page: Page) -> None:
        assert page.fault("{{ goal['next'] }}", goal=SimpleNamespace(next="継続")) == told(
            1, "'types.SimpleNamespace' object is not subscriptable"
        )

    def test_keys_and_indexes_are_read_in_brackets(self, page: Page) -> None:
        assert page("{{ found['a'] }}{{ listed[1] }}", found={"a": "x"}, listed=["y", "z"]) == "xz"

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{{ goal.nxet }}", NO_ATTRIBUTE),
            ("{% if goal.nxet %}{% endif %}", NO_ATTRIBUTE),
            ("{% if goal.next and goal.nxet %}{% endif %}", NO_ATTRIBUTE),
            ("{% for item in goal.nxet %}{% endfor %}", NO_ATTRIBUTE),
            ("{% set item = goal.nxet %}", NO_ATTRIBUTE),
            ("{{ gaol }}", "'gaol' is not known on this page"),
            ("{% if gaol %}{% endif %}", "'gaol' is not known on this page"),
            ("{% if not gaol %}{% endif %}", "'gaol' is not known on this page"),
            ("{{ gaol.next }}", "'gaol' is not known on this page"),
            ("{{ gaol | length }}", "'gaol' is not known on this page"),
            ("{{ gaol | markup }}", "'gaol' is not known on this page"),
            ("{{ gaol ~ 'a' }}", "'gaol' is not known on this page"),
            ("{{ printed }}{{ escaped }}{{ pieces }}{{ values }}", "'printed' is not known on this page"),
            ("{{ found['b'] }}", "'b'"),
            ("{{ goal.next.upper().nxet }}", "'str' object has no attribute 'nxet'"),
        ],
    )
    def test_a_name_that_does_not_exist_is_an_error(self, page: Page, text: str, words: str) -> None:
        assert page.fault(text, goal=SimpleNamespace(next="a"), found={"a": "b"}) == told(1, words)

    def test_a_name_that_all_templates_know_is_read_in_each(self, page: Page) -> None:
        text = "{% from 'parts.html' import city %}{{ site }}{{ city('市') }}{{ f(site) }}"
        part = "{% macro city(a) %}{{ site }}{{ a }}{% endmacro %}"
        made = page.templates(text, {"parts.html": part}, site="<新潟>", f=len)
        assert made.page("page.html", {}) == "&lt;新潟&gt;&lt;新潟&gt;市4"

    def test_a_macro_knows_its_own_values_and_those_that_all_know(self, page: Page) -> None:
        text = "{% macro one(a) %}\n{{ b }}{% endmacro %}{{ one('x') }}"
        assert page.fault(text, b="y") == told(2, "'b' is not known in this macro")


class TestExpressions:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("{{ n + 1 }}{{ n - 1 }}{{ -n }}{{ n - 1 - 1 }}", "42-31"),
            ("{{ 'a' if n == 3 else 'b' }}{{ 'a' if n != 3 else 'b' }}{{ 'a' if n > 9 }}", "ab"),
            ("{% if n > 2 and n < 4 and n >= 3 and n <= 3 %}a{% endif %}", "a"),
            ("{% if 1 < n < 3 or not n %}a{% else %}b{% endif %}", "b"),
            ("{% if not (n == 1 or n == 2) %}a{% endif %}", "a"),
            ("{% if 'a' in words and 'c' not in words %}a{% endif %}", "a"),
            ("{% if empty is none and n is not none %}a{% endif %}", "a"),
            ("{% if n == 1 %}a{% elif n == 3 %}b{% elif words %}c{% else %}d{% endif %}", "b"),
            ("{{ words | length }}{{ (words | length) + 1 }}", "23"),
            ("{{ words[0] }}{{ words[-1] }}{{ words[n - 2] }}{{ 'ab'.upper() }}", "abbAB"),
            ("{% if (n, 'a') == pair %}a{% endif %}", "a"),
            ("{{ true }}{{ 12 }}{{ 'a' ~ n ~ 'b' }}", "True12a3b"),
        ],
    )
    def test_each_means_what_it_means_in_jinja(self, page: Page, text: str, shown: str) -> None:
        assert page(text, n=3, words=("a", "b"), empty=None, pair=(3, "a")) == shown

    def test_only_what_is_asked_for_is_worked_out(self, page: Page) -> None:
        assert (
            page("{{ 'a' if b.known is none else b.c.d }}{{ f and f.x }}", b=SimpleNamespace(known=None), f=0) == "a0"
        )


class TestLoops:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("{% for a in all %}{{ a }}{% if not loop.last %}、{% endif %}{% endfor %}", "x、y、z"),
            ("{% for a in all %}{{ '(' if loop.first else ',' }}{{ a }}{% endfor %}", "(x,y,z"),
            ("{% for a in all %}{{ loop.index }}{{ a }}{% endfor %}", "1x2y3z"),
            ("{% for a, b in pairs %}{{ b }}{{ a }}{% endfor %}", "1x2y"),
            ("{% for a, (b, c) in nested %}{{ a }}{{ b }}{{ c }}{% endfor %}", "123"),
            ("{% for a in all %}{{ a }}{% else %}none{% endfor %}", "xyz"),
            ("{% for a in empty %}{{ a }}{% else %}none{% endfor %}", "none"),
            (
                "{% for a in all %}{% for b in pairs %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}",
                "121;122;123;",
            ),
            ("{% for a in all %}{% for b in empty %}{% else %}{{ loop.index }}{% endfor %}{% endfor %}", "123"),
            ("{% for key in found %}{{ key }}{{ found[key] }}{% endfor %}", "a1b2"),
        ],
    )
    def test_the_place_in_a_loop_is_known(self, page: Page, text: str, shown: str) -> None:
        values: dict[str, Any] = {
            "all": ("x", "y", "z"),
            "pairs": [("x", 1), ("y", 2)],
            "empty": (),
            "found": {"a": 1, "b": 2},
        }
        assert page(text, **values, nested=[(1, (2, 3))]) == shown

    def test_what_a_loop_names_ends_with_it(self, page: Page) -> None:
        text = "{{ a }}{% for a in all %}{{ a }}{% for a in all %}{{ a }}{% endfor %}{{ a }}{% endfor %}{{ a }}"
        assert page(text, a="-", all="xy") == "-xxyxyxyy-"
        assert page.fault("{% for a in all %}{% endfor %}\n{{ a }}", all="xy") == told(
            2, "'a' is not known on this page"
        )
        assert page.fault("{% for a in all %}{% endfor %}\n{{ loop.last }}", all="xy") == told(
            2, "'loop' is not known on this page"
        )

    def test_a_loop_in_a_macro_hides_only_what_it_names(self, page: Page) -> None:
        text = (
            "{% macro one(a, b) %}{% for a in b %}{{ a }}{% endfor %}{{ a }}{{ b }}{% endmacro %}{{ one('<', 'xy') }}"
        )
        assert page(text) == "xy&lt;xy"

    def test_more_or_fewer_values_than_names_are_an_error(self, page: Page) -> None:
        text = "\n{% for a, b in all %}\n{{ a }}{% endfor %}"
        assert page.fault(text, all=["x"]) == told(2, "not enough values to unpack (expected 2, got 1)")


class TestSetting:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("{% set a = 1 %}{{ a }}{% set a = a + 1 %}{{ a }}", "12"),
            ("{% set a, b = pair %}{{ b }}{{ a }}", "yx"),
            ("{% set a = 1 %}{% for b in pair %}{{ a }}{% set a = b %}{{ a }}{% endfor %}{{ a }}", "1x1y1"),
            ("{% for b in pair %}{% for c in pair %}{% endfor %}{% set c = b %}{{ c }}{% endfor %}", "xy"),
            ("{% if pair %}{% for b in pair %}{% set c = b %}{{ c }}{% endfor %}{% endif %}", "xy"),
            ("{% macro m(a) %}{% set b = a ~ '!' %}{{ b }}{% endmacro %}{{ m('<') }}{% set b = 2 %}{{ b }}", "&lt;!2"),
        ],
    )
    def test_a_name_has_its_value_from_there_to_the_end_of_its_loop(self, page: Page, text: str, shown: str) -> None:
        assert page(text, pair=("x", "y")) == shown

    @pytest.mark.parametrize(
        "text",
        [
            "{% if n %}\n{% set a = 1 %}{% endif %}",
            "{% if n %}{% else %}\n{% set a = 1 %}{% endif %}",
            "{% if n %}{% elif n %}\n{% set a = 1 %}{% endif %}",
            "{% for b in n %}{% if b %}\n{% set a = b %}{% endif %}{{ a }}{% endfor %}",
            "{% for b in n %}{% else %}\n{% set a = 1 %}{% endfor %}",
        ],
    )
    def test_it_never_depends_on_the_way_to_it(self, page: Page, text: str) -> None:
        assert page.fault(text, n=()) == told(2, "a name cannot be set in a branch")

    def test_only_names_are_set(self, page: Page) -> None:
        assert page.fault("{% set a.b = 1 %}", a=SimpleNamespace()) == told(1, "only a name can be set")


LAYOUT = """\
<title>{% block title %}{{ city }}{% endblock %}</title>
<main>{% block main %}{% endblock %}</main>
<p>{{ city }}{{ f() }}</p>
"""


class TestExtending:
    def test_a_block_takes_the_place_of_the_one_it_is_named_for(self, page: Page) -> None:
        text = "{% extends 'layout.html' %}\n{% block main %}<h1>{{ words }}</h1>{% endblock %}"
        shown = page(text, {"layout.html": LAYOUT}, city="<市>", words="&", f=lambda: "!")
        assert shown == "<title>&lt;市&gt;</title>\n<main><h1>&amp;</h1></main>\n<p>&lt;市&gt;!</p>"

    def test_the_layout_alone_is_a_page_too(self, page: Page) -> None:
        assert page(LAYOUT, city="市", f=lambda: "") == "<title>市</title>\n<main></main>\n<p>市</p>"

    def test_pages_of_one_layout_do_not_meet(self, page: Page) -> None:
        other = "{% extends 'layout.html' %}{% block title %}other{% endblock %}"
        made = page.templates("{% extends 'layout.html' %}", {"layout.html": LAYOUT, "other.html": other}, f=str)
        titles = [made.page(name, {"city": "市"}).split("\n")[0] for name in ("page.html", "other.html", "page.html")]
        assert titles == ["<title>市</title>", "<title>other</title>", "<title>市</title>"]

    def test_a_layout_may_extend_another_and_blocks_may_hold_blocks(self, page: Page) -> None:
        parts = {
            "layout.html": LAYOUT,
            "middle.html": "{% extends 'layout.html' %}"
            "{% block main %}[{% block inner %}-{% endblock %}]{% endblock %}",
        }
        text = "{% extends 'middle.html' %}{% block inner %}{{ words }}{% endblock %}"
        values = {"city": "市", "words": "<", "f": lambda: ""}
        assert page(text, parts, **values).split("\n")[1] == "<main>[&lt;]</main>"
        assert page("{% extends 'middle.html' %}", parts, **values).split("\n")[1] == "<main>[-]</main>"

    def test_macros_are_known_in_blocks(self, page: Page) -> None:
        text = (
            "{% extends 'layout.html' %}{% from 'parts.html' import one %}{% macro own(a) %}{{ one(a) }}{% endmacro %}"
            "{% block main %}{{ one('<') }}{{ own('&') }}{% endblock %}"
        )
        shown = page(text, {"layout.html": LAYOUT, "parts.html": MACROS}, city="市", f=lambda: "")
        assert shown.split("\n")[1] == "<main><i>&lt;</i><i>&amp;</i></main>"

    def test_blanks_around_statements_leave_no_lines(self, page: Page) -> None:
        assert page("a\n  {% if x %}\nb\n  {% endif %}\n{{ x }}\n\nc\n", x=1) == "a\nb\n1\n\nc"


MACROS = "{% macro one(a) %}<i>{{ a }}</i>{% endmacro %}{% macro two(a, b) %}{{ one(a) }}<u>{{ b }}</u>{% endmacro %}"


class TestMacros:
    def test_it_is_called_with_its_values_in_order(self, page: Page) -> None:
        assert page(MACROS + "{{ two('x', 1) }}") == "<i>x</i><u>1</u>"

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            ("two('x')", "macro_two() missing 1 required positional argument: 'value_b_0'"),
            ("two()", "macro_two() missing 2 required positional arguments: 'value_a_0' and 'value_b_0'"),
            ("one('x', 'y')", "macro_one() takes 2 positional arguments but 3 were given"),
        ],
    )
    def test_a_missing_or_a_further_value_is_an_error(self, page: Page, call: str, words: str) -> None:
        assert page.fault(f"{MACROS}\n{{{{ {call} }}}}") == told(2, words)

    def test_an_imported_one_is_called_alike(self, page: Page) -> None:
        text = "{% from 'parts.html' import two %}{{ two(a, a) }}"
        assert page(text, {"parts.html": MACROS}, a="<") == "<i>&lt;</i><u>&lt;</u>"
        assert page.fault("{% from 'parts.html' import two %}{{ two('x') }}", {"parts.html": MACROS}) == told(
            1, "macro_two() missing 1 required positional argument: 'value_b_0'"
        )

    def test_one_that_is_not_there_is_an_error(self, page: Page) -> None:
        text = "\n{% from 'parts.html' import one, three %}{{ three('x') }}"
        assert page.fault(text, {"parts.html": MACROS}) == told(2, "parts.html has no macro 'three'")

    def test_one_that_was_not_imported_is_an_error(self, page: Page) -> None:
        text = "{% from 'parts.html' import two %}\n{{ one('x') }}"
        assert page.fault(text, {"parts.html": MACROS}) == told(2, "'one' is not known on this page")

    def test_one_may_call_one_that_stands_below_and_itself(self, page: Page) -> None:
        text = (
            "{% macro first(a) %}{{ second(a) }}{% endmacro %}"
            "{% macro second(a) %}{{ a[0] }}{% if a | length > 1 %}{{ second(a[1]) }}{% endif %}{% endmacro %}"
        )
        assert page(text + "{{ first(a) }}", a=("<", ("b", ("c",)))) == "&lt;bc"

    @pytest.mark.parametrize(
        "text",
        [
            *("{% if one('x') %}{% endif %}", "{% set a = one('x') %}", "{{ one('x') if true }}"),
            *("{{ two(one('x'), 'y') }}", "{{ f(one('x')) }}", "{{ one('x') ~ 'y' }}"),
            *("{{ one('x') | length }}", "{{ one('x') | markup }}"),
        ],
    )
    def test_what_it_writes_is_no_value(self, page: Page, text: str) -> None:
        assert page.fault(f"{MACROS}\n{text}", f=len) == told(2, "a macro can only be printed")

    def test_it_is_no_value_itself(self, page: Page) -> None:
        assert page.fault(MACROS + "\n{{ f(one) }}", f=len) == told(2, "'one' is not known on this page")

    @pytest.mark.parametrize("call", ["one(a='x')", "one(*a)", "one(**a)", "f(a='x')", "f(*a)", "a.b(c=1)"])
    def test_values_have_no_names(self, page: Page, call: str) -> None:
        assert page.fault(f"{MACROS}\n{{{{ {call} }}}}", a="x", f=len) == told(
            2, "values are given in their order, without names"
        )

    def test_one_can_be_called_without_a_page(self, page: Page) -> None:
        two = page.templates("", {"parts.html": MACROS}).macro("parts.html", "two")
        assert (two("<", 1), two("&", "b")) == ("<i>&lt;</i><u>1</u>", "<i>&amp;</i><u>b</u>")

    def test_an_error_in_one_that_was_called_without_a_page_is_named_too(self, page: Page) -> None:
        part = "{% macro one(a) %}\n<i>\n{{ a.b }}</i>{% endmacro %}"
        one = page.templates("", {"parts.html": part}).macro("parts.html", "one")
        with pytest.raises(TemplateFaultError) as caught:
            one("x")
        assert str(caught.value) == told(3, "'str' object has no attribute 'b'", "parts.html")


class TestEscaping:
    def test_what_is_printed_is_escaped_once(self, page: Page) -> None:
        text = '<p title="{{ a }}">{{ a }}</p>{% for b in (a,) %}{{ b }}{% endfor %}{% if a %}{{ a }}{% endif %}'
        assert page(text, a=HOSTILE) == f'<p title="{ESCAPED}">{ESCAPED}</p>{ESCAPED}{ESCAPED}'

    def test_what_goes_through_nested_macros_is_escaped_once(self, page: Page) -> None:
        nested = (
            "{% from 'parts.html' import two %}"
            "{% macro three(a) %}<b>{{ two(a, a) }}</b>{% endmacro %}"
            "{% macro four(a) %}{{ three(a) }}{{ a }}{% endmacro %}{{ four(a) }}"
        )
        inner = f"<i>{ESCAPED}</i><u>{ESCAPED}</u>"
        assert page(nested, {"parts.html": MACROS}, a=HOSTILE) == f"<b>{inner}</b>{ESCAPED}"

    def test_what_an_expression_joins_is_escaped(self, page: Page) -> None:
        assert page("{{ a ~ '<' }}{{ a if a else '' }}{{ f(a) }}", a="&", f=lambda a: f"<{a}") == (
            "&amp;&lt;&amp;&lt;&amp;"
        )
        assert page("{{ raw ~ a }}{{ '<' if a }}{{ a + '<' }}", a="&", raw=Markup("<b>")) == (
            "&lt;b&gt;&amp;&lt;&amp;&lt;"
        )

    def test_a_text_that_stands_in_the_template_is_not_code(self, page: Page) -> None:
        assert page("{{ '<' }}{{ a }}", a="{% if %}{{ a }}") == "&lt;{% if %}{{ a }}"

    def test_what_stands_in_a_template_is_no_code(self, page: Page) -> None:
        odd = "{0}'+x+\\n\"\\\\{a}\\'''%s%(a)s\n"
        text = odd + "{{ a | breaks }}" + odd + r"{{ '{0}\\' ~ a }}{{ found['{a}'] }}"
        assert page(text, a="{", found={"{a}": "}"}) == odd + "{" + odd + "{0}\\{}"

    def test_a_macro_of_the_same_name_as_a_value_hides_no_value(self, page: Page) -> None:
        text = MACROS + "{% for one in (a,) %}{{ one }}{% endfor %}"
        assert page(text, a="<") == "&lt;"

    def test_only_what_is_called_markup_is_not_escaped(self, page: Page) -> None:
        assert page("{{ a | markup }}{{ a }}", a="<p>") == "<p>&lt;p&gt;"
        assert page("{{ a | markup if a else a }}{{ b if not a else b }}", a="<p>", b="<") == "<p>&lt;"

    @given(st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
    def test_json_ends_no_element_and_is_read_back(self, value: object) -> None:
        text = as_json(value)
        assert set("<>&").isdisjoint(text)
        assert json.loads(text) == value

    def test_json_is_printed_as_it_is(self, page: Page) -> None:
        assert page("{{ a | json }}", a={"題": '"</script>"'}) == '{"題":"\\"\\u003c/script\\u003e\\""}'

    def test_breaks_are_put_in_behind_the_escaping(self, page: Page) -> None:
        assert page("{{ a | breaks }}", a="一\n<br>\n\n&三") == "一<br>&lt;br&gt;<br><br>&amp;三"

    @given(st.text(alphabet="<>&\"'{}%#a;\n一", max_size=12))
    def test_any_text_comes_out_as_it_went_in(self, text: str) -> None:
        assert printed(text) == str(escape(text))
        assert html.unescape(printed(text)) == text
        assert not set(printed(text)) & set("<>\"'")


class Wrong:
    def __str__(self) -> str:
        return "<object>"

    def __html__(self) -> str:
        return "<object>"


class TestPrinting:
    @pytest.mark.parametrize(
        "value", [None, Wrong(), Wrong, 1.5, b"a", [], {}, (), {"a"}, object(), len], ids=lambda value: repr(value)[:20]
    )
    def test_what_is_not_text_is_refused(self, page: Page, value: Any) -> None:
        for text in ("{{ a }}", "x{{ a }}", "{{ a if true else '' }}", "{{ 'x' ~ a }}"):
            assert page.fault(text, a=value) == told(1, f"not printable: {value!r}")
        for function in (printed, plain):
            with pytest.raises(TypeError) as caught:
                function(value)
            assert str(caught.value) == f"not printable: {value!r}"

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("", ""),
            ("北区", "北区"),
            (HOSTILE, ESCAPED),
            (Markup("<br>"), "<br>"),
            (0, "0"),
            (-12, "-12"),
            (date(2025, 4, 1), "2025-04-01"),
        ],
    )
    def test_texts_numbers_and_dates_are_printed(self, page: Page, value: Any, shown: str) -> None:
        assert printed(value) == shown
        assert page("{{ a }}", a=value) == shown

    def test_a_policy_code_is_printed_as_on_the_sheet(self) -> None:
        code = parse_code("政策13-1-②")
        assert isinstance(code, PolicyCode)
        assert printed(code) == plain(code) == "政策13-1-②"

    def test_a_policy_code_is_escaped(self, page: Page) -> None:
        """Its prefix is a text of policies.yaml."""
        code = PolicyCode("<b>&", (1,))
        assert (plain(code), printed(code)) == ("<b>&1", "&lt;b&gt;&amp;1")
        assert page("{{ a }}{{ a ~ '' }}", a=code) == "&lt;b&gt;&amp;1" * 2

    def test_a_text_of_another_class_is_escaped_too(self) -> None:
        class Words(str):
            __slots__ = ()

        assert printed(Words("<")) == "&lt;"

    def test_no_piece_is_of_another_class_than_text(self) -> None:
        values = ["<", Markup("<"), 1, date(2025, 4, 1), PolicyCode("政策", (1,))]
        assert {type(printed(value)) for value in values} == {str}


class TestRecurring:
    @pytest.mark.parametrize("name", sorted(RECURRING))
    def test_the_second_call_gives_what_the_first_gave(self, page: Page, name: str) -> None:
        part = f"{{% macro {name}(a) %}}<i>{{{{ a }}}}</i>{{% endmacro %}}"
        text = f"{{% from 'p.html' import {name} %}}{{% for a in all %}}{{{{ {name}(a) }}}}{{% endfor %}}"
        values = ["<", "&", "<", "&", "x"]
        fresh = "".join(f"<i>{escape(value)}</i>" for value in values)
        assert page(text, {"p.html": part}, all=values) == fresh

    def test_alike_numbers_and_words_are_kept_apart(self, page: Page) -> None:
        text = "{% macro rating(a) %}<i>{{ a }}</i>{% endmacro %}{{ rating(1) }}{{ rating('1') }}{{ rating(a) }}"
        assert page(text, a=Markup("<b>")) == "<i>1</i><i>1</i><i><b></i>"

    def test_markup_is_not_taken_for_the_text_it_equals(self, page: Page) -> None:
        text = "{% macro rating(a, b) %}{{ a }}{% endmacro %}{{ rating(raw, 1) }}{{ rating(plain, 1) }}"
        assert page(text, raw=Markup("<b>"), plain="<b>") == "<b>&lt;b&gt;"

    def test_they_are_run_once_for_each_value_and_the_others_each_time(self, page: Page) -> None:
        calls: list[str] = []

        def noted(value: str) -> str:
            calls.append(value)
            return value

        text = (
            "{% macro rating(a) %}{{ f(a) }}{% endmacro %}{% macro other(a) %}{{ f(a) }}{% endmacro %}"
            "{{ rating('r') }}{{ rating('r') }}{{ other('o') }}{{ other('o') }}"
        )
        made = page.templates(text, f=noted)
        assert made.page("page.html", {}) == "rroo"
        assert sorted(calls) == ["o", "o", "r"]
        assert made.page("page.html", {}) == "rroo"
        assert calls.count("r") == 1

    def test_what_one_city_keeps_is_not_shown_by_another(self, page: Page) -> None:
        text = "{% macro site_header(a) %}{{ city }}{% endmacro %}{{ site_header('') }}"
        shown = [page.templates(text, city=city).page("page.html", {}) for city in ("甲市", "乙市")]
        assert shown == ["甲市", "乙市"]


UNKNOWN = {
    "{{ a | upper }}": "the filter 'upper' cannot be used here",
    "{{ a | safe }}": "the filter 'safe' cannot be used here",
    "{{ a | escape }}": "the filter 'escape' cannot be used here",
    "{{ (a | markup) ~ 'x' }}": "the filter 'markup' cannot be used here",
    "{{ f(a | breaks) }}": "the filter 'breaks' cannot be used here",
    "{{ a | length(1) }}": "args cannot be used here",
    "{{ a | breaks(b=1) }}": "kwargs cannot be used here",
    "{{ a | markup(*a) }}": "dyn_args cannot be used here",
    "{% if a is defined %}{% endif %}": "the test 'defined' cannot be used here",
    "{% if a is none(1) %}{% endif %}": "args cannot be used here",
    "{% for b in a if b %}{% endfor %}": "test cannot be used here",
    "{% for b in a recursive %}{% endfor %}": "recursive cannot be used here",
    "{% macro m(a=1) %}{% endmacro %}": "defaults cannot be used here",
    "{% block b scoped %}{% endblock %}": "scoped cannot be used here",
    "{% block b required %}{% endblock %}": "required cannot be used here",
    "{% include 'a.html' %}": "Include cannot be used here",
    "{% import 'a.html' as b %}": "Import cannot be used here",
    "{% if a %}{% from 'a.html' import b %}{% endif %}": "FromImport cannot be used here",
    "{% if a %}{% macro m() %}{% endmacro %}{% endif %}": "Macro cannot be used here",
    "{% call f() %}{% endcall %}": "CallBlock cannot be used here",
    "{% filter upper %}{% endfilter %}": "FilterBlock cannot be used here",
    "{% with b = 1 %}{% endwith %}": "With cannot be used here",
    "{% set b %}x{% endset %}": "AssignBlock cannot be used here",
    "{{ a[1:] }}": "Slice cannot be used here",
    "{{ a * 2 }}": "Mul cannot be used here",
    "{{ [a] }}": "List cannot be used here",
    "{{ {'a': 1} }}": "Dict cannot be used here",
    "{{ super() }}": "'super' is not known on this page",
    "{% do a %}": "Encountered unknown tag 'do'.",
    "{% endif %}": "Encountered unknown tag 'endif'.",
    "{% for b in %}": "Expected an expression, got 'end of statement block'",
    "{{ a b }}": "expected token 'end of print statement', got 'b'",
}


class TestFaults:
    @pytest.mark.parametrize("text", UNKNOWN)
    def test_what_has_no_meaning_here_is_named(self, page: Page, text: str) -> None:
        assert page.fault(f"<p>\n\n{text}", a="x", f=len) == told(3, UNKNOWN[text])

    def test_escaping_cannot_be_switched_off(self, page: Page) -> None:
        text = "{% autoescape false %}{{ a }}{% endautoescape %}"
        assert page.fault(text, a="<") == told(1, "Scope cannot be used here")

    @pytest.mark.parametrize("text", ["{{ a | upper }}", "{% include 'a.html' %}", "{{ 1 * 1 }}"])
    def test_it_is_named_where_it_is_never_come_to(self, page: Page, text: str) -> None:
        part = f"{{% macro one() %}}\n{{% if false %}}\n{text}{{% endif %}}{{% endmacro %}}"
        assert page.fault("{% from 'part.html' import one %}", {"part.html": part}).startswith(told(3, "", "part.html"))

    def test_a_template_that_is_not_there_is_named(self, page: Page) -> None:
        for text in ("{% extends 'x.html' %}", "{% from 'x.html' import one %}"):
            assert page.fault(text) == told(1, "No such file or directory", "x.html")

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("{{ wrong.x }}\n{{ a }}\n{{ a }}", 1),
            ("{{ a }}\n\n<p>\n{{ wrong.x }}</p>\n{{ a }}\n{{ a }}", 4),
            ("{{ a }}\n{{ a }}\n{{ wrong.x }}", 3),
            ("{{ a }}\n{{ rating(wrong.x) }}\n{{ a }}", 2),
            ("{{ a }}\n{{ other(wrong.x) }}\n{{ a }}", 2),
            ("{{ a }}\n{{ rating(a) }}\n{{ other(a) }}\n{{ a }}{{ wrong.x }}\n{{ a }}", 4),
            ("{% if a %}\n{{ a }}\n{{ wrong.x }}\n{{ a }}{% endif %}\n{{ a }}", 3),
            ("{% if not a %}\n{{ a }}\n{% elif wrong.x %}\n{{ a }}{% endif %}\n{{ a }}", 3),
            ("{% if not a %}\n{{ a }}\n{% else %}\n{{ a }}\n{{ wrong.x }}{% endif %}\n{{ a }}", 5),
            ("{% for b in a %}\n{{ b }}\n{% endfor %}\n{% for b in wrong.x %}\n{{ b }}{% endfor %}", 4),
            ("{% for b in a %}\n{% for c in b %}\n{{ wrong.x }}\n{{ a }}{% endfor %}{% endfor %}\n{{ a }}", 3),
            ("{{ a }}\n{% set b = wrong.x %}\n{{ a }}", 2),
            ("{% block b %}\n{{ a }}\n{{ wrong.x }}\n{% endblock %}\n{{ a }}", 3),
            ("{#\n\n#}\n{{ wrong.x }}", 4),
        ],
    )
    def test_an_error_while_rendering_is_named_with_its_line(self, page: Page, text: str, line: int) -> None:
        macros = "{% macro rating(a) %}{{ a }}{% endmacro %}{% macro other(a) %}{{ a }}{% endmacro %}"
        assert page.fault(macros + text, a="ab", wrong="x") == told(line, "'str' object has no attribute 'x'")

    @pytest.mark.parametrize("name", ["rating", "other"])
    def test_an_error_is_named_in_the_template_it_came_up_in(self, page: Page, name: str) -> None:
        part = f"\n{{% macro {name}(a) %}}\n\n{{{{ a.x }}}}{{% endmacro %}}"
        text = "{% extends 'layout.html' %}{% from 'part.html' import NAME %}{% block b %}{{ NAME('x') }}{% endblock %}"
        parts = {"part.html": part, "layout.html": "{% block b %}{% endblock %}"}
        assert page.fault(text.replace("NAME", name), parts) == told(
            4, "'str' object has no attribute 'x'", "part.html"
        )

    def test_an_error_of_the_program_is_named_where_it_was_called(self, page: Page) -> None:
        def broken(_: str) -> str:
            message = "壊れました"
            raise ValueError(message)

        with pytest.raises(TemplateFaultError) as caught:
            page("\n{{ f(a) }}", a="x", f=broken)
        assert str(caught.value) == told(2, "壊れました")
        assert isinstance(caught.value.__cause__, ValueError)


class TestForbiddenMarkup:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('<p>a</p>\n<p {% if a %}onclick="x()"{% endif %}>b</p>', "2行目に誤りがあります: イベント属性があります"),
            ("<style>p{}</style>", "1行目に誤りがあります: スタイルが直接書かれています"),
            ("<script>x()</script>", "1行目に誤りがあります: スクリプトが直接書かれています"),
        ],
    )
    def test_a_template_that_writes_it_is_refused(self, tmp_path: Path, text: str, words: str) -> None:
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        with pytest.raises(TemplateFaultError, match=words):
            Templates(Compiler(tmp_path, ()).written, {}).template("page.html")


class TestFaultsOfWholeTemplates:
    def test_two_that_need_each_other_are_refused(self, page: Page) -> None:
        parts = {"a.html": "\n{% from 'page.html' import x %}", "layout.html": "{% extends 'layout.html' %}"}
        assert page.fault("{% from 'a.html' import y %}", parts) == told(
            2, "page.html needs this template itself", "a.html"
        )
        assert page.fault("{% extends 'layout.html' %}", parts) == told(
            1, "layout.html needs this template itself", "layout.html"
        )

    def test_one_that_is_nested_too_deeply_is_refused(self, page: Page) -> None:
        assert page.fault(f"{{{{ {'(' * 3000}1{')' * 3000} }}}}") == told(1, "nested too deeply")

    def test_the_fault_of_one_is_not_that_of_those_that_need_it(self, page: Page) -> None:
        templates = page.templates("{% from 'a.html' import x %}", {"a.html": "{% if %}"})
        for name in ("a.html", "page.html"):
            with pytest.raises(TemplateFaultError) as caught:
                templates.template(name)
            words = "Expected an expression, got 'end of statement block'"
            assert str(caught.value) == told(1, words, "a.html")

    @pytest.mark.parametrize("text", ["\n{% extends layout %}", "\n{% from layout import x %}"])
    def test_a_template_is_named_in_quotes(self, page: Page, text: str) -> None:
        assert page.fault(text, layout="a.html") == told(2, "a template is named in quotes")

    @pytest.mark.parametrize("name", ["class", "None", "import"])
    def test_a_name_that_python_keeps_for_itself_is_refused(self, page: Page, name: str) -> None:
        assert page.fault(f"<p>\n{{{{ goal.{name} }}}}</p>", goal=1).startswith(told(2, ""))

    def test_one_that_is_not_utf_8_is_refused(self, page: Page) -> None:
        (page.folder / "a.html").write_bytes("<p>\n目標</p>".encode("cp932"))
        assert page.fault("{% extends 'a.html' %}") == told(2, "not UTF-8", "a.html")
