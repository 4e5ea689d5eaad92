"""The city's own sheets: nothing lost from the forms, nothing added, each cell in its place on its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml.html import HtmlElement

from goalsheets.years import date_words, fiscal_year_words
from tests.samples import (
    ROOT,
    document,
    found,
    lines_of,
    only,
    raw_sheet,
    real_site,
    sheet_paths,
)

SEEDS = ROOT.parent / "shared" / "seeds"
LEGEND = "○：達成\n△：一部未達成\n×：未達成"
SHEETS_IN_SEED = {
    "kita-ward-2025.txt": (
        "sheets/2025/kita",
        "chiiki-somu kyodo-hakubutsukan kumin-seikatsu kenko-fukushi kita-hoken-fukushi-center "
        "sangyo-shinko kensetsu kita-shutchojo",
    ),
    "shimin-seikatsu-2024.txt": (
        "sheets/2024/shimin-seikatsu",
        "shimin-kyodo shimin-seikatsu shohi-seikatsu-center passport-center danjo-kyodo-sankaku kocho-sodan",
    ),
}
SEEDED = [
    pytest.param(seed, number, f"{folder}/{slug}.yaml", id=slug)
    for seed, (folder, slugs) in SHEETS_IN_SEED.items()
    for number, slug in enumerate(slugs.split())
]
FORM_LABELS = (
    *("組織目標管理シート", "年度", "作成日", "評価日", "組織名（部）", "組織名（準部・課・機関名）"),
    *("（参考）", "関連する総合計画における政策指標", "総合計画（実施計画）上の位置づけ"),
    *("No.", "組織目標", "取組指標", "指標", "主な取組（事業）", "取組名称（事業名）", "概要"),
    *("評価", "目標達成状況", "今後の方針"),
)
VARYING_LABELS = re.compile("(?<=年度)(令和[67６７]年度)|([RＲ][67６７]目標)(?=[RＲ])|([RＲ][67６７]結果)(?=取組)")
PRINTED_DATE = re.compile(r"R(\d{1,2})\.(\d{1,2})\.(\d{1,2})(?!\d)")
BULLET = "・"

needs_seeds = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="../shared/seeds, the text of the published forms, is not here"
)


def squeezed(text: str) -> str:
    """Take out all white space: the forms break their lines anywhere."""
    return re.sub(r"\s", "", text)


def seed_text(seed: str, number: int) -> str:
    parts = (SEEDS / seed).read_text(encoding="utf-8").split(LEGEND)
    assert len(parts) == len(SHEETS_IN_SEED[seed][1].split()) + 1
    assert parts[-1].strip() == ""
    return parts[number]


def printed_values(sheet: dict[str, Any]) -> Iterator[str]:
    """Yield every value of a sheet that is printed on the form as it stands."""
    yield from (sheet["division"], sheet["unit"], *sheet["policy_indicators"])
    for goal in sheet["goals"]:
        yield goal["number"]
        yield goal["objective"]
        yield from goal["policies"]
        for row in goal["indicators"]:
            yield from (row["name"], row["target"], row["result"], row.get("status"), row.get("next"))
            yield from row.get("policies", ())
        for row in goal["initiatives"]:
            yield from (*row["names"], row["summary"])
        yield from (goal["rating"], goal["status"], goal["next"])


def bullets_of_entries(sheet: dict[str, Any], seed: str) -> int:
    """Count the ・ of the form that went because what stands behind them became an entry."""
    entries = list(sheet["policy_indicators"])
    for goal in sheet["goals"]:
        entries += [name for row in goal["initiatives"] for name in row["names"]]
        entries += [value for row in goal["indicators"] for value in (row["name"], row["target"])]
    behind = [squeezed(seed[match.end() :]) for match in re.finditer(rf"(?<!\S){BULLET}", seed)]
    return sum(text.startswith(tuple(squeezed(entry) for entry in entries)) for text in behind)


@needs_seeds
@pytest.mark.parametrize(("seed", "number", "path"), SEEDED)
def test_no_character_of_the_form_is_lost_or_added(seed: str, number: int, path: str) -> None:
    text = seed_text(seed, number)
    flat = squeezed(text)
    labels = [*FORM_LABELS, *(match[0] for match in PRINTED_DATE.finditer(text))]
    varying = [match[0] for match in VARYING_LABELS.finditer(flat)]
    labels += varying
    assert len(varying) == 3
    assert [label for label in labels if label not in flat] == []
    on_form = Counter(flat)
    on_form.subtract(Counter("".join(labels)))
    sheet = raw_sheet(path)
    in_file = Counter(squeezed("".join(value for value in printed_values(sheet) if value)))

    dropped = on_form.pop(BULLET, 0) - in_file.pop(BULLET, 0)
    assert {letter: count for letter, count in on_form.items() if count} == dict(in_file)
    assert dropped == bullets_of_entries(sheet, text)


@needs_seeds
@pytest.mark.parametrize(("seed", "number", "path"), SEEDED)
def test_the_dates_are_those_printed_on_the_form(seed: str, number: int, path: str) -> None:
    printed = [
        date(2018 + int(match[1]), int(match[2]), int(match[3])).isoformat()
        for match in PRINTED_DATE.finditer(seed_text(seed, number))
    ]
    sheet = raw_sheet(path)
    assert printed == [day for day in (sheet["created"], sheet["evaluated"]) if day]
    assert sheet["fiscal_year"] == path.split("/")[1]


@needs_seeds
@pytest.mark.parametrize(("seed", "number", "path"), SEEDED)
def test_each_printed_line_is_one_run_of_the_form(seed: str, number: int, path: str) -> None:
    flat = squeezed(seed_text(seed, number))
    lines = [line for value in printed_values(raw_sheet(path)) if value for line in value.split("\n")]
    assert [line for line in lines if squeezed(line) not in flat] == []


def test_every_sheet_is_one_that_was_transcribed() -> None:
    seeded = [f"{folder}/{slug}.yaml" for folder, slugs in SHEETS_IN_SEED.values() for slug in slugs.split()]
    assert sheet_paths() == sorted(seeded)
    assert len(seeded) == 14


# The pages.

RATING_WORDS = {
    "○": "○ 達成",
    "〇": "○ 達成",
    "△": "△ 一部未達成",
    "×": "× 未達成",
    None: "未評価",
}


def page_of(path: str) -> HtmlElement:
    return document(real_site().files[f"{path.removesuffix('.yaml')}/index.html"])


def printed_lines(text: str | None, *instead: str) -> list[str]:
    """Return the lines of a cell's value without the bullets; where it is blank, the words instead."""
    if text is None:
        return list(instead)
    lines = (line.removeprefix(BULLET).strip(" ") for line in text.split("\n"))
    return [line for line in lines if line]


