"""The built site as it is served: a file is looked up when it is asked for, as it is then.

Nothing is known of the files beforehand, so that a site of a million files is served at once, and
whatever is copied into the folder as soon as it is there. No path leads out of the folder: names
that are hidden, and whatever a link leads to, are not there.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mipex_kg.project import layout
from mipex_kg.project.names import FRONT_DOCUMENT
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.negotiation import DEFAULT, Variant
from mipex_kg.site.hosting.rules import Rules
from mipex_kg.system import manifest
from mipex_kg.system.errors import UsageError

# The one folder with a dot before its name that is for visitors.
_PUBLIC = layout.WELL_KNOWN_VOID.partition("/")[0]
# What is there may be written just now, and change again within one tick of the clock.
_SETTLED = 1.0
# What tells a state of a file from any other.
Version: TypeAlias = tuple[int, ...]


class OpenFile:
    """A file that is open: what takes its place meanwhile is another.

    :param descriptor: closed with this
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        found = os.fstat(descriptor)
        self.size, self.version = found.st_size, _version(found)
        self.is_regular = stat.S_ISREG(found.st_mode)
        now = time.time()
        # A date in the future would not be a date of a modification (RFC 9110, 8.8.2.1).
        self.changed = min(max(found.st_mtime, 0), now)
        self.is_settled = now - found.st_ctime > _SETTLED

    @property
    def has_changed(self) -> bool:
        """Whether it was written to since it was opened."""
        return _version(os.fstat(self.descriptor)) != self.version

    @property
    def modified(self) -> str:
        """When it was last written, as HTTP writes it."""
        return formatdate(self.changed, usegmt=True)

    def read(self) -> bytes:
        """Read all of it."""
        parts: list[bytes] = []
        at = 0
        while part := os.pread(self.descriptor, max(self.size - at, 1), at):
            parts.append(part)
            at += len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self.descriptor)


class Identity(NamedTuple):
    """What tells one build of a folder from another, also while its files are being copied.

    It stays the same when only the links to its files change, as they do when a build ends.

    :param manifest: nothing while no build is there
    :param dump: of the file with all quads
    """

    manifest: Version = ()
    dump: Version = ()


@dataclass(frozen=True)
class ServedSite:
    """A built folder.

    :param root: of the project
    :param rules: by which the site is served; they know no thing
    """

    folder: Path
    root: Path
    rules: Rules
    identity: Identity = field(default_factory=Identity)

    @property
    def dump(self) -> Path:
        """The file with all quads, from which queries are answered."""
        return self.folder / f"{self.rules.name}{formats.NQUADS.suffix}"

    @property
    def where_to_ask(self) -> str:
        """Say where the SPARQL service is, to who asks for it at another address."""
        return f"SPARQL queries are asked at {self.rules.path}{layout.SERVICE}."

    @property
    def is_there(self) -> bool:
        """Whether there is a site: one that is being replaced may be away for a moment."""
        return self.version(layout.MANIFEST) is not None

    def open(self, name: str) -> OpenFile | None:
        """Open a file as it is now; None if there is none for visitors.

        :raises OSError: when it can't be read for another reason than that
        """
        if not self._is_public(name):
            return None
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            opened = OpenFile(os.open(f"{self.folder}/{name}", flags))
        except OSError:
            if self.has(name):
                raise
            return None
        if opened.is_regular:
            return opened
        opened.close()
        return None

    def read(self, name: str) -> bytes:
        """Read a file.

        :raises OSError: when there is none, or it can't be read
        """
        opened = self.open(name)
        if opened is None:
            raise FileNotFoundError(f"{self.folder}/{name}")
        try:
            return opened.read()
        finally:
            opened.close()

    def has(self, name: str) -> bool:
        """Tell whether there is a file for visitors."""
        return self._is_public(name) and self.version(name) is not None

    def version(self, name: str) -> Version | None:
        """Tell the present state of a file from any other; None if there is none."""
        try:
            found = os.lstat(f"{self.folder}/{name}")
        except OSError:
            return None
        return _version(found) if stat.S_ISREG(found.st_mode) else None

    def _is_public(self, name: str) -> bool:
        """Tell whether a name is that of a file for visitors, if there is one."""
        *folders, file = name.split("/")
        if "\0" in name or file[:1] in ("", "."):
            return False
        path = str(self.folder)
        for folder in folders:
            if folder[:1] in ("", ".") and folder != _PUBLIC:
                return False
            path = f"{path}/{folder}"
            try:
                if not stat.S_ISDIR(os.lstat(path).st_mode):
                    return False
            except OSError:
                return False
        return True

    def variants(self, stem: str) -> list[Variant]:
        """List the documents that there are under a name."""
        if not self._is_public(f"{stem}.{DEFAULT.name}"):
            return []
        return [v for v in self.rules.variants if self.version(f"{stem}.{v.name}") is not None]

    def headers(self, name: str) -> dict[str, str]:
        """Give the headers that the rules have for a file."""
        stem = name.rpartition(".")[0]
        is_thing = self.has(layout.linksets(stem)[0]) and len(self.variants(stem)) > 1
        things = frozenset({stem} if is_thing else ())
        return replace(self.rules, things=things).headers(name)


def identify(folder: Path, name: str) -> Identity:
    """Tell which build of a folder there is.

    :param name: of the project
    """
    dump = folder / f"{name}{formats.NQUADS.suffix}"
    return Identity(_state(folder / layout.MANIFEST), _state(dump))


def _state(path: Path) -> Version:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def open_site(folder: Path, project: Project) -> ServedSite:
    """Look at what was built.

    :raises UsageError: when no build of this project wrote the folder
    """
    identity = identify(folder, project.name)
    if manifest.require_own(folder, project.base) is None:
        raise UsageError(f"{folder} was not built.", hint=f"Run: mipex-kg build -o {folder}")
    rules = Rules(
        project.name,
        project.base,
        project.site,
        variants=project.variants,
        has_linksets=project.has_linksets,
        folders=tuple(filter(None, project.language_folders.values())),
    )
    site = ServedSite(folder, project.root, rules)
    has = (n for n in (FRONT_DOCUMENT, layout.CATALOGUE) if site.has(f"{n}.{rules.mark}"))
    return replace(site, rules=replace(site.rules, front=next(has, None)), identity=identity)


def _version(found: os.stat_result) -> Version:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
