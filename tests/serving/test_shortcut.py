"""The short way of a question gives what the layers of the application give, byte for byte."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from itertools import product
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from starlette.types import Receive, Scope, Send

from mipex_kg.serving.answering import Question
from mipex_kg.serving.application import make_application
from mipex_kg.serving.fork_server import Setup
from mipex_kg.serving.host import HostCheck
from mipex_kg.serving.log import AccessLog
from mipex_kg.serving.operation import BadRequest, parameters, read_address
from mipex_kg.serving.pool import Pool, PoolLimits, TimedAnswer
from mipex_kg.serving.renewal import Served
from mipex_kg.serving.shortcut import Shortcut
from mipex_kg.serving.site import ServedSite
from mipex_kg.site.hosting.rules import Rules
from tests.serving.conftest import SMALL, listening, play
from tests.serving.test_generated import FORM, POSTED, TYPES, WORDS, Generator

GENERATED = 1500
ONES = "SELECT ?o { :s :p ?o } ORDER BY ?o"
MANY = "SELECT * { ?s <u:q> ?o } ORDER BY ?s LIMIT 100"
TEXTS = [ONES, MANY, "ASK {}", "CONSTRUCT { ?s :r ?o } WHERE { ?s :p ?o }", "SELECT", ""]
TEXTS += ["SELECT (NOW() AS ?x) { FILTER(false) }", "SELECT * { ?s <u:q> ?o . ?a <u:q> ?b }"]
LAST = b"GET /-/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
# What differs from answer to answer, and from line to line of the log.
TIMES = re.compile(rb"(?<=dur=)[0-9.]+|(?<=\r\ndate: )[^\r]+")
# On a busy machine, any query may be told to be slow.
LOGGED = re.compile(r'("time": )"[^"]*"|(_?ms": )[0-9.]+|, "slow": "(?:[^"\\]|\\.)*"')
# A client that asked to wait is told to go on if its answer takes a while, as on a busy machine;
# that may be left out (RFC 9110, 10.1.1).
INTERIM = re.compile(rb"HTTP/1\.1 100 Continue\r\n\r\n")
# Headers that may change what is answered; None is for what is not a header of its own.
LINES: Sequence[tuple[str, Sequence[str]]] = (
    ("Accept", [*TYPES, "", "text/html,*/*;q=0.8", "garbage;;q=x", "text/csv;q=0.1, */*;q=0"]),
    ("Accept-Encoding", ["gzip", "gzip;q=0", "br", "*", "", "identity, gzip;q=0.5"]),
    ("If-None-Match", ["*", '"x"', "W/", ""]),
    ("If-Modified-Since", ["Wed, 21 Oct 2036 07:28:00 GMT"]),
    ("Origin", ["https://a.example", "null"]),
    ("Connection", ["close", "keep-alive", "upgrade"]),
    ("Expect", ["100-continue", "x"]),
    ("X-Forwarded-Proto", ["https"]),
    ("X-Forwarded-For", ["192.0.2.7"]),
    ("Range", ["bytes=0-5"]),
    ("Host", ["evil.example"]),
    ("Accept", ["text/csv"]),
)
HOSTS = ["localhost", "127.0.0.1:80", "data.example", "evil.example", "[::1]:80", "a b", ""]


def request(
    method: str = "GET",
    address: str = f"/sparql?query={quote(ONES)}",
    lines: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    host: str | None = "localhost",
    version: str = "1.1",
) -> bytes:
    """Write a request."""
    given = [*([("Host", host)] if host is not None else []), *lines]
    if body:
        given.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in given)
    return f"{method} {address} HTTP/{version}\r\n{head}\r\n".encode("latin-1") + body


def chunked(body: bytes, type: str) -> bytes:
    lines = [("Content-Type", type), ("Transfer-Encoding", "chunked")]
    return request("POST", "/sparql", lines) + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def table() -> list[bytes]:
    """Write requests of each kind, of which most are as they should be."""
    found = []
    for text, (name, values) in product(TEXTS, LINES):
        found += [request("GET", f"/sparql?query={quote(text)}", [(name, v)]) for v in values]
    for text, type in product(TEXTS, [*POSTED, FORM, "application/sparql-query; charset=UTF-8"]):
        body = urlencode({"query": text, "format": "csv"}) if "form" in type else text
        found.append(request("POST", "/sparql", [("Content-Type", type)], body.encode() or b" "))
        found.append(request("POST", "/sparql?x=1", [("Content-Type", type)], body.encode()))
    for query in ("query=%ff", "query=", "query", "query=a&query=b", f"format=csv&query={ONES}"):
        found += [request(method, f"/sparql?{query.replace(' ', '+')}") for method in METHODS]
    asked = f"query={quote(ONES)}"
    for more in ("format=csv", "format=x", "default-graph-uri=u:g", "update=x", "x&" * 1001):
        found += [request(method, f"/sparql?{asked}&{more}") for method in METHODS]
    for path in ("/sparql/", "/sparq%6c", "//sparql", "http://localhost/sparql", "/sparql#a"):
        found += [request(method, f"{path}?{asked}") for method in METHODS]
    for host, version in product([*HOSTS, None], ("1.1", "1.0")):
        found.append(request(host=host, version=version))
        found.append(request(host=host, version=version, lines=[("Connection", "keep-alive")]))
    found += [chunked(ONES.encode(), "application/sparql-query"), chunked(b"x=1", FORM)]
    large = b"ASK { # " + b"x" * (1 << 20) + b"\n}"
    found.append(request("POST", "/sparql", [("Content-Type", POSTED[0])], large))
    found += [
        request() * 7,
        request() + request("POST", "/sparql") + request("HEAD"),
        b"no\r\n\r\n",
    ]
    return found


METHODS = ["GET", "HEAD", "POST", "OPTIONS", "PUT"]


def generated() -> list[bytes]:
    """Write requests at random."""
    made, found = Random(11), []
    generator = Generator(made)
    for _ in range(GENERATED):
        one = generator.request()
        rest = one.address.partition("?")[2]
        text = made.choice([*TEXTS, generator.query(), " ".join(generator.some(WORDS, 9))])
        asked = made.choice([f"query={quote(text)}", f"query={quote(text)}&{rest}", rest])
        lines = [(name, value) for name, value in one.headers.items() if name != "Range"]
        method = made.choice([one.method, "GET"])
        body = (one.body or b"") if method == "POST" else b""
        found.append(request(method, f"/sparql?{asked}", lines, body))
    return found


class Counting:
    """An application that counts what it is asked."""

    def __init__(self, layers: AccessLog) -> None:
        self._layers, self.count = layers, 0
        self.note = layers.note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.count += scope["path"] == "/sparql"
        await self._layers(scope, receive, send)


@asynccontextmanager
async def both_ways(
    tmp_path: Path, answers: object
) -> AsyncIterator[tuple[list[int], list[list[str]], Counting]]:
    """Serve without the short way, and with it; give the ports, the logs and what counts."""
    site = ServedSite(tmp_path, tmp_path, Rules("small", "u:", "http://127.0.0.1/"))
    served = Served(site, answers, {}, {"": "u:"})  # type: ignore[arg-type]  # or what is like it
    application = make_application(served, nullcontext())
    check = HostCheck(application, ["data.example"])
    logs: list[list[str]] = [[], []]
    plain, layers = (AccessLog(check, "json", log.append) for log in logs)
    counting = Counting(layers)
    shortcut = Shortcut(counting, check, application.sparql, "/sparql")  # type: ignore[arg-type]  # as a log
    async with listening(plain) as (first, _), listening(shortcut) as (second, _):
        yield [first, second], logs, counting


async def answers_to(said: bytes, port: int) -> bytes:
    """Send something, and give all that comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said + LAST)
    received = await reader.read()
    writer.close()
    return TIMES.sub(b"", INTERIM.sub(b"", received))


