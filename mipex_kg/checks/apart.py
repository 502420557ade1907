"""Checking what a server sends, in a process that can be ended.

Anyone who wrote the pages may have meant to keep us busy, or to fill the memory. So they are also
fetched there: nothing of them is read in the process of the caller.
"""

from __future__ import annotations

import mmap
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mipex_kg.checks.checked_site import CheckedSite
from mipex_kg.checks.client import SiteClient, check_address
from mipex_kg.checks.mirror import bring
from mipex_kg.checks.registry import run_checks
from mipex_kg.project.project import Project
from mipex_kg.system.bounds import limit_memory
from mipex_kg.system.child_process import running
from mipex_kg.system.errors import RemoteError, SourceError
from mipex_kg.validation.report import Report

Progress = Callable[[int, int], None]
# How long it may take to fetch a site and to check it, and how many bytes of memory.
MOST_SECONDS, MOST_MEMORY = 2700.0, 4 << 30
# Seconds between two looks whether it is done.
_PAUSE = 0.05
# What both processes see: how much is done, and how much there is.
_COUNTS = struct.Struct("=LL")
_HINT = "Check one thing after the other with --only."


def check_served_site(
    project: Project,
    address: str,
    names: Iterable[str] = (),
    progress: Progress = lambda _done, _total: None,
    *,
    asks_names: bool = False,
    pythons: Mapping[str, Path] | None = None,
) -> Report:
    """Fetch a site from its server, and check it.

    :param project: whose site it is
    :param address: of the front page; ends with a slash
    :param names: of the checks; all of them unless some are named
    :param progress: called with what is done and what there is to do
    :param asks_names: whether to ask the host too where the names of things begin
    :param pythons: by which readers' own tools are run, by the names of the checks
    :raises UsageError: when there is no site at the address
    :raises RemoteError: when the server doesn't answer, or sends more than can be checked
    """
    with TemporaryDirectory(prefix="mipex-kg-") as folder:

        def work(note: Progress) -> Report:
            with ExitStack() as stack:
                client = stack.enter_context(SiteClient(address))
                host = SiteClient(check_address(project.base)) if asks_names else None
                others = stack.enter_context(host) if host else None
                mirror = bring(client, project, Path(folder), note, names=others)
                checked = CheckedSite(project, Path(folder), mirror, pythons or {})
                with _as_served(address, Path(folder)):
                    return run_checks(checked, names, note)

        return run_apart(work, progress)


@contextmanager
def _as_served(address: str, folder: Path) -> Iterator[None]:
    """Say of a file that can't be read where the server has it.

    :param folder: in which what was fetched lies
    :raises RemoteError: instead of an error about a file there
    """
    try:
        yield
    except SourceError as error:
        if error.path is None or not error.path.is_relative_to(folder):
            raise
        name = error.path.relative_to(folder).as_posix()
        message = f"{address}{name} can't be checked: {error.message}"
        raise RemoteError(message, hint=error.hint) from None


def run_apart(
    work: Callable[[Progress], Report],
    progress: Progress = lambda _done, _total: None,
    *,
    seconds: float = MOST_SECONDS,
    memory: int = MOST_MEMORY,
) -> Report:
    """Run checks in a process that can be ended.

    :param work: makes the report; it is given a function to report its progress
    :param progress: called with what is done and what there is to do
    :param seconds: how long it may take
    :param memory: bytes that it may take beyond what there is already
    :raises RemoteError: when it takes more of either
    :raises KgError: whichever the work raises
    """
    killed = RemoteError("What the server sends is more than can be checked.", hint=_HINT)
    counts = mmap.mmap(-1, _COUNTS.size)

    def note(done: int, total: int) -> None:
        counts[:] = _COUNTS.pack(done, total)

    def limited() -> Report:
        limit_memory(memory)
        return work(note)

    with running(limited, killed) as child:
        end = time.monotonic() + seconds
        while not child.is_done():
            done, total = _COUNTS.unpack(counts[:])
            if total:
                progress(done, total)
            if time.monotonic() > end:
                message = f"To check what the server sends takes more than {seconds:g} seconds."
                raise RemoteError(message, hint=_HINT)
            time.sleep(_PAUSE)
        return child.result()
