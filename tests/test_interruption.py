"""A build that is killed, that meets another or that finds the disk full leaves a whole site behind."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest

from goalsheets.building import build, make_site
from goalsheets.publishing import PublishError, locked
from tests.city import City
from tests.samples import ROOT, left_beside, public_tree, tree_of

KILLS = 15
_LINK = re.compile(rb'(?:href|src)="([^"#:]+)["#]')


def command(city: City, *more: str) -> list[str]:
    given = ["--content", str(city.content), "--site", str(city.site), *more]
    return [sys.executable, str(ROOT / "build.py"), "build", *given]


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(arguments, check=False, capture_output=True, encoding="utf-8", env=variables, timeout=60)


class Visitor(Thread):
    """Open the site again and again, and read its first page and every page that leads to, as one visit."""

    def __init__(self, site: Path, versions: list[dict[str, bytes]]) -> None:
        super().__init__()
        self.site, self.versions = site, versions
        self.done = Event()
        self.visits = 0
        self.torn: list[str] = []
        self.seen: set[int] = set()

    def run(self) -> None:
        while not self.done.is_set():
            self.visit()
            time.sleep(0.04)

    def visit(self) -> None:
        try:
            folder = os.open(self.site, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            self.torn.append("there was no site")
            return
        try:
            seen = {"index.html": content(folder, "index.html")}
            for link in sorted(set(_LINK.findall(seen["index.html"]))):
                path = os.path.normpath(f"{link.decode()}index.html" if link.endswith(b"/") else link.decode())
                seen[path] = content(folder, path)
            whole = [number for number, version in enumerate(self.versions) if seen.items() <= version.items()]
            if not whole:
                self.torn.append(f"{len(seen)} files are of no one build")
            self.visits += 1
            self.seen.update(whole)
        except OSError as error:
            self.torn.append(f"{error.filename}: {error.strerror}")
        finally:
            os.close(folder)


def content(folder: int, path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


class TestKilling:
    def test_a_visitor_sees_one_build_and_the_next_build_tidies_up(self, tmp_path: Path) -> None:
        city, chance = City(tmp_path), Random(7)
        assert run(command(city)).returncode == 0
        versions = [public_tree(city.site)]
        visitor = Visitor(city.site, versions)
        visitor.start()
        killed = 0
        try:
            for number in range(KILLS):
                (city.edit_site if number % 3 == 0 else city.edit)()
                versions.append(make_site(city.content).files)
                with subprocess.Popen(command(city), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                    wait_until_pages_are_made(city, process)
                    time.sleep(chance.uniform(0, 0.15))
                    process.kill()
                killed += process.returncode == -9
                assert public_tree_or_none(city.site) in versions
        finally:
            visitor.done.set()
            visitor.join()
        assert visitor.torn == []
        assert (visitor.visits > KILLS, len(visitor.seen) > 1) == (True, True)
        assert killed >= KILLS // 3
        done = run(command(city))
        assert (done.returncode, public_tree(city.site)) == (0, versions[-1]), done.stderr
        assert left_beside(city.site) == ["content"]
        kept = {path.name for path in (tmp_path / ".site.cache").iterdir()}
        assert {name.split("-")[0] for name in kept} <= {"state.json", "rows"}
        city.build()


def wait_until_pages_are_made(city: City, process: subprocess.Popen[bytes]) -> None:
    """Wait for the moment from which a kill can do harm."""
    stage = city.site.with_name(".site.stage")
    began = inode_of(stage)
    while process.poll() is None and inode_of(stage) in {0, began}:
        time.sleep(0.002)


def inode_of(folder: Path) -> int:
    try:
        return folder.stat().st_ino
    except FileNotFoundError:
        return 0


def public_tree_or_none(site: Path) -> dict[str, bytes] | None:
    return public_tree(site) if site.exists() else None


class TestMeeting:
    def test_the_second_build_ends_and_names_the_first(self, tmp_path: Path) -> None:
        city = City(tmp_path)
        with locked(city.site):
            done = run(command(city))
        assert (done.returncode, done.stdout) == (75, "")
        assert done.stderr == (
            f"別の処理（プロセス {os.getpid()}）が {city.site} を作っています。終わってからやり直してください。\n"
        )
        assert not city.site.exists()
        assert run(command(city)).returncode == 0

    def test_two_builds_begun_together_make_one_site(self, tmp_path: Path) -> None:
        city = City(tmp_path)
        both = [subprocess.Popen(command(city), stderr=subprocess.PIPE, encoding="utf-8") for _ in range(2)]
        told = [process.communicate(timeout=60)[1] for process in both]
        codes = [process.returncode for process in both]
        assert set(codes) <= {0, 75}
        assert 0 in codes
        for code, words, other in zip(codes, told, reversed(both), strict=True):
            if code == 75:
                assert f"別の処理（プロセス {other.pid}）が {city.site} を作っています。" in words
        assert public_tree(city.site) == make_site(city.content).files
        assert left_beside(city.site) == ["content"]


ON_A_SMALL_DISK = """
import contextlib, sys
from pathlib import Path
from goalsheets.building import build
from goalsheets.publishing import PublishError
from tests.city import City
from tests.samples import left_beside, tree_of
city = City(Path(sys.argv[1]))
build(city.content, city.site)
for number, pages in enumerate([0, 1, 12, 60]):
    before = tree_of(city.site)
    (city.edit if number % 2 else city.edit_site)()
    spare, filler = city.content.with_name("spare"), city.content.with_name("filler")
    spare.write_bytes(bytes(4096 * pages))
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    spare.unlink()
    words = "made"
    try:
        build(city.content, city.site)
    except PublishError as error:
        words = str(error)
    filler.unlink()
    beside = [name for name in left_beside(city.site) if name != "content"]
    print(pages, words, "same" if tree_of(city.site) == before else "changed", *beside, sep="|")
city.build()
"""
MOUNTED = 'mount -t tmpfs -o "$3" tmpfs "$1" && exec "$0" -c "$2" "$1"'


class TestFullDisk:
    def test_the_former_site_stays_as_it_was(self, tmp_path: Path) -> None:
        private = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
        if shutil.which("unshare") is None or run([*private, 'mount -t tmpfs tmpfs "$0"', str(tmp_path)]).returncode:
            pytest.skip("this system lets us mount no small disk of our own")
        done = run([*private, MOUNTED, sys.executable, str(tmp_path), ON_A_SMALL_DISK, "size=8m"])
        assert done.stderr == ""
        told = [line.split("|") for line in done.stdout.splitlines()]
        words = f"{tmp_path}/site に書き込めません（{os.strerror(errno.ENOSPC)}）。前のサイトはそのまま残っています。"
        assert [line for line in told if line[1:] not in ([words, "same"], ["made", "changed"])] == []
        assert (len(told), told[0][1]) == (4, words)

    def test_a_file_that_cannot_be_taken_over_leaves_nothing_beside(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        city = City(tmp_path)
        city.build()
        before = tree_of(city.site)

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        city.edit()
        with monkeypatch.context() as patch:
            patch.setattr(os, "link", full)
            with pytest.raises(PublishError) as caught:
                build(city.content, city.site)
        assert str(caught.value) == (
            f"{city.site} に書き込めません（{os.strerror(errno.ENOSPC)}）。前のサイトはそのまま残っています。"
        )
        assert tree_of(city.site) == before
        assert left_beside(city.site) == ["content", "fresh"]
        city.build()
