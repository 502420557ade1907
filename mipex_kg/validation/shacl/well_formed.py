"""Whether shapes are what SHACL allows, before anything is judged by them.

pySHACL finds out when it comes to a node, so that what it says of the shapes depends on the data;
and some mistakes it doesn't see at all: a reference to a shape that isn't there, a misspelt
property, what SHACL would have another graph, regime or language for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, SH
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH as SHACL
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.errors import nearest
from mipex_kg.validation.report import Finding, Severity
from mipex_kg.validation.shacl.parameters import wrong_values
from mipex_kg.validation.shacl.paths import PathError, list_items
from mipex_kg.validation.shacl.queries import prefixes
from mipex_kg.validation.shacl.shapes import LISTS, JudgedShape, JudgedShapes
from mipex_kg.validation.shacl.terms import from_rdflib

_LISTS = (*LISTS, URIRef(SHACL + "in"), SH.languageIn, SH.ignoredProperties)
_QUERIES = tuple(URIRef(SHACL + name) for name in ("select", "ask", "construct"))
# Parts of SHACL's Advanced Features and of SHACL-JS by which a shape would say more than is judged.
_UNSUPPORTED = tuple(
    URIRef(SHACL + name) for name in ("target", "expression", "js", "rule", "values", "targetWhere")
)
_KEYWORDS = {"and", "class", "in", "not", "or"}  # which rdflib leaves out, as Python's
_TERMS = _KEYWORDS.union(str(term).removeprefix(SHACL) for term in dir(SH))


class ShapesError(Exception):
    """The shapes can't be judged by.

    :param reason: why, a sentence
    :param node: which of the shapes graph's nodes is to blame
    """

    def __init__(self, reason: str, node: Node | None = None, hint: str = "") -> None:
        super().__init__(reason)
        self.reason, self.node, self.hint = reason, node, hint


def check(shapes: JudgedShapes, prefixes: Mapping[str, str]) -> list[Finding]:
    """Check that a shapes graph is well-formed.

    :returns: what is worth a word, though it can be judged by
    :raises ShapesError: when it is not
    """
    graph = shapes.graph
    _check_queries(graph)
    _check_features(graph)
    _check_parameters(graph)
    _check_lists(graph)
    for shape in shapes.shapes:
        _check_references(shapes, shape)
    for shape in shapes.shapes:
        shapes.begin(shape.node)
        _check_constraints(shape)
    found = [*_unknown_terms(graph, prefixes), *_unread_imports(graph)]
    return [*found, *(_recursion(node) for node in sorted(shapes.recursive, key=str))]


def _check_references(shapes: JudgedShapes, shape: JudgedShape) -> None:
    graph = shapes.graph
    try:
        references = shapes.references(shape.node)
    except PathError as error:
        raise ShapesError(f"{error}.", shape.node) from None
    for other in references:
        # A blank node of which nothing is said is a shape without constraints.
        is_there = isinstance(other, BNode) or (other, None, None) in graph
        if isinstance(other, Literal) or not is_there:
            raise ShapesError(
                f"A shape is referred to that is not there: {other}",
                other,
                "Check its spelling, and that its file is among the shapes.",
            )
    for other in graph.objects(shape.node, SH.property):
        if (other, SH.path, None) not in graph:
            raise ShapesError("sh:property names what has no sh:path.", other)
    for other in graph.objects(shape.node, SH.node):
        if (other, SH.path, None) in graph:
            raise ShapesError("sh:node names a property shape.", other)


def _check_constraints(shape: JudgedShape) -> None:
    try:
        if shape.is_property_shape:
            _ = shape.route
        if not shape.deactivated:
            _ = shape.constraints
    except ReportableRuntimeError as error:
        raise ShapesError(str(error.message), shape.node) from None


def _check_queries(graph: Graph) -> None:
    """Refuse what rdflib would follow to other hosts or files, and prefixes it doesn't know."""
    for predicate in _QUERIES:
        for constraint, text in graph.subject_objects(predicate):
            try:
                query = Query(str(text), prefixes(graph, constraint))
            except ValidationFailure as error:
                raise ShapesError(str(error.message), constraint) from None
            if query.calls_service or query.default_graphs or query.named_graphs:
                raise ShapesError(
                    "A SPARQL constraint has SERVICE or FROM in it, which SHACL doesn't allow.",
                    constraint,
                    "Ask only about the graph that is validated.",
                )
            if unknown := query.unknown_prefixes:
                raise ShapesError(
                    f"A SPARQL constraint has a prefix that is not declared: {unknown[0]}:",
                    constraint,
                    "Declare it with sh:declare on what the constraint names by sh:prefixes.",
                )


def _check_features(graph: Graph) -> None:
    for predicate in _UNSUPPORTED:
        for subject in graph.subjects(predicate):
            name = str(predicate).removeprefix(SHACL)
            raise ShapesError(
                f"The shapes use sh:{name}, which is not in SHACL (2017) and can't be judged.",
                subject,
                "Say it in SHACL Core or SHACL-SPARQL, or take it out.",
            )
    for subject, regime in graph.subject_objects(SH.entailment):
        raise ShapesError(
            f"The shapes ask for entailment, which is not supported: {regime}",
            subject,
            "Take out sh:entailment; rules in ontology/rules/ can add what follows.",
        )


def _check_parameters(graph: Graph) -> None:
    for shape, reason in wrong_values(graph):
        raise ShapesError(reason, shape)


def _check_lists(graph: Graph) -> None:
    for predicate in _LISTS:
        for subject, head in graph.subject_objects(predicate):
            try:
                list_items(graph, head)
            except PathError as error:
                name = str(predicate).removeprefix(SHACL)
                raise ShapesError(f"sh:{name}: {error}.", subject) from None


def _unknown_terms(graph: Graph, prefixes: Mapping[str, str]) -> Iterator[Finding]:
    """Find terms of SHACL's namespace that it doesn't have: a misspelt one does nothing."""
    used = {predicate: subject for subject, predicate, _ in sorted(graph, key=str)}
    used |= {
        value: subject for subject, _, value in sorted(graph, key=str) if isinstance(value, URIRef)
    }
    for term in sorted(used, key=str):
        local = str(term).removeprefix(SHACL)
        if str(term).startswith(SHACL) and local and local not in _TERMS:
            near = nearest(local, sorted(_TERMS), cutoff=0.7)
            yield Finding(
                Severity.WARNING,
                "unknown-shacl-term",
                f"SHACL has no term {shorten(str(term), prefixes)}, so it does nothing here.",
                f"Did you mean sh:{near}?" if near else "Check its spelling.",
                focus=from_rdflib(used[term]),
            )


def _unread_imports(graph: Graph) -> Iterator[Finding]:
    """Find shapes graphs that are imported, which nobody has fetched."""
    for subject, imported in sorted(graph.subject_objects(OWL.imports), key=str):
        if (imported, None, None) not in graph:
            yield Finding(
                Severity.WARNING,
                "import-not-read",
                f"The shapes import {imported}, which was not read: nothing is fetched.",
                "Fetch the file, and name it too.",
                focus=from_rdflib(subject),
            )


def _recursion(node: Node) -> Finding:
    return Finding(
        Severity.WARNING,
        "recursive-shapes",
        "A shape refers to itself, and SHACL doesn't say what that means: a node that is being "
        "judged by it is taken to conform.",
        "Take out the sh:node or sh:property that leads back to the shape.",
        focus=from_rdflib(node),
    )
