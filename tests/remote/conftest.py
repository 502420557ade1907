"""Two real stores, each started once, and a server that answers as a test wants it to."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.remote.client import StoreClient
from mipex_kg.remote.credentials import PASSWORD, USER
from mipex_kg.remote.graph_store import GraphStore
from mipex_kg.remote.pushing import Push
from mipex_kg.remote.stores import STORES
from mipex_kg.validation.validated import ValidatedDataset
from tests.commands import Commands
from tests.conftest import Outcome
from tests.hosting.servers import free_port, program

VIRTUOSO = """
[Database]
DatabaseFile = {work}/virtuoso.db
ErrorLogFile = {work}/virtuoso.log
LockFile = {work}/virtuoso.lck
TransactionFile = {work}/virtuoso.trx
xa_persistent_file = {work}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {work}/temporary.db
TransactionFile = {work}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{inner}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {work}
[SPARQL]
ResultSetMaxRows = 10000
"""
OURS = {USER: "dba", PASSWORD: "dba"}


@dataclass(frozen=True)
class RunningStore:
    """A store that runs.

    :param endpoint: where anybody may ask it
    """

    name: str
    address: str
    endpoint: str

    @contextlib.contextmanager
    def open(self) -> Iterator[GraphStore]:
        with StoreClient(self.address) as client:
            yield GraphStore(client, STORES[self.name])

    def clear(self) -> None:
        with self.open() as store:
            store.replace((), store.sizes("https://lighthouses.example/"))


@pytest.fixture(scope="session")
def account() -> Iterator[None]:
    """Be someone whom the stores let write."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in OURS.items():
            patch.setenv(name, value)
        yield


@contextlib.contextmanager
def _running(command: Sequence[object], work: Path, address: str) -> Iterator[None]:
    with (work / "output").open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=work, stdout=output, stderr=output
        )
    try:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(address, timeout=2)
                break
            told = (work / "output").read_text(errors="replace")
            assert process.poll() is None, told
            assert time.monotonic() < end, told
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with running_oxigraph(tmp_path_factory.mktemp("oxigraph")) as store:
        yield store


@contextlib.contextmanager
def running_oxigraph(work: Path) -> Iterator[RunningStore]:
    server, port = _beside_python("oxigraph"), free_port()
    command = [server, "serve", "--location", work / "data", "--bind", f"127.0.0.1:{port}"]
    address = f"http://127.0.0.1:{port}/"
    with _running(command, work, address):
        yield RunningStore("oxigraph", address, f"{address}query")


def _beside_python(name: str) -> Path | str:
    path = Path(sys.executable).parent / name
    return path if path.is_file() else program(name)


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    work, port = tmp_path_factory.mktemp("virtuoso"), free_port()
    server = program("virtuoso-t")
    settings = VIRTUOSO.format(work=work, port=port, inner=free_port())
    (work / "virtuoso.ini").write_text(settings)
    command = [server, "+configfile", work / "virtuoso.ini", "+foreground"]
    address = f"http://127.0.0.1:{port}/"
    with _running(command, work, address):
        yield RunningStore("virtuoso", address, f"{address}sparql")


@pytest.fixture(params=["oxigraph", "virtuoso"])
def store(request: pytest.FixtureRequest) -> RunningStore:
    """Give each store in turn, without graphs of the lighthouses."""
    request.getfixturevalue("account")
    running: RunningStore = request.getfixturevalue(request.param)
    running.clear()
    return running


@pytest.fixture
def filled(store: RunningStore, project: Project, dataset: Dataset) -> RunningStore:
    """Give a store that has the bundled graph, beside one of someone else's."""
    fill(store, project, dataset)
    return store


def fill(store: RunningStore, project: Project, dataset: Dataset) -> None:
    other = ox.NamedNode("https://elsewhere.example/graph")
    with store.open() as remote:
        remote.load(other.value, [ox.Triple(other, other, other)])
        if not remote.sizes(project.iri("graph/merged")):
            push = Push(ValidatedDataset(project, lambda: dataset), remote)
            push.apply(push.plan())


@dataclass
class Script:
    """A server's answers, one for each request: a status, headers and a body.

    :param seen: what was asked: method, path, headers and body
    """

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, body))


@pytest.fixture
def script() -> Iterator[Script]:
    """Start a server that answers as told."""
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else the body waits until the head is acknowledged

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.seen.append((self.command, self.path, headers, body))
            status, more, content = script.answers.pop(0)
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = _answer  # noqa: N815

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script.address = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield script
        server.shutdown()
        thread.join()


RunAs = Callable[..., Outcome]


@pytest.fixture
def run_as(commands: Commands, tmp_path: Path) -> RunAs:
    """Call ``mipex-kg`` with variables of the environment."""

    def call(*arguments: str | Path, variables: dict[str, str] = OURS, code: int = 0) -> Outcome:
        asked = commands.having({"HOME": str(tmp_path), **variables})
        found, out, err = asked.call(arguments, b"", tmp_path)
        outcome = Outcome(found, out, err.decode())
        assert outcome.code == code, outcome.err or outcome.text
        assert "Traceback" not in outcome.err, outcome.err
        return outcome

    return call
