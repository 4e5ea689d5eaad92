"""Note where the time of a build goes, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import TextIO


class Watch:
    """Collect the laps of a build (seconds), and pass its progress on (pieces done, pieces in all)."""

    def __init__(self, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        self.progress = progress
        self.laps: list[tuple[str, float]] = []
        self.since = perf_counter()

    def lap(self, step: str) -> None:
        """End a lap."""
        now = perf_counter()
        self.laps.append((step, now - self.since))
        self.since = now


def progress_bar(stream: TextIO | None) -> Callable[[int, int], None]:
    """Return what draws a bar on a terminal for work of over a second, and nothing elsewhere."""
    if stream is None or not stream.isatty():
        return lambda *_: None
    began = perf_counter()
    drawn = 0.0

    def draw(done: int, total: int) -> None:
        nonlocal drawn
        now = perf_counter()
        words = ""
        if done == total and drawn:
            words = "\r\x1b[K"
        elif now - began > 1 and now - drawn > 0.1:
            drawn = now
            filled = 30 * done // total
            words = f"\r{'█' * filled}{'░' * (30 - filled)} {done:,}/{total:,}枚"
        with suppress(OSError):  # a terminal that is gone stops no build
            stream.write(words)
            stream.flush()

    return draw
