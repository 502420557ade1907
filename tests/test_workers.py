"""Jobs in several processes: the same results, every error, and no process that is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from mipex_kg.system.errors import OutputError, SourceError
from mipex_kg.system.process_pool import MOST_JOBS, run_all


def pids() -> list[int]:
    """Name the child processes that there are."""
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not listed.exists():
        pytest.skip("Child processes can't be listed here.")
    return [int(pid) for pid in listed.read_text().split()]


@pytest.fixture(autouse=True)
def others() -> Iterator[set[int]]:
    """Name the children that other tests keep; every other has been waited for in the end."""
    others = set(pids())
    yield others
    assert set(pids()) <= others


@pytest.mark.parametrize("processes", [0, 1, 2, 3, 9])
def test_results_come_in_the_order_of_the_jobs(processes: int) -> None:
    def job(number: int) -> int:
        time.sleep(0.001 * (number % 3))
        return number * number

    jobs = [partial(job, number) for number in range(50)]
    assert run_all(jobs, processes) == [number * number for number in range(50)]
    assert run_all([], processes) == []


def test_as_many_jobs_as_promised_fit() -> None:
    jobs = [partial(int, number) for number in range(MOST_JOBS)]
    assert run_all(jobs, 2) == list(range(MOST_JOBS))


def test_the_work_is_shared_and_each_job_is_done_once(tmp_path: Path) -> None:
    def job(number: int) -> int:
        with (tmp_path / f"{number}").open("x"):
            time.sleep(0.01)
        return os.getpid()

    found = run_all([partial(job, number) for number in range(20)], 2)
    assert len(set(found)) == 2
    assert os.getpid() not in found


@pytest.mark.parametrize("processes", [1, 2])
def test_progress_ends_with_all(processes: int) -> None:
    shown: list[tuple[int, int]] = []
    jobs = [partial(time.sleep, 0.05) for _ in range(6)]
    run_all(jobs, processes, progress=lambda done, total: shown.append((done, total)))
    assert shown == sorted(shown)
    assert shown[-1] == (6, 6)


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_a_job_is_the_callers(processes: int) -> None:
    def fail() -> None:
        raise SourceError("It is torn.", path=Path("a.ttl"), line=7, hint="Fix it.")

    jobs: list[Callable[[], None]] = [partial(time.sleep, 0), fail]
    with pytest.raises(SourceError, match=r"a\.ttl:7.*It is torn") as error:
        run_all(jobs, processes)
    assert error.value.hint == "Fix it."


def test_an_error_ends_the_others_at_once(tmp_path: Path) -> None:
    def fail() -> None:
        raise OutputError("Full.")

    def last() -> None:
        time.sleep(60)
        (tmp_path / "waited for").touch()

    jobs: list[Callable[[], None]] = [last, fail]
    with pytest.raises(OutputError, match="Full"):
        run_all(jobs, 2)
    assert not list(tmp_path.iterdir())


def test_a_bug_brings_its_traceback_along() -> None:
    def broken() -> None:
        raise ZeroDivisionError("the very bug")

    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*in broken.*the very bug"):
        run_all([broken, broken], 2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_killed_is_told(number: int) -> None:
    jobs: list[Callable[[], None]] = [
        lambda: os.kill(os.getpid(), number),
        partial(time.sleep, 60),
    ]
    with pytest.raises(OutputError, match="was killed") as error:
        run_all(jobs, 2)
    assert "memory" in (error.value.hint or "")
    assert error.value.exit_code == 5


def test_an_interruption_ends_all(others: set[int]) -> None:
    def interrupt(_done: int, _total: int) -> None:
        assert len(set(pids()) - others) == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all([partial(time.sleep, 60)] * 2, 2, progress=interrupt)


SLEEPERS = r"""
import os, sys, time
from functools import partial
from mipex_kg.system.process_pool import run_all

def job(number):
    os.write(1, b"%d\n" % os.getpid())  # a line at once, between which no other can get
    time.sleep(60)

try:
    run_all([partial(job, number) for number in range(2)], 2)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_no_process_outlives_the_one_that_started_it(number: int, code: int) -> None:
    """Ctrl-C reaches the whole group, a kill the first process alone."""
    command = [sys.executable, "-c", SLEEPERS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as parent:
        assert parent.stdout is not None
        children = [int(parent.stdout.readline()) for _ in range(2)]
        if number == signal.SIGINT:
            os.killpg(parent.pid, number)
        else:
            parent.send_signal(number)
        assert parent.wait(20) == code
        # The children hold the other end of the pipe: it ends when they do, but for a moment.
        assert parent.stdout.read() == b""
    deadline = time.monotonic() + 60
    while any(map(is_alive, children)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended, and nobody waited for, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
