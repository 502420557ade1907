"""The SPARQL 1.1 Protocol, read only, and named queries."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from mipex_kg.rdf import formats
from tests.commands import Commands
from tests.conftest import shared_file
from tests.hosting.test_servers import FIREFOX
from tests.serving.conftest import Serving, alone

FORM = "application/x-www-form-urlencoded"
ALL = "SELECT ?o { :s :p ?o } ORDER BY ?o"
SD = "http://www.w3.org/ns/sparql-service-description#"


def column(body: bytes) -> list[str]:
    """Read a table of one column, as JSON."""
    return [row["o"]["value"] for row in json.loads(body)["results"]["bindings"]]


def test_three_ways_to_ask(endpoint: Serving) -> None:
    answers = [
        endpoint.query(ALL),
        endpoint.post(ALL.encode()),
        endpoint.post(ALL.encode(), "application/sparql-query; charset=UTF-8"),
        endpoint.post(urlencode({"query": ALL}).encode(), FORM),
        endpoint.post(urlencode({"query": ALL}).encode(), f"{FORM}; charset=utf-8"),
    ]
    for answer in answers:
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert column(answer.body) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("accept", "type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        (FIREFOX, "application/xml"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
        ("text/turtle, application/sparql-results+json;q=0.1", "application/sparql-results+json"),
    ],
)
def test_formats_of_tables(endpoint: Serving, accept: str | None, type: str) -> None:
    for text in (ALL, "ASK { :s :p 1 }"):
        answer = endpoint.query(text, accept)
        assert (answer.status, answer.headers["content-type"]) == (200, type)
        assert "accept" in answer.tokens("vary")


def test_tables_say_the_same_in_each_format(endpoint: Serving) -> None:
    rows = list(csv.reader(io.StringIO(endpoint.query(ALL, "text/csv").body.decode())))
    assert rows == [["o"], ["1"], ["2"], ["3"]]
    for name, format in (
        ("json", ox.QueryResultsFormat.JSON),
        ("xml", ox.QueryResultsFormat.XML),
        ("tsv", ox.QueryResultsFormat.TSV),
    ):
        answer = endpoint.query(ALL, parameters=[("format", name)])
        parsed: Any = ox.parse_query_results(answer.body, format=format)
        assert [row["o"].value for row in parsed] == ["1", "2", "3"]
    assert endpoint.query("ASK { :s :p 4 }", "text/csv").body == b"false\r\n"


def test_formats_of_graphs(endpoint: Serving) -> None:
    text = "CONSTRUCT { :s :r ?o } WHERE { :s :p ?o }"
    graphs = set()
    for format in formats.FORMATS:
        answers = [
            endpoint.query(text, format.media_type),
            endpoint.query(text, "image/png", [("format", format.name)]),
            endpoint.query(text, "image/png", [("format", format.suffix[1:])]),
            endpoint.query(text, "image/png", [("format", format.media_type)]),
        ]
        for answer in answers:
            assert answer.status == 200
            assert answer.headers["content-type"].split(";")[0] == format.media_type
            quads = ox.parse(answer.body, format=format.rdf_format)
            graphs.add(frozenset(str(quad.triple) for quad in quads))
    assert len(graphs) == 1
    assert endpoint.query(text).headers["content-type"] == "text/turtle; charset=utf-8"
    answer = endpoint.query(text, "application/json")
    assert answer.headers["content-type"] == "application/json"
    assert next(iter(graphs)) == {
        str(quad.triple) for quad in ox.parse(answer.body, format=ox.RdfFormat.JSON_LD)
    }


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "*/*;q=0", "text/plain"])
def test_a_client_that_takes_no_format_is_told_what_there_is(
    endpoint: Serving, accept: str
) -> None:
    answer = endpoint.query(ALL, accept)
    assert (answer.status, answer.headers["content-type"]) == (406, "application/problem+json")
    assert "text/csv" in json.loads(answer.body)["detail"]


def test_a_format_that_does_not_fit(endpoint: Serving) -> None:
    answer = endpoint.query(ALL, parameters=[("format", "turtle")])
    assert answer.status == 400
    detail = json.loads(answer.body)["detail"]
    assert detail == "This query can't be answered as 'turtle'. It can as: json, xml, csv, tsv."


@pytest.mark.parametrize(
    ("graphs", "expected"),
    [
        ([("default-graph-uri", "u:g")], ["1", "2"]),
        # Both have 2, and a merge has it once.
        ([("default-graph-uri", "u:g"), ("default-graph-uri", "u:h")], ["1", "2", "3"]),
        ([("default-graph-uri", "u:nowhere")], []),
        ([("named-graph-uri", "u:g")], []),
    ],
)
def test_default_graphs(
    endpoint: Serving, graphs: list[tuple[str, str]], expected: list[str]
) -> None:
    assert column(endpoint.query(ALL, parameters=graphs).body) == expected
    asked = f"?{urlencode(graphs)}"
    assert column(endpoint.post(ALL.encode(), query=asked).body) == expected
    form = urlencode([("query", ALL), *graphs]).encode()
    assert column(endpoint.post(form, FORM).body) == expected
    # What the request says goes before what the query says.
    other = ALL.replace("{", "FROM <u:many> {", 1)
    assert column(endpoint.query(other, parameters=graphs).body) == expected


def test_named_graphs(endpoint: Serving) -> None:
    text = "SELECT (STR(?g) AS ?o) { GRAPH ?g { :s :p 2 } } ORDER BY ?g"
    assert column(endpoint.query(text).body) == ["u:g", "u:h"]
    named = [("named-graph-uri", "u:h"), ("default-graph-uri", "u:g")]
    assert column(endpoint.query(text, parameters=named).body) == ["u:h"]


def test_errors_have_a_place(endpoint: Serving) -> None:
    answer = endpoint.query("SELECT *\n{ ?s ?p }")
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    told = json.loads(answer.body)
    assert (told["line"], told["column"]) == (2, 9)
    assert (told["status"], told["title"]) == (400, "Bad Request")
    assert "Line 2, column 9" in told["detail"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must contain SELECT"),
        ("nonsense", "must contain SELECT"),
        ("SELECT * { ?s nix:p ?o }", "nix: is not declared"),
        ("ASK { FILTER(<u:unknown>(1)) }", "custom function"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { } }", "another host"),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { } }", "another host"),
        ("LOAD <file:///etc/passwd>", "update"),
        ("INSERT DATA { <u:a> <u:b> <u:c> }", "update"),
        ("ASK { " + "{ " * 300 + "}" * 300 + " }", "301 levels deep"),
        ("ASK { FILTER(" + "!" * 5000 + "true) }", "5001 operators"),
    ],
)
def test_mistakes_of_the_client(endpoint: Serving, text: str, words: str) -> None:
    for answer in (endpoint.query(text), endpoint.post(text.encode())):
        assert answer.status == 400
        assert words in json.loads(answer.body)["detail"]


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["graph", "", "http://e.org/a b"])
def test_a_graph_is_named_by_an_iri(endpoint: Serving, name: str, iri: str) -> None:
    answer = endpoint.query(ALL, parameters=[(name, "u:g"), (name, iri)])
    assert answer.status == 400
    assert f"{name} must be an absolute IRI, not {iri!r}" in json.loads(answer.body)["detail"]


def test_nothing_is_read_from_elsewhere(endpoint: Serving) -> None:
    for iri in ("file:///etc/passwd", "http://127.0.0.1:1/"):
        answer = endpoint.query(f"SELECT ?o FROM <{iri}> {{ ?s ?p ?o }}")
        assert (answer.status, column(answer.body)) == (200, [])
        answer = endpoint.query(ALL, parameters=[("default-graph-uri", iri)])
        assert (answer.status, column(answer.body)) == (200, [])


@pytest.mark.parametrize(
    ("body", "type", "query", "status"),
    [
        (b"ASK {}", "application/sparql-update", "", 415),
        (b"ASK {}", "text/plain", "", 415),
        (b"ASK {}", None, "", 415),
        (b"ASK {}", "application/sparql-query; charset=utf-16", "", 415),
        (b"ASK { ?s ?p '\xe9' }", "application/sparql-query", "", 400),
        (b"query=ASK+%7B+%3Fs+%3Fp+%22%e9%22+%7D", FORM, "", 400),
        (b"query=ASK+{}&query=ASK+{}", FORM, "", 400),
        (b"update=CLEAR+ALL", FORM, "", 400),
        (b"x=y", FORM, "", 400),
        (b"ASK {}", "application/sparql-query", "?query=ASK+{}", 400),
        (b"ASK { # " + b"x" * (1 << 20) + b"\n}", "application/sparql-query", "", 413),
        (b"a&" * 2000, FORM, "", 400),
    ],
)
def test_requests_that_are_refused(
    endpoint: Serving, body: bytes, type: str | None, query: str, status: int
) -> None:
    answer = endpoint.post(body, type, query)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    if status == 415:
        assert "accept-post" in answer.headers or "charset" in str(type)


def test_parameters_that_are_refused(endpoint: Serving) -> None:
    for query in (
        "query=ASK{}&query=ASK{}",
        "query=ASK%7B%7D&format=png",
        "query=%ff",
        "update=CLEAR%20ALL",
        "default-graph-uri=u:g",
    ):
        assert endpoint.ask(f"/sparql?{query}").status == 400, query


def test_methods(endpoint: Serving) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = endpoint.ask("/sparql?query=ASK%7B%7D", method=method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    answer = endpoint.ask("/sparql", method="OPTIONS")
    assert answer.status == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    head = endpoint.query(ALL, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == endpoint.query(ALL).headers["content-length"]


def test_answers_that_have_not_changed_are_not_sent_again(endpoint: Serving) -> None:
    text = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100"
    plain = endpoint.query(text)
    packed = endpoint.query(text, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    again = endpoint.query(text, If_None_Match=plain.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_the_service_describes_itself(endpoint: Serving) -> None:
    answer = endpoint.ask("/sparql", "text/turtle")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    facts = {
        (quad.predicate.value, quad.object.value)
        for quad in ox.parse(answer.body, format=ox.RdfFormat.TURTLE)
        if isinstance(quad.object, ox.NamedNode)
    }
    assert (f"{SD}endpoint", f"{endpoint.address}sparql") in facts
    assert (f"{SD}supportedLanguage", f"{SD}SPARQL11Query") in facts
    assert {value for name, value in facts if name == f"{SD}name"} == {"u:g", "u:h", "u:many"}
    assert endpoint.ask("/sparql", "application/rdf+xml").status == 200
    assert endpoint.ask("/sparql?format=ntriples").status == 200


def test_the_service_is_where_it_was_found(endpoint: Serving) -> None:
    for host, address in (
        ("data.example:8080", b"<http://data.example:8080/sparql>"),
        ("[::1]:80", b"<http://[::1]:80/sparql>"),
        ('x"> <u:y', b"<http://127.0.0.1/sparql>"),
    ):
        assert address in endpoint.ask("/sparql", "text/turtle", Host=host).body
    moved = endpoint.ask("/sparql/?query=ASK%7B%7D")
    assert (moved.status, moved.headers["location"]) == (308, "/sparql?query=ASK%7B%7D")


def test_people_get_the_page(served: Serving) -> None:
    if not (served.folder / "sparql.html").exists():
        pytest.skip("The site has no SPARQL page, since nobody made its files.")
    answer = served.ask("/sparql", FIREFOX)
    assert answer.body == (served.folder / "sparql.html").read_bytes()
    assert "accept" in answer.tokens("vary")
    assert served.ask("/sparql").headers["content-type"].startswith("text/turtle")


def test_columns_come_in_the_order_of_the_query(endpoint: Serving) -> None:
    answer = endpoint.query("SELECT * { ?z ?y ?a } LIMIT 1")
    assert json.loads(answer.body)["head"]["vars"] == ["z", "y", "a"]


def test_xml_holds_no_control_characters(endpoint: Serving) -> None:
    answer = endpoint.query('SELECT ("\\u0007" AS ?x) {}', "application/sparql-results+xml")
    assert answer.status == 400
    assert "XML can't express" in json.loads(answer.body)["detail"]


# Named queries


def test_a_query_without_parameters_is_the_file_of_the_site(served: Serving) -> None:
    for suffix in ("csv", "json", "html", "rq"):
        answer = served.ask(f"/query/people.{suffix}")
        assert answer.body == (served.folder / f"query/people.{suffix}").read_bytes()
    assert served.where("/query/people") == "/query/people.html"


def test_a_query_in_any_format(served: Serving) -> None:
    for suffix, type in (
        ("xml", "application/sparql-results+xml"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
    ):
        answer = served.ask(f"/query/people.{suffix}", "image/png")
        assert (answer.status, answer.headers["content-type"]) == (200, type)
    answer = served.ask("/query/people.ttl")
    assert answer.status == 404
    assert ".csv" in json.loads(answer.body)["detail"]


def test_parameters(served: Serving) -> None:
    described = json.loads(served.ask("/openapi.json").body)
    assert described["openapi"] == "3.1.0"
    asked = {
        path: operations["get"]
        for path, operations in described["paths"].items()
        if any(p["in"] == "query" for p in operations["get"]["parameters"])
        and path.startswith("/query/")
    }
    assert len(asked) > 3
    for path, operation in asked.items():
        format = operation["parameters"][0]["schema"]["enum"][0]
        values = {
            p["name"]: p["schema"].get("default", "1")
            for p in operation["parameters"]
            if p["in"] == "query"
        }
        address = path.replace("{format}", format)
        answer = served.ask(f"{address}?{urlencode(values)}")
        assert answer.status == 200, (address, answer.body)
        wrong = served.ask(f"{address}?nothing=1")
        assert wrong.status == 400
        assert "has no parameter nothing" in json.loads(wrong.body)["detail"]
    assert set(described["paths"]) - {"/sparql"} == {
        f"/query/{path.stem}.{{format}}" for path in served.folder.glob("query/*.rq")
    }


def test_a_value_stays_a_value(served: Serving) -> None:
    described = json.loads(served.ask("/openapi.json").body)
    path, name = next(
        (path, p["name"])
        for path, operations in described["paths"].items()
        for p in operations["get"]["parameters"]
        if path.startswith("/query/")
        and p["in"] == "query"
        and p["schema"]["type"] == "string"
        and "format" not in p["schema"]
    )
    value = quote('" } SERVICE <http://127.0.0.1:1/> { ?s ?p "')
    answer = served.ask(f"{path.replace('{format}', 'json')}?{name}={value}")
    assert answer.status in (200, 400)
    assert b"SERVICE would" not in answer.body


# W3C's tests of the protocol, but for those of updates, which are all refused.

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
KASEI = "http://kasei.us/2009/09/sparql/data/"
QUERY_TESTS = 20


class Manifest:
    """W3C's description of requests and what to expect."""

    def __init__(self) -> None:
        folder = shared_file("w3c/sparql11-protocol/manifest.ttl").parent
        self.folder = folder
        self.values: dict[tuple[object, str], list[Any]] = {}
        text = (folder / "manifest.ttl").read_bytes()
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="http://w3c.example/"):
            self.values.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)

    def get(self, node: Any, name: str) -> Any:
        return next(iter(self.values.get((node, name), [])), None)

    def items(self, node: Any) -> Iterator[Any]:
        while node is not None and node.value != f"{RDF}nil":
            yield self.get(node, f"{RDF}first")
            node = self.get(node, f"{RDF}rest")

    def tests(self) -> Iterator[Any]:
        entries = self.get(ox.NamedNode("http://w3c.example/"), f"{MF}entries")
        yield from (e for e in self.items(entries) if "update" not in e.value.rpartition("#")[2])

    def requests(self, test: Any) -> Iterator[Any]:
        connection = self.get(test, f"{MF}action")
        yield from self.items(self.get(connection, f"{HT}requests"))


