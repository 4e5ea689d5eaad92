"""Check every page of the made sites for what no visitor, and no screen reader, should meet."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from gzip import compress

import pytest
from lxml.html import HtmlElement

from goalsheets.built import Built
from tests.samples import found, only
from tests.site.counting import sheets
from tests.site.markup import (
    Pages,
    each,
    is_outside,
    led_to,
    links,
    mistakes,
    spoken,
    spoken_texts,
)

HOME, NOT_FOUND = "index.html", "404.html"
FORM = "/form/index.html"
"""How the pages end that copy the city's own form: with its merged and its blank cells, and its heads above heads.

The same content stands in plain tables on the page of the sheet, to which such a page links.
"""
FORM_WIDTHS = {"form-head": 6, "form-goals": 11}
RATING_SIGNS = "○△×◯〇✕✖☓╳⨯◎▲"
RATING_WORDS = {"○": "達成", "△": "一部未達成", "×": "未達成"}
UNRATED_WORDS = {"未評価", "結果記載なし", "評価記載なし"}
VAGUE = re.compile(
    r"(?:詳しくは|くわしくは)?(?:こちら|ここ|コチラ)(?:へ|から|をクリック)?|これ|それ|詳細|詳しく(?:見る|は)?"
    r"|くわしく(?:見る|は)?|もっと(?:見る|読む)?|続き(?:を読む|を見る)?|リンク|クリック|次へ?|前へ?|戻る|一覧"
    r"|here|more|link|click",
    re.IGNORECASE,
)
FORBIDDEN_SIGNS = re.compile(
    r"[\uff61-\uff9f]"  # half-width kana
    r"|[\u3200-\u33ff]"  # ㈱ ㋿ ㌫ ㍻
    r"|[\u2460-\u24ff]"  # ①
    r"|[≧≦～♯￥]"
    r"|[\ufffd\u200b\ufeff\u00ad]"
)
SPACED_WORD = re.compile(r"[\u4e00-\u9fff\u3040-\u30ff]\u3000[\u4e00-\u9fff\u3040-\u30ff]")
PROGRAM_VALUES = re.compile(
    r"\b(?:None|[Uu]ndefined|null|NaN|True|False)\b"
    r"|object at 0x|\[object|<(?:built|bound)|\{[{%#]|[}%#]\}"
)


def test_the_real_and_the_extreme_content_have_no_problems(made: Built, extreme: Built) -> None:
    assert [str(problem) for problem in (*made.problems, *extreme.problems)] == []


# The document


def test_every_page_is_a_japanese_html_document(made: Built, extreme: Built) -> None:
    beginning = b'<!DOCTYPE html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
    files = [*made.files.items(), *extreme.files.items()]
    assert [path for path, data in files if path.endswith(".html") and not data.startswith(beginning)] == []


def test_every_page_is_well_formed(made: Built, extreme: Built) -> None:
    files = [*made.files.items(), *extreme.files.items()]
    assert [f"{path}: {mistake}" for path, data in files if path.endswith(".html") for mistake in mistakes(data)] == []


def test_every_page_lets_the_visitor_zoom(every_page: Pages) -> None:
    viewports = {
        page: [str(content) for content in root.xpath("//meta[@name='viewport']/@content")]
        for page, root in every_page.items()
    }
    assert {page for page in viewports if viewports[page] != ["width=device-width, initial-scale=1"]} == set()


def test_titles_are_unique(pages: Pages) -> None:
    titles = Counter(spoken(only(root, "/html/head/title")) for root in pages.values())
    assert [title for title, count in titles.items() if count > 1 or not title] == []


def test_descriptions_are_unique(pages: Pages) -> None:
    descriptions = Counter(str(root.xpath("string(//meta[@name='description']/@content)")) for root in pages.values())
    assert [words for words, count in descriptions.items() if count > 1 or not words] == []


def test_titles_begin_with_the_main_heading_of_the_page(pages: Pages) -> None:
    offenders = []
    for page, root in pages.items():
        title, heading = spoken(only(root, "/html/head/title")), spoken(only(root, "//h1"))
        if page != HOME and not title.startswith(f"{heading}｜"):
            offenders.append(f"{page}: {title} / {heading}")
    assert offenders == []


def test_no_value_of_the_program_is_shown(every_page: Pages) -> None:
    assert [
        f"{page}: {text.strip()}"
        for page, root in every_page.items()
        for text in spoken_texts(root)
        if PROGRAM_VALUES.search(text)
    ] == []


def test_nothing_is_written_into_the_page_that_belongs_in_a_file(every_page: Pages) -> None:
    inline = (
        "//style | //*[@style] | //script[not(@src or @type='application/ld+json')]"
        " | //*[@*[starts-with(name(), 'on')]] | //*[@href[starts-with(., 'javascript:') or starts-with(., 'data:')]]"
    )
    assert [f"{page}: {element.tag!s}" for page, element in each(every_page, inline)] == []


def test_no_page_needs_another_host(every_page: Pages) -> None:
    needed = "//@src | //@srcset | //link[not(@rel = 'canonical')]/@href | //form/@action | //iframe"
    assert [
        f"{page}: {address}"
        for page, root in every_page.items()
        for address in root.xpath(needed)
        if is_outside(str(address))
    ] == []


def test_no_id_stands_twice(every_page: Pages) -> None:
    offenders = []
    for page, root in every_page.items():
        ids = Counter(str(name) for name in root.xpath("//@id"))
        offenders += [f"{page}: {name}" for name, count in ids.items() if count > 1 or not name]
    assert offenders == []


def test_every_reference_to_an_id_finds_it(every_page: Pages) -> None:
    references = "//@aria-labelledby | //@aria-describedby | //@aria-controls | //label/@for"
    offenders = []
    for page, root in every_page.items():
        ids = {str(name) for name in root.xpath("//@id")}
        names = (name for value in root.xpath(references) for name in str(value).split())
        offenders += [f"{page}: {name}" for name in names if name not in ids]
    assert offenders == []


def test_a_sheet_with_its_style_comes_in_20_kilobytes(made: Built) -> None:
    (style,) = [len(compress(data)) for path, data in made.files.items() if path.startswith("assets/site.")]
    sizes = {path: len(compress(data)) for path, data in made.files.items() if path.startswith("sheets/")}
    assert {path: size for path, size in sizes.items() if size + style > 20_000} == {}


# Headings and landmarks


def test_every_page_has_one_main_heading(every_page: Pages) -> None:
    assert [page for page, root in every_page.items() if len(found(root, "//h1")) != 1] == []
    assert [page for page, root in every_page.items() if not found(root, "//main//h1")] == []


def test_headings_never_skip_a_level(every_page: Pages) -> None:
    offenders = []
    for page, root in every_page.items():
        level = 0
        for heading in found(root, "//h1 | //h2 | //h3 | //h4 | //h5 | //h6"):
            here = int(str(heading.tag)[1])
            if here > level + 1:
                offenders.append(f"{page}: h{here} {spoken(heading)}")
            level = here
    assert offenders == []


def test_no_heading_is_empty(every_page: Pages) -> None:
    headings = each(every_page, "//h1 | //h2 | //h3 | //h4 | //h5 | //h6")
    assert [f"{page}: {heading.tag!s}" for page, heading in headings if not spoken(heading)] == []


def test_every_page_has_one_main_part_that_can_be_moved_to(every_whole_page: Pages) -> None:
    mains = {page: found(root, "//main") for page, root in every_whole_page.items()}
    attributes = {page: [(main.get("id"), main.get("tabindex")) for main in mains[page]] for page in mains}
    assert {page for page in attributes if attributes[page] != [("main", "-1")]} == set()


def test_the_skip_link_comes_first(every_whole_page: Pages) -> None:
    offenders = []
    for page, root in every_whole_page.items():
        first = found(root, "/html/body/*")[0]
        if (first.tag, first.get("href"), spoken(first)) != ("a", "#main", "本文へ移動"):
            offenders.append(page)
    assert offenders == []


def test_every_page_has_one_banner_and_one_footer(every_whole_page: Pages) -> None:
    landmarks = {
        page: (len(found(root, "/html/body/header")), len(found(root, "/html/body/footer")))
        for page, root in every_whole_page.items()
    }
    assert {page for page in landmarks if landmarks[page] != (1, 1)} == set()


def test_navigations_have_names_of_their_own(every_page: Pages) -> None:
    offenders = []
    for page, root in every_page.items():
        names = Counter(_name(element) for element in found(root, "//nav"))
        offenders += [f"{page}: {name}" for name, count in names.items() if count > 1 or not name]
    assert offenders == []


def test_what_the_keyboard_can_reach_has_a_role_and_a_name(every_page: Pages) -> None:
    assert [
        f"{page}: {element.tag!s}"
        for page, element in each(every_page, "//*[@tabindex='0']")
        if element.get("role") not in {"region", "group"} or not _name(element)
    ] == []


def test_no_tab_order_is_forced(every_page: Pages) -> None:
    assert [
        f"{page}: {element.tag!s} {element.get('tabindex')}"
        for page, element in each(every_page, "//*[@tabindex]")
        if element.get("tabindex") not in {"0", "-1"}
    ] == []


def test_crumbs_lead_from_home_to_the_page_itself(every_whole_page: Pages) -> None:
    assert [
        f"{page}: {fault}"
        for page, root in every_whole_page.items()
        if not page.endswith(NOT_FOUND) and page.rpartition(":")[2] != HOME
        for fault in _crumb_faults(page.rpartition(":")[2], root)
    ] == []


def _crumb_faults(page: str, root: HtmlElement) -> Iterator[str]:
    lists = found(root, "//nav[@aria-label='現在の位置']/ol")
    if len(lists) != 1:
        yield f"{len(lists)} lists of crumbs"
        return
    *above, here = found(lists[0], "li")
    ways = [led_to(page, str(way.get("href")))[0] for item in above for way in found(item, "a")]
    if not ways or ways[0] != HOME:
        yield "does not begin at home"
    if len(ways) != len(above) or page in ways or len(set(ways)) != len(ways):
        yield f"leads in circles: {ways}"
    current = found(here, ".//*[@aria-current='page']")
    if len(current) != 1 or not spoken(current[0]) or found(here, ".//a"):
        yield "does not end with the page itself"


def test_only_links_to_the_page_itself_are_marked_as_current(pages: Pages) -> None:
    assert [
        f"{page}: {link.get('href')}"
        for page, link in each(pages, "//a[@aria-current]")
        if (led_to(page, str(link.get("href")))[0], link.get("aria-current")) != (page, "page")
    ] == []


def _name(element: HtmlElement) -> str:
    if labels := str(element.get("aria-labelledby") or "").split():
        root = element.getroottree().getroot()
        return " ".join(spoken(named) for label in labels for named in found(root, f"//*[@id='{label}']"))
    return str(element.get("aria-label") or "").strip()


# Tables


@pytest.fixture(scope="session")
def every_plain_page(every_page: Pages) -> Pages:
    """Return the pages of both sites, but for the copies of the form."""
    return {page: root for page, root in every_page.items() if not page.endswith(FORM)}


def test_every_table_begins_with_its_caption(every_page: Pages) -> None:
    offenders = []
    for page, table in each(every_page, "//table"):
        first = table[0]
        if first.tag != "caption" or not spoken(first) or len(found(table, ".//caption")) != 1:
            offenders.append(f"{page}: {spoken(table)[:40]}")
    assert offenders == []


def test_captions_are_unique_on_a_page(every_page: Pages) -> None:
    offenders = []
    for page, root in every_page.items():
        captions = Counter(spoken(caption) for caption in found(root, "//caption"))
        offenders += [f"{page}: {words}" for words, count in captions.items() if count > 1]
    assert offenders == []


def test_every_head_of_a_table_says_what_it_heads(every_plain_page: Pages) -> None:
    assert [
        f"{page}: {spoken(head)}"
        for page, head in each(every_plain_page, "//th")
        if head.get("scope") != ("col" if found(head, "ancestor::thead") else "row")
    ] == []


def test_every_row_has_its_own_head_and_all_its_cells(every_plain_page: Pages) -> None:
    offenders = []
    for page, table in each(every_plain_page, "//table"):
        width = len(found(table, "thead/tr/th"))
        for row in found(table, "tbody/tr"):
            shape = [str(cell.tag) for cell in row]
            if shape != ["th", *["td"] * (width - 1)]:
                offenders.append(f"{page}: {spoken(row)[:40]} {shape}")
    assert offenders == []


def test_no_cells_are_merged_or_tied_together(every_plain_page: Pages) -> None:
    merged = "//*[@rowspan or @colspan or @headers]"
    assert [f"{page}: {spoken(cell)}" for page, cell in each(every_plain_page, merged)] == []


def test_no_cell_is_empty_or_only_a_sign(every_page: Pages) -> None:
    assert [
        f"{page}: {spoken(cell)!r} in {spoken(only(cell, 'ancestor::table/caption'))}"
        for page, cell in each(every_page, "//th | //td")
        if not _has_a_word(spoken(cell)) and not (page.endswith(FORM) and cell.tag == "td" and not spoken(cell))
    ] == []


def test_only_the_copies_of_the_form_are_let_off(pages: Pages) -> None:
    assert {page.removesuffix(FORM) for page in pages if page.endswith(FORM)} == {
        sheet.address.removesuffix("/") for sheet in sheets()
    }


def test_a_copy_of_the_form_has_a_cell_for_every_place(every_page: Pages) -> None:
    """Lay the cells of each table out; none may lie over another, and no place may be left."""
    faults = []
    for page, table in each(every_page, "//div[@class='facsimile']//table"):
        for part in found(table, "thead | tbody"):
            rows, places = found(part, "tr"), Counter[tuple[int, int]]()
            for number, row in enumerate(rows):
                column = 0
                for cell in found(row, "th | td"):
                    while places[number, column]:
                        column += 1
                    over, wide = int(cell.get("rowspan") or 1), int(cell.get("colspan") or 1)
                    places.update((number + down, column + right) for down in range(over) for right in range(wide))
            width = FORM_WIDTHS[str(table.get("class"))]
            whole = Counter((down, right) for down in range(len(rows)) for right in range(width))
            if +places != whole:
                faults.append(f"{page}: {spoken(part)[:40]}")
    assert faults == []


def test_the_heads_of_a_copy_of_the_form_say_what_they_head(every_page: Pages) -> None:
    heads = [head for page, head in each(every_page, "//th") if page.endswith(FORM)]
    assert {str(head.get("scope")) for head in heads if found(head, "ancestor::thead")} == {"col", "colgroup"}
    assert {str(head.get("scope")) for head in heads if not found(head, "ancestor::thead")} == {"row", "rowgroup"}
    assert [spoken(head) for head in heads if (head.get("scope") == "colgroup") != bool(head.get("colspan"))] == []


def test_a_copy_of_the_form_leads_back_to_the_page_of_the_sheet(pages: Pages) -> None:
    for page, word in each(pages, "//p[@class='facsimile-word']"):
        (link,) = found(word, "a")
        assert led_to(page, str(link.get("href")))[0] == page.replace("/form/", "/")
        assert spoken(word).startswith(
            "様式の写し シートの文字を、様式の形に組み直したものです。市が作った原本ではありません。"
        )


def _has_a_word(text: str) -> bool:
    signs = f"{RATING_SIGNS}ー々"
    return any(unicodedata.category(letter)[0] in "LN" and letter not in signs for letter in text)


# Ratings


def test_ratings_are_words_beside_a_hidden_sign(every_page: Pages) -> None:
    assert [
        f"{page}: {rating.text_content()!r}"
        for page, rating in each(every_page, "//*[contains(concat(' ', @class, ' '), ' rating ')]")
        if not _is_a_rating(rating)
    ] == []


def _is_a_rating(rating: HtmlElement) -> bool:
    signs = [element.text_content() for element in found(rating, "./span[@aria-hidden='true']")]
    if signs:
        return len(signs) == 1 and RATING_WORDS.get(signs[0]) == spoken(rating)
    return spoken(rating) in UNRATED_WORDS and rating.text_content() == spoken(rating)


def test_no_sign_of_a_rating_stands_alone(every_page: Pages) -> None:
    assert [
        f"{page}: {text}"
        for page, root in every_page.items()
        for text in spoken_texts(root)
        if set(text.strip()) <= set(RATING_SIGNS)
    ] == []


def test_our_own_words_have_no_sign_of_a_rating(plain: Pages) -> None:
    assert [
        f"{page}: {text.strip()}"
        for page, root in plain.items()
        for text in spoken_texts(root)
        if set(text) & set(RATING_SIGNS)
    ] == []


# Words


def test_our_own_words_have_no_signs_that_readers_garble(plain: Pages) -> None:
    assert [
        f"{page}: {text.strip()}"
        for page, root in plain.items()
        for text in spoken_texts(root)
        if FORBIDDEN_SIGNS.search(text) or SPACED_WORD.search(text)
    ] == []


def test_our_own_words_are_in_one_normal_form(every_page: Pages) -> None:
    assert [
        f"{page}: {text.strip()}"
        for page, root in every_page.items()
        for text in spoken_texts(root)
        if not unicodedata.is_normalized("NFC", text)
    ] == []


def test_every_time_is_a_day_that_its_words_name(every_page: Pages) -> None:
    assert [
        f"{page}: {time.get('datetime')} {spoken(time)}"
        for page, time in each(every_page, "//time")
        if not _names_its_day(time)
    ] == []


def _names_its_day(time: HtmlElement) -> bool:
    day = date.fromisoformat(str(time.get("datetime")))
    era_year = day.year - (2018 if day >= date(2019, 5, 1) else 1988)
    era = f"{'令和' if day >= date(2019, 5, 1) else '平成'}{'元' if era_year == 1 else era_year}年"
    return spoken(time) == f"{day.year}年（{era}）{day.month}月{day.day}日"


def test_fiscal_years_are_no_times(every_page: Pages) -> None:
    assert [f"{page}: {spoken(time)}" for page, time in each(every_page, "//time") if "年度" in spoken(time)] == []


# Links


def test_no_link_is_vague_or_empty(every_page: Pages) -> None:
    assert [
        f"{page}: {spoken(link)!r} → {link.get('href')}"
        for page, link in each(every_page, "//a")
        if not _has_a_word(spoken(link)) or VAGUE.fullmatch(spoken(link))
    ] == []


def test_every_link_leads_somewhere_in_the_same_window(every_whole_page: Pages) -> None:
    assert [
        f"{page}: {spoken(link)}"
        for page, link in each(every_whole_page, "//a")
        if not link.get("href") or link.get("href") == "#" or link.get("target") is not None
    ] == []


def test_no_button_no_link_and_no_picture_is_made_of_something_else(every_page: Pages) -> None:
    pretended = "//*[@role='button' or @role='link' or (@role='img' and name() != 'svg') or @role='presentation']"
    assert [f"{page}: {element.tag!s}" for page, element in each(every_page, pretended)] == []


def test_every_picture_is_hidden_or_has_words(every_page: Pages) -> None:
    pictures = "//img[not(@alt)] | //svg[not(@aria-hidden='true') and not(@role='img' and @aria-label)]"
    assert [f"{page}: {picture.tag!s}" for page, picture in each(every_page, pictures)] == []


def test_every_page_can_be_reached_from_home(pages: Pages) -> None:
    reached, ahead = {HOME}, [HOME]
    while ahead:
        page = ahead.pop()
        for link in links(pages[page]):
            file, _ = led_to(page, link)
            if file and not is_outside(link) and file in pages and file not in reached:
                reached.add(file)
                ahead.append(file)
    assert sorted(set(pages) - reached) == [NOT_FOUND]


def test_the_menu_is_the_same_on_every_page(pages: Pages) -> None:
    menus = {
        tuple(
            (led_to(page, str(link.get("href")))[0], spoken(link))
            for link in found(root, "/html/body/header//a | /html/body/footer//a")
        )
        for page, root in pages.items()
    }
    assert len(menus) == 1
