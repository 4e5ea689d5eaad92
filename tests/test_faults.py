"""Faults: every bad input of the catalogue ends in the state it should, and the old site stands."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html

from goalsheets.building import build
from tests.conftest import (
    GOOD_SHEET,
    ORGANIZATION,
    POLICIES,
    ROOT,
    SHEET_ADDRESS,
    SHEET_PATH,
    Desk,
    edited,
    ending,
    snapshot,
    visible,
)

FAULTS = (ROOT / ".." / "shared" / "faults").resolve()
ACTIVE = re.compile(
    rb"<script>|<iframe|<base |<form(?! class=.search-form.( id=.search-form.)? action=.[./]*search/.>)|<plaintext|"
    rb"<textarea|<details open|uid=|href=.?(?:javascript|vbscript)"
)
UTF_8_HINT = "エディターの「文字コードを指定して保存」で「UTF-8」を選び、保存し直してください。"
QUOTE = '記号で始まる文字は、値全体を "…" で囲んでください。'
GOAL_KEYS = "number, objective, policies, indicators, initiatives, rating, status, next, continues, notes"
TOO_LONG = ("17:18", "値が長すぎます（20,000文字まで）。", "内容を分けて短くしてください。")
NO_YEAR = "半角の西暦4桁で書いてください。例: 2025"


@dataclass(frozen=True)
class Published:
    """Say what a page shows, and what it does not; `warning` is what stderr says besides."""

    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    warning: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class Refused:
    """Say where a problem stands, what it says and how to mend it; there may be more of them."""

    place: str
    message: str
    hint: str


INDEX: dict[str, Published | Refused] = {
    "ok00_good": Published(("防災体制の強化", "1,200人", "1,310人", "自治会と**協働**で実施する。", "継続する。")),
    # Y: YAML
    "y01_norway": Refused(
        "5:7",
        "「no」は、organization.yaml にある名前（「地域総務課」）と違います。",
        "値を直すか、organization.yaml の aliases に加えてください。",
    ),
    "y03_octal": Published(("0120",), ("80",)),
    "y05_float_trailing_zero": Published(("3.10",), ("3.1",)),
    "y07_bad_date": Refused("2:10", "「2025-02-30」という日はありません。", "暦にある日を書いてください。"),
    "y09_duplicate_key": Refused(
        "20:5", "項目「rating」が2回あります（19行目と20行目）。", "どちらか1つを消してください。"
    ),
    "y11_merge_key_override": Refused(
        "19:5", "「<<」（マージキー）は使えません。", "必要な項目をそのまま書いてください。"
    ),
    "y13_hash_truncates": Refused(
        "13:21",
        "「#」から行の終わりまでは、注釈として捨てられます。",
        '文字として残すなら値全体を "…" で囲み、注釈なら別の行に書いてください。',
    ),
    "y15_brace_value": Refused(
        "13:17",
        "文字を書くところに、項目の組（{ }）があります。",
        '「{」や「[」で始まる文字は、値全体を "…" で囲んでください。',
    ),
    "y17_colon_in_value": Refused(
        "13:19", "値の中に「: 」（コロンと空白）があります。", '値全体を "…" で囲んでください。'
    ),
    "y19_tab_indent": Refused(
        "19:1",
        "タブ文字があります。YAML の字下げには使えません。",
        "タブを消し、半角の空白2つずつで字下げしてください。",
    ),
    "y21_nbsp_indent": Refused(
        "19:1",
        "行の先頭に特別な空白（U+00A0）があります。字下げには使えません。",
        "半角の空白2つずつで字下げしてください。",
    ),
    "y23_merge_conflict": Refused(
        "20:1",
        "Git の衝突の印（「<<<<<<<」）が残っています。",
        "どちらの内容を残すかを決め、「<<<<<<<」「=======」「>>>>>>>」の行を消してください。",
    ),
    "y25_empty": Refused("1:1", "ファイルが空です。", "シートの内容を書くか、ファイルを消してください。"),
    "y27_top_list": Refused(
        "1:1",
        "ファイル全体が「項目名: 値」の形になっていません。",
        "各行を「fiscal_year: 2025」のように、項目名・半角コロン・空白・値の順に書いてください。",
    ),
    "y29_two_documents": Refused(
        "22:1",
        "1つのファイルに2つめの文書（「---」の後）があります。",
        "シートは1枚ずつ別のファイルにしてください。",
    ),
    "y31_truncated": Refused(
        "12:9",
        "指標に「result」（結果）がありません。",
        "「result: 」の行を書いてください。まだ値がなければ、コロンの後は空けておきます。",
    ),
    "y33_null_list": Published(("総合計画（実施計画）上の位置づけ：", "記載なし"), ("政策13-1-②",)),
    "y35_int_unit": Refused(
        "5:7",
        "「119」は、organization.yaml にある名前（「地域総務課」）と違います。",
        "値を直すか、organization.yaml の aliases に加えてください。",
    ),
    "y37_custom_tag": Refused("5:7", "「!」で始まる値は書けません。", '値全体を "…" で囲んでください。'),
    "y39_tag_bool": Refused("1:14", "「!」の型指定（タグ tag:yaml.org,2002:bool）は使えません。", QUOTE),
    "y41_hex_empty": Refused("1:14", "「0x_」は年度として読めません。", NO_YEAR),
    "y43_huge_hex_int": Refused("1:14", f"「0x{'f' * 38}…」は年度として読めません。", NO_YEAR),
    "y45_value_tag": Published(("=",)),
    "y47_bool_key": Refused("19:5", "目標に「on」という項目はありません。", f"目標に書ける項目は {GOAL_KEYS} です。"),
    "y49_fold_japanese": Published(("継続する。",), ("継続 する。",)),
    "y51_rating_lookalike": Published(("この年度の目標は1件です。市の評価は、達成が1件です。",)),
    "y53_recursive_alias": Refused("20:17", "「*」の参照（エイリアス）は使えません。", QUOTE),
    "y55_dict_method_key": Refused(
        "19:5", "目標に「items」という項目はありません。", f"目標に書ける項目は {GOAL_KEYS} です。"
    ),
    "y57_percent_directive": Refused("1:1", "「%」で始まる指示は使えません。", "「%」の行を消してください。"),
    "y59_rating_trailing_u3000": Published(("この年度の目標は1件です。市の評価は、達成が1件です。",)),
    "y61_fullwidth_year": Refused("1:14", "「２０２５」は年度として読めません。", NO_YEAR),
    "y63_rating_quoted_blank": Refused(
        "19:13",
        "空白だけの値、または空の引用符です。",
        "空欄にするときは、コロンの後に何も書かないでください。",
    ),
    "y65_extra_indent_moves_field": Refused(
        "19:9",
        "「rating」は取組の項目ではなく、目標の項目です。",
        "行の先頭の空白の数（字下げ）がずれていないか確かめてください。",
    ),
    "y67_year_mismatch": Published(
        ("2015年（平成27年）4月1日",),
        warning=(
            "2:10",
            "作成日（2015年（平成27年）4月1日）が、2025年度の外にあります。",
            "印字のとおりなら、このままでかまいません。",
        ),
    ),
    # E: characters
    "e01_bom_utf8": Published(("継続する。",)),
    "e03_euc_jp": Refused("4:11", "文字コードが UTF-8 ではありません（EUC-JP のようです）。", UTF_8_HINT),
    "e05_utf16_nobom": Refused(
        "1:1", "文字コードが UTF-16 です。", "文字コードを「UTF-8」にして保存し直してください。"
    ),
    "e07_control_chars": Refused("21:12", "目に見えない文字 U+0002 があります。", "この文字を消してください。"),
    # The file has the keys of an older form; with today's keys a file of CR line ends is fine (E09 below).
    "e09_cr_only": Refused(
        "6:1",
        "シートに「url」という項目はありません。",
        "シートに書ける項目は fiscal_year, created, evaluated, division, unit, source, policy_indicators, goals です。",
    ),
    "e11_lone_surrogate_escape": Refused(
        "21:11",
        "「\\」を使った書き方が正しくありません。",
        "「\\」を消すか、引用符を使わずに書いてください。",
    ),
    "e13_nul_escape": Refused(
        "21:11",
        "目に見えない文字 U+0000 があります。",
        "「\\」で始まる書き方をやめ、文字をそのまま書いてください。",
    ),
    "e15_zero_width_unit": Refused("5:9", "目に見えない文字 U+200B があります。", "この文字を消してください。"),
    "e17_nel_ls_linebreak": Refused("20:15", "目に見えない文字 U+2028 があります。", "この文字を消してください。"),
    "e19_overlong_utf8": Refused("21:11", "文字コードが UTF-8 ではありません。", UTF_8_HINT),
    "e21_pua_gaiji": Published(
        ("\ue000継続する。",),
        warning=(
            "21:11",
            "外字（私用領域の文字 U+E000）があります。読む人の画面では空白の四角になります。",
            "ふつうの漢字かかなに置きかえ、元の字は notes に書いてください。",
        ),
    ),
    "e23_mojibake": Refused("21:13", "目に見えない文字 U+0099 があります。", "この文字を消してください。"),
    # R: exhaustion
    "r01_alias_bomb_9x10": Refused("1:5", "「&」の目印（アンカー）は使えません。", QUOTE),
    "r03_nest_flow_30000": Refused(
        "1:14", "入れ子が深すぎます（12段まで）。", "「[」「{」「- 」の重なりを減らしてください。"
    ),
    "r05_nest_flow_2000": Refused(
        "20:23", "入れ子が深すぎます（12段まで）。", "「[」「{」「- 」の重なりを減らしてください。"
    ),
    "r07_sexagesimal_dos": Refused("1:14", *TOO_LONG[1:]),
    "r09_many_keys_20000": Refused(
        "22:1",
        "シートに「k0」という項目はありません。",
        "シートに書ける項目は fiscal_year, created, evaluated, division, unit, source, policy_indicators, goals です。",
    ),
    # A cell is plain text, so there is no Markdown in it that could be too deep; see the pages below.
    "r11_md_blockquote_bomb": Published((">" * 1_000,)),
    "r13_md_emphasis_redos": Refused(*TOO_LONG),
    "r15_md_backtick_redos": Refused(*TOO_LONG),
    "r17_md_image_title_redos": Refused(*TOO_LONG),
    # M, J: markup in a cell is text
    "m01_script": Published(("<script>alert(1)</script>",)),
    "m03_js_link": Published(("[詳細](javascript:alert(1))",)),
    "m05_js_link_tab": Published(("[詳細](java&Tab;script:alert(1))",)),
    "m07_autolink_js": Published(("<javascript:alert(1)>",)),
    "m09_iframe": Published(('<iframe src="https://evil.example/"></iframe>',)),
    "m11_base_href": Published(('<base href="https://evil.example/">',)),
    "m13_form": Published(('<form action="https://evil.example/"><input name=p></form>',)),
    "m15_unclosed_div": Published(("</section></body></html>", "継続する。")),
    "m17_details_ontoggle": Published(("<details open ontoggle=alert(1)>x</details>",)),
    "m19_plaintext": Published(("<plaintext>", "継続する。")),
    "m21_id_clobber": Published(('<a id="cookie"></a><form id="location"></form>',)),
    # The index wants an error for a link; a cell has no links, so this is text. See the pages below.
    "m23_protocol_relative": Published(("[x](//evil.example/)",)),
    "m25_textarea": Published(("<textarea>", "継続する。")),
    "m27_vbscript": Published(("[x](vbscript:msgbox(1))",)),
    "m29_footnote": Published(("本文[^1]", "[^1]: 注")),
    "j01_ssti_value": Published(("{{ 7*7 }}{{ cycler.__init__.__globals__.os.popen('id').read() }}",), ("49", "uid=")),
    "j03_script_close": Published(("</script><script>alert(1)</script>",)),
}

needs_faults = pytest.mark.skipif(not FAULTS.is_dir(), reason=f"{FAULTS} is not here")


def shape(page: html.HtmlElement) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return every element of a page with its attributes: what text in a cell must never add to."""
    return {
        (element.tag, tuple(sorted(element.attrib.items()))) for element in page.iter() if isinstance(element.tag, str)
    }


