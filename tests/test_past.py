"""A sheet tells what the year before planned for it, and follows its goals back through the years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml.html import HtmlElement, document_fromstring

from goalsheets.building import build, make_site
from goalsheets.parsing import Place
from goalsheets.past import tie_of
from tests.samples import ORGANIZATION, goal_text, public_tree, sheet_text, write_content

HEADING = "前の年度の「今後の方針」"
SUCCEEDED = ORGANIZATION.replace(
    "        name: 建設課\n", "        name: 建設課\n        predecessors: [kita/somu, shimin/somu]\n"
)


def evaluated(year: int, *goals: str, **names: str) -> str:
    return sheet_text(year, goals="".join(goals), evaluated=f"{year + 1}-03-31", **names)


def years(*, continues: str = "", onward: str = "回数をふやします。") -> dict[str, str]:
    """Return three years of a unit's sheets; the newest sheet's goal may carry on one of the year before."""
    extra = f"continues: {continues}" if continues else ""
    plans = {"rating": "○", "status": "できました。", "result": "2回"}
    return {
        "sheets/2023/kita/somu.yaml": evaluated(
            2023, goal_text(4, objective="古い目標です。", onward="続けます。", **plans)
        ),
        "sheets/2024/kita/somu.yaml": evaluated(
            2024,
            goal_text(1, objective="訓練をします。", onward=onward, **plans, extra="continues: 2023/kita/somu#goal-4"),
            goal_text(2, objective="備蓄をします。", onward="品目を見直します。", **plans),
            goal_text(3, objective="何も書かれていません。", **plans),
        ),
        "sheets/2025/kita/somu.yaml": sheet_text(2025, goals=goal_text(1, extra=extra)),
    }


def page(folder: Path, files: dict[str, str], path: str = "sheets/2025/kita/somu/") -> HtmlElement:
    built = make_site(write_content(folder, files))
    assert built.problems == []
    return document_fromstring(built.files[f"{path}index.html"].decode())


def lines(root: HtmlElement) -> list[str]:
    """Return what stands below the heading for last year's plans, a goal a line."""
    found = root.xpath(f"//h2[.='{HEADING}']/following-sibling::ul[1]/li")
    return [" ".join(line.text_content().split()) for line in found]


