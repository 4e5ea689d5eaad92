"""The site is put in its place whole or not at all, and nothing that is not ours is touched."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from goalsheets.publishing import (
    MARKER,
    BusyError,
    PublishError,
    Stage,
    beside,
    locked,
    roll_back,
    stamps_of,
    told,
)
from tests.samples import ROOT, left_beside, tree_of

FIRST = {"index.html": b"1", "wards/kita/index.html": "北区".encode(), "assets/site.css": b"a{}"}
SECOND = {"index.html": b"2", "years/2025/index.html": b"3"}


def publish(files: Mapping[str, bytes], site: Path) -> None:
    """Publish files as a build does."""
    with locked(site), told(site):
        stage = Stage(site, stamps_of(site), trusted=False)
        try:
            stage.publish({path: stage.put(path, data) for path, data in files.items()})
        finally:
            stage.discard()


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


class TestLock:
    def test_two_builds_of_one_site_do_not_meet(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        with locked(site), pytest.raises(BusyError, match=f"プロセス {os.getpid()}"), locked(site):
            pass
        publish(FIRST, site)
        assert published(site) == FIRST


class TestRollingBack:
    def test_the_site_before_comes_back_and_goes_again(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        publish(SECOND, site)
        roll_back(site)
        assert published(site) == FIRST
        roll_back(site)
        assert published(site) == SECOND

    def test_without_a_site_before_it_is_refused_in_words(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        publish(FIRST, site)
        with pytest.raises(PublishError, match="前のサイトはありません"):
            roll_back(site)
        assert published(site) == FIRST
