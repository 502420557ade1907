"""Thousands of generated requests: each gets an answer, and none of them is a bug of ours."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mipex_kg.hosting.negotiation import VARIANTS
from mipex_kg.serving.answering import GRAPHS, TABLES
from tests.serving.conftest import Serving

REQUESTS = 2000
BATCH = 10
QUICK = settings(
    max_examples=REQUESTS // BATCH,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TYPES = sorted({v.media_type for v in (*VARIANTS, *TABLES, *GRAPHS)} | {"*/*", "text/*", "x/y"})
WORDS = [
    "SELECT",
    "ASK",
    "CONSTRUCT",
    "DESCRIBE",
    "*",
    "?s",
    "?p",
    "?o",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ".",
    ";",
    ",",
    "<u:s>",
    "<u:p>",
    ":s",
    ":p",
    "a",
    "1",
    "2.5",
    "-1",
    "'x'",
    '"y"@en',
    '"""z"""',
    "WHERE",
    "FILTER",
    "OPTIONAL",
    "UNION",
    "GRAPH",
    "?g",
    "BIND",
    "AS",
    "VALUES",
    "COUNT",
    "STR",
    "GROUP",
    "BY",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FROM",
    "NAMED",
    "PREFIX",
    "BASE",
    "SERVICE",
    "LOAD",
    "INSERT",
    "DELETE",
    "DATA",
    "EXISTS",
    "NOT",
    "IN",
    "!",
    "+",
    "-",
    "*",
    "/",
    "|",
    "^",
    "&&",
    "||",
    "=",
    "<",
    ">",
    "\\u0053",
    "#",
    "true",
    "_:b",
    "$v",
    "?",
]

accepts = st.one_of(
    st.none(),
    st.lists(
        st.tuples(st.sampled_from(TYPES), st.sampled_from(["", ";q=0", ";q=0.5", ";q=x", ";p=1"])),
        max_size=4,
    ).map(lambda items: ", ".join("".join(item) for item in items)),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)
queries = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map(lambda words: f"ASK {{ {' '.join(words)} }}"),
    st.text(max_size=40),
)
names = st.sampled_from(
    ["query", "format", "default-graph-uri", "named-graph-uri", "update", "x", "country", ""]
)
values = st.one_of(queries, st.sampled_from(["json", "ttl", "u:g", "person:x", "", "52"]))
parameters = st.lists(st.tuples(names, values), max_size=3).map(
    lambda pairs: "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)
)
segments = st.one_of(
    st.sampled_from(
        [
            "person",
            "query",
            "class",
            "giacomo-solano",
            "people.csv",
            "people",
            "..",
            ".",
            "%2e%2e",
            "%00",
        ]
    ),
    st.text(max_size=8).map(lambda text: quote(text, safe="")),
)
paths = st.one_of(
    st.just("/sparql"),
    st.sampled_from(["/", "/person/giacomo-solano", "/query/people.json", "/openapi.json"]),
    st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts)),
)
ranges = st.one_of(
    st.none(), st.from_regex(r"\Abytes=[0-9]{0,3}-[0-9]{0,3}\Z"), st.just("bytes=0-,")
)
etags = st.sampled_from([None, "*", '"x"', "W/", "garbage"])
bodies = st.one_of(
    st.none(),
    st.tuples(
        st.sampled_from(
            ["application/sparql-query", "application/x-www-form-urlencoded", "text/plain", ";;="]
        ),
        st.one_of(queries.map(str.encode), parameters.map(str.encode), st.binary(max_size=40)),
    ),
)
requests = st.fixed_dictionaries(
    {
        "path": paths,
        "query": parameters,
        "accept": accepts,
        "range": ranges,
        "etag": etags,
        "encoding": st.sampled_from([None, "gzip", "gzip;q=0", "br, *;q=0.1"]),
        "body": bodies,
        "method": st.sampled_from(["GET", "GET", "HEAD", "POST", "OPTIONS", "PUT"]),
    }
)


@contextlib.contextmanager
def connected(server: Serving) -> Iterator[http.client.HTTPConnection]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, 30)) as client:
        yield client


def test_no_request_finds_a_bug(served: Serving) -> None:
    statuses: dict[int, int] = {}

    @QUICK
    @given(st.lists(requests, min_size=BATCH, max_size=BATCH))
    def play(batch: list[dict[str, object]]) -> None:
        with connected(served) as client:
            for request in batch:
                status = ask(client, request)
                statuses[status] = statuses.get(status, 0) + 1

    play()
    assert 500 not in statuses
    # Those that are answered, and those that are refused, for many reasons.
    assert {200, 204, 303, 400, 404, 405, 406} <= set(statuses), statuses
    assert sum(statuses.values()) >= REQUESTS
    assert "bug" not in served.log.lower()


def ask(client: http.client.HTTPConnection, request: dict[str, object]) -> int:
    """Send a request; its answer has to be whole, and errors have to say what they are."""
    headers = {
        "Accept": request["accept"],
        "Range": request["range"],
        "If-None-Match": request["etag"],
        "Accept-Encoding": request["encoding"],
    }
    body = None
    if isinstance(request["body"], tuple) and request["method"] == "POST":
        headers["Content-Type"], body = request["body"]
    address = f"{request['path']}?{request['query']}" if request["query"] else request["path"]
    sent = {name: str(value) for name, value in headers.items() if value is not None}
    client.request(str(request["method"]), str(address), body, sent)
    answer = client.getresponse()
    data = answer.read()
    if answer.status >= 400 and answer.headers["Content-Type"] == "application/problem+json":
        assert request["method"] == "HEAD" or json.loads(data)["status"] == answer.status
    return answer.status


@pytest.mark.parametrize(
    "said",
    [
        b"GET\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(served: Serving, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as client:
        client.sendall(said)
        received = client.recv(1000)
    assert received.startswith(b"HTTP/1.1 4") or not received
    assert served.ask("/-/health").status == 200
