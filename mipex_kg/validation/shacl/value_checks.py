"""Checks of value nodes: whether they are as a constraint wants, told at once and without a report.

Constraints that refer to other shapes are checked by `conformance`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, TypeAlias

import pyoxigraph as ox
from pyshacl.constraints.core.cardinality_constraints import (
    MaxCountConstraintComponent,
    MinCountConstraintComponent,
)
from pyshacl.constraints.core.other_constraints import (
    HasValueConstraintComponent,
    InConstraintComponent,
)
from pyshacl.constraints.core.property_pair_constraints import (
    DisjointConstraintComponent,
    EqualsConstraintComponent,
)
from pyshacl.constraints.core.string_based_constraints import UniqueLangConstraintComponent
from pyshacl.constraints.core.value_constraints import (
    ClassConstraintComponent,
    NodeKindConstraintComponent,
)
from rdflib import URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from mipex_kg.rdf.terms import Term
from mipex_kg.validation import datatypes
from mipex_kg.validation.shacl import strings, values
from mipex_kg.validation.shacl.closed import Closed
from mipex_kg.validation.shacl.components import COMPONENTS
from mipex_kg.validation.shacl.nodes import NodeValues, UnsureError
from mipex_kg.validation.shacl.terms import from_rdflib

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


def predicate_of(node: Node) -> ox.NamedNode:
    """Give the property that a shape names.

    :raises UnsureError: when it names none
    """
    if not isinstance(node, URIRef):
        raise UnsureError(f"A property is not an IRI: {node}.")
    return ox.NamedNode(str(node))


def each(fits: Test) -> Check:
    """Give the check that each value node, by itself, passes a test."""
    return lambda _node, found: all(map(fits, found))


# --- Value nodes, each by itself -----------------------------------------------------------------


def _class(nodes: NodeValues, constraint: Any) -> Check:
    members = (nodes.members(from_rdflib(cls)) for cls in constraint.class_rules)
    return each(frozenset.intersection(*members).__contains__)


def _datatype(_nodes: NodeValues, constraint: values.Datatype) -> Check:
    wanted = predicate_of(constraint.datatype_rule).value
    return each(
        lambda value: (
            isinstance(value, ox.Literal)
            and value.datatype.value == wanted
            and datatypes.is_well_typed(value.value, wanted) is not False
        )
    )


def _node_kind(_nodes: NodeValues, constraint: Any) -> Check:
    kinds = _KINDS.get(constraint.nodekind_rule)
    if kinds is None:
        raise UnsureError(f"There is no kind of nodes {constraint.nodekind_rule}.")
    return each(lambda value: isinstance(value, kinds))


def _literal(value: Term) -> tuple[str, str] | None:
    return (value.value, value.datatype.value) if isinstance(value, ox.Literal) else None


def _order(first: Term, second: Term) -> int | None:
    left, right = _literal(first), _literal(second)
    return None if left is None or right is None else datatypes.compare(left, right)


def _range(_nodes: NodeValues, constraint: Any) -> Check:
    bounds, fits = list(map(from_rdflib, constraint.bounds)), constraint.fits
    return each(lambda value: all(_order(value, bound) in fits for bound in bounds))


def _pattern(_nodes: NodeValues, constraint: strings.MatchesPattern) -> Check:
    patterns = constraint.patterns
    return each(
        lambda value: (
            isinstance(value, ox.NamedNode | ox.Literal)
            and all(pattern.matches(value.value) for pattern in patterns)
        )
    )


def _length(_nodes: NodeValues, constraint: Any) -> Check:
    allows, bound = constraint.allows, int(constraint.string_rules[0].value)
    return each(
        lambda value: (
            isinstance(value, ox.NamedNode | ox.Literal) and allows(len(value.value), bound)
        )
    )


def _language_in(_nodes: NodeValues, constraint: strings.LanguageIn) -> Check:
    @cache
    def fits(tag: str) -> bool:
        return any(strings.in_range(tag, wanted) for wanted in constraint.ranges)

    return each(
        lambda value: (
            isinstance(value, ox.Literal) and value.language is not None and fits(value.language)
        )
    )


def _in(_nodes: NodeValues, constraint: Any) -> Check:
    allowed = frozenset(map(from_rdflib, constraint.in_vals))
    return each(allowed.__contains__)


# --- All value nodes together --------------------------------------------------------------------


def _min_count(_nodes: NodeValues, constraint: Any) -> Check:
    least = int(constraint.min_count.value)
    return lambda _node, found: len(found) >= least


def _max_count(_nodes: NodeValues, constraint: Any) -> Check:
    most = int(constraint.max_count.value)
    return lambda _node, found: len(found) <= most


def _has_value(_nodes: NodeValues, constraint: Any) -> Check:
    wanted = frozenset(map(from_rdflib, constraint.has_value_set))
    return lambda _node, found: wanted.issubset(found)


def _unique_lang(_nodes: NodeValues, constraint: Any) -> Check:
    if constraint.string_rules != {True}:
        return lambda _node, _found: True

    def check(_node: Term, found: Collection[Term]) -> bool:
        tags = [v.language.lower() for v in found if isinstance(v, ox.Literal) and v.language]
        return len(tags) == len(set(tags))

    return check


def _others(nodes: NodeValues, constraint: Any) -> Callable[[Term], list[Collection[Term]]]:
    """Give what tells a node's values of the properties with which its values are compared."""
    predicates = list(map(predicate_of, constraint.property_compare_set))
    properties = nodes.properties
    return lambda node: [properties(node).get(predicate, ()) for predicate in predicates]


def _equals(nodes: NodeValues, constraint: Any) -> Check:
    others = _others(nodes, constraint)
    return lambda node, found: all(set(found) == set(theirs) for theirs in others(node))


def _disjoint(nodes: NodeValues, constraint: Any) -> Check:
    others = _others(nodes, constraint)
    return lambda node, found: all(set(found).isdisjoint(theirs) for theirs in others(node))


def _pair(nodes: NodeValues, constraint: Any) -> Check:
    others, fits = _others(nodes, constraint), constraint.fits
    return lambda node, found: all(
        _order(value, other) in fits
        for theirs in others(node)
        for other in theirs
        for value in found
    )


def _closed(nodes: NodeValues, constraint: Closed) -> Check:
    if not constraint.is_closed:
        return lambda _node, _found: True
    paths = (constraint.shape.get_other_shape(node).path() for node in constraint.property_shapes)
    allowed = frozenset(map(from_rdflib, {*constraint.ignored_props, *paths}))
    properties = nodes.properties
    return each(lambda value: allowed.issuperset(properties(value)))


VALUE_CHECKS: Mapping[type[Any], Callable[[NodeValues, Any], Check]] = {
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
    Closed: _closed,
    COMPONENTS[HasValueConstraintComponent]: _has_value,
    COMPONENTS[InConstraintComponent]: _in,
}
