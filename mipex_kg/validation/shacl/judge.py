"""Judging a graph by SHACL shapes (SHACL Core and SHACL-SPARQL)."""

from __future__ import annotations

import contextlib
import logging
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pyoxigraph as ox
from pyshacl.errors import ReportableRuntimeError
from pyshacl.pytypes import SHACLExecutor
from rdflib import Graph
from rdflib.term import Node

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import XSD, shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term
from mipex_kg.system.child_process import Begin, InProcess, Isolation
from mipex_kg.system.errors import QueryError, SourceError
from mipex_kg.system.phases import phase
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Place, ScreenedShape, Severity
from mipex_kg.validation.shacl.graph import DataGraph, Index
from mipex_kg.validation.shacl.parameters import BOOLEANS
from mipex_kg.validation.shacl.report import ReportReader, report_triples
from mipex_kg.validation.shacl.results import Result
from mipex_kg.validation.shacl.screening import Screen
from mipex_kg.validation.shacl.shapes import JudgedShapes
from mipex_kg.validation.shacl.terms import from_rdflib, to_rdflib
from mipex_kg.validation.shacl.well_formed import ShapesError, check

# Seconds and bytes that it may take to read a shape, or to judge one node by it; seconds that all
# of it may take. Queries in shapes, and shapes that refer to themselves, can take any amount.
ONE_NODE, ALL_NODES = 60.0, 1800.0
MEMORY = 4 << 30
_SWITCHES = frozenset(map(str, BOOLEANS))
_ONE = ox.Literal("1", datatype=ox.NamedNode(XSD + "boolean"))


@dataclass(frozen=True)
class Judgement:
    """SHACL's validation report, and its findings; those of the data have no place yet.

    :param screened: the shapes that have targets, and how many of these were judged
    """

    findings: list[Finding]
    report: list[ox.Triple]
    screened: list[ScreenedShape]


@phase("Judging by shapes")
def judge(
    dataset: Dataset,
    shapes_files: Sequence[ParsedFile],
    prefixes: Mapping[str, str],
    *,
    isolated: bool,
    screened: bool = True,
) -> Judgement:
    """Validate the merge of a dataset's graphs against shapes (SHACL Core and SHACL-SPARQL).

    :param dataset: the data
    :param shapes_files: together they make the shapes graph
    :param prefixes: for showing property paths, and for queries in shapes that declare none
    :param isolated: whether it is done in a child process, which is ended when a node takes too
        long or too much memory
    :param screened: whether what conforms for sure is not judged, which changes no result
    :raises SourceError: when the shapes are not well-formed, would reach the network, or take too
        much; it names the shape
    """
    declared = {name: iri for file in shapes_files for name, iri in file.prefixes.items()}
    prefixes = {**declared, **prefixes}
    graph = DataGraph(Index(dataset), prefixes)
    isolation = Isolation(ONE_NODE, MEMORY) if isolated else InProcess()
    try:
        return isolation.run(partial(_judge, graph, shapes_files, prefixes, screened))
    except QueryError as error:
        if not isolation.label:
            raise
        shape = _term(isolation.label)
        reason = error.message.replace("The query", f"To judge a node by {_name(shape)}")
        raise _too_much(reason, shapes_files, shape) from None


def _judge(
    graph: DataGraph,
    shapes_files: Sequence[ParsedFile],
    prefixes: Mapping[str, str],
    screened: bool,
    begin: Begin,
) -> Judgement:
    """Validate a graph against shapes.

    :param begin: called before each step, with the shape that it is about
    """
    with _quiet():
        try:
            shapes = JudgedShapes(shapes_graph(shapes_files, prefixes), _Watch(begin).turn_to)
            worth_a_word = [*check(shapes, prefixes), *_not_true(shapes_files, prefixes)]
            screen = Screen(shapes, graph)
            results = list(_judge_all(shapes, graph, screen if screened else None))
            begin(None)
        except _TooLongError as error:
            raise _too_much(str(error), shapes_files, error.shape) from None
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
    return Judgement(findings, report_triples(results), screen.screened)


