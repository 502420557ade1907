"""Embedding: the structured data of the graph's things in web pages that exist already."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import things
from mipex_kg.project import layout
from mipex_kg.project.files import skipped_name
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.html.sniffing import is_whole_page
from mipex_kg.rdf.html.webpage import CLOSING, MOST_BYTES, OPENING, WebPage, read_html, view_of
from mipex_kg.site import path_patterns
from mipex_kg.site.documents import Publication
from mipex_kg.site.structured_data import StructuredData
from mipex_kg.system import rewriting
from mipex_kg.system.errors import FindingsError, KgError, SourceError, UsageError
from mipex_kg.system.manifest import Manifest, read_manifest, require_own
from mipex_kg.system.rewriting import ChangedMeanwhileError, Original, read_original

_WILDCARD = re.compile(r"[*?\[]")
# What is read of a file whose name doesn't say whether it is a page.
_LONGEST_BEGINNING = 1 << 16
# How often a page is read again that another program changes.
_MOST_TRIES = 5
# Once says the same, and takes less time.
_REPEATED = re.compile(r"(?:\*\*/)+")


class State(Enum):
    """How a page stands to what should be in it."""

    FRESH = "fresh"
    STALE = "stale"
    # Nothing says what it is about, neither it nor the settings nor the command.
    UNKNOWN = "not covered"
    # And yet it has a block, from the time when something did.
    LEFT_OVER = "left over"


_PROBLEMS = {
    State.UNKNOWN: "Nothing says what this page is about.",
    State.LEFT_OVER: "It has a block, but nothing says any more what the page is about.",
}
_HINTS = {
    State.UNKNOWN: "Name a thing with --thing, in the page, or under [embed] in mipex-kg.toml.",
    State.LEFT_OVER: "Take its block out with --remove, or name what the page is about.",
}


class Plan(NamedTuple):
    """What must be done with a page.

    :param original: what it is
    :param data: what it should be; None if it is so
    :param things: what it is about
    """

    path: Path
    state: State
    original: Original
    data: bytes | None = None
    things: tuple[ox.NamedNode, ...] = ()


class EmbeddedPage(NamedTuple):
    """What was done with a page.

    :param state: how it stood to what should be in it; None if that can't be told
    :param things: what it is about
    :param is_changed: whether it was written
    :param error: why it can't be helped
    """

    path: Path
    state: State | None
    things: tuple[ox.NamedNode, ...] = ()
    is_changed: bool = False
    error: KgError | None = None


class Embedding:
    """Blocks for pages, and which page gets which.

    :param publication: nothing else is embedded
    :param named: things for every page, by IRI, CURIE or label; without them a page tells itself
        what it is about, or else the project's settings do
    :raises UsageError: when a thing is unknown, or there is nothing to say about it
    :raises SourceError: when a frame of the project is not one
    """

    def __init__(self, publication: Publication, named: Sequence[str] = ()) -> None:
        self.publication = publication
        self.structured = StructuredData(publication.project, publication.dataset)
        self.named = tuple(map(self._find, named))
        self._json_of: dict[tuple[ox.NamedNode, ...], str] = {}
        self._built: dict[Path, Manifest | None] = {}
        if self.named:
            self._json(self.named)
        self.mapped = {} if named else dict(self._mapped())

    def snippet(self) -> str:
        """Give the block with the things that were named, to be pasted into a page."""
        return f"{OPENING}\n{self._json(self.named)}\n{CLOSING}\n"

    def plan(self, path: Path) -> Plan:
        """Find out what must be done with a page.

        :raises UsageError: when another project's build wrote it
        :raises SourceError: when it can't be read, is not HTML, or has no place for a block, or
            what it says of itself can't be told
        """
        self._refuse_output(path)
        original = read_original(path, MOST_BYTES)
        page = read_html(original.data, path)
        subjects = self._subjects(page)
        if not subjects:
            return Plan(path, State.UNKNOWN if page.block is None else State.LEFT_OVER, original)
        return _plan(path, original, page.with_block(self._json(subjects)), subjects)

    def _refuse_output(self, path: Path) -> None:
        """Refuse a page that was built from another project."""
        page = path.absolute()
        for folder in page.parents:
            if folder not in self._built:
                self._built[folder] = read_manifest(folder)
            found = self._built[folder]
            if found and page.relative_to(folder).as_posix() in found.names:
                require_own(folder, self.publication.project.base)

    def _subjects(self, page: WebPage) -> tuple[ox.NamedNode, ...]:
        """Tell what a page is about: as named, else as it says itself, else as the settings do."""
        if self.named:
            return self.named
        said = []
        for mention in page.subjects:
            try:
                thing = self._find(mention.text)
                self._json((thing,))
            except UsageError as error:
                raise SourceError(
                    error.message,
                    path=page.path,
                    line=mention.line,
                    column=mention.column,
                    hint=error.hint,
                ) from None
            said.append(thing)
        return tuple(dict.fromkeys(said)) or self.mapped.get(covering(self.mapped, page.path), ())

    def _find(self, text: str) -> ox.NamedNode:
        return things.find_thing(text, self.publication.dataset)

    def _mapped(self) -> Iterator[tuple[str, tuple[ox.NamedNode, ...]]]:
        """Look up the things of the settings, all of them before any page is written."""
        file = self.publication.project.root / FILE_NAME
        for pattern, names in self.publication.project.embedded.items():
            try:
                found = tuple(dict.fromkeys(map(self._find, names)))
                self._json(found)
            except UsageError as error:
                raise UsageError(
                    f"{file}: embed: {pattern!r}: {error.message}", hint=error.hint
                ) from None
            yield pattern, found

    def _json(self, subjects: tuple[ox.NamedNode, ...]) -> str:
        """Write the JSON of a block in ASCII, which is right in any encoding.

        :raises UsageError: when there is nothing to tell
        """
        if subjects not in self._json_of:
            self._json_of[subjects] = in_ascii(self.structured.require_block(subjects))
        return self._json_of[subjects]


def change_pages(
    pages: Mapping[Path, bool], plan: Callable[[Path], Plan], *, is_check: bool
) -> Iterator[EmbeddedPage]:
    """Do with pages what must be done. One that can't be helped is told, and the others go on.

    :param pages: with whether they were named themselves
    :param plan: finds out what must be done with a page
    :param is_check: whether nothing is written
    """
    for path, is_named in pages.items():
        try:
            yield _changed(path, plan, is_named=is_named, is_check=is_check)
        except KgError as error:
            yield EmbeddedPage(path, None, error=error)


def _changed(
    path: Path, plan: Callable[[Path], Plan], *, is_named: bool, is_check: bool
) -> EmbeddedPage:
    """Do with a page what must be done; one that someone changes meanwhile is read again."""
    if not is_check:
        rewriting.clear(path)
    for tried in range(1, _MOST_TRIES + 1):
        _, state, original, data, subjects = plan(path)
        if state is State.LEFT_OVER or (state is State.UNKNOWN and is_named):
            error = FindingsError(f"{path}: {_PROBLEMS[state]}", hint=_HINTS[state])
            return EmbeddedPage(path, state, error=error)
        if data is None or is_check:
            break
        try:
            rewriting.rewrite(path, original, data)
        except ChangedMeanwhileError:
            if tried == _MOST_TRIES:
                raise
        else:
            return EmbeddedPage(path, state, subjects, is_changed=True)
    return EmbeddedPage(path, state, subjects)


def removal(path: Path) -> Plan:
    """Find out what a page was before it got a block.

    :raises SourceError: when it can't be read, is not HTML, or would mean something else without
        the block
    """
    original = read_original(path, MOST_BYTES)
    page = read_html(original.data, path)
    return _plan(path, original, page.without_block(), ())


def _plan(path: Path, original: Original, data: bytes, subjects: tuple[ox.NamedNode, ...]) -> Plan:
    if data == original.data:
        return Plan(path, State.FRESH, original, None, subjects)
    return Plan(path, State.STALE, original, data, subjects)


def covering(patterns: Mapping[str, object], path: Path) -> str:
    """Choose the pattern that covers a page, or none: an empty text.

    A pattern is held against the end of the page's path, by whole folders. A page named without
    wildcards goes before one with them, then the pattern with more folders, then the first.

    >>> covering({"team.html": 0, "en/*.html": 0, "**/en/team.html": 0}, Path("/www/en/team.html"))
    'team.html'
    >>> covering({"*.html": 0, "en/*.html": 0}, Path("/www/en/team.html"))
    'en/*.html'
    >>> covering({"am.html": 0}, Path("/www/en/team.html"))
    ''
    """
    place = Path(os.path.abspath(path)).as_posix()  # noqa: PTH100 - resolve() would follow links
    found = [pattern for pattern in patterns if path_patterns.fits(pattern, place)]
    return min(
        found,
        key=lambda pattern: (bool(_WILDCARD.search(pattern)), -pattern.count("/")),
        default="",
    )


def find_pages(named: Iterable[str]) -> dict[Path, bool]:
    """List pages: files, the pages in folders and in those below them, and what a pattern fits.

    In a folder, a page is a file whose name ends so, or that holds a whole page in HTML.

    :returns: each once, with whether it was named itself
    :raises UsageError: when there is nothing where there should be pages
    """
    pages: dict[Path, bool] = {}
    for name in named:
        # A pipe or device is none: reading it could wait for ever.
        pattern = _REPEATED.sub("**/", name)
        found = sorted(map(Path, glob.glob(pattern, recursive=True)))  # noqa: PTH207 - any pattern
        found = [path for path in found if path.is_dir() or path.is_file()]
        for path in [Path(name)] if Path(name).exists() else found:
            if path.is_dir():
                for page in _pages_below(path):
                    pages.setdefault(page, False)
            else:
                pages[path] = True
        if not found and not Path(name).exists():
            raise UsageError(f"There is no page {name}.")
    if not pages:
        raise UsageError(
            "There is no page in it.",
            hint=f"Pages are files that end in {', '.join(layout.PAGE_SUFFIXES)}, and others that "
            "begin as pages in HTML do.",
        )
    return pages


def _pages_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not is_hidden and path.is_file() and (_is_named_as_page(path) or _holds_page(path)):
            yield path


def _is_named_as_page(path: Path) -> bool:
    return path.suffix.lower() in layout.PAGE_SUFFIXES


def _holds_page(path: Path) -> bool:
    """Tell whether a file is a page that is not named as one: by how it begins."""
    if skipped_name(path.name):
        return False
    try:
        with path.open("rb") as file:
            return is_whole_page(view_of(file.read(_LONGEST_BEGINNING)))
    except OSError:
        return False


def in_ascii(json_text: str) -> str:
    r"""Write JSON text in ASCII.

    >>> in_ascii('"é 😀"')
    '"\\u00e9 \\ud83d\\ude00"'
    """
    return re.sub(r"[^\x00-\x7f]", lambda match: _escaped(match[0]), json_text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
