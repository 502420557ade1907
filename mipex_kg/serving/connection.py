"""One client's connection: uvicorn's own, with patience that ends.

uvicorn waits for ever for the rest of a request's head, and for a client that takes its answer a
byte at a time. A few hundred such clients would keep all others out.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mipex_kg.serving.problem import problem

# Connections at the same time; more are told to come again, and after how many seconds.
MOST, _AGAIN = 1000, 5
# Seconds in which a request's head has to be here.
PATIENCE = 15.0
# Bytes a second at which an answer has to be taken.
_SLOWEST = 1000
# Bytes of a request's head, its address included.
MOST_HEAD = 1 << 16
_TOO_MANY = problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Too many others are here.",
    headers={"Retry-After": str(_AGAIN), "Connection": "close"},
)
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class Connection(HttpToolsProtocol):
    """A connection that is closed when its client is too slow or one too many, or its head long."""

    _watch: TimerHandle | None = None
    # Bytes of the head that is being read, and when that began; None while none is.
    _head = 0
    _began: float | None = None
    # What was not taken at the last look, and whether it was since.
    _unsent = 0
    _has_got_on = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to watch the client."""
        super().connection_made(transport)
        # A client that says nothing at all is as slow as can be.
        self._began = self.loop.time()
        self._watch = self.loop.call_later(PATIENCE, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the client."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what has arrived, but for a head without an end."""
        super().data_received(data)
        if self._began is not None:
            self._head += len(data)
            if self._head > MOST_HEAD:
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        """Begin with a request's head."""
        super().on_message_begin()
        self._began, self._head = self.loop.time(), 0

    def on_headers_complete(self) -> None:
        """Begin with the answer: who asks again has taken the one before."""
        self._began, self._has_got_on = None, True
        if max(len(self.connections), len(self.tasks)) > MOST:
            self.logger.warning("There are more than %d connections.", MOST)
            self.app = _TOO_MANY
        super().on_headers_complete()

    def resume_writing(self) -> None:
        """Send more, as the client has taken what there was."""
        self._has_got_on = True
        super().resume_writing()

    def _look(self) -> None:
        """Close the connection if nothing has got on since the last look."""
        unsent: int = self.transport.get_write_buffer_size()
        has_taken = self._has_got_on or self._unsent - unsent > _SLOWEST * PATIENCE
        is_stuck = unsent and self._unsent and not has_taken
        is_late = self._began is not None and self.loop.time() - self._began >= PATIENCE
        if is_stuck or is_late:
            self.transport.abort()
            return
        self._unsent, self._has_got_on = unsent, False
        self._watch = self.loop.call_later(PATIENCE, self._look)
