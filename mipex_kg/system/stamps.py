"""Stamps of the files of a built folder: what tells, without reading one, that it is as written.

A file counts as the same if its node, its size and the times of its last change are, as in Git.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

from mipex_kg.system import manifest
from mipex_kg.system.cache import Cache

# So many folders are remembered, each in 8 bytes for a file.
_MOST = 20
# The stamp of a file that is not as it was written.
_NONE = 0


def stamp_of(found: os.stat_result) -> int:
    """Give a number that is another once a file has changed, whatever its time was set to."""
    parts = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest())


def state_of(found: os.stat_result) -> int:
    """Give a number that stays when a file gets another name or loses one, in this process."""
    return hash((found.st_ino, found.st_size, found.st_mtime_ns))


def recall(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """Give the stamps of the files that were last written into a folder.

    :param names: of all files that its manifest names
    :returns: nothing if they aren't known, or its manifest is another than they were kept for
    """
    found = array("Q")
    try:
        found.frombytes(_cache().get(_key(folder)) or b"")
        own = stamp_of((folder / manifest.NAME).lstat())
    except (OSError, ValueError):
        return {}
    ordered = sorted(names)
    if len(found) != len(ordered) + 1 or found[0] != own:
        return {}
    return dict(zip(ordered, found[1:], strict=True))


def remember(folder: Path, states: Mapping[str, int]) -> None:
    """Keep the stamps of all files that were written into a folder, that of its manifest too.

    :param states: of the files when they were written, where nobody else had them yet: one that
        is another by now has none
    """
    names = [manifest.NAME, *sorted(states.keys() - {manifest.NAME})]
    found = (_stamp(f"{folder}/{name}", states[name]) for name in names)
    _cache().put(_key(folder), array("Q", found).tobytes())


def _stamp(path: str, state: int) -> int:
    try:
        found = os.lstat(path)
    except OSError:
        return _NONE
    return stamp_of(found) if state_of(found) == state else _NONE


def _key(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()


def _cache() -> Cache:
    return Cache("stamps", _MOST)
