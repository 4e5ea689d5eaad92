"""Write the table of all goals that the search page counts and filters with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from goalsheets.addresses import division_address, postings_file
from goalsheets.catalog import STATES, Brief, Catalog
from goalsheets.parsing import Frame
from goalsheets.publishing import Manifest
from goalsheets.years import fiscal_year_words

_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FIRST_SIGN, _SIZE_STEP, _LARGEST = 0x23, 256, 0x5A
"""Small numbers are written as signs from # on."""


def table_of(catalog: Catalog, data: Manifest, shards: int, units_in_block: int) -> bytes:
    """Return the table; `data` are all the files that the page may ask for beside it.

    Its version changes with any of these, and goes with each question, so that no old file is taken for a new one.
    """
    frame = catalog.frame
    digest = hashlib.sha256("".join([f"{path} {data[path][0]}\n" for path in sorted(data)]).encode())
    table = {
        "version": digest.hexdigest()[:12],
        "shards": shards,
        "sizes": "".join([_size(data, number) for number in range(shards)]),
        "unitsInBlock": units_in_block,
        "plans": [[plan.prefix, plan.slug] for plan in frame.plans],
        "states": [[state.slug, state.mark, state.word] for state in STATES],
        "divisions": [
            [
                division.slug,
                division.name,
                division_address(division),
                [[unit.slug, unit.name] for unit in division.units],
            ]
            for division in frame.divisions
        ],
        "years": [_year(frame, year, briefs) for year, briefs in catalog.of_year.items()],
    }
    return f"{_AS_JSON(table)}\n".encode()


def _size(data: Manifest, number: int) -> str:
    """Return about how large a file of postings is, as one sign; a blank where there is none."""
    stamp = data.get(postings_file(number))
    return chr(_FIRST_SIGN + min(stamp[1] // _SIZE_STEP, _LARGEST)) if stamp else " "


def _year(frame: Frame, year: int, briefs: Iterable[Brief]) -> list[Any]:
    """Return a year, its words, its units as runs (first, how many), how many goals each has, and their states."""
    ranks = [frame.order(brief.place)[1] for brief in briefs]
    runs: list[int] = []
    for _, group in groupby(enumerate(ranks), lambda pair: pair[1] - pair[0]):
        found = [rank for _, rank in group]
        runs += [found[0], len(found)]
    counts = "".join([chr(_FIRST_SIGN + len(brief.states)) for brief in briefs])
    states = "".join([str(state.number) for brief in briefs for state in brief.states])
    return [year, fiscal_year_words(year), runs, counts, states]
