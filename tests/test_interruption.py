"""A build that is killed, that meets another or that finds the disk full leaves a whole site behind."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from goalsheets.building import build, make_site
from goalsheets.publishing import MARKER, PublishError, beside, locked
from tests.city import City
from tests.samples import ROOT, left_beside, public_tree, tree_of
from tests.steps import KINDS, ROOM, STEPS
from tests.visitor import Seen, Visitor, visit

TAKING_OVER = f" に書き込めません（{os.strerror(errno.EIO)}）。前のサイトはそのまま残っています。"
"""What is said where the process was killed that takes the former site over."""
DIED = "を処理している途中で、プログラムの一部が止まりました。サイトは変えていません。"
SHARED = ("all", "cold")
"""The changes that give workers something to do."""


def command(city: City, *more: str) -> list[str]:
    given = ["--content", str(city.content), "--site", str(city.site), *more]
    return [sys.executable, str(ROOT / "build.py"), "build", *given]


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(arguments, check=False, capture_output=True, encoding="utf-8", env=variables, timeout=60)


class Siege:
    """Kill builds of a city at random moments, and look each time at what they leave."""

    def __init__(self, folder: Path) -> None:
        self.city = City(folder, seed=7, years=range(2016, 2026))  # enough sheets for workers to share
        self.chance = Random(7)
        self.wanted: dict[str, bytes] = {}
        self.stands: dict[str, bytes] = {}
        self.sites: set[str] = set()
        self.killed: Counter[str] = Counter()
        self.published = self.finished = 0
        self.lengths: dict[str, float] = {}
        for kind in SHARED:
            self.change(kind)
            began = time.monotonic()
            assert run(command(self.city)).returncode == 0
            self.length = time.monotonic() - began
        self.finish()

    def change(self, kind: str) -> None:
        """Change the content, or forget what was built of it."""
        if kind == "cold":
            shutil.rmtree(beside(self.city.site, "cache"), ignore_errors=True)
        resize = self.city.delete if len(self.city.places) > 66 else self.city.add
        changes = {"rename": self.city.rename, "resize": resize, "all": self.city.edit_site}
        changes.get(kind, self.city.edit)()
        self.wanted = dict(make_site(self.city.content).files)

    def strike(self) -> None:
        """Begin a build of changed content, and kill it unless it ends before."""
        kind = self.chance.choice(("edit", "rename", "resize", *SHARED))
        self.change(kind)
        way = self.chance.choice(("group", "parent", "worker") if kind in SHARED else ("group", "parent"))
        more = ["--allow-shrink", "--workers", self.chance.choice("23")]
        began = time.monotonic()
        process = subprocess.Popen(
            command(self.city, *more),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        self.kill(process, way, self.lengths.get(kind, self.length))
        _, told = process.communicate(timeout=60)  # comes to an end only when no worker is left
        if process.returncode == 0:
            self.lengths[kind] = time.monotonic() - began
            assert public_tree(self.city.site) == self.wanted
        elif way == "worker":
            assert process.returncode == 1
            assert told.splitlines()[-1].endswith((DIED, TAKING_OVER))
            assert left_beside(self.city.site) == ["content"]
        else:
            assert process.returncode == -signal.SIGKILL, told
        self.look(way if process.returncode else "")

    def kill(self, process: subprocess.Popen[str], way: str, length: float) -> None:
        """Kill a build, or a worker of it, at a random moment; every second one late, when it publishes."""
        if way == "worker":
            while process.poll() is None and not workers_of(process):
                time.sleep(0.002)
            time.sleep(self.chance.uniform(0, length / 5))
            with suppress(ProcessLookupError, IndexError):
                os.kill(self.chance.choice(workers_of(process)), signal.SIGKILL)
            return
        time.sleep(self.chance.uniform(self.chance.choice((0, length / 2)), length))
        with suppress(ProcessLookupError):
            (os.killpg if way == "group" else os.kill)(process.pid, signal.SIGKILL)

    def look(self, killed: str) -> None:
        """Demand that the site is whole, the old one or the new one, and count."""
        found = public_tree(self.city.site)
        assert found in (self.stands, self.wanted)
        if killed:
            self.killed[killed] += 1
            self.published += found != self.stands
        self.stands = found
        self.sites.add(digest_of(self.city.site))

    def finish(self) -> None:
        """Build to the end; demand what a build from nothing gives, and that nothing else is left."""
        build(self.city.content, self.city.site, allow_shrink=True)
        self.finished += 1
        self.look("")
        assert self.stands == self.wanted
        assert left_beside(self.city.site) == ["content"]
        assert {path.name.split("-")[0] for path in beside(self.city.site, "cache").iterdir()} == {"state", "rows"}
        former = Seen()
        visit(beside(self.city.site, "previous"), former)
        assert (former.torn, former.missing) == ([], [])


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except OSError:
        return []


def digest_of(site: Path) -> str:
    """Return the digest of a site's list of its files."""
    return hashlib.sha256((site / MARKER).read_bytes()).hexdigest()


