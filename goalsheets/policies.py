"""Compare policy codes however they are printed: 政策１-1-① and 政策1-1-① are one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_LEVELS = 3

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－﹣", "-"))
_CODE = re.compile(r"([^\d\s-]+)\s*(\d{1,3}(?:-\d{1,3}){0,2})")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class PolicyCode(NamedTuple):
    """Name a place in a city's plans: a prefix (政策, 行財) and one to three numbers."""

    prefix: str
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        """Return the code as the form prints it: the third number in a circle."""
        words = [str(number) for number in self.numbers]
        if len(words) == MAX_LEVELS and 1 <= self.numbers[2] <= len(_CIRCLED):
            words[2] = _CIRCLED[self.numbers[2] - 1]
        return self.prefix + "-".join(words)

    @property
    def packed(self) -> str:
        """Return the code as one word."""
        return "-".join([self.prefix, *map(str, self.numbers)])

    @property
    def above(self) -> PolicyCode:
        """Return the code one level above; that of a widest code has no numbers, and means the plan."""
        return PolicyCode(self.prefix, self.numbers[:-1])

    def ancestors(self) -> tuple[PolicyCode, ...]:
        """Return the codes above this one, the widest first, and the code itself."""
        return tuple(PolicyCode(self.prefix, self.numbers[:level]) for level in range(1, len(self.numbers) + 1))


@lru_cache(maxsize=4096)
def parse_code(printed: str) -> PolicyCode | None:
    """Read a printed code; None where it is none."""
    folded = unicodedata.normalize("NFKC", printed.translate(_DASHES)).translate(_DASHES)
    found = _CODE.fullmatch(folded.strip())
    if not found:
        return None
    return PolicyCode(found[1], tuple(int(number) for number in found[2].split("-")))


@lru_cache(maxsize=4096)
def unpacked_codes(packed: str) -> tuple[PolicyCode, ...]:
    """Make codes again from what `packed` gave of each, with blanks between."""
    parts = (word.split("-") for word in packed.split())
    return tuple(PolicyCode(prefix, tuple(map(int, numbers))) for prefix, *numbers in parts)


@lru_cache(maxsize=4096)
def widened(codes: tuple[PolicyCode, ...]) -> tuple[PolicyCode, ...]:
    """Return some codes and all above them, each once."""
    return tuple(dict.fromkeys(wider for code in codes for wider in code.ancestors()))
