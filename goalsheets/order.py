"""Say what is to be built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from goalsheets.files import Found

if TYPE_CHECKING:
    from goalsheets.ahead import Code


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
