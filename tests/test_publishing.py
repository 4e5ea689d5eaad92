"""The site is put in its place whole or not at all, and nothing that is not ours is touched."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest

from goalsheets.publishing import (
    MARKER,
    BusyError,
    Manifest,
    PublishError,
    Stage,
    StaleError,
    beside,
    intact,
    locked,
    roll_back,
    staged,
    stamps_of,
    told,
)
from tests.samples import CONTENT, ROOT, left_beside, tree_of

FIRST = {"index.html": b"1", "wards/kita/index.html": "北区".encode(), "assets/site.css": b"a{}"}
SECOND = {"index.html": b"2", "years/2025/index.html": b"3"}


def publish(files: Mapping[str, bytes], site: Path) -> None:
    """Publish files as a build does."""
    with locked(site), told(site), staged(site, stamps_of(site), None) as stage:
        stage.publish({path: stage.put(path, data) for path, data in files.items()})


def publish_changes(files: Mapping[str, bytes], gone: Collection[str], site: Path) -> None:
    """Publish files as a build does that knows what it made before, and makes only what changed."""
    with locked(site), told(site), staged(site, stamps_of(site), lambda: True) as stage:
        stamps = {path: stage.put(path, data) for path, data in files.items()}
        stage.settle()
        stage.drop(gone)
        stage.publish({path: stamp for path, stamp in (stage.former | stamps).items() if path not in gone})


def published(site: Path) -> dict[str, bytes]:
    """Return the files of a published site without our marker, which lists them."""
    tree = tree_of(site)
    marker = json.loads(tree.pop(MARKER))
    assert marker == {
        "generator": "goalsheets",
        "files": {path: hashlib.sha256(data).hexdigest() for path, data in tree.items()},
    }
    return tree


def refusal(files: Mapping[str, bytes], site: Path) -> str:
    with pytest.raises(PublishError) as caught:
        publish(files, site)
    return str(caught.value)


class TestReplacing:
    def test_a_new_site_is_made_with_the_folders_above_it(self, tmp_path: Path) -> None:
        site = tmp_path / "a" / "b" / "site"
        publish(FIRST, site)
        assert published(site) == FIRST
        assert left_beside(site) == []

    def test_an_empty_folder_is_a_place_for_a_site(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        site.mkdir()
        publish(FIRST, site)
        assert published(site) == FIRST

    def test_the_former_site_is_replaced_whole(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        (site / "stray.html").write_bytes(b"x")
        publish(SECOND, site)
        assert published(site) == SECOND
        assert not (site / "wards").exists()
        assert left_beside(site) == []

    def test_what_stands_beside_the_site_stays(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        (tmp_path / "site.old").mkdir()
        (tmp_path / "note.txt").write_bytes(b"x")
        publish(FIRST, site)
        publish(SECOND, site)
        assert left_beside(site) == ["note.txt", "site.old"]

    def test_a_name_with_japanese_letters_and_spaces_will_do(self, tmp_path: Path) -> None:
        site = tmp_path / "公開 サイト"
        publish(FIRST, site)
        publish(SECOND, site)
        assert published(site) == SECOND

    def test_a_relative_place_will_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        publish(FIRST, Path("site"))
        publish(SECOND, Path("site"))
        assert published(tmp_path / "site") == SECOND

    def test_the_folder_one_stands_in_is_taken_or_refused_in_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = tmp_path / "site"
        site.mkdir()
        monkeypatch.chdir(site)
        try:
            publish(FIRST, Path())
        except PublishError:
            assert tree_of(site) == {}
        else:
            assert published(site) == FIRST


class TestStrangeThings:
    """What other programs may put where files and folders of ours are looked for."""

    def test_a_pipe_in_a_site_is_replaced_by_its_file(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        manifest = stamps_of(site)
        (site / "index.html").unlink()
        os.mkfifo(site / "index.html")
        assert not intact(site, manifest)
        publish(FIRST, site)
        assert published(site) == FIRST

    def test_a_link_in_a_site_is_replaced_by_its_file(self, tmp_path: Path) -> None:
        site, other = tmp_path / "site", tmp_path / "other"
        publish(FIRST, site)
        manifest = stamps_of(site)
        (site / "index.html").rename(other)
        (site / "index.html").symlink_to(other)
        assert not intact(site, manifest)
        publish(FIRST, site)
        assert published(site) == FIRST
        assert not (site / "index.html").is_symlink()
        assert other.read_bytes() == b"1"

    @pytest.mark.parametrize("lead", ["../mine/", "sheets/../../mine/", "{}/mine/"])
    def test_a_list_of_files_that_leads_out_of_the_site_is_not_followed(self, tmp_path: Path, lead: str) -> None:
        site, mine = tmp_path / "site", tmp_path / "mine"
        mine.mkdir()
        (mine / "thesis.txt").write_bytes(b"years of work")
        publish(FIRST, site)
        files = {
            f"{lead.format(tmp_path)}thesis.txt": "0" * 64,
            "../site/index.html": "0" * 64,
            "no/such": "",
            "wards": "",
        }
        (site / MARKER).write_text(json.dumps({"files": files}), encoding="utf-8")
        assert stamps_of(site).keys() <= {"wards"}
        stage = Stage(site, stamps_of(site), trusted=False)
        stage.begin()
        stage.drop(stamps_of(site))
        stage.discard()
        assert tree_of(mine) == {"thesis.txt": b"years of work"}

    @pytest.mark.parametrize("word", ["stage", "between", "trash", "previous"])
    @pytest.mark.parametrize("kind", ["file", "link", "dangling link", "folder"])
    def test_what_stands_in_the_way_goes_and_what_it_leads_to_stays(self, tmp_path: Path, word: str, kind: str) -> None:
        site, mine, place = tmp_path / "site", tmp_path / "mine", beside(tmp_path / "site", word)
        mine.mkdir()
        (mine / "thesis.txt").write_bytes(b"years of work")
        publish(FIRST, site)
        publish(SECOND, site)
        beside(site, "previous").rename(tmp_path / "former")
        if kind == "folder":
            (place / "sub").mkdir(parents=True)
        elif kind == "file":
            place.write_bytes(b"x")
        else:
            place.symlink_to(mine if kind == "link" else "nowhere")
        for files in (FIRST, SECOND, FIRST):
            publish(files, site)
        assert published(site) == FIRST
        assert published(beside(site, "previous")) == SECOND
        assert left_beside(site) == ["former", "mine"]
        assert tree_of(mine) == {"thesis.txt": b"years of work"}


class TestRefusing:
    def test_a_folder_that_is_not_ours_is_left_alone(self, tmp_path: Path) -> None:
        site = tmp_path / "documents"
        (site / "letters").mkdir(parents=True)
        (site / "letters" / "one.txt").write_bytes(b"x")
        assert refusal(FIRST, site) == (
            f"{site} には goalsheets が作っていないファイルがあります。空のフォルダーを --site で指定してください。"
        )
        assert tree_of(site) == {"letters/one.txt": b"x"}
        assert left_beside(site) == []

    def test_a_folder_with_only_a_hidden_file_is_not_ours(self, tmp_path: Path) -> None:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / ".git").write_bytes(b"x")
        assert "goalsheets が作っていないファイルがあります" in refusal(FIRST, tmp_path / "site")

    def test_a_folder_named_like_our_marker_is_no_marker(self, tmp_path: Path) -> None:
        (tmp_path / "site" / MARKER).mkdir(parents=True)
        assert "goalsheets が作っていないファイルがあります" in refusal(FIRST, tmp_path / "site")

    def test_a_file_at_the_place_is_left_alone(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        site.write_bytes(b"x")
        assert refusal(FIRST, site) == (
            f"{site} はふつうのフォルダーではありません。--site で別の場所を指定してください。"
        )
        assert site.read_bytes() == b"x"

    @pytest.mark.parametrize("target", ["former", "nowhere"])
    def test_a_link_at_the_place_is_left_alone(self, tmp_path: Path, target: str) -> None:
        site = tmp_path / "site"
        publish(FIRST, tmp_path / "former")
        site.symlink_to(tmp_path / target)
        assert refusal(SECOND, site) == (
            f"{site} はふつうのフォルダーではありません。--site で別の場所を指定してください。"
        )
        assert published(tmp_path / "former") == FIRST
        assert [name for name in left_beside(site) if not name.startswith(".former.")] == ["former"]

    def test_a_place_that_is_a_disk_of_its_own_is_refused(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        site.mkdir()
        mounted = ["unshare", "--mount", "--map-root-user", "sh", "-c", 'mount -t tmpfs tmpfs "$0" && exec "$@"']
        if run([*mounted, str(site), "true"]).returncode:
            pytest.skip("this system lets us mount no small disk of our own")
        build = [sys.executable, str(ROOT / "build.py"), "--content", str(CONTENT), "--site", str(site)]
        done = run([*mounted, str(site), *build])
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            f"{site} は別のディスクなので、一度に入れかえられません。その中のフォルダーを --site で指定してください。\n"
        )

    def test_a_place_below_a_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"x")
        site = tmp_path / "file" / "site"
        assert refusal(FIRST, site) == (
            f"{site} に書き込めません（{os.strerror(errno.ENOTDIR)}）。前のサイトはそのまま残っています。"
        )


PUBLISH_TOO_MUCH = """
import sys
from pathlib import Path
from goalsheets.publishing import PublishError
from tests.samples import left_beside
from tests.test_publishing import publish
site = Path(sys.argv[1])
publish({"index.html": b"1", "wards/kita/index.html": b"2"}, site)
before = {path: path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
if len(sys.argv) > 2:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    publish({f"{number}/index.html": bytes([number]) * 100_000 for number in range(100)}, site)
except PublishError as error:
    print(error)
after = {path: path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
print("same" if before == after else "changed", left_beside(site))
"""
ON_A_SMALL_DISK = 'mount -t tmpfs -o "$3" tmpfs "$1" && exec "$0" -c "$2" "$1/site"'


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        timeout=60,
    )


class TestFailingToWrite:
    @pytest.mark.parametrize("limit", ["size=2m", "size=64m,nr_inodes=20"], ids=["space", "inodes"])
    def test_a_full_disk_leaves_the_former_site_as_it_was(self, tmp_path: Path, limit: str) -> None:
        private = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
        if run([*private, 'mount -t tmpfs tmpfs "$0"', str(tmp_path)]).returncode:
            pytest.skip("this system lets us mount no small disk of our own")
        done = run([*private, ON_A_SMALL_DISK, sys.executable, str(tmp_path), PUBLISH_TOO_MUCH, limit])
        assert done.stderr == ""
        assert done.stdout.splitlines() == [
            f"{tmp_path}/site に書き込めません（{os.strerror(errno.ENOSPC)}）。前のサイトはそのまま残っています。",
            "same []",
        ]

    def test_a_bound_on_the_size_of_files_leaves_the_former_site_as_it_was(self, tmp_path: Path) -> None:
        done = run([sys.executable, "-c", PUBLISH_TOO_MUCH, str(tmp_path / "site"), "50000"])
        assert done.stderr == ""
        assert done.stdout.splitlines() == [
            f"{tmp_path}/site に書き込めません（{os.strerror(errno.EFBIG)}）。前のサイトはそのまま残っています。",
            "same []",
        ]

    def test_a_name_that_is_too_long_leaves_the_former_site_as_it_was(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        assert refusal({"index.html": b"2", f"{'x' * 300}/index.html": b"3"}, site) == (
            f"{site} に書き込めません（{os.strerror(errno.ENAMETOOLONG)}）。前のサイトはそのまま残っています。"
        )
        assert published(site) == FIRST
        assert left_beside(site) == []

    @pytest.mark.parametrize("late", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
    def test_what_shows_only_when_all_is_written_down_stops_the_publish(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: int
    ) -> None:
        class Full:
            def syncfs(self, _: int) -> int:
                ctypes.set_errno(late)
                return -1

        site = tmp_path / "site"
        publish(FIRST, site)
        monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: Full())
        assert refusal(SECOND, site) == (
            f"{site} に書き込めません（{os.strerror(late)}）。前のサイトはそのまま残っています。"
        )
        assert published(site) == FIRST
        assert left_beside(site) == []

    def test_a_first_site_that_fails_leaves_nothing_behind(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        refusal({"index.html": b"2", f"{'x' * 300}/index.html": b"3"}, site)
        assert not site.exists()
        assert left_beside(site) == []

    @pytest.mark.parametrize("error", [OSError(errno.EIO, os.strerror(errno.EIO)), KeyboardInterrupt()])
    def test_what_happens_between_the_two_renamings_loses_no_site(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
    ) -> None:
        """Only a system that cannot exchange two folders in one step has two renamings."""
        site = tmp_path / "site"
        publish(FIRST, site)
        rename = Path.rename

        def interrupted(self: Path, target: Path) -> Path:
            if self == beside(site, "stage") and target == site:
                raise error
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", interrupted)
        monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
        with pytest.raises((PublishError, KeyboardInterrupt)):
            publish(SECOND, site)
        assert published(site) == FIRST

    @pytest.mark.parametrize(
        ("moved", "to", "stands", "former"),
        [("previous", "trash", SECOND, FIRST), ("stage", "previous", {"index.html": b"3"}, SECOND)],
    )
    def test_a_folder_that_cannot_be_put_aside_once_costs_no_site(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        moved: str,
        to: str,
        stands: dict[str, bytes],
        former: dict[str, bytes],
    ) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        publish(SECOND, site)
        rename, left = Path.rename, [errno.EIO]

        def failing(self: Path, target: Path) -> Path:
            if (self, target) == (beside(site, moved), beside(site, to)) and left:
                raise OSError(left.pop(), os.strerror(errno.EIO))
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", failing)
        if stands == SECOND:
            assert refusal({"index.html": b"3"}, site) == (
                f"{site} に書き込めません（{os.strerror(errno.EIO)}）。前のサイトはそのまま残っています。"
            )
        else:
            publish({"index.html": b"3"}, site)
        assert (published(site), published(beside(site, "previous"))) == (stands, former)
        assert left_beside(site) == []

    @pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
    def test_a_signal_between_the_renamings_waits(self, tmp_path: Path, signal: str) -> None:
        done = run([sys.executable, "-c", SIGNALLED, str(tmp_path / "site"), signal])
        assert done.returncode != 0
        assert published(tmp_path / "site") == {"index.html": b"3"}
        assert published(tmp_path / ".site.previous") == {"index.html": b"2"}

    @pytest.mark.parametrize("missing", ["site", "previous"])
    def test_what_a_kill_between_two_renamings_left_is_put_back(self, tmp_path: Path, missing: str) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        publish(SECOND, site)
        former, place = published(site), site
        if missing == "previous":
            place = beside(site, "previous")
            former = published(place)
        place.rename(beside(site, "between"))
        with locked(site):
            assert published(place) == former
        assert published(site) == SECOND
        assert left_beside(site) == []


SIGNALLED = """
import os, signal, sys
from pathlib import Path
from tests.test_publishing import publish
site, sign = Path(sys.argv[1]), getattr(signal, sys.argv[2])
publish({"index.html": b"1"}, site)
publish({"index.html": b"2"}, site)
rename = Path.rename
def signalled(self, target):
    os.kill(os.getpid(), sign)
    return rename(self, target)
Path.rename = signalled
publish({"index.html": b"3"}, site)
"""


def inodes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def remove(path: Path) -> None:
    path.unlink()


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def touch(path: Path) -> None:
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARM: dict[str, Callable[[Path], None]] = {
    "removed": remove,
    "longer": lengthen,
    "touched": touch,
    "a folder": replace_by_folder,
}


class TestStaging:
    def test_what_is_taken_over_is_the_same_file(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        before = inodes(site)
        with locked(site), staged(site, stamps_of(site), lambda: True) as stage:
            stage.settle()
            assert inodes(stage.folder) == {path: before[path] for path in FIRST}
            assert {path: stage.read(path) for path in FIRST} == FIRST
        assert published(site) == FIRST
        assert left_beside(site) == []

    def test_only_what_changed_is_written(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        before, stamps = inodes(site), stamps_of(site)
        publish_changes({"index.html": b"2", "assets/site.css": b"a{}", "new/index.html": b"3"}, [], site)
        assert published(site) == FIRST | {"index.html": b"2", "new/index.html": b"3"}
        assert published(beside(site, "previous")) == FIRST
        after = inodes(site)
        kept = FIRST.keys() - {"index.html"}
        assert {path for path in FIRST if after[path] == before[path]} == kept
        assert all(stamps_of(site)[path] == stamps[path] for path in kept)
        assert left_beside(site) == []

    def test_what_goes_goes_with_its_folders(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        publish_changes({}, ["wards/kita/index.html", "was/never/there.html"], site)
        assert published(site) == {path: data for path, data in FIRST.items() if path != "wards/kita/index.html"}
        assert not (site / "wards").exists()
        assert published(beside(site, "previous")) == FIRST

    def test_one_change_after_the_other_keeps_one_site_before(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        for number in range(4):
            publish_changes({"index.html": b"%d" % number}, [], site)
        assert published(site) == FIRST | {"index.html": b"3"}
        assert published(beside(site, "previous")) == FIRST | {"index.html": b"2"}
        assert left_beside(site) == []

    def test_bytes_that_are_not_what_was_published_are_not_taken_over_unknown(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        (site / "index.html").write_bytes(b"x")
        publish(FIRST, site)
        assert published(site) == FIRST

    @pytest.mark.parametrize("harm", HARM)
    @pytest.mark.parametrize("path", FIRST)
    def test_a_site_that_was_touched_is_stale(self, tmp_path: Path, path: str, harm: str) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        former = stamps_of(site)
        assert intact(site, former)
        HARM[harm](site / path)
        assert not intact(site, former)
        tree = tree_of(site)
        self.refused_as_stale(site, former, lambda: True)
        assert tree_of(site) == tree

    def test_a_site_without_one_of_its_folders_is_stale(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        former = stamps_of(site)
        shutil.rmtree(site / "wards")
        self.refused_as_stale(site, former, lambda: True)
        (site / "wards").write_bytes(b"")
        self.refused_as_stale(site, former, lambda: True)

    def test_what_does_not_hold_is_stale(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        self.refused_as_stale(site, stamps_of(site), lambda: False)
        assert published(site) == FIRST

    def refused_as_stale(self, site: Path, former: Manifest, check: Callable[[], bool]) -> None:
        """Demand that it is told when a build settles, and at the end where none does, and that nothing is left."""
        with locked(site), pytest.raises(StaleError), staged(site, former, check) as stage:
            stage.put("index.html", b"2")
        assert left_beside(site) == []
        stale = pytest.raises(StaleError)
        with locked(site), stale, staged(site, former, check) as stage, pytest.raises(StaleError):
            stage.settle()
        assert left_beside(site) == []

    def test_what_is_not_known_is_not_checked(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        with locked(site), staged(site, stamps_of(site), None) as stage:
            stage.settle()
            assert list(stage.folder.iterdir()) == []

    @pytest.mark.parametrize("check", [None, lambda: True], ids=["anew", "taken over"])
    def test_an_error_on_the_way_leaves_the_former_site_and_nothing_else(
        self, tmp_path: Path, check: Callable[[], bool] | None
    ) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        before = inodes(site)

        def build() -> None:
            with locked(site), staged(site, stamps_of(site), check) as stage:
                stage.put("index.html", b"2")
                raise KeyError

        with pytest.raises(KeyError):
            build()
        assert published(site) == FIRST
        assert inodes(site) == before
        assert left_beside(site) == []

    def test_what_the_system_refuses_while_it_is_taken_over_is_told(self, tmp_path: Path) -> None:
        def refuse() -> bool:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        site = tmp_path / "site"
        publish(FIRST, site)
        with pytest.raises(PublishError) as caught, locked(site), told(site), staged(site, stamps_of(site), refuse):
            pass
        assert str(caught.value) == (
            f"{site} に書き込めません（{os.strerror(errno.EIO)}）。前のサイトはそのまま残っています。"
        )
        assert published(site) == FIRST
        assert left_beside(site) == []


class TestLock:
    def test_two_builds_of_one_site_do_not_meet(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        with locked(site), pytest.raises(BusyError, match=f"プロセス {os.getpid()}"), locked(site):
            pass
        publish(FIRST, site)
        assert published(site) == FIRST

    def test_who_holds_it_is_left_out_where_it_is_not_written_down(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        with locked(site):
            beside(site, "lock").write_bytes(b"")
            assert refusal(FIRST, site) == f"別の処理が {site} を作っています。終わってからやり直してください。"

    def test_it_goes_with_the_build(self, tmp_path: Path) -> None:
        with locked(tmp_path / "site"):
            assert [path.name for path in tmp_path.iterdir()] == [".site.lock"]
        assert list(tmp_path.iterdir()) == []

    def test_one_that_goes_while_it_is_taken_is_no_lock(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Between the opening and the locking of the file, the build that held it may end and remove it."""
        site, lock = tmp_path / "site", beside(tmp_path / "site", "lock")
        inodes: list[int] = []

        def late(descriptor: int, operation: int) -> None:
            if not inodes:
                lock.unlink()
            inodes.append(os.fstat(descriptor).st_ino)
            flock(descriptor, operation)

        flock = fcntl.flock
        monkeypatch.setattr(fcntl, "flock", late)
        with locked(site):
            assert inodes[-1] == lock.stat().st_ino
            assert len(inodes) == 2
        assert not lock.exists()


class TestRollingBack:
    def test_the_site_before_comes_back_and_goes_again(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        publish(SECOND, site)
        roll_back(site)
        assert published(site) == FIRST
        roll_back(site)
        assert published(site) == SECOND

    def test_a_site_that_was_deleted_comes_back(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        publish(SECOND, site)
        shutil.rmtree(site)
        roll_back(site)
        assert published(site) == FIRST
        assert list(tmp_path.iterdir()) == [site]

    def test_without_a_site_before_it_is_refused_in_words(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        with pytest.raises(PublishError, match="前のサイトはありません"):
            roll_back(site)
        assert published(site) == FIRST
