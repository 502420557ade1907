"""What Google's Dataset Search takes from the pages: their JSON-LD, held against Google's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.checks.catalogue.checked_catalogue import CheckedCatalogue
from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.checks.checked_site import CheckedSite, View
from mipex_kg.checks.json_ld import place_of_blocks
from mipex_kg.checks.site import BuiltSite
from mipex_kg.project import layout
from mipex_kg.rdf.namespaces import DCAT, DCT, SCHEMA, TYPE, in_http
from mipex_kg.rdf.terms import Term, text_of
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
_HINT = "Add it in data/, or rebuild the site."
# Where what is missing is stated.
_WHERE = {
    "license": "Set project.licence in mipex-kg.toml.",
    "creator": "State dct:creator of the dataset in data/catalogue.trig.",
    "spatialCoverage": "State dct:spatial of the dataset in data/catalogue.trig.",
    "temporalCoverage": "State dct:temporal of the dataset in data/catalogue.trig.",
    "version": "State dcat:version of the dataset in data/catalogue.trig.",
}
# By which property of DCAT the owner of a dataset states what is missing.
_STATED_BY = {
    "name": DCT.term("title"),
    "description": DCT.term("description"),
    "identifier": DCT.term("identifier"),
    "creator": DCT.term("creator"),
    "license": DCT.term("license"),
    "keywords": DCAT.term("keyword"),
    "distribution": DCAT.term("distribution"),
    "version": DCAT.term("version"),
    "spatialCoverage": DCT.term("spatial"),
    "temporalCoverage": DCT.term("temporal"),
    "isAccessibleForFree": DCT.term("accessRights"),
    "url": DCAT.term("landingPage"),
    "contentUrl": DCAT.term("downloadURL"),
    "encodingFormat": DCAT.term("mediaType"),
}


def check_dataset_search(checked: CheckedSite) -> View:
    """Look for datasets in the JSON-LD of all pages."""
    offered = _offered(checked)
    found: list[Finding] = []
    seen: set[Term] = set()
    described: set[tuple[Term, str]] = set()
    for page in _pages(checked.site, offered, _catalogued(checked)):
        found += page.findings()
        seen.update(page.listed())
        described |= {(node, page.name) for node in page.datasets()}
    found += _unseen(offered, described, checked)
    return View(f"{plural(len(seen), 'dataset')} with a name and a description", found)


def _offered(checked: CheckedSite) -> dict[Term, str]:
    """Give the datasets of the catalogue, with the pages where they are described."""
    catalogued = _catalogued(checked)
    if catalogued is None:
        return {}
    graph = catalogued.graph
    pages: dict[Term, str] = {}
    for dataset in graph.members("Dataset"):
        addresses = graph.texts(dataset, DCAT.term("landingPage"))
        found = (checked.site.target(address, "") for address in addresses)
        page = next((t.name for t in found if t and t.name and t.is_inside), None)
        if page or dataset in checked.held:
            pages[dataset] = page or ""
        elif own := _page_of(dataset, checked):
            pages[dataset] = own
    return pages


def _page_of(dataset: Term, checked: CheckedSite) -> str | None:
    """Name the page of a dataset that the build doesn't hold, if the site has one."""
    names = checked.project.names
    address = names.address(text_of(dataset))
    stems = filter(None, (names.plain(address), address.hashed)) if address else ()
    return next((page for stem in stems if (page := layout.page(stem)) in checked.site.files), None)


def _unseen(
    offered: dict[Term, str], seen: set[tuple[Term, str]], checked: CheckedSite
) -> Iterator[Finding]:
    for dataset, page in offered.items():
        if (dataset, page) not in seen:
            yield Finding(
                Severity.VIOLATION,
                CHECK,
                "The page of a dataset of the catalogue doesn't describe it in JSON-LD.",
                "Rebuild the site.",
                dataset,
                place=Place(checked.site.path(page)) if page in checked.site.files else None,
            )


def _catalogued(checked: CheckedSite) -> CheckedCatalogue | None:
    try:
        return checked.catalogue().catalogued
    except SourceError:
        return None


def _pages(
    site: BuiltSite, offered: dict[Term, str], catalogued: CheckedCatalogue | None
) -> Iterator[_DatasetPage]:
    for name, page in site.pages.items():
        if page.has_json_ld and any(word in site.path(name).read_bytes() for word in _DATASETS):
            readings = site.blocks(name)
            # Google takes both namespaces of schema.org for the same.
            triples = [_as_http(quad.triple) for reading in readings for quad in reading.quads]
            place = place_of_blocks(name, readings, site)
            graph = CatalogueGraph(triples)
            yield _DatasetPage(name, site, graph, frozenset(offered), place, catalogued)


def _as_http(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    value = in_http(value) if isinstance(value, ox.NamedNode) else value
    return ox.Triple(triple.subject, in_http(triple.predicate), value)


@dataclass(frozen=True)
class _DatasetPage:
    """What a page says of datasets.

    :param offered: the datasets of the catalogue
    :param catalogued: the catalogue, if there is one that can be read
    """

    name: str
    site: BuiltSite
    graph: CatalogueGraph
    offered: frozenset[Term]
    place: Place
    catalogued: CheckedCatalogue | None

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
        for name in RECOMMENDED if node in self.offered and node not in self._listed else ():
            if not self._texts(node, name):
                message = f"Google recommends schema:{name}."
                yield self._finding(message, node, name, Severity.WARNING)

    @cached_property
    def _listed(self) -> frozenset[Term]:
        """What the page lists as part of a catalogue."""
        return frozenset(value for _, value in self.graph.pairs(SCHEMA.term("dataset")))

    def _files(self, node: Term) -> Iterator[Finding]:
        for file in self.graph.values(node, SCHEMA.term("distribution")):
            addresses = self._texts(file, "contentUrl")
            if not addresses:
                message = "Google needs the address of a dataset's file."
                yield self._finding(message, file, "contentUrl", Severity.VIOLATION, node)
            for address in addresses:
                if not self.site.answers(address):
                    message = f"{address} is not there."
                    yield self._finding(message, file, "contentUrl", Severity.VIOLATION, node)
            if not self._texts(file, "encodingFormat"):
                message = "Google recommends naming the format of a file."
                yield self._finding(message, file, "encodingFormat", Severity.WARNING, node)

    def _hint(self, dataset: Term, name: str) -> str:
        """Say what to do about a property that is missing."""
        ours, predicate = _WHERE.get(name, _HINT), _STATED_BY.get(name)
        if predicate is None or self.catalogued is None:
            return ours
        return self.catalogued.how_to_state(dataset, predicate, ours)

    def _finding(
        self, message: str, node: Term, name: str, severity: Severity, of: Term | None = None
    ) -> Finding:
        focus = node if isinstance(node, ox.NamedNode) else None
        hint = self._hint(of or node, name)
        return Finding(
            severity, CHECK, message, hint, focus, path=f"schema:{name}", place=self.place
        )
