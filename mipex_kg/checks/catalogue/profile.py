"""DCAT-AP 3.0.1 as far as it is rules on properties, codes and types: found with the package alone.

SEMIC's own shapes judge in the tests; here each finding says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from mipex_kg.checks.catalogue.checked_catalogue import ADMS, CheckedCatalogue, finding, shown
from mipex_kg.dataset.catalogue.codes import MEDIA_TYPES, CodeTable
from mipex_kg.dataset.catalogue.file_types import FILE_LINKS, find_file_type
from mipex_kg.rdf.namespaces import DCAT, DCATAP, DCT, FOAF, XSD
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.validation.report import Finding, Severity

# By class: what DCAT-AP makes mandatory, and what it recommends.
MANDATORY: Mapping[str, tuple[ox.NamedNode, ...]] = {
    "Catalog": (DCT.term("title"), DCT.term("description"), DCT.term("publisher")),
    "Dataset": (DCT.term("title"), DCT.term("description")),
    "Distribution": (DCAT.term("accessURL"),),
    "DataService": (DCT.term("title"), DCAT.term("endpointURL")),
}
RECOMMENDED: Mapping[str, tuple[ox.NamedNode, ...]] = {
    "Catalog": (
        *(DCT.term(n) for n in ("language", "issued", "modified", "license", "spatial")),
        DCAT.term("themeTaxonomy"),
        FOAF.term("homepage"),
    ),
    "Dataset": (
        *(DCAT.term(n) for n in ("contactPoint", "distribution", "keyword", "theme")),
        *(DCT.term(n) for n in ("publisher", "spatial", "temporal")),
    ),
    "Distribution": (
        *(DCT.term(n) for n in ("description", "format", "license")),
        DCATAP.term("availability"),
    ),
    "DataService": (
        *(DCAT.term(n) for n in ("servesDataset", "endpointDescription", "contactPoint")),
        *(DCAT.term(n) for n in ("theme", "keyword")),
        *(DCT.term(n) for n in ("publisher", "conformsTo")),
    ),
}
# What may be there once.
_SINGLE = (
    *(DCT.term(n) for n in ("publisher", "license", "format", "identifier")),
    DCAT.term("mediaType"),
    DCAT.term("byteSize"),
)
# Properties whose values are codes: of which table, and how bad it is if they are not.
CODED: Mapping[ox.NamedNode, tuple[str, Severity]] = {
    DCT.term("language"): ("language", Severity.VIOLATION),
    DCT.term("accrualPeriodicity"): ("frequency", Severity.VIOLATION),
    DCT.term("format"): ("file-type", Severity.VIOLATION),
    DCATAP.term("availability"): ("planned-availability", Severity.VIOLATION),
    ox.NamedNode(ADMS + "status"): ("distribution-status", Severity.VIOLATION),
    DCAT.term("theme"): ("data-theme", Severity.WARNING),
    DCT.term("accessRights"): ("access-right", Severity.WARNING),
}
_MEDIA_TYPE = re.compile(r"https?://www\.iana\.org/assignments/media-types/[\w.+-]+/[\w.+-]+\Z")
_DATES = (DCT.term("issued"), DCT.term("modified"), DCAT.term("startDate"), DCAT.term("endDate"))
_DATE_TYPES = frozenset(XSD.term(n) for n in ("date", "dateTime", "gYear", "gYearMonth"))


def something_is_offered(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find a catalogue with nothing in it, and datasets that it doesn't list."""
    catalogues = checked.graph.members("Catalog")
    for name in ("Catalog", "Dataset", "Distribution"):
        if not checked.graph.members(name):
            yield Finding(
                Severity.VIOLATION,
                "empty",
                f"There is no dcat:{name}, so that a harvester takes nothing.",
                "Describe it in data/catalogue.trig.",
            )
    listed = {d for c in catalogues for d in checked.graph.values(c, DCAT.term("dataset"))}
    for dataset in checked.graph.members("Dataset"):
        if dataset not in listed:
            yield finding(
                "unlisted",
                f"The catalogue doesn't list {dataset}.",
                "Add it to dcat:dataset of the catalogue.",
                dataset,
                DCAT.term("dataset"),
            )


