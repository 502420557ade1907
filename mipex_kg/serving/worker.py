"""A worker and the fork server that it comes from, as the server sees them."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Protocol

import anyio
from anyio.to_thread import run_sync

from mipex_kg.rdf.terms import visible
from mipex_kg.serving.answering import Question
from mipex_kg.serving.fork_server import CODE, MORE, MOST_TOLD, READY, Setup, packed
from mipex_kg.serving.frames import LENGTH, Sent, framed, read_answer, write_question
from mipex_kg.system.errors import OutputError
from mipex_kg.system.last_words import explain, reason_of

# What comes with a worker: its socket, its lifeline and its last words.
_ENDS = 3


class Asking(Protocol):
    """Who asks workers."""

    def take(self, worker: Worker, sent: Sent) -> None:
        """Take an answer."""

    def miss(self, worker: Worker) -> None:
        """Notice, once, that a worker has ended or was ended."""


class Worker(asyncio.Protocol):
    """A worker's process, as the server sees it.

    :param lifeline: the end of a pipe; the process ends when it is closed
    :param words: the file to which its standard error goes
    :param origin: from which it comes
    """

    def __init__(self, lifeline: int, words: int, asking: Asking, origin: ForkServer) -> None:
        self._lifeline, self._words, self._asking, self._origin = lifeline, words, asking, origin
        self._transport: asyncio.Transport | None = None
        # What has come of an answer, how much that is, and how much it is going to be.
        self._pieces: list[bytes] = []
        self._size = self._whole = 0
        self.is_usable = True
        # Why it has ended, as far as that is known.
        self.reason = explain(b"")
        # Whether it is to end with the answer that it is working on.
        self.is_last = False

    @property
    def is_orphan(self) -> bool:
        """Whether the process from which it comes has ended, so that the next share no memory."""
        return self._origin.has_ended

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # it is one
        """Begin to talk."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Let who waits know that there will be no answer."""
        del exc
        self.end()

    def data_received(self, data: bytes) -> None:
        """Put an answer together."""
        self._pieces.append(data)
        self._size += len(data)
        if not self._whole and self._size >= LENGTH.size:
            self._whole = LENGTH.size + LENGTH.unpack_from(b"".join(self._pieces))[0]
        if 0 < self._whole <= self._size:
            frame = b"".join(self._pieces)
            self._pieces, self._size, self._whole = [], 0, 0
            # Anything else is a bug, which the loop logs before it lets go of the worker.
            self._asking.take(self, read_answer(frame[LENGTH.size :]))

    def ask(self, question: Question) -> None:
        """Have a question answered; only one at a time."""
        if self._transport is not None:
            self._transport.write(framed(write_question(question)))

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self.is_usable:
            self.is_usable = False
            self.reason = reason_of(self._words)
            os.close(self._words)
            os.close(self._lifeline)
            if self._transport is not None:
                self._transport.abort()
            self._asking.miss(self)


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

    async def fork(self, asking: Asking) -> Worker:
        """Have a worker forked, one at a time.

        :raises OSError: when the fork server has ended
        """
        loop = asyncio.get_running_loop()
        self._wanted = loop.create_future()
        await loop.sock_sendall(self._control, MORE)
        end, lifeline, words = await self._wanted
        worker = Worker(lifeline, words, asking, self)
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
