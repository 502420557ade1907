"""``serve --endpoint``: a store elsewhere answers as the graph here would, and tells no more."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.querying import Graphs
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import KG, TYPE, XSD
from mipex_kg.remote.stores import STORES
from mipex_kg.serving.answering import Answerer, Found, Loaded, Question, Refused
from mipex_kg.serving.fork_server import Elsewhere, Setup
from mipex_kg.serving.pool import Pool, PoolLimits
from mipex_kg.serving.proxy import Proxy
from mipex_kg.sparql import named_queries
from tests.commands import Commands
from tests.conftest import LIGHTHOUSES, Run
from tests.remote.conftest import RunningStore, Script
from tests.remote.test_endpoint import LOSSES, PROBES, title, written
from tests.serving.conftest import play, serving, until
from tests.test_questions import COMPETENCY_QUESTIONS, OTHER_QUESTIONS

MOST, ROWS = 1 << 20, 2000
MERGED = "https://w3id.org/mipex-kg/graph/merged"
RECORD = "https://w3id.org/mipex-kg/graph/record"
PRIVATE = "https://elsewhere.example/graph"
HERE = "http://127.0.0.1/sparql"


@dataclass
class Both:
    """The graph here, and a store elsewhere that holds it too."""

    name: str
    here: Answerer
    there: Answerer

    def ask(self, text: str, **more: Any) -> tuple[Found | Refused, Found | Refused]:
        question = Question(text, address=HERE, **more)
        here, there = self.here.answer(question), self.there.answer(question)
        # That only answers from here are kept is another matter.
        return here._replace(lasts=False) if isinstance(here, Found) else here, there


@pytest.fixture
def both(filled: RunningStore, project: Project, dataset: Dataset) -> Iterator[Both]:
    with Proxy(filled.endpoint, MERGED, project.prefixes, MOST) as there:
        yield Both(filled.name, Answerer(Loaded(dataset), MOST, ROWS), Answerer(there, MOST, ROWS))


def table(reply: Found | Refused) -> list[tuple[str, ...]]:
    """Read an answer in CSV, with truth as 1 and 0, as Virtuoso writes it."""
    assert isinstance(reply, Found), reply
    plain = {"true": "1", "false": "0"}
    rows = csv.reader(io.StringIO(reply.body.decode()))
    return [tuple(plain.get(cell, cell) for cell in row) for row in rows]


FORMS = (
    *PROBES,
    "SELECT * { ?s a schema:Person ; schema:name ?name FILTER(STRLEN(?name) > 12) }",
    "SELECT ?p (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING(COUNT(?s) > 20)",
    "SELECT DISTINCT ?c { ?s a ?c } ORDER BY ?c LIMIT 10 OFFSET 5",
    "SELECT ?s { ?s a/rdfs:subClassOf* schema:Organization }",
    "SELECT ?s { ?s a schema:Person FILTER NOT EXISTS { ?s schema:affiliation ?o } }",
    "SELECT ?s ?n { VALUES ?s { organisation:mpg <../none> } ?s schema:name ?n }",
    "BASE <https://w3id.org/mipex-kg/organisation/> SELECT ?n { <./mpg> schema:name ?n }",
    "PREFIX s: <http://schema.org/> SELECT ?n { ?x s:name ?n # a comment {\n}",
    "SELECT ?x { BIND('''it's \\u0022 \\\\ \\n so''' AS ?x) }",
    "SELECT ?x { BIND(1.5e3 + 1E-1 - .5 AS ?x) }",
    "SELECT ?s { ?s schema:name ?n FILTER(?n IN (\"Migration Policy Group\"@en, 'x')) }",
    "SELECT ?o { [] schema:affiliation _:b . _:b schema:name ?o }",
    "CONSTRUCT { ?s <u:of> [ <u:x> ?o ] } WHERE { ?s schema:affiliation ?o }",
    "CONSTRUCT WHERE { ?s a schema:Person }",
    "ASK FROM graph:record { ?s ?p ?o }",
)


def texts(project: Project) -> Iterator[str]:
    """Give what is asked: the questions of the graph, the named queries, and each form."""
    known = named_queries.load_queries(project.query_files)
    for named in known.values():
        if all(parameter.default is not None for parameter in named.parameters):
            yield named_queries.bind(named, {}, project.prefixes)
    for question in (*COMPETENCY_QUESTIONS, *OTHER_QUESTIONS):
        if "{" in question.query:
            yield named_queries.bind_freely(question.query, question.given, project.prefixes)
        else:
            named = named_queries.find_query(question.query, known)
            yield named_queries.bind(named, question.given, project.prefixes)
    yield from FORMS


def test_answers_are_those_of_the_graph_here(both: Both, project: Project) -> None:
    asked = list(dict.fromkeys(texts(project)))
    assert len(asked) > 60
    differing = set()
    for text in asked:
        here, there = both.ask(text, format=written(text))
        if isinstance(there, Refused) or sorted(table(here)) != sorted(table(there)):
            differing.add(title(text))
    assert differing == (LOSSES if both.name == "virtuoso" else set())


def test_formats_are_those_of_the_graph_here(both: Both) -> None:
    people = "SELECT * { ?zeta a schema:Person ; schema:name ?alpha } ORDER BY ?zeta ?alpha"
    for name in ("json", "xml", "csv", "tsv"):
        for text in (people, "ASK { ?s a schema:Person }", "ASK { ?s a schema:None }"):
            here, there = both.ask(text, format=name)
            assert here == there, name
    for format in formats.FORMATS:
        here, there = both.ask("CONSTRUCT WHERE { ?s schema:name ?n }", format=format.name)
        assert here == there, format.name
    here, there = both.ask("ASK {}", format="png")
    assert here == there
    here, there = both.ask(None, format="turtle")  # type: ignore[arg-type]
    assert isinstance(there, Found)
    assert here == there, "the description of the service"


def test_the_limit_in_rows_is_that_of_the_graph_here(both: Both) -> None:
    for text in (
        "SELECT ?p { ?s ?p ?o } LIMIT %d",
        "CONSTRUCT WHERE { ?s ?p ?o } LIMIT %d",
    ):
        for number in (ROWS, ROWS + 1):
            here, there = both.ask(text % number, format="nt" if "CONSTRUCT" in text else "tsv")
            assert isinstance(here, Found) == isinstance(there, Found) == (number == ROWS), text
            if isinstance(here, Refused):
                assert here == there


# What the table of docs/remote-stores.md says of Virtuoso: another answer, or none.
OTHERWISE = {
    "ASK { FILTER EXISTS { ?s ?p 'said nowhere' } }": HTTPStatus.OK,
    "SELECT (GROUP_CONCAT(?n) AS ?x) { organisation:mpg schema:name ?n }": HTTPStatus.BAD_GATEWAY,
    "SELECT (COUNT(*) AS ?n) { ?a rdfs:subClassOf* ?b }": HTTPStatus.BAD_GATEWAY,
    "SELECT (ISBLANK(BNODE()) AS ?x) { }": HTTPStatus.BAD_GATEWAY,
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a schema:name+ ?b } }": HTTPStatus.BAD_REQUEST,
}


def test_what_differs_stands_in_the_table(both: Both, dataset: Dataset) -> None:
    for text, status in OTHERWISE.items():
        here, there = both.ask(text, format="csv")
        if both.name == "oxigraph":
            assert here == there, text
        elif isinstance(there, Refused):
            assert there.status == status, text
        else:
            assert status == HTTPStatus.OK
            assert here != there, text
    # What two graphs state counts twice, in both stores.
    quads = sorted(dataset.quads, key=lambda quad: str(quad.triple))
    shared = next(
        (one.graph_name, other.graph_name)
        for one, other in pairwise(quads)
        if one.triple == other.triple
    )
    text = f"SELECT (COUNT(*) AS ?n) FROM {shared[0]} FROM {shared[1]} {{ ?s ?p ?o }}"
    numbers = [int(table(reply)[1][0]) for reply in both.ask(text, format="csv")]
    assert numbers[0] < numbers[1]


# Nothing but the project's graphs


SEARCHES = (
    "SELECT (COUNT(*) AS ?n) (MIN(STR(?s)) AS ?first) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) (MIN(STR(?s)) AS ?first) { GRAPH ?g { ?s ?p ?o } }",
    f"SELECT * {{ GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{PRIVATE}>) }}",
    f"SELECT * {{ BIND(IRI('{PRIVATE}') AS ?g) GRAPH ?g {{ ?s ?p ?o }} }}",
    f"SELECT * {{ VALUES ?g {{ <{PRIVATE}> }} GRAPH ?g {{ ?s ?p ?o }} }}",
    f"SELECT ?o {{ <{PRIVATE}> (!<u:x>)+ ?o }}",
    f"SELECT ?o {{ GRAPH <{PRIVATE}> {{ <{PRIVATE}> (!<u:x>)+ ?o }} }}",
    f"ASK {{ ?x a schema:Person FILTER EXISTS {{ GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }} }}",
    f"ASK {{ <{PRIVATE}> ?p ?o }}",
    f"SELECT * {{ ?x a schema:Person OPTIONAL {{ GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }} }}",
    f"SELECT * {{ ?x a schema:Person MINUS {{ ?x a ?y GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }} }}",
    f"SELECT * {{ {{ SELECT ?s {{ GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }} }} }}",
    f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }}",
    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }}",
    f"DESCRIBE <{PRIVATE}>",
    f"DESCRIBE ?s {{ GRAPH <{PRIVATE}> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ GRAPH <{MERGED}> {{ ?s ?p ?o }} }}",
)
CLAUSES = (
    f"FROM <{PRIVATE}>",
    f"FROM NAMED <{PRIVATE}>",
    f"FROM <{RECORD}> FROM NAMED <{PRIVATE}>",
    f"FROM <{MERGED}> FROM NAMED <{MERGED}>",
    f"\\u0046ROM <{PRIVATE}>",
    f"FR\\U0000004FM # FROM\n NAM\\u0045D#\r<{PRIVATE}>",
    f"from<{PRIVATE}>from#\nnamed<{PRIVATE}>",
)
CHOICES = (
    None,
    Graphs((PRIVATE,), ()),
    Graphs((), (PRIVATE,)),
    Graphs((PRIVATE, RECORD), (PRIVATE, RECORD)),
    Graphs((MERGED,), (MERGED, "no iri")),
)
# Of what is everywhere, as many rows as there are.
COUNTED = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


def test_nothing_of_others_can_be_read(both: Both, filled: RunningStore) -> None:
    """Ask for someone else's graph in all ways; first make sure that it is there."""
    with filled.open() as store:
        assert [str(triple.subject) for triple in store.fetch(PRIVATE)] == [f"<{PRIVATE}>"]
    for search in SEARCHES:
        for graphs in CHOICES:
            assert_same(both, search, graphs)
    for clause in CLAUSES:
        for search in (COUNTED, SEARCHES[2]):
            for graphs in CHOICES[:4]:
                assert_same(both, search.replace(" {", f" {clause} {{", 1), graphs)


