"""By which property a thing is best named: as its class's vocabulary has it."""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import (
    DCAT,
    DCT,
    FOAF,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SCHEMA_HTTPS,
    SKOS,
    VCARD,
    VOID,
)
from mipex_kg.rdf.terms import Term, text_of

PEOPLE = frozenset(
    {
        *(space.term("Person") for space in (FOAF, PROV, SCHEMA, SCHEMA_HTTPS)),
        VCARD.term("Individual"),
    }
)
"""The classes of people, whose names are the same in many languages."""

# The property that names the members of a vocabulary's classes.
_OF_VOCABULARY = {
    DCAT: DCT.term("title"),
    FOAF: FOAF.term("name"),
    OWL: RDFS.term("label"),
    RDF: RDFS.term("label"),
    RDFS: RDFS.term("label"),
    SCHEMA: SCHEMA.term("name"),
    SCHEMA_HTTPS: SCHEMA_HTTPS.term("name"),
    SKOS: SKOS.term("prefLabel"),
    VCARD: VCARD.term("fn"),
    VOID: DCT.term("title"),
}


def naming(classes: Collection[Term], dataset: Dataset) -> ox.NamedNode:
    """Choose the property that should name a thing of some classes.

    :returns: the one of the classes' vocabulary, if it names things here, else the one that the
        dataset prefers

    >>> naming([OWL.term("Class")], Dataset((), (), {}))
    <NamedNode value=http://www.w3.org/2000/01/rdf-schema#label>
    """
    for cls in sorted(map(text_of, classes)):
        for space, name in _OF_VOCABULARY.items():
            if cls.startswith(space) and name in dataset.naming:
                return name
    first = dataset.labels[0]
    if first == SCHEMA.term("name"):
        return ox.NamedNode(f"{dataset.schema_org}name")
    return first
