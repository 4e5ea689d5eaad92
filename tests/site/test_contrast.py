"""Compute the contrast of the colours that meet on a page, in light, in dark and on paper."""

from __future__ import annotations

import re

import pytest

from tests.samples import ROOT
from tests.site.colours import contrast

TEMPLATES = ROOT / "templates"
SCHEMES = ("light", "dark")

TEXT = [
    ("ink", "ground"),
    ("ink", "quiet-ground"),
    ("ink", "head-ground"),
    ("ink", "focus-ground"),
    ("muted", "ground"),
    ("muted", "quiet-ground"),
    ("link", "ground"),
    ("link", "quiet-ground"),
    ("link-hover", "ground"),
    ("link-hover", "quiet-ground"),
    ("link-visited", "ground"),
    ("link-visited", "quiet-ground"),
    ("achieved", "achieved-ground"),
    ("partly", "partly-ground"),
    ("missed", "missed-ground"),
]
ONLY_AA: dict[str, set[tuple[str, str]]] = {"light": set(), "dark": set()}
"""The pairs that reach 4.5 (AA) but not 7 (AAA)."""

SHAPES = [
    ("achieved-bar", "ground"),
    ("partly-bar", "ground"),
    ("missed-bar", "ground"),
    ("blank-bar", "ground"),
    ("measure-bar", "ground"),
    ("measure-bar", "ink"),  # the line of the target lies across the bar of the result
    ("rule", "ground"),  # the outline of a bar, which alone shows the waiting part
    ("focus", "ground"),
    ("focus", "quiet-ground"),
    ("focus", "focus-ground"),
]

COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{3}(?:[0-9a-f]{3})?)\b")


def block(css: str, opening: str) -> str:
    """Return what stands between the braces after an opening."""
    start = css.index("{", css.index(opening))
    depth = 0
    for place in range(start, len(css)):
        depth += {"{": 1, "}": -1}.get(css[place], 0)
        if depth == 0:
            return css[start + 1 : place]
    raise AssertionError(opening)


def colours(scheme: str) -> dict[str, str]:
    """Return the colour of every token in a scheme."""
    css = (TEMPLATES / "styles" / "tokens.css").read_text(encoding="utf-8")
    light = dict(COLOUR.findall(block(css, ":root")))
    dark = dict(COLOUR.findall(block(css, "(prefers-color-scheme: dark)")))
    return light | dark if scheme == "dark" else light


def on_paper() -> dict[str, str]:
    """Return the colour of every token in print, which browsers set from the light scheme."""
    css = (TEMPLATES / "styles" / "print.css").read_text(encoding="utf-8")
    return colours("light") | dict(COLOUR.findall(block(css, ":root")))


def focused_links() -> list[tuple[str, str]]:
    """Return the pairs of a link that has the focus: in a colour of its own, or in those of every link."""
    rule = block((TEMPLATES / "styles" / "base.css").read_text(encoding="utf-8"), "a:focus-visible")
    own = re.search(r"(?<![-a-z])color: var\(--([a-z-]+)\)", rule)
    return [(text, "focus-ground") for text in ((own[1],) if own else ("link", "link-visited"))]


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#333333", "#f2f2f2") == pytest.approx(11.29, abs=0.01)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read(scheme: str) -> None:
    found = colours(scheme)
    ratios = {(text, ground): contrast(found[text], found[ground]) for text, ground in [*TEXT, *focused_links()]}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}
    assert {pair for pair, ratio in ratios.items() if ratio < 7} == ONLY_AA[scheme]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_bars_rules_and_the_focus_can_be_seen(scheme: str) -> None:
    found = colours(scheme)
    ratios = {(shape, ground): round(contrast(found[shape], found[ground]), 2) for shape, ground in SHAPES}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 3} == {}


def test_text_can_be_read_on_paper() -> None:
    found = on_paper()
    ratios = {(text, ground): round(contrast(found[text], found[ground]), 2) for text, ground in TEXT}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


def test_dark_gives_every_colour_anew() -> None:
    css = (TEMPLATES / "styles" / "tokens.css").read_text(encoding="utf-8")
    dark = dict(COLOUR.findall(block(css, "(prefers-color-scheme: dark)")))
    assert set(dark) == set(colours("light"))


def test_nothing_but_colours_changes_in_the_dark() -> None:
    css = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.css")}
    assert [name for name, text in css.items() if "prefers-color-scheme" in text] == ["tokens.css"]
    dark = block(block(css["tokens.css"], "(prefers-color-scheme: dark)"), ":root")
    assert COLOUR.sub("", dark).replace(";", "").split() == []


def test_colours_stand_in_the_tokens_alone() -> None:
    others = [
        *(path for path in (TEMPLATES / "styles").glob("*.css") if path.name not in {"tokens.css", "print.css"}),
        *(TEMPLATES / "components").glob("*.css"),
    ]
    written = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|:\s*(?:black|white|red|gr[ae]y)\b", re.IGNORECASE)
    assert [path.name for path in others if written.search(path.read_text(encoding="utf-8"))] == []


def test_every_token_that_is_used_exists() -> None:
    css = "".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.css")))
    assert sorted(set(re.findall(r"var\(--([a-z-]+)\)", css)) - set(colours("light"))) == []
