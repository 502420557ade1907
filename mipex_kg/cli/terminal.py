"""What the commands say to people: how wide, how much, and how errors and notes look."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from mipex_kg.system import log, phases
from mipex_kg.system.errors import KgError

if TYPE_CHECKING:
    from mipex_kg.cli.status import Status

_QUIET = "mipex_kg.quiet"
_shown: list[Status] = []
_profiles: list[phases.Profile] = []


def columns() -> int:
    """Tell how many columns the terminal has."""
    # Imported here: what is piped has no width, and it takes a while.
    import shutil

    return shutil.get_terminal_size().columns


def width() -> int:
    """Tell how wide lines may be: the terminal's width, but no wider than one reads with ease."""
    return min(columns(), 100)


def silence() -> None:
    """Say nothing from now on but results and errors."""
    click.get_current_context().meta[_QUIET] = True
    clear()


def is_quiet() -> bool:
    """Tell whether only results and errors are wanted."""
    context = click.get_current_context(silent=True)
    return context is not None and _QUIET in context.meta


def say_more() -> None:
    """Show the log on standard error from now on, that of child processes too."""
    import logging  # imported here: it takes longer than many a query

    from mipex_kg.rdf.terms import visible

    class Visible(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return visible(super().format(record))

    clear()
    logger = logging.getLogger(log.NAME)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    # A stream of its own: a child process that may die has no other standard error.
    handler = logging.StreamHandler(os.fdopen(os.dup(2), "w", errors="replace"))
    handler.setFormatter(Visible())
    logger.handlers = [handler]


def show_phases() -> None:
    """Say from now on what is being done, once that takes long, if someone is watching."""
    is_watched = sys.stderr is not None and sys.stderr.isatty() and not os.environ.get("CI")
    if is_watched and os.environ.get("TERM") != "dumb" and not (is_quiet() or log.is_read()):
        from mipex_kg.cli.status import Status  # imported here, as programs don't watch

        status = Status()
        _shown.append(status)
        phases.listen(status)


def clear() -> None:
    """Take away what is shown of phases, before anything else is written."""
    while _shown:
        _shown.pop().end()


def profile() -> None:
    """Note from now on what takes how long."""
    if not _profiles:
        # What was done before is the start: it took as long as the processor worked on it.
        start = time.perf_counter() - time.process_time()
        found = phases.Profile(start, first="Starting")
        found(())
        _profiles.append(found)
        phases.listen(found)


def finish() -> None:
    """Show nothing any more but where the time went, if someone wants to know."""
    clear()
    while _profiles:
        found = _profiles.pop()
        phases.forget(found)
        from mipex_kg.cli.status import table  # imported here, as hardly anybody wants to know

        click.echo(table(found), err=True)


def say(text: str) -> None:
    """Say on standard output how it went, where that is not the result itself."""
    clear()
    if not is_quiet():
        click.echo(text)


def note(text: str) -> None:
    """Say on standard error what the user may not expect."""
    if not is_quiet():
        _tell("Note", "yellow", text)


def show_error(error: KgError) -> None:
    """Print an error and its hint on standard error."""
    _tell("Error", "red", str(error))
    if error.hint:
        _tell("Hint", "cyan", error.hint)


def _tell(kind: str, colour: str, text: str) -> None:
    from mipex_kg.rdf.terms import visible  # imported here, as most commands have nothing to say

    clear()
    click.echo(f"{click.style(f'{kind}:', fg=colour)} {visible(text)}", err=True)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal while something takes long.

    :returns: a function to call with what is done and what there is to do
    """
    clear()
    hidden = is_quiet() or not sys.stderr.isatty()
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show
