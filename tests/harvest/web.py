"""A web server on loopback whose every answer a test decides."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from mipex_kg.project.media_types import media_type


class Answer(NamedTuple):
    """What a path is answered with."""

    status: int
    header: tuple[str, str]
    body: bytes = b""


@dataclass
class Web:
    """Addresses, and what is found there."""

    address: str
    answers: dict[str, Answer] = field(default_factory=dict)

    def put(self, path: str, body: bytes, kind: str | None = None) -> str:
        """Lay a file at a path, served as our rules for hosts say unless told otherwise."""
        header = ("Content-Type", kind or media_type(path).header)
        self.answers[f"/{path}"] = Answer(200, header, body)
        return self.address + path

    def redirect(self, path: str, address: str) -> str:
        """Let a path lead to another address."""
        self.answers[f"/{path}"] = Answer(302, ("Location", address))
        return self.address + path


@contextlib.contextmanager
def serve() -> Iterator[Web]:
    """Run a server until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            nothing = Answer(404, ("Content-Type", "text/plain"))
            status, header, body = web.answers.get(self.path, nothing)
            self.send_response(status)
            self.send_header(*header)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Web(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
