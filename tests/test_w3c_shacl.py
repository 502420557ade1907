"""W3C's SHACL suite: ``validate`` finds what the standard says, and where it is."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from mipex_kg.rdf.namespaces import KG
from mipex_kg.rdf.terms import Term
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.judging import validate_files
from mipex_kg.validation.report import Finding, Place, Report
from mipex_kg.validation.shacl.report import path_text
from mipex_kg.validation.shacl.terms import to_rdflib
from tests.conftest import SHARED, Run, absent

SUITE = Path(os.environ.get("MIPEX_KG_W3C_TESTS") or SHARED / "w3c") / "shacl"
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
# What these ask for is optional: a query can't see the shapes graph here.
UNSUPPORTED = {"pre-binding/shapesGraph-001"}


class Case(NamedTuple):
    """A test: the data, the shapes, and what is expected of them.

    :param expected: a result each; None if the shapes are to be refused
    """

    data: Path
    shapes: Path
    expected: Counter[tuple[object, ...]] | None


def read(triples: Iterable[ox.Quad | ox.Triple]) -> Graph:
    """Read triples as they are written: rdflib's own parser changes literals."""
    graph = Graph()
    for triple in triples:
        subject, predicate, value = (to_rdflib(term) for term in tuple(triple)[:3])
        graph.add((subject, predicate, value))
    return graph


def read_manifests() -> dict[str, Case]:
    """Find each test."""
    found = {}
    for path in sorted(SUITE.rglob("*.ttl")):
        graph = read(ox.parse(path=path, base_iri=path.as_uri()))
        for test, action in graph.subject_objects(URIRef(f"{MF}action")):
            data, shapes = (
                Path(str(graph.value(action, URIRef(SHT + name))).removeprefix("file://"))
                for name in ("dataGraph", "shapesGraph")
            )
            report = graph.value(test, URIRef(f"{MF}result"))
            assert report is not None
            expected = None if report == URIRef(f"{SHT}Failure") else results(graph, report)
            found[f"{path.parent.name}/{path.stem}"] = Case(data, shapes, expected)
    return found


def results(graph: Graph, report: Node) -> Counter[tuple[object, ...]]:
    """Read the results of a report, by all that the standard says they have to have."""
    return Counter(
        (
            *(known(graph.value(result, SH[name])) for name in ONE_OF),
            path_text(graph, graph.value(result, SH.resultPath) or SH.this, {}),
        )
        for result in graph.objects(report, SH.result)
    )


ONE_OF = ("focusNode", "value", "resultSeverity", "sourceShape", "sourceConstraintComponent")


def known(node: Node | None) -> object:
    """Blank nodes have other names in another graph."""
    return "a blank node" if isinstance(node, BNode) else node


CASES = read_manifests()
JUDGED = sorted(name for name, case in CASES.items() if case.expected is not None)
JUDGED = [name for name in JUDGED if name not in UNSUPPORTED]


def test_the_suite_is_there_and_whole() -> None:
    if not CASES:
        absent(str(SUITE))
    assert len(CASES) == 121
    assert len(JUDGED) == 113


# --- What the W3C expects --------------------------------------------------------------------


@cache
def by_us(case: str) -> Report:
    data, shapes, _ = CASES[case]
    return validate_files([data], [shapes], base=data.as_uri())


def read_report(triples: Iterable[ox.Quad | ox.Triple]) -> tuple[Graph, Node]:
    graph = read(triples)
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    return graph, report


@pytest.mark.parametrize("case", JUDGED)
def test_the_report_is_what_the_standard_says(case: str) -> None:
    graph, report = read_report(by_us(case).judged)
    expected = CASES[case].expected
    assert expected is not None
    assert results(graph, report) == expected
    assert graph.value(report, SH.conforms) == Literal(not expected)


@pytest.mark.parametrize("case", sorted(CASES.keys() - JUDGED))
def test_shapes_that_are_not_well_formed_are_refused(case: str) -> None:
    with pytest.raises(SourceError) as refusal:
        by_us(case)
    assert refusal.value.path == CASES[case].shapes
    assert refusal.value.line


