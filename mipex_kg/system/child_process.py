"""Running work in a child process that can be ended.

Oxigraph heeds no signal while it evaluates, and thousands of nested groups overflow its stack and
take the process with them. In a child of its own neither matters to the caller. Nor does work that
several children share.
"""

from __future__ import annotations

import faulthandler
import fcntl
import gc
import math
import mmap
import os
import pickle
import select
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar

from mipex_kg.system.bounds import claim_process, limit_memory
from mipex_kg.system.errors import KgError, QueryError, UsageError
from mipex_kg.system.forking import fork_uninterruptible
from mipex_kg.system.last_words import open_for_words, reason_of

T = TypeVar("T")
_CHUNK = 1 << 20
# Bytes by which a step may be told from others.
_LABEL = 1 << 12
# Seconds between two looks at how far the children are.
_PAUSE = 0.1
MAX_TIMEOUT = 1e6


class Begin(Protocol):
    """Called by work when a step of it begins."""

    def __call__(self, label: str | None = "") -> None:
        """Begin with a step.

        :param label: by which it can be told if it fails; None for what is not limited any more
        """


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

    def timed(begin: Begin) -> T:
        begin()
        return work()

    return Isolation(timeout).run(timed)


class Isolation:
    """Runs a function in a forked child, where each step of it has limits of its own.

    :param timeout: seconds that a step may take
    :param memory: bytes that a step may take, beyond what is in use when it begins; only Linux
        enforces it
    :raises UsageError: when nobody can wait for so long

    >>> isolation = Isolation(timeout=10)
    >>> isolation.run(lambda begin: [begin(), begin(), 6 * 7][-1]), isolation.steps
    (42, 2)
    """

    def __init__(self, timeout: float | None = None, memory: int | None = None) -> None:
        if timeout is not None and not 0 < timeout <= MAX_TIMEOUT:
            raise UsageError(f"Invalid timeout: {timeout:g} seconds.")
        self._timeout, self._memory = timeout, memory
        # Seen by the child too: how many steps have begun, when the last did, and its label.
        self._shared = memoryview(mmap.mmap(-1, 16)).cast("d")
        self._label = mmap.mmap(-1, _LABEL)

    @property
    def steps(self) -> int:
        """How many steps have begun, so that one that failed can be told."""
        return int(self._shared[0])

    @property
    def label(self) -> str:
        """What the last step was begun with."""
        return self._label[:].rstrip(b"\0").decode(errors="replace")

    def run(self, work: Callable[[Begin], T]) -> T:
        """Run a function in a child, and give back what it returns.

        :param work: is given a function to call when a step begins; what comes before the first
            step is not limited. Returns something that can be pickled
        :raises QueryError: when a step takes too long, or the child dies
        :raises KgError: whichever the function raises
        """
        child = _start(lambda: work(self._begin))
        try:
            answer = self._receive(child.reading)
            if child.is_killed():
                reason = reason_of(child.words)
                raise QueryError(reason.message, hint=reason.hint)
        except BaseException:
            child.end()
            raise
        finally:
            child.close()
        result: T = _unpack(answer)
        return result

    def _begin(self, label: str | None = "") -> None:
        """Begin with a step, in the child.

        :param label: by which it can be told if it fails; None for what is not limited any more
        """
        if self._memory is not None:
            limit_memory(self._memory if label is not None else None)
        self._label[:] = (label or "").encode()[:_LABEL].ljust(_LABEL, b"\0")
        self._shared[1] = math.inf if label is None else time.monotonic()
        self._shared[0] += 1

    def _receive(self, reading: int) -> bytes:
        chunks: list[bytes] = []
        while True:
            while not select.select([reading], [], [], self._left())[0]:
                if self._left() == 0:
                    raise QueryError(
                        f"The query took longer than {self._timeout:g} seconds.",
                        hint="Narrow the query or raise --timeout.",
                    )
            if not (chunk := os.read(reading, _CHUNK)):
                return b"".join(chunks)
            chunks.append(chunk)

    def _left(self) -> float | None:
        """Tell how many seconds the step still has, or after how many to look again."""
        if self._timeout is None:
            return None
        began = self._shared[1]  # read once, as the child may begin with another step meanwhile
        if not self.steps or began == math.inf:
            return _PAUSE
        return max(began + self._timeout - time.monotonic(), 0)


class InProcess:
    """Runs a function as ``Isolation`` does, but in this process and without limits.

    >>> here = InProcess()
    >>> here.run(lambda begin: [begin(), 6 * 7][-1]), here.steps
    (42, 1)
    """

    def __init__(self) -> None:
        self.steps = 0
        self.label = ""

    def run(self, work: Callable[[Begin], T]) -> T:
        """Run a function.

        :param work: is given a function to call when a step begins
        """
        return work(self._begin)

    def _begin(self, label: str | None = "") -> None:
        self.label = label or ""
        self.steps += 1


