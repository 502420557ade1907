"""What other vocabularies say, in the terms of schema.org: names, descriptions and classes.

Search engines read schema.org alone. A thing that is a ``foaf:Group`` or a ``skos:Concept`` and is
named by ``skos:prefLabel`` would reach them without a type and without a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.leads import DESCRIPTIONS
from mipex_kg.dataset.traces import TracedCache
from mipex_kg.rdf.namespaces import (
    DCAT,
    DCT,
    FOAF,
    OA,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    TYPE,
    VCARD,
    Namespace,
    in_http,
)
from mipex_kg.rdf.terms import Node, Term, text_of

_ORG = Namespace("http://www.w3.org/ns/org#")
_OWL = Namespace("http://www.w3.org/2002/07/owl#")

# The class of schema.org that members of another class belong to.
CLASSES: Mapping[Term, str] = {
    DCAT.term("Catalog"): "DataCatalog",
    DCAT.term("DataService"): "WebAPI",
    DCAT.term("Dataset"): "Dataset",
    DCAT.term("Distribution"): "DataDownload",
    DCT.term("Agent"): "Thing",
    DCT.term("LicenseDocument"): "CreativeWork",
    DCT.term("Location"): "Place",
    DCT.term("RightsStatement"): "CreativeWork",
    FOAF.term("Document"): "CreativeWork",
    FOAF.term("Group"): "Organization",
    FOAF.term("Image"): "ImageObject",
    FOAF.term("Organization"): "Organization",
    FOAF.term("Person"): "Person",
    FOAF.term("Project"): "Project",
    OA.term("SpecificResource"): "Quotation",
    PROV.term("Activity"): "Action",
    PROV.term("Organization"): "Organization",
    PROV.term("Person"): "Person",
    RDF.term("Property"): "Property",
    RDFS.term("Class"): "Class",
    SKOS.term("Collection"): "DefinedTermSet",
    SKOS.term("Concept"): "DefinedTerm",
    SKOS.term("ConceptScheme"): "DefinedTermSet",
    VCARD.term("Individual"): "Person",
    VCARD.term("Organization"): "Organization",
    _ORG.term("Organization"): "Organization",
    _OWL.term("Class"): "Class",
    _OWL.term("DatatypeProperty"): "Property",
    _OWL.term("ObjectProperty"): "Property",
    _OWL.term("Ontology"): "DefinedTermSet",
}
_NAME, _DESCRIPTION = SCHEMA.term("name"), SCHEMA.term("description")
_SUB_CLASS_OF = RDFS.term("subClassOf")


class Equivalents:
    """Says in the terms of schema.org what a dataset says in others."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._classes = TracedCache(dataset.trace, self._nearest)

    def missing(self, node: Term, said: AbstractSet[ox.NamedNode]) -> Iterator[ox.Triple]:
        """Give the class, the name and the description that a node lacks in schema.org.

        Of a node of which nothing is said at all, there is nothing to give.

        :param said: the properties that it has in schema.org
        """
        if isinstance(node, (ox.Literal, ox.Triple)) or not self._dataset.about(node):
            return
        if TYPE not in said and not self._is_cell(node):
            yield ox.Triple(node, TYPE, SCHEMA.term(self._class_of(node)))
        if _NAME not in said:
            yield from self._texts(node, _NAME, self._dataset.labels)
        if _DESCRIPTION not in said:
            yield from self._texts(node, _DESCRIPTION, DESCRIPTIONS)

    def _texts(
        self, node: Node, predicate: ox.NamedNode, sources: tuple[ox.NamedNode, ...]
    ) -> Iterator[ox.Triple]:
        """Say with one property what the first of others says that has any text."""
        for source in sources:
            values = self._dataset.values(node, source)
            if texts := [value for value in values if isinstance(value, ox.Literal)]:
                yield from (ox.Triple(node, predicate, text) for text in texts)
                return

    def _is_cell(self, node: Node) -> bool:
        """Tell whether a node is a cell of a list, which is part of how a list is written."""
        return bool(self._dataset.values(node, RDF.term("first")))

    def _class_of(self, node: Node) -> str:
        if (name := _local_name(node)) and name.isalnum():  # a term of schema.org itself
            return "Class" if name[0].isupper() else "Property"
        types = frozenset(self._dataset.values(node, TYPE))
        if not types and self._dataset.members(node):
            return "Class"
        return self._classes(types)

    def _nearest(self, classes: frozenset[Term]) -> str:
        """Find the nearest class of schema.org that classes are kinds of, by the ontology."""
        level, seen = classes, set(classes)
        while level:
            for cls in sorted(level, key=text_of):
                if name := CLASSES.get(cls) or _local_name(cls):
                    return name
            above = (a for cls in level for a in self._dataset.values(cls, _SUB_CLASS_OF))
            level = frozenset(above) - seen
            seen |= level
        return "Thing"


def _local_name(cls: Term) -> str | None:
    known = in_http(cls).value if isinstance(cls, ox.NamedNode) else ""
    return known.removeprefix(SCHEMA) if known.startswith(SCHEMA) else None