def shown(words: list[str], text: str) -> bool:
    return any(text in one for one in words)


@pytest.fixture(scope="module")
def index_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of the catalogue's good content."""
    site = tmp_path_factory.mktemp("index") / "site"
    build(FAULTS / "content", site)
    return site


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str], index_site: Path) -> Desk:
    """Return a desk with the catalogue's good content and its site."""
    shutil.copytree(FAULTS / "content", tmp_path / "content")
    shutil.copytree(index_site, tmp_path / "site")
    return Desk(tmp_path, capsys)


@needs_faults
def test_every_file_of_the_index_is_tried() -> None:
    rows = (FAULTS / "index.tsv").read_text(encoding="utf-8").splitlines()[1:]
    files = {row.split("\t")[0] for row in rows}
    assert {Path(name).stem for name in files if name.endswith(".yaml")} == set(INDEX)
    assert {path.name for path in FAULTS.glob("*.yaml")} <= files


@needs_faults
@pytest.mark.parametrize("name", INDEX)
def test_a_file_of_the_index(bench: Desk, index_site: Path, name: str) -> None:
    bench.sheet((FAULTS / f"{name}.yaml").read_bytes())
    with ending():
        expected = INDEX[name]
        if isinstance(expected, Refused):
            problems = bench.refused()
            assert f"{SHEET_PATH}:{expected.place}: {expected.message}\n  hint: {expected.hint}" in problems
        else:
            warnings = bench.published()
            words = bench.words()
            assert [text for text in expected.words if not shown(words, text)] == []
            assert [text for text in expected.never if text in words] == []
            place, message, hint = expected.warning or ("", "", "")
            assert warnings == ([f"{SHEET_PATH}:{place}: 警告: {message}\n  hint: {hint}"] if place else [])
            added = shape(bench.page()) - shape(html.document_fromstring(page_bytes(index_site)))
            assert {tag for tag, _ in added} <= {"p", "br", "time", "span"}
            for path, data in bench.snapshot().items():
                assert not path.endswith((".html", ".js", ".xml")) or not ACTIVE.search(data), path
        if name in {"ok00_good", "e01_bom_utf8"}:
            assert bench.snapshot() == snapshot(index_site)


