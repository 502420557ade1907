"""Hashes of large files, remembered for as long as the file system says that they are the same.

As in Git, a file counts as the same if its size, its node and the times of its last change are.
What was changed just before it was looked at could be changed once more within the same tick of
the clock: so hashes of such files are not remembered.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from mipex_kg.system.cache import Cache
from mipex_kg.system.snapshot import Snapshot

# Smaller files are read in less time than it would take to be sure.
LARGE = 1 << 18
# Nanoseconds that are more than a tick of any file system's clock, or what it may differ from ours.
_SETTLED = 60 * 10**9
_MOST = 50


class KnownHashes:
    """Hashes of the files of one project.

    :param root: the project's folder
    :param files: as they were when they were first read
    """

    def __init__(self, root: Path, files: Snapshot) -> None:
        self._files, self._key = files, hashlib.sha256(str(root.resolve()).encode()).hexdigest()
        self._known = _read(_cache().get(self._key))
        self._has_new = False

    def hash(self, path: Path) -> str:
        """Give a file's SHA-256 in hexadecimal, without reading it if that is known.

        :raises SourceError: when it was missing, a directory, or unreadable
        """
        before, now = _state(path), time.time_ns()
        if before is None or self._files.has_read(path):
            return self._files.hash(path)
        known = self._known.get(str(path))
        if known and known[:-1] == before:
            return str(known[-1])
        found = self._files.hash(path)
        if before == _state(path) and max(before[-2:]) + _SETTLED < now:
            self._known[str(path)] = [*before, found]
            self._has_new = True
        return found

    def remember(self) -> None:
        """Keep what was found out for the next time."""
        if self._has_new:
            _cache().put(self._key, json.dumps(self._known).encode())


def _state(path: Path) -> list[int] | None:
    """Say by what a change of a large file can be told; None for others."""
    try:
        found = path.stat()
    except OSError:
        return None
    if found.st_size < LARGE:
        return None
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _read(data: bytes | None) -> dict[str, list[int | str]]:
    """Read what was remembered; what is damaged is nothing."""
    try:
        found = json.loads(data or b"{}")
        return {
            path: [*map(int, state[:-1]), str(state[-1])]
            for path, state in found.items()
            if len(state) == 6 and len(state[-1]) == 64
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def _cache() -> Cache:
    return Cache("hashes", _MOST)
