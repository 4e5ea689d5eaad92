"""Keep what is made between two steps of a build: in memory, or in files that the end of the build removes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext

from goalsheets.cache import folder_of
from goalsheets.database import IN_MEMORY
from goalsheets.order import Order
from goalsheets.publishing import Stamp
from goalsheets.rows import RowReader, Rows, RowsInMemory, RowStore, RowWriter


class SiteInMemory:
    """Keep a site and the lines of its index pages in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.lines = bytearray()

    @property
    def position(self) -> int:
        return len(self.lines)

    def append(self, lines: bytes) -> None:
        self.lines += lines

    def put(self, path: str, data: bytes | bytearray) -> Stamp:
        self.files[path] = bytes(data)
        return hashlib.sha256(data).hexdigest(), len(data), 0

    def put_pieces(self, path: str, pieces: Iterable[bytes]) -> Stamp:
        return self.put(path, b"".join(pieces))

    def read(self, path: str) -> bytes:
        return self.files[path]


class MemoryScratch:
    """Keep what is between two steps in memory."""

    def __init__(self) -> None:
        self.memory = SiteInMemory()

    def writer(self, _: int) -> AbstractContextManager[Rows]:
        return nullcontext(self.memory)

    def reader(self) -> AbstractContextManager[RowStore]:
        return nullcontext(RowsInMemory(bytes(self.memory.lines)))

    def database(self) -> AbstractContextManager[str]:
        return nullcontext(IN_MEMORY)


class FileScratch:
    """Keep what is between two steps in files that the end of the build removes."""

    def __init__(self, order: Order) -> None:
        folder = folder_of(order.site)
        self.base = folder / f"rows-{order.began:x}-database"
        self.paths = [folder / f"rows-{order.began:x}-{number}-between" for number in range(order.workers)]

    def writer(self, worker: int) -> AbstractContextManager[Rows]:
        return closing(RowWriter(self.paths[worker], worker))

    def reader(self) -> AbstractContextManager[RowStore]:
        return closing(RowReader(path for path in self.paths if path.exists()))

    @contextmanager
    def database(self) -> Iterator[str]:
        try:
            yield str(self.base)
        finally:
            self.base.unlink(missing_ok=True)
