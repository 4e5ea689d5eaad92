"""Run contenders in turn: how long each takes, how much it computes, how much memory it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

EVERY = 0.02
"""Seconds between two looks at the memory."""


class FailedError(Exception):
    """Say that a contender did not build."""


@dataclass(frozen=True)
class Contender:
    """Name a build: what is run and where, where its site comes to stand, and what is done before it."""

    name: str
    command: tuple[str | Path, ...]
    folder: Path
    output: Path
    prepare: Callable[[], None]


@dataclass(frozen=True)
class Run:
    """Hold the seconds of one run: by the clock, and computing on all processors."""

    wall: float
    cpu: float


@dataclass
class Series:
    """Hold the runs of one contender, and the most memory it was seen with (MB, all its processes)."""

    peak: float
    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def walls(self) -> list[float]:
        return [run.wall for run in self.runs]

    def ratios(self, other: Series) -> list[float]:
        """Return the ratio of wall times to those of another contender, round by round."""
        return [mine / theirs for mine, theirs in zip(self.walls, other.walls, strict=True)]


def first_runs(contenders: list[Contender]) -> list[Series]:
    """Run each contender once, not timed, for the memory it needs."""
    series = []
    for contender in contenders:
        contender.prepare()
        series.append(Series(peak_memory(contender)))
    return series


def take_turns(contenders: list[Contender], series: list[Series], rounds: int, say: Callable[[str], None]) -> None:
    """Time the contenders in turn, round by round."""
    for number in range(1, rounds + 1):
        for contender, runs in zip(contenders, series, strict=True):
            contender.prepare()
            run = timed(contender)
            runs.runs.append(run)
            say(f"  round {number} of {rounds}: {contender.name}: {run.wall:.3f} s")


def cleared(*folders: Path) -> Callable[[], None]:
    """Return what takes away the output of former runs."""

    def clear() -> None:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    return clear


def timed(contender: Contender) -> Run:
    """Run a contender once."""
    start = time.perf_counter()
    process = _started(contender)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    _demand_success(contender, process)
    return Run(wall, usage.ru_utime + usage.ru_stime)


def peak_memory(contender: Contender) -> float:
    """Run a contender, and return the most memory (MB) that it and its children together were seen with."""
    process, most = _started(contender), 0
    while process.poll() is None:
        most = max(most, sum(map(_memory, _tree(process.pid))))
        time.sleep(EVERY)
    _demand_success(contender, process)
    return most / 1e6


def _started(contender: Contender) -> subprocess.Popen[bytes]:
    usual = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.Popen(contender.command, cwd=contender.folder, stdout=subprocess.DEVNULL, env=usual)


def _demand_success(contender: Contender, process: subprocess.Popen[bytes]) -> None:
    if process.returncode:
        message = f"{contender.name} failed with {process.returncode}: {' '.join(map(str, contender.command))}"
        raise FailedError(message)


def _tree(process: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield process
    with suppress(OSError):
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                yield from _tree(int(child))


def _memory(process: int) -> int:
    """Return the bytes of a process; what it shares with others counts by its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
