"""What CKAN and udata make of a catalogue, by the rules that their harvesters were seen to follow.

DCAT-AP allows all of it. The tests in ``tests/harvest`` hold these rules against the harvesters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pyoxigraph as ox

from mipex_kg.checks.catalogue.checked_catalogue import CheckedCatalogue, finding
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, RDFS, TYPE
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.validation.report import Finding, Severity

Rule = Callable[[CheckedCatalogue], Iterator[Finding]]

_CHECKSUM = ox.NamedNode("http://spdx.org/rdf/terms#checksum")
_NEXT = ox.NamedNode("http://www.w3.org/ns/hydra/core#next")
_GEOMETRY = (DCAT.term("bbox"), ox.NamedNode("http://www.w3.org/ns/locn#geometry"))
_ADDRESSES = (DCAT.term("downloadURL"), DCAT.term("accessURL"))
_TITLE, _DESCRIPTION = DCT.term("title"), DCT.term("description")
_KEYWORD, _LICENCE = DCAT.term("keyword"), DCT.term("license")
_IDENTIFIER, _SPATIAL, _TEMPORAL = (DCT.term(n) for n in ("identifier", "spatial", "temporal"))
# What CKAN's forms of a tag allow.
_TAG = re.compile(r"[\w\- .]{2,100}\Z")
# Types of files whose format CKAN knows by its name.
_KNOWN_TO_CKAN = ("text/csv", "application/rdf+xml", "application/json", "application/xml")
# The largest catalogues that they take, in bytes, and the file that each is best given.
CKAN_MOST, UDATA_MOST = 50_000_000, 15_000_000


def ckan_faults(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find what CKAN would refuse, lose or show otherwise."""
    for rule in _OF_CKAN:
        yield from rule(checked)


