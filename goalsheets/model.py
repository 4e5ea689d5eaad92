"""Describe the content: each field's name on the form, its meaning and an example stand here, once."""

from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from goalsheets.fields import (
    Field,
    RefusedError,
    at_least_one,
    base_url,
    day,
    fiscal_year,
    goal_path,
    licence,
    municipal_code,
    name,
    number,
    one_of,
    printed_code,
    rating,
    slug,
    unit_path,
    web_address,
)
from goalsheets.figures import Charts, charts_of
from goalsheets.licences import licence_words
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.ratings import RATING_MARKS, State

MAX_GOALS = 200


def _bounded_goals(goals: tuple[Any, ...]) -> None:
    at_least_one(goals)
    if len(goals) > MAX_GOALS:
        hint = "1枚のシートに1つの課の目標だけを書いてください。"
        raise RefusedError(f"目標が多すぎます（{MAX_GOALS}個まで）。", hint)


class Indicator(NamedTuple):
    """Hold one row of 取組指標: what is measured, the target and the result, as printed."""

    name: Annotated[str, Field("指標", "何で測るか。", "避難所運営組織の立ち上げ数（避難所数）")]
    target: Annotated[str | None, Field("目標", "めざす値。印字のとおり。", "3避難所（累計23避難所）", blank=True)]
    result: Annotated[str | None, Field("結果", "実際の値。結果が出るまでは空欄。", "4避難所", blank=True)]
    policies: Annotated[
        tuple[str, ...],
        Field(
            "総合計画（実施計画）上の位置づけ",
            "指標の行ごとに欄が分かれているときだけ書く。",
            ["政策3-1-①"],
            printed_code,
            many=True,
            absent=(),
        ),
    ]
    status: Annotated[
        str | None,
        Field(
            "目標達成状況",
            "指標の行ごとに欄が分かれているときだけ書く。",
            "目標を達成しました。",
            blank=True,
            absent=None,
        ),
    ]
    next: Annotated[
        str | None,
        Field(
            "今後の方針",
            "指標の行ごとに欄が分かれているときだけ書く。",
            "引き続き取り組みます。",
            blank=True,
            absent=None,
        ),
    ]


class Initiative(NamedTuple):
    """Hold one summary cell of 主な取組（事業） with the names that share it."""

    names: Annotated[
        tuple[str, ...],
        Field(
            "取組名称（事業名）",
            "取組の名前。概要が同じものは並べて書く。",
            ["避難運営促進事業"],
            many=True,
            check=at_least_one,
        ),
    ]
    summary: Annotated[str | None, Field("概要", "取組の内容。", "立ち上げを支援します。", blank=True)]
    indicators: Annotated[
        tuple[int, ...],
        Field(
            "対象の指標",
            "一部の指標だけの取組のとき、何番目の指標かを1から数えて書く。",
            [1, 2],
            number,
            many=True,
            absent=(),
            check=at_least_one,
        ),
    ]


