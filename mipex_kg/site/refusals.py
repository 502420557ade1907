"""What a build would refuse of a project's own files, found without building.

Each check does what a build begins with, and nothing is rendered: what a template asks for in vain
shows when its page is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.jsonld.frames import load_frames
from mipex_kg.site.pages.classes import possible_names
from mipex_kg.site.pages.library import first_values
from mipex_kg.site.pages.texts import find_taken, load_texts, taken_names
from mipex_kg.site.pages.translations import page_languages
from mipex_kg.site.pages.wording import Wording
from mipex_kg.system.errors import PlacedError, SourceError, UsageError
from mipex_kg.system.phases import phase
from mipex_kg.validation.labels import missing_labels
from mipex_kg.validation.report import Finding, Place, Severity, unreadable

# What is in the settings and can't be done.
CHECK = "settings"


@phase("Checking what pages are made of")
def find_refusals(project: Project, dataset: Dataset, *, isolated: bool = True) -> list[Finding]:
    """Find what a build of a project would refuse, whose data are judged apart.

    :param isolated: whether queries run in a child process
    """
    return list(_refusals(project, dataset, isolated))


def _refusals(project: Project, dataset: Dataset, isolated: bool) -> Iterator[Finding]:
    wordings = {
        each.tag: Wording(_in_language(dataset, each.tag), each.words)
        for each in page_languages(project)
    }
    first = next(iter(wordings.values()))
    yield from _texts(project, wordings, isolated)
    yield from _templates(project, first)
    checks: Sequence[tuple[object, Callable[[], object]]] = (
        (project.map_class, partial(_make_map, project, first)),
        (project.files.holds(project.context_file), partial(_load_context, project)),
        *((True, partial(load_frames, [path], project.files)) for path in project.frame_files),
        (project.tables, partial(_load_tables, project, dataset)),
        (project.hosts, partial(_require_hosts, project)),
    )
    for is_there, work in checks:
        yield from _refused(project, work) if is_there else ()
    if project.strict_labels:
        yield from missing_labels(dataset, project)


def _in_language(dataset: Dataset, tag: str) -> Dataset:
    wanted = tuple(dict.fromkeys((tag, *dataset.languages)))
    return dataset if wanted == dataset.languages else dataset.in_languages(wanted)


def _texts(project: Project, wordings: Mapping[str, Wording], isolated: bool) -> Iterator[Finding]:
    named = [name for files in project.text_files.values() for name in files]
    classes: set[str] = set()
    if any(name.startswith(layout.class_page("")) for name in named):
        first = next(iter(wordings.values()))
        classes = possible_names(first.dataset, first)
    taken = taken_names(project, classes)
    for tag, files in project.text_files.items():
        wording = wordings[tag]
        answer = partial(first_values, project, wording.dataset, wording, isolated=isolated)
        load = partial(load_texts, answer=answer, reader=project.files)
        if any(_refused(project, partial(load, files))):
            # One by one, so that all errors are shown at once.
            for name, path in files.items():
                yield from _refused(project, partial(load, {name: path}))
        yield from unreadable(list(find_taken(files, taken))).findings


# What few projects have is imported where it is used: it takes a while to load.


def _templates(project: Project, wording: Wording) -> Iterator[Finding]:
    if project.templates.is_dir():
        from mipex_kg.site.pages.rendering import Templates

        templates = Templates(project, wording)
        for name in templates.own_names:
            yield from _refused(project, partial(templates.get, name))


def _make_map(project: Project, wording: Wording) -> None:
    from mipex_kg.site.pages.tiles import make_tile_map

    make_tile_map(project, wording.dataset, wording)


def _load_context(project: Project) -> None:
    from mipex_kg.rdf.jsonld.processing import load_context

    load_context(project.context_file, project.files)


def _load_tables(project: Project, dataset: Dataset) -> None:
    from mipex_kg.dataset.catalogue.tables import load_tables
    from mipex_kg.site.catalogue.measured import describes_catalogue

    if describes_catalogue(project, dataset):
        load_tables(project)


def _require_hosts(project: Project) -> None:
    from mipex_kg.site.hosting.hosts import require_hosts

    require_hosts(project)


def _refused(project: Project, work: Callable[[], object]) -> Iterator[Finding]:
    """Do what a build would do, and give what it raises as a finding."""
    try:
        work()
    except SourceError as error:
        yield from unreadable([error]).findings
    except UsageError as error:
        settings = project.root / FILE_NAME
        place = Place(settings)
        if isinstance(error, PlacedError):
            place = Place(error.path, error.line or 0, error.column or 0)
        message = error.message.removeprefix(f"{settings}: ")
        yield Finding(Severity.VIOLATION, CHECK, message, error.hint, place=place)
