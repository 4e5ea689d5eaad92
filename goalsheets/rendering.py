"""Turn planned pages into the bytes that are published."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from goalsheets import addresses
from goalsheets.catalog import Catalog, Entry
from goalsheets.plan import Page, navigation, policy_addresses
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.text import blocks
from goalsheets.years import date_words, fiscal_year_words

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

_STYLES = ("tokens", "base", "layout")
_UNCONFIRMED = "unconfirmed"


class Renderer:
    """Render the pages of one catalog; each page is independent of every other."""

    def __init__(self, catalog: Catalog, templates: Path = TEMPLATES) -> None:
        self.catalog = catalog
        self.templates = templates
        self.codes = policy_addresses(catalog)

    def render(self, page: Page) -> bytes:
        """Return the HTML of a page as UTF-8."""
        root = self.root(page)
        return self.template(page.template).render(page=page, root=root, **page.view).encode()

    def root(self, page: Page) -> str:
        """Return the way to the site's root: relative, but for the page that is shown at any address."""
        if page.address == addresses.NOT_FOUND:
            return urlsplit(self.catalog.site.base_url).path
        return addresses.way_up(page.address)

    def template(self, name: str) -> Template:
        return self.environment.get_template(f"pages/{name}.html")

    @cached_property
    def assets(self) -> dict[str, tuple[str, bytes]]:
        """Return, by the name templates use, the address and the bytes of every asset.

        An address carries a digest of the bytes, so that browsers may keep the file for ever.
        """
        files = {path.name: path.read_bytes() for path in sorted((self.templates / "assets").iterdir())}
        files["site.css"] = stylesheet(self.templates)
        return {name: (_hashed(name, data), data) for name, data in files.items()}

    @cached_property
    def environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self.templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_printable,
        )
        environment.filters["markup"] = Markup
        environment.globals.update(
            navigation(self.catalog),
            site=self.catalog.site,
            licence=_licence_words(self.catalog.site.licence),
            assets={name: address for name, (address, _) in self.assets.items()},
            blocks=blocks,
            date_words=date_words,
            fiscal_year_words=fiscal_year_words,
            sentences=sentences,
            policy_address=self.policy_address,
            division_address=addresses.division_address,
            goal_address=addresses.goal_address,
            sheet_address=addresses.sheet_address,
            unit_address=addresses.unit_address,
            year_address=addresses.year_address,
        )
        return environment

    def policy_address(self, printed: str) -> str:
        code = parse_code(printed)
        assert code is not None, printed
        return self.codes[code]


def stylesheet(templates: Path) -> bytes:
    """Join the style sheets: tokens and base, each component's, and print last."""
    names = [templates / "styles" / f"{name}.css" for name in _STYLES]
    names += sorted((templates / "components").glob("*.css"))
    names.append(templates / "styles" / "print.css")
    return b"".join(name.read_bytes() for name in names)


def sentences(entry: Entry) -> str:
    """Say in plain words how a sheet's goals stand."""
    tally = entry.tally
    if not entry.sheet.evaluated and len(tally.counts) == 1:
        return f"この年度の目標は{tally.total}件です。まだ評価されていません。"
    words = "、".join(f"{state.word}が{count}件" for state, count in tally.counts)
    return f"この年度の目標は{tally.total}件です。市の評価は、{words}です。"


def _hashed(name: str, data: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{addresses.ASSETS}{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{ending}"


def _licence_words(licence: str) -> str | Markup:
    if licence == _UNCONFIRMED:
        return "シートの内容の利用条件は、市に確認できていません。"
    if licence.startswith("https://"):
        return Markup('シートの内容の利用条件：<a href="{0}">{0}</a>').format(licence)
    return f"シートの内容の利用条件：{licence}"


def _printable(value: object) -> object:
    """Refuse to print what is not text: a blank must have been given words before."""
    if isinstance(value, str | int | date | PolicyCode) or hasattr(value, "__html__"):
        return value
    message = f"not printable: {value!r}"
    raise TypeError(message)
