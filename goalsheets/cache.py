"""Remember what was made of which file, so that the next build only makes what changed.

A cache is only a saving: it is checked by its own digest, and where anything is amiss all is made anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
import sysconfig
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from goalsheets.files import Found, Signature
from goalsheets.problems import Problem
from goalsheets.publishing import Manifest, beside

MAX_ROW_FILES = 200

_FINE_NS, _COARSE_NS = 100_000_000, 2_000_000_000
"""How long after a change a file system that counts finely, or in whole seconds, may give the same time again."""


@dataclass(slots=True)
class Remembered:
    """Hold what is known of one content file: how it looked, its digest, its warnings, and its sheet's brief."""

    signature: Signature | None
    digest: str
    warnings: list[list[Any]]
    brief: list[Any] | None

    def warned(self, file: Found) -> list[Problem]:
        """Return the warnings of the file, under the name it is found by now."""
        return [Problem(file.shown, *warning[1:]) for warning in self.warnings]


@dataclass(slots=True)
class Cache:
    """Hold what a build left for the next one."""

    program: str
    context: str
    files: dict[str, Remembered] = field(default_factory=dict)
    manifest: Manifest = field(default_factory=dict)
    rows: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sheets(self) -> int:
        return sum(known.brief is not None for known in self.files.values())

    def warnings(self, found: list[Found]) -> list[Problem]:
        """Return what was warned of, under the names that the files are found by now."""
        return [problem for file in found if file.path in self.files for problem in self.files[file.path].warned(file)]

    def unchanged(self, found: list[Found]) -> bool:
        """Tell whether the content is, file by file, what it was."""
        files = self.files
        return len(files) == len(found) and all(
            (known := files.get(file.path)) is not None and known.signature == file.signature for file in found
        )

    def save(self, site: Path) -> None:
        """Write the cache beside its site, and remove row files that are no longer named."""
        folder = folder_of(site)
        state = [
            self.context,
            {path: [known.signature, known.digest, known.warnings, known.brief] for path, known in self.files.items()},
            self.manifest,
            self.rows,
        ]
        body = json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()
        head = f"{self.program} {hashlib.sha256(body).hexdigest()}\n".encode()
        fresh = folder / "state.new"
        fresh.write_bytes(head + body)
        fresh.rename(folder / "state.json")
        named = {name for name, _ in self.rows} | {"state.json"}
        for path in folder.iterdir():
            if path.name not in named:
                path.unlink()


def folder_of(site: Path) -> Path:
    """Return the folder of a site's cache, which only its owner can write to."""
    folder = beside(site, "cache")
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


def load(site: Path, program: str) -> Cache | None:
    """Read the cache of a site; None where there is none, or it is damaged or of another program."""
    try:
        head, _, body = (beside(site, "cache") / "state.json").read_bytes().partition(b"\n")
        if head.decode() != f"{program} {hashlib.sha256(body).hexdigest()}":
            return None
        context, files, manifest, rows = json.loads(body)
    except (OSError, ValueError):
        return None
    remembered = {
        path: Remembered(tuple(signature) if signature else None, digest, warnings, brief)
        for path, (signature, digest, warnings, brief) in files.items()
    }
    stamps = {path: tuple(stamp) for path, stamp in manifest.items()}
    return Cache(program, context, remembered, stamps, [tuple(row) for row in rows])


def settled(found: Found, began: int) -> Signature | None:
    """Return a file's signature, unless the file is so new that a further change could look the same."""
    _, changed, entered, _ = found.signature
    tick = _COARSE_NS if changed % 1_000_000_000 == 0 else _FINE_NS
    return found.signature if max(changed, entered) < began - tick else None


def now() -> int:
    """Return the time (ns), only ever to compare with the times of files."""
    return time.time_ns()


def digest_of_program(*folders: Path) -> str:
    """Return the digest of the program's own files and templates, of Python, and of the packages beside it."""
    packages = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    digest = hashlib.sha256(repr((sys.version, sorted(path.name for path in packages))).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in {".py", ".html", ".css", ".svg"}:
                digest.update(f"{path.relative_to(folder)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
