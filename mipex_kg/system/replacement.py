"""Replacing a folder by a new one: all of it, or nothing.

The new folder is written into a private one beside the old, which no web server shows. Then the two
change places, at once where the system can. Whatever stops it, the old folder or the new one is in
place, whole; the next time, what was left to do is done.

In the private folder there may be: ``new-N``, where N is its own inode, a new folder that is being
written; ``new-N`` with another inode, an old folder that was exchanged for it; ``old``, an old
folder that was moved away since it could not be exchanged; ``copy``, a half of such a one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from mipex_kg.system import kernel, manifest, stamps
from mipex_kg.system.errors import OutputError, cannot_write
from mipex_kg.system.folder import Folder
from mipex_kg.system.foreign import (
    Foreign,
    adopt,
    can_dress,
    dress,
    find_foreign,
    require_no_conflict,
    require_no_mounts,
)
from mipex_kg.system.manifest import Manifest
from mipex_kg.system.plain_path import LONGEST_STEP
from mipex_kg.system.settlement import Settlement
from mipex_kg.system.tree import Tree

_PRIVATE = 0o700
# An old folder is "old" until a new one is in its place, and "gone" from then on.
_NEW, _OLD, _GONE, _COPY = re.compile(r"new-(\d+)\Z"), "old", "gone", "copy"
# So often, what comes late is looked for again.
_MOST_LOOKS = 5
# A build that was ended may have a child that holds its lock for a moment longer.
_TRIES, _PAUSE = 20, 0.1


def private_folder(output: Path) -> Path:
    """Name the folder beside an output in which a new one is written."""
    name = f".{output.name}.mipex-kg"
    if len(os.fsencode(name)) > LONGEST_STEP:
        name = f".{hashlib.sha256(os.fsencode(output.name)).hexdigest()}.mipex-kg"
    return output.parent / name


@contextlib.contextmanager
def locked(output: Path) -> Iterator[Folder]:
    """Let no two builds write the same folder at once.

    :returns: the private folder
    :raises OutputError: when another build does, the private folder is someone else's, or there can
        be none beside the output
    """
    path = private_folder(output)
    try:
        path.mkdir(_PRIVATE)
    except FileExistsError:
        pass
    except OSError as error:
        raise cannot_write(output, error) from None
    with _opened(path, output) as private:
        # The build that held it may have ended, and taken the folder along, just now.
        is_held = _lock(private) and path.exists() and os.path.samestat(path.stat(), private.stat())
        if not is_held:
            raise _taken(output)
        try:
            yield private
        finally:
            # What is left in it is for the next build.
            with contextlib.suppress(OSError):
                path.rmdir()


def _lock(private: Folder) -> bool:
    """Lock a folder, if nobody else has it for longer than it takes an ended build to be gone."""
    for attempt in range(_TRIES):
        time.sleep(_PAUSE if attempt else 0)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(private.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def _taken(output: Path) -> OutputError:
    return OutputError(f"Another build is writing {output}.", hint="Wait until it has ended.")


def _opened(path: Path, output: Path) -> Folder:
    try:
        private = Folder.open(path)
    except FileNotFoundError:  # taken along as well
        raise _taken(output) from None
    except NotADirectoryError:
        raise OutputError(f"{path} is not a folder.", hint="Move it away.") from None
    found = private.stat()
    if found.st_uid != os.geteuid():
        private.close()
        raise OutputError(f"{path} belongs to another user.", hint="Build as that user.")
    if stat.S_IMODE(found.st_mode) != _PRIVATE:
        os.fchmod(private.descriptor, _PRIVATE)
    return private


def recover(output: Path) -> None:
    """Do what an interrupted build has left to do, such as to put back the last good output.

    A build does so itself; this is for when it may not come to that, as the data isn't valid.

    :raises OutputError: when that can't be done
    """
    output = Path(os.path.realpath(output))
    try:
        if private_folder(output).is_dir():
            with locked(output) as private:
                put_right(output, private)
    except OSError as error:
        raise cannot_write(Path(error.filename or output), error) from None


def put_right(output: Path, private: Folder) -> None:
    """Do what an interrupted build has left to do.

    :raises OSError: when that can't be done
    """
    for name, is_folder in private.entries():
        match = _NEW.match(name)
        with contextlib.ExitStack() as stack:
            found = stack.enter_context(private.inner(name)) if is_folder else None
            if found is None:
                private.remove(name)
            elif name == _OLD:
                _put_back(output, private, found)
            elif name == _GONE or (match and found.stat().st_ino != int(match[1])):
                _finish(output, private, name, found)
            else:
                private.remove_tree(name)


def _put_back(output: Path, private: Folder, old: Folder) -> None:
    """Put an old folder that was moved away back in its place, unless there is a new one."""
    place = output if os.path.lexists(output) else None
    if place and manifest.read_manifest(output):
        _finish(output, private, _OLD, old)
        return
    with Folder.open(output.parent) as above:
        if place and not _is_rest(output, old):
            return
        if place:
            above.remove_tree(output.name)
        private.move_to(_OLD, above, output.name)
        above.sync()


def _is_rest(output: Path, old: Folder) -> bool:
    """Tell whether a folder is what is left of one that was copied and is being removed."""
    if not output.is_dir() or output.is_symlink():
        return False
    with Folder.open(output) as folder:
        found = find_foreign(folder, ())
    for path in found.files:
        inner, _, name = path.rpartition("/")
        try:
            with old.below(inner) as there:
                if there.stat_of(name) is None:
                    return False
        except OSError:
            return False
    return True


def _finish(output: Path, private: Folder, name: str, old: Folder) -> None:
    """Clear away an old folder in whose place there is a new one."""
    before = manifest.read_manifest(private.path / name) or Manifest()
    if not os.path.lexists(output):  # someone has removed the new one
        _clear_rest(output, private, name, before)
        return
    after = manifest.read_manifest(output)
    if after is None:  # someone has put something else there
        return
    with Folder.open(output) as new:
        _settle(Settlement(old, new, before.names, after.names), Foreign())
    private.remove_folder(name)


def _clear_rest(output: Path, private: Folder, name: str, before: Manifest) -> None:
    """Clear away our part of an old folder that has no new one; what is foreign goes back."""
    private.make(_COPY)
    with private.inner(name) as old, private.inner(_COPY) as nothing:
        is_clear = Settlement(old, nothing, before.names, ()).clear()
    private.remove_folder(_COPY)
    if is_clear:
        private.remove_folder(name)
        return
    with Folder.open(output.parent) as above:
        private.move_to(name, above, output.name)
        above.sync()


def _settle(settlement: Settlement, adopted: Foreign) -> None:
    settlement.settle(adopted)
    for _ in range(_MOST_LOOKS):
        if settlement.clear():
            return
        settlement.settle(Foreign())


@contextlib.contextmanager
def replaced(output: Path, private: Folder) -> Iterator[Tree]:
    """Give a new tree to fill, which then takes the folder's place; an error leaves it as it was.

    What someone else put into the old one stays as it is, such as a CNAME file or a ``.git``.

    :param private: of `locked`
    :raises OutputError: when something there can't be kept, before anything is written
    """
    before = manifest.read_manifest(output) or Manifest()
    with contextlib.ExitStack() as stack:
        old = stack.enter_context(Folder.open(output)) if output.is_dir() else None
        foreign = _surveyed(old, before) if old else Foreign()
        name = _make_tree(private)
        new = stack.enter_context(private.inner(name))
        try:
            if old:
                dress(new, old)
                os.fchmod(new.descriptor, stat.S_IMODE(old.stat().st_mode) | _PRIVATE)
            known = stamps.recall(output, before.hashes) if old else {}
            tree = Tree(new, old, before, foreign, known)
            stack.callback(tree.close)
            yield tree
            _Swap(output, private, name, new, old).do(tree)
        except BaseException:
            with contextlib.suppress(OSError):
                put_right(output, private)
            raise


def _surveyed(old: Folder, before: Manifest) -> Foreign:
    """Look at what is there, and refuse what can't be kept."""
    require_no_mounts(old)
    if not can_dress(old):
        raise OutputError(
            f"{old.path} belongs to another user, and a new folder can't.",
            hint="Build as its owner, or choose another folder with -o.",
        )
    return find_foreign(old, before.names)


