"""What is left to do once a new folder is in the place of an old one."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Collection

from mipex_kg.system import manifest
from mipex_kg.system.folder import Folder
from mipex_kg.system.foreign import (
    Foreign,
    find_foreign,
    made_parent,
    parent,
    require_no_conflict,
)


class Settlement:
    """Gives what is foreign its place, and clears the old folder away. No file is removed but ours.

    :param old: the folder that was replaced
    :param new: the one in its place
    :param before: the files that builds wrote into the old one
    :param names: the files that this build wrote
    """

    def __init__(
        self, old: Folder, new: Folder, before: Collection[str], names: Collection[str]
    ) -> None:
        self._old, self._new = old, new
        self._before, self._names = set(before), set(names)

    def require_no_conflict(self) -> Foreign:
        """Look for what is foreign, and refuse what has come late, where the build has written.

        :raises UsageError: naming it
        """
        found = find_foreign(self._old, self._before)
        require_no_conflict(found, self._names, self._old)
        return found

    def settle(self, adopted: Foreign) -> None:
        """Move what is foreign to its place, and let go of what was removed meanwhile.

        :param adopted: what has a second name in the new folder
        :raises UsageError: when something has come late, where the build has written
        """
        found = self.require_no_conflict()
        for unit in found.units:
            self._move_folder(unit, found.within(unit), is_double=unit in adopted.folders)
        for path in found.loose():
            self._move_file(path)
        self._let_go(set(adopted.files) - set(found.files))
        for path in sorted(set(adopted.folders) - set(found.folders), reverse=True):
            with contextlib.suppress(FileNotFoundError), parent(self._new, path) as (folder, name):
                folder.remove_folder(name)

    def _move_folder(self, unit: str, part: Foreign, *, is_double: bool) -> None:
        """Move a foreign folder.

        :param is_double: whether the one in its place was made for second names: then the two
            change places. Later on nobody knows which is which, and what is missing is moved.
        """
        with parent(self._old, unit) as (source, name), self._place(unit) as (target, _name):
            if target.stat_of(name) is None:
                source.move_to(name, target, name)
                return
            try:
                if is_double:
                    source.exchange(name, target, name)
                    return
            except OSError as error:
                if error.errno not in (errno.ENOTSUP, errno.EXDEV):
                    raise
        for path in part.folders:
            with self._place(f"{path}/."):
                pass
        for path in part.files:
            self._move_file(path)

    def _move_file(self, path: str) -> None:
        """Move a foreign file, unless it is there already by its second name."""
        with parent(self._old, path) as (source, name), self._place(path) as (target, _name):
            if not _are_same(source, target, name):
                source.move_to(name, target, name)

    def _place(self, path: str) -> contextlib.AbstractContextManager[tuple[Folder, str]]:
        return made_parent(path, self._old, self._new)

    def _let_go(self, paths: Collection[str]) -> None:
        for path in paths:
            with contextlib.suppress(FileNotFoundError), parent(self._new, path) as (folder, name):
                folder.remove(name)

    def clear(self) -> bool:
        """Remove from the old folder what is ours, or is in the new one too; the manifest last.

        :returns: whether nothing is left
        """
        folders = [""]
        for path in folders:  # which grows meanwhile
            with self._old.below(path) as folder:
                inner = (name for name, is_folder in folder.entries() if is_folder)
                folders += [f"{path}/{name}" if path else name for name in inner]
        is_clear = True
        for path in reversed(folders):
            is_clear = self._clear_folder(path) and is_clear
        return is_clear

    def _clear_folder(self, path: str) -> bool:
        """Remove the files in a folder, and the folder itself if none is left."""
        prefix = f"{path}/" if path else ""
        with self._old.below(path) as folder:
            names = [name for name, is_folder in folder.entries() if not is_folder]
            names.sort(key=lambda name: name == manifest.NAME)
            for name in names:
                if prefix + name in self._before or self._is_in_new(folder, prefix + name):
                    folder.remove(name)
            if not path:
                return not folder.entries()
        with parent(self._old, path) as (above, name):
            return above.remove_folder(name)

    def _is_in_new(self, folder: Folder, path: str) -> bool:
        with contextlib.suppress(OSError), parent(self._new, path) as (target, name):
            return _are_same(folder, target, name)
        return False


def _are_same(first: Folder, second: Folder, name: str) -> bool:
    """Tell whether two names are of the very same file."""
    here, there = first.stat_of(name), second.stat_of(name)
    return bool(here and there and os.path.samestat(here, there))
