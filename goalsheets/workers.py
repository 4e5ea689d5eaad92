"""Share work out between processes; a worker that dies is an error that names what it was at."""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import selectors
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

_SLOT = 512
_PR_SET_PDEATHSIG = 1


class WorkerDiedError(Exception):
    """Say which item a worker was at when it died."""


def can_fork() -> bool:
    """Tell whether work can be shared out here; elsewhere one process does it all."""
    return sys.platform.startswith("linux")


def share_out(
    names: Sequence[str], begin: Callable[[int], Callable[[int], Any]], workers: int
) -> Iterator[tuple[int, Any]]:
    """Do a piece of work for each name, and yield its number with what came of it (plain lists, as JSON has them).

    `begin` is called once in each worker with the worker's number, and returns what does the work of one number.
    With one worker, all is done in this process.
    """
    if workers <= 1:
        work = begin(0)
        for number in range(len(names)):
            yield number, work(number)
        return
    slots = mmap.mmap(-1, _SLOT * workers)
    children = [_start(names, begin, number, workers, slots) for number in range(workers)]
    lines = _lines([reader for _, reader in children])
    try:
        missing = [len(range(number, len(names), workers)) for number in range(workers)]
        for line in lines:
            number, result = json.loads(line)
            missing[number % workers] -= 1
            yield number, result
        for number, (child, _) in enumerate(children):
            children[number] = (0, 0)
            if os.waitpid(child, 0)[1] or missing[number]:
                raise WorkerDiedError(_last_words(slots, number))
    finally:
        lines.close()
        for child, _ in children:
            if child:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _lines(readers: list[int]) -> Generator[bytes]:
    """Yield whole lines from several pipes as they come, until all are closed."""
    rest = dict.fromkeys(readers, b"")
    try:
        with selectors.DefaultSelector() as selector:
            for reader in readers:
                selector.register(reader, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    data = os.read(key.fd, 1 << 18)
                    if not data:
                        selector.unregister(key.fd)
                    *lines, rest[key.fd] = (rest[key.fd] + data).split(b"\n")
                    yield from lines
    finally:
        for reader in readers:
            os.close(reader)


def _last_words(slots: mmap.mmap, number: int) -> str:
    at = slots[number * _SLOT : (number + 1) * _SLOT].rstrip(b"\x00").decode("utf-8", "replace")
    return f"{at} を処理している途中で、プログラムの一部が止まりました。サイトは変えていません。"


def _start(
    names: Sequence[str],
    begin: Callable[[int], Callable[[int], Any]],
    number: int,
    workers: int,
    slots: mmap.mmap,
) -> tuple[int, int]:
    parent = os.getpid()
    reader, writer = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        if stream:  # there is none where it was closed from outside
            stream.flush()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status, item = 1, number
    try:
        _die_with(parent)
        os.close(reader)
        work = begin(number)
        with os.fdopen(writer, "wb", 1 << 16) as results:
            for item in range(number, len(names), workers):
                _note(slots, number, names[item])
                result = json.dumps([item, work(item)], ensure_ascii=False, separators=(",", ":"))
                results.write(result.encode("utf-8", "backslashreplace") + b"\n")
        status = 0
    except BaseException as error:
        _note(slots, number, f"{names[item]}（{error!r}）")
    finally:
        os._exit(status)


def _note(slots: mmap.mmap, number: int, words: str) -> None:
    slot = words.encode("utf-8", "backslashreplace")[:_SLOT]
    slots[number * _SLOT : (number + 1) * _SLOT] = slot.ljust(_SLOT, b"\x00")


def _die_with(parent: int) -> None:
    """End this process when its parent ends, so that no orphan keeps the lock."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
