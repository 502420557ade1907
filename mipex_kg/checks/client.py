"""Asking a web server as its clients do: one host, no redirect followed, nothing without an end.

The server isn't trusted: answers have limits of time and size, and no other host is ever asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from importlib import metadata
from typing import NamedTuple, Self
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from mipex_kg.rdf.iris import to_uri
from mipex_kg.system.deadlines import LimitError, Limits, TooMuchError
from mipex_kg.system.errors import RemoteError, UsageError
from mipex_kg.system.transport import PACKED, BoundedTransport, reason

# Seconds to reach a server, for which it may be silent, in which it must have sent an answer, and
# for all answers together.
CONNECT, SILENT, WHOLE, IN_ALL = 20.0, 20.0, 120.0, 1800.0
MOST_BYTES, MOST_REQUESTS = 64_000_000, 100_000
_PORTS = {"http": 80, "https": 443}
# What a client of another site's script sends, so that a server says whether it may read.
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


class SiteClient:
    """Asks one host, by several threads if they like; in the end it must be closed.

    :param root: the address of the site; ends with a slash
    :param silent: seconds for which the server may be silent
    :param whole: seconds in which it must have sent an answer
    :param most: bytes that are read of an answer, once it is unpacked
    :param in_all: seconds for all answers together
    """

    def __init__(
        self,
        root: str,
        *,
        silent: float = SILENT,
        whole: float = WHOLE,
        most: int = MOST_BYTES,
        in_all: float = IN_ALL,
    ) -> None:
        self.root = root
        limits = Limits(min(silent, CONNECT), silent, whole, most, in_all, MOST_REQUESTS)
        self._transport = BoundedTransport(root, limits)
        self._agent = f"mipex-kg/{metadata.version('mipex-kg')} (check)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._transport.close()

    def ask(
        self, path: str, accept: str | None = None, *, method: str = "GET", **headers: str
    ) -> Response:
        """Ask for something.

        :param path: relative to the site, escaped as in addresses
        :param accept: the media types that the client wants
        :param headers: others that it sends, with underscores for hyphens
        :raises RemoteError: when there is no answer, none that is HTTP, or one that takes too long
        """
        sent = {
            "User-Agent": self._agent,
            "Accept-Encoding": "identity",
            "Origin": ORIGIN,
            **({} if accept is None else {"Accept": accept}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        try:
            try:
                return self._ask(method, path, sent)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                # The server may just have closed the connection that was used before.
                return self._ask(method, path, sent)
        except (httpx.HTTPError, httpx.InvalidURL, LimitError, ValueError) as error:
            cause = error.reason if isinstance(error, LimitError) else reason(error)
            raise RemoteError(
                f"{self.root}{path} cannot be reached: {cause}.",
                hint="Check that the server runs, and that the address is right.",
            ) from None

    def _ask(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        chunks: list[bytes] = []
        is_whole = True
        request = httpx.Request(method, self.root + to_uri(path), headers=dict(headers))
        with closing(self._transport.handle_request(request)) as answer:
            try:
                chunks.extend(answer.iter_raw())
            except TooMuchError:
                is_whole = False
        found = dict(answer.headers)
        if packed := answer.extensions[PACKED]:
            found["content-encoding"] = packed
        return Response(answer.status_code, found, b"".join(chunks), is_whole)

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
            found = urlsplit(urljoin(urljoin(self.root, to_uri(path)), location))
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
            f"{text!r} is not a valid site URL.",
            hint="Use a URL such as https://example.org/kg/, without user name, query or fragment.",
        )
    return text if text.endswith("/") else f"{text}/"
