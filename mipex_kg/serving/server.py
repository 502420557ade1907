"""Running the server: a port, an event loop, and a graceful end."""

from __future__ import annotations

import errno
import resource
import signal
import socket
from asyncio import Protocol
from collections.abc import Callable
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from mipex_kg.serving.connection import MOST, Connection
from mipex_kg.serving.crowd import Crowd
from mipex_kg.system.errors import OutputError, UsageError

# Seconds that a connection is kept for the next request, and that a last answer may take.
_KEEP_ALIVE, _GRACE = 15, 30


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    :param port: 0 for any that is free
    :raises UsageError: when it can't be had
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OverflowError:
        raise UsageError(f"Invalid port: {port}.", hint="Ports end at 65535.") from None
    except OSError as error:
        hints = {
            errno.EADDRINUSE: "The port is already in use. Choose another with --port.",
            errno.EACCES: "Ports below 1024 need administrator rights. Choose another with --port.",
        }
        reason = error.strerror or str(error)
        hint = hints.get(error.errno or 0)
        raise UsageError(f"{host}, port {port}, is unavailable: {reason}.", hint=hint) from None


def address_of(listening: socket.socket) -> str:
    """Give the address at which a browser on this machine finds the server."""
    host, port = listening.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - to be compared
    return f"http://{f'[{here}]' if ':' in here and here[0] != '[' else here}:{port}"


def run(
    application: ASGIApp, listening: socket.socket, started: Callable[[], None] = lambda: None
) -> None:
    """Serve until Ctrl-C or SIGTERM; then answer what was asked already, and end.

    :param started: called once the server answers
    :raises OutputError: when it can't start
    """
    config = uvicorn.Config(
        application,
        http=cast("type[Protocol]", partial(Connection, crowd=Crowd(MOST))),
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    _allow_connections()
    # uvicorn raises the signal again once it has ended gracefully, which is the end for us too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    try:
        _Server(config, started).run(sockets=[listening])
    except SystemExit:
        raise OutputError("The server can't start, for the reason above.") from None


def _allow_connections() -> None:
    """Have room for all connections: many systems let a process open no more than 1,024 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST * 2
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()
