"""Share work out between processes; a worker that dies is an error that names what it was at."""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import selectors
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache, partial
from typing import Any

from goalsheets.signals import CALLS, undisturbed

MAX_WORKERS = 64

_SLOT = 512
_ROOM = 1 << 22
_AS_JSON = json.JSONEncoder(separators=(",", ":")).encode
_PR_SET_PDEATHSIG = 1
_DIED, _TOLD, _REFUSED = 1, 2, os.EX_OSERR
"""How a worker ends that could not do all: for any reason, one it has words for, or that the system refused it."""
_NO = 255
"""How a process beside this one ends whose answer is no."""


Begin = Callable[[int, Callable[[str], None]], Callable[[int], Any]]


class PlainError(Exception):
    """Say what is wrong in words that need nothing added; they are the same when a worker says them."""


class WorkerDiedError(Exception):
    """Say which item a worker was at when it died."""


def can_fork() -> bool:
    """Tell whether work can be shared out here; elsewhere one process does it all."""
    return sys.platform.startswith("linux")


def processors() -> int:
    """Return how many workers there is a processor for: those that this process may use."""
    return possible(len(os.sched_getaffinity(0)) if can_fork() else 1)


def possible(wanted: int) -> int:
    """Return how many workers there can be where some number is wanted."""
    return min(wanted, MAX_WORKERS) if can_fork() else 1


@contextmanager
def share_out(
    count: int, begin: Begin, workers: int, *, taking_part: bool = False
) -> Iterator[Iterator[tuple[int, Any]]]:
    """Do some pieces of work, and give the number of each with what came of it (plain lists, as JSON has them).

    `begin` is called once in each worker with the worker's number and what notes, in words, what it is at; it returns
    what does the work of one number. With one worker, all is done in this process, as it is asked for; several are at
    work from the beginning of the context, and are ended with it. Where this process is `taking_part`, it is the first
    of them: it needs no memory of its own for what all of them look at.
    """
    if workers <= 1:
        yield enumerate(map(begin(0, lambda _: None), range(count)))
        return
    slots = mmap.mmap(-1, _SLOT * workers)
    children: dict[int, int] = {}
    readers: list[int] = []
    try:
        with undisturbed():
            for number in range(int(taking_part), workers):
                children[number], reader = _start(count, begin, number, workers, slots)
                readers.append(reader)
        own = _done_here(begin, range(0, count, workers)) if taking_part else iter(())
        with closing(_told(own, readers)) as results:
            yield _counted(results, count, workers, slots, children)
    finally:
        with undisturbed():
            for child in children.values():
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            for reader in readers:
                os.close(reader)


def _done_here(begin: Begin, numbers: Iterable[int]) -> Iterator[tuple[int, Any]]:
    """Do a share of the work in this process, and name what it was at where it fails."""
    words = [""]
    try:
        work = begin(0, lambda now: words.__setitem__(0, now))
        for number in numbers:
            yield number, work(number)
    except (OSError, PlainError):
        raise
    except Exception as error:
        raise _died(f"{words[0]}（{error!r}）") from error


def _told(own: Iterator[tuple[int, Any]], readers: list[int]) -> Generator[tuple[int, Any]]:
    """Yield what is done here, and in between, and then, what comes as whole lines from several pipes."""
    rest = dict.fromkeys(readers, b"")
    with selectors.DefaultSelector() as selector:
        for reader in readers:
            selector.register(reader, selectors.EVENT_READ)
        while True:
            done = next(own, None)
            if done:
                yield done
            elif not selector.get_map():
                return
            for key, _ in selector.select(0 if done else None):
                data = os.read(key.fd, 1 << 18)
                if not data:
                    selector.unregister(key.fd)
                *lines, rest[key.fd] = (rest[key.fd] + data).split(b"\n")
                yield from map(json.loads, lines)


def _counted(
    results: Iterable[tuple[int, Any]], count: int, workers: int, slots: mmap.mmap, children: dict[int, int]
) -> Iterator[tuple[int, Any]]:
    """Pass results on; raise at the end where a worker did not do all of its share."""
    missing = [len(range(number, count, workers)) for number in range(workers)]
    for number, result in results:
        missing[number % workers] -= 1
        yield number, result
    for number in list(children):
        _refuse(os.waitpid(children.pop(number), 0)[1], missing[number], _last_words(slots, number))


