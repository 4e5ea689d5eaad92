"""Ask the search page's own script, in Node.js, and tell what plain searching through all text would find."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from goalsheets.rendering import TEMPLATES
from goalsheets.years import fiscal_year_words
from tests.samples import ROOT
from tests.site.needs import program

SCRIPT = TEMPLATES / "assets/search.js"
VARIANTS: dict[str, Callable[[str], str]] = {
    "as printed": str,
    "katakana": lambda text: text.translate({code: code + 0x60 for code in range(0x3041, 0x3097)}),
    "hiragana": lambda text: text.translate({code: code - 0x60 for code in range(0x30A1, 0x30F7)}),
    "full width": lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "capitals": str.upper,
}


def asked(tasks: list[dict[str, Any]], site: Path | None = None) -> list[Any]:
    """Return what the script answers to some tasks."""
    command = [program("node"), str(ROOT / "tests/searching.mjs"), str(SCRIPT), *([str(site)] if site else [])]
    done = subprocess.run(command, input=json.dumps(tasks), capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    answers: list[Any] = json.loads(done.stdout)
    return answers


class Found(NamedTuple):
    """Hold a goal as the site's data tells it: its address, and all its texts with those of its sheet's head."""

    address: str
    texts: tuple[str, ...]
    sheet: dict[str, Any]
    goal: dict[str, Any]

    def has(self, words: str) -> bool:
        return any(plain(words) in text for text in self.texts)


def plain(text: str) -> str:
    """Fold a text the slow and simple way."""
    text = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in text)


def goals_of(site: Path) -> list[Found]:
    """Return all goals of a site."""
    found = []
    divisions = json.loads((site / "search/table.json").read_text(encoding="utf-8"))["divisions"]
    name_of = {slug: name for slug, name, *_ in divisions}
    unit_of = {(division[0], slug): name for division in divisions for slug, name in division[3]}
    for path in sorted(site.glob("sheets/*/*/*/sheet.json")):
        sheet = json.loads(path.read_text(encoding="utf-8"))
        head = {key: value for key, value in sheet.items() if key in {"division", "unit", "policy_indicators"}}
        division, unit = sheet["division_slug"], sheet["unit_slug"]
        names = name_of[division], unit_of[division, unit]
        for goal in sheet["goals"]:
            texts = (*_texts(head), *names, fiscal_year_words(sheet["fiscal_year"]), *_texts(goal))
            address = f"{path.parent.relative_to(site).as_posix()}/#goal-{goal['number']}"
            found.append(Found(address, tuple(map(plain, texts)), sheet, goal))
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"rating", "state", "continues"}:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def random_words(goals: list[Found], count: int, seed: int) -> list[str]:
    """Return stretches of 2 to 8 letters of the goals, typed in one way or another, and some of them jumbled."""
    random = Random(seed)
    words: list[str] = []
    while len(words) < count:
        text = random.choice(random.choice(goals).texts)
        start, length = random.randrange(len(text)), random.randint(2, 8)
        part = text[start : start + length]
        if len(part) < 2:
            continue
        if random.random() < 0.1:
            part = "".join(random.sample(part, len(part)))
        words.append(VARIANTS[random.choice(list(VARIANTS))](part))
    return words
