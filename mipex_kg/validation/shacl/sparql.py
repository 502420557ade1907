"""Constraints in SPARQL: queries of a shape, and constraint components that are declared.

Of pySHACL's, several values of a component's parameter count as one; a query about all values of a
property is asked once for each, so not at all where there is none; messages of one result go into
the next; and a validator is kept by the address of its graph in memory, which another may have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from pyshacl.errors import ConstraintLoadError
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH as CORE
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH
from mipex_kg.validation.shacl.queries import PreparedQuery
from mipex_kg.validation.shacl.results import Reporting, Result, filled
from mipex_kg.validation.shacl.terms import in_order
from mipex_kg.validation.shacl.values import Evaluation, Values

_SELECT, _ASK = URIRef(SH + "select"), URIRef(SH + "ask")
_LINK = "https://www.w3.org/TR/shacl/#sparql-constraint-components"


class SPARQLConstraints(Reporting, SPARQLBasedConstraint):
    """``sh:sparql``: a query about each focus node, whose solutions are results."""

    def __init__(self, shape: Any) -> None:
        ConstraintComponent.__init__(self, shape)
        nodes = in_order(shape.objects(URIRef(SH + "sparql")))
        self.queries = {
            node: PreparedQuery(shape, node, _text(shape.sg.graph, node, _SELECT))
            for node in nodes
            if not _is_deactivated(shape.sg.graph, node)
        }

    def evaluate(self, _executor: Any, graph: Graph, values: Values, _path: Any) -> Evaluation:
        """Find the focus nodes for which a query has a solution."""
        found = [
            self._result(graph, focus, node, solution)
            for node, query in self.queries.items()
            for focus in values
            for solution in query.solutions(graph, {"this": focus})
        ]
        return not found, found

    def _result(
        self, graph: Graph, focus: Node, node: Node, solution: Mapping[str, Node]
    ) -> Result:
        value = solution.get("value", None if self.shape.is_property_shape else focus)
        return self.make_v_result(
            graph,
            focus,
            value_node=value,
            result_path=_path(solution),
            source_constraint=node,
            extra_messages=_messages(self.shape.sg.graph, node, solution),
            bound_vars={"this": focus, **solution, **({"value": value} if value else {})},
        )


class Component:
    """A constraint component that a shapes graph declares.

    :param shapes: pySHACL's shapes graph
    :param declared: what pySHACL read of it: its parameters and validators
    """

    def __init__(self, declared: Any) -> None:
        self.node: Node = declared.node
        self.required = [p for p in declared.parameters if not p.optional]
        self.optional = [p for p in declared.parameters if p.optional]
        self._declared = declared

    def constraints_of(self, shape: Any) -> Iterator[DeclaredConstraint]:
        """Make the constraints of a shape that has a value for each parameter that is required.

        :raises ConstraintLoadError: when the shape or the component is not well-formed
        """
        values = {p: in_order(shape.objects(p.path())) for p in (*self.required, *self.optional)}
        if not all(values[parameter] for parameter in self.required):
            return
        if len(values) > 1:
            for parameter, nodes in values.items():
                if len(nodes) > 1:
                    raise ConstraintLoadError(
                        f"{parameter.path()} has more than one value, and the constraint "
                        "component has more than one parameter.",
                        _LINK,
                    )
            given = {p.localname: nodes[0] for p, nodes in values.items() if nodes}
            yield DeclaredConstraint(shape, self, given)
        else:
            ((parameter, nodes),) = values.items()
            for node in nodes:
                yield DeclaredConstraint(shape, self, {parameter.localname: node})

    def validator_for(self, shape: Any) -> Node:
        """Choose the validator for a shape (SHACL, 6.2.3)."""
        own = self._declared.property_validators if shape.is_property_shape else None
        own = own or (None if shape.is_property_shape else self._declared.node_validators)
        found = in_order(own or self._declared.validators)
        if not found:
            raise ConstraintLoadError(
                f"The constraint component {self.node} has no validator for such a shape.", _LINK
            )
        return found[0]


class DeclaredConstraint(Reporting, ConstraintComponent):
    """A constraint of a component that a shapes graph declares.

    :param given: the values of the parameters
    """

    def __init__(self, shape: Any, component: Component, given: Mapping[str, Node]) -> None:
        super().__init__(shape)
        self.component, self.given = component, given
        self.shacl_constraint_component = component.node
        graph = shape.sg.graph
        self.validator = component.validator_for(shape)
        self.asks = (self.validator, _ASK, None) in graph
        text = _text(graph, self.validator, _ASK if self.asks else _SELECT)
        bound = {*given, "value"} if self.asks else set(given)
        self.query = PreparedQuery(shape, self.validator, text, bound, asks=self.asks)

    @classmethod
    def constraint_parameters(cls) -> list[URIRef]:
        """Give no parameters: they are the component's."""
        return []

    @classmethod
    def constraint_name(cls) -> str:
        """Name the constraint."""
        return "ConstraintComponent"

    def evaluate(self, _executor: Any, graph: Graph, values: Values, _path: Any) -> Evaluation:
        """Find the values for which ASK says no, or the solutions of SELECT."""
        found = []
        for focus, nodes in values.items():
            bindings = {"this": focus, **self.given}
            if self.asks:
                found += [
                    self._result(graph, focus, {"value": value})
                    for value in nodes
                    if not self.query.holds(graph, {**bindings, "value": value})
                ]
            else:
                own = {} if self.shape.is_property_shape else {"value": focus}
                found += [
                    self._result(graph, focus, {**own, **solution})
                    for solution in self.query.solutions(graph, bindings)
                ]
        return not found, found

    def _result(self, graph: Graph, focus: Node, solution: Mapping[str, Node]) -> Result:
        shapes = self.shape.sg.graph
        path = self.shape.path()
        variables = {**({"path": path} if path else {}), **self.given, "this": focus, **solution}
        messages = _messages(shapes, self.validator, solution) or _messages(
            shapes, self.component.node, {}
        )
        return self.make_v_result(
            graph,
            focus,
            value_node=solution.get("value"),
            result_path=_path(solution),
            constraint_component=self.component.node,
            extra_messages=[filled(text, variables) for text in messages],
        )


def _path(solution: Mapping[str, Node]) -> URIRef | None:
    path = solution.get("path")
    return path if isinstance(path, URIRef) else None


def _text(shapes: Graph, node: Node, predicate: URIRef) -> str:
    texts = list(shapes.objects(node, predicate))
    name = str(predicate).removeprefix(SH)
    if len(texts) != 1 or not isinstance(texts[0], Literal):
        raise ConstraintLoadError(f"A SPARQL constraint must have one sh:{name}, a text.", _LINK)
    return str(texts[0])


def _messages(shapes: Graph, node: Node, solution: Mapping[str, Node]) -> list[Node]:
    """Give the messages of a solution, or else of a constraint (SHACL, 5.3.2)."""
    if (own := solution.get("message")) is not None:
        return [own]
    return in_order(shapes.objects(node, CORE.message))


def _is_deactivated(shapes: Graph, node: Node) -> bool:
    return any(str(value) == "true" for value in shapes.objects(node, CORE.deactivated))
