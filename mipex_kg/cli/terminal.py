"""What the commands that write for people share: how wide they may write, and how errors look."""

from __future__ import annotations

import click

from mipex_kg.system.errors import KgError


def columns() -> int:
    """Tell how many columns the terminal has."""
    # Imported here: what is piped has no width, and it takes a while.
    import shutil

    return shutil.get_terminal_size().columns


def width() -> int:
    """Tell how wide lines may be: the terminal's width, but no wider than one reads with ease."""
    return min(columns(), 100)


def show_error(error: KgError) -> None:
    """Print an error and its hint on standard error."""
    from mipex_kg.rdf.terms import visible  # imported here, as only mistakes need it

    click.echo(f"{click.style('Error:', fg='red')} {visible(str(error))}", err=True)
    if error.hint:
        click.echo(f"{click.style('Hint:', fg='cyan')} {visible(error.hint)}", err=True)
