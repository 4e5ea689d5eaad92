"""Cells are plain text with lists; links of pages lead to addresses and places that the site has."""

from __future__ import annotations

import pytest

from goalsheets.text import Bullets, Paragraph, blocks, dead_document_links, lost_places
from tests.test_shaping import read


class TestCells:
    def test_lines_that_stand_together_are_one_paragraph(self) -> None:
        assert blocks("300件\n（R5：290件）") == (Paragraph(("300件", "（R5：290件）")),)

    def test_lines_that_begin_with_a_bullet_are_a_list_without_the_bullets(self) -> None:
        assert blocks("・競技別大会\n・体験会") == (Bullets(("競技別大会", "体験会")),)

    def test_text_and_lists_take_turns_in_their_order(self) -> None:
        assert blocks("次のとおりです。\n・募集\n・選定\n以上です。\n・契約") == (
            Paragraph(("次のとおりです。",)),
            Bullets(("募集", "選定")),
            Paragraph(("以上です。",)),
            Bullets(("契約",)),
        )

    def test_an_empty_line_begins_a_new_block(self) -> None:
        assert blocks("一つめ\n\n\n二つめ\n\n・三つめ\n\n・四つめ") == (
            Paragraph(("一つめ",)),
            Paragraph(("二つめ",)),
            Bullets(("三つめ",)),
            Bullets(("四つめ",)),
        )

    @pytest.mark.parametrize("text", ["企画・実施", "　・字下げ", "-行", "* 行", "1. 行", "# 行", "•行"])
    def test_nothing_but_a_bullet_at_the_start_of_a_line_is_markup(self, text: str) -> None:
        assert blocks(text) == (Paragraph((text,)),)

    def test_only_the_first_bullet_of_a_line_goes(self) -> None:
        assert blocks("・・二重") == (Bullets(("・二重",)),)

    @pytest.mark.parametrize("text", ["\n実施", "\n\n実施\n\n"])
    def test_empty_lines_around_a_value_make_no_empty_block(self, text: str) -> None:
        assert blocks(text) == (Paragraph(("実施",)),)


class TestDeadLinks:
    def test_links_to_pages_that_the_site_lacks_are_named_once(self) -> None:
        document = read(
            "[用語集](/glossary/)\n\n[今年](/years/2030/)、[来年](/years/2030/)、[外](https://example.jp/)\n"
        )
        assert [str(problem) for problem in dead_document_links([document], {"", "glossary/"})] == [
            "content/pages/sample.md:5:6: リンク先「/years/2030/」のページがありません。\n"
            "  hint: サイトにあるページのアドレスを、「/」から書いてください。"
        ]

    def test_a_place_on_a_page_belongs_to_the_page(self) -> None:
        document = read("[目標](/sheets/2025/kita/somu/#goal-1)と[初め](/)\n")
        assert list(dead_document_links([document], {"", "sheets/2025/kita/somu/"})) == []
        assert [problem.message for problem in dead_document_links([document], {""})] == [
            "リンク先「/sheets/2025/kita/somu/#goal-1」のページがありません。"
        ]

    def test_a_place_that_the_page_lacks_is_named(self) -> None:
        document = read(
            "[目標1](/sheets/2025/kita/somu/#goal-1)\n\n[目標9](/sheets/2025/kita/somu/#goal-9)と[初め](/)\n"
        )
        pages = {"sheets/2025/kita/somu/": b'<h2 id="goal-1">'}
        assert [str(problem) for problem in lost_places([document], pages.__getitem__)] == [
            "content/pages/sample.md:5:7: リンク先「/sheets/2025/kita/somu/#goal-9」のページに、"
            "「#goal-9」という場所がありません。\n"
            "  hint: 「#」から後を消すか、そのページにある場所に直してください。"
        ]
