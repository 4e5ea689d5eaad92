"""The names of published files: none that a computer refuses, and no two that a computer takes for one."""

from __future__ import annotations

import unicodedata

import pytest

from goalsheets import names
from goalsheets.names import MAX_PATH, clashing
from tests.conftest import ending
from tests.samples import real_site

PLAIN = ["index.html", "404.html", "assets/site.357e1dade6.css", "sheets/2025/kita/chiiki-somu/index.html"]
GOOD = [
    *PLAIN,
    "console/index.html",
    "nullable/com10/com/index.html",
    "Assets/Site.css",
    "組織/目標.html",
    "a b/c d.html",
    ".nojekyll",
    "_headers",
    "-rf/index.html",
    "data/2025.csv.gz",
]
REFUSED = {
    "": "空の名前か、点だけの名前があります",
    "/index.html": "空の名前か、点だけの名前があります",
    "a//index.html": "空の名前か、点だけの名前があります",
    "a/": "空の名前か、点だけの名前があります",
    "./index.html": "空の名前か、点だけの名前があります",
    "../../evil/index.html": "空の名前か、点だけの名前があります",
    "a/.../index.html": "空の名前か、点だけの名前があります",
    "a:b/index.html": "U+003A は使えません",
    "C:\\evil.html": "U+003A は使えません",
    "a\\b.html": "U+005C は使えません",
    "%2e/index.html": "U+0025 は使えません",
    "a?b.html": "U+003F は使えません",
    "a#b.html": "U+0023 は使えません",
    "a\nb.html": "U+000A は使えません",
    "a\0b.html": "U+0000 は使えません",
    "a\udcffb.html": "U+DCFF は使えません",
    unicodedata.normalize("NFD", "が/index.html"): "濁点などが文字から分かれています",
    "abc./index.html": "名前が点か空白で終わっています",
    "abc /index.html": "名前が点か空白で終わっています",
    "a/index.": "名前が点か空白で終わっています",
    "con/index.html": "「con」は Windows が別の用途に使います",
    "units/kita/nul/index.html": "「nul」は Windows が別の用途に使います",
    "a/COM1/index.html": "「COM1」は Windows が別の用途に使います",
    "aux.html": "「aux.html」は Windows が別の用途に使います",
    "a/lpt9.x.css": "「lpt9.x.css」は Windows が別の用途に使います",
    "com¹/index.html": "「com¹」は Windows が別の用途に使います",
    f"{'a' * 256}/index.html": "長すぎます",
    f"{'あ' * 86}/index.html": "長すぎます",
    f"{'/'.join(['abcdefghij'] * 20)}/index.html": "長すぎます",
}


def test_the_names_of_the_site_are_good() -> None:
    assert clashing(real_site().files.keys()) == []


@pytest.mark.parametrize("path", GOOD)
def test_a_good_name_is_no_fault(path: str) -> None:
    assert clashing({path}) == []


def test_good_names_do_not_clash() -> None:
    assert clashing({*GOOD, "assets/site.css/index.html"}) == [
        "「Assets/Site.css」は、ファイルとフォルダーの両方の名前です。"
    ]
    assert clashing({*GOOD}) == []


@pytest.mark.parametrize(("path", "why"), REFUSED.items(), ids=[ascii(path)[:30] for path in REFUSED])
def test_a_name_that_some_computer_refuses_is_named(path: str, why: str) -> None:
    assert clashing({*PLAIN, path}) == [f"「{path}」という名前のファイルは作れません（{why}）。"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/Index.html", "a/index.html"),
        ("units/Kita/x/index.html", "units/kita/x/index.html"),
        ("STRASSE/index.html", "straße/index.html"),
        ("Ａ/index.html", "ａ/index.html"),
    ],
)
def test_two_names_for_one_file_are_named(one: str, other: str) -> None:
    assert clashing({one, other}) == [
        f"「{one}」と「{other}」は、大文字と小文字を分けないコンピューターでは同じファイルです。"
    ]


def test_letters_in_parts_are_the_same_name() -> None:
    whole = "が/index.html"
    parts = unicodedata.normalize("NFD", whole)
    message = f"「{parts}」と「{whole}」は、大文字と小文字を分けないコンピューターでは同じファイルです。"
    assert message in clashing({whole, parts})


def test_what_is_a_file_and_a_folder_is_named() -> None:
    assert clashing({"about.html", "about.html/index.html", "a/b", "a/b/c.html"}) == [
        "「a/b」は、ファイルとフォルダーの両方の名前です。",
        "「about.html」は、ファイルとフォルダーの両方の名前です。",
    ]


def test_every_fault_is_told() -> None:
    assert len(clashing({"con/x.html", "a:b.html", "a/x.html", "A/x.html"})) == 3


@pytest.mark.parametrize("path", [*GOOD, *REFUSED])
def test_what_is_passed_at_a_glance_is_what_a_close_look_passes(path: str) -> None:
    if names._PLAIN.fullmatch(path) and len(path) <= MAX_PATH:
        assert names._refusal(path) == ""
        assert names._folded(path) == path
        assert "." not in path.rpartition("/")[0]


def test_very_many_names_are_passed_at_a_glance() -> None:
    paths = [
        f"sheets/{year}/division-{number}/unit/index.html" for year in range(2000, 2100) for number in range(1_000)
    ]
    with ending():
        assert all(map(names._PLAIN.fullmatch, paths))
        assert clashing({*paths}) == []