@pytest.mark.parametrize("kept", [0, 1 << 20])
def test_both_ways_give_the_same(tmp_path: Path, kept: int) -> None:
    (tmp_path / "small.nq").write_text(SMALL)
    setup = Setup(tmp_path / "small.nq", {"": "u:"}, 256 << 20, 1 << 20, 1000)
    statuses: set[bytes] = set()

    async def compare() -> int:
        async with (
            Pool(setup, PoolLimits(60, 2, kept=kept)) as pool,
            both_ways(tmp_path, pool) as (ports, logs, counting),
        ):
            # What is random is as good for the one as for the other.
            requests = [*table(), *generated()[kept > 0 :: 2]]
            for said in requests:
                expected, found = [await answers_to(said, port) for port in ports]
                assert found == expected, said
                statuses.add(found[9:12])
            # What has been sent before, packed or not, is not sent again.
            for text, coding in product(TEXTS[:4], ("gzip", "br")):
                lines = [("Accept-Encoding", coding)]
                address = f"/sparql?query={quote(text)}"
                sent, _ = [await answers_to(request("GET", address, lines), p) for p in ports]
                tag = sent.partition(b"\r\netag: ")[2].partition(b"\r\n")[0].decode()
                again = request("GET", address, [*lines, ("If-None-Match", f'"a", W/{tag}')])
                expected, found = [await answers_to(again, port) for port in ports]
                assert found == expected
                assert found.startswith(b"HTTP/1.1 304")
            assert logged(logs[0]) == logged(logs[1])
            return len(requests) - counting.count

    assert play(compare()) > 800
    assert statuses >= {b"200", b"204", b"304", b"400", b"405", b"406", b"413", b"415", b"421"}


