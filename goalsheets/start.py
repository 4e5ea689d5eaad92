"""Start the program so that a pressed key, or a call to end, stops it in words at whatever moment."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from goalsheets.signals import CALLS, undisturbed

STOPPED = 130


def run() -> NoReturn:
    """Run the command and end the process; that the system takes back the memory is faster than to hand it back."""
    gc.disable()  # a build makes no rings of objects, and is over soon
    status = start()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if stream:  # there is none where it was closed from outside
                stream.flush()
    os._exit(status)


def start() -> int:
    """Run the command and return its exit code; 130 where it was stopped."""
    for call in CALLS:
        if signal.getsignal(call) is signal.SIG_DFL:
            signal.signal(call, signal.default_int_handler)
    try:
        with undisturbed():
            from goalsheets.command import main  # noqa: PLC0415 - slow to load

        return main()
    except KeyboardInterrupt:
        _listen_no_more()
        _say("\n中止しました。サイトは前のままか、すっかり新しいかのどちらかです。")
        return STOPPED
    finally:
        _listen_no_more()


def _listen_no_more() -> None:
    """Ignore all calls to end: what is said at last stands."""
    for call in CALLS:
        signal.signal(call, signal.SIG_IGN)


def _say(words: str) -> None:
    with suppress(OSError, ValueError):
        if sys.stderr:  # there is none where it was closed from outside
            print(words, file=sys.stderr, flush=True)
