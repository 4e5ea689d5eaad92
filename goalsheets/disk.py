"""Write, link and exchange files and folders the way that publishing needs."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
_NOT_WRITTEN = {errno.EIO, errno.ENOSPC, errno.EDQUOT}
_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS}
"""What systems say that make no links: at all, between these places, any more, or to the files of another person."""


def removed(folder: Path) -> bool:
    """Remove a folder as far as that can be done, and tell that it was tried."""
    shutil.rmtree(folder, ignore_errors=True)
    return True


def make_folder(folder: str) -> None:
    """Make a folder, in most cases in one that is there."""
    try:
        os.mkdir(folder)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
    except FileExistsError:
        pass


def write_new(target: str, data: bytes | bytearray) -> int:
    """Write a new file and return its time of change (ns); one that is there is replaced, never changed."""
    descriptor = _new(target)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)


def write_pieces(target: str, pieces: Iterable[bytes]) -> tuple[int, str, int]:
    """Write a new file piece by piece; return its time of change (ns), its SHA-256 and its size."""
    digest, size = hashlib.sha256(), 0
    with open(_new(target), "wb", buffering=0) as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
        return os.fstat(file.fileno()).st_mtime_ns, digest.hexdigest(), size


def _new(target: str) -> int:
    """Open a new file in the place of one that may be there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        return os.open(target, flags, 0o644)
    except FileExistsError:
        os.unlink(target)
        return os.open(target, flags, 0o644)


def link_or_copy(source: str, target: str) -> None:
    """Link a file, or copy it with its time of change where the file system makes no links."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        with open(source, "rb") as old, open(target, "xb") as new:
            shutil.copyfileobj(old, new)
            new.flush()
            os.fchmod(new.fileno(), 0o644)
            status = os.fstat(old.fileno())
            os.utime(new.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))


def holds(path: Path, data: bytes | bytearray) -> bool:
    """Tell whether a regular file has just these bytes."""
    try:
        return path.lstat().st_size == len(data) and read_regular(path) == data
    except OSError:
        return False


def read_regular(path: Path) -> bytes:
    """Return the bytes of a regular file; refuse what might lead elsewhere, or never come to an end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return file.read()


def sync(folder: Path) -> None:
    """Have the file system write down what it still holds in memory; some find only then that there is no room."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(AttributeError):
            if libc.syncfs(descriptor) and ctypes.get_errno() in _NOT_WRITTEN:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> None:
    """Exchange two folders in one step, or in two renames where the system knows no such step."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        rename = None
    names = os.fsencode(one), os.fsencode(other)
    if rename and rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return
    between = other.with_name(f".{other.name}.between")
    other.rename(between)
    try:
        one.rename(other)
    except BaseException:
        between.rename(other)
        raise
    between.rename(one)
