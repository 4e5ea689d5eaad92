"""Make a site: read, parse and render each sheet; then catalog, plan and render the indexes; audit and publish."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Protocol

from goalsheets.addresses import POLICIES, file_of, sheet_address, unit_address, year_address
from goalsheets.audit import Findings, audit_page, dead_links
from goalsheets.binding import bind
from goalsheets.built import Built
from goalsheets.cache import MAX_ROW_FILES, Cache, Remembered, folder_of, settled
from goalsheets.catalog import Brief, Catalog, assemble
from goalsheets.files import Found, read
from goalsheets.model import Sheet
from goalsheets.outcome import Outcome
from goalsheets.parsing import Frame, Place, place_of_path, read_frame
from goalsheets.plan import addresses_showing, plan_indexes
from goalsheets.problems import Problem, errors
from goalsheets.publishing import Linking, Manifest, PublishError, Stage, Stamp, stamps_of
from goalsheets.rendering import Renderer, with_rows
from goalsheets.rows import RowReader, RowStore, RowWriter, digest_of_file
from goalsheets.sheets import SheetMaker
from goalsheets.text import dead_document_links, lost_places
from goalsheets.watch import Watch
from goalsheets.workers import WorkerDiedError, can_fork, share_out

WORTH_SHARING = 64
SHRINK_LIMIT = 0.9


class Sink(Protocol):
    """Take the files of a site, and show them."""

    def put(self, path: str, data: bytes) -> Stamp: ...

    def read(self, path: str) -> bytes: ...


class Rows(Protocol):
    """Take the lines that index pages are put together from."""

    @property
    def position(self) -> int: ...

    def append(self, lines: bytes) -> None: ...


class _Memory:
    """Keep a site and the lines of its index pages in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.lines = bytearray()

    @property
    def position(self) -> int:
        return len(self.lines)

    def append(self, lines: bytes) -> None:
        self.lines += lines

    def put(self, path: str, data: bytes) -> Stamp:
        self.files[path] = data
        return "", len(data), 0

    def read(self, path: str) -> bytes:
        return self.files[path]


def make_in_memory(content: Path, found: list[Found], problems: list[Problem]) -> Built:
    """Make a whole site in memory."""
    frame, sheets, problems = read_frame(content, found, problems)
    if frame is None:
        return Built(len(sheets), _ordered([*problems, *_problems_alone(sheets)]))
    memory, maker = _Memory(), SheetMaker(frame, Renderer(frame))
    work = _worker(maker, memory, memory)
    outcomes = {where: work(where, file, "") for where, file in sheets.items()}
    problems += _told(sheets, outcomes, None)
    catalog = assemble(frame, [outcome.brief for outcome in outcomes.values() if outcome.brief])
    problems += _links_that_are_dead(catalog, sheets, whole=not errors(problems))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    manifest = {file_of(sheet_address(where)): outcome.stamp for where, outcome in outcomes.items() if outcome.stamp}
    indexes, findings = _put_indexes(maker.renderer, catalog, None, bytes(memory.lines), memory)
    manifest |= indexes
    problems += lost_places(frame.documents, lambda address: memory.read(file_of(address)))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    _refuse_faults(outcomes.values(), findings, manifest)
    return Built(len(sheets), _ordered(problems), manifest, len(manifest), files=memory.files)


@dataclass(frozen=True, slots=True)
class Order:
    """Say what is to be built, and from what."""

    site: Path
    content: Path
    found: list[Found]
    program: str
    began: int
    workers: int | None
    allow_shrink: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """Hold what a build works on: the sheets and their maker, what is known of them, and the stage for their pages."""

    order: Order
    maker: SheetMaker
    sheets: dict[Place, Found]
    known: Cache | None
    stage: Stage
    linking: Linking
    watch: Watch