def table_of(section: HtmlElement, kind: str) -> HtmlElement:
    return only(section, f".//table[caption[@id='{section.get('id')}-{kind}']]")


def cells_of_row(section: HtmlElement, kind: str, heading: str) -> dict[str, HtmlElement]:
    """Return the cells of the one row with a row header, by the words of their columns."""
    table = table_of(section, kind)
    columns = ["".join(lines_of(cell)) for cell in found(table, "thead/tr/th[@scope='col']")]
    headings = found(table, "tbody/tr/th[@scope='row']")
    (named,) = [cell for cell in headings if "\n".join(lines_of(cell)) == heading]
    return dict(zip(columns, found(named, "../*"), strict=True))


def lines_of_optional(cell: HtmlElement | None) -> list[str]:
    return [] if cell is None else lines_of(cell)


def goals_and_sections(path: str) -> Iterator[tuple[dict[str, Any], HtmlElement]]:
    """Yield each goal of a sheet's file with its section of the sheet's page."""
    page = page_of(path)
    for goal in raw_sheet(path)["goals"]:
        yield goal, only(page, f"//section[@id='goal-{goal['number']}']")


def evaluated(path: str) -> bool:
    return raw_sheet(path)["evaluated"] is not None


@pytest.mark.parametrize("path", sheet_paths())
def test_each_objective_is_a_heading_and_what_follows_it(path: str) -> None:
    for goal, section in goals_and_sections(path):
        heading = only(section, "h2")
        rest = [line for block in found(section, "div[@class='objective']") for line in lines_of(block)]
        first, *others = printed_lines(goal["objective"])
        assert lines_of(heading) == [f"目標{goal['number']} {first}"]
        assert rest == others
        assert section.get("aria-labelledby") == heading.get("id")