class Running(Generic[T]):
    """Work that goes on in a child process.

    :param killed: what to raise when the child is killed
    """

    def __init__(self, child: _Child, killed: KgError) -> None:
        self._child, self._killed = child, killed

    def is_done(self) -> bool:
        """Tell, without waiting, whether there is an answer."""
        return bool(select.select([self._child.reading], [], [], 0)[0])

    def result(self) -> T:
        """Wait for the child, once, and give back what the function returned.

        :raises KgError: whichever the function raises
        """
        answer = b"".join(iter(lambda: os.read(self._child.reading, _CHUNK), b""))
        if self._child.is_killed():
            raise self._killed
        result: T = _unpack(answer)
        return result


@contextmanager
def running(work: Callable[[], T], killed: KgError) -> Iterator[Running[T]]:
    """Run a function in a forked child, while the caller goes on; it ends with the block.

    :param work: returns something that can be pickled
    :param killed: what to raise when the child is killed

    >>> with running(lambda: 6 * 7, KgError("killed")) as work:
    ...     work.result()
    42
    """
    child = _start(work)
    try:
        yield Running(child, killed)
    finally:
        child.end()
        child.close()


def run_together(
    works: Sequence[Callable[[], T]], killed: KgError, *, idle: Callable[[], None]
) -> list[T]:
    """Run functions at the same time, each in a forked child, and give back what they return.

    When one of them fails, or the caller is interrupted, all are ended.

    :param works: return something that can be pickled
    :param killed: what to raise when a child is killed
    :param idle: called a few times a second while the children work
    :returns: the results, in the order of the functions
    :raises KgError: whichever a function raises

    >>> run_together([lambda: 6 * 7, lambda: 2 * 3], KgError("killed"), idle=lambda: None)
    [42, 6]
    """
    children: list[_Child] = []
    try:
        for work in works:
            children.append(_start(work, [child.reading for child in children]))
        answers = dict(_receive_from_all(children, killed, idle))
    except BaseException:
        for child in children:
            child.end()
        raise
    finally:
        for child in children:
            child.close()
    return [answers[child.pid] for child in children]


def _receive_from_all(
    children: Sequence[_Child], killed: KgError, idle: Callable[[], None]
) -> Iterator[tuple[int, Any]]:
    working = {child.reading: child for child in children}
    chunks: dict[int, list[bytes]] = {reading: [] for reading in working}
    while working:
        ready, _, _ = select.select(list(working), [], [], _PAUSE)
        for reading in ready:
            if chunk := os.read(reading, _CHUNK):
                chunks[reading].append(chunk)
                continue
            child = working.pop(reading)
            if child.is_killed():
                raise killed
            yield child.pid, _unpack(b"".join(chunks[reading]))
        idle()


class _Child:
    """A child process.

    :param reading: the end of the pipe from which its answer is read
    :param words: the file to which its standard error goes
    """

    def __init__(self, pid: int, reading: int, words: int) -> None:
        self.pid, self.reading, self.words = pid, reading, words
        self._has_ended = False

    def is_killed(self) -> bool:
        """Wait for its end, and say whether it was brought about by a signal."""
        _, status = os.waitpid(self.pid, 0)
        self._has_ended = True
        return os.WIFSIGNALED(status)

    def end(self) -> None:
        """End it now."""
        if not self._has_ended:
            os.kill(self.pid, signal.SIGKILL)
            self.is_killed()

    def close(self) -> None:
        """Let go of what it wrote."""
        os.close(self.reading)
        os.close(self.words)


def _start(work: Callable[[], Any], others: Iterable[int] = ()) -> _Child:
    """Fork a child that does the work.

    :param others: ends of pipes to other children, which would live on if this one held them
    """
    reading, writing = os.pipe()
    words = open_for_words()
    pid = fork_uninterruptible()
    if pid == 0:
        _serve(work, [reading, *others], writing, words)
    os.close(writing)
    return _Child(pid, reading, words)


def _serve(work: Callable[[], Any], unused: Iterable[int], writing: int, words: int) -> None:
    """Do the work in the child, send what came of it, and end without the parent's clean-up."""
    code = 1
    try:
        for end in unused:
            os.close(end)
        # It lives for this one work: looking through all that it loads for garbage is in vain.
        gc.disable()
        claim_process()
        # What the engine says as it ends the process is for the parent to read. Where Python was
        # then is of no use to the caller.
        os.dup2(words, 2)
        faulthandler.disable()
        end_with_reader(writing)
        try:
            answer: tuple[str, object] = "result", work()
        except KgError as error:
            answer = "error", error
        except MemoryError:
            os.kill(os.getpid(), signal.SIGKILL)  # as the engine ends when it gets no more
        except Exception:  # noqa: BLE001 - told to the parent
            # Whatever else goes wrong is a bug, whose traceback has to reach the parent.
            import traceback  # imported here, as it takes a while and is rarely needed

            answer = "bug", traceback.format_exc()
        fcntl.fcntl(writing, fcntl.F_SETFL, 0)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def end_with_reader(writing: int) -> None:
    """Let the kernel end this process as soon as nobody has the pipe's other end: SIGIO does."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(writing, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(writing, fcntl.F_SETFL, os.O_ASYNC)


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
