"""Where a command's result goes: standard output, or a file that is replaced whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mipex_kg.errors import cannot_write

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file, whole or not at all, in place of standard output.",
)


def emit(data: bytes | str, output: Path | None) -> None:
    """Write a result.

    :param data: bytes are written as they are; text is for people, and loses its colours where
        there is no terminal
    :param output: a file to replace; None for standard output
    :raises OutputError: when the file can't be written; it is left as it was
    """
    if output is not None:
        write_atomically(output, data if isinstance(data, bytes) else click.unstyle(data).encode())
    elif isinstance(data, str):
        click.echo(data, nl=False)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file by a new one, or leave it as it was.

    A link stays one: the file that it leads to is replaced. A device or pipe is written to.

    :raises OutputError: when it can't be written
    """
    # Imported here: it takes a while, and most results go to standard output.
    import tempfile

    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = Path(os.path.realpath(path))
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(_mode(target))
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write(path, error) from None


def _mode(path: Path) -> int:
    """Keep the mode of the file that is replaced; a new one gets what ``open`` would give it."""
    if path.exists():
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
