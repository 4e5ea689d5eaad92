"""A goal is laid out in the cells of the official form, and nothing of it is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalsheets.form import Row, goal_rows, merged_rows
from goalsheets.model import Goal, Indicator, Initiative
from tests.samples import document, found, only, printed_cells, raw_sheet, real_site, sheet_paths

GOAL = Goal(
    number=1,
    objective="防災を進めます。",
    continues=None,
    policies=("政策1-1-①",),
    indicators=(),
    initiatives=(),
    rating="○",
    status="終わりました。",
    next="続けます。",
    notes=(),
)


def indicator(
    name: str, policies: tuple[str, ...] = (), status: str | None = None, after: str | None = None
) -> Indicator:
    return Indicator(name, f"{name}の目標", f"{name}の結果", policies, status, after)


def initiative(name: str, *rows: int) -> Initiative:
    return Initiative((name,), f"{name}の概要", rows)


def goal(indicators: Iterable[Indicator], initiatives: Iterable[Initiative]) -> Goal:
    return GOAL._replace(indicators=tuple(indicators), initiatives=tuple(initiatives))


def laid(rows: list[Row]) -> list[str]:
    """Return the cells of each row with the rows that they cover; a line break is a stroke."""
    return [
        " ".join("{}:{}".format(text.replace("\n", "/"), span) for _, text, span in [*before, *behind])
        for before, behind in rows
    ]


TWO = (indicator("甲"), indicator("乙"))
THREE = (*TWO, indicator("丙"))
HEAD = "防災を進めます。:{0} 政策1-1-①:{0}"
TAIL = "終わりました。:{0} 続けます。:{0}"


class TestMergedRows:
    def test_a_goal_of_one_row_has_no_merged_cells(self) -> None:
        assert merged_rows(goal(TWO[:1], [initiative("訓練")])) == []

    def test_its_row_is_laid_out_all_the_same(self) -> None:
        assert laid(goal_rows(goal(TWO[:1], [initiative("訓練")]))) == [
            f"{HEAD.format(1)} 甲:1 甲の目標:1 甲の結果:1 訓練:1 訓練の概要:1 {TAIL.format(1)}"
        ]

    def test_what_holds_for_the_whole_goal_is_one_cell(self) -> None:
        assert laid(merged_rows(goal(TWO, [initiative("訓練")]))) == [
            f"{HEAD.format(2)} 甲:1 甲の目標:1 甲の結果:1 訓練:2 訓練の概要:2 {TAIL.format(2)}",
            "乙:1 乙の目標:1 乙の結果:1",
        ]

    def test_an_initiative_stands_beside_the_indicators_it_belongs_to(self) -> None:
        """As コールセンター事業の運用 of 広聴相談課 does."""
        assert laid(merged_rows(goal(THREE, [initiative("運用", 1, 2), initiative("連携", 3)]))) == [
            f"{HEAD.format(3)} 甲:1 甲の目標:1 甲の結果:1 運用:2 運用の概要:2 {TAIL.format(3)}",
            "乙:1 乙の目標:1 乙の結果:1",
            "丙:1 丙の目標:1 丙の結果:1 連携:1 連携の概要:1",
        ]

    def test_several_initiatives_stand_beside_their_one_indicator(self) -> None:
        rows = laid(merged_rows(goal(TWO, [initiative("訓練", 2), initiative("広報", 2)])))
        assert rows == [
            f"{HEAD.format(3)} 甲:1 甲の目標:1 甲の結果:1 :1 :1 {TAIL.format(3)}",
            "乙:2 乙の目標:2 乙の結果:2 訓練:1 訓練の概要:1",
            "広報:1 広報の概要:1",
        ]

    @pytest.mark.parametrize("rows", [((1, 3), (2,)), ((2,), (1,)), ((1, 2), (2, 3)), ((1,), ())])
    def test_what_cells_side_by_side_cannot_show_stands_in_order(self, rows: tuple[tuple[int, ...], ...]) -> None:
        made = laid(merged_rows(goal(THREE, [initiative("訓練", *rows[0]), initiative("広報", *rows[1])])))
        assert [row.partition("の結果:1")[2] for row in made] == [
            f" 訓練:1 訓練の概要:1 {TAIL.format(3)}",
            " 広報:2 広報の概要:2",
            "",
        ]

    def test_rows_have_their_own_words_below_those_of_the_goal(self) -> None:
        own = (indicator("甲", status="甲は達成。", policies=("行財1-1",)), indicator("乙", after="乙は続けます。"))
        assert laid(merged_rows(goal(own, [initiative("訓練")]))) == [
            "防災を進めます。:2 政策1-1-①/行財1-1:1 甲:1 甲の目標:1 甲の結果:1 訓練:2 訓練の概要:2"
            " 終わりました。/甲は達成。:1 続けます。:1",
            ":1 乙:1 乙の目標:1 乙の結果:1 :1 乙は続けます。:1",
        ]

    def test_a_goal_without_indicators_and_initiatives_has_blank_cells(self) -> None:
        assert laid(merged_rows(goal([], []))) == [f"{HEAD.format(1)} :1 :1 :1 :1 :1 {TAIL.format(1)}"]

    def test_names_that_share_a_summary_are_one_list(self) -> None:
        shared = Initiative(("訓練", "広報"), None, ())
        assert "・訓練/・広報:2 :2" in laid(merged_rows(goal(TWO, [shared])))[0]

    @given(st.data())
    def test_every_text_stands_in_one_cell_and_every_place_is_covered_once(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, 5))
        ties = st.lists(st.integers(1, count), unique=True, max_size=count) if count else st.just([])
        tied = data.draw(st.lists(ties, max_size=5))
        one = goal(
            [indicator(f"指標{number}", status=data.draw(st.sampled_from([None, "済"]))) for number in range(count)],
            [initiative(f"取組{number}", *rows) for number, rows in enumerate(tied)],
        )
        rows = merged_rows(one)
        cells = [cell for before, behind in rows for cell in (*before, *behind)]
        texts = [text for _, text, _ in cells]
        named = [*(row.name for row in one.indicators), *(row.names[0] for row in one.initiatives)]
        assert not rows or [texts.count(name) for name in named] == [1] * len(named)
        assert sum(span for _, _, span in cells) == 9 * len(rows)  # all columns but No. and 評価
        assert all(span > 0 for _, _, span in cells)


@pytest.mark.parametrize("path", sheet_paths())
def test_the_copy_of_the_form_has_every_text_of_the_sheet(path: str) -> None:
    page = document(real_site().files[f"{path.removesuffix('.yaml')}/form/index.html"])
    cells = printed_cells(only(page, "//table[@class='form-goals']"))
    sheet = raw_sheet(path)
    for goal in sheet["goals"]:
        records = [goal, *goal["indicators"], *goal.get("initiatives", ())]
        for record in records:
            for key in ("objective", "name", "target", "result", "summary", "status", "next"):
                assert not record.get(key) or record[key] in cells, (key, record[key])
    assert [cell.text_content() for cell in found(page, "//tbody/tr/th[@scope='rowgroup']")] == [
        goal["number"] for goal in sheet["goals"]
    ]
