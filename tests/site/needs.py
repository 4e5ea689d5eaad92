"""Find the programs that some tests need; where one is missing, say which and what brings it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tests.samples import ROOT

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
AXE = ".tools/node_modules/axe-core/axe.min.js"
LIGHTHOUSE = ".tools/node_modules/lighthouse/cli/index.js"
NU = ".tools/node_modules/vnu-jar/build/dist/vnu.jar"


def program(*names: str) -> str:
    """Return where the first of some programs is that this machine has."""
    where = next((where for name in names if (where := shutil.which(name))), None)
    if where is None:
        _leave_out(names[0])
    return where


def tool(path: str) -> Path:
    """Return where a file is that `make tools` brings."""
    where = ROOT / path
    if not where.is_file():
        _leave_out(path)
    return where


def _leave_out(name: str) -> NoReturn:
    message = f"{name} is missing: run `make tools`"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
