"""Terms that nothing describes, though their vocabulary is described."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.system.errors import Guesses
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding


def terms_are_known(linted: LintedProject) -> Iterator[Finding]:
    """Find properties and classes that are not described, where others of their vocabulary are."""
    described = linted.described
    schema = ox.NamedNode(linted.project.iri("graph/ontology"))
    vocabularies = {
        _vocabulary(quad.subject.value)
        for quad in linted.dataset.by_graph.get(schema, ())
        if isinstance(quad.subject, ox.NamedNode)
    }
    classes = {quad.object for quad in linted.dataset.with_property(TYPE)}
    unknown = {
        term
        for term in (*linted.dataset.predicates, *classes)
        if isinstance(term, ox.NamedNode)
        and term.value not in described
        and _vocabulary(term.value) in vocabularies
        and term.value not in linted.own_nodes
    }
    names = _local_names(described, {_vocabulary(term.value) for term in unknown})
    guesses, is_plain = Guesses(), not linted.project.is_strict
    for quad in (quad for file in linted.data_files if unknown for quad in file.quads):
        term = quad.object if quad.predicate == TYPE else quad.predicate
        if isinstance(term, ox.NamedNode) and term in unknown:
            unknown.remove(term)
            space = _vocabulary(term.value)
            near = guesses.nearest(term.value.removeprefix(space), names[space], cutoff=0.7)
            if not near and is_plain and term.value.startswith(linted.vocabularies_of_others):
                continue  # it is there, though these files say nothing of it
            meant = f"Did you mean {linted.shown(ox.NamedNode(space + near))}? " if near else ""
            yield linted.finding(
                "unknown-term",
                f"{linted.shown(term)} is described nowhere, though other terms of its "
                "vocabulary are.",
                f"{meant}If it is meant, give it an rdfs:label in ontology/.",
                at=quad,
                term=term,
            )


def _local_names(iris: Iterable[str], vocabularies: Collection[str]) -> Mapping[str, list[str]]:
    """List the names of each vocabulary's terms, without its namespace."""
    found: dict[str, list[str]] = {space: [] for space in vocabularies}
    for iri in sorted(iris):
        if (space := _vocabulary(iri)) in found:
            found[space].append(iri.removeprefix(space))
    return found


def _vocabulary(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
