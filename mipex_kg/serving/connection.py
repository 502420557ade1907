"""One client's connection: uvicorn's own, with limits.

uvicorn waits for ever for the rest of a request's head, and for a client that takes its answer a
byte at a time; it takes heads of any length, and as many requests ahead of their answers as come.
Clients that do so would keep all others out.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, TimerHandle, Transport
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn import Config
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from mipex_kg.serving.crowd import Crowd
from mipex_kg.serving.cycle import WHOLE, Cycle
from mipex_kg.serving.problem import problem

# Connections at the same time; where all are in use, one more is told to come again in a while.
MOST, _AGAIN = 1000, 5
# Seconds in which a request must be here, and in which something of an answer must be taken.
PATIENCE = 15.0
# Bytes a second at which it must be taken.
_SLOWEST = 1000
# Bytes of a request's head, its address included, and lines of it.
MOST_HEAD, MOST_LINES = 1 << 16, 100
# Requests that may be sent before the first of them is answered, and their bytes.
MOST_AHEAD, _MOST_BYTES_AHEAD = 100, 4 * MOST_HEAD
_TOO_MANY = problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Too many connections.",
    headers={"Retry-After": str(_AGAIN), "Connection": "close"},
)
# Bytes that are read, and forgotten, from who has been refused, so that it reads why.
_READ = 1 << 20


def _refusal(status: HTTPStatus, detail: str) -> bytes:
    """Write an answer to what is not a request."""
    answer = problem(status, detail, headers={"Connection": "close"})
    lines = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode())]
    lines += [b": ".join(pair) for pair in answer.raw_headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + bytes(answer.body)


_BAD = _refusal(HTTPStatus.BAD_REQUEST, "This is not an HTTP request.")
_TOO_LARGE = _refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    f"The head of a request may have {MOST_HEAD} bytes, and {MOST_LINES} lines.",
)


class _TooMuchError(Exception):
    """The client sends more than it may."""


class Connection(HttpToolsProtocol):
    """A connection that is closed when its client is too slow or one too many, or sends too much.

    :param crowd: all connections
    """

    _watch: TimerHandle | None = None
    # Bytes and lines of the head that is being read, and bytes of a line that isn't whole yet.
    _head = _lines = _begun = 0
    _in_head = _is_too_large = False
    # Whether nothing more is taken in, since what came can't be understood or is too much; and how
    # much came since then.
    _is_deaf, _in_vain = False, 0
    # Bytes of requests that came while another is being answered.
    _ahead = 0
    # The request that is being answered, and since when there is none.
    _running: RequestResponseCycle | None = None
    _since = 0.0
    # What was not taken at the last look, and whether it was since.
    _unsent = 0
    _has_got_on = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
        *,
        crowd: Crowd,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._crowd = crowd

    @property
    def _is_answering(self) -> bool:
        return self._running is not None

    @property
    def is_idle(self) -> bool:
        """Whether no answer is being made or sent."""
        return not self._is_answering and not self.transport.get_write_buffer_size()

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # it is one
        """Begin to watch the client, and have another make room if there are too many."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch = self.loop.call_later(PATIENCE, self._look)
        leaving = self._crowd.enter(self, self.client)
        if leaving is not None:
            self._crowd.leave(leaving)
        if leaving is self:
            self._turn_away()
        elif isinstance(leaving, Connection):
            leaving.transport.abort()

    def _turn_away(self) -> None:
        """Have the client come again later; of too many, even that would be too much."""
        self.app = _TOO_MANY
        if len(self.connections) > self._crowd.most * 5 // 4:
            self.transport.abort()
        else:
            self.logger.warning("There are more than %d connections.", self._crowd.most)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the client, and of all that it has asked."""
        self._crowd.leave(self)
        self.pipeline.clear()
        if self._watch is not None:
            self._watch.cancel()
        if self._running is not None:
            # uvicorn tells only the request that came last.
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what has arrived, but for a head without an end."""
        if self._is_deaf:
            self._in_vain += len(data)
            if self._in_vain > _READ and self._running is None:
                self.transport.abort()
            return
        self._begun += len(data)
        super().data_received(data)
        if self._in_head and not self._is_deaf and self._head + self._begun > MOST_HEAD:
            self._is_too_large = True
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Begin with a request's head."""
        super().on_message_begin()
        self._in_head, self._head, self._lines, self._begun = True, 0, 0, 0

    def on_url(self, url: bytes) -> None:
        """Take in a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a line of the head."""
        self._lines += 1
        self._count(len(name) + len(value) + len(": \r\n"))
        super().on_header(name, value)

    def _count(self, size: int) -> None:
        self._head += size
        # The parser describes whole lines; what is behind them in the same piece isn't known.
        self._begun = 0
        if self._head > MOST_HEAD or self._lines > MOST_LINES:
            self._is_too_large = True
            raise _TooMuchError

    def on_headers_complete(self) -> None:
        """Begin with the answer: who asks again has taken the one before."""
        self._in_head, self._has_got_on = False, True
        self._go_ahead(self._head)
        self._crowd.stir(self)
        self._read_head()
        before, self.cycle = self.cycle, self._new_cycle()
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.pipeline.appendleft((self.cycle, self.app))
        # While nothing is read, nobody would notice that the client has left.
        self.flow.resume_reading()

    def _read_head(self) -> None:
        """Take in what is known of a request before its body."""
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["http_version"] = self.parser.get_http_version()
        address = httptools.parse_url(self.url)
        self.scope["raw_path"] = address.path
        self.scope["path"] = unquote(address.path.decode("ascii"))
        self.scope["query_string"] = address.query or b""
        self.scope["extensions"] = {WHOLE: {}}

    def _new_cycle(self) -> Cycle:
        may_last = self.scope["http_version"] != "1.0" and self.parser.should_keep_alive()
        return Cycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=may_last,
            on_response=self.on_response_complete,
        )

    def on_body(self, body: bytes) -> None:
        """Take in a part of a body."""
        if self.cycle is not self._running:
            self._go_ahead(len(body))
        super().on_body(body)

    def _go_ahead(self, size: int) -> None:
        """Take in so much of a request, while another may be being answered."""
        self._ahead = self._ahead + size if self._running else 0
        if len(self.pipeline) >= MOST_AHEAD or self._ahead > _MOST_BYTES_AHEAD:
            raise _TooMuchError

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not a request; but first, what came before it is answered."""
        del msg
        self._is_deaf = True
        if not self._in_head and self.cycle is not None and self.cycle.more_body:
            self._drop_cycle()
        last = self.pipeline[0][0] if self.pipeline else self._running
        if last is not None:
            last.keep_alive = False
            self.flow.pause_reading()
        elif not self.transport.is_closing():
            self.transport.write(_TOO_LARGE if self._is_too_large else _BAD)
            # To close it now would have the client's system throw away what it hasn't read yet.
            self.transport.write_eof()

    def _drop_cycle(self) -> None:
        """Forget the request whose body can't be understood."""
        if self.pipeline:
            self.pipeline.popleft()
        elif self.cycle.response_started:
            # It is being answered, or has been, without its body.
            self.cycle.keep_alive = False
            if self._running is None:
                self.transport.close()
        else:
            # What is still made of it is for nobody.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self._running = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        self._running, self._since, self._has_got_on = None, self.loop.time(), True
        super().on_response_complete()
        if self._is_deaf and self._is_answering:
            self.flow.pause_reading()

    def resume_writing(self) -> None:
        """Send more, as the client has taken what there was."""
        self._has_got_on = True
        super().resume_writing()

    def _look(self) -> None:
        """Close the connection if nothing has got on since the last look."""
        unsent: int = self.transport.get_write_buffer_size()
        has_taken = self._has_got_on or self._unsent - unsent > _SLOWEST * PATIENCE
        is_stuck = unsent and self._unsent and not has_taken
        # The next request has to come, whatever else does.
        is_late = self._running is None and self.loop.time() - self._since >= PATIENCE
        if is_stuck or (is_late and not unsent):
            self.transport.abort()
            return
        self._unsent, self._has_got_on = unsent, False
        self._watch = self.loop.call_later(PATIENCE, self._look)