def assert_same(both: Both, text: str, graphs: Graphs | None) -> None:
    here, there = both.ask(text, graphs=graphs, format=written(text))
    assert isinstance(there, Found), (text, there)
    assert PRIVATE.encode() not in there.body, text
    assert sorted(table(here)) == sorted(table(there)), (text, graphs)


def test_values_that_a_store_changes_come_as_it_has_them(store: RunningStore) -> None:
    """What the table says of values holds here too; see also what `push` compares."""
    base = "https://lighthouses.example/"
    long = ox.Literal("9223372036854775808", datatype=XSD.term("integer"))
    graph, thing = ox.NamedNode(f"{base}graph/g"), ox.NamedNode(f"{base}thing")
    triples = [ox.Triple(graph, TYPE, KG.term("StatedGraph")), ox.Triple(thing, TYPE, long)]
    with store.open() as remote:
        for name in ("graph/g", "graph/merged"):
            remote.load(f"{base}{name}", triples)
    with Proxy(store.endpoint, f"{base}graph/merged", {}, MOST) as there:
        reply = Answerer(there, MOST, ROWS).answer(
            Question(f"SELECT ?o {{ <{thing.value}> ?p ?o }}")
        )
    assert isinstance(reply, Found)
    [row] = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON)  # type: ignore[misc]
    assert row["o"] == STORES[store.name].kept(long)


