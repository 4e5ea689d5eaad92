"""Make a site: read, parse and render each sheet; then catalog, plan and render the indexes; audit and publish."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from goalsheets.addresses import (
    DATA,
    POLICIES,
    embed_address,
    file_of,
    folder_address,
    sheet_address,
    sheet_files,
    unit_address,
    year_address,
)
from goalsheets.agreement import disagreements
from goalsheets.audit import dead_links
from goalsheets.binding import bind
from goalsheets.built import Built
from goalsheets.cache import MAX_ROW_FILES, Cache, Notes, Remembered, folder_of, settled
from goalsheets.catalog import Brief, Catalog, assemble
from goalsheets.dataset import data_page
from goalsheets.descriptions import put_descriptions
from goalsheets.exports import put_exports
from goalsheets.files import Found, read
from goalsheets.holdings import holdings_of
from goalsheets.indexes import Indexes, put_indexes
from goalsheets.looking import Worker, batches_of, jobs_of
from goalsheets.model import Sheet
from goalsheets.names import clashing
from goalsheets.order import Order
from goalsheets.outcome import Outcome
from goalsheets.parsing import Frame, Place, place_of_path, read_frame
from goalsheets.picture import pictures_of, put_pictures
from goalsheets.plan import Plans, addresses_showing, plan_indexes
from goalsheets.problems import Problem, errors
from goalsheets.publishing import Manifest, PublishError, Stage
from goalsheets.rendering import Renderer
from goalsheets.rows import RowReader, RowsInMemory, RowStore, RowWriter, digest_of_file
from goalsheets.scratch import FileScratch, MemoryScratch, SiteInMemory
from goalsheets.search import Former, change_postings, put_postings, put_table
from goalsheets.sheets import SheetMaker
from goalsheets.sitemap import put_sitemap
from goalsheets.text import dead_document_links, lost_places
from goalsheets.watch import Watch
from goalsheets.workers import PlainError, WorkerDiedError, share_out

WORTH_SHARING = 64
SHRINK_LIMIT = 0.9


class _Looked:
    """Collect what comes of looking at sheets."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.briefs: dict[Place, Brief] = {}
        self.stamps: Manifest = {}
        self.problems: list[Problem] = []
        self.unfit: set[Place] = set()
        self.links: set[str] = set()
        self.faults: list[str] = []

    def take(self, where: Place, outcome: Outcome) -> None:
        self.problems += outcome.problems
        self.links.update(outcome.links)
        self.faults += outcome.faults
        if outcome.brief:
            self.briefs[where] = Brief.unpacked(outcome.brief)
            files = sheet_files(where, newest=self.frame.is_newest(where))
            self.stamps.update(zip(files, outcome.stamps, strict=True))
        elif outcome.problems:
            self.unfit.add(where)


def make_in_memory(content: Path, found: list[Found], problems: list[Problem], *, with_doubts: bool) -> Built:
    """Make a whole site in memory."""
    frame, sheets, problems = read_frame(content, found, problems)
    if frame is None:
        return Built(len(sheets), _ordered([*problems, *_problems_alone(sheets)]))
    memory, looked = SiteInMemory(), _Looked(frame)
    maker = SheetMaker(frame, Renderer(frame), sheets, with_doubts=with_doubts)
    worker = Worker(maker, memory, memory, lambda _: None)
    for batch in batches_of(jobs_of(None, sheets, frame)):
        for job, outcome in zip(batch, worker.look(batch), strict=True):
            looked.take(job.where, outcome)
    problems += looked.problems
    catalog = assemble(frame, looked.briefs.values())
    plans = plan_indexes(catalog)
    problems += _links_that_are_dead(catalog, plans, sheets, whole=not errors(problems))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    store = RowsInMemory(bytes(memory.lines))
    found_in = looked.stamps | put_postings(catalog, store, memory, MemoryScratch(), 1)
    exports = put_exports(catalog, store, memory, MemoryScratch().database, 1)
    data = exports.stamps | put_descriptions(holdings_of(catalog, exports.stamps), memory)
    plans[DATA] = partial(data_page, catalog, data)
    indexes = put_indexes(maker.renderer, plans, plans.keys(), store, memory, 1)
    manifest = found_in | put_table(catalog, memory, found_in) | data | indexes.stamps
    manifest |= put_pictures(catalog, maker.renderer.letters, memory, {}, 1) | put_sitemap(catalog, plans, memory)
    problems += lost_places(frame.documents, lambda address: memory.read(file_of(address)))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    looked.faults += disagreements(exports.counts, catalog)
    _refuse_faults(looked, indexes, manifest, {})
    return Built(len(sheets), _ordered(problems), manifest, len(manifest), files=memory.files)


