from __future__ import annotations

from pathlib import Path

import pytest

from goalsheets.building import make_site
from goalsheets.fields import RefusedError, licence
from goalsheets.licences import SPDX, licence_address, licence_words
from tests.samples import SITE, sheet_text, write_content


@pytest.mark.parametrize("terms", ["unconfirmed", "CC-BY-4.0", "CC0-1.0", "https://www.city.example.jp/terms.html"])
def test_terms_are_a_name_an_address_or_said_to_be_unconfirmed(terms: str) -> None:
    assert licence(terms) == terms


@pytest.mark.parametrize("terms", ["CC BY 4.0", "cc-by-4.0", "クリエイティブ・コモンズ", "http://x.jp/", "unknown"])
def test_anything_else_is_refused(terms: str) -> None:
    with pytest.raises(RefusedError):
        licence(terms)


def test_the_city_s_terms_are_said_in_words() -> None:
    assert licence_words("unconfirmed") == "シートの内容の利用条件は、市に確認できていません。"
    assert licence_words("CC-BY-4.0") == "シートの内容の利用条件：CC-BY-4.0"


def test_each_name_leads_to_its_text() -> None:
    assert licence_address("CC-BY-4.0") == "https://spdx.org/licenses/CC-BY-4.0.html"
    assert licence_address("https://example.jp/terms/") == "https://example.jp/terms/"
    assert licence_address("unconfirmed") is None
    assert all(" " not in name for name in SPDX)


class TestInSiteYaml:
    def problem(self, folder: Path, site: str) -> str:
        (problem,) = make_site(
            write_content(folder, {"site.yaml": site, "sheets/2025/kita/somu.yaml": sheet_text()})
        ).problems
        return str(problem)

    def test_leaving_it_out_is_an_error_that_says_why(self, tmp_path: Path) -> None:
        assert self.problem(tmp_path, SITE.replace("licence: unconfirmed\n", "")).endswith(
            "site.yamlに「licence」（利用条件）がありません。\n"
            "  hint: 「licence: 」の行を書いてください。データを使う人は、条件が書かれていないと使えません。"
            "市に確認できていなければ unconfirmed と書きます。"
        )

    def test_a_guess_is_refused(self, tmp_path: Path) -> None:
        assert self.problem(tmp_path, SITE.replace("unconfirmed", "自由に使えます")).endswith(
            "「自由に使えます」は利用条件として読めません。\n"
            "  hint: データのためのSPDXの名前（例: CC-BY-4.0）か「https://」で始まるアドレスを書いてください。"
            "市に確認できていなければ unconfirmed と書きます。"
        )
