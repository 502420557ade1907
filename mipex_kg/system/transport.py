"""HTTP within limits: so many bytes of another host's answers, for so long, so many times.

No other host is trusted: it may send without end, a byte at a time, or a little that unpacks into
very much. The limits hold below httpx, where bytes are read and written.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Iterable, Iterator
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from mipex_kg.system.deadlines import DeadlineBackend, LimitError, Limits, TooMuchError, Watch

# The extension of a response that says how its body was packed when it came.
PACKED = "mipex_kg.packed"
# The extension of a request that says how many bytes its answer may have, if not so many as any.
MOST = "mipex_kg.most"
_CHUNK = 1 << 16
# zlib, or gzip, whichever it turns out to be; and either without its head, as some send it.
_EITHER, _BARE = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS
_GZIP = b"\x1f\x8b"
_UNPACKED = ("gzip", "x-gzip", "deflate")
_VERSIONS = (b"HTTP/1.0", b"HTTP/1.1")
# What nobody here remembers from one answer to the next.
_FORGOTTEN = (b"set-cookie", b"content-encoding")


class BoundedTransport(httpx.BaseTransport):
    """Sends requests to one host, within limits; several threads may use it.

    :param url: an address at the host
    :raises LimitError: from a request, or while its answer is read, when a limit is reached
    """

    def __init__(self, url: str, limits: Limits) -> None:
        self._limits, self._watch = limits, Watch(limits)
        backend = DeadlineBackend(self._watch)
        proxy = _proxy(url)
        schemes = {httpx.URL(address).scheme for address in (url, proxy) if address}
        context = _context() if "https" in schemes else None
        if proxy:
            parts = httpx.Proxy(proxy)
            self._pool: httpcore.ConnectionPool = httpcore.HTTPProxy(
                str(parts.url),
                proxy_auth=parts.raw_auth,
                ssl_context=context,
                proxy_ssl_context=context if parts.url.scheme == "https" else None,
                network_backend=backend,
            )
        else:
            self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and give its answer when the head of that is there."""
        url = str(request.url.copy_with(query=None))
        self._watch.begin(url)
        assert isinstance(request.stream, httpx.SyncByteStream)  # noqa: S101 - we never wait
        sent = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": self._timeouts},
        )
        with _mapped():
            answer = self._pool.handle_request(sent)
        if (version := answer.extensions.get("http_version", b"")) not in _VERSIONS:
            answer.close()
            raise LimitError(url, f"it answers in {version.decode('latin-1')}")
        packed = _packed(answer.headers)
        sizes = (request.extensions.get(MOST), self._limits.size)
        most = min((size for size in sizes if size is not None), default=None)
        stream = _Body(answer, url, packed, most)
        headers = [
            (name, value) for name, value in answer.headers if name.lower() not in _FORGOTTEN
        ]
        extensions = {**answer.extensions, PACKED: packed}
        return httpx.Response(answer.status, headers=headers, stream=stream, extensions=extensions)

    @property
    def _timeouts(self) -> dict[str, float]:
        silent = self._limits.silent
        return {"connect": self._limits.connect, "read": silent, "write": silent, "pool": silent}

    def left(self) -> float:
        """Tell how many seconds there are left for all answers."""
        return self._watch.left()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _context() -> ssl.SSLContext:
    """Load the certificates that are trusted, which takes longer than the rest of a request."""
    context = httpx.create_ssl_context()
    context.load_default_certs()  # an organisation's own, beside the usual ones
    return context


