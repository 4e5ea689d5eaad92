"""What is remembered of a build comes back as it was, or not at all."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from goalsheets.cache import Cache, Remembered, digest_of_program, folder_of, load, now, settled
from goalsheets.files import Found, Signature
from goalsheets.problems import Problem

PROGRAM = "0" * 64
SECOND = 1_000_000_000
WARNING = Problem("content/sheets/2025/kita/somu.yaml", 2, 10, "作成日が外にあります。", "このままで。", "warning")
BRIEF = [2025, "kita", "somu", True, "2026-03-31", [0, 120], [[0, [["政策", 1, 1, 1]], [120, 30], [150, 40]]]]


def some_cache() -> Cache:
    words = [WARNING.path, WARNING.line, WARNING.column, WARNING.message, WARNING.hint, WARNING.level]
    return Cache(
        PROGRAM,
        "c" * 64,
        {
            "site.yaml": Remembered((10, 11, 12, 13), "", [], None),
            "sheets/2025/kita/somu.yaml": Remembered((1, 2**62, 3, 2**63), "d" * 64, [words], BRIEF),
            "sheets/2024/kita/somu.yaml": Remembered(None, "e" * 64, [], [2024, *BRIEF[1:]]),
        },
        {"index.html": ("f" * 64, 1, 2**62), "about/index.html": ("a" * 64, 0, 0)},
        [("rows-1-0", "b" * 64), ("rows-2-0", "c" * 64)],
    )


def saved(folder: Path) -> tuple[Path, Path]:
    """Save a cache; return its site and its file."""
    site = folder / "site"
    some_cache().save(site)
    return site, folder / ".site.cache" / "state.json"


class TestSaving:
    def test_it_comes_back_as_it_was(self, tmp_path: Path) -> None:
        site, _ = saved(tmp_path)
        assert load(site, PROGRAM) == some_cache()

    def test_what_it_tells_comes_back(self, tmp_path: Path) -> None:
        site, _ = saved(tmp_path)
        cache = load(site, PROGRAM)
        assert cache is not None
        assert cache.sheets == 2
        elsewhere = [Found(path, f"there/{path}", "", (0, 0, 0, 0)) for path in cache.files]
        (warning,) = cache.warnings(elsewhere)
        assert warning == replace(WARNING, path=warning.path)
        assert warning.path.startswith("there/sheets/")

    def test_only_its_owner_enters_its_folder(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            saved(tmp_path)
        finally:
            os.umask(before)
        assert (tmp_path / ".site.cache").stat().st_mode & 0o777 == 0o700

    def test_a_folder_that_stands_open_is_closed(self, tmp_path: Path) -> None:
        folder = tmp_path / ".site.cache"
        folder.mkdir()
        folder.chmod(0o777)
        assert folder_of(tmp_path / "site") == folder
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_only_what_it_names_stays_in_its_folder(self, tmp_path: Path) -> None:
        folder = folder_of(tmp_path / "site")
        for name in ("rows-1-0", "rows-2-0", "rows-0-0", "state.new"):
            (folder / name).write_bytes(b"")
        saved(tmp_path)
        assert sorted(path.name for path in folder.iterdir()) == ["rows-1-0", "rows-2-0", "state.json"]

    def test_it_is_replaced_whole(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        with state.open("rb") as former:
            words = state.read_bytes()
            Cache(PROGRAM, "other").save(site)
            assert former.read() == words
        assert load(site, PROGRAM) == Cache(PROGRAM, "other")


class TestLoading:
    def test_without_a_cache_there_is_none(self, tmp_path: Path) -> None:
        assert load(tmp_path / "site", PROGRAM) is None
        assert list(tmp_path.iterdir()) == []

    def test_that_of_another_program_is_none(self, tmp_path: Path) -> None:
        site, _ = saved(tmp_path)
        assert load(site, "1" * 64) is None

    def test_a_changed_byte_anywhere_makes_it_none(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        whole = state.read_bytes()
        for at in range(len(whole)):
            state.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            assert load(site, PROGRAM) is None, at

    def test_cut_anywhere_it_is_none(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        whole = state.read_bytes()
        for length in range(0, len(whole), 3):
            state.write_bytes(whole[:length])
            assert load(site, PROGRAM) is None, length

    def test_bytes_put_in_anywhere_make_it_none(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        whole, chance = state.read_bytes(), Random(1)
        for _ in range(200):
            at = chance.randrange(len(whole) + 1)
            state.write_bytes(whole[:at] + chance.randbytes(chance.randint(1, 9)) + whole[at:])
            assert load(site, PROGRAM) is None

    def test_a_folder_in_its_place_is_none(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        state.unlink()
        state.mkdir()
        assert load(site, PROGRAM) is None


def found(path: str, signature: Signature) -> Found:
    return Found(path, path, path, signature)


class TestUnchanged:
    FOUND = (found("site.yaml", (10, 11, 12, 13)), found("sheets/2025/kita/somu.yaml", (1, 2**62, 3, 2**63)))

    def cache(self) -> Cache:
        cache = some_cache()
        del cache.files["sheets/2024/kita/somu.yaml"]
        return cache

    def test_the_same_files_are_unchanged(self) -> None:
        assert self.cache().unchanged(list(self.FOUND))
        assert self.cache().unchanged(list(reversed(self.FOUND)))

    @pytest.mark.parametrize("place", range(4))
    def test_a_file_with_another_signature_is_changed(self, place: int) -> None:
        signature = list(self.FOUND[0].signature)
        signature[place] += 1
        size, changed, entered, inode = signature
        assert not self.cache().unchanged([found("site.yaml", (size, changed, entered, inode)), self.FOUND[1]])

    def test_a_file_more_less_or_elsewhere_is_a_change(self) -> None:
        first, second = self.FOUND
        assert not self.cache().unchanged([first])
        assert not self.cache().unchanged([first, second, found("pages/a.md", (1, 2, 3, 4))])
        assert not self.cache().unchanged([first, found("sheets/2025/kita/b.yaml", second.signature)])

    def test_a_file_that_had_not_settled_counts_as_changed(self) -> None:
        third = found("sheets/2024/kita/somu.yaml", (1, 2, 3, 4))
        assert not some_cache().unchanged([*self.FOUND, third])


class TestSettling:
    BEGAN = 1_700_000_000 * SECOND + 7

    @pytest.mark.parametrize(
        ("changed", "entered", "settles"),
        [
            (-SECOND, -SECOND, True),
            (-SECOND // 10, -SECOND, False),
            (-SECOND, -SECOND // 10, False),
            (-SECOND // 10 - 1, -SECOND // 10 - 1, True),
            (0, 0, False),
            (SECOND, -SECOND, False),
            (-SECOND, SECOND, False),
            (-SECOND - 7, -SECOND, False),
            (-3 * SECOND - 7, -SECOND, False),
            (-3 * SECOND - 7, -3 * SECOND, True),
        ],
    )
    def test_a_file_settles_when_a_change_must_show(self, changed: int, entered: int, settles: bool) -> None:
        signature = (9, self.BEGAN + changed, self.BEGAN + entered, 5)
        assert settled(found("a.yaml", signature), self.BEGAN) == (signature if settles else None)

    def test_a_file_just_written_has_not_settled(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes(b"")
        status = path.stat()
        signature = (0, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        assert settled(found("a.yaml", signature), now()) is None


class TestProgram:
    @pytest.mark.parametrize("name", ["a.py", "b/c.html", "d.css", "e.svg"])
    def test_its_digest_tells_every_file_and_every_change(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "b").mkdir()
        (tmp_path / "z.py").write_text("z", encoding="utf-8")
        digests = [digest_of_program(tmp_path)]
        for words in ("1", "2"):
            (tmp_path / name).write_text(words, encoding="utf-8")
            digests.append(digest_of_program(tmp_path))
        (tmp_path / name).rename((tmp_path / name).with_stem("moved"))
        digests.append(digest_of_program(tmp_path))
        assert len(set(digests)) == 4
        assert digest_of_program(tmp_path) == digests[-1]

    def test_what_the_program_does_not_read_leaves_no_trace(self, tmp_path: Path) -> None:
        before = digest_of_program(tmp_path)
        (tmp_path / "a.pyc").write_bytes(b"1")
        assert digest_of_program(tmp_path) == before
