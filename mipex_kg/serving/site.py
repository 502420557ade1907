"""The built site as it is served: which files there are, and what tells one version from another.

A file is found by its name in a table, never by joining a request's path to a folder: so no path
leads out of the site.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple

from mipex_kg.dataset.catalogue.record import DOCUMENT
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.negotiation import VARIANTS, Variant
from mipex_kg.site.hosting.rules import Rules
from mipex_kg.system import manifest
from mipex_kg.system.errors import UsageError

# The one folder with a dot before its name that is for visitors.
_PUBLIC = ".well-known"


class File(NamedTuple):
    """A file of the site.

    :param tag: tells this content from any other
    :param changed: when it was last written, in nanoseconds
    """

    size: int
    tag: str
    changed: int

    @property
    def modified(self) -> str:
        """When it was last written, as HTTP writes it."""
        return formatdate(self.changed // 10**9, usegmt=True)


@dataclass(frozen=True)
class ServedSite:
    """A built folder.

    :param root: of the project
    :param files: by their names, relative to the folder
    :param identity: changes whenever somebody builds the site anew
    """

    folder: Path
    root: Path
    files: Mapping[str, File]
    rules: Rules
    identity: tuple[int, int] = (0, 0)

    @property
    def dump(self) -> Path:
        """The file with all quads, from which queries are answered."""
        return self.folder / f"{self.rules.name}{formats.NQUADS.suffix}"

    @property
    def dump_tag(self) -> str:
        """What tells these quads from any others."""
        return self.files[self.dump.name].tag

    def variants(self, stem: str) -> list[Variant]:
        """List the documents that there are under a name."""
        return [variant for variant in VARIANTS if f"{stem}.{variant.name}" in self.files]

    def read(self, name: str) -> bytes:
        """Read a file.

        :raises OSError: when it isn't there any more, or is another by now
        """
        known = self.files[name]
        with open(f"{self.folder}/{name}", "rb") as file:  # noqa: PTH123 - one of many thousands
            if os.fstat(file.fileno()).st_mtime_ns != known.changed:
                raise OSError(f"{name} has changed")
            return file.read()


def identify(folder: Path) -> tuple[int, int]:
    """Tell one build of a folder from another; nothing is built there while both are 0."""
    try:
        found = (folder / manifest.NAME).stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def open_site(folder: Path, project: Project) -> ServedSite:
    """Look at what was built.

    :raises UsageError: when no build of this project wrote the folder
    """
    identity = identify(folder)
    known = manifest.require_own(folder, project.base)
    if known is None:
        raise UsageError(f"{folder} was not built.", hint=f"Run: mipex-kg build -o {folder}")
    files = dict(_files(folder, known.hashes))
    return ServedSite(folder, project.root, files, _rules(project, files), identity)


def _files(folder: Path, hashes: Mapping[str, str]) -> Iterator[tuple[str, File]]:
    """Find the files for visitors: neither what links lead to, nor what is hidden."""
    for inner, folders, names in os.walk(folder):
        within = os.path.relpath(inner, folder)
        folders[:] = sorted(name for name in folders if name[0] != "." or name == _PUBLIC)
        for entry in names:
            name = os.path.normpath(f"{within}/{entry}")
            found = os.lstat(f"{folder}/{name}")
            if entry[0] != "." and stat.S_ISREG(found.st_mode):
                changed = found.st_mtime_ns
                tag = hashes.get(name, f"{changed:x}-{found.st_size:x}")[:32]
                yield name, File(found.st_size, tag, changed)


def _rules(project: Project, files: Mapping[str, File]) -> Rules:
    suffix = formats.TURTLE.suffix
    fronts = [name for name in ("index", DOCUMENT) if f"{name}{suffix}" in files]
    stems = (name.removesuffix(".linkset.json") for name in files if name.endswith(".linkset.json"))
    things = frozenset(stem for stem in stems if stem != "index" and f"{stem}{suffix}" in files)
    front = fronts[0] if fronts else None
    return Rules(project.name, project.base, project.site, front=front, things=things)
