"""A build that makes only what changed gives the same site as one from nothing, whatever comes in its way."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from goalsheets import building, publishing
from goalsheets.building import build, make_site
from goalsheets.command import main
from goalsheets.problems import errors
from goalsheets.publishing import roll_back
from goalsheets.rendering import Renderer
from tests.city import City, stamps
from tests.samples import ROOT, goal_text, left_beside, sheet_text, tree_of

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


WHAT_A_BUILD_LOADS = """
import sys
from pathlib import Path
from goalsheets.building import build
build(Path(sys.argv[1]), Path(sys.argv[2]))
print(*sys.modules, sep="\\n")
"""


def loaded_by_a_build(city: City) -> set[str]:
    """Build in a process of its own; return the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", WHAT_A_BUILD_LOADS, str(city.content), str(city.site)],
        check=True,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return set(done.stdout.split())


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
        state = city.site.with_name(".site.cache") / "state"
        cached = state.read_bytes(), state.stat().st_ino
        built = city.build()
        assert (built.written, built.removed, built.unchanged) == (0, 0, len(built.manifest))
        assert (stamps(city.site), city.site.stat().st_ino) == before
        assert (state.read_bytes(), state.stat().st_ino) == cached

    def test_nothing_is_loaded_that_only_a_change_needs(self, city: City) -> None:
        slow = {"goalsheets.making", "goalsheets.reading", "jinja2", "markupsafe", "markdown", "yaml"}
        city.write(
            "sheets/2024/kita/somu.yaml", sheet_text(2024)
        )  # the sheet beside it: no warning to find the place of
        city.build()
        assert loaded_by_a_build(city) & slow == set()
        city.touch()
        assert loaded_by_a_build(city) & slow == set()
        city.write("sheets/2025/kita/somu.yaml", sheet_text())
        assert loaded_by_a_build(city) & slow == slow - {"goalsheets.reading", "jinja2", "yaml"}
        city.break_something()
        assert loaded_by_a_build(city) & slow == slow - {"jinja2"}

    def test_a_file_that_only_looks_changed_makes_no_page_anew(
        self, city: City, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        city.edit_site()
        city.build()
        lines = sorted((city.site.parent / ".site.cache").iterdir())
        city.touch()
        monkeypatch.setattr(building, "MANY", 0)
        monkeypatch.setattr(Renderer, "render", None)
        assert build(city.content, city.site).written == 0
        assert sorted((city.site.parent / ".site.cache").iterdir()) == lines

    def test_the_warnings_are_told_again(self, city: City) -> None:
        first = build(city.content, city.site).problems
        assert {problem.level for problem in first} == {"warning"}
        assert build(city.content, city.site).problems == first

    def test_the_warnings_of_pages_and_lists_are_told_again(self, city: City) -> None:
        city.write("pages/about.md", "# 説明\n\n外字\ue000です。\n")
        policies = city.content / "policies.yaml"
        policies.write_text(policies.read_text(encoding="utf-8").replace("計画", "計画\ue001"), encoding="utf-8")
        first = city.build().problems
        assert {Path(problem.path).name for problem in first} >= {"about.md", "policies.yaml"}
        for _ in range(2):
            time.sleep(SETTLING)
            assert build(city.content, city.site).problems == first
        city.touch()
        assert build(city.content, city.site).problems == first
        city.write("sheets/2025/kita/somu.yaml", sheet_text())
        assert city.build().problems == build(city.content, city.site).problems

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


class TestCodes:
    def test_the_pages_of_codes_tell_of_one_beside_them_that_comes_and_goes(self, city: City) -> None:
        beside = city.site / "policies/seisaku-1-1-1/index.html"
        before = beside.read_bytes()
        city.write("sheets/2025/kita/somu.yaml", sheet_text(goals=goal_text(policies="[政策1-1-③]")))
        city.build()
        assert beside.read_text(encoding="utf-8").count("政策1-1-③") == 1
        city.write("sheets/2025/kita/somu.yaml", sheet_text(goals=goal_text(policies="[]")))
        city.build()
        assert b"\xe2\x91\xa2" not in beside.read_bytes()
        assert beside.read_bytes() == before


class TestEmbeds:
    def test_what_other_sites_show_goes_with_the_last_sheet_and_comes_back(self, city: City) -> None:
        of_year = {year: city.site / f"embed/years/{year}/index.html" for year, _, _ in city.places}
        lost = max(of_year)
        texts = {place: city.path(place).read_text(encoding="utf-8") for place in city.places if place[0] == lost}
        for place in texts:
            city.path(place).unlink()
        city.build()
        assert {year for year, path in of_year.items() if path.exists()} == of_year.keys() - {lost}
        for place, text in texts.items():
            city.path(place).write_text(text, encoding="utf-8")
        city.build()
        assert of_year[lost].exists()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def one_letter(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


CACHE_DAMAGE: dict[str, Callable[[Path], object]] = {
    "no cache": shutil.rmtree,
    "no state": lambda folder: (folder / "state").unlink(),
    "cut state": lambda folder: cut(folder / "state"),
    "changed state": lambda folder: one_letter(folder / "state"),
    "empty state": lambda folder: (folder / "state").write_bytes(b""),
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


class TestWithoutLinks:
    @pytest.mark.parametrize("refusal", ["EPERM", "EXDEV", "EMLINK", "ENOTSUP", "ENOSYS"])
    def test_files_are_copied_with_their_times(self, city: City, monkeypatch: pytest.MonkeyPatch, refusal: str) -> None:
        def refuse(*_: object) -> None:
            raise OSError(getattr(errno, refusal), os.strerror(getattr(errno, refusal)))

        monkeypatch.setattr(os, "link", refuse)
        for change in (city.edit, city.add, city.edit_site):
            change()
            city.build()
        assert {path.stat().st_nlink for path in city.site.rglob("*") if path.is_file()} == {1}
        assert {path.stat().st_mode & 0o777 for path in city.site.rglob("*") if path.is_file()} == {0o644}
        assert city.build().written == 0


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
