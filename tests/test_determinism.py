"""The same content gives the same bytes, whatever stands around the build."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path
from random import Random

import pytest

from goalsheets.building import build, make_site
from goalsheets.publishing import MARKER
from tests.samples import CONTENT, ROOT, goal_text, sheet_text, tree_of

Surroundings = dict[str, str]

VARIED: dict[str, tuple[str, ...]] = {
    "PYTHONHASHSEED": ("0", "1", "random"),
    "TZ": ("UTC", "Asia/Tokyo", "GMT+12", "GMT-14"),
    "LC_ALL": ("C", "ja_JP.UTF-8", "tr_TR.UTF-8"),  # one that is not installed counts as C
    "folder": ("plain", "その 他/a b", "a/long/way/down"),
    "umask": ("022", "077", "000"),
    "workers": ("1", "2", "8"),
    "listed": ("as they come", "from the end", "shuffled"),
    "days": ("0", "-398", "398"),
}
OWN_BUILDS, OTHER_BUILDS = 18, 3
"""How many builds this Python makes, and each of the others: 24 in all."""

PYTHONS = ("3.11", "3.12", "3.13")
OWN_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

UNITS = [f"ka{number:02}" for number in range(18)]
CODES = ("[]", "[政策1-1-①]", "[政策1-2-①, 行財1-1-①]", "[政策2-1-②]")

ELSEWHERE = """
import os, random, runpy, sys, time
_, order, days, *sys.argv = sys.argv
sys.path.insert(0, os.path.dirname(sys.argv[0]))
shift, seconds, nanoseconds = int(days) * 86400, time.time, time.time_ns
time.time, time.time_ns = lambda: seconds() + shift, lambda: nanoseconds() + shift * 10**9
def changed(found):
    found = sorted(found, key=lambda entry: getattr(entry, "name", entry), reverse=True)
    if order == "shuffled":
        random.shuffle(found)
    return found
scandir, listdir = os.scandir, os.listdir
class Listing:
    def __init__(self, path="."):
        with scandir(path) as found:
            self.found = iter(changed(found))
    def __iter__(self):
        return self.found
    def __next__(self):
        return next(self.found)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def close(self):
        pass