@pytest.mark.parametrize("path", sheet_paths())
def test_each_indicator_stands_in_its_row(path: str) -> None:
    waiting = "記載なし" if evaluated(path) else "まだありません"
    for goal, section in goals_and_sections(path):
        rows = goal["indicators"]
        for row in rows:
            cells = cells_of_row(section, "indicators", "\n".join(printed_lines(row["name"])))
            assert lines_of(cells["目標"]) == printed_lines(row["target"], "記載なし")
            assert lines_of(cells["結果"]) == printed_lines(row["result"], waiting)
            for key, column in (("status", "目標達成状況"), ("next", "今後の方針")):
                if any(other.get(key) for other in rows):
                    answers = cells_of_row(section, "answers", "\n".join(printed_lines(row["name"])))
                    assert lines_of(answers[column]) == printed_lines(row.get(key), waiting)
            links = found(cells.get("総合計画（実施計画）上の位置づけ", section), "self::td//a")
            assert [link.text_content() for link in links] == row.get("policies", [])
        assert len(found(table_of(section, "indicators"), "tbody/tr")) == len(rows)


@pytest.mark.parametrize("path", sheet_paths())
def test_each_initiative_stands_in_its_row(path: str) -> None:
    for goal, section in goals_and_sections(path):
        rows = goal["initiatives"]
        some_belong_to_rows = any("indicators" in row for row in rows)
        for row in rows:
            names = [line for name in row["names"] for line in printed_lines(name)]
            cells = cells_of_row(section, "initiatives", "\n".join(names))
            assert lines_of(cells["概要"]) == printed_lines(row["summary"], "記載なし")
            measured = [goal["indicators"][int(number) - 1]["name"] for number in row.get("indicators", ())]
            words = [printed_lines(name)[0] for name in measured] or ["すべての指標"]
            assert lines_of_optional(cells.get("対象の指標")) == (words if some_belong_to_rows else [])
        assert len(found(table_of(section, "initiatives"), "tbody/tr")) == len(rows)


@pytest.mark.parametrize("path", sheet_paths())
def test_policies_and_rating_stand_with_their_goal(path: str) -> None:
    for goal, section in goals_and_sections(path):
        codes = only(section, "p[@class='codes']")
        assert [link.text_content() for link in found(codes, "a")] == goal["policies"]
        if not goal["policies"]:
            per_row = any(row.get("policies") for row in goal["indicators"])
            words = "指標ごとに下の表に記載しています。" if per_row else "記載なし"
            assert lines_of(codes) == [f"総合計画（実施計画）上の位置づけ：{words}"]
        rating = only(section, "div[starts-with(@class, 'outcome ')]/p/span[starts-with(@class, 'rating ')]")
        assert rating.text_content() == RATING_WORDS[goal["rating"]]


@pytest.mark.parametrize("path", sheet_paths())
def test_status_next_and_notes_stand_with_their_goal(path: str) -> None:
    for goal, section in goals_and_sections(path):
        outcome = only(section, "div[starts-with(@class, 'outcome ')]")
        if not evaluated(path):
            assert lines_of(outcome) == ["評価", "未評価", "このシートは、まだ評価されていません。"]
            assert (goal["status"], goal["next"]) == (None, None)
        for key, heading in (("status", "目標達成状況"), ("next", "今後の方針")):
            per_row = any(row.get(key) for row in goal["indicators"])
            cells = [lines_of(cell) for cell in found(outcome, f".//div[h4[.='{heading}']]")]
            told = evaluated(path) and (goal[key] or not per_row)
            assert cells == ([[heading, *printed_lines(goal[key], "記載なし")]] if told else [])
        notes = [lines_of(note) for note in found(section, "div[@class='notes']/ul/li")]
        assert notes == [[note] for note in goal.get("notes", ())]


