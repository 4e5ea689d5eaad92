"""Turn the files of a content folder into frozen records, with every problem of every file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from goalsheets.binding import AnyRecord, bind
from goalsheets.files import Source, read_folder
from goalsheets.model import Organization, Plans, Sheet, Site
from goalsheets.problems import Problem
from goalsheets.text import Document, read_document

_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SHEET = re.compile(rf"sheets/(\d{{4}})/({_SLUG})/({_SLUG})\.yaml", re.ASCII)
_PAGE = re.compile(rf"pages/({_SLUG})\.md", re.ASCII)


@dataclass(frozen=True, slots=True)
class SheetFile:
    """Hold a sheet with what its path says: fiscal year, slug of the division, slug of the unit."""

    year: int
    division: str
    unit: str
    sheet: Sheet
    source: Source


@dataclass(frozen=True, slots=True)
class Contents:
    """Hold all that a content folder says, file by file, before the files are compared."""

    site: Site
    organization: Organization
    plans: Plans
    sheets: tuple[SheetFile, ...]
    documents: tuple[Document, ...]
    sources: dict[str, Source]


def parse_folder(folder: Path) -> tuple[Contents | None, list[Problem]]:
    """Read and parse a content folder; None where the site, its organization or its plans cannot be read."""
    sources, problems = read_folder(folder)
    by_path = {source.path: source for source in sources}
    named = [_required(folder, name, by_path, problems) for name in ("site", "organization", "policies")]
    sheets: list[SheetFile] = []
    documents: list[Document] = []
    for source in sources:
        if found := _SHEET.fullmatch(source.path):
            sheet = _bound(Sheet, source, problems)
            if sheet:
                sheets.append(SheetFile(int(found[1]), found[2], found[3], sheet, source))
        elif _PAGE.fullmatch(source.path):
            document, further = read_document(source)
            problems += further
            if document:
                documents.append(document)
        elif source not in named:
            problems.append(_misplaced(source))
    site = _bound(Site, named[0], problems)
    organization = _bound(Organization, named[1], problems)
    plans = _bound(Plans, named[2], problems)
    if not any(path.startswith("sheets/") for path in by_path) and folder.is_dir():
        message = "シートが1枚もありません。"
        problems.append(
            Problem(str(folder / "sheets"), 1, 1, message, "sheets/年度/部署/課.yaml に置いてください。")
        )
    if site is None or organization is None or plans is None:
        return None, problems
    return Contents(site, organization, plans, tuple(sheets), tuple(documents), by_path), problems


def _required(folder: Path, name: str, by_path: dict[str, Source], problems: list[Problem]) -> Source | None:
    path = f"{name}.yaml"
    shown = str(folder / path)
    if path not in by_path and folder.is_dir() and not any(problem.path == shown for problem in problems):
        problems.append(
            Problem(shown, 1, 1, f"{path} がありません。", f"{path} を内容のフォルダーに作ってください。")
        )
    return by_path.get(path)


def _bound(model: type[AnyRecord], source: Source | None, problems: list[Problem]) -> AnyRecord | None:
    if source is None:
        return None
    record, further = bind(model, source)
    problems += further
    return record


def _misplaced(source: Source) -> Problem:
    message = "この名前と場所のファイルは、公開の対象になりません。"
    hint = (
        "シートは sheets/2025/kita/chiiki-somu.yaml のように、ページは pages/about.md のように置き、"
        "名前は半角の英小文字・数字・ハイフンにしてください。"
    )
    return Problem(source.shown, 1, 1, message, hint)
