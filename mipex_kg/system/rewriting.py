"""Changing files of other people: all of a file stays but its content, or it is left as it is.

A new file takes the place of the old one, at once. What can't be given to the new file would be
lost, such as an owner, an access list or a second name; a file that has such a thing is refused.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mipex_kg.system import reading
from mipex_kg.system.errors import OutputError, SourceError, cannot_write
from mipex_kg.system.folder import Folder, read_all
from mipex_kg.system.writing import NewFile, remove_leftover

# Not to wait for someone to write into a pipe.
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
# What says that something of a file can't be given to another, and that there is no such thing.
_NOT_GIVEN = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)
_NO_SUCH = (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
# Hashes that the system keeps of the content: it writes new ones.
_OF_CONTENT = ("security.ima", "security.evm")


class Original(NamedTuple):
    """A file as it was read.

    :param data: its content, or as much of it as was asked for
    :param found: which file that was, and when it was last changed
    """

    data: bytes
    found: os.stat_result


class ChangedMeanwhileError(OutputError):
    """Another program has changed a file since it was read."""


def read_original(path: Path, most: int) -> Original:
    """Read a file that may be rewritten.

    :param most: so many bytes are read, and one more if there are more
    :raises SourceError: when it can't be read, or is a pipe, a device or a folder
    """
    with reading.explained(path):
        descriptor = os.open(path, _READ)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise SourceError(
                    "It is not a file, but a folder, a pipe or a device.",
                    path=path,
                    hint="Name a file.",
                )
            return Original(read_all(descriptor, most + 1), found)
        finally:
            os.close(descriptor)


def rewrite(path: Path, original: Original, data: bytes) -> None:
    """Give a file another content, and leave all else as it is.

    Its owner, group, mode, extended attributes, access lists and the time of its last reading stay,
    and so do links that lead to it. The time of its last change is now.

    :param original: the file as it was read
    :raises ChangedMeanwhileError: when the file is no longer what was read; it can be tried again
    :raises OutputError: when it can't be written, or something of it would be lost
    """
    try:
        target = Path(os.path.realpath(path))
        _refuse_loss(path, original.found)
        with (
            Folder.open(target.parent) as folder,
            _opened(folder, target.name) as old,
            NewFile.written(folder, target.name, data) as new,
        ):
            kept = _give(path, old, original, new.descriptor)
            os.fsync(new.descriptor)
            if not _is_unchanged(os.fstat(old), original.found):
                raise _changed_meanwhile(path)
            if not _exchange(old, original, kept, new):
                raise _changed_meanwhile(path)
            folder.sync()
    except FileNotFoundError:
        raise _changed_meanwhile(path) from None
    except OSError as error:
        raise cannot_write(path, error) from None


def _exchange(old: int, original: Original, kept: _Kept, new: NewFile) -> bool:
    """Put the new file in the place of the old one, unless that is no longer what was read."""
    try:
        new.swap()
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
        new.replace()
        return True
    # Nobody can change it by its name any more, so that this is certain.
    is_same = (
        os.fstat(old).st_nlink == 1
        and _kept(old) == kept
        and read_all(old, len(original.data) + 1) == original.data
    )
    if is_same:
        new.drop_old()
    else:
        new.swap_back()
    return is_same


@contextlib.contextmanager
def _opened(folder: Folder, name: str) -> Iterator[int]:
    descriptor = os.open(name, _READ | os.O_NOFOLLOW, dir_fd=folder.descriptor)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_unchanged(found: os.stat_result, before: os.stat_result) -> bool:
    fields = "st_dev st_ino st_size st_mtime_ns st_ctime_ns"
    return all(getattr(found, name) == getattr(before, name) for name in fields.split())


def _changed_meanwhile(path: Path) -> ChangedMeanwhileError:
    return ChangedMeanwhileError(
        f"{path} is left as it is: another program changes it.",
        hint="Run it again when no other program writes that file.",
    )


def _refuse_loss(path: Path, found: os.stat_result) -> None:
    """Refuse a file that a new one can't take the place of.

    :raises OutputError: with the reason
    """
    if found.st_nlink > 1:
        raise OutputError(
            f"{path} is left as it is: it has {found.st_nlink} names (hard links), and the others "
            "would keep the old content.",
            hint="Put a copy in its place, which has one name, or remove the other names.",
        )
    if not os.access(path, os.W_OK):
        raise OutputError(
            f"{path} is left as it is: you may not write to it.",
            hint="Change its permissions, or run it as someone who may.",
        )


class _Kept(NamedTuple):
    """What stays of a file when its content changes."""

    owner: int
    group: int
    mode: int
    attributes: Mapping[str, bytes]


def _kept(descriptor: int) -> _Kept:
    found = os.fstat(descriptor)
    attributes = _attributes(descriptor)
    return _Kept(found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode), attributes)


def _attributes(descriptor: int) -> dict[str, bytes]:
    """Read extended attributes, of which access lists are some."""
    if not hasattr(os, "listxattr"):  # not on Linux
        return {}
    try:
        names = os.listxattr(descriptor)
    except OSError as error:
        if error.errno in _NO_SUCH:
            return {}
        raise
    return {name: os.getxattr(descriptor, name) for name in names if name not in _OF_CONTENT}


def _give(path: Path, old: int, original: Original, new: int) -> _Kept:
    """Give the new file all that the old one has.

    :returns: what that is
    :raises OutputError: when that can't be
    """
    wanted = _kept(old)
    found = os.fstat(new)
    if (found.st_uid, found.st_gid) != (wanted.owner, wanted.group):
        with _as_far_as_it_goes():
            os.fchown(new, wanted.owner, wanted.group)
    inherited = _attributes(new)
    for name in inherited.keys() - wanted.attributes.keys():
        with _as_far_as_it_goes():
            os.removexattr(new, name)
    for name, value in wanted.attributes.items():
        if inherited.get(name) != value:
            with _as_far_as_it_goes():
                os.setxattr(new, name, value)
    # Last, since the others may take rights away.
    with _as_far_as_it_goes():
        os.fchmod(new, wanted.mode)
    os.utime(new, ns=(original.found.st_atime_ns, os.fstat(new).st_mtime_ns))
    given = _kept(new)
    if lost := list(_differences(wanted, given)):
        raise OutputError(
            f"{path} is left as it is: a new file in its place can't have its {', '.join(lost)}.",
            hint="Run it as the owner of the file, or as the administrator.",
        )
    return wanted


@contextlib.contextmanager
def _as_far_as_it_goes() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_GIVEN:
            raise


def _differences(wanted: _Kept, given: _Kept) -> Iterator[str]:
    for what in ("owner", "group", "mode"):
        if getattr(wanted, what) != getattr(given, what):
            yield what
    for name in sorted(wanted.attributes.keys() | given.attributes.keys()):
        if wanted.attributes.get(name) != given.attributes.get(name):
            yield f"extended attribute {name}"


def clear(path: Path) -> None:
    """Remove what a process that was killed has left when it rewrote a file, if it can be."""
    target = Path(os.path.realpath(path))
    with contextlib.suppress(OSError), Folder.open(target.parent) as folder:
        remove_leftover(folder, target.name)
