"""Running work in a child process that can be ended.

Oxigraph heeds no signal while it evaluates, and thousands of nested groups overflow its stack and
take the process with them. In a child of its own neither matters to the caller.
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import select
import signal
import time
from collections.abc import Callable
from typing import Any, TypeVar

from mipex_kg.errors import KgError, QueryError, UsageError

T = TypeVar("T")
_CHUNK = 1 << 20
MAX_TIMEOUT = 1e6


def run_isolated(work: Callable[[], T], *, timeout: float | None = None) -> T:
    """Run a function in a forked child, and give back what it returns.

    The child sees all that the caller had loaded. Ctrl-C ends it at once, as does whatever ends
    the caller.

    :param work: returns something that can be pickled
    :param timeout: seconds after which the child is ended
    :raises UsageError: when nobody can wait for so long
    :raises QueryError: when the child takes longer than the timeout, or dies
    :raises KgError: whichever the function raises

    >>> run_isolated(lambda: 6 * 7)
    42
    """
    if timeout is not None and not 0 < timeout <= MAX_TIMEOUT:
        raise UsageError(f"A timeout of {timeout:g} seconds can't be waited for.")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _serve(work, reading, writing)
    os.close(writing)
    try:
        answer = _receive(reading, timeout)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(reading)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise QueryError(
            "The query is more than the engine can take: it ran out of stack or memory.",
            hint="Nest it less deeply, or ask for less at once.",
        )
    result: T = _unpack(answer)
    return result


def _serve(work: Callable[[], T], reading: int, writing: int) -> None:
    """Do the work in the child, send what came of it, and end without the parent's clean-up."""
    code = 1
    try:
        os.close(reading)
        # Ctrl-C reaches the whole group of processes: the parent alone decides what it means.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # It lives for this one work: looking through all that it loads for garbage is in vain.
        gc.disable()
        _silence_stack_overflow()
        _end_with_parent(writing)
        try:
            answer: tuple[str, object] = "result", work()
        except KgError as error:
            answer = "error", error
        except Exception:
            # Whatever else goes wrong is a bug, whose traceback has to reach the parent.
            import traceback  # imported here, as it takes a while and is rarely needed

            answer = "bug", traceback.format_exc()
        fcntl.fcntl(writing, fcntl.F_SETFL, 0)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def _end_with_parent(writing: int) -> None:
    """Let the kernel end the child as soon as nobody has the pipe's other end: SIGIO does."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(writing, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(writing, fcntl.F_SETFL, os.O_ASYNC)


def _silence_stack_overflow() -> None:
    """Send the runtime's own last words to nowhere: the parent says what happened."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _receive(reading: int, timeout: float | None) -> bytes:
    deadline = None if timeout is None else time.monotonic() + timeout
    chunks: list[bytes] = []
    while True:
        left = None if deadline is None else max(deadline - time.monotonic(), 0)
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            raise QueryError(
                f"The query took longer than {timeout:g} seconds.",
                hint="Narrow it down, or give it longer with --timeout.",
            )
        chunk = os.read(reading, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)


def _unpack(answer: bytes) -> Any:
    """Give what the child's work returned, or raise what it raised."""
    if not answer:
        raise RuntimeError("The child process ended without an answer.")
    # Only our own forked child writes into this pipe.
    kind, value = pickle.loads(answer)  # noqa: S301
    if kind == "error":
        raise value
    if kind == "bug":
        raise RuntimeError(value)
    return value
