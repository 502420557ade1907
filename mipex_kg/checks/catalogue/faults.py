"""What is wrong with a catalogue, by DCAT-AP and by what there is: told with the package alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from mipex_kg.checks.catalogue.checked_catalogue import CheckedCatalogue, finding
from mipex_kg.checks.catalogue.profile import (
    codes_are_known,
    properties_are_single,
    properties_are_there,
    something_is_offered,
    values_have_types,
)
from mipex_kg.checks.links import UNSEEN
from mipex_kg.project import layout
from mipex_kg.project.placeholders import is_placeholder
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, VCARD
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.validation.report import Finding, Severity


def find_faults(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find what is wrong with a catalogue by DCAT-AP, and where it isn't true."""
    for rule in RULES:
        yield from rule(checked)


def files_are_as_told(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find files that are not there, have another size, or another format."""
    for file in checked.graph.members("Distribution"):
        name = checked.name(file)
        if name is not None:
            yield from _size(checked, file, name)
            yield from _format(checked, file, name)


def _size(checked: CheckedCatalogue, file: Term, name: str) -> Iterator[Finding]:
    if checked.sizes is None:
        return
    hint = "Rebuild the site and upload all files."
    if checked.origin and checked.origin.is_unseen(name):
        predicate = DCAT.term("downloadURL")
        yield finding("file", *UNSEEN, file, predicate, severity=Severity.WARNING)
        return
    if name not in checked.sizes:
        message = f"{name} is listed but missing."
        yield finding("file", message, hint, file, DCAT.term("downloadURL"))
        return
    predicate, size = DCAT.term("byteSize"), checked.sizes[name]
    for told in checked.graph.values(file, predicate):
        if size is not None and text_of(told) != str(size):
            message = f"{name} has {size} bytes, not {text_of(told)}."
            yield finding("size", message, hint, file, predicate, value=told)


def _format(checked: CheckedCatalogue, file: Term, name: str) -> Iterator[Finding]:
    expected = _file_type(name)
    if expected is None:
        return
    code = checked.codes.code("file-type", expected)
    predicate = DCT.term("format")
    for told in checked.graph.values(file, predicate):
        if told != code:
            yield finding(
                "format",
                f"{name} is {expected}, not {told}.",
                f"Write {code}, or nothing: the build adds it."
                if checked.is_built(file, predicate)
                else f"Write {code}.",
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
    if path.suffix.lower() == layout.CSV:
        return "CSV"
    format = formats.by_suffix(path)
    return format.file_type if format else None


def contacts_are_real(checked: CheckedCatalogue) -> Iterator[Finding]:
    """Find addresses that only stand for another."""
    graph = checked.graph
    for setting, predicates, nodes in (
        ("contact", (VCARD.term("hasEmail"), VCARD.term("hasURL")), _contacts(checked)),
        ("site", (FOAF.term("homepage"),), graph.members("Catalog")),
    ):
        for node in nodes:
            for predicate in predicates:
                for value in filter(is_placeholder, graph.texts(node, predicate)):
                    yield finding(
                        "placeholder",
                        f"{value} is a placeholder address.",
                        f"Set project.{setting} in mipex-kg.toml.",
                        node,
                        predicate,
                        severity=Severity.INFO,
                    )


def _contacts(checked: CheckedCatalogue) -> Iterable[Term]:
    contact = DCAT.term("contactPoint")
    found = {c for _, node in checked.of_kinds() for c in checked.graph.values(node, contact)}
    return sorted(found, key=text_of)


RULES: tuple[Callable[[CheckedCatalogue], Iterator[Finding]], ...] = (
    something_is_offered,
    properties_are_there,
    properties_are_single,
    codes_are_known,
    files_are_as_told,
    values_have_types,
    contacts_are_real,
)
