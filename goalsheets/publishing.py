"""Put a made site in its place, whole or not at all, and keep the one before.

The new site is made in a folder beside the old one, and the two are exchanged in one step of the file system. What
has not changed is linked, not written, so it keeps its time stamp and costs next to nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import TypeVar

from goalsheets.disk import exchange, holds, link_or_copy, make_folder, removed, sync, write_new, write_pieces
from goalsheets.rows import digest_of_file
from goalsheets.signals import undisturbed
from goalsheets.workers import aside

MARKER = ".goalsheets"

_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode
_DYING = 500
"""How often the lock is asked for, at intervals of 10 ms, whose holder has just been ended from outside."""

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
        descriptor = _lock(path, site)
    umask = os.umask(0o022)  # a site is for everybody to read, whatever the person who builds it keeps private
    try:
        with told(site):
            _recover(site)
        yield
    finally:
        os.umask(umask)
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _lock(path: Path, site: Path) -> int:
    """Return the lock of a site, held: the file that stands there, not one that an ending build took away."""
    patience = _DYING
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            if patience and holder.isdecimal() and _ended(int(holder)):
                patience -= 1
                sleep(0.01)  # its workers are ended with it, and hold the lock until they are gone
                continue
            number = f"（プロセス {holder}）" if holder else ""
            message = f"別の処理{number}が {site} を作っています。終わってからやり直してください。"
            raise BusyError(message) from error
        if _stands_at(path, descriptor):
            with suppress(OSError):  # the number is only for people
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            return descriptor
        os.close(descriptor)


def _ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _stands_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samefile(descriptor, path)
    except FileNotFoundError:
        return False


def _recover(site: Path) -> None:
    """Tidy up after a build or a rollback, at whatever point it was ended, and keep the former site."""
    stage, between, previous, trash = places = [
        beside(site, word) for word in ("stage", "between", "previous", "trash")
    ]
    for place in places:
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            place.unlink()
    if between.exists() and not site.exists():
        between.rename(site)
    formers = [between, *([stage] if _older(stage, site) else []), trash]
    for former in formers:
        if former.exists() and not previous.exists():
            former.rename(previous)
    for folder in (stage, between, trash):
        shutil.rmtree(folder, ignore_errors=True)


def _older(one: Path, other: Path) -> bool:
    """Tell whether a site was made before another; a folder that holds no whole site was not."""
    try:
        return (one / MARKER).stat().st_mtime_ns < (other / MARKER).stat().st_mtime_ns
    except OSError:
        return False


def refuse_foreign(site: Path) -> None:
    """Refuse a place that holds something other than a site of ours."""
    if site.name in {"", ".."}:
        message = f"--site（{site}）には、「site」のような名前のあるフォルダーを指定してください。"
        raise PublishError(message)
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        message = f"{site} はふつうのフォルダーではありません。--site で別の場所を指定してください。"
        raise PublishError(message)
    if os.path.ismount(site):
        message = (
            f"{site} は別のディスクなので、一度に入れかえられません。その中のフォルダーを --site で指定してください。"
        )
        raise PublishError(message)
    if site.is_dir() and any(site.iterdir()) and not (site / MARKER).is_file():
        message = (
            f"{site} には goalsheets が作っていないファイルがあります。空のフォルダーを --site で指定してください。"
        )
        raise PublishError(message)


def intact(site: Path, manifest: Manifest) -> bool:
    """Tell whether every file of a site is there as it was written, by its size and its time of change."""
    root = str(site)
    try:
        for path, (_, size, changed) in manifest.items():
            status = os.lstat(f"{root}/{path}")
            if status.st_size != size or status.st_mtime_ns != changed:
                return False
    except OSError:
        return False
    return (site / MARKER).is_file()


class Stage:
    """Collect the files of a new site beside the old one; `settle` before its files are looked at."""

    def __init__(self, site: Path, former: Manifest, *, trusted: bool) -> None:
        self.site = site
        self.former = former
        self.trusted = trusted
        self.folder = beside(site, "stage")
        self._root = str(self.folder)
        self.wait: Callable[[], bool] = lambda: True

    def begin(self) -> None:
        """Make the folder."""
        with told(self.site):
            self.folder.mkdir()

    def put(self, path: str, data: bytes | bytearray) -> Stamp:
        """Write a file, unless the old site has the same bytes there: those are linked."""
        digest = hashlib.sha256(data).hexdigest()
        old = self.former.get(path)
        if old and old[0] == digest and (self.trusted or holds(self.site / path, data)):
            self.link(path)
            return old
        return digest, len(data), self._in_folder(path, lambda target: write_new(target, data))

    def put_pieces(self, path: str, pieces: Iterable[bytes]) -> Stamp:
        """Write a file that may be larger than memory, unless the old site has the same bytes there."""
        changed, digest, size = self._in_folder(path, lambda target: write_pieces(target, pieces))
        old = self.former.get(path)
        if old and old[0] == digest and (self.trusted or digest_of_file(self.site / path) == digest):
            self.drop([path])
            self.link(path)
            return old
        return digest, size, changed

    def link(self, path: str) -> None:
        """Take a file over from the old site as it is."""
        with suppress(FileExistsError):
            self._in_folder(path, lambda target: link_or_copy(f"{self.site}/{path}", target))

    def take_over(self) -> bool:
        """Take all files over from the old site, if each is there as it was written."""
        root = str(self.site)
        for path, (_, size, changed) in self.former.items():
            try:
                status = os.lstat(f"{root}/{path}")
            except OSError:
                return False
            if status.st_size != size or status.st_mtime_ns != changed:
                return False
            self.link(path)
        return True

    def settle(self) -> None:
        """Wait until all is taken over; raise if that which was known does not hold."""
        if not self.wait():
            raise StaleError

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the new site."""
        return (self.folder / path).read_bytes()

    def read_former(self, path: str) -> bytes:
        """Return the bytes of a file of the old site."""
        return (self.site / path).read_bytes()

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
            make_folder(os.path.dirname(target))
            return make(target)

    def publish(self, manifest: Manifest) -> None:
        """Exchange the old site for the new one; the old one is kept, the one before that goes in the meantime."""
        site, previous, trash = self.site, beside(self.site, "previous"), beside(self.site, "trash")
        lines = [f'{_AS_JSON(path)}: "{manifest[path][0]}"' for path in sorted(manifest)]
        marker = '{"generator": "goalsheets", "files": {\n' + ",\n".join(lines) + "\n}}\n"
        with told(site):
            write_new(f"{self._root}/{MARKER}", marker.encode())
            sync(self.folder)
            if not site.exists():
                self.folder.rename(site)
                return
            with undisturbed():
                if previous.exists():
                    previous.rename(trash)
                exchange(self.folder, site)
                with suppress(OSError):  # the new site stands, and what is amiss is tidied up
                    self.folder.rename(previous)
        self.wait = lambda: True
        with suppress(OSError):  # what is not removed now is tidied up at the end
            removing = aside(lambda: removed(trash))
            self.wait = lambda: _ended_somehow(removing)

    def discard(self) -> None:
        """Remove what was collected, or what a publish has left over."""
        with undisturbed(), suppress(OSError):
            _recover(self.site)


