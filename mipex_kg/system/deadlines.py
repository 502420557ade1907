"""Connections on which nothing takes longer than it may, however many bytes trickle in.

A timeout of a socket begins again with each byte. Here each read and write is given no more than
what is left of the time for the whole answer, and for all answers.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpcore

from mipex_kg.system.errors import RemoteError

_CHUNK = 1 << 16
_MOST_ADDRESSES = 8


class LimitError(RemoteError):
    """An answer goes beyond a limit.

    :param reason: what is wrong, a clause
    """

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} cannot be reached: {reason}.")
        self.reason = reason


class TooLongError(LimitError):
    """An answer takes longer than it may."""


class TooMuchError(LimitError):
    """An answer is larger than it may be, once it is unpacked."""


@dataclass(frozen=True)
class Limits:
    """How far another host is trusted; None means no limit.

    :param connect: seconds to reach it
    :param silent: seconds for which it may send nothing
    :param answer: seconds for an answer, however many bytes trickle in
    :param size: bytes of an answer, once it is unpacked
    :param seconds: for all answers together, from the first request
    :param requests: how many are sent in all
    """

    connect: float
    silent: float
    answer: float | None = None
    size: int | None = None
    seconds: float | None = None
    requests: int | None = None


class Watch:
    """Knows how long an answer may still take: each thread waits for one at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._end, self._sent = float("inf"), 0
        self._own = threading.local()

    def begin(self, url: str) -> None:
        """Begin to wait for an answer."""
        limits, now = self._limits, time.monotonic()
        with self._lock:
            if self._sent == 0 and limits.seconds is not None:
                self._end = now + limits.seconds
            self._sent += 1
            if limits.requests is not None and self._sent > limits.requests:
                raise LimitError(url, f"it was asked {limits.requests:,} times already")
        self._own.url = url
        self._own.end = float("inf") if limits.answer is None else now + limits.answer

    def left(self) -> float:
        """Tell how many seconds are left for all answers."""
        return max(self._end - time.monotonic(), 0)

    def cut(self, timeout: float | None) -> float | None:
        """Shorten a timeout to what is left.

        :raises TooLongError: when nothing is
        """
        now = time.monotonic()
        left: float = min(self._own.end, self._end) - now
        if left <= 0:
            is_all = self._end <= now
            seconds = self._limits.seconds if is_all else self._limits.answer
            what = "all its answers together take" if is_all else "an answer takes"
            raise TooLongError(self._own.url, f"{what} more than {seconds:g} seconds")
        return left if timeout is None else min(timeout, left)

    @contextlib.contextmanager
    def cutting(self, timeout: float | None) -> Iterator[float | None]:
        """Give a timeout that is short enough; when it has run out, say which limit it was."""
        try:
            yield self.cut(timeout)
        except httpcore.TimeoutException:
            self.cut(None)
            raise


class DeadlineBackend(httpcore.SyncBackend):
    """Connects, and reads and writes no longer than a watch allows."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the addresses of a host, one after the other."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = list(dict.fromkeys(str(address[4][0]) for address in found))[:_MOST_ADDRESSES]
        for address in addresses[:-1]:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._connect(address, port, timeout, local_address, socket_options)
        return self._connect(addresses[-1], port, timeout, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        with self._watch.cutting(timeout) as cut:
            stream = super().connect_tcp(address, port, cut, local_address, socket_options)
        return _Stream(stream, self._watch)


class _Stream(httpcore.NetworkStream):
    """A connection on which nothing takes longer than a watch allows."""

    def __init__(self, stream: httpcore.NetworkStream, watch: Watch) -> None:
        self._stream, self._watch = stream, watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._watch.cutting(timeout) as cut:
            return self._stream.read(max_bytes, cut)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _CHUNK):
            with self._watch.cutting(timeout) as cut:
                self._stream.write(buffer[start : start + _CHUNK], cut)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        with self._watch.cutting(timeout) as cut:
            stream = self._stream.start_tls(ssl_context, server_hostname, cut)
        return _Stream(stream, self._watch)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
