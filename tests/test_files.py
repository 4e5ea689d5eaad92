"""Files: read as text, or refused with the reason and the place."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.files import (
    MAX_ALIKE,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_LINES,
    MAX_LIST_BYTES,
    Source,
    decode,
    place_of,
    read,
    scan,
)
from goalsheets.problems import Problem
from tests.conftest import GOOD_SHEET, edited, ending

EUC_SHEET = edited("②", "2").encode("euc_jp")


def only(problems: list[Problem]) -> str:
    assert len(problems) == 1, problems
    return str(problems[0])


def read_folder(folder: Path) -> tuple[list[Source], list[Problem]]:
    """Read every file of a folder; return those that can be read, and what is wrong with the others."""
    found, problems = scan(folder)
    sources = []
    for file in found:
        source, further = read(file)
        problems += further
        sources += [source] if source else []
    return sources, problems


class TestDecode:
    @pytest.mark.parametrize(
        "data",
        [
            "a: あ\nb: い\n".encode(),
            b"\xef\xbb\xbf" + "a: あ\nb: い\n".encode(),
            "a: あ\r\nb: い\r\n".encode(),
            "a: あ\rb: い\r".encode(),
            "a: あ\r\nb: い\r".encode(),
        ],
        ids=["lf", "bom", "crlf", "cr", "mixed"],
    )
    def test_every_line_end_and_a_byte_order_mark_give_the_same_text(self, data: bytes) -> None:
        assert decode(data, "x.yaml") == ("a: あ\nb: い\n", [])

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"PK\x03\x04rest", "Excel などのファイル"),
            (b"\xd0\xcf\x11\xe0rest", "古い形式の Excel や Word のファイル"),
            (b"%PDF-1.7\n", "PDF ファイル"),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
                "Git LFS の目印（本体がまだ取得されていないファイル）",
            ),
        ],
    )
    def test_other_kinds_of_files_are_named(self, data: bytes, kind: str) -> None:
        text, problems = decode(data, "x.yaml")
        assert text is None
        assert only(problems) == (
            f"x.yaml:1:1: 中身が{kind}です。\n  hint: YAML の文字のファイルに置きかえてください。"
        )

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_utf_16_is_named(self, encoding: str) -> None:
        text, problems = decode(GOOD_SHEET.encode(encoding), "x.yaml")
        assert text is None
        assert only(problems) == (
            "x.yaml:1:1: 文字コードが UTF-16 です。\n  hint: 文字コードを「UTF-8」にして保存し直してください。"
        )

    @pytest.mark.parametrize(
        ("data", "place", "guess"),
        [
            (GOOD_SHEET.encode("cp932"), "4:11", "（Shift_JIS のようです）"),
            (EUC_SHEET, "4:11", "（EUC-JP のようです）"),
            (EUC_SHEET.replace(b"\n", b"\r\n"), "4:11", "（EUC-JP のようです）"),
            ("x: 継続".encode() + b"\xe3\x81\n", "1:6", ""),
            (b"\xef\xbb\xbf" + "x: 継続".encode() + b"\xe3\x81\n", "1:6", ""),
            ("a: あ\r\nb: ".encode() + b"\xc0\xaf\r\n", "2:4", ""),
            (b"a: \xff\n", "1:4", ""),
        ],
        ids=["cp932", "euc", "euc-crlf", "cut", "cut-after-bom", "overlong", "no-letter"],
    )
    def test_other_encodings_are_named_at_the_first_byte_that_shows_it(
        self, data: bytes, place: str, guess: str
    ) -> None:
        text, problems = decode(data, "x.yaml")
        assert text is None
        assert only(problems) == (
            f"x.yaml:{place}: 文字コードが UTF-8 ではありません{guess}。\n"
            "  hint: エディターの「文字コードを指定して保存」で「UTF-8」を選び、保存し直してください。"
        )

    @pytest.mark.parametrize(
        "letter",
        [
            *"\x00\x02\x08\x0b\x0c\x1b\x7f\x80\x85\x9f",
            *"\u00ad\u061c\u200b\u200d\u200e\u202a\u202e\u2060\u2066\u2069\ufeff",
            *"\u2028\u2029\ufffd\ufdd0\ufff9\ufffe\uffff",
        ],
        ids=lambda letter: f"U+{ord(letter):04X}",
    )
    def test_hidden_characters_are_refused_where_they_stand(self, letter: str) -> None:
        text, problems = decode(f"a: あ\nb: い{letter}う\n".encode(), "x.yaml")
        assert text is None
        assert only(problems) == (
            f"x.yaml:2:5: 目に見えない文字 U+{ord(letter):04X} があります。\n  hint: この文字を消してください。"
        )

    @pytest.mark.parametrize("letter", ["\x07", "\u200b", "\ue000"], ids=ascii)
    def test_a_flood_of_characters_is_cut(self, letter: str) -> None:
        with ending():
            _, problems = decode(f"a: {letter * 80_000}\n".encode(), "x.yaml")
        assert [problem.column for problem in problems] == list(range(4, 4 + MAX_ALIKE))

    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n"], ids=ascii)
    def test_lines_have_a_number(self, end: str) -> None:
        text, problems = decode(end.encode() * MAX_LINES, "x.yaml")
        assert (text, problems) == ("\n" * MAX_LINES, [])
        text, problems = decode(end.encode() * (MAX_LINES + 1), "x.yaml")
        assert text is None
        assert only(problems) == (
            "x.yaml:25001:1: 行が多すぎます（上限 25,000行）。\n"
            "  hint: 1つのファイルに1枚のシートだけを書いてください。"
        )

    @pytest.mark.parametrize(
        "letter",
        "\u3164\uffa0\U000e0041",
        ids=lambda letter: f"U+{ord(letter):04X}",
    )
    def test_rarer_letters_that_leave_no_mark_are_refused_too(self, letter: str) -> None:
        text, _ = decode(f"unit: 地域{letter}総務課\n".encode(), "x.yaml")
        assert text is None

    @pytest.mark.parametrize("letter", ["　", "\u00a0", "㈱", "②", "〜", "−", "𠮷", "\uf91d", "葛\U000e0100"])
    def test_letters_of_japanese_forms_stay(self, letter: str) -> None:
        assert decode(f"a: あ{letter}\n".encode(), "x.yaml") == (f"a: あ{letter}\n", [])

    def test_every_hidden_character_is_named_at_once(self) -> None:
        _, problems = decode("a: \u200bあ\nb: い\u202e\n".encode(), "x.yaml")
        assert [(problem.line, problem.column) for problem in problems] == [(1, 4), (2, 5)]

    @pytest.mark.parametrize("letter", ["\u200b", "\ue000"], ids=["hidden", "gaiji"])
    def test_very_many_are_told_of_up_to_a_bound(self, letter: str) -> None:
        _, problems = decode(f"a: {letter * 50_000}\n".encode(), "x.yaml")
        assert [(problem.line, problem.column) for problem in problems] == [(1, 4 + n) for n in range(MAX_ALIKE)]

    @pytest.mark.parametrize("letter", ["\ue000", "\uf8ff", "\U000f0000"])
    def test_gaiji_are_a_warning_and_stay(self, letter: str) -> None:
        text, problems = decode(f"a: 高{letter}\n".encode(), "x.yaml")
        assert text == f"a: 高{letter}\n"
        assert only(problems) == (
            f"x.yaml:1:5: 警告: 外字（私用領域の文字 U+{ord(letter):04X}）があります。"
            "読む人の画面では空白の四角になります。\n"
            "  hint: ふつうの漢字かかなに置きかえ、元の字は notes に書いてください。"
        )

    def test_utf_8_read_as_latin_1_is_told(self) -> None:
        _, problems = decode("a: ç¶\n".encode(), "x.yaml")
        assert only(problems) == (
            "x.yaml:1:4: 警告: 文字化けのようです（「ç¶」）。\n"
            "  hint: 元の文書から写し直し、文字コードを「UTF-8」にして保存してください。"
        )

    @pytest.mark.parametrize(
        "broken",
        [
            "コミュニティ".encode().decode("cp932"),
            "すべて".encode().decode("cp932"),
            "テスト".encode().decode("cp1252"),
        ],
    )
    def test_utf_8_read_as_a_windows_encoding_is_told(self, broken: str) -> None:
        _, problems = decode(f"a: {broken}\n".encode(), "x.yaml")
        assert [(problem.line, problem.column) for problem in problems] == [(1, 4)]

    @pytest.mark.parametrize("mark", ["<<<<<<<", ">>>>>>>"])
    def test_the_marks_of_a_merge_conflict_are_named(self, mark: str) -> None:
        text, problems = decode(f"a: 1\n{mark} HEAD\nb: 2\n".encode(), "x.yaml")
        assert text is None
        assert only(problems) == (
            f"x.yaml:2:1: Git の衝突の印（「{mark}」）が残っています。\n"
            "  hint: どちらの内容を残すかを決め、「<<<<<<<」「=======」「>>>>>>>」の行を消してください。"
        )

    @given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")))
    def test_no_bytes_raise(self, data: bytes) -> None:
        text, problems = decode(data, "x.yaml")
        assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
        assert all(len(str(problem).splitlines()) == 2 for problem in problems)
        assert (text is None) == any(problem.level == "error" for problem in problems)
        assert text is None or "\r" not in text


@given(st.text(alphabet="あa\n", max_size=30), st.data())
def test_a_place_leads_back_to_its_letter(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text)))
    line, column = place_of(text, index)
    assert sum(len(above) + 1 for above in text.split("\n")[: line - 1]) + column - 1 == index


class TestReadFolder:
    def read(self, folder: Path) -> tuple[list[str], list[str]]:
        sources, problems = read_folder(folder)
        return [source.path for source in sources], [str(problem).replace(f"{folder}/", "") for problem in problems]

    def test_files_come_in_the_order_of_their_names_with_path_and_digest(self, tmp_path: Path) -> None:
        for path in ("b.yaml", "a/z.md", "a/b/c.yaml", "c.md"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(b"x: 1\r\n")
        sources, problems = read_folder(tmp_path)
        assert problems == []
        assert [source.path for source in sources] == ["a/b/c.yaml", "a/z.md", "b.yaml", "c.md"]
        assert {source.digest for source in sources} == {hashlib.blake2b(b"x: 1\r\n", digest_size=16).hexdigest()}
        assert sources[0].shown == f"{tmp_path}/a/b/c.yaml"
        assert sources[0].text == "x: 1\n"

    def test_a_file_that_goes_while_the_folder_is_listed_was_never_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As files do that an editor makes beside the one it saves."""
        (tmp_path / "a.yaml").write_bytes(b"x: 1\n")
        (tmp_path / "b.yaml").write_bytes(b"x: 1\n")

        def listed_late(folder: Path) -> list[os.DirEntry[str]]:
            entries = list(scandir(folder))
            (tmp_path / "b.yaml").unlink()
            return entries

        scandir = os.scandir
        monkeypatch.setattr(os, "scandir", listed_late)
        assert self.read(tmp_path) == (["a.yaml"], [])

    def test_a_missing_folder_is_a_problem(self, tmp_path: Path) -> None:
        sources, problems = read_folder(tmp_path / "nope")
        assert sources == []
        assert only(problems) == (
            f"{tmp_path}/nope:1:1: 内容のフォルダーがありません。\n"
            "  hint: --content で正しいフォルダーを指定してください。"
        )

    @pytest.mark.parametrize(
        "name",
        ["._x.yaml", ".~lock.x.yaml#", ".DS_Store", "x.yaml~", "#x.yaml#", "~$x.xlsx", "Thumbs.db", ".git"],
    )
    def test_what_editors_leave_behind_is_skipped(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"\x00\x00")
        assert self.read(tmp_path) == ([], [])

    def test_the_lock_of_emacs_is_skipped(self, tmp_path: Path) -> None:
        (tmp_path / ".#x.yaml").symlink_to("someone@host.123")
        assert self.read(tmp_path) == ([], [])

    def test_a_file_of_another_kind_is_a_warning(self, tmp_path: Path) -> None:
        (tmp_path / "form.xlsx").write_bytes(b"PK")
        assert self.read(tmp_path) == (
            [],
            [
                "form.xlsx:1:1: 警告: YAML でも Markdown でもないので読みません。\n"
                "  hint: 公開しないファイルは、内容のフォルダーの外に置いてください。"
            ],
        )

    @pytest.mark.parametrize("name", ["x.YAML", "x.Yaml", "x.yml", "x.MD"])
    def test_another_ending_is_not_left_out_silently(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_text("x: 1\n")
        assert self.read(tmp_path) == (
            [],
            [
                f"{name}:1:1: 拡張子が違うので、このままでは公開されません。\n"
                "  hint: 拡張子を小文字の「.yaml」または「.md」にしてください。"
            ],
        )

    @pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "nowhere", "."])
    def test_links_are_not_followed(self, tmp_path: Path, target: str) -> None:
        (tmp_path / "x.yaml").symlink_to(target)
        assert self.read(tmp_path) == (
            [],
            [
                "x.yaml:1:1: リンク（シンボリックリンク）は読みません。\n"
                "  hint: リンク先の実際のファイルを置いてください。"
            ],
        )

    def test_loops_of_folders_end(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "loop").symlink_to("..")
        (tmp_path / "a" / "x.yaml").write_text("x: 1\n")
        paths, problems = self.read(tmp_path)
        assert paths == ["a/x.yaml"]
        assert [problem.split(":")[0] for problem in problems] == ["a/loop", "b/loop"]

    def test_a_pipe_is_no_file_and_does_not_hang(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "x.yaml")
        assert self.read(tmp_path) == (
            [],
            ["x.yaml:1:1: ふつうのファイルではありません。\n  hint: このファイルを取り除いてください。"],
        )

    def test_a_socket_is_no_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as plug:
            plug.bind("x.yaml")
            assert self.read(tmp_path)[1][0].startswith("x.yaml:1:1: ふつうのファイルではありません。\n")

    def test_a_folder_named_like_a_file_is_a_problem(self, tmp_path: Path) -> None:
        (tmp_path / "x.yaml").mkdir()
        assert self.read(tmp_path) == (
            [],
            ["x.yaml:1:1: フォルダーの名前がファイルのようになっています。\n  hint: 名前を変えてください。"],
        )

    def test_the_bound_of_a_file_is_256_kb(self, tmp_path: Path) -> None:
        (tmp_path / "pages").mkdir()
        (tmp_path / "pages/a.yaml").write_bytes(b"a" * MAX_BYTES)
        (tmp_path / "pages/b.yaml").write_bytes(b"a" * (MAX_BYTES + 1))
        with (tmp_path / "pages/c.yaml").open("wb") as sparse:
            sparse.truncate(3 << 30)
        paths, problems = self.read(tmp_path)
        assert paths == ["pages/a.yaml"]
        assert problems == [
            f"{name}:1:1: ファイルが大きすぎます（上限 256 KB）。\n"
            "  hint: 1つのファイルに1枚のシートだけを書いてください。"
            for name in ("pages/b.yaml", "pages/c.yaml")
        ]

    def test_a_list_for_the_whole_city_may_be_larger(self, tmp_path: Path) -> None:
        (tmp_path / "organization.yaml").write_bytes(b"a" * MAX_LIST_BYTES)
        (tmp_path / "policies.yaml").write_bytes(b"a" * (MAX_LIST_BYTES + 1))
        paths, problems = self.read(tmp_path)
        assert paths == ["organization.yaml"]
        assert problems == [
            "policies.yaml:1:1: ファイルが大きすぎます（上限 4,096 KB）。\n"
            "  hint: 1つのファイルに要るものだけを書いてください。"
        ]

    def test_folders_have_a_depth(self, tmp_path: Path) -> None:
        deep = tmp_path.joinpath(*"abcdefghij")
        deep.mkdir(parents=True)
        (deep / "x.yaml").write_text("x: 1\n")
        assert self.read(tmp_path) == (
            [],
            [
                f"{'/'.join('abcdefghij'[: MAX_DEPTH + 1])}:1:1: フォルダーが深すぎます。\n"
                "  hint: シートは sheets/年度/部署/課.yaml に置いてください。"
            ],
        )

    def test_a_folder_that_cannot_be_opened_is_a_problem(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir(mode=0)
        if os.access(tmp_path / "a", os.R_OK):
            pytest.skip("this user may read everything")
        assert self.read(tmp_path)[1][0].startswith("a/:1:1: フォルダーを開けません（")

    def test_a_name_that_is_no_utf_8_is_shown_with_escapes(self, tmp_path: Path) -> None:
        (tmp_path / os.fsdecode(b"\xff.yaml")).write_text("x: 1\n")
        assert self.read(tmp_path) == (
            [],
            [
                "\\udcff.yaml:1:1: ファイル名に使えない文字があります。\n"
                "  hint: 半角の英小文字・数字・ハイフンの名前に変えてください。"
            ],
        )

    @pytest.mark.parametrize("letter", "\n\x1b\u202e\u200b")
    def test_a_name_cannot_break_the_line_it_is_told_on(self, tmp_path: Path, letter: str) -> None:
        (tmp_path / f"a{letter}b.yaml").write_text("x: 1\n")
        paths, (problem,) = self.read(tmp_path)
        assert paths == []
        assert "ファイル名に使えない文字があります。" in problem
        first, hint = problem.split("\n")
        assert first.isprintable()
        assert hint.startswith("  hint: ")

    def test_the_problems_of_all_files_are_told_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_bytes(b"\xff\n")
        (tmp_path / "b.yaml").write_bytes(edited("達成", "達\u200b成").encode())
        (tmp_path / "c.yaml").write_bytes(GOOD_SHEET.encode())
        paths, problems = self.read(tmp_path)
        assert paths == ["c.yaml"]
        assert [problem.split(": ")[0] for problem in problems] == ["a.yaml:1:1", "b.yaml:20:14"]
