"""Visit a site again and again while it is built, from a process of its own, and tell what was amiss."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from goalsheets.publishing import MARKER
from tests.samples import ROOT

_LINK = re.compile(rb'(?:href|src)="([^"#:]+)["#]')


@dataclass
class Seen:
    """Hold what was seen: how many visits, of which sites (the digests of their lists of files), and what was amiss."""

    visits: int = 0
    sites: set[str] = field(default_factory=set)
    torn: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, other: Seen) -> None:
        self.visits += other.visits
        self.sites |= other.sites
        self.torn += other.torn
        self.missing += other.missing


class Visitor:
    """Run the visits beside what the tests do."""

    def __init__(self, site: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.visitor", str(site)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.all = Seen()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.communicate()

    def ask(self) -> Seen:
        """Return what was seen since last asked; the last visit begins after the question."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        seen = Seen(told["visits"], set(told["sites"]), told["torn"], told["missing"])
        self.all.add(seen)
        return seen


def visit(site: Path, seen: Seen) -> None:
    """Enter the site once, and read there every file that it lists and every file that its pages lead to."""
    seen.visits += 1
    try:
        folder = os.open(site, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        seen.missing.append("the site")
        return
    try:
        listed = _content(folder, MARKER)
        files: dict[str, str] = json.loads(listed)["files"]
        for path, digest in files.items():
            data = _content(folder, path)
            if hashlib.sha256(data).hexdigest() != digest:
                seen.torn.append(path)
            if path.endswith(".html"):
                seen.missing += [f"{path} → {link}" for link in _links(path, data) if link not in files]
        seen.sites.add(hashlib.sha256(listed).hexdigest())
    except FileNotFoundError as error:
        seen.missing.append(str(error.filename))
    except (ValueError, KeyError) as error:
        seen.torn.append(repr(error))
    finally:
        os.close(folder)


def _content(folder: int, path: str) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY, dir_fd=folder), "rb") as file:
        return file.read()


def _links(path: str, page: bytes) -> Iterator[str]:
    """Yield the files that a page leads to."""
    for link in sorted(set(_LINK.findall(page))):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link.decode()))
        file = posixpath.join(target, "index.html") if link.endswith(b"/") else target
        yield file.removeprefix("/").removeprefix("./")


def main(site: Path) -> None:
    """Visit until the asking ends; answer each question after one more visit."""
    seen = Seen()
    while True:
        asked, _, _ = select.select([sys.stdin], [], [], 0)
        if asked and not sys.stdin.readline():
            return
        visit(site, seen)
        if asked:
            told = {"visits": seen.visits, "sites": sorted(seen.sites), "torn": seen.torn, "missing": seen.missing}
            print(json.dumps(told), flush=True)
            seen = Seen()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