class _Task(NamedTuple):
    """Hold what a build works on: the sheets and their maker, what is known of them, and the stage for their pages."""

    order: Order
    maker: SheetMaker
    known: Cache | None
    stage: Stage
    watch: Watch

    @property
    def sheets(self) -> dict[Place, Found]:
        return self.maker.sheets


def make_into(order: Order, stage: Stage, problems: list[Problem], cache: Cache | None, watch: Watch) -> Built:
    """Make what changed of a site, and publish it; nothing is published where the content has errors."""
    try:
        frame, sheets, problems = read_frame(order.content, order.found, problems)
        if frame is None:
            return Built(len(sheets), _ordered([*problems, *_problems_alone(sheets)]))
        known = _of_same_frame(cache, frame)
        watch.lap("枠を読む")
        task = _Task(order, SheetMaker(frame, Renderer(frame, code=order.code), sheets), known, stage, watch)
        with Notes(order.site, order.program, cache.rows if cache else []) as notes:
            return _make(task, problems, notes)
    except (WorkerDiedError, PlainError) as error:
        raise PublishError(str(error)) from error


def _make(task: _Task, problems: list[Problem], notes: Notes) -> Built:
    order, sheets, known, stage, watch = task.order, task.sheets, task.known, task.stage, task.watch
    frame, former = task.maker.frame, stage.former
    looked, stores = _look(task, notes)
    problems += [*looked.problems, *_warned_before(task, looked)]
    watch.lap("シートを読んでページにする")
    catalog = assemble(frame, [*_briefs_left(task, looked), *looked.briefs.values()])
    plans = plan_indexes(catalog)
    problems += _links_that_are_dead(catalog, plans, sheets, whole=not errors(problems))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    watch.lap("並べる")
    before = _briefs_before(task, known, looked) if known else {}
    wanted = _addresses_to_make(task.maker.frame, plans, known, [*before.values(), *looked.briefs.values()])
    workers = order.workers if len(wanted) >= WORTH_SHARING else 1
    with closing(RowReader(folder_of(order.site) / name for name, _ in stores)) as store:
        data = _put_postings(task, before, catalog, store) | _put_exports(task, before, catalog, store, looked)
        plans[DATA] = partial(data_page, catalog, data)
        indexes = put_indexes(task.maker.renderer, plans, wanted, store, stage, workers)
    watch.lap("一覧をページにする")
    stage.settle()
    manifest = _manifest(known, catalog, plans.keys() - wanted) | looked.stamps | data
    manifest |= put_table(catalog, stage, manifest) | indexes.stamps | put_sitemap(catalog, plans, stage)
    manifest |= put_pictures(catalog, task.maker.renderer.letters, stage, manifest, workers)
    problems += lost_places(frame.documents, lambda address: stage.read(file_of(address)))
    if errors(problems):
        return Built(len(sheets), _ordered(problems))
    _refuse_faults(looked, indexes, manifest, former)
    _refuse_shrinking(former, manifest, order)
    gone = former.keys() - manifest.keys()
    if manifest != former:
        stage.drop(gone)
        stage.publish(manifest)
    watch.lap("公開する")
    with suppress(OSError):  # the site stands; the next build makes all anew
        _note_the_rest(task, looked, problems, notes)
        notes.finish(frame.digest, stores, manifest)
    watch.lap("次のために覚える")
    written = sum(former.get(path) != stamp for path, stamp in manifest.items())
    return Built(len(sheets), _ordered(problems), manifest, written, len(gone))


