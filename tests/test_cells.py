from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.cells import BOM, cell, line, listed
from tests.tables import read_cell, read_list, read_table

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\u2028"))


@pytest.mark.parametrize("text", ["=1+1", "+81", "-5%", "@SUM", "\tx", "＝1", "＋1", "＠x", "－3", " =1", "\u3000＝1"])
def test_what_excel_may_take_for_a_formula_gets_a_mark(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["'", "'言葉'", "'=1", "''-1"])
def test_a_mark_of_its_own_gets_another_so_that_each_can_be_taken_away(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["－", "3避難所", "「'言葉'」", "（R5：-3件）", "1=1", "80％以上", "・-"])
def test_other_text_is_as_printed(text: str) -> None:
    assert cell(text) == text


def test_a_blank_is_an_empty_cell() -> None:
    assert cell(None) == ""


def test_commas_quotes_and_line_breaks_stay_in_their_cell() -> None:
    assert line(["a,b", '"c"', "d\ne", 3, None]) == '"a,b","""c""","d\ne",3,\r\n'


@given(TEXT)
def test_every_text_comes_back(text: str) -> None:
    (read,) = next(csv.reader(io.StringIO(line([text]) if text else '""\r\n', newline="")))
    assert read_cell(read) == text
    assert not read.startswith(("=", "+", "-", "@"))


@given(st.lists(TEXT.filter(bool)))
def test_every_list_comes_back(items: list[str]) -> None:
    assert read_list(listed(items)) == tuple(items)


def test_a_table_is_read_by_its_headings() -> None:
    text = BOM + line(["number", "words"]) + line([1, "-2\n3"]) + line([2, None])
    assert read_table(text.encode()) == [{"number": "1", "words": "-2\n3"}, {"number": "2", "words": ""}]
