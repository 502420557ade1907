"""Judging a project, or any data by any shapes; every finding shows its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TypeVar

from mipex_kg.dataset.askable import find_unaskable
from mipex_kg.dataset.assembly import assemble, parse_project_file, quads_of
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.levels import Levels
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats, parsing
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
from mipex_kg.rdf.namespaces import KG, OA, PREFIXES, PROV, SCHEMA
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import TermTable
from mipex_kg.rdf.terms import Term
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.system.garbage import keeping_all
from mipex_kg.system.phases import phase
from mipex_kg.validation.lost import lost
from mipex_kg.validation.report import Finding, Report, graded, make_report, unreadable

Read = TypeVar("Read")
# Graphs that say what their facts are based on.
_GROUNDED = ("Stated", "Editorial", "Reference")


def _nothing_else(_dataset: Dataset) -> Iterable[Finding]:
    return ()


def validate_project(
    project: Project,
    *,
    isolated: bool = True,
    others: Callable[[Dataset], Iterable[Finding]] = _nothing_else,
) -> Report:
    """Validate a project: syntax first, then its shapes and ours, then what no shape sees.

    :param isolated: whether rules run in a child process, and shapes judge in one
    :param others: finds what is wrong with other files of the project
    :raises SourceError: when a rule or the shapes can't be used
    """
    paths = [*project.data_files, *project.ontology_files]
    read = partial(parse_project_file, project=project, terms=TermTable())
    files, errors = _parse(paths, read)
    if errors:
        return unreadable(errors)
    dataset = assemble(project, files, isolated=isolated)
    return validate_dataset(project, dataset, isolated=isolated, others=others)


def validate_dataset(
    project: Project,
    dataset: Dataset,
    *,
    isolated: bool = True,
    others: Callable[[Dataset], Iterable[Finding]] = _nothing_else,
) -> Report:
    """Validate a project's dataset that has been read already.

    :param isolated: whether shapes judge in a child process, where time and memory have limits
    :param others: finds what is wrong with other files of the project
    :raises SourceError: when the shapes can't be used
    """
    # Imported here: a dataset that is remembered as valid needs none of it.
    from mipex_kg.validation.linted_project import LintedProject
    from mipex_kg.validation.lints import lint
    from mipex_kg.validation.places import Places
    from mipex_kg.validation.shacl import judge

    own_shapes, errors = _parse(project.shapes_files, partial(parse_project_file, project=project))
    of_queries = find_unaskable(
        project.query_files, project.files, dataset.prefixes, isolated=isolated
    )
    if errors or of_queries:
        return unreadable([*errors, *of_queries])
    places = Places(dataset.files, dataset.prefixes)
    shapes = [*own_shapes, engine_shapes(dataset.schema_org)]
    judgement = judge(dataset, shapes, dataset.prefixes, isolated=isolated)
    with phase("Checking what no shape sees"), keeping_all():
        lints = list(lint(LintedProject(dataset, places, project, own_shapes)))
    judged = judgement.findings
    if not project.is_strict:
        ours = _of_provenance(dataset)
        judged = [f for f in judged if f.focus in ours or not (f.shape or "").startswith(KG)]
    losses = lost([*dataset.files, *own_shapes])
    findings = [*map(places.place, judged), *lints, *losses]
    return make_report(
        [*graded(findings, project.levels), *others(dataset)],
        dataset.size,
        judgement.report,
        _added(dataset),
        judgement.screened,
    )


def _added(dataset: Dataset) -> int:
    """Count the triples that no file states: inferred ones, and those about the files."""
    later, added = set(dataset.quads[dataset.stated :]), 0
    for subject in {quad.subject for quad in later}:
        found: dict[bool, set[tuple[Term, Term]]] = {True: set(), False: set()}
        for quad in dataset.by_subject[subject]:
            found[quad in later].add((quad.predicate, quad.object))
        added += len(found[True] - found[False])
    return added


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
    data: Sequence[Path],
    shapes: Sequence[Path],
    *,
    base: str | None = None,
    contexts: KnownContexts | None = None,
    isolated: bool = False,
    by_shapes_alone: bool = True,
) -> Report:
    """Validate any RDF files against any shapes.

    :param base: what relative IRIs are resolved against; without one they are refused
    :param contexts: JSON-LD contexts that may be named, besides schema.org's
    :param isolated: whether shapes judge in a child process, where time and memory have limits
    :param by_shapes_alone: whether only the shapes count; else it is also checked whether values
        are of their datatypes, and no shapes are needed
    :raises UsageError: when only the shapes count, and there are none
    :raises SourceError: when the shapes can't be used, or the files that should have some have none
    """
    from mipex_kg.validation.decimal_commas import find_decimal_commas
    from mipex_kg.validation.linted_files import LintedFiles
    from mipex_kg.validation.lints_of_namespaces import find_misspelt
    from mipex_kg.validation.literals import literals_are_well_typed
    from mipex_kg.validation.places import Places
    from mipex_kg.validation.shacl import Judgement, has_shapes, judge
    from mipex_kg.validation.unexpanded import find_unexpanded

    for path in (*data, *shapes):
        reading.require_file(path)
    read = partial(parsing.parse_file, base=base, contexts=contexts, terms=TermTable())
    data_files, data_errors = _parse(data, read)
    shapes_files, shapes_errors = _parse(shapes, read)
    if errors := [*data_errors, *shapes_errors]:
        return unreadable(errors)
    if by_shapes_alone and not shapes:
        raise UsageError("There are no shapes to judge by.", hint="Name some with --shapes.")
    if shapes and not has_shapes(shapes_files):
        named = "It has" if len(shapes) == 1 else "Neither it nor the other files have"
        raise SourceError(
            f"{named} no shapes, so that nothing would be judged.",
            path=shapes[0],
            hint="Name files of SHACL shapes with --shapes: sh:NodeShape, sh:PropertyShape.",
        )
    prefixes = {**PREFIXES, **{k: v for file in data_files for k, v in file.prefixes.items()}}
    dataset = Dataset(quads_of(data_files), tuple(data_files), prefixes)
    judgement = Judgement([], [], [])
    if shapes:
        judgement = judge(dataset, shapes_files, prefixes, isolated=isolated)
    places = Places(data_files, prefixes)
    # As in a project that says nothing else.
    levels = Levels({}, {}, is_strict=False)
    lints = () if by_shapes_alone else literals_are_well_typed(LintedFiles(dataset, places))
    findings = [
        *map(places.place, judgement.findings),
        *graded(lints, levels),
        *graded(find_unexpanded(data_files, prefixes, places), levels),
        *graded(find_misspelt(data_files, PREFIXES, places), levels),
        *graded(find_decimal_commas(data_files), levels),
        *lost([*data_files, *shapes_files]),
    ]
    report = make_report(findings, dataset.size, judgement.report, screened=judgement.screened)
    return replace(report, is_by_shapes=bool(shapes))


def engine_shapes(schema_org: str) -> ParsedFile:
    """Read the engine's shapes: what every project's passages, sources and graphs have to have.

    :param schema_org: in which of its namespaces schema.org is written
    """
    file = resources.files("mipex_kg.validation") / "shapes.ttl"
    with resources.as_file(file) as path:
        text = path.read_text(encoding="utf-8").replace(f"<{SCHEMA}>", f"<{schema_org}>")
        return parsing.parse_text(text, formats.TURTLE, path)


@phase("Reading the files")
def _parse(
    paths: Iterable[Path], read: Callable[[Path], Read]
) -> tuple[list[Read], list[SourceError]]:
    """Parse every file, so that all errors are shown at once: one in what several name, once."""
    files: list[Read] = []
    errors: dict[str, SourceError] = {}
    for path in paths:
        try:
            files.append(read(path))
        except SourceError as error:
            errors.setdefault(str(error), error)
    return files, list(errors.values())
