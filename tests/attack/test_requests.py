"""Headers and parameters that mean no good: each is answered, soon, and never with a bug."""

from __future__ import annotations

import os
import re
import resource
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from mipex_kg.project.project import Project
from tests.attack.requests import open_application, send

THING = "/person/giacomo-solano"
PATHS = [
    "/",
    THING,
    f"{THING}.ttl",
    f"{THING}.html",
    "/sparql",
    "/sparql/",
    "/query/people.csv",
    "/query/countries-of-group.csv",
    "/query/countries-of-group",
    "/nothing",
    "/openapi.json",
    "/-/health",
    "/class/",
]
METHODS = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "X"]
NAMES = [
    "accept",
    "accept-encoding",
    "range",
    "if-range",
    "if-none-match",
    "if-modified-since",
    "host",
    "content-type",
    "content-length",
    "user-agent",
    "origin",
    "cookie",
]
PARAMETERS = ["query", "group", "format", "default-graph-uri", "named-graph-uri", "update", "x", ""]
# What the values of headers are made of, and what takes them apart.
PIECES = [
    *'",;=-*/()[]{}\\ \t',
    "bytes=",
    "0-",
    "W/",
    '"a"',
    ";q=",
    "1.0",
    "*/*",
    "text/turtle",
    "gzip",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Wed, 21 Oct 100000000000000 07:28:00 GMT",
    "99999999999999999999",
    "-9999",
    "charset=",
    "localhost",
    "[::1]:80",
    "\xa0",
    "\xff",
]
VALUES = ["http://x/]", "region:asia", "<u:x>", "ASK {}", "\u2028", "\ud7ff", "\x00", "a" * 3000]

pieces = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
# All that a server lets through: of header values, no control but the tabulator.
latin = st.characters(codec="latin-1", exclude_categories=["Cc"])
values = (pieces | st.text(latin, max_size=60)).map(lambda text: text.encode("latin-1"))
headers = st.lists(st.tuples(st.sampled_from(NAMES).map(str.encode), values), max_size=5)
parameter = st.tuples(
    st.sampled_from(PARAMETERS), st.sampled_from(VALUES) | st.text(max_size=40) | pieces
).map(lambda pair: f"{pair[0]}={quote(pair[1], safe='')}")
queries = (
    st.lists(parameter, max_size=4).map("&".join).map(str.encode) | st.binary(max_size=40) | values
)
paths = (
    st.sampled_from(PATHS)
    | st.text(max_size=30).map(lambda text: f"/{text}")
    | st.tuples(st.sampled_from(PATHS), pieces).map("".join)
)


@pytest.fixture(scope="module")
def application(bundled_site: Path, project: Project) -> ASGIApp:
    return open_application(bundled_site, project)


@settings(
    max_examples=500,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=paths,
    query=queries,
    headers=headers,
    method=st.sampled_from(METHODS),
    body=st.binary(max_size=60) | values | queries,
)
@example("/query/countries-of-group.csv", b"group=http://x/]", [], "GET", b"")
@example(
    f"{THING}.ttl",
    b"",
    [(b"if-modified-since", b"Wed, 21 Oct 100000000000000 07:28:00 GMT")],
    "GET",
    b"",
)
def test_nothing_that_is_sent_is_a_bug(
    application: ASGIApp,
    path: str,
    query: bytes,
    headers: list[tuple[bytes, bytes]],
    method: str,
    body: bytes,
) -> None:
    reply = send(application, path, query, headers, method, body)
    assert 200 <= reply.status < 500
    for name, value in reply.headers:
        # As uvicorn lets them through: no line can be broken.
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", name + value)
    if reply.status == 405:
        allowed = dict(reply.headers)[b"allow"].decode().split(", ")
        assert method not in allowed
        assert set(allowed) <= {"GET", "HEAD", "OPTIONS", "POST"}


# Long enough that taking them apart in a way that is not linear takes many seconds.
LONG = 60_000
REPEATED = [*' \t",;=-(:./', "a", "0", "0-,", '"a",', "a,", "W/", ";q=", "a/b,", 'a/b;c="', "*/*,"]
# What the values of headers begin with, if not with what is repeated.
BEGUN = {
    **dict.fromkeys(("accept", "accept-encoding", "content-type"), "text/html;q="),
    **dict.fromkeys(("if-modified-since", "if-range"), "Wed, 21 Oct 2015 07:28:00 GMT"),
    "range": "bytes=",
}
# Of the processor: many times what is needed, and less than one header took that held the server.
SECONDS = 20


def test_no_header_takes_long(application: ASGIApp) -> None:
    """Ask in a child whose processor time is limited, which a busy machine doesn't stretch."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
            resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, used + SECONDS))
            for path, name in product((f"{THING}.ttl", THING, "/sparql"), NAMES):
                for begun, repeated in product({"", BEGUN.get(name, "")}, REPEATED):
                    value = begun + repeated * (LONG // len(repeated))
                    given = [(name.encode(), value.encode())]
                    assert send(application, path, b"query=ASK%7B%7D", given).status < 500
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert not os.WIFSIGNALED(status), "A header took too long."
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_each_address_allows_what_it_says(application: ASGIApp, path: str, method: str) -> None:
    listed = dict(send(application, path, method="OPTIONS").headers)[b"allow"].decode().split(", ")
    reply = send(application, path, method=method)
    assert (reply.status == 405) == (method not in listed)
    if reply.status == 405:
        assert dict(reply.headers)[b"allow"].decode().split(", ") == listed
        assert b"only GET, HEAD" in reply.body
    assert ("POST" in listed) == path.startswith("/sparql")
