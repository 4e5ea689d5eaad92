from __future__ import annotations

import sys
import unicodedata
from random import Random

import pytest

from goalsheets.letters import folded
from tests.searching import asked

ASSIGNED = [letter for letter in map(chr, range(0x10000)) if unicodedata.category(letter) not in {"Cn", "Cs"}]


class TestFolding:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("トマト", "とまと"),
            ("ﾄﾏﾄ", "とまと"),
            ("ｶﾞﾗｽ", "がらす"),
            ("か\u3099", "が"),
            ("ヴヵヶヽヾ", "ゔゕゖゝゞ"),
            ("ＳＮＳ　Ａ１", "snsa1"),
            ("政策１３-1-②", "政策13-1-2"),
            ("㈱㎡½", "(株)m21⁄2"),
            ("葛\U000e0100塚", "葛塚"),
            ("コー ヒー\n店", "こーひー店"),
            ("𠮷野", "𠮷野"),
        ],
    )
    def test_what_readers_take_for_the_same_is_one(self, text: str, wanted: str) -> None:
        assert folded(text) == wanted

    def test_the_browser_folds_every_letter_in_the_same_way(self) -> None:
        (answer,) = asked([{"call": "folded", "query": ASSIGNED}])
        assert {letter for letter, there in zip(ASSIGNED, answer, strict=True) if folded(letter) != there} == set()

    def test_the_browser_folds_letters_together_in_the_same_way(self) -> None:
        random = Random(1)
        texts = ["".join(random.choices(ASSIGNED, k=6)) for _ in range(20_000)]
        (answer,) = asked([{"call": "folded", "query": texts}])
        assert answer == list(map(folded, texts))

    def test_letters_outside_of_the_first_plane_are_folded_alike(self) -> None:
        planes = [*range(0x10400, 0x10450), *range(0x1D400, 0x1D500), *range(0x20000, 0x20200), 0xE0101, sys.maxunicode]
        letters = [letter for letter in map(chr, planes) if unicodedata.category(letter) != "Cn"]
        (answer,) = asked([{"call": "folded", "query": letters}])
        assert answer == list(map(folded, letters))


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("全避難所と避難所", ["避難所"], [[1, 4], [5, 8]]),
        ("ﾄﾏﾄとトマト", ["とまと"], [[0, 3], [4, 7]]),
        ("ｶﾞﾗｽ", ["が"], [[0, 2]]),
        ("㈱新潟", ["株"], [[0, 1]]),
        ("会 議\n室", ["議室"], [[2, 5]]),
        ("避難所", ["避難", "難所"], [[0, 3]]),
        ("避難所", ["病院"], []),
    ],
)
def test_the_browser_knows_where_words_stand(text: str, words: list[str], wanted: list[list[int]]) -> None:
    assert asked([{"call": "places", "query": [text, words]}]) == [wanted]
