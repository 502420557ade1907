"""A built site as it is in its folder: its files, its pages, and what they refer to."""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from mipex_kg.checks.references import LinkElement, Reference, Spot, references, typed_links
from mipex_kg.project import layout
from mipex_kg.project.names import Names
from mipex_kg.project.project import Project, bundled_directory
from mipex_kg.rdf import formats
from mipex_kg.rdf.html.webpage import MOST_BYTES, WebPage, read_page
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
from mipex_kg.site.crawler import BlockReading, read_blocks
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.validation.report import Place

# Where a thing is described, by the suffixes of its documents.
_DESCRIBED = (layout.HTML, *(format.suffix for format in formats.OF_DOCUMENTS))
# Where the site is taken to lie while addresses are resolved: what climbs out of it is seen.
_ROOT = "http://site.invalid/root/"
# So many addresses are remembered, with where they lead.
_KNOWN = 10_000


class Page(NamedTuple):
    """What the checks want to know of a page.

    :param references: each once, without its place: a site may have millions
    :param links: its link elements, each once
    :param anchors: the names of the places in it
    :param base: what its ``base`` element says
    :param is_hidden: whether it asks search engines to leave it out
    :param has_json_ld: whether there is a block of JSON-LD in it
    """

    references: tuple[Reference, ...]
    links: tuple[LinkElement, ...]
    anchors: frozenset[str]
    base: str
    is_hidden: bool
    has_json_ld: bool


class Target(NamedTuple):
    """Where an address leads.

    :param name: the file, relative to the site; None where it leads to another host
    :param is_inside: whether it is in the site's folder
    """

    name: str | None
    fragment: str = ""
    is_inside: bool = True


