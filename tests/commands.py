"""Calling the command line some thousand times: each call in a process of its own.

They are forked from one that has loaded the tool already, which takes longer than most commands.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from mipex_kg.system import kernel

# What commands load, the large libraries among it.
_LOADED = (
    "mipex_kg.cli",
    "mipex_kg.site.build_cache",
    "mipex_kg.checks.registry",
    "mipex_kg.site.embedding",
    "pyshacl",
)
# What takes so many seconds never ends, however busy the machine is.
HUNG = 600


class Commands:
    """Calls the command line.

    :param environment: of all calls
    :param work: a folder for what they read and write
    """

    def __init__(self, environment: Mapping[str, str], work: Path) -> None:
        self._work, self._environment = work, environment
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*_LOADED, __name__])

    def call(
        self, arguments: Sequence[str | Path], stdin: bytes, cwd: Path
    ) -> tuple[int, bytes, bytes]:
        """Call it, and give the exit code and what was written to standard output and error."""
        files = [self._work / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_bytes(stdin)
        process = self._context.Process(
            target=_run, args=(list(map(str, arguments)), str(cwd), files)
        )
        # The first call starts the process from which all others come.
        with patch.dict(os.environ, self._environment, clear=True):
            process.start()
        process.join(HUNG)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{arguments} take too long.")
        return process.exitcode, files[1].read_bytes(), files[2].read_bytes()


def wait_for_no_disk() -> None:
    """Let this process flush nothing: no test cuts the power, and each would wait for all others.

    That files are flushed, and what happens where that fails, is tried in
    ``attack/test_disk_faults.py``.
    """

    def flush(descriptor: int) -> None:
        """Do nothing."""

    kernel.flush = flush
    os.fsync = flush  # type: ignore[assignment]


def _run(arguments: list[str], cwd: str, files: Sequence[Path]) -> None:
    """Be the command."""
    from mipex_kg.cli import main

    for number, (file, mode) in enumerate(zip(files, ("rb", "wb", "wb"), strict=True)):
        with file.open(mode) as opened:
            os.dup2(opened.fileno(), number)
    sys.stdin = os.fdopen(0, closefd=False)
    os.chdir(cwd)
    wait_for_no_disk()
    # Without its bytecode, each process would compile the rest of the tool.
    sys.dont_write_bytecode = False
    sys.argv = ["mipex-kg", *arguments]
    main()
