"""What others put into a folder that a build replaces: it is found, kept, and never written to.

Before the folders change places, each foreign file gets a second name in the new one, so that it is
never absent. Afterwards foreign folders change places too, and what came late is moved: in the end
everything is the very file or folder that it was, with its mode, its owner and its times.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from mipex_kg.system import kernel
from mipex_kg.system.errors import OutputError, UsageError
from mipex_kg.system.folder import Folder
from mipex_kg.system.plain_path import folders_of

# Why a file can't have a second name: who may give it, how many it may have, where it is.
_UNLINKABLE = (errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP)
_KEPT_ATTRIBUTES = ("system.posix_acl_", "user.")
_NO_ATTRIBUTES = (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


@dataclass(frozen=True)
class Foreign:
    """What no build wrote, by its path in the folder.

    :param files: and links, pipes and the like
    :param folders: with nothing of ours in them, parents first
    """

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)

    @cached_property
    def paths(self) -> frozenset[str]:
        """All of it."""
        return frozenset((*self.files, *self.folders))

    @property
    def units(self) -> list[str]:
        """The outermost of the folders: what is in them is foreign as a whole."""
        known = set(self.folders)
        return [path for path in self.folders if _folder(path) not in known]

    def loose(self) -> list[str]:
        """Name the files that are in none of the folders."""
        known = set(self.folders)
        return [path for path in self.files if _folder(path) not in known]

    def within(self, unit: str) -> Foreign:
        """Choose one of the folders, and what is in it."""
        inside = f"{unit}/"
        files = [path for path in self.files if path.startswith(inside)]
        return Foreign(files, [path for path in self.folders if f"{path}/".startswith(inside)])


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def find_foreign(root: Folder, ours: Collection[str]) -> Foreign:
    """Find what is in a folder and not ours.

    :param ours: the paths of the files that a build wrote
    :raises OutputError: when something can't be read, moved or made again, or is another file
        system
    """
    names, own_folders, device = set(ours), folders_of(ours), root.stat().st_dev
    files, folders, waiting = [], [], [("", False)]
    while waiting:
        path, is_inside = waiting.pop()
        prefix = f"{path}/" if path else ""
        is_foreign = path not in own_folders
        for name, is_folder in _entries(root, path, device, is_moved=not is_inside):
            inner = prefix + name
            if is_folder:
                waiting.append((inner, is_foreign))
                if inner not in own_folders:
                    folders.append(inner)
            elif inner not in names:
                files.append(inner)
    return Foreign(sorted(files), sorted(folders, key=lambda path: path.split("/")))


def _entries(root: Folder, path: str, device: int, *, is_moved: bool) -> list[tuple[str, bool]]:
    """List what is in a folder.

    :param is_moved: whether something in it, or the folder itself, will have another place
    """
    try:
        with root.below(path) as folder:
            if folder.stat().st_dev != device:
                raise _mounted(folder)
            if is_moved and not os.access(
                ".", os.W_OK | os.X_OK, dir_fd=folder.descriptor, effective_ids=True
            ):
                raise OutputError(
                    f"{folder.path} may not be changed.",
                    hint="Change its permissions, or choose another folder with -o.",
                )
            return folder.entries()
    except OSError as error:
        raise OutputError(
            f"{error.filename} can't be read, so that it can't be kept: {error.strerror}.",
            hint="Change its permissions, or move it away.",
        ) from None


def _mounted(folder: Folder) -> OutputError:
    return OutputError(
        f"{folder.path} is another file system, which can't be moved.",
        hint="Unmount it while you build, or choose another folder with -o.",
    )


def require_no_mounts(output: Folder) -> None:
    """Refuse a folder that is a file system by itself, or in which there is one.

    :raises OutputError: naming the mount
    """
    for point in kernel.mounts_below(output.path):
        if point == output.path:
            raise OutputError(
                f"{point} is a file system by itself, which can't be replaced.",
                hint="Build into a folder in it.",
            )
        raise _mounted(Folder(-1, point))


def require_no_conflict(found: Foreign, names: Collection[str], output: Folder) -> None:
    """Refuse to write over what others put there.

    :param names: of the files that a build writes
    :raises UsageError: naming the first that would be replaced
    """
    written, needed, folders = set(names), folders_of(names), set(found.folders)
    for path in (*found.files, *found.folders):
        if path in written or (path in needed and path not in folders):
            raise conflict(f"{output.path}/{path}")


def conflict(path: str) -> UsageError:
    """Name what a build would replace, though no build wrote it."""
    return UsageError(
        f"No build wrote {path}, and this one would replace it.",
        hint="Move it away, or change what the build would write there.",
    )


def dress(new: Folder, old: Folder) -> None:
    """Give a folder the owner, the mode and the access list of another.

    :raises OutputError: when that can't be
    """
    wanted, found = old.stat(), new.stat()
    mode = stat.S_IMODE(wanted.st_mode)
    try:
        if (found.st_uid, found.st_gid) != (wanted.st_uid, wanted.st_gid):
            os.fchown(new.descriptor, wanted.st_uid, wanted.st_gid)
        _copy_attributes(old, new)
        if stat.S_IMODE(new.stat().st_mode) != mode:
            os.fchmod(new.descriptor, mode)
        is_same = stat.S_IMODE(new.stat().st_mode) == mode
    except PermissionError:
        is_same = False
    if not is_same:
        raise OutputError(
            f"A new folder can't have the owner and the mode of {old.path}.",
            hint="Build as its owner, or choose another folder with -o.",
        )


def _copy_attributes(old: Folder, new: Folder) -> None:
    if not hasattr(os, "listxattr"):  # only Linux has them
        return
    try:
        names = os.listxattr(old.descriptor)
    except OSError as error:
        if error.errno in _NO_ATTRIBUTES:
            return
        raise
    for name in names:
        if name.startswith(_KEPT_ATTRIBUTES):
            os.setxattr(new.descriptor, name, os.getxattr(old.descriptor, name))


def can_dress(folder: Folder) -> bool:
    """Tell whether a new folder can have the owner of this one."""
    found, user = folder.stat(), os.geteuid()
    groups = {os.getegid(), *os.getgroups()}
    return user == 0 or (found.st_uid == user and found.st_gid in groups)


def adopt(found: Foreign, old: Folder, new: Folder) -> Foreign:
    """Give what is foreign a second name in the new folder, where that can be.

    :returns: what has one
    """
    adopted = Foreign()
    for unit in found.units:
        part = found.within(unit)
        if all(_can_dress(old, path) for path in part.folders):
            _adopt_folder(part, old, new)
            adopted.folders.extend(part.folders)
            adopted.files.extend(part.files)
    for path in found.loose():
        _adopt_file(path, old, new)
        adopted.files.append(path)
    return adopted


def _can_dress(root: Folder, path: str) -> bool:
    with root.below(path) as folder:
        return can_dress(folder)


def _adopt_folder(part: Foreign, old: Folder, new: Folder) -> None:
    for path in part.folders:
        with made_parent(path, old, new) as (folder, name):
            folder.make(name, 0o700)
    for path in part.files:
        _adopt_file(path, old, new)
    for path in reversed(part.folders):
        with old.below(path) as source, new.below(path) as target:
            dress(target, source)
            found = source.stat()
            os.utime(target.descriptor, ns=(found.st_atime_ns, found.st_mtime_ns))


def _adopt_file(path: str, old: Folder, new: Folder) -> None:
    with parent(old, path) as (source, name), made_parent(path, old, new) as (target, _name):
        try:
            target.link(name, source, name)
        except OSError as error:
            if error.errno not in _UNLINKABLE:
                raise


@contextlib.contextmanager
def parent(root: Folder, path: str) -> Iterator[tuple[Folder, str]]:
    """Open the folder in which something is.

    :returns: the folder, and the name in it
    """
    folder, _, name = path.rpartition("/")
    with root.below(folder) as opened:
        yield opened, name


@contextlib.contextmanager
def made_parent(path: str, old: Folder, new: Folder) -> Iterator[tuple[Folder, str]]:
    """Open the folder in which something will be; where it isn't there yet, it is made.

    :param old: what the new folders are to be like
    """
    for step in sorted(folders_of([path]) - {""}):
        with parent(new, step) as (folder, name):
            if folder.stat_of(name) is None:
                folder.make(name)
                with folder.inner(name) as made, old.below(step) as like:
                    dress(made, like)
    with parent(new, path) as found:
        yield found
