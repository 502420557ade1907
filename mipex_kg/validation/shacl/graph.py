"""The graph that is judged: the parsed quads by their indexes, and what rdflib sees of them.

A term becomes one of rdflib's when it is first asked for; what nobody looks at costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.store import Store
from rdflib.term import Node

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.shacl.terms import from_rdflib, to_rdflib

# From so many quads on, those of a node are parted by their predicates.
_MANY = 32
_NONE: list[Any] = []
Parts: TypeAlias = tuple[Term, Term, Term]
"""Subject, predicate and object of a triple."""


class Index:
    """The merge of a dataset's graphs, each triple once: it reads the dataset's own indexes.

    :param dataset: of which nothing is copied
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        # Made here, so that a process which is forked finds them.
        self._outgoing, self._incoming = dataset.by_subject, dataset.by_object
        _made = dataset.by_predicate
        self._parted: dict[tuple[Term, bool], Mapping[Term, list[Term]]] = {}

    def quads_about(self, subject: Term) -> Sequence[Quad]:
        """Give the quads with a subject: those of several graphs may have the same triple."""
        return () if isinstance(subject, ox.Literal) else self._outgoing.get(subject, ())

    def quads_with(self, predicate: Term) -> Sequence[Quad]:
        """Give the quads with a predicate, as above."""
        if not isinstance(predicate, ox.NamedNode):
            return ()
        return self.dataset.by_predicate.get(predicate, ())

    def triples(self) -> Iterator[Parts]:
        """Give all triples."""
        return ((t.subject, t.predicate, t.object) for t in self.dataset.merged())

    def about(self, subject: Term) -> Iterable[Parts]:
        """Give the triples with a subject."""
        quads = self.quads_about(subject)
        return dict.fromkeys((subject, quad.predicate, quad.object) for quad in quads)

    def with_value(self, value: Term) -> Iterable[Parts]:
        """Give the triples with an object."""
        quads = self._incoming.get(value, ())
        return dict.fromkeys((quad.subject, quad.predicate, value) for quad in quads)

    def with_predicate(self, predicate: Term) -> Iterable[Parts]:
        """Give the triples with a predicate."""
        quads = self.quads_with(predicate)
        return dict.fromkeys((quad.subject, predicate, quad.object) for quad in quads)

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """Give the values of a subject's property."""
        quads = self.quads_about(subject)
        if len(quads) < _MANY:
            return list(dict.fromkeys(q.object for q in quads if q.predicate == predicate))
        return self._part(subject, quads, outgoing=True).get(predicate, _NONE)

    def subjects(self, predicate: Term, value: Term) -> list[Term]:
        """Give what has a value for a property."""
        quads = self._incoming.get(value, ())
        if len(quads) < _MANY:
            return list(dict.fromkeys(q.subject for q in quads if q.predicate == predicate))
        return self._part(value, quads, outgoing=False).get(predicate, _NONE)

    def _part(
        self, node: Term, quads: Iterable[Quad], *, outgoing: bool
    ) -> Mapping[Term, list[Term]]:
        parted = self._parted.get((node, outgoing))
        if parted is None:
            parts: dict[Term, dict[Term, None]] = defaultdict(dict)
            for quad in quads:
                parts[quad.predicate][quad.object if outgoing else quad.subject] = None
            parted = {predicate: list(others) for predicate, others in parts.items()}
            self._parted[node, outgoing] = parted
        return parted


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
    ) -> Iterable[Parts]:
        index = self.index
        try:
            s, p, o = (
                None if node is None else from_rdflib(node) for node in (subject, predicate, value)
            )
        except ValueError:  # a query made an IRI that is none
            return _NONE
        if s is not None and p is not None:
            return [(s, p, each) for each in index.objects(s, p) if o is None or each == o]
        if s is not None:
            return [triple for triple in index.about(s) if o is None or triple[2] == o]
        if o is not None:
            return index.with_value(o) if p is None else [(s, p, o) for s in index.subjects(p, o)]
        return index.triples() if p is None else index.with_predicate(p)

    def __len__(self, context: Any = None) -> int:
        """Count the triples."""
        return sum(1 for _ in self.index.triples())

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
