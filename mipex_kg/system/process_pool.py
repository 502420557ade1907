"""Doing jobs in several processes: the results are the same, whichever does what."""

from __future__ import annotations

import gc
import mmap
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from mipex_kg.system.child_process import run_together
from mipex_kg.system.errors import OutputError, cannot_write

T = TypeVar("T")
# Bytes of a job's number, and how many jobs a pipe holds on any machine: a page of memory of them.
_NUMBER = 4
MOST_JOBS = 1024


def run_all(
    jobs: Sequence[Callable[[], T]],
    processes: int,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[T]:
    """Do all jobs, and give back what they return, in their order.

    The processes are forked, so that they see all that the caller had loaded. Each takes the next
    job when it is done with one.

    :param jobs: at most ``MOST_JOBS``, the longest first; they return what can be pickled
    :param processes: how many to use; one is the caller itself
    :param progress: called with the number of jobs done and of all
    :raises OutputError: when a file can't be written, or a process is killed
    :raises KgError: whichever a job raises

    >>> run_all([lambda: 1, lambda: 2, lambda: 3], 2)
    [1, 2, 3]
    """
    if processes < 2:
        return [_counted(job, done, len(jobs), progress) for done, job in enumerate(jobs, start=1)]
    done = memoryview(mmap.mmap(-1, 8 * processes)).cast("Q")
    waiting = _filled_pipe(len(jobs))

    def work(process: int) -> dict[int, T]:
        # What was loaded stays: to look through it for garbage would copy its memory.
        gc.freeze()
        gc.enable()
        results = {}
        while taken := os.read(waiting, _NUMBER):
            number = int.from_bytes(taken)
            results[number] = _done(jobs[number])
            done[process] += 1
        return results

    killed = OutputError(
        "A process that was writing was killed.",
        hint="The machine may be out of memory.",
    )
    works = [partial(work, process) for process in range(processes)]
    try:
        found = run_together(works, killed, idle=lambda: progress(sum(done), len(jobs)))
    finally:
        os.close(waiting)
    results = {number: result for part in found for number, result in part.items()}
    return [results[number] for number in range(len(jobs))]


def _done(job: Callable[[], T]) -> T:
    """Do a job; that a file can't be written is an error of the user's world, not a bug."""
    try:
        return job()
    except OSError as error:
        raise cannot_write(Path(error.filename or "A file"), error) from None


def _counted(
    job: Callable[[], T], done: int, total: int, progress: Callable[[int, int], None]
) -> T:
    result = _done(job)
    progress(done, total)
    return result


def _filled_pipe(jobs: int) -> int:
    """Make a pipe that holds the numbers of all jobs, from which each process reads the next."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(b"".join(number.to_bytes(_NUMBER) for number in range(jobs)))
    return reading
