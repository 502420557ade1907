"""W3C's SPARQL 1.0 and 1.1 suites: queries are answered as the standard says, but for a list.

They are looked for as ``rdf-tests`` (https://github.com/w3c/rdf-tests) beside the repository in
``../shared/w3c``, or in ``MIPEX_KG_W3C_TESTS``. Left out is what SPARQL may do that we don't:
updates, other hosts, entailment; and tests whose queries name files in ``FROM``.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.querying import Graphs
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.quads import QuadColumns
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.sparql.lexical import decoded
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.errors import QueryError
from tests.conftest import w3c_suite

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
LEFT_OUT = {"service", "entailment", "syntax-fed"}
DATA = "urn:x:data"
Answer = bool | frozenset[object] | tuple[frozenset[str], Counter[frozenset[object]]]

# What isn't answered as the suite has it, and why.
_FUNCTION = "A function that nobody knows is an error at once, so that a misspelt name is seen."
_SCOPE = (
    "The engine takes the variable of GRAPH for bound, or for unbound, within all of its group."
)
_LANGUAGE = "The engine keeps the language that all texts share, as SPARQL 1.2 is going to."
EXPECTED = {
    **{f"syntax-sparql1/syntax-{name}": _FUNCTION for name in ("expr-05", "order-05", "order-06")},
    **{f"syntax-sparql2/syntax-function-0{number}": _FUNCTION for number in range(1, 5)},
    "syntax-query/test_4": _FUNCTION,
    "graph/graph-variable-scope": _SCOPE,
    "graph/graph-optional": _SCOPE,
    "aggregates/agg-empty-group-count-graph": _SCOPE,
    "bindings/graph": _SCOPE,
    "negation/graph-minus": _SCOPE,
    "aggregates/agg-groupconcat-04": _LANGUAGE,
    "aggregates/agg-groupconcat-06": _LANGUAGE,
    "optional-filter/dawg-optional-filter-005-simplified": "The suite has it in both ways, and "
    "SPARQL 1.1 the other: a filter doesn't see what is bound outside of its group.",
    "open-world/date-2": "The engine tells a date without a zone from one with.",
    "syntax-sparql3/syn-bad-26": "The engine doesn't read the longest token.",
    "expr-builtin/case-insensitive-booleans": "The engine takes TRUE in capitals for no boolean.",
}


class Manifest:
    """The statements of a manifest, or of results that are written as RDF."""

    def __init__(self, path: Path) -> None:
        self.values: dict[tuple[Node, str], list[Term]] = {}
        for quad in ox.parse(path=path, base_iri=path.as_uri()):
            self.values.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)

    def all(self, node: Node, name: str) -> list[Term]:
        return self.values.get((node, name), [])

    def get(self, node: Node, name: str) -> Term | None:
        return next(iter(self.all(node, name)), None)

    def members(self, cls: str) -> Iterator[Node]:
        for (node, name), values in self.values.items():
            if name == f"{RDF}type" and ox.NamedNode(cls) in values:
                yield node


class Case(NamedTuple):
    """A test of the suite.

    :param answer: the file with what is expected; None if it is only to be accepted
    :param is_bad: whether the query is to be refused
    """

    name: str
    query: Path
    data: Sequence[Path] = ()
    graphs: Sequence[Path] = ()
    answer: Path | None = None
    is_bad: bool = False


def path_of(node: Term | None) -> Path:
    assert isinstance(node, ox.NamedNode)
    return Path(node.value.removeprefix("file://"))


def read_cases(folder: Path) -> Iterator[Case]:
    for file in sorted(folder.rglob("manifest.ttl")):
        if file.parent.name in LEFT_OUT:
            continue
        manifest = Manifest(file)
        for test in manifest.members(f"{MF}QueryEvaluationTest"):
            action, answer = manifest.get(test, f"{MF}action"), manifest.get(test, f"{MF}result")
            assert isinstance(action, ox.NamedNode | ox.BlankNode)
            query = path_of(manifest.get(action, f"{QT}query"))
            if "FROM" not in query.read_text().upper().partition("WHERE")[0]:
                yield Case(
                    f"{file.parent.name}/{str(test).rpartition('#')[2][:-1]}",
                    query,
                    [path_of(node) for node in manifest.all(action, f"{QT}data")],
                    [path_of(node) for node in manifest.all(action, f"{QT}graphData")],
                    path_of(answer),
                )
        for kind in ("Positive", "Negative"):
            for cls in (f"{MF}{kind}SyntaxTest", f"{MF}{kind}SyntaxTest11"):
                for test in manifest.members(cls):
                    name = f"{file.parent.name}/{str(test).rpartition('#')[2][:-1]}"
                    query = path_of(manifest.get(test, f"{MF}action"))
                    yield Case(name, query, is_bad=kind == "Negative")


def known(term: Term | None) -> object:
    """Write a term such that those that the suite takes for equal are: its numbers are values."""
    match term:
        case ox.BlankNode():
            return "a blank node"
        case ox.Literal() if term.datatype.value.endswith(("#double", "#float", "#decimal")):
            try:
                return float(term.value), term.datatype.value
            except ValueError:
                return str(term)
    return str(term)


def table(columns: Iterable[str], rows: Iterable[Sequence[Term | None]]) -> Answer:
    names = list(columns)
    found = (
        frozenset((name, known(term)) for name, term in zip(names, row, strict=True) if term)
        for row in rows
    )
    return frozenset(names), Counter(found)


def graph(triples: Iterable[ox.Triple]) -> Answer:
    dataset = ox.Dataset([ox.Quad(*triple) for triple in triples])
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset((str(q.subject), str(q.predicate), known(q.object)) for q in dataset)


def found(result: querying.Found) -> Answer:
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    if isinstance(result, ox.QuerySolutions):
        rows = [[term and decoded(term) for term in row] for row in result]
        return table([variable.value for variable in result.variables], rows)
    return graph(result)


def expected(file: Path) -> Answer:
    if file.suffix in (".srx", ".srj", ".tsv"):
        return found(ox.parse_query_results(path=file))
    manifest = Manifest(file)
    for results in manifest.members(f"{RS}ResultSet"):
        if truth := manifest.get(results, f"{RS}boolean"):
            return str(truth).startswith('"true"')
        columns = [text(node) for node in manifest.all(results, f"{RS}resultVariable")]
        rows = []
        for solution in manifest.all(results, f"{RS}solution"):
            bindings = manifest.all(solution, f"{RS}binding")  # type: ignore[arg-type]
            row = {
                text(manifest.get(each, f"{RS}variable")): manifest.get(each, f"{RS}value")  # type: ignore[arg-type]
                for each in bindings
            }
            rows.append([row.get(name) for name in columns])
        return table(columns, rows)
    return graph(quad.triple for quad in ox.parse(path=file, base_iri=file.as_uri()))


def text(term: Term | None) -> str:
    assert isinstance(term, ox.Literal)
    return term.value


def quads(case: Case) -> Iterator[ox.Quad]:
    for files, name in ((case.data, DATA), (case.graphs, None)):
        for file in files:
            to = ox.NamedNode(name or file.as_uri())
            for quad in ox.parse(path=file, base_iri=file.as_uri(), rename_blank_nodes=True):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, to)


def failure(case: Case) -> str | None:
    """Say in which way a test fails, if it does."""
    query = Query(case.query.read_text(), {})
    dataset = Dataset(QuadColumns(quads(case)), (), {})
    graphs = Graphs((DATA,), tuple(file.as_uri() for file in case.graphs))
    base = case.query.as_uri()
    try:
        querying.refuse(query)
        with querying.engine_errors(query):
            result = querying.run(query, dataset, graphs, base)
            if case.answer is None:
                return "accepted" if case.is_bad else None
            if case.answer.suffix == ".csv":
                output, _ = querying.write(result, "csv", {})
                wanted, written = (
                    Counter(map(tuple, csv.reader(io.StringIO(each))))
                    for each in (case.answer.read_text(), output)
                )
                return None if wanted == written else "another table"
            ours, theirs = found(result), expected(case.answer)
            if "REDUCED" in query.text and isinstance(ours, tuple) and isinstance(theirs, tuple):
                return None if ours[1].keys() == theirs[1].keys() else "other rows"
            return None if ours == theirs else "another answer"
    except QueryError as error:
        return None if case.is_bad else error.message


@pytest.mark.parametrize(("version", "number"), [("sparql10", 450), ("sparql11", 320)])
def test_w3c_sparql(version: str, number: int) -> None:
    cases = list(read_cases(w3c_suite("rdf-tests/sparql") / version))
    failures = {case.name: told for case in cases if (told := failure(case))}
    assert failures.keys() == EXPECTED.keys() & {case.name for case in cases}
    assert len(cases) >= number
