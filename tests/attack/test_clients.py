"""Each client of ours against servers that mean no good: it ends, and says what the server did.

Each runs in a process of its own, which has to end by itself, with little memory.
"""

from __future__ import annotations

import socket
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.checks.apart import check_served_site
from mipex_kg.checks.client import SiteClient
from mipex_kg.checks.mirror import bring
from mipex_kg.project.project import Project, load_project
from mipex_kg.remote.client import LIMITS, StoreClient
from mipex_kg.remote.endpoint import Endpoint
from mipex_kg.remote.graph_store import GraphStore, open_store
from mipex_kg.remote.stores import OXIGRAPH
from mipex_kg.serving.answering import NotAnsweredError, TooLargeError
from mipex_kg.serving.proxy import Proxy
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.child_process import Isolation
from mipex_kg.system.errors import RemoteError
from tests.attack.servers import (
    ENDLESS,
    LIES,
    NO_RESULTS,
    TOO_MUCH,
    Send,
    Tries,
    bindings,
    bomb,
    hostile,
    packed,
)
from tests.attack.servers import says as answers
from tests.commands import HUNG
from tests.conftest import LIGHTHOUSES

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
MEMORY = 400 << 20
SMALL = replace(LIMITS, connect=2, silent=0.3, answer=0.6, size=1_000_000, seconds=3, requests=20)
SERVERS = {**ENDLESS, **LIES}


class CutOffError(RemoteError):
    """Not an error of ours: the client gave a part, and said so."""


def site(address: str) -> SiteClient:
    return SiteClient(address, silent=0.3, whole=0.6, most=1_000_000, in_all=3)


def checked(address: str, _project: Project) -> None:
    with site(address) as client:
        answer = client.ask("", "*/*")
        if answer.status != 200 or not answer.is_whole:
            raise CutOffError(f"{address} is cut off.")


def store(address: str) -> StoreClient:
    return StoreClient(address, sleep=lambda _: None, limits=SMALL)


def asked(query: str, address: str, project: Project) -> None:
    with store(address) as client:
        Endpoint(client, project).answer(query)


def counted(address: str, _project: Project) -> None:
    with store(address) as client:
        GraphStore(client, OXIGRAPH).sizes("e:")


def fetched(address: str, _project: Project) -> None:
    with store(address) as client:
        GraphStore(client, OXIGRAPH).fetch("e:g")


def updated(address: str, _project: Project) -> None:
    with store(address) as client:
        GraphStore(client, OXIGRAPH).replace([("e:a", "e:b")])


def passed_on(address: str, _project: Project) -> None:
    proxy = Proxy(address, "e:merged", {}, 1_000_000)
    proxy._client = store(address)
    try:
        with proxy.find(Query("SELECT * { GRAPH ?g { ?s ?p ?o } }", {}), None, None) as found:
            assert isinstance(found, ox.QuerySolutions)
            list(found)
    except (NotAnsweredError, TooLargeError) as error:
        raise RemoteError(f"{address}: {error}") from None


CLIENTS: Mapping[str, Callable[[str, Project], None]] = {
    "check": checked,
    "query, SELECT": partial(asked, "SELECT ?g ?n { GRAPH ?g { ?s ?p ?n } }"),
    "query, SELECT *": partial(asked, "SELECT * FROM <e:g> { GRAPH ?g { ?s ?p ?n } }"),
    "query, ASK": partial(asked, "ASK FROM <e:g> { ?s ?p ?o }"),
    "query, CONSTRUCT": partial(asked, "CONSTRUCT FROM <e:g> { ?s ?p ?o } WHERE { ?s ?p ?o }"),
    "push, count": counted,
    "push, read": fetched,
    "push, update": updated,
    "serve": passed_on,
}


def attacked(clients: Sequence[str], send: Send, project: Project) -> dict[str, RemoteError | None]:
    """Let clients ask a server each, at the same time, and give the errors that they end with."""
    with ExitStack() as stack:
        servers = {client: stack.enter_context(hostile(send)) for client in clients}

        def ask(client: str) -> RemoteError | None:
            try:
                CLIENTS[client](servers[client][0], project)
            except RemoteError as error:
                return error
            return None

        def work(begin: Callable[[], None]) -> dict[str, RemoteError | None]:
            begin()
            with ThreadPoolExecutor(len(clients)) as threads:
                return dict(zip(clients, threads.map(ask, clients), strict=True))

        errors = Isolation(HUNG, MEMORY).run(work)
        for client, (address, tries) in servers.items():
            assert len(tries.heads) <= 10, f"{client} asked too often"
            if error := errors[client]:
                assert error.message.startswith(address), error.message
                assert error.message.endswith("."), error.message
    return errors


