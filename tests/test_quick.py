"""The quick reader reads what the careful reader reads, or leaves the file to it; never another value."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from goalsheets.binding import KEYS
from goalsheets.files import MAX_VALUES
from goalsheets.quick import MAX_ITEMS, MAX_VALUE
from goalsheets.quick import read_quickly as read_with
from goalsheets.reading import plain, read_yaml
from tests.conftest import source_of
from tests.samples import goal_text, real_sources, sheet_paths, sheet_text

MUTATIONS = 3_000
PIECES = [
    *" \n-:#\"'[]{}|>&*!,?%@`~aあ　○・\\\t",
    "  ",
    "- ",
    ": ",
    " #",
    "|-\n",
    "rating",
    "null",
    "\n\n",
    "\n  ",
    "---\n",
]


def read_quickly(text: str) -> Any:
    return read_with(text, KEYS | set("abcdefghijklm"), MAX_VALUES)


def carefully(text: str) -> Any:
    """Return what the careful reader reads; the word 'refused' where it names a problem."""
    root, problems = read_yaml(source_of(text))
    return "refused" if root is None or problems else plain(root)


def mutated(text: str, chance: Random) -> str:
    letters = list(text)
    for _ in range(chance.randint(1, 3)):
        at, kind = chance.randrange(len(letters)), chance.random()
        if kind < 0.4:
            letters[at] = chance.choice(PIECES)
        elif kind < 0.7:
            letters.insert(at, chance.choice(PIECES))
        elif kind < 0.9:
            del letters[at : at + chance.choice((1, 1, 1, 2, 3, 20))]
        else:
            other = chance.randrange(len(letters))
            letters[at], letters[other] = letters[other], letters[at]
    return "".join(letters)


class TestRealSheets:
    @pytest.mark.parametrize("path", sheet_paths())
    def test_each_is_read_and_read_alike(self, path: str) -> None:
        text = real_sources()[path].text
        assert read_quickly(text) == carefully(text) != "refused"

    def test_the_made_up_sheets_of_the_tests_are_read_alike(self) -> None:
        for text in (sheet_text(), sheet_text(goals=goal_text(1) + goal_text(2, policies="[]", rating="○"))):
            assert read_quickly(text) == carefully(text) != "refused"


class TestMutations:
    def test_none_is_read_as_another_value(self) -> None:
        chance = Random(20251121)
        texts = [real_sources()[path].text for path in sheet_paths()]
        accepted = 0
        for _ in range(MUTATIONS):
            text = mutated(chance.choice(texts), chance)
            value = read_quickly(text)
            if value is not None:
                accepted += 1
                assert value == carefully(text), text
        assert accepted > MUTATIONS // 20

    @pytest.mark.parametrize("piece", PIECES, ids=ascii)
    def test_no_piece_in_any_place_of_a_small_file_is_read_as_another_value(self, piece: str) -> None:
        small = "a: b\nc:\n  - d: |\n      e\n\n      f\n    g: [h, i]\n  - d: \"j\"\nk:\nl: 'm'\n"
        for at in range(len(small)):
            for text in (small[:at] + piece + small[at:], small[:at] + piece + small[at + 1 :]):
                value = read_quickly(text)
                assert value is None or value == carefully(text), text


READ = {
    "texts": ("a: 1\nb: 2025-04-01\nc: はい。\n", {"a": "1", "b": "2025-04-01", "c": "はい。"}),
    "words that YAML 1.1 has types for": ("a: yes\nb: 0o7\nc: 1e3\n", {"a": "yes", "b": "0o7", "c": "1e3"}),
    "blanks": ("a:\nb:\n  c:\nd:\n", {"a": None, "b": {"c": None}, "d": None}),
    "lists": ("a: [b, 政策1-1-①]\nc: []\nd:\n- e\n- f\n", {"a": ["b", "政策1-1-①"], "c": [], "d": ["e", "f"]}),
    "quotes": ('a: "b: c #d"\ne: \'f "g"\'\n', {"a": "b: c #d", "e": 'f "g"'}),
    "blocks": ("a: |\n  b\n\n    c\nd: |-\n  e #f\n", {"a": "b\n\n  c", "d": "e #f"}),
    "comments on lines of their own": ("# a\nb: c\n  # d\ne:\n  # f\n  - g\n# h\n", {"b": "c", "e": ["g"]}),
    "marks inside words": ("a: b#c\nd: e:f\ng: h-i, j\n", {"a": "b#c", "d": "e:f", "g": "h-i, j"}),
}
LEFT = {
    "an escape": 'a: "b\\n"\n',
    "a doubled quote": "a: 'b''c'\n",
    "an open quote": 'a: "b\n',
    "an anchor": "a: &b c\n",
    "an alias": "a: *b\n",
    "a tag": "a: !!str b\n",
    "a comment behind a value": "a: b #c\n",
    "a comment behind a blank": "a: #b\n",
    "a comment behind a list": "a: [b] #c\n",
    "a comment behind a quote": 'a: "b" #c\n',
    "a wrapped scalar": "a: b\n  c\n",
    "a wrapped quote": 'a: "b\n  c"\n',
    "a wrapped list": "a: [b,\n  c]\n",
    "a folded block": "a: >\n  b\n",
    "a kept block": "a: |+\n  b\n",
    "a block with an indent": "a: |2\n  b\n",
    "an empty block": "a: |\nb: c\n",
    "a tab": "a:\tb\n",
    "a tab in a value": "a: b\tc\n",
    "a double key": "a: b\na: c\n",
    "a double key below": "a:\n  b: c\n  b: d\n",
    "a document mark": "---\na: b\n",
    "a second document": "a: b\n---\na: c\n",
    "an end mark": "a: b\n...\n",
    "a directive": "%YAML 1.2\n---\na: b\n",
    "an odd indent": "a:\n    b: c\n  d: e\n",
    "a key too far right": "a: b\n  c: d\n",
    "an item too far right": "a:\n  - b\n   - c\n",
    "an indented first key": "a: b\n c: d\n",
    "a blank-only quote": 'a: " "\n',
    "an empty quote": "a: ''\n",
    "a wide blank in quotes": 'a: "　"\n',
    "a wide blank": "a: 　\n",
    "a blank-only block": "a: |\n   \n",
    "a null": "a: null\n",
    "a tilde": "a: ~\n",
    "a wide blank in a list": "a: [　]\n",
    "a wide blank in a longer list": "a: [あ, 　]\n",
    "too many items in brackets": f"a: [{', '.join('あ' * (MAX_ITEMS + 1))}]\n",
    "a null in a list": "a: [null]\n",
    "a mapping in braces": "a: {b: c}\n",
    "a list in a list": "a: [[b]]\n",
    "a question": "? a\n: b\n",
    "a merge key": "<<: a\n",
    "a key with another letter": "A: b\n",
    "a key in quotes": '"a": b\n',
    "a value with a colon": "a: b: c\n",
    "a value that ends with a colon": "a: b:\n",
    "a blank behind a value": "a: b \n",
    "a word alone": "a\n",
    "a list as the whole": "- a: b\n",
    "no line end": "a: b",
    "nothing": "",
    "only a comment": "# a\n",
    "a letter of two parts": "a: は\u3099\n",
    "too long a value": f"a: {'b' * (MAX_VALUE + 1)}\n",
    "too many items": "a:\n" + "  - b\n" * (MAX_ITEMS + 1),
    "too deep": "".join(f"{'  ' * depth}a:\n" for depth in range(30)) + f"{'  ' * 30}b: c\n",
}


class TestWhatIsRead:
    @pytest.mark.parametrize("kind", READ)
    def test_it_is_what_the_careful_reader_reads(self, kind: str) -> None:
        text, value = READ[kind]
        assert (read_quickly(text), carefully(text)) == (value, value)

    @pytest.mark.parametrize("kind", LEFT)
    def test_it_is_left_to_the_careful_reader(self, kind: str) -> None:
        assert read_quickly(LEFT[kind]) is None
