"""Find in a template what no page may have: styles, scripts and events that are written into its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TAG = re.compile(
    r"\{#.*?#\}|\{%[-+]?\s*raw\s*[-+]?%\}(?P<raw>.*?)\{%[-+]?\s*endraw\s*[-+]?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL
)


def _attribute(name: str) -> re.Pattern[str]:
    """Return what finds an attribute: in an HTML tag, or where a macro writes it for one."""
    return re.compile(rf"(?<![\w-]){name}(?:=|\s+=(?=\s*[\"']|[^<>]*>))", re.IGNORECASE)


_DATA = '(?-i: type="application/ld\\+json">[^<]*</script>)'
"""What goes on behind `<script` where it is no script but data, which no browser runs."""

_STYLE, _SCRIPT, _EVENT = (
    "スタイルが直接書かれています",
    "スクリプトが直接書かれています",
    "イベント属性があります",
)
_FORBIDDEN = (
    (re.compile(r"<style\b", re.IGNORECASE), _STYLE),
    (_attribute("style"), _STYLE),
    (re.compile(rf"<script\b(?!{_DATA})(?![^<>]*\ssrc\s*=)", re.IGNORECASE), _SCRIPT),
    (_attribute("on[a-z]+"), _EVENT),
)


def forbidden(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the words for whatever no template may write, wherever Jinja's tags stand in between.

    A tag may print nothing or part two words, so both are looked at.
    """
    pieces = list(_between_tags(source))
    found = set()
    for gap in ("", " "):
        text = gap.join([piece for _, piece in pieces])
        for pattern, words in _FORBIDDEN:
            for match in pattern.finditer(text):
                place = _place(pieces, len(gap), match.end() - 1)
                found.add((source.count("\n", 0, place) + 1, words))
    yield from sorted(found)


def _between_tags(source: str) -> Iterator[tuple[int, str]]:
    """Yield what stands between Jinja's tags, each with its place."""
    end = 0
    for tag in _TAG.finditer(source):
        yield end, source[end : tag.start()]
        if tag["raw"]:
            yield tag.start("raw"), tag["raw"]
        end = tag.end()
    yield end, source[end:]


def _place(pieces: list[tuple[int, str]], gap: int, at: int) -> int:
    """Return where in the source a letter of the joined pieces stands."""
    for start, piece in pieces:
        if at < len(piece):
            return start + at
        at -= len(piece) + gap
    return pieces[-1][0]
