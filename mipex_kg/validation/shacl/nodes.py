"""The nodes of the graph that is judged, as parsed: their values, and the members of classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import RDFS, TYPE
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.shacl.graph import Index

_SUBCLASS = RDFS.term("subClassOf")
# Classes below classes, beyond which those who judge may run out of stack.
_DEEPEST = 50


class UnsureError(Exception):
    """Whether nodes conform can't be told but by judging them.

    :param reason: why, a sentence
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NodeValues:
    """What can be reached from the nodes of a graph.

    :param index: of its triples
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self._node: Term | None = None
        self._properties: Mapping[ox.NamedNode, Mapping[Term, None]] = {}
        self._iri = cache(lambda iri: ox.NamedNode(str(iri)))
        self.members: Callable[[Term], frozenset[Term]] = cache(self._members)

    def properties(self, node: Term) -> Mapping[ox.NamedNode, Mapping[Term, None]]:
        """Give the values of each property of a node; those of the last one are kept."""
        if node is not self._node:
            found: dict[ox.NamedNode, dict[Term, None]] = {}
            for quad in self.index.quads_about(node):
                found.setdefault(quad.predicate, {})[quad.object] = None
            self._node, self._properties = node, found
        return self._properties

    def objects(self, subject: Any, predicate: Any) -> Iterable[Any]:
        """Give the values of a subject's property, for following a path.

        :param predicate: an IRI of rdflib's
        """
        return self.index.objects(subject, self._iri(predicate))

    def subjects(self, predicate: Any, object: Any) -> Iterable[Any]:
        """Give what has a value for a property, for following a path.

        :param predicate: an IRI of rdflib's
        """
        return self.index.subjects(self._iri(predicate), object)

    def _members(self, cls: Term) -> frozenset[Term]:
        """Give the members of a class and of those below it.

        :raises UnsureError: when classes are too deep below it
        """
        classes, below = {cls}, {cls}
        for _ in range(_DEEPEST):
            below = {each for c in below for each in self.index.subjects(_SUBCLASS, c)} - classes
            if not below:
                return frozenset(s for c in classes for s in self.index.subjects(TYPE, c))
            classes |= below
        raise UnsureError(f"There are many classes below classes: {cls}.")
