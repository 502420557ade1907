"""Terms that nothing describes, though their vocabulary is described or well known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.vocabularies import vocabulary_of
from mipex_kg.system.errors import Guesses
from mipex_kg.validation.known_terms import is_listed, meant
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding

_IF_MEANT = "If it is meant, give it an rdfs:label in ontology/."


def terms_are_known(linted: LintedProject) -> Iterator[Finding]:
    """Find properties and classes that are misspelt, or that are described nowhere."""
    undescribed = _undescribed(linted)
    misspelt = dict(_misspelt(linted, undescribed))
    for term, quad in _first_uses(linted.own_files, misspelt):
        yield linted.finding(
            "unknown-term",
            f"{linted.shown(term)} is not among the known terms of its vocabulary.",
            f"Did you mean {linted.shown(misspelt[term])}? {_IF_MEANT}",
            at=quad,
            term=term,
        )
    yield from _described_nowhere(linted, undescribed - misspelt.keys())


def _undescribed(linted: LintedProject) -> set[ox.NamedNode]:
    """Give all properties and classes of which nothing is said."""
    classes = {quad.object for quad in linted.dataset.with_property(TYPE)}
    return {
        term
        for term in (*linted.dataset.predicates, *classes)
        if isinstance(term, ox.NamedNode) and term.value not in linted.described
    }


def _misspelt(
    linted: LintedProject, terms: Iterable[ox.NamedNode]
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    """Find slips of the pen in terms that others describe elsewhere, each with what is meant."""
    others, guesses = linted.vocabularies_of_others, Guesses()
    for term in sorted(terms, key=lambda term: term.value):
        if term.value.startswith(others):
            is_class = term not in linted.dataset.predicates
            if near := meant(term.value, is_class=is_class, guesses=guesses):
                yield term, ox.NamedNode(near)


def _described_nowhere(linted: LintedProject, terms: set[ox.NamedNode]) -> Iterator[Finding]:
    """Find terms of which nothing is said, though something is of others of their vocabulary."""
    schema = ox.NamedNode(linted.project.iri("graph/ontology"))
    vocabularies = {
        vocabulary_of(quad.subject.value)
        for quad in linted.dataset.by_graph.get(schema, ())
        if isinstance(quad.subject, ox.NamedNode)
    }
    unknown = {
        term
        for term in terms
        if vocabulary_of(term.value) in vocabularies and term.value not in linted.own_nodes
    }
    names = _local_names(linted.described, {vocabulary_of(term.value) for term in unknown})
    guesses, is_plain = Guesses(), not linted.project.is_strict
    for term, quad in _first_uses(linted.data_files, unknown):
        space = vocabulary_of(term.value)
        near = guesses.nearest(term.value.removeprefix(space), names[space], cutoff=0.7)
        is_of_others = term.value.startswith(linted.vocabularies_of_others)
        if is_plain and is_of_others and (not near or is_listed(term.value)):
            continue  # it is there, though these files say nothing of it
        meaning = f"Did you mean {linted.shown(ox.NamedNode(space + near))}? " if near else ""
        yield linted.finding(
            "unknown-term",
            f"{linted.shown(term)} is described nowhere, though other terms of its vocabulary are.",
            meaning + _IF_MEANT,
            at=quad,
            term=term,
        )


def _first_uses(
    files: Iterable[ParsedFile], terms: Collection[ox.NamedNode]
) -> Iterator[tuple[ox.NamedNode, Quad]]:
    """Give the first quad of some files that has each of some terms as its property or class."""
    left = set(terms)
    for quad in (quad for file in files if left for quad in file.quads):
        for term in (quad.predicate, quad.object if quad.predicate == TYPE else None):
            if isinstance(term, ox.NamedNode) and term in left:
                left.remove(term)
                yield term, quad


def _local_names(iris: Iterable[str], vocabularies: Collection[str]) -> Mapping[str, list[str]]:
    """List the names of each vocabulary's terms, without its namespace."""
    found: dict[str, list[str]] = {space: [] for space in vocabularies}
    for iri in sorted(iris):
        if (space := vocabulary_of(iri)) in found:
            found[space].append(iri.removeprefix(space))
    return found
