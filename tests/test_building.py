"""Building is one flow from content to site; bad content stops it before anything is touched."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from goalsheets import building
from goalsheets.building import build, make_site
from goalsheets.outcome import Outcome
from goalsheets.problems import Problem, errors
from goalsheets.publishing import PublishError
from tests.samples import (
    CONTENT,
    ROOT,
    goal_text,
    left_beside,
    public_tree,
    real_site,
    sheet_text,
    tree_of,
    write_content,
)

SHEET = "sheets/2025/kita/somu.yaml"


def stamps(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in sorted([folder, *folder.rglob("*")])}


class TestMaking:
    def test_the_site_of_the_city_has_no_problems(self) -> None:
        built = real_site()
        assert built.problems == []
        assert (built.sheets, built.pages) == (14, sum(data.startswith(b"<!DOCTYPE") for data in built.files.values()))

    def test_no_file_is_written(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "content")
        before = stamps(tmp_path)
        assert make_site(content).files
        assert stamps(tmp_path) == before

    def test_content_with_errors_makes_no_files_and_names_every_one(self, tmp_path: Path) -> None:
        files = {
            SHEET: sheet_text(goals=goal_text(rating="達成")),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(2024, unit="建設課"),
            "pages/about.md": "# 説明\n\n[ない](/nowhere/)\n",
        }
        built = make_site(write_content(tmp_path, files))
        assert (built.files, built.pages) == ({}, 0)
        assert [str(problem) for problem in built.problems] == [
            f"{tmp_path}/pages/about.md:3:6: リンク先「/nowhere/」のページがありません。\n"
            "  hint: サイトにあるページのアドレスを、「/」から書いてください。",
            f"{tmp_path}/sheets/2025/kita/kensetsu.yaml:1:14: "
            "年度（2024）が、フォルダーの年度（2025）と違います。\n"
            "  hint: 値を直すか、ファイルを正しい年度のフォルダーに移してください。",
            f"{tmp_path}/sheets/2025/kita/somu.yaml:17:13: 「達成」は評価の印ではありません。\n"
            "  hint: もしかして「○」ですか。"
            "○（達成）、△（一部未達成）、×（未達成）のどれかを書き、評価がまだなら空欄にしてください。",
        ]

    def test_a_dead_link_alone_stops_the_site(self, tmp_path: Path) -> None:
        files = {SHEET: sheet_text(), "pages/about.md": "# 説明\n\n[用語集](/glossary/)\n"}
        built = make_site(write_content(tmp_path, files))
        assert built.files == {}
        assert [str(problem) for problem in built.problems] == [
            f"{tmp_path}/pages/about.md:3:7: リンク先「/glossary/」のページがありません。\n"
            "  hint: サイトにあるページのアドレスを、「/」から書いてください。"
        ]

    def test_a_sheet_with_errors_makes_no_link_to_it_dead(self, tmp_path: Path) -> None:
        files = {
            SHEET: sheet_text(goals=goal_text(rating="0")),
            "sheets/2025/kita/kensetsu.yaml": sheet_text(unit="建設課"),
            "pages/about.md": "# 説明\n\n[総務課の目標](/sheets/2025/kita/somu/)\n",
        }
        built = make_site(write_content(tmp_path, files))
        assert [problem.message for problem in built.problems] == ["「0」は評価の印ではありません。"]

    def test_a_link_to_a_place_that_a_page_lacks_is_named_in_the_file(self, tmp_path: Path) -> None:
        body = "[目標1](/sheets/2025/kita/somu/#goal-1)、[目標9](/sheets/2025/kita/somu/#goal-9)"
        files = {SHEET: sheet_text(), "pages/about.md": f"# 説明\n\n{body}\n"}
        built = make_site(write_content(tmp_path, files))
        assert [(problem.path, problem.line) for problem in errors(built.problems)] == [
            (f"{tmp_path}/pages/about.md", 3)
        ]
        assert "/sheets/2025/kita/somu/#goal-9" in built.problems[0].message

    @pytest.mark.parametrize("address", ["/", "/years/2025/", "/policies/seisaku-1/"])
    def test_a_place_that_an_index_page_lacks_is_named_in_the_file(self, tmp_path: Path, address: str) -> None:
        body = f"[本文]({address}#main)、[一覧]({address}#nowhere)"
        files = {SHEET: sheet_text(), "pages/about.md": f"# 説明\n\n{body}\n"}
        (problem,) = make_site(write_content(tmp_path, files)).problems
        assert (problem.path, problem.line) == (f"{tmp_path}/pages/about.md", 3)
        assert f"{address}#nowhere" in problem.message

    @pytest.mark.parametrize(
        "address", ["/policies/seisaku-1-1-1/", "/years/2025/", "/units/kita/somu/", "/sheets/2025/kita/somu/#goal-1"]
    )
    def test_a_sheet_with_errors_makes_no_link_to_what_it_brings_dead(self, tmp_path: Path, address: str) -> None:
        files = {
            SHEET: sheet_text(goals=goal_text(rating="0")),
            "pages/about.md": f"# 説明\n\n[目標のページ]({address})と[ないページ](/nowhere/)\n",
        }
        built = make_site(write_content(tmp_path, files))
        assert [problem.message for problem in built.problems] == [
            "リンク先「/nowhere/」のページがありません。",
            "「0」は評価の印ではありません。",
        ]

    def test_warnings_do_not_stop_the_site(self, tmp_path: Path) -> None:
        built = make_site(write_content(tmp_path, {SHEET: sheet_text(created="2025-03-31")}))
        assert built.files
        assert [str(problem) for problem in built.problems] == [
            f"{tmp_path}/{SHEET}:2:10: 警告: 作成日（2025年（令和7年）3月31日）が、2025年度の外にあります。\n"
            "  hint: 印字のとおりなら、このままでかまいません。"
        ]

    def test_what_a_build_refuses_among_its_templates_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        templates = tmp_path / "templates"
        (templates / "pages").mkdir(parents=True)
        os.mkfifo(templates / "pages/home.html")
        monkeypatch.setattr(building, "TEMPLATES", templates)
        told = []
        for site in (None, tmp_path / "site"):
            with pytest.raises(PublishError) as caught:
                _ = build(CONTENT, site) if site else make_site(CONTENT)
            told.append(str(caught.value))
        words = "はふつうのファイルではありません。取り除いてください。サイトは変えていません。"
        assert told == [f"{templates}/pages/home.html {words}"] * 2
        assert left_beside(tmp_path / "site") == ["templates"]

    def test_content_without_sheets_makes_no_site(self, tmp_path: Path) -> None:
        built = make_site(write_content(tmp_path, {}))
        assert built.files == {}
        assert [str(problem) for problem in built.problems] == [
            f"{tmp_path}/sheets:1:1: シートが1枚もありません。\n  hint: sheets/年度/部署/課.yaml に置いてください。"
        ]

    def test_a_sheet_whose_only_place_is_unknown_makes_no_site(self, tmp_path: Path) -> None:
        built = make_site(write_content(tmp_path, {"sheets/2025/minami/somu.yaml": sheet_text()}))
        assert built.files == {}
        assert [problem.message for problem in built.problems] == [
            "フォルダー「minami」の部署は、organization.yaml にありません。"
        ]

    @pytest.mark.parametrize(
        "words",
        [
            "Undefined の扱いを決めます。",
            "<script>alert(1)</script>",
            "a onclick=b style=c",
        ],
    )
    def test_words_of_a_sheet_never_pass_for_a_fault_of_the_program(self, tmp_path: Path, words: str) -> None:
        files = {SHEET: sheet_text(goals=goal_text(objective=words))}
        assert make_site(write_content(tmp_path, files)).files

    @pytest.mark.parametrize(
        "words",
        ['<a href="/x/">例</a>', '<a href="javascript:x()">例</a>', '<b id="main">例</b>', "Undefined"],
    )
    def test_words_of_a_page_never_pass_for_a_fault_of_the_program(self, tmp_path: Path, words: str) -> None:
        files = {SHEET: sheet_text(), "pages/about.md": f"# 説明\n\n{words}\n"}
        assert make_site(write_content(tmp_path, files)).files


class TestOutcomes:
    STAMP = ("f" * 64, 2**40, 2**62)
    PROBLEM = Problem("content/a.yaml", 2, 10, "「\u2028」は\n違います。", "直してください。", "warning")

    @pytest.mark.parametrize(
        "outcome",
        [
            Outcome("d"),
            Outcome("", (PROBLEM, PROBLEM)),
            Outcome(
                "d", (PROBLEM,), '[2025, "kita"]', (("f" * 64, 2**40, 2**62), ("", 0, 0)), ("a/", "b/#c"), ("違い",)
            ),
        ],
    )
    def test_one_comes_back_from_a_worker_as_it_was(self, outcome: Outcome) -> None:
        assert Outcome.unpacked(json.loads(json.dumps(outcome.packed()))) == outcome


class TestBuilding:
    def test_the_made_files_are_the_site(self, tmp_path: Path) -> None:
        content, site = write_content(tmp_path / "content"), tmp_path / "site"
        built = build(content, site)
        assert built.manifest.keys() == public_tree(site).keys()
        assert public_tree(site) == make_site(content).files

    def test_a_goal_that_goes_makes_the_link_to_it_dead(self, tmp_path: Path) -> None:
        goals = goal_text() + goal_text(2)
        page = "# 説明\n\n[目標2](/sheets/2025/kita/somu/#goal-2)\n"
        files = {SHEET: sheet_text(goals=goals), "pages/about.md": page}
        content, site = write_content(tmp_path / "content", files), tmp_path / "site"
        assert build(content, site).problems == []
        before = tree_of(site)
        (content / SHEET).write_text(sheet_text(), encoding="utf-8")
        (problem,) = build(content, site).problems
        assert (problem.path, problem.line) == (f"{content}/pages/about.md", 3)
        assert tree_of(site) == before

    def test_a_new_sheet_with_errors_is_told_alone(self, tmp_path: Path) -> None:
        content, site = write_content(tmp_path / "content"), tmp_path / "site"
        build(content, site)
        (content / "sheets/2025/kita/kensetsu.yaml").write_text("x: 1\n", encoding="utf-8")
        assert {problem.path for problem in build(content, site).problems} == {
            f"{content}/sheets/2025/kita/kensetsu.yaml"
        }

    def test_a_cache_that_cannot_be_written_does_not_undo_a_publish(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        content, site = write_content(tmp_path / "content"), tmp_path / "site"
        monkeypatch.setattr("goalsheets.cache.Cache.save", full)
        build(content, site)
        assert public_tree(site) == make_site(content).files

    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_page_that_cannot_be_written_is_told_in_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        content, site = write_content(tmp_path / "content"), tmp_path / "site"
        build(content, site)
        before = tree_of(site)
        (content / SHEET).write_text(sheet_text(goals=goal_text(objective="別の目標です。")), encoding="utf-8")
        monkeypatch.setattr("goalsheets.making.WORTH_SHARING", 1)
        monkeypatch.setattr("goalsheets.publishing.write_new", full)
        with pytest.raises(PublishError, match=os.strerror(errno.ENOSPC)):
            build(content, site, workers=workers)
        assert tree_of(site) == before
        assert left_beside(site) == ["content"]

    def test_bad_content_leaves_the_site_untouched(self, tmp_path: Path) -> None:
        content, site = write_content(tmp_path / "content"), tmp_path / "site"
        build(content, site)
        before, times = tree_of(site), stamps(site)
        (content / SHEET).write_text(sheet_text(goals=goal_text(rating="0")), encoding="utf-8")
        built = build(content, site)
        assert [problem.message for problem in built.problems] == ["「0」は評価の印ではありません。"]
        assert (tree_of(site), stamps(site)) == (before, times)
        assert left_beside(site) == ["content"]

    def test_bad_content_makes_no_site(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "content", {SHEET: "fiscal_year: 2025\n"})
        build(content, tmp_path / "site")
        assert not (tmp_path / "site").exists()
        assert left_beside(tmp_path / "site") == ["content"]

    def test_without_content_nothing_is_left_behind(self, tmp_path: Path) -> None:
        built = build(tmp_path / "content", tmp_path / "site")
        assert [problem.message for problem in built.problems] == ["内容のフォルダーがありません。"]
        assert list(tmp_path.iterdir()) == []

    def test_a_sheet_that_is_taken_away_takes_its_page_with_it(self, tmp_path: Path) -> None:
        files = {SHEET: sheet_text(), "sheets/2024/kita/somu.yaml": sheet_text(2024)}
        content, site = write_content(tmp_path / "content", files), tmp_path / "site"
        build(content, site)
        (content / "sheets/2024/kita/somu.yaml").unlink()
        build(content, site, allow_shrink=True)
        assert sorted(path.name for path in (site / "sheets").iterdir()) == ["2025"]

    def test_a_site_in_the_place_of_the_content_is_refused(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "content")
        before = tree_of(tmp_path)
        with pytest.raises(PublishError) as caught:
            build(content, content)
        assert str(caught.value) == (
            f"--site（{content}）が内容のフォルダーと重なっています。別の場所を指定してください。"
        )
        assert tree_of(tmp_path) == before

    def test_a_site_around_the_content_is_refused(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "outer" / "content")
        before = tree_of(tmp_path)
        with pytest.raises(PublishError) as caught:
            build(content, tmp_path / "outer")
        assert str(caught.value) == (
            f"--site（{tmp_path}/outer）が内容のフォルダーと重なっています。別の場所を指定してください。"
        )
        assert tree_of(tmp_path) == before

    def test_a_site_inside_the_content_is_refused(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "content")
        with pytest.raises(PublishError) as caught:
            build(content, content / "site")
        assert str(caught.value) == (
            f"--site（{content}/site）が内容のフォルダーの中にあります。別の場所を指定してください。"
        )
        assert not (content / "site").exists()

    def test_the_content_under_another_name_is_the_content(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "content")
        (tmp_path / "link").symlink_to(content)
        before = tree_of(content)
        for site in (tmp_path / "link", tmp_path / "link" / "site", content / ".." / "content"):
            with pytest.raises(PublishError):
                build(content, site)
        assert tree_of(content) == before

    def test_a_folder_that_is_not_ours_is_named_before_the_content_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "letter.txt").write_bytes(b"x")
        with pytest.raises(PublishError, match="goalsheets が作っていないファイルがあります"):
            build(tmp_path / "nowhere", tmp_path / "site")
        assert tree_of(tmp_path / "site") == {"letter.txt": b"x"}

    def test_a_site_that_cannot_be_written_says_why(self, tmp_path: Path) -> None:
        content = write_content(tmp_path / "content")
        (tmp_path / "file").write_bytes(b"x")
        with pytest.raises(PublishError, match=os.strerror(errno.ENOTDIR)):
            build(content, tmp_path / "file" / "site")


HARSH = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONWARNDEFAULTENCODING": "1"}
SURROUNDINGS = {
    "plain": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    "west": {"PYTHONHASHSEED": "1", "TZ": "GMT+12", "LC_ALL": "C", **HARSH},
    "east": {"PYTHONHASHSEED": "random", "TZ": "GMT-14", "LC_ALL": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "0"},
}


class Reversed:
    """List a folder from the end, as another file system may."""

    def __init__(self, entries: Iterator[os.DirEntry[str]]) -> None:
        self.entries = iter(sorted(entries, key=lambda entry: entry.name, reverse=True))

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self.entries

    def __next__(self) -> os.DirEntry[str]:
        return next(self.entries)

    def __enter__(self) -> Reversed:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def close(self) -> None:
        return None


class TestSameBytes:
    def test_two_builds_of_the_city_are_the_same(self) -> None:
        assert make_site(CONTENT).files == real_site().files

    def test_surroundings_leave_no_trace(self, tmp_path: Path) -> None:
        content = shutil.copytree(CONTENT, tmp_path / "内 容")
        command = [
            sys.executable,
            "-W",
            "error::EncodingWarning",
            str(ROOT / "build.py"),
            "--content",
            str(content),
        ]
        builds = {
            name: subprocess.Popen(
                [*command, "--site", str(tmp_path / name)],
                env={**os.environ, **variables},
                cwd=tmp_path,
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )
            for name, variables in SURROUNDINGS.items()
        }
        told = {name: made.communicate(timeout=60)[1] for name, made in builds.items()}
        assert told == dict.fromkeys(SURROUNDINGS, b"")
        expected = real_site().files
        for name in SURROUNDINGS:
            assert public_tree(tmp_path / name) == expected, name

    def test_the_order_in_which_folders_are_listed_leaves_no_trace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        scandir, listdir = os.scandir, os.listdir
        monkeypatch.setattr(os, "scandir", lambda path: Reversed(scandir(path)))
        monkeypatch.setattr(os, "listdir", lambda path: sorted(listdir(path), reverse=True))
        made = make_site(CONTENT)
        monkeypatch.undo()
        assert made.files == real_site().files
        assert list(made.files) == list(real_site().files)

    def test_the_place_of_the_content_leaves_no_trace(self, tmp_path: Path) -> None:
        one = make_site(write_content(tmp_path / "one"))
        other = make_site(write_content(tmp_path / "その他" / "二"))
        assert one.files == other.files

    def test_the_times_of_the_files_leave_no_trace(self, tmp_path: Path) -> None:
        content = write_content(tmp_path)
        before = make_site(content).files
        for path in content.rglob("*"):
            os.utime(path, (0, 0))
        assert make_site(content).files == before
