"""A new tree of files, which is to take the place of an old one."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mipex_kg.system import manifest
from mipex_kg.system.errors import UsageError
from mipex_kg.system.folder import Folder
from mipex_kg.system.foreign import Foreign, conflict, dress, require_no_conflict
from mipex_kg.system.manifest import Manifest, hash_of
from mipex_kg.system.plain_path import PlainPath, folders_of
from mipex_kg.system.stamps import stamp_of, state_of

# While files are written into a folder, its owner may do so.
_WRITABLE = 0o700


class Tree:
    """A new tree of files, or a part of it.

    A file that is the same in the old tree is one file with two names, so that it keeps its time.
    No file that is there is opened for writing, and no link is followed.

    :param new: the folder to write into
    :param old: the one that is to be replaced, if there is one
    :param before: what a build wrote into the old one
    :param foreign: what others put there
    :param known: the stamps of the files that a build wrote there, as far as they are known
    """

    def __init__(
        self,
        new: Folder,
        old: Folder | None,
        before: Manifest,
        foreign: Foreign,
        known: Mapping[str, int],
    ) -> None:
        self._new, self._old, self.before, self._foreign = new, old, before, foreign
        self._known = known
        self.hashes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.states: dict[str, int] = {}
        self.written = self.unchanged = 0
        self._near: dict[str, tuple[str, Folder | None]] = {}

    def __getstate__(self) -> dict[str, Any]:
        # What was written crosses from a child process; what had been there is known already.
        return {
            "_near": {},
            "hashes": self.hashes,
            "sizes": self.sizes,
            "states": self.states,
            "written": self.written,
            "unchanged": self.unchanged,
        }

    @property
    def path(self) -> Path:
        """Where it is being written."""
        return self._new.path

    def plan(self, names: Iterable[str]) -> None:
        """Make the folders for some files, once it is sure that nothing is in their way.

        :raises UsageError: when a name leads out of the tree, two are of one file, or someone
            else's file is there
        """
        paths = [PlainPath(name) for name in names]
        require_distinct(paths)
        if self._old:
            require_no_conflict(self._foreign, paths, self._old)
        for path in sorted(folders_of(paths) - {""}):
            self._make(path)

    def _make(self, path: str) -> None:
        """Make a folder in a folder that is there; like the old one, but open to its owner."""
        above, _, name = path.rpartition("/")
        with self._new.below(above) as parent:
            if parent.stat_of(name):
                return
            parent.make(name)
            if old := self._old_folder(path):
                with parent.inner(name) as made:
                    dress(made, old)
                    mode = stat.S_IMODE(made.stat().st_mode)
                    os.fchmod(made.descriptor, mode | _WRITABLE)

    def part(self) -> Tree:
        """Give a part of the tree, in which nothing is written yet."""
        return Tree(self._new, self._old, self.before, self._foreign, self._known)

    def add(self, part: Tree) -> None:
        """Count what was written as a part."""
        for name in part.hashes:
            self._refuse_second(name)
        part.close()
        self.hashes |= part.hashes
        self.sizes |= part.sizes
        self.states |= part.states
        self.written += part.written
        self.unchanged += part.unchanged

    def write(self, path: PlainPath, data: bytes) -> None:
        """Write a file.

        :raises UsageError: when there is one of this name already
        """
        self._refuse_second(path)
        if self._old and path in self._foreign.paths:
            raise conflict(f"{self._old.path}/{path}")
        hash = self.hashes[path] = hash_of(data)
        self.sizes[path] = len(data)
        old = self._old_folder(path.folder)
        found = old.read(path.step) if old else None
        is_unchanged = found is not None and self._is_as_before(path, hash, found[0])
        self.unchanged += is_unchanged
        self.written += not is_unchanged
        new = self._new_folder(path.folder)
        if is_unchanged and old and found and _has_linked(path.step, old, new, found[1]):
            made = found[1]
        else:
            made = new.create(path.step, data, found[1] if found else None)
        self.states[path] = state_of(made)

    def keep_all(self, paths: Iterable[PlainPath]) -> bool:
        """Take files over from the old tree, if all of them are as they were written.

        :returns: whether they were; if not, none of them counts as written
        """
        kept: dict[PlainPath, os.stat_result] = {}
        for path in paths:
            if (found := self._kept(path)) is None:
                self._drop(kept)
                return False
            kept[path] = found
        for path, found in kept.items():
            self._refuse_second(path)
            self.hashes[path], self.sizes[path] = self.before.hashes[path], found.st_size
            self.states[path] = state_of(found)
        self.unchanged += len(kept)
        return True

    def _kept(self, path: PlainPath) -> os.stat_result | None:
        """Give a file of the old tree a second name in the new one, and tell which file it is.

        One whose stamp is as it was is not read.
        """
        old = self._old_folder(path.folder)
        if old is None or path in self._foreign.paths or path not in self.before.hashes:
            return None
        new = self._new_folder(path.folder)
        if path in self._known:
            there = old.stat_of(path.step)
            is_known = there is not None and stamp_of(there) == self._known[path]
            if there and is_known and _has_linked(path.step, old, new, there):
                return there
        found = old.read(path.step)
        if found is None or hash_of(found[0]) != self.before.hashes[path]:
            return None
        if _has_linked(path.step, old, new, found[1]):
            return found[1]
        return new.create(path.step, *found)

    def _drop(self, paths: Iterable[PlainPath]) -> None:
        for path in paths:
            self._new_folder(path.folder).remove(path.step)

    def _is_as_before(self, path: PlainPath, hash: str, data: bytes) -> bool:
        if path != manifest.NAME and self.before.hashes.get(path) != hash:
            return False
        # Someone may have changed the old file, so that the manifest alone doesn't tell.
        return hash_of(data) == hash

    def old_data(self, path: PlainPath) -> bytes | None:
        """Give what a file holds in the old tree; None if there is no such file."""
        old = self._old_folder(path.folder)
        found = old.read(path.step) if old else None
        return found[0] if found else None

    def _old_folder(self, path: str) -> Folder | None:
        if self._old is None:
            return None
        known = self._near.get("old")
        if known is None or known[0] != path:
            try:
                folder = self._old.below(path)
            except OSError:  # what is there instead was found to be in nobody's way
                folder = None
            self._keep("old", path, folder)
            return folder
        return known[1]

    def _new_folder(self, path: str) -> Folder:
        known = self._near.get("new")
        if known is None or known[0] != path or known[1] is None:
            for step in sorted(folders_of([f"{path}/x"]) - {""}):
                self._make(step)
            folder = self._new.below(path)
            self._keep("new", path, folder)
            return folder
        return known[1]

    def _keep(self, which: str, path: str, folder: Folder | None) -> None:
        """Keep a folder open for the next file, which is in the same one as a rule."""
        known = self._near.get(which)
        if known and known[1]:
            known[1].close()
        self._near[which] = path, folder

    def close(self) -> None:
        """Let go of the folders that were kept open."""
        for _path, folder in self._near.values():
            if folder:
                folder.close()
        self._near.clear()

    def _refuse_second(self, name: str) -> None:
        if name in self.hashes:
            raise _second(name)

    def changed_by_hand(self) -> list[str]:
        """Name the files that a build wrote, that would go, and that someone has changed."""
        gone = self.before.hashes.keys() - self.hashes.keys()
        found = ((name, self.old_data(PlainPath(name))) for name in sorted(gone))
        return [
            name
            for name, data in found
            if data is not None and hash_of(data) != self.before.hashes[name]
        ]

    def finish(self) -> None:
        """Give each folder the mode of the old one, once nothing more is written into it."""
        if self._old is None:
            return
        for path in sorted(folders_of(self.hashes), reverse=True):
            if old := self._old_folder(path):
                with self._new.below(path) as new:
                    dress(new, old)


def _has_linked(name: str, old: Folder, new: Folder, found: os.stat_result) -> bool:
    """Give an old file a second name, if the file system can, and if it still is this one."""
    try:
        new.link(name, old, name)
    except OSError:
        return False
    linked = new.stat_of(name)
    if linked and state_of(linked) == state_of(found):
        return True
    new.remove(name)
    return False


def require_distinct(names: Iterable[str]) -> None:
    """Refuse names that are of one file, on any machine.

    Where case plays no part, or where accents are letters of their own, files of two names may be
    one; and none can be a folder as well.

    :raises UsageError: naming the first two

    >>> try:
    ...     require_distinct(["data.html", "Data.html"])
    ... except UsageError as error:
    ...     print(error.message)
    data.html and Data.html are one file on many machines.
    """
    first: dict[str, str] = {}
    for name in names:
        if (key := _folded(name)) in first:
            raise _second(name, first[key])
        first[key] = name
    folders: Mapping[str, str] = {_folded(path): path for path in folders_of(first.values())}
    for key in first.keys() & folders.keys():
        raise UsageError(
            f"{first[key]} would be a file and a folder.", hint="Rename what it is about."
        )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _second(name: str, other: str | None = None) -> UsageError:
    if other in (None, name):
        return UsageError(f"Two documents would be written to {name}.", hint="Rename a thing.")
    return UsageError(
        f"{other} and {name} are one file on many machines.",
        hint="Rename one of the things that they are about.",
    )