def page_bytes(site: Path) -> bytes:
    return (site / SHEET_ADDRESS / "index.html").read_bytes()


@needs_faults
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("m03_js_link", "「javascript:alert(1)」はリンクにできません。"),
        ("m23_protocol_relative", "「//evil.example/」はリンクにできません。"),
        ("m27_vbscript", "「vbscript:msgbox(1)」はリンクにできません。"),
        ("m05_js_link_tab", "」はリンクにできません。"),
        ("r11_md_blockquote_bomb", "リストや引用の重なりが深すぎます（6段まで）。"),
        ("r13_md_emphasis_redos", "空の行のない文章が長すぎます（2,000文字まで）。"),
        ("r15_md_backtick_redos", "空の行のない文章が長すぎます（2,000文字まで）。"),
        ("r17_md_image_title_redos", "空の行のない文章が長すぎます（2,000文字まで）。"),
    ],
)
def test_the_same_markup_in_a_page_is_refused(bench: Desk, name: str, message: str) -> None:
    lines = (FAULTS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    cell = lines[lines.index("        summary: |") + 1].strip()
    bench.write("pages/about.md", f"# 説明\n\n{cell}\n")
    with ending():
        problems = bench.refused()
        assert any(problem.startswith("pages/about.md:3:") and message in problem for problem in problems)


# The ids of the catalogue that the folder does not hold, and those of its tables of names and files.

REFUSED = [
    ("Y08", "created: 2025-04-01", "created: R7.4.1", "2:10", "例: 2025-04-01"),
    ("Y08 kanji", "created: 2025-04-01", "created: 令和7年4月1日", "2:10", "例: 2025-04-01"),
    ("Y10", "unit: 地域総務課", "unit: 地域総務課\nunit: 建設課", "6:1", "（5行目と6行目）"),
    ("Y12", "rating: ○", "ratng: ○", "19:5", "もしかして「rating」ですか。"),
    ("Y14", 'target: "1,200人"', "target: #1位", "13:17", "注釈として捨てられます"),
    ("Y16", 'target: "1,200人"', "target: [検討中]", "13:17", "囲んで"),
    ("Y18", "unit: 地域総務課", "unit：地域総務課", "5:5", "全角"),
    ("Y20", "    rating: ○", "　　rating: ○", "19:1", "U+3000"),
    ("Y22", "status: 達成", "status:達成", "20:12", "空白がありません"),
    ("Y30", "next: 継続する。", "next: 継続する。\n...\nもう一度", "23:1", "「...」の後に文字があります"),
    ("Y32", "next: 継続する。", 'next: "継続する。', "21:11", "引用符"),
    ("Y32 in the middle", 'target: "1,200人"', 'target: "1,200人', "13:17", "引用符"),
    ("Y34", "policies: [政策13-1-②]", "policies: 政策13-1-②", "10:15", "リストを書くところに"),
    ("Y36", "unit: 地域総務課", "unit: !!python/object/apply:os.system [id]", "5:7", "タグ"),
    ("Y38", "fiscal_year: 2025", 'fiscal_year: !!int ""', "1:14", "タグ"),
    ("Y40", "fiscal_year: 2025", "fiscal_year: !!timestamp soon", "1:14", "タグ"),
    ("Y42", "fiscal_year: 2025", f"fiscal_year: {'1' * 5_000}", "1:14", "年度として読めません"),
    ("Y46", "    rating: ○", "    [a, b]: x\n    rating: ○", "19:5", "項目名は文字"),
    ("Y48", "    rating: ○", "    1: x\n    rating: ○", "19:5", "目標に「1」という項目はありません"),
    ("Y50", "fiscal_year: 2025", "fiscal_year: 7", "1:14", "例: 2025"),
    ("Y52 script", "https://example.lg.jp/sheet.pdf", "javascript:alert(1)", "6:9", "リンクにできません"),
    ("Y52 quote", "https://example.lg.jp/sheet.pdf", 'x" onmouseover="alert(1)', "6:9", "リンクにできません"),
    ("Y52 host", "https://example.lg.jp/sheet.pdf", "//evil.example/", "6:9", "リンクにできません"),
    ("Y54", "status: 達成\n    next: 継続する。", "status: &s 達成\n    next: *s", "21:11", "エイリアス"),
    ("Y58", 'result: "1,310人"', "result: -", "14:17", "囲んで"),
    ("Y60", "unit: 地域総務課", "　unit: 地域総務課", "5:1", "U+3000"),
    ("Y62", "rating: ○", "rating: O", "19:13", "もしかして「○」ですか。"),
    ("Y64", "goals:", "gols:", "7:1", "もしかして「goals」ですか。"),
    ("Y66", "created: 2025-04-01", "created: 2026-04-01", "3:12", "より前です"),
    ("E06", "継続する。", "継\0続する。", "21:12", "U+0000"),
    ("E12", "next: 継続する。", 'next: "\\uD83D\\uDE00"', "21:11", "「\\」"),
    ("E14", "unit: 地域総務課", "unit: 地域\u202e総務課", "5:9", "U+202E"),
    ("E14 escaped", "unit: 地域総務課", 'unit: "地域\\u202e総務課"', "5:7", "U+202E"),
    ("E15 escaped", "next: 継続する。", 'next: "継続\\u200bする。"', "21:11", "U+200B"),
    ("E20", "継続する。", "継\ufffe続する。", "21:12", "U+FFFE"),
    ("E22", "継続する。", "継\ufffd続する。", "21:12", "U+FFFD"),
    ("E24 del", "継続する。", "継\x7f続する。", "21:12", "U+007F"),
    ("E24 nel", "継続する。", "継\x85続する。", "21:12", "U+0085"),
    ("null", "rating: ○", "rating: null", "19:13", "「null」とは書けません"),
    ("tilde", "next: 継続する。", "next: ~", "21:11", "「~」とは書けません"),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_bad_sheet_is_refused_where_it_is_wrong(standing: Desk, old: str, new: str, place: str, words: str) -> None:
    standing.sheet(edited(old, new))
    problems = standing.refused()
    assert any(problem.startswith(f"{SHEET_PATH}:{place}: ") and words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"# \xe3\x81\x82\xe3\x81\xa8\xe3\x81\xa7\n", "", "ファイルが空です。"),
        ("ただの文です。\n".encode(), "1:1", "「項目名: 値」の形になっていません。"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n", "1:1", "Git LFS の目印"),
        (b"PK\x03\x04" + bytes(range(256)), "1:1", "Excel などのファイル"),
        (GOOD_SHEET.encode("cp932"), "4:11", "Shift_JIS のようです"),
        (GOOD_SHEET.encode("utf-16"), "1:1", "UTF-16"),
        (GOOD_SHEET.encode()[:-3], "21:15", "UTF-8 ではありません"),
        ("- " * 30_000, "1:27", "入れ子が深すぎます"),
        (GOOD_SHEET + "x: " + "{a: " * 1_500 + "\n", "22:52", "入れ子が深すぎます"),
        (edited("継続する。", "あ" * 50_000), "21:11", "値が長すぎます"),
        (edited("継続する。", "あ" * 100_000), "1:1", "ファイルが大きすぎます"),
        (GOOD_SHEET + GOOD_SHEET.split("goals:\n")[1] * 1_500, "1:1", "ファイルが大きすぎます"),
        (GOOD_SHEET + "".join(f"k{n}: &a{n} v\n" for n in range(9_000)), "", "アンカー"),
        (f"{GOOD_SHEET}# {chr(0x200B) * 80_000}\n", "22:3", "目に見えない文字"),
        (f"{GOOD_SHEET}#{chr(9) * 200_000}\n", "22:2", "タブ文字"),
        (GOOD_SHEET + "\u3000a:\n" * 20_000, "22:1", "全角の空白"),
    ],
    ids=[
        *("Y26", "Y28", "Y24", "N29", "E02", "E04", "E18", "R04", "R06", "R08", "R08 file", "R10", "R18"),
        *("hidden", "tabs", "wide blanks"),
    ],
)
def test_a_bad_file_is_refused_in_time(standing: Desk, data: bytes | str, place: str, words: str) -> None:
    standing.sheet(data)
    with ending():
        problems = standing.refused()
    assert any(problem.startswith(f"{SHEET_PATH}:{place}") and words in problem for problem in problems), problems[:3]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"1,200人"', "1:30", ("1:30",)),
        ('"1,200人"', "1_000", ("1_000",)),
        ("2025-04-01", '"2025-04-01"', ("2025年（令和7年）4月1日",)),
        ('"1,200人"', ".nan", (".nan",)),
    ],
    ids=["Y02", "Y04", "Y06", "Y44"],
)
def test_text_is_published_as_written(standing: Desk, old: str, new: str, words: tuple[str, ...]) -> None:
    standing.sheet(edited(old, new))
    assert standing.published() == []
    assert set(words) <= set(standing.words())


