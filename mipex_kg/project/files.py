"""The one walk over a project's files: which there are, and which are skipped, and why.

Hidden files and what editors leave behind are not the project's. Links are followed, but nothing is
read twice, and no loop is without an end.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mipex_kg.system.errors import SourceError

_LEFTOVER = re.compile(
    r".*~|~\$.*|#.*#"  # Emacs, Vim and others; Office
    r"|.*\.(bak|orig|rej|tmp|sw[a-p]|py[co])"  # copies, of patches and merges too
    r"|.*___jb_(tmp|old)___"  # JetBrains
    r"|catalog-v[0-9]+\.xml"  # Protégé, beside each ontology
    r"|4913|__pycache__|thumbs\.db|desktop\.ini",  # Vim's trial file; caches of file managers
    re.IGNORECASE | re.DOTALL,
)
_Identity: TypeAlias = tuple[int, int]


class Skipped(NamedTuple):
    """A file or folder that is not read.

    :param reason: goes on after "skipped, since"
    """

    path: Path
    reason: str


class Walk(NamedTuple):
    """What is in a folder, and in all folders in it, in the order of their paths.

    :param files: also links that lead nowhere, so that anyone who reads them says so
    """

    files: list[Path]
    skipped: list[Skipped]


def walk(folder: Path, *, once: bool = False) -> Walk:
    """List the files below a folder, the same on every machine.

    :param folder: if there is none, there are no files
    :param once: skip a link to a file that is listed itself
    :raises SourceError: when a folder may not be read: what is in it would be left out silently
    """
    walker = _Walker(folder)
    walker.run()
    if once:
        walker.skip_doubles()
    return Walk(_sorted(walker.files, folder), sorted(walker.skipped))


def skipped_name(name: str) -> str | None:
    """Tell why a file or folder of this name is not the project's; None if it is.

    >>> skipped_name(".git"), skipped_name("people.ttl~"), skipped_name("people.ttl")
    ('it is hidden', 'an editor or another program left it behind', None)
    """
    if name.startswith("."):
        return "it is hidden"
    if _LEFTOVER.fullmatch(name):
        return "an editor or another program left it behind"
    return None


def is_note(path: Path) -> bool:
    """Tell whether a file is a text beside the others, such as README.md."""
    return path.suffix.lower() == ".md"


class _Walker:
    """Walks a folder: what is really in it first, then what links lead to.

    :param folder: where it begins
    """

    def __init__(self, folder: Path) -> None:
        self.files: list[Path] = []
        self.skipped: list[Skipped] = []
        self._folders, self._links = [folder], list[Path]()
        # A link to a folder above would bring in the project, and all that is beside it.
        above = folder.resolve().parents
        self._seen = {_identity(parent): parent for parent in above if parent.is_dir()}

    def run(self) -> None:
        """Visit every folder once."""
        while self._folders or self._links:
            if not self._folders:
                self._links.sort(reverse=True)
                self._folders.append(self._links.pop())
            self._visit(self._folders.pop())

    def _visit(self, folder: Path) -> None:
        try:
            identity = _identity(folder)
            if seen := self._seen.get(identity):
                is_loop = folder.absolute().is_relative_to(seen)
                why = "in which it is" if is_loop else "which is read already"
                self._skip(folder, f"it leads to {seen}, {why}")
                return
            self._seen[identity] = folder
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._sort_in(entry)
        except FileNotFoundError:
            return
        except OSError as error:
            raise SourceError(f"It can't be read: {error.strerror}.", path=folder) from None

    def _sort_in(self, entry: os.DirEntry[str]) -> None:
        path = Path(entry.path)
        if reason := skipped_name(entry.name):
            self._skip(path, reason)
        elif entry.is_symlink() and path.is_dir():
            self._links.append(path)
        elif entry.is_dir(follow_symlinks=False):
            self._folders.append(path)
        elif _is_special(path):
            self._skip(path, "it is neither a file nor a folder")
        else:
            self.files.append(path)

    def skip_doubles(self) -> None:
        """Skip links to files that are listed by themselves, or by another link."""
        links = [path for path in self.files if path.is_symlink() and path.exists()]
        if not links:
            return
        listed = {_identity(path): path for path in self.files if not path.is_symlink()}
        for path in sorted(links):
            first = listed.setdefault(_identity(path), path)
            if first != path:
                self.files.remove(path)
                self._skip(path, f"it leads to {first}, which is read already")

    def _skip(self, path: Path, reason: str) -> None:
        self.skipped.append(Skipped(path, reason))


def _identity(path: Path) -> _Identity:
    found = path.stat()
    return found.st_dev, found.st_ino


def _is_special(path: Path) -> bool:
    """Tell whether a path is a pipe, a socket or a device: reading it could wait for ever."""
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113 - never raise


def _sorted(paths: Iterable[Path], folder: Path) -> list[Path]:
    return sorted(paths, key=lambda path: path.relative_to(folder).as_posix())


def require_names(names: Iterable[tuple[str, Path]], what: str) -> None:
    """Refuse two files of one name, of which only one would count.

    :param names: each with its file; those that differ in case only are one
    :param what: is named so, such as ``query``
    :raises SourceError: at the second file, with the path of the first
    """
    first: dict[str, Path] = {}
    for name, path in names:
        other = first.setdefault(name.casefold(), path)
        if other != path:
            raise SourceError(
                f"There is another {what} named {name!r}: {other}.",
                path=path,
                hint="Rename one of them. Names that differ in case only count as one.",
            )