def udata_faults(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find what udata would refuse, lose or show otherwise."""
    for rule in _OF_UDATA:
        yield from rule(checked)


def _needed(who: str, *predicates: ox.NamedNode) -> Rule:
    def rule(checked: CheckedCatalogue) -> Iterator[Finding]:
        for dataset in checked.graph.members("Dataset"):
            for predicate in predicates:
                if not any(text.strip() for text in checked.graph.texts(dataset, predicate)):
                    name = text_of(predicate).rpartition("/")[2]
                    yield finding(
                        "refused",
                        f"{who} refuses a dataset without a {name}.",
                        checked.how_to_state(dataset, predicate),
                        dataset,
                        predicate,
                    )

    return rule


def _addressed(who: str) -> Rule:
    def rule(checked: CheckedCatalogue) -> Iterator[Finding]:
        for dataset in checked.graph.members("Dataset"):
            for file in checked.graph.files(dataset):
                if not any(checked.graph.values(file, predicate) for predicate in _ADDRESSES):
                    yield finding(
                        "no-address",
                        f"{who} ignores files without an address.",
                        "State dcat:downloadURL, or dcat:accessURL.",
                        file,
                        _ADDRESSES[0],
                    )

    return rule


def _licence_has_no_label(who: str, effect: str) -> Rule:
    def rule(checked: CheckedCatalogue) -> Iterator[Finding]:
        for licence in _licences(checked):
            if checked.graph.values(licence, RDFS.term("label")):
                yield finding(
                    "licence-label",
                    f"{who} {effect} because of its rdfs:label.",
                    "Name it with dct:title and skos:prefLabel.",
                    licence,
                    RDFS.term("label"),
                )

    return rule


def _licences(checked: CheckedCatalogue) -> list[Term]:
    graph = checked.graph
    nodes = [n for name in ("Dataset", "Distribution") for n in graph.members(name)]
    return sorted({v for node in nodes for v in graph.values(node, _LICENCE)}, key=text_of)


def _ckan_knows_the_licence(checked: CheckedCatalogue) -> Iterator[Finding]:
    """CKAN knows a licence by the address that opendefinition.org has for it, or by its title."""
    for licence in _licences(checked):
        known = checked.codes.licence(text_of(licence))
        titles = checked.graph.texts(licence, _TITLE)
        if "opendefinition.org/licenses/" in text_of(licence):
            continue
        if known is None or known.title not in titles:
            yield finding(
                "licence-unknown",
                f"CKAN doesn't recognise {licence}, and shows no licence.",
                f'Give it the dct:title "{known.title}"@en.'
                if known
                else "Name a licence that portals know, such as "
                "https://creativecommons.org/licenses/by/4.0/.",
                licence,
                _TITLE,
                severity=Severity.WARNING,
            )


def _ckan_takes_keywords(checked: CheckedCatalogue) -> Iterator[Finding]:
    for dataset in checked.graph.members("Dataset"):
        for value in checked.graph.values(dataset, _KEYWORD):
            tags = [tag.strip() for tag in text_of(value).split(",")]
            if len(tags) > 1:
                yield finding(
                    "keyword-split",
                    f"CKAN splits {value} at its comma.",
                    "Write it without one, or as two keywords.",
                    dataset,
                    _KEYWORD,
                    value=value,
                    severity=Severity.WARNING,
                )
            if not all(_TAG.match(tag) for tag in tags):
                yield finding(
                    "keyword-refused",
                    f"CKAN refuses the whole dataset because of {value}.",
                    "Use 2 to 100 letters, digits, spaces, hyphens, underscores and full stops.",
                    dataset,
                    _KEYWORD,
                    value=value,
                )


def _ckan_takes_one_place(checked: CheckedCatalogue) -> Iterator[Finding]:
    for dataset in checked.graph.members("Dataset"):
        if len(checked.graph.values(dataset, _SPATIAL)) > 1:
            yield finding(
                "several-places",
                "Of several places CKAN keeps any one.",
                "Describe one dct:Location for all of it, with dcat:bbox.",
                dataset,
                _SPATIAL,
                severity=Severity.WARNING,
            )


def _ckan_shows_formats(checked: CheckedCatalogue) -> Iterator[Finding]:
    graph, predicate = checked.graph, DCAT.term("mediaType")
    types = {t for f in graph.members("Distribution") for t in graph.values(f, predicate)}
    for kind in sorted(types, key=text_of):
        name = text_of(kind).partition("media-types/")[2]
        if name in _KNOWN_TO_CKAN and not graph.values(kind, RDFS.term("label")):
            yield finding(
                "format-unknown",
                f"CKAN shows {name} by its address, and not by the name of its format.",
                f'Give it the rdfs:label "{name}".',
                kind,
                RDFS.term("label"),
                severity=Severity.WARNING,
            )


def _ckan_shows_publishers(checked: CheckedCatalogue) -> Iterator[Finding]:
    graph, publisher = checked.graph, DCT.term("publisher")
    agents = {a for d in graph.members("Dataset") for a in graph.values(d, publisher)}
    for agent in sorted(agents, key=text_of):
        if not graph.values(agent, FOAF.term("name")):
            yield finding(
                "publisher-unnamed",
                "CKAN shows a publisher by its foaf:name.",
                "Set project.publisher in mipex-kg.toml.",
                agent,
                FOAF.term("name"),
                severity=Severity.WARNING,
            )


def _ckan_tells_titles_apart(checked: CheckedCatalogue) -> Iterator[Finding]:
    datasets = checked.graph.members("Dataset")
    uses = Counter(title for d in datasets for title in checked.graph.values(d, _TITLE))
    for dataset in datasets:
        for title in checked.graph.values(dataset, _TITLE):
            if uses[title] > 1:
                yield finding(
                    "title-twice",
                    f"Two datasets are called {title}: CKAN numbers their addresses.",
                    "Give each a title of its own.",
                    dataset,
                    _TITLE,
                    value=title,
                    severity=Severity.WARNING,
                )


def _ckan_comes_to_an_end(checked: CheckedCatalogue) -> Iterator[Finding]:
    """CKAN reads page after page; one that leads back is read until there is no memory left."""
    ours = {
        checked.site + name for name in (layout.CATALOGUE, *map(layout.catalogue, formats.FORMATS))
    }
    for page, value in checked.graph.pairs(_NEXT):
        if text_of(value) in ours:
            yield finding(
                "endless",
                f"CKAN would read {text_of(value)} again and again, as the page after itself.",
                "Leave hydra:next out on the last page.",
                page,
                _NEXT,
                value=value,
            )


def _identifiers_are_unique(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find datasets that udata skips or fails on: without an identifier, or with another's."""
    graph = checked.graph
    datasets = graph.members("Dataset")
    uses = Counter(text for d in datasets for text in graph.texts(d, _IDENTIFIER))
    for dataset in datasets:
        for identifier in graph.values(dataset, _IDENTIFIER):
            if uses[text_of(identifier)] > 1:
                yield finding(
                    "identifier",
                    f"Two datasets have the identifier {identifier}, and udata takes one of them.",
                    "Give each its own, or none: then its IRI is taken.",
                    dataset,
                    _IDENTIFIER,
                    value=identifier,
                )
        if not graph.values(dataset, _IDENTIFIER):
            yield finding(
                "identifier",
                "A dataset without an identifier is skipped by udata.",
                checked.how_to_state(dataset, _IDENTIFIER, "Rebuild the site: the build adds one."),
                dataset,
                _IDENTIFIER,
            )


def _have_iris(who: str) -> Rule:
    def rule(checked: CheckedCatalogue) -> Iterator[Finding]:
        for dataset in checked.graph.members("Dataset"):
            if not isinstance(dataset, ox.NamedNode):
                yield finding(
                    "no-iri",
                    f"For {who} a dataset without an IRI is a new one at each harvest.",
                    "Give it an IRI under the base.",
                    dataset,
                    TYPE,
                )

    return rule


def _udata_reads_checksums(checked: CheckedCatalogue) -> Iterator[Finding]:
    for file in checked.graph.members("Distribution"):
        if checked.graph.values(file, _CHECKSUM):
            yield finding(
                "checksum",
                "udata 17 fails the whole dataset because of a checksum as DCAT-AP wants it.",
                "Leave it out.",
                file,
                _CHECKSUM,
                severity=Severity.WARNING,
            )


def _udata_reads_periods(checked: CheckedCatalogue) -> Iterator[Finding]:
    for dataset in checked.graph.members("Dataset"):
        for period in checked.graph.values(dataset, _TEMPORAL):
            if isinstance(period, ox.NamedNode):
                yield finding(
                    "period-named",
                    f"udata looks {period} up on the web, and loses the years if that fails.",
                    "Describe the period in a blank node.",
                    dataset,
                    _TEMPORAL,
                    value=period,
                    severity=Severity.WARNING,
                )


def _udata_reads_places(checked: CheckedCatalogue) -> Iterator[Finding]:
    for dataset in checked.graph.members("Dataset"):
        places = checked.graph.values(dataset, _SPATIAL)
        shapes = (g for p in places for prop in _GEOMETRY for g in checked.graph.texts(p, prop))
        if places and not any("POLYGON" in shape.upper() for shape in shapes):
            yield finding(
                "place-without-shape",
                "udata keeps a place only by its polygon.",
                "Add dcat:bbox, a polygon in WKT.",
                dataset,
                _SPATIAL,
                severity=Severity.WARNING,
            )


def _no_larger(who: str, name: str, most: int) -> Rule:
    def rule(checked: CheckedCatalogue) -> Iterator[Finding]:
        size = (checked.sizes or {}).get(name) or 0
        if size > most:
            yield Finding(
                Severity.VIOLATION,
                "too-large",
                f"{name} has {size:,} bytes, and {who} reads no more than {most:,}.",
                "Offer fewer datasets in one catalogue.",
            )

    return rule


_OF_CKAN: tuple[Rule, ...] = (
    _needed("CKAN", _TITLE, _DESCRIPTION),
    _have_iris("CKAN"),
    _addressed("CKAN"),
    _licence_has_no_label("CKAN", "stores a text instead of the licence's IRI"),
    _ckan_knows_the_licence,
    _ckan_takes_keywords,
    _ckan_takes_one_place,
    _ckan_shows_formats,
    _ckan_shows_publishers,
    _ckan_tells_titles_apart,
    _ckan_comes_to_an_end,
    _no_larger("CKAN", "catalog.rdf", CKAN_MOST),
)
_OF_UDATA: tuple[Rule, ...] = (
    _needed("udata", _TITLE),
    _identifiers_are_unique,
    _have_iris("udata"),
    _addressed("udata"),
    _licence_has_no_label("udata", "loses the licence"),
    _udata_reads_checksums,
    _udata_reads_periods,
    _udata_reads_places,
    _no_larger("udata", "catalog.jsonld", UDATA_MOST),
)
