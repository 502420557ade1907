"""``query --endpoint``: the same questions to a store elsewhere, and the same answers."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Mapping
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.remote.client import StoreClient
from mipex_kg.remote.endpoint import Endpoint
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.system.errors import QueryError, RemoteError
from tests.conftest import ROOT, Run
from tests.remote.conftest import RunningStore, Script, fill

# What Virtuoso doesn't answer as SPARQL has it: see docs/remote-stores.md.
LOSSES = {"People", "Purpose of an organisation", "Statements about a thing"}
PROBES = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT * { ?zeta a ?alpha } ORDER BY ?zeta ?alpha LIMIT 5",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT (COUNT(*) AS ?n) FROM graph:record { ?s ?p ?o }",
    "ASK { ?s a schema:Person }",
    "ASK { ?s a schema:Persn }",
    "CONSTRUCT { ?s schema:name ?o } WHERE { ?s a schema:Person ; schema:name ?o }",
)


@pytest.fixture(scope="module")
def expected(project: Project, dataset: Dataset) -> Mapping[str, str]:
    """Answer the probes and the named queries with the embedded store, by their text."""
    named = [
        named_queries.bind(query, {}, dataset.prefixes)
        for query in named_queries.load_queries(project.query_files).values()
        if all(parameter.default is not None for parameter in query.parameters)
    ]
    return {
        text: querying.answer(text, dataset, format=written(text)).text
        for text in (*PROBES, *named)
    }


def written(text: str) -> str:
    return "ntriples" if querying.makes_graph(text) else "csv"


def values(text: str) -> list[tuple[str, ...]]:
    """Read an answer in CSV, with truth as 1 and 0, as Virtuoso writes it."""
    plain = {"true": "1", "false": "0"}
    return [tuple(plain.get(cell, cell) for cell in row) for row in csv.reader(io.StringIO(text))]


def test_answers_are_those_of_the_embedded_store(
    filled: RunningStore, project: Project, expected: Mapping[str, str]
) -> None:
    assert len(expected) > 20
    differing = set()
    with StoreClient(filled.endpoint) as client:
        endpoint = Endpoint(client, project)
        for text, here in expected.items():
            there = endpoint.answer(text, format=written(text)).text
            assert values(here)[0] == values(there)[0] or "SELECT" not in text, "the same columns"
            if sorted(values(here)) != sorted(values(there)):
                differing.add(title(text))
    assert differing == (LOSSES if filled.name == "virtuoso" else set())


def title(text: str) -> str:
    return query_text.header(text)["title"][0] if text.startswith("#") else text


def test_formats_are_the_same(
    run: Run, oxigraph: RunningStore, project: Project, dataset: Dataset
) -> None:
    fill(oxigraph, project, dataset)
    query = "SELECT * { ?zeta a ?alpha ; schema:name ?name } ORDER BY ?zeta ?alpha ?name"
    with StoreClient(oxigraph.endpoint) as client:
        for format in querying.formats_for("SELECT"):
            here = querying.answer(query, dataset, format=format)
            assert Endpoint(client, project).answer(query, format=format) == here, format
    asked = ("--project", ROOT, "query", "countries-of-group", "-p", "group=region:asia")
    assert run(*asked, "--endpoint", oxigraph.endpoint).text == run(*asked).text


def test_an_endpoint_without_the_merge_is_asked_as_it_is(script: Script, project: Project) -> None:
    script.answer(200, b'{"head": {"vars": ["g"]}, "results": {"bindings": []}}')
    script.answer(200, b'{"head": {}, "boolean": true}')
    with StoreClient(script.address) as client:
        answer = Endpoint(client, project).answer("ASK { ?s a schema:Person }")
    assert answer.text == "true\n"
    sent = parse_qs(script.seen[-1][3].decode())
    assert sent == {"query": ["PREFIX schema: <http://schema.org/> ASK { ?s a schema:Person }"]}


IRI = ox.NamedNode("e:a")
FROM = "SELECT ?a ?b FROM graph:record { ?a ?b 1 }"


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (b"<html>", {}, "answers with something else than was asked for"),
        (b'{"head": {}}', {}, "answers with something else than was asked for"),
        (b"[]", {}, "answers with something else than was asked for"),
        (
            b'{"head": {"vars": ["a"]}, "results": {"bindings": '
            b'[{"a": {"type": "uri", "value": "no iri"}}]}}',
            {},
            "answers with something else than was asked for",
        ),
        (b"{}", {"X_SPARQL_MaxRows": "10"}, "answers with a part of what there is"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(
    script: Script, project: Project, body: bytes, headers: dict[str, str], message: str
) -> None:
    script.answer(200, body, **headers)
    with StoreClient(script.address) as client, pytest.raises(RemoteError, match=message):
        Endpoint(client, project).answer(FROM)


def test_rows_that_virtuoso_leaves_out_are_no_answer(
    virtuoso: RunningStore, project: Project
) -> None:
    text = "SELECT ?a ?b FROM <http://www.openlinksw.com/schemas/virtrdf#> { ?a ?p ?x . ?b ?p ?y }"
    with (
        StoreClient(virtuoso.endpoint) as client,
        pytest.raises(RemoteError, match="a part of what"),
    ):
        Endpoint(client, project).answer(text)


def test_blank_nodes_and_columns_come_out_as_asked(script: Script, project: Project) -> None:
    script.answer(
        200,
        b'{"head": {"vars": ["b", "a"]}, "results": {"bindings": '
        b'[{"a": {"type": "bnode", "value": "nodeID://b1"}}]}}',
    )
    with StoreClient(script.address) as client:
        answer = Endpoint(client, project).answer(FROM.replace("?a ?b", "*", 1), format="csv")
    assert answer.text.splitlines() == ["a,b", "_:nodeID___b1,"]


def test_time_is_limited_as_it_is_here(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        asked = ("--project", ROOT, "query", "ASK {}", "--endpoint", address)
        outcome = run(*asked, "--timeout", "0.5", code=4)
    assert "The query took longer than 0.5 seconds." in outcome.err


@pytest.mark.parametrize("query", ["INSERT DATA { <e:a> <e:b> 1 }", "ASK { SERVICE <e:a> {} }"])
def test_what_is_refused_here_is_not_sent(script: Script, project: Project, query: str) -> None:
    with StoreClient(script.address) as client, pytest.raises(QueryError):
        Endpoint(client, project).answer(query)
    assert script.seen == []