@pytest.mark.parametrize(
    "data",
    [
        GOOD_SHEET.replace("\n", "\r\n").encode(),
        GOOD_SHEET.replace("\n", "\r").encode(),
        GOOD_SHEET.replace("\n", "\r\n", 9).encode(),
        unicodedata.normalize("NFD", GOOD_SHEET).encode(),
    ],
    ids=["E08", "E09", "E10", "E16"],
)
def test_line_ends_and_letters_in_parts_change_no_byte_of_the_site(
    standing: Desk, good_site: Path, data: bytes
) -> None:
    assert data != GOOD_SHEET.encode()
    standing.sheet(data)
    assert standing.published() == []
    assert standing.snapshot() == snapshot(good_site)


BAD_SLUGS = {
    "N01": "../../evil",
    "N02": "/var/www/evil",
    "N03": "..",
    "N04": '""',
    "N05": "con",
    "N06": "nul",
    "N07": "com1",
    "N08": "abc.",
    "N09": '"abc "',
    "N10": "a:b",
    "N11": "a" * 270,
    "N12": '"a\\0b"',
    "N13": "static",
    "N14": "index.html",
    "N15": "CHIIKI-somu",
    "N16": "か\u3099",
    "N17": "%2e%2e",
    "N18": "a\\b",
    "N19": "_headers",
    "N20": '"a\\nb"',
    "N21": "-rf",
    "N22": ".",
    "N24": "404.html",
    "N24 folder": "404",
}


