"""What the commands say to people: how wide, how much, and how errors and notes look."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from mipex_kg.system import log
from mipex_kg.system.errors import KgError

_QUIET = "mipex_kg.quiet"


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

    logger = logging.getLogger(log.NAME)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    # A stream of its own: a child process that may die has no other standard error.
    handler = logging.StreamHandler(os.fdopen(os.dup(2), "w", errors="replace"))
    handler.setFormatter(Visible())
    logger.handlers = [handler]


def say(text: str) -> None:
    """Say on standard output how it went, where that is not the result itself."""
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

    click.echo(f"{click.style(f'{kind}:', fg=colour)} {visible(text)}", err=True)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal while something takes long.

    :returns: a function to call with what is done and what there is to do
    """
    hidden = is_quiet() or not sys.stderr.isatty()
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show
