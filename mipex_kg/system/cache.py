"""The user's cache: what was found out is remembered, under a hash of all that it depends on.

What can't be remembered is found out again: a cache that is missing, full, damaged or someone
else's costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

import platformdirs

from mipex_kg.system.errors import OutputError

# Others may write neither into a folder that is trusted, nor put another in its place.
_WRITABLE_BY_OTHERS = 0o022
# Where this is set, nothing is taken from the cache, and nothing put into it.
OFF = "MIPEX_KG_NO_CACHE"
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
            if is_off() or not is_ours(self._folder):
                return None
            data = path.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what is asked for stays
        return data

    def put(self, key: str, data: bytes = b"") -> None:
        """Remember something, if that is possible."""
        if is_off():
            return
        from mipex_kg.system.writing import write_atomically  # imported here, as it takes a while

        with contextlib.suppress(OSError, OutputError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if is_ours(self._folder):
                write_atomically(self._folder / key, data)
                self._prune()

    def _prune(self) -> None:
        entries = sorted(os.scandir(self._folder), key=lambda entry: entry.stat().st_mtime_ns)
        for entry in entries[: -self._most]:
            Path(entry.path).unlink(missing_ok=True)


def is_off() -> bool:
    """Tell whether the user wants nothing to be kept."""
    return bool(os.environ.get(OFF))


def is_ours(folder: Path) -> bool:
    """Tell whether a folder is the user's own, and nobody else may write into it.

    :raises OSError: when there is no such folder
    """
    found = folder.stat()
    is_folder = stat.S_ISDIR(found.st_mode)
    return is_folder and found.st_uid == os.geteuid() and not found.st_mode & _WRITABLE_BY_OTHERS


def versions() -> list[str]:
    """Name the Python that runs, and every package that it can import, with their versions.

    What any of them does may depend on any other; to read what each needs would take longer than
    most of what is remembered.
    """
    folders = [folder for folder in dict.fromkeys(sys.path) if Path(folder or ".").is_dir()]
    names = {name for folder in folders for name in os.listdir(folder or ".")}  # noqa: PTH208 - names alone, in less time
    return [sys.version, *sorted(name for name in names if name.endswith(_SUFFIXES))]
