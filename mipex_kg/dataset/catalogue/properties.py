"""What DCAT-AP 3.0.1 wants of each property: a resource, a text, a date, and of which kind."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.ranges import RANGES
from mipex_kg.rdf.namespaces import (
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    PICTURES,
    PROV,
    SCHEMA,
    SKOS,
    VCARD,
    XSD,
    Namespace,
)

ADMS = Namespace("http://www.w3.org/ns/adms#")
ODRL = Namespace("http://www.w3.org/ns/odrl/2/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
TIME = Namespace("http://www.w3.org/2006/time#")
VOCABULARIES: Mapping[str, str] = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "foaf": FOAF,
    "odrl": ODRL,
    "spdx": SPDX,
    "time": TIME,
    "vcard": VCARD,
}
"""The prefixes of what a catalogue is written in."""

ADDRESSES = frozenset(
    {
        *(DCAT.term(name) for name in ("accessURL", "downloadURL", "landingPage")),
        *(DCAT.term(name) for name in ("endpointURL", "endpointDescription")),
        *(FOAF.term(name) for name in ("homepage", "page", "weblog", "workplaceHomepage")),
        *(SCHEMA.term(name) for name in ("url", "contentUrl", "downloadUrl", "mainEntityOfPage")),
        *(VCARD.term(name) for name in ("hasURL", "url")),
        *PICTURES,
    }
)
"""Links whose values are places on the web: files and pages, which need no description."""

CLASSES = frozenset(
    DCAT.term(name)
    for name in (
        *("Catalog", "CatalogRecord", "Dataset", "DatasetSeries", "Distribution", "DataService"),
        "Relationship",
    )
)
"""The classes of what a catalogue offers; what these lead to belongs to it too."""

TITLED = frozenset(
    DCAT.term(name) for name in ("Catalog", "Dataset", "DatasetSeries", "DataService")
)
"""Those that must have a title."""


def _terms(namespace: Namespace, names: str) -> list[ox.NamedNode]:
    return [namespace.term(name) for name in names.split()]


RESOURCES = frozenset(
    {
        *RANGES,
        *_terms(ADMS, "identifier sample status"),
        *_terms(
            DCAT,
            "accessService accessURL catalog compressFormat contactPoint dataset distribution "
            "downloadURL endpointDescription endpointURL first hadRole hasCurrentVersion "
            "hasVersion inSeries isVersionOf landingPage last mediaType next packageFormat prev "
            "previousVersion qualifiedRelation record servesDataset service theme themeTaxonomy",
        ),
        *_terms(DCATAP, "applicableLegislation availability hvdCategory"),
        *_terms(
            DCT,
            "accessRights accrualPeriodicity conformsTo contributor creator format hasPart "
            "hasVersion isPartOf isReferencedBy isReplacedBy isRequiredBy isVersionOf language "
            "license provenance publisher references relation replaces requires rights "
            "rightsHolder source spatial temporal type",
        ),
        *_terms(FOAF, "homepage page primaryTopic"),
        *_terms(ODRL, "hasPolicy"),
        *_terms(PROV, "agent qualifiedAttribution wasAttributedTo wasDerivedFrom wasGeneratedBy"),
        *_terms(SPDX, "algorithm checksum"),
        *_terms(TIME, "hasBeginning hasEnd"),
        *_terms(VCARD, "hasEmail hasURL"),
    }
)
"""Properties whose values are resources: IRIs, or what is described in square brackets."""

NAMES = frozenset({DCAT.term("theme"), DCATAP.term("applicableLegislation")})
"""Of these, the ones whose values must be IRIs."""

DATES = frozenset({*_terms(DCT, "issued modified available"), *_terms(DCAT, "startDate endDate")})
"""Properties whose values are dates."""

TEXTS: Mapping[ox.NamedNode, ox.NamedNode | None] = {
    **dict.fromkeys(_terms(ADMS, "versionNotes")),
    **dict.fromkeys(_terms(DCAT, "bbox centroid keyword version")),
    **dict.fromkeys(_terms(DCT, "title description identifier")),
    **dict.fromkeys(_terms(FOAF, "name")),
    **dict.fromkeys(_terms(SKOS, "notation prefLabel")),
    **dict.fromkeys(_terms(VCARD, "fn")),
    DCAT.term("byteSize"): XSD.term("nonNegativeInteger"),
    DCAT.term("spatialResolutionInMeters"): XSD.term("decimal"),
    DCAT.term("temporalResolution"): XSD.term("duration"),
    SPDX.term("checksumValue"): XSD.term("hexBinary"),
}
"""Properties whose values are texts, with the datatype if it must be a certain one."""

AGENTS = frozenset(
    {
        *_terms(DCT, "publisher creator contributor rightsHolder"),
        *_terms(PROV, "agent wasAttributedTo"),
        DCAT.term("contactPoint"),
    }
)
"""Properties whose values are people or organisations."""

PARTS = frozenset(
    {
        *_terms(ADMS, "identifier sample"),
        *_terms(DCAT, "qualifiedRelation record"),
        *_terms(ODRL, "hasPolicy"),
        *_terms(PROV, "qualifiedAttribution"),
        *_terms(SPDX, "checksum"),
        *_terms(TIME, "hasBeginning hasEnd"),
    }
)
"""Properties whose values are parts of the description, and of nothing else."""
