"""Writing files atomically: a reader sees the old content or the new, and so does a crash."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from mipex_kg.system.errors import cannot_write
from mipex_kg.system.folder import Folder, make_like, write_all
from mipex_kg.system.plain_path import LONGEST_STEP

_NAMELESS = getattr(os, "O_TMPFILE", 0)  # of Linux
# What says that a file system has no files without a name.
_NO_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)
_PROBED = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
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
    like = folder.stat_of(name)
    with NewFile.written(folder, name, data) as new:
        if like is not None:
            make_like(new.descriptor, like)
        os.fsync(new.descriptor)
        new.replace()
    folder.sync()


class NewFile:
    """A file that was written beside the one whose place it takes.

    Where the system has files without a name, it gets one only then: a process that is killed
    leaves nothing behind, except between these two steps. Where not, it has one from the start, and
    is locked. What is left then, the next one that writes the same file removes.

    :param descriptor: to write to
    :param folder: where it is
    :param name: of the file whose place it takes
    """

    def __init__(self, descriptor: int, folder: Folder, name: str, *, is_named: bool) -> None:
        self.descriptor, self._folder, self._name = descriptor, folder, name
        self._temporary = _temporary(name)
        self._is_named, self._can_be_named = is_named, not is_named

    @classmethod
    @contextlib.contextmanager
    def written(cls, folder: Folder, name: str, data: bytes) -> Iterator[Self]:
        """Write a new file, which is removed in the end if it has not taken a place.

        :raises OSError: when it can't be written, or another process writes it
        """
        nameless = _nameless(folder)
        descriptor = _made(folder, _temporary(name)) if nameless is None else nameless
        new = cls(descriptor, folder, name, is_named=nameless is None)
        try:
            write_all(descriptor, data)
            yield new
        finally:  # Ctrl-C too leaves no file behind
            if new._is_named:
                with contextlib.suppress(OSError):
                    folder.remove(new._temporary)
            os.close(descriptor)

    def replace(self) -> None:
        """Let it take the place of the old file, which is lost.

        :raises OSError: when it can't
        """
        self._move(self._folder.move_to)
        self._is_named = False

    def swap(self) -> None:
        """Let it and the old file change places; `swap_back` undoes that.

        :raises OSError: when they can't; with ``ENOTSUP`` when the system can't do it at all
        """
        self._move(self._folder.exchange)

    def swap_back(self) -> None:
        """Put back what it has changed places with; where that fails, both stay.

        :raises OSError: when they can't
        """
        self._is_named = False
        self._folder.exchange(self._temporary, self._folder, self._name)
        self._is_named = True

    def drop_old(self) -> None:
        """Remove what it has changed places with.

        :raises OSError: when it can't
        """
        self._folder.remove(self._temporary)
        self._is_named = False

    def _move(self, move: Callable[[str, Folder, str], None]) -> None:
        for tried in range(1, _MOST_TRIES + 1):
            try:
                if not self._is_named:
                    self._take_name()
                move(self._temporary, self._folder, self._name)
                return
            except FileNotFoundError:
                # Another process that writes the same file took this one for a leftover.
                if tried == _MOST_TRIES or not self._can_be_named:
                    raise
                self._is_named = False

    def _take_name(self) -> None:
        source = f"/proc/self/fd/{self.descriptor}"
        for _ in range(_MOST_TRIES):
            try:
                os.link(
                    source,
                    self._temporary,
                    dst_dir_fd=self._folder.descriptor,
                    follow_symlinks=True,
                )
                self._is_named = True
                return
            except FileExistsError:
                with contextlib.suppress(FileNotFoundError):
                    self._folder.remove(self._temporary)
        raise FileExistsError(
            errno.EEXIST, os.strerror(errno.EEXIST), str(self._folder.path / self._temporary)
        )


def _temporary(name: str) -> str:
    temporary = f".{name}.mipex-kg"
    return temporary if len(os.fsencode(temporary)) <= LONGEST_STEP else ".mipex-kg"


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


def _made(folder: Folder, temporary: str) -> int:
    """Make a file with a name, and lock it, so that others see that it is not a leftover."""
    for _ in range(_MOST_TRIES):
        _remove_unlocked(folder, temporary)
        try:
            descriptor = folder.made(temporary)
        except FileExistsError:
            continue
        try:
            found = folder.stat_of(temporary) if _lock(descriptor, fcntl.LOCK_EX) else None
            if found and os.path.samestat(found, os.fstat(descriptor)):
                return descriptor
            os.close(descriptor)  # another process was quicker, and took it for a leftover
        except BaseException:
            with contextlib.suppress(OSError):
                folder.remove(temporary)
            os.close(descriptor)
            raise
    raise BlockingIOError(errno.EBUSY, os.strerror(errno.EBUSY), str(folder.path / temporary))


def remove_leftover(folder: Folder, name: str) -> None:
    """Remove what a process that was killed has left where it wrote a file.

    :raises OSError: when it can't be removed
    """
    _remove_unlocked(folder, _temporary(name))


def _remove_unlocked(folder: Folder, temporary: str) -> None:
    found = folder.stat_of(temporary)
    if found is None or not stat.S_ISREG(found.st_mode):
        return
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(temporary, _PROBED, dir_fd=folder.descriptor)
        try:
            if _lock(descriptor, fcntl.LOCK_SH):
                folder.remove(temporary)
        finally:
            os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    """Lock a file, unless another process has; where there are no locks, none has."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
