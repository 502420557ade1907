"""Work in a child process: each step has limits of its own, and whatever comes before has none."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable

import pytest

from mipex_kg.system.child_process import Isolation
from mipex_kg.system.errors import QueryError, UsageError


def test_time_begins_with_the_first_step() -> None:
    def work(begin: Callable[[], None]) -> str:
        time.sleep(1)
        begin()
        return "done"

    assert Isolation(timeout=0.5).run(work) == "done"


def test_each_step_has_the_whole_time() -> None:
    def work(begin: Callable[[], None]) -> str:
        for _ in range(6):
            begin()
            time.sleep(0.2)
        return "done"

    assert Isolation(timeout=0.9).run(work) == "done"


def test_the_step_that_takes_too_long_is_known() -> None:
    def work(begin: Callable[[], None]) -> None:
        for seconds in (0, 0, 60, 0):
            begin()
            time.sleep(seconds)

    isolation = Isolation(timeout=0.3)
    with pytest.raises(QueryError, match=r"longer than 0\.3 seconds"):
        isolation.run(work)
    assert isolation.steps == 3


class Changing:
    """What parent and child share: a step that ends just after its beginning was read."""

    def __init__(self) -> None:
        self._beginnings = iter([time.monotonic(), math.inf])

    def __getitem__(self, index: int) -> float:
        return 1 if index == 0 else next(self._beginnings)


def test_a_step_may_end_while_what_is_left_to_it_is_worked_out() -> None:
    isolation = Isolation(timeout=5)
    isolation._shared = Changing()  # type: ignore[assignment]
    left = isolation._left()
    assert left is not None
    assert left <= 5


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits memory.")
def test_memory_counts_from_where_a_step_begins() -> None:
    def work(begin: Callable[[], None]) -> int:
        held = []
        for _ in range(4):
            held.append(bytes(60 << 20))
            begin()
        begin()
        return len(bytes(200 << 20))

    isolation = Isolation(memory=100 << 20)
    with pytest.raises(QueryError, match="ran out of stack or memory"):
        isolation.run(work)
    assert isolation.steps == 5


def test_an_error_of_a_step_is_the_callers() -> None:
    def work(begin: Callable[[], None]) -> None:
        begin()
        raise UsageError("Not this.")

    with pytest.raises(UsageError, match="Not this"):
        Isolation(timeout=5).run(work)