class Goal(NamedTuple):
    """Hold one goal of a sheet with its indicators, its initiatives and what became of it."""

    number: Annotated[int, Field("No.", "印字された番号。飛んでいてもそのまま。", 1, number)]
    objective: Annotated[str, Field("組織目標", "その年度にめざすこと。", "防災体制を強化します。")]
    policies: Annotated[
        tuple[str, ...],
        Field(
            "総合計画（実施計画）上の位置づけ",
            "政策コード。印字のとおり。なければ []。",
            ["政策13-1-②"],
            printed_code,
            many=True,
            absent=(),
        ),
    ]
    indicators: Annotated[tuple[Indicator, ...], Field("取組指標", "指標の行。上から順に。", read=Indicator, many=True)]
    initiatives: Annotated[
        tuple[Initiative, ...],
        Field("主な取組（事業）", "取組の行。上から順に。", read=Initiative, many=True, absent=()),
    ]
    rating: Annotated[str | None, Field("評価", "○ △ × のどれか。評価がまだなら空欄。", "○", rating, blank=True)]
    status: Annotated[
        str | None, Field("目標達成状況", "どうなったか。", "目標を達成しました。", blank=True, absent=None)
    ]
    next: Annotated[
        str | None, Field("今後の方針", "これからどうするか。", "引き続き取り組みます。", blank=True, absent=None)
    ]
    continues: Annotated[
        str | None,
        Field(
            "引きつぐ目標",
            "前の年度のどの目標の続きか。年度/部署/課#goal-番号。",
            "2024/kita/chiiki-somu#goal-2",
            goal_path,
            absent=None,
        ),
    ]
    notes: Annotated[
        tuple[str, ...],
        Field("転記上の注記", "読み取りが確かでないところ。", ["結果と読みました。"], many=True, absent=()),
    ]

    @property
    def codes(self) -> tuple[PolicyCode, ...]:
        """Return the policy codes of the goal and of its indicator rows, each once, as first printed."""
        return tuple(dict.fromkeys(code for text in self.printed_codes if (code := parse_code(text))))

    @property
    def printed_codes(self) -> tuple[str, ...]:
        """Return the policy codes of the goal and of its indicator rows, each once, as printed."""
        rows = (self.policies, *(indicator.policies for indicator in self.indicators))
        return tuple(dict.fromkeys(text for row in rows for text in row))

    @property
    def headline(self) -> str:
        """Return the first line of the objective, without the ・ of a list."""
        return self.objective.strip("\n").partition("\n")[0].removeprefix("・")

    @property
    def objective_rest(self) -> str:
        """Return the further lines of the objective; all of them where they are one list."""
        head, _, rest = self.objective.strip("\n").partition("\n")
        return self.objective if rest and head.startswith("・") else rest

    @property
    def answer(self) -> str:
        """Return what the city says became of the goal, as a whole or row by row."""
        return self.status or "\n".join(row.status for row in self.indicators if row.status)

    @property
    def onward(self) -> str:
        """Return what the city says it will do next, as a whole or row by row."""
        return self.next or "\n".join(row.next for row in self.indicators if row.next)

    @property
    def row_keys(self) -> frozenset[str]:
        """Return the keys for which the form gives each indicator row its own cell."""
        return frozenset(
            key
            for row in self.indicators
            for key, value in (("policies", row.policies), ("status", row.status), ("next", row.next))
            if value
        )

    @property
    def charts(self) -> Charts:
        """Return what can be drawn of the targets and results."""
        return charts_of([(row.target, row.result) for row in self.indicators])

    @property
    def has_initiative_rows(self) -> bool:
        """Tell whether some initiatives belong to some of the indicator rows only."""
        return any(initiative.indicators for initiative in self.initiatives)

    @property
    def initiative_count(self) -> int:
        return sum(len(initiative.names) for initiative in self.initiatives)

    def state(self, *, evaluated: bool) -> State:
        """Tell what became of the goal on a sheet that is, or is not yet, evaluated."""
        if self.rating:
            return RATING_MARKS[self.rating]
        if not evaluated:
            return State.NOT_EVALUATED
        if any(indicator.result for indicator in self.indicators):
            return State.NO_RATING
        return State.NO_RESULT


class Sheet(NamedTuple):
    """Hold one 組織目標管理シート: the goals of one unit in one fiscal year."""

    fiscal_year: Annotated[int, Field("年度", "西暦。フォルダーの名前と同じ。", 2025, fiscal_year)]
    created: Annotated[date | None, Field("作成日", "西暦の年-月-日。", "2025-04-01", day, blank=True)]
    evaluated: Annotated[date | None, Field("評価日", "評価するまでは空欄。", "2026-03-31", day, blank=True)]
    division: Annotated[str, Field("組織名（部）", "印字のとおり。", "北区役所")]
    unit: Annotated[str, Field("組織名（準部・課・機関名）", "印字のとおり。", "地域総務課")]
    source: Annotated[
        str | None,
        Field(
            "出典",
            "元のシートが公表されているアドレス。",
            "https://example.jp/sheet.pdf",
            web_address,
            blank=True,
            absent=None,
        ),
    ]
    policy_indicators: Annotated[
        tuple[str, ...],
        Field(
            "（参考）関連する総合計画における政策指標",
            "印字のとおり、1つずつ。",
            ["日頃から災害に対する備えをしている市民の割合"],
            many=True,
            absent=(),
        ),
    ]
    goals: Annotated[tuple[Goal, ...], Field("目標", "目標。上から順に。", read=Goal, many=True, check=_bounded_goals)]

    def states(self) -> tuple[State, ...]:
        """Return what became of each goal, in order."""
        return tuple(goal.state(evaluated=self.evaluated is not None) for goal in self.goals)


