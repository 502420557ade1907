"""The process from which workers come: it has loaded what they need, and forks one when asked.

A worker is there within milliseconds, shares the memory of what is loaded, and can be ended at any
moment: anyone who holds the other end of its lifeline, a pipe, ends it by letting go. The server
itself can't fork, as it has threads; and where it is ended itself, its workers end with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.serving.answering import Answerer, Loaded, Source
from mipex_kg.system import reading
from mipex_kg.system.bounds import limit_memory
from mipex_kg.system.child_process import end_with_reader
from mipex_kg.system.errors import KgError
from mipex_kg.system.last_words import open_for_words

# Run by an interpreter of its own, with the number of a socket as its argument.
CODE = f"from {__name__} import main; main()"
READY, MORE = b"ready", b"+"
# Bytes of what is said instead, where it can't be loaded.
MOST_TOLD = 1000
# The length of what follows.
LENGTH = struct.Struct("!Q")
# Workers give way to the server, so that documents are sent while queries are answered.
_NICENESS = 5
# A worker that has grown by so much is not used again.
_GROWN = 64 << 20


class Elsewhere(NamedTuple):
    """A store that queries are passed on to.

    :param address: of its SPARQL endpoint
    :param merged: the graph in which `push` leaves the merge of the project's
    """

    address: str
    merged: str

    def __str__(self) -> str:
        return self.address


class Setup(NamedTuple):
    """What a fork server is told.

    :param source: the N-Quads to load, or the store to ask
    :param memory: bytes that a worker may take beyond what is loaded
    :param most: bytes that an answer may have
    :param rows: that it may have, or triples
    """

    source: Path | Elsewhere
    prefixes: Mapping[str, str]
    memory: int
    most: int
    rows: int


class Bug(NamedTuple):
    """What has gone wrong in a worker, for the log."""

    traceback: str


class Sent(NamedTuple):
    """What a worker sends.

    :param is_tired: whether it should not be asked again
    """

    reply: Any
    is_tired: bool


def main() -> None:
    """Load what workers need, and fork them until the server lets go of the socket."""
    # Ctrl-C reaches all processes of a terminal, and others end a whole group of processes; the
    # server decides what it means, and lets go of the socket.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Workers are waited for by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        setup: Setup = receive(control)
        try:
            answerer = Answerer(_open(setup), setup.most, setup.rows)
        except (KgError, SyntaxError, OSError) as error:
            # It may be written just now; the server says so, and goes on with what there was.
            control.sendall(str(error).encode()[:MOST_TOLD])
            return
        # What is loaded stays: to look through it for garbage would copy its memory.
        gc.collect()
        gc.freeze()
        control.sendall(READY)
        while control.recv(1):
            _fork(control, answerer, setup)


def _open(setup: Setup) -> Source:
    if isinstance(setup.source, Elsewhere):
        # Imported here: only stores elsewhere need an HTTP client, and it takes a while.
        from mipex_kg.serving.proxy import Proxy

        return Proxy(*setup.source, setup.prefixes, setup.most)
    data = reading.read_bytes(setup.source)
    quads = ox.parse(data, format=ox.RdfFormat.N_QUADS)
    return Loaded(Dataset(tuple(quads), (), setup.prefixes))


def _fork(control: socket.socket, answerer: Answerer, setup: Setup) -> None:
    """Fork a worker; send the server the socket to ask it, its lifeline and its last words."""
    here, there = socket.socketpair()
    reading_end, writing_end = os.pipe()
    words = open_for_words()
    if os.fork() == 0:
        control.close()
        there.close()
        os.close(reading_end)
        os.dup2(words, 2)
        _work(here, writing_end, answerer, setup.memory)
    socket.send_fds(control, [MORE], [there.fileno(), reading_end, words])
    here.close()
    there.close()
    for end in (reading_end, writing_end, words):
        os.close(end)


def _work(server: socket.socket, lifeline: int, answerer: Answerer, memory: int) -> None:
    """Answer questions until nobody asks any more; never return."""
    code = 1
    try:
        end_with_reader(lifeline)
        os.nice(_NICENESS)
        limit_memory(memory)
        grown = _peak() + _GROWN
        while (question := receive(server)) is not None:
            try:
                reply: object = answerer.answer(question)
            except MemoryError:
                break
            except Exception:  # noqa: BLE001 - a bug, which the server logs
                reply = Bug(traceback.format_exc())
            send(server, Sent(reply, _peak() > grown))
        code = 0
    finally:
        os._exit(code)


def _peak() -> int:
    """Tell the most memory that was ever in use: Linux counts in KiB, macOS in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def send(to: socket.socket, message: object) -> None:
    """Send a message whole."""
    to.sendall(packed(message))


def packed(message: object) -> bytes:
    """Write a message with its length before it."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def receive(sender: socket.socket) -> Any:
    """Receive a message; None if there will be no more."""
    head = _exactly(sender, LENGTH.size)
    if not head:
        return None
    # Only processes of this server have the other end.
    return pickle.loads(_exactly(sender, LENGTH.unpack(head)[0]))  # noqa: S301


def _exactly(sender: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = sender.recv(min(size - len(data), 1 << 20))
        if not piece:
            return b""
        data += piece
    return bytes(data)
