"""Describe the files of data as linked data: in DCAT for data portals, by schema.org for search engines.

Only what the content says is said: whose words the sheets are, but not who publishes the site, for nobody wrote that.
"""

from __future__ import annotations

from typing import Any

from goalsheets.addresses import DATA
from goalsheets.holdings import JSON_LINES, File, Holdings
from goalsheets.licences import licence_address
from goalsheets.model import Site

CATALOG = f"{DATA}catalog.jsonld"

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Stands in the file itself, so that nothing is fetched to read it."""

_JAPANESE = {"@id": "http://id.loc.gov/vocabulary/iso639-1/ja"}
_MEDIA = "https://www.iana.org/assignments/media-types/"
_FORM = "組織目標管理シート"
_SHA_256 = {"@id": "spdx:checksumAlgorithm_sha256"}


def dcat_catalog(holdings: Holdings) -> dict[str, Any]:
    """Describe the site as a catalogue (DCAT 3) of one dataset."""
    site = holdings.site
    return {
        "@context": _CONTEXT,
        "@id": f"{site.base_url}{CATALOG}#catalog",
        "@type": "dcat:Catalog",
        "dct:title": _words(holdings.title),
        "dct:description": _words(holdings.description),
        "dct:language": _JAPANESE,
        "foaf:homepage": {"@id": site.base_url},
        "dcat:dataset": _dcat_dataset(holdings),
    }


def _dcat_dataset(holdings: Holdings) -> dict[str, Any]:
    site = holdings.site
    city: dict[str, Any] = {"@type": "dct:Location", "skos:prefLabel": _words(site.city)}
    if site.code:
        city["dct:identifier"] = site.code
    source = {
        "dct:title": _words(_FORM),
        "dct:creator": {"@type": "foaf:Organization", "foaf:name": _words(site.city)},
    }
    return {
        "@id": f"{holdings.address}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{holdings.address}#dataset",
        "dct:title": _words(holdings.title),
        "dct:description": _words(holdings.description),
        "dct:language": _JAPANESE,
        "dct:source": source,
        "dct:spatial": city,
        "dct:temporal": [_period(*days) for days in holdings.periods],
        **({"dct:modified": _typed(holdings.latest, "date")} if holdings.latest else {}),
        **_dcat_terms(site),
        **({"dcat:contactPoint": {"@type": "vcard:Kind", "vcard:fn": site.contact}} if site.contact else {}),
        "dcat:keyword": [_words(_FORM), _words(site.city)],
        "dcat:landingPage": {"@id": holdings.address},
        "dcat:distribution": [_dcat_file(file, holdings) for file in holdings.files],
    }


def _dcat_file(file: File, holdings: Holdings) -> dict[str, Any]:
    if file.media == JSON_LINES:
        form = {"dct:format": {"@type": "dct:MediaTypeOrExtent", "rdfs:label": "JSON Lines"}}
    else:
        form = {"dcat:mediaType": {"@id": f"{_MEDIA}{file.media}"}}
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": _SHA_256,
        "spdx:checksumValue": _typed(file.digest, "hexBinary"),
    }
    return {
        "@type": "dcat:Distribution",
        "dct:title": _words(file.contents),
        "dct:language": _JAPANESE,
        "dcat:accessURL": {"@id": holdings.address},
        "dcat:downloadURL": {"@id": f"{holdings.address}{file.name}"},
        **form,
        "dcat:byteSize": _typed(str(file.size), "nonNegativeInteger"),
        "spdx:checksum": checksum,
        **_dcat_terms(holdings.site),
    }


def _dcat_terms(site: Site) -> dict[str, Any]:
    address = licence_address(site.licence)
    if address:
        return {"dct:license": {"@id": address}}
    return {"dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _words(site.terms)}}


def _period(first: str, last: str) -> dict[str, Any]:
    days = {"dcat:startDate": _typed(first, "date"), "dcat:endDate": _typed(last, "date")}
    return {"@type": "dct:PeriodOfTime", **days}


def _words(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "ja"}


def _typed(text: str, kind: str) -> dict[str, str]:
    return {"@value": text, "@type": f"xsd:{kind}"}


def schema_dataset(holdings: Holdings) -> dict[str, Any]:
    """Describe the files as a Dataset of schema.org, for the page on them."""
    site = holdings.site
    address = licence_address(site.licence)
    terms = {"license": address} if address else {"usageInfo": {"@type": "CreativeWork", "text": site.terms}}
    city = {"@type": "GovernmentOrganization", "name": site.city}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{holdings.address}#dataset",
        "name": holdings.title,
        "description": holdings.description,
        "url": holdings.address,
        "inLanguage": "ja",
        "keywords": [_FORM, site.city],
        "isAccessibleForFree": True,
        **terms,
        "isBasedOn": {"@type": "CreativeWork", "name": _FORM, "creator": city},
        "spatialCoverage": {"@type": "Place", "name": site.city},
        "temporalCoverage": [f"{first}/{last}" for first, last in holdings.periods],
        **({"dateModified": holdings.latest} if holdings.latest else {}),
        "distribution": [_download(file, holdings) for file in holdings.files],
    }


def _download(file: File, holdings: Holdings) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.contents,
        "contentUrl": f"{holdings.address}{file.name}",
        "encodingFormat": file.media,
        "contentSize": f"{file.size} B",
        "sha256": file.digest,
    }