class _TooLongError(Exception):
    """To judge takes too long in all.

    :param shape: on which most of the time was spent
    """

    def __init__(self, shape: Term, seconds: float) -> None:
        super().__init__(
            f"To judge by the shapes takes more than {ALL_NODES:g} seconds, and by {_name(shape)} "
            f"{seconds:.0f} of them."
        )
        self.shape = shape


class _Watch:
    """Tells on which shape the time is spent.

    :param begin: called whenever it is turned to one, with a label for that
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._spent: Counter[Term] = Counter()
        self._shape: Term | None = None
        self._since = 0.0

    def turn_to(self, shape: Node) -> None:
        """Begin to read a shape, or to judge a node by it.

        :raises _TooLongError: when all that came before took too long
        """
        now = time.monotonic()
        if self._shape is not None:
            self._spent[self._shape] += now - self._since  # type: ignore[assignment]  # seconds
        self._shape, self._since = from_rdflib(shape), now
        if self._spent.total() > ALL_NODES:
            ((slowest, seconds),) = self._spent.most_common(1)
            raise _TooLongError(slowest, seconds)
        self._begin(str(self._shape))


def _name(shape: Term) -> str:
    return "this shape" if isinstance(shape, ox.BlankNode) else f"the shape {shape}"


def _term(label: str) -> Term:
    """Give the shape that a step was about."""
    if label.startswith("_:"):
        return ox.BlankNode(label.removeprefix("_:"))
    return ox.NamedNode(label.removeprefix("<").removesuffix(">"))


def has_shapes(files: Sequence[ParsedFile]) -> bool:
    """Tell whether there is a shape in any of some files (SHACL, 2.1).

    :raises SourceError: when the shapes are not well-formed
    """
    with _quiet():
        try:
            return bool(JudgedShapes(shapes_graph(files, {})).shapes)
        except ReportableRuntimeError as error:
            raise _bad_shapes(str(error.message), files) from None


def _judge_all(shapes: JudgedShapes, graph: DataGraph, screen: Screen | None) -> Iterator[Result]:
    executor = SHACLExecutor()
    for shape in shapes.shapes:
        targets = screen.to_judge(shape) if screen else shape.targets(graph)
        yield from shape.judge(executor, graph, targets)


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


def _counts(quad: Quad) -> bool:
    """Leave out parameters that are "1": only "true" activates such as uniqueLang and closed."""
    return not (quad.object == _ONE and quad.predicate.value in _SWITCHES)


def _not_true(files: Sequence[ParsedFile], prefixes: Mapping[str, str]) -> Iterator[Finding]:
    """Find parameters that are "1", and so do nothing."""
    for quad in (quad for file in files for quad in file.quads if not _counts(quad)):
        yield Finding(
            Severity.WARNING,
            "not-true",
            f'{shorten(quad.predicate.value, prefixes)} is "1" here, which SHACL doesn\'t take for '
            "true, so it does nothing.",
            "Write true, without quotes.",
            focus=quad.subject,
        )


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
    text = f"The shapes are not well-formed: {' '.join(reason.split())}"
    term = None if node is None else from_rdflib(node)
    return _at(text, files, term, hint or "See SHACL, section 2.1.")


def _too_much(reason: str, files: Sequence[ParsedFile], shape: Term) -> SourceError:
    return _at(
        reason,
        files,
        shape,
        "Have its queries match less at once. If it refers to itself, a node may be reached along "
        "too many paths.",
    )


def _at(text: str, files: Sequence[ParsedFile], node: Term | None, hint: str) -> SourceError:
    where = files[0].path if len(files) == 1 else files[0].path.parent
    place = _place(Places(files, {}), node) or Place(where)
    return SourceError(
        text,
        path=place.path,
        line=place.line or None,
        column=place.column or None,
        hint=hint,
    )


def _place(places: Places, node: Term | None) -> Place | None:
    return None if node is None else places.of_subject(node)
