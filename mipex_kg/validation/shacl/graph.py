"""The graph that is judged: an index of the parsed triples, and what rdflib sees of it.

A term becomes one of rdflib's when it is first asked for; what nobody looks at costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.store import Store
from rdflib.term import Node

from mipex_kg.rdf.terms import Term
from mipex_kg.validation.shacl.terms import from_rdflib, to_rdflib

# From so many triples on, those of a node are parted by their predicates.
_MANY = 32
_NONE: list[Any] = []


class Index:
    """Triples by their subjects, by their objects and by their predicates.

    :param triples: each once
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = list(triples)
        outgoing: dict[Term, list[ox.Triple]] = defaultdict(list)
        incoming: dict[Term, list[ox.Triple]] = defaultdict(list)
        by_predicate: dict[Term, list[ox.Triple]] = defaultdict(list)
        for triple in self.triples:
            subject, predicate, value = triple
            outgoing[subject].append(triple)
            incoming[value].append(triple)
            by_predicate[predicate].append(triple)
        self._outgoing, self._incoming = dict(outgoing), dict(incoming)
        self._by_predicate = dict(by_predicate)
        self._parted: dict[tuple[Term, bool], Mapping[Term, list[ox.Triple]]] = {}

    def about(self, subject: Term) -> list[ox.Triple]:
        """Give the triples with a subject."""
        return self._outgoing.get(subject, _NONE)

    def with_value(self, value: Term) -> list[ox.Triple]:
        """Give the triples with an object."""
        return self._incoming.get(value, _NONE)

    def with_predicate(self, predicate: Term) -> list[ox.Triple]:
        """Give the triples with a predicate."""
        return self._by_predicate.get(predicate, _NONE)

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """Give the values of a subject's property."""
        return [t.object for t in self.find(subject, predicate)]

    def subjects(self, predicate: Term, value: Term) -> list[Term]:
        """Give what has a value for a property."""
        return [t.subject for t in self.find_value(predicate, value)]

    def find(self, subject: Term, predicate: Term) -> list[ox.Triple]:
        """Give the triples with a subject and a predicate."""
        return self._part(subject, predicate, self.about(subject), outgoing=True)

    def find_value(self, predicate: Term, value: Term) -> list[ox.Triple]:
        """Give the triples with a predicate and an object."""
        return self._part(value, predicate, self.with_value(value), outgoing=False)

    def _part(
        self, node: Term, predicate: Term, triples: list[ox.Triple], *, outgoing: bool
    ) -> list[ox.Triple]:
        if len(triples) < _MANY:
            return [triple for triple in triples if triple.predicate == predicate]
        parted = self._parted.get((node, outgoing))
        if parted is None:
            parts: dict[Term, list[ox.Triple]] = defaultdict(list)
            for triple in triples:
                parts[triple.predicate].append(triple)
            parted = self._parted[node, outgoing] = dict(parts)
        return parted.get(predicate, _NONE)


class _IndexStore(Store):
    """A store of rdflib's that reads an index, and can't be written to."""

    def __init__(self, index: Index, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self.index = index
        self._namespaces: dict[str, Node] = {}
        self._prefixes: dict[Node, str] = {}
        self._seen: dict[Term, Node] = {}
        for prefix, namespace in prefixes.items():
            self.bind(prefix, URIRef(namespace))

    def seen(self, term: Term) -> Node:
        """Convert a term; the same one always gives the same object."""
        found = self._seen.get(term)
        if found is None:
            found = self._seen[term] = to_rdflib(term)
        return found

    def triples(
        self, triple_pattern: tuple[Any, Any, Any], context: Any = None
    ) -> Iterator[tuple[tuple[Node, Node, Node], Iterator[None]]]:
        """Give the triples that fit a pattern, in which None stands for anything."""
        del context
        seen = self.seen
        for subject, predicate, value in self._fitting(*triple_pattern):
            yield (seen(subject), seen(predicate), seen(value)), iter(())

    def _fitting(
        self, subject: Node | None, predicate: Node | None, value: Node | None
    ) -> Iterable[ox.Triple]:
        index = self.index
        try:
            s, p, o = (
                None if node is None else from_rdflib(node) for node in (subject, predicate, value)
            )
        except ValueError:  # a query made an IRI that is none
            return _NONE
        if s is not None:
            found = index.about(s) if p is None else index.find(s, p)
            return found if o is None else [t for t in found if t.object == o]
        if o is not None:
            return index.with_value(o) if p is None else index.find_value(p, o)
        return index.triples if p is None else index.with_predicate(p)

    def __len__(self, context: Any = None) -> int:
        """Count the triples."""
        return len(self.index.triples)

    def bind(self, prefix: str, namespace: Any, override: bool = True) -> None:
        """Note a prefix."""
        if override or prefix not in self._namespaces:
            self._namespaces[prefix] = namespace
            self._prefixes[namespace] = prefix

    def namespace(self, prefix: str) -> Any:
        """Give the namespace of a prefix."""
        return self._namespaces.get(prefix)

    def prefix(self, namespace: Any) -> str | None:
        """Give the prefix of a namespace."""
        return self._prefixes.get(namespace)

    def namespaces(self) -> Iterator[tuple[str, Any]]:
        """Give the prefixes and their namespaces."""
        return iter(self._namespaces.items())


class DataGraph(Graph):
    """An index as a graph of rdflib's; what pySHACL asks most often takes the shortest way."""

    def __init__(self, index: Index, prefixes: Mapping[str, str]) -> None:
        self.index_store = _IndexStore(index, prefixes)
        super().__init__(store=self.index_store, bind_namespaces="none")

    def objects(  # type: ignore[override]  # as above
        self, subject: Any = None, predicate: Any = None, unique: bool = False
    ) -> Iterator[Any]:
        """Give the values of a subject's property."""
        if subject is None or not isinstance(predicate, URIRef):
            yield from super().objects(subject, predicate, unique)
            return
        store = self.index_store
        for value in store.index.objects(from_rdflib(subject), from_rdflib(predicate)):
            yield store.seen(value)

    def subjects(  # type: ignore[override]  # as above
        self, predicate: Any = None, object: Any = None, unique: bool = False
    ) -> Iterator[Any]:
        """Give what has a value for a property."""
        if not isinstance(object, Node) or not isinstance(predicate, URIRef):
            yield from super().subjects(predicate, object, unique)
            return
        store = self.index_store
        for subject in store.index.subjects(from_rdflib(predicate), from_rdflib(object)):
            yield store.seen(subject)
