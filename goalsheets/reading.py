"""Read YAML as people write it by hand: text only, every value with its place, nothing guessed.

YAML's own typing (no → False, 1:30 → 90), anchors, tags, merges, second documents and comments behind
values are all refused or left alone, since each of them changes what a clerk sees in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NoReturn

import yaml

from goalsheets.files import HIDDEN, MAX_ALIKE, Source, place_of
from goalsheets.folding import composed, fold
from goalsheets.problems import Problem
from goalsheets.syntax import COMMENT_LOST, explain

MAX_DEPTH = 12
MAX_VALUE = 20_000
MAX_ENTRIES = 1_000

_LOST_ITEM = re.compile(r"\n *([・･※①-⑳])")
_TAB = re.compile("\t")
_ODD_INDENT = re.compile(r"^ *([\u3000\u00a0]+) *(?:- +)?[a-z_]+ *[:：]", re.MULTILINE)
_BEHIND = re.compile(r",? +(#)")
_BEHIND_HEADER = re.compile(r"[^\n#]* (#)")
_BLOCK = ("|", ">")
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
    reader = _Reader(source)
    root = reader.read()
    odd = islice(_odd_indents(source, reader.lines_of_blocks), MAX_ALIKE)
    if problems := [*islice(_tabs(source), MAX_ALIKE), *odd]:
        return None, problems
    if source.text.endswith("\n"):
        return root, reader.problems
    line, column = place_of(source.text, len(source.text))
    message = "ファイルの最後に改行がありません。途中で切れている恐れがあります。"
    hint = "最後の行まであるか確かめ、行の終わりで Enter を押して保存してください。"
    return None, [*reader.problems, Problem(source.shown, line, column, message, hint)]


def _tabs(source: Source) -> Iterator[Problem]:
    for found in _TAB.finditer(source.text):
        line, column = place_of(source.text, found.start())
        message = "タブ文字があります。YAML の字下げには使えません。"
        yield Problem(source.shown, line, column, message, "タブを消し、半角の空白2つずつで字下げしてください。")


def _odd_indents(source: Source, lines_of_blocks: set[int]) -> Iterator[Problem]:
    """Name wide blanks before keys; in a block they are the indent of a Japanese paragraph."""
    line, counted = 1, 0
    for found in _ODD_INDENT.finditer(source.text):
        line, counted = line + source.text.count("\n", counted, found.start()), found.start()
        if line in lines_of_blocks:
            continue
        name = "全角の空白（U+3000）" if found[1][0] == "\u3000" else "特別な空白（U+00A0）"
        message = f"行の先頭に{name}があります。字下げには使えません。"
        column = found.start(1) - found.start() + 1
        yield Problem(source.shown, line, column, message, "半角の空白2つずつで字下げしてください。")


class _UnreadableError(Exception):
    """End the reading of a file; the problem is already noted, and what was read so far may be of use."""

    def __init__(self, so_far: Mapping | None = None) -> None:
        super().__init__()
        self.so_far = so_far


class _Reader:
    """Turn the event stream of one file into nodes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.lines_of_blocks: set[int] = set()
        self.nodes = 0
        self.most = source.most_values
        self.events: Iterator[Any] = yaml.parse(source.text, Loader=yaml.CSafeLoader)
        self.comments_behind = " #" in source.text

    def read(self) -> Mapping | None:
        try:
            return self.document()
        except _UnreadableError as error:
            return error.so_far
        except yaml.YAMLError as error:
            problem = explain(self.source, error)
            if problem not in self.problems:
                self.problems.append(problem)
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
        self.nodes += 1
        if self.nodes > self.most:
            self.stop(event.start_mark, f"項目が多すぎます（{self.most:,}個まで）。", _FULL)
        if len(self.problems) > MAX_ALIKE:
            raise _UnreadableError
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
        node, count = Mapping(*_at(start.start_mark)), 0
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, depth)
            value = self.node(next(self.events), depth + 1)
            count += 1
            self.limit(count, event.start_mark, None if depth else node)
            if key.value is None:
                continue
            if first := node.keys.get(key.value):
                message = f"項目「{key.value}」が2回あります（{first.line}行目と{key.line}行目）。"
                hint = "どちらか1つを消してください。"
                self.problems.append(Problem(self.source.shown, key.line, key.column, message, hint))
                continue
            node.entries[key.value] = value
            node.keys[key.value] = key
        self.refuse_comment_behind(event)
        return node

    def key(self, event: Any, depth: int) -> Scalar:
        if not isinstance(event, yaml.ScalarEvent):
            self.note(event.start_mark, "項目名は文字でなければなりません。", _QUOTE)
            self.node(event, depth + 1)
            return Scalar(*_at(event.start_mark), None)
        if event.value == "<<":
            self.note(event.start_mark, "「<<」（マージキー）は使えません。", "必要な項目をそのまま書いてください。")
            return Scalar(*_at(event.start_mark), None)
        if event.tag or event.anchor:
            self.note(event.start_mark, "項目名に「!」や「&」は使えません。", "項目名だけを書いてください。")
        self.refuse_hidden(event)
        return Scalar(*_at(event.start_mark), composed(event.value))

    def sequence(self, start: Any, depth: int) -> Sequence:
        node, count = Sequence(*_at(start.start_mark)), 0
        self.refuse_comment_behind(start)
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            item = self.node(event, depth + 1)
            count += 1
            self.limit(count, event.start_mark)
            node.items.append(item)
        self.refuse_comment_behind(event)
        return node

    def scalar(self, event: Any) -> Scalar:
        value = self.text(event)
        if not event.style and value in _NOTHING:
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
        self.refuse_hidden(event)
        self.refuse_comment_behind(event)
        return Scalar(*_at(event.start_mark), composed(value) if value else None)

    def text(self, event: Any) -> str:
        """Return the text of a value: the lines of a block stay, those of other values are joined."""
        value: str = event.value
        if event.style in _BLOCK:
            # The lines below the one that opens the block, counted from 1 as in a problem.
            self.lines_of_blocks.update(range(event.start_mark.line + 2, event.end_mark.line + 1))
        if event.tag or event.anchor:
            return value  # refused already, and its raw text does not begin with the value
        wrapped = event.style != "|" and event.end_mark.line > event.start_mark.line
        value = self.folded(event) if wrapped else value
        return value.rstrip("\n") if event.style in _BLOCK else value

    def folded(self, event: Any) -> str:
        """Join the lines of a wrapped value: Japanese without a space, Latin words with one."""
        raw = self.source.text[event.start_mark.index : event.end_mark.index]
        header = raw.split("\n", 1)[0]
        if event.style == ">" and any(letter.isdigit() for letter in header):
            self.note(event.start_mark, f"「{header}」の数字は使えません。", "「|-」を使ってください。")
        if found := _LOST_ITEM.search(raw):
            line, column = place_of(self.source.text, event.start_mark.index + found.start(1))
            message = f"「{found[1]}」で始まる行が前の行につながり、改行が失われます。"
            hint = "項目名の後に「|-」と書いて改行し、その下に文を字下げして書いてください。"
            self.problems.append(Problem(self.source.shown, line, column, message, hint))
        return fold(raw, event.style or None)

    def refuse_hidden(self, event: Any) -> None:
        r"""Refuse what an escape such as "\u200b" brings in after the file itself was found clean."""
        if found := re.search(HIDDEN, event.value):
            message = f"目に見えない文字 U+{ord(found[0]):04X} があります。"
            self.note(event.start_mark, message, "「\\」で始まる書き方をやめ、文字をそのまま書いてください。")

    def refuse_comment_behind(self, event: Any) -> None:
        """Refuse `50件 #前年比`: YAML throws away what stands behind the #."""
        if not self.comments_behind:
            return
        if getattr(event, "style", None) in _BLOCK:
            found = _BEHIND_HEADER.match(self.source.text, event.start_mark.index)
        else:
            found = _BEHIND.match(self.source.text, event.end_mark.index)
        if found:
            line, column = place_of(self.source.text, found.start(1))
            self.problems.append(Problem(self.source.shown, line, column, *COMMENT_LOST))

    def limit(self, count: int, mark: Any, so_far: Mapping | None = None) -> None:
        """End the reading where a list or mapping is full."""
        if count > MAX_ENTRIES:
            self.note(mark, f"項目が多すぎます（{MAX_ENTRIES:,}個まで）。", _FULL)
            raise _UnreadableError(so_far)

    def note(self, mark: Any, message: str, hint: str) -> None:
        self.problems.append(Problem(self.source.shown, *_at(mark), message, hint))

    def stop(self, mark: Any, message: str, hint: str) -> NoReturn:
        self.note(mark, message, hint)
        raise _UnreadableError


_EMPTY = ("ファイルが空です。", "シートの内容を書くか、ファイルを消してください。")
_FULL = "シートを正しい形に直してください。"
_QUOTE = '記号で始まる文字は、値全体を "…" で囲んでください。'


def _at(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1