@pytest.mark.parametrize("path", sheet_paths())
def test_the_head_of_the_form_stands_on_the_page(path: str) -> None:
    sheet, page = raw_sheet(path), page_of(path)
    facts = {only(item, "span").text_content(): item for item in found(page, "//ul[@class='facts']/li")}
    words = {name: lines_of(item)[0].removeprefix(name).strip(" ") for name, item in facts.items()}
    assert words == head_words(sheet)
    assert [time.get("datetime") for time in found(page, "//ul[@class='facts']//time")] == [
        day for day in (sheet["created"], sheet["evaluated"]) if day
    ]
    heading = only(page, "//h2[starts-with(text(), '関連する総合計画における政策指標')]")
    listed = heading.getnext()
    assert isinstance(listed, HtmlElement)
    assert [item.text_content() for item in found(listed, "li")] == sheet["policy_indicators"]


def head_words(sheet: dict[str, Any]) -> dict[str, str]:
    year = int(sheet["fiscal_year"])
    evaluated = sheet["evaluated"]
    return {
        "年度": fiscal_year_words(year),
        "組織名（部）": sheet["division"],
        "組織名（準部・課・機関名）": sheet["unit"],
        "作成日": date_words(date.fromisoformat(sheet["created"])),
        "評価日": date_words(date.fromisoformat(evaluated)) if evaluated else "まだ評価されていません",
    }


OUR_LABELS = {
    *("取組指標", "指標", "目標", "結果", "主な取組（事業）", "取組名称（事業名）", "概要"),
    *("対象の指標", "すべての指標", "評価", "目標達成状況", "今後の方針", "転記上の注記", "目標の数"),
    *("総合計画（実施計画）上の位置づけ", "総合計画（実施計画）上の位置づけ：", "：", "／"),
    *("○", "△", "×", "達成", "一部未達成", "未達成", "未評価", "記載なし", "まだありません"),
    "指標ごとに下の表に記載しています。",
    "このシートは、まだ評価されていません。",
}


def texts_in(value: Any) -> Iterator[str]:
    """Yield every line of every text of a sheet's file."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif value is not None:
        yield from printed_lines(value)


def own_words(sheet: dict[str, Any], office: str, address: str) -> set[str]:
    """Return the words on a sheet's page that the program makes of its numbers, besides the labels."""
    year, goals = sheet["fiscal_year"], sheet["goals"]
    citation = f"新潟市 {office}「組織目標管理シート」{year}年度"
    words = {f"{count}件" for count in range(1, len(goals) + 1)}
    for goal in goals:
        number, names = goal["number"], sum(len(row["names"]) for row in goal["initiatives"])
        words |= {
            f"目標{number}",
            f"目標{number}の指標と結果（{year}年度、{len(goal['indicators'])}件）",
            f"目標{number}の主な取組（事業）（{year}年度、{names}件）",
            f"目標{number}の指標ごとの達成状況と今後の方針（{year}年度）",
            f"目標{number}へのリンク",
            f"目標{number}を引用する",
            f"{citation} 目標{number}（{address}#goal-{number}）",
            "ほかのサイトに埋めこむとき：",
            f"{address.replace('sheets/', 'embed/sheets/')}#goal-{number}",
        }
    return words


ON_CHARTS = re.compile(
    r"(?:図の棒は結果、縦の線は目標です。)?(?:(?:[\d・]+番目の指標は、)?[^。]+ため、図にしていません。)*"
)


def words_on_charts(page: HtmlElement) -> set[str]:
    """Return what stands under the indicators of a page: how to read the charts, and what has none."""
    words = {str(line.text) for line in found(page, "//p[@class='measure-words']")}
    return {line for line in words if ON_CHARTS.fullmatch(line)}


@pytest.mark.parametrize("path", sheet_paths())
def test_no_cell_holds_text_that_is_not_on_the_form(path: str) -> None:
    sheet, page = raw_sheet(path), page_of(path)
    office = only(page, "//h1").text_content().rpartition("の目標（")[0]
    address = f"https://example.jp/{path.removesuffix('.yaml')}/"
    allowed = {*OUR_LABELS, *own_words(sheet, office, address), *words_on_charts(page), *texts_in(sheet)}
    cells = [*found(page, "//section[@class='goal']"), *found(page, "//th"), *found(page, "//td")]
    pieces = {bare for cell in cells for piece in cell.itertext() if (bare := str(piece).strip(" \n"))}
    assert pieces - allowed == set()
    assert len(found(page, "//section[@class='goal']")) == len(sheet["goals"])


