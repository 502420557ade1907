"""Measuring that work grows as what it is given does: by ratios, in a process that can be ended."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

from mipex_kg.system.child_process import run_isolated
from tests.commands import HUNG

T = TypeVar("T")
# Seconds that are long enough to be measured, and the most pieces that are tried to come to them.
_LONG_ENOUGH, _MOST = 0.005, 100_000
# Sixteen times as much takes sixteen times as long, or 256 times. Where memory is asked for it
# takes forty, and sixty while other programs fill the processor's caches.
_TIMES, _MOST_RATIO, _TRIES = 16, 72.0, 8


def require_linear(work: Callable[[T], object], make: Callable[[int], T], start: int = 250) -> None:
    """Make sure that work on something that is made of so many pieces grows as their number.

    :param work: is done on what is made
    :param make: makes something of a number of pieces
    """
    found = run_isolated(lambda: _ratio(work, make, start), timeout=HUNG)
    assert found <= _MOST_RATIO, f"{_TIMES} times as much takes {found:.1f} times as long"


def _ratio(work: Callable[[T], object], make: Callable[[int], T], start: int) -> float:
    # Else each look for garbage goes through all that the tests have made so far, and copies it.
    gc.freeze()
    few = start
    _seconds(work, make(few))  # what is done once, such as imports
    while True:
        least_of_few = min(_seconds(work, make(few)) for _ in range(2))
        if few >= _MOST or least_of_few >= _LONG_ENOUGH:
            break
        few *= 2
    least_of_many = float("inf")
    # A busy machine makes work longer, never shorter: the least of each counts.
    for _ in range(_TRIES):
        least_of_many = min(least_of_many, _seconds(work, make(few * _TIMES)))
        if least_of_many <= _MOST_RATIO * least_of_few:
            break
        least_of_few = min(least_of_few, _seconds(work, make(few)))
    return least_of_many / least_of_few


def _seconds(work: Callable[[T], object], made: T) -> float:
    gc.collect()
    began = time.process_time()
    work(made)
    return max(time.process_time() - began, 1e-6)
