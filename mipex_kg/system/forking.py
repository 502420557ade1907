"""Forking children that Ctrl-C doesn't reach: the parent alone decides what it means."""

from __future__ import annotations

import os
import signal


def fork_uninterruptible() -> int:
    """Fork a child that ignores Ctrl-C from its first moment.

    A terminal sends the signal to the whole group. To a child that has not yet said that it ignores
    it, it would come as an exception in the midst of Python's own work after a fork.

    :returns: the child's number; 0 in the child
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