class TestKilling:
    def test_visitors_see_whole_sites_and_the_next_build_is_right(self, tmp_path: Path, kills: int) -> None:
        siege = Siege(tmp_path)
        with Visitor(siege.city.site) as visitor:
            while siege.killed.total() < kills:
                siege.strike()
                visitor.ask()  # else two sites might come during one visit: only one former site is kept
                if siege.chance.random() < 0.7:
                    siege.finish()
                    visitor.ask()
            siege.finish()
        seen, killed = visitor.all, siege.killed
        print(
            f"\n{killed.total()} builds killed {dict(killed)}, {siege.published} of them after publishing; "
            f"{siege.finished} builds finished after that; "
            f"{seen.visits} visits: {len(seen.torn)} torn, {len(seen.missing)} half missing"
        )
        assert (seen.torn, seen.missing, seen.sites - siege.sites) == ([], [], set())
        assert seen.visits > kills
        assert kills < 100 or killed.keys() == {"group", "parent", "worker"}


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
                named = words.replace(
                    "別の処理が", f"別の処理（プロセス {other.pid}）が"
                )  # it may not be written down yet
                assert f"別の処理（プロセス {other.pid}）が {city.site} を作っています。" in named
        assert public_tree(city.site) == make_site(city.content).files
        assert left_beside(city.site) == ["content"]


OWN_DISK = [
    "unshare",
    "--mount",
    "--map-root-user",
    "sh",
    "-c",
    'mount -t tmpfs -o "$0" tmpfs "$1" && shift && exec "$@"',
]


def on_own_disk(folder: Path, *command: str) -> list[str]:
    """Return a command that runs another where the folder is a small disk of its own; nothing where that cannot be."""
    whole = [*OWN_DISK, "size=24m,nr_inodes=2400", str(folder), *command]
    return whole if shutil.which("unshare") and run([*whole[:8], "true"]).returncode == 0 else []


def hinder(folder: Path, kind: str, end: str) -> dict[str, int]:
    """Hinder a build at each of its steps in turn; return how the builds ended."""
    command = [sys.executable, "-m", "tests.steps", str(folder), kind, end]
    command = on_own_disk(folder, *command) or command
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=600)
    assert done.returncode == 0, done.stderr
    ended: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    print(f"\n{kind}, {end}: {ended}")
    return ended


OFTEN = [("turn", "refused"), ("all", "killed")]


def every(*ends: str) -> list[Any]:
    """Return each kind of build with each end; only a few of them are tried in every run of the tests."""
    pairs = [(kind, end) for end in ends for kind in KINDS]
    return [pytest.param(*pair, marks=[] if pair in OFTEN else pytest.mark.soak) for pair in pairs]


class TestEveryStep:
    @pytest.mark.parametrize(("kind", "end"), every(*STEPS))
    def test_a_build_that_ends_there_leaves_a_whole_site(self, tmp_path: Path, kind: str, end: str) -> None:
        assert hinder(tmp_path, kind, end)["not made"] > 50

    @pytest.mark.parametrize("end", ROOM)
    @pytest.mark.parametrize("kind", ["turn", *(pytest.param(kind, marks=pytest.mark.soak) for kind in KINDS[1:])])
    def test_a_disk_that_is_full_there_leaves_the_former_site(self, tmp_path: Path, kind: str, end: str) -> None:
        if not on_own_disk(tmp_path):
            pytest.skip("this system lets us mount no small disk of our own")
        assert hinder(tmp_path, kind, end)["not made"] > 10


class TestFullDisk:
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
