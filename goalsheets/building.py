"""Build the site: read, parse, catalog, plan, render, audit, publish."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from goalsheets.addresses import file_of
from goalsheets.audit import audit
from goalsheets.catalog import Catalog, assemble
from goalsheets.parsing import parse_folder
from goalsheets.plan import plan_pages
from goalsheets.problems import Problem, errors
from goalsheets.publishing import PublishError, publish, refuse_foreign
from goalsheets.rendering import Renderer
from goalsheets.text import dead_links


@dataclass(frozen=True, slots=True)
class Built:
    """Hold a made site, or nothing where the content has errors, and every problem found on the way."""

    files: dict[str, bytes]
    sheets: int
    problems: list[Problem]

    @property
    def pages(self) -> int:
        return sum(path.endswith(".html") for path in self.files)


def make_site(content: Path) -> Built:
    """Make the site of a content folder in memory; no file is written."""
    contents, problems = parse_folder(content)
    if contents is None:
        return Built({}, 0, _ordered(problems))
    catalog, further = assemble(contents)
    problems += further
    if errors(problems):
        return Built({}, len(contents.sheets), _ordered([*problems, *_dead_document_links(catalog)]))
    pages = plan_pages(catalog)
    addresses = {page.address for page in pages}
    problems += [problem for document in catalog.documents for problem in dead_links(document, addresses)]
    if errors(problems):
        return Built({}, len(contents.sheets), _ordered(problems))
    renderer = Renderer(catalog)
    files = {file_of(page.address): renderer.render(page) for page in pages}
    files |= dict(renderer.assets.values())
    faults = audit(files, urlsplit(catalog.site.base_url).path)
    if faults:
        raise PublishError(
            "\n".join(["できたサイトの検査で問題が見つかりました（プログラムの誤りです）。", *faults[:20]])
        )
    return Built(files, len(contents.sheets), _ordered(problems))


def build(content: Path, site: Path) -> Built:
    """Make the site of a content folder and put it in its place, unless the content has errors."""
    if site.resolve() == content.resolve() or site.resolve() in content.resolve().parents:
        message = f"--site（{site}）が内容のフォルダーと重なっています。別の場所を指定してください。"
        raise PublishError(message)
    if content.resolve() in site.resolve().parents:
        message = f"--site（{site}）が内容のフォルダーの中にあります。別の場所を指定してください。"
        raise PublishError(message)
    refuse_foreign(site)
    built = make_site(content)
    if built.files:
        publish(built.files, site)
    return built


def _dead_document_links(catalog: Catalog) -> list[Problem]:
    if not catalog.entries:
        return []
    addresses = {page.address for page in plan_pages(catalog)}
    return [problem for document in catalog.documents for problem in dead_links(document, addresses)]


def _ordered(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems))
