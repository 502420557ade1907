"""Building the published folder: everything, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mipex_kg.dataset.outside import CHECK as OUTSIDE
from mipex_kg.dataset.outside import (
    NAMELESS,
    find_nameless,
    find_outside,
    own_subjects,
    tell_nameless,
    tell_outside,
)
from mipex_kg.dataset.traced_dataset import traced
from mipex_kg.project import layout
from mipex_kg.project.levels import OFF
from mipex_kg.project.project import FOLDERS, Project
from mipex_kg.site import build_traces, search
from mipex_kg.site.build_jobs import Index, SiteJobs
from mipex_kg.site.documents import Publication
from mipex_kg.site.hosting import capacity
from mipex_kg.site.hosting.hosts import HOSTS
from mipex_kg.site.pages.keepers import tell_unset
from mipex_kg.system import manifest, stamps
from mipex_kg.system.errors import UsageError, cannot_write
from mipex_kg.system.manifest import require_own
from mipex_kg.system.phases import phase
from mipex_kg.system.replacement import locked, put_right, replaced
from mipex_kg.validation.validated import ValidatedDataset


@dataclass(frozen=True)
class Built:
    """What a build did.

    :param omitted: what a format can't express, or can't be made here, with the reason
    :param manifest: the hash of the manifest
    :param pageless: in a line each, what has no page: outside of the bases, or without an IRI
    :param excesses: in what the site is more than the hosts take for which it has rules
    :param unset: in a line, the settings without which pages lack something; or nothing
    :param unsearched: in a line, that the text of pages isn't searched; or nothing
    """

    output: Path
    written: int
    unchanged: int
    removed: int
    omitted: tuple[str, ...]
    manifest: str = ""
    pageless: tuple[str, ...] = ()
    excesses: tuple[str, ...] = ()
    unset: str = ""
    unsearched: str = ""


def build(
    validated: ValidatedDataset,
    output: Path,
    *,
    processes: int | None = None,
    index: Index = search.make_index,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_anew: bool = False,
    keeps_index: bool = False,
) -> Built:
    """Write the validated dataset as a folder of files: dumps, documents and a page per thing.

    Files whose content did not change are not touched, nor are those that no build wrote.

    :param output: the folder; made if it isn't there
    :param processes: how many write at the same time; without it, as many as are worthwhile
    :param index: makes the pages searchable
    :param progress: called with what is done and what there is to do
    :param is_anew: whether all is made, also what nothing has changed for since the last build
    :param keeps_index: whether the last index for searching will do, though pages have changed
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
                publication = Publication(validated, traced(validated.dataset))
                last = None if is_anew else build_traces.recall(output)
                site = SiteJobs(publication, new, last)
                with phase("Writing pages and documents"):
                    omitted = site.write(processes, index, show, keeps_index=keeps_index)
                with phase("Putting the site in place"):
                    site.write_last(day)
        stamps.remember(output, new.states)
        build_traces.remember(output, site.traces())
    except OSError as error:
        raise cannot_write(Path(error.filename or output), error) from None
    removed = len(new.before.hashes.keys() - new.hashes.keys())
    hash = new.hashes[layout.MANIFEST]
    excesses = tuple(_excesses(validated.project, new.sizes))
    return Built(
        output,
        new.written,
        new.unchanged,
        removed,
        tuple(omitted),
        hash,
        tuple(_pageless(validated)),
        excesses,
        tell_unset(validated.project),
        _unsearched(site),
    )


def _excesses(project: Project, sizes: Mapping[str, int]) -> Iterator[str]:
    for host in dict.fromkeys(project.hosts):
        for excess in capacity.excesses(host, sizes):
            yield f"{HOSTS[host].title} does not take this site: {excess}"


def _pageless(validated: ValidatedDataset) -> Iterator[str]:
    project, dataset = validated.project, validated.dataset
    subjects = own_subjects(project, dataset.files)
    if project.levels.of(OUTSIDE) != OFF and (
        outside := find_outside(subjects, project.names.covers)
    ):
        yield tell_outside(project, outside)
    if project.levels.of(NAMELESS) != OFF and (nameless := find_nameless(subjects, dataset)):
        yield tell_nameless(nameless, dataset)


def _unsearched(site: SiteJobs) -> str:
    if site.pages.has_text_index:
        return ""
    most, count = site.project.most_searched, len(site.publication.thing_pages)
    return (
        f"Search finds names, not text: there are {count:,} pages, and pages.searched is {most:,}."
    )


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
    content = [root / folder for folder in FOLDERS]
    if any(output.is_relative_to(folder) for folder in content):
        raise UsageError(f"{output} contains the project's own files.", hint="Use another folder.")
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
            f"{output} contains files not created by mipex-kg, which a build would delete.",
            hint="Choose an empty or a new folder with -o. If a build made this one, its "
            f"{layout.MANIFEST} is missing or damaged: delete the folder.",
        )
