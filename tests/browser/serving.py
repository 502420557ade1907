"""Serving a folder over loopback, as a static host would that is strict about what pages may do."""

from __future__ import annotations

import contextlib
import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from mipex_kg.site.hosting.rules import POLICY

_COMPRESSED = ("text/", "application/json", "application/ld+json", "image/svg")


@dataclass(frozen=True)
class Site:
    """A folder and where it is served."""

    folder: Path
    address: str

    def url(self, path: str) -> str:
        return self.address + path


@cache
def _compressed(path: Path, _modified: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 - as its parent has it
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".json": "application/json",
        ".jsonld": "application/ld+json",
        ".nq": "application/n-quads",
        ".ttl": "text/turtle",
        ".wasm": "application/wasm",
    }

    def do_GET(self) -> None:
        """Send a file, compressed if it's text, as static hosts do."""
        path = Path(self.translate_path(self.path))
        kind = str(self.guess_type(path))
        if "gzip" not in self.headers.get("Accept-Encoding", "") or not (
            path.is_file() and kind.startswith(_COMPRESSED)
        ):
            super().do_GET()
            return
        body = _compressed(path, path.stat().st_mtime_ns)
        self._send(200, kind, body, {"Content-Encoding": "gzip"})

    def _send(self, code: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        self._send(404, "text/html", page.read_bytes(), {})

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Serve a folder until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Site(folder, f"http://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
