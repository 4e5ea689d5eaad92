"""Let the Nu HTML Checker read every page and the style sheet."""

from __future__ import annotations

import subprocess
from pathlib import Path

from goalsheets.built import Built
from tests.site.needs import NU, program, tool
from tests.site.serving import served, write_site

LOOPBACK = "-Dnu.validator.servlet.allow-forbidden-hosts=true"
MISTAKEN = "Inline script violates Content Security Policy"
"""What it says of data in a script element, which no browser runs or blocks: the tests of the policy prove it."""

WRONG = '<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><title>見本</title><p><time>令和8年</time>'


def nu(*arguments: str) -> list[str]:
    """Return the messages of the Nu HTML Checker."""
    java = [program("java"), "-Xss1m", LOOPBACK, "-jar", str(tool(NU))]
    command = [*java, "--Werror", "--also-check-css", "--also-check-svg", "--format", "gnu", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    messages = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    return messages or ([] if done.returncode == 0 else [f"exit code {done.returncode}"])


def test_every_page_and_style_sheet_is_valid(made: Built, extreme: Built, tmp_path: Path) -> None:
    """Check the pages as a host serves them: the sources that their policies allow are those of the host."""
    write_site(made, tmp_path / "made")
    write_site(extreme, tmp_path / "extreme")
    (tmp_path / "wrong.html").write_text(WRONG, "utf-8")
    (tmp_path / "wrong.css").write_text("a { colr: red }", "utf-8")
    drawings = [str(path) for path in sorted(tmp_path.rglob("*.svg"))]
    with served(tmp_path, tmp_path / "made/404.html") as host:
        paths = [path for ending in ("html", "css") for path in sorted(tmp_path.rglob(f"*.{ending}"))]
        messages = nu(*(f"{host}{path.relative_to(tmp_path).as_posix()}" for path in paths), *drawings)
    assert len(paths) > sum(path.endswith((".html", ".css")) for path in made.files)
    seen = [message for message in messages if f"{host}wrong." in message]
    assert len(seen) == 2
    assert any("The text content of element “time” was not in the required format" in message for message in seen)
    assert any("Property “colr” doesn't exist" in message for message in seen)
    mistaken = [message for message in messages if MISTAKEN in message]
    assert ["/data/index.html" in message for message in mistaken] == [True, True]
    assert [message for message in messages if message not in {*seen, *mistaken}] == []
