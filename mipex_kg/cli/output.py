"""Where a command's result goes: standard output, or a file that is replaced whole."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mipex_kg.cli import terminal
from mipex_kg.cli.choices import NamedChoice

format_option = click.option(
    "-f",
    "--format",
    type=NamedChoice(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format.",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE (atomically) instead of standard output.",
)


def as_json(document: object) -> bytes:
    """Write a document as JSON, for people and programs."""
    import json  # imported here, as it takes a while

    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def emit(data: bytes | str, output: Path | None) -> None:
    """Write a result.

    :param data: bytes are written as they are; text is for people, and loses its colours where
        there is no terminal
    :param output: a file to replace; None for standard output
    :raises OutputError: when the file can't be written; it is left as it was
    """
    terminal.clear()
    if output is not None:
        from mipex_kg.system.writing import write_atomically  # imported here, as it takes a while

        write_atomically(output, data if isinstance(data, bytes) else click.unstyle(data).encode())
    elif isinstance(data, str):
        click.echo(data, nl=False)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
