"""Shapes, and how one of them judges nodes.

pySHACL makes the constraints of a shape again for each node; overlooks shapes that have nothing but
a constraint, where their class is their target; and of shapes that refer to themselves it judges
only the first steps, so that what is wrong further on passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from pyshacl.errors import ConstraintLoadError, ConstraintLoadWarning, ShapeLoadError
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH as SHACL
from mipex_kg.validation.shacl.components import PARAMETERS, components_of
from mipex_kg.validation.shacl.paths import PathError, list_items, read_path
from mipex_kg.validation.shacl.results import Result
from mipex_kg.validation.shacl.sparql import Component
from mipex_kg.validation.shacl.terms import in_order

_REFERENCES = (SH.node, SH.property, URIRef(SHACL + "not"), SH.qualifiedValueShape)
LISTS = (URIRef(SHACL + "and"), URIRef(SHACL + "or"), SH.xone)
"""The parameters whose values are lists of shapes."""


class JudgedShapes(ShapesGraph):
    """A shapes graph, its shapes being those below.

    :param begin: called before a shape is read, and before a target of it is judged by it
    """

    _node_shape_cache: dict[Any, Any]
    # pySHACL would add these to the graph, where they become part of reports.
    system_triples: Sequence[tuple[Node, Node, Node]] = ()

    def __init__(self, graph: Graph, begin: Callable[[Node], None] = lambda _shape: None) -> None:
        super().__init__(graph)
        self.begin = begin
        self.counted = 0
        self.open: set[tuple[Node, Node]] = set()

    def next_number(self) -> int:
        """Count the results, to name them."""
        self.counted += 1
        return self.counted

    @cached_property
    def components(self) -> list[Component]:
        """The constraint components that the graph declares."""
        declared = (c for c in self.custom_constraints if not isinstance(c.node, Literal))
        return sorted(map(Component, declared), key=lambda component: str(component.node))

    @cached_property
    def classes(self) -> frozenset[Node]:
        """The classes of classes: a shape that is of one is its own target."""
        found = set(self.graph.transitive_subjects(RDFS.subClassOf, RDFS.Class))
        return frozenset({*found, *self.graph.transitive_subjects(RDFS.subClassOf, OWL.Class)})

    def _build_node_shape_cache(self) -> None:
        # pySHACL refuses empty lists of shapes, which are no more to it than none.
        empty = [
            (shape, parameter, RDF.nil)
            for parameter in LISTS
            for shape in self.graph.subjects(parameter, RDF.nil)
        ]
        for triple in empty:
            self.graph.remove(triple)
        super()._build_node_shape_cache()
        for triple in empty:
            self.graph.add(triple)
        for node, shape in list(self._node_shape_cache.items()):
            self._node_shape_cache[node] = JudgedShape(self, node, shape.is_property_shape)
        for node in {*self._with_parameters()} - self._node_shape_cache.keys():
            is_property = (node, SH.path, None) in self.graph
            self._node_shape_cache[node] = JudgedShape(self, node, is_property)
        ordered = sorted(self._node_shape_cache.items(), key=lambda item: str(item[0]))
        self._node_shape_cache = dict(ordered)

    def _with_parameters(self) -> Iterable[Node]:
        """Give what is a shape since it has a constraint (SHACL, 2.1)."""
        parameters = [sp for c in self.components for sp in (p.path() for p in c.required)]
        declared = set(self.graph.objects(None, SH.parameter))
        for parameter in (*PARAMETERS, *parameters):
            yield from set(self.graph.subjects(parameter)) - declared

    def references(self, node: Node) -> set[Node]:
        """Give the shapes that a shape refers to.

        :raises PathError: when a list of shapes is not well-formed
        """
        direct = {shape for p in _REFERENCES for shape in self.graph.objects(node, p)}
        heads = [head for p in LISTS for head in self.graph.objects(node, p)]
        return direct.union(*(list_items(self.graph, head) for head in heads))

    @cached_property
    def recursive(self) -> frozenset[Node]:
        """The shapes that lead back to themselves."""
        links = {node: self.references(node) for node in self._node_shape_cache}
        return frozenset(node for node in links if _leads_back(node, links))


def _leads_back(node: Node, links: dict[Node, set[Node]]) -> bool:
    seen: set[Node] = set()
    waiting = set(links[node])
    while waiting:
        each = waiting.pop()
        if each == node:
            return True
        if each not in seen:
            seen.add(each)
            waiting |= links.get(each, set())
    return False


class JudgedShape(Shape):
    """A shape.

    :param is_property: whether it is a property shape
    """

    _messages: Any

    def __init__(self, shapes: JudgedShapes, node: Any, is_property: bool) -> None:
        path = next(iter(shapes.graph.objects(node, SH.path)), None) if is_property else None
        super().__init__(shapes, node, p=is_property, path=path)
        self._messages = in_order(self._messages)
        # pySHACL takes any text for true.
        self._deactivated = any(str(v) == "true" for v in self.objects(SH.deactivated))

    def implicit_class_targets(self) -> list[Node]:
        """Give the shape itself if it is a class."""
        types = set(self.sg.graph.objects(self.node, RDF.type))
        return [self.node] if types & self.sg.classes else []

    @cached_property
    def route(self) -> Any:
        """The property path.

        :raises ShapeLoadError: when it is not well-formed
        """
        try:
            return read_path(self.sg.graph, self.path())
        except PathError as error:
            raise ShapeLoadError(
                f"sh:path: {error}.", "https://www.w3.org/TR/shacl/#property-paths"
            ) from None

    @cached_property
    def constraints(self) -> list[Any]:
        """The constraints, each an instance of its component.

        :raises ConstraintLoadError: when one is not well-formed
        """
        found = []
        for component in components_of(self.sg.graph.predicates(self.node)):
            try:
                found.append(component(self))
            except ConstraintLoadWarning as warning:
                raise ConstraintLoadError(warning.message, warning.link) from None
        for declared in self.sg.components:
            found += declared.constraints_of(self)
        return found

    def value_nodes(
        self, target_graph: Any, focus: Any, sparql_mode: bool = False, debug: bool = False
    ) -> dict[Node, Iterable[Node]]:
        """Give the value nodes of a focus node."""
        del sparql_mode, debug
        if not self.is_property_shape:
            return {focus: (focus,)}
        return {focus: in_order(self.route.follow(target_graph, focus))}

    def validate(
        self, executor: Any, target_graph: Any, focus: Any = None, _evaluation_path: Any = None
    ) -> tuple[bool, list[Result]]:
        """Judge a node."""
        if self.deactivated:
            return True, []
        results = self._judge(executor, target_graph, focus, _evaluation_path or [])
        return not results, results

    def judge(self, executor: Any, graph: Any, targets: Iterable[Node]) -> Iterator[Result]:
        """Judge nodes that are the shape's targets.

        What a node that conforms leads to is not counted, so that results are named alike whether
        or not it is judged.
        """
        if self.deactivated:
            return
        for node in targets:
            self.sg.begin(self.node)
            counted = self.sg.counted
            found = self._judge(executor, graph, node, [])
            if not found:
                self.sg.counted = counted
            yield from found

    def targets(self, graph: Any) -> Iterable[Node]:
        """Give the nodes that are judged, in a fixed order."""
        return in_order(self.focus_nodes(graph))

    def _judge(self, executor: Any, graph: Any, node: Node, path: list[Any]) -> list[Result]:
        """Judge a node; while that goes on, the same node is taken to conform to the same shape."""
        key = (self.node, node)
        if key in self.sg.open:
            return []
        if is_recursive := self.node in self.sg.recursive:
            self.sg.open.add(key)
        values = self.value_nodes(graph, node)
        results: list[Result] = []
        for constraint in self.constraints:
            here = [*path, self, constraint]
            results += constraint.evaluate(executor, graph, values, here)[1]
        if is_recursive:
            self.sg.open.discard(key)
        return results
