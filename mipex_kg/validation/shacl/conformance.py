"""Whether a node conforms to a shape, told at once and without a report.

Most of what is judged conforms, and to find that out takes little: this looks at the parsed terms
themselves, where pySHACL's constraints need rdflib's, and makes nothing that is thrown away. It
tells yes or no as the constraints do, from the very constraints that judge; for whatever it doesn't
know in full, it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any, TypeAlias

import pyoxigraph as ox
from pyshacl.constraints.core.cardinality_constraints import (
    MaxCountConstraintComponent,
    MinCountConstraintComponent,
)
from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    NotConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)
from pyshacl.constraints.core.other_constraints import (
    HasValueConstraintComponent,
    InConstraintComponent,
)
from pyshacl.constraints.core.property_pair_constraints import (
    DisjointConstraintComponent,
    EqualsConstraintComponent,
)
from pyshacl.constraints.core.shape_based_constraints import (
    NodeConstraintComponent,
    PropertyConstraintComponent,
    QualifiedValueShapeConstraintComponent,
)
from pyshacl.constraints.core.string_based_constraints import UniqueLangConstraintComponent
from pyshacl.constraints.core.value_constraints import (
    ClassConstraintComponent,
    NodeKindConstraintComponent,
)
from rdflib import URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH as SHACL
from mipex_kg.rdf.terms import Term
from mipex_kg.validation import datatypes
from mipex_kg.validation.shacl import strings, values
from mipex_kg.validation.shacl.closed import Closed
from mipex_kg.validation.shacl.components import COMPONENTS
from mipex_kg.validation.shacl.nodes import NodeValues, UnsureError
from mipex_kg.validation.shacl.paths import Hop
from mipex_kg.validation.shacl.shapes import JudgedShape, JudgedShapes
from mipex_kg.validation.shacl.terms import from_rdflib

# Shapes within shapes, beyond which a shape is left to those who judge: they may run out of stack.
_DEEPEST = 20
_KINDS: Mapping[Node, tuple[type, ...]] = {
    SH.IRI: (ox.NamedNode,),
    SH.BlankNode: (ox.BlankNode,),
    SH.Literal: (ox.Literal,),
    SH.BlankNodeOrIRI: (ox.BlankNode, ox.NamedNode),
    SH.BlankNodeOrLiteral: (ox.BlankNode, ox.Literal),
    SH.IRIOrLiteral: (ox.NamedNode, ox.Literal),
}

Test: TypeAlias = Callable[[Term], bool]
"""Whether a node conforms to a shape."""
Check: TypeAlias = Callable[[Term, Collection[Term]], bool]
"""Whether a node, by its value nodes, conforms to one constraint of a shape."""


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
            reached = {other for each in reached for other in self._references(each)}
            if not reached:
                return False
        return True

    def _check(self, constraint: Any) -> Check:
        make = _CHECKS.get(type(constraint))
        if make is None:
            component = str(constraint.shacl_constraint_component).replace(SHACL, "sh:")
            raise UnsureError(f"It has a constraint that is not of SHACL Core: {component}.")
        return make(self, constraint)

    def _value_nodes(self, shape: JudgedShape) -> Callable[[Term], Collection[Term]]:
        if not shape.is_property_shape:
            return lambda node: (node,)
        path, nodes = shape.route, self.nodes
        if isinstance(path, Hop) and not path.is_inverse:
            predicate = _predicate(path.iri)
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

        :raises UnsureError: when there is none, or it is empty
        """
        members = list(self.shapes.graph.items(head))
        if not members:
            raise UnsureError("A list of shapes is empty.")
        return [self.test_by(constraint, member) for member in members]


def _predicate(node: Node) -> ox.NamedNode:
    if not isinstance(node, URIRef):
        raise UnsureError(f"A property is not an IRI: {node}.")
    return ox.NamedNode(str(node))


def _each(fits: Test) -> Check:
    return lambda _node, found: all(map(fits, found))


# --- Value nodes, each by itself -----------------------------------------------------------------


def _class(conformance: Conformance, constraint: Any) -> Check:
    members = (conformance.nodes.members(from_rdflib(cls)) for cls in constraint.class_rules)
    return _each(frozenset.intersection(*members).__contains__)


def _datatype(_conformance: Conformance, constraint: values.Datatype) -> Check:
    wanted = _predicate(constraint.datatype_rule).value
    return _each(
        lambda value: (
            isinstance(value, ox.Literal)
            and value.datatype.value == wanted
            and datatypes.is_well_typed(value.value, wanted) is not False
        )
    )


def _node_kind(_conformance: Conformance, constraint: Any) -> Check:
    kinds = _KINDS.get(constraint.nodekind_rule)
    if kinds is None:
        raise UnsureError(f"There is no kind of nodes {constraint.nodekind_rule}.")
    return _each(lambda value: isinstance(value, kinds))


def _literal(value: Term) -> tuple[str, str] | None:
    return (value.value, value.datatype.value) if isinstance(value, ox.Literal) else None


def _order(first: Term, second: Term) -> int | None:
    left, right = _literal(first), _literal(second)
    return None if left is None or right is None else datatypes.compare(left, right)


def _range(_conformance: Conformance, constraint: Any) -> Check:
    bounds, fits = list(map(from_rdflib, constraint.bounds)), constraint.fits
    return _each(lambda value: all(_order(value, bound) in fits for bound in bounds))


def _pattern(_conformance: Conformance, constraint: strings.MatchesPattern) -> Check:
    patterns = constraint.patterns
    return _each(
        lambda value: (
            isinstance(value, ox.NamedNode | ox.Literal)
            and all(pattern.matches(value.value) for pattern in patterns)
        )
    )


