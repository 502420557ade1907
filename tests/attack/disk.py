"""A disk on which any call can fail: each function of ``os`` that changes files is one step."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import mipex_kg
from mipex_kg.system import kernel
from mipex_kg.system.errors import KgError

# What changes a disk, or must be known before anything is changed.
_CALLS = (
    *("open", "write", "mkdir", "link", "rename", "replace", "unlink", "rmdir", "fsync"),
    *("fchmod", "chmod", "fchown", "utime", "scandir", "stat", "fstat", "listxattr", "setxattr"),
    *("getxattr", "removexattr"),
)
_KERNEL = ("exchange", "flush")
# To open a file so changes something; otherwise the step is one that only looks.
_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LOOK = "look"
# What ships with the package is read from a disk without faults.
_SHIPPED = str(Path(mipex_kg.__file__).parent)
KILL = "kill"
Fault = int | str | Callable[[], object]
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
    :param fault: an error's number, ``KILL``, or what somebody else does at that moment
    """

    def __init__(self, failing: int = -1, fault: Fault = errno.EIO) -> None:
        self.steps: list[str] = []
        self._failing, self._fault = failing, fault

    def run(self, writer: Callable[[], object]) -> None:
        """Let a writer write."""
        named: tuple[tuple[ModuleType, tuple[str, ...]], ...] = ((os, _CALLS), (kernel, _KERNEL))
        real = [
            (module, name, getattr(module, name))
            for module, names in named
            for name in names
            if hasattr(module, name)
        ]
        for module, name, call in real:
            setattr(module, name, self._faulty(name, call))
        try:
            writer()
        finally:
            for module, name, call in real:
                setattr(module, name, call)

    def _faulty(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if _SHIPPED in str(arguments[:1]):
                return real(*arguments, **options)
            step = len(self.steps)
            is_look = name == "open" and not arguments[1] & _CHANGING
            self.steps.append(LOOK if is_look else name)
            is_full = self._fault == errno.ENOSPC and name in _FILLING
            if self._failing >= 0 and (step == self._failing or (is_full and step > self._failing)):
                if callable(self._fault):
                    self._fault()
                    return real(*arguments, **options)
                if self._fault == KILL:
                    os.kill(os.getpid(), signal.SIGKILL)
                assert isinstance(self._fault, int)
                raise OSError(self._fault, os.strerror(self._fault))
            return real(*arguments, **options)

        return call


def attempt(writer: Callable[[], object], failing: int = -1, fault: Fault = errno.EIO) -> Outcome:
    """Let a writer write on a disk with a fault; where it is to be killed, in a process of its own.

    :raises Exception: when it ends with anything but an error that users see
    """
    disk = Disk(failing, fault)
    if fault == KILL:
        return Outcome((), is_killed=_is_killed(lambda: disk.run(writer)))
    try:
        disk.run(writer)
    except KgError as error:
        return Outcome(tuple(disk.steps), error)
    return Outcome(tuple(disk.steps))


def _is_killed(work: Callable[[], object]) -> bool:
    child = os.fork()
    if child == 0:
        gc.disable()  # so that the memory of the tests stays shared
        try:
            with contextlib.suppress(KgError):
                work()
        except BaseException:  # noqa: BLE001 - whatever it is, it is shown
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL)
    return status == signal.SIGKILL
