"""A disk on which any call can fail: each function of ``os`` that changes files is one step."""

from __future__ import annotations

import errno
import os
import pickle
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from mipex_kg.system import kernel
from mipex_kg.system.errors import KgError

# What changes a disk, or must be known before anything is changed.
_CALLS = (
    *("open", "write", "mkdir", "link", "rename", "replace", "unlink", "rmdir", "fsync"),
    *("fchmod", "chmod", "fchown", "utime", "scandir", "stat", "fstat", "listxattr", "setxattr"),
)
_KERNEL = ("exchange", "flush")
KILL = "kill"
# What a full disk has no room for.
_FILLING = frozenset({"write", "mkdir", "link", "flush", "fsync"})


@dataclass(frozen=True)
class Outcome:
    """What a writer came to.

    :param steps: the calls that it made
    :param error: what it says; None if it has written all
    """

    steps: tuple[str, ...]
    error: KgError | None = None
    is_killed: bool = False


class Disk:
    """Counts calls, and lets one of them fail, or all that need room from one on.

    :param failing: the number of the step that fails; -1 for none
    :param fault: an error's number, or ``KILL``
    """

    def __init__(self, failing: int = -1, fault: int | str = errno.EIO) -> None:
        self.steps: list[str] = []
        self._failing, self._fault = failing, fault

    def run(self, writer: Callable[[], object]) -> None:
        """Let a writer write."""
        real = {name: getattr(os, name) for name in _CALLS if hasattr(os, name)}
        patched: list[Any] = [
            *(patch.object(os, name, self._faulty(name, real[name])) for name in real),
            *(patch.object(kernel, n, self._faulty(n, getattr(kernel, n))) for n in _KERNEL),
        ]
        for each in patched:
            each.start()
        try:
            writer()
        finally:
            for each in patched:
                each.stop()

    def _faulty(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            step = len(self.steps)
            self.steps.append(name)
            is_full = self._fault == errno.ENOSPC and name in _FILLING
            if self._failing >= 0 and (step == self._failing or (is_full and step > self._failing)):
                if self._fault == KILL:
                    os.kill(os.getpid(), signal.SIGKILL)
                assert isinstance(self._fault, int)
                raise OSError(self._fault, os.strerror(self._fault))
            return real(*arguments, **options)

        return call


def attempt(
    writer: Callable[[], object], failing: int = -1, fault: int | str = errno.EIO
) -> Outcome:
    """Let a writer write in a process of its own, on a disk with a fault.

    :raises AssertionError: when it ends with anything but an error that users see
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        disk, told = Disk(failing, fault), b""
        try:
            disk.run(writer)
            told = pickle.dumps(("done", disk.steps, None))
        except KgError as error:
            told = pickle.dumps(("error", disk.steps, error))
        except BaseException:  # noqa: BLE001 - whatever it is, it is shown
            told = pickle.dumps(("bug", disk.steps, traceback.format_exc()))
        finally:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(told)
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Outcome((), is_killed=True)
    kind, steps, told_error = pickle.loads(said)
    assert kind != "bug", told_error
    return Outcome(tuple(steps), told_error)
