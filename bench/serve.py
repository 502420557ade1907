"""Throughput and 99th percentile over HTTP: `mipex-kg serve` beside other servers, in turns."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from bench.measure import MIPEX_KG, Command, environment, note, processes, run, table, workplace
from bench.query import PEERS

Words = list[str | Path]
HOST = "127.0.0.1"
# A server of files as one writes it in Python, with the same libraries.
STATIC = """
import sys, uvicorn
from starlette.staticfiles import StaticFiles
uvicorn.run(StaticFiles(directory=sys.argv[1]), port=int(sys.argv[2]), log_config=None)
"""
POINT = "SELECT ?p ?o WHERE { %s ?p ?o }"
# How many things are asked for, and sent, in turns.
_THINGS = 200
JOIN = """SELECT ?person ?name ?organisation WHERE {
  ?person <http://schema.org/name> ?name ; <http://schema.org/affiliation> ?organisation }"""
GROUP = "SELECT ?class (COUNT(*) AS ?n) WHERE { ?s a ?class } GROUP BY ?class"


class Load(NamedTuple):
    """What a server did in one turn.

    :param rate: answers a second
    :param slowest: the 99th percentile, in milliseconds
    :param processor: milliseconds that the server's processes worked on an answer
    """

    rate: float
    slowest: float
    processor: float = 0


@dataclass(frozen=True)
class Peer:
    """A server, and where it answers.

    :param command: starts it at a port
    :param endpoint: path at which it answers queries; None if it doesn't
    :param sends_files: whether it sends the documents of the site
    """

    name: str
    command: Callable[[int], Command]
    endpoint: str | None = None
    sends_files: bool = False


class Started(NamedTuple):
    """A server that runs.

    :param session: of all its processes
    """

    port: int
    session: int

    def spent(self) -> float:
        """Tell how many seconds its processes have worked."""
        ticks = 0
        for process in processes(self.session):
            with contextlib.suppress(OSError):
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


class _Client(asyncio.Protocol):
    """Sends one request after the other on one connection, as fast as they are answered."""

    def __init__(self, requests: Sequence[bytes], offset: int, until: float) -> None:
        self.requests, self.next, self.until = requests, offset, until
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.received, self.whole = bytearray(), 0
        self.began = time.perf_counter()
        self.transport.write(self.requests[self.next % len(self.requests)])
        self.next += 1

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.whole and (end := self.received.find(b"\r\n\r\n")) >= 0:
            self.whole = self._size(bytes(self.received[:end]), end + 4)
        is_chunked = self.whole < 0
        if is_chunked and not self.received.endswith(b"0\r\n\r\n"):
            return
        if not self.whole or len(self.received) < self.whole:
            return
        self.times.append(time.perf_counter() - self.began)
        if time.perf_counter() < self.until:
            self._ask()
        else:
            self.done.set_result(None)
            self.transport.close()

    def _size(self, head: bytes, start: int) -> int:
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
            self.done.set_exception(RuntimeError(head.decode("latin-1")))
            self.transport.close()
        lines = (line.lower().partition(b":") for line in head.split(b"\r\n"))
        lengths = [int(value) for name, _, value in lines if name == b"content-length"]
        return start + lengths[0] if lengths else -1

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("The server has closed the connection."))


