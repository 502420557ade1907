"""Thousands of generated requests: each gets an answer, and none of them is a bug of ours."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import NamedTuple
from urllib.parse import quote

import pytest

from mipex_kg.rdf.negotiation import VARIANTS
from mipex_kg.serving.answering import GRAPHS, TABLES
from tests.commands import HUNG
from tests.serving.conftest import Serving

REQUESTS, CLIENTS = 4_000, 4
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

FORM = "application/x-www-form-urlencoded"
POSTED = ["application/sparql-query", FORM, "text/plain", ";;="]
NAMES = ["query", "format", "default-graph-uri", "named-graph-uri", "update", "x", "country", ""]
VALUES = ["json", "ttl", "u:g", "person:x", "", "52"]
SEGMENTS = ["person", "query", "class", "giacomo-solano", "people.csv", "people"]
SEGMENTS += ["", "..", ".", "%2e%2e", "%00"]
PATHS = ["/", "/person/giacomo-solano", "/query/people.json", "/openapi.json"]


class Request(NamedTuple):
    method: str
    address: str
    headers: dict[str, str]
    body: bytes | None


class Generator:
    """Makes requests, of which most have something right about them.

    :param made: by which all is chosen; the same seed gives the same requests
    """

    def __init__(self, made: Random) -> None:
        self.made = made

    def one_of(self, *ways: Callable[[], str]) -> str:
        return self.made.choice(ways)()

    def some(self, choices: Sequence[str], most: int) -> list[str]:
        return self.made.choices(choices, k=self.made.randint(0, most))

    def text(self, most: int, last: int = 0x2FFF) -> str:
        return "".join(chr(self.made.randint(0, last)) for _ in range(self.made.randint(0, most)))

    def query(self) -> str:
        return self.one_of(
            lambda: " ".join(self.some(WORDS, 25)),
            lambda: f"ASK {{ {' '.join(self.some(WORDS, 12))} }}",
            lambda: self.text(40),
        )

    def parameters(self) -> str:
        values = (
            (name, self.one_of(self.query, lambda: self.made.choice(VALUES)))
            for name in self.some(NAMES, 3)
        )
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in values)

    def path(self) -> str:
        return self.one_of(
            lambda: "/sparql",
            lambda: self.made.choice(PATHS),
            lambda: "/" + "/".join(self.some(SEGMENTS, 4)),
            lambda: "/" + quote(self.text(8), safe=""),
        )

    def accept(self) -> str:
        weights = ["", ";q=0", ";q=0.5", ";q=x", ";p=1"]
        return self.one_of(
            lambda: ", ".join(t + self.made.choice(weights) for t in self.some(TYPES, 4)),
            lambda: "".join(chr(self.made.randint(32, 126)) for _ in range(20)),
        )

    def range(self) -> str:
        start, end = self.made.choice(["", "0", "7", "999"]), self.made.choice(["", "0", "50"])
        return self.made.choice([f"bytes={start}-{end}", "bytes=0-,", "x"])

    def request(self) -> Request:
        made, parameters = self.made, self.parameters()
        method = made.choice(["GET", "GET", "HEAD", "POST", "OPTIONS", "PUT"])
        may_have: dict[str, Callable[[], str]] = {
            "Accept": self.accept,
            "Range": self.range,
            "If-None-Match": lambda: made.choice(["*", '"x"', "W/", "garbage"]),
            "Accept-Encoding": lambda: made.choice(["gzip", "gzip;q=0", "br, *;q=0.1"]),
        }
        headers = {name: value() for name, value in may_have.items() if made.random() < 0.6}
        body = None
        if method == "POST" and made.random() < 0.8:
            headers["Content-Type"] = made.choice(POSTED)
            body = self.one_of(self.query, self.parameters).encode()
            body = made.choice([body, body, made.randbytes(10)])
        path = self.path()
        return Request(method, f"{path}?{parameters}" if parameters else path, headers, body)


def test_no_request_finds_a_bug(served: Serving) -> None:
    statuses = Counter[int]()
    with ThreadPoolExecutor(CLIENTS) as threads:
        for found in threads.map(lambda seed: play(served, seed), range(CLIENTS)):
            statuses += found
    assert 500 not in statuses
    # Those that are answered, and those that are refused, for many reasons.
    assert {200, 204, 206, 303, 304, 400, 404, 405, 406, 415, 416} <= set(statuses), statuses
    assert statuses.total() == REQUESTS
    assert "bug" not in served.log.lower()


def play(server: Serving, seed: int) -> Counter[int]:
    """Send a share of the requests, and count what they are answered."""
    generator, statuses = Generator(Random(seed)), Counter[int]()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, HUNG)) as client:
        for _ in range(REQUESTS // CLIENTS):
            statuses[ask(client, generator.request())] += 1
    return statuses


def ask(client: http.client.HTTPConnection, request: Request) -> int:
    """Send a request; its answer must be whole, and errors must say what they are."""
    client.request(*request[:2], request.body, request.headers)
    answer = client.getresponse()
    data = answer.read()
    if answer.status >= 400 and answer.headers["Content-Type"] == "application/problem+json":
        assert request.method == "HEAD" or json.loads(data)["status"] == answer.status
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
    with socket.create_connection(("127.0.0.1", served.port), timeout=HUNG) as client:
        client.sendall(said)
        received = client.recv(1000)
    assert received.startswith(b"HTTP/1.1 4") or not received
    assert served.ask("/-/health").status == 200
