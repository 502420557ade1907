"""Building the published folder: everything, or nothing.

Dumps, documents and pages are written by several processes; what they write does not depend on how
many there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.terms import Node
from mipex_kg.site import search
from mipex_kg.site.catalogue.files import catalogue_files, names_written
from mipex_kg.site.documents import Publication, Rendering
from mipex_kg.site.hosting.hosts import site_files
from mipex_kg.site.pages.pages import Pages
from mipex_kg.system import manifest
from mipex_kg.system.errors import UsageError, cannot_write
from mipex_kg.system.manifest import Manifest, hash_of, require_own
from mipex_kg.system.plain_path import PlainPath
from mipex_kg.system.process_pool import MOST_JOBS, run_all
from mipex_kg.system.replacement import locked, put_right, replaced
from mipex_kg.system.tree import Tree
from mipex_kg.validation.validated import ValidatedDataset

# A process more takes as long to start as so many documents take to write.
_WORTHWHILE = 50
_MOST_PROCESSES = 4
_AT_ONCE = 16

# Makes the files of the index for searching of a folder of pages, for the endings of some language;
# None where it can't.
Index: TypeAlias = Callable[[Path, str], Mapping[str, bytes] | None]


@dataclass(frozen=True)
class Built:
    """What a build did.

    :param omitted: what a format can't express, or can't be made here, with the reason
    :param manifest: the hash of the manifest
    """

    output: Path
    written: int
    unchanged: int
    removed: int
    omitted: tuple[str, ...]
    manifest: str = ""


def build(
    validated: ValidatedDataset,
    output: Path,
    *,
    processes: int | None = None,
    index: Index = search.make_index,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Built:
    """Write the validated dataset as a folder of files: dumps, documents and a page per thing.

    Files whose content did not change are not touched, nor are those that no build wrote.

    :param output: the folder; made if it isn't there
    :param processes: how many write at the same time; without it, as many as are worthwhile
    :param index: makes the pages searchable
    :param progress: called with what is done and what there is to do
    :raises UsageError: when the folder holds something that no build of this project wrote
    :raises FindingsError: when the dataset turns out not to be valid
    :raises OutputError: when it can't be written; the last good output stays
    """

    def show(done: int, total: int) -> None:
        validated.confirm(False)
        progress(done, total)

    # A link to the folder stays one: what it leads to is replaced.
    output = Path(os.path.realpath(output))
    _refuse_place(validated.project, output)
    day = manifest.today()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with locked(output) as private:
            put_right(output, private)
            _refuse_foreign(output, validated.project)
            with replaced(output, private) as new, _confirmed(validated):
                site = _Site(Publication(validated), new)
                omitted = site.write(processes, index, show)
                site.write_last(day)
    except OSError as error:
        raise cannot_write(Path(error.filename or output), error) from None
    removed = len(new.before.hashes.keys() - new.hashes.keys())
    hash = new.hashes[layout.MANIFEST]
    return Built(output, new.written, new.unchanged, removed, tuple(omitted), hash)


@contextmanager
def _confirmed(validated: ValidatedDataset) -> Iterator[None]:
    """End a block only if the dataset is valid.

    Whatever goes wrong with one that isn't, what is wrong with it comes first.
    """
    try:
        yield
    except Exception:  # whatever it is, it is raised again
        validated.confirm(True)
        raise
    validated.confirm(True)


def _refuse_place(project: Project, output: Path) -> None:
    root = project.root.resolve()
    content = [root / folder for folder in ("data", "ontology", "shapes", "queries", "pages")]
    if any(output.is_relative_to(folder) for folder in content):
        raise UsageError(
            f"{output} is where the project's own files lie.", hint="Use another folder."
        )
    if Path.cwd().is_relative_to(output):
        raise UsageError(
            f"You are in {output}, and a build puts a new folder in its place.",
            hint="Go to the folder above, or choose another with -o.",
        )


def _refuse_foreign(output: Path, project: Project) -> None:
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file, not a folder.", hint="Choose another with -o.")
    if output.is_dir() and any(output.iterdir()) and not require_own(output, project.base):
        raise UsageError(
            f"{output} holds files that mipex-kg did not write, and a build would replace them.",
            hint="Choose an empty or a new folder with -o.",
        )


class _Part(NamedTuple):
    """What a job wrote, what it had to leave out, and pages that are not for search engines."""

    tree: Tree
    omitted: list[str]
    unlisted: frozenset[str] = frozenset()


_Job: TypeAlias = Callable[[], _Part]
_Documents: TypeAlias = Sequence[tuple[str, list[Node]]]


class _Site:
    """Everything that is published, as jobs that can be done in any order.

    :param new: the tree to write into
    """

    def __init__(self, publication: Publication, new: Tree) -> None:
        self.publication, self.project = publication, publication.project
        self.new = new
        self.pages = Pages(publication)
        self.documents = list(publication.things().items())
        self.last = names_written(publication)
        self.unlisted: frozenset[str] = frozenset()

    def write(
        self, processes: int | None, index: Index, progress: Callable[[int, int], None]
    ) -> list[str]:
        """Do all jobs: the pages first, so that they are indexed while the data are written.

        :param processes: how many to use, if it isn't to be as many as are worthwhile
        :returns: what was left out, with the reason
        """
        worthwhile = len(self.documents) // _WORTHWHILE
        most = min(os.cpu_count() or 1, _MOST_PROCESSES)
        self.pages.renderer.preload()
        self.publication.preload()
        self.new.plan(self._planned())

        def do(jobs: Sequence[_Job], before: int, after: int) -> list[str]:
            def show(done: int, total: int) -> None:
                progress(before + done, before + total + after)

            parts = run_all(jobs, processes or min(worthwhile, most), progress=show)
            for part in parts:
                self.new.add(part.tree)
                self.unlisted |= part.unlisted
            return [omission for part in parts for omission in part.omitted]

        pages, data = self._page_jobs(), self._data_jobs()
        omitted = do(pages, 0, len(data) + 1)
        if not _keep_index(self.new):
            data = [partial(self._index, index), *data]
        return omitted + do(data, len(pages), 0)

    def _planned(self) -> Iterator[str]:
        """Name the files of which it is known beforehand that they will be written."""
        documents = [name for name, _things in self.documents]
        for name in documents:
            yield from (name + format.suffix for format in formats.OF_DOCUMENTS)
        about_things = (name for name in documents if name != layout.FRONT)
        for name in (*about_things, *self.pages.other_names()):
            page = layout.page(name)
            yield from (page, *layout.linksets(page))
        yield from (self.project.name + format.suffix for format in formats.FORMATS)
        yield from layout.ALWAYS
        yield from site_files(self.pages)

    def _page_jobs(self) -> list[_Job]:
        """List what there is to do for pages, the longest first."""
        things = (partial(self._thing_pages, documents) for documents in self._bundles())
        return [self._other_pages, *things]

    def _data_jobs(self) -> list[_Job]:
        """List what there is to do for the data, the longest first."""
        return [
            partial(self._dumps, [format for format in formats.FORMATS if format.quads]),
            partial(self._dumps, [format for format in formats.FORMATS if not format.quads]),
            *(partial(self._documents, documents) for documents in self._bundles()),
        ]

    def _bundles(self) -> Iterator[_Documents]:
        """Divide the documents into as many as one job takes."""
        size = max(_AT_ONCE, len(self.documents) * 2 // MOST_JOBS)
        for start in range(0, len(self.documents), size):
            yield self.documents[start : start + size]

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

    def _dumps(self, wanted: Sequence[Format]) -> _Part:
        part, publication = self.new.part(), self.publication
        rendering = publication.rendering(publication.dataset.quads)
        return _Part(part, _write(part, self.project.name, rendering, wanted))

    def _thing_pages(self, documents: _Documents) -> _Part:
        part = self.new.part()
        for name, things in documents:
            # The front page is none of a thing.
            if name != layout.FRONT:
                part.write(PlainPath(layout.page(name)), self.pages.thing(name, things))
                for file, data in self.pages.linksets(name, things):
                    part.write(PlainPath(file), data)
        return _Part(part, [], frozenset(self.pages.unlisted))

    def _documents(self, documents: _Documents) -> _Part:
        part, omitted = self.new.part(), []
        for name, things in documents:
            if name in self.last:
                continue
            rendering = self.publication.rendering(self.publication.document(things), things)
            omitted += _write(part, name, rendering, formats.OF_DOCUMENTS)
        return _Part(part, omitted)

    def _index(self, index: Index) -> _Part:
        """Make the pages searchable, which have all been written."""
        part = self.new.part()
        files = index(self.new.path, self.project.languages[0])
        if files is None:
            reason = f"{layout.INDEX}: there is no Pagefind for this machine, so nothing is found"
            return _Part(part, [reason])
        for name, data in files.items():
            part.write(PlainPath(f"{layout.INDEX}/{name}"), data)
        return _Part(part, [])

    def write_last(self, day: str) -> None:
        """Write what tells of all other files: the catalogue, sitemaps and the manifest.

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
        )
        new.write(PlainPath(layout.MANIFEST), made.encode())


def _keep_index(new: Tree) -> bool:
    """Take over the old tree's index for searching, if it is whole and no page has changed."""
    before = new.before
    inside = f"{layout.INDEX}/"
    names = [PlainPath(name) for name in before.hashes if name.startswith(inside)]
    if not names or _pages(new.hashes) != _pages(before.hashes):
        return False
    found = [(name, new.old_data(name)) for name in names]
    files = {n: data for n, data in found if data and hash_of(data) == before.hashes[n]}
    if len(files) < len(names):
        return False
    for name, data in files.items():
        new.write(name, data)
    return True


def _pages(hashes: Mapping[str, str]) -> dict[str, str]:
    return {name: hash for name, hash in hashes.items() if layout.is_page(name)}


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
