"""Axioms of OWL that are things of their own in RDF, as facts about the terms that they are about.

That is what is disjoint or different, and what is said of an axiom (OWL 2, mapping to RDF graphs,
tables 1 and 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.dataset.account import AccountWords, Said
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.list_items import list_items
from mipex_kg.rdf.namespaces import OWL, TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term

# What the members of each are to each other.
_APART: Mapping[Term, ox.NamedNode] = {
    OWL.term("AllDisjointClasses"): OWL.term("disjointWith"),
    OWL.term("AllDisjointProperties"): OWL.term("propertyDisjointWith"),
    OWL.term("AllDifferent"): OWL.term("differentFrom"),
}
_MEMBERS = frozenset(map(OWL.term, ("members", "distinctMembers")))
_AXIOM, _SOURCE = OWL.term("Axiom"), OWL.term("annotatedSource")
_PROPERTY, _TARGET = OWL.term("annotatedProperty"), OWL.term("annotatedTarget")


@dataclass(frozen=True)
class Axioms:
    """The axioms of a dataset, said of the terms in them."""

    dataset: Dataset
    words: AccountWords

    def part(self, term: Node, pointing: Iterable[Quad]) -> tuple[list[Quad], Iterator[Said]]:
        """Part what points to a term from axioms, and say what those say of it.

        :param pointing: from within a list, what points to the list
        """
        axioms: list[Quad] = []
        others: list[Quad] = []
        for quad in pointing:
            (axioms if self._is_axiom(quad.subject) else others).append(quad)
        return others, self._said(term, axioms)

    def _is_axiom(self, node: Term) -> bool:
        """Tell whether a node is an axiom, and so nothing by itself."""
        types = self.dataset.values(node, TYPE)
        return isinstance(node, ox.BlankNode) and any(t in _APART or t == _AXIOM for t in types)

    def _said(self, term: Node, axioms: Iterable[Quad]) -> Iterator[Said]:
        for quad in axioms:
            if quad.predicate in _MEMBERS:
                yield from self._apart(term, quad)
            elif quad.predicate == _SOURCE:
                yield from self._annotations(quad.subject)

    def _apart(self, term: Node, quad: Quad) -> Iterator[Said]:
        for cls in self.dataset.values(quad.subject, TYPE):
            if predicate := _APART.get(cls):
                name = self.words.property(predicate)
                for other in list_items(quad.object, self.dataset):
                    if other != term:
                        yield Said(name, predicate, quad, other)

    def _annotations(self, axiom: Node) -> Iterator[Said]:
        """Say what is said of a statement about a term, each with the statement."""
        dataset = self.dataset
        values = [*dataset.values(axiom, _PROPERTY)[:1], *dataset.values(axiom, _TARGET)[:1]]
        if len(values) < 2:
            return
        predicate, target = values
        named = predicate if isinstance(predicate, ox.NamedNode) else _PROPERTY
        words = self.words.interface["annotation"]
        for quad in dataset.about(axiom):
            if quad.predicate not in (TYPE, _SOURCE, _PROPERTY, _TARGET):
                name = words.format(
                    annotation=self.words.property(quad.predicate),
                    property=self.words.property(named),
                    value=_short(self.words.label(target)[0]),
                )
                yield Said(name, quad.predicate, quad, quad.object)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59].rstrip()}…"