if order != "as they come":
    os.scandir, os.listdir = Listing, lambda path=".": changed(listdir(path))
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Run the program with folders listed in another order, and with the clock some days off."""


def pairs(surroundings: Surroundings) -> set[tuple[tuple[str, str], ...]]:
    return set(combinations(sorted(surroundings.items()), 2))


def all_pairs() -> set[tuple[tuple[str, str], ...]]:
    """Return every two values that could meet in one build."""
    return {
        ((one, first), (other, second))
        for one, other in combinations(sorted(VARIED), 2)
        for first, second in product(VARIED[one], VARIED[other])
    }


def varied(number: int, seed: int) -> list[Surroundings]:
    """Choose so many surroundings that as many values as can be meet each other."""
    chance, chosen, missing = Random(seed), [], all_pairs()
    for _ in range(number):
        some = [{name: chance.choice(values) for name, values in VARIED.items()} for _ in range(300)]
        chosen.append(max(some, key=lambda one: len(pairs(one) & missing)))
        missing -= pairs(chosen[-1])
    return chosen


def write_large_content(folder: Path) -> Path:
    """Write so many sheets that they are shared out between workers."""
    shutil.copytree(CONTENT, folder)
    units = "".join(f"      - slug: {unit}\n        name: {unit}課\n" for unit in UNITS)
    division = f"  - slug: mihon\n    name: 見本部\n    kind: department\n    units:\n{units}"
    with (folder / "organization.yaml").open("a", encoding="utf-8") as file:
        file.write(division)
    for number, (year, unit) in enumerate(product((2022, 2024, 2025), UNITS)):
        done = number % 3 != 0
        goals = "".join(
            goal_text(goal, policies=CODES[(number + goal) % 4], result="3回", rating="○△×"[goal - 1] if done else "")
            for goal in range(1, number % 3 + 2)
        )
        evaluated = f"{year + 1}-03-31" if done else ""
        text = sheet_text(year, division="見本部", unit=f"{unit}課", goals=goals, evaluated=evaluated)
        path = folder / f"sheets/{year}/mihon/{unit}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def digest_of(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def begin(folder: Path, content: Path, surroundings: Surroundings, python: Path) -> subprocess.Popen[str]:
    """Begin a build in other surroundings, with content and site in a folder of their own."""
    own = folder / surroundings["folder"]
    own.mkdir(parents=True)
    placed = Path(shutil.copytree(content, own / "content"))
    days = int(surroundings["days"])
    for number, path in enumerate(sorted(placed.rglob("*"))):
        os.utime(path, (number, (days + 400) * 86_400 + number))
    given = ["-c", ELSEWHERE, surroundings["listed"], surroundings["days"], str(ROOT / "build.py")]
    return subprocess.Popen(
        [python, "-W", "error", *given, "--content", "content", "--workers", surroundings["workers"]],
        cwd=own,
        env={**os.environ, **{name: value for name, value in surroundings.items() if name.isupper()}},
        umask=int(surroundings["umask"], 8),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )


def digests(folder: Path, content: Path, python: Path, chosen: list[Surroundings]) -> list[str]:
    """Build in each of the surroundings, two at a time; return the digests of the sites."""
    found = []
    for first in range(0, len(chosen), 2):
        some = {folder / str(number): chosen[number] for number in range(first, min(first + 2, len(chosen)))}
        builds = [begin(place, content, surroundings, python) for place, surroundings in some.items()]
        told = [process.communicate(timeout=120)[1] for process in builds]
        assert (told, [process.returncode for process in builds]) == ([""] * len(builds), [0] * len(builds))
        for place, surroundings in some.items():
            site = place / surroundings["folder"] / "site"
            assert {oct(path.stat().st_mode & 0o777) for path in site.rglob("*") if path.is_file()} == {"0o644"}
            found.append(digest_of(tree_of(site)))
    return found


def interpreter(version: str) -> Path | None:
    """Return another Python of this machine."""
    on_path = shutil.which(f"python{version}")
    places = [
        *([Path(on_path)] if on_path else []),
        *(Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python3"),
    ]
    for place in places:
        asked = [str(place), "-c", "import sys, venv; print(*sys.version_info[:2], sep='.')"]
        done = subprocess.run(asked, check=False, capture_output=True, encoding="utf-8")
        if (done.returncode, done.stdout.strip()) == (0, version):
            return place
    return None


def installed(folder: Path, version: str) -> Path:
    """Return another Python with the packages that the program needs, in an environment of its own."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here: its builds are not compared")
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True, capture_output=True)
    own = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(own), "install", "--quiet", "--disable-pip-version-check"]
    lock = ["--require-hashes", "-r", str(ROOT / "requirements.lock")]
    done = subprocess.run([*install, *lock], check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1]
        pytest.skip(f"the packages cannot be installed for Python {version}, its builds are not compared: {why}")
    return own


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return content that workers share; never write to it."""
    return write_large_content(tmp_path_factory.mktemp("determinism") / "content")


@pytest.fixture(scope="module")
def digest(content: Path) -> str:
    """Return the digest of the site that this process makes of it."""
    site = content.with_name("site")
    assert build(content, site, workers=1).sheets > 64
    files = tree_of(site)
    digest = digest_of(files)
    assert files.pop(MARKER)
    assert files == make_site(content).files
    return digest


class TestOneDigest:
    def test_surroundings_leave_no_trace(self, tmp_path: Path, content: Path, digest: str) -> None:
        chosen = varied(OWN_BUILDS, 5)
        assert all_pairs() - set[tuple[tuple[str, str], ...]]().union(*map(pairs, chosen)) == set()
        assert digests(tmp_path, content, Path(sys.executable), chosen) == [digest] * OWN_BUILDS

    @pytest.mark.parametrize("version", [version for version in PYTHONS if version != OWN_PYTHON])
    def test_another_python_leaves_no_trace(self, tmp_path: Path, content: Path, digest: str, version: str) -> None:
        python = installed(tmp_path / "environment", version)
        assert digests(tmp_path, content, python, varied(OTHER_BUILDS, 3)) == [digest] * OTHER_BUILDS

    def test_a_careful_umask_hides_no_folder_from_visitors(self, tmp_path: Path) -> None:
        surroundings = {"folder": "here", "umask": "077", "workers": "2", "listed": "as they come", "days": "0"}
        process = begin(tmp_path, CONTENT, surroundings, Path(sys.executable))
        assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)
        site = tmp_path / "here" / "site"
        assert {oct(path.stat().st_mode & 0o777) for path in [site, *site.rglob("*")] if path.is_dir()} == {"0o755"}
