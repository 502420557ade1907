"""IRIs that mean nothing to others, that no client can ask for, or that no page is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pyoxigraph as ox

from mipex_kg.dataset.outside import CHECK as OUTSIDE
from mipex_kg.dataset.outside import (
    NAMELESS,
    find_nameless,
    find_outside,
    tell_nameless,
    tell_outside,
)
from mipex_kg.project.names import Address, folded
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding, Place

# So much of an IRI is told.
_LONG = 200


def iris_are_of_no_machine(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs of files on a machine: they mean nothing to others, and show how it is set up."""
    hint = "Name it by an IRI under the base, or by its address on the web."
    is_used = any(iri.lower().startswith("file:") for iri in linted.iris)
    for file in (*(linted.own_files if is_used else ()), *linted.shapes):
        seen = set()
        for quad in file.quads:
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                iri = _iri_of(term)
                if not iri.lower().startswith("file:") or iri in seen:
                    continue
                seen.add(iri)
                message = f"<{iri}> is a file on one machine, which nobody else can reach."
                finding = linted.finding("local-iri", message, hint, at=quad, term=term, file=file)
                place = finding.place or Place(file.path)
                yield replace(finding, place=place)


def _iri_of(term: Term | ox.DefaultGraph) -> str:
    """Give a term's IRI, of a literal its datatype's; of others, nothing."""
    if isinstance(term, ox.Literal):
        return term.datatype.value
    return term.value if isinstance(term, ox.NamedNode) else ""


def iris_are_safe(linted: LintedProject) -> Iterator[Finding]:
    """Find IRIs under the base that no client can ask for as such, or that are nearly alike."""
    names = linted.project.names
    seen: dict[str, tuple[Address, str]] = {}
    places: dict[tuple[Address, str], str] = {}
    for iri, quad in sorted(linted.own_nodes.items()):
        if fault := names.fault(iri):
            yield linted.finding(
                "unsafe-iri",
                f"{_shortened(iri)} can't be asked for on the web: {fault}.",
                "Use letters, digits, hyphens and single slashes, such as person/ada-brook.",
                at=quad,
                term=ox.NamedNode(iri),
            )
        address = linted.addresses[iri]
        if ox.NamedNode(iri) not in linted.dataset.by_subject:
            continue
        first = places.setdefault((address, to_uri(iri.partition("#")[2])), iri)
        if first != iri:
            yield linted.finding(
                "shared-address",
                f"<{iri}> and <{first}> are two things, but one address for browsers.",
                "Name the thing by one of them everywhere; if it is another, rename it.",
                at=quad,
                term=ox.NamedNode(iri),
            )
        if names.is_own_file(unquote(address.path)):
            yield linted.finding(
                "site-file",
                f"<{iri}> is the address of a file of the site itself, which clients get there.",
                "Rename it, if you can; its own page has a name with a hash.",
                at=quad,
                term=ox.NamedNode(iri),
            )
        there, other = seen.setdefault(folded(address.key), (address, iri))
        if there != address:
            yield linted.finding(
                "case-collision",
                f"<{iri}> and <{other}> differ in case only, so that one of them has a file whose "
                "name is not its own.",
                "Rename one of them.",
                at=quad,
                term=ox.NamedNode(iri),
            )


def outside_has_no_page(linted: LintedProject) -> Iterator[Finding]:
    """Count what is described outside of the bases: no page is about it."""
    if nodes := find_outside(linted.own_subjects, linted.own_nodes.__contains__):
        yield linted.finding(
            OUTSIDE,
            tell_outside(linted.project, nodes),
            "If they are your own, add what they begin with to project.more_bases."
            if 2 * sum(node.value.startswith(("http:", "https:")) for node in nodes) >= len(nodes)
            else "Pages have addresses of the web: name what is to have one by such an address.",
            at=nodes[0],
        )


def nameless_has_no_page(linted: LintedProject) -> Iterator[Finding]:
    """Count what has no IRI, and that nothing else leads to: no page shows it."""
    if linted.has_blank_nodes and (nodes := find_nameless(linted.own_subjects, linted.dataset)):
        yield linted.finding(
            NAMELESS,
            tell_nameless(nodes, linted.dataset),
            "Give each an IRI under the base: @id in JSON-LD, rdf:about in RDF/XML, <…> instead of "
            "[ ] in Turtle.",
            at=nodes[0],
        )


def _shortened(iri: str) -> str:
    return iri if len(iri) <= _LONG else f"{iri[:_LONG]}…"
