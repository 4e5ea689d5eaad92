"""Read the CSV files of a site back, as the page on its data says."""

from __future__ import annotations

import csv
import io

from goalsheets.cells import BOM

Line = dict[str, str]


def read_cell(text: str) -> str:
    """Return what stood in a cell before it was made safe."""
    return text.removeprefix("'")


def read_list(text: str) -> tuple[str, ...]:
    """Return the items of a list."""
    return tuple([item.replace("\u2028", "\n") for item in text.split("\n")]) if text else ()


def read_table(data: bytes) -> list[Line]:
    """Return the rows of a CSV file by its headings."""
    text = data.decode()
    assert text.startswith(BOM)
    head, *rows = csv.reader(io.StringIO(text[1:], newline=""), strict=True)
    return [dict(zip(head, map(read_cell, row), strict=True)) for row in rows]