def _length(_conformance: Conformance, constraint: Any) -> Check:
    allows, bound = constraint.allows, int(constraint.string_rules[0].value)
    return _each(
        lambda value: (
            isinstance(value, ox.NamedNode | ox.Literal) and allows(len(value.value), bound)
        )
    )


def _language_in(_conformance: Conformance, constraint: strings.LanguageIn) -> Check:
    @cache
    def fits(tag: str) -> bool:
        return any(strings.in_range(tag, each) for each in constraint.ranges)

    return _each(
        lambda value: (
            isinstance(value, ox.Literal) and value.language is not None and fits(value.language)
        )
    )


def _in(_conformance: Conformance, constraint: Any) -> Check:
    allowed = frozenset(map(from_rdflib, constraint.in_vals))
    return _each(allowed.__contains__)


# --- All value nodes together --------------------------------------------------------------------


def _min_count(_conformance: Conformance, constraint: Any) -> Check:
    least = int(constraint.min_count.value)
    return lambda _node, found: len(found) >= least


def _max_count(_conformance: Conformance, constraint: Any) -> Check:
    most = int(constraint.max_count.value)
    return lambda _node, found: len(found) <= most


def _has_value(_conformance: Conformance, constraint: Any) -> Check:
    wanted = frozenset(map(from_rdflib, constraint.has_value_set))
    return lambda _node, found: wanted.issubset(found)


def _unique_lang(_conformance: Conformance, constraint: Any) -> Check:
    if constraint.string_rules != {True}:
        return lambda _node, _found: True

    def check(_node: Term, found: Collection[Term]) -> bool:
        tags = [v.language.lower() for v in found if isinstance(v, ox.Literal) and v.language]
        return len(tags) == len(set(tags))

    return check


def _others(conformance: Conformance, constraint: Any) -> Callable[[Term], list[Collection[Term]]]:
    """Give what tells a node's values of the properties with which its values are compared."""
    predicates = list(map(_predicate, constraint.property_compare_set))
    properties = conformance.nodes.properties
    return lambda node: [properties(node).get(predicate, ()) for predicate in predicates]


def _equals(conformance: Conformance, constraint: Any) -> Check:
    others = _others(conformance, constraint)
    return lambda node, found: all(set(found) == set(each) for each in others(node))


def _disjoint(conformance: Conformance, constraint: Any) -> Check:
    others = _others(conformance, constraint)
    return lambda node, found: all(set(found).isdisjoint(each) for each in others(node))


def _pair(conformance: Conformance, constraint: Any) -> Check:
    others, fits = _others(conformance, constraint), constraint.fits
    return lambda node, found: all(
        _order(value, other) in fits for each in others(node) for other in each for value in found
    )


def _closed(conformance: Conformance, constraint: Closed) -> Check:
    if not constraint.is_closed:
        return lambda _node, _found: True
    paths = (constraint.shape.get_other_shape(node).path() for node in constraint.property_shapes)
    allowed = frozenset(map(from_rdflib, {*constraint.ignored_props, *paths}))
    properties = conformance.nodes.properties
    return _each(lambda value: allowed.issuperset(properties(value)))


# --- Other shapes --------------------------------------------------------------------------------


def _not(conformance: Conformance, constraint: Any) -> Check:
    tests = [conformance.test_by(constraint, node) for node in constraint.not_list]
    return _each(lambda value: not any(test(value) for test in tests))


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
    return _each(lambda value: all(test(value) for tests in lists for test in tests))


def _or(conformance: Conformance, constraint: Any) -> Check:
    lists = _lists(conformance, constraint, constraint.or_list)
    return _each(lambda value: all(any(test(value) for test in tests) for tests in lists))


def _xone(conformance: Conformance, constraint: Any) -> Check:
    lists = _lists(conformance, constraint, constraint.xone_nodes)
    return _each(lambda value: all(sum(test(value) for test in tests) == 1 for tests in lists))


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


_CHECKS: Mapping[type[Any], Callable[[Conformance, Any], Check]] = {
    COMPONENTS[ClassConstraintComponent]: _class,
    values.Datatype: _datatype,
    COMPONENTS[NodeKindConstraintComponent]: _node_kind,
    COMPONENTS[MinCountConstraintComponent]: _min_count,
    COMPONENTS[MaxCountConstraintComponent]: _max_count,
    values.MinExclusive: _range,
    values.MinInclusive: _range,
    values.MaxExclusive: _range,
    values.MaxInclusive: _range,
    strings.MinLength: _length,
    strings.MaxLength: _length,
    strings.MatchesPattern: _pattern,
    strings.LanguageIn: _language_in,
    COMPONENTS[UniqueLangConstraintComponent]: _unique_lang,
    COMPONENTS[EqualsConstraintComponent]: _equals,
    COMPONENTS[DisjointConstraintComponent]: _disjoint,
    values.LessThan: _pair,
    values.LessThanOrEquals: _pair,
    COMPONENTS[NotConstraintComponent]: _not,
    COMPONENTS[AndConstraintComponent]: _and,
    COMPONENTS[OrConstraintComponent]: _or,
    COMPONENTS[XoneConstraintComponent]: _xone,
    COMPONENTS[NodeConstraintComponent]: _node,
    COMPONENTS[PropertyConstraintComponent]: _property,
    COMPONENTS[QualifiedValueShapeConstraintComponent]: _qualified,
    Closed: _closed,
    COMPONENTS[HasValueConstraintComponent]: _has_value,
    COMPONENTS[InConstraintComponent]: _in,
}
