"""Writing files atomically: a reader sees the old content or the new, and so does a crash."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from mipex_kg.system.errors import cannot_write
from mipex_kg.system.folder import Folder, make_like, write_all
from mipex_kg.system.plain_path import LONGEST_STEP

_NAMELESS = getattr(os, "O_TMPFILE", 0)  # of Linux
# What says that a file system has no files without a name.
_NO_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)
_MOST_TRIES = 10


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file by a new one, or leave it as it was.

    The new file has the owner and the mode of the old one, as far as the system allows. A link
    stays one: the file that it leads to is replaced. Another name of that file keeps the old
    content. A device or pipe is written to.

    :raises OutputError: when it can't be written
    """
    try:
        if path.exists() and not path.is_file():
            _write_into(path, data)
            return
        target = Path(os.path.realpath(path))
        with Folder.open(target.parent) as folder:
            _replace(folder, target.name, data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write(path, error) from None


def _write_into(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)


def _replace(folder: Folder, name: str, data: bytes) -> None:
    """Write a file without a name, give it one, and then that of the old file.

    So a process that is killed leaves nothing behind, except between the last two steps: what it
    leaves then, the next one takes away.
    """
    like = folder.stat_of(name)
    with _written(folder, data) as (descriptor, temporary):
        if like is not None:
            make_like(descriptor, like)
        os.fsync(descriptor)
        for tried in range(1, _MOST_TRIES + 1):
            try:
                if temporary is None:
                    _name(descriptor, folder, _temporary(name))
                _move(temporary or _temporary(name), folder, name)
                break
            except FileNotFoundError:
                # Another process that writes the same file took ours for a leftover.
                if tried == _MOST_TRIES or temporary:
                    raise
    folder.sync()


def _move(temporary: str, folder: Folder, name: str) -> None:
    try:
        folder.move_to(temporary, folder, name)
    except BaseException:
        with contextlib.suppress(OSError):
            folder.remove(temporary)
        raise


def _temporary(name: str) -> str:
    temporary = f".{name}.mipex-kg"
    return temporary if len(os.fsencode(temporary)) <= LONGEST_STEP else ".mipex-kg"


@contextlib.contextmanager
def _written(folder: Folder, data: bytes) -> Iterator[tuple[int, str | None]]:
    """Write a new file.

    :returns: its descriptor, and its name where it must have one from the start
    """
    descriptor = _nameless(folder)
    temporary = None
    if descriptor is None:
        temporary = f".{secrets.token_hex(8)}.mipex-kg"
        descriptor = folder.made(temporary)
    try:
        write_all(descriptor, data)
        yield descriptor, temporary
    except BaseException:  # Ctrl-C too leaves no file behind
        if temporary:
            with contextlib.suppress(OSError):
                folder.remove(temporary)
        raise
    finally:
        os.close(descriptor)


def _nameless(folder: Folder) -> int | None:
    """Make a file without a name, where the system has such."""
    if not (_NAMELESS and Path("/proc/self/fd").is_dir()):
        return None
    try:
        flags = os.O_WRONLY | os.O_CLOEXEC | _NAMELESS
        return os.open(".", flags, 0o666, dir_fd=folder.descriptor)
    except OSError as error:
        if error.errno in _NO_NAMELESS:
            return None
        raise


def _name(descriptor: int, folder: Folder, name: str) -> None:
    """Give a file a name; what a process that was killed has left under it goes."""
    source = f"/proc/self/fd/{descriptor}"
    for _ in range(_MOST_TRIES):
        try:
            os.link(source, name, dst_dir_fd=folder.descriptor, follow_symlinks=True)
            return
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                folder.remove(name)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder.path / name))
