"""Turn planned pages into the bytes that are published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

from goalsheets import addresses
from goalsheets.ahead import SHEETS, Code, compiler, pages_in
from goalsheets.catalog import Entry
from goalsheets.licences import licence_address
from goalsheets.model import Goal, Site
from goalsheets.pages import Page, navigation
from goalsheets.parsing import Frame
from goalsheets.policies import parse_code
from goalsheets.ratings import State
from goalsheets.rows import Row, RowStore
from goalsheets.templating import Templates
from goalsheets.text import blocks
from goalsheets.workers import PlainError
from goalsheets.years import date_words, fiscal_year_words

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

_ROW_ROOT = "../../"
_ROW_LINK = f'="{_ROW_ROOT}'.encode()
_MARK = b"\x00"
_MARKED = Markup("\x00")
_STYLES = ("tokens", "base", "layout")
_EMBED_STYLES = ("styles/tokens", "components/cell", "components/rating", "components/tally", "styles/embed")


class Renderer:
    """Render the pages of one site; each page is independent of every other."""

    def __init__(self, frame: Frame, folder: Path = TEMPLATES, code: Code | None = None) -> None:
        self.frame = frame
        self.folder = folder
        self.code = code or compiler(folder)
        self._marked: list[Sequence[Row]] = []

    def render(self, page: Page) -> bytes:
        """Return the HTML of a page as UTF-8, with marks where rows belong."""
        current = page.address if page.address in self.menu else ""
        values = {"page": page, "root": self.root(page.address), "current": current, **page.view}
        return self.templates.page(f"pages/{page.template}.html", values).encode()

    def render_index(self, page: Page, store: RowStore) -> tuple[bytes, bytearray]:
        """Return the HTML of an index page, first without and then with the lines rendered with their sheets.

        The links in those lines lead from two folders below the root.
        """
        self._marked.clear()
        shell, root = self.render(page), self.root(page.address)
        first, *rest = shell.split(_MARK)
        whole = bytearray(first)
        for rows, piece in zip(self._marked, rest, strict=True):
            start = len(whole)
            store.add(whole, rows)
            if root != _ROW_ROOT:
                whole[start:] = whole[start:].replace(_ROW_LINK, f'="{root}'.encode())
            whole += piece
        return shell, whole

    def rows(self, found: Sequence[Row]) -> Markup:
        """Mark the place of rows on a page."""
        self._marked.append(found)
        return _MARKED

    def entry_row(self, entry: Entry) -> bytes:
        """Return the line that stands for a sheet on index pages."""
        return self._row("entries", "entry_line", entry)

    def goal_row(self, entry: Entry, goal: Goal, state: State, reason: str) -> bytes:
        """Return the line that stands for a goal on index pages, with the city's words on its status or without."""
        return self._row("goals", "goal_line", entry, goal, state, reason)

    def table_row(self, entry: Entry, goal: Goal, state: State) -> bytes:
        """Return the row that stands for a goal in the table of its year."""
        return self._row("goal_table", "goal_table_row", entry, goal, state)

    def _row(self, component: str, macro: str, *values: object) -> bytes:
        return f"{self._macro(component, macro)(*values, _ROW_ROOT)}\n".encode()

    @cache  # noqa: B019 - a renderer lives as long as the build
    def _macro(self, component: str, macro: str) -> Callable[..., str]:
        return self.templates.macro(f"components/{component}.html", macro)

    def root(self, address: str) -> str:
        """Return the way to the site's root: relative, but for the page that is shown at any address."""
        if address == addresses.NOT_FOUND:
            return urlsplit(self.frame.site.base_url).path
        return addresses.way_up(address)

    def prepare(self) -> None:
        """Make the templates of all pages ready; what is wrong with one is told where it is needed."""
        for name in (*SHEETS, *pages_in(self.folder)):
            with suppress(PlainError):
                self.templates.template(name)

    @cached_property
    def menu(self) -> frozenset[str]:
        """Return the addresses of the links that stand on every page."""
        return frozenset(link.address for links in navigation(self.frame).values() for link in links)

    @cached_property
    def assets(self) -> dict[str, tuple[str, bytes]]:
        """Return, by the name templates use, the address and the bytes of every asset.

        An address carries a digest of the bytes, so that browsers may keep the file for ever.
        """
        try:
            files = {path.name: path.read_bytes() for path in sorted((self.folder / "assets").glob("[!.]*"))}
            files["site.css"] = stylesheet(self.folder)
            files["embed.css"] = embed_stylesheet(self.folder)
        except OSError as error:
            raise PlainError(f"{error.filename} を読めません（{error.strerror}）。サイトは変えていません。") from error
        return {name: (_hashed(name, data), data) for name, data in files.items()}

    @property
    def letters(self) -> Path:
        """Return the file with the letters that pictures are drawn with."""
        return self.folder / "pictures" / "letters.png"

    @cached_property
    def templates(self) -> Templates:
        names = {
            **navigation(self.frame),
            "site": self.frame.site,
            "licence": _terms(self.frame.site),
            "assets": {name: address for name, (address, _) in self.assets.items()},
            "blocks": blocks,
            "rows": self.rows,
            "date_words": date_words,
            "fiscal_year_words": fiscal_year_words,
            "sentences": sentences,
            "picture_address": cache(addresses.picture_address),
            "policy_address": cache(self.policy_address),
            "division_address": addresses.division_address,
            "goal_address": addresses.goal_address,
            "goals_address": addresses.goals_address,
            "form_address": addresses.form_address,
            "sheet_address": addresses.sheet_address,
            "unit_address": addresses.unit_address,
            "year_address": addresses.year_address,
        }
        return Templates(self.code, names)

    def policy_address(self, printed: str) -> str:
        code = parse_code(printed)
        assert code is not None, printed
        return addresses.policy_address(self.frame.plan_of[code.prefix], code)


def stylesheet(templates: Path) -> bytes:
    """Join the style sheets: tokens and base, each component's, and print last."""
    names = [templates / "styles" / f"{name}.css" for name in _STYLES]
    names += sorted((templates / "components").glob("*.css"))
    names.append(templates / "styles" / "print.css")
    return b"".join(name.read_bytes() for name in names)


def embed_stylesheet(templates: Path) -> bytes:
    """Join the style sheets of what stands in the frames of other sites."""
    return b"".join([(templates / f"{name}.css").read_bytes() for name in _EMBED_STYLES])


def sentences(entry: Entry) -> str:
    """Say in plain words how a sheet's goals stand."""
    tally = entry.tally
    if tally.waiting:
        return f"この年度の目標は{tally.total}件です。まだ評価されていません。"
    words = "、".join(f"{state.word}が{count}件" for state, count in tally.counts)
    return f"この年度の目標は{tally.total}件です。市の評価は、{words}です。"


def _hashed(name: str, data: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{addresses.ASSETS}{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{ending}"


def _terms(site: Site) -> str | Markup:
    address = licence_address(site.licence)
    if address is None:
        return site.terms
    return Markup('シートの内容の利用条件：<a href="{}">{}</a>').format(address, site.licence)
