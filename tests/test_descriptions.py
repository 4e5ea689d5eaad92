"""The descriptions stand beside the files of data."""

from __future__ import annotations

import json

import pytest

from goalsheets.datapackage import datapackage
from goalsheets.datasette import datasette_metadata
from goalsheets.descriptions import CONTENTS, METADATA, PACKAGE, put_descriptions
from goalsheets.linked import CATALOG, dcat_catalog
from goalsheets.scratch import SiteInMemory
from tests.samples import real_site
from tests.test_holdings import real_holdings

DESCRIBED = {
    PACKAGE: datapackage,
    CATALOG: dcat_catalog,
    METADATA: datasette_metadata,
}


@pytest.mark.parametrize("path", DESCRIBED)
def test_each_is_json_that_people_can_read(path: str) -> None:
    text = real_site().files[path].decode()
    assert json.loads(text) == DESCRIBED[path](real_holdings())
    assert "組織目標管理シート" in text
    assert max(map(len, text.splitlines())) < 1_000
    assert text.endswith("}\n")


def test_each_has_its_words_and_its_stamp() -> None:
    memory = SiteInMemory()
    stamps = put_descriptions(real_holdings(), memory)
    assert stamps.keys() == memory.files.keys() == CONTENTS.keys() == DESCRIBED.keys()
    assert {path: stamp[:2] for path, stamp in stamps.items()} == {
        path: real_site().manifest[path][:2] for path in stamps
    }
