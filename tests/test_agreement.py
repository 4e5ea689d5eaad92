from __future__ import annotations

from goalsheets.agreement import disagreements, sheet_disagreements
from goalsheets.data import sheet_data
from goalsheets.parsing import Place
from goalsheets.stratml import sheet_stratml
from tests.samples import CONTENT, entries_of, real_catalog, real_site

PLACE = Place(2025, "kita", "chiiki-somu")


def contents() -> list[bytes]:
    folder = "sheets/2025/kita/chiiki-somu"
    return [
        real_site().files[f"{folder}/{name}"] for name in ("index.html", "form/index.html", "sheet.json", "stratml.xml")
    ] + [real_site().files[f"embed/{folder}/index.html"]]


def test_every_file_of_a_sheet_has_its_goals() -> None:
    entry = next(entry for entry in entries_of(CONTENT)[1] if entry.place == PLACE)
    assert list(sheet_disagreements(entry, contents())) == []


def test_a_file_that_lost_a_goal_is_named() -> None:
    frame, entries, _ = entries_of(CONTENT)
    entry = next(entry for entry in entries if entry.place == PLACE)
    fewer = entry._replace(goals=entry.goals[1:], sheet=entry.sheet._replace(goals=entry.sheet.goals[1:]))
    page, form, _, _, embed = contents()
    told = [page, form, sheet_data(fewer, frame.site).whole, sheet_stratml(fewer, frame), embed.replace(b"goal-2", b"")]
    assert list(sheet_disagreements(entry, told)) == [
        "sheets/2025/kita/chiiki-somu/sheet.json: 目標が2件ありますが、シートには3件あります",
        "sheets/2025/kita/chiiki-somu/stratml.xml: 目標が2件ありますが、シートには3件あります",
        "embed/sheets/2025/kita/chiiki-somu/index.html: 目標が2件ありますが、シートには3件あります",
    ]


def test_files_that_agree_with_the_catalog_and_each_other_are_not_named() -> None:
    counts = {"a": {"sheets": 14, "rows": 7}, "b": {"rows": 7}}
    assert list(disagreements(counts, real_catalog())) == []


def test_files_that_disagree_are_named() -> None:
    counts = {"data/goals.csv": {"rows": 7}, "data/goalsheets.sqlite": {"sheets": 13, "rows": 8}}
    assert list(disagreements(counts, real_catalog())) == [
        "data/goalsheets.sqlite: sheets が13件ありますが、ほかでは14件です",
        "data/goalsheets.sqlite: rows が8件ありますが、ほかでは7件です",
    ]
