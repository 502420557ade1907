"""A site as a server gives it: what is to be read brought into a folder, of the rest what it is.

The server isn't trusted. What it names is written nowhere but below the folder, and there is a most
of what is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from mipex_kg.checks.client import Response, SiteClient
from mipex_kg.checks.site import BuiltSite, site_of
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.system.errors import RemoteError, UsageError, cannot_write
from mipex_kg.validation.report import Finding, Place, Severity, plural

MOST_FILES, MOST_BYTES = 50_000, 1_000_000_000
MOST_HOPS, MOST_FAILURES = 5, 10
_AT_ONCE = 4
_FRONT = layout.FRONT_PAGE
_KNOWN = (
    *(_FRONT, layout.ROBOTS, layout.SITEMAP, layout.MANIFEST, layout.VOID, layout.WELL_KNOWN_VOID),
    *map(layout.catalogue, (formats.TURTLE, formats.RDFXML, formats.JSONLD)),
    layout.CROISSANT,
)
# What the checks read; of all else they need to know only that it is there, and how large it is.
_READ = (
    *layout.PAGE_SUFFIXES,
    ".css",
    ".xml",
    layout.CSV,
    layout.LINKSET_JSON,
    layout.LINKSET_TEXT,
    layout.CROISSANT,
)
# Files that name others, and how they do it.
_LISTS = {
    layout.SITEMAP: re.compile(rb"<loc>([^<]+)</loc>"),
    layout.catalogue(formats.TURTLE): (_IN_ANGLES := re.compile(rb"<(https?://[^<>\s]+)>")),
    layout.VOID: _IN_ANGLES,
}


class Fetched(NamedTuple):
    """What became of a request for a file.

    :param hops: where it was redirected to, relative to the site; None for out of it
    :param answer: the last one
    """

    answer: Response
    hops: tuple[str | None, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the file is there, be it at another address."""
        return self.answer.status == 200


@dataclass
class Mirror:
    """A site as it is served.

    :param folder: what was read, as files
    :param names: asks where the names of things begin, if that is to be asked
    :param listed: the files that the site says it has
    :param fetched: by the names of the files
    :param left: how many were not asked for, since there were too many
    """

    client: SiteClient
    folder: Path
    names: SiteClient | None = None
    listed: frozenset[str] = frozenset()
    fetched: dict[str, Fetched] = field(default_factory=dict)
    left: int = 0

    @property
    def sizes(self) -> Mapping[str, int | None]:
        """The sizes of the files that are there, as far as the server tells them."""
        lengths = {name: f.answer.headers.get("content-length", "") for name, f in self.there()}
        return {name: int(text) if text.isdecimal() else None for name, text in lengths.items()}

    def there(self) -> Iterator[tuple[str, Fetched]]:
        """Give the files that are there."""
        return ((name, found) for name, found in self.fetched.items() if found.is_there)

    def has(self, name: str) -> bool:
        """Tell whether a file is there."""
        found = self.fetched.get(name)
        return found is not None and found.is_there

    def inner(self, address: str, path: str, site: str) -> str | None:
        """Tell where an address leads that is in an answer.

        :param path: what was asked for, relative to the site
        :param site: an address for which the site was built: there it is taken to lie here
        :returns: a path relative to the site; None where it leads out of it
        """
        if address.startswith(site):
            return address.removeprefix(site)
        return self.client.inner(address, path)

    def site(self, project: Project) -> BuiltSite:
        """Give the site, to be looked at as if it were in a folder.

        :param project: that it was built from
        """
        return site_of(self.folder, project, self.sizes)


def bring(
    client: SiteClient,
    project: Project,
    folder: Path,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    names: SiteClient | None = None,
) -> Mirror:
    """Ask a server for all that belongs to a site.

    :param project: whose site it is
    :param folder: an empty folder for what is read
    :param progress: called with what is done and what there is to do
    :param names: asks where the names of things begin
    :raises UsageError: when there is no page at all
    :raises RemoteError: when the server doesn't answer
    """
    bringer = _Bringer(Mirror(client, folder, names), project, progress)
    bringer.bring([_FRONT])
    if not bringer.mirror.fetched[_FRONT].is_there:
        status = bringer.mirror.fetched[_FRONT].answer.status
        raise UsageError(
            f"There is no site at {client.root}: it answers {status}.",
            hint="Give the address of the front page.",
        )
    bringer.bring(_KNOWN)
    bringer.mirror.listed = frozenset(bringer.listed())
    bringer.bring(sorted(bringer.mirror.listed))
    bringer.bring(sorted(bringer.linked()))
    progress(len(bringer.mirror.fetched), len(bringer.mirror.fetched))
    return bringer.mirror


