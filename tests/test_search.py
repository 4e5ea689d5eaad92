"""What the search page finds is what plain searching through all text finds: the script itself is asked."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.writing import write_content
from goalsheets.building import build, make_site
from goalsheets.policies import parse_code
from tests.samples import CONTENT
from tests.searching import Found, asked, goals_of, random_words
from tests.site.serving import write_site

SITES = ("real", "made up")
WORDS = [
    "避難所",
    "難所",
    "水道管",
    "トマト",
    "とまと",
    "ﾄﾏﾄ",
    "新幹線",
    "協議会",
    "ＮＰＯ",
    "npo",
    "2025年度",
    "、地域",
    "た。",
]
CODES = ["政策１３-1-②", "13-1-2", "政策13ー1", "１３−１", "行財 3-2", "政策13"]


@pytest.fixture(scope="module")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return where the site of the city's own sheets is, and that of 300 made-up ones."""
    folders: dict[str, Path] = {}

    def made(name: str) -> Path:
        if name not in folders:
            folder = tmp_path_factory.mktemp("search")
            if name == "real":
                write_site(make_site(CONTENT), folder / "site")
            else:
                write_content(folder / "content", 300)
                assert build(folder / "content", folder / "site").problems == []
            folders[name] = folder / "site"
        return folders[name]

    return made


def answers(site: Path, queries: list[str], filters: dict[str, str] | None = None) -> dict[str, list[str]]:
    """Return the addresses of all goals that the page shows for each query."""
    tasks = [{"query": query, "filters": filters or {}, "all": True} for query in queries]
    return {query: sorted(answer["results"]) for query, answer in zip(queries, asked(tasks, site), strict=True)}


def having(goals: list[Found], *words: str) -> list[str]:
    return sorted(goal.address for goal in goals if all(goal.has(word) for word in words))


def citing(goals: list[Found], code: str) -> set[str]:
    """Return the goals that cite a code, or one below it."""
    wanted = [found for prefix in ("", "政策", "行財") if (found := parse_code(prefix + code))]
    return {
        goal.address
        for goal in goals
        for rows in (goal.goal, *goal.goal["indicators"])
        for printed in rows["policies"]
        if (cited := parse_code(printed)) and any(found in cited.ancestors() for found in wanted)
    }


class TestRecall:
    @pytest.mark.parametrize("name", SITES)
    def test_any_part_of_any_text_is_found(self, site_of: Callable[[str], Path], name: str) -> None:
        goals = goals_of(site_of(name))
        words = [*WORDS, *random_words(goals, 150, 7)]
        words = [word for word in words if not re.fullmatch(r"[^\d\s-]*\d{1,3}(-\d{1,3}){0,2}", word)]
        found = answers(site_of(name), words)
        assert {word: found[word] for word in words} == {word: having(goals, word) for word in words}
        assert sum(map(bool, found.values())) > 100

    def test_two_words_are_found_where_one_goal_has_both(self, site_of: Callable[[str], Path]) -> None:
        goals, pairs = goals_of(site_of("real")), [("北区", "避難"), ("協議会", "地域"), ("パスポート", "人")]
        found = answers(site_of("real"), ["　".join(pair) for pair in pairs])
        assert list(found.values()) == [having(goals, *pair) for pair in pairs]
        assert all(found.values())

    def test_letters_typed_one_by_one_are_one_word(self, site_of: Callable[[str], Path]) -> None:
        assert answers(site_of("real"), ["避 難 所"]) == {"避 難 所": having(goals_of(site_of("real")), "避難所")}

    def test_one_letter_is_too_few(self, site_of: Callable[[str], Path]) -> None:
        assert asked([{"query": " 水 "}], site_of("real")) == [None]

    @pytest.mark.parametrize("name", SITES)
    def test_codes_are_found_however_typed(self, site_of: Callable[[str], Path], name: str) -> None:
        goals = goals_of(site_of(name))
        found = answers(site_of(name), CODES)
        for code in CODES:
            assert found[code] == sorted({*having(goals, code), *citing(goals, code)}), code
        assert all(found.values())

    def test_goals_that_cite_a_code_come_first(self, site_of: Callable[[str], Path]) -> None:
        (answer,) = asked([{"query": "1-1", "all": True}], site_of("made up"))
        cited = citing(goals_of(site_of("made up")), "1-1")
        assert answer["cited"] == len(cited)
        assert set(answer["results"][: len(cited)]) == cited
        assert len(answer["results"]) > len(cited)


class TestFilters:
    def test_year_division_and_rating_narrow_what_is_found(self, site_of: Callable[[str], Path]) -> None:
        site, goals = site_of("made up"), goals_of(site_of("made up"))
        filters = {"year": "2024", "division": "kita", "rating": "achieved"}
        wanted = [
            goal
            for goal in goals
            if goal.sheet["fiscal_year"] == 2024
            and goal.sheet["division_slug"] == "kita"
            and goal.goal["rating"] == "○"
        ]
        assert answers(site, ["地域", ""], filters) == {"地域": having(wanted, "地域"), "": having(wanted)}
        assert having(wanted)


class TestCounting:
    def test_the_count_is_exact_or_said_to_be_about(self, site_of: Callable[[str], Path]) -> None:
        goals = goals_of(site_of("made up"))
        words = random_words(goals, 100, 11)
        tasks = [{"query": word} for word in words]
        for word, answer in zip(words, asked(tasks, site_of("made up")), strict=True):
            assert answer["count"] >= len(having(goals, word)), word
            if not answer["unsure"]:
                assert answer["count"] == len({*having(goals, word), *citing(goals, word)}), word

    def test_ten_are_shown_at_once(self, site_of: Callable[[str], Path]) -> None:
        (answer,) = asked([{"query": "地域"}], site_of("made up"))
        assert len(answer["results"]) == 10
        assert answer["count"] > 100


class TestWeight:
    def test_a_first_search_weighs_at_most_80_kb_and_a_later_one_50(self, site_of: Callable[[str], Path]) -> None:
        """The same accounting as for 10,000 sheets: all that a browser fetches, compressed."""
        site = site_of("made up")
        files = [site / "search/index.html", *(site / "assets").iterdir()]
        page = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
        table = len(gzip.compress((site / "search/table.json").read_bytes(), 6))
        words = [*random_words(goals_of(site), 60, 3), *CODES, "市民 区民"]
        first = [answer["fetched"] for answer in asked([{"query": word, "fresh": True} for word in words], site)]
        assert page + max(first) <= 80_000
        assert max(first) - table <= 50_000
        assert max(first) > table