# The readings on which the two transcribers agreed.


def goal_of(path: str, number: int) -> dict[str, Any]:
    goal: dict[str, Any]
    (goal,) = [goal for goal in raw_sheet(path)["goals"] if goal["number"] == str(number)]
    return goal


def figures(goal: dict[str, Any], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row.get(key) for key in keys) for row in goal["indicators"]]


def initiatives(goal: dict[str, Any]) -> list[tuple[list[str], list[str] | None]]:
    return [(row["names"], row.get("indicators")) for row in goal["initiatives"]]


SANGYO = "sheets/2025/kita/sangyo-shinko.yaml"
KOCHO = "sheets/2024/shimin-seikatsu/kocho-sodan.yaml"
HAKUBUTSUKAN = "sheets/2025/kita/kyodo-hakubutsukan.yaml"


def test_sangyo_shinko_is_numbered_1_2_4_5_with_policies_by_row() -> None:
    assert [goal["number"] for goal in raw_sheet(SANGYO)["goals"]] == ["1", "2", "4", "5"]
    sports, tomatoes = goal_of(SANGYO, 2), goal_of(SANGYO, 5)
    assert (sports["policies"], tomatoes["policies"]) == ([], [])
    assert figures(sports, "name", "target", "policies") == [
        ("参加者数（人）", "2,000", ["政策3-1-①"]),
        ("年間実利用者数（人）", "40,000", ["政策2-1-①"]),
    ]
    assert initiatives(sports) == [
        (["北区エンジョイスポーツ事業"], ["1"]),
        (["北区文化会館管理運営費"], ["2"]),
    ]
    assert figures(tomatoes, "name", "target", "policies") == [
        ("トマト販促事業数（回）", "3", ["政策9-1-②"]),
        ("トマト認定新規就農者数（人）", "1", ["政策9-1-③"]),
    ]


def test_kocho_sodan_has_its_figures_row_by_row() -> None:
    assert goal_of(KOCHO, 1)["policies"] == ["行財1-1-①"]
    assert initiatives(goal_of(KOCHO, 1)) == [(["市政世論調査の実施"], ["1"]), (["広聴事業の実施"], ["2"])]
    assert figures(goal_of(KOCHO, 2), "name", "target", "result") == [
        ("15秒以内応答率（％）", "85.0%", "92.2%"),
        ("センター1次回答率（％）", "90.0%", "95.0%"),
        (
            "Ｒ７年度からのコールセンター・粗大ごみ受付センター連携に向けた取り組み",
            "次期事業者の選定",
            "次期事業者の選定及び契約の締結を達成",
        ),
    ]
    assert initiatives(goal_of(KOCHO, 2)) == [
        (["コールセンター事業の運用"], ["1", "2"]),
        (["コールセンター・粗大ごみ受付センターの両業務連携に向けた取り組みの実施"], ["3"]),
    ]
    assert goal_of(KOCHO, 2)["indicators"][2]["next"].startswith("令和6年度末時点で、")
    assert [(name.split("（")[0], *rest) for name, *rest in figures(goal_of(KOCHO, 3), "name", "target", "result")] == [
        ("民事相談件数", "1,700件", "1,512件"),
        ("専門家相談件数", "1,900件", "1,996件"),
    ]
    assert all(row["status"] and row["next"] for row in goal_of(KOCHO, 3)["indicators"])


def test_passport_center_contradicts_itself_as_printed_with_a_note() -> None:
    goal = goal_of("sheets/2024/shimin-seikatsu/passport-center.yaml", 2)
    assert figures(goal, "target", "result") == [("8", "10")]
    assert "9件の業務改善を実施しました。" in goal["status"]
    assert len(goal["notes"]) == 1
    assert "「10」" in goal["notes"][0]
    assert "「9件」" in goal["notes"][0]


def test_kita_hoken_fukushi_center_prints_its_target_twice_with_a_note() -> None:
    goal = goal_of("sheets/2025/kita/kita-hoken-fukushi-center.yaml", 1)
    assert figures(goal, "target", "result") == [("対象者に対しての全数", "対象者に対しての全数")]
    assert goal["rating"] is None
    assert len(goal["notes"]) == 1


