"""Running commands cold, in turns, and telling what they took."""

from __future__ import annotations

import contextlib
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
from typing import NamedTuple, TypeVar

Command = Sequence[str | Path]
Key = TypeVar("Key")

TOOLS = Path(sys.executable).parent
MIPEX_KG = TOOLS / "mipex-kg"
# What takes longer (seconds) is ended, and is not asked again.
LIMIT = 60


@dataclass(frozen=True)
class Run:
    """What one run took, and what came of it.

    :param seconds: by the clock
    :param processor: seconds of processor time, which other programs hardly change
    :param peak: the most memory that a process had, in MiB
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


def run(
    commands: Sequence[Command], work: Path, limit: float = LIMIT, *, with_children: bool = False
) -> Run:
    """Run commands one after the other, each in a process of its own.

    :param with_children: whether the memory is that of all its processes together
    :returns: what they took together; the output and the exit code are the last one's
    """
    seconds, processor, peak, code, output = 0.0, 0.0, 0.0, 0, b""
    for command in commands:
        with tempfile.TemporaryFile(dir=work) as out, (work / "errors").open("wb") as err:
            start = time.perf_counter()
            process = subprocess.Popen(
                list(map(str, command)),
                stdout=out,
                stderr=err,
                cwd=work,
                env=environment(work),
                start_new_session=with_children,
            )
            watch = _Watch(process.pid) if with_children else None
            timer = threading.Timer(limit, os.kill, [process.pid, signal.SIGKILL])
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            seconds += time.perf_counter() - start
            timer.cancel()
            processor += usage.ru_utime + usage.ru_stime
            process.returncode = code = os.waitstatus_to_exitcode(status)
            peak = max(peak, watch.peak() if watch else usage.ru_maxrss / 1024)
            out.seek(0)
            output = out.read()
    return Run(seconds, processor, peak, code, output)


class _Watch:
    """Looks again and again how much memory the processes of a session have together.

    What they share counts once: it is divided among them (PSS).
    """

    def __init__(self, session: int) -> None:
        self._session, self._most = session, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            found = map(memory_of, processes(self._session))
            self._most = max(self._most, sum(memory.divided for memory in found))

    def peak(self) -> float:
        """Stop looking, and give the most that was seen, in MiB."""
        self._ended.set()
        self._thread.join()
        return self._most / 1024


def processes(session: int) -> Iterator[Path]:
    """Find the processes of a session, as folders of `/proc`."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # Behind the name in brackets: state, parent, group, session.
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                yield folder


class Memory(NamedTuple):
    """What a process has in memory, in KiB.

    :param whole: all that it sees (RSS)
    :param divided: the same, where what it shares is divided among those who share it (PSS)
    :param own: what nobody else has (USS)
    """

    whole: int = 0
    divided: int = 0
    own: int = 0


def memory_of(process: Path) -> Memory:
    """Tell a process's memory; none if it has just ended.

    :param process: its folder in `/proc`
    """
    with contextlib.suppress(OSError, ValueError, KeyError):
        lines = (process / "smaps_rollup").read_text().splitlines()[1:]
        told = {name: int(rest.split()[0]) for name, _, rest in (x.partition(":") for x in lines)}
        return Memory(told["Rss"], told["Pss"], told["Private_Clean"] + told["Private_Dirty"])
    return Memory()


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
