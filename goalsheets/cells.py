"""Write values as cells of CSV files that open right in Excel, and can be read back as they were.

A line ends with CR LF (RFC 4180), a line break within a cell is LF. The items of a list are the lines of one cell; a
line break within an item is U+2028, which no content can have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
END = "\r\n"

_MARKED = re.compile(r"'|\s*(?:[=+\-@＝＋＠]|－.)|[\t\r]")
"""How a cell begins that Excel may take for a formula, or that has a ' of its own, so that each ' can be taken away.

A － alone is how forms say that there is nothing.
"""

_QUOTED = re.compile('[",\n\r]')


def cell(value: object) -> str:
    """Return a cell that no program takes for a formula: one that looks so, or begins with a ', gets a ' before it."""
    if value is None:
        return ""
    text = str(value)
    if _MARKED.match(text):
        text = f"'{text}"
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def listed(items: Iterable[object]) -> str:
    """Return the items of a list as the lines of one cell."""
    return "\n".join([str(item).replace("\n", "\u2028") for item in items])


def line(cells: Sequence[object]) -> str:
    """Return some cells as a line."""
    return ",".join(map(cell, cells)) + END
