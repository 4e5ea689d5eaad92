"""Say what is to be built."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from goalsheets.ahead import Code
from goalsheets.files import Found


class Order(NamedTuple):
    """Say what is to be built, and from what."""

    site: Path
    content: Path
    found: list[Found]
    program: str
    began: int
    workers: int
    allow_shrink: bool
    code: Code
