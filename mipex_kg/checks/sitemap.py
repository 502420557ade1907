"""The sitemap: it lists each page that may be found, once, with the day of its last change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urljoin
from xml.parsers import expat

import pyoxigraph as ox

from mipex_kg.checks.references import Spot
from mipex_kg.checks.site import BuiltSite
from mipex_kg.project import layout
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.report import Finding, Place, Severity, unreadable

CHECK = "sitemap"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Pages that nobody looks for.
_UNLISTED = frozenset({layout.NOT_FOUND_PAGE})
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?\Z")


class Entry(NamedTuple):
    """What a sitemap says of one page, or of another sitemap, and where."""

    file: str
    is_page: bool
    values: dict[str, str]
    spots: dict[str, Spot]


def check_sitemap(site: BuiltSite) -> Iterator[Finding]:
    """Hold the sitemap against the pages that there are."""
    yield from _check_robots(site)
    try:
        entries = list(_entries(layout.SITEMAP, site))
    except SourceError as error:
        yield from unreadable([error]).findings
        return
    listed: dict[str, Entry] = {}
    for entry in entries:
        yield from _check_date(entry, site)
        name = _name(entry, site)
        if name is None or name not in site.files:
            yield _at(entry, "It is not in the site.", "Rebuild the site.", site)
        elif name in listed:
            first = listed[name].spots["loc"]
            message = f"{name} is listed already, in line {first.line}."
            yield _at(entry, message, "List each page once.", site)
        elif entry.is_page:
            listed[name] = entry
            if (page := site.pages.get(name)) and page.is_hidden:
                message = f"{name} is listed, and asks search engines to leave it out."
                yield _at(entry, message, "Take it out of the sitemap.", site)
    yield from _check_missing(listed, site)


def _check_missing(listed: dict[str, Entry], site: BuiltSite) -> Iterator[Finding]:
    for name, page in site.pages.items():
        is_wanted = name in site.built and name not in _UNLISTED and not page.is_hidden
        if is_wanted and name not in listed:
            yield Finding(
                Severity.VIOLATION,
                CHECK,
                f"{name} is not in the sitemap.",
                "Rebuild the site; what is not to be found needs a meta element with noindex.",
                place=Place(site.path(name)),
            )


def _check_robots(site: BuiltSite) -> Iterator[Finding]:
    wanted = f"Sitemap: {site.address}{layout.SITEMAP}"
    try:
        lines = reading.lines(reading.read_text(site.path(layout.ROBOTS)))
    except SourceError as error:
        yield from unreadable([error]).findings
        return
    if wanted.casefold() not in (line.strip().casefold() for line in lines):
        yield Finding(
            Severity.VIOLATION,
            CHECK,
            "It doesn't say where the sitemap is.",
            f"Add the line `{wanted}`.",
            place=Place(site.path(layout.ROBOTS)),
        )


def _name(entry: Entry, site: BuiltSite) -> str | None:
    """Tell which file an entry is about: it must be named by its full address."""
    address = entry.values.get("loc", "")
    if not address.startswith(site.address) or urljoin(address, address) != address:
        return None
    try:
        target = site.target(address, entry.file)
    except ValueError:
        return None
    return target.name if target and target.is_inside else None


def _check_date(entry: Entry, site: BuiltSite) -> Iterator[Finding]:
    text = entry.values.get("lastmod")
    if text is not None and not _is_date(text):
        yield _at(entry, f"{text!r} is not a date.", "Write it as 2026-01-31.", site, "lastmod")


def _is_date(text: str) -> bool:
    """Tell whether a text is a date as W3C's note on them allows.

    >>> _is_date("2026-02-28"), _is_date("2026-02-30"), _is_date("28.2.2026")
    (True, False, False)
    """
    if not _DATE.match(text):
        return False
    try:
        if "T" in text:
            datetime.fromisoformat(text)
        else:
            date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _entries(name: str, site: BuiltSite) -> Iterator[Entry]:
    """Read a sitemap, and those that it leads to.

    :raises SourceError: when one can't be read
    """
    read = {name}
    for entry in _SitemapReader(name, site).read():
        yield entry
        part = None if entry.is_page else _name(entry, site)
        if part in site.files and part is not None and part not in read:
            read.add(part)
            yield from _SitemapReader(part, site).read()


class _SitemapReader:
    """Reads a sitemap with the places of its parts."""

    def __init__(self, name: str, site: BuiltSite) -> None:
        self.name, self.path = name, site.path(name)
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.entries: list[Entry] = []
        self.texts: list[str] = []

    def read(self) -> list[Entry]:
        try:
            self.parser.Parse(reading.read_bytes(self.path), True)
        except expat.ExpatError as error:
            raise SourceError(
                f"It is not well-formed XML: {expat.ErrorString(error.code)}.",
                path=self.path,
                line=error.lineno,
                column=error.offset + 1,
            ) from None
        return self.entries

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        namespace, _, local = tag.rpartition(" ")
        if namespace == _NAMESPACE and local in ("url", "sitemap"):
            self.entries.append(Entry(self.name, local == "url", {}, {}))
        if self.entries and namespace == _NAMESPACE:
            line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            self.entries[-1].spots[local] = Spot(line, column, line, column + len(local) + 2)
        self.texts.clear()

    def _text(self, text: str) -> None:
        self.texts.append(text)

    def _end(self, tag: str) -> None:
        namespace, _, local = tag.rpartition(" ")
        if self.entries and namespace == _NAMESPACE and local in ("loc", "lastmod"):
            self.entries[-1].values[local] = "".join(self.texts).strip()

    def _refuse(self, *_declaration: object) -> None:
        raise SourceError(
            "A sitemap has no document type.",
            path=self.path,
            line=self.parser.CurrentLineNumber,
            column=self.parser.CurrentColumnNumber + 1,
        )


def _at(entry: Entry, message: str, hint: str, site: BuiltSite, part: str = "loc") -> Finding:
    spot = entry.spots.get(part) or next(iter(entry.spots.values()))
    return Finding(
        Severity.VIOLATION,
        CHECK,
        message,
        hint,
        path=part,
        value=ox.Literal(entry.values.get(part, "")),
        place=site.place(entry.file, spot),
    )
