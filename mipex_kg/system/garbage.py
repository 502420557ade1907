"""Python's search for cyclic garbage, put off while a lot is made that stays.

Each search looks through all that was made so far: reading would take time that grows faster than
the data.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Turns:
    """Counts who wants no search: threads come and go in any order."""

    def __init__(self) -> None:
        self._lock, self._users, self._was_enabled = threading.Lock(), 0, False
        # A fork while another thread has the lock would leave the child with nobody to open it.
        release = self._lock.release
        os.register_at_fork(
            before=self._lock.acquire, after_in_parent=release, after_in_child=release
        )

    def begin(self) -> None:
        with self._lock:
            if self._users == 0:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._users += 1

    def end(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._was_enabled:
                gc.enable()


_turns = _Turns()


@contextmanager
def keeping_all() -> Iterator[None]:
    """Search for no cyclic garbage meanwhile; threads may do this at the same time.

    It is a decorator of functions too. In the end, all is as the first who came had found it.

    >>> gc.enable()
    >>> with keeping_all(), keeping_all():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    _turns.begin()
    try:
        yield
    finally:
        _turns.end()
