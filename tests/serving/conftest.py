"""The bundled site, served by ``mipex-kg serve`` as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import select
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import pytest
import uvicorn
from starlette.types import ASGIApp

from mipex_kg.serving import connection
from mipex_kg.serving.crowd import Crowd
from tests.commands import HUNG, Commands
from tests.conftest import LIGHTHOUSES, ROOT
from tests.hosting.servers import Answer, Server
from tests.standing_by import Running

Parameters = Sequence[tuple[str, str]]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Serving(Server):
    """A running ``mipex-kg serve``, the folder that it serves, and what it says at first."""

    folder: Path
    process: Running
    line: str

    def query(
        self, text: str, accept: str | None = None, parameters: Parameters = (), **more: str
    ) -> Answer:
        """Ask in SPARQL."""
        asked = urlencode([("query", text), *parameters])
        return self.ask(f"/sparql?{asked}", accept, **more)

    def post(
        self, body: bytes, type: str | None = "application/sparql-query", query: str = ""
    ) -> Answer:
        """Post something to the service."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HUNG)
        headers = {} if type is None else {"Content-Type": type}
        with contextlib.closing(connection):
            connection.request("POST", f"/sparql{query}", body, headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())

    @property
    def log(self) -> str:
        return (self.work / "log").read_text()


def serving(
    work: Path, commands: Commands, *options: str, project: Path = ROOT, site: Path | None = None
) -> contextlib.AbstractContextManager[Serving]:
    """Serve a project from a folder, at any port, until the end.

    :param site: where it has been built for all, and is not built again; else in the folder
    """
    folder = site or work / "site"
    arguments = ("mipex_kg", "--project", str(project), "serve", str(folder), "--port", "0")
    return _running(work, folder, commands, *arguments, *options)


def alone(
    work: Path, commands: Commands, dump: Path, *limits: float
) -> contextlib.AbstractContextManager[Serving]:
    """Serve a file of N-Quads, within limits that `alone.py` takes."""
    return _running(work, work, commands, "tests.serving.alone", str(dump), *map(str, limits))


@contextlib.contextmanager
def _running(work: Path, folder: Path, commands: Commands, *arguments: str) -> Iterator[Serving]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as said:
        with (
            Path(os.devnull).open("rb") as nothing,
            os.fdopen(writing, "wb") as out,
            (work / "log").open("wb") as log,
        ):
            files = [file.fileno() for file in (nothing, out, log)]
            process = commands.start(["-m", *arguments], files, work)
        try:
            ready, _, _ = select.select([said], [], [], HUNG)
            line = said.readline().decode() if ready else ""
            assert " at http://" in line, (work / "log").read_text()
            port = urlsplit(line.split(" at ")[1].split()[0]).port
            assert port
            yield Serving(port, work, folder, process, line)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(HUNG)
            finally:
                process.kill()


@pytest.fixture
def lighthouses(tmp_path: Path, commands: Commands, lighthouses_site: Path) -> Iterator[Serving]:
    """Serve the second project, until a test ends it."""
    with serving(tmp_path, commands, project=LIGHTHOUSES, site=lighthouses_site) as started:
        yield started


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    commands: Commands,
    bundled_project: Path,
    unplaced_site: Path,
) -> Iterator[Serving]:
    work = tmp_path_factory.mktemp("served")
    with serving(work, commands, project=bundled_project, site=unplaced_site) as started:
        yield started


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Iterator[Serving]:
    """Serve a small graph, of which all answers are known."""
    work = tmp_path_factory.mktemp("endpoint")
    (work / "small.nq").write_text(SMALL)
    with alone(work, commands, work / "small.nq", 2) as started:
        yield started


SMALL = """\
<u:s> <u:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <u:g> .
<u:s> <u:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <u:g> .
<u:s> <u:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <u:h> .
<u:s> <u:p> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <u:h> .
""" + "".join(f'<u:n{number}> <u:q> "{number}" <u:many> .\n' for number in range(2000))


def play(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine in a thread of its own: that of the tests may have the browser's loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@contextlib.asynccontextmanager
async def listening(
    application: ASGIApp, most: int = 100
) -> AsyncIterator[tuple[int, uvicorn.server.ServerState]]:
    """Have an application answer at any port, with our connections; give the port and them."""
    config = uvicorn.Config(application, lifespan="off", log_config=None)
    config.load()
    state, crowd = uvicorn.server.ServerState(), Crowd(most)
    server = await asyncio.get_running_loop().create_server(
        lambda: connection.Connection(config, state, {}, crowd=crowd), "127.0.0.1", 0
    )
    yield server.sockets[0].getsockname()[1], state
    server.close()


def until(condition: Callable[[], object], seconds: float = HUNG) -> None:
    """Wait until something holds; the limit is for what never does, however busy the machine."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It didn't come to that."
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """List a process's children, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *children(child)]
    return found