@pytest.mark.parametrize("slug", BAD_SLUGS.values(), ids=BAD_SLUGS.keys())
@pytest.mark.parametrize(
    ("file", "text", "good"),
    [
        ("organization.yaml", ORGANIZATION, "slug: kita"),
        ("organization.yaml", ORGANIZATION, "slug: chiiki-somu"),
        ("policies.yaml", POLICIES, "slug: seisaku"),
    ],
    ids=["division", "unit", "plan"],
)
def test_a_bad_slug_is_refused(standing: Desk, file: str, text: str, good: str, slug: str) -> None:
    standing.write(file, edited(good, f"slug: {slug}", text))
    before = text[: text.index(good)].splitlines()
    place = f"{len(before)}:{len(before[-1]) + 7}"
    assert any(problem.startswith(f"{file}:{place}: ") for problem in standing.refused())


BAD_FILES = {
    "N05": "sheets/2025/kita/con.yaml",
    "N08": "sheets/2025/kita/abc..yaml",
    "N09": "sheets/2025/kita/abc .yaml",
    "N10": "sheets/2025/kita/a:b.yaml",
    "N11": f"sheets/2025/kita/{'a' * 240}.yaml",
    "N15": "sheets/2025/kita/Chiiki-Somu.yaml",
    "N15 folder": "sheets/2025/KITA/chiiki-somu.yaml",
    "N16": "sheets/2025/kita/か\u3099.yaml",
    "N17": "sheets/2025/kita/%2e%2e.yaml",
    "N18": "sheets/2025/kita/a\\b.yaml",
    "N20": "sheets/2025/kita/a\nb.yaml",
    "N21": "sheets/2025/kita/-rf.yaml",
    "N26": "sheets/2025/kita/chiiki-somu - コピー.yaml",
    "N26 brackets": "sheets/2025/kita/chiiki-somu(1).yaml",
    "N30": "sheets/2025/kita/chiiki-somu.YAML",
    "N30 yml": "sheets/2025/kita/chiiki-somu.yml",
    "year": "sheets/R7/kita/chiiki-somu.yaml",
    "wide year": "sheets/２０２５/kita/chiiki-somu.yaml",
    "depth": "sheets/2025/chiiki-somu.yaml",
    "top": "chiiki-somu.yaml",
    "page in a folder": "pages/a/b.md",
    "page in upper case": "pages/About.md",
    "F12": os.fsdecode(b"sheets/2025/kita/\xff.yaml"),
}


