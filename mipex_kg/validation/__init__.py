"""Validating a project, or any data against any shapes; every finding shows its place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

from mipex_kg import formats, parsing
from mipex_kg.dataset import Dataset, assemble, parse_project_files, project_contexts
from mipex_kg.errors import FindingsError, OutputError, SourceError, UsageError
from mipex_kg.isolation import Running, running
from mipex_kg.namespaces import PREFIXES
from mipex_kg.parsing import ParsedFile
from mipex_kg.project import Project
from mipex_kg.validation import memory
from mipex_kg.validation.report import Report, make_report, unreadable

# By how much judging gives way to writing, where both want the same processors.
_NICENESS = 10


@dataclass(frozen=True)
class ValidatedDataset:
    """A project's dataset that is valid: the only thing that is ever published.

    :param confirm: to be called before it is: where the verdict is still out, waits for it if told
        to, and raises `FindingsError` if it isn't valid
    """

    project: Project
    dataset: Dataset
    confirm: Callable[[bool], None] = lambda _wait: None


def validated(project: Project, published: Project | None = None) -> ValidatedDataset:
    """Load a project's dataset and make sure that it is valid.

    What was valid once is remembered by the hash of all that went in.

    :param published: the project as it is at another address, where it is to lie
    :raises SourceError: when a file can't be read
    :raises FindingsError: when it is not valid
    """
    with validating(project, published) as candidate:
        candidate.confirm(True)
    return ValidatedDataset(candidate.project, candidate.dataset)


@contextmanager
def validating(project: Project, published: Project | None = None) -> Iterator[ValidatedDataset]:
    """Load a project's dataset, to be worked with while another process judges it.

    :param published: the project as it is at another address, where it is to lie
    :raises SourceError: when a file can't be read
    """
    key = memory.key(project)
    dataset = assemble(published or project, parse_project_files(project))
    # Of a file that changes meanwhile nobody knows what was read.
    is_certain = memory.key(project) == key
    if is_certain and memory.knows(key):
        yield ValidatedDataset(published or project, dataset)
        return
    killed = OutputError(
        "The process that was validating has been ended from outside.",
        hint="Perhaps there is too little memory for all that runs.",
    )
    with running(partial(_judge, project, dataset), killed) as judging:
        verdict = _Verdict(judging, key if is_certain else None)
        yield ValidatedDataset(published or project, dataset, verdict.confirm)


def _judge(project: Project, dataset: Dataset) -> None:
    """Judge in a process of its own, which gives way to what is written meanwhile: that is more."""
    os.nice(_NICENESS)
    _require_valid(project, dataset)


def _require_valid(project: Project, dataset: Dataset) -> None:
    report = validate_dataset(project, dataset)
    if not report.is_valid:
        raise FindingsError(
            f"The data is not valid, so nothing was written: {report.counts()}.",
            hint="`mipex-kg validate` shows each finding with its file, line and column.",
        )


class _Verdict:
    """What another process finds.

    :param key: under which to remember that all is valid; None if it isn't known what was read
    """

    def __init__(self, judging: Running[None], key: str | None) -> None:
        self._judging, self._key = judging, key
        self._is_known = False

    def confirm(self, wait: bool) -> None:
        """Raise what the other process raises, as soon as that is known."""
        if self._is_known or not (wait or self._judging.is_done()):
            return
        self._is_known = True
        self._judging.result()
        if self._key:
            memory.remember(self._key)


def validate_project(project: Project) -> Report:
    """Validate a project: syntax first, then its shapes and ours, then what no shape sees.

    :raises SourceError: when a rule or the shapes can't be used
    """
    paths = [*project.data_files, *project.ontology_files]
    files, errors = _parse(paths, project_contexts(project))
    if errors:
        return unreadable(errors)
    return validate_dataset(project, assemble(project, files))


def validate_dataset(project: Project, dataset: Dataset) -> Report:
    """Validate a project's dataset that has been read already."""
    # Imported here: a dataset that is remembered as valid needs none of it.
    from mipex_kg.validation.lints import lint
    from mipex_kg.validation.places import Places
    from mipex_kg.validation.shacl import judge
    from mipex_kg.validation.subject import Subject

    own_shapes, errors = _parse(project.shapes_files, project_contexts(project))
    if errors:
        return unreadable(errors)
    places = Places(dataset.files, dataset.prefixes)
    triples = list(dataset.merged())
    judgement = judge(triples, [*own_shapes, engine_shapes()], dataset.prefixes)
    lints = lint(Subject(project, dataset, own_shapes, places))
    findings = [*map(places.place, judgement.findings), *lints]
    return make_report(findings, len(triples), judgement.report)


def validate_files(data: Sequence[Path], shapes: Sequence[Path]) -> Report:
    """Validate any RDF files against any shapes, and nothing else.

    :raises UsageError: when there are no shapes
    :raises SourceError: when the shapes are not well-formed
    """
    from mipex_kg.validation.places import Places
    from mipex_kg.validation.shacl import judge

    data_files, data_errors = _parse(data)
    shapes_files, shapes_errors = _parse(shapes)
    if errors := [*data_errors, *shapes_errors]:
        return unreadable(errors)
    if not shapes:
        raise UsageError("There are no shapes to judge by.", hint="Name some with --shapes.")
    prefixes = {**PREFIXES, **{k: v for file in data_files for k, v in file.prefixes.items()}}
    triples = list(dict.fromkeys(quad.triple for file in data_files for quad in file.quads))
    judgement = judge(triples, shapes_files, prefixes)
    places = Places(data_files, prefixes)
    return make_report(map(places.place, judgement.findings), len(triples), judgement.report)


def engine_shapes() -> ParsedFile:
    """Read the engine's shapes: what every project's passages, sources and graphs have to have."""
    file = resources.files("mipex_kg") / "vocabulary" / "shapes.ttl"
    with resources.as_file(file) as path:
        return parsing.parse_text(path.read_text(encoding="utf-8"), formats.TURTLE, path)


def _parse(
    paths: Iterable[Path], contexts: Mapping[str, Path] | None = None
) -> tuple[list[ParsedFile], list[SourceError]]:
    """Parse every file, so that all errors are shown at once."""
    files, errors = [], []
    for path in paths:
        try:
            files.append(parsing.parse_file(path, contexts=contexts))
        except SourceError as error:
            errors.append(error)
    return files, errors
