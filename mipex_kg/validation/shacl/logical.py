"""Constraints by lists of shapes, where the list is empty: pySHACL refuses what SHACL allows.

To all of no shapes every node conforms, to one of none or exactly one of none no node does.
"""

from __future__ import annotations

from typing import Any

from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)
from rdflib.namespace import RDF
from rdflib.term import Node

from mipex_kg.validation.shacl.results import Reporting, Result
from mipex_kg.validation.shacl.values import Values

# As pySHACL has it: whether something does not conform, and the results.
_Evaluation = tuple[bool, list[Result]]


class And(Reporting, AndConstraintComponent):
    """``sh:and``."""

    def _evaluate_and_constraint(self, executor: Any, head: Node, *others: Any) -> _Evaluation:
        if head == RDF.nil:
            return False, []
        found: _Evaluation = super()._evaluate_and_constraint(executor, head, *others)
        return found


class _OneOf(Reporting):
    """A choice, which is met by no node where there is nothing to choose from."""

    def met_by_none(self, graph: Any, values: Values) -> _Evaluation:
        """Report each value node."""
        found = [
            self.make_v_result(graph, focus, value_node=value)
            for focus, nodes in values.items()
            for value in nodes
        ]
        return bool(found), found


class Or(_OneOf, OrConstraintComponent):
    """``sh:or``."""

    def _evaluate_or_constraint(
        self, executor: Any, head: Node, graph: Any, values: Values, path: Any
    ) -> _Evaluation:
        if head == RDF.nil:
            return self.met_by_none(graph, values)
        found: _Evaluation = super()._evaluate_or_constraint(executor, head, graph, values, path)
        return found


class Xone(_OneOf, XoneConstraintComponent):
    """``sh:xone``."""

    def _evaluate_xone_constraint(
        self, executor: Any, head: Node, graph: Any, values: Values, path: Any
    ) -> _Evaluation:
        if head == RDF.nil:
            return self.met_by_none(graph, values)
        found: _Evaluation = super()._evaluate_xone_constraint(executor, head, graph, values, path)
        return found
