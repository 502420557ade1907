"""Asking the application of the server without a connection, in whatever way there is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from starlette.types import ASGIApp, Message, Scope

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.serving.answering import Answerer, Loaded, Question
from mipex_kg.serving.application import make_application
from mipex_kg.serving.host import HostCheck
from mipex_kg.serving.log import AccessLog
from mipex_kg.serving.pool import TimedAnswer
from mipex_kg.serving.renewal import Served
from mipex_kg.serving.site import open_site
from mipex_kg.sparql.named_queries import load_queries

_HERE = (b"host", b"localhost")
Headers = Sequence[tuple[bytes, bytes]]


class Here:
    """Answers questions in this process."""

    def __init__(self, dataset: Dataset) -> None:
        self._answerer = Answerer(Loaded(dataset), 1 << 20, 1000)

    async def ask(self, question: Question) -> TimedAnswer:
        return TimedAnswer(self._answerer.answer(question))


@dataclass
class Reply:
    """What was sent."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


def open_application(folder: Path, project: Project) -> ASGIApp:
    """Serve a built folder as `mipex-kg serve` does on this machine."""
    site = open_site(folder, project)
    quads = ox.parse(site.dump.read_bytes(), format=ox.RdfFormat.N_QUADS)
    dataset = Dataset(tuple(quads), (), project.prefixes)
    answers, library = Here(dataset), load_queries(project.query_files)
    served = Served(site, answers, library, project.prefixes)  # type: ignore[arg-type]
    application = make_application(served, contextlib.nullcontext())
    return AccessLog(HostCheck(application, []), "text", lambda _line: None)


def send(
    application: ASGIApp,
    path: str = "/",
    query: bytes = b"",
    headers: Headers = (),
    method: str = "GET",
    body: bytes = b"",
) -> Reply:
    """Send a request, and take the answer in; what is raised is a bug."""
    given = [*headers] if any(n == b"host" for n, _ in headers) else [_HERE, *headers]
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": query,
        "headers": given,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    return asyncio.run(_sent(application, scope, body))


async def _sent(application: ASGIApp, scope: Scope, body: bytes) -> Reply:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    reply = Reply()

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert not reply.status
            reply.status, reply.headers = message["status"], list(message["headers"])
        else:
            reply.body += message.get("body", b"")

    await application(scope, receive, take)
    return reply
