"""The made-up sheets of the comparison, what is measured of builds, and how it is written down."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.checking import DifferentError, Made, check, lost
from bench.measuring import Contender, FailedError, Run, Series, cleared, first_runs, peak_memory, take_turns
from bench.peers import write_peers
from bench.report import (
    BEGIN,
    COLD,
    EDITED,
    ELEVENTY,
    END,
    HUGO,
    UNCHANGED,
    Comparison,
    Growth,
    Results,
    publish,
    put_between,
)
from bench.sheets import CODES, DIVISIONS, YEARS, place, sheet
from bench.writing import OTHERWISE, edit, sheet_text, write_content
from goalsheets.building import build
from goalsheets.reading import plain, read_yaml
from tests.conftest import source_of
from tests.samples import ROOT, tree_of

COUNT = 60


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "content"
    write_content(folder, COUNT)
    return folder


@pytest.fixture(scope="module")
def site(content: Path) -> Path:
    built = build(content, content.parent / "site", workers=1)
    assert built.problems == []
    assert built.sheets == COUNT
    return content.parent / "site"


class TestSheets:
    def test_sheets_build_without_an_error_or_a_warning(self, site: Path) -> None:
        assert len(list(site.glob("sheets/*/*/*/index.html"))) == COUNT

    def test_sheets_are_the_same_every_time(self, content: Path, tmp_path: Path) -> None:
        write_content(tmp_path / "content", COUNT)
        assert tree_of(tmp_path / "content") == tree_of(content)

    def test_a_sheet_does_not_depend_on_how_many_there_are(self, content: Path, tmp_path: Path) -> None:
        write_content(tmp_path, COUNT // 2)
        fewer = tree_of(tmp_path / "sheets")
        more = tree_of(content / "sheets")
        assert len(fewer) == COUNT // 2
        assert {path: more[path] for path in fewer} == fewer

    def test_every_sheet_stands_in_its_own_place(self) -> None:
        places = [place(number) for number in range(50_000)]
        assert len(set(places)) == len(places)
        assert {where.year for where in places[:280]} == set(YEARS)
        assert {where.division for where in places[:280]} == set(DIVISIONS)

    def test_sheets_are_as_full_as_real_ones(self) -> None:
        sheets = [sheet(number) for number in range(400)]
        sizes = [len(sheet_text(made).encode()) for made in sheets]
        goals = [len(made.goals) for made in sheets]
        assert 5_500 < sum(sizes) / len(sizes) < 7_000
        assert 4.3 < sum(goals) / len(goals) < 4.7
        assert len({code for made in sheets for goal in made.goals for code in goal.policies}) == len(CODES) > 240

    @pytest.mark.parametrize("number", [0, 1, OTHERWISE - 1])
    def test_both_ways_of_writing_say_the_same(self, number: int) -> None:
        made = sheet(number)
        read = [read_yaml(source_of(sheet_text(made, otherwise=otherwise))) for otherwise in (False, True)]
        assert [problems for _, problems in read] == [[], []]
        one, other = (plain(root) for root, _ in read if root)
        assert one == other

    def test_one_sheet_in_twenty_is_folded_and_has_escapes(self, content: Path) -> None:
        texts = [(content / f"sheets/{place(number)}.yaml").read_text(encoding="utf-8") for number in range(COUNT)]
        assert [number for number, text in enumerate(texts) if ">-" in text] == [19, 39, 59]
        assert [number for number, text in enumerate(texts) if r"\u300c" in text or r"\n" in text] == [19, 39, 59]
        assert sum("|-" in text for text in texts) > COUNT / 2

    def test_an_edit_changes_one_sheet(self, tmp_path: Path) -> None:
        write_content(tmp_path, 3)
        before = tree_of(tmp_path)
        edit(tmp_path, place(1), "見直し：")
        changed = {path for path, data in tree_of(tmp_path).items() if before[path] != data}
        assert changed == {f"sheets/{place(1)}.yaml"}


class TestPeers:
    def test_what_the_peers_read_is_the_same_every_time(self, tmp_path: Path) -> None:
        write_peers(tmp_path / "one", COUNT)
        write_peers(tmp_path / "two", COUNT)
        assert tree_of(tmp_path / "one") == tree_of(tmp_path / "two")

    def test_the_peers_read_the_very_text_of_our_sheets(self, content: Path, tmp_path: Path) -> None:
        write_peers(tmp_path, COUNT)
        for number in range(COUNT):
            ours = (content / f"sheets/{place(number)}.yaml").read_text(encoding="utf-8")
            theirs = (tmp_path / f"hugo/content/sheets/{place(number)}.md").read_text(encoding="utf-8")
            assert theirs.startswith("---\nweight: ")
            assert theirs.endswith(f"\n{ours}---\n")

    def test_the_peers_merge_the_cells_of_the_form_as_we_do(self, site: Path, tmp_path: Path) -> None:
        write_peers(tmp_path, COUNT)
        layouts = json.loads((tmp_path / "hugo/data/city.json").read_text(encoding="utf-8"))["layouts"]
        seen = set()
        for number in range(COUNT):
            page = (site / f"sheets/{place(number)}/form/index.html").read_text(encoding="utf-8")
            for goal, body in zip(sheet(number).goals, page.split("</thead>")[1].split("<tbody>")[1:], strict=True):
                kind = f"{len(goal.indicators)}-{len(goal.initiatives)}"
                assert [int(span) for span in re.findall(r'rowspan="(\d)"', body)] == list(spans(layouts.get(kind, [])))
                seen.add(kind)
        assert seen == {"1-1", *layouts}


def spans(rows: list[dict[str, int]]) -> Iterator[int]:
    """Give how many rows each cell of a goal covers, as the templates of the peers write them."""
    for number, row in enumerate(rows):
        whole = [len(rows)] * 3 if number == 0 else []
        yield from (*whole, *filter(None, [row["indicator"]] * 3 + [row["initiative"]] * 2), *whole)


class TestChecking:
    def test_every_text_is_found_on_our_own_pages(self, site: Path) -> None:
        assert list(lost(site, COUNT)) == []
        made = check({"one": site, "other": site}, site, COUNT)
        assert [one.unlike for one in made.values()] == [(), ()]
        shared = [path for path in site.rglob("*.html") if path.relative_to(site).parts[0] not in {"data", "embed"}]
        assert made["one"].pages == made["one"].alike == len(shared)

    def test_a_lost_text_is_named(self, site: Path, tmp_path: Path) -> None:
        other = copied(site, tmp_path, lambda _, data: data.replace("総務課".encode(), b""))
        found = list(lost(other, COUNT))
        assert f"sheets/{place(0)}: 総務課" in found
        assert f"sheets/{place(0)}/form: 総務課" in found
        assert f"sheets/{place(0)}/sheet.json: 総務課" in found
        with pytest.raises(DifferentError, match="other lost"):
            check({"other": other}, site, COUNT)

    def test_a_file_too_few_is_named(self, site: Path, tmp_path: Path) -> None:
        other = copied(site, tmp_path, lambda _, data: data)
        (other / "404.html").unlink()
        with pytest.raises(DifferentError, match=r"other made other files: \['404.html'\]"):
            check({"other": other}, site, COUNT)

    def test_files_with_other_words_are_named(self, site: Path, tmp_path: Path) -> None:
        unlike = ("404.html", f"sheets/{place(0)}/sheet.json", "wards/rows.csv")
        terms = "確認できていません".encode()
        other = copied(site, tmp_path, lambda path, data: data.replace(terms, b"") if path in unlike else data)
        made = check({"other": other}, site, COUNT)["other"]
        assert made.unlike == unlike
        assert made.alike == made.pages - 1


def copied(site: Path, folder: Path, change: Callable[[str, bytes], bytes]) -> Path:
    for path, data in tree_of(site).items():
        target = folder / "copy" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(change(path, data))
    return folder / "copy"


HUNGRY = """
import subprocess, sys, time
subprocess.run([sys.executable, "-c", "import time; kept = bytearray(b'x' * 60_000_000); time.sleep(0.5)"])
"""


def contender(folder: Path, program: str, prepare: Callable[[], None] = lambda: None) -> Contender:
    return Contender("snake", (sys.executable, "-c", program), folder, folder / "out", prepare)


class TestMeasuring:
    def test_memory_of_children_counts(self, tmp_path: Path) -> None:
        assert 60 < peak_memory(contender(tmp_path, HUNGRY)) < 200

    def test_contenders_take_turns_each_prepared_before_every_run(self, tmp_path: Path) -> None:
        write = "from pathlib import Path; Path('out').mkdir(); Path('log').open('a').write('{} ')"
        contenders = [contender(tmp_path, write.format(name), cleared(tmp_path / "out")) for name in "ab"]
        series = first_runs(contenders)
        said: list[str] = []
        take_turns(contenders, series, 2, said.append)
        assert (tmp_path / "log").read_text(encoding="utf-8").split() == list("ababab")
        assert [len(one.runs) for one in series] == [2, 2]
        assert all(run.wall > 0 and run.cpu > 0 for one in series for run in one.runs)
        assert len(said) == 4

    def test_a_contender_that_fails_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(FailedError, match="snake failed with 3"):
            first_runs([contender(tmp_path, "raise SystemExit(3)")])

    def test_ratios_are_taken_round_by_round(self) -> None:
        assert series_of(1, 2, 9).ratios(series_of(2, 2, 3)) == [0.5, 1, 3]


def series_of(*walls: float, peak: float = 10) -> Series:
    return Series(peak, [Run(wall, wall * 2) for wall in walls])


@pytest.fixture
def results() -> Results:
    few = {HUGO: series_of(1, 2, 1), COLD: series_of(0.5, 0.6, 0.7)}
    large = {
        HUGO: series_of(10, 12, 11),
        COLD: series_of(4.5, 4.8, 4.4),
        ELEVENTY: series_of(5, 6, 5.5),
        EDITED: series_of(0.5, 0.6, 0.55),
        UNCHANGED: series_of(0.1, 0.12, 0.11),
    }
    made = {COLD: Made(599, 7.4, ("404.html",))}
    comparisons = [Comparison(200, 3, few, made), Comparison(10_000, 3, large, made)]
    growth = Growth(2_000, 50_000, {2_000: series_of(1, 1, 1, peak=50), 50_000: series_of(25, 30, 26, peak=350)})
    return Results("make bench ROUNDS=3", {HUGO: "0.1", ELEVENTY: "3.1", "Processor": "Abacus"}, comparisons, growth)


class TestReport:
    def test_the_small_table_has_seconds_and_parts_of_the_time_of_hugo(self, results: Results) -> None:
        assert results.table().splitlines() == [
            "| Sheets | Pages | Hugo 0.1 | Eleventy 3.1 "
            "| goalsheets, from nothing | one sheet edited | nothing changed |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            "| 200 | 599 | 1.00 s | – | 0.600 s (0.500) | – | – |",
            "| 10,000 | 599 | 11.0 s | 5.50 s (0.500) | 4.50 s (0.400) | 0.550 s (0.050) | 0.110 s (0.010) |",
        ]

    def test_promises_are_said_to_be_met_or_not(self, results: Results) -> None:
        assert [bound.row for bound in results.bounds()] == [
            "| 200 sheets from nothing, of Hugo's time | 0.700 | 0.500 | met |",
            "| 10,000 sheets from nothing, of Hugo's time | 0.400 | 0.400 | met |",
            "| 10,000 sheets from nothing, of Eleventy's time | 0.800 | 0.800 | met |",
            "| 10,000 sheets, one sheet edited, of Hugo's time | 0.050 | 0.050 | met |",
            "| 10,000 sheets, nothing changed, of Hugo's time | 0.030 | 0.010 | met |",
            "| time a sheet at 50,000, of that at 2,000 | 1.15 | 1.04 | met |",
            "| memory a sheet at 50,000, of that at 2,000 | 1.15 | 0.280 | met |",
            "| memory at 50,000 sheets | 300 MB | 350 MB | **not met** |",
        ]

    def test_the_document_tells_all(self, results: Results) -> None:
        document = results.document()
        assert "`make bench ROUNDS=3` made this file." in document
        assert "- Processor: Abacus\n" in document
        assert results.table() in document
        assert all(bound.row in document for bound in results.bounds())
        detail = "| goalsheets, from nothing | 0.600 (0.500 to 0.700) | 1.20 | 10 | 0.500 (0.300 to 0.700) | 7 | 598 |"
        assert detail in document
        assert "| 50,000 | 26.0 | 0.520 | 350 |" in document

    def test_a_table_takes_the_place_of_the_one_before(self) -> None:
        text = f"above\n{BEGIN}\n{END}\nbelow\n"
        once = put_between(text, "| one |\n")
        assert once == f"above\n{BEGIN}\n| one |\n{END}\nbelow\n"
        assert put_between(once, "| two |\n") == f"above\n{BEGIN}\n| two |\n{END}\nbelow\n"
        with pytest.raises(ValueError, match="no <!-- bench -->"):
            put_between("nothing", "| one |\n")

    def test_both_files_are_written(self, results: Results, tmp_path: Path) -> None:
        readme, document = tmp_path / "README.md", tmp_path / "RESULTS.md"
        readme.write_text(f"# Name\n{BEGIN}\nold\n{END}\n", encoding="utf-8")
        publish(results, document, readme)
        assert readme.read_text(encoding="utf-8") == f"# Name\n{BEGIN}\n{results.table()}{END}\n"
        assert document.read_text(encoding="utf-8") == results.document()

    def test_the_readme_shows_the_newest_table(self) -> None:
        shown = (ROOT / "README.md").read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].lstrip("\n")
        assert shown in (ROOT / "bench/RESULTS.md").read_text(encoding="utf-8")
        assert shown.startswith("| Sheets |")
