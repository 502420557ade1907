"""The catalogue in the terms of schema.org: one mapping, so that nothing is written twice.

Data say what is published in DCAT; search engines read schema.org. The mapping is used where pages
describe datasets, and adds nothing to the graph: there, a publisher would be one more organisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.codes import MEDIA_TYPES
from mipex_kg.dataset.catalogue.record import catalogue_of
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import CATALOGUED, TracedMapping
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, SCHEMA, SKOS, TYPE, XSD
from mipex_kg.rdf.terms import Node, Term, text_of

_PUBLIC = ox.NamedNode("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
_NOTHING: tuple[list[ox.Triple], bool] = ([], False)


class _Kind(NamedTuple):
    """What members of a class are in schema.org, and which of its properties say what theirs do."""

    cls: str
    properties: Mapping[ox.NamedNode, str]


_SHARED = {
    DCT.term("title"): "name",
    DCT.term("description"): "description",
    DCT.term("license"): "license",
    DCT.term("issued"): "datePublished",
    DCT.term("modified"): "dateModified",
}
_OF_WORKS = _SHARED | {
    DCT.term("creator"): "creator",
    DCT.term("publisher"): "publisher",
    DCT.term("spatial"): "spatialCoverage",
}
_OF_AGENTS = {FOAF.term("name"): "name", FOAF.term("homepage"): "url"}
# The first that fits is taken.
_KINDS: Mapping[ox.NamedNode, _Kind] = {
    DCAT.term("Catalog"): _Kind(
        "DataCatalog",
        _OF_WORKS | {DCAT.term("dataset"): "dataset", FOAF.term("homepage"): "url"},
    ),
    DCAT.term("Dataset"): _Kind(
        "Dataset",
        _OF_WORKS
        | {
            DCT.term("identifier"): "identifier",
            DCT.term("subject"): "about",
            DCAT.term("version"): "version",
            DCAT.term("keyword"): "keywords",
            DCAT.term("landingPage"): "url",
            DCAT.term("distribution"): "distribution",
        },
    ),
    DCAT.term("Distribution"): _Kind(
        "DataDownload", _SHARED | {DCAT.term("downloadURL"): "contentUrl"}
    ),
    DCT.term("Location"): _Kind("Place", {SKOS.term("prefLabel"): "name"}),
    FOAF.term("Person"): _Kind("Person", _OF_AGENTS),
    FOAF.term("Organization"): _Kind("Organization", _OF_AGENTS),
}


class InSchemaOrg:
    """What a project's catalogue says, in the terms of schema.org.

    :param known: what it says of each node that it describes, and whether that is a file
    """

    def __init__(self, project: Project, dataset: Dataset) -> None:
        self._dataset = dataset
        catalogue = catalogue_of(project)
        self._catalogues: dict[Term, Node] = {}
        if dataset.is_a(catalogue, DCAT.term("Catalog")):
            listed = dataset.values(catalogue, DCAT.term("dataset"))
            self._catalogues = dict.fromkeys(listed, catalogue)
        files = dict.fromkeys(self._linked(self._catalogues, DCAT.term("distribution")))
        works = [*self._catalogues, *dict.fromkeys(self._catalogues.values())]
        links = [DCT.term(name) for name in ("creator", "publisher", "spatial")]
        near = (node for link in links for node in self._linked(works, link))
        told = {node: list(self._told(node)) for node in dict.fromkeys((*works, *files, *near))}
        self.known = {node: (triples, node in files) for node, triples in told.items()}
        self._known = TracedMapping(dataset.trace, CATALOGUED, self.known)

    def about(self, node: Term) -> list[ox.Triple]:
        """Give what is said of a node; of what the catalogue doesn't tell, nothing."""
        return self._said(node)[0]

    def is_file(self, node: Term) -> bool:
        """Tell whether a node is one of the files in which its datasets come.

        A page shows those with the dataset.
        """
        return self._said(node)[1]

    def _said(self, node: Term) -> tuple[list[ox.Triple], bool]:
        found: tuple[list[ox.Triple], bool] = self._known.get(node, _NOTHING)
        return found

    def _linked(self, nodes: Iterable[Term], link: ox.NamedNode) -> Iterator[Term]:
        for node in nodes:
            yield from self._dataset.values(node, link)

    def _told(self, node: Term) -> Iterator[ox.Triple]:
        if isinstance(node, ox.Literal):
            return
        classes = self._dataset.values(node, TYPE)
        kind = next((kind for cls, kind in _KINDS.items() if cls in classes), None)
        if kind is None:
            return
        yield ox.Triple(node, TYPE, SCHEMA.term(kind.cls))
        for predicate, name in kind.properties.items():
            for value in self._dataset.values(node, predicate):
                yield ox.Triple(node, SCHEMA.term(name), value)
        for name, value in self._computed(node, kind):
            yield ox.Triple(node, SCHEMA.term(name), value)

    def _computed(self, node: Node, kind: _Kind) -> Iterator[tuple[str, Term]]:
        """Give what isn't said by a property alone."""
        values = self._dataset.values
        for media_type in values(node, DCAT.term("mediaType")):
            yield "encodingFormat", ox.Literal(text_of(media_type).removeprefix(MEDIA_TYPES))
        if kind is not _KINDS[DCAT.term("Dataset")]:
            return
        if catalogue := self._catalogues.get(node):
            yield "includedInDataCatalog", catalogue
        for period in values(node, DCT.term("temporal")):
            if interval := self._interval(period):
                yield "temporalCoverage", ox.Literal(interval)
        # What anybody may have and download has no price.
        has_files = bool(values(node, DCAT.term("distribution")))
        if has_files and _PUBLIC in values(node, DCT.term("accessRights")):
            yield "isAccessibleForFree", ox.Literal("true", datatype=XSD.term("boolean"))

    def _interval(self, period: Term) -> str:
        """Write a period as ISO 8601 has it; an open end is two points."""
        ends = [
            min(self._dataset.texts(period, DCAT.term(name)), default="..")
            for name in ("startDate", "endDate")
        ]
        return "" if ends == ["..", ".."] else "/".join(ends)
