"""Screening: which targets of a shape must be judged, and which conform for sure.

Where it isn't known for sure what conforms, all targets are judged. One target of each shape is
judged in any case, so that a shape which can't be judged by is found.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from rdflib.term import Node

from mipex_kg.rdf.terms import Term
from mipex_kg.validation.report import ScreenedShape
from mipex_kg.validation.shacl.conformance import Conformance
from mipex_kg.validation.shacl.graph import DataGraph
from mipex_kg.validation.shacl.nodes import NodeValues, UnsureError
from mipex_kg.validation.shacl.shapes import JudgedShape, JudgedShapes
from mipex_kg.validation.shacl.terms import from_rdflib, in_order
from mipex_kg.validation.shacl.value_checks import Test

# Seconds after which it is said again which shape it is about.
_PAUSE = 0.2


class Screen:
    """Chooses the targets that must be judged.

    :param shapes: that are well-formed
    :param graph: that is judged
    :cvar screened: what was chosen, in the order of the shapes
    """

    def __init__(self, shapes: JudgedShapes, graph: DataGraph) -> None:
        self._shapes, self._graph = shapes, graph
        self._nodes = NodeValues(graph.index_store.index)
        self._conformance = Conformance(shapes, self._nodes)
        self.screened: list[ScreenedShape] = []

    def to_judge(self, shape: JudgedShape) -> Sequence[Node]:
        """Give the targets of a shape that must be judged, in a fixed order."""
        if shape.deactivated:
            return []
        try:
            targets, test = self._targets(shape), self._conformance.test(shape)
        except UnsureError as unsure:
            nodes = list(shape.targets(self._graph))
            self._note(shape, len(nodes), len(nodes), unsure.reason)
            return nodes
        left = self._doubtful(shape, targets, test)
        self._note(shape, len(targets), len(left))
        return in_order(map(self._graph.index_store.seen, left))

    def _doubtful(self, shape: JudgedShape, targets: Sequence[Term], test: Test) -> list[Term]:
        said, left, sample = 0.0, list[Term](), list[Term]()
        for target in targets:
            if (now := time.monotonic()) - said > _PAUSE:
                said = now
                self._shapes.begin(shape.node)
            if not test(target):
                left.append(target)
            elif not sample:
                sample.append(target)
        return [*left, *sample]

    def _targets(self, shape: JudgedShape) -> list[Term]:
        """Give what a shape is about (SHACL, 2.1.3).

        :raises UnsureError: when that isn't sure
        """
        return list(dict.fromkeys(self._found(shape)))

    def _found(self, shape: JudgedShape) -> Iterator[Term]:
        index = self._graph.index_store.index
        nodes, classes, own, objects_of, subjects_of = (
            [from_rdflib(node) for node in found] for found in shape.target()
        )
        yield from nodes
        for cls in (*classes, *own):
            yield from self._nodes.members(cls)
        for predicate in subjects_of:
            yield from (quad.subject for quad in index.quads_with(predicate))
        for predicate in objects_of:
            yield from (quad.object for quad in index.quads_with(predicate))

    def _note(self, shape: JudgedShape, targets: int, judged: int, reason: str = "") -> None:
        if targets:
            self.screened.append(ScreenedShape(from_rdflib(shape.node), targets, judged, reason))
