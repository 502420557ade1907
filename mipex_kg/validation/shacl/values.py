"""Constraints on values: datatypes, ranges, and the order of two properties' values.

pySHACL goes by the values that rdflib reads in Python. Those know no years before Christ, no fifth
digit of a year and no hour 24, take a text for a number, and put everything into some order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pyshacl.constraints.core.property_pair_constraints import (
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent
from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)
from pyshacl.errors import ConstraintLoadError
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from mipex_kg.validation import datatypes
from mipex_kg.validation.shacl.results import Reporting, Result

_LINK = "https://www.w3.org/TR/shacl/#core-components-range"
Values = Mapping[Node, Iterable[Node]]
Evaluation = tuple[bool, list[Result]]


def datatype_of(literal: Literal) -> URIRef:
    """Tell a literal's datatype; rdflib has none for plain texts."""
    return literal.datatype or (RDF.langString if literal.language else XSD.string)


def compare(first: Node, second: Node) -> int | None:
    """Compare two nodes by SPARQL's operators.

    :returns: -1, 0 or 1; None if they can't be compared
    """
    if not isinstance(first, Literal) or not isinstance(second, Literal):
        return None
    return datatypes.compare(
        (str(first), str(datatype_of(first))), (str(second), str(datatype_of(second)))
    )


def is_of_datatype(node: Node, datatype: Node) -> bool:
    """Tell whether a node is a well-typed literal of a datatype."""
    return (
        isinstance(node, Literal)
        and datatype_of(node) == datatype
        and datatypes.is_well_typed(str(node), str(datatype)) is not False
    )


class Datatype(Reporting, DatatypeConstraintComponent):
    """``sh:datatype``: by the lexical space of the datatype."""

    def evaluate(self, _executor: Any, graph: Any, values: Values, _path: Any) -> Evaluation:
        """Find the values that are not of the datatype."""
        found = [
            self.make_v_result(graph, focus, value_node=value)
            for focus, nodes in values.items()
            for value in nodes
            if not is_of_datatype(value, self.datatype_rule)
        ]
        return not found, found


class _Range(Reporting):
    """A bound on values.

    :cvar fits: how a value may compare with the bound
    """

    fits: frozenset[int]

    def __init__(self, shape: Any) -> None:
        super().__init__(shape)  # type: ignore[call-arg]  # the other base takes it
        for bound in self.bounds:
            if compare(bound, bound) is None:
                raise ConstraintLoadError(f"A bound is not in any order: {bound}", _LINK)

    @property
    def bounds(self) -> list[Node]:
        """The values of the parameter."""
        (parameter,) = self.constraint_parameters()  # type: ignore[attr-defined]  # as above
        return list(self.shape.objects(parameter))

    def evaluate(self, _executor: Any, graph: Any, values: Values, _path: Any) -> Evaluation:
        """Find the values that are out of bounds, or can't be compared."""
        found = [
            self.make_v_result(graph, focus, value_node=value)
            for bound in self.bounds
            for focus, nodes in values.items()
            for value in nodes
            if compare(value, bound) not in self.fits
        ]
        return not found, found


class MinExclusive(_Range, MinExclusiveConstraintComponent):
    """``sh:minExclusive``."""

    fits = frozenset({1})


class MinInclusive(_Range, MinInclusiveConstraintComponent):
    """``sh:minInclusive``."""

    fits = frozenset({0, 1})


class MaxExclusive(_Range, MaxExclusiveConstraintComponent):
    """``sh:maxExclusive``."""

    fits = frozenset({-1})


class MaxInclusive(_Range, MaxInclusiveConstraintComponent):
    """``sh:maxInclusive``."""

    fits = frozenset({-1, 0})


class _Pair(Reporting):
    """An order between two properties' values."""

    fits: frozenset[int]
    property_compare_set: Iterable[Node]

    def evaluate(self, _executor: Any, graph: Any, values: Values, _path: Any) -> Evaluation:
        """Find the pairs of values that are in another order, or in none."""
        found = []
        for other in self.property_compare_set:
            if not isinstance(other, URIRef):
                raise ConstraintLoadError("The other property must be an IRI.", _LINK)
            for focus, nodes in values.items():
                others = list(graph.objects(focus, other))
                found += [
                    self.make_v_result(graph, focus, value_node=value)
                    for value in nodes
                    for another in others
                    if compare(value, another) not in self.fits
                ]
        return not found, found


class LessThan(_Pair, LessThanConstraintComponent):
    """``sh:lessThan``."""

    fits = frozenset({-1})


class LessThanOrEquals(_Pair, LessThanOrEqualsConstraintComponent):
    """``sh:lessThanOrEquals``."""

    fits = frozenset({-1, 0})