# What is wrong with a query, and with a store


@pytest.fixture
def fake(script: Script) -> Iterator[Answerer]:
    """Ask a store that answers as told."""
    with Proxy(script.address, MERGED, {"": "u:"}, MOST) as there:
        yield Answerer(there, MOST, ROWS)


def rows(*values: str, name: str = "g") -> bytes:
    found = [{name: {"type": "uri", "value": value}} for value in values]
    return json.dumps({"head": {"vars": [name]}, "results": {"bindings": found}}).encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT * { ?s ?p }",
        "SELECT * { ?s nix:p ?o }",
        "INSERT DATA { <u:a> <u:b> 1 }",
        "ASK { SERVICE <u:a> { } }",
        "ASK { \\u0053ERVICE <u:a> { } }",
        "ASK { ?s ?p ?o FILTER(<bif:exec>(?o)) }",
        "SELECT (<sql:x>(?o) AS ?x) { ?s ?p ?o }",
        "define input:default-graph-uri <u:x> SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o OPTION (TRANSITIVE) }",
        "SELECT ?x+>:p { ?x ?p ?o }",
        "SELECT `bif:now()` { ?x ?p ?o }",
        "ASK { " + "{ " * 300 + "}" * 300 + " }",
    ],
)
def test_what_is_refused_here_is_not_sent(fake: Answerer, script: Script, text: str) -> None:
    here = Answerer(Loaded(Dataset((), (), {"": "u:"})), MOST, ROWS).answer(Question(text))
    assert isinstance(here, Refused)
    assert fake.answer(Question(text)) == here
    assert script.seen == []


