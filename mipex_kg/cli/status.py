"""Showing on a terminal what is being done, once that takes long; and telling what it took.

The line is written by a process of its own, so that it goes on while the engine holds up this one.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from typing import NoReturn

import click

from mipex_kg.system import phases
from mipex_kg.system.forking import fork_uninterruptible
from mipex_kg.system.phases import Profile

# Seconds before anything is shown, and between two lines.
_PATIENCE, _PAUSE = 2.0, 1.0
_CLEAR = "\r\x1b[K"


class Status:
    """A line on the terminal that says what is being done."""

    def __init__(self) -> None:
        self._pipe, self._writer, self._owner = -1, 0, os.getpid()

    def __call__(self, under_way: tuple[str, ...]) -> None:
        """Show what is being done from now on."""
        if os.getpid() != self._owner:
            return
        if not self._writer:
            self._start()
        with contextlib.suppress(OSError):
            os.write(self._pipe, f"{under_way[-1] if under_way else ''}\n".encode())

    def _start(self) -> None:
        reading, self._pipe = os.pipe()
        self._writer = fork_uninterruptible()
        if self._writer == 0:
            os.close(self._pipe)
            _write_lines(reading)
        os.close(reading)

    def end(self) -> None:
        """Take the line away: something else is going to be written."""
        phases.forget(self)
        if self._writer and os.getpid() == self._owner:
            with contextlib.suppress(OSError):
                os.write(self._pipe, b"\0")
                os.close(self._pipe)
                os.waitpid(self._writer, 0)
            self._writer = 0


def _write_lines(reading: int) -> NoReturn:
    """Write a line each second until there is nothing more to be shown."""
    try:
        # No reader of results is to wait for us.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        start, doing, is_shown = time.monotonic(), "", False
        while True:
            spent = time.monotonic() - start
            if select.select([reading], [], [], max(_PATIENCE - spent, _PAUSE))[0]:
                told = os.read(reading, 1 << 16)
                if not told or told.endswith(b"\0"):
                    break
                doing = told.decode().split("\n")[-2]
            spent = time.monotonic() - start
            if spent >= _PATIENCE:
                is_shown = True
                line = f"{doing} … {spent:.0f} s" if doing else ""
                os.write(2, f"{_CLEAR}{line}".encode())
        if is_shown:
            os.write(2, _CLEAR.encode())
    finally:
        os._exit(0)


def table(profile: Profile) -> str:
    """Write where the time went: for each phase its seconds and its share."""
    seconds = profile.seconds()
    rest = seconds.pop("")
    rows = [*seconds.items(), ("Everything else", rest)]
    whole = sum(spent for _, spent in rows) or 1
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:<{width}}  {spent:8.2f} s  {spent / whole:4.0%}" for name, spent in rows]
    lines.append(f"  {'In all':<{width}}  {whole:8.2f} s")
    return "\n".join([click.style("Where the time went:", bold=True), *lines])
