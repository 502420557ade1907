"""What a project says of its catalogue: that each property has what DCAT-AP 3.0.1 wants of it.

A text where a resource is wanted, a resource where a text is, a missing title, a date that isn't
one: each is found where it is written, before anything is built. What a harvester makes of the
whole, ``check`` looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.codes import MEDIA_TYPES
from mipex_kg.dataset.catalogue.file_types import FILE_LINKS, find_file_type
from mipex_kg.dataset.catalogue.properties import (
    AGENTS,
    DATES,
    NAMES,
    RESOURCES,
    SPDX,
    TEXTS,
    TITLED,
    VOCABULARIES,
)
from mipex_kg.rdf.namespaces import DCAT, DCATAP, DCT, PREFIXES, TYPE, XSD, shorten
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term, is_iri, text_of
from mipex_kg.validation import datatypes
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding

CHECKS = ("catalogue-resource", "catalogue-text", "catalogue-date", "catalogue-title")
_TITLE = DCT.term("title")
_DATE_TYPES = frozenset(XSD.term(name) for name in ("date", "dateTime", "gYear", "gYearMonth"))
# What to write, by property.
_AGENT = '[ a foaf:Agent ; foaf:name "…" ]'
_CODES = "http://publications.europa.eu/resource/authority"
_FILE_TYPES = f"{_CODES}/file-type/"
_FORMAT, _MEDIA_TYPE = DCT.term("format"), DCAT.term("mediaType")
_EXAMPLES: Mapping[ox.NamedNode, str] = {
    DCT.term("license"): "<https://creativecommons.org/licenses/by/4.0/>",
    DCT.term("rights"): '[ a dct:RightsStatement ; rdfs:label "…"@en ]',
    DCT.term("accessRights"): f"<{_CODES}/access-right/PUBLIC>",
    DCT.term("language"): f"<{_CODES}/language/ENG>",
    DCT.term("accrualPeriodicity"): f"<{_CODES}/frequency/ANNUAL>",
    _FORMAT: f"<{_FILE_TYPES}CSV>",
    DCT.term("spatial"): f"<{_CODES}/country/DEU>",
    DCT.term("temporal"): (
        '[ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ; '
        'dcat:endDate "2020-12-31"^^xsd:date ]'
    ),
    DCT.term("conformsTo"): '[ a dct:Standard ; rdfs:label "…"@en ]',
    DCT.term("provenance"): '[ a dct:ProvenanceStatement ; rdfs:label "…"@en ]',
    DCAT.term("theme"): f"<{_CODES}/data-theme/SOCI>",
    DCAT.term("contactPoint"): '[ a vcard:Kind ; vcard:fn "…" ; vcard:hasEmail <mailto:…> ]',
    _MEDIA_TYPE: f"<{MEDIA_TYPES}text/csv>",
    DCATAP.term("availability"): f"<{_CODES}/planned-availability/AVAILABLE>",
    DCAT.term("byteSize"): '"1024"^^xsd:nonNegativeInteger',
    DCAT.term("spatialResolutionInMeters"): '"10.0"^^xsd:decimal',
    DCAT.term("temporalResolution"): '"P1D"^^xsd:duration',
    SPDX.term("checksumValue"): '"0FB7"^^xsd:hexBinary',
    DCT.term("identifier"): '"…"',
    DCAT.term("version"): '"1.0"',
    **dict.fromkeys(AGENTS - {DCAT.term("contactPoint")}, _AGENT),
}


def catalogue_is_well_formed(linted: LintedProject) -> Iterator[Finding]:
    """Find values in the catalogue that are not of the kind that their property wants."""
    nodes = linted.catalogue_nodes
    for quad in (quad for file in linted.own_files for quad in file.quads):
        if quad.subject in nodes and (fault := _fault(linted, quad)):
            yield linted.finding(*fault, at=quad)
    for node in sorted(nodes, key=text_of):
        if TITLED & set(linted.dataset.values(node, TYPE)):
            yield from _without_title(linted, node)
        yield from _backwards(linted, node)


def _fault(linted: LintedProject, quad: Quad) -> tuple[str, str, str] | None:
    """Tell what is wrong with a value: the check, a message and a hint."""
    name, value = _name(linted, quad.predicate), quad.object
    if quad.predicate in RESOURCES:
        if isinstance(value, ox.Literal):
            message = f"{name} must have a resource, not the text {_quoted(value.value)}."
            return "catalogue-resource", message, _resource_hint(linted, quad, value)
        if quad.predicate in NAMES and isinstance(value, ox.BlankNode):
            hint = f"Write {name} {_example(linted, quad)}"
            return "catalogue-resource", f"{name} must have an IRI.", hint
    elif quad.predicate in DATES and not _is_date(value):
        hint = f'Write {name} "2020-12-31"^^xsd:date, or "2020"^^xsd:gYear.'
        return "catalogue-date", f"{name} must have a date, not {_shown(linted, value)}.", hint
    elif quad.predicate in TEXTS:
        return _text_fault(linted, quad)
    return None


def _text_fault(linted: LintedProject, quad: Quad) -> tuple[str, str, str] | None:
    name, value, datatype = _name(linted, quad.predicate), quad.object, TEXTS[quad.predicate]
    language = linted.project.languages[0]
    example = _EXAMPLES.get(quad.predicate, f'"…"@{language}')
    if not isinstance(value, ox.Literal):
        message = f"{name} must have a text, not the resource {_shown(linted, value)}."
        return "catalogue-text", message, f"Write {name} {example}"
    if datatype is not None and value.datatype != datatype:
        if datatypes.is_well_typed(value.value, datatype.value):
            example = f'"{value.value}"^^{_name(linted, datatype)}'
        message = f"{name} must have an {_name(linted, datatype)}, not {_quoted(value.value)}."
        return "catalogue-text", message, f"Write {name} {example}"
    return None


def _resource_hint(linted: LintedProject, quad: Quad, value: ox.Literal) -> str:
    name = _name(linted, quad.predicate)
    if is_iri(value.value) and ":" in value.value and " " not in value.value:
        return f"Put the address in angle brackets: {name} <{value.value}>"
    return f"Write {name} {_example(linted, quad)}"


def _example(linted: LintedProject, quad: Quad) -> str:
    """Write a value that a property may have: of a type of files, that which the file has."""
    if quad.predicate in (_FORMAT, _MEDIA_TYPE):
        written = [quad.object.value] if isinstance(quad.object, ox.Literal) else []
        links = (v for p in FILE_LINKS for v in linted.dataset.values(quad.subject, p))
        if found := find_file_type([*written, *map(text_of, links)]):
            is_format = quad.predicate == _FORMAT
            return (
                f"<{_FILE_TYPES}{found.code}>"
                if is_format
                else f"<{MEDIA_TYPES}{found.media_type}>"
            )
    return _EXAMPLES.get(quad.predicate, "<https://…>")


def _is_date(value: Term) -> bool:
    """Tell whether a value is a date; one that is not in the calendar, another check finds."""
    return isinstance(value, ox.Literal) and value.datatype in _DATE_TYPES


def _without_title(linted: LintedProject, node: Term) -> Iterator[Finding]:
    if not any(isinstance(v, ox.Literal) for v in linted.dataset.values(node, _TITLE)):
        if linted.dataset.values(node, _TITLE):  # a resource, which has been found
            return
        language = linted.project.languages[0]
        yield linted.finding(
            "catalogue-title",
            f"{linted.shown(node)} has no dct:title.",
            f'Add dct:title "…"@{language}: harvesters list it by this name.',
            at=node,
        )


def _backwards(linted: LintedProject, node: Term) -> Iterator[Finding]:
    """Find periods that end before they begin."""
    starts = linted.dataset.values(node, DCAT.term("startDate"))
    for quad in linted.dataset.about(node):
        if quad.predicate == DCAT.term("endDate") and any(
            _compare(start, quad.object) == 1 for start in starts
        ):
            yield linted.finding(
                "catalogue-date",
                "The period ends before it begins.",
                "Swap dcat:startDate and dcat:endDate, or correct one of them.",
                at=quad,
            )


def _compare(first: Term, second: Term) -> int | None:
    if not (isinstance(first, ox.Literal) and isinstance(second, ox.Literal)):
        return None
    return datatypes.compare(
        (first.value, first.datatype.value), (second.value, second.datatype.value)
    )


def _shown(linted: LintedProject, value: Term) -> str:
    if isinstance(value, ox.BlankNode):
        return "one in square brackets"
    return _quoted(value.value) if isinstance(value, ox.Literal) else linted.shown(value)


def _name(linted: LintedProject, term: ox.NamedNode) -> str:
    """Name a property as the examples do, whatever prefixes the project has."""
    return shorten(term.value, {**PREFIXES, **VOCABULARIES, **linted.dataset.prefixes})


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'
