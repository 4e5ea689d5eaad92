"""Describe the content: each field's name on the form, its meaning and an example stand here, once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from goalsheets.fields import (
    BaseUrl,
    Day,
    FiscalYear,
    Number,
    PrintedCode,
    PrintedCodes,
    Rating,
    Slug,
    Texts,
    WebAddress,
    at_least_one,
    blank_as_empty,
    refuse,
)
from goalsheets.policies import PolicyCode, parse_code
from goalsheets.ratings import RATING_MARKS, State

MAX_GOALS = 200


def _bounded_goals(goals: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(goals) > MAX_GOALS:
        raise refuse(f"目標が多すぎます（{MAX_GOALS}個まで）。", "1枚のシートに1つの課の目標だけを書いてください。")
    return goals


class Record(BaseModel):
    """Hold one part of the content, complete and unchangeable; any other key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Indicator(Record):
    """Hold one row of 取組指標: what is measured, the target and the result, as printed."""

    name: str = Field(title="指標", description="何で測るか。", examples=["避難所運営組織の立ち上げ数（避難所数）"])
    target: str | None = Field(
        title="目標", description="めざす値。印字のとおり。", examples=["3避難所（累計23避難所）"]
    )
    result: str | None = Field(title="結果", description="実際の値。結果が出るまでは空欄。", examples=["4避難所"])
    policies: PrintedCodes = Field(
        (),
        title="総合計画（実施計画）上の位置づけ",
        description="指標の行ごとに欄が分かれているときだけ書く。",
        examples=[["政策3-1-①"]],
    )
    status: str | None = Field(
        None,
        title="目標達成状況",
        description="指標の行ごとに欄が分かれているときだけ書く。",
        examples=["目標を達成しました。"],
    )
    next: str | None = Field(
        None,
        title="今後の方針",
        description="指標の行ごとに欄が分かれているときだけ書く。",
        examples=["引き続き取り組みます。"],
    )


class Initiative(Record):
    """Hold one summary cell of 主な取組（事業） with the names that share it."""

    names: Annotated[tuple[str, ...], AfterValidator(at_least_one)] = Field(
        title="取組名称（事業名）",
        description="取組の名前。概要が同じものは並べて書く。",
        examples=[["避難運営促進事業"]],
    )
    summary: str | None = Field(title="概要", description="取組の内容。", examples=["立ち上げを支援します。"])
    indicators: tuple[Number, ...] = Field(
        (),
        title="対象の指標",
        description="一部の指標だけの取組のとき、何番目の指標かを1から数えて書く。",
        examples=[[1, 2]],
    )


class Goal(Record):
    """Hold one goal of a sheet with its indicators, its initiatives and what became of it."""

    number: Number = Field(title="No.", description="印字された番号。飛んでいてもそのまま。", examples=[1])
    objective: str = Field(title="組織目標", description="その年度にめざすこと。", examples=["防災体制を強化します。"])
    policies: PrintedCodes = Field(
        (),
        title="総合計画（実施計画）上の位置づけ",
        description="政策コード。印字のとおり。なければ []。",
        examples=[["政策13-1-②"]],
    )
    indicators: Annotated[tuple[Indicator, ...], BeforeValidator(blank_as_empty)] = Field(
        title="取組指標", description="指標の行。上から順に。"
    )
    initiatives: Annotated[tuple[Initiative, ...], BeforeValidator(blank_as_empty)] = Field(
        (), title="主な取組（事業）", description="取組の行。上から順に。"
    )
    rating: Rating | None = Field(title="評価", description="○ △ × のどれか。評価がまだなら空欄。", examples=["○"])
    status: str | None = Field(
        None, title="目標達成状況", description="どうなったか。", examples=["目標を達成しました。"]
    )
    next: str | None = Field(
        None, title="今後の方針", description="これからどうするか。", examples=["引き続き取り組みます。"]
    )
    notes: Texts = Field(
        (),
        title="転記上の注記",
        description="読み取りが確かでないところ。",
        examples=[["結果と読みました。"]],
    )

    @property
    def codes(self) -> tuple[PolicyCode, ...]:
        """Return the policy codes of the goal and of its indicator rows, each once, as first printed."""
        rows = (self.policies, *(indicator.policies for indicator in self.indicators))
        return tuple(dict.fromkeys(code for row in rows for text in row if (code := parse_code(text))))

    @property
    def headline(self) -> str:
        """Return the first line of the objective, without the ・ of a list."""
        return self.objective.partition("\n")[0].removeprefix("・")

    @property
    def objective_rest(self) -> str:
        """Return the further lines of the objective; all of them where they are one list."""
        head, _, rest = self.objective.partition("\n")
        return self.objective if rest and head.startswith("・") else rest

    @property
    def answer(self) -> str:
        """Return what the city says became of the goal, as a whole or row by row."""
        return self.status or "\n".join(row.status for row in self.indicators if row.status)

    def has_row(self, key: str) -> bool:
        """Tell whether the form gives each indicator row its own cell for a field."""
        return any(getattr(indicator, key) for indicator in self.indicators)

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


