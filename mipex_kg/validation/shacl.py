"""Judging a graph by SHACL shapes, with pySHACL, and reading its report."""

from __future__ import annotations

import contextlib
import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from pyparsing import ParseException
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning, ValidationFailure
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH as RDFLIB_SH
from rdflib.term import Node

from mipex_kg.rdf.namespaces import KG, XSD, shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Term
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.report import Finding, Place, Severity

# rdflib's own namespace is closed, and lacks what SHACL-SPARQL adds.
SH = Namespace(str(RDFLIB_SH))
_SEVERITIES = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
_ONE = ox.Literal("1", datatype=ox.NamedNode(XSD + "boolean"))
_SUFFIXES = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


@dataclass(frozen=True)
class Judgement:
    """pySHACL's report, and the findings that it holds, not yet placed."""

    findings: list[Finding]
    report: list[ox.Triple]


def judge(
    triples: Iterable[ox.Triple], shapes_files: Sequence[ParsedFile], prefixes: Mapping[str, str]
) -> Judgement:
    """Validate a graph against shapes (SHACL Core and SHACL-SPARQL).

    :param triples: of the data graph, each once
    :param shapes_files: together they make the shapes graph
    :param prefixes: for showing property paths, and for queries in shapes that declare none
    :raises SourceError: when the shapes are not well-formed, or would reach the network
    """
    stated = (quad.triple for file in shapes_files for quad in file.quads)
    declared = {name: iri for file in shapes_files for name, iri in file.prefixes.items()}
    prefixes = {**declared, **prefixes}
    with _quiet():
        shapes = to_rdflib(filter(_counts, stated), prefixes)
    where = shapes_files[0].path if len(shapes_files) == 1 else shapes_files[0].path.parent
    _check_queries(shapes, where)
    try:
        with _quiet() as warned:
            _, report, text = pyshacl.validate(
                to_rdflib(triples, prefixes), shacl_graph=shapes, inference="none", inplace=True
            )
    except (
        ReportableRuntimeError,
        ParseException,
        re.error,
        ValueError,
        NotImplementedError,
    ) as error:
        # All but the first are of what pySHACL hands on unread: queries, patterns, endless lists.
        raise _bad_shapes(str(error), where) from None
    except RecursionError:
        raise _bad_shapes("They, or a query in them, are nested too deeply.", where) from None
    if isinstance(report, ValidationFailure):
        raise _bad_shapes(text, where)
    # The details of a result are results too, but no findings of their own.
    results = report.objects(None, SH.result)
    findings = [_finding(result, report, shapes, prefixes) for result in results]
    if any(issubclass(warning.category, ShapeRecursionWarning) for warning in warned):
        findings.append(_recursion(where))
    return Judgement(findings, [_from_rdflib_triple(triple) for triple in report])


@contextlib.contextmanager
def _quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Keep rdflib and pySHACL from writing to standard error what is reported anyway.

    A literal that is not of its datatype is a finding, with its place: the shapes and the lints
    see to that. Shapes that can't be loaded are an error of ours.

    :returns: a list in which Python's warnings gather
    """

    def refuse(_record: logging.LogRecord) -> bool:
        return False

    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    for logger in loggers:
        logger.addFilter(refuse)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield warned
    finally:
        for logger in loggers:
            logger.removeFilter(refuse)


def _recursion(where: Path) -> Finding:
    return Finding(
        Severity.WARNING,
        "recursive-shapes",
        "A shape refers to itself, and SHACL doesn't say what that means: it was judged to a depth "
        "of a few steps only.",
        "Take out the sh:node or sh:property that leads back to the shape.",
        place=Place(where) if where.is_file() else None,
    )


def _bad_shapes(text: str, path: Path) -> SourceError:
    reason = " ".join(text.split()).removeprefix("Validator encountered a Runtime Error: ")
    reason = reason.partition("If you believe this is a bug")[0]
    return SourceError(
        f"The shapes are not well-formed: {reason}", path=path, hint="See SHACL, section 2.1."
    )


def _check_queries(shapes: Graph, path: Path) -> None:
    """Refuse what rdflib would follow to other hosts or files, and prefixes it doesn't know."""
    for predicate in (SH.select, SH.ask, SH.construct):
        for constraint, text in shapes.subject_objects(predicate):
            query = Query(str(text), _prefixes(shapes, constraint))
            if query.calls_service or query.default_graphs or query.named_graphs:
                raise SourceError(
                    "A SPARQL constraint has SERVICE or FROM in it, which SHACL doesn't allow.",
                    path=path,
                    hint="Ask only about the graph that is validated.",
                )
            if unknown := query.unknown_prefixes:
                raise SourceError(
                    f"A SPARQL constraint has a prefix that is not declared: {unknown[0]}:",
                    path=path,
                    hint="Declare it with sh:declare on what the constraint names by sh:prefixes.",
                )


