"""What is wrong with a catalogue, as harvesters would find it: told with the package alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pyoxigraph as ox

from mipex_kg import formats
from mipex_kg.catalogue.profile import (
    codes_are_known,
    properties_are_single,
    properties_are_there,
    something_is_offered,
    values_have_types,
)
from mipex_kg.catalogue.subject import Catalogued, finding
from mipex_kg.namespaces import DCAT, DCT, FOAF, RDFS, TYPE, VCARD
from mipex_kg.terms import Term, text_of
from mipex_kg.validation.report import Finding, Severity

_CHECKSUM = ox.NamedNode("http://spdx.org/rdf/terms#checksum")
# Hosts that stand for another one, and what such names end in.
_PLACEHOLDERS = re.compile(r"(^|[.@])(example(\.(org|com|net))?|invalid|test|localhost)\Z")


def find_faults(subject: Catalogued) -> Iterator[Finding]:
    """Find all that is wrong with a catalogue."""
    for rule in RULES:
        yield from rule(subject)


def identifiers_are_unique(subject: Catalogued) -> Iterator[Finding]:
    """Find datasets that udata skips or fails on: without an identifier, or with another's."""
    graph, predicate = subject.graph, DCT.term("identifier")
    datasets = graph.members("Dataset")
    uses = Counter(text for d in datasets for text in graph.texts(d, predicate))
    for dataset in datasets:
        if not isinstance(dataset, ox.NamedNode):
            yield finding(
                "catalogue-identifier",
                "A dataset without an IRI is a new one at each harvest.",
                "Give it an IRI under the base.",
                dataset,
                TYPE,
            )
        for identifier in graph.values(dataset, predicate):
            if uses[text_of(identifier)] > 1:
                yield finding(
                    "catalogue-identifier",
                    f"Two datasets have the identifier {identifier}.",
                    "Give each its own, or none: then its IRI is taken.",
                    dataset,
                    predicate,
                    value=identifier,
                )
        if not graph.values(dataset, predicate):
            yield finding(
                "catalogue-identifier",
                "A dataset without an identifier is skipped by udata.",
                "Build the site anew: the build adds one.",
                dataset,
                predicate,
            )


def files_are_as_told(subject: Catalogued) -> Iterator[Finding]:
    """Find files that are not there, have another size, or another format."""
    for file in subject.graph.members("Distribution"):
        name = subject.name(file)
        if name is not None:
            yield from _size(subject, file, name)
            yield from _format(subject, file, name)


def _size(subject: Catalogued, file: Term, name: str) -> Iterator[Finding]:
    if subject.sizes is None:
        return
    hint = "Build the site anew, and upload all of it."
    if name not in subject.sizes:
        message = f"{name} is offered, and not there."
        yield finding("catalogue-file", message, hint, file, DCAT.term("downloadURL"))
        return
    predicate = DCAT.term("byteSize")
    for told in subject.graph.values(file, predicate):
        if text_of(told) != str(subject.sizes[name]):
            message = f"{name} has {subject.sizes[name]} bytes, not {text_of(told)}."
            yield finding("catalogue-size", message, hint, file, predicate, value=told)


def _format(subject: Catalogued, file: Term, name: str) -> Iterator[Finding]:
    expected = _file_type(name)
    if expected is None:
        return
    code = subject.codes.code("file-type", expected)
    predicate = DCT.term("format")
    for told in subject.graph.values(file, predicate):
        if told != code:
            yield finding(
                "catalogue-format",
                f"{name} is {expected}, not {told}.",
                f"Write {code}, or nothing: the build adds it.",
                file,
                predicate,
                value=told,
            )


def _file_type(name: str) -> str | None:
    """Tell the code of a file's format by its name.

    >>> _file_type("query/people.csv"), _file_type("dump.ttl"), _file_type("notes")
    ('CSV', 'RDF_TURTLE', None)
    """
    path = PurePosixPath(name)
    if path.suffix.lower() == ".csv":
        return "CSV"
    format = formats.by_suffix(path)
    return format.file_type if format else None


def harvesters_do_not_stumble(subject: Catalogued) -> Iterator[Finding]:
    """Find what DCAT-AP allows, and CKAN or udata take amiss."""
    graph = subject.graph
    for _, node in subject.of_kinds():
        for licence in graph.values(node, DCT.term("license")):
            if graph.values(licence, RDFS.term("label")):
                yield finding(
                    "catalogue-licence-label",
                    "CKAN stores the licence's rdfs:label in place of its IRI; udata loses it.",
                    "Name it with dct:title and skos:prefLabel.",
                    licence,
                    RDFS.term("label"),
                )
        if len(graph.values(node, DCT.term("spatial"))) > 1:
            yield finding(
                "catalogue-several-places",
                "Of several places CKAN keeps any one.",
                "Describe one dct:Location for all of it, with dcat:bbox.",
                node,
                DCT.term("spatial"),
                severity=Severity.WARNING,
            )
        if graph.values(node, _CHECKSUM):
            yield finding(
                "catalogue-checksum",
                "udata 17 fails the whole dataset because of a checksum as DCAT-AP wants it.",
                "Leave it out.",
                node,
                _CHECKSUM,
                severity=Severity.WARNING,
            )


def contacts_are_real(subject: Catalogued) -> Iterator[Finding]:
    """Find addresses that only stand for another."""
    graph = subject.graph
    for setting, predicates, nodes in (
        ("contact", (VCARD.term("hasEmail"), VCARD.term("hasURL")), _contacts(subject)),
        ("site", (FOAF.term("homepage"),), graph.members("Catalog")),
    ):
        for node in nodes:
            for predicate in predicates:
                for value in filter(is_placeholder, graph.texts(node, predicate)):
                    yield finding(
                        "catalogue-placeholder",
                        f"{value} stands for an address that is still to come.",
                        f"Set project.{setting} in mipex-kg.toml.",
                        node,
                        predicate,
                        severity=Severity.WARNING,
                    )


def _contacts(subject: Catalogued) -> Iterable[Term]:
    contact = DCAT.term("contactPoint")
    found = {c for _, node in subject.of_kinds() for c in subject.graph.values(node, contact)}
    return sorted(found, key=text_of)


def is_placeholder(address: str) -> bool:
    """Tell whether nothing can ever be at an address, since its host is reserved for examples.

    >>> is_placeholder("mailto:someone@mail.example.org"), is_placeholder("https://w3.org/")
    (True, False)
    """
    parts = urlsplit(address)
    host = parts.path if parts.scheme == "mailto" else parts.hostname or ""
    return _PLACEHOLDERS.search(host.lower()) is not None


RULES: tuple[Callable[[Catalogued], Iterator[Finding]], ...] = (
    something_is_offered,
    properties_are_there,
    properties_are_single,
    codes_are_known,
    identifiers_are_unique,
    files_are_as_told,
    values_have_types,
    harvesters_do_not_stumble,
    contacts_are_real,
)
