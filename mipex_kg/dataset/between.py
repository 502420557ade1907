"""Nodes between a thing and others, such as the roles of a person, joined by what links them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.dataset.account import Joined
from mipex_kg.dataset.rows import Rows
from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term


@dataclass(frozen=True)
class NodesBetween:
    """Finds the nodes between things.

    :param nested: their classes, in order
    """

    rows: Rows
    nested: Sequence[ox.NamedNode]

    def of(
        self,
        thing: Node,
        about: Sequence[Quad],
        towards: Sequence[Quad],
        files: AbstractSet[Term],
    ) -> list[Joined]:
        """Find the nodes of each class; those that are linked with the thing alike are together.

        :param files: the files of a dataset, which are shown by themselves with all that is in them
        """
        # Of what is between things itself, the nodes are told of its ends.
        is_between = self.rows.dataset.is_nested(thing)
        near = [
            (node, link)
            for node, link in _near(about, towards)
            if (isinstance(node, ox.BlankNode) or not is_between)
            and node != thing
            and self.rows.is_between(node)
        ]
        if not near:
            return []
        of_files = (quad for file in files for quad in self.rows.dataset.about(file))
        drawn = self._drawn([*about, *of_files]) | files
        found: dict[Term | None, Joined] = {}
        for node, link in near:
            if node not in drawn:
                cls = self.class_of(node)
                joined = found.setdefault(cls, Joined([cls] if cls else [], {}, set()))
                if node not in joined.nodes:
                    joined.nodes[node] = tuple(self.rows.beside(thing, node))
                joined.links.add(link)
        return _alike(found[cls] for cls in (*self.nested, None) if cls in found)

    def _drawn(self, about: Iterable[Quad]) -> set[Term]:
        """Give the nodes that are drawn within a thing, by what is said of it."""
        drawn: set[Term] = set()
        waiting = [quad.object for quad in about]
        while waiting:
            node = waiting.pop()
            if node not in drawn and self.rows.is_inner(node):
                drawn.add(node)
                waiting += [quad.object for quad in self.rows.dataset.about(node)]
        return drawn

    def class_of(self, node: Node) -> Term | None:
        """Give the first of the classes of nodes between that a node is of."""
        types = self.rows.dataset.values(node, TYPE)
        return next((cls for cls in self.nested if cls in types), None)


def _near(
    about: Iterable[Quad], towards: Iterable[Quad]
) -> Iterator[tuple[Node, tuple[ox.NamedNode, bool]]]:
    for quad in about:
        if not isinstance(quad.object, ox.Literal):
            yield quad.object, (quad.predicate, False)
    for quad in towards:
        yield quad.subject, (quad.predicate, True)


def _alike(every: Iterable[Joined]) -> list[Joined]:
    """Join the nodes of classes that are linked to the thing by the same property."""
    found: list[Joined] = []
    for joined in every:
        like = next(
            (
                each
                for each in found
                if each.classes and joined.classes and each.links & joined.links
            ),
            None,
        )
        if like:
            like.classes.extend(joined.classes)
            like.nodes.update(joined.nodes)
            like.links.update(joined.links)
        else:
            found.append(joined)
    return found
