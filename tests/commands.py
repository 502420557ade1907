"""Calling the command line some thousand times: each call in a process of its own.

They are forked from one that has loaded the tool already, which takes longer than most commands.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from mipex_kg.system import kernel
from tests import standing_by

MIPEX_KG = ("-m", "mipex_kg")
# What takes so many seconds never ends, however busy the machine is.
HUNG = 600


class Standby:
    """A process that stands by for others, from the first call on.

    :param modules: that it loads
    :param environment: in which it is started
    :param python: by which it is run
    """

    def __init__(
        self,
        modules: Sequence[str],
        environment: Mapping[str, str],
        python: str | Path = sys.executable,
    ) -> None:
        self._modules, self._environment, self._python = modules, environment, str(python)

    @cached_property
    def address(self) -> str:
        """Start it, and tell where it listens."""
        # The addresses of sockets are short, which the folders of tests need not be.
        self._folder = tempfile.TemporaryDirectory(prefix="standby-")
        address = f"{self._folder.name}/socket"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen(128)
            number = listener.fileno()
            own = {k: v for k, v in self._environment.items() if k != standing_by.MEASURED}
            self._process = subprocess.Popen(
                [self._python, "-P", standing_by.__file__, str(number), *self._modules],
                env=own,
                stdin=subprocess.PIPE,
                pass_fds=[number],
            )
        return address

    def program(self, *arguments: str) -> str:
        """Write the program for a shell which calls it."""
        client = f'"{sys.executable}" -IS "{standing_by.__file__}" "{self.address}"'
        return f'#!/bin/sh\nexec {client} {" ".join(arguments)} "$@"\n'

    def close(self) -> None:
        """End it."""
        if "address" in vars(self):
            self._process.communicate(timeout=HUNG)
            self._folder.cleanup()


class Commands:
    """Calls the command line.

    :param environment: of all calls
    :param work: a folder for what they read and write
    """

    def __init__(self, standby: Standby, environment: Mapping[str, str], work: Path) -> None:
        self._standby, self._environment, self._work = standby, environment, work

    def having(self, variables: Mapping[str, str]) -> Commands:
        """Call it with more variables of the environment, or others."""
        return Commands(self._standby, {**self._environment, **variables}, self._work)

    def start(self, command: Sequence[str], files: Sequence[int], cwd: Path) -> standing_by.Running:
        """Start a program of Python's, told as Python is.

        :param files: its standard input, output and error
        """
        request = standing_by.Request(command, str(cwd), dict(self._environment))
        return standing_by.Running(self._standby.address, request, files)

    def call(
        self, arguments: Sequence[str | Path], stdin: bytes, cwd: Path
    ) -> tuple[int, bytes, bytes]:
        """Call it, and give the exit code and what was written to standard output and error."""
        files = [self._work / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_bytes(stdin)
        command = [*MIPEX_KG, *map(str, arguments)]
        request = standing_by.Request(command, str(cwd), dict(self._environment))
        with files[0].open("rb") as read, files[1].open("wb") as out, files[2].open("wb") as err:
            try:
                numbers = [file.fileno() for file in (read, out, err)]
                code = standing_by.call(self._standby.address, request, numbers, HUNG)
            except TimeoutError:
                raise TimeoutError(f"{arguments} take too long.") from None
        return code, files[1].read_bytes(), files[2].read_bytes()


def wait_for_no_disk() -> None:
    """Let this process flush nothing: no test cuts the power, and each would wait for all others.

    That files are flushed, and what happens where that fails, is tried in
    ``attack/test_disk_faults.py``.
    """

    def flush(descriptor: int) -> None:
        """Do nothing."""

    kernel.flush = flush
    os.fsync = flush  # type: ignore[assignment]
