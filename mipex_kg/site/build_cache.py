"""Remembering what was built: where nothing has changed since, nothing needs to be made again.

What is remembered is in the user's cache, under a hash of all that decides what a build writes.
Before it counts, every file of the output is held against the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from mipex_kg.project.project import Project
from mipex_kg.site.build import Built, build
from mipex_kg.site.environment import package_files
from mipex_kg.sparql import query_text
from mipex_kg.system import log, manifest, stamps
from mipex_kg.system.cache import Cache
from mipex_kg.system.manifest import hash_of
from mipex_kg.system.stamps import stamp_of
from mipex_kg.validation import validity_cache
from mipex_kg.validation.labels import require_labels
from mipex_kg.validation.validated import ValidatedDataset

# So many builds are remembered.
_MOST = 200
# What is told of a build again where nothing was written: lines, and lists of them.
_LINES, _LISTS = ("unset", "unsearched"), ("omitted", "pageless", "excesses")
# What pages are made of, besides the data.
_PROJECT = ("ontology", "pages")


def key(valid: str | None, project: Project, output: Path) -> str | None:
    """Hash all that decides what a build writes: the project, the engine, and where it goes.

    :param valid: the key of the verdict on the project
    :returns: a SHA-256 in hexadecimal; None where the same would not be written again
    :raises SourceError: when a file can't be read
    """
    files = project.files
    queries = map(files.read_text, project.query_files)
    if valid is None or any(map(query_text.is_volatile, queries)):
        return None
    parts = [valid, str(output.resolve()), str(project.is_placed)]
    parts += package_files()
    for path in (path for folder in _PROJECT for path in project.files_in(folder)):
        parts += [path.relative_to(project.root).as_posix(), files.hash(path)]
    return hash_of(json.dumps(parts).encode())


def rebuild(
    validated: ValidatedDataset,
    output: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_anew: bool = False,
    keeps_index: bool = False,
) -> Built:
    """Build, unless all is as it was after the last build; of what changed, what it concerns.

    :param progress: called with what is done and what there is to do
    :param is_anew: whether nothing is taken over from the last build
    :param keeps_index: whether the last index for searching will do, though pages have changed
    :raises KgError: when it isn't valid, or can't be written
    """
    project = validated.project
    found = key(validated.key, project, output)
    may_recall = not is_anew and validity_cache.knows(validated.key)
    if found and may_recall and (built := recall(found, output)):
        log.info("It is as it was built last, and nothing is written.")
        return built
    require_labels(validated.dataset, project)
    processes = None if validated.isolated else 1
    built = build(
        validated,
        output,
        processes=processes,
        progress=progress,
        is_anew=is_anew,
        keeps_index=keeps_index,
    )
    if found and not keeps_index:
        remember(found, built)
    return built


def recall(key: str, output: Path) -> Built | None:
    """Tell what a build would come to, if it would write what is there already; else None."""
    output = output.resolve()
    try:
        remembered = json.loads(_cache().get(key) or b"null")
        is_same = hash_of((output / manifest.NAME).read_bytes()) == remembered["manifest"]
        found = manifest.read_manifest(output)
        if found is None or not is_same:
            return None
        known = stamps.recall(output, found.hashes)
        for name, hash in found.hashes.items():
            if not _is_as_written(output / name, hash, known.get(name)):
                return None
        unset, unsearched = (str(remembered[name]) for name in _LINES)
        omitted, pageless, excesses = (tuple(remembered[name]) for name in _LISTS)
        return Built(
            output,
            0,
            len(found.names),
            0,
            omitted,
            pageless=pageless,
            excesses=excesses,
            unset=unset,
            unsearched=unsearched,
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _is_as_written(path: Path, hash: str, stamp: int | None) -> bool:
    if stamp is not None and stamp_of(path.lstat()) == stamp:
        return True
    return hash_of(path.read_bytes()) == hash


def remember(key: str, built: Built) -> None:
    """Note what was built; where nothing can be noted, the next build makes all of it again."""
    note = {name: getattr(built, name) for name in ("manifest", *_LINES, *_LISTS)}
    _cache().put(key, json.dumps(note).encode())


def _cache() -> Cache:
    return Cache("built", _MOST)
