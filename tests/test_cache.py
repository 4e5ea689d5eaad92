"""What is remembered of a build comes back as it was, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from random import Random

import pytest

from goalsheets.cache import Cache, Notes, Remembered, digest_of_program, folder_of, load, now, settled
from goalsheets.files import Found, Signature, scan
from goalsheets.problems import Problem
from goalsheets.publishing import PublishError

PROGRAM = "0" * 64
NOTHING = Remembered("", "", "", "")
SECOND = 1_000_000_000
WARNING = Problem("content/sheets/2025/kita/somu.yaml", 2, 10, "作成日が外にあります。", "このままで。", "warning")
BRIEF = '[2025,"kita","somu",true,"2026-03-31",4096,"02",["政策-13-1-2 行財-3",""],[8192,12288],[8192,16384]]'
SHEETS = ("sheets/2025/kita/somu.yaml", "sheets/2024/kita/somu.yaml")


def signature(size: int, changed: int, entered: int, inode: int) -> Signature:
    return f"{size} {changed} {entered} {inode}"


EMPTY = Cache(PROGRAM, "", {}, {}, [])


def some_cache() -> Cache:
    return Cache(
        PROGRAM,
        "c" * 64,
        {
            "site.yaml": Remembered(signature(10, 11, 12, 13), "", "", ""),
            SHEETS[0]: Remembered(signature(1, 2**62, 3, 2**63), "d" * 32, json.dumps([WARNING]), BRIEF),
            SHEETS[1]: Remembered("", "e" * 32, "", BRIEF.replace("2025", "2024")),
        },
        {"index.html": ("f" * 64, 1, 2**62), "about/index.html": ("a" * 64, 0, 0)},
        [("rows-1-0", "b" * 64), ("rows-2-0", "c" * 64)],
    )


def saved(folder: Path) -> tuple[Path, Path]:
    """Save a cache; return its site and its file."""
    site = folder / "site"
    some_cache().save(site)
    return site, folder / ".site.cache" / "state"


class TestSaving:
    def test_it_comes_back_as_it_was(self, tmp_path: Path) -> None:
        site, _ = saved(tmp_path)
        assert load(site, PROGRAM) == some_cache()

    def test_what_it_tells_comes_back(self, tmp_path: Path) -> None:
        site, _ = saved(tmp_path)
        cache = load(site, PROGRAM)
        assert cache is not None
        assert cache.sheets == 2
        elsewhere = [Found(path, f"there/{path}", "", "") for path in (*cache.files, "sheets/2023/kita/somu.yaml")]
        told = WARNING._replace(path=f"there/{SHEETS[0]}")
        assert cache.warnings(elsewhere) == [told]
        assert [cache.files[file.path].warned(file) for file in elsewhere[:-1]] == [[], [told], []]

    def test_one_with_nothing_in_it_comes_back(self, tmp_path: Path) -> None:
        nothing = EMPTY._replace(files={"pages/a.md": NOTHING})
        for cache in (EMPTY._replace(context="c" * 64), nothing):
            cache.save(tmp_path / "site")
            assert load(tmp_path / "site", PROGRAM) == cache

    def test_it_is_a_line_each_and_a_digest_of_all(self, tmp_path: Path) -> None:
        _, state = saved(tmp_path)
        signed, _, digest = state.read_text(encoding="utf-8").rpartition(" ")
        assert digest == hashlib.sha256(signed.encode()).hexdigest()
        cache = some_cache()
        assert signed.split("\n") == [
            *("\t".join((path, *known)) for path, known in cache.files.items()),
            *("\t".join(row) for row in cache.rows),
            f"index.html\t{'f' * 64}\t1\t{2**62}",
            f"about/index.html\t{'a' * 64}\t0\t0",
            f"{PROGRAM} {'c' * 64} 3 2",
        ]

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
        assert sorted(path.name for path in folder.iterdir()) == ["rows-1-0", "rows-2-0", "state"]

    def test_what_is_not_ours_stays_in_its_folder(self, tmp_path: Path) -> None:
        folder = folder_of(tmp_path / "site")
        (folder / "thesis.txt").write_bytes(b"years of work")
        saved(tmp_path)
        assert (folder / "thesis.txt").read_bytes() == b"years of work"

    def test_a_link_in_its_place_is_not_followed(self, tmp_path: Path) -> None:
        mine, folder = tmp_path / "mine", tmp_path / ".site.cache"
        mine.mkdir(mode=0o755)
        folder.symlink_to(mine)
        with pytest.raises(PublishError) as caught:
            saved(tmp_path)
        assert str(caught.value) == f"{folder} はふつうのフォルダーではありません。取り除いてから、やり直してください。"
        assert (list(mine.iterdir()), mine.stat().st_mode & 0o777) == ([], 0o755)

    def test_it_is_replaced_whole(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        with state.open("rb") as former:
            words = state.read_bytes()
            EMPTY._replace(context="other").save(site)
            assert former.read() == words
        assert load(site, PROGRAM) == EMPTY._replace(context="other")


class TestNotes:
    """A build notes line by line, and may end at any of them."""

    def begun(self, folder: Path) -> Path:
        """Leave what a build has that is going on: the cache before it, and lines of both."""
        site, state = saved(folder)
        for name in ("rows-1-0", "rows-2-0", "rows-3-0"):
            (state.parent / name).write_bytes(b"")
        return site

    def note_all(self, notes: Notes, cache: Cache) -> None:
        for path, known in cache.files.items():
            notes.file(path, known)

    def test_what_is_finished_takes_the_place_of_the_former(self, tmp_path: Path) -> None:
        site, cache = self.begun(tmp_path), some_cache()
        rows = [*cache.rows[1:], ("rows-3-0", "d" * 64)]
        with Notes(site, PROGRAM, cache.rows) as notes:
            self.note_all(notes, cache)
            assert load(site, PROGRAM) == cache
            notes.finish("new", rows, cache.manifest)
        assert load(site, PROGRAM) == cache._replace(context="new", rows=rows)
        assert sorted(path.name for path in folder_of(site).iterdir()) == ["rows-2-0", "rows-3-0", "state"]

    @pytest.mark.parametrize("error", [None, OSError, KeyboardInterrupt])
    def test_what_is_not_finished_leaves_the_former_and_nothing_else(
        self, tmp_path: Path, error: type[BaseException] | None
    ) -> None:
        site, cache = self.begun(tmp_path), some_cache()

        def note() -> None:
            with Notes(site, PROGRAM, cache.rows) as notes:
                self.note_all(notes, cache._replace(files={"other.yaml": NOTHING}))
                if error:
                    raise error

        if error:
            with pytest.raises(error):
                note()
        else:
            note()
        assert load(site, PROGRAM) == cache
        assert sorted(path.name for path in folder_of(site).iterdir()) == ["rows-1-0", "rows-2-0", "state"]

    @pytest.mark.parametrize("count", [1, 499, 500, 501, 1500])
    def test_any_number_of_lines_comes_back(self, tmp_path: Path, count: int) -> None:
        known = some_cache().files[SHEETS[0]]
        files = {f"sheets/2025/kita/課{number}.yaml": known for number in range(count)}
        manifest = {f"{number}/index.html": ("f" * 64, number, 2**62 + number) for number in range(count)}
        cache = some_cache()._replace(files=files, manifest=manifest)
        site = tmp_path / "site"
        cache.save(site)
        assert load(site, PROGRAM) == cache


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

    @pytest.mark.parametrize(
        "body", ["{}", "[]", "[1,2,3,4]", '["",{"a":1},{},[]]', '["",{},{"a":1},[]]', '["",{},{},1]']
    )
    def test_one_of_another_shape_is_none(self, tmp_path: Path, body: str) -> None:
        site, state = saved(tmp_path)
        state.write_text(f"{PROGRAM} {hashlib.sha256(body.encode()).hexdigest()}\n{body}", encoding="utf-8")
        assert load(site, PROGRAM) is None

    def test_a_pipe_or_a_link_in_its_place_is_none(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        state.rename(tmp_path / "state")
        state.symlink_to(tmp_path / "state")
        assert load(site, PROGRAM) is None
        state.unlink()
        os.mkfifo(state)
        assert load(site, PROGRAM) is None

    def test_a_folder_in_its_place_is_none(self, tmp_path: Path) -> None:
        site, state = saved(tmp_path)
        state.unlink()
        state.mkdir()
        assert load(site, PROGRAM) is None


def found(path: str, signature: Signature) -> Found:
    return Found(path, path, path, signature)


class TestTouched:
    FOUND = (found("site.yaml", signature(10, 11, 12, 13)), found(SHEETS[0], signature(1, 2**62, 3, 2**63)))

    def cache(self) -> Cache:
        cache = some_cache()
        del cache.files[SHEETS[1]]
        return cache

    def test_the_same_files_are_not_touched(self) -> None:
        assert self.cache().touched(list(self.FOUND)) == []
        assert self.cache().touched(list(reversed(self.FOUND))) == []

    @pytest.mark.parametrize("place", range(4))
    def test_a_file_with_another_signature_is_touched(self, place: int) -> None:
        numbers = [10, 11, 12, 13]
        numbers[place] += 1
        size, changed, entered, inode = numbers
        other = found("site.yaml", signature(size, changed, entered, inode))
        assert self.cache().touched([other, self.FOUND[1]]) == [other]

    def test_all_that_are_touched_come_in_their_order(self) -> None:
        others = [file._replace(signature=signature(0, 0, 0, 0)) for file in self.FOUND]
        assert self.cache().touched(others) == others
        assert self.cache().touched([*reversed(others)]) == [*reversed(others)]

    def test_a_file_more_less_or_elsewhere_is_another_folder(self) -> None:
        first, second = self.FOUND
        assert self.cache().touched([first]) is None
        assert self.cache().touched([first, second, found("pages/a.md", signature(1, 2, 3, 4))]) is None
        assert self.cache().touched([first, found("sheets/2025/kita/b.yaml", second.signature)]) is None

    def test_a_file_that_had_not_settled_counts_as_touched(self) -> None:
        third = found(SHEETS[1], signature(1, 2, 3, 4))
        assert some_cache().touched([*self.FOUND, third]) == [third]


class TestRows:
    def test_they_hold_as_long_as_every_file_is_as_it_was(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        files = [folder_of(site) / name for name in ("rows-1-0", "rows-2-0")]
        for path in files:
            path.write_bytes(path.name.encode())
        cache = EMPTY._replace(rows=[(path.name, hashlib.sha256(path.name.encode()).hexdigest()) for path in files])
        assert cache.rows_hold(site)
        for path in files:
            whole = path.read_bytes()
            for damaged in (whole[:-1], whole + b"x", whole.replace(b"-", b"+", 1), b""):
                path.write_bytes(damaged)
                assert not cache.rows_hold(site), damaged
            path.unlink()
            assert not cache.rows_hold(site)
            path.mkdir()
            assert not cache.rows_hold(site)
            path.rmdir()
            path.write_bytes(whole)
            assert cache.rows_hold(site)

    def test_where_there_are_none_nothing_is_amiss(self, tmp_path: Path) -> None:
        assert EMPTY.rows_hold(tmp_path / "site")


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
        looks = signature(9, self.BEGAN + changed, self.BEGAN + entered, 5)
        assert settled(found("a.yaml", looks), self.BEGAN) == (looks if settles else "")

    def test_a_file_just_written_has_not_settled(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes(b"")
        status = path.stat()
        looks = signature(0, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        ((file,), _) = scan(tmp_path)
        assert file.signature == looks
        assert settled(file, now()) == ""

    def test_files_that_were_looked_into_are_known_by_how_they_look_now(self) -> None:
        cache, before = some_cache(), some_cache()
        old = signature(2, self.BEGAN - 9 * SECOND + 1, self.BEGAN - 9 * SECOND, 5)
        young = signature(3, self.BEGAN, self.BEGAN, 6)
        cache.settle([found(SHEETS[1], old), found("site.yaml", young)], self.BEGAN)
        assert cache.files == {
            "site.yaml": before.files["site.yaml"]._replace(signature=""),
            SHEETS[0]: before.files[SHEETS[0]],
            SHEETS[1]: before.files[SHEETS[1]]._replace(signature=old),
        }


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

    @pytest.mark.parametrize("target", ["z.py", "b", "nowhere"])
    def test_a_link_among_its_files_is_refused(self, tmp_path: Path, target: str) -> None:
        (tmp_path / "b").mkdir()
        (tmp_path / "z.py").write_text("z", encoding="utf-8")
        (tmp_path / "link").symlink_to(target)
        with pytest.raises(PublishError) as caught:
            digest_of_program(tmp_path)
        assert str(caught.value) == (
            f"{tmp_path / 'link'} はリンクです。リンク先の実際のファイルを置いてください。サイトは変えていません。"
        )

    def test_a_pipe_among_its_files_is_refused(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(PublishError) as caught:
            digest_of_program(tmp_path)
        assert str(caught.value) == (
            f"{tmp_path / 'pipe'} はふつうのファイルではありません。取り除いてください。サイトは変えていません。"
        )

    def test_what_the_program_does_not_read_leaves_no_trace(self, tmp_path: Path) -> None:
        before = digest_of_program(tmp_path)
        (tmp_path / "a.pyc").write_bytes(b"1")
        assert digest_of_program(tmp_path) == before
