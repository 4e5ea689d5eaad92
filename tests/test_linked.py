"""Data portals and search engines learn what the data are, and nothing that nobody has said."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.query import ResultRow

from goalsheets.linked import dcat_catalog, schema_dataset
from tests.samples import document, only, real_site
from tests.test_holdings import made_up_holdings, real_holdings

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib, which uses it itself

SPDX = Namespace("http://spdx.org/rdf/terms#")
CATALOG = URIRef("https://example.jp/data/catalog.jsonld#catalog")
DATASET = URIRef("https://example.jp/data/#dataset")
UNCONFIRMED = "シートの内容の利用条件は、市に確認できていません。"


def graph_of(text: str | bytes) -> Graph:
    """Read linked data; its words for things stand in it, so nothing is fetched."""
    return Graph().parse(data=text, format="json-ld")


@cache
def real_graph() -> Graph:
    return graph_of(real_site().files["data/catalog.jsonld"])


def answers_of(question: str) -> set[tuple[str, ...]]:
    """Ask the catalogue of the city's own data."""
    names = {"dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "skos": SKOS, "spdx": SPDX, "xsd": XSD}
    answers = real_graph().query(question, initNs=names)
    return {tuple(str(value) for value in row) for row in answers if isinstance(row, ResultRow)}


def made_up_graph(folder: Path, more: str = "", licence: str = "unconfirmed") -> Graph:
    return graph_of(json.dumps(dcat_catalog(made_up_holdings(folder, more, licence))))


def ja(text: str) -> Literal:
    return Literal(text, lang="ja")


class TestCatalogue:
    def test_it_has_one_dataset(self) -> None:
        graph = real_graph()
        assert list(graph.subjects(RDF.type, DCAT.Catalog)) == [CATALOG]
        assert list(graph.objects(CATALOG, DCAT.dataset)) == [DATASET]
        assert (DATASET, RDF.type, DCAT.Dataset) in graph
        assert graph.value(CATALOG, FOAF.homepage) == URIRef("https://example.jp/")

    @pytest.mark.parametrize("subject", [CATALOG, DATASET])
    def test_title_and_description_are_japanese_words(self, subject: URIRef) -> None:
        graph = real_graph()
        assert graph.value(subject, DCTERMS.title) == ja("新潟市 組織目標管理シート")
        assert graph.value(subject, DCTERMS.description) == ja(real_holdings().description)
        assert graph.value(subject, DCTERMS.language) == URIRef("http://id.loc.gov/vocabulary/iso639-1/ja")

    def test_it_tells_whose_words_of_which_years_they_are(self) -> None:
        answers = answers_of(
            """
            SELECT ?form ?city ?place ?first ?last ?day WHERE {
                ?dataset a dcat:Dataset ; dct:modified ?day ;
                    dct:source [ dct:title ?form ; dct:creator [ a foaf:Organization ; foaf:name ?city ] ] ;
                    dct:spatial [ a dct:Location ; skos:prefLabel ?place ] ;
                    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate ?first ; dcat:endDate ?last ]
                FILTER (datatype(?first) = xsd:date && datatype(?last) = xsd:date && datatype(?day) = xsd:date)
            }
            """
        )
        days = "2024-04-01", "2026-03-31", real_holdings().latest
        assert answers == {("組織目標管理シート", "新潟市", "新潟市", *days)}

    def test_every_file_can_be_fetched_and_proved(self) -> None:
        answers = answers_of(
            """
            SELECT ?address ?size ?sum WHERE {
                ?dataset dcat:distribution ?file .
                ?file a dcat:Distribution ; dct:title ?title ; dcat:accessURL <https://example.jp/data/> ;
                    dcat:downloadURL ?address ; dcat:byteSize ?size ; spdx:checksum ?checksum .
                ?checksum a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?sum
                FILTER (lang(?title) = "ja" && datatype(?size) = xsd:nonNegativeInteger)
            }
            """
        )
        files = real_holdings().files
        assert answers == {(f"https://example.jp/{one.path}", str(one.size), one.digest) for one in files}

    def test_media_types_are_registered_ones(self) -> None:
        graph = real_graph()
        registered = "https://www.iana.org/assignments/media-types/"
        types = {str(kind).removeprefix(registered) for kind in graph.objects(None, DCAT.mediaType)}
        assert types == {"text/csv", "application/json", "application/vnd.sqlite3"}
        (lines,) = (file for file in graph.subjects(DCTERMS.format) if not graph.value(file, DCAT.mediaType))
        assert str(graph.value(lines, DCAT.downloadURL)).endswith("/goals.jsonl")

    def test_nobody_is_named_as_publisher(self) -> None:
        assert list(real_graph().objects(None, DCTERMS.publisher)) == []


class TestTerms:
    def test_unconfirmed_terms_are_told_in_words(self) -> None:
        graph = real_graph()
        assert list(graph.objects(None, DCTERMS.license)) == []
        rights = list(graph.objects(None, DCTERMS.rights))
        assert len(rights) == 1 + len(real_holdings().files)
        assert {graph.value(one, RDFS.label) for one in rights} == {ja(UNCONFIRMED)}

    @pytest.mark.parametrize(
        ("licence", "address"),
        [
            ("CC-BY-4.0", "https://spdx.org/licenses/CC-BY-4.0.html"),
            ("https://example.jp/terms", "https://example.jp/terms"),
        ],
    )
    def test_a_licence_is_an_address(self, tmp_path: Path, licence: str, address: str) -> None:
        held = made_up_holdings(tmp_path / "content", licence=licence)
        graph = graph_of(json.dumps(dcat_catalog(held)))
        assert set(graph.objects(None, DCTERMS.license)) == {URIRef(address)}
        assert list(graph.objects(None, DCTERMS.rights)) == []
        described = schema_dataset(held)
        assert (described["license"], "usageInfo" in described) == (address, False)


def test_contact_and_code_are_told_where_there_are_any(tmp_path: Path) -> None:
    graph = made_up_graph(tmp_path / "content", 'contact: 広聴相談課\ncode: "151009"\n')
    vcard = Namespace("http://www.w3.org/2006/vcard/ns#")
    contact, place = graph.value(None, RDF.type, vcard.Kind), graph.value(None, RDF.type, DCTERMS.Location)
    assert graph.value(contact, vcard.fn) == Literal("広聴相談課")
    assert graph.value(place, DCTERMS.identifier) == Literal("151009")
    assert list(real_graph().objects(None, DCAT.contactPoint)) == []


class TestPage:
    """The page on the data tells search engines what it leads to."""

    def test_it_has_the_description_as_data(self) -> None:
        block = only(document(real_site().files["data/index.html"]), "//script[not(@src)]")
        assert block.get("type") == "application/ld+json"
        assert json.loads(block.text_content()) == schema_dataset(real_holdings())

    def test_no_other_page_has_any(self) -> None:
        pages = [path for path, data in real_site().files.items() if path.endswith(".html") and b"ld+json" in data]
        assert pages == ["data/index.html"]

    def test_the_description_is_whole(self) -> None:
        described = schema_dataset(real_holdings())
        files: list[dict[str, Any]] = described.pop("distribution")
        assert described == {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": "https://example.jp/data/#dataset",
            "name": "新潟市 組織目標管理シート",
            "description": real_holdings().description,
            "url": "https://example.jp/data/",
            "inLanguage": "ja",
            "keywords": ["組織目標管理シート", "新潟市"],
            "isAccessibleForFree": True,
            "usageInfo": {"@type": "CreativeWork", "text": UNCONFIRMED},
            "isBasedOn": {
                "@type": "CreativeWork",
                "name": "組織目標管理シート",
                "creator": {"@type": "GovernmentOrganization", "name": "新潟市"},
            },
            "spatialCoverage": {"@type": "Place", "name": "新潟市"},
            "temporalCoverage": ["2024-04-01/2026-03-31"],
            "dateModified": real_holdings().latest,
        }
        digest, size, _ = real_site().manifest["data/goals.json"]
        assert files[8] == {
            "@type": "DataDownload",
            "name": "目標と指標（JSON形式、目標1件ごと）",
            "contentUrl": "https://example.jp/data/goals.json",
            "encodingFormat": "application/json",
            "contentSize": f"{size} B",
            "sha256": digest,
        }