@dataclass
class _Bringer:
    mirror: Mirror
    project: Project
    progress: Callable[[int, int], None]
    taken: int = 0
    failures: int = 0

    def bring(self, names: Iterable[str]) -> None:
        """Ask for files that were not asked for yet."""
        fetched = self.mirror.fetched
        new = [name for name in dict.fromkeys(names) if name not in fetched and is_safe(name)]
        room = MOST_FILES - len(fetched)
        self.mirror.left += max(len(new) - room, 0)
        chosen = new[: max(room, 0)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(self._fetch, chosen)
            for done, (name, one) in enumerate(zip(chosen, found, strict=True), 1):
                fetched[name] = one
                # What is linked is known in the end: until then there is one thing more to do.
                self.progress(len(fetched), len(fetched) + len(chosen) - done + 1)

    def _fetch(self, name: str) -> Fetched:
        is_read = name in _KNOWN or name.endswith(_READ) or name == f"{self.project.name}.nt"
        is_read = is_read and self.taken < MOST_BYTES
        try:
            found = self._follow(name, "GET" if is_read else "HEAD")
            if found.answer.status in (405, 501) and not is_read:
                found = self._follow(name, "GET")
        except RemoteError:
            self.failures += 1
            if name == _FRONT or self.failures > MOST_FAILURES:
                raise
            return Fetched(Response(0, {}))
        self.taken += len(found.answer.body)
        if is_read and found.is_there and found.answer.is_whole:
            self._write(name, found.answer.body)
        # The body is in the folder, if it is wanted.
        return found._replace(answer=found.answer._replace(body=b""))

    def _follow(self, name: str, method: str) -> Fetched:
        """Ask, and follow redirects inside the site."""
        # Servers have the front page at the address of its folder.
        path = "" if name == _FRONT else quote(name)
        hops: list[str | None] = []
        while True:
            answer = self.mirror.client.ask(path, "*/*", method=method)
            if answer.location is None or len(hops) == MOST_HOPS:
                return Fetched(answer, tuple(hops))
            target = self.mirror.client.inner(answer.location, path)
            hops.append(target)
            if target is None:
                return Fetched(answer, tuple(hops))
            path = target

    def _write(self, name: str, data: bytes) -> None:
        path = self.mirror.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            return  # a name that is that of a folder too is nothing that a build wrote
        except OSError as error:
            raise cannot_write(path, error) from None

    def listed(self) -> list[str]:
        """Name the files of the build, or else those of the sitemap and the catalogue."""
        manifest = self.mirror.folder / layout.MANIFEST
        if built := _of_manifest(manifest):
            return built
        manifest.unlink(missing_ok=True)  # it says nothing, and would pass for one
        site, found = self.mirror.site(self.project), []
        for name, pattern in _LISTS.items():
            path = self.mirror.folder / name
            data = path.read_bytes() if path.is_file() else b""
            addresses = (text.decode("utf-8", "replace").strip() for text in pattern.findall(data))
            found += [inner for inner in _inside(site, addresses) if PurePosixPath(inner).suffix]
        return found

    def linked(self) -> Iterator[str]:
        """Name what the pages that were read refer to."""
        site = self.mirror.site(self.project)
        for name, page in site.pages.items():
            addresses = [link.address for link in page.references]
            yield from _inside(site, addresses, name, page.base)


def _of_manifest(path: Path) -> list[str]:
    try:
        return [str(name) for name in json.loads(path.read_bytes())["sha256"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _inside(
    site: BuiltSite, addresses: Iterable[str], name: str = "", base: str = ""
) -> Iterator[str]:
    for address in addresses:
        try:
            target = site.target(address, name, base)
        except ValueError:
            continue
        if target and target.name and target.is_inside:
            yield target.name


def is_safe(name: str) -> bool:
    """Tell whether a file of that name is below the folder that it is relative to.

    >>> [is_safe(name) for name in ("a/b.ttl", "../a", "/a", "a//b", "a\\\\b")]
    [True, False, False, False, False]
    """
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and "/".join(parts) == name
        and not any(part == ".." or len(part.encode()) > 255 for part in parts)
        and len(parts) < 50
        and not re.search(r"[\x00-\x1f\x7f\\]", name)
    )


def on_one(
    mirror: Mirror, severity: Severity, check: str, message: str, hint: str, name: str
) -> Finding:
    """Make a finding about a file or a thing of a mirrored site."""
    address = mirror.client.root + quote(name)
    place = Place(mirror.folder / name, address=address)
    return Finding(severity, check, message, hint, place=place)


def on_many(
    mirror: Mirror, severity: Severity, check: str, names: Sequence[str], told: str, hint: str
) -> Finding:
    """Make a finding about one of several, that says how many they are."""
    name = min(names, key=lambda name: (name.count("/"), name))
    others = len(names) - 1
    more = f"; the same goes for {plural(others, 'other')}" if others else ""
    return on_one(mirror, severity, check, f"{name} {told}{more}.", hint, name)
