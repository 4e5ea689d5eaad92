"""Bind what a file says to the model, and name the place of everything that does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from goalsheets.files import Source
from goalsheets.model import RECORD_NAMES, Record, known_keys
from goalsheets.problems import Problem, did_you_mean
from goalsheets.quick import read_quickly
from goalsheets.reading import Mapping, Node, Sequence, plain, read_yaml

Loc = tuple[int | str, ...]
AnyRecord = TypeVar("AnyRecord", bound=Record)

MAX_FINDINGS = 100

_QUOTE = '「{」や「[」で始まる文字は、値全体を "…" で囲んでください。'
_BLANK = "値を書いてください。"


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what is wrong with one field of a record; `loc` leads to it from the top of the file."""

    loc: Loc
    message: str
    hint: str
    level: Literal["error", "warning"] = "error"


def bind(model: type[AnyRecord], source: Source) -> tuple[AnyRecord | None, list[Problem]]:
    """Read a file as a record of the model, or say everything that is wrong with it.

    The careful reader, which knows every value's place, is only called where the quick one leaves a doubt.
    """
    values = read_quickly(source.text)
    if values is not None:
        try:
            return model.model_validate(values), []
        except ValidationError:
            pass
    root, problems = read_yaml(source)
    if root is None:
        return None, problems
    try:
        record = model.model_validate(plain(root))
    except ValidationError as error:
        findings = _findings(model, error.errors(include_url=False)[:MAX_FINDINGS])
        named = {(problem.line, problem.column) for problem in problems}
        further = _placed(root, findings, source.shown)
        return None, [
            *problems,
            *(problem for problem in further if (problem.line, problem.column) not in named),
        ]
    return (None if problems else record), problems


def place(source: Source, findings: Iterable[Finding]) -> list[Problem]:
    """Give findings their line and column by reading the file once more."""
    findings = list(findings)
    if not findings:
        return []
    root, _ = read_yaml(source)
    return list(_placed(root or Mapping(1, 1), findings, source.shown))


def _placed(root: Mapping, findings: Iterable[Finding], shown: str) -> Iterator[Problem]:
    for finding in findings:
        line, column = _find(root, finding.loc)
        yield Problem(shown, line, column, finding.message, finding.hint, finding.level)


def _find(root: Node, loc: Loc) -> tuple[int, int]:
    """Walk to the node a loc names; where the way ends early, stay at the last node met.

    The last step may be a key that stands in the file though the model does not know it.
    """
    node = root
    for step in loc:
        if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            node = node.entries[step]
        elif isinstance(node, Mapping) and isinstance(step, str) and step.startswith("key:"):
            return _at(node.keys.get(step.removeprefix("key:"), node))
        else:
            break
    return _at(node)


def _at(node: Node) -> tuple[int, int]:
    return node.line, node.column


def _findings(model: type[Record], details: list[ErrorDetails]) -> list[Finding]:
    """Put pydantic's errors into words; a misspelt key explains the key that is missing for it."""
    explained: set[str] = set()
    findings: list[Finding] = []
    for detail in details:
        if detail["type"] == "extra_forbidden":
            finding, meant = _unknown_key(model, detail["loc"])
            explained |= meant
            findings.append(finding)
    for detail in details:
        loc = detail["loc"]
        if detail["type"] == "missing" and str(loc[-1]) not in explained:
            findings.append(_missing_key(model, loc))
        elif detail["type"] not in {"missing", "extra_forbidden"}:
            findings.append(Finding(loc, *_words(detail)))
    return findings


def _unknown_key(model: type[Record], loc: Loc) -> tuple[Finding, set[str]]:
    """Name an unknown key, and return the known keys that may be missing for it."""
    key, record = str(loc[-1]), _record_at(model, loc[:-1])
    name = RECORD_NAMES[record]
    known = list(record.model_fields)
    where = (*loc[:-1], f"key:{key}")
    bare = key.strip(" \u3000")
    if bare in known:
        return Finding(where, f"項目名「{bare}」の前後に空白があります。", "空白を消してください。"), {bare}
    suggestion = did_you_mean(key, known)
    meant = {suggestion.split("「")[1].split("」")[0]} if suggestion else set()
    owners = known_keys()
    if key in owners and record in owners.values():
        message = f"「{key}」は{name}の項目ではなく、{RECORD_NAMES[owners[key]]}の項目です。"
        hint = f"{suggestion}行の先頭の空白の数（字下げ）がずれていないか確かめてください。"
        return Finding(where, message, hint), {key, *meant}
    hint = suggestion or f"{name}に書ける項目は {', '.join(known)} です。"
    return Finding(where, f"{name}に「{key[:40]}」という項目はありません。", hint), meant


def _missing_key(model: type[Record], loc: Loc) -> Finding:
    key, record = str(loc[-1]), _record_at(model, loc[:-1])
    field = record.model_fields[key]
    message = f"{RECORD_NAMES[record]}に「{key}」（{field.title}）がありません。"
    blank = "まだ値がなければ、コロンの後は空けておきます。" if _may_be_blank(field) else ""
    return Finding(loc, message, f"「{key}: 」の行を書いてください。{blank}")


def _may_be_blank(field: FieldInfo) -> bool:
    return type(None) in get_args(field.annotation)


def _record_at(model: type[Record], loc: Loc) -> type[Record]:
    """Follow the model to the record that a loc leads to."""
    record = model
    for step in loc:
        if isinstance(step, str):
            record = next(inner for inner in _inner_records(record.model_fields[step].annotation))
    return record


def _inner_records(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _inner_records(argument)


def _words(detail: ErrorDetails) -> tuple[str, str]:
    """Return message and hint for one error of pydantic's."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "clerk":
        return context["message"], context["hint"]
    if value is None:
        return "空欄にできない項目です。", _BLANK
    if kind == "literal_error":
        choices = context["expected"].replace("'", "").replace(" or ", "、")
        return f"「{_short(value)}」は書けません。", f"{choices} のどれかを書いてください。"
    if kind == "string_pattern_mismatch":
        return (
            f"「{_short(value)}」はこの項目の形に合っていません。",
            "半角の数字6桁を引用符で囲んで書いてください。",
        )
    if isinstance(value, dict | list):
        found = "項目の組（{ }）" if isinstance(value, dict) else "リスト（[ ]）"
        return f"文字を書くところに、{found}があります。", _QUOTE
    if kind in {"tuple_type", "list_type"}:
        return (
            f"リストを書くところに、文字（「{_short(value)}」）があります。",
            "「[値, 値]」の形か、行ごとに「- 」を付けて書いてください。",
        )
    name = "番号" if kind.startswith("int") else "項目の組"
    return (
        f"{name}を書くところに、「{_short(value)}」があります。",
        "ほかの同じ項目の書き方にそろえてください。",
    )


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