def test_kyodo_hakubutsukan_keeps_its_full_width_figures_and_shared_summaries() -> None:
    assert figures(goal_of(HAKUBUTSUKAN, 2), "name", "target") == [
        ("有償刊行物の年間販売額", "１５０，０００円"),
        ("葛塚縞手織りの図録作成、郷土芸能公演開催", "葛塚縞手織りの図録作成\n郷土芸能公演開催"),
    ]
    assert figures(goal_of(HAKUBUTSUKAN, 3), "name", "target") == [
        ("広報媒体を活用した情報発信数", "１９０"),
        ("広報の充実", "インスタグラムの活用"),
    ]
    assert [len(row["names"]) for row in goal_of(HAKUBUTSUKAN, 1)["initiatives"]] == [6]


def test_readings_that_could_be_told_apart_otherwise() -> None:
    chiiki_somu = goal_of("sheets/2025/kita/chiiki-somu.yaml", 2)
    assert figures(chiiki_somu, "name", "target") == [("コミ協会長会議\nコミセンセンター長会議", "4")]
    kensetsu = goal_of("sheets/2025/kita/kensetsu.yaml", 3)
    assert figures(kensetsu, "target") == [("・データ収集\n・検証\n・改善",)]
    kenko_fukushi = goal_of("sheets/2025/kita/kenko-fukushi.yaml", 1)
    assert figures(kenko_fukushi, "target") == [("68か所",), ("交流会の開催1回以上",)]


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("sheets/2025/kita/kumin-seikatsu.yaml", 5),
        ("sheets/2025/kita/kensetsu.yaml", 5),
        ("sheets/2024/shimin-seikatsu/shimin-seikatsu.yaml", 1),
        ("sheets/2024/shimin-seikatsu/shohi-seikatsu-center.yaml", 3),
        ("sheets/2024/shimin-seikatsu/passport-center.yaml", 2),
    ],
)
def test_policy_cells_that_are_blank_on_the_form(path: str, number: int) -> None:
    assert goal_of(path, number)["policies"] == []
    assert all("policies" not in row for row in goal_of(path, number)["indicators"])


def test_slips_of_the_source_stand_as_printed() -> None:
    last_line = goal_of("sheets/2025/kita/kita-shutchojo.yaml", 2)["initiatives"][0]["summary"]
    assert last_line.endswith("＝対象職員１６名×２回＝３２）")
    assert "「「防災」をテーマに" in goal_of("sheets/2024/shimin-seikatsu/shimin-kyodo.yaml", 4)["status"]


@pytest.mark.parametrize(
    ("slug", "ratings"),
    [
        ("shimin-kyodo", "×○○○"),
        ("shimin-seikatsu", "×○○○×"),
        ("shohi-seikatsu-center", "○○○○"),
        ("passport-center", "○○"),
        ("danjo-kyodo-sankaku", "××○○×"),
        ("kocho-sodan", "〇〇△×"),
    ],
)
def test_ratings_of_the_evaluated_sheets(slug: str, ratings: str) -> None:
    goals = raw_sheet(f"sheets/2024/shimin-seikatsu/{slug}.yaml")["goals"]
    assert [goal["rating"] for goal in goals] == list(ratings)


def test_nothing_is_rated_on_the_sheets_that_are_only_planned() -> None:
    planned = [raw_sheet(path) for path in sheet_paths() if path.startswith("sheets/2025/")]
    assert len(planned) == 8
    assert {sheet["evaluated"] for sheet in planned} == {None}
    assert {goal["rating"] for sheet in planned for goal in sheet["goals"]} == {None}


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        (SANGYO, "2 5"),
        ("sheets/2025/kita/kita-hoken-fukushi-center.yaml", "1"),
        ("sheets/2025/kita/chiiki-somu.yaml", "2"),
        ("sheets/2025/kita/kensetsu.yaml", "3"),
        (HAKUBUTSUKAN, "2"),
        (KOCHO, "1 2 3"),
        ("sheets/2024/shimin-seikatsu/passport-center.yaml", "2"),
    ],
)
def test_uncertain_readings_carry_a_note(path: str, numbers: str) -> None:
    noted = [goal["number"] for goal in raw_sheet(path)["goals"] if goal.get("notes")]
    assert noted == numbers.split()
