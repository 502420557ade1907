"""Validation results: what every constraint component makes of a node that doesn't conform.

pySHACL writes a text about each result too, which nobody reads here, and which costs more than the
judging. It puts values into messages as if they were replacements of a regular expression, so that
a backslash in the data ends it. And its own messages list values in any order, and come from a
memory in which a graph is known by its address, which another graph may have later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rdflib import RDF, BNode, Literal
from rdflib.namespace import SH
from rdflib.term import Node

from mipex_kg.validation.shacl.messages import message

_VARIABLE = re.compile(r"\{[?$](\w+)\}")

Result = tuple[str, BNode, list[tuple[Node, Node, Any]]]
"""As pySHACL has it: a text, the result's node, and its triples.

An object may be a graph and a node of that graph, which must be described in the report.
"""


class Reporting:
    """What the constraint components of pySHACL's report, and how."""

    shape: Any
    shacl_constraint_component: Node

    def recursion_triggers(self, _path: Any, trigger_depth: int = 3) -> None:
        """Leave recursion to the shape, which knows of which node it is asked."""
        del trigger_depth

    def make_v_result(
        self,
        datagraph: Any,
        focus_node: Node,
        value_node: Node | None = None,
        result_path: Node | None = None,
        constraint_component: Node | None = None,
        source_constraint: Node | None = None,
        extra_messages: Iterable[Node] | None = None,
        bound_vars: Any = None,
    ) -> Result:
        """Make a result, with the messages of the constraint, of the shape, or of pySHACL."""
        shape = self.shape
        shapes = shape.sg.graph
        component = constraint_component or self.shacl_constraint_component
        node = BNode(f"result{shape.sg.next_number()}")
        triples: list[tuple[Node, Node, Any]] = [
            (node, RDF.type, SH.ValidationResult),
            (node, SH.sourceConstraintComponent, (shapes, component)),
            (node, SH.sourceShape, (shapes, shape.node)),
            (node, SH.resultSeverity, shape.severity),
            (node, SH.focusNode, (datagraph, focus_node)),
        ]
        if value_node is not None:
            triples.append((node, SH.value, (datagraph, value_node)))
        if result_path is None and shape.is_property_shape:
            result_path = shape.path()
        if result_path is not None:
            triples.append((node, SH.resultPath, (shapes, result_path)))
        if source_constraint is not None:
            triples.append((node, SH.sourceConstraint, (shapes, source_constraint)))
        messages = dict.fromkeys([*(extra_messages or ()), *shape.message])
        variables = _variables(bound_vars)
        for text in messages or (message(shapes, shape.node, component),):
            triples.append((node, SH.resultMessage, filled(text, variables)))
        return "", node, triples


def _variables(bound: Any) -> Mapping[str, Node]:
    """Read the variables of a solution as pySHACL hands them on."""
    if bound is None:
        return {}
    if isinstance(bound, dict):
        return bound
    names = dict(zip(("this", "path", "value"), bound, strict=False))
    others = bound[3] if len(bound) > 3 else {}
    return {**others, **{name: node for name, node in names.items() if node is not None}}


def filled(message: Node, variables: Mapping[str, Node]) -> Node:
    """Put values into a message instead of their variables, such as ``{$this}``.

    >>> str(filled(Literal("{?a}, {$b}"), {"a": Literal(r"C:\\new")}))
    'C:\\\\new, {$b}'
    """
    if not isinstance(message, Literal) or not variables:
        return message

    def value(match: re.Match[str]) -> str:
        return str(variables.get(match[1], match[0]))

    text = _VARIABLE.sub(value, str(message))
    return Literal(text, lang=message.language, datatype=message.datatype)
