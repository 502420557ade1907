"""The user's cache: what was found out is remembered, under a hash of all that it depends on.

What can't be remembered is found out again: a cache that is missing, full, damaged or somebody
else's costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import platformdirs

from mipex_kg.system.errors import OutputError
from mipex_kg.system.writing import write_atomically

# Others may write neither into a folder that is trusted, nor put another in its place.
_WRITABLE_BY_OTHERS = 0o022
_SUFFIXES = (".dist-info", ".egg-info")


class Cache:
    """A folder of small files, of which the oldest go when there are too many.

    :param name: of the folder, within the user's cache
    :param most: so many entries are kept
    """

    def __init__(self, name: str, most: int) -> None:
        self._folder, self._most = platformdirs.user_cache_path("mipex-kg") / name, most

    def get(self, key: str) -> bytes | None:
        """Give what was remembered under a key; None if there is nothing."""
        path = self._folder / key
        try:
            if not self._is_trusted():
                return None
            data = path.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what is asked for stays
        return data

    def put(self, key: str, data: bytes = b"") -> None:
        """Remember something, if that is possible."""
        with contextlib.suppress(OSError, OutputError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_trusted():
                write_atomically(self._folder / key, data)
                self._prune()

    def _is_trusted(self) -> bool:
        found = self._folder.stat()
        return found.st_uid == os.geteuid() and not found.st_mode & _WRITABLE_BY_OTHERS

    def _prune(self) -> None:
        entries = sorted(os.scandir(self._folder), key=lambda entry: entry.stat().st_mtime_ns)
        for entry in entries[: -self._most]:
            Path(entry.path).unlink(missing_ok=True)


def versions() -> list[str]:
    """Name the Python that runs, and every package that it can import, with their versions.

    What any of them does may depend on any other; to read what each needs would take longer than
    most of what is remembered.
    """
    folders = [folder for folder in dict.fromkeys(sys.path) if Path(folder or ".").is_dir()]
    names = {name for folder in folders for name in os.listdir(folder or ".")}  # noqa: PTH208
    return [sys.version, *sorted(name for name in names if name.endswith(_SUFFIXES))]