def make_into(order: Order, problems: list[Problem], cache: Cache | None, watch: Watch) -> Built:
    """Make what changed of a site, and publish it; nothing is published where the content has errors."""
    frame, sheets, problems = read_frame(order.content, order.found, problems)
    if frame is None:
        return Built(len(sheets), _ordered([*problems, *_problems_alone(sheets)]))
    known = _trusted(cache, frame, order.site)
    watch.lap("枠を読む")
    stage = Stage(order.site, cache.manifest if cache else stamps_of(order.site), trusted=cache is not None)
    linking = stage.link_beside(list(known.manifest) if known else [])
    try:
        return _make(_Task(order, SheetMaker(frame, Renderer(frame)), sheets, known, stage, linking, watch), problems)
    except WorkerDiedError as error:
        raise PublishError(str(error)) from error
    finally:
        try:
            linking.join()
        finally:
            stage.discard()


def _make(task: _Task, problems: list[Problem]) -> Built:
    order, sheets, known, stage, watch = task.order, task.sheets, task.known, task.stage, task.watch
    frame, former = task.maker.frame, stage.former
    jobs = _jobs(known, sheets)
    if len(jobs) >= WORTH_SHARING:
        task.linking.join()  # no thread may run while processes fork
    outcomes, stores = _look(task.maker, stage, jobs, known, order, watch)
    problems += _told(sheets, outcomes, known)
    watch.lap("シートを読んでページにする")
    changed = {where: outcome for where, outcome in outcomes.items() if outcome.brief}
    new = [outcome.brief for outcome in changed.values() if outcome.brief]
    catalog = assemble(frame, [*_briefs_left(known, sheets, changed), *new])
    problems += _links_that_are_dead(catalog, sheets, whole=not errors(problems))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    watch.lap("並べる")
    reader = RowReader([folder_of(order.site) / name for name, _ in stores])
    wanted = _addresses_to_make(known, frame, sheets, changed)
    task.linking.join()
    indexes, findings = _put_indexes(task.maker.renderer, catalog, wanted, reader, stage)
    manifest = _manifest(known, catalog, changed, indexes)
    watch.lap("一覧をページにする")
    problems += lost_places(frame.documents, lambda address: stage.read(file_of(address)))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    _refuse_faults(changed.values(), findings, manifest)
    _refuse_shrinking(former, manifest, order)
    gone = former.keys() - manifest.keys()
    if known is None or manifest != former:
        stage.drop(gone)
        stage.publish(manifest)
    watch.lap("公開する")
    with suppress(OSError):  # the site stands; the next build makes all anew
        _remember(order, frame, outcomes, known, manifest, stores)
    watch.lap("次のために覚える")
    written = sum(former.get(path) != stamp for path, stamp in manifest.items())
    return Built(len(sheets), _ordered(problems), manifest, written, len(gone))


def _trusted(cache: Cache | None, frame: Frame, site: Path) -> Cache | None:
    """Return the cache where it tells of the same frame, and its lines are as they were written."""
    if cache is None or cache.context != frame.digest or len(cache.rows) > MAX_ROW_FILES:
        return None
    folder = folder_of(site)
    good = all((folder / name).is_file() and digest_of_file(folder / name) == digest for name, digest in cache.rows)
    return cache if good else None


Job = tuple[Place, Found, str]
"""A sheet to look at, with the digest its file had; blank where its page is to be made in any case."""


def _jobs(known: Cache | None, sheets: dict[Place, Found]) -> list[Job]:
    """Return the sheets to look at: all, or those whose file, or whose neighbours on the page, may have changed."""
    if known is None:
        return [(where, file, "") for where, file in sheets.items()]
    before = {Brief.place_of(file.brief) for file in known.files.values() if file.brief}
    moved = before ^ sheets.keys()
    neighbours = {(where.division, where.unit) for where in moved} | {(where.year, where.division) for where in moved}
    jobs: list[Job] = []
    for where, file in sheets.items():
        remembered = known.files.get(file.path)
        beside = (where.division, where.unit) in neighbours or (where.year, where.division) in neighbours
        if beside or remembered is None or remembered.brief is None:
            jobs.append((where, file, ""))
        elif remembered.signature != file.signature:
            jobs.append((where, file, remembered.digest))
    return jobs