def table(root: HtmlElement) -> list[list[str]]:
    rows = root.xpath("//table[contains(@class, 'carried')]//tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def forward(root: HtmlElement) -> dict[str, str]:
    """Return, by the goals of a page, the sentence that says what carries them on."""
    found = root.xpath("//section[@class='goal'][p[@class='carried-on']]")
    return {goal.get("id"): goal.xpath("p[@class='carried-on']")[0].text_content() for goal in found}


class TestLastYear:
    def test_its_plans_stand_on_the_page_with_their_goals(self, tmp_path: Path) -> None:
        root = page(tmp_path, years())
        assert lines(root) == [
            "○ 達成 訓練をします。 2024年度 北区役所 総務課 目標1回数をふやします。",
            "○ 達成 備蓄をします。 2024年度 北区役所 総務課 目標2品目を見直します。",
        ]
        assert root.xpath("//ul[@class='goal-lines']//a/@href")[0] == "../../../../sheets/2024/kita/somu/#goal-1"

    def test_the_first_year_tells_of_none(self, tmp_path: Path) -> None:
        assert lines(page(tmp_path, years(), "sheets/2023/kita/somu/")) == []

    def test_a_year_left_out_is_not_the_year_before(self, tmp_path: Path) -> None:
        files = years()
        del files["sheets/2024/kita/somu.yaml"]
        assert lines(page(tmp_path, files)) == []

    def test_plans_row_by_row_are_told_together(self, tmp_path: Path) -> None:
        row = goal_text(1, rating="○", status="できました。").replace(
            "        result:\n", "        result:\n        next: 増やします。\n"
        )
        files = years() | {"sheets/2024/kita/somu.yaml": evaluated(2024, row)}
        assert lines(page(tmp_path, files)) == ["○ 達成 防災を進めます。 2024年度 北区役所 総務課 目標1増やします。"]

    def test_where_a_unit_is_new_its_predecessors_are_told_of(self, tmp_path: Path) -> None:
        plan = goal_text(rating="○", status="できました。", onward="引きつぎます。")
        files = {
            "organization.yaml": SUCCEEDED,
            "sheets/2024/kita/somu.yaml": evaluated(2024, plan),
            "sheets/2024/shimin/somu.yaml": evaluated(2024, plan, division="市民部"),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(2025, unit="建設課"),
            "sheets/2026/kita/kensetsu.yaml": sheet_text(2026, unit="建設課"),
        }
        assert lines(page(tmp_path, files, "sheets/2025/kita/kensetsu/")) == [
            "○ 達成 防災を進めます。 2024年度 北区役所 総務課 目標1引きつぎます。",
            "○ 達成 防災を進めます。 2024年度 市民部 総務課 目標1引きつぎます。",
        ]
        assert lines(page(tmp_path, files, "sheets/2026/kita/kensetsu/")) == []
        unit = page(tmp_path, files, "units/kita/kensetsu/")
        assert [link.text_content() for link in unit.xpath("//main/ul[1]//a")] == [
            "前身：北区役所 総務課",
            "前身：市民部 総務課",
        ]
        heir = page(tmp_path, files, "units/shimin/somu/").xpath("//main/ul[1]//a")
        assert [link.text_content() for link in heir] == ["仕事を引きついだ課：北区役所 建設課"]


class TestCarriedGoals:
    def test_a_goal_is_followed_back_through_the_years(self, tmp_path: Path) -> None:
        root = page(tmp_path, years(continues="2024/kita/somu#goal-1"))
        assert table(root) == [
            ["年度と目標", "指標の目標と結果", "評価", "今後の方針"],
            [
                "2024年度 北区役所 総務課 目標1訓練をします。",
                "訓練の回数目標：3回結果：2回",
                "○ 達成",
                "回数をふやします。",
            ],
            ["2023年度 北区役所 総務課 目標4古い目標です。", "訓練の回数目標：3回結果：2回", "○ 達成", "続けます。"],
        ]
        assert [line.partition(" 2024")[0] for line in lines(root)] == ["○ 達成 備蓄をします。"]
        assert root.xpath("//table[contains(@class, 'carried')]//a/@href") == [
            "../../../../sheets/2024/kita/somu/#goal-1",
            "../../../../sheets/2023/kita/somu/#goal-4",
        ]

    @pytest.mark.parametrize(
        ("continues", "words"),
        [
            ("2024/kita/somu#goal-9", "「2024/kita/somu#goal-9」という目標はありません。"),
            ("2022/kita/somu#goal-1", "「2022/kita/somu」のシートはありません。"),
            ("2024/kita/some#goal-1", "「2024/kita/some」のシートはありません。"),
            ("2025/kita/somu#goal-1", "「2025/kita/somu#goal-1」は、前の年度の目標ではありません。"),
            ("2024/kita/somu", "「2024/kita/somu」は目標の名前として読めません。"),
        ],
    )
    def test_a_goal_that_is_not_there_is_an_error_at_its_place(
        self, tmp_path: Path, continues: str, words: str
    ) -> None:
        content = write_content(tmp_path, years(continues=continues))
        (problem,) = make_site(content).problems
        text = (content / "sheets/2025/kita/somu.yaml").read_text(encoding="utf-8").splitlines()
        assert problem.path == str(content / "sheets/2025/kita/somu.yaml")
        assert text[problem.line - 1][problem.column - 1 :] == continues
        assert problem.message == words

    def test_a_goal_of_a_sheet_with_an_error_is_not_said_to_be_missing(self, tmp_path: Path) -> None:
        files = years(continues="2024/kita/somu#goal-1")
        files["sheets/2024/kita/somu.yaml"] += "ratng: ○\n"
        problems = make_site(write_content(tmp_path, files)).problems
        assert [problem.message for problem in problems] == ["シートに「ratng」という項目はありません。"]

    def test_a_tie_names_a_sheet_and_a_number(self) -> None:
        assert tie_of("2024/kita/chiiki-somu#goal-12") == (Place(2024, "kita", "chiiki-somu"), 12)
        assert tie_of("2024/kita#goal-1") is None


class TestLaterGoals:
    def test_a_goal_leads_to_the_one_that_carries_it_on(self, tmp_path: Path) -> None:
        files = years(continues="2024/kita/somu#goal-1")
        root = page(tmp_path, files, "sheets/2024/kita/somu/")
        assert forward(root) == {"goal-1": "この目標は、2025年度の目標1に引きつがれています。"}
        assert root.xpath("//p[@class='carried-on']/a/@href") == ["../../../../sheets/2025/kita/somu/#goal-1"]
        assert forward(page(tmp_path, files, "sheets/2023/kita/somu/")) == {
            "goal-4": "この目標は、2024年度の目標1に引きつがれています。"
        }
        assert forward(page(tmp_path, files)) == {}

    def test_every_goal_that_carries_it_on_is_named_and_so_is_another_unit(self, tmp_path: Path) -> None:
        tie = "continues: 2024/shimin/somu#goal-2"
        files = {
            "organization.yaml": SUCCEEDED.replace(
                "name: 総務課\n      - slug: ken",
                "name: 総務課\n        predecessors: [shimin/somu]\n      - slug: ken",
            ),
            "sheets/2024/shimin/somu.yaml": sheet_text(2024, division="市民部", goals=goal_text(1) + goal_text(2)),
            "sheets/2025/shimin/somu.yaml": sheet_text(division="市民部", goals=goal_text(7, extra=tie)),
            "sheets/2025/kita/somu.yaml": sheet_text(goals=goal_text(1, extra=tie) + goal_text(3, extra=tie)),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(unit="建設課", goals=goal_text(2, extra=tie)),
        }
        assert forward(page(tmp_path, files, "sheets/2024/shimin/somu/")) == {
            "goal-2": (
                "この目標は、2025年度の目標7、2025年度 北区役所 総務課の目標1、2025年度 北区役所 総務課の目標3、"
                "2025年度 北区役所 建設課の目標2に引きつがれています。"
            )
        }

    def test_a_sheet_that_is_not_of_next_year_is_not_looked_at(self, tmp_path: Path) -> None:
        files = years(continues="2023/kita/somu#goal-4")
        del files["sheets/2024/kita/somu.yaml"]
        assert forward(page(tmp_path, files, "sheets/2023/kita/somu/")) == {}

    @pytest.mark.parametrize("wrong", ["ratng: ○\n", ":\n", "\x00"])
    def test_a_later_sheet_with_errors_is_passed_over(self, tmp_path: Path, wrong: str) -> None:
        """The errors are told once, of that sheet; the earlier one has none."""
        files = years(continues="2024/kita/somu#goal-1")
        files["sheets/2025/kita/somu.yaml"] += wrong
        content = write_content(tmp_path, files)
        problems = make_site(content).problems
        assert {problem.path for problem in problems} == {str(content / "sheets/2025/kita/somu.yaml")}


class TestOffices:
    """Which sheets of other units a sheet leads to, whatever they say of their plans."""

    BEFORE, AFTER = "前身の課の前の年度：", "仕事を引きついだ課の次の年度："

    def told(self, folder: Path, year: int, unit: str, *places: str) -> list[str]:
        """Return the links to other units on a sheet, where there are the sheets of some places."""
        names = {"somu": "総務課", "kensetsu": "建設課"}
        files = {"organization.yaml": SUCCEEDED}
        for place in places:
            of, division, name = place.split("/")
            office = "北区役所" if division == "kita" else "市民部"
            files[f"sheets/{place}.yaml"] = sheet_text(int(of), division=office, unit=names[name])
        links = page(folder, files, f"sheets/{year}/{unit}/").xpath("//nav[@class='onward']/ul[1]//a")
        shown = [(link.text_content(), link.get("href").removeprefix("../../../../sheets/")) for link in links]
        return [f"{words} {href}" for words, href in shown if words.startswith((self.BEFORE, self.AFTER))]

    def test_a_new_unit_and_an_old_one_lead_to_each_other(self, tmp_path: Path) -> None:
        places = ("2024/kita/somu", "2024/shimin/somu", "2025/kita/kensetsu")
        assert self.told(tmp_path, 2025, "kita/kensetsu", *places) == [
            "前身の課の前の年度：2024年度 北区役所 総務課 2024/kita/somu/",
            "前身の課の前の年度：2024年度 市民部 総務課 2024/shimin/somu/",
        ]
        assert self.told(tmp_path, 2024, "shimin/somu", *places) == [
            "仕事を引きついだ課の次の年度：2025年度 北区役所 建設課 2025/kita/kensetsu/"
        ]

    def test_so_do_a_unit_that_ends_and_one_that_was_there_before(self, tmp_path: Path) -> None:
        places = ("2024/kita/somu", "2024/kita/kensetsu", "2025/kita/kensetsu")
        assert len(self.told(tmp_path, 2025, "kita/kensetsu", *places)) == 1
        assert len(self.told(tmp_path, 2024, "kita/somu", *places)) == 1

    def test_units_that_go_on_side_by_side_do_not(self, tmp_path: Path) -> None:
        places = ("2024/kita/somu", "2024/kita/kensetsu", "2025/kita/kensetsu", "2025/kita/somu")
        assert [self.told(tmp_path, int(place[:4]), place[5:], *places) for place in places] == [[], [], [], []]

    def test_a_year_left_out_parts_them(self, tmp_path: Path) -> None:
        places = ("2023/kita/somu", "2025/kita/kensetsu")
        assert [self.told(tmp_path, int(place[:4]), place[5:], *places) for place in places] == [[], []]


class TestPredecessors:
    @pytest.mark.parametrize(
        ("named", "words"),
        [
            ("kita/kensetsu", "「kita/kensetsu」はこの課自身です。"),
            ("kita/sumo", "「kita/sumo」という課は、organization.yaml にありません。"),
            ("somu", "「somu」は課の名前として読めません。"),
        ],
    )
    def test_one_that_cannot_be_is_told(self, tmp_path: Path, named: str, words: str) -> None:
        organization = SUCCEEDED.replace("kita/somu, shimin/somu", named)
        files = {"organization.yaml": organization, "sheets/2025/kita/somu.yaml": sheet_text()}
        assert [problem.message for problem in make_site(write_content(tmp_path, files)).problems] == [words]


def tied(year: int, continues: str, unit: str = "総務課") -> str:
    return sheet_text(year, unit=unit, goals=goal_text(1, extra=f"continues: {continues}"))


CHANGES: dict[str, Callable[[dict[str, str]], object]] = {
    "last year's plans": lambda files: files.update(years(continues="2024/kita/somu#goal-1", onward="減らします。")),
    "two years ago": lambda files: files.update(
        {"sheets/2023/kita/somu.yaml": evaluated(2023, goal_text(4, objective="改めました。", rating="○", status="可"))}
    ),
    "a predecessor's newer sheet": lambda files: files.update(
        {"sheets/2024/shimin/somu.yaml": evaluated(2024, goal_text(rating="○", onward="渡します。"), division="市民部")}
    ),
    "next year's tie": lambda files: files.update(years(continues="2024/kita/somu#goal-2")),
    "no tie": lambda files: files.update(years()),
    "next year's sheet": lambda files: files.pop("sheets/2025/kita/somu.yaml"),
    "an heir's tie": lambda files: files.update(
        {"sheets/2024/kita/kensetsu.yaml": tied(2024, "2023/shimin/somu#goal-1", "建設課")}
    ),
    "an heir's sheet": lambda files: files.pop("sheets/2024/kita/kensetsu.yaml"),
    "a predecessor's sheet": lambda files: files.pop("sheets/2023/shimin/somu.yaml"),
}


class TestIncremental:
    @pytest.mark.parametrize("change", CHANGES)
    def test_a_sheet_is_made_anew_when_one_it_tells_of_changes_there_and_back(
        self, tmp_path: Path, change: str
    ) -> None:
        files = years(continues="2024/kita/somu#goal-1") | {
            "organization.yaml": SUCCEEDED.replace("kita/somu, ", ""),
            "sheets/2023/shimin/somu.yaml": evaluated(2023, goal_text(rating="○", onward="引く。"), division="市民部"),
            "sheets/2024/kita/kensetsu.yaml": sheet_text(2024, unit="建設課"),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(2025, unit="建設課"),
        }
        content, site = write_content(tmp_path / "content", files), tmp_path / "site"
        build(content, site)
        after = dict(files)
        CHANGES[change](after)
        for former, now in ((files, after), (after, files)):
            before = public_tree(site)
            for path in former.keys() - now.keys():
                (content / path).unlink()
            write_content(content, now)
            assert build(content, site, allow_shrink=True).problems == []
            assert public_tree(site) == make_site(content).files != before
