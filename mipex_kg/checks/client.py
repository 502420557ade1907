"""Asking a web server as its clients do: one host, no redirect followed, nothing without an end.

The server isn't trusted: answers have limits of time and size, and no other host is ever asked.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import NamedTuple, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from mipex_kg.site.signposting import uri
from mipex_kg.system.errors import RemoteError, UsageError

# Seconds for which a server may be silent, and in which it has to have sent an answer.
SILENT, WHOLE = 20.0, 120.0
MOST_BYTES = 64_000_000
_CHUNK = 1 << 16
_PORTS = {"http": 80, "https": 443}
# What a client of another site's script sends, so that a server tells whether it may read.
ORIGIN = "https://reader.example"


class Response(NamedTuple):
    """What a server has sent.

    :param headers: by their names in lower case
    :param is_whole: whether the body is all that was to come
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    is_whole: bool = True

    @property
    def type(self) -> str:
        """The media type, without parameters and in lower case; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as the server put it; None where it is none."""
        return self.headers.get("location") if 300 <= self.status < 400 else None

    def tokens(self, name: str) -> set[str]:
        """Give the parts of a header that is a list, in lower case."""
        return {part.strip().lower() for part in self.headers.get(name, "").split(",")} - {""}


@dataclass(frozen=True)
class SiteClient:
    """Asks one host, by several threads if they like; in the end it has to be closed.

    :param root: the address of the site; ends with a slash
    :param silent: seconds for which the server may be silent
    :param whole: seconds in which it has to have sent an answer
    :param most: bytes that are read of an answer
    """

    root: str
    silent: float = SILENT
    whole: float = WHOLE
    most: int = MOST_BYTES
    # Connections that are open and wait for the next question.
    _idle: list[http.client.HTTPConnection] = field(default_factory=list, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        while self._idle:
            self._idle.pop().close()

    def ask(
        self, path: str, accept: str | None = None, *, method: str = "GET", **headers: str
    ) -> Response:
        """Ask for something.

        :param path: relative to the site, escaped as in addresses
        :param accept: the media types that the client wants
        :param headers: others that it sends, with underscores for hyphens
        :raises RemoteError: when there is no answer, or none that is HTTP
        """
        sent = {
            "User-Agent": f"mipex-kg/{metadata.version('mipex-kg')} (check)",
            "Accept-Encoding": "identity",
            "Origin": ORIGIN,
            **({} if accept is None else {"Accept": accept}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        target = urlsplit(self.root + uri(path))
        asked = f"{target.path}?{target.query}" if target.query else target.path
        try:
            return self._ask(method, asked, sent)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RemoteError(
                f"{self.root}{path} can't be asked: {_reason(error)}.",
                hint="Look whether the server runs, and whether the address is right.",
            ) from None

    def _ask(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        """Ask on a connection that is open, unless the server has closed it meanwhile."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connection()
        else:
            with contextlib.suppress(http.client.RemoteDisconnected, ConnectionError):
                return self._ask_on(connection, method, path, headers)
            connection = self._connection()
        return self._ask_on(connection, method, path, headers)

    def _ask_on(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str],
    ) -> Response:
        is_reusable = False
        try:
            with self._limited(connection):
                connection.request(method, path, headers=dict(headers))
                response = connection.getresponse()
                found: dict[str, str] = {}
                for name, value in response.getheaders():
                    known = found.get(name.lower())
                    found[name.lower()] = f"{known}, {value}" if known else value
                body, is_whole = self._read(response)
                response.close()  # which is what lets the connection be used again
            is_reusable = is_whole and not response.will_close
            return Response(response.status, found, body, is_whole)
        finally:
            if is_reusable:
                self._idle.append(connection)
            else:
                connection.close()

    def _read(self, response: http.client.HTTPResponse) -> tuple[bytes, bool]:
        """Read a body, but no more than the limit allows."""
        chunks, size = [], 0
        while chunk := response.read1(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > self.most:
                return b"".join(chunks)[: self.most], False
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(chunks), True

    @contextlib.contextmanager
    def _limited(self, connection: http.client.HTTPConnection) -> Iterator[None]:
        """End the connection when an answer takes too long, however many bytes trickle in."""

        def cut() -> None:
            with contextlib.suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)

        timer, end = threading.Timer(self.whole, cut), time.monotonic() + self.whole
        timer.daemon = True
        timer.start()
        too_long = TimeoutError(f"an answer takes more than {self.whole:g} seconds")
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            raise (too_long if time.monotonic() > end else error) from None
        finally:
            timer.cancel()
        if time.monotonic() > end:
            raise too_long

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.root)
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.silent)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=self.silent, context=context)

    def inner(self, location: str, path: str) -> str | None:
        """Tell where a redirect leads.

        :param location: as the server put it
        :param path: that was asked for, relative to the site
        :returns: a path relative to the site; None where it leads out of it

        >>> site = SiteClient("https://e.org/kg/")
        >>> site.inner("/kg/a.html", "a"), site.inner("b", "a/c"), site.inner("//x.org/", "a")
        ('a.html', 'a/b', None)
        """
        try:
            found = urlsplit(urljoin(urljoin(self.root, uri(path)), location))
            root = urlsplit(self.root)
            is_ours = _origin(found) == _origin(root)
        except ValueError:
            return None
        if not is_ours or not found.path.startswith(root.path):
            return None
        inner = found.path.removeprefix(root.path)
        return f"{inner}?{found.query}" if found.query else inner


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _reason(error: Exception) -> str:
    match error:
        case TimeoutError() if not str(error) or str(error) == "timed out":
            return "the server is silent"
        case socket.gaierror():
            return "there is no such host"
        case ConnectionRefusedError():
            return "nothing answers there"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not valid ({error.verify_message})"
        case http.client.IncompleteRead():
            return "it ends too soon"
        case http.client.HTTPException():
            return "what it sends is not HTTP"
        case _:
            return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def check_address(text: str) -> str:
    """Give the address of a site, with a slash at its end.

    :raises UsageError: when it is none that can be asked

    >>> check_address("https://example.org/kg")
    'https://example.org/kg/'
    """
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_one = False
    if not is_one or parts.username is not None or parts.query or parts.fragment:
        raise UsageError(
            f"{text!r} is no address of a site.",
            hint="It is like https://example.org/kg/, without a name, a query or a fragment.",
        )
    return text if text.endswith("/") else f"{text}/"
