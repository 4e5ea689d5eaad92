"""A build that makes only what changed gives the same site as one from nothing, whatever comes in its way."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from goalsheets import publishing
from goalsheets.building import build, make_site
from goalsheets.command import main
from goalsheets.problems import errors
from goalsheets.publishing import roll_back
from tests.city import City, stamps
from tests.samples import left_beside, tree_of

SETTLING = 0.15
"""Seconds after which a file is no longer so young that a further change could look the same."""


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_sync", lambda *_: None, raising=False)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city whose site stands, built from settled files."""
    city = City(tmp_path)
    time.sleep(SETTLING)
    city.build()
    return city


def site_file(city: City, end: str = "index.html") -> Path:
    """Return a file of the site that is not the first nor the last."""
    found = sorted(path for path in city.site.rglob(f"*{end}") if path.is_file())
    return found[len(found) // 2]


class TestRandomWalk:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_each_step_gives_what_a_build_from_nothing_gives(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
    ) -> None:
        for module in [module for name, module in sys.modules.items() if name.startswith("goalsheets.")]:
            if hasattr(module, "WORTH_SHARING"):
                monkeypatch.setattr(module, "WORTH_SHARING", 2)
        city = City(tmp_path, seed)
        outcomes, steps, wrong = [], ["begin"], False
        for number in range(26):
            try:
                wrong = bool(errors(city.build(workers=number % 3 + 1).problems))
            except AssertionError as error:
                error.add_note(f"after {steps}")
                raise
            outcomes.append(wrong)
            steps.append(city.change(wrong=wrong))
        assert outcomes.count(False) >= 12
        assert outcomes.count(True) >= 2


class TestNothingChanged:
    def test_nothing_is_written(self, city: City) -> None:
        before = stamps(city.site), city.site.stat().st_ino
        state = city.site.with_name(".site.cache") / "state.json"
        cached = state.read_bytes(), state.stat().st_ino
        built = city.build()
        assert (built.written, built.removed, built.unchanged) == (0, 0, len(built.manifest))
        assert (stamps(city.site), city.site.stat().st_ino) == before
        assert (state.read_bytes(), state.stat().st_ino) == cached

    def test_the_warnings_are_told_again(self, city: City) -> None:
        first = build(city.content, city.site).problems
        assert {problem.level for problem in first} == {"warning"}
        assert build(city.content, city.site).problems == first

    def test_a_file_that_only_looks_changed_costs_no_former_site(self, city: City) -> None:
        former = tree_of(city.site)
        city.edit_site()
        city.build()
        city.touch()
        assert city.build().written == 0
        roll_back(city.site)
        assert tree_of(city.site) == former

    def test_a_change_as_young_as_the_build_is_seen(self, city: City) -> None:
        for _ in range(5):
            city.edit_behind_the_back()
            city.build()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def one_letter(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


CACHE_DAMAGE: dict[str, Callable[[Path], object]] = {
    "no cache": shutil.rmtree,
    "no state": lambda folder: (folder / "state.json").unlink(),
    "cut state": lambda folder: cut(folder / "state.json"),
    "changed state": lambda folder: one_letter(folder / "state.json"),
    "empty state": lambda folder: (folder / "state.json").write_bytes(b""),
    "no rows": lambda folder: next(folder.glob("rows-*")).unlink(),
    "cut rows": lambda folder: cut(next(folder.glob("rows-*"))),
    "changed rows": lambda folder: one_letter(next(folder.glob("rows-*"))),
    "strange file": lambda folder: (folder / "strange").write_bytes(b"?"),
}
SITE_DAMAGE: dict[str, Callable[[City], object]] = {
    "longer page": lambda city: site_file(city).write_bytes(site_file(city).read_bytes() + b"!"),
    "changed page": lambda city: one_letter(site_file(city)),
    "changed style": lambda city: one_letter(site_file(city, ".css")),
    "no page": lambda city: site_file(city).unlink(),
    "no folder": lambda city: shutil.rmtree(city.site / "sheets"),
    "empty page": lambda city: site_file(city).write_bytes(b""),
}


class TestMending:
    @pytest.mark.parametrize("damage", sorted(CACHE_DAMAGE))
    def test_a_damaged_cache_does_no_harm(self, city: City, damage: str) -> None:
        CACHE_DAMAGE[damage](city.site.with_name(".site.cache"))
        assert city.build().written == 0
        city.edit()
        city.build()
        CACHE_DAMAGE[damage](city.site.with_name(".site.cache"))
        city.edit()
        assert city.build().written > 0

    @pytest.mark.parametrize("damage", sorted(SITE_DAMAGE))
    def test_a_damaged_site_is_mended(self, city: City, damage: str) -> None:
        whole = tree_of(city.site)
        SITE_DAMAGE[damage](city)
        assert tree_of(city.site) != whole
        assert city.build().written >= 1
        assert tree_of(city.site) == whole
        SITE_DAMAGE[damage](city)
        city.edit()
        city.build()

    def test_a_damaged_cache_and_a_damaged_site_are_mended_together(self, city: City) -> None:
        whole = tree_of(city.site)
        shutil.rmtree(city.site.with_name(".site.cache"))
        one_letter(site_file(city))
        assert city.build().written == 1
        assert tree_of(city.site) == whole


class TestRollingBack:
    def test_the_former_site_comes_back_and_the_next_build_is_right(self, city: City) -> None:
        former = tree_of(city.site)
        city.edit_site()
        city.edit()
        city.build()
        latest = tree_of(city.site)
        roll_back(city.site)
        assert tree_of(city.site) == former
        city.build()
        assert tree_of(city.site) == latest
        roll_back(city.site)
        city.edit()
        city.build()


class TestShrinking:
    def test_a_site_that_loses_a_tenth_of_its_pages_is_refused(
        self, city: City, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before, pages = stamps(city.site), build(city.content, city.site).pages
        for place in city.places[:8]:
            city.path(place).unlink()
        left = make_site(city.content).pages
        command = ["build", "--content", str(city.content), "--site", str(city.site)]
        assert main(command) == 1
        assert capsys.readouterr().err.splitlines()[-1] == (
            f"ページが{pages}から{left}に減ります。まちがいでなければ --allow-shrink を付けてください。"
            "サイトは変えていません。"
        )
        assert stamps(city.site) == before
        assert left_beside(city.site) == ["content", "fresh"]
        assert main([*command, "--allow-shrink"]) == 0
        assert city.build().pages == left

    def test_a_site_that_loses_less_is_made(self, city: City) -> None:
        pages = build(city.content, city.site).pages
        city.delete()
        assert 0.9 * pages < build(city.content, city.site).pages < pages
        city.build()
