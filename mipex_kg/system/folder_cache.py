"""A cache of folders: each is made beside the others, put in place at once, and only read then.

As in ``cache``, what is missing, damaged or someone else's costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs

from mipex_kg.system.cache import is_ours

_UNFINISHED = ".new-"
# Seconds after which what is unfinished is a killed process's.
_LEFT = 24 * 3600


class FolderCache:
    """Folders within the user's cache, of which those go that were not asked for longest.

    :param name: of the folder that they are in
    :param most: so many folders are kept
    :param most_bytes: so much they may hold together; the newest is kept, however large
    """

    def __init__(self, name: str, most: int, most_bytes: int) -> None:
        self._folder = platformdirs.user_cache_path("mipex-kg") / name
        self._most, self._most_bytes = most, most_bytes

    def find(self, key: str) -> Path | None:
        """Give the folder that was made under a key; None if there is none to be trusted."""
        path = self._folder / key
        try:
            if not (is_ours(self._folder) and is_ours(path)):
                return None
            os.utime(path)  # what is asked for stays
        except OSError:
            return None
        return path

    def make(self, key: str, fill: Callable[[Path], object]) -> Path | None:
        """Make a folder, if that is possible; one that another process made meanwhile counts.

        :param fill: writes what is to be in it
        :returns: where it is; None where none could be made
        :raises Exception: whatever ``fill`` raises, but for ``OSError``
        """
        new = self._folder / f"{_UNFINISHED}{secrets.token_hex(8)}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not is_ours(self._folder):
                return None
            new.mkdir(mode=0o700)
            fill(new)
            with contextlib.suppress(OSError):  # where another process was faster
                new.rename(self._folder / key)
            self._prune(key)
        except OSError:
            return None
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return self.find(key)

    def discard(self, key: str) -> None:
        """Remove what was made under a key."""
        gone = self._folder / f"{_UNFINISHED}{secrets.token_hex(8)}"
        with contextlib.suppress(OSError):
            # Nobody is to find a part of it.
            (self._folder / key).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _prune(self, newest: str) -> None:
        entries = sorted(os.scandir(self._folder), key=lambda entry: -entry.stat().st_mtime)
        finished = [e.name for e in entries if not e.name.startswith(_UNFINISHED)]
        old = time.time() - _LEFT
        for entry in entries:
            if entry.name.startswith(_UNFINISHED) and entry.stat().st_mtime < old:
                shutil.rmtree(entry.path, ignore_errors=True)
        held = 0
        for number, name in enumerate(finished):
            held += _bytes_in(self._folder / name)
            if name != newest and (number >= self._most or held > self._most_bytes):
                self.discard(name)


def _bytes_in(folder: Path) -> int:
    found = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            found += path.lstat().st_size
    return found