def _of_same_frame(cache: Cache | None, frame: Frame) -> Cache | None:
    """Return the cache where it tells of the same frame, and not of too many changes since all was made."""
    if cache is None or cache.context != frame.digest or len(cache.rows) > MAX_ROW_FILES:
        return None
    return cache


def _look(task: _Task, notes: Notes) -> tuple[_Looked, list[tuple[str, str]]]:
    """Look at sheets in worker processes; return what came of them, and the files that hold their lines."""
    order, known = task.order, task.known
    jobs, folder = jobs_of(known, task.sheets, task.maker.frame), folder_of(order.site)
    batches = batches_of(jobs)
    workers = order.workers if len(jobs) >= WORTH_SHARING else 1
    stores = list(known.rows) if known else []
    names = [f"rows-{order.began:x}-{number}" for number in range(workers)]

    def begin(index: int, at: Callable[[str], None]) -> Callable[[int], list[Any]]:
        rows = opened.enter_context(closing(RowWriter(folder / names[index], len(stores) + index)))
        worker = Worker(task.maker, task.stage, rows, at)
        return lambda number: [outcome.packed() for outcome in worker.look(batches[number])]

    looked, done = _Looked(task.maker.frame), 0
    with ExitStack() as opened, share_out(len(batches), begin, workers) as results:
        if workers > 1:
            task.maker.renderer.prepare()  # while the others work
        for number, packed in results:
            for job, outcome in zip(batches[number], map(Outcome.unpacked, packed), strict=True):
                looked.take(job.where, outcome)
                if outcome.brief:
                    notes.file(job.file.path, _remembered(job.file, outcome, order.began))
            done += len(packed)
            task.watch.progress(done, len(jobs))
    if not looked.briefs:
        return looked, stores
    return looked, [*stores, *((name, digest_of_file(folder / name)) for name in names)]


def _warned_before(task: _Task, looked: _Looked) -> list[Problem]:
    """Return the warnings of the sheets that are as they were."""
    known = task.known.files if task.known else {}
    left = (file for where, file in task.sheets.items() if where not in looked.briefs and where not in looked.unfit)
    return [problem for file in left if file.path in known for problem in known[file.path].warned(file)]


def _briefs_left(task: _Task, looked: _Looked) -> list[Brief]:
    """Return the briefs of the sheets that are as they were."""
    if task.known is None:
        return []
    left = (task.known.of(file.path).brief for where, file in task.sheets.items() if where not in looked.briefs)
    return [Brief.unpacked(brief) for brief in left if brief]


def _links_that_are_dead(catalog: Catalog, plans: Plans, sheets: Iterable[Place], *, whole: bool) -> Iterator[Problem]:
    """Name the dead links of the documents; what a sheet with errors would bring is there unless all is `whole`."""
    frame = catalog.frame
    addresses = {*plans, DATA, *(sheet_address(where) for where in sheets)}
    if not whole:
        addresses |= {year_address(year) for year in frame.years}
        units = ((frame.division_of[slug], frame.unit_of[slug, unit]) for slug, unit in frame.years_of)
        addresses |= {unit_address(division, unit) for division, unit in units}
    for problem in dead_document_links(frame.documents, addresses):
        if whole or f"「/{POLICIES}" not in problem.message:
            yield problem


def _put_postings(task: _Task, before: dict[Place, Brief | None], catalog: Catalog, store: RowStore) -> Manifest:
    """Make what the search page looks things up in: where something changed, or all."""
    known, order, stage = task.known, task.order, task.stage
    if known:
        former = Former(before, known.manifest, stage.read_former)
        changed = change_postings(catalog, store, stage, former)
        if changed is not None:
            return changed
    workers = order.workers if len(catalog.briefs) >= WORTH_SHARING else 1
    made = put_postings(catalog, store, stage, FileScratch(order), workers)
    task.watch.lap("検索の索引を作る")
    return made


