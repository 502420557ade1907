"""A worker and the fork server that it comes from, as the server sees them."""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable

import anyio
from anyio.to_thread import run_sync

from mipex_kg.rdf.terms import visible
from mipex_kg.serving.answering import Found, Question, Refused
from mipex_kg.serving.fork_server import (
    CODE,
    LENGTH,
    MORE,
    MOST_TOLD,
    READY,
    Bug,
    Sent,
    Setup,
    packed,
)
from mipex_kg.system.errors import OutputError
from mipex_kg.system.last_words import Reason, explain, reason_of

# What comes with a worker: its socket, its lifeline and its last words.
_ENDS = 3


class Ended(Exception):  # noqa: N818 - no error, for the worker's end is what was to happen
    """A worker has ended before it had answered.

    :param reason: why, as far as that is known
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


class Worker(asyncio.Protocol):
    """A worker's process, as the server sees it.

    :param lifeline: the end of a pipe; the process ends when it is closed
    :param words: the file to which its standard error goes
    :param ended: called once, when the process ends or is ended
    :param origin: from which it comes
    """

    def __init__(
        self, lifeline: int, words: int, ended: Callable[[Worker], None], origin: ForkServer
    ) -> None:
        self._lifeline, self._words, self._ended, self._origin = lifeline, words, ended, origin
        self._reason = explain(b"")
        self._transport: asyncio.Transport | None = None
        self._received, self._size = bytearray(), LENGTH.size
        self._sent: asyncio.Future[Sent] | None = None
        self.is_usable = True
        # Whether it is to end with the answer that it is working on.
        self.is_last = False
        self.began = 0.0
        self.limit: asyncio.Timeout | None = None

    @property
    def is_orphan(self) -> bool:
        """Whether the process from which it comes has ended, so that the next share no memory."""
        return self._origin.has_ended

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # it is one
        """Begin to talk."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Let all who wait know that there will be no answer."""
        del exc
        self.end()
        if self._sent is not None and not self._sent.done():
            self._sent.set_exception(Ended(self._reason))

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
            raise Ended(self._reason)
        self._sent = asyncio.get_running_loop().create_future()
        self._transport.write(packed(question))
        sent = await self._sent
        if sent.is_tired or self.is_last:
            self.end()
        if isinstance(sent.reply, Bug):
            raise RuntimeError(sent.reply.traceback)  # noqa: TRY004 - a bug of ours, told elsewhere
        reply: Found | Refused = sent.reply
        return reply

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self.is_usable:
            self.is_usable = False
            self._reason = reason_of(self._words)
            os.close(self._words)
            os.close(self._lifeline)
            if self._transport is not None:
                self._transport.abort()
            self._ended(self)


class ForkServer:
    """The process from which workers come, as the server sees it.

    :param control: by which it is asked for workers
    :param ended: called when the process ends by itself, or is killed
    """

    def __init__(
        self, process: subprocess.Popen[bytes], control: socket.socket, ended: Callable[[], None]
    ) -> None:
        self._process, self._control, self._ended = process, control, ended
        self._wanted: asyncio.Future[list[int]] | None = None
        self.has_ended = False
        asyncio.get_running_loop().add_reader(control, self._read)

    def _read(self) -> None:
        """Take a worker's socket, lifeline and last words, or notice that there will be none."""
        try:
            _, ends, _, _ = socket.recv_fds(self._control, len(MORE), _ENDS)
        except OSError:
            ends = []
        wanted = self._wanted if self._wanted and not self._wanted.done() else None
        if len(ends) == _ENDS and wanted:
            wanted.set_result(ends)
            return
        for end in ends:
            os.close(end)
        if len(ends) < _ENDS:
            asyncio.get_running_loop().remove_reader(self._control)
            self.has_ended = True
            if wanted:
                wanted.set_exception(ConnectionError("The process has ended."))
            self._ended()

    async def fork(self, ended: Callable[[Worker], None]) -> Worker:
        """Have a worker forked, one at a time.

        :param ended: called when the worker ends
        :raises OSError: when the fork server has ended
        """
        loop = asyncio.get_running_loop()
        self._wanted = loop.create_future()
        await loop.sock_sendall(self._control, MORE)
        end, lifeline, words = await self._wanted
        worker = Worker(lifeline, words, ended, self)
        await loop.create_connection(lambda: worker, sock=socket.socket(fileno=end))
        return worker

    async def close(self) -> None:
        """End the process; it takes a while to give back what it has loaded."""
        self.has_ended = True
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        await _end(self._process)


async def start_fork_server(setup: Setup, ended: Callable[[], None]) -> ForkServer:
    """Start a fork server, and wait until it has loaded what workers need.

    :param ended: called when it ends later on, by itself or from outside
    :raises OSError: when it is killed
    :raises OutputError: when it can't load it
    """
    here, there = socket.socketpair()
    # With -P, so that no file of the folder we are in is taken for a module.
    command = [sys.executable, "-P", "-c", CODE, str(there.fileno())]
    process = subprocess.Popen(command, pass_fds=[there.fileno()])  # noqa: ASYNC220, S603 - it returns at once, and the command is ours
    there.close()
    here.setblocking(False)
    loop = asyncio.get_running_loop()
    said = b""
    try:
        await loop.sock_sendall(here, packed(setup))
        said = await loop.sock_recv(here, MOST_TOLD)
        if said == READY:
            return ForkServer(process, here, ended)
        if said:
            reason = visible(said.decode(errors="replace"))
            raise OutputError(f"{setup.source} can't be loaded: {reason}")
        if await run_sync(process.wait) > 0:
            raise OutputError(f"{setup.source} can't be loaded, for the reason above.")
        raise ConnectionError("The process was killed.")
    finally:
        if said != READY:
            here.close()
            await _end(process)


async def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with anyio.CancelScope(shield=True):
        await run_sync(process.wait)
