from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from goalsheets.letters import CODE
from goalsheets.postings import lines_of, packed, postings_of, shard_of, shard_text, unpacked
from tests.searching import asked


class TestPostings:
    def test_each_pair_has_the_bits_of_its_parts(self) -> None:
        assert postings_of([(0, "避難所"), (3, "トマト\n避難")]) == {
            "避難": 0b1001,
            "難所": 0b1,
            "とま": 0b1000,
            "まと": 0b1000,
        }

    def test_no_pair_reaches_over_punctuation_or_from_field_to_field(self) -> None:
        assert set(postings_of([(0, "ああ、いい\nうう。ええ")])) == {"ああ", "いい", "うう", "ええ"}

    def test_a_code_is_taken_whole(self) -> None:
        assert postings_of([(1, f"{CODE}政策-13-1"), (2, f"{CODE}政策-13-1")]) == {"政策-13-1": 0b110}


class TestPacking:
    @given(
        st.one_of(st.integers(0, 1 << 2000), st.sets(st.integers(0, 1500)).map(lambda bits: sum(1 << n for n in bits)))
    )
    def test_bits_are_read_back(self, bits: int) -> None:
        assert unpacked(packed(bits)) == bits

    def test_a_single_bit_far_out_is_short(self) -> None:
        assert len(packed(1 << 1400)) < 8

    @given(st.dictionaries(st.text("あ𠮷a-1", min_size=2), st.just("2025.0:B"), min_size=1))
    def test_a_file_is_read_back(self, lines: dict[str, str]) -> None:
        assert lines_of(shard_text(lines)) == lines
        assert shard_text(dict(reversed(lines.items()))) == shard_text(lines)

    def test_the_browser_looks_in_the_same_file(self) -> None:
        keys = ["避難", "13", "𠮷野", "政策-13-1-2", "てす"]
        assert asked([{"call": "shards", "query": keys}]) == [[shard_of(key, 4096) for key in keys]]

    def test_pairs_are_spread_over_the_files(self) -> None:
        keys = [chr(0x3041 + one) + chr(0x3041 + other) for one in range(80) for other in range(80)]
        counts = [0] * 256
        for key in keys:
            counts[shard_of(key, 256)] += 1
        assert max(counts) < 3 * len(keys) / 256
