"""What data may be mostly about: the kinds for which a front page is made that fits."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.adoption.sources import TERMS
from mipex_kg.rdf.namespaces import (
    DCAT,
    FOAF,
    OWL,
    SCHEMA,
    SCHEMA_HTTPS,
    SKOS,
    VCARD,
    VOID,
)
from mipex_kg.rdf.terms import Term


def _schema(*names: str) -> frozenset[ox.NamedNode]:
    return frozenset(space.term(name) for space in (SCHEMA, SCHEMA_HTTPS) for name in names)


class KindOfData(NamedTuple):
    """A kind of data.

    :param name: of the folder with its front page
    :param said: what such data are, in words
    :param members: classes of what it is made of
    :param heads: classes of what stands for the whole
    :param is_of_document: whether this stands for all that is in the same file with it
    """

    name: str
    said: str
    members: AbstractSet[ox.NamedNode]
    heads: AbstractSet[ox.NamedNode]
    is_of_document: bool = False


KINDS = (
    KindOfData(
        "concepts",
        "mostly concepts (SKOS)",
        frozenset(SKOS.term(name) for name in ("Collection", "Concept", "OrderedCollection")),
        frozenset({SKOS.term("ConceptScheme")}),
    ),
    KindOfData(
        "ontology",
        "mostly an ontology",
        TERMS,
        frozenset({OWL.term("Ontology")}),
        is_of_document=True,
    ),
    KindOfData(
        "records",
        "mostly records of datasets (DCAT)",
        frozenset(
            DCAT.term(name)
            for name in ("CatalogRecord", "DataService", "Dataset", "DatasetSeries", "Distribution")
        )
        | _schema("Dataset", "DataDownload"),
        frozenset({DCAT.term("Catalog")}) | _schema("DataCatalog"),
    ),
    KindOfData(
        "people",
        "mostly people and organisations",
        frozenset(
            {
                *(FOAF.term(name) for name in ("Agent", "Group", "Organization", "Person")),
                *(VCARD.term(name) for name in ("Individual", "Organization")),
            }
        )
        | _schema("Person", "Organization"),
        frozenset({FOAF.term("PersonalProfileDocument")}),
        is_of_document=True,
    ),
)
OTHER = KindOfData(
    "things",
    "of several kinds",
    frozenset(),
    frozenset({VOID.term("Dataset"), DCAT.term("Dataset")}) | _schema("Dataset", "WebSite"),
    is_of_document=True,
)
# So large a part of the things makes the whole what they are.
_SHARE = 0.4
# So large a part is nearly all of them.
_NEARLY_ALL = 0.9


def kind_of(types: Mapping[ox.NamedNode, AbstractSet[Term]]) -> KindOfData:
    """Tell what data are mostly about.

    :param types: the classes of each thing that has a name
    """
    counts = {kind: _count(types, kind.members) for kind in KINDS}
    first = max(KINDS, key=lambda kind: counts[kind])
    typed = sum(1 for classes in types.values() if classes)
    return first if counts[first] and counts[first] >= _SHARE * typed else OTHER


def is_nearly_all(kind: KindOfData, types: Mapping[ox.NamedNode, AbstractSet[Term]]) -> bool:
    """Tell whether there is hardly anything but things of a kind, and what heads them."""
    typed = sum(1 for classes in types.values() if classes)
    return _count(types, kind.members | kind.heads) >= _NEARLY_ALL * typed


def _count(
    types: Mapping[ox.NamedNode, AbstractSet[Term]], classes: AbstractSet[ox.NamedNode]
) -> int:
    return sum(1 for own in types.values() if not classes.isdisjoint(own))