def _put_exports(
    task: _Task, before: dict[Place, Brief | None], catalog: Catalog, store: RowStore, looked: _Looked
) -> Manifest:
    """Make the files of data of the whole city and their descriptions, if any sheet changed."""
    if task.known and not before:
        return {}
    workers = task.order.workers if len(catalog.briefs) >= WORTH_SHARING else 1
    exports = put_exports(catalog, store, task.stage, FileScratch(task.order).database, workers)
    looked.faults += disagreements(exports.counts, catalog)
    descriptions = put_descriptions(holdings_of(catalog, exports.stamps), task.stage)
    task.watch.lap("データのファイルを書く")
    return exports.stamps | descriptions


def _briefs_before(task: _Task, known: Cache, looked: _Looked) -> dict[Place, Brief | None]:
    """Return the briefs, as they were, of the sheets that were made anew, are new or are gone."""
    there = {file.path for file in task.sheets.values()}
    packed = {where: known.of(task.sheets[where].path).brief for where in looked.briefs}
    for path, file in known.files.items():
        where = place_of_path(path) if file.brief and path not in there else None
        if where:
            packed[where] = file.brief
    return {where: Brief.unpacked(brief) if brief else None for where, brief in packed.items()}


def _addresses_to_make(
    frame: Frame, plans: Plans, known: Cache | None, changed: Iterable[Brief | None]
) -> Collection[str]:
    """Return the addresses of index pages that tell of a changed sheet, as it was or as it is; without a cache, all."""
    if known is None:
        return plans.keys()
    wanted = {address for brief in changed if brief for address in addresses_showing(brief, frame)}
    policies = {address for address in wanted if address.startswith(POLICIES)}
    if any((address in plans) != (file_of(address) in known.manifest) for address in policies):
        wanted.update(address for address in plans if address.startswith(POLICIES))  # they name each other
    return wanted


def _manifest(known: Cache | None, catalog: Catalog, indexes: Collection[str]) -> Manifest:
    """Return the stamps of the files that stay as they were: of sheets, pictures, and index pages with their files."""
    if known is None:
        return {}
    files = {file_of(address) for address in indexes} | pictures_of(catalog).keys()
    files.update(file_of(embed_address(address)) for address in indexes)
    places = [brief.place for brief in catalog.briefs]
    files.update(path for one in places for path in sheet_files(one, newest=catalog.frame.is_newest(one)))
    stamps = known.manifest.items()
    return {path: stamp for path, stamp in stamps if path in files or folder_address(path) in indexes}


def _refuse_faults(looked: _Looked, indexes: Indexes, manifest: Manifest, former: Manifest) -> None:
    """Refuse to publish what the audit found wrong: these are faults of the program, not of the content."""
    links = looked.links | indexes.links
    faults = [*looked.faults, *indexes.faults, *dead_links(sorted(links), manifest, indexes.ids)]
    if manifest.keys() != former.keys():
        faults += clashing(manifest.keys())
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


def _remembered(file: Found, outcome: Outcome, began: int) -> Remembered:
    """Return what the next build needs to know of a sheet."""
    return Remembered(
        settled(file, began), outcome.digest, _packed(outcome.problems), outcome.brief, " ".join(outcome.sources)
    )


def _note_the_rest(task: _Task, looked: _Looked, problems: list[Problem], notes: Notes) -> None:
    """Note what the next build needs to know of the files that are no sheets, or are as they were."""
    known = task.known.files if task.known else {}
    warned: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        warned[problem.path].append(problem)
    done = {task.sheets[where].path for where in looked.briefs}
    for file in task.order.found:
        if file.path not in done:
            before = known.get(file.path) or Remembered("", "", _packed(warned.get(file.shown, ())), "")
            if before.signature != file.signature:
                before = before._replace(signature=settled(file, task.order.began))
            notes.file(file.path, before)


def _packed(warnings: Iterable[Problem]) -> str:
    told = list(warnings)
    return json.dumps(told) if told else ""


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