def _prefixes(shapes: Graph, constraint: Node) -> dict[str, str]:
    """Collect the prefixes of a SPARQL constraint: rdflib's own, and those that are declared."""
    known = {prefix: str(namespace) for prefix, namespace in shapes.namespaces()}
    if (constraint, SH.prefixes, None) in shapes:
        for declaration in shapes.objects(None, SH.declare):
            prefix, namespace = (shapes.value(declaration, p) for p in (SH.prefix, SH.namespace))
            known[str(prefix)] = str(namespace)
    return known


def _counts(triple: ox.Triple) -> bool:
    """Leave out parameters that are "1": only "true" activates such as uniqueLang and closed."""
    is_parameter = triple.predicate.value.startswith(str(SH))
    return not (is_parameter and triple.object == _ONE)


def to_rdflib(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> Graph:
    """Make an rdflib graph of triples, lexical forms and blank node labels kept.

    :param prefixes: that SPARQL on the graph knows
    """
    graph = Graph()
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace, replace=True)
    terms: dict[Term, Node] = {}

    def convert(term: Term) -> Node:
        found = terms.get(term)
        if found is None:
            found = terms[term] = _to_rdflib_term(term)
        return found

    for triple in triples:
        subject, predicate, value = map(convert, triple)
        graph.add((subject, predicate, value))
    return graph


def _to_rdflib_term(term: Term) -> Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
    assert isinstance(term, ox.Literal)  # noqa: S101 - parsing refuses triple terms
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype.value == XSD + "string":
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def from_rdflib(node: Node) -> Term:
    """Convert a node of rdflib's."""
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, Literal)  # noqa: S101 - RDF 1.1 has no other term
    if node.language:
        return ox.Literal(str(node), language=node.language)
    datatype = node.datatype and ox.NamedNode(str(node.datatype))
    return ox.Literal(str(node), datatype=datatype or None)


def _from_rdflib_triple(triple: tuple[Node, Node, Node]) -> ox.Triple:
    subject, predicate, value = map(from_rdflib, triple)
    return ox.Triple(subject, predicate, value)  # type: ignore[arg-type]  # a graph's own triple


def _finding(result: Node, report: Graph, shapes: Graph, prefixes: Mapping[str, str]) -> Finding:
    focus, value, path, shape = (
        report.value(result, predicate)
        for predicate in (SH.focusNode, SH.value, SH.resultPath, SH.sourceShape)
    )
    severity = report.value(result, SH.resultSeverity)
    constraint = report.value(result, SH.sourceConstraint)
    return Finding(
        severity=_SEVERITIES.get(URIRef(str(severity)), Severity.VIOLATION),
        check=str(report.value(result, SH.sourceConstraintComponent)),
        message=_message(report, result),
        hint=_hint(shapes, constraint, shape),
        focus=None if focus is None else from_rdflib(focus),
        path=None if path is None else path_text(report, path, prefixes),
        value=None if value is None else from_rdflib(value),
        shape=str(shape) if isinstance(shape, URIRef) else None,
        result=str(result),
    )


def _message(report: Graph, result: Node) -> str:
    messages = [m for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal)]
    english = [m for m in messages if (m.language or "en").startswith("en")]
    details = sorted(_message(report, detail) for detail in report.objects(result, SH.detail))
    text = " ".join([*sorted(str(message) for message in english or messages), *details])
    return text or "This does not conform to the shape, which has no message for it."


def _hint(shapes: Graph, *nodes: Node | None) -> str | None:
    for node in nodes:
        for predicate in (URIRef(KG + "hint"), SH.description):
            if node is not None and (hint := shapes.value(node, predicate)):
                return str(hint)
    return None


def path_text(graph: Graph, path: Node, prefixes: Mapping[str, str]) -> str:
    """Write a SHACL property path as SPARQL writes it.

    :param graph: has the path's blank nodes
    """
    if isinstance(path, URIRef):
        return shorten(str(path), prefixes)
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return f"^{_step(graph, inverse, prefixes)}"
    for predicate, suffix in _SUFFIXES.items():
        if (inner := graph.value(path, predicate)) is not None:
            return f"{_step(graph, inner, prefixes)}{suffix}"
    if (alternatives := graph.value(path, SH.alternativePath)) is not None:
        return "|".join(_step(graph, step, prefixes) for step in Collection(graph, alternatives))
    return "/".join(_step(graph, step, prefixes) for step in Collection(graph, path))


def _step(graph: Graph, path: Node, prefixes: Mapping[str, str]) -> str:
    text = path_text(graph, path, prefixes)
    return text if isinstance(path, URIRef) else f"({text})"
