"""Put the files that describe the files of data, for the programs that look for such descriptions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from goalsheets.addresses import DATA
from goalsheets.datapackage import datapackage
from goalsheets.datasette import datasette_metadata
from goalsheets.holdings import Holdings
from goalsheets.indexes import Sink
from goalsheets.linked import CATALOG, dcat_catalog
from goalsheets.publishing import Manifest

PACKAGE = f"{DATA}datapackage.json"
METADATA = f"{DATA}metadata.json"

CONTENTS = {
    PACKAGE: "データのファイルと欄の説明（Frictionless Data Package形式）",
    CATALOG: "データの目録（DCAT形式、JSON-LD）",
    METADATA: "データベースの表と欄の説明（Datasette用）",
}
"""What is in each description, in words."""

_DESCRIBED: dict[str, Callable[[Holdings], dict[str, Any]]] = {
    PACKAGE: datapackage,
    CATALOG: dcat_catalog,
    METADATA: datasette_metadata,
}


def put_descriptions(holdings: Holdings, sink: Sink) -> Manifest:
    """Put all descriptions; their stamps come back."""
    return {path: sink.put(path, _as_json(describe(holdings))) for path, describe in _DESCRIBED.items()}


def _as_json(described: dict[str, Any]) -> bytes:
    return f"{json.dumps(described, ensure_ascii=False, indent=1)}\n".encode()
