"""Remembering what was built: where nothing has changed since, nothing has to be made again.

What is remembered is in the user's cache, under a hash of all that decides what a build writes.
Before it counts, every file of the output is held against the manifest.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from importlib import metadata, resources
from pathlib import Path

import platformdirs

from mipex_kg.project.project import Project
from mipex_kg.site.build import Built, build
from mipex_kg.system import manifest, reading
from mipex_kg.system.tree import hash_of
from mipex_kg.validation import validity_cache
from mipex_kg.validation.labels import require_labels
from mipex_kg.validation.validated import validating

# What pages are made of, besides code: in the package, and in the project.
_PACKAGE, _PROJECT = ("site/pages", "site/_assets"), ("ontology", "pages")


def key(project: Project, output: Path) -> str:
    """Hash all that decides what a build writes: the project, the engine, and where it goes.

    :returns: a SHA-256 in hexadecimal
    :raises SourceError: when a file can't be read
    """
    package = Path(str(resources.files("mipex_kg")))
    parts = [
        validity_cache.key(project),
        str(output.resolve()),
        project.site,
        sys.version,
        *_versions(),
    ]
    own = [path for folder in _PROJECT for path in project.files_in(folder)]
    for root, files in ((package, _package_files(package)), (project.root, own)):
        for path in files:
            parts += [path.relative_to(root).as_posix(), hash_of(reading.read_bytes(path))]
    return hash_of(json.dumps(parts).encode())


def _package_files(package: Path) -> list[Path]:
    found = (path for folder in _PACKAGE for path in (package / folder).rglob("*"))
    return sorted(path for path in found if path.is_file() and path.suffix not in (".py", ".pyc"))


def _versions() -> Iterator[str]:
    """Name the versions of the libraries that are there, of those that the engine can use."""
    for requirement in sorted(metadata.requires("mipex-kg") or ()):
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        with contextlib.suppress(metadata.PackageNotFoundError):
            yield f"{name} {metadata.version(name)}"


def build_anew(
    project: Project,
    published: Project,
    output: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Built:
    """Validate and build, unless all is as it was after the last build.

    :param published: the project at the address where it will lie
    :param progress: called with what is done and what there is to do
    :raises KgError: when it isn't valid, or can't be written
    """
    before = key(published, output)
    if built := recall(before, output):
        return built
    with validating(project, published) as candidate:
        require_labels(candidate.dataset, project)
        built = build(candidate, output, progress=progress)
    # Of a file that changed meanwhile nobody knows what was read.
    if key(published, output) == before:
        remember(before, built)
    return built


def recall(key: str, output: Path) -> Built | None:
    """Tell what a build would come to, if it would write what is there already; else None."""
    output = output.resolve()
    try:
        remembered = json.loads(_place(key).read_bytes())
        is_same = hash_of((output / manifest.NAME).read_bytes()) == remembered["manifest"]
        found = manifest.read_manifest(output)
        if found is None or not is_same:
            return None
        for name, hash in found.hashes.items():
            if hash_of((output / name).read_bytes()) != hash:
                return None
        return Built(output, 0, len(found.names), 0, tuple(remembered["omitted"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def remember(key: str, built: Built) -> None:
    """Note what was built; where nothing can be noted, the next build makes all of it again."""
    with contextlib.suppress(OSError):
        hash = hash_of((built.output / manifest.NAME).read_bytes())
        place = _place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"manifest": hash, "omitted": built.omitted}))


def _place(key: str) -> Path:
    return platformdirs.user_cache_path("mipex-kg") / "built" / key
