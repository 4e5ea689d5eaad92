"""Say in plain Japanese what keeps a file from being YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from goalsheets.files import Source
from goalsheets.problems import Problem

_FULL_COLON = re.compile(r"^ *(?:- +)*([a-z_]+) *(：)")
_NO_SPACE = re.compile(r"^ *(?:- +)*([a-z_]+)(:)(?=[^ ])(?!//)")
_SIGN_IN_LIST = re.compile(r"^ *(?:- +)*(?:[a-z_]+: +)?\[[^\]\"']* (#)")
_BLOCK_BEGINS = re.compile(r".*(?:: |- )[|>][-+0-9]* *(?:#.*)?")
_OPEN_QUOTE = re.compile(r""" *(?:- +)*(?:[a-z_]+: +)?(?P<open>"(?:[^"\\]|\\.)*\\?|'(?:[^']|'')*)""")
_CLOSED_QUOTE = re.compile(r""".*(?:: +|- +)(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*') *""")
_KEY_ONLY = re.compile(r"^ *(?:- +)*[a-z_]+ *$")
_QUOTE = '値全体を "…" で囲んでください。'
_INDENT = "同じ段の項目は、行の先頭の半角空白の数をそろえてください（1段は2つ）。"

COMMENT_LOST = (
    "「#」から行の終わりまでは、注釈として捨てられます。",
    '文字として残すなら値全体を "…" で囲み、注釈なら別の行に書いてください。',
)
_UNCLOSED = ("引用符（\" または '）が閉じられていません。", "値の終わりに同じ引用符を書いてください。")

_WORDS: dict[str, tuple[str, str]] = {
    "while scanning a quoted scalar": _UNCLOSED,
    "while parsing a quoted scalar": (
        "「\\」を使った書き方が正しくありません。",
        "「\\」を消すか、引用符を使わずに書いてください。",
    ),
    "while parsing a flow sequence": (
        "「[」で始まるリストが正しく閉じられていません。",
        'リストは [ ] で囲み、間を「, 」で区切ってください。記号のある値は "…" で囲んでください。',
    ),
    "while parsing a flow node": (
        "「[」や「{」の中の値が正しくないか、閉じられていません。",
        'リストは [ ] で囲み、間を「, 」で区切ってください。記号のある値は "…" で囲んでください。',
    ),
    "while parsing a flow mapping": ("「{」で始まる値が正しく閉じられていません。", _QUOTE),
    "while scanning an alias": ("「*」で始まる値は書けません。", _QUOTE),
    "while scanning an anchor": ("「&」で始まる値は書けません。", _QUOTE),
    "while scanning a tag": ("「!」で始まる値は書けません。", _QUOTE),
    "while parsing a tag": ("「!」で始まる値は書けません。", _QUOTE),
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
    first = _line_before(lines, mark.line)
    if error.context_mark:
        first = min(first, error.context_mark.line)
    # All that follows an open quote is text, whatever it looks like.
    quoted = "quoted scalar" in (error.context or "")
    for number, line in _outside_blocks(lines[: mark.line + 1]):
        if number >= first and not quoted and (mistake := _typing_mistake(source.shown, line, number)):
            return mistake
    return _by_words(source, error, lines)


def _outside_blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not the text of a block; what looks like a slip in a text is none."""
    block: int | None = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if block is not None and (indent > block or not line.strip()):
            continue
        block = indent if _BLOCK_BEGINS.fullmatch(line) else None
        yield number, line


def _line_before(lines: list[str], number: int) -> int:
    earlier = (index for index in range(number - 1, -1, -1) if lines[index].strip())
    return next(earlier, number)


def _typing_mistake(shown: str, line: str, number: int) -> Problem | None:
    if found := _FULL_COLON.match(line):
        message = f"「{found[1]}」の後のコロンが全角（：）です。"
        return Problem(shown, number + 1, found.start(2) + 1, message, "半角のコロンと空白（: ）にしてください。")
    if found := _NO_SPACE.match(line):
        message = f"「{found[1]}:」の後に空白がありません。"
        return Problem(shown, number + 1, found.end(2) + 1, message, "コロンの後に半角の空白を1つ入れてください。")
    if found := _SIGN_IN_LIST.match(line):
        return Problem(shown, number + 1, found.start(1) + 1, *COMMENT_LOST)
    return None


def _by_words(source: Source, error: yaml.MarkedYAMLError, lines: list[str]) -> Problem:
    mark, problem = error.problem_mark, error.problem or ""
    assert mark is not None
    line = lines[mark.line] if mark.line < len(lines) else ""
    before = line[: mark.column].rstrip()
    in_block = "expected key" in problem or "expected '-' indicator" in problem
    if in_block and before.endswith(('"', "'")):
        return _stray_quote(source.shown, lines, mark)
    if words := _where_it_broke(problem, before, line[mark.column :]):
        return Problem(source.shown, *_inside(lines, mark), *words)
    began, words = error.context_mark or mark, _where_it_began(error)
    if words:
        return Problem(source.shown, *_inside(lines, began), *words)
    message = "この行の字下げ、または行の形が正しくありません。"
    return Problem(source.shown, *_inside(lines, mark), message, _INDENT)


def _inside(lines: list[str], mark: yaml.Mark) -> tuple[int, int]:
    """Return line and column of a mark; where the last line has no end, the parser counts one more."""
    if mark.line < len(lines):
        return mark.line + 1, mark.column + 1
    return len(lines), len(lines[-1]) + 1


def _where_it_broke(problem: str, before: str, after: str) -> tuple[str, str] | None:
    """Return message and hint where the mistake is the very place at which the parser gave up."""
    if "document start" in problem:
        hint = "シートは1枚ずつ別のファイルにし、「...」の後には何も書かないでください。"
        return "「...」の後に文字があります。", hint
    if "mapping values" in problem:
        if _KEY_ONLY.match(before):
            return "この行の字下げが前の行と合っていません。", _INDENT
        return "値の中に「: 」（コロンと空白）があります。", _QUOTE
    if "cannot start any token" in problem or ("not allowed in this" in problem and before):
        return f"値を「{after[:1]}」で始めることはできません。", _QUOTE
    return None


def _where_it_began(error: yaml.MarkedYAMLError) -> tuple[str, str] | None:
    """Return message and hint where the mistake is at the beginning of what the parser was reading."""
    context, problem = error.context or "", error.problem or ""
    if "incompatible YAML document" in problem or "directive" in f"{context} {problem}":
        return "「%」で始まる指示は使えません。", "「%」の行を消してください。"
    if "could not find expected ':'" in problem and error.context_mark:
        hint = "前の行の続きなら、前の行の項目名より深く字下げしてください。"
        return "この行に「項目名: 」がありません。", hint
    return _WORDS.get(context)


def _stray_quote(shown: str, lines: list[str], mark: yaml.Mark) -> Problem:
    """Tell text behind a closed quote from a quote that was left open and closed by the next one."""
    if not _CLOSED_QUOTE.fullmatch(lines[mark.line][: mark.column]):
        for number in range(mark.line - 1, -1, -1):
            if found := _OPEN_QUOTE.fullmatch(lines[number]):
                return Problem(shown, number + 1, found.start("open") + 1, *_UNCLOSED)
    message = "閉じた引用符の後に文字があります。"
    hint = "引用符を消すか、値全体を '…' で囲んでください。"
    return Problem(shown, mark.line + 1, mark.column + 1, message, hint)
