"""What decides how pages look, whatever the data say: the engine, the settings, the templates."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from mipex_kg.dataset.compiled import settings_of
from mipex_kg.project.project import Project
from mipex_kg.system.cache import versions
from mipex_kg.system.manifest import hash_of
from mipex_kg.validation import validity_cache

# What pages are made of besides code, in the package.
_PACKAGE = ("site/pages", "site/_assets")


def environment(project: Project) -> Iterator[str]:
    """Write all of it: names, and the SHA-256 of files.

    :raises SourceError: when a file can't be read
    """
    yield from versions()
    yield from validity_cache.code()
    yield from settings_of(project)
    yield str(project.is_placed)
    yield from package_files()
    files = project.files
    texts = {path for paths in project.text_files.values() for path in paths.values()}
    for path in (
        *project.rule_files,
        *project.frame_files,
        *project.context_files,
        *(path for path in project.files_in("pages") if path not in texts),
    ):
        yield path.relative_to(project.root).as_posix()
        yield files.hash(path)


def package_files() -> Iterator[str]:
    """Write the names and the hashes of what pages are made of besides code."""
    package = Path(str(resources.files("mipex_kg")))
    found = (path for folder in _PACKAGE for path in (package / folder).rglob("*"))
    for path in sorted(p for p in found if p.is_file() and p.suffix not in (".py", ".pyc")):
        yield path.relative_to(package).as_posix()
        yield hash_of(path.read_bytes())