class StaleError(Exception):
    """Say that what was known of the former build does not hold."""


@contextmanager
def staged(site: Path, former: Manifest, check: Callable[[], bool] | None) -> Iterator[Stage]:
    """Give a stage for a new site, and tidy it away at the end.

    With a `check` of what is known of the former site, that is taken over in a process of its own, once it is checked.
    """
    stage = Stage(site, former, trusted=check is not None)
    try:
        stage.begin()
        if check:
            stage.wait = aside(lambda: check() and stage.take_over())
        yield stage
    except Exception:
        stage.settle()  # what was known may be what is wrong
        raise
    else:
        stage.settle()
    finally:
        with suppress(OSError):
            stage.wait()
        stage.discard()


def _ended_somehow(wait: Callable[[], bool]) -> bool:
    with suppress(OSError):
        wait()
    return True


def stamps_of(site: Path) -> Manifest:
    """Return what a site's own list of files tells of them, where the cache tells nothing."""
    stamps: Manifest = {}
    try:
        files = json.loads((site / MARKER).read_bytes())["files"]
        for path, digest in files.items():
            if _leads_out(path):
                continue
            with suppress(FileNotFoundError, NotADirectoryError):
                status = os.lstat(site / path)
                stamps[path] = (digest, status.st_size, status.st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return stamps


def _leads_out(path: str) -> bool:
    """Tell whether a path leads out of its folder; a list of files may come from anywhere."""
    return path.startswith("/") or ".." in path.split("/")


def roll_back(site: Path) -> None:
    """Exchange the site for the one that was published before it."""
    previous = beside(site, "previous")
    if not (previous / MARKER).is_file():
        message = f"{site} の前のサイトはありません。"
        raise PublishError(message)
    with told(site), undisturbed():
        if site.exists():
            exchange(previous, site)
        else:
            previous.rename(site)


@contextmanager
def told(site: Path) -> Iterator[None]:
    """Turn an error of the file system into words."""
    try:
        yield
    except OSError as error:
        message = f"{site} に書き込めません（{error.strerror}）。前のサイトはそのまま残っています。"
        raise PublishError(message) from error
