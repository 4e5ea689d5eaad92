"""Let a pressed key, or a call to end, wait where it would do harm."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

CALLS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let calls to end wait until some steps that belong together are done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, CALLS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
