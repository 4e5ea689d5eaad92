"""Read the plain kind of YAML that sheets are written in, many times faster than a parser for all of YAML.

What is read here means the same to the careful reader; whatever is not surely so is left to it.
"""

from __future__ import annotations

import re
from typing import Any

from goalsheets.folding import needs_composing

MAX_DEPTH = 8
MAX_ENTRIES = 1_000
MAX_VALUE = 20_000

_LINES = re.compile(r"^(( *)(- )?(?:([a-z_]+):(?: (.+))?|(.*)))$", re.MULTILINE).findall
_FLOW_ITEM = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`?:~-][^,\[\]{}#:'\"]*(?<! )").fullmatch
_QUOTED = re.compile(r"\"([^\"\\]+)\"|'([^']+)'").fullmatch
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`~ \u3000")
_ENDS = frozenset(("", " ", ":"))
_NULLS = frozenset(("null", "Null", "NULL"))

_Line = tuple[str, str, str, str, str, str]
"""A line whole, then its blanks, its dash, its key, the value beside the key, and what is not a key."""


class _UnsureError(Exception):
    """Leave the file to the careful reader."""


def read_quickly(text: str) -> dict[str, Any] | None:
    """Return the mapping a file holds as dicts, lists, texts and None; None where the careful reader must look."""
    if not text.endswith("\n") or "\t" in text or needs_composing(text):
        return None
    lines = _LINES(text)
    if lines[-1][0]:
        return None
    lines[-1] = ("", "", "", "", "", "end")
    try:
        value, end = _mapping(lines, 0, 0, 0)
    except _UnsureError:
        return None
    return value if end == len(lines) - 1 and value else None


def _mapping(lines: list[_Line], at: int, indent: int, depth: int) -> tuple[dict[str, Any], int]:
    """Read the keys that stand at an indent, from a line on; return them with the line after the last.

    The first of them may stand behind the dash of a list.
    """
    found: dict[str, Any] = {}
    first = at
    last = len(lines) - 1
    while at < last:
        _, blanks, dash, key, value, other = lines[at]
        column = len(blanks) + 2 if dash and at == first else len(blanks)
        if column < indent and (key or dash):
            break
        if key and column == indent and key not in found and (not dash or at == first):
            found[key], at = _value(lines, at + 1, indent, depth, value)
        elif dash or key or (other and other[0] != "#"):
            raise _UnsureError
        else:
            at += 1
    if len(found) > MAX_ENTRIES:
        raise _UnsureError
    return found, at


def _value(lines: list[_Line], at: int, indent: int, depth: int, beside: str) -> tuple[Any, int]:
    """Return the value of a key from what stands beside it, or from the lines below; and the line after it."""
    if not beside:
        return _below(lines, at, indent, depth)
    if beside[0] == "|":
        return _block(lines, at, indent, beside)
    return _scalar(beside), at


def _below(lines: list[_Line], at: int, indent: int, depth: int) -> tuple[Any, int]:
    """Read what stands below a key that has nothing beside it: a list, a mapping or a blank."""
    if depth > MAX_DEPTH:
        raise _UnsureError
    start = at
    while True:
        _, blanks, dash, key, _, other = lines[at]
        if dash or key or (other and other[0] != "#"):
            break
        at += 1
    column = len(blanks)
    if dash and column >= indent:
        return _list(lines, at, column, depth + 1)
    if key and column > indent:
        return _mapping(lines, at, column, depth + 1)
    return None, start


def _list(lines: list[_Line], at: int, indent: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    last = len(lines) - 1
    while at < last:
        whole, blanks, dash, key, _, other = lines[at]
        column = len(blanks)
        if dash and column == indent:
            item: Any
            if key:
                item, at = _mapping(lines, at, column + 2, depth + 1)
            elif other[:1] == "|":
                item, at = _block(lines, at + 1, column, other)
            else:
                item, at = _scalar(whole[column + 2 :]), at + 1
            items.append(item)
        elif column < indent or (key and column == indent and not dash):
            if not dash and not key and (not other or other[0] == "#"):
                at += 1
                continue
            break
        elif dash or key or (other and other[0] != "#"):
            raise _UnsureError
        else:
            at += 1
    if len(items) > MAX_ENTRIES:
        raise _UnsureError
    return items, at


def _block(lines: list[_Line], at: int, indent: int, header: str) -> tuple[str, int]:
    """Read the lines of a text that keeps its line breaks."""
    if header not in {"|", "|-"} or not lines[at][0].strip(" "):
        raise _UnsureError
    inner = len(lines[at][1])
    if inner <= indent:
        raise _UnsureError
    margin, kept, last = " " * inner, [], len(lines) - 1
    while at < last:
        whole = lines[at][0]
        if whole.startswith(margin):
            kept.append(whole[inner:])
        elif not whole:
            kept.append("")
        elif len(lines[at][1]) > indent or not whole.strip(" "):
            raise _UnsureError
        else:
            break
        at += 1
    value = "\n".join(kept).rstrip("\n")
    if len(value) > MAX_VALUE or not value.strip(" \u3000\n"):
        raise _UnsureError
    return value, at


def _scalar(value: str) -> Any:
    if value[:1] not in _INDICATORS:
        if ": " in value or " #" in value or value[-1:] in _ENDS or value in _NULLS or len(value) > MAX_VALUE:
            raise _UnsureError
        return value
    if value[:1] == "[" and value[-1:] == "]" and len(value) <= MAX_VALUE:
        inner = value[1:-1]
        return [_flow_item(item.strip(" ")) for item in inner.split(",")] if inner.strip(" ") else []
    return _quoted(value)


def _flow_item(item: str) -> str:
    if _FLOW_ITEM(item) and item not in _NULLS:
        return item
    return _quoted(item)


def _quoted(value: str) -> str:
    found = _QUOTED(value)
    inner = found[1] or found[2] if found else ""
    if not inner.strip(" \u3000") or len(inner) > MAX_VALUE:
        raise _UnsureError
    return inner
