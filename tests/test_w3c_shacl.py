"""W3C's SHACL suite: through ``validate`` it gives what pySHACL gives by itself, with places."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from pyshacl.errors import ReportableRuntimeError
from rdflib import Graph
from rdflib.compare import isomorphic, to_canonical_graph
from rdflib.namespace import RDF, SH
from rdflib.term import Node, URIRef

from mipex_kg import validation
from mipex_kg.errors import SourceError
from mipex_kg.validation.report import Finding, Place
from mipex_kg.validation.writers import write_turtle
from tests.conftest import SHARED, Run, absent

# pySHACL reads files in a way that rdflib means to give up.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

SUITE = Path(os.environ.get("MIPEX_KG_W3C_TESTS") or SHARED / "w3c") / "shacl"
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"


def cases() -> list[tuple[Path, Path]]:
    """Read the manifests: which data are judged by which shapes."""
    found = []
    for path in sorted(SUITE.rglob("*.ttl")):
        graph = Graph().parse(path, publicID=path.as_uri())
        for action in graph.objects(None, URIRef(f"{MF}action")):
            data = graph.value(action, URIRef(f"{SHT}dataGraph"))
            shapes = graph.value(action, URIRef(f"{SHT}shapesGraph"))
            if data is not None and shapes is not None:
                found.append((_path(data), _path(shapes)))
    return found


def _path(iri: Node) -> Path:
    return Path(str(iri).removeprefix("file://"))


CASES = cases()
IDS = [f"{data.parent.name}/{data.stem}" for data, _ in CASES]


def test_the_suite_is_there_and_whole() -> None:
    if not CASES:
        absent(str(SUITE))
    assert len(CASES) == 121


def results(graph: Graph) -> Graph:
    """Keep of a report what says who failed what, and where in the graph."""
    kept = Graph()
    wanted = {
        SH.focusNode,
        SH.resultPath,
        SH.value,
        SH.resultSeverity,
        SH.sourceConstraintComponent,
        SH.sourceShape,
    }
    for result in graph.subjects(RDF.type, SH.ValidationResult):
        for predicate, value in graph.predicate_objects(result):
            if predicate in wanted:
                kept.add((result, predicate, value))
    return kept


@pytest.mark.parametrize(("data", "shapes"), CASES, ids=IDS)
def test_the_results_are_those_of_pyshacl(data: Path, shapes: Path) -> None:
    expected = judged_by_pyshacl(data, shapes)
    if expected is None:
        with pytest.raises(SourceError):
            validation.validate_files([data], [shapes])
        return
    report = validation.validate_files([data], [shapes])
    ours = Graph().parse(data=write_turtle(report, {}), format="turtle")
    assert same(results(ours), results(expected))


def judged_by_pyshacl(data: Path, shapes: Path) -> Graph | None:
    """Call pySHACL the ordinary way; None if it says that the shapes can't be judged by."""
    try:
        _, report, _ = pyshacl.validate(str(data), shacl_graph=str(shapes), inference="none")
    except (ReportableRuntimeError, NotImplementedError):
        return None
    return report if isinstance(report, Graph) else None


def same(first: Graph, second: Graph) -> bool:
    return isomorphic(first, second) or to_canonical_graph(first) == to_canonical_graph(second)


@pytest.mark.parametrize(("data", "shapes"), CASES, ids=IDS)
def test_every_result_has_its_place(data: Path, shapes: Path) -> None:
    if judged_by_pyshacl(data, shapes) is None:
        return
    for finding in validation.validate_files([data], [shapes]).findings:
        assert finding.place is not None, finding
        assert finding.place.line, finding
        assert_token_is_the_term(finding, finding.place, data)


def assert_token_is_the_term(finding: Finding, place: Place, data: Path) -> None:
    """Parse the token by itself: it is the value, or the focus node, or the value too many."""
    lines = data.read_text().splitlines()
    token = lines[place.line - 1][place.column - 1 : place.end_column - 1]
    if isinstance(finding.value or finding.focus, ox.BlankNode) and token.startswith(("[", "_:")):
        return
    reader = ox.parse(path=data, base_iri=data.as_uri())
    triples = [quad.triple for quad in reader]
    term = parsed(token, reader.prefixes, data)
    if finding.value is None and term != finding.focus:
        assert term in {t.object for t in triples if t.subject == finding.focus}, (token, finding)
    else:
        assert term in (finding.value, finding.focus), (token, finding)


def parsed(token: str, prefixes: dict[str, str], data: Path) -> object:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    text = f"{head}<x:s> <x:p> {token} ."
    (quad,) = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=data.as_uri())
    return quad.object


@pytest.mark.parametrize(("data", "shapes"), CASES[:3], ids=IDS[:3])
def test_the_command_line_says_the_same(run: Run, data: Path, shapes: Path) -> None:
    report = validation.validate_files([data], [shapes])
    code = 0 if report.is_valid else 1
    outcome = run("validate", data, "--shapes", shapes, "-f", "turtle", code=code)
    ours = Graph().parse(data=outcome.out, format="turtle")
    assert same(
        results(ours), results(Graph().parse(data=write_turtle(report, {}), format="turtle"))
    )
