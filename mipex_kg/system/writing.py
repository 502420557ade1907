"""Writing files: whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from mipex_kg.system.errors import cannot_write


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
        except BaseException:  # Ctrl-C too leaves no file behind
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