def test_text_that_could_be_read_in_two_ways_is_sent_in_one(fake: Answerer, script: Script) -> None:
    script.answer(200, rows("u:g"))
    script.answer(200, rows())
    text = """SELECT ?s { ?s :p "\\u0022 } GRAPH <u:x> { ?s ?p '" # } define
    }"""
    assert isinstance(fake.answer(Question(text)), Found)
    sent = parse_qs(script.seen[-1][3].decode())
    assert sent["query"] == ['SELECT ?s { ?s <u:p> "\\" } GRAPH <u:x> { ?s ?p \'"   }']
    assert sent["default-graph-uri"] == [MERGED]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { GRAPH ?g { ?s :p+ ?o } }", "A path of any length"),
        ("SELECT * { ?s :p ?o FILTER(?s<?o&&?o>?p) }", "read in two ways"),
        ("SELECT ?s FROMNAMED<u:g> { ?s ?p ?o }", "FROMNAMED is not a word of SPARQL"),
    ],
)
def test_what_a_store_may_take_for_something_else_is_refused(
    fake: Answerer, script: Script, text: str, words: str
) -> None:
    script.answer(200, rows("u:g"))
    reply = fake.answer(Question(text))
    assert isinstance(reply, Refused)
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert words in reply.detail
    assert len(script.seen) == 1, "only the names of the graphs were asked for"


SECRET = "at /srv/secret"
ASKED = "SELECT ?s { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "retry"),
    [
        (503, SECRET, {}, 503, 5),
        (503, SECRET, {"Retry_After": "17"}, 503, 17),
        (503, SECRET, {"Retry_After": "9" * 5000}, 503, 60),
        (429, "", {}, 503, 5),
        (504, "", {}, 503, 5),
        (500, SECRET, {}, 502, None),
        (400, SECRET, {}, 502, None),
        (403, SECRET, {}, 502, None),
        (302, "", {"Location": "http://127.0.0.1:1/"}, 502, None),
        (200, "<html>", {}, 502, None),
        (200, rows("u:a").decode()[:-9], {}, 502, None),
        (200, "[]", {}, 502, None),
        (200, '{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": 1}]}}', {}, 502, None),
        (200, rows("no iri", name="s").decode(), {}, 502, None),
        (200, '{"head": {}, "boolean": true}', {}, 502, None),
        (200, '{"head": {"vars": ["s"]}}', {}, 502, None),
        (200, "", {}, 502, None),
        (200, "<html>", {"Content_Encoding": "gzip"}, 502, None),
        (200, "{}", {"X_SPARQL_MaxRows": "10"}, 503, None),
        (200, " " * (MOST + 1), {}, 503, None),
    ],
)
def test_a_stores_faults_are_not_the_clients(
    fake: Answerer,
    script: Script,
    status: int,
    body: str,
    headers: dict[str, str],
    expected: int,
    retry: int | None,
) -> None:
    script.answer(200, rows("u:g"))
    script.answer(status, body.encode(), **headers)
    reply = fake.answer(Question(ASKED))
    assert isinstance(reply, Refused)
    assert (reply.status, reply.retry) == (expected, retry)
    for told in (reply.detail, reply.hint or ""):
        assert "127.0.0.1" not in told
        assert SECRET not in told
    assert len(script.seen) == 2, "nothing is asked twice"


