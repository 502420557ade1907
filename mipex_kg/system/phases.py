"""Phases of what takes long, told to listeners: to show what is being done, and what it took.

Nobody listens unless the command line does, and then a phase costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

# Called with the names of the phases that are under way, the outermost first, when that changes.
Listener = Callable[[tuple[str, ...]], None]
_listeners: list[Listener] = []
_under_way: list[str] = []


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Say that something is being done; it is a decorator of functions too.

    :param name: what is being done, as in "Reading files"
    """
    if not _listeners:
        yield
        return
    _under_way.append(name)
    _tell()
    try:
        yield
    finally:
        # Another thread may have been in its midst.
        with suppress(ValueError):
            _under_way.remove(name)
        _tell()


def _tell() -> None:
    for listener in _listeners:
        listener(tuple(_under_way))


def listen(listener: Listener) -> None:
    """Let something be called whenever a phase begins or ends."""
    _listeners.append(listener)


def forget(listener: Listener) -> None:
    """Call it no more."""
    with suppress(ValueError):
        _listeners.remove(listener)


class Profile:
    """How long each phase took by itself, without the phases within it.

    :param start: seconds by ``clock`` at which all began
    :param clock: tells seconds
    :param first: what was done from the start until a phase begins or ends

    >>> seconds = iter([0, 1, 2, 4, 7, 10])
    >>> profile = Profile(0, lambda: next(seconds))
    >>> for under_way in [("a",), ("a", "b"), ("a",), ()]:
    ...     profile(under_way)
    >>> profile.seconds()
    {'': 3, 'a': 3, 'b': 1}
    """

    def __init__(
        self, start: float, clock: Callable[[], float] = time.perf_counter, first: str = ""
    ) -> None:
        self._clock, self._since, self._name = clock, start, first
        self._spent: dict[str, float] = {"": 0}

    def __call__(self, under_way: tuple[str, ...]) -> None:
        """Note that other phases are under way from now on."""
        now = self._clock()
        self._spent[self._name] = self._spent.get(self._name, 0) + now - self._since
        self._since, self._name = now, under_way[-1] if under_way else ""

    def seconds(self) -> dict[str, float]:
        """Give the seconds of each phase until now, in the order in which they began.

        What was in no phase has no name.
        """
        self((self._name,) if self._name else ())
        return dict(self._spent)
