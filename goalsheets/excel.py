"""Write the cells of a worksheet as an Excel file: all that is alike in every file is packed once.

Text is text: no formula, no number and no date is ever made of it. A file has no clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape
from math import ceil
from struct import Struct
from typing import NamedTuple
from zlib import DEFLATED, compressobj, crc32

COLUMNS = "ABCDEFGHIJKLMN"
DEFAULT, TITLE, LEGEND, HEAD, CENTRED, LEFT, BODY_CENTRED, BODY_LEFT, SMALL = range(9)
"""How a cell looks: the numbers of the styles below."""

TEXT_SIZE, SMALL_SIZE = 10, 9
MAX_TAB = 31
MAX_UNITS = 32_767
"""How much text Excel takes in a cell, in units of UTF-16."""

MAX_HEIGHT = 409
"""How high Excel lets a row be, in points."""

_PIECE = MAX_UNITS // 2
_LEVEL, _WINDOW, _MEMORY = 1, 14, 6  # of zlib; some thousand letters pack no better with more
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_CONTENT_TYPES = f"""{_XML}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>\
<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\
</Types>"""
_RELATIONS = f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>\
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>\
</Relationships>"""
_WORKBOOK_RELATIONS = f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>\
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>\
<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>\
</Relationships>"""


def _font(size: int, weight: str = "") -> str:
    """Return a font; family and character set choose another Japanese one where it is missing."""
    return f'<font>{weight}<sz val="{size}"/><name val="游ゴシック"/><family val="3"/><charset val="128"/></font>'


def _style(font: int, across: str, down: str, form: int = 0, *, fill: int = 0, border: int = 0) -> str:
    numbers = f'numFmtId="{form}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
    applied = 'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"'
    return f'<xf {numbers} {applied}><alignment horizontal="{across}" vertical="{down}" wrapText="1"/></xf>'


_AS_TEXT = 49  # what is typed into such a cell stays as it was typed
_SIDES = "".join(
    f'<{side} style="thin"><color rgb="FF000000"/></{side}>' for side in ("left", "right", "top", "bottom")
)
_FONTS = (_font(11), _font(TEXT_SIZE), _font(14, "<b/>"), _font(SMALL_SIZE))
_STYLE_LIST = (
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    _style(2, "center", "center"),
    _style(3, "left", "center"),
    _style(1, "center", "center", fill=2, border=1),
    _style(1, "center", "center", _AS_TEXT, border=1),
    _style(1, "left", "center", border=1),
    _style(1, "center", "top", _AS_TEXT, border=1),
    _style(1, "left", "top", border=1),
    _style(3, "left", "top"),
)
_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="{len(_FONTS)}">{"".join(_FONTS)}</fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/><bgColor indexed="64"/></patternFill></fill></fills>\
<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>\
<border>{_SIDES}<diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="{len(_STYLE_LIST)}">{"".join(_STYLE_LIST)}</cellXfs>\
<cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""

_ALIKE = (
    ("[Content_Types].xml", _CONTENT_TYPES),
    ("_rels/.rels", _RELATIONS),
    ("xl/_rels/workbook.xml.rels", _WORKBOOK_RELATIONS),
    ("xl/styles.xml", _STYLES),
)

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SEPARATOR = "\0"  # no content has it
_NOT_IN_TABS = str.maketrans("[]:*?/\\'", "［］：＊？／＼’")

_LOCAL = Struct("<4s5H3I2H")
_CENTRAL = Struct("<4s6H3I5H2I")
_END = Struct("<4s4H2IH")
_VERSION, _FIRST_DAY = 20, 0x21  # 1 January 1980
_STORED, _WORTH_PACKING = 0, 1_000


class Worksheet:
    """Collect the rows of one worksheet from the top down."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.strings: list[str] = []
        self.merged: list[str] = []
        self.rest: list[tuple[str, str]] = []
        self.height = 0

    @property
    def next_row(self) -> int:
        return len(self.rows) + 1

    def add(self, height: float, styles: tuple[int, ...], texts: Iterable[tuple[int, str]]) -> None:
        """Add a row: its height in points, the style of each of its cells, and the texts by their columns."""
        row = self.next_row
        blank, filled = _cells(row, styles)
        cells = blank.copy()
        for column, text in texts:
            if text:
                cells[column] = f"{filled[column]}{self._string(column, text)}</v></c>"
        high = min(ceil(height), MAX_HEIGHT)
        self.height += high
        self.rows.append(f'<row r="{row}" ht="{high}" customHeight="1">{"".join(cells)}</row>')

    def merge(self, first: int, row: int, last: int, last_row: int) -> None:
        """Make one cell of those between two columns and two rows."""
        self.merged.append(f"{COLUMNS[first]}{row}:{COLUMNS[last]}{last_row}")

    def _string(self, column: int, text: str) -> int:
        """Add a text to the strings of the file; what a cell cannot take is kept for other cells."""
        if len(text) > _PIECE and len(text.encode("utf-16-le")) // 2 > MAX_UNITS:
            pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
            self.rest += [(f"{COLUMNS[column]}{self.next_row}", piece) for piece in pieces[1:]]
            text = pieces[0]
        self.strings.append(text)
        return len(self.strings) - 1