def test_an_answer_of_brackets_alone_is_none(fake: Answerer, script: Script) -> None:
    script.answer(200, rows("u:g"))
    script.answer(200, b"[" * 100_000)
    reply = fake.answer(Question("ASK { ?s ?p ?o }"))
    assert isinstance(reply, Refused)
    assert reply.status == HTTPStatus.BAD_GATEWAY
    assert len(reply.cause or "") <= 500


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        (b"Content-Length: 80", b"<u:a> <u:b> <u:c> .\n", HTTPStatus.SERVICE_UNAVAILABLE),
        (b"Transfer-Encoding: chunked", b"14\r\n<u:a> <u:b> <u:c> .\n\r\n", 503),
        (b"Content-Length: 29", b"<u:a> <u:b> <u:c> .\n<u:a> <u:", HTTPStatus.BAD_GATEWAY),
        (b"Connection: close", b"<u:a> <u:b> <u:c> .\n", HTTPStatus.SERVICE_UNAVAILABLE),
    ],
)
def test_a_graph_that_is_cut_off_is_no_answer(head: bytes, body: bytes, status: int) -> None:
    names = rows("u:g")
    said = [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(names), names)]
    said.append(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n%s" % (head, body))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as asked:
                for answer in said:
                    lines = list(iter(asked.readline, b"\r\n"))
                    lengths = [line for line in lines if line.lower().startswith(b"content-length")]
                    asked.read(int(lengths[0].partition(b":")[2]))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with Proxy(address, MERGED, {}, MOST) as there:
            reply = Answerer(there, MOST, ROWS).answer(Question("CONSTRUCT WHERE { ?s ?p ?o }"))
        thread.join(20)
    assert isinstance(reply, Refused)
    assert reply.status == status


def test_a_store_without_the_graph_is_said_to_have_none(fake: Answerer, script: Script) -> None:
    script.answer(200, rows())
    reply = fake.answer(Question(ASKED))
    assert isinstance(reply, Refused)
    assert (reply.status, reply.retry) == (HTTPStatus.SERVICE_UNAVAILABLE, 5)
    assert reply.cause == f"{script.address} has no graph <{MERGED}>."


def test_new_graphs_are_noticed_within_a_minute(script: Script) -> None:
    now = 1000.0
    with Proxy(script.address, MERGED, {}, MOST, clock=lambda: now) as there:
        answerer = Answerer(there, MOST, ROWS)
        for seconds, names in ((0, ["u:a"]), (59, None), (2, ["u:a", "u:b"])):
            now += seconds
            if names:
                script.answer(200, rows(*names))
            script.answer(200, rows())
            answerer.answer(Question("SELECT ?s { GRAPH ?g { ?s ?p ?o } }"))
    sent = [parse_qs(body.decode()).get("named-graph-uri", []) for _, _, _, body in script.seen]
    nothing = f"{MERGED}/nothing"
    assert sent == [[], ["u:a", nothing], ["u:a", nothing], [], ["u:a", "u:b", nothing]]


def test_who_waits_no_longer_frees_the_worker_and_the_store() -> None:
    """A query that is out of time, and a client that leaves, end the connection to the store."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        setup = Setup(Elsewhere(address, MERGED), {}, 256 << 20, MOST, ROWS)

        async def ask() -> None:
            async with Pool(setup, PoolLimits(1, 1)) as started:
                answered = await started.ask(Question(ASKED))
                assert isinstance(answered.reply, Refused)
                assert "time limit of 1 seconds" in answered.reply.detail
                leaving = asyncio.ensure_future(started.ask(Question(ASKED)))
                await asyncio.sleep(0.3)
                leaving.cancel()
                await asyncio.gather(leaving, return_exceptions=True)

        play(ask())
        for _ in range(2):
            connection, _ = silent.accept()
            with connection:
                connection.settimeout(20)
                assert connection.recv(10_000).startswith(b"POST / HTTP/1.1")
                assert connection.recv(10_000) == b"", "it was closed"


def test_serve(script: Script, tmp_path: Path, commands: Commands) -> None:
    """The store may come and go; documents are there, and who asks isn't told where it is."""
    project = LIGHTHOUSES
    with serving(tmp_path, commands, "--endpoint", script.address, project=project) as server:
        assert f"queries passed on to {script.address}" in server.line
        assert server.ask("/").status == 200
        script.answer(503, SECRET.encode(), Content_Type="text/plain")
        answer = server.query(ASKED)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert answer.headers["content-type"] == "application/problem+json"
        told = json.loads(answer.body)
        assert told["detail"] == "The store is unavailable."
        assert "cause" not in told
        until(lambda: f"{script.address} answers 503: {SECRET}" in server.log)
        script.answer(200, rows("u:g"))
        script.answer(200, rows("u:a", name="s"))
        answer = server.query(ASKED, "text/csv")
        assert (answer.status, answer.body) == (200, b"s\r\nu:a\r\n")
        assert "Traceback" not in server.log


@pytest.mark.parametrize("address", ["ftp://e.org/", "http://ada:secret@127.0.0.1/"])
def test_an_address_that_is_none_is_refused_at_once(run: Run, tmp_path: Path, address: str) -> None:
    outcome = run("serve", tmp_path / "site", "--endpoint", address, code=2)
    assert "secret" not in outcome.err
    assert not (tmp_path / "site").exists()
