"""A folder by its descriptor: what is done in it stays in it, whatever becomes of its path.

No link is followed, nothing that is there is written to, and errors name the whole path.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path
from typing import Self

from mipex_kg.system import kernel

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Not to wait for someone to write into a pipe.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PIECE = 1 << 20
_OPEN = 0o700
# What is there instead of what was asked for: nothing, a link, a file, a folder, a socket.
_NONE = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.EMLINK)


class Folder:
    """An open folder.

    :param descriptor: is closed with it
    :param path: for errors
    """

    def __init__(self, descriptor: int, path: Path) -> None:
        self.descriptor, self.path = descriptor, path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a folder by its path.

        :raises OSError: when it isn't there, or is not a folder
        """
        return cls(os.open(path, _FOLDER), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; to do so twice does no harm."""
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()

    def stat(self) -> os.stat_result:
        """Tell its mode, its owner and the like."""
        return os.fstat(self.descriptor)

    def inner(self, name: str) -> Folder:
        """Open a folder in it.

        :raises OSError: when there is none of this name
        """
        with self._named(name):
            return Folder(os.open(name, _FOLDER, dir_fd=self.descriptor), self.path / name)

    def below(self, path: str) -> Folder:
        """Open a folder below it, step by step.

        :param path: with slashes; empty for another descriptor of the folder itself
        :raises OSError: when it isn't there
        """
        folder = Folder(os.dup(self.descriptor), self.path)
        for step in filter(None, path.split("/")):
            try:
                inner = folder.inner(step)
            finally:
                folder.close()
            folder = inner
        return folder

    def make(self, name: str, mode: int = 0o777) -> None:
        """Make a folder in it.

        :raises FileExistsError: when there is something of this name
        """
        with self._named(name):
            os.mkdir(name, mode, dir_fd=self.descriptor)

    def entries(self) -> list[tuple[str, bool]]:
        """Name all that is in it, and say of each whether it is a folder."""
        with self._named(), os.scandir(self.descriptor) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        return sorted(found)

    def stat_of(self, name: str) -> os.stat_result | None:
        """Tell what something in it is; None if there is nothing of this name."""
        with self._named(name):
            try:
                return os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
            except OSError as error:
                if error.errno in _NONE:
                    return None
                raise

    def read(self, name: str) -> tuple[bytes, os.stat_result] | None:
        """Read a file; None if there is no regular file of this name.

        :returns: its content, and which file that is
        """
        with self._named(name):
            try:
                descriptor = os.open(name, _READ, dir_fd=self.descriptor)
            except OSError as error:
                if error.errno in _NONE:
                    return None
                raise
            try:
                found = os.fstat(descriptor)
                return (read_all(descriptor), found) if stat.S_ISREG(found.st_mode) else None
            finally:
                os.close(descriptor)

    def create(self, name: str, data: bytes, like: os.stat_result | None = None) -> os.stat_result:
        """Write a new file.

        :param like: whose mode and owner it gets, as far as that can be
        :returns: which file that is
        :raises FileExistsError: when there is something of this name
        """
        with self._named(name):
            descriptor = self.made(name)
            try:
                write_all(descriptor, data)
                if like is not None:
                    make_like(descriptor, like)
                return os.fstat(descriptor)
            finally:
                os.close(descriptor)

    def made(self, name: str) -> int:
        """Make a new file, to be written to by its descriptor.

        :raises FileExistsError: when there is something of this name
        """
        with self._named(name):
            return os.open(name, _CREATE, 0o666, dir_fd=self.descriptor)

    def link(self, name: str, source: Folder, source_name: str) -> None:
        """Give something that is in another folder a second name in this one.

        :raises OSError: when the file system can't, or there is something of this name
        """
        with self._named(name):
            os.link(
                source_name,
                name,
                src_dir_fd=source.descriptor,
                dst_dir_fd=self.descriptor,
                follow_symlinks=False,
            )

    def move_to(self, name: str, target: Folder, target_name: str) -> None:
        """Move something to another folder; a file that is there is replaced."""
        with self._named(name):
            os.rename(
                name,
                target_name,
                src_dir_fd=self.descriptor,
                dst_dir_fd=target.descriptor,
            )

    def exchange(self, name: str, target: Folder, target_name: str) -> None:
        """Let something change places with something in another folder.

        :raises OSError: when it can't; with ``ENOTSUP`` when the system can't do it at all
        """
        with self._named(name):
            kernel.exchange(
                name, target_name, first_fd=self.descriptor, second_fd=target.descriptor
            )

    def remove(self, name: str) -> None:
        """Remove a file, a link or the like."""
        with self._named(name):
            os.unlink(name, dir_fd=self.descriptor)

    def remove_folder(self, name: str) -> bool:
        """Remove a folder, if nothing is in it; say whether it was."""
        with self._named(name):
            try:
                os.rmdir(name, dir_fd=self.descriptor)
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                    return False
                raise
        return True

    def remove_tree(self, name: str) -> None:
        """Remove a folder with all that is in it; what links in it lead to stays."""
        with self.inner(name) as root:
            paths = [""]
            for path in paths:  # which grows meanwhile
                with root.below(path) as folder:
                    os.fchmod(folder.descriptor, _OPEN)
                    for entry, is_folder in folder.entries():
                        if is_folder:
                            paths.append(f"{path}/{entry}" if path else entry)
                        else:
                            folder.remove(entry)
            for path in reversed(paths[1:]):
                above, _, entry = path.rpartition("/")
                with root.below(above) as folder:
                    folder.remove_folder(entry)
        self.remove_folder(name)

    def sync(self) -> None:
        """Have its names reach the disk."""
        with self._named():
            os.fsync(self.descriptor)

    def _named(self, name: str = "") -> _Named:
        return _Named(self.path, name)


class _Named:
    """Lets errors name the whole path, which the system was not told.

    It stands around each of hundreds of thousands of calls, for which a generator would be slow.
    """

    __slots__ = ("_folder", "_name")

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            error.filename = str(self._folder / self._name)
            error.filename2 = None


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, however little the system takes at once."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_all(descriptor: int, most: int = sys.maxsize) -> bytes:
    """Read all that is in a file, or so many bytes of it."""
    pieces = []
    while most and (piece := os.read(descriptor, min(most, _PIECE))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def make_like(descriptor: int, like: os.stat_result) -> None:
    """Give a file the owner and the mode of another, as far as that can be."""
    found = os.fstat(descriptor)
    if (found.st_uid, found.st_gid) != (like.st_uid, like.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, like.st_uid, like.st_gid)
    mode = stat.S_IMODE(like.st_mode) & 0o777
    if stat.S_IMODE(os.fstat(descriptor).st_mode) != mode:
        os.fchmod(descriptor, mode)
