"""A made-up city whose content is changed at random, and whose builds are held against builds from nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from goalsheets.building import build
from goalsheets.built import Built
from goalsheets.problems import errors
from goalsheets.publishing import MARKER
from tests.samples import ORGANIZATION, POLICIES, SITE, goal_text, left_beside, sheet_text, tree_of

YEARS = (2023, 2024, 2025)
UNITS = {
    "kita": ("北区役所", {"somu": "総務課", "kensetsu": "建設課", "kenko": "健康課"}),
    "shimin": ("市民部", {"somu": "総務課", "seikatsu": "生活課"}),
    "doboku": ("土木部", {"somu": "総務課", "doro": "道路課"}),
}
CODES = ("[]", "[政策1-1-①]", "[政策1-2-①, 行財1-1-①]", "[政策2-1-②]")

Place = tuple[int, str, str]


class City:
    """Write the content of a made-up city, and change it at random."""

    def __init__(self, folder: Path, seed: int = 0, years: Iterable[int] = YEARS) -> None:
        self.content = folder / "content"
        self.site = folder / "site"
        self.fresh = folder / "fresh" / "site"
        self.random = Random(seed)
        self.broken: dict[Path, str] = {}
        units = [(division, unit) for division, (_, units) in UNITS.items() for unit in units]
        self.known = [(year, *unit) for year in years for unit in units]
        self.write("site.yaml", SITE)
        self.write("policies.yaml", POLICIES)
        self.write("pages/about.md", "# 説明\n\n読み方です。\n")
        self.edit_organization()
        for place in self.known[1:]:
            self.write_sheet(place)

    def write(self, path: str, text: str) -> None:
        target = self.content / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def path(self, place: Place) -> Path:
        return self.content / "sheets/{}/{}/{}.yaml".format(*place)

    @property
    def places(self) -> list[Place]:
        return [place for place in self.known if self.path(place).exists()]

    def write_sheet(self, place: Place) -> None:
        year, division, unit = place
        pick, evaluated = self.random.choice, self.random.random() < 0.7
        goals = "".join(
            goal_text(
                number,
                objective=f"目標{self.random.randrange(1000):03}です。",
                policies=pick(CODES),
                result=pick(("", "3回")),
                rating=pick("○△×") if evaluated else "",
                status=pick(("", "雨で1回できませんでした。")),
            )
            for number in range(1, pick((2, 3, 4)))
        )
        name, units = UNITS[division]
        created = pick((None, None, f"{year}-03-31"))  # the last of these brings a warning
        day = f"{year + 1}-03-31" if evaluated else ""
        text = sheet_text(year, division=name, unit=units[unit], goals=goals, created=created, evaluated=day)
        self.write(f"sheets/{year}/{division}/{unit}.yaml", text)

    def edit(self) -> None:
        for place in self.random.sample(self.places, self.random.choice((1, 1, 2, 5))):
            self.write_sheet(place)

    def edit_behind_the_back(self) -> None:
        """Change a letter, and give the file its old time back."""
        path = self.path(self.random.choice(self.places))
        status, text = path.stat(), path.read_text(encoding="utf-8")
        path.write_text(text.replace("です。", self.random.choice(("だわ。", "だぞ。"))), encoding="utf-8")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def touch(self) -> None:
        self.path(self.random.choice(self.places)).touch()

    def add(self) -> None:
        if free := [place for place in self.known if not self.path(place).exists()]:
            self.write_sheet(self.random.choice(free))

    def delete(self) -> None:
        self.path(self.random.choice(self.places)).unlink()

    def rename(self) -> None:
        free = [place for place in self.known if not self.path(place).exists()]
        if not free:
            return
        old, new = self.random.choice(self.places), self.random.choice(free)
        text = self.path(old).read_text(encoding="utf-8")
        for key, value in (
            ("fiscal_year", new[0]),
            ("division", UNITS[new[1]][0]),
            ("unit", UNITS[new[1]][1][new[2]]),
        ):
            text = re.sub(f"^{key}: .*", f"{key}: {value}", text, flags=re.MULTILINE)
        self.path(new).parent.mkdir(parents=True, exist_ok=True)
        self.path(old).rename(self.path(new))
        self.path(new).write_text(text, encoding="utf-8")

    def edit_organization(self) -> None:
        """Give the divisions and units other names and another order."""
        lines = [ORGANIZATION.splitlines()[0]]
        for division, (name, units) in self.random.sample(sorted(UNITS.items()), len(UNITS)):
            kind = "kind: ward\n    ward: 北区" if division == "kita" else "kind: department"
            now = f"{name}{self.random.choice(('', '・本庁'))}"
            lines.append(f"  - slug: {division}\n    name: {now}\n    aliases: [{name}旧称, {name}]\n    {kind}")
            lines[-1] = lines[-1].replace(f"旧称, {name}]", "旧称]") if now == name else lines[-1]
            lines.append("    units:")
            for unit, called in self.random.sample(sorted(units.items()), len(units)):
                lines.append(f"      - slug: {unit}\n        name: {called}")
        self.write("organization.yaml", "\n".join(lines) + "\n")

    def edit_policies(self) -> None:
        title = f"\n      - code: 政策1\n        title: 防災{self.random.randrange(9)}"
        self.write("policies.yaml", POLICIES.replace(" []", title, 1))

    def edit_site(self) -> None:
        self.write("site.yaml", SITE.replace("目標シート", f"目標シート{self.random.randrange(1000)}"))

    def edit_page(self) -> None:
        page = self.random.choice(("about", "glossary"))
        place = self.random.choice(self.places)
        self.write(f"pages/{page}.md", "# 説明\n\n[ある課の目標](/sheets/{}/{}/{}/)\n".format(*place))

    def break_something(self) -> None:
        paths = [self.path(self.random.choice(self.places)), self.content / "organization.yaml"]
        path = self.random.choice([paths[0], *paths])
        text = path.read_text(encoding="utf-8")
        self.broken.setdefault(path, text)
        path.write_text(self.random.choice((text[:-1], f"{text}x: 1\n", text.replace(": ", ":"))), encoding="utf-8")

    def mend(self) -> None:
        for path, text in self.broken.items():
            if path.exists():
                path.write_text(text, encoding="utf-8")
        self.broken.clear()
        for path in self.content.glob("pages/*.md"):
            path.write_text("# 説明\n", encoding="utf-8")

    def change(self, *, wrong: bool) -> str:
        """Change something at random, errors more likely mended than not; return what."""
        actions: list[Callable[[], None]] = [self.edit, self.edit, self.add, self.delete, self.rename, self.touch]
        actions += [self.edit_behind_the_back, self.edit_site, self.edit_policies, self.edit_organization]
        actions += [self.edit_page, self.edit_page, self.break_something, lambda: None]
        action = self.mend if wrong and self.random.random() < 0.7 else self.random.choice(actions)
        action()
        return getattr(action, "__name__", "")

    def build(self, workers: int = 1) -> Built:
        """Build; demand what a build from nothing gives, and that what stayed as it was keeps its time."""
        before, times = (tree_of(self.site), stamps(self.site)) if self.site.exists() else ({}, {})
        built = build(self.content, self.site, allow_shrink=True, workers=workers)
        shutil.rmtree(self.fresh.parent, ignore_errors=True)
        clean = build(self.content, self.fresh)
        assert built.problems == clean.problems
        after = tree_of(self.site) if self.site.exists() else {}
        assert left_beside(self.site) == ["content", "fresh"]
        if errors(built.problems):
            assert after == before
            assert stamps(self.site) == times
            return built
        assert after == tree_of(self.fresh)
        assert built.manifest.keys() == clean.manifest.keys() == after.keys() - {MARKER}
        same = {path for path in after if path != MARKER and before.get(path) == after[path]}
        now = stamps(self.site)
        assert {path: now[path] for path in same} == {path: times[path] for path in same}
        assert (built.written, built.sheets) == (len(after) - 1 - len(same), clean.sheets)
        assert built.removed == len(before.keys() - after.keys())
        return built


def stamps(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.lstat().st_mtime_ns for path in sorted(folder.rglob("*"))}
