"""Bring a site up to date with its content, or find that nothing is to be done."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from goalsheets import cache as caches
from goalsheets.built import Built
from goalsheets.cache import Cache
from goalsheets.files import Found, read, scan
from goalsheets.order import Order
from goalsheets.problems import Problem, errors
from goalsheets.publishing import PublishError, StaleError, intact, locked, refuse_foreign, staged, stamps_of, told
from goalsheets.signals import undisturbed
from goalsheets.watch import Watch
from goalsheets.workers import PlainError, possible, processors

MANY = 200
"""So many files that may have changed are looked at by several processes."""

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
        same = cache and not errors(problems) and _nothing_changed(cache, found, began, site)
        if cache and same and intact(site, cache.manifest):
            watch.lap("変わったものを調べる")
            return Built(cache.sheets, sorted({*problems, *cache.warnings(found)}), cache.manifest)
        watch.lap("変わったものを調べる")

        with undisturbed():  # an interrupt while modules load may come out as any error
            from goalsheets.ahead import compiled_ahead  # noqa: PLC0415 - slow to load, not needed above
        with compiled_ahead(TEMPLATES) as code:
            count = possible(workers or processors())
            order = Order(site, content, found, program, began, count, allow_shrink, code)
            try:
                return _make(order, problems, None if same else cache, watch)
            except StaleError:
                return _make(order, problems, None, watch)


def _make(order: Order, problems: list[Problem], cache: Cache | None, watch: Watch) -> Built:
    former = cache.manifest if cache else stamps_of(order.site)
    check = (lambda: cache.rows_hold(order.site)) if cache else None
    with told(order.site), staged(order.site, former, check) as stage:
        with undisturbed():
            from goalsheets.making import make_into  # noqa: PLC0415 - slow to load, not needed above
        watch.lap("プログラムを読み込む")
        return make_into(order, stage, problems, cache, watch)


def _nothing_changed(cache: Cache, found: list[Found], began: int, site: Path) -> bool:
    """Tell whether every file is what it was, by its look or, where that leaves a doubt, by its digest."""
    touched = cache.touched(found)
    if touched is None or len(touched) > MANY:
        return False
    for file in touched:
        source, _ = read(file)
        if source is None or source.digest != cache.files[file.path].digest:
            return False
    if touched:
        cache.settle(touched, began)
        with suppress(OSError):
            cache.save(site)
    return True


def make_site(content: Path, *, with_doubts: bool = False) -> Built:
    """Make the site of a content folder in memory; no file is written.

    Doubts are warnings of what may be right: for whoever checks the content, not for each build.
    """
    from goalsheets.making import make_in_memory  # noqa: PLC0415 - slow to load

    caches.digest_of_program(PACKAGE, TEMPLATES)  # refuses what a build refuses
    try:
        return make_in_memory(content, *scan(content), with_doubts=with_doubts)
    except PlainError as error:
        raise PublishError(str(error)) from error


def _refuse_overlap(content: Path, site: Path) -> None:
    inner, outer = site.resolve(), content.resolve()
    if inner == outer or inner in outer.parents:
        message = f"--site（{site}）が内容のフォルダーと重なっています。別の場所を指定してください。"
        raise PublishError(message)
    if outer in inner.parents:
        message = f"--site（{site}）が内容のフォルダーの中にあります。別の場所を指定してください。"
        raise PublishError(message)