def properties_are_there(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find what is mandatory or recommended, and missing."""
    for severity, table in ((Severity.VIOLATION, MANDATORY), (Severity.WARNING, RECOMMENDED)):
        for name, node in checked.of_kinds():
            for predicate in table[name]:
                if not checked.graph.values(node, predicate):
                    how = "must have" if severity is Severity.VIOLATION else "should have"
                    yield finding(
                        "incomplete",
                        f"A dcat:{name} {how} {shown(predicate)}.",
                        checked.how_to_state(node, predicate, WHERE.get(predicate, "")),
                        node,
                        predicate,
                        severity=severity,
                    )
    yield from _agents_have_names(checked)


def _agents_have_names(checked: CheckedCatalogue) -> Iterator[Finding]:
    graph, publisher = checked.graph, DCT.term("publisher")
    agents = {agent for _, node in checked.of_kinds() for agent in graph.values(node, publisher)}
    for agent in sorted(agents, key=text_of):
        if not graph.values(agent, FOAF.term("name")):
            yield finding(
                "incomplete",
                "The publisher must have foaf:name.",
                checked.how_to_state(agent, FOAF.term("name"), WHERE[publisher]),
                agent,
                FOAF.term("name"),
            )


# What is a setting, and not for the catalogue to say: where it is set.
WHERE = {
    DCT.term("publisher"): "Set project.publisher in mipex-kg.toml.",
    DCT.term("license"): "Set project.licence in mipex-kg.toml.",
    DCAT.term("contactPoint"): "Set project.contact in mipex-kg.toml.",
    DCT.term("language"): "Set project.languages in mipex-kg.toml.",
}


def properties_are_single(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find what is there several times and may be there once."""
    for _, node in checked.of_kinds():
        for predicate in _SINGLE:
            values = checked.graph.values(node, predicate)
            if len(values) > 1:
                yield finding(
                    "several",
                    f"Of {len(values)} values of {shown(predicate)} harvesters keep any one.",
                    "Keep one of them.",
                    node,
                    predicate,
                    value=values[1],
                )


def codes_are_known(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find codes that are none of their tables, and media types that are none."""
    for _, node in checked.of_kinds():
        for predicate, (name, severity) in CODED.items():
            table = checked.codes.tables[name]
            for value in checked.graph.values(node, predicate):
                yield from _code(table, severity, node, predicate, value)
        predicate = DCAT.term("mediaType")
        for value in checked.graph.values(node, predicate):
            if not _MEDIA_TYPE.match(text_of(value)):
                yield finding(
                    "media-type",
                    f"{value} is not the IRI of a media type.",
                    f"Write it as {MEDIA_TYPES}{_media_type(checked, node, value)}.",
                    node,
                    predicate,
                    value=value,
                )


def _media_type(checked: CheckedCatalogue, node: Term, value: Term) -> str:
    """Name the media type that a distribution has by all that is written of it; else CSV's."""
    links = (t for p in FILE_LINKS for t in checked.graph.texts(node, p))
    found = find_file_type([text_of(value), *links])
    return found.media_type if found else "text/csv"


def _code(
    table: CodeTable,
    severity: Severity,
    node: Term,
    predicate: ox.NamedNode,
    value: Term,
) -> Iterator[Finding]:
    is_code = isinstance(value, ox.NamedNode) and value.value.startswith(table.start)
    name = text_of(value).removeprefix(table.start)
    if is_code and name in table.names:
        return
    known = ", ".join(sorted(table.names)[:5])
    if is_code and not table.whole:
        message = f"{name} is none of the codes of “{table.title}” that are known here."
        severity = Severity.WARNING
    else:
        message = f"{value} is not a code of “{table.title}”."
    yield finding(
        "code",
        message,
        f"Codes are, for example, {known}: see {table.scheme}.",
        node,
        predicate,
        value=value,
        severity=severity,
    )


def values_have_types(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find sizes that are not numbers, and dates that are only text."""
    for _, node in checked.of_kinds():
        for size in checked.graph.values(node, DCAT.term("byteSize")):
            if _datatype(size) != XSD.term("nonNegativeInteger"):
                message = f"{size} is not an xsd:nonNegativeInteger."
                is_built = checked.is_built(node, DCAT.term("byteSize"))
                more = "Leave it out: the build adds the size."
                hint = more if is_built else "Write a whole number of bytes."
                yield finding("type", message, hint, node, DCAT.term("byteSize"), value=size)
        for predicate in _DATES:
            for date in checked.graph.values(node, predicate):
                if _datatype(date) not in _DATE_TYPES:
                    message = f"{date} is not typed as a date."
                    hint = 'Write it as "2026-01-31"^^xsd:date.'
                    yield finding("type", message, hint, node, predicate, value=date)


def _datatype(term: Term) -> ox.NamedNode | None:
    return term.datatype if isinstance(term, ox.Literal) else None
