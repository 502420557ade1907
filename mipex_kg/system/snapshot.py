"""A snapshot of files: each is read once, and is for ever what it was then."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError

T = TypeVar("T")


class Reader(Protocol):
    """Reads files: from the disk, as the module ``reading`` does, or from a snapshot."""

    def read_bytes(self, path: Path) -> bytes:
        """Read a file as it is."""

    def read_text(self, path: Path) -> str:
        """Read a text file as UTF-8."""


class Snapshot:
    """Files as they were when they were first asked for.

    What was read is what is judged, hashed and published, whatever an editor does meanwhile.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> snapshot, _ = Snapshot(), path.write_text("before")
    >>> snapshot.read_text(path)
    'before'
    >>> _ = path.write_text("after")
    >>> snapshot.read_text(path), path.read_text()
    ('before', 'after')
    """

    def __init__(self) -> None:
        self._contents: dict[Path, bytes | SourceError] = {}
        self._hashes: dict[Path, str] = {}
        self._found: dict[object, Any] = {}

    def read_bytes(self, path: Path) -> bytes:
        """Read a file as it was.

        :raises SourceError: when it was missing, a directory, or unreadable
        """
        found = self._contents.get(path)
        if found is None:
            try:
                found = reading.read_bytes(path)
            except SourceError as error:
                found = error
            self._contents[path] = found
        if isinstance(found, SourceError):
            raise found
        return found

    def read_text(self, path: Path) -> str:
        """Read a text file as it was, as UTF-8, line ends and all; a byte order mark is dropped.

        :raises SourceError: when it can't be read, is not UTF-8, or holds a NUL
        """
        return reading.decode(self.read_bytes(path), path)

    def holds(self, path: Path) -> bool:
        """Tell whether there was such a file."""
        if path not in self._contents and not path.is_file():
            self._contents[path] = SourceError("There is no such file.", path=path)
        found = self._contents.get(path)
        return not isinstance(found, SourceError)

    def has_read(self, path: Path) -> bool:
        """Tell whether a file was read already."""
        return path in self._contents

    def hash(self, path: Path) -> str:
        """Hash what a file held.

        :returns: a SHA-256 in hexadecimal
        :raises SourceError: when it was missing, a directory, or unreadable
        """
        if path not in self._hashes:
            self._hashes[path] = hashlib.sha256(self.read_bytes(path)).hexdigest()
        return self._hashes[path]

    def once(self, key: object, find: Callable[[], T]) -> T:
        """Find something out once, such as which files there are.

        :param key: tells this from all else that is found out
        :param find: called when it is first asked for
        """
        if key not in self._found:
            self._found[key] = find()
        found: T = self._found[key]
        return found
