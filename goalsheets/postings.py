"""Tell which goals have which pairs of letters: as bits, one for each part of the sheets of a block.

A pair that stands in few parts, and one that stands in many, are both short once a web server has compressed them.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from itertools import repeat
from operator import or_

from goalsheets.letters import CODE, folded

_pieces = re.compile("[、。､｡\n]+").split
_RUNS = [("A" * (1 << number), sign) for number, sign in enumerate("!#$%&()*", start=1)][::-1]
"""What stands for runs of A, the sign of base64 for six bits that are not set."""


def postings_of(parts: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return, for each pair of letters and each code, a number in which the bits of the parts that have it are set.

    People often write the same words again, so each piece between punctuation is folded and cut into pairs only once.
    """
    parts_of: dict[str, int] = {}
    for number, text in parts:
        bit = 1 << number
        for piece in _pieces(text):
            parts_of[piece] = parts_of.get(piece, 0) | bit
    found: dict[str, int] = {}
    for piece, bits in parts_of.items():
        if piece.startswith(CODE):
            found[piece[1:]] = found.get(piece[1:], 0) | bits
        else:
            letters = folded(piece)
            pairs = [*map(str.__add__, letters, letters[1:])]
            found.update(zip(pairs, map(or_, map(found.get, pairs, repeat(0)), repeat(bits)), strict=True))
    return found


def shard_of(key: str, shards: int) -> int:
    """Return the number of the file, one of a power of two, in which a pair or a code is found."""
    mixed = 0
    for letter in key:
        mixed = (mixed + ord(letter)) * 0x9E3779 % 0x1000000
    return (mixed >> 8) % shards


def packed(bits: int) -> str:
    """Return bits as text: base64, the lowest byte first, with signs for its runs of A."""
    length = -(-bits.bit_length() // 24) * 3
    text = b2a_base64(bits.to_bytes(length, "little"), newline=False).decode()
    for run, sign in _RUNS:
        if run in text:
            text = text.replace(run, sign)
    return text


def unpacked(text: str) -> int:
    """Return the bits that `packed` made a text of."""
    for run, sign in _RUNS:
        text = text.replace(sign, run)
    return int.from_bytes(a2b_base64(text), "little")


def lines_of(shard: str) -> dict[str, str]:
    """Return what a file of postings tells: the blocks of each pair or code, with its bits in them."""
    return dict(line.split("\t") for line in shard.split("\n") if line)


def shard_text(lines: dict[str, str]) -> str:
    """Return a file of postings."""
    return "".join([f"{key}\t{lines[key]}\n" for key in sorted(lines)])
