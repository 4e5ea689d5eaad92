"""Make up goal sheets, the same for the same number, as full and as varied as a city's real ones."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bench import words

YEARS = tuple(range(2016, 2026))
DIVISIONS = (*words.WARDS, *words.DEPARTMENTS)
CODES = (
    *(f"政策{first}-{second}-{third}" for first in range(1, 17) for second in range(1, 4) for third in "①②③④⑤"),
    *(f"行財{first}-{second}-{third}" for first in range(1, 4) for second in range(1, 4) for third in "①②"),
)
_UNITS = (*words.SECTIONS, *(town + place for place in words.PLACES for town in words.TOWNS))
_MARKS = "○△×"


@dataclass(frozen=True)
class Place:
    """Name a sheet: the fiscal year, and the slugs of its division and its unit."""

    year: int
    division: str
    unit: str

    def __str__(self) -> str:
        return f"{self.year}/{self.division}/{self.unit}"


@dataclass(frozen=True)
class Indicator:
    """Hold what is measured, the target and the result."""

    name: str
    target: str
    result: str


@dataclass(frozen=True)
class Initiative:
    """Hold what is done: names that share a summary."""

    names: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class Goal:
    """Hold one goal; a text that is blank has not been written."""

    number: int
    objective: str
    policies: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    initiatives: tuple[Initiative, ...]
    rating: str
    status: str
    next: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Hold one sheet."""

    place: Place
    division: str
    unit: str
    created: str
    evaluated: str
    policy_indicators: tuple[str, ...]
    goals: tuple[Goal, ...]


def place(number: int) -> Place:
    """Return where the sheet of a number stands: ten years of each unit, the divisions in turn."""
    year, rest = number % len(YEARS), number // len(YEARS)
    division, unit = (rest + 3 * year) % len(DIVISIONS), rest // len(DIVISIONS)
    return Place(YEARS[year], DIVISIONS[division], f"unit-{unit + 1:03}")


def division_name(slug: str) -> str:
    """Return what a division is called on a sheet."""
    return f"{words.WARDS[slug]}役所" if slug in words.WARDS else words.DEPARTMENTS[slug]


def unit_name(slug: str) -> str:
    """Return what a unit is called on a sheet."""
    return _UNITS[int(slug.removeprefix("unit-")) - 1]


def sheet(number: int) -> Sheet:
    """Make up the sheet of a number."""
    where, pen = place(number), _Pen(number)
    evaluated = pen.happens(0.85)
    return Sheet(
        where,
        division_name(where.division),
        unit_name(where.unit),
        f"{where.year}-04-{pen.between(1, 28):02}",
        f"{where.year + 1}-03-{pen.between(1, 31):02}" if evaluated else "",
        tuple(f"{pen.one(words.WHAT)}{pen.one(words.MEASURES)}" for _ in range(pen.between(1, 4))),
        tuple(pen.goal(count, evaluated=evaluated) for count in range(1, pen.between(2, 7) + 1)),
    )


class _Pen:
    """Write the parts of one sheet."""

    def __init__(self, number: int) -> None:
        self.random = Random(f"goal sheet {number}")

    def one(self, words: tuple[str, ...] | str) -> str:
        return self.random.choice(words)

    def between(self, first: int, last: int) -> int:
        return self.random.randint(first, last)

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def goal(self, number: int, *, evaluated: bool) -> Goal:
        subject = self.one(words.WHAT)
        rated = evaluated and self.happens(0.98)
        notes = words.NOTES if self.happens(0.05) else ()
        if evaluated and not rated:
            notes = (*notes, words.NO_RATING)
        return Goal(
            number,
            self.text(words.PLANNED, 2, broken=0.1),
            self.policies(),
            tuple(self.indicator(subject, evaluated=evaluated) for _ in range(1 if self.happens(0.78) else 2)),
            tuple(self.initiative(subject) for _ in range(1 if self.happens(0.8) else 2)),
            self.random.choices(_MARKS, (72, 16, 12))[0] if rated else "",
            self.text(words.DONE, 3, broken=0.35) if evaluated else "",
            self.text(words.NEXT, 2, broken=0.2) if evaluated else "",
            notes,
        )

    def policies(self) -> tuple[str, ...]:
        count = self.random.choices((0, 1, 2), (12, 70, 18))[0]
        return tuple(dict.fromkeys(self.one(CODES) for _ in range(count)))

    def indicator(self, subject: str, *, evaluated: bool) -> Indicator:
        return Indicator(f"{subject}{self.one(words.MEASURES)}", self.amount(), self.amount() if evaluated else "")

    def initiative(self, subject: str) -> Initiative:
        names = tuple(f"{subject}{project}" for project in self.random.sample(words.PROJECTS, self.between(1, 2)))
        return Initiative(names, self.text(words.PLANNED, 1, broken=0.2))

    def amount(self) -> str:
        number, counter = self.between(1, 4000), self.one(words.COUNTERS)
        shape = self.random.random()
        if shape < 0.1:
            return self.one(("実施", "継続", "前年度以上"))
        if shape < 0.2:
            return f"{number:,}{counter}\n（前年度：{self.between(1, 4000):,}{counter}）"
        return f"{number % 100}.{number % 7}％以上" if shape < 0.3 else f"{number:,}{counter}"

    def text(self, endings: tuple[str, ...], most: int, *, broken: float) -> str:
        """Write sentences: in one line, in lines, or in lines of which most begin with ・."""
        sentences = [self.sentence(endings) for _ in range(self.between(1, most))]
        if not self.happens(broken):
            return self.one(words.LINKS).join(sentences)
        if self.happens(0.5):
            return "\n".join(sentences)
        return "\n".join(["＜主な内容＞", *(f"・{sentence}" for sentence in sentences)])

    def sentence(self, endings: tuple[str, ...]) -> str:
        who, how, what = self.one(words.WHO), self.one(words.HOW), self.one(words.WHAT)
        if self.happens(0.7):
            return f"{who}とともに、{how}、{what}{self.one(endings)}"
        return f"{how}、{who}が安心して暮らせるよう、「{what}」と「{self.one(words.WHAT)}」{self.one(endings)}"
