"""Compare what was counted in the files of a site: pages and data must tell of the same sheets and goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from goalsheets.addresses import sheet_files
from goalsheets.catalog import Catalog, Entry

_SECTION = b'<section class="goal" id="goal-'
_SIGNS = (_SECTION, b'<th scope="rowgroup"', b'"objective":', b"<Goal>", _SECTION)
"""What stands once for each goal in the first files of a sheet: its page, form, JSON, StratML and embed."""

Counts = Mapping[str, Mapping[str, int]]
"""How many rows of each kind each file has."""


def sheet_disagreements(entry: Entry, contents: Sequence[bytes]) -> Iterator[str]:
    """Name the files of a sheet that have not as many goals as the sheet."""
    goals = len(entry.goals)
    files = sheet_files(entry.place, newest=False)
    for path, data, sign in zip(files, contents, _SIGNS, strict=False):
        if (there := data.count(sign)) != goals:
            yield f"{path}: 目標が{there}件ありますが、シートには{goals}件あります"


def disagreements(counts: Counts, catalog: Catalog) -> Iterator[str]:
    """Name the files of data that have not as many rows of a kind as the catalog, or as the other files."""
    expected = {
        "sheets": len(catalog.briefs),
        "goals": sum(brief.tally.total for brief in catalog.briefs),
        "policies": len(catalog.of_policy),
    }
    for path, found in counts.items():
        for kind, count in found.items():
            if count != expected.setdefault(kind, count):
                yield f"{path}: {kind} が{count}件ありますが、ほかでは{expected[kind]}件です"
