"""Draw how goals stand as a picture, for those who share a page: no fonts and no library, the same everywhere."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from goalsheets.addresses import picture_address
from goalsheets.catalog import Catalog
from goalsheets.indexes import Sink
from goalsheets.publishing import Manifest, Stamp
from goalsheets.ratings import State, Tally
from goalsheets.workers import PlainError, share_out

WIDTH, HEIGHT = 1200, 630
HEADING, BLANK = "組織目標管理シート", "\u3000"
SIZE, DIGIT = 60, 36
"""How many pixels a letter is high and wide; a digit is narrower."""

GLYPHS = "".join(dict.fromkeys("".join((HEADING, "件0123456789", *(state.mark + state.word for state in State)))))

INKS = 8
"""So many colours lead from the ground to the ink; letters are drawn with these."""

_BAR = {
    State.ACHIEVED: 8,
    State.PARTLY: 9,
    State.MISSED: 10,
    State.NOT_EVALUATED: 11,
    State.NO_RESULT: 12,
    State.NO_RATING: 12,
}
_RULE, _BAND = 13, 14
PALETTE = (
    *("ffffff", "dedede", "bebebe", "9d9d9d", "7c7c7c", "5b5b5b", "3b3b3b", "1a1a1a"),
    *("197a4b", "b78f00", "a90000", "f2f2f2", "4d4d4d", "949494", "00118f"),
)
"""The colours of the pages in the light: ground to ink, the states on a bar, rules, and the blue of links."""

_MARGIN, _GAP, _SWATCH, _BAND_HEIGHT, _FOOT = 80, 20, 44, 16, 32
_INNER = WIDTH - 2 * _MARGIN
WORTH_SHARING = 64
_SIGNATURE = b"\x89PNG\r\n\x1a\n"

Block = Sequence[bytes]
"""Rows of pixels, two in a byte; those of a letter, a word or a line are as many as a letter is high."""


def pictures_of(catalog: Catalog) -> dict[str, Tally | None]:
    """Return, by their addresses, what there are pictures of: each tally of a sheet or a year; and one for all else."""
    tallies = {brief.tally for brief in catalog.briefs} | set(catalog.tally_of_year.values())
    return {picture_address(tally): tally for tally in (None, *tallies)}


def put_pictures(catalog: Catalog, letters: Path, sink: Sink, known: Manifest, workers: int) -> Manifest:
    """Put the pictures that are not known yet."""
    wanted = pictures_of(catalog)
    paths = sorted(wanted.keys() - known.keys())
    stamps: Manifest = {}

    def begin(_: int, at: Callable[[str], None]) -> Callable[[int], Stamp]:
        pen = Pen(letters)

        def work(number: int) -> Stamp:
            at(paths[number])
            return sink.put(paths[number], pen.picture(wanted[paths[number]]))

        return work

    with share_out(len(paths), begin, workers if len(paths) >= WORTH_SHARING else 1, taking_part=True) as results:
        for number, stamp in results:
            digest, size, changed = stamp
            stamps[paths[number]] = digest, size, changed
    return stamps


class Pen:
    """Draw with the letters of a picture of them all, side by side in the order of GLYPHS."""

    def __init__(self, letters: Path) -> None:
        try:
            rows = list(_rows_of(letters.read_bytes()))
        except OSError as error:
            raise PlainError(f"{letters} を読めません（{error.strerror}）。サイトは変えていません。") from error
        self._glyphs: dict[str, Block] = {BLANK: _blank(SIZE, SIZE)}
        start = 0
        for letter in GLYPHS:
            end = start + (DIGIT if letter.isdigit() else SIZE) // 2
            self._glyphs[letter] = [row[start:end] for row in rows]
            start = end

    def picture(self, tally: Tally | None) -> bytes:
        """Draw the bar of a tally, and below it a line for each state with its count; or what the site is of."""
        return _png(self._tally(tally) if tally else self._plain())

    def _tally(self, tally: Tally) -> Block:
        height, pitch = (108, 104) if len(tally.counts) <= 3 else (60, 372 // len(tally.counts) // 2 * 2)
        bar = [] if tally.waiting else [*_bar(tally, height), *_blank(12)]
        marked = any(state.mark for state, _ in tally.counts)
        lines = [self._line(state, count, pitch, marked=marked) for state, count in tally.counts]
        rule = self._wide(_filled(_RULE, _INNER, 2))
        table = [row for line in lines for row in (*rule, *line)][len(rule) :]
        head = self._head(f"目標{tally.total}件")
        space = max(0, HEIGHT - _FOOT - len(head) - len(bar) - len(table)) // 2
        return [*head, *_blank(space), *bar, *table]

    def _plain(self) -> Block:
        band = _filled(_BAND, WIDTH, _BAND_HEIGHT)
        return [*band, *_blank(150), *_centred(_sign()), *_blank(56), *_centred(self._words(HEADING))]

    def _head(self, words: str) -> Block:
        left, right = self._words(HEADING), self._words(words)
        between = _INNER - 2 * len(left[0]) - 2 * len(right[0])
        line = self._wide(_beside(left, _blank(SIZE, between), right))
        return [*_filled(_BAND, WIDTH, _BAND_HEIGHT), *_blank(32), *line]

    def _line(self, state: State, count: int, pitch: int, *, marked: bool) -> Block:
        """Draw a state's colour on the bar, its mark and its word, and on the right its count."""
        swatch = _framed(_filled(_BAR[state], _SWATCH - 4, _SWATCH - 4))
        space = _blank((SIZE - _SWATCH) // 2, _SWATCH)
        mark = (self._words(state.mark or BLANK), _blank(SIZE, _GAP // 2)) if marked else ()
        name = _beside([*space, *swatch, *space], _blank(SIZE, _GAP), *mark, self._words(state.word))
        told = self._words(f"{count}件")
        line = self._wide(_beside(name, _blank(SIZE, _INNER - 2 * len(name[0]) - 2 * len(told[0])), told))
        around = _blank((pitch - SIZE) // 2)
        return [*around, *line, *around]

    def _words(self, words: str) -> Block:
        return _beside(*[self._glyphs[letter] for letter in words])

    def _wide(self, block: Block) -> Block:
        """Put a block between the margins."""
        left = bytes(_MARGIN // 2)
        return [left + row + bytes(WIDTH // 2 - len(left) - len(row)) for row in block]


def _blank(height: int, width: int = WIDTH) -> Block:
    return [bytes(width // 2)] * height


def _filled(colour: int, width: int, height: int) -> Block:
    return [bytes((colour * 17,)) * (width // 2)] * height


def _beside(*blocks: Block) -> Block:
    return [b"".join(rows) for rows in zip(*blocks, strict=True)]


def _centred(block: Block) -> Block:
    side = _blank(len(block), (WIDTH - 2 * len(block[0])) // 2)
    return _beside(side, block, side)


def _sign() -> Block:
    """Draw three lines on a square, as on the icon of the site."""
    across = _filled(_BAND, 192, 24)
    lines = (_beside(_filled(_BAND, 48, 20), _blank(20, long), _filled(_BAND, 144 - long, 20)) for long in (60, 96, 42))
    return [*across[:22], *(row for line in lines for row in (*across, *line)), *across, *across[:22]]


def _framed(block: Block) -> Block:
    """Draw a thin line around a block."""
    side = _filled(_RULE, 2, len(block))
    edge = _filled(_RULE, 2 * len(block[0]) + 4, 2)
    return [*edge, *_beside(side, block, side), *edge]


def _bar(tally: Tally, height: int) -> Block:
    """Draw the states side by side, parted by a gap, as long as their shares."""
    half = (_INNER - 4) // 2
    row = b""
    for state, start, length in tally.shares:
        end = half * (start + length) // 1000
        gap = bytes(2 if row else 0)
        row += (gap + bytes((_BAR[state] * 17,)) * half)[: end - len(row)]
    left = bytes(_MARGIN // 2)
    return [left + line + left for line in _framed([row] * height)]


def png(width: int, rows: Block) -> bytes:
    """Return rows of pixels, two in a byte, as a PNG file."""
    size = width.to_bytes(4, "big") + len(rows).to_bytes(4, "big")
    pixels = b"\0" + b"\0".join(rows)
    packer = zlib.compressobj(strategy=zlib.Z_RLE)  # nearly as small as the best, and twenty times as fast
    chunks = (
        (b"IHDR", size + b"\x04\x03\0\0\0"),
        (b"PLTE", bytes.fromhex("".join(PALETTE))),
        (b"IDAT", packer.compress(pixels) + packer.flush()),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join([_chunk(name, data) for name, data in chunks])


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def _png(rows: Block) -> bytes:
    return png(WIDTH, [*rows, *_blank(HEIGHT - len(rows))])


def _rows_of(data: bytes) -> Iterable[bytes]:
    """Return the rows of a PNG file that `png` wrote."""
    at, pixels, width = len(_SIGNATURE), b"", 0
    while at < len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width = int.from_bytes(body[:4], "big")
        elif name == b"IDAT":
            pixels = zlib.decompress(body)
        at += length + 12
    step = 1 + width // 2
    return (pixels[start + 1 : start + step] for start in range(0, len(pixels), step))
