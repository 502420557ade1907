"""Property paths: what a path leads to, and how SPARQL writes it (SHACL, 2.3.1).

pySHACL takes the steps of an inverted sequence in the wrong order, and gives up after ten steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

_DEEPEST = 100


class PathError(ValueError):
    """The shapes graph has no well-formed path there."""


class PathValues(Protocol):
    """A graph in which a path is followed."""

    def objects(self, subject: Node, predicate: Node) -> Iterable[Node]:
        """Give the values of a subject's property."""
        ...

    def subjects(self, predicate: Node, object: Node) -> Iterable[Node]:
        """Give what has a value for a property."""
        ...


@dataclass(frozen=True)
class Hop:
    """One property, followed forwards or backwards."""

    iri: URIRef
    is_inverse: bool = False

    def follow(self, graph: PathValues, node: Node) -> set[Node]:
        """Give the nodes that the path leads to from a node."""
        if self.is_inverse:
            return set(graph.subjects(self.iri, node))
        return set(graph.objects(node, self.iri))

    def sparql(self) -> str:
        """Write the path as SPARQL does."""
        return f"^<{self.iri}>" if self.is_inverse else f"<{self.iri}>"


@dataclass(frozen=True)
class Chain:
    """One path after the other."""

    parts: tuple[Path, ...]

    def follow(self, graph: PathValues, node: Node) -> set[Node]:
        """Give the nodes that the path leads to from a node."""
        nodes = {node}
        for part in self.parts:
            nodes = {found for each in nodes for found in part.follow(graph, each)}
        return nodes

    def sparql(self) -> str:
        """Write the path as SPARQL does."""
        return "(" + "/".join(part.sparql() for part in self.parts) + ")"


@dataclass(frozen=True)
class Either:
    """Any of some paths."""

    parts: tuple[Path, ...]

    def follow(self, graph: PathValues, node: Node) -> set[Node]:
        """Give the nodes that the path leads to from a node."""
        return {found for part in self.parts for found in part.follow(graph, node)}

    def sparql(self) -> str:
        """Write the path as SPARQL does."""
        return "(" + "|".join(part.sparql() for part in self.parts) + ")"


@dataclass(frozen=True)
class Repeated:
    """A path several times, by SPARQL's sign for it: ``*``, ``+`` or ``?``."""

    part: Path
    sign: str

    def follow(self, graph: PathValues, node: Node) -> set[Node]:
        """Give the nodes that the path leads to from a node."""
        waiting = self.part.follow(graph, node)
        if self.sign == "?":
            return {node, *waiting}
        found = set() if self.sign == "+" else {node}
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting |= self.part.follow(graph, each) - found
        return found

    def sparql(self) -> str:
        """Write the path as SPARQL does."""
        return f"({self.part.sparql()}){self.sign}"


Path: TypeAlias = Hop | Chain | Either | Repeated

_SIGNS: dict[Node, str] = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def read_path(shapes: Graph, node: Node) -> Path:
    """Read the path that a node of a shapes graph stands for.

    :raises PathError: when it is not well-formed
    """
    return _read(shapes, node, inverse=False, depth=0)


def _read(shapes: Graph, node: Node, *, inverse: bool, depth: int) -> Path:
    if isinstance(node, URIRef):
        return Hop(node, inverse)
    if not isinstance(node, BNode):
        raise PathError(f"a property path can't be a text ({node})")
    if depth > _DEEPEST:
        raise PathError(f"a property path is nested more than {_DEEPEST} deep, or in itself")
    predicates = set(shapes.predicates(node))
    if RDF.first in predicates or RDF.rest in predicates:
        parts = _read_list(shapes, node, inverse=inverse, depth=depth)
        return Chain(tuple(reversed(parts)) if inverse else parts)
    kinds = predicates & {SH.inversePath, SH.alternativePath, *_SIGNS}
    inner = [value for kind in kinds for value in shapes.objects(node, kind)]
    if len(inner) != 1:
        raise PathError("a property path is not exactly one of the kinds that SHACL knows")
    kind = kinds.pop()
    if kind == SH.inversePath:
        return _read(shapes, inner[0], inverse=not inverse, depth=depth + 1)
    if kind == SH.alternativePath:
        return Either(_read_list(shapes, inner[0], inverse=inverse, depth=depth))
    return Repeated(_read(shapes, inner[0], inverse=inverse, depth=depth + 1), _SIGNS[kind])


def _read_list(shapes: Graph, node: Node, *, inverse: bool, depth: int) -> tuple[Path, ...]:
    parts = tuple(
        _read(shapes, item, inverse=inverse, depth=depth + 1) for item in list_items(shapes, node)
    )
    if len(parts) < 2:
        raise PathError("a sequence or alternative of paths has fewer than two")
    return parts


def list_items(shapes: Graph, node: Node) -> Sequence[Node]:
    """Give the members of a list.

    :raises PathError: when it is not a SHACL list: well-formed, and with an end
    """
    items: list[Node] = []
    seen: set[Node] = set()
    while node != RDF.nil:
        firsts, rests = list(shapes.objects(node, RDF.first)), list(shapes.objects(node, RDF.rest))
        if len(firsts) != 1 or len(rests) != 1 or node in seen:
            raise PathError("a list is not well-formed")
        seen.add(node)
        items.append(firsts[0])
        node = rests[0]
    return items
