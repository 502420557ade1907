"""A process that stands by: it has loaded what a program needs, and forks to be that program.

To start Python and to load a tool takes longer than most of what it is called for. What is run of
this file needs the standard library alone, since Pythons of others run it too:

- ``standing_by.py SOCKET MODULE …``, given the number of a socket that listens, loads the modules
  and stands by until its standard input ends
- ``standing_by.py ADDRESS ARGUMENT …`` is the program for those who can only call one

A program is told as Python is: ``-m MODULE …`` or ``SCRIPT …``.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

# Where this is set, coverage measures a process.
MEASURED = "COVERAGE_PROCESS_CONFIG"
# The size of a large page, and how Linux is advised to make some (MADV_COLLAPSE, since 6.1).
_LARGE, _COLLAPSE = 1 << 21, 25
# What was sent is told in so many bytes.
_SIZE = 8


class Request(NamedTuple):
    """A program, and where it is to run."""

    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]


class Running:
    """A program that is run by the process that stands by.

    :param files: its standard input, output and error
    """

    def __init__(self, address: str, request: Request, files: Sequence[int]) -> None:
        data = json.dumps(request).encode()
        self._code: int | None = None
        self._caller = socket.socket(socket.AF_UNIX)
        self._caller.connect(address)
        socket.send_fds(self._caller, [len(data).to_bytes(_SIZE)], files)
        self._caller.sendall(data)
        self.pid = int(self._line())

    def poll(self) -> int | None:
        """Give the exit code, once it has ended."""
        try:
            return self.wait(0)
        except BlockingIOError:
            return None

    def wait(self, timeout: float | None) -> int:
        """Wait for its end.

        :returns: the exit code; of what a signal ended, its number, negative
        :raises TimeoutError: when it takes longer
        """
        if self._code is None:
            self._caller.settimeout(timeout)
            self._code = int(self._line())
            self._caller.close()
        return self._code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it, whatever it does."""
        self.send_signal(signal.SIGKILL)
        self.wait(None)

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            if not (read := self._caller.recv(1)):
                raise ConnectionError
            line += read
        return line


def call(address: str, request: Request, files: Sequence[int], timeout: float | None) -> int:
    """Have a program run by the process that stands by, and wait for its end.

    :param files: standard input, output and error
    :returns: the exit code; of a program that a signal ended, its number, negative
    :raises TimeoutError: when it takes longer; it is ended
    """
    running = Running(address, request, files)
    try:
        return running.wait(timeout)
    except TimeoutError:
        running.kill()
        raise


class _Called(NamedTuple):
    """What came from a caller, who waits at the other end."""

    request: Request
    files: list[int]
    caller: socket.socket


def _receive(caller: socket.socket) -> _Called:
    size, files, _flags, _address = socket.recv_fds(caller, _SIZE, 3)
    with caller.makefile("rb") as sent:
        data = sent.read(int.from_bytes(size))
    return _Called(Request(*json.loads(data)), files, caller)


def _stand_by(listener: socket.socket) -> _Called | None:
    """Fork for each call.

    :returns: in a child, what it is called for; None once nobody will call any more
    """
    import selectors  # imported here, as who calls needs none of it

    woken, waking = socket.socketpair()
    callers: dict[int, socket.socket] = {}
    for end in (woken, waking):
        end.setblocking(False)
    with woken, waking, selectors.DefaultSelector() as selector:
        for source in (listener, woken, 0):
            selector.register(source, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(waking.fileno())
        while True:
            for key, _events in selector.select():
                if key.fileobj == 0:
                    return None
                if key.fileobj is woken:
                    woken.recv(4096)
                    _tell_ends(callers)
                    continue
                called = _receive(listener.accept()[0])
                child = os.fork()
                if child == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                    for other in (called.caller, *callers.values()):
                        other.close()
                    return called
                for file in called.files:
                    os.close(file)
                with contextlib.suppress(OSError):
                    called.caller.sendall(b"%d\n" % child)
                callers[child] = called.caller


def _tell_ends(callers: dict[int, socket.socket]) -> None:
    """Tell the callers of processes that have ended with which code they did."""
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            # Who has been ended meanwhile waits no more.
            with callers.pop(child) as caller, contextlib.suppress(OSError):
                caller.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def fold_memory() -> None:
    """Lay what this process has in memory in large pages, where Linux has them: forks copy few.

    To fork a process that holds all tests takes a third as long so. Where it can't be done, all is
    as it was.
    """
    import ctypes  # imported here, as who calls needs none of it

    maps = Path("/proc/self/maps")
    advise = ctypes.CDLL(None).madvise
    for line in maps.read_text().splitlines() if maps.exists() else ():
        place, rights, _offset, _device, inode, *_name = line.split()
        first, last = (int(address, 16) for address in place.split("-"))
        begin, end = -(-first // _LARGE) * _LARGE, last // _LARGE * _LARGE
        if rights == "rw-p" and inode == "0" and begin < end:
            advise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _COLLAPSE)


def _become(request: Request, files: Sequence[int]) -> None:
    """Be the program."""
    import runpy  # imported here, as who calls needs none of it

    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = os.fdopen(0, closefd=False)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    if MEASURED in os.environ:
        import coverage  # who stands by isn't measured: each would save what that had reached

        coverage.process_startup()
    if request.arguments[0] == "-m":
        sys.argv = list(request.arguments[1:])
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(request.arguments)
        runpy.run_path(sys.argv[0], run_name="__main__")


def _serve(listener: socket.socket, modules: Sequence[str]) -> None:
    """Load what programs need, and stand by; in a child, be what it is called for."""
    import gc  # imported here, as who calls needs none of it
    import importlib

    for name in modules:
        importlib.import_module(name)
    # So that the memory of what was loaded stays shared, and no child looks through it.
    gc.collect()
    gc.freeze()
    fold_memory()
    with listener:
        called = _stand_by(listener)
    if called:
        _become(called.request, called.files)


def main() -> None:
    """Stand by, or call."""
    where, *rest = sys.argv[1:]
    if where.isdigit():
        _serve(socket.socket(fileno=int(where)), rest)
    else:
        request = Request(rest, str(Path.cwd()), dict(os.environ))
        code = call(where, request, (0, 1, 2), None)
        if code < 0:
            os.kill(os.getpid(), -code)
        sys.exit(code)


if __name__ == "__main__":
    main()
