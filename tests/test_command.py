"""Command: what is typed, what is said, and the exit code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from goalsheets import __version__
from goalsheets.command import MAX_SHOWN, main
from goalsheets.publishing import MARKER
from tests.conftest import GOOD_SHEET, ROOT, SHEET_PATH, Desk, edited, snapshot


class TestDone:
    def test_a_good_build_says_what_it_made(self, desk: Desk) -> None:
        outcome = desk.run()
        assert outcome.code == 0
        assert outcome.err == ""
        pages = len(list(desk.site.rglob("*.html")))
        files = sum(path.is_file() for path in desk.site.rglob("*")) - 1  # the program's own list is not counted
        assert outcome.out == (
            f"シート1枚から{pages}ページを {desk.site} に作りました"
            f"（書いたファイル{files}、変わらないファイル0、消したファイル0）。\n"
        )

    def test_build_is_what_is_done_when_nothing_is_said(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, good_site: Path
    ) -> None:
        monkeypatch.chdir(desk.folder)
        assert main([]) == 0
        assert " site に作りました（" in desk.capsys.readouterr().out
        assert desk.snapshot() == snapshot(good_site)

    def test_a_second_build_of_the_same_content_is_the_same_site(self, standing: Desk) -> None:
        before = standing.snapshot()
        assert standing.published() == []
        assert standing.snapshot() == before

    def test_check_writes_nothing(self, desk: Desk) -> None:
        outcome = desk.run("check")
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out == "シート1枚を確かめました。誤りはありません。\n"
        assert {path.name for path in desk.folder.iterdir()} == {"content"}

    def test_a_sheet_that_is_gone_leaves_no_page(self, standing: Desk) -> None:
        other = edited("地域総務課", "総務課").replace("2025", "2024").replace("2026-", "2025-")
        standing.write(
            "organization.yaml",
            "divisions:\n  - slug: kita\n    name: 北区役所\n    kind: ward\n"
            "    units:\n      - slug: somu\n        name: 総務課\n",
        )
        standing.write("sheets/2024/kita/somu.yaml", other)
        (standing.content / SHEET_PATH).unlink()
        assert standing.published() == []
        assert (standing.site / "sheets/2024/kita/somu/index.html").is_file()
        assert not (standing.site / "sheets/2025").exists()


class TestProblems:
    def test_a_problem_is_a_place_a_sentence_and_a_hint(self, standing: Desk) -> None:
        before = standing.snapshot()
        standing.sheet(edited("rating: ○", "rating: O"))
        outcome = standing.run()
        assert outcome.code == 1
        assert outcome.out == ""
        assert outcome.err == (
            f"{standing.content}/{SHEET_PATH}:19:13: 「O」は評価の印ではありません。\n"
            "  hint: もしかして「○」ですか。○（達成）、△（一部未達成）、×（未達成）のどれかを書き、"
            "評価がまだなら空欄にしてください。\n"
            "誤りが1個のファイルに1件あります。サイトは変えていません。\n"
        )
        assert standing.snapshot() == before

    def test_check_says_the_same(self, desk: Desk) -> None:
        desk.sheet(edited("rating: ○", "rating: O"))
        built, checked = desk.run(), desk.run("check")
        assert (checked.code, checked.out, checked.err) == (built.code, built.out, built.err)
        assert not desk.site.exists()

    def test_a_warning_does_not_stop_a_build(self, desk: Desk) -> None:
        desk.sheet(edited("created: 2025-04-01", "created: 2015-04-01"))
        outcome = desk.run()
        assert outcome.code == 0
        assert outcome.err == (
            f"{desk.content}/{SHEET_PATH}:2:10: 警告: "
            "作成日（2015年（平成27年）4月1日）が、2025年度の外にあります。\n"
            "  hint: 印字のとおりなら、このままでかまいません。\n"
        )

    def test_all_problems_of_all_files_come_at_once_in_order(self, desk: Desk) -> None:
        desk.sheet(edited("2025-04-01", "R7.4.1", edited("○", "O")))
        desk.write("sheets/2024/kita/chiiki-somu.yaml", edited("達成", "'' #済"))
        desk.write("site.yaml", "title: ''\ncity: 見本市\n")
        desk.write("policies.yaml", b"\xff\xfe")
        desk.write("pages/about.md", "本文だけ。\n")
        places = [problem.split(": ")[0] for problem in desk.problems(desk.run())]
        assert set(places) >= {
            "pages/about.md:1:1",
            "policies.yaml:1:1",
            "sheets/2024/kita/chiiki-somu.yaml:20:13",
            f"{SHEET_PATH}:2:10",
            f"{SHEET_PATH}:19:13",
            "site.yaml:1:1",
            "site.yaml:1:8",
        }
        assert [place.split(":")[0] for place in places] == sorted(place.split(":")[0] for place in places)

    def test_a_flood_of_problems_is_cut(self, desk: Desk) -> None:
        desk.sheet(GOOD_SHEET + "".join(f"k{number}: v\n" for number in range(900)))
        desk.write("sheets/2024/kita/chiiki-somu.yaml", GOOD_SHEET + "x: 1\n")
        outcome = desk.run()
        assert outcome.code == 1
        assert len(desk.problems(outcome)) == MAX_SHOWN
        assert outcome.err.splitlines()[-2:] == [
            "ほかに1件あります。",
            "誤りが2個のファイルに101件あります。サイトは変えていません。",
        ]

    @pytest.mark.parametrize("name", ["site.yaml", "organization.yaml", "policies.yaml"])
    def test_a_file_that_must_be_there_is_named(self, standing: Desk, name: str) -> None:
        (standing.content / name).unlink()
        assert standing.refused() == [
            f"{name}:1:1: {name} がありません。\n  hint: {name} を内容のフォルダーに作ってください。"
        ]

    def test_a_damaged_sheet_alone_is_blamed(self, standing: Desk) -> None:
        """There is a sheet: it cannot be read, and nobody should look for a lost folder."""
        standing.sheet(GOOD_SHEET.encode("cp932"))
        assert [problem.split(":")[0] for problem in standing.refused()] == [SHEET_PATH]

    def test_a_code_of_an_unknown_plan_is_told(self, standing: Desk) -> None:
        standing.sheet(edited("政策13-1-②", "行政1-2-③"))
        assert standing.refused() == [
            f"{SHEET_PATH}:10:16: 「行政1-2-③」の「行政」という計画は、policies.yaml にありません。\n"
            "  hint: コードを直すか、policies.yaml に計画を加えてください。"
        ]

    def test_a_dead_link_of_a_page_is_told_with_the_problems_of_sheets(self, standing: Desk) -> None:
        standing.sheet(edited("北区役所", "東区役所"))
        standing.write("pages/about.md", "# 説明\n\n[北区の目標](/wards/kta/)を見てください。\n")
        assert [problem.split(": ")[0] for problem in standing.refused()] == [
            "pages/about.md:3:9",
            f"{SHEET_PATH}:4:11",
        ]


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [["bild"], ["--contents", "x"], ["build", "x"], ["--site"], ["--workers", "0"], ["--workers", "65"]],
    )
    def test_wrong_usage_is_2(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
        assert capsys.readouterr().err.startswith("usage: build.py")

    def test_help_and_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        for option in ("--help", "--version"):
            with pytest.raises(SystemExit) as stopped:
                main([option])
            assert stopped.value.code == 0
        written = capsys.readouterr().out
        assert "--content DIR" in written
        assert f"goalsheets {__version__}" in written


class TestPlacesOfTheSite:
    """A folder that this program has not made is left alone."""

    def refuse(self, desk: Desk, site: Path, words: str) -> None:
        before = snapshot(desk.folder)
        code = main(["--content", str(desk.content), "--site", str(site)])
        written = desk.capsys.readouterr()
        assert code in {1, 2}
        assert written.out == ""
        assert words in written.err
        assert "Traceback" not in written.err
        assert snapshot(desk.folder) == before

    @pytest.mark.parametrize("place", ["content", ".", "content/site", "content/../content", "content/sheets"])
    def test_the_content_is_never_the_site(self, desk: Desk, place: str) -> None:
        self.refuse(desk, desk.folder / place, "--site")

    def test_the_content_is_never_the_site_by_a_link(self, desk: Desk) -> None:
        (desk.folder / "link").symlink_to("content")
        self.refuse(desk, desk.folder / "link", "別の場所を指定してください。")

    def test_a_folder_of_another_is_kept(self, desk: Desk) -> None:
        desk.site.mkdir()
        (desk.site / "thesis.txt").write_text("years of work")
        self.refuse(
            desk,
            desk.site,
            f"{desk.site} には goalsheets が作っていないファイルがあります。"
            "空のフォルダーを --site で指定してください。\n",
        )

    def test_a_file_is_kept(self, desk: Desk) -> None:
        desk.site.write_text("thesis")
        self.refuse(desk, desk.site, f"{desk.site} はふつうのフォルダーではありません。")

    def test_a_link_is_kept(self, desk: Desk) -> None:
        (desk.folder / "elsewhere").mkdir()
        (desk.folder / "elsewhere" / MARKER).write_text("")
        desk.site.symlink_to("elsewhere")
        self.refuse(desk, desk.site, f"{desk.site} はふつうのフォルダーではありません。")
        assert desk.site.is_symlink()

    def test_an_empty_folder_may_become_the_site(self, desk: Desk) -> None:
        desk.site.mkdir()
        assert desk.published() == []
        assert (desk.site / MARKER).is_file()

    def test_a_place_that_does_not_exist_yet_is_made(self, desk: Desk) -> None:
        site = desk.folder / "a" / "b"
        assert main(["--content", str(desk.content), "--site", str(site)]) == 0
        assert (site / "index.html").is_file()


class TestSystem:
    @pytest.mark.parametrize("command", ["build", "check", "rollback"])
    def test_a_folder_that_is_gone_under_ones_feet_is_told_in_words(self, tmp_path: Path, command: str) -> None:
        gone = tmp_path / "gone"
        gone.mkdir()
        given = [sys.executable, str(ROOT / "build.py"), command]
        script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
        done = subprocess.run(
            ["sh", "-c", script, "sh", str(gone), *given], check=False, capture_output=True, encoding="utf-8"
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr
        assert done.stderr.endswith(("サイトは変えていません。\n", "前のサイトはありません。\n", "残っています。\n"))


class TestTerminal:
    @pytest.mark.parametrize("encoding", ["cp932", "ascii", "cp1252"])
    def test_words_that_a_terminal_cannot_show_do_not_stop_a_run(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, encoding: str
    ) -> None:
        desk.sheet(edited("rating: ○", "rating: ❌"))
        stream = io.BytesIO()
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(stream, encoding))
        assert main(["check", "--content", str(desk.content)]) == 1
        sys.stderr.flush()
        assert b"\\u274c" in stream.getvalue()

    def command(self, desk: Desk, output: int | IO[bytes]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [
                *(sys.executable, "-X", "warn_default_encoding", "-W", "error::EncodingWarning"),
                *(str(ROOT / "build.py"), "--content", str(desk.content), "--site", str(desk.site)),
            ],
            check=False,
            cwd=desk.folder,
            env={
                **os.environ,
                "LC_ALL": "C",
                "PYTHONUTF8": "0",
                "PYTHONCOERCECLOCALE": "0",
                "TZ": "Asia/Tokyo",
            },
            timeout=60,
            stdout=output,
            stderr=output,
        )

    def test_the_entry_builds_the_same_site_anywhere(self, desk: Desk, good_site: Path) -> None:
        done = self.command(desk, subprocess.PIPE)
        assert (done.returncode, done.stderr) == (0, b"")
        assert desk.snapshot() == snapshot(good_site)

    def test_a_report_that_cannot_be_written_does_not_undo_a_publish(self, desk: Desk, good_site: Path) -> None:
        with Path("/dev/full").open("wb") as full:
            done = self.command(desk, full)
        assert desk.snapshot() == snapshot(good_site)
        assert done.returncode == 0

    @pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
    def test_a_closed_terminal_stops_no_build(self, desk: Desk, good_site: Path, closed: str) -> None:
        command = f'exec "$0" "$1" --content "$2" --site "$3" {closed}'
        arguments = [sys.executable, str(ROOT / "build.py"), str(desk.content), str(desk.site)]
        done = subprocess.run(["sh", "-c", command, *arguments], check=False, timeout=60)
        assert done.returncode == 0
        assert desk.snapshot() == snapshot(good_site)
