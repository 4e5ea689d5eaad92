"""A pressed key, or a call to end, stops the program in words, whatever it is at."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from goalsheets.building import build
from tests.samples import ROOT, left_beside, public_tree, write_content

SIGNALLED = """
import os, runpy, signal, sys
_, name, event, detail, then, *sys.argv = sys.argv
sys.path.insert(0, os.path.dirname(sys.argv[0]))
def press(*_):
    global event, then
    event, then = then, None
    os.kill(os.getpid(), getattr(signal, name))
def hook(now, arguments):
    if now == event and (then is None or any(str(argument).endswith(detail) for argument in arguments)):
        press()
sys.addaudithook(hook)
if event == "exit":
    program, end = os.getpid(), os._exit
    os._exit = lambda status: (os.getpid() == program and press(), end(status))
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Run the program, and send it a signal at a moment that Python tells of, and perhaps once more."""

WORDS = "\n中止しました。サイトは前のままか、すっかり新しいかのどちらかです。\n"
MOMENTS = [
    *(
        ("import", module)
        for module in (
            "argparse",
            "goalsheets.publishing",
            "goalsheets.making",
            "goalsheets.rendering",
            "goalsheets.shaping",
        )
    ),
    *(("os.mkdir", ".site.stage"), ("open", "about.md"), ("open", "about/index.html"), ("os.rename", ".site.previous")),
]


def run(folder: Path, name: str, event: str, detail: str, then: str = "") -> subprocess.CompletedProcess[str]:
    given = [str(ROOT / "build.py"), "--content", str(folder / "content"), "--site", str(folder / "site")]
    return subprocess.run(
        [sys.executable, "-c", SIGNALLED, name, event, detail, then, *given],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with content and its site; never write to it."""
    folder = tmp_path_factory.mktemp("built")
    build(write_content(folder / "content"), folder / "site")
    return folder


@pytest.fixture
def folder(tmp_path: Path, built: Path) -> Path:
    """Return a folder with content that changed since its site was built."""
    folder = Path(shutil.copytree(built, tmp_path / "folder"))
    (folder / "content/pages").mkdir()
    (folder / "content/pages/about.md").write_text("# 説明\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "event", "detail"),
    [
        *(("SIGINT", *moment) for moment in MOMENTS),
        *((name, *moment) for name in ("SIGTERM", "SIGHUP") for moment in MOMENTS[2::4]),
    ],
)
def test_a_signal_stops_the_program_in_words(folder: Path, name: str, event: str, detail: str) -> None:
    before = public_tree(folder / "site")
    done = run(folder, name, event, detail)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", WORDS)
    assert left_beside(folder / "site") == ["content"]
    assert (public_tree(folder / "site") == before) == (detail != ".site.previous")


@pytest.mark.parametrize("then", ["shutil.rmtree", "os.rmdir"])
def test_a_key_pressed_again_does_not_stop_the_tidying_up(folder: Path, then: str) -> None:
    done = run(folder, "SIGINT", "open", "about/index.html", then)
    assert (done.returncode, done.stderr) == (130, WORDS)
    assert left_beside(folder / "site") == ["content"]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_after_the_end_changes_nothing(folder: Path, name: str) -> None:
    done = run(folder, name, "exit", "")
    assert (done.returncode, done.stderr) == (0, "")
    assert "に作りました" in done.stdout


def test_a_signal_that_is_ignored_from_outside_stays_so(folder: Path) -> None:
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        done = run(folder, "SIGINT", "import", "goalsheets.making")
    finally:
        signal.signal(signal.SIGINT, former)
    assert (done.returncode, done.stderr) == (0, "")
