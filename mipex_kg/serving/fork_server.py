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
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.quads import QuadColumns
from mipex_kg.serving.answering import Answerer, Found, Loaded, Refused, Source
from mipex_kg.serving.frames import LENGTH, Bug, Sent, framed, read_question, write_answer
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


def main() -> None:
    """Load what workers need, and fork them until the server lets go of the socket."""
    # Ctrl-C reaches all processes of a terminal, and others end a whole group of processes; the
    # server decides what it means, and lets go of the socket.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Workers are waited for by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        with control.makefile("rb") as said:
            # Only the server that has started this process has the other end.
            setup: Setup = pickle.loads(_receive(said))  # noqa: S301
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
    return Loaded(Dataset(QuadColumns(quads), (), setup.prefixes))


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
        asked = server.makefile("rb")
        while data := _receive(asked):
            try:
                reply: Found | Refused | Bug = answerer.answer(read_question(data))
            except MemoryError:
                break
            except Exception:  # noqa: BLE001 - a bug, which the server logs
                reply = Bug(traceback.format_exc())
            server.sendall(framed(write_answer(Sent(reply, _peak() > grown))))
        code = 0
    finally:
        os._exit(code)


def _peak() -> int:
    """Tell the most memory that was ever in use: Linux counts in KiB, macOS in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def packed(setup: Setup) -> bytes:
    """Write what a fork server is told."""
    return framed(pickle.dumps(setup))


def _receive(sender: BinaryIO) -> bytes:
    """Receive a message; nothing if there will be no more."""
    head = sender.read(LENGTH.size)
    return sender.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