def logged(lines: list[str]) -> list[str]:
    return sorted(LOGGED.sub(r"\1\2", line) for line in lines)


class Broken:
    """Answers nothing, because of a bug."""

    async def ask(self, question: Question) -> TimedAnswer:
        raise ZeroDivisionError(question.text)


def test_a_bug_is_told_both_ways(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def compare() -> bytes:
        async with both_ways(tmp_path, Broken()) as (ports, _, counting):
            expected, found = [await answers_to(request(), port) for port in ports]
            assert found == expected
            assert not counting.count
            return found

    found = play(compare())
    assert found.startswith(b"HTTP/1.1 500")
    assert b"ZeroDivisionError" not in found
    assert [record.message for record in caplog.records] == ["A bug, at /sparql"] * 2
    assert caplog.text.count("ZeroDivisionError: SELECT") == 2


PIECES = [b"a", b"=", b"&", b"+", b"%20", b"%C3%A9", b"%C3", b"%A9", b"\xc3\xa9", b"\xc3", b"%"]
PIECES += [b"%2", b"%zz", b"%26", b";", b"query", b"%00", b"%3d", b"%2B"]


def test_parameters_are_what_the_standard_library_reads() -> None:
    made = Random(3)
    for _ in range(20_000):
        data = b"".join(made.choices(PIECES, k=made.randint(0, 9)))
        try:
            expected = parse_qsl(data.decode(), keep_blank_values=True, errors="strict")
        except UnicodeDecodeError:
            with pytest.raises(BadRequest):
                parameters(data)
        else:
            assert parameters(data) == expected, data


def test_a_query_alone_is_read_as_among_others() -> None:
    made = Random(4)
    pieces = [piece for piece in PIECES if piece != b"&"]
    for _ in range(20_000):
        data = b"query=" + b"".join(made.choices(pieces, k=made.randint(0, 9)))
        try:
            expected = read_address({"query_string": data + b"&x="})
        except BadRequest as refused:
            with pytest.raises(BadRequest, match=str(refused)):
                read_address({"query_string": data})
        else:
            assert read_address({"query_string": data}) == expected, data