def _proxy(url: str) -> str | None:
    """Tell the proxy that the environment has for an address; this machine needs none."""
    parts = httpx.URL(url)
    if is_loopback(parts.host) or proxy_bypass(parts.host):
        return None
    found = getproxies()
    proxy = found.get(parts.scheme) or found.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine.

    >>> is_loopback("localhost"), is_loopback("[::1]"), is_loopback("127.e.org")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _packed(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Tell how a body is packed; an empty text if it isn't."""
    values = [value for name, value in headers if name.lower() == b"content-encoding"]
    found = b",".join(values).decode("latin-1").strip().lower()
    return "" if found == "identity" else found


class _Body(httpx.SyncByteStream):
    """The body of an answer, unpacked, up to a limit."""

    def __init__(self, answer: httpcore.Response, url: str, packed: str, most: int | None) -> None:
        self._answer, self._url, self._packed, self._most = answer, url, packed, most

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._answer.stream, Iterable)  # noqa: S101 - as its type leaves open
        size = 0
        with _mapped():
            chunks = iter(self._answer.stream)
            for piece in self._unpacked(chunks) if self._packed else chunks:
                if self._most is not None and size + len(piece) > self._most:
                    yield piece[: self._most - size]
                    reason = f"its answer has more than {self._most:,} bytes"
                    raise TooMuchError(self._url, reason)
                size += len(piece)
                yield piece

    def _unpacked(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Unpack a little at a time, for a little may unpack into very much."""
        unpacker: _Unpacker | None = None
        for chunk in chunks:
            if self._packed not in _UNPACKED:
                raise LimitError(self._url, f"it answers in the encoding {self._packed!r}")
            unpacker = unpacker or _Unpacker()
            try:
                yield from unpacker.unpack(chunk)
            except zlib.error:
                raise LimitError(self._url, f"what it says is {self._packed} is not") from None
        if unpacker and not unpacker.is_complete:
            raise httpx.RemoteProtocolError("The packed body is incomplete.")

    def close(self) -> None:
        with _mapped():
            self._answer.close()


class _Unpacker:
    """Unpacks gzip and zlib, and the latter without its head, as some send it."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_EITHER)
        self._is_begun = self.is_complete = False

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Give what a chunk unpacks into, in pieces of a limited size.

        :raises zlib.error: when it is something else
        """
        while not self.is_complete or chunk.startswith(_GZIP):
            if self.is_complete:  # gzip may be in parts
                self._inner, self.is_complete = zlib.decompressobj(_EITHER), False
            piece = self._piece(chunk)
            chunk, self.is_complete = self._inner.unconsumed_tail, self._inner.eof
            if piece:
                yield piece
            if self.is_complete:
                chunk = self._inner.unused_data
            elif not chunk and len(piece) < _CHUNK:
                return

    def _piece(self, chunk: bytes) -> bytes:
        try:
            piece = self._inner.decompress(chunk, _CHUNK)
        except zlib.error:
            if self._is_begun:
                raise
            self._inner = zlib.decompressobj(_BARE)
            piece = self._inner.decompress(chunk, _CHUNK)
        self._is_begun = True
        return piece


_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


@contextlib.contextmanager
def _mapped() -> Iterator[None]:
    """Raise the errors of httpx instead of those below it."""
    try:
        yield
    except tuple(_ERRORS) as error:
        raise _ERRORS[type(error)](str(error)) from error


def reason(error: BaseException) -> str:
    """Say in a clause why a host can't be asked.

    >>> reason(httpx.ReadTimeout("timed out"))
    'the server is silent'
    """
    causes = [error]
    # The connection pool takes the cause out, and leaves the context.
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    for one in reversed(causes):
        match one:
            case socket.gaierror() | UnicodeError():
                return "there is no such host"
            case ConnectionRefusedError():
                return "nothing answers there"
            case ssl.SSLCertVerificationError():
                return f"its certificate is not valid ({one.verify_message})"
            case ssl.SSLError():
                return f"it can't be spoken to in TLS ({one.reason or one})"
            case httpx.TimeoutException():
                return "the server is silent"
            case httpx.RemoteProtocolError():
                is_cut = any(word in str(one) for word in ("incomplete", "without sending"))
                return "it ends too soon" if is_cut else "what it sends is not HTTP"
            case OSError() if one.strerror:
                return one.strerror
    return str(error).rstrip(".") or "the connection ends"
