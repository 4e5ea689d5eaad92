"""Give the tests a small content folder that is right, and run the command on it in this process."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from lxml import html

from goalsheets.building import build
from goalsheets.command import main
from goalsheets.files import Source
from tests.samples import compiled_once

settings.register_profile("goalsheets", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("goalsheets")

ROOT = Path(__file__).resolve().parents[1]
REAL_SHEETS = sorted((ROOT / "content" / "sheets").rglob("*.yaml"))

SHEET_PATH = "sheets/2025/kita/chiiki-somu.yaml"
SHEET_ADDRESS = "sheets/2025/kita/chiiki-somu/"

SITE = """\
title: 組織目標管理シート
city: 見本市
base_url: https://example.jp/
licence: unconfirmed
"""
ORGANIZATION = """\
divisions:
  - slug: kita
    name: 北区役所
    aliases: [北区]
    kind: ward
    ward: 北区
    units:
      - slug: chiiki-somu
        name: 地域総務課
"""
POLICIES = """\
plans:
  - slug: seisaku
    prefix: 政策
    name: 総合計画
  - slug: gyozai
    prefix: 行財
    name: 持続可能な行財政運営
"""
GOOD_SHEET = """\
fiscal_year: 2025
created: 2025-04-01
evaluated: 2026-03-31
division: 北区役所
unit: 地域総務課
source: https://example.lg.jp/sheet.pdf
goals:
  - number: 1
    objective: 防災体制の強化
    policies: [政策13-1-②]
    indicators:
      - name: 防災訓練の参加者数
        target: "1,200人"
        result: "1,310人"
    initiatives:
      - names: [総合防災訓練]
        summary: |
          自治会と**協働**で実施する。
    rating: ○
    status: 達成
    next: 継続する。
"""

_PROBLEM = re.compile(r"(?P<path>.+?):(?P<place>[1-9]\d*:[1-9]\d*): (?P<message>\S.*)")
_HINT = re.compile(r"  hint: \S.*")
_SUMMARY = re.compile(r"誤りが\d+個のファイルに\d+件あります。サイトは変えていません。|ほかに\d+件あります。")


MAX_COMPUTING = 20.0
"""Seconds of this process's own computing: fifty times what is needed, so that only a hang goes over."""


class HangError(Exception):
    """Say that something would not end."""


@contextmanager
def ending() -> Iterator[None]:
    """Demand that what is done inside ends; however slow the machine, its waiting does not count."""

    def stop(*_: object) -> None:
        raise HangError

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MAX_COMPUTING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take how long the tests go on that try things at random; `make soak` asks for more."""
    parser.addoption("--kills", type=int, default=15, metavar="N", help="how many builds are killed")
    parser.addoption("--inputs", type=int, default=3_000, metavar="N", help="how many odd sheets are read")
    words = "how long the program may compute for one of them; a slow machine should not fail where a search hangs"
    parser.addoption("--limit", type=float, default=1.0, metavar="SECONDS", help=words)


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    """Return how many builds to kill."""
    number: int = pytestconfig.getoption("kills")
    return number


@pytest.fixture
def inputs(pytestconfig: pytest.Config) -> int:
    """Return how many odd sheets to read."""
    number: int = pytestconfig.getoption("inputs")
    return number


def edited(old: str, new: str, text: str = GOOD_SHEET) -> str:
    """Return the good sheet with one place changed."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def source_of(text: str, shown: str = "kita.yaml") -> Source:
    """Return a file as the reader of files gives it."""
    return Source(f"sheets/{shown}", shown, "", text)


@dataclass(frozen=True)
class Outcome:
    """Hold what a run of the command left behind: its exit code and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Desk:
    """Hold a folder with content and a site, where one person writes sheets and builds."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.content / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def sheet(self, text: str | bytes) -> Path:
        return self.write(SHEET_PATH, text)

    def run(self, command: str = "build", *more: str) -> Outcome:
        code = main([command, "--content", str(self.content), "--site", str(self.site), *more])
        written = self.capsys.readouterr()
        return Outcome(code, written.out, written.err)

    def problems(self, outcome: Outcome) -> list[str]:
        """Return what went to stderr as 'path:line:column: message', each with its hint line checked."""
        lines = outcome.err.replace(f"{self.content}/", "").splitlines()
        found = []
        while lines and (problem := _PROBLEM.fullmatch(lines[0])):
            assert len(lines) > 1, lines
            assert _HINT.fullmatch(lines[1]), lines[:2]
            found.append(f"{problem[0]}\n{lines[1]}")
            lines = lines[2:]
        assert all(_SUMMARY.fullmatch(line) for line in lines), lines
        return found

    def published(self) -> list[str]:
        """Build, demand that it works, and return the warnings."""
        outcome = self.run()
        assert outcome.code == 0, outcome.err
        return self.problems(outcome)

    def refused(self) -> list[str]:
        """Build, demand that it is refused and leaves the site as it was, and return the problems."""
        before = self.snapshot()
        outcome = self.run()
        assert outcome.code == 1, outcome
        assert outcome.out == ""
        assert self.snapshot() == before
        beside = {".site.lock", ".site.cache", ".site.previous"}
        assert {path.name for path in self.folder.iterdir()} <= {"content", "site", *beside}
        problems = self.problems(outcome)
        assert any(": 警告: " not in problem for problem in problems), problems
        return problems

    def snapshot(self) -> dict[str, bytes]:
        return snapshot(self.site)

    def page(self, address: str = SHEET_ADDRESS) -> html.HtmlElement:
        return html.document_fromstring((self.site / address / "index.html").read_bytes())

    def words(self, address: str = SHEET_ADDRESS) -> list[str]:
        """Return the texts of a page as a visitor sees them."""
        return visible(self.page(address))


def visible(page: html.HtmlElement) -> list[str]:
    """Return the texts that a page shows in its main part."""
    (body,) = page.iter("main")
    hidden = {"script", "style", "template"}
    return [
        text.strip()
        for element in body.iter()
        if isinstance(element.tag, str)
        for text in (element.text if element.tag not in hidden else None, element.tail)
        if text and text.strip()
    ]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write_content(folder: Path) -> None:
    """Write the small content folder that is right."""
    (folder / SHEET_PATH).parent.mkdir(parents=True)
    for path, text in (
        ("site.yaml", SITE),
        ("organization.yaml", ORGANIZATION),
        ("policies.yaml", POLICIES),
        (SHEET_PATH, GOOD_SHEET),
    ):
        (folder / path).write_text(text, encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def good_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of the small content folder; never write to it."""
    folder = tmp_path_factory.mktemp("good")
    write_content(folder / "content")
    build(folder / "content", folder / "site")
    return folder / "site"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Return a desk with good content, and no site yet."""
    write_content(tmp_path / "content")
    return Desk(tmp_path, capsys)


@pytest.fixture
def standing(desk: Desk, good_site: Path) -> Desk:
    """Return a desk with good content whose good site stands already."""
    shutil.copytree(good_site, desk.site)
    return desk
