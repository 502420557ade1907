"""The jobs of a build: dumps, documents and pages are written by several processes.

What they write does not depend on how many there are.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

from mipex_kg.dataset.digests import Digests, digest_of
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.terms import Node
from mipex_kg.site.build_traces import BuildTraces, Made, Remaking
from mipex_kg.site.catalogue.files import catalogue_files, names_written
from mipex_kg.site.documents import Publication, Rendering
from mipex_kg.site.environment import environment
from mipex_kg.site.finding.index import names_index
from mipex_kg.site.hosting.hosts import site_files
from mipex_kg.site.pages.page_pictures import PagePictures
from mipex_kg.site.pages.pages import Pages
from mipex_kg.site.pages.share_pictures import SharePicture
from mipex_kg.site.thing_pages import ThingPage
from mipex_kg.system.errors import UsageError
from mipex_kg.system.manifest import Manifest, hash_of
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.process_pool import MOST_JOBS, run_all
from mipex_kg.system.tree import Tree

# A process more takes as long to start as so many documents take to write.
_WORTHWHILE = 50
_MOST_PROCESSES = 4
_AT_ONCE = 16

# Makes the files of the index for searching of a folder of pages, for the endings of a language, or
# of that of each page if none is named; None where it can't.
Index: TypeAlias = Callable[[Path, str], Mapping[str, bytes] | None]


class _Part(NamedTuple):
    """What a job wrote, what it had to leave out, and pages that are not for search engines.

    :param made: what it made or took over, so that the next build need not make it
    """

    tree: Tree
    omitted: list[str]
    unlisted: frozenset[str] = frozenset()
    made: Mapping[str, Made] = {}


_Item = TypeVar("_Item")
_Job: TypeAlias = Callable[[], _Part]
_Documents: TypeAlias = Sequence[tuple[str, list[Node]]]


class SiteJobs:
    """Everything that is published, as jobs that can be done in any order.

    :param new: the tree to write into
    :param last: what is remembered of the last build; None if there is nothing
    """

    def __init__(
        self, publication: Publication, new: Tree, last: BuildTraces | None = None
    ) -> None:
        self.publication, self.project = publication, publication.project
        self.new = new
        self.pages = Pages(publication)
        self.languages = (self.pages, *self.pages.others_in_languages())
        self.documents = list(publication.things().items())
        shown = publication.thing_pages.values()
        self.pictures = {
            picture.path: (pages.pictures, picture)
            for pages in self.languages
            for picture in pages.pictures.all(shown)
        }
        self.last = names_written(publication)
        self.unlisted: frozenset[str] = frozenset()
        self.remaking = self._remaking(last)
        self.made: dict[str, Made] = {}
        self.indexed = ""

    def _remaking(self, last: BuildTraces | None) -> Remaking:
        """Find out what needs to be made."""
        known: dict[str, list[tuple[object, object]]] = defaultdict(list)
        for pages in self.languages:
            for kind, pairs in pages.known():
                known[kind] += pairs
        common = [*environment(self.project), *(pages.common() for pages in self.languages)]
        dataset = self.publication.dataset
        digests = Digests(dataset, known)
        return Remaking(dataset.trace, digests, digests.of(common), last)

    def traces(self) -> BuildTraces:
        """Give what is to be remembered for the next build."""
        return self.remaking.traces(self.made)

    def write(
        self,
        processes: int | None,
        index: Index,
        progress: Callable[[int, int], None],
        *,
        keeps_index: bool = False,
    ) -> list[str]:
        """Do all jobs: the pages first, so that they are indexed while the data are written.

        :param processes: how many to use, if it isn't to be as many as are worthwhile
        :param keeps_index: whether the last index for searching will do
        :returns: what was left out, with the reason
        """
        worthwhile = len(self.documents) // _WORTHWHILE
        most = min(os.cpu_count() or 1, _MOST_PROCESSES)
        for each in self.languages:
            each.renderer.preload()
        self.publication.preload()
        self.new.plan(self._planned())

        def do(jobs: Sequence[_Job], before: int, after: int) -> list[str]:
            def show(done: int, total: int) -> None:
                progress(before + done, before + total + after)

            parts = run_all(jobs, processes or min(worthwhile, most), progress=show)
            for part in parts:
                self.new.add(part.tree)
                self.unlisted |= part.unlisted
                self.made |= part.made
            return [omission for part in parts for omission in part.omitted]

        pages, data = [*self._dump_jobs(), *self._page_jobs()], self._data_jobs()
        omitted = do(pages, 0, len(data) + 1)
        self._data_pages()
        if self.pages.has_text_index:
            self.indexed = _digest_of_pages(self.new.hashes)
            if keeps_index and _keep_index(self.new):
                self.indexed = self.new.before.indexed
            elif self.indexed != self.new.before.indexed or not _keep_index(self.new):
                data = [partial(self._index, index), *data]
        return omitted + do(data, len(pages), 0)

    def _planned(self) -> Iterator[str]:
        """Name the files of which it is known beforehand that they will be written."""
        for name, _things in self.documents:
            yield from (name + format.suffix for format in self.project.formats_of(name))
        for name in (*self.publication.thing_pages, *self.pages.other_names()):
            page = layout.page(name)
            yield from (page, *(layout.linksets(page) if self.project.has_linksets else ()))
        for pages in self.languages[1:]:
            names = (*self.publication.thing_pages, *pages.other_names())
            yield from (pages.path_of(name) for name in names)
        yield from (self.project.name + format.suffix for format in formats.FORMATS)
        yield from (*layout.ALWAYS, *self.pictures)
        yield from (layout.SITEMAP,) if self.project.is_placed else ()
        yield from site_files(self.pages)

    def _page_jobs(self) -> list[_Job]:
        """List what there is to do for pages, the longest first."""
        shown = list(self.publication.thing_pages.values())
        things = (
            partial(self._thing_pages, pages, bundle)
            for pages in self.languages
            for bundle in _bundles(shown)
        )
        others = (partial(self._translated, pages) for pages in self.languages[1:])
        return [self._other_pages, *others, *things]

    def _dump_jobs(self) -> list[_Job]:
        """List what there is to do for the whole graph, whose sizes are on a page."""
        return [
            partial(self._dumps, [format for format in formats.FORMATS if format.quads]),
            partial(self._dumps, [format for format in formats.FORMATS if not format.quads]),
        ]

    def _data_jobs(self) -> list[_Job]:
        """List what there is to do for the data of each thing, and for finding them."""
        documents = (partial(self._documents, documents) for documents in _bundles(self.documents))
        pictures = (partial(self._draw, some) for some in _bundles(list(self.pictures.values())))
        return [self._names, *documents, *pictures]

    def _data_pages(self) -> None:
        sizes = dict(self.new.sizes)
        for pages in self.languages:
            for name, data in pages.data(sizes):
                self.new.write(PlainPath(name), data)

    def _other_pages(self) -> _Part:
        part = self.new.part()
        for name, data in self.pages.others():
            part.write(PlainPath(name), data)
        files = self.project.files
        if files.holds(self.project.context_file):
            part.write(PlainPath(layout.CONTEXT), files.read_bytes(self.project.context_file))
        for name, data in site_files(self.pages).items():
            part.write(PlainPath(name), data)
        return _Part(part, self.pages.omitted(), frozenset(self.pages.unlisted))

    def _translated(self, pages: Pages) -> _Part:
        """Write the pages in another language that are not about one thing."""
        part = self.new.part()
        for name, data in pages.others():
            part.write(PlainPath(name), data)
        return _Part(part, [], frozenset(pages.unlisted))

    def _dumps(self, wanted: Sequence[Format]) -> _Part:
        part, publication = self.new.part(), self.publication
        rendering = publication.rendering(publication.dataset.columns)
        return _Part(part, _write(part, self.project.name, rendering, wanted))

    def _thing_pages(self, pages: Pages, bundle: Sequence[ThingPage]) -> _Part:
        part, made = self.new.part(), {}
        for page in bundle:
            path = pages.path_of(page.name)
            of, files = digest_of(repr(page)), (path, *layout.linksets(path))
            if found := self.remaking.taken_over(part, path, of, files):
                made[path] = found
                continue
            with self.remaking.trace.recording() as reads:
                part.write(PlainPath(path), pages.thing(page))
                for file, data in pages.linksets(page):
                    part.write(PlainPath(file), data)
            is_unlisted = path in pages.unlisted
            made[path] = self.remaking.made(part, reads, of, files, is_unlisted=is_unlisted)
        unlisted = frozenset(path for path, each in made.items() if each.is_unlisted)
        return _Part(part, [], unlisted, made)

    def _draw(self, bundle: Sequence[tuple[PagePictures, SharePicture]]) -> _Part:
        """Draw the pictures for sharing that the last build did not: their names tell them."""
        part, before = self.new.part(), self.new.before
        for pictures, picture in bundle:
            path = PlainPath(picture.path)
            old = self.new.old_data(path)
            is_kept = old is not None and hash_of(old) == before.hashes.get(path)
            part.write(path, old if old is not None and is_kept else pictures.draw(picture))
        return _Part(part, [])

    def _names(self) -> _Part:
        """Write what is found by name, once it is known which pages are not to be found."""
        part = self.new.part()
        for name, data in names_index(self.languages, self.unlisted).items():
            part.write(PlainPath(name), data)
        return _Part(part, [])

    def _documents(self, documents: _Documents) -> _Part:
        part, made = self.new.part(), {}
        for name, things in documents:
            if name in self.last:
                continue
            formats_of = self.project.formats_of(name)
            of, files = digest_of(repr(things)), [name + each.suffix for each in formats_of]
            if found := self.remaking.taken_over(part, name, of, files):
                made[name] = found
                continue
            with self.remaking.trace.recording() as reads:
                rendering = self.publication.rendering(self.publication.document(things), things)
                omitted = _write(part, name, rendering, formats_of)
            made[name] = self.remaking.made(part, reads, of, files, omitted=omitted)
        return _Part(part, [o for each in made.values() for o in each.omitted], made=made)

    def _index(self, index: Index) -> _Part:
        """Make the pages searchable, which have all been written."""
        part = self.new.part()
        language = self.project.languages[0] if len(self.languages) == 1 else ""
        files = index(self.new.path, language)
        if files is None:
            reason = f"{layout.INDEX}: there is no Pagefind for this machine, so nothing is found"
            return _Part(part, [reason])
        for name, data in files.items():
            part.write(PlainPath(f"{layout.INDEX}/{name}"), data)
        return _Part(part, [])

    def write_last(self, day: str) -> None:
        """Write what describes all other files: the catalogue, sitemaps and the manifest.

        :param day: today
        """
        new, before = self.new, self.new.before
        modified = before.dates(new.hashes, day)
        sizes, hashes = dict(new.sizes), dict(new.hashes)
        for name, data in catalogue_files(self.publication, sizes, modified, hashes):
            new.write(PlainPath(name), data)
        for name, data in self.pages.last(before.dates(new.hashes, day), self.unlisted):
            new.write(PlainPath(name), data)
        made = Manifest(
            dict(new.hashes),
            before.dates(new.hashes, day),
            self.project.base,
            metadata.version("mipex-kg"),
            self.indexed,
        )
        new.write(PlainPath(layout.MANIFEST), made.encode())


def _bundles(all: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Divide documents or pages into as many as one job takes."""
    size = max(_AT_ONCE, len(all) * 2 // MOST_JOBS)
    for start in range(0, len(all), size):
        yield all[start : start + size]


def _keep_index(new: Tree) -> bool:
    """Take over the old tree's index for searching, if it is whole."""
    before = new.before
    inside = f"{layout.INDEX}/"
    names = [PlainPath(name) for name in before.hashes if name.startswith(inside)]
    found = [(name, new.old_data(name)) for name in names]
    files = {n: data for n, data in found if data and hash_of(data) == before.hashes[n]}
    if not names or len(files) < len(names):
        return False
    for name, data in files.items():
        new.write(name, data)
    return True


def _digest_of_pages(hashes: Mapping[str, str]) -> str:
    """Give what stands for all pages, as the index for searching is made of them."""
    pages = sorted((name, hash) for name, hash in hashes.items() if layout.is_page(name))
    return hash_of(repr(pages).encode())


def _write(part: Tree, name: str, rendering: Rendering, wanted: Iterable[Format]) -> list[str]:
    """Write a document in several formats, but for those that can't express it."""
    omitted = []
    for format in wanted:
        try:
            data = rendering.write(format)
        except UsageError as error:
            omitted.append(f"{name}{format.suffix}: {error.message}")
        else:
            part.write(PlainPath(name + format.suffix), data)
    return omitted