def _refuse(status: int, missing: int, words: str) -> None:
    """Raise what kept a worker from doing all that it should, if anything did."""
    code = os.waitstatus_to_exitcode(status)
    if code == _REFUSED:
        raise OSError(int(words), os.strerror(int(words)))
    if code == _TOLD:
        raise PlainError(words)
    if code or missing:
        raise _died(words)


def _died(words: str) -> WorkerDiedError:
    return WorkerDiedError(
        f"{words or '最初のファイル'} を処理している途中で、プログラムの一部が止まりました。サイトは変えていません。"
    )


def aside(work: Callable[[], bool]) -> Callable[[], bool]:
    """Do some work with files in a process beside this one; return what waits for its end, and tells what it told.

    An error of the file system is raised there; that it was ended from outside is one.
    """
    if not can_fork():
        return cache(work)

    def status() -> int:
        try:
            return 0 if work() else _NO
        except OSError as error:
            return error.errno or errno.EIO

    child = _beside(status)

    @cache
    def wait() -> int:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def told() -> bool:
        status = wait()
        if status not in {0, _NO}:
            number = status if status > 0 else errno.EIO
            raise OSError(number, os.strerror(number))
        return status == 0

    return told


@contextmanager
def ahead(steps: Sequence[Callable[[], bytes]]) -> Iterator[list[Callable[[], bytes]]]:
    """Do some steps, one after the other, in a process beside this one; give what waits for the bytes of each.

    They are there for this process and for those that begin later. Nothing comes of a step that fails.
    """
    if not can_fork():
        yield [lambda: b"" for _ in steps]
        return
    slots = [mmap.mmap(-1, _ROOM) for _ in steps]
    pipes = [os.pipe() for _ in steps]

    def work() -> int:
        for step, slot, (_, writer) in zip(steps, slots, pipes, strict=True):
            data = step()
            slot.seek(8)
            slot.write(data)
            slot[:8] = len(data).to_bytes(8, "big")  # last: of what is cut off in between, nothing comes
            os.close(writer)
        return 0

    def wait(number: int) -> bytes:
        os.read(pipes[number][0], 1)  # comes to an end when the other side is closed
        slot = slots[number]
        return slot[8 : 8 + int.from_bytes(slot[:8], "big")]

    child = _beside(work)
    for _, writer in pipes:
        os.close(writer)
    try:
        yield [partial(wait, number) for number in range(len(steps))]
    finally:
        with undisturbed():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            for reader, _ in pipes:
                os.close(reader)


def _beside(work: Callable[[], int]) -> int:
    """Begin a process that does some work, and ends with the status that gives; return its number."""
    parent = os.getpid()
    with undisturbed():
        child = os.fork()
        if not child:
            status = errno.EIO
            try:
                _die_with(parent)
                status = work()
            finally:
                os._exit(status)
    return child


def _last_words(slots: mmap.mmap, number: int) -> str:
    return slots[number * _SLOT : (number + 1) * _SLOT].rstrip(b"\x00").decode("utf-8", "replace")


def _start(count: int, begin: Begin, number: int, workers: int, slots: mmap.mmap) -> tuple[int, int]:
    parent = os.getpid()
    reader, writer = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        if stream:  # there is none where it was closed from outside
            stream.flush()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status, words = _DIED, ""

    def at(now: str) -> None:
        nonlocal words
        words = now
        _note(slots, number, words)

    try:
        _die_with(parent)
        os.close(reader)
        work = begin(number, at)
        with os.fdopen(writer, "wb", 1 << 16) as results:
            for item in range(number, count, workers):
                results.write(_AS_JSON([item, work(item)]).encode() + b"\n")
        status = 0
    except OSError as error:
        status = _REFUSED
        _note(slots, number, str(error.errno or errno.EIO))
    except PlainError as error:
        status = _TOLD
        _note(slots, number, str(error))
    except BaseException as error:
        _note(slots, number, f"{words}（{error!r}）")
    finally:
        os._exit(status)


def _note(slots: mmap.mmap, number: int, words: str) -> None:
    slot = words.encode("utf-8", "backslashreplace")[:_SLOT]
    slots[number * _SLOT : (number + 1) * _SLOT] = slot.ljust(_SLOT, b"\x00")


def _die_with(parent: int) -> None:
    """End this process when its parent ends, so that no orphan keeps the lock; a pressed key is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, CALLS)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
