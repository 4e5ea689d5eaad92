"""Make the sites once for all the checks of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from goalsheets.building import make_site
from goalsheets.built import Built
from tests.samples import CONTENT, goal_text, sheet_text, write_content
from tests.site.extremes import write_extremes
from tests.site.markup import Pages, parsed, whole
from tests.site.serving import served, write_site

MOUNT = "/goals/"
"""Where the site stands below its host in the checks of a sub-path."""


@pytest.fixture(scope="session")
def made() -> Built:
    """Return the site of the city's own sheets."""
    return make_site(CONTENT)


@pytest.fixture(scope="session")
def pages(made: Built) -> Pages:
    """Return the pages of the city's own sheets, but for what other sites show of them."""
    return whole(parsed(made))


@pytest.fixture(scope="session")
def extreme(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return a site of 40 missed goals, very long words and a sheet that says nothing."""
    return make_site(write_extremes(tmp_path_factory.mktemp("extremes")))


@pytest.fixture(scope="session")
def every_page(made: Built, extreme: Built) -> Pages:
    """Return the pages of both sites, those of the made-up one below `extreme:`."""
    return parsed(made) | {f"extreme:{path}": page for path, page in parsed(extreme).items()}


@pytest.fixture(scope="session")
def every_whole_page(every_page: Pages) -> Pages:
    """Return the pages of both sites, but for what other sites show of them."""
    return whole(every_page)


@pytest.fixture(scope="session")
def every_embed(every_page: Pages) -> Pages:
    """Return what other sites show of the pages of both sites."""
    return {path: page for path, page in every_page.items() if path not in whole(every_page)}


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Return the pages of a small site whose content has no sign of any kind: all signs are our own."""
    goals = "".join(
        goal_text(number, policies="[政策1-1]", rating=rating, result="3回", status="終わりました。")
        for number, rating in enumerate("○△×", start=1)
    )
    content = {
        "sheets/2024/kita/somu.yaml": sheet_text(2024, goals=goals, evaluated="2025-03-31"),
        "sheets/2025/kita/somu.yaml": sheet_text(goals=goal_text(policies="[行財2]")),
        "sheets/2025/shimin/somu.yaml": sheet_text(division="市民部", goals=goal_text(policies="[]")),
        "pages/how-to-read.md": "# シートの読み方\n\n上から読みます。\n",
    }
    return parsed(make_site(write_content(tmp_path_factory.mktemp("plain"), content)))


@pytest.fixture(scope="session")
def below_a_path(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return the site of the city's own sheets, made for an address below a path."""
    content = tmp_path_factory.mktemp("below") / "content"
    for path in (path for path in CONTENT.rglob("*") if path.is_file()):
        target = content / path.relative_to(CONTENT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    _move(content / "site.yaml", f"https://example.jp{MOUNT}")
    return make_site(content)


def _move(site: Path, base_url: str) -> None:
    lines = site.read_text(encoding="utf-8").splitlines()
    moved = [f"base_url: {base_url}" if line.startswith("base_url:") else line for line in lines]
    site.write_text("\n".join(moved) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def site_folder(made: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the site of the city's own sheets."""
    return write_site(made, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def server(below_a_path: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site below a path, as a static host does; yield the site's address."""
    root = tmp_path_factory.mktemp("host")
    folder = write_site(below_a_path, root / MOUNT.strip("/"))
    with served(root, folder / "404.html") as address:
        yield address.removesuffix("/") + MOUNT