def _look(
    maker: SheetMaker, stage: Stage, jobs: list[Job], known: Cache | None, order: Order, watch: Watch
) -> tuple[dict[Place, Outcome], list[tuple[str, str]]]:
    """Look at sheets in worker processes; return what came of each, and the files that hold their lines."""
    folder = folder_of(order.site)
    workers = (order.workers or os.cpu_count() or 1) if can_fork() and len(jobs) >= WORTH_SHARING else 1
    stores = list(known.rows) if known else []
    names = [f"rows-{order.began:x}-{number}" for number in range(workers)]

    def begin(worker: int) -> Callable[[int], list[Any]]:
        rows = opened.enter_context(closing(RowWriter(folder / names[worker], len(stores) + worker)))
        work = _worker(maker, stage, rows)
        return lambda number: work(*jobs[number]).packed()

    outcomes: dict[Place, Outcome] = {}
    with ExitStack() as opened:
        for number, packed in share_out([file.shown for _, file, _ in jobs], begin, workers):
            outcomes[jobs[number][0]] = Outcome.unpacked(packed)
            watch.progress(len(outcomes), len(jobs))
    return outcomes, [*stores, *((name, digest_of_file(folder / name)) for name in names)]


def _worker(maker: SheetMaker, sink: Sink, rows: Rows) -> Callable[[Place, Found, str], Outcome]:
    """Return what looks at one sheet and, where its file is not as it was, makes its page and its lines."""

    def work(where: Place, file: Found, digest: str) -> Outcome:
        source, problems = read(file)
        if source is None:
            return Outcome("", problems)
        if source.digest == digest:
            return Outcome(digest, [])
        made, further = maker.make(where, source, rows.position)
        problems += further
        if made is None:
            return Outcome(source.digest, problems)
        rows.append(made.rows)
        stamp = sink.put(file_of(sheet_address(where)), made.page)
        links = tuple(made.findings.links)
        return Outcome(source.digest, problems, made.brief, stamp, links, made.findings.faults)

    return work


def _told(sheets: dict[Place, Found], outcomes: dict[Place, Outcome], known: Cache | None) -> list[Problem]:
    """Return the problems of the sheets looked at, the warnings of the others, and dead links in the documents."""
    problems = [problem for outcome in outcomes.values() for problem in outcome.problems]
    for where, file in sheets.items():
        remembered = known.files.get(file.path) if known else None
        if remembered and (where not in outcomes or (outcomes[where].brief is None and not outcomes[where].problems)):
            problems += remembered.warned(file)
    return problems


def _briefs_left(known: Cache | None, sheets: dict[Place, Found], changed: dict[Place, Outcome]) -> list[Brief]:
    """Return the briefs of the sheets that are as they were."""
    if known is None:
        return []
    files = known.files
    left = [files[file.path] for where, file in sheets.items() if where not in changed and file.path in files]
    return [Brief.unpacked(file.brief) for file in left if file.brief]


def _links_that_are_dead(catalog: Catalog, sheets: Iterable[Place], *, whole: bool) -> Iterator[Problem]:
    """Name the dead links of the documents; what a sheet with errors would bring is there unless all is `whole`."""
    frame = catalog.frame
    addresses = plan_indexes(catalog).keys() | {sheet_address(where) for where in sheets}
    if not whole:
        addresses |= {year_address(year) for year in frame.years}
        units = ((frame.division_of[slug], frame.unit_of[slug, unit]) for slug, unit in frame.years_of)
        addresses |= {unit_address(division, unit) for division, unit in units}
    for problem in dead_document_links(frame.documents, addresses):
        if whole or f"「/{POLICIES}" not in problem.message:
            yield problem


def _addresses_to_make(
    known: Cache | None, frame: Frame, sheets: dict[Place, Found], changed: dict[Place, Outcome]
) -> set[str] | None:
    """Return the addresses of index pages that tell of a changed sheet; None for all of them."""
    if known is None:
        return None
    packed = (file.brief for file in known.files.values() if file.brief)
    before = [
        Brief.unpacked(brief) for brief in packed if (where := Brief.place_of(brief)) in changed or where not in sheets
    ]
    after = [outcome.brief for outcome in changed.values() if outcome.brief]
    return {address for brief in (*before, *after) for address in addresses_showing(brief, frame)}


