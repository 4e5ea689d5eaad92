"""Templates compiled to plain Python are strict, escape all they print once, and keep what recurs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from goalsheets.policies import PolicyCode, parse_code
from goalsheets.templating import RECURRING, environment, printed

HOSTILE = """<b a='1' b="2">&amp; & {{ 7 * 7 }}</b>"""
ESCAPED = "&lt;b a=&#39;1&#39; b=&#34;2&#34;&gt;&amp;amp; &amp; {{ 7 * 7 }}&lt;/b&gt;"


class Page:
    """Make templates in a folder, and render the first of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, text: str, parts: dict[str, str] | None = None, **values: Any) -> str:
        for name, part in {**(parts or {}), "page.html": text}.items():
            (self.folder / name).write_text(part, encoding="utf-8")
        return environment(self.folder).get_template("page.html").render(**values)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


class TestAttributes:
    def test_an_attribute_is_read_directly(self, page: Page) -> None:
        goal = SimpleNamespace(next="継続", row=SimpleNamespace(name="訓練"))
        assert page("{{ goal.next }}、{{ goal.row.name }}", goal=goal) == "継続、訓練"

    def test_a_key_is_no_attribute(self, page: Page) -> None:
        with pytest.raises(AttributeError, match="'dict' object has no attribute 'next'"):
            page("{{ goal.next }}", goal={"next": "継続"})

    def test_an_attribute_is_no_key(self, page: Page) -> None:
        with pytest.raises(TypeError, match="not subscriptable"):
            page("{{ goal['next'] }}", goal=SimpleNamespace(next="継続"))

    def test_keys_and_indexes_are_read_in_brackets(self, page: Page) -> None:
        assert page("{{ found['a'] }}{{ listed[1] }}", found={"a": "x"}, listed=["y", "z"]) == "xz"

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("{{ goal.nxet }}", AttributeError),
            ("{% if goal.nxet %}{% endif %}", AttributeError),
            ("{% for item in goal.nxet %}{% endfor %}", AttributeError),
            ("{{ gaol }}", TypeError),
            ("{% if gaol %}{% endif %}", UndefinedError),
            ("{{ gaol.next }}", UndefinedError),
            ("{{ found['b'] }}", KeyError),
            ("{{ goal.next.upper().nxet }}", AttributeError),
        ],
    )
    def test_a_name_that_does_not_exist_is_an_error(self, page: Page, text: str, kind: type[Exception]) -> None:
        with pytest.raises(kind):
            page(text, goal=SimpleNamespace(next="a"), found={"a": "b"})


MACROS = "{% macro one(a) %}<i>{{ a }}</i>{% endmacro %}{% macro two(a, b) %}{{ one(a) }}<u>{{ b }}</u>{% endmacro %}"


class TestMacros:
    def test_it_is_called_with_its_values_in_order(self, page: Page) -> None:
        assert page(MACROS + "{{ two('x', 1) }}") == "<i>x</i><u>1</u>"

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            ("two('x')", "missing 1 required positional argument"),
            ("two()", "missing 2 required positional arguments"),
            ("one('x', 'y')", "takes 1 positional argument but 2 were given"),
        ],
    )
    def test_a_missing_or_a_further_value_is_an_error(self, page: Page, call: str, words: str) -> None:
        with pytest.raises(TypeError, match=words):
            page(f"{MACROS}{{{{ {call} }}}}")

    def test_an_imported_one_is_called_alike(self, page: Page) -> None:
        text = "{% from 'parts.html' import two %}{{ two(a, a) }}"
        assert page(text, {"parts.html": MACROS}, a="<") == "<i>&lt;</i><u>&lt;</u>"
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            page("{% from 'parts.html' import two %}{{ two('x') }}", {"parts.html": MACROS})

    def test_one_that_is_not_there_is_an_error(self, page: Page) -> None:
        with pytest.raises(UndefinedError):
            page("{% from 'parts.html' import three %}{{ three('x') }}", {"parts.html": MACROS})


class TestEscaping:
    def test_what_is_printed_is_escaped_once(self, page: Page) -> None:
        text = '<p title="{{ a }}">{{ a }}</p>{% for b in [a] %}{{ b }}{% endfor %}{% if a %}{{ a }}{% endif %}'
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

    def test_a_text_that_stands_in_the_template_is_not_code(self, page: Page) -> None:
        assert page("{{ '<' }}{{ a }}", a="{% if %}{{ a }}") == "&lt;{% if %}{{ a }}"

    def test_a_macro_of_the_same_name_as_a_value_hides_no_value(self, page: Page) -> None:
        text = MACROS + "{% for one in [a] %}{{ one }}{% endfor %}"
        assert page(text, a="<") == "&lt;"

    def test_only_what_is_called_markup_is_not_escaped(self, page: Page) -> None:
        assert page("{{ a | markup }}{{ a }}", a="<p>") == "<p>&lt;p&gt;"


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
        with pytest.raises(TypeError) as caught:
            page("{{ a }}", a=value)
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
        assert printed(code) == escape(str(code))

    def test_a_text_of_another_class_is_escaped_too(self) -> None:
        class Words(str):
            __slots__ = ()

        assert printed(Words("<")) == "&lt;"


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
        folder = page.folder
        (folder / "page.html").write_text(text, encoding="utf-8")
        made = environment(folder)
        made.globals["f"] = noted
        assert made.get_template("page.html").render() == "rroo"
        assert sorted(calls) == ["o", "o", "r"]
