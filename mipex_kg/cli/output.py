"""Where a command's result goes: standard output, or a file that is replaced whole."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mipex_kg.cli import terminal
from mipex_kg.cli.choices import NamedChoice
from mipex_kg.system.errors import KgError, UsageError

if TYPE_CHECKING:
    from mipex_kg.project.project import Project


format_option = click.option(
    "-f",
    "--format",
    type=NamedChoice(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format.",
)


def _require_result(
    ctx: click.Context, _parameter: click.Parameter, path: Path | None
) -> Path | None:
    """Refuse to put a result in the place of what a project is made of: it would be lost.

    :raises UsageError: when the file is one of a project's: that above it, or that which is asked;
        or when the settings above it don't say whether it is
    """
    # A name that can be none is told when it is written.
    if path is None or not os.path.exists(path):  # noqa: PTH110 - of such a name, this says no
        return path
    for project in _projects(ctx, path):
        if project.is_made_of(path):
            raise UsageError(
                f"{path} is one of the files that {project.root} is made of.",
                hint="Choose another file with -o, or leave -o out, and paste what you need.",
            )
    return path


def _projects(ctx: click.Context, path: Path) -> Iterator[Project]:
    # Imported here, as it takes a while, and few files are replaced.
    from mipex_kg.project.project import find_project, load_project
    from mipex_kg.project.settings import FILE_NAME

    above = (each for each in path.resolve().parents if (each / FILE_NAME).is_file())
    yield from map(load_project, islice(above, 1))
    with contextlib.suppress(KgError):  # as the command itself will say, if it needs it
        yield find_project(ctx.find_object(Path))


def _require_unread(output: Path) -> None:
    """Refuse to put a result in the place of a file that the command was given to read.

    :raises UsageError: when it is one
    """
    context = click.get_current_context(silent=True)
    for name, value in context.params.items() if context else ():
        for each in value if isinstance(value, tuple) else (value,):
            # Any text may be given, such as a query.
            is_file = isinstance(each, str | Path) and os.path.isfile(each)  # noqa: PTH113
            if is_file and name != "output" and _is_same(output, each):
                raise UsageError(f"{output} is what is read.", hint="Choose another file with -o.")


def _is_same(output: Path, file: str | Path) -> bool:
    return os.path.exists(output) and output.samefile(file)  # noqa: PTH110 - as above


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_require_result,
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
    :raises UsageError: when it is what the command was given to read
    """
    terminal.clear()
    if output is not None:
        _require_unread(output)
        from mipex_kg.system.writing import write_atomically  # imported here, as it takes a while

        write_atomically(output, data if isinstance(data, bytes) else click.unstyle(data).encode())
    elif isinstance(data, str):
        click.echo(data, nl=False)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
