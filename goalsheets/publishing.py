"""Put a made site in its place, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

MARKER = ".goalsheets"

_MARKER_TEXT = "このフォルダーは goalsheets が作りました。次に作るときに、中身はすべて置きかえられます。\n"


class PublishError(Exception):
    """Say why a site cannot be put in its place; the words reach the person at the terminal."""


def publish(files: Mapping[str, bytes], site: Path) -> None:
    """Write the files beside the site and exchange the two, so that no half-made site is ever seen.

    A folder that this program has not made is left alone, and so is everything when writing fails.
    """
    refuse_foreign(site)
    stage = site.with_name(f".{site.name}.stage-{os.getpid()}")
    former = site.with_name(f".{site.name}.former-{os.getpid()}")
    try:
        _write(files, stage)
        if site.exists():
            site.rename(former)
        stage.rename(site)
    except OSError as error:
        if former.exists() and not site.exists():
            former.rename(site)
        message = f"{site} に書き込めません（{error.strerror}）。前のサイトはそのまま残っています。"
        raise PublishError(message) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        shutil.rmtree(former, ignore_errors=True)


def refuse_foreign(site: Path) -> None:
    """Refuse a place that holds something other than a site of ours."""
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        message = f"{site} はふつうのフォルダーではありません。--site で別の場所を指定してください。"
        raise PublishError(message)
    if site.is_dir() and any(site.iterdir()) and not (site / MARKER).is_file():
        message = (
            f"{site} には goalsheets が作っていないファイルがあります。"
            "空のフォルダーを --site で指定してください。"
        )
        raise PublishError(message)


def _write(files: Mapping[str, bytes], stage: Path) -> None:
    made: set[Path] = set()
    for path, data in files.items():
        target = stage / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(data)
    (stage / MARKER).write_text(_MARKER_TEXT, encoding="utf-8")
