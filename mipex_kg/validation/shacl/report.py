"""Reading what pySHACL's constraints report: as findings, and as SHACL's validation report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from mipex_kg.rdf.namespaces import KG, TYPE, XSD, shorten
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.report import Finding, Severity
from mipex_kg.validation.shacl.results import Result
from mipex_kg.validation.shacl.terms import from_rdflib

_SEVERITIES = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
_SIGNS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_NO_MESSAGE = "This does not conform to the shape, which has no message for it."
_Properties = Mapping[Node, list[Any]]


class ReportReader:
    """Reads results.

    :param shapes: the shapes graph
    :param prefixes: for showing property paths
    """

    def __init__(self, shapes: Graph, prefixes: Mapping[str, str]) -> None:
        self.shapes = shapes
        self.prefixes = prefixes
        self._paths: dict[Node, str] = {}

    def findings(self, results: Iterable[Result]) -> list[Finding]:
        """Read results as findings; the details of a result are part of it."""
        return [self._finding(result) for result in results]

    def _finding(self, result: Result) -> Finding:
        _, node, triples = result
        about = _by_subject(triples)
        own = about[node]
        focus, value, path, shape, component, constraint = (
            _first(own, predicate)
            for predicate in (
                SH.focusNode,
                SH.value,
                SH.resultPath,
                SH.sourceShape,
                SH.sourceConstraintComponent,
                SH.sourceConstraint,
            )
        )
        return Finding(
            severity=_SEVERITIES.get(own[SH.resultSeverity][0], Severity.VIOLATION),
            check=str(component),
            message=_message(node, about) or _NO_MESSAGE,
            hint=self._hint(constraint, shape),
            focus=None if focus is None else from_rdflib(focus),
            path=None if path is None else self._path(path),
            value=None if value is None else from_rdflib(value),
            shape=str(shape) if isinstance(shape, URIRef) else None,
            result=str(node),
        )

    def _hint(self, *nodes: Node | None) -> str | None:
        for node in nodes:
            for predicate in (URIRef(KG + "hint"), SH.description):
                if node is not None and (hint := self.shapes.value(node, predicate)):
                    return str(hint)
        return None

    def _path(self, path: Node) -> str:
        found = self._paths.get(path)
        if found is None:
            found = self._paths[path] = path_text(self.shapes, path, self.prefixes)
        return found


def report_triples(results: Iterable[Result]) -> list[ox.Triple]:
    """Write results as a validation report, each blank node with what is said of it."""
    top = ox.BlankNode("report")
    found = {ox.Triple(top, TYPE, ox.NamedNode(str(SH.ValidationReport))): None}
    described: set[Node] = set()
    conforms = True
    for _, node, triples in results:
        conforms = False
        found[_triple(top, SH.result, node)] = None
        for subject, predicate, value in triples:
            graph, term = value if isinstance(value, tuple) else (None, value)
            found[_triple(subject, predicate, term)] = None
            if graph is not None and isinstance(term, BNode):
                found |= dict.fromkeys(_described(graph, term, described))
    verdict = ox.Literal("true" if conforms else "false", datatype=XSD.term("boolean"))
    found[ox.Triple(top, ox.NamedNode(str(SH.conforms)), verdict)] = None
    return list(found)


def _described(graph: Graph, node: Node, described: set[Node]) -> list[ox.Triple]:
    """Give what a graph says of a blank node, and of the blank nodes behind it."""
    found: list[ox.Triple] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each in described:
            continue
        described.add(each)
        for predicate, value in graph.predicate_objects(each):
            found.append(_triple(each, predicate, value))
            if isinstance(value, BNode):
                waiting.append(value)
    return found


def _triple(subject: Node | Term, predicate: Node, value: Node) -> ox.Triple:
    first = from_rdflib(subject) if isinstance(subject, Node) else subject
    terms = (first, from_rdflib(predicate), from_rdflib(value))
    return ox.Triple(*terms)  # type: ignore[arg-type]  # rdflib has no types for where terms may be


def _by_subject(triples: Iterable[tuple[Node, Node, Any]]) -> Mapping[Node, _Properties]:
    about: dict[Node, dict[Node, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        about[subject][predicate].append(value[1] if isinstance(value, tuple) else value)
    return about


def _first(properties: _Properties, predicate: Node) -> Any:
    values = properties[predicate]
    return values[0] if values else None


def _message(node: Node, about: Mapping[Node, _Properties]) -> str:
    """Join the messages of a result, the English ones if there are any, and of its details."""
    messages = [m for m in about[node][SH.resultMessage] if isinstance(m, Literal)]
    english = [m for m in messages if (m.language or "en").startswith("en")]
    details = sorted(_message(detail, about) for detail in about[node][SH.detail])
    return " ".join([*sorted(str(message) for message in english or messages), *details])


def path_text(graph: Graph, path: Node, prefixes: Mapping[str, str]) -> str:
    """Write a SHACL property path as SPARQL writes it.

    :param graph: has the path's blank nodes
    """
    if isinstance(path, URIRef):
        return shorten(str(path), prefixes)
    if (path, RDF.first, None) in graph:
        return "/".join(_step(graph, step, prefixes) for step in Collection(graph, path))
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return f"^{_step(graph, inverse, prefixes)}"
    for predicate, sign in _SIGNS.items():
        if (inner := graph.value(path, predicate)) is not None:
            return f"{_step(graph, inner, prefixes)}{sign}"
    steps = Collection(graph, graph.value(path, SH.alternativePath) or RDF.nil)
    return "|".join(_step(graph, step, prefixes) for step in steps)


def _step(graph: Graph, path: Node, prefixes: Mapping[str, str]) -> str:
    text = path_text(graph, path, prefixes)
    return text if isinstance(path, URIRef) else f"({text})"
