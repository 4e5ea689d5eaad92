"""Put a made site in its place, whole or not at all, and keep the one before.

The new site is made in a folder beside the old one, and the two are exchanged in one step of the file system. What
has not changed is linked, not written, so it keeps its time stamp and costs next to nothing.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TypeVar

MARKER = ".goalsheets"

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100

Result = TypeVar("Result")

Stamp = tuple[str, int, int]
"""SHA-256, size, and time of change (ns) of a published file."""

Manifest = dict[str, Stamp]
"""The stamps of all files of a site by their paths."""


class PublishError(Exception):
    """Say why a site cannot be put in its place; the words reach the person at the terminal."""


class BusyError(PublishError):
    """Say that another build is at work on the same site."""


def beside(site: Path, word: str) -> Path:
    """Return the path of something that belongs to a site and stands beside it, hidden."""
    return site.with_name(f".{site.name}.{word}")


@contextmanager
def locked(site: Path) -> Iterator[None]:
    """Keep every other build away from a site; the lock ends with the process, however it ends."""
    refuse_foreign(site)
    path = beside(site, "lock")
    with told(site):
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    umask = os.umask(0o022)  # a site is for everybody to read, whatever the person who builds it keeps private
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            message = f"別の処理（プロセス {holder}）が {site} を作っています。終わってからやり直してください。"
            raise BusyError(message) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        with told(site):
            _recover(site)
        yield
    finally:
        os.umask(umask)
        os.close(descriptor)


def _recover(site: Path) -> None:
    """Tidy up after a build or a rollback that was ended from outside, at whatever point."""
    between, previous = beside(site, "between"), beside(site, "previous")
    if between.exists() and not site.exists():
        between.rename(site)
    elif between.exists() and not previous.exists():
        between.rename(previous)
    trash = beside(site, "trash")
    if trash.exists() and not previous.exists():
        trash.rename(previous)
    for word in ("stage", "trash", "between"):
        shutil.rmtree(beside(site, word), ignore_errors=True)


def refuse_foreign(site: Path) -> None:
    """Refuse a place that holds something other than a site of ours."""
    if site.name in {"", ".."}:
        message = f"--site（{site}）には、「site」のような名前のあるフォルダーを指定してください。"
        raise PublishError(message)
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        message = f"{site} はふつうのフォルダーではありません。--site で別の場所を指定してください。"
        raise PublishError(message)
    if site.is_dir() and any(site.iterdir()) and not (site / MARKER).is_file():
        message = (
            f"{site} には goalsheets が作っていないファイルがあります。空のフォルダーを --site で指定してください。"
        )
        raise PublishError(message)


def intact(site: Path, manifest: Manifest) -> bool:
    """Tell whether every file of a site is there as it was written."""
    root = str(site)
    try:
        for path, (_, size, changed) in manifest.items():
            status = os.stat(f"{root}/{path}")
            if status.st_size != size or status.st_mtime_ns != changed:
                return False
    except OSError:
        return False
    return (site / MARKER).is_file()


class Stage:
    """Collect the files of a new site beside the old one."""

    def __init__(self, site: Path, former: Manifest, *, trusted: bool) -> None:
        self.site = site
        self.former = former
        self.trusted = trusted
        self.folder = beside(site, "stage")
        self._root = str(self.folder)
        with told(site):
            self.folder.mkdir()

    def put(self, path: str, data: bytes) -> Stamp:
        """Write a file, unless the old site has the same bytes there: those are linked."""
        digest = hashlib.sha256(data).hexdigest()
        old = self.former.get(path)
        if old and old[0] == digest and (self.trusted or _same(self.site / path, data)):
            self.link([path])
            return old
        return digest, len(data), self._in_folder(path, lambda target: _write(target, data))

    def link(self, paths: Iterable[str]) -> None:
        """Take files over from the old site as they are."""
        root = str(self.site)
        for path in paths:
            with suppress(FileExistsError):
                self._in_folder(path, lambda target, path=path: os.link(f"{root}/{path}", target))  # type: ignore[misc]

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the new site."""
        return (self.folder / path).read_bytes()

    def link_beside(self, paths: list[str]) -> Linking:
        """Begin to take files over while other work goes on."""
        return Linking(self, paths)

    def drop(self, paths: Iterable[str]) -> None:
        """Remove files that were taken over and do not belong to the new site, and folders left empty."""
        for path in paths:
            with suppress(FileNotFoundError):
                os.unlink(f"{self._root}/{path}")
            with suppress(OSError):
                os.removedirs(os.path.dirname(f"{self._root}/{path}"))

    def _in_folder(self, path: str, make: Callable[[str], Result]) -> Result:
        target = f"{self._root}/{path}"
        try:
            return make(target)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            return make(target)

    def publish(self, manifest: Manifest) -> None:
        """Exchange the old site for the new one; the old one is kept, the one before that is deleted."""
        site, previous, trash = self.site, beside(self.site, "previous"), beside(self.site, "trash")
        files = {path: stamp[0] for path, stamp in sorted(manifest.items())}
        marker = json.dumps({"generator": "goalsheets", "files": files}, ensure_ascii=False, indent=0)
        with told(site):
            _write(f"{self._root}/{MARKER}", marker.encode())
            _sync(self.folder)
            if not site.exists():
                self.folder.rename(site)
                return
            with _undisturbed():
                _exchange(self.folder, site)
                if previous.exists():
                    previous.rename(trash)
                self.folder.rename(previous)
        shutil.rmtree(trash, ignore_errors=True)

    def discard(self) -> None:
        """Remove what was collected."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Linking:
    """Take files over from the old site in a thread of its own."""

    def __init__(self, stage: Stage, paths: list[str]) -> None:
        self._error: OSError | None = None
        self._thread = Thread(target=self._run, args=(stage, paths))
        self._thread.start()

    def _run(self, stage: Stage, paths: list[str]) -> None:
        try:
            stage.link(paths)
        except OSError as error:
            self._error = error

    def join(self) -> None:
        """Wait until all is taken over; raise the error that came in the way."""
        self._thread.join()
        if self._error:
            raise self._error


def stamps_of(site: Path) -> Manifest:
    """Return what a site's own list of files tells of them, where the cache tells nothing."""
    stamps: Manifest = {}
    try:
        files = json.loads((site / MARKER).read_bytes())["files"]
        for path, digest in files.items():
            with suppress(FileNotFoundError, NotADirectoryError):
                status = os.stat(site / path)
                stamps[path] = (digest, status.st_size, status.st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return stamps


def roll_back(site: Path) -> None:
    """Exchange the site for the one that was published before it."""
    previous = beside(site, "previous")
    if not (previous / MARKER).is_file():
        message = f"{site} の前のサイトはありません。"
        raise PublishError(message)
    with told(site), _undisturbed():
        _exchange(previous, site)


@contextmanager
def told(site: Path) -> Iterator[None]:
    """Turn an error of the file system into words."""
    try:
        yield
    except OSError as error:
        message = f"{site} に書き込めません（{error.strerror}）。前のサイトはそのまま残っています。"
        raise PublishError(message) from error


def _write(target: str, data: bytes) -> int:
    """Write a new file and return its time of change (ns); one that is there is replaced, never changed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor = os.open(target, flags, 0o644)
    except FileExistsError:
        os.unlink(target)
        descriptor = os.open(target, flags, 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fchmod(descriptor, 0o644)
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _sync(folder: Path) -> None:
    """Have the file system write down what it still holds in memory."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(AttributeError):
            ctypes.CDLL(None).syncfs(descriptor)
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> None:
    """Exchange two folders in one step, or in two renames where the system knows no such step."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        rename = None
    names = os.fsencode(one), os.fsencode(other)
    if rename and rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return
    between = beside(other, "between")
    other.rename(between)
    try:
        one.rename(other)
    except BaseException:
        between.rename(other)
        raise
    between.rename(one)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a pressed key, or a call to end, wait until some renamings that belong together are done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