@dataclass(frozen=True)
class BuiltSite:
    """The folder of a site.

    :param address: where it is to lie
    :param known: files that are there and were not brought into the folder, and their sizes, if
        anybody tells them
    :param names: of the project's things
    :param service: an address where something answers that is not a file
    :param contexts: remote contexts that JSON-LD in its pages may name, besides schema.org's
    :param stated: gives the addresses at which there is something by what the data say
    :param mentioned: gives the addresses that the data have in any statement
    """

    folder: Path
    address: str
    known: Mapping[str, int | None] = field(default_factory=dict)
    names: Names | None = None
    service: str = ""
    contexts: KnownContexts | None = None
    stated: Callable[[], Collection[str]] = frozenset
    mentioned: Callable[[], Collection[str]] = frozenset

    @cached_property
    def files(self) -> frozenset[str]:
        """All files, relative to the folder, with slashes; to read a pipe would take for ever."""
        top = os.fspath(self.folder)
        inside = (
            f"{where[len(top) :].strip('/')}/{name}".lstrip("/")
            for where, _, names in os.walk(top)
            for name in names
            if Path(where, name).is_file()
        )
        return frozenset([*inside, *self.known])

    @cached_property
    def sizes(self) -> Mapping[str, int | None]:
        """The sizes of the files, in bytes."""
        there = (name for name in self.files if self.path(name).is_file())
        own = {name: self.path(name).stat().st_size for name in there}
        return {**self.known, **own}

    def answers(self, address: str) -> bool:
        """Tell whether there is something at an address; what lies elsewhere is taken to be."""
        try:
            target = self.target(address, "")
        except ValueError:
            return False
        if target is None:
            return False
        return target.name is None or (
            target.is_inside and (self.has(target.name) or self.is_unseen(target.name))
        )

    def is_unseen(self, name: str) -> bool:
        """Tell whether by the data there is a file that no build writes: only its host can tell."""
        return not self.has(name) and name not in self.manifest and name in self._stated

    @cached_property
    def _stated(self) -> frozenset[str]:
        found = (self.target(address, "") for address in self.stated() if " " not in address)
        return frozenset(target.name for target in found if target and target.name)

    def has(self, name: str) -> bool:
        """Tell whether there is something of that name: a file, or the service."""
        is_service = bool(self.service) and name == self.service.removeprefix(self.address)
        return name in self.files or is_service

    def names_nothing(self, address: str) -> bool:
        """Tell whether an address is the name of a thing under the base that nothing describes."""
        names = self.names
        found = names.address(address) if names and address.startswith(names.bases) else None
        if names is None or found is None or names.bases[0] == self.address:
            return False
        stems = filter(
            None, (unquote(found.path) or layout.FRONT, names.plain(found), found.hashed)
        )
        return not any(f"{n}{suffix}" in self.files for n in stems for suffix in ("", *_DESCRIBED))

    def is_stated(self, address: str) -> bool:
        """Tell whether there is something at an address by what the data say."""
        return address in self._all_stated

    def is_mentioned(self, address: str) -> bool:
        """Tell whether the data have an address in any statement."""
        return address in self._all_mentioned

    @cached_property
    def _all_stated(self) -> frozenset[str]:
        return frozenset(map(to_uri, self.stated()))

    @cached_property
    def _all_mentioned(self) -> frozenset[str]:
        return frozenset(map(to_uri, self.mentioned()))

    def named(self, suffixes: str | tuple[str, ...]) -> list[str]:
        """Name the files with one of some suffixes."""
        return sorted(name for name in self.files if name.lower().endswith(suffixes))

    @cached_property
    def _folders(self) -> Mapping[str, list[str]]:
        folders: dict[str, list[str]] = defaultdict(list)
        for name in self.files:
            folders[name.rpartition("/")[0]].append(name)
        return folders

    def beside(self, name: str) -> list[str]:
        """Name the files of the folder where a file is or should be."""
        return self._folders.get(name.rpartition("/")[0], [])

    @cached_property
    def _read(self) -> tuple[dict[str, Page], list[SourceError]]:
        pages, errors = {}, []
        for name in self.named(layout.PAGE_SUFFIXES):
            try:
                pages[name] = _summed_up(self.page(name))
            except SourceError as error:
                errors.append(error)
        return pages, errors

    @property
    def pages(self) -> dict[str, Page]:
        """All pages that can be read, by their names."""
        return self._read[0]

    @property
    def unreadable(self) -> list[SourceError]:
        """Why the other pages can't be read."""
        return self._read[1]

    @cached_property
    def built(self) -> frozenset[str]:
        """The files that a build wrote, by its manifest; all of them where none was read."""
        if layout.MANIFEST not in self.files or not self.path(layout.MANIFEST).is_file():
            return self.files
        return self.files & self.manifest

    @cached_property
    def manifest(self) -> frozenset[str]:
        """The files that a build wrote, be they there or not, by its manifest."""
        if not self.path(layout.MANIFEST).is_file():
            return frozenset()
        try:
            manifest = json.loads(reading.read_text(self.path(layout.MANIFEST)))
            return frozenset(manifest["sha256"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SourceError(
                "It is not a manifest.",
                path=self.path(layout.MANIFEST),
                hint="Rebuild the site.",
            ) from None

    def path(self, name: str) -> Path:
        """Tell where a file lies."""
        return self.folder / name

    def page(self, name: str) -> WebPage:
        """Read a page in full.

        :raises SourceError: when it can't be read
        """
        path = self.path(name)
        return read_page(reading.read_bytes(path, MOST_BYTES), path)

    def blocks(self, name: str) -> list[BlockReading]:
        """Read the JSON-LD in a page, once for all who ask.

        :raises SourceError: when the page can't be read
        """
        if name not in self._blocks:
            self._blocks[name] = list(read_blocks(self.page(name), self.contexts))
        return self._blocks[name]

    @cached_property
    def _blocks(self) -> dict[str, list[BlockReading]]:
        return {}

    def place(self, name: str, spot: Spot) -> Place:
        """Give the place of something in a file, with its line."""
        path = self.path(name)
        return Place(path, *spot, self._lines.line(path, spot.line))

    @cached_property
    def _lines(self) -> reading.FileLines:
        return reading.FileLines()

    def target(self, address: str, name: str, base: str = "") -> Target | None:
        """Tell where an address in a file leads.

        :param base: what the page's ``base`` element says
        :returns: None where it is not a place at all, such as ``mailto:``
        """
        target = _target(
            urljoin(base, address) if base else address, name.rpartition("/")[0], self._own
        )
        if target is None or target.name != "":
            return target
        return target._replace(name=unquote(name) or layout.FRONT_PAGE)

    @cached_property
    def _own(self) -> SplitResult:
        return urlsplit(self.address)


@lru_cache(_KNOWN)
def _target(address: str, folder: str, own: SplitResult) -> Target | None:
    """Tell where an address leads in any file of a folder: most pages share most addresses.

    :param folder: relative to the site
    :param own: the address of the site
    :returns: a target whose name is empty where it leads to the file itself
    """
    parts = urlsplit(address)
    if parts.scheme not in ("", "http", "https"):
        return None
    path = parts.path
    is_ours = parts.netloc in ("", own.netloc) and path.startswith(own.path)
    if parts.netloc and not is_ours:
        return Target(None)
    if parts.netloc or path.startswith("/"):
        if not is_ours:
            return Target(path, is_inside=False)
        found = urljoin(_ROOT, "./" + path.removeprefix(own.path))
    elif path:
        found = urljoin(f"{_ROOT}{folder}/" if folder else _ROOT, path)
    else:
        return Target("", parts.fragment)
    if not found.startswith(_ROOT):
        return Target(path, is_inside=False)
    inner = unquote(found.removeprefix(_ROOT))
    inner = inner + layout.FRONT_PAGE if inner == "" or inner.endswith("/") else inner
    return Target(inner, parts.fragment)


def _summed_up(page: WebPage) -> Page:
    document = page.document
    anchors = set()
    base, is_hidden = "", False
    for element in document.iter_elements():
        attributes = element.attrs
        anchors.add(str(attributes.get("id") or ""))
        if element.tag == "a":
            anchors.add(str(attributes.get("name") or ""))
        elif element.tag == "base" and not base:
            base = str(attributes.get("href") or "")
        elif element.tag == "meta" and str(attributes.get("name") or "").lower() == "robots":
            is_hidden |= "noindex" in str(attributes.get("content") or "").lower()
    found = dict.fromkeys(_shared(reference) for reference, _ in references(document))
    links = dict.fromkeys(link for link, _ in typed_links(document))
    return Page(
        tuple(found),
        tuple(links),
        frozenset(anchors),
        base,
        is_hidden,
        any(True for _ in page.json_ld),
    )


def _shared(reference: Reference) -> Reference:
    """Keep texts that are on many pages only once."""
    address, attribute, is_loaded = reference
    return Reference(sys.intern(address), sys.intern(attribute), is_loaded)


def site_of(
    folder: Path, project: Project, known: Mapping[str, int | None] | None = None
) -> BuiltSite:
    """Give the site that was built from a project.

    :param known: files that are there and were not brought into the folder, and their sizes
    """
    return BuiltSite(
        folder, project.site, known or {}, project.names, project.endpoint, project.contexts
    )


def open_site(folder: Path, project: Project) -> BuiltSite:
    """Open the site that was built from a project.

    :raises UsageError: when there is none
    """
    site = site_of(folder, project)
    if not site.named(layout.PAGE_SUFFIXES):
        is_bundled = project.root == bundled_directory()
        command = f"mipex-kg {'--bundled ' if is_bundled else ''}build"
        raise UsageError(
            f"There is no site in {folder}.",
            hint=f"Build it with `{command}`, or choose checks that need none with --only.",
        )
    return site
