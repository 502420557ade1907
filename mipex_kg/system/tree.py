"""A folder that is replaced by a new one: all of it, or nothing.

The new tree is written beside the old one and takes its place by two renames. Whatever stops it
leaves the old tree in place, or beside its place, from where the next one puts it back.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mipex_kg.system import manifest
from mipex_kg.system.errors import OutputError, UsageError, cannot_write
from mipex_kg.system.manifest import Manifest


def hash_of(data: bytes) -> str:
    """Hash content as the manifest tells it."""
    return hashlib.sha256(data).hexdigest()


def beside(output: Path, what: str) -> Path:
    """Name what belongs to a folder and lies beside it: the new tree, the old one, the lock."""
    return output.parent / f".{output.name}.mipex-kg-{what}"


@contextlib.contextmanager
def locked(output: Path) -> Iterator[None]:
    """Let no two builds write the same folder at once.

    :raises OutputError: when another one does
    """
    path = beside(output, "lock")
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The build that held it may have ended, and taken the file along, just now.
            is_held = path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino
        except BlockingIOError:
            is_held = False
        if not is_held:
            raise OutputError(
                f"Another build is writing {output}.", hint="Wait until it has ended."
            )
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_interrupted(output: Path) -> bool:
    """Tell whether a build was stopped when the old tree had left its place, or was leaving it."""
    old = beside(output, "old")
    is_aside = manifest.read_manifest(old) is not None
    return is_aside and (not output.exists() or _is_rest(output, old))


def _is_rest(output: Path, old: Path) -> bool:
    """Tell whether a folder is what is left of a tree that was copied and is being removed."""
    files = (path for path in output.rglob("*") if path.is_symlink() or not path.is_dir())
    inside = [path.relative_to(output) for path in files]
    return Path(manifest.NAME) not in inside and all(os.path.lexists(old / path) for path in inside)


def recover(output: Path) -> None:
    """Put back the last good output, if a build was interrupted while it swapped the trees.

    A build does so itself; this is for when it may not come to that, as the data isn't valid.

    :raises OutputError: when it can't be put back
    """
    output = Path(os.path.realpath(output))
    if is_interrupted(output):
        try:
            with locked(output):
                put_right(output)
        except OSError as error:
            raise cannot_write(Path(error.filename or output), error) from None


def put_right(output: Path) -> None:
    """Undo what an interrupted build left behind."""
    old = beside(output, "old")
    if is_interrupted(output):
        if output.exists():
            shutil.rmtree(output)
        old.rename(output)
    for leftover in (old, beside(output, "new")):
        if leftover.exists():
            shutil.rmtree(leftover)


@contextlib.contextmanager
def replaced(output: Path) -> Iterator[Tree]:
    """Give a new tree to fill, which then takes the folder's place; an error leaves it as it was.

    What somebody else put into the old one, such as a CNAME file, is taken over.
    """
    new, old = beside(output, "new"), beside(output, "old")
    before = manifest.read_manifest(output) or Manifest()
    try:
        new.mkdir()
        yield Tree(new, output, before)
        if output.is_dir():
            _set_aside(output, old)
        new.rename(output)
    except BaseException:
        with contextlib.suppress(OSError):
            put_right(output)
        raise
    # Without its manifest it is no tree to go back to, should its removal be interrupted.
    (old / manifest.NAME).unlink(missing_ok=True)
    shutil.rmtree(old, ignore_errors=True)


def _set_aside(output: Path, old: Path) -> None:
    """Move the old tree out of the way.

    A folder that is part of a container's image can't be renamed there. It is copied, and removed,
    its manifest first: while that is there, nothing else is missing.
    """
    try:
        output.rename(old)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copytree(output, old, symlinks=True)
        (output / manifest.NAME).unlink(missing_ok=True)
        shutil.rmtree(output)


class Tree:
    """A new tree of files beside an old one, or a part of it.

    A file that is the same in both is one file with two names, so that it keeps its time.

    :param before: what a build wrote into the old one
    """

    def __init__(self, new: Path, old: Path, before: Manifest) -> None:
        self.new, self.old, self.before = new, old, before
        self.hashes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.written = self.unchanged = 0
        self._folders: set[str] = set()

    def __getstate__(self) -> dict[str, Any]:
        # What was written crosses from a child process; what had been there is known already.
        return {**self.__dict__, "before": Manifest(), "_folders": set()}

    def part(self) -> Tree:
        """Give a part of the tree, in which nothing is written yet."""
        return Tree(self.new, self.old, self.before)

    def add(self, part: Tree) -> None:
        """Count what was written as a part."""
        for name in part.hashes:
            self._refuse_second(name)
        self.hashes |= part.hashes
        self.sizes |= part.sizes
        self.written += part.written
        self.unchanged += part.unchanged

    def write(self, name: str, data: bytes) -> None:
        """Write a file.

        :param name: relative to the tree
        :raises UsageError: when there is one of this name already
        """
        is_unchanged = self._counted(name, data)
        folder = name.rpartition("/")[0]
        if folder not in self._folders:
            (self.new / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        if not (is_unchanged and self._linked(name)):
            # A plain path: this runs for each of many thousands of files.
            with open(f"{self.new}/{name}", "wb") as file:  # noqa: PTH123
                file.write(data)

    def _counted(self, name: str, data: bytes) -> bool:
        """Count a file, and tell whether it is as it was."""
        self._refuse_second(name)
        hash = self.hashes[name] = hash_of(data)
        self.sizes[name] = len(data)
        is_unchanged = self._is_as_before(name, hash)
        self.unchanged += is_unchanged
        self.written += not is_unchanged
        return is_unchanged

    def _linked(self, name: str) -> bool:
        """Give the old file a second name in the new tree, if the file system can."""
        try:
            os.link(f"{self.old}/{name}", f"{self.new}/{name}")
        except OSError:
            return False
        return True

    def _is_as_before(self, name: str, hash: str) -> bool:
        if name != manifest.NAME and self.before.hashes.get(name) != hash:
            return False
        # Somebody may have changed the old file, so that the manifest alone doesn't tell.
        return self.old_hash(name) == hash

    def old_hash(self, name: str) -> str | None:
        """Hash what a file holds in the old tree; None if there is no such file."""
        try:
            with open(f"{self.old}/{name}", "rb") as file:  # noqa: PTH123
                return hash_of(file.read())
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def _refuse_second(self, name: str) -> None:
        if name in self.hashes:
            raise UsageError(f"Two documents would be written to {name}.", hint="Rename a thing.")

    def take_in(self, folder: str) -> None:
        """Count the files that another program wrote into a folder of the new tree."""
        for path in sorted((self.new / folder).rglob("*")):
            if path.is_file():
                name, data = path.relative_to(self.new).as_posix(), path.read_bytes()
                if self._counted(name, data):
                    path.unlink()
                    if not self._linked(name):
                        path.write_bytes(data)

    def keep_foreign(self) -> None:
        """Take over what somebody else put into the old tree."""
        ours = self.before.names
        for folder, folders, files in os.walk(self.old):
            within = os.path.relpath(folder, self.old)
            links = [name for name in folders if Path(folder, name).is_symlink()]
            for file in (*files, *links):
                name = os.path.normpath(f"{within}/{file}")
                if name not in ours and not os.path.lexists(f"{self.new}/{name}"):
                    (self.new / within).mkdir(parents=True, exist_ok=True)
                    shutil.copy2(f"{folder}/{file}", self.new / name, follow_symlinks=False)
