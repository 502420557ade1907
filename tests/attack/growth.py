"""Measuring that work grows as what it is given does: by ratios, in a process that can be ended."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

from mipex_kg.system.child_process import run_isolated

T = TypeVar("T")
# After so many seconds the work has hung.
HUNG = 300
# Seconds that are long enough to be measured, and the most pieces that are tried to come to them.
_LONG_ENOUGH, _MOST = 0.02, 200_000
# Four times as much takes four times as long, or sixteen times.
_TIMES, _MOST_RATIO, _TRIES = 4, 9.0, 3


def require_linear(work: Callable[[T], object], make: Callable[[int], T], start: int = 500) -> None:
    """Make sure that work on something that is made of so many pieces grows as their number.

    :param work: is done on what is made
    :param make: makes something of a number of pieces
    """
    found = run_isolated(lambda: _ratio(work, make, start), timeout=HUNG)
    assert found <= _MOST_RATIO, f"{_TIMES} times as much takes {found:.1f} times as long"


def _ratio(work: Callable[[T], object], make: Callable[[int], T], start: int) -> float:
    few = start
    while few < _MOST and _seconds(work, make(few)) < _LONG_ENOUGH:
        few *= 2
    best = float("inf")
    for _ in range(_TRIES):
        ratio = _seconds(work, make(few * _TIMES)) / _seconds(work, make(few))
        best = min(best, ratio)
        if best <= _MOST_RATIO:
            break
    return best


def _seconds(work: Callable[[T], object], made: T) -> float:
    gc.collect()
    began = time.process_time()
    work(made)
    return max(time.process_time() - began, 1e-6)