class Unit(NamedTuple):
    """Name an office that writes sheets: a 課, a センター or the like."""

    slug: Annotated[str, Field("アドレスの名前", "公開後は変えない。", "chiiki-somu", slug)]
    name: Annotated[str, Field("課・機関名", "このサイトでの名前。", "地域総務課", name)]
    aliases: Annotated[
        tuple[str, ...], Field("別の名前", "シートに印字されたほかの名前。", ["総務課"], many=True, absent=())
    ]
    predecessors: Annotated[
        tuple[str, ...],
        Field(
            "前身",
            "仕事を引きついだ元の課。部署/課のアドレスの名前。",
            ["kita/somu"],
            unit_path,
            many=True,
            absent=(),
        ),
    ]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class Division(NamedTuple):
    """Name a 区役所 or a 部 with its units."""

    slug: Annotated[str, Field("アドレスの名前", "公開後は変えない。", "kita", slug)]
    name: Annotated[str, Field("区・部の名前", "このサイトでの名前。", "北区役所", name)]
    aliases: Annotated[
        tuple[str, ...], Field("別の名前", "シートに印字されたほかの名前。", ["北区"], many=True, absent=())
    ]
    kind: Annotated[
        Literal["ward", "department"],
        Field("種類", "ward（区）か department（部）。", read=one_of("ward", "department")),
    ]
    ward: Annotated[str | None, Field("区の名前", "区役所のとき、区の名前。", "北区", name, blank=True, absent=None)]
    code: Annotated[
        str | None, Field("全国地方公共団体コード", "6桁の数字。", "151017", municipal_code, blank=True, absent=None)
    ]
    reading: Annotated[str | None, Field("よみ", "ひらがな。", "きたくやくしょ", name, blank=True, absent=None)]
    english: Annotated[str | None, Field("英語名", "公式の英語名。", "Kita Ward Office", name, blank=True, absent=None)]
    units: Annotated[tuple[Unit, ...], Field("課・機関", "シートを書く組織。", read=Unit, many=True)]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class Organization(NamedTuple):
    """List the divisions of a city in the order in which they are shown."""

    divisions: Annotated[
        tuple[Division, ...], Field("区・部", "示す順に並べる。", read=Division, many=True, check=at_least_one)
    ]


class PolicyTitle(NamedTuple):
    """Give the title of a policy code, once the city has confirmed it."""

    code: Annotated[str, Field("政策コード", "段のどれでもよい。", "政策13-1-②", printed_code)]
    title: Annotated[str, Field("題名", "市が確認した題名。推測で書かない。", "防災", name)]


class Plan(NamedTuple):
    """Name a plan by the words its policy codes begin with."""

    slug: Annotated[str, Field("アドレスの名前", "公開後は変えない。", "seisaku", slug)]
    prefix: Annotated[str, Field("コードの初めの文字", "印字のとおり。", "政策", name)]
    name: Annotated[str, Field("計画の名前", "見出しに使う名前。", "総合計画", name)]
    titles: Annotated[
        tuple[PolicyTitle, ...], Field("題名", "コードの題名。分かるものだけ。", read=PolicyTitle, many=True, absent=())
    ]


class Plans(NamedTuple):
    """List the plans behind the policy codes."""

    plans: Annotated[tuple[Plan, ...], Field("計画", "コードの初めの文字ごとに1つ。", read=Plan, many=True)]


class Site(NamedTuple):
    """Say what the site is called, whose it is, where it stands and on what terms."""

    title: Annotated[str, Field("サイトの名前", "見出しに使う。", "組織目標管理シート", name)]
    city: Annotated[str, Field("市の名前", "シートを書いた市。", "新潟市", name)]
    base_url: Annotated[str, Field("公開先のアドレス", "「/」で終わる。", "https://example.jp/goals/", base_url)]
    language: Annotated[Literal["ja"], Field("言語", "今は ja だけ。", "ja", one_of("ja"), absent="ja")]
    notice: Annotated[str | None, Field("お知らせ", "全ページの下に示す文。", blank=True, absent=None)]
    contact: Annotated[str | None, Field("連絡先", "誤りを知らせる先。", "広聴相談課", blank=True, absent=None)]
    code: Annotated[
        str | None,
        Field(
            "全国地方公共団体コード",
            "市の6桁の数字。書くと、データのファイルの名前の初めに付く。",
            "151009",
            municipal_code,
            blank=True,
            absent=None,
        ),
    ]
    licence: Annotated[
        str,
        Field(
            "利用条件",
            "SPDXの名前かアドレス。確認できていなければ unconfirmed。推測では書かない。",
            "unconfirmed",
            licence,
            why="データを使う人は、条件が書かれていないと使えません。市に確認できていなければ unconfirmed と書きます。",
        ),
    ]

    @property
    def terms(self) -> str:
        """Return the terms of use in words."""
        return licence_words(self.licence)


Record = NamedTuple
"""Any of the classes above."""


def known_keys() -> dict[str, type[Record]]:
    """Return every key of a sheet with a record that has it, to tell misplaced keys from misspelt ones."""
    records: tuple[type[Record], ...] = (Indicator, Initiative, Goal, Sheet)
    return {key: record for record in records for key in record._fields}


RECORD_NAMES: dict[type[Record], str] = {
    Sheet: "シート",
    Goal: "目標",
    Indicator: "指標",
    Initiative: "取組",
    Organization: "organization.yaml",
    Division: "区・部",
    Unit: "課・機関",
    Plans: "policies.yaml",
    Plan: "計画",
    PolicyTitle: "題名",
    Site: "site.yaml",
}