@pytest.mark.parametrize("case", JUDGED)
def test_the_findings_are_the_results(case: str) -> None:
    report = by_us(case)
    found: dict[str, dict[str, Term]] = {}
    # What a result links with sh:detail is a part of it, and no result by itself.
    own = {triple.object for triple in report.judged if triple.predicate == RESULT}
    for triple in report.judged:
        if triple.subject in own:
            name = triple.predicate.value.rpartition("#")[2]
            found.setdefault(str(triple.subject), {})[name] = triple.object
    about_data = [finding for finding in report.findings if finding.result]
    assert {f"_:{finding.result}" for finding in about_data} == found.keys()
    for finding in about_data:
        result = found[f"_:{finding.result}"]
        assert finding.focus == result["focusNode"]
        assert finding.value == result.get("value")
        assert (finding.path is None) is ("resultPath" not in result)
        assert f"<{finding.check}>" == str(result["sourceConstraintComponent"])
        severity = str(result["resultSeverity"])
        assert severity == f"<{SH}{finding.severity.value.capitalize()}>" or OWN in severity
        shape = result["sourceShape"]
        assert finding.shape == (shape.value if isinstance(shape, ox.NamedNode) else None)
        assert finding.message


RESULT = ox.NamedNode(str(SH.result))
# misc/severity-001 has a severity of its own.
OWN = "MySeverity"


# --- Places ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", JUDGED)
def test_every_result_has_its_place(case: str) -> None:
    data = Law(CASES[case].data)
    for finding in by_us(case).findings:
        assert finding.place is not None, finding
        if finding.result:
            data.check(finding, finding.place)


class Law:
    """The token at a finding's place, parsed alone, is the term that the finding is about."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = re.split(r"\r\n|\r|\n", path.read_bytes().decode())
        reader = ox.parse(path=path, base_iri=path.as_uri())
        self.triples = [quad.triple for quad in reader]
        self.prefixes = reader.prefixes
        self.objects = {triple.object for triple in self.triples}

    def check(self, finding: Finding, place: Place) -> None:
        assert place.path == self.path
        assert place.snippet == self.lines[place.line - 1]
        token = place.snippet[place.column - 1 : place.end_column - 1]
        about = self.about(finding)
        if isinstance(about, ox.BlankNode):
            assert token.startswith(("[", "(", "_:")), (token, finding)
            return
        assert place.end_line == place.line
        if about is None:
            assert finding.focus is not None
            assert self.parsed(token) in self.of(finding.focus), (token, finding)
        else:
            assert self.parsed(token) == about, (token, finding)

    def about(self, finding: Finding) -> Term | None:
        """Say which term an editor has to look at; None for one of the focus' values."""
        focus, value = finding.focus, finding.value
        assert focus is not None
        if isinstance(value, ox.BlankNode):
            return value
        if (
            value is not None
            and value in self.objects
            and (finding.path or value in self.of(focus))
        ):
            return value
        if value is None and finding.check.endswith(COUNTS) and "^" not in (finding.path or ""):
            return None
        return focus

    def of(self, focus: Term) -> set[Term]:
        return {triple.object for triple in self.triples if triple.subject == focus}

    def parsed(self, token: str) -> Term:
        head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in self.prefixes.items())
        text = f"{head}<x:s> <x:p> {token} ."
        (quad,) = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=self.path.as_uri())
        term: Term = quad.object
        return term


# Components of which no single value is to blame, but the last one stands for all.
COUNTS = ("MaxCountConstraintComponent", "UniqueLangConstraintComponent")


# --- The command line ------------------------------------------------------------------------


@pytest.mark.parametrize("case", JUDGED[::12])
def test_the_command_line_gives_that_report(case: str, run: Run) -> None:
    code = 0 if by_us(case).is_valid else 1
    data, shapes, expected = CASES[case]
    options = ("--shapes", shapes, "--base", data.as_uri(), "--format", "turtle")
    outcome = run("validate", data, *options, code=code)
    assert not outcome.err
    ours, report = read_report(ox.parse(outcome.out, format=ox.RdfFormat.TURTLE))
    assert results(ours, report) == expected
    places = [str(place) for place in ours.objects(None, URIRef(KG + "place"))]
    assert len(places) == len(by_us(case).findings)
    assert all(place.startswith(f"{data}:") for place in places)
