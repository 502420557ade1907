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
from mipex_kg.rdf.namespaces import KG, OA, PREFIXES, PROV
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Term
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.validation.lost import lost
from mipex_kg.validation.report import Report, graded, make_report, unreadable

# Graphs that say what their facts are based on.
_GROUNDED = ("Stated", "Editorial", "Reference")


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
    judged = judgement.findings
    if not project.is_strict:
        ours = _of_provenance(dataset)
        judged = [f for f in judged if f.focus in ours or not (f.shape or "").startswith(KG)]
    losses = lost([*dataset.files, *own_shapes])
    findings = [*map(places.place, judged), *lints, *losses]
    return make_report(graded(findings, project.levels), len(triples), judgement.report)


def _of_provenance(dataset: Dataset) -> set[Term]:
    """Give what is described to say where facts come from, or has a mark that the engine reads.

    In any other graph, whose facts are plain, the vocabularies of PROV and of annotations may be
    used as their makers like.
    """
    graphs = dataset.members(*(KG.term(f"{kind}Graph") for kind in _GROUNDED))
    derived, authors = PROV.term("wasDerivedFrom"), PROV.term("wasAttributedTo")
    passages = {value for graph in graphs for value in dataset.values(graph, derived)}
    passages.update(dataset.members(KG.term("DismissedPassage")))
    behind = {
        value
        for passage in passages
        for link in (OA.term("hasSelector"), OA.term("hasSource"))
        for value in dataset.values(passage, link)
    }
    authorities = {value for graph in graphs for value in dataset.values(graph, authors)}
    marked = {quad.subject for quad in dataset.quads if quad.predicate == KG.term("noIndex")}
    return {*graphs, *passages, *behind, *authorities, *marked}


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
