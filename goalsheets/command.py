"""Take what is typed at the terminal, and say what came of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from goalsheets import __version__
from goalsheets.building import build, make_site
from goalsheets.problems import Problem, errors
from goalsheets.publishing import BusyError, PublishError, locked, roll_back
from goalsheets.watch import Watch, progress_bar
from goalsheets.workers import MAX_WORKERS

DONE, PROBLEMS, USAGE, BUSY = 0, 1, 2, 75
MAX_SHOWN = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 1 the content has problems or the site cannot be written, 2 wrong usage, 75 another build is running;
    where a key stopped it, `start` makes it 130.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream:  # there is none where it was closed from outside
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except PublishError as error:
        _say(str(error), sys.stderr)
        return BUSY if isinstance(error, BusyError) else PROBLEMS
    except OSError as error:
        place = f"{error.filename} を" if error.filename else "ファイルやフォルダーを"
        _say(f"{place}扱えません（{error.strerror}）。サイトは変えていません。", sys.stderr)
        return PROBLEMS


def _build(options: argparse.Namespace) -> int:
    watch = Watch(progress_bar(sys.stderr))
    built = build(
        options.content, options.site, workers=options.workers, allow_shrink=options.allow_shrink, watch=watch
    )
    _report(built.problems)
    if options.profile:
        for step, seconds in watch.laps:
            _say(f"{seconds:8.3f}秒  {step}", sys.stderr)
    if errors(built.problems):
        return PROBLEMS
    _say(
        f"シート{built.sheets}枚から{built.pages}ページを {options.site} に作りました"
        f"（書いたファイル{built.written}、変わらないファイル{built.unchanged}、消したファイル{built.removed}）。",
        sys.stdout,
    )
    return DONE


def _check(options: argparse.Namespace) -> int:
    built = make_site(options.content, with_doubts=True)
    _report(built.problems)
    if errors(built.problems):
        return PROBLEMS
    _say(f"シート{built.sheets}枚を確かめました。誤りはありません。", sys.stdout)
    return DONE


def _roll_back(options: argparse.Namespace) -> int:
    with locked(options.site):
        roll_back(options.site)
    _say(f"{options.site} を1つ前のサイトに戻しました。もう一度行うと、元に戻ります。", sys.stdout)
    return DONE


_COMMANDS = {"build": _build, "check": _check, "rollback": _roll_back}


def _report(problems: list[Problem]) -> None:
    for problem in problems[:MAX_SHOWN]:
        _say(str(problem), sys.stderr)
    if len(problems) > MAX_SHOWN:
        _say(f"ほかに{len(problems) - MAX_SHOWN}件あります。", sys.stderr)
    if found := errors(problems):
        files = len({problem.path for problem in found})
        _say(f"誤りが{files}個のファイルに{len(found)}件あります。サイトは変えていません。", sys.stderr)


def _say(words: str, stream: TextIO | None) -> None:
    """Write a line; that it cannot be written (nobody listens, the disk is full) undoes nothing."""
    if stream is None:
        return
    try:
        print(words, file=stream, flush=True)
    except (OSError, ValueError):
        with suppress(OSError):
            stream.close()  # else Python tries again at its end, and fails


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="組織目標管理シート（YAML）から、だれでも読めるウェブサイトを作ります。",
        epilog=(
            "終了コード: 0 できた、1 内容に誤りがあるか、サイトに書き込めない、2 使い方の誤り、"
            "75 ほかの処理が同じサイトを作っている、130 キーで中止した"
        ),
    )
    parser.add_argument("--version", action="version", version=f"goalsheets {__version__}")
    add = parser.add_argument
    add("command", nargs="?", choices=tuple(_COMMANDS), default="build", help=_HELP["command"])
    add("--content", type=Path, default=Path("content"), metavar="DIR", help=_HELP["content"])
    add("--site", type=Path, default=Path("site"), metavar="DIR", help=_HELP["site"])
    add("--workers", type=_count, metavar="N", help=_HELP["workers"])
    add("--allow-shrink", action="store_true", help=_HELP["allow-shrink"])
    add("--profile", action="store_true", help=_HELP["profile"])
    return parser


_HELP = {
    "command": "build: サイトを作る（既定）。check: 書き込まずに確かめる。rollback: 1つ前のサイトに戻す。",
    "content": "内容のフォルダー（既定 content）",
    "site": "サイトを作る場所（既定 site）",
    "workers": "同時に動かすプロセスの数（既定はコンピューターに合わせる）",
    "allow-shrink": "ページが1割をこえて減っても公開する",
    "profile": "どこに時間がかかったかを示す",
}


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_WORKERS):
        message = f"1から{MAX_WORKERS}までの数を書いてください"
        raise argparse.ArgumentTypeError(message)
    return int(text)