class Setup(NamedTuple):
    """Hold what stands around the cells: the name of the worksheet, what the file is, and the widths of the columns.

    The rows down to `frozen` stay in sight, where it is not 0; those of `repeated`, the first and the last, stand on
    each printed page; there are so many `pages`, or as many as it takes where it is 0.
    """

    tab: str
    title: str
    about: str
    widths: tuple[float, ...]
    frozen: int
    repeated: tuple[int, int]
    pages: int


@lru_cache(1024)
def _cells(row: int, styles: tuple[int, ...]) -> tuple[list[str], list[str]]:
    """Return the cells of a row without text, and how those begin that have one: the same in sheet after sheet."""
    begun = [f'<c r="{column}{row}" s="{style}"' for column, style in zip(COLUMNS, styles, strict=False)]
    return [f"{cell}/>" for cell in begun], [f'{cell} t="s"><v>' for cell in begun]


def excel_file(sheet: Worksheet, setup: Setup) -> bytes:
    """Return an Excel file with one worksheet, for A3 paper in landscape, as wide as the paper."""
    own = (
        ("docProps/core.xml", _properties(setup)),
        ("xl/workbook.xml", _workbook(setup)),
        ("xl/sharedStrings.xml", _strings(sheet.strings)),
        ("xl/worksheets/sheet1.xml", _worksheet(sheet, setup)),
    )
    start, known = _alike()
    parts, entries = _packed(own, len(start))
    size, count = len(start) + len(parts), len(_ALIKE) + len(own)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(known) + len(entries), size, 0)
    return b"".join((start, parts, known, entries, end))


def tab_name(name: str) -> str:
    """Return a name as Excel takes it for a worksheet."""
    fit = name.translate(_NOT_IN_TABS)
    return fit.encode("utf-16-le")[: 2 * MAX_TAB].decode("utf-16-le", "ignore")


@cache
def _alike() -> tuple[bytes, bytes]:
    """Return the parts that are alike in every file, which come first, and their entries in the directory."""
    return _packed(_ALIKE, 0)


def _packed(named: Iterable[tuple[str, str]], start: int) -> tuple[bytes, bytes]:
    """Return parts of a ZIP file, which begin so far from its start, and their entries in the directory."""
    parts, entries = bytearray(), bytearray()
    for name, text in named:
        data, path = text.encode(), name.encode()
        method, packed = (DEFLATED, _deflated(data)) if len(data) > _WORTH_PACKING else (_STORED, data)
        about = (0, method, 0, _FIRST_DAY, crc32(data), len(packed), len(data), len(path), 0)
        entries += _CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *about, 0, 0, 0, 0, start + len(parts)) + path
        parts += _LOCAL.pack(b"PK\3\4", _VERSION, *about) + path + packed
    return bytes(parts), bytes(entries)


def _deflated(data: bytes) -> bytes:
    packer = compressobj(_LEVEL, DEFLATED, -_WINDOW, _MEMORY)
    return packer.compress(data) + packer.flush()


def _properties(setup: Setup) -> str:
    title, about = escape(setup.title, quote=False), escape(setup.about, quote=False)
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:description>{about}</dc:description><dc:language>ja</dc:language>"
        "</cp:coreProperties>"
    )


def _workbook(setup: Setup) -> str:
    tab, (first, last) = escape(setup.tab), setup.repeated
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f'<sheets><sheet name="{tab}" sheetId="1" r:id="rId1"/></sheets><definedNames>'
        f'<definedName name="_xlnm.Print_Titles" localSheetId="0">\'{tab}\'!${first}:${last}</definedName>'
        "</definedNames></workbook>"
    )


def _strings(strings: list[str]) -> str:
    texts = escape(_SEPARATOR.join(strings), quote=False)
    if "_x" in texts:
        texts = _LOOKS_ESCAPED.sub("_x005F_", texts)
    texts = texts.replace(_SEPARATOR, '</t></si><si><t xml:space="preserve">')
    return (
        f'{_XML}<sst xmlns="{_MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">'
        f'<si><t xml:space="preserve">{texts}</t></si></sst>'
    )


@cache
def _before_rows(widths: tuple[float, ...], frozen: int) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    below = f"A{frozen + 1}"
    pane = (
        f'<pane ySplit="{frozen}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/>'
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f"{pane if frozen else ''}</sheetView></sheetViews>"
        f'<sheetFormatPr defaultRowHeight="18.75"/><cols>{columns}</cols><sheetData>'
    )


def _worksheet(sheet: Worksheet, setup: Setup) -> str:
    merged = '"/><mergeCell ref="'.join(sheet.merged)
    return (
        f"{_before_rows(setup.widths, setup.frozen)}{''.join(sheet.rows)}</sheetData>"
        f'<mergeCells count="{len(sheet.merged)}"><mergeCell ref="{merged}"/></mergeCells>'
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.3" right="0.3" top="0.4" bottom="0.5" header="0.2" footer="0.25"/>'
        f'<pageSetup paperSize="8" orientation="landscape" fitToWidth="1" fitToHeight="{setup.pages}"/>'
        "<headerFooter><oddFooter>&amp;C&amp;P／&amp;N</oddFooter></headerFooter>"
        f'<ignoredErrors><ignoredError sqref="A1:{COLUMNS[-1]}{len(sheet.rows)}" numberStoredAsText="1"/>'
        "</ignoredErrors></worksheet>"
    )
