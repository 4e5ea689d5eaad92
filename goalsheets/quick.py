"""Read the plain kind of YAML that sheets are written in, many times faster than a parser for all of YAML.

What is read here means the same to the careful reader; whatever is not surely so is left to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

MAX_DEPTH = 8
MAX_ITEMS = 1_000
MAX_VALUE = 20_000

_FLOW_ITEM = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`?:~-][^,\[\]{}#:'\"]*(?<! )").fullmatch
_FLOW_LIST = re.compile(r"\[(?:[^\x00-\x7f\u3000][^,\[\]{}#:'\"\x20]*(?:, (?!\])|(?=\])))+\]").fullmatch
_QUOTED = re.compile(r"\"([^\"\\]+)\"|'([^']+)'").fullmatch
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`~ \u3000")
_NULLS = frozenset(("null", "Null", "NULL"))
_END = "end"


class _UnsureError(Exception):
    """Leave the file to the careful reader."""


def read_quickly(text: str, keys: Collection[str], most: int) -> dict[str, Any] | None:
    """Return the mapping a file holds as dicts, lists, texts and None; None where the careful reader must look.

    Only mappings with the known `keys` are read here, and only what surely has at most so many values.
    """
    if not text.endswith("\n") or "\t" in text or not unicodedata.is_normalized("NFC", text):
        return None
    if len(text) > most and 2 * text.count("\n") + text.count(",") > most:
        return None
    reader = _Reader(text, keys)
    start = reader.content(0)
    if reader.columns[start]:
        return None
    try:
        value, end = reader.mapping(start, 0, reader.bodies[start], 0)
    except _UnsureError:
        return None
    return value if end == len(reader.lines) - 1 else None


class _Reader:
    """Hold the lines of a text, what stands in each behind its blanks, and how many blanks those are."""

    __slots__ = ("bodies", "columns", "keys", "lines")

    def __init__(self, text: str, keys: Collection[str]) -> None:
        self.lines = text.split("\n")
        self.lines[-1] = _END  # a line that belongs to nothing, so that no loop has to look for the end
        self.bodies = [line.lstrip(" ") for line in self.lines]
        self.columns = [len(line) - len(body) for line, body in zip(self.lines, self.bodies)]  # noqa: B905 - as long
        self.keys = keys

    def content(self, at: int) -> int:
        """Return the next line, from one on, that is neither blank nor a comment."""
        bodies = self.bodies
        while not bodies[at] or bodies[at][0] == "#":
            at += 1
        return at

    def mapping(  # noqa: C901 - each function called here would be called for every line of every sheet
        self, at: int, indent: int, body: str, depth: int
    ) -> tuple[dict[str, Any], int]:
        """Read the keys that stand at an indent; return them with the line after the last.

        `body` is what stands at the indent in the first line: the first key, which may be behind the dash of a list.
        """
        if depth > MAX_DEPTH:
            raise _UnsureError
        bodies, columns, keys = self.bodies, self.columns, self.keys
        found: dict[str, Any] = {}
        while True:
            key, beside, value = body.partition(": ")
            if not beside:
                key = body[:-1]
                if body[-1] != ":":
                    raise _UnsureError
            if key not in keys or key in found:
                raise _UnsureError
            at += 1
            if not value:
                found[key], at = self.below(at, indent, depth)
            elif value[0] not in _INDICATORS:
                found[key] = _scalar(value)
            elif value[0] == "|":
                found[key], at = self.block(at, indent, value)
            else:
                found[key] = _scalar(value)
            body = bodies[at]
            if not body or body[0] == "#":
                at = self.content(at)
                body = bodies[at]
            if columns[at] != indent or body[:2] == "- " or body == _END:
                if columns[at] > indent:
                    raise _UnsureError
                return found, at

    def below(self, at: int, indent: int, depth: int) -> tuple[Any, int]:
        """Read what stands below a key that has nothing beside it: a list, a mapping or a blank."""
        at = self.content(at)
        column, body = self.columns[at], self.bodies[at]
        if body[:2] == "- " and column >= indent:
            return self.list(at, column, depth + 1)
        if column > indent:
            return self.mapping(at, column, body, depth + 1)
        return None, at

    def list(self, at: int, indent: int, depth: int) -> tuple[list[Any], int]:
        """Read the items that stand at an indent; return them with the line after the last."""
        bodies, columns, keys = self.bodies, self.columns, self.keys
        items: list[Any] = []
        while True:
            item = bodies[at][2:]
            if ":" in item and item.partition(":")[0] in keys:
                value, at = self.mapping(at, indent + 2, item, depth + 1)
                items.append(value)
            elif item[:1] == "|":
                block, at = self.block(at + 1, indent, item)
                items.append(block)
            else:
                items.append(_scalar(item))
                at += 1
            at = self.content(at)
            if columns[at] != indent or bodies[at][:2] != "- ":
                if columns[at] > indent or len(items) > MAX_ITEMS:
                    raise _UnsureError
                return items, at

    def block(self, at: int, indent: int, header: str) -> tuple[str, int]:
        """Read the lines of a text that keeps its line breaks."""
        lines, inner = self.lines, self.columns[at]
        if header not in {"|", "|-"} or inner <= indent or not self.bodies[at]:
            raise _UnsureError
        margin, start = " " * inner, at
        while not (line := lines[at]) or line.startswith(margin):
            at += 1
        if self.columns[at] > indent or not self.bodies[at]:
            raise _UnsureError
        value = "\n".join([line[inner:] for line in lines[start:at]]).rstrip("\n")
        if len(value) > MAX_VALUE or not value.strip(" \u3000\n"):
            raise _UnsureError
        return value, at


def _scalar(value: str) -> Any:
    if not value:
        raise _UnsureError
    if value[0] not in _INDICATORS:
        if (
            ("#" in value and " #" in value)
            or (":" in value and (": " in value or value[-1] == ":"))
            or value[-1] == " "
            or value in _NULLS
            or len(value) > MAX_VALUE
        ):
            raise _UnsureError
        return value
    if value[0] == "[" and value[-1] == "]" and len(value) <= MAX_VALUE:
        if value.count(",") >= MAX_ITEMS:
            raise _UnsureError
        if _FLOW_LIST(value):
            return value[1:-1].split(", ")
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
