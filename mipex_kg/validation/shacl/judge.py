"""Judging a graph by SHACL shapes (SHACL Core and SHACL-SPARQL)."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox
from pyshacl.errors import ReportableRuntimeError
from pyshacl.pytypes import SHACLExecutor
from rdflib import Graph
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH, XSD
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Term
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Place
from mipex_kg.validation.shacl.graph import DataGraph, Index
from mipex_kg.validation.shacl.report import ReportReader, report_triples
from mipex_kg.validation.shacl.results import Result
from mipex_kg.validation.shacl.shapes import JudgedShapes
from mipex_kg.validation.shacl.terms import from_rdflib, to_rdflib
from mipex_kg.validation.shacl.well_formed import ShapesError, check

_ONE = ox.Literal("1", datatype=ox.NamedNode(XSD + "boolean"))


@dataclass(frozen=True)
class Judgement:
    """SHACL's validation report, and its findings; those of the data have no place yet."""

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
    declared = {name: iri for file in shapes_files for name, iri in file.prefixes.items()}
    prefixes = {**declared, **prefixes}
    graph = DataGraph(Index(triples), prefixes)
    with _quiet():
        try:
            shapes = JudgedShapes(shapes_graph(shapes_files, prefixes))
            worth_a_word = check(shapes, prefixes)
            results = list(_judge_all(shapes, graph))
        except ShapesError as error:
            raise _bad_shapes(error.reason, shapes_files, error.node, error.hint) from None
        except ReportableRuntimeError as error:
            raise _bad_shapes(str(error.message), shapes_files) from None
        except RecursionError:
            raise _bad_shapes(
                "They, or a query in them, are nested too deeply; or the data lead through a "
                "shape that refers to itself hundreds of times.",
                shapes_files,
            ) from None
    places = Places(shapes_files, prefixes)
    findings = ReportReader(shapes.graph, prefixes).findings(results)
    findings += [replace(found, place=_place(places, found.focus)) for found in worth_a_word]
    return Judgement(findings, report_triples(results))


def _judge_all(shapes: JudgedShapes, graph: DataGraph) -> Iterator[Result]:
    executor = SHACLExecutor()
    for shape in shapes.shapes:
        _, results = shape.validate(executor, graph)
        yield from results


def shapes_graph(files: Sequence[ParsedFile], prefixes: Mapping[str, str]) -> Graph:
    """Make the shapes graph of some files."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace, replace=True)
    for quad in (quad for file in files for quad in file.quads):
        if _counts(quad):
            subject, predicate, value = (to_rdflib(term) for term in quad.triple)
            graph.add((subject, predicate, value))
    return graph


def _counts(quad: ox.Quad) -> bool:
    """Leave out parameters that are "1": only "true" activates such as uniqueLang and closed."""
    return not (quad.predicate.value.startswith(SH) and quad.object == _ONE)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib and pySHACL from writing to standard error what is reported anyway."""

    def refuse(_record: logging.LogRecord) -> bool:
        return False

    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl.shape")]
    for logger in loggers:
        logger.addFilter(refuse)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger in loggers:
            logger.removeFilter(refuse)


def _bad_shapes(
    reason: str, files: Sequence[ParsedFile], node: Node | None = None, hint: str = ""
) -> SourceError:
    where = files[0].path if len(files) == 1 else files[0].path.parent
    place = _place(Places(files, {}), None if node is None else from_rdflib(node))
    place = place or Place(where)
    text = " ".join(reason.split())
    return SourceError(
        f"The shapes are not well-formed: {text}",
        path=place.path,
        line=place.line or None,
        column=place.column or None,
        hint=hint or "See SHACL, section 2.1.",
    )


def _place(places: Places, node: Term | None) -> Place | None:
    return None if node is None else places.of_subject(node)
