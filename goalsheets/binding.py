"""Bind what a file says to the model, and name the place of everything that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeGuard, TypeVar

from goalsheets.fields import REQUIRED, Field, RefusedError, misfit, text
from goalsheets.files import Source
from goalsheets.model import RECORD_NAMES, Goal, Record, known_keys
from goalsheets.problems import Problem, did_you_mean
from goalsheets.quick import read_quickly

if TYPE_CHECKING:
    from goalsheets.reading import Mapping

Loc = tuple[int | str, ...]
AnyRecord = TypeVar("AnyRecord", bound=Record)

MAX_FINDINGS = 100

KEYS = frozenset(key for record in RECORD_NAMES for key in record._fields)
"""Every key that any file may have."""

_ANSWERS = ("status", "next")


class Finding(NamedTuple):
    """Say what is wrong with one field of a record; `loc` leads to it from the top of the file."""

    loc: Loc
    message: str
    hint: str
    level: Literal["error", "warning"] = "error"


def bind(model: type[AnyRecord], source: Source) -> tuple[AnyRecord | None, list[Problem]]:
    """Read a file as a record of the model, or say everything that is wrong with it.

    The careful reader, which knows every value's place, is only called where the quick one leaves a doubt.
    """
    values = read_quickly(source.text, KEYS, source.most_values)
    if values is not None:
        try:
            return record_of(model, values), []
        except RefusedError:
            pass
    from goalsheets.reading import plain, read_yaml  # noqa: PLC0415 - slow to load, and seldom needed

    root, problems = read_yaml(source)
    if root is None:
        return None, problems
    values = plain(root)
    try:
        record = record_of(model, values)
    except RefusedError:
        named = {(problem.line, problem.column) for problem in problems}
        further = _placed(root, misfits(model, values)[:MAX_FINDINGS], source.shown)
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
    from goalsheets.reading import Mapping, read_yaml  # noqa: PLC0415 - slow to load, and seldom needed

    root, _ = read_yaml(source)
    return list(_placed(root or Mapping(1, 1), findings, source.shown))


class _Form(NamedTuple):
    """Hold how a kind of record is made: from which keys, and what makes the value of each."""

    make: Callable[[Iterable[Any]], Any]
    keys: frozenset[str]
    fields: tuple[tuple[str, Callable[[Any], Any], Any, bool], ...]


@cache
def fields_of(kind: type[Record]) -> dict[str, Field]:
    """Return the fields of a record by their keys."""
    return {key: annotation.__metadata__[0] for key, annotation in kind.__annotations__.items()}


@cache
def _form_of(kind: type[Record]) -> _Form:
    fields = fields_of(kind)
    return _Form(
        kind._make,
        frozenset(fields),
        tuple(
            (key, _reader(field), field.absent, field.read is text and not field.many) for key, field in fields.items()
        ),
    )


def _reader(field: Field) -> Callable[[Any], Any]:
    """Return what makes the value of a field from what the file says; it raises on the first misfit."""
    read = field.read
    one: Callable[[Any], Any] = (lambda value: record_of(read, value)) if _is_record(read) else read
    check = field.check

    def many(value: Any) -> tuple[Any, ...]:
        found = () if value is None else tuple([one(item) for item in _listed(value)])
        if check:
            check(found)
        return found

    if field.many:
        return many
    return (lambda value: None if value is None else one(value)) if field.blank else one


def record_of(kind: type[AnyRecord], values: Any) -> AnyRecord:
    """Make a record from what a file says; the first misfit raises."""
    form = _form_of(kind)
    if values.__class__ is not dict or not form.keys >= values.keys():
        raise _no_record(values)
    found: list[Any] = []
    for key, read, absent, plain in form.fields:
        if key in values:
            value = values[key]
            found.append(value if plain and value.__class__ is str else read(value))
        elif absent is REQUIRED:
            raise RefusedError(*_missing(kind, key))
        else:
            found.append(absent)
    if kind is Goal and any(_unanswered(values)):
        raise RefusedError("", "")
    made: AnyRecord = form.make(found)
    return made


def _is_record(read: Any) -> TypeGuard[type[Record]]:
    return read in RECORD_NAMES


def _listed(value: Any) -> list[Any]:
    if value.__class__ is list:
        return value
    words = "リストを書くところに、文字（「{}」）があります。"
    raise misfit(value, words, "「[値, 値]」の形か、行ごとに「- 」を付けて書いてください。")


def _no_record(value: Any) -> RefusedError:
    words = "項目の組を書くところに、「{}」があります。"
    return misfit(value, words, "ほかの同じ項目の書き方にそろえてください。")


def _unanswered(goal: dict[str, Any]) -> Iterator[str]:
    """Return the keys of the answers that neither a goal nor each of its indicator rows has."""
    for key in _ANSWERS:
        if key not in goal:
            rows = goal.get("indicators")
            if not rows or not all(key in row for row in rows if isinstance(row, dict)):
                yield key


def misfits(kind: type[Record], values: Any) -> list[Finding]:
    """Return everything that does not fit; a misspelt key explains the key that is missing for it."""
    findings: list[Finding] = []
    explained: set[str] = set()
    for loc, record, found in _records(kind, values, ()):
        known = fields_of(record)
        for key in [key for key in found if key not in known]:
            finding, meant = _unknown_key(record, key, loc)
            findings.append(finding)
            explained |= meant
    return [*findings, *_misfits(kind, values, (), explained)]


def _records(kind: type[Record], values: Any, loc: Loc) -> Iterator[tuple[Loc, type[Record], dict[str, Any]]]:
    """Yield the mappings that are records, with their places, from the top down."""
    if not isinstance(values, dict):
        return
    yield loc, kind, values
    for key, field in fields_of(kind).items():
        if _is_record(field.read) and isinstance(items := values.get(key), list):
            for index, item in enumerate(items):
                yield from _records(field.read, item, (*loc, key, index))


def _misfits(kind: type[Record], values: Any, loc: Loc, explained: set[str]) -> Iterator[Finding]:
    if not isinstance(values, dict):
        yield _told(loc, _no_record(values))
        return
    for key, field in fields_of(kind).items():
        if key in values:
            yield from _value_misfits(field, values[key], (*loc, key), explained)
        elif field.absent is REQUIRED and key not in explained:
            yield Finding((*loc, key), *_missing(kind, key))
    if kind is Goal:
        for key in _unanswered(values):
            if key not in explained:
                yield Finding((*loc, key), *_missing(kind, key))


def _value_misfits(field: Field, value: Any, loc: Loc, explained: set[str]) -> Iterator[Finding]:
    """Find what does not fit in the value of a field, each item of a list by itself, and then in the list."""
    if not (field.many and isinstance(value, list)):
        yield from _refused(_reader(field), value, loc)
        return
    for index, item in enumerate(value):
        if _is_record(field.read):
            yield from _misfits(field.read, item, (*loc, index), explained)
        else:
            yield from _refused(field.read, item, (*loc, index))
    if field.check:
        yield from _refused(field.check, tuple(value), loc)


def _refused(read: Callable[[Any], Any], value: Any, loc: Loc) -> list[Finding]:
    try:
        read(value)
    except RefusedError as error:
        return [_told(loc, error)]
    return []


def _told(loc: Loc, error: RefusedError) -> Finding:
    return Finding(loc, error.message, error.hint)


def _missing(kind: type[Record], key: str) -> tuple[str, str]:
    field = fields_of(kind)[key]
    blank = "まだ値がなければ、コロンの後は空けておきます。" if field.blank else ""
    return (
        f"{RECORD_NAMES[kind]}に「{key}」（{field.title}）がありません。",
        f"「{key}: 」の行を書いてください。{blank}{field.why}",
    )


def _unknown_key(record: type[Record], key: str, loc: Loc) -> tuple[Finding, set[str]]:
    """Name an unknown key, and return the known keys that may be missing for it."""
    name, known = RECORD_NAMES[record], list(fields_of(record))
    where = (*loc, f"key:{key}")
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


def _placed(root: Mapping, findings: Iterable[Finding], shown: str) -> Iterator[Problem]:
    for finding in findings:
        line, column = _find(root, finding.loc)
        yield Problem(shown, line, column, finding.message, finding.hint, finding.level)


def _find(root: Mapping, loc: Loc) -> tuple[int, int]:
    """Walk to the node a loc names; where the way ends early, stay at the last node met.

    The last step may be a key that stands in the file though the model does not know it.
    """
    node: Any = root
    for step in loc:
        if isinstance(step, int) and step < len(getattr(node, "items", ())):
            node = node.items[step]
        elif isinstance(step, str) and step in getattr(node, "entries", ()):
            node = node.entries[step]
        elif isinstance(step, str) and step.startswith("key:"):
            node = getattr(node, "keys", {}).get(step.removeprefix("key:"), node)
            break
        else:
            break
    return node.line, node.column
