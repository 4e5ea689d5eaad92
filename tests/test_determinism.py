"""The same content gives the same bytes, whatever stands around the build."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

from goalsheets.building import make_site
from goalsheets.publishing import MARKER
from tests.samples import CONTENT, ROOT, goal_text, sheet_text, tree_of

SURROUNDINGS = {
    "one": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "workers": "1", "umask": "022"},
    "two": {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "workers": "2", "umask": "077"},
    "eight": {"PYTHONHASHSEED": "random", "TZ": "America/New_York", "LC_ALL": "POSIX", "workers": "8", "umask": "002"},
    "seed": {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "workers": "1", "umask": "077"},
    "three": {"PYTHONHASHSEED": "random", "TZ": "Asia/Tokyo", "LC_ALL": "ja_JP.UTF-8", "workers": "3", "umask": "027"},
    "place/その 他": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "workers": "2", "umask": "022"},
    "listed from the end": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "workers": "1", "umask": "022"},
    "shuffled": {"PYTHONHASHSEED": "random", "TZ": "UTC", "LC_ALL": "C", "workers": "8", "umask": "000"},
}
UNITS = [f"ka{number:02}" for number in range(24)]
CODES = ("[]", "[政策1-1-①]", "[政策1-2-①, 行財1-1-①]", "[政策2-1-②]")

LISTED_OTHERWISE = """
import os, random, runpy, sys
_, order, *sys.argv = sys.argv
sys.path.insert(0, os.path.dirname(sys.argv[0]))
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
os.scandir, os.listdir = Listing, lambda path=".": changed(listdir(path))
runpy.run_path(sys.argv[0], run_name="__main__")
"""


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


def begin(folder: Path, name: str, content: Path, surroundings: dict[str, str]) -> subprocess.Popen[str]:
    """Begin a build in other surroundings, with content and site in another place."""
    own = folder / name
    own.mkdir(parents=True)
    placed = Path(shutil.copytree(content, own / "content"))
    for number, path in enumerate(sorted(placed.rglob("*"))):
        os.utime(path, (number, number * len(name)))
    runner = ["-c", LISTED_OTHERWISE, name] if name in {"listed from the end", "shuffled"} else []
    more = {key: value for key, value in surroundings.items() if key.isupper() or "_" in key}
    return subprocess.Popen(
        [sys.executable, *runner, str(ROOT / "build.py"), "--content", "content", "--workers", surroundings["workers"]],
        cwd=own,
        env={**os.environ, **more},
        umask=int(surroundings["umask"], 8),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )


class TestOneDigest:
    def test_surroundings_leave_no_trace(self, tmp_path: Path) -> None:
        content = write_large_content(tmp_path / "source")
        digests, modes = {}, {}
        names = list(SURROUNDINGS)
        for some in (names[:4], names[4:]):
            builds = {name: begin(tmp_path, name, content, SURROUNDINGS[name]) for name in some}
            told = {name: process.communicate(timeout=120)[1] for name, process in builds.items()}
            assert told == dict.fromkeys(some, "")
            for name in some:
                site = tmp_path / name / "site"
                digests[name] = digest_of(tree_of(site))
                modes[name] = {oct(path.stat().st_mode & 0o777) for path in [site, *site.rglob("*")] if path.is_file()}
        made = make_site(content)
        assert made.sheets > 64
        public = tree_of(tmp_path / names[0] / "site")
        assert public.pop(MARKER)
        assert digest_of(public) == digest_of(made.files)
        assert digests == dict.fromkeys(names, digests[names[0]])
        assert [modes[name] for name in names] == [{"0o644"}] * len(names)

    def test_a_careful_umask_hides_no_folder_from_visitors(self, tmp_path: Path) -> None:
        process = begin(tmp_path, "careful", CONTENT, SURROUNDINGS["two"])
        assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)
        site = tmp_path / "careful" / "site"
        assert {oct(path.stat().st_mode & 0o777) for path in [site, *site.rglob("*")] if path.is_dir()} == {"0o755"}