@pytest.fixture(scope="module")
def w3c(
    tmp_path_factory: pytest.TempPathFactory, commands: Commands
) -> Iterator[tuple[Manifest, Serving]]:
    manifest = Manifest()
    work = tmp_path_factory.mktemp("w3c")
    store = ox.Store()
    for number in (1, 2, 3):
        data = (manifest.folder / f"data{number}.nt").read_bytes()
        graph = ox.NamedNode(f"{KASEI}data{number}.rdf")
        store.load(data, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
    store.dump(work / "w3c.nq", format=ox.RdfFormat.N_QUADS)
    with alone(work, commands, work / "w3c.nq") as started:
        yield manifest, started


def test_w3c_protocol(w3c: tuple[Manifest, Serving]) -> None:
    manifest, server = w3c
    tests = list(manifest.tests())
    assert len(tests) == QUERY_TESTS
    for test in tests:
        for request in manifest.requests(test):
            answer = send(manifest, server, request)
            name = test.value.rpartition("#")[2]
            check(manifest, manifest.get(request, f"{HT}resp"), answer, name)


def send(manifest: Manifest, server: Serving, request: Any) -> Any:
    path = manifest.get(request, f"{HT}absolutePath").value.removeprefix("/sparql/")
    headers = {
        manifest.get(header, f"{HT}fieldName").value: manifest.get(header, f"{HT}fieldValue").value
        for header in manifest.items(manifest.get(request, f"{HT}headers"))
    }
    method = manifest.get(request, f"{HT}methodName").value
    body = manifest.get(request, f"{HT}body")
    if body is None:
        return server.ask(f"/sparql{path}", method=method)
    encoding = manifest.get(body, f"{CNT}characterEncoding").value
    data = manifest.get(body, f"{CNT}chars").value.encode(encoding)
    return server.post(data, headers.get("content-type"), path)


def check(manifest: Manifest, expected: Any, answer: Any, name: str) -> None:
    wanted = {
        status.value.rpartition("StatusCode")[2][0]
        for status in manifest.values[expected, f"{MF}expectedStatus"]
    }
    assert str(answer.status)[0] in wanted, (name, answer)
    format = manifest.get(expected, f"{MF}expectedFormat")
    if format is not None and format.value == "RDF":
        assert answer.headers["content-type"].startswith("text/turtle"), name
    elif format is not None:
        assert answer.headers["content-type"] == "application/sparql-results+json", name
    truth = manifest.get(expected, f"{MF}expectedBoolean")
    if truth is not None:
        assert json.loads(answer.body)["boolean"] is (truth.value == "true"), name