@pytest.mark.parametrize("server", [*SERVERS, *TOO_MUCH])
def test_no_server_keeps_a_client(project: Project, server: str) -> None:
    send = TOO_MUCH[server]() if server in TOO_MUCH else SERVERS[server]
    for client, error in attacked(list(CLIENTS), send, project).items():
        assert error is not None, client


@pytest.mark.parametrize("answer", NO_RESULTS)
@pytest.mark.parametrize("kind", ["application/sparql-results+json", "text/html", ""])
def test_no_answer_to_a_query_is_our_bug(project: Project, kind: str, answer: str) -> None:
    send = answers(body=NO_RESULTS[answer], kind=kind.encode())
    attacked([client for client in CLIENTS if client != "check"], send, project)


def test_what_only_tells_what_a_store_is_may_be_little() -> None:
    """Where it may answer with gigabytes otherwise."""
    with hostile(packed(bomb(1 << 26))) as (address, tries), StoreClient(address) as client:
        with pytest.raises(RemoteError, match="more than 16,000,000 bytes"):
            open_store(client, None)
        assert len(tries.heads) == 1


PAGES: Mapping[str, bytes] = {
    "XML": b"<a>" * 200_000 + b"</a>" * 200_000,
    "JSON": b"[" * 200_000,
    "HTML": b"<!doctype html>" + b"<div>" * 200_000,
    "a manifest of nothing": b'{"sha256": {"a.html": "0", "robots.txt": "0", "data.html": ""}}',
}


@pytest.mark.parametrize("page", PAGES)
def test_a_site_whose_every_file_is_the_same_is_checked(page: str) -> None:
    """Or the server is said to be at fault: no file of ours is."""
    project = load_project(LIGHTHOUSES)
    with hostile(answers(body=PAGES[page], kind=b"text/html")) as (address, _):
        try:
            report = check_served_site(project, address)
        except RemoteError as error:
            assert error.message.startswith(address)
        else:
            assert not report.is_valid


def test_what_is_packed_is_read_up_to_the_limit_and_no_further() -> None:
    with (
        hostile(packed(bomb(1 << 26))) as (address, _),
        SiteClient(address, most=1_000_000) as client,
    ):
        answer = client.ask("")
    assert (len(answer.body), answer.is_whole) == (1_000_000, False)
    assert answer.headers["content-encoding"] == "gzip"


def deflated(data: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("wbits", [15, -15, 31])
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 300_000])
def test_what_is_packed_as_it_should_be_is_read(wbits: int, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    encoding = b"gzip" if wbits == 31 else b"deflate"
    with (
        hostile(packed(deflated(data, wbits), encoding)) as (address, _),
        StoreClient(address) as client,
    ):
        assert client.send("GET", "").content == data


def test_gzip_in_parts_is_read_and_what_follows_it_is_not() -> None:
    data = deflated(b"one ", 31) + deflated(b"two", 31) + b"\0" * 100
    with hostile(packed(data)) as (address, _), StoreClient(address) as client:
        assert client.send("GET", "").content == b"one two"


def test_the_number_of_requests_ends() -> None:
    limits = replace(LIMITS, requests=3)
    with (
        hostile(answers(body=b"x")) as (address, tries),
        StoreClient(address, limits=limits) as client,
    ):
        for _ in range(3):
            client.send("GET", "")
        with pytest.raises(RemoteError, match="it was asked 3 times already"):
            client.send("GET", "")
    assert len(tries.heads) <= 4  # the last one is by the test's own end


def test_a_site_of_slow_pages_ends(project: Project, tmp_path: Path) -> None:
    """Each answer comes in time, and all of them together do not."""

    names = ",".join(f'"page{number}.html": "00"' for number in range(2_000))
    answer = answers(body=f'{{"sha256": {{{names}}}}}'.encode())

    def slow(connection: socket.socket, tries: Tries) -> None:
        time.sleep(0.05)
        answer(connection, tries)

    with (
        hostile(slow) as (address, tries),
        site(address) as client,
        pytest.raises(RemoteError, match="all its answers together take more than 3 seconds"),
    ):
        bring(client, project, tmp_path)
    assert len(tries.heads) < 1000


@pytest.mark.parametrize("name", ["e:a> ; DROP ALL #", "e:a\n", "", "a b", "x:other"])
def test_names_from_a_store_do_not_become_part_of_an_update(name: str) -> None:
    rows = [{"g": {"type": "uri", "value": name}, "n": {"type": "literal", "value": "1"}}]
    with (
        hostile(answers(body=bindings(rows))) as (address, _),
        StoreClient(address) as client,
        pytest.raises(RemoteError, match="something else than solutions: "),
    ):
        GraphStore(client, OXIGRAPH).sizes("e:")
