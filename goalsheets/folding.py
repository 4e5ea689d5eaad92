"""Join the lines of a wrapped YAML value the way Japanese is written: without spaces between them."""

from __future__ import annotations

import re
import unicodedata

import yaml

_COMBINED = re.compile(r"\w[\u0300-\u036f\u3099\u309a]+")


def composed(text: str) -> str:
    """Compose letters typed in parts (か + ゛), and leave every other character as it is.

    NFC as a whole would also change the form of some kanji in names (U+F900 to U+FAFF).
    """
    return _COMBINED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def fold(raw: str, style: str | None) -> str:
    """Return the value of a scalar that stands on several lines, from its raw text and its YAML style."""
    if style is None:
        return _join([line.strip(" ") for line in raw.split("\n")])
    if style == ">":
        return _join(["", *_only_scalar(f"|{raw[1:]}").rstrip("\n").split("\n")], block=True)
    quoted = _join(_inner_lines(raw[1:-1]), escapes=style == '"')
    if style == "'":
        return quoted.replace("''", "'")
    return _only_scalar('"{}"'.format(quoted.replace("\n", "\\n")))


def _join(lines: list[str], *, escapes: bool = False, block: bool = False) -> str:
    """Fold lines as YAML does, but without a space where either side is Japanese.

    In a block the breaks around lines that are indented further stay.
    """
    text, above, blank = lines[0], lines[0], 0
    for number, line in enumerate(lines[1:], 2):
        if not line and number < len(lines):
            blank += 1
            continue
        indented = block and (line.startswith(" ") or above.startswith(" "))
        if escapes and _ends_escaped(text):
            text = text[:-1] + "\n" * blank + line
        elif blank or indented:
            text += "\n" * (blank + indented) + line
        elif not text or not line or _wide(text[-1]) or _wide(line[0]):
            text += line
        else:
            text += f" {line}"
        above, blank = line, 0
    return text


def _inner_lines(raw: str) -> list[str]:
    """Cut a quoted text into lines, without the blanks around the line breaks."""
    first, *rest = raw.split("\n")
    if not rest:
        return [first]
    return [first.rstrip(" "), *(line.strip(" ") for line in rest[:-1]), rest[-1].lstrip(" ")]


def _only_scalar(text: str) -> str:
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    return next(str(event.value) for event in events if isinstance(event, yaml.ScalarEvent))


def _ends_escaped(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WFA" and not letter.isascii()
