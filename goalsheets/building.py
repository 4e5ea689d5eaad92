"""Bring a site up to date with its content, or find that nothing is to be done."""

from __future__ import annotations

from pathlib import Path

from goalsheets import cache as caches
from goalsheets.built import Built
from goalsheets.files import scan
from goalsheets.problems import errors
from goalsheets.publishing import PublishError, intact, locked, refuse_foreign, told
from goalsheets.watch import Watch

PACKAGE = Path(__file__).resolve().parent
TEMPLATES = PACKAGE.parent / "templates"


def build(
    content: Path,
    site: Path,
    *,
    workers: int | None = None,
    allow_shrink: bool = False,
    watch: Watch | None = None,
) -> Built:
    """Make the site of a content folder and put it in its place, unless the content has errors.

    Only what changed since the last build is made; the site is the same as one made from nothing. That
    nothing changed at all is found before the slow modules are loaded.
    """
    watch = watch or Watch()
    _refuse_overlap(content, site)
    refuse_foreign(site)
    with locked(site):
        began = caches.now()
        found, problems = scan(content)
        program = caches.digest_of_program(PACKAGE, TEMPLATES)
        cache = caches.load(site, program)
        if cache and not intact(site, cache.manifest):
            cache = None
        watch.lap("変わったものを調べる")
        if cache and cache.unchanged(found) and not errors(problems):
            return Built(cache.sheets, sorted({*problems, *cache.warnings(found)}), cache.manifest)
        from goalsheets.making import Order, make_into  # noqa: PLC0415 - slow to load, and not needed above

        watch.lap("プログラムを読み込む")
        order = Order(site, content, found, program, began, workers, allow_shrink)
        with told(site):
            return make_into(order, problems, cache, watch)


def make_site(content: Path) -> Built:
    """Make the site of a content folder in memory; no file is written."""
    from goalsheets.making import make_in_memory  # noqa: PLC0415 - slow to load

    return make_in_memory(content, *scan(content))


def _refuse_overlap(content: Path, site: Path) -> None:
    inner, outer = site.resolve(), content.resolve()
    if inner == outer or inner in outer.parents:
        message = f"--site（{site}）が内容のフォルダーと重なっています。別の場所を指定してください。"
        raise PublishError(message)
    if outer in inner.parents:
        message = f"--site（{site}）が内容のフォルダーの中にあります。別の場所を指定してください。"
        raise PublishError(message)
