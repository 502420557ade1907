"""Whether a node conforms to a shape, told at once and without a report.

Most of what is judged conforms, and to find that out takes little: this looks at the parsed terms
themselves, where pySHACL's constraints need rdflib's, and makes nothing that is thrown away. It
tells yes or no as the constraints do, from the very constraints that judge; for whatever it doesn't
know in full, it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any

from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    NotConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)
from pyshacl.constraints.core.shape_based_constraints import (
    NodeConstraintComponent,
    PropertyConstraintComponent,
    QualifiedValueShapeConstraintComponent,
)
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH as SHACL
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.shacl.components import COMPONENTS
from mipex_kg.validation.shacl.nodes import NodeValues, UnsureError
from mipex_kg.validation.shacl.paths import Hop
from mipex_kg.validation.shacl.shapes import JudgedShape, JudgedShapes
from mipex_kg.validation.shacl.value_checks import VALUE_CHECKS, Check, Test, each, predicate_of

# Shapes within shapes, beyond which a shape is left to those who judge: they may run out of stack.
_DEEPEST = 20


class Conformance:
    """Says whether nodes conform to shapes.

    :param shapes: that are well-formed
    :param nodes: of the graph that is judged
    """

    def __init__(self, shapes: JudgedShapes, nodes: NodeValues) -> None:
        self.shapes, self.nodes = shapes, nodes
        self._tests: dict[Node, Test] = {}
        self._references = cache(shapes.references)

    def test(self, shape: JudgedShape) -> Test:
        """Give the test of whether a node conforms to a shape.

        :raises UnsureError: when that can't be told but by judging it; it says why
        """
        found = self._tests.get(shape.node)
        if found is None:
            found = self._tests[shape.node] = self._make_test(shape)
        return found

    def _make_test(self, shape: JudgedShape) -> Test:
        if shape.deactivated:
            return lambda _node: True
        if self._is_deep(shape.node):
            raise UnsureError("It refers to itself, or to shapes that are nested deeply.")
        checks = tuple(self._check(constraint) for constraint in shape.constraints)
        value_nodes = self._value_nodes(shape)

        def test(node: Term) -> bool:
            found = value_nodes(node)
            for check in checks:  # noqa: SIM110 - which takes less time than a generator
                if not check(node, found):
                    return False
            return True

        return test

    def _is_deep(self, node: Node) -> bool:
        """Tell whether shapes are referred to through more shapes than is sure."""
        reached = {node}
        for _ in range(_DEEPEST):
            reached = {other for shape in reached for other in self._references(shape)}
            if not reached:
                return False
        return True

    def _check(self, constraint: Any) -> Check:
        kind = type(constraint)
        if make := VALUE_CHECKS.get(kind):
            return make(self.nodes, constraint)
        by_shapes = _CHECKS_BY_SHAPES.get(kind)
        if by_shapes is None:
            component = str(constraint.shacl_constraint_component).replace(SHACL, "sh:")
            raise UnsureError(f"It has a constraint that is not of SHACL Core: {component}.")
        return by_shapes(self, constraint)

    def _value_nodes(self, shape: JudgedShape) -> Callable[[Term], Collection[Term]]:
        if not shape.is_property_shape:
            return lambda node: (node,)
        path, nodes = shape.route, self.nodes
        if isinstance(path, Hop) and not path.is_inverse:
            predicate = predicate_of(path.iri)
            return lambda node: nodes.properties(node).get(predicate, ())
        return lambda node: path.follow(nodes, node)

    def test_by(self, constraint: Any, node: Node) -> Test:
        """Give the test by a shape to which a constraint refers.

        :raises UnsureError: when there is none
        """
        shape = constraint.shape.get_other_shape(node)
        if not isinstance(shape, JudgedShape):
            raise UnsureError(f"A shape is not there: {node}.")
        return self.test(shape)

    def tests_by(self, constraint: Any, head: Node) -> list[Test]:
        """Give the tests by a list of shapes to which a constraint refers.

        :raises UnsureError: when one of them is not there
        """
        return [self.test_by(constraint, member) for member in self.shapes.graph.items(head)]


def _not(conformance: Conformance, constraint: Any) -> Check:
    tests = [conformance.test_by(constraint, node) for node in constraint.not_list]
    return each(lambda value: not any(test(value) for test in tests))


def _all_of(conformance: Conformance, constraint: Any, nodes: Iterable[Node]) -> Check:
    tests = [conformance.test_by(constraint, node) for node in nodes]

    def check(_node: Term, found: Collection[Term]) -> bool:
        for value in found:
            for test in tests:
                if not test(value):
                    return False
        return True

    return check


def _node(conformance: Conformance, constraint: Any) -> Check:
    return _all_of(conformance, constraint, constraint.node_shapes)


def _property(conformance: Conformance, constraint: Any) -> Check:
    return _all_of(conformance, constraint, constraint.property_shapes)


def _lists(conformance: Conformance, constraint: Any, heads: Iterable[Node]) -> list[list[Test]]:
    return [conformance.tests_by(constraint, head) for head in heads]


def _and(conformance: Conformance, constraint: Any) -> Check:
    lists = _lists(conformance, constraint, constraint.and_list)
    return each(lambda value: all(test(value) for tests in lists for test in tests))


def _or(conformance: Conformance, constraint: Any) -> Check:
    lists = _lists(conformance, constraint, constraint.or_list)
    return each(lambda value: all(any(test(value) for test in tests) for tests in lists))


def _xone(conformance: Conformance, constraint: Any) -> Check:
    lists = _lists(conformance, constraint, constraint.xone_nodes)
    return each(lambda value: all(sum(test(value) for test in tests) == 1 for tests in lists))


def _qualified(conformance: Conformance, constraint: Any) -> Check:
    if constraint.is_disjoint:
        raise UnsureError("It has qualified value shapes that are disjoint.")
    tests = [conformance.test_by(constraint, node) for node in constraint.value_shapes]
    least, most = constraint.min_count, constraint.max_count

    def check(_node: Term, found: Collection[Term]) -> bool:
        numbers = [sum(map(test, found)) for test in tests]
        return all(
            (least is None or number >= least) and (most is None or number <= most)
            for number in numbers
        )

    return check


_CHECKS_BY_SHAPES: Mapping[type[Any], Callable[[Conformance, Any], Check]] = {
    COMPONENTS[NotConstraintComponent]: _not,
    COMPONENTS[AndConstraintComponent]: _and,
    COMPONENTS[OrConstraintComponent]: _or,
    COMPONENTS[XoneConstraintComponent]: _xone,
    COMPONENTS[NodeConstraintComponent]: _node,
    COMPONENTS[PropertyConstraintComponent]: _property,
    COMPONENTS[QualifiedValueShapeConstraintComponent]: _qualified,
}
