"""Running commands cold, in turns, and telling what they took."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Command = Sequence[str | Path]
Key = TypeVar("Key")

TOOLS = Path(sys.executable).parent
MIPEX_KG = TOOLS / "mipex-kg"
# Whoever takes longer (seconds) is ended, and is not asked again.
LIMIT = 60


@dataclass(frozen=True)
class Run:
    """What one run took, and what came of it.

    :param seconds: by the clock
    :param processor: seconds of processor time, which other programs hardly change
    :param peak: the most memory that any of its processes had, in MiB
    """

    seconds: float
    processor: float
    peak: float
    code: int
    output: bytes

    @property
    def is_stopped(self) -> bool:
        """Whether it was ended because it took too long."""
        return self.code == -signal.SIGKILL


@contextmanager
def workplace() -> Iterator[Path]:
    """Make a folder for a benchmark's files, and remove it in the end."""
    with tempfile.TemporaryDirectory(prefix="mipex-kg-bench-") as folder:
        yield Path(folder)


def environment(work: Path) -> dict[str, str]:
    """Give every program the same: bytecode and caches below the workplace, and wide lines."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MIPEX_KG"))}
    ours = {"PYTHONPYCACHEPREFIX": work / "bytecode", "XDG_CACHE_HOME": work / "cache"}
    return {**kept, **{k: str(v) for k, v in ours.items()}, "COLUMNS": "100000", "NO_COLOR": "1"}


def run(commands: Sequence[Command], work: Path, limit: float = LIMIT) -> Run:
    """Run commands one after the other, each in a process of its own.

    :returns: what they took together; the output and the exit code are the last one's
    """
    seconds, processor, peak, code, output = 0.0, 0.0, 0.0, 0, b""
    for command in commands:
        with tempfile.TemporaryFile(dir=work) as out, (work / "errors").open("wb") as err:
            start = time.perf_counter()
            process = subprocess.Popen(
                list(map(str, command)), stdout=out, stderr=err, cwd=work, env=environment(work)
            )
            timer = threading.Timer(limit, os.kill, [process.pid, signal.SIGKILL])
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            seconds += time.perf_counter() - start
            timer.cancel()
            processor += usage.ru_utime + usage.ru_stime
            process.returncode = code = os.waitstatus_to_exitcode(status)
            peak = max(peak, usage.ru_maxrss / 1024)
            out.seek(0)
            output = out.read()
    return Run(seconds, processor, peak, code, output)


def in_turns(tasks: Mapping[Key, Callable[[], Run]], times: int) -> dict[Key, list[Run]]:
    """Run every task once to warm up, then all of them in turns, so that a busy spell hits all.

    :returns: the runs of each task, without the first; the first alone if it took too long
    """
    runs = {key: [task()] for key, task in tasks.items()}
    ended = [key for key, (done,) in runs.items() if not done.is_stopped]
    for _ in range(times):
        for key in ended:
            runs[key].append(tasks[key]())
    return {key: done[1:] if key in ended else done for key, done in runs.items()}


def median(runs: Sequence[Run]) -> float:
    """Give the median of the seconds."""
    return statistics.median(run.seconds for run in runs)


def least_processor(runs: Sequence[Run]) -> float:
    """Give the processor time of the run that was disturbed least."""
    return min(run.processor for run in runs)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table; all columns but the first are numbers.

    >>> print(table(["program", "ratio"], [["roqet", "0.3"]]), end="")
    | program | ratio |
    | --- | --: |
    | roqet | 0.3 |
    """
    rule = ["---", *["--:"] * (len(header) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (header, rule, *rows))


def note(text: str) -> None:
    """Tell on standard error what is being done."""
    print(text, file=sys.stderr, flush=True)
