"""A worker and the fork server that it comes from, as the server sees them."""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import subprocess
import sys

from mipex_kg.serving.answering import Found, Question, Refused
from mipex_kg.serving.fork_server import CODE, LENGTH, MORE, READY, Bug, Sent, Setup, packed


class Ended(Exception):  # noqa: N818 - no error, for the worker's end is what was to happen
    """A worker has ended before it had answered."""


class Worker(asyncio.Protocol):
    """A worker's process, as the server sees it.

    :param lifeline: the end of a pipe; the process ends when it is closed
    """

    def __init__(self, lifeline: int) -> None:
        self._lifeline = lifeline
        self._transport: asyncio.Transport | None = None
        self._received, self._size = bytearray(), LENGTH.size
        self._sent: asyncio.Future[Sent] | None = None
        self.is_usable = True
        self.began = 0.0
        self.limit: asyncio.Timeout | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to talk."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits that there will be no answer."""
        del exc
        self.end()
        if self._sent is not None and not self._sent.done():
            self._sent.set_exception(Ended())

    def data_received(self, data: bytes) -> None:
        """Put an answer together."""
        self._received += data
        if self._size == LENGTH.size and len(self._received) >= LENGTH.size:
            self._size += LENGTH.unpack_from(self._received)[0]
        if LENGTH.size < self._size <= len(self._received):
            # Only our own worker has the other end.
            sent = pickle.loads(memoryview(self._received)[LENGTH.size :])  # noqa: S301
            self._received, self._size = bytearray(), LENGTH.size
            if self._sent is not None and not self._sent.done():
                self._sent.set_result(sent)

    async def ask(self, question: Question) -> Found | Refused:
        """Have a question answered.

        :raises Ended: when the process ends before it has answered
        """
        if self._transport is None or not self.is_usable:
            raise Ended
        self._sent = asyncio.get_running_loop().create_future()
        self._transport.write(packed(question))
        sent = await self._sent
        if sent.is_tired:
            self.end()
        if isinstance(sent.reply, Bug):
            raise RuntimeError(sent.reply.traceback)
        reply: Found | Refused = sent.reply
        return reply

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self.is_usable:
            self.is_usable = False
            os.close(self._lifeline)
            if self._transport is not None:
                self._transport.abort()


async def start_fork_server(setup: Setup) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a fork server, and wait until it has loaded what workers need.

    :raises OSError: when it is ended from outside
    :raises RuntimeError: when it can't load it
    """
    here, there = socket.socketpair()
    # With -P, so that no file of the folder we are in is taken for a module.
    command = [sys.executable, "-P", "-c", CODE, str(there.fileno())]
    process = subprocess.Popen(command, pass_fds=[there.fileno()])  # noqa: S603
    there.close()
    here.setblocking(False)
    loop = asyncio.get_running_loop()
    is_ready = False
    try:
        await loop.sock_sendall(here, packed(setup))
        is_ready = await loop.sock_recv(here, len(READY)) == READY
        if not is_ready and process.wait() > 0:
            raise RuntimeError(f"{setup.source} can't be loaded.")
        if not is_ready:
            raise ConnectionError
        return process, here
    finally:
        if not is_ready:
            here.close()
            process.kill()
            process.wait()


async def fork(control: socket.socket) -> Worker:
    """Have a worker forked.

    :raises OSError: when the fork server has ended
    """
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(control, MORE)
    is_here: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not is_here.done():
            is_here.set_result(None)

    loop.add_reader(control, wake)
    try:
        await is_here
    finally:
        loop.remove_reader(control)
    _, ends, _, _ = socket.recv_fds(control, len(MORE), 2)
    if len(ends) != 2:
        raise ConnectionError("The fork server has ended.")
    worker = Worker(ends[1])
    await loop.create_connection(lambda: worker, sock=socket.socket(fileno=ends[0]))
    return worker
