"""Limits of time and memory for work in the process itself, where that is ours alone.

They use the alarm and the memory limit of the process, which belong to the program that imports us:
so they hold in the command line and in the children that do our work, and nowhere else.
"""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

# The processes that are ours alone; a child of one is not, until it says so.
_OURS: set[int] = set()


class OverdueError(Exception):
    """Work takes longer than it may."""


def claim_process() -> None:
    """Say that this process is ours alone, so that its alarm may be used."""
    _OURS.add(os.getpid())


@contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """Limit some work, if this process is ours alone.

    :param memory: bytes beyond what is in use; only Linux enforces it
    :raises OverdueError: in the midst of the work, when it takes longer
    :raises MemoryError: when it takes more memory
    """
    is_main = threading.current_thread() is threading.main_thread()
    if os.getpid() not in _OURS or not is_main:
        yield
        return

    def end(_number: int, _frame: object) -> NoReturn:
        raise OverdueError(f"it takes more than {seconds:g} seconds")

    before, allowed = signal.signal(signal.SIGALRM, end), resource.getrlimit(resource.RLIMIT_AS)
    limit_memory(memory)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, allowed)


def limit_memory(most: int | None) -> None:
    """Let this process take no more than so many bytes beyond what it has; only Linux enforces it.

    It may be called again, and counts from what is in use then.

    :param most: None to lift the limit
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if most is None:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        return
    wanted = pages * resource.getpagesize() + most
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
