"""What the last build read for each page and document, so that the next makes what it must.

What was made stays if nothing that it read has changed: what is said of a term in some position,
or what the site knows of it. It is made again as well where a file is not as it was written. All
is made again where something has changed that any of it may depend on: the engine, the settings,
the templates, the menus, who is private.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cbor2

from mipex_kg.dataset.digests import Digests, digest_of
from mipex_kg.dataset.traces import Reads, Trace
from mipex_kg.system.cache import Cache
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.tree import Tree

# So many sites are remembered, each in some hundreds of bytes for each page.
_MOST = 20
_FORMAT = 1


@dataclass(frozen=True)
class Made:
    """A page with its link sets, or a document in its formats, as it was made.

    :param of: a number for what it is of, such as the things on a page
    :param reads: numbers for what was read to make it
    :param files: a number for the files, and what is in them
    :param omitted: what could not be written, with the reason
    :param is_unlisted: whether it asks search engines to leave it out
    """

    of: int
    reads: array[int]
    files: int
    omitted: tuple[str, ...] = ()
    is_unlisted: bool = False


@dataclass(frozen=True)
class BuildTraces:
    """What a build made, by name, and the digests of what it read.

    :param common: a number for what all depends on
    """

    common: int
    digests: Mapping[int, int] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)

    def unchanged(self, now: Digests, common: int) -> dict[str, Made]:
        """Give what need not be made again, by name, if its files are still there."""
        if common != self.common:
            return {}
        changed = {key for key, digest in self.digests.items() if now.get(key) != digest}
        return {name: made for name, made in self.made.items() if changed.isdisjoint(made.reads)}


class Remaking:
    """Decides what a build makes, and what it takes over from the last one.

    :param trace: of the dataset that is read
    :param digests: of that dataset
    :param common: a number for what all depends on
    :param last: what is remembered of the last build; None if there is nothing
    """

    def __init__(
        self, trace: Trace, digests: Digests, common: int, last: BuildTraces | None
    ) -> None:
        self.trace, self._digests, self._common = trace, digests, common
        self._unchanged = last.unchanged(digests, common) if last else {}

    def taken_over(self, part: Tree, name: str, of: int, files: Iterable[str]) -> Made | None:
        """Take over what the last build made, if it would be the same now.

        :param part: into which its files are taken
        :param files: that it may have
        """
        made = self._unchanged.get(name)
        if made is None or made.of != of:
            return None
        hashes = part.before.hashes
        paths = [path for path in files if path in hashes]
        if made.files != _digest_of_files(paths, hashes):
            return None
        return made if part.keep_all(map(PlainPath, paths)) else None

    def made(
        self,
        part: Tree,
        reads: Reads,
        of: int,
        files: Iterable[str],
        *,
        omitted: Iterable[str] = (),
        is_unlisted: bool = False,
    ) -> Made:
        """Tell what has been made.

        :param part: into which its files were written
        :param files: that it may have
        """
        paths = [path for path in files if path in part.hashes]
        return Made(
            of,
            array("Q", self._digests.keys(reads)),
            _digest_of_files(paths, part.hashes),
            tuple(omitted),
            is_unlisted,
        )

    def traces(self, made: Mapping[str, Made]) -> BuildTraces:
        """Give what is to be remembered of a build."""
        read = {key for each in made.values() for key in each.reads}
        return BuildTraces(self._common, {key: self._digests.get(key) for key in read}, made)


def _digest_of_files(paths: Iterable[str], hashes: Mapping[str, str]) -> int:
    return digest_of(*(text for path in paths for text in (path, hashes[path])))


def recall(output: Path) -> BuildTraces | None:
    """Give what is remembered of the last build into a folder; what is damaged is nothing."""
    try:
        return _read(cbor2.loads(zlib.decompress(_cache().get(_key(output)) or b"")))
    except (zlib.error, cbor2.CBORDecodeError, ValueError, TypeError, LookupError, OverflowError):
        return None


def remember(output: Path, traces: BuildTraces) -> None:
    """Note what a build read; where nothing can be noted, the next one makes all again."""
    places = {key: place for place, key in enumerate(traces.digests)}
    made = [
        (
            name,
            each.of,
            array("I", map(places.__getitem__, each.reads)).tobytes(),
            each.files,
            each.omitted,
            each.is_unlisted,
        )
        for name, each in traces.made.items()
    ]
    numbers = (array("Q", some).tobytes() for some in (traces.digests, traces.digests.values()))
    document = [_FORMAT, traces.common, *numbers, made]
    _cache().put(_key(output), zlib.compress(cbor2.dumps(document), 1))


def _read(document: Any) -> BuildTraces:
    format, common, packed_keys, packed_digests, written = document
    if format != _FORMAT:
        raise ValueError(format)
    keys, digests = array("Q", packed_keys), array("Q", packed_digests)
    made = {}
    for name, of, places, files, omitted, is_unlisted in written:
        reads = array("Q", map(keys.__getitem__, array("I", places)))
        made[str(name)] = Made(of, reads, files, tuple(omitted), bool(is_unlisted))
    return BuildTraces(common, dict(zip(keys, digests, strict=True)), made)


def _key(output: Path) -> str:
    return f"{digest_of(str(output)):016x}"


def _cache() -> Cache:
    return Cache("traces", _MOST)