def _make_tree(private: Folder) -> str:
    """Make the new folder, whose name gives its inode."""
    private.make("new")
    with private.inner("new") as made:
        name = f"new-{made.stat().st_ino}"
    private.move_to("new", private, name)
    return name


def _require_whole(copy: Folder, found: Foreign) -> None:
    """Make sure that all files have a second name in a copy, for then the first may go.

    :raises OutputError: when one has none
    """
    there = set(find_foreign(copy, ()).files)
    if lacking := sorted(set(found.files) - there):
        raise OutputError(
            f"{lacking[0]} can't be kept: it can't have a second name beside the output, which it "
            "needs in a container's image.",
            hint="Choose another folder with -o, such as a volume of the container.",
        )


class _Swap:
    """Puts a new folder in the place of an old one.

    :param name: of the new one, in the private folder
    :param old: None if there is nothing in its place
    """

    def __init__(
        self, output: Path, private: Folder, name: str, new: Folder, old: Folder | None
    ) -> None:
        self._output, self._private = output, private
        self._name, self._new, self._old = name, new, old

    def do(self, tree: Tree) -> None:
        """Let the folders change places, with all that is foreign."""
        tree.close()
        with Folder.open(self._output.parent) as above:
            if self._old is None:
                kernel.flush(self._new.descriptor)
                self._private.move_to(self._name, above, self._output.name)
                above.sync()
                return
            ours = tree.before.names - set(tree.changed_by_hand())
            found = find_foreign(self._old, ours)
            require_no_conflict(found, tree.hashes, self._old)
            adopted = adopt(found, self._old, self._new)
            tree.finish()
            kernel.flush(self._new.descriptor)
            name, old = self._change_places(above, self._old)
            settlement = Settlement(old, self._new, ours, tree.hashes)
            try:
                settlement.require_no_conflict()
            except BaseException:
                self._undo(above, name)
                raise
            above.sync()
            self._private.sync()
            _settle(settlement, adopted)
            self._private.remove_folder(name)

    def _change_places(self, above: Folder, old: Folder) -> tuple[str, Folder]:
        """Put the new folder in its place.

        :returns: the name of the old one in the private folder, and that folder
        """
        place = self._output.name
        try:
            self._private.exchange(self._name, above, place)
            return self._name, old
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EXDEV):
                raise
        try:
            above.move_to(place, self._private, _OLD)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy_aside(above, old)
        self._private.move_to(self._name, above, place)
        self._private.move_to(_OLD, self._private, _GONE)
        return _GONE, self._private.inner(_GONE)

    def _copy_aside(self, above: Folder, old: Folder) -> None:
        """Give all that is in the old folder second names elsewhere, and remove it.

        A folder that is part of a container's image can't be renamed there. Its manifest goes
        first: while that is there, nothing else is missing.
        """
        found = find_foreign(old, ())
        self._private.make(_COPY)
        with self._private.inner(_COPY) as copy:
            adopt(found, old, copy)
            _require_whole(copy, found)
            dress(copy, old)
            kernel.flush(copy.descriptor)
            self._private.move_to(_COPY, self._private, _OLD)
            if old.stat_of(manifest.NAME):
                old.remove(manifest.NAME)
            _settle(Settlement(old, copy, (), ()), Foreign())
        above.remove_folder(self._output.name)

    def _undo(self, above: Folder, name: str) -> None:
        """Put the old folder back in its place."""
        if name == self._name:
            self._private.exchange(name, above, self._output.name)
            return
        # From here on it comes back, whatever happens.
        self._private.move_to(name, self._private, _OLD)
        above.move_to(self._output.name, self._private, self._name)
        self._private.move_to(_OLD, above, self._output.name)
