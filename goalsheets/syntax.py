"""Say in plain Japanese what keeps a file from being YAML."""

from __future__ import annotations

import re

import yaml

from goalsheets.files import Source
from goalsheets.problems import Problem

_FULL_COLON = re.compile(r"^ *(?:- +)*([a-z_]+) *(：)")
_NO_SPACE = re.compile(r"^ *(?:- +)*([a-z_]+)(:)(?=[^ ])")
_KEY_ONLY = re.compile(r"^ *(?:- +)*[a-z_]+ *$")
_QUOTE = '値全体を "…" で囲んでください。'
_INDENT = "同じ段の項目は、行の先頭の半角空白の数をそろえてください（1段は2つ）。"

_WORDS: dict[str, tuple[str, str]] = {
    "while scanning a quoted scalar": (
        "引用符（\" または '）が閉じられていません。",
        "値の終わりに同じ引用符を書いてください。",
    ),
    "while parsing a quoted scalar": (
        "「\\」を使った書き方が正しくありません。",
        "「\\」を消すか、引用符を使わずに書いてください。",
    ),
    "while parsing a flow sequence": (
        "「[」で始まるリストが正しく閉じられていません。",
        'リストは [ ] で囲み、間を「, 」で区切ってください。記号のある値は "…" で囲んでください。',
    ),
    "while parsing a flow mapping": ("「{」で始まる値が正しく閉じられていません。", _QUOTE),
    "while scanning an alias": ("「*」で始まる値は書けません。", _QUOTE),
    "while scanning an anchor": ("「&」で始まる値は書けません。", _QUOTE),
    "while scanning a tag": ("「!」で始まる値は書けません。", _QUOTE),
    "while parsing a tag": ("「!」で始まる値は書けません。", _QUOTE),
    "while scanning a directive": ("「%」で始まる指示は使えません。", "「%」の行を消してください。"),
    "while scanning a block scalar": (
        "「|」や「>」の後に文字があるか、続く行の字下げがそろっていません。",
        "「|-」だけを書いて改行し、続く行を半角の空白で字下げしてください。",
    ),
}


def explain(source: Source, error: yaml.YAMLError) -> Problem:
    """Turn an error of the YAML parser into a problem at the place where the mistake was made."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem(source.shown, 1, 1, "YAML として読めません。", "ファイルの形を見直してください。")
    lines = source.text.split("\n")
    mark = error.problem_mark
    first = error.context_mark.line if error.context_mark else _line_before(lines, mark.line)
    for number in range(first, min(mark.line + 1, len(lines))):
        if mistake := _typing_mistake(source.shown, lines[number], number):
            return mistake
    return _by_words(source, error, lines)


def _line_before(lines: list[str], number: int) -> int:
    earlier = (index for index in range(number - 1, -1, -1) if lines[index].strip())
    return next(earlier, number)


def _typing_mistake(shown: str, line: str, number: int) -> Problem | None:
    if found := _FULL_COLON.match(line):
        message = f"「{found[1]}」の後のコロンが全角（：）です。"
        return Problem(
            shown, number + 1, found.start(2) + 1, message, "半角のコロンと空白（: ）にしてください。"
        )
    if found := _NO_SPACE.match(line):
        message = f"「{found[1]}:」の後に空白がありません。"
        return Problem(
            shown, number + 1, found.end(2) + 1, message, "コロンの後に半角の空白を1つ入れてください。"
        )
    return None


def _by_words(source: Source, error: yaml.MarkedYAMLError, lines: list[str]) -> Problem:
    mark, problem = error.problem_mark, error.problem or ""
    assert mark is not None

    def at(where: yaml.Mark, message: str, hint: str) -> Problem:
        return Problem(source.shown, where.line + 1, where.column + 1, message, hint)

    if "incompatible YAML document" in problem:
        return at(mark, "「%」で始まる指示は使えません。", "「%」の行を消してください。")
    if "document start" in problem:
        return at(
            mark,
            "「...」の後に文字があります。",
            "シートは1枚ずつ別のファイルにし、「...」の後には何も書かないでください。",
        )
    if "mapping values" in problem:
        before = lines[mark.line][: mark.column]
        if _KEY_ONLY.match(before):
            return at(mark, "この行の字下げが前の行と合っていません。", _INDENT)
        return at(mark, "値の中に「: 」（コロンと空白）があります。", _QUOTE)
    if "cannot start any token" in problem:
        return at(mark, f"値を「{lines[mark.line][mark.column]}」で始めることはできません。", _QUOTE)
    if error.context in _WORDS:
        return at(error.context_mark or mark, *_WORDS[error.context])
    if "could not find expected ':'" in problem and error.context_mark:
        return at(
            error.context_mark,
            "この行に「項目名: 」がありません。",
            "前の行の続きなら、前の行の項目名より深く字下げしてください。",
        )
    return at(mark, "この行の字下げ、または行の形が正しくありません。", _INDENT)
