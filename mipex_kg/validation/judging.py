"""Judging a project, or any data by any shapes; every finding shows its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import resources
from pathlib import Path

from mipex_kg.dataset.assembly import assemble, parse_project_file
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats, parsing
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.validation.lost import lost
from mipex_kg.validation.report import Report, make_report, unreadable


def validate_project(project: Project, *, isolated: bool = True) -> Report:
    """Validate a project: syntax first, then its shapes and ours, then what no shape sees.

    :param isolated: whether rules run in a child process
    :raises SourceError: when a rule or the shapes can't be used
    """
    paths = [*project.data_files, *project.ontology_files]
    files, errors = _parse(paths, partial(parse_project_file, project=project))
    if errors:
        return unreadable(errors)
    return validate_dataset(project, assemble(project, files, isolated=isolated))


def validate_dataset(project: Project, dataset: Dataset) -> Report:
    """Validate a project's dataset that has been read already."""
    # Imported here: a dataset that is remembered as valid needs none of it.
    from mipex_kg.validation.linted_project import LintedProject
    from mipex_kg.validation.lints import lint
    from mipex_kg.validation.places import Places
    from mipex_kg.validation.shacl import judge

    own_shapes, errors = _parse(project.shapes_files, partial(parse_project_file, project=project))
    if errors:
        return unreadable(errors)
    places = Places(dataset.files, dataset.prefixes)
    triples = list(dataset.merged())
    judgement = judge(triples, [*own_shapes, engine_shapes()], dataset.prefixes)
    lints = lint(LintedProject(project, dataset, own_shapes, places))
    findings = [
        *map(places.place, judgement.findings),
        *lints,
        *lost([*dataset.files, *own_shapes]),
    ]
    return make_report(findings, len(triples), judgement.report)


def validate_files(
    data: Sequence[Path], shapes: Sequence[Path], *, base: str | None = None
) -> Report:
    """Validate any RDF files against any shapes, and nothing else.

    :param base: what relative IRIs are resolved against; without one they are refused
    :raises UsageError: when there are no shapes
    :raises SourceError: when the shapes are not well-formed
    """
    from mipex_kg.validation.places import Places
    from mipex_kg.validation.shacl import judge

    read = partial(parsing.parse_file, base=base)
    data_files, data_errors = _parse(data, read)
    shapes_files, shapes_errors = _parse(shapes, read)
    if errors := [*data_errors, *shapes_errors]:
        return unreadable(errors)
    if not shapes:
        raise UsageError("There are no shapes to judge by.", hint="Name some with --shapes.")
    prefixes = {**PREFIXES, **{k: v for file in data_files for k, v in file.prefixes.items()}}
    triples = list(dict.fromkeys(quad.triple for file in data_files for quad in file.quads))
    judgement = judge(triples, shapes_files, prefixes)
    places = Places(data_files, prefixes)
    findings = [
        *map(places.place, judgement.findings),
        *lost([*data_files, *shapes_files]),
    ]
    return make_report(findings, len(triples), judgement.report)


def engine_shapes() -> ParsedFile:
    """Read the engine's shapes: what every project's passages, sources and graphs have to have."""
    file = resources.files("mipex_kg.validation") / "shapes.ttl"
    with resources.as_file(file) as path:
        return parsing.parse_text(path.read_text(encoding="utf-8"), formats.TURTLE, path)


def _parse(
    paths: Iterable[Path], read: Callable[[Path], ParsedFile]
) -> tuple[list[ParsedFile], list[SourceError]]:
    """Parse every file, so that all errors are shown at once."""
    files, errors = [], []
    for path in paths:
        try:
            files.append(read(path))
        except SourceError as error:
            errors.append(error)
    return files, errors
