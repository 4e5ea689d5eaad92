"""An Excel file has every text as text, whatever it looks like, and the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import lxml.etree
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet as OpenedSheet

from goalsheets.excel import BODY_LEFT, CENTRED, MAX_UNITS, Setup, Worksheet, excel_file, tab_name

SETUP = Setup("総務課", "総務課の様式", "様式の写しです。", (10.0, 20.0), 0, (1, 1), 0)
ODD = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "'", "' =x", '"', "<b>&amp;</b>", "]]>", "&#10;", "0120", "1:30", "3.10", "TRUE"),
    *(
        "#N/A",
        "１／２",
        " 前",
        "後 ",
        "\u3000字下げ",
        "\n",
        "\n\n上",
        "下\n",
        "_x000D_",
        "_x005F_",
        "__x0041_",
        "_x00_",
    ),
    *("_x005F_x000D_", "👩‍👧 𠮷野家", "\ue000", "が", "葛\U000e0100飾", "\t", "2025-04-01", "R7.4.1", "50.0%"),
)


def filed(*texts: str) -> bytes:
    """Return a file with one text below the other."""
    sheet = Worksheet()
    for text in texts:
        sheet.add(20, (CENTRED, BODY_LEFT), [(1, text)])
    sheet.merge(0, 1, 0, 2)
    return excel_file(sheet, SETUP)


def opened(data: bytes) -> OpenedSheet:
    """Return the worksheet of a file as openpyxl reads it."""
    workbook: Workbook = load_workbook(BytesIO(data))
    (sheet,) = workbook.worksheets
    return sheet


def part(data: bytes, name: str) -> lxml.etree._Element:
    """Return a part of a file."""
    with zipfile.ZipFile(BytesIO(data)) as file:
        return lxml.etree.fromstring(file.read(name))


def strings(data: bytes) -> list[str]:
    """Return the texts of a file, read by the rules of the format: openpyxl does not know `_x005F_` well."""
    texts = list(part(data, "xl/sharedStrings.xml").iter("{*}t"))
    assert {text.get("{http://www.w3.org/XML/1998/namespace}space") for text in texts} == {"preserve"}
    return [re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), str(text.text)) for text in texts]


class TestText:
    @pytest.mark.parametrize("text", ODD)
    def test_an_odd_text_stays_what_it_is(self, text: str) -> None:
        data = filed("前の行", text)
        assert strings(data) == ["前の行", text]
        assert opened(data)["B2"].data_type == "s"
        assert "005F" in text or opened(data)["B2"].value == text

    @given(
        st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\n_x0"), min_size=1))
    )
    def test_any_text_stays_what_it_is(self, texts: list[str]) -> None:
        assert strings(filed("前の行", *texts)) == ["前の行", *texts]

    def test_a_blank_cell_has_a_look_and_no_text(self) -> None:
        cell = opened(filed("字", ""))["B2"]
        assert (cell.value, cell.border.left.style, cell.alignment.wrap_text) == (None, "thin", True)

    @pytest.mark.parametrize(("letter", "pieces"), [("字", [16_383, 16_383, 2]), ("𠮷", [16_383, 16_383, 2])])
    def test_what_a_cell_cannot_take_is_kept_for_others(self, letter: str, pieces: list[int]) -> None:
        sheet = Worksheet()
        sheet.add(20, (BODY_LEFT,), [(0, "初め")])
        sheet.add(20, (BODY_LEFT, BODY_LEFT), [(1, letter * 32_768)])
        assert [len(text) for text in (sheet.strings[1], *(piece for _, piece in sheet.rest))] == pieces
        assert sheet.strings[1] + "".join(piece for _, piece in sheet.rest) == letter * 32_768
        assert {cell for cell, _ in sheet.rest} == {"B2"}

    def test_a_cell_takes_what_excel_takes(self) -> None:
        sheet = Worksheet()
        sheet.add(20, (BODY_LEFT,), [(0, "字" * MAX_UNITS)])
        assert (len(sheet.strings[0]), sheet.rest) == (MAX_UNITS, [])


class TestFile:
    def test_it_is_a_whole_package_without_a_clock(self) -> None:
        with zipfile.ZipFile(BytesIO(filed("字"))) as file:
            assert file.testzip() is None
            assert file.namelist() == [
                *("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
                *("docProps/core.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"),
            ]
            assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    def test_it_is_the_same_each_time(self) -> None:
        assert filed("字", "句") == filed("字", "句")

    def test_every_part_is_named_with_its_kind(self) -> None:
        data = filed("字")
        kinds = {str(kind.get("PartName")) for kind in part(data, "[Content_Types].xml").iter("{*}Override")}
        with zipfile.ZipFile(BytesIO(data)) as file:
            assert kinds == {f"/{name}" for name in file.namelist() if not name.endswith((".rels", "_Types].xml"))}

    def test_what_it_is_stands_in_its_properties(self) -> None:
        sheet = Worksheet()
        sheet.add(20, (CENTRED,), [(0, "字")])
        sheet.merge(0, 1, 1, 1)
        data = excel_file(sheet, SETUP._replace(title="<甲> & 乙", about="写し]]>"))
        properties = load_workbook(BytesIO(data)).properties
        assert (properties.title, properties.description, properties.language) == ("<甲> & 乙", "写し]]>", "ja")
        written = [tag.tag for tag in part(data, "docProps/core.xml")]
        assert [str(tag).rpartition("}")[2] for tag in written] == ["title", "description", "language"]

    def test_a_row_is_as_high_as_it_may_be(self) -> None:
        sheet = Worksheet()
        for height in (17.2, 900):
            sheet.add(height, (CENTRED,), [(0, "字")])
        sheet.merge(0, 1, 1, 1)
        rows = opened(excel_file(sheet, SETUP)).row_dimensions
        assert ([rows[1].height, rows[2].height], sheet.height) == ([18, 409], 18 + 409)

    @pytest.mark.parametrize(("frozen", "pane"), [(0, None), (7, "A8")])
    def test_what_stays_in_sight(self, frozen: int, pane: str | None) -> None:
        sheet = Worksheet()
        sheet.add(20, (CENTRED,), [(0, "字")])
        sheet.merge(0, 1, 1, 1)
        assert opened(excel_file(sheet, SETUP._replace(frozen=frozen))).freeze_panes == pane


class TestTabName:
    @pytest.mark.parametrize(
        ("name", "tab"),
        [
            ("地域総務課", "地域総務課"),
            ("企画/調整[甲]", "企画／調整［甲］"),
            ("何?*:\\'s", "何？＊：＼’s"),
            ("課" * 40, "課" * 31),
            ("𠮷" * 16, "𠮷" * 15),
        ],
    )
    def test_a_name_is_made_fit(self, name: str, tab: str) -> None:
        assert tab_name(name) == tab

    @given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1))
    def test_a_file_with_any_name_opens(self, name: str) -> None:
        sheet = Worksheet()
        sheet.add(20, (CENTRED,), [(0, "字")])
        sheet.merge(0, 1, 1, 1)
        seen = opened(excel_file(sheet, SETUP._replace(tab=tab_name(name))))
        assert seen.title == tab_name(name)
        assert (len(seen.title.encode("utf-16-le")) <= 62, set(seen.title) & set("[]:*?/\\'")) == (True, set())
        assert seen.print_title_rows == "$1:$1"