class Sheet(Record):
    """Hold one 組織目標管理シート: the goals of one unit in one fiscal year."""

    fiscal_year: FiscalYear = Field(title="年度", description="西暦。フォルダーの名前と同じ。", examples=[2025])
    created: Day | None = Field(title="作成日", description="西暦の年-月-日。", examples=["2025-04-01"])
    evaluated: Day | None = Field(title="評価日", description="評価するまでは空欄。", examples=["2026-03-31"])
    division: str = Field(title="組織名（部）", description="印字のとおり。", examples=["北区役所"])
    unit: str = Field(title="組織名（準部・課・機関名）", description="印字のとおり。", examples=["地域総務課"])
    source: WebAddress | None = Field(
        None,
        title="出典",
        description="元のシートが公表されているアドレス。",
        examples=["https://example.jp/sheet.pdf"],
    )
    policy_indicators: Texts = Field(
        (),
        title="（参考）関連する総合計画における政策指標",
        description="印字のとおり、1つずつ。",
        examples=[["日頃から災害に対する備えをしている市民の割合"]],
    )
    goals: Annotated[tuple[Goal, ...], AfterValidator(at_least_one), AfterValidator(_bounded_goals)] = Field(
        title="目標", description="目標。上から順に。"
    )

    def states(self) -> tuple[State, ...]:
        """Return what became of each goal, in order."""
        return tuple(goal.state(evaluated=self.evaluated is not None) for goal in self.goals)


class Unit(Record):
    """Name an office that writes sheets: a 課, a センター or the like."""

    slug: Slug = Field(title="アドレスの名前", description="公開後は変えない。", examples=["chiiki-somu"])
    name: str = Field(title="課・機関名", description="このサイトでの名前。", examples=["地域総務課"])
    aliases: Texts = Field((), title="別の名前", description="シートに印字されたほかの名前。", examples=[["総務課"]])

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class Division(Record):
    """Name a 区役所 or a 部 with its units."""

    slug: Slug = Field(title="アドレスの名前", description="公開後は変えない。", examples=["kita"])
    name: str = Field(title="区・部の名前", description="このサイトでの名前。", examples=["北区役所"])
    aliases: Texts = Field((), title="別の名前", description="シートに印字されたほかの名前。", examples=[["北区"]])
    kind: Literal["ward", "department"] = Field(title="種類", description="ward（区）か department（部）。")
    ward: str | None = Field(None, title="区の名前", description="区役所のとき、区の名前。", examples=["北区"])
    code: str | None = Field(
        None,
        title="全国地方公共団体コード",
        description="6桁の数字。",
        pattern=r"^[0-9]{6}$",
        examples=["151017"],
    )
    reading: str | None = Field(None, title="よみ", description="ひらがな。", examples=["きたくやくしょ"])
    english: str | None = Field(None, title="英語名", description="公式の英語名。", examples=["Kita Ward Office"])
    units: Annotated[tuple[Unit, ...], BeforeValidator(blank_as_empty)] = Field(
        title="課・機関", description="シートを書く組織。"
    )

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class Organization(Record):
    """List the divisions of a city in the order in which they are shown."""

    divisions: Annotated[tuple[Division, ...], AfterValidator(at_least_one)] = Field(
        title="区・部", description="示す順に並べる。"
    )


class PolicyTitle(Record):
    """Give the title of a policy code, once the city has confirmed it."""

    code: PrintedCode = Field(title="政策コード", description="段のどれでもよい。", examples=["政策13-1-②"])
    title: str = Field(title="題名", description="市が確認した題名。推測で書かない。", examples=["防災"])


class Plan(Record):
    """Name a plan by the words its policy codes begin with."""

    slug: Slug = Field(title="アドレスの名前", description="公開後は変えない。", examples=["seisaku"])
    prefix: str = Field(title="コードの初めの文字", description="印字のとおり。", examples=["政策"])
    name: str = Field(title="計画の名前", description="見出しに使う名前。", examples=["総合計画"])
    titles: Annotated[tuple[PolicyTitle, ...], BeforeValidator(blank_as_empty)] = Field(
        (), title="題名", description="コードの題名。分かるものだけ。"
    )


class Plans(Record):
    """List the plans behind the policy codes."""

    plans: Annotated[tuple[Plan, ...], BeforeValidator(blank_as_empty)] = Field(
        title="計画", description="コードの初めの文字ごとに1つ。"
    )


class Site(Record):
    """Say what the site is called, whose it is, where it stands and on what terms."""

    title: str = Field(title="サイトの名前", description="見出しに使う。", examples=["組織目標管理シート"])
    city: str = Field(title="市の名前", description="シートを書いた市。", examples=["新潟市"])
    base_url: BaseUrl = Field(
        title="公開先のアドレス", description="「/」で終わる。", examples=["https://example.jp/goals/"]
    )
    language: Literal["ja"] = Field("ja", title="言語", description="今は ja だけ。", examples=["ja"])
    notice: str | None = Field(None, title="お知らせ", description="全ページの下に示す文。")
    contact: str | None = Field(None, title="連絡先", description="誤りを知らせる先。", examples=["広聴相談課"])
    licence: str = Field(
        title="利用条件",
        description="条件の名前かアドレス。確認できていなければ unconfirmed。推測では書かない。",
        examples=["unconfirmed"],
    )


def known_keys() -> dict[str, type[Record]]:
    """Return every key of a sheet with a record that has it, to tell misplaced keys from misspelt ones."""
    records: tuple[type[Record], ...] = (Indicator, Initiative, Goal, Sheet)
    return {key: record for record in records for key in record.model_fields}


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
