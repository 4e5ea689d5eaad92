"""Take what is typed at the terminal, and say what came of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from goalsheets import __version__
from goalsheets.building import build, make_site
from goalsheets.problems import Problem, errors
from goalsheets.publishing import PublishError

DONE, PROBLEMS, USAGE = 0, 1, 2
MAX_SHOWN = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 the content has problems, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    try:
        if options.command == "check":
            built = make_site(options.content)
        else:
            built = build(options.content, options.site)
    except PublishError as error:
        print(error, file=sys.stderr)
        return PROBLEMS
    _report(built.problems)
    if errors(built.problems):
        return PROBLEMS
    if options.command == "check":
        print(f"シート{built.sheets}枚を確かめました。誤りはありません。")
    else:
        print(f"シート{built.sheets}枚から{built.pages}ページを {options.site} に作りました。")
    return DONE


def _report(problems: list[Problem]) -> None:
    for problem in problems[:MAX_SHOWN]:
        print(problem, file=sys.stderr)
    if len(problems) > MAX_SHOWN:
        print(f"ほかに{len(problems) - MAX_SHOWN}件あります。", file=sys.stderr)
    if found := errors(problems):
        files = len({problem.path for problem in found})
        print(f"誤りが{files}個のファイルに{len(found)}件あります。サイトは変えていません。", file=sys.stderr)


_COMMANDS = "build: サイトを作る（既定）。check: 書き込まずに確かめる。"
_CONTENT = "内容のフォルダー（既定 content）"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="組織目標管理シート（YAML）から、だれでも読めるウェブサイトを作ります。",
        epilog="終了コード: 0 できた、1 内容に誤りがある、2 使い方の誤り",
    )
    parser.add_argument("--version", action="version", version=f"goalsheets {__version__}")
    parser.add_argument("command", nargs="?", choices=("build", "check"), default="build", help=_COMMANDS)
    parser.add_argument("--content", type=Path, default=Path("content"), metavar="DIR", help=_CONTENT)
    parser.add_argument(
        "--site", type=Path, default=Path("site"), metavar="DIR", help="サイトを作る場所（既定 site）"
    )
    return parser