async def _play(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    until = began + seconds
    playing = []
    for number in range(clients):
        offset = number * len(requests) // clients
        made = partial(_Client, requests, offset, until)
        _, client = await loop.create_connection(made, HOST, port)
        playing.append(client)
    await asyncio.gather(*(client.done for client in playing))
    took = time.perf_counter() - began
    times = sorted(time for client in playing for time in client.times)
    return Load(len(times) / took, times[int(len(times) * 0.99)] * 1000)


def play(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Load:
    """Ask a server as fast as it answers."""
    return asyncio.run(_play(port, requests, clients, seconds))


def _request(path: str, accept: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: {accept}\r\n\r\n".encode()


@contextlib.contextmanager
def running(peer: Peer, work: Path) -> Iterator[Started]:
    """Start a server, and end it."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    with (work / f"{peer.name}.log").open("wb") as log:
        command = list(map(str, peer.command(port)))
        process = subprocess.Popen(
            command,
            cwd=work,
            env=environment(work),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
                break
            time.sleep(0.1)
        time.sleep(2)
        yield Started(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def servers(folder: Path, site: Path, name: str, work: Path) -> Iterator[Peer]:
    """Give the servers that are installed, ours first."""
    ours: Words = [MIPEX_KG, "--bundled", "serve", site, "--log", "none", "--port"]
    # Of the same questions again and again, only the first would be answered.
    yield Peer("mipex-kg serve", lambda port: [*ours, str(port), "--cache", "0"], "/sparql", True)
    yield Peer("the same, answers kept", lambda port: [*ours, str(port)], "/sparql")
    if oxigraph := shutil.which("oxigraph", path=folder / "bin"):
        store = work / "store"
        # The merge as the default graph, and the named graphs beside it.
        files = (site / f"{name}.nt", site / f"{name}.nq")
        run([[oxigraph, "load", "-l", store, "-f", file] for file in files], work)
        command: Words = [oxigraph, "serve-read-only", "-l", store, "-b"]
        yield Peer("oxigraph", lambda port: [*command, f"{HOST}:{port}"], "/query")
    if endpoint := shutil.which("rdflib-endpoint", path=folder / "bin"):
        serve: Words = [endpoint, "serve", site / f"{name}.nt", "--host", HOST, "--port"]
        yield Peer("rdflib-endpoint", lambda port: [*serve, str(port)], "/")
    static: Words = [sys.executable, "-c", STATIC, site]
    yield Peer("uvicorn, StaticFiles", lambda port: [*static, str(port)], sends_files=True)
    plain: Words = [sys.executable, "-m", "http.server", "-b", HOST, "-p", "HTTP/1.1", "-d", site]
    yield Peer("python -m http.server", lambda port: [*plain, str(port)], sends_files=True)


def workloads(site: Path, name: str) -> dict[str, list[str]]:
    """Give the queries of each kind, and the files."""
    store = ox.Store()
    store.load(path=site / f"{name}.nt", format=ox.RdfFormat.N_TRIPLES)
    subjects = sorted({str(quad.subject) for quad in store if str(quad.subject)[0] == "<"})
    step = max(1, len(subjects) // _THINGS)
    files = sorted(path.relative_to(site).as_posix() for path in site.glob("*/*.ttl"))
    return {
        "point": [POINT % subject for subject in subjects[::step]],
        "join": [JOIN],
        "count": [GROUP],
        "documents": files[:: max(1, len(files) // _THINGS)],
    }


def requests_of(kind: str, asked: Sequence[str], peer: Peer) -> list[bytes] | None:
    """Write the requests of a kind; None if the server doesn't answer such."""
    if kind == "documents":
        return [_request(f"/{file}", "*/*") for file in asked] if peer.sends_files else None
    if peer.endpoint is None:
        return None
    paths = (f"{peer.endpoint}?query={quote(text)}" for text in asked)
    return [_request(path, "application/sparql-results+json") for path in paths]


def measure(
    peer: Peer, asked: dict[str, list[str]], options: argparse.Namespace
) -> dict[str, Load]:
    """Start a server, warm it up, and measure it with each kind."""
    found = {}
    with workplace() as work, running(peer, work) as server:
        for kind, texts in asked.items():
            if requests := requests_of(kind, texts, peer):
                play(server.port, requests, options.clients, 0.5)
                before = server.spent()
                load = play(server.port, requests, options.clients, options.seconds)
                spent = (server.spent() - before) / (load.rate * options.seconds)
                found[kind] = load._replace(processor=spent * 1000)
    return found


def at_port(asked: dict[str, list[str]], options: argparse.Namespace) -> str:
    """Measure a server that runs already, such as a cache in front of one, and write a table."""
    there = Peer("there", lambda _port: [], "/sparql", sends_files=True)
    rows = []
    for kind, texts in asked.items():
        requests = requests_of(kind, texts, there) or []
        play(options.port, requests, options.clients, 0.5)
        load = play(options.port, requests, options.clients, options.seconds)
        rows.append([kind, f"{load.rate:,.0f}", f"{load.slowest:.1f} ms"])
    return table(["asked for", "answers a second", "99 %"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all servers in turns, and print a table for each kind of request."""
    parser = argparse.ArgumentParser(prog="python -m bench.serve", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="turns (default: 3)")
    parser.add_argument("--seconds", type=float, default=3, help="of each kind (default: 3)")
    parser.add_argument("--clients", type=int, default=8, help="at the same time (default: 8)")
    parser.add_argument("--port", type=int, help="of a server that runs already: ask it alone")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where the peers are installed")
    options = parser.parse_args(arguments)
    with workplace() as work:
        site, name = work / "site", "mipex-kg"
        if run([[MIPEX_KG, "--bundled", "build", "-o", site]], work).code:
            sys.exit(f"The bundled graph can't be built:\n{(work / 'errors').read_text()}")
        asked = workloads(site, name)
        if options.port:
            print(at_port(asked, options))
            return
        peers = list(servers(options.peers.absolute(), site, name, work))
        turns: dict[str, list[dict[str, Load]]] = {peer.name: [] for peer in peers}
        for turn in range(options.times):
            for peer in peers:
                note(f"{peer.name}, turn {turn + 1} …")
                turns[peer.name].append(measure(peer, asked, options))
    print(f"## Over HTTP, {options.clients} clients at the same time\n")
    for kind in asked:
        print(report(kind, turns), flush=True)


def report(kind: str, turns: dict[str, list[dict[str, Load]]]) -> str:
    """Write the table of a kind: medians of all turns, and how many times ours."""
    loads = {name: [turn[kind] for turn in all if kind in turn] for name, all in turns.items()}
    rates = {
        name: statistics.median(load.rate for load in all) for name, all in loads.items() if all
    }
    costs = {name: min(load.processor for load in all) for name, all in loads.items() if all}
    first, ours = next(iter(rates.items()))
    rows = [
        [
            name,
            f"{rate / ours:.2f}",
            f"{costs[name] / costs[first]:.2f}",
            f"{rate:,.0f}",
            f"{statistics.median(load.slowest for load in loads[name]):.1f} ms",
        ]
        for name, rate in rates.items()
    ]
    return f"**{kind}**\n\n" + table(
        ["server", "ratio", "ratio (processor)", "answers a second", "99 %"], rows
    )


if __name__ == "__main__":
    main()
