"""What Google's Dataset Search takes from the pages: their JSON-LD, held against Google's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.checks.checked_site import CheckedSite, View
from mipex_kg.checks.json_ld import place_of_blocks
from mipex_kg.checks.site import BuiltSite
from mipex_kg.rdf.namespaces import DCAT, SCHEMA, SCHEMA_HTTPS, TYPE
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.site.crawler import read_blocks
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.report import Finding, Place, Severity, plural

CHECK = "google"
_DATASETS = frozenset({b"Dataset", b"DataCatalog"})
_LEAST, _MOST = 50, 5000
# Recommended, and something that every dataset of a catalogue has. The rest that Google recommends
# does not apply to each: what it measures and how, who cites it.
RECOMMENDED = (
    *("url", "identifier", "creator", "license", "keywords", "distribution", "version"),
    *("spatialCoverage", "temporalCoverage", "isAccessibleForFree", "includedInDataCatalog"),
)
_HINT = "State it in data/, or build the site anew."
# Where what is missing is stated.
_WHERE = {
    "license": "Set project.licence in mipex-kg.toml.",
    "creator": "State dct:creator of the dataset in data/catalogue.trig.",
    "spatialCoverage": "State dct:spatial of the dataset in data/catalogue.trig.",
    "temporalCoverage": "State dct:temporal of the dataset in data/catalogue.trig.",
    "version": "State dcat:version of the dataset in data/catalogue.trig.",
}


def check_dataset_search(checked: CheckedSite) -> View:
    """Look for datasets in the JSON-LD of all pages."""
    offered = _offered(checked)
    pages = list(_pages(checked.site, offered))
    found = [finding for page in pages for finding in page.findings()]
    seen = {node for page in pages for node in page.listed()}
    found += _unseen(offered, {(n, page.name) for page in pages for n in page.datasets()}, checked)
    return View(f"{plural(len(seen), 'dataset')} with a name and a description", found)


def _offered(checked: CheckedSite) -> dict[Term, str]:
    """Give the datasets of the catalogue, with the pages where they are described."""
    try:
        graph = checked.catalogue().catalogued.graph
    except SourceError:
        return {}
    pages: dict[Term, str] = {}
    for dataset in graph.members("Dataset"):
        addresses = graph.texts(dataset, DCAT.term("landingPage"))
        found = (checked.site.target(address, "") for address in addresses)
        pages[dataset] = next((t.name for t in found if t and t.name and t.is_inside), "")
    return pages


def _unseen(
    offered: dict[Term, str], seen: set[tuple[Term, str]], checked: CheckedSite
) -> Iterator[Finding]:
    for dataset, page in offered.items():
        if (dataset, page) not in seen:
            yield Finding(
                Severity.VIOLATION,
                CHECK,
                "The page of a dataset of the catalogue doesn't describe it in JSON-LD.",
                "Build the site anew.",
                dataset,
                place=Place(checked.site.path(page)) if page in checked.site.files else None,
            )


def _pages(site: BuiltSite, offered: dict[Term, str]) -> Iterator[_DatasetPage]:
    for name, page in site.pages.items():
        if page.has_json_ld and any(word in site.path(name).read_bytes() for word in _DATASETS):
            readings = list(read_blocks(site.page(name)))
            triples = [_as_http(quad.triple) for reading in readings for quad in reading.quads]
            place = place_of_blocks(name, readings, site)
            yield _DatasetPage(name, site, CatalogueGraph(triples), frozenset(offered), place)


def _as_http(triple: ox.Triple) -> ox.Triple:
    """Google takes both namespaces of schema.org for the same."""
    predicate, value = _term(triple.predicate), triple.object
    value = _term(value) if isinstance(value, ox.NamedNode) else value
    return ox.Triple(triple.subject, predicate, value)


def _term(iri: ox.NamedNode) -> ox.NamedNode:
    found = iri.value.startswith(SCHEMA_HTTPS)
    return SCHEMA.term(iri.value.removeprefix(SCHEMA_HTTPS)) if found else iri


@dataclass(frozen=True)
class _DatasetPage:
    """What a page says of datasets.

    :param offered: the datasets of the catalogue
    """

    name: str
    site: BuiltSite
    graph: CatalogueGraph
    offered: frozenset[Term]
    place: Place

    def datasets(self) -> list[Term]:
        """Name the datasets that the page describes, and does more than mention."""
        return [node for node in self._typed("Dataset") if self._is_described(node)]

    def listed(self) -> list[Term]:
        """Name the datasets that Google would list."""
        return [node for node in self.datasets() if not list(self._required(node))]

    def findings(self) -> Iterator[Finding]:
        """Find what Google asks for and the page doesn't say."""
        for node in self._typed("Dataset"):
            if self._is_described(node):
                yield from self._required(node)
                yield from self._recommended(node)
                yield from self._files(node)
            elif not self._texts(node, "name"):
                message = "A dataset that is only mentioned needs a name too."
                yield self._finding(message, node, "name", Severity.VIOLATION)

    def _typed(self, name: str) -> list[Term]:
        types = self.graph.pairs(TYPE)
        return sorted({s for s, cls in types if cls == SCHEMA.term(name)}, key=text_of)

    def _is_described(self, node: Term) -> bool:
        own = ("description", "distribution", "mainEntityOfPage")
        return node in self.offered or any(self._texts(node, name) for name in own)

    def _texts(self, node: Term, name: str) -> list[str]:
        return self.graph.texts(node, SCHEMA.term(name))

    def _required(self, node: Term) -> Iterator[Finding]:
        """Without these Google leaves a dataset out: that is grave for those that are ours."""
        is_ours = node in self.offered or bool(self._texts(node, "distribution"))
        severity = Severity.VIOLATION if is_ours else Severity.WARNING
        if not self._texts(node, "name"):
            message = "Google leaves out a dataset without a name."
            yield self._finding(message, node, "name", severity)
        texts = self._texts(node, "description")
        if not texts:
            message = "Google leaves out a dataset without a description."
            yield self._finding(message, node, "description", severity)
        for text in texts:
            if not _LEAST <= len(text) <= _MOST:
                message = f"Google wants descriptions of {_LEAST} to {_MOST} characters, not "
                yield self._finding(f"{message}{len(text)}.", node, "description", severity)

    def _recommended(self, node: Term) -> Iterator[Finding]:
        """Find what Google recommends; a catalogue that lists a dataset leaves that to its page."""
        is_listed = any(other == node for _, other in self.graph.pairs(SCHEMA.term("dataset")))
        for name in RECOMMENDED if node in self.offered and not is_listed else ():
            if not self._texts(node, name):
                message = f"Google recommends schema:{name}."
                yield self._finding(message, node, name, Severity.WARNING)

    def _files(self, node: Term) -> Iterator[Finding]:
        for file in self.graph.values(node, SCHEMA.term("distribution")):
            addresses = self._texts(file, "contentUrl")
            if not addresses:
                message = "Google wants to know where a file of a dataset lies."
                yield self._finding(message, file, "contentUrl", Severity.VIOLATION)
            for address in addresses:
                if not self.site.answers(address):
                    message = f"{address} is not there."
                    yield self._finding(message, file, "contentUrl", Severity.VIOLATION)
            if not self._texts(file, "encodingFormat"):
                message = "Google recommends to tell the format of a file."
                yield self._finding(message, file, "encodingFormat", Severity.WARNING)

    def _finding(self, message: str, node: Term, name: str, severity: Severity) -> Finding:
        focus = node if isinstance(node, ox.NamedNode) else None
        hint = _WHERE.get(name, _HINT)
        return Finding(
            severity, CHECK, message, hint, focus, path=f"schema:{name}", place=self.place
        )