@pytest.mark.parametrize("path", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_in_no_place_of_the_site_is_refused_by_name(standing: Desk, path: str) -> None:
    standing.write(path, "# 題\n\n文\n" if path.endswith(".md") else GOOD_SHEET)
    (problem,) = standing.refused()
    told = path.encode("utf-8", "backslashreplace").decode()
    assert problem.startswith(f"{told}:1:1: " if "\n" not in told else told.split("\n")[0])


@pytest.mark.parametrize(
    "name",
    ["wards", "departments", "policies", "sheets", "assets", "static", "404", "index", "con"],
)
def test_a_page_cannot_take_the_address_of_another(standing: Desk, name: str) -> None:
    """N13, N14, N24, N25: one page would overwrite the other without a word."""
    standing.write(f"pages/{name}.md", "# 題\n\n文\n")
    (problem,) = standing.refused()
    assert problem.startswith(f"pages/{name}.md:1:1: ")


def test_n25_one_slug_for_two_units_is_refused_with_both_places(standing: Desk) -> None:
    standing.write("organization.yaml", ORGANIZATION + "      - slug: chiiki-somu\n        name: 建設課\n")
    assert standing.refused() == [
        "organization.yaml:10:15: 「chiiki-somu」が2か所（1番目と2番目）にあります。\n"
        "  hint: どちらかを別の名前にしてください。"
    ]


def test_n25_two_plans_cannot_share_an_address(standing: Desk) -> None:
    standing.write("policies.yaml", POLICIES + "  - slug: seisaku-13\n    prefix: 行政\n    name: 行政\n")
    standing.sheet(edited("[政策13-1-②]", "[政策13-1-②, 行政1-2]"))
    assert [problem.split(": ")[0] for problem in standing.refused()] == ["policies.yaml:8:11"]


def test_n23_yes_is_text(standing: Desk) -> None:
    standing.write("organization.yaml", edited("slug: chiiki-somu", "slug: yes", ORGANIZATION))
    assert standing.refused()[0].startswith(f"{SHEET_PATH}:1:1: ")
    (standing.content / SHEET_PATH).rename(standing.content / "sheets/2025/kita/yes.yaml")
    assert standing.published() == []
    assert (standing.site / "sheets/2025/kita/yes/index.html").is_file()


def test_f13_one_name_in_two_divisions_makes_two_pages(standing: Desk) -> None:
    higashi = edited("slug: kita", "slug: higashi", ORGANIZATION).removeprefix("divisions:\n")
    standing.write("organization.yaml", ORGANIZATION + higashi.replace("北区", "東区"))
    standing.write("sheets/2025/higashi/chiiki-somu.yaml", GOOD_SHEET.replace("北区", "東区"))
    assert standing.published() == []
    for slug, name in (("kita", "北区役所"), ("higashi", "東区役所")):
        assert name in standing.words(f"sheets/2025/{slug}/chiiki-somu")


def test_n27_n28_f07_what_programs_leave_behind_is_skipped(standing: Desk, good_site: Path) -> None:
    for name in ("._x.yaml", ".~lock.x.yaml#", "x.yaml~"):
        standing.write(f"sheets/2025/kita/{name}", b"\x00\x05\x16\x07")
    (standing.content / "sheets/2025/kita/.#x.yaml").symlink_to("clerk@host.123")
    assert standing.published() == []
    assert standing.snapshot() == snapshot(good_site)


@pytest.fixture
def secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a readable file outside the content."""
    path = tmp_path_factory.mktemp("outside") / "secret.yaml"
    path.write_text(edited("継続する。", "秘密"), encoding="utf-8")
    yield path
    assert "秘密" in path.read_text(encoding="utf-8")


class TestFiles:
    """What stands in the content folder though it is no file to read."""

    def test_f01_a_pipe(self, standing: Desk) -> None:
        os.mkfifo(standing.content / "sheets/2025/kita/pipe.yaml")
        assert standing.refused() == [
            "sheets/2025/kita/pipe.yaml:1:1: ふつうのファイルではありません。\n"
            "  hint: このファイルを取り除いてください。"
        ]

    def test_f01_a_pipe_in_the_place_of_a_file_that_must_be_there(self, standing: Desk) -> None:
        (standing.content / "site.yaml").unlink()
        os.mkfifo(standing.content / "site.yaml")
        assert standing.refused() == [
            "site.yaml:1:1: ふつうのファイルではありません。\n  hint: このファイルを取り除いてください。"
        ]

    @pytest.mark.parametrize("target", ["/dev/zero", "/etc/passwd", "nowhere.yaml"])
    def test_f02_f03_f08_a_link(self, standing: Desk, target: str) -> None:
        (standing.content / "sheets/2025/kita/kensetsu.yaml").symlink_to(target)
        assert standing.refused() == [
            "sheets/2025/kita/kensetsu.yaml:1:1: リンク（シンボリックリンク）は読みません。\n"
            "  hint: リンク先の実際のファイルを置いてください。"
        ]

    def test_f03_a_link_to_a_sheet_outside(self, standing: Desk, secret: Path) -> None:
        (standing.content / SHEET_PATH).unlink()
        (standing.content / SHEET_PATH).symlink_to(secret)
        assert any(problem.startswith(f"{SHEET_PATH}:1:1: リンク") for problem in standing.refused())

    def test_f04_a_link_to_a_folder_outside(self, standing: Desk, secret: Path) -> None:
        (standing.content / "sheets/2024").symlink_to(secret.parent)
        assert [problem.split(": ")[0] for problem in standing.refused()] == ["sheets/2024:1:1"]

    @pytest.mark.parametrize("number", [1, 2])
    def test_f05_f06_loops(self, standing: Desk, number: int) -> None:
        for name in "ab"[:number]:
            (standing.content / "sheets" / name).symlink_to("..")
        with ending():
            assert [problem.split(": ")[0] for problem in standing.refused()] == [
                f"sheets/{name}:1:1" for name in "ab"[:number]
            ]

    def test_f09_a_folder_named_like_a_file(self, standing: Desk) -> None:
        (standing.content / "sheets/2025/kita/kensetsu.yaml").mkdir()
        assert [problem.split(": ")[0] for problem in standing.refused()] == ["sheets/2025/kita/kensetsu.yaml:1:1"]

    def test_f11_a_sparse_file(self, standing: Desk) -> None:
        with (standing.content / SHEET_PATH).open("wb") as sparse:
            sparse.truncate(3 << 30)
        assert any("ファイルが大きすぎます" in problem for problem in standing.refused())

    def test_f14_no_content(self, standing: Desk) -> None:
        shutil.rmtree(standing.content)
        before = standing.snapshot()
        outcome = standing.run()
        assert outcome.code == 1
        assert outcome.err.startswith(
            f"{standing.content}:1:1: 内容のフォルダーがありません。\n"
            "  hint: --content で正しいフォルダーを指定してください。\n"
        )
        assert standing.snapshot() == before

    @pytest.mark.parametrize("gone", ["sheets", "sheets/2025", SHEET_PATH])
    def test_f15_no_sheets(self, standing: Desk, gone: str) -> None:
        path = standing.content / gone
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        assert standing.refused() == [
            "sheets:1:1: シートが1枚もありません。\n  hint: sheets/年度/部署/課.yaml に置いてください。"
        ]

    def test_f16_the_site_is_the_content(self, desk: Desk) -> None:
        before = snapshot(desk.content)
        turned = Desk(desk.folder, desk.capsys)
        outcome = turned.run("build", "--site", str(desk.content))
        assert outcome.code in {1, 2}
        assert "内容のフォルダーと重なっています" in outcome.err
        assert snapshot(desk.content) == before

    def test_f17_the_site_is_a_link(self, standing: Desk) -> None:
        standing.site.rename(standing.folder / "elsewhere")
        standing.site.symlink_to("elsewhere")
        before = snapshot(standing.folder / "elsewhere")
        outcome = standing.run()
        assert outcome.code in {0, 1}
        assert "Traceback" not in outcome.err
        assert standing.site.is_symlink()
        assert outcome.code == 0 or snapshot(standing.folder / "elsewhere") == before


def test_a_page_of_the_site_reads_well(good_site: Path) -> None:
    """The control: what the other tests look for is there to be found."""
    words = visible(html.document_fromstring(page_bytes(good_site)))
    assert {"1,200人", "1,310人", "自治会と**協働**で実施する。"} <= set(words)
