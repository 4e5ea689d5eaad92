"""Read YAML as people write it by hand: text only, every value with its place, nothing guessed.

YAML's own typing (no → False, 1:30 → 90), anchors, tags, merges, second documents and comments behind
values are all refused or left alone, since each of them changes what a clerk sees in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from goalsheets.files import Source, place_of
from goalsheets.folding import composed, fold
from goalsheets.problems import Problem
from goalsheets.syntax import explain

MAX_DEPTH = 12
MAX_VALUE = 20_000
MAX_ENTRIES = 1_000

_TAB = re.compile("\t")
_ODD_INDENT = re.compile(r"^ *([\u3000\u00a0]+) *(?:- +)?[a-z_]+ *[:：]", re.MULTILINE)
_BEHIND = re.compile(r" +(#)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_NOTHING = {"~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """Hold a text; None where the file leaves the value blank."""

    line: int
    column: int
    value: str | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """Hold the items of a list."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Hold keys with their values; `keys` has the places of the keys themselves."""

    line: int
    column: int
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """Turn a node into dicts, lists, texts and None."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def read_yaml(source: Source) -> tuple[Mapping | None, list[Problem]]:
    """Read the one mapping a file holds, or name everything that keeps it from being read."""
    if not source.text.strip():
        return None, [Problem(source.shown, 1, 1, *_EMPTY)]
    if problems := list(_odd_blanks(source)):
        return None, problems
    reader = _Reader(source)
    root = reader.read()
    if source.text.endswith("\n"):
        return root, reader.problems
    line, column = place_of(source.text, len(source.text))
    message = "ファイルの最後に改行がありません。途中で切れている恐れがあります。"
    hint = "最後の行まであるか確かめ、行の終わりで Enter を押して保存してください。"
    return None, [*reader.problems, Problem(source.shown, line, column, message, hint)]


def _odd_blanks(source: Source) -> Iterator[Problem]:
    for found in _TAB.finditer(source.text):
        line, column = place_of(source.text, found.start())
        message = "タブ文字があります。YAML の字下げには使えません。"
        yield Problem(
            source.shown, line, column, message, "タブを消し、半角の空白2つずつで字下げしてください。"
        )
    for found in _ODD_INDENT.finditer(source.text):
        line, column = place_of(source.text, found.start(1))
        name = "全角の空白（U+3000）" if found[1][0] == "\u3000" else "特別な空白（U+00A0）"
        message = f"行の先頭に{name}があります。字下げには使えません。"
        yield Problem(source.shown, line, column, message, "半角の空白2つずつで字下げしてください。")


class _UnreadableError(Exception):
    """End the reading of a file; the problem is already noted."""


class _Reader:
    """Turn the event stream of one file into nodes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.events: Iterator[Any] = yaml.parse(source.text, Loader=yaml.CSafeLoader)
        self.comments_behind = _BEHIND.search(source.text) is not None

    def read(self) -> Mapping | None:
        try:
            return self.document()
        except _UnreadableError:
            return None
        except yaml.YAMLError as error:
            self.problems.append(explain(self.source, error))
            return None

    def document(self) -> Mapping | None:
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            self.stop(start.start_mark, *_EMPTY)
        if start.version or start.tags:
            self.note(start.start_mark, "「%」で始まる指示は使えません。", "「%」の行を消してください。")
        root = self.node(next(self.events), 0)
        next(self.events)
        after = next(self.events)
        if isinstance(after, yaml.DocumentStartEvent):
            message = "1つのファイルに2つめの文書（「---」の後）があります。"
            self.stop(after.start_mark, message, "シートは1枚ずつ別のファイルにしてください。")
        if isinstance(root, Scalar) and root.value is None and not self.problems:
            self.problems.append(Problem(self.source.shown, 1, 1, *_EMPTY))
        elif not isinstance(root, Mapping) and not self.problems:
            message = "ファイル全体が「項目名: 値」の形になっていません。"
            hint = "各行を「fiscal_year: 2025」のように、項目名・半角コロン・空白・値の順に書いてください。"
            self.problems.append(Problem(self.source.shown, root.line, root.column, message, hint))
        return root if isinstance(root, Mapping) else None

    def node(self, event: Any, depth: int) -> Node:
        if depth > MAX_DEPTH:
            message = f"入れ子が深すぎます（{MAX_DEPTH}段まで）。"
            self.stop(event.start_mark, message, "「[」「{」「- 」の重なりを減らしてください。")
        if isinstance(event, yaml.AliasEvent):
            self.note(event.start_mark, "「*」の参照（エイリアス）は使えません。", _QUOTE)
            return Scalar(*_at(event.start_mark), None)
        if getattr(event, "anchor", None):
            self.note(event.start_mark, "「&」の目印（アンカー）は使えません。", _QUOTE)
        if getattr(event, "tag", None):
            self.note(event.start_mark, f"「!」の型指定（タグ {event.tag}）は使えません。", _QUOTE)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, depth)
        return self.scalar(event)

    def mapping(self, start: Any, depth: int) -> Mapping:
        node = Mapping(*_at(start.start_mark))
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, depth)
            value = self.node(next(self.events), depth + 1)
            if key.value is None:
                continue
            if first := node.keys.get(key.value):
                message = f"項目「{key.value}」が2回あります（{first.line}行目と{key.line}行目）。"
                hint = "どちらか1つを消してください。"
                self.problems.append(Problem(self.source.shown, key.line, key.column, message, hint))
                continue
            node.entries[key.value] = value
            node.keys[key.value] = key
            self.bound(len(node.entries), event.start_mark)
        self.refuse_comment_behind(event)
        return node

    def key(self, event: Any, depth: int) -> Scalar:
        if not isinstance(event, yaml.ScalarEvent):
            self.note(event.start_mark, "項目名は文字でなければなりません。", _QUOTE)
            self.node(event, depth + 1)
            return Scalar(*_at(event.start_mark), None)
        if event.value == "<<":
            self.note(
                event.start_mark, "「<<」（マージキー）は使えません。", "必要な項目をそのまま書いてください。"
            )
            return Scalar(*_at(event.start_mark), None)
        if event.tag or event.anchor:
            self.note(event.start_mark, "項目名に「!」や「&」は使えません。", "項目名だけを書いてください。")
        return Scalar(*_at(event.start_mark), composed(event.value))

    def sequence(self, start: Any, depth: int) -> Sequence:
        node = Sequence(*_at(start.start_mark))
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            node.items.append(self.node(event, depth + 1))
            self.bound(len(node.items), event.start_mark)
        self.refuse_comment_behind(event)
        return node

    def scalar(self, event: Any) -> Scalar:
        value: str = event.value
        at = _at(event.start_mark)
        if event.style in {"|", ">"}:
            value = self.folded(event) if event.style == ">" else value
            value = value.rstrip("\n")
        elif event.end_mark.line > event.start_mark.line:
            value = self.folded(event)
        if event.style is None and value in _NOTHING:
            self.note(
                event.start_mark,
                f"「{value}」とは書けません。",
                "空欄にするときは、コロンの後に何も書かないでください。",
            )
        elif not value.strip(" \u3000\n") and (value or event.style in {"'", '"'}):
            message = "空白だけの値、または空の引用符です。"
            self.note(event.start_mark, message, "空欄にするときは、コロンの後に何も書かないでください。")
        if len(value) > MAX_VALUE:
            self.note(
                event.start_mark,
                f"値が長すぎます（{MAX_VALUE:,}文字まで）。",
                "内容を分けて短くしてください。",
            )
        if found := _CONTROL.search(value):
            message = f"目に見えない文字 U+{ord(found[0]):04X} があります。"
            self.note(event.start_mark, message, "「\\」で始まる書き方をやめ、文字をそのまま書いてください。")
        if event.style not in {"|", ">"}:
            self.refuse_comment_behind(event)
        return Scalar(*at, composed(value) if value else None)

    def folded(self, event: Any) -> str:
        """Join the lines of a wrapped value: Japanese without a space, Latin words with one."""
        raw = self.source.text[event.start_mark.index : event.end_mark.index]
        header = raw.split("\n", 1)[0]
        if event.style == ">" and any(letter.isdigit() for letter in header):
            self.note(event.start_mark, f"「{header}」の数字は使えません。", "「|-」を使ってください。")
        return fold(raw, event.style)

    def refuse_comment_behind(self, event: Any) -> None:
        """Refuse `50件 #前年比`: YAML throws away what stands behind the #."""
        if not self.comments_behind:
            return
        if found := _BEHIND.match(self.source.text, event.end_mark.index):
            line, column = place_of(self.source.text, found.start(1))
            message = "「#」から行の終わりまでは、注釈として捨てられます。"
            hint = '文字として残すなら値全体を "…" で囲み、注釈なら別の行に書いてください。'
            self.problems.append(Problem(self.source.shown, line, column, message, hint))

    def bound(self, count: int, mark: Any) -> None:
        if count > MAX_ENTRIES:
            self.stop(
                mark, f"項目が多すぎます（{MAX_ENTRIES:,}個まで）。", "シートを正しい形に直してください。"
            )

    def note(self, mark: Any, message: str, hint: str) -> None:
        self.problems.append(Problem(self.source.shown, *_at(mark), message, hint))

    def stop(self, mark: Any, message: str, hint: str) -> NoReturn:
        self.note(mark, message, hint)
        raise _UnreadableError


_EMPTY = ("ファイルが空です。", "シートの内容を書くか、ファイルを消してください。")
_QUOTE = '記号で始まる文字は、値全体を "…" で囲んでください。'


def _at(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1
