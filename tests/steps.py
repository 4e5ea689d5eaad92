"""Let each step of a build in turn be its last, or fail, or find the disk full.

Run as `python -m tests.steps FOLDER KIND END`.
"""

from __future__ import annotations

import ctypes
import errno
import io
import json
import mmap
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from goalsheets import making
from goalsheets.building import make_site
from goalsheets.command import main
from goalsheets.publishing import beside, locked
from tests.samples import compiled_once, goal_text, left_beside, public_tree, sheet_text, tree_of, write_content

KINDS = ("turn", "all", "first", "shared", "renames", "copies")
"""What a build does: make some pages and drop others, make all anew, make a first site, share the work out between
workers; or do it where the system cannot exchange two folders in one step, or makes no links."""

STEPS = ("killed", "refused", "full")
"""What comes in a build's way at a step: it is killed, or the step fails, or it fails with all that come after it."""

ROOM = ("pages", "inodes")
"""What the disk has no more of than so many."""

MAKING = {"os.link", "os.rename", "os.truncate", "os.utime", "os.write"}
REMOVING = {"os.remove", "os.rmdir", "shutil.rmtree", "ctypes.dlsym"}
PAGE = 4096
IN_A_ROW = 10
"""So many builds that come through tell that there is room enough by now."""


class Place:
    """Hold a small content folder that turns from one state to the other and back, and its site."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.content, self.site, self.kind = folder / "content", folder / "site", kind
        write_content(self.content)
        self.turns = 0
        for _ in range(3):
            self.turn()
            self.finish()

    def turn(self) -> None:
        """Change a sheet, and add another or take it away; or change what stands on every page."""
        self.turns += 1
        goals = goal_text(objective=f"目標{self.turns}です。")
        (self.content / "sheets/2025/kita/somu.yaml").write_text(sheet_text(goals=goals), encoding="utf-8")
        other = self.content / "sheets/2025/shimin/somu.yaml"
        other.parent.mkdir(exist_ok=True)
        if self.turns % 2:
            goals = goal_text(policies="[行財2-1-①]")
            other.write_text(sheet_text(division="市民部", goals=goals), encoding="utf-8")
        else:
            other.unlink()
        if self.kind in {"all", "shared"}:
            (self.content / "pages").mkdir(exist_ok=True)
            (self.content / "pages/about.md").write_text(f"# 説明{self.turns}\n", encoding="utf-8")
        if self.kind == "first":
            for folder in (self.site, beside(self.site, "cache"), beside(self.site, "previous")):
                shutil.rmtree(folder, ignore_errors=True)
        self.wanted = make_site(self.content).files

    def build(self) -> int:
        options = ["--content", str(self.content), "--site", str(self.site), "--allow-shrink", "--workers", "2"]
        return main(["build", *options])

    def finish(self) -> None:
        """Build with nothing in the way, and demand that all is right."""
        assert self.build() == 0
        assert self.stands() == self.wanted
        assert left_beside(self.site) == ["content"]

    def stands(self) -> dict[str, bytes] | None:
        return public_tree(self.site) if self.site.exists() else None

    def former(self) -> dict[str, bytes] | None:
        previous = beside(self.site, "previous")
        return public_tree(previous) if previous.exists() else None

    def state(self) -> dict[str, tuple[bytes, int]]:
        """Return all files of the site, the former site and the cache, with their times."""
        folder = self.site.parent
        kept = [path for path in tree_of(folder) if "/rows-" not in path and not path.endswith(".lock")]
        return {path: ((folder / path).read_bytes(), (folder / path).stat().st_mtime_ns) for path in kept}


def build_against(place: Place, step: int, end: str) -> tuple[int, str, bool]:
    """Build in a child; return its exit code, what it said at last, and whether anything came in its way."""
    met = mmap.mmap(-1, 1)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        code = -1
        try:
            os.close(reader)
            sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO()), os.fdopen(writer, "w", encoding="utf-8")
            prepare(place.kind)
            if end in STEPS:
                stop_at(step, end, met)
            code = place.build()
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as said:
        words = said.read().splitlines()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, words[-1] if words else "", met[0] == 1 or end in ROOM


def prepare(kind: str) -> None:
    if kind == "shared":
        making.WORTH_SHARING = 1
    if kind == "renames":
        ctypes.CDLL = Older  # type: ignore[misc]
    if kind == "copies":
        os.link = refuse_links  # type: ignore[assignment]


class Older(ctypes.CDLL):
    """Be a system that cannot exchange two folders in one step."""

    def __getattr__(self, name: str) -> Any:
        if name == "renameat2":
            raise AttributeError(name)
        return super().__getattr__(name)


def refuse_links(*_: object) -> None:
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def stop_at(step: int, end: str, met: mmap.mmap) -> None:
    """Have this process, and those it forks, stopped at a step by which the disk is changed."""
    numbers = count()

    def pass_by(event: str, arguments: tuple[Any, ...]) -> None:
        if not (makes(event, arguments) or (end == "killed" and event in REMOVING)):
            return
        number = next(numbers)
        if number == step or (end == "full" and number > step and event != "os.rename"):
            met[0] = 1
            if end == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def writing(descriptor: int, data: Any) -> int:
        if descriptor > 2:
            sys.audit("os.write")
        return write(descriptor, data)

    write, os.write = os.write, writing
    sys.addaudithook(pass_by)


def makes(event: str, arguments: tuple[Any, ...]) -> bool:
    """Tell whether something is about to be made on the disk."""
    if event == "open":
        return bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
    return event in MAKING or (event == "os.mkdir" and not Path(arguments[0]).is_dir())


@contextmanager
def room(folder: Path, left: int, end: str) -> Iterator[None]:
    """Fill the disk but for so many pages, or so many files."""
    filler = folder / "filler"
    filler.mkdir()
    free = os.statvfs(folder)
    if end == "pages" and left < free.f_bavail:
        with (filler / "pages").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, (free.f_bavail - left) * free.f_bsize)
    if end == "inodes":
        for number in range(free.f_favail - left):
            (filler / f"{number}").touch()
    yield
    shutil.rmtree(filler)


def try_every_step(place: Place, end: str) -> Counter[str]:
    """Build again and again, hindered at each step in turn; return how the builds ended."""
    ended: Counter[str] = Counter()
    in_a_row = 0
    for step in count():
        place.turn()
        before, former, state = place.stands(), place.former(), place.state()
        with room(place.site.parent.parent, step, end):
            code, words, met = build_against(place, step, end)
            now = place.stands()
        if end == "killed":
            assert now in (before, place.wanted) or (place.kind == "renames" and now is None), step
            with locked(place.site):
                now = place.stands()
        elif code:
            said = f"{place.site} に書き込めません（{os.strerror(errno.ENOSPC)}）。前のサイトはそのまま残っています。"
            assert (code, words, place.state()) == (1, said, state), step
            assert left_beside(place.site) == ["content"], step
        else:
            assert now == place.wanted, step
        made = now == place.wanted
        assert (now, place.former()) == ((place.wanted, before) if made else (before, former)), step
        place.finish()
        in_a_row = in_a_row + 1 if made else 0
        if not met or (in_a_row == IN_A_ROW and end in ROOM):
            return ended
        ended["made" if made else "not made"] += 1
    raise AssertionError


if __name__ == "__main__":
    with compiled_once():
        print(json.dumps(try_every_step(Place(Path(sys.argv[1]) / "place", sys.argv[2]), sys.argv[3])))