def _put_indexes(
    renderer: Renderer, catalog: Catalog, wanted: set[str] | None, store: RowStore, sink: Sink
) -> tuple[Manifest, dict[str, Findings]]:
    """Render the index pages that are wanted, and the assets; return their stamps, and what the audit found."""
    stamps: Manifest = {}
    findings: dict[str, Findings] = {}
    for address, plan in plan_indexes(catalog).items():
        if wanted is not None and address not in wanted:
            continue
        path, root = file_of(address), renderer.root(address)
        shell = renderer.render(plan())
        findings[path] = audit_page(path, shell, root)
        stamps[path] = sink.put(path, with_rows(shell, store, root))
    for path, data in renderer.assets.values():
        stamps[path] = sink.put(path, data)
    return stamps, findings


def _manifest(known: Cache | None, catalog: Catalog, changed: dict[Place, Outcome], indexes: Manifest) -> Manifest:
    """Return the stamps of every file of the site: those that stay as they were, and the new ones."""
    made = {file_of(sheet_address(where)): outcome.stamp for where, outcome in changed.items() if outcome.stamp}
    made |= indexes
    if known is None:
        return made
    pages = {file_of(address) for address in plan_indexes(catalog)}
    pages |= {file_of(sheet_address(brief.place)) for brief in catalog.briefs}
    return {path: stamp for path, stamp in known.manifest.items() if path in pages} | made


def _refuse_faults(outcomes: Iterable[Outcome], findings: dict[str, Findings], manifest: Manifest) -> None:
    """Refuse to publish what the audit found wrong: these are faults of the program, not of the content."""
    links = {link for outcome in outcomes for link in outcome.links}
    links |= {link for found in findings.values() for link in found.links}
    faults = [fault for outcome in outcomes for fault in outcome.faults]
    faults += [fault for found in findings.values() for fault in found.faults]
    faults += dead_links(sorted(links), manifest, {path: found.ids for path, found in findings.items()})
    if faults:
        head = "できたサイトの検査で問題が見つかりました（プログラムの誤りです）。"
        raise PublishError("\n".join([head, *faults[:20]]))


def _refuse_shrinking(former: Manifest, manifest: Manifest, order: Order) -> None:
    """Refuse to lose a tenth of the pages at once with their sheets: more likely a slip than a wish."""
    before, after = _pages_in(former), _pages_in(manifest)
    lost = any(path.startswith("sheets/") for path in former.keys() - manifest.keys())
    if lost and after < before * SHRINK_LIMIT and not order.allow_shrink:
        message = (
            f"ページが{before}から{after}に減ります。まちがいでなければ --allow-shrink を付けてください。"
            "サイトは変えていません。"
        )
        raise PublishError(message)


def _pages_in(manifest: Manifest) -> int:
    return sum(path.endswith(".html") for path in manifest)


def _remember(
    order: Order,
    frame: Frame,
    outcomes: dict[Place, Outcome],
    known: Cache | None,
    manifest: Manifest,
    stores: list[tuple[str, str]],
) -> None:
    """Save what the next build needs to know of this one."""
    files: dict[str, Remembered] = {}
    for file in order.found:
        signature = settled(file, order.began)
        where = place_of_path(file.path)
        outcome = outcomes.get(where) if where else None
        before = known.files.get(file.path) if known else None
        if outcome and outcome.brief:
            warnings = [list(astuple(problem)) for problem in outcome.problems]
            files[file.path] = Remembered(signature, outcome.digest, warnings, outcome.brief.packed())
        elif before:
            files[file.path] = Remembered(signature, before.digest, before.warnings, before.brief)
        else:
            files[file.path] = Remembered(signature, "", [], None)
    Cache(order.program, frame.digest, files, manifest, stores).save(order.site)


def _problems_alone(sheets: dict[Place, Found]) -> list[Problem]:
    """Return the problems that sheets have by themselves, where the frame they stand in cannot be read."""
    problems: list[Problem] = []
    for file in sheets.values():
        source, further = read(file)
        problems += further
        if source:
            problems += bind(Sheet, source)[1]
    return problems


def _ordered(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems))
