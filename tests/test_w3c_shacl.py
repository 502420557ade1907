"""W3C's SHACL suite: through ``validate`` it gives what pySHACL gives by itself, with places."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib import Graph, URIRef
from rdflib.compare import graph_diff, to_isomorphic
from rdflib.namespace import SH

from mipex_kg.rdf.namespaces import KG
from mipex_kg.rdf.terms import Term
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.judging import validate_files
from mipex_kg.validation.report import Finding, Place, Report
from tests.conftest import SHARED, Run, absent

# pySHACL reads files in a way that rdflib means to give up.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

SUITE = Path(os.environ.get("MIPEX_KG_W3C_TESTS") or SHARED / "w3c") / "shacl"
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
# By these shapes pySHACL doesn't judge: they break what SHACL says of pre-bound variables, or (the
# first two) pySHACL can't do what they ask for.
REFUSED = {
    "pre-binding/pre-binding-006",
    "pre-binding/shapesGraph-001",
    *(f"pre-binding/unsupported-sparql-00{number}" for number in range(1, 7)),
}


def read_manifests() -> dict[str, tuple[Path, Path]]:
    """Find each test's data and shapes."""
    found = {}
    for path in sorted(SUITE.rglob("*.ttl")):
        graph = Graph().parse(path, publicID=path.as_uri())
        for action in graph.objects(None, URIRef(f"{MF}action")):
            data, shapes = (
                Path(str(graph.value(action, URIRef(SHT + name))).removeprefix("file://"))
                for name in ("dataGraph", "shapesGraph")
            )
            found[f"{path.parent.name}/{path.stem}"] = data, shapes
    return found


CASES = read_manifests()
JUDGED = sorted(CASES.keys() - REFUSED)


def test_the_suite_is_there_and_whole() -> None:
    if not CASES:
        absent(str(SUITE))
    assert len(CASES) == 121
    assert len(JUDGED) == 113


# --- What pySHACL gives ----------------------------------------------------------------------


def by_pyshacl(case: str) -> Graph:
    """Call pySHACL the ordinary way, on files that rdflib reads."""
    data, shapes = CASES[case]
    _, report, _ = pyshacl.validate(str(data), shacl_graph=str(shapes), inference="none")
    if isinstance(report, ValidationFailure):
        raise report
    assert isinstance(report, Graph)
    return report


@cache
def by_us(case: str) -> Report:
    data, shapes = CASES[case]
    return validate_files([data], [shapes])


def comparable(report: Graph) -> Graph:
    """Leave out what needn't be the same: messages list shapes in any order; places are ours."""
    kept = Graph()
    for triple in report:
        if triple[1] not in (SH.resultMessage, URIRef(KG + "place")):
            kept.add(triple)
    return kept


def assert_same(ours: Graph, theirs: Graph) -> None:
    first, second = to_isomorphic(comparable(ours)), to_isomorphic(comparable(theirs))
    if first != second:
        _, more, less = graph_diff(first, second)
        pytest.fail(f"only ours:\n{more.serialize()}\nonly pySHACL's:\n{less.serialize()}")


@pytest.mark.parametrize("case", JUDGED)
def test_the_report_is_that_of_pyshacl(case: str) -> None:
    """Blank nodes up to isomorphism, with all that pySHACL copies into its report about them."""
    ours = ox.serialize(by_us(case).judged, format=ox.RdfFormat.N_TRIPLES)
    assert_same(Graph().parse(data=ours, format="nt"), by_pyshacl(case))


@pytest.mark.parametrize("case", sorted(REFUSED & CASES.keys()))
def test_shapes_that_pyshacl_refuses_are_refused(case: str) -> None:
    with pytest.raises((ReportableRuntimeError, NotImplementedError, ValidationFailure)):
        by_pyshacl(case)
    with pytest.raises(SourceError) as refusal:
        by_us(case)
    assert refusal.value.path == CASES[case][1]


@pytest.mark.parametrize("case", JUDGED)
def test_the_findings_are_the_results(case: str) -> None:
    report = by_us(case)
    results: dict[str, dict[str, Term]] = {}
    # What a result links with sh:detail is a part of it, and no result by itself.
    own = {triple.object for triple in report.judged if triple.predicate == RESULT}
    for triple in report.judged:
        if triple.subject in own:
            name = triple.predicate.value.rpartition("#")[2]
            results.setdefault(str(triple.subject), {})[name] = triple.object
    assert {f"_:{finding.result}" for finding in report.findings} == results.keys()
    for finding in report.findings:
        result = results[f"_:{finding.result}"]
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
    data = Law(CASES[case][0])
    for finding in by_us(case).findings:
        assert finding.place is not None, finding
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
    data, shapes = CASES[case]
    code = 0 if by_us(case).is_valid else 1
    outcome = run("validate", data, "--shapes", shapes, "--format", "turtle", code=code)
    assert not outcome.err
    ours = Graph().parse(data=outcome.out, format="turtle")
    assert_same(ours, by_pyshacl(case))
    places = [str(place) for place in ours.objects(None, URIRef(KG + "place"))]
    assert len(places) == len(by_us(case).findings)
    assert all(place.startswith(f"{data}:") for place in places)
