"""Let the Nu HTML Checker read every page and the style sheet."""

from __future__ import annotations

import subprocess
from pathlib import Path

from goalsheets.built import Built
from tests.site.needs import NU, program, tool
from tests.site.serving import write_site


def nu(*arguments: str) -> list[str]:
    """Return the messages of the Nu HTML Checker."""
    command = [program("java"), "-Xss1m", "-jar", str(tool(NU)), "--Werror", "--format", "gnu", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    messages = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    return messages or ([] if done.returncode == 0 else [f"exit code {done.returncode}"])


def test_every_page_and_style_sheet_is_valid(site_folder: Path, extreme: Built, tmp_path: Path) -> None:
    extremes = write_site(extreme, tmp_path / "extremes")
    wrong = tmp_path / "wrong.html"
    wrong.write_text('<!DOCTYPE html><html lang="ja"><title>見本</title><p><time>令和8年</time>', "utf-8")
    messages = nu("--also-check-css", "--also-check-svg", str(wrong), str(site_folder), str(extremes))
    seen = [message for message in messages if str(wrong) in message]
    assert len(seen) == 1
    assert "The text content of element “time” was not in the required format" in seen[0]
    assert [message for message in messages if message not in seen] == []
