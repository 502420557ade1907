"""Assembling the dataset: files into their graphs, the engine's own record, and inference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mipex_kg.dataset.arrangement import read_arrangement
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.nameless import NAMELESS
from mipex_kg.rdf import formats, parsing
from mipex_kg.rdf.namespaces import KG, LABELS, PREFIXES, PROV, RDFS, TYPE, in_http, node_named
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad, QuadColumns, TermTable, load
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.sparql.lexical import LexicalForms
from mipex_kg.system import log
from mipex_kg.system.garbage import keeping_all
from mipex_kg.system.phases import phase

# `query --data` has no project, and starts in less time without these.
if TYPE_CHECKING:
    from mipex_kg.dataset.rules import Rule
    from mipex_kg.project.project import Project
    from mipex_kg.rdf.jsonld.known_contexts import KnownContexts


@keeping_all()
@phase("Reading the files")
def load_files(
    paths: Sequence[Path],
    prefixes: Mapping[str, str] = PREFIXES,
    *,
    base: str | None = None,
    contexts: KnownContexts | None = None,
) -> Dataset:
    """Read any RDF files into a dataset, graphs as they are.

    :param prefixes: known beforehand; those that the files declare win
    :param base: what relative IRIs are resolved against; without one they are refused
    :param contexts: JSON-LD contexts that may be named, besides schema.org's
    :raises SourceError: for the first file that can't be read
    """
    read = partial(parsing.parse_file, base=base, contexts=contexts, terms=TermTable())
    files = tuple(map(read, paths))
    quads = quads_of(files)
    declared = {prefix: iri for file in files for prefix, iri in file.prefixes.items()}
    return Dataset(quads, files, {**prefixes, **declared})


@keeping_all()
def load_project_dataset(project: Project, *, isolated: bool = True) -> Dataset:
    """Read a project's data and ontology, and infer.

    :param isolated: whether rules run in a child process
    :raises SourceError: for the first file that can't be read, or a rule that doesn't run
    """
    with phase("Reading the files"):
        files = tuple(parse_project_files(project))
    return assemble(project, files, isolated=isolated)


def parse_project_files(project: Project) -> Iterator[ParsedFile]:
    """Parse the files that hold a project's quads, one after the other.

    :raises SourceError: when a file can't be read
    """
    terms = TermTable()
    for path in (*project.data_files, *project.ontology_files):
        yield parse_project_file(path, project, terms)


def parse_project_file(path: Path, project: Project, terms: TermTable | None = None) -> ParsedFile:
    """Parse a file of a project's: relative IRIs are resolved against the project's base.

    :param terms: the table of the terms that it shares with other files
    :raises SourceError: when it can't be read or doesn't parse
    """
    return parsing.parse_file(
        path, base=project.base, contexts=project.contexts, reader=project.files, terms=terms
    )


def quads_of(files: Sequence[ParsedFile]) -> QuadColumns:
    """Give the quads of some files, each once, in their order."""
    return _together(file.quads for file in files).distinct()


def _together(parts: Iterable[QuadColumns]) -> QuadColumns:
    """Give the quads of several parts, in their order, with the terms of the first."""
    together = None
    for part in parts:
        together = QuadColumns(terms=part.terms) if together is None else together
        together.extend(part)
    return QuadColumns() if together is None else together


@keeping_all()
@phase("Putting the dataset together")
def assemble(project: Project, files: Iterable[ParsedFile], *, isolated: bool = True) -> Dataset:
    """Put parsed files into the graphs where they belong, and add what the engine itself knows.

    The default graph of a file of data is a graph of its own where facts are plain. Where they are
    strict, it describes graphs, passages and sources, and goes into the record. The ontology is the
    schema graph. The engine's vocabulary is a part of it where facts are strict; where they are
    plain, it is there only if files use it, in a graph that holds nothing of the owner's.

    :param isolated: whether rules run in a child process
    :raises SourceError: when a rule doesn't run
    """
    # Imported here for the time that it takes: `query --data` assembles nothing.
    from mipex_kg.dataset import file_graphs
    from mipex_kg.dataset.catalogue.record import catalogue_record
    from mipex_kg.dataset.rules import load_rules

    files = tuple(files)
    record, schema = (ox.NamedNode(project.iri(f"graph/{n}")) for n in ("record", "ontology"))
    graphs = _graphs_of_files(project, files, record, schema)
    stated = _together(file.quads.placed(graphs[file.path]) for file in files)
    own_name = "ontology" if project.is_strict else "vocabulary"
    ours = ox.NamedNode(project.iri(f"graph/{own_name}"))
    if project.is_strict or _uses_ours(stated):
        files = (*files, _vocabulary())
        stated += files[-1].quads.placed(ours)
    stated = stated.distinct()
    loaded_rules = load_rules(project.rule_files, project.files)
    described = _graphs_described(project, record, loaded_rules)
    used = stated.by_graph
    for graph in dict.fromkeys((schema, ours)):
        if graph in used:
            has_own = graph == schema and bool(project.ontology_files)
            described += _schema_described(graph, has_own=has_own)
    if not project.is_strict:
        described += file_graphs.describe_graphs(project, graphs, files, schema)
    quads = stated + [_in(record, triple) for triple in described]
    quads += [_in(record, triple) for triple in catalogue_record(project, quads)]
    quads = quads.distinct()
    quads += _inferred(project, quads, loaded_rules, isolated=isolated)
    return replace(dataset_of(project, quads, files), stated=len(stated))


@keeping_all()
def stated_dataset(project: Project) -> Dataset:
    """Read what a project's files state, and nothing else: no rule is run, no record kept.

    :raises SourceError: for the first file that can't be read
    """
    files = tuple(parse_project_files(project))
    return dataset_of(project, quads_of(files), files)


def dataset_of(
    project: Project, quads: Sequence[Quad] = (), files: tuple[ParsedFile, ...] = ()
) -> Dataset:
    """Give quads as a dataset with the names and languages of a project's settings."""

    def nodes(curies: Iterable[str]) -> tuple[ox.NamedNode, ...]:
        return tuple(node_named(curie, project.prefixes) for curie in curies)

    return Dataset(
        quads,
        files,
        project.prefixes,
        project.languages,
        nodes(project.labels) or LABELS,
        nodes(project.also_labels),
        frozenset(nodes(project.nested_classes)),
        NAMELESS.union(map(in_http, nodes(project.nameless_classes))),
        (project.base, *project.more_bases),
        read_arrangement(
            project.page_facts, project.folded, project.page_columns, project.prefixes
        ),
    )


def _graphs_of_files(
    project: Project, files: Sequence[ParsedFile], record: ox.NamedNode, schema: ox.NamedNode
) -> dict[Path, ox.NamedNode]:
    """Tell to which graph what is in no named graph belongs, for each file."""
    from mipex_kg.dataset import file_graphs  # imported here for the time that it takes

    ontology = set(project.ontology_files)
    data = [file.path for file in files if file.path not in ontology]
    own = file_graphs.name_graphs(project, () if project.is_strict else data)
    return {file.path: schema for file in files} | dict.fromkeys(data, record) | own


def _uses_ours(quads: QuadColumns) -> bool:
    """Tell whether a statement uses the engine's vocabulary."""
    types = (quad.object for quad in quads.by_predicate.get(TYPE, ()))
    terms: Iterable[Term] = (*quads.by_predicate, *types)
    return any(text_of(term).startswith(KG) for term in terms)


def _in(graph: ox.NamedNode, triple: ox.Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _vocabulary() -> ParsedFile:
    """Read the engine's own vocabulary, which every project's schema graph holds."""
    # Imported here: `query --data` has no use for it, and it takes a while.
    from importlib import resources

    file = resources.files("mipex_kg.dataset") / "kg.ttl"
    with resources.as_file(file) as path:
        return parsing.parse_text(path.read_text(encoding="utf-8"), formats.TURTLE, path)


def _graphs_described(
    project: Project, record: ox.NamedNode, loaded_rules: Sequence[Rule]
) -> list[ox.Triple]:
    """Describe the record itself, and the rules with their graphs."""
    described: list[tuple[ox.NamedNode, ox.NamedNode, Term]] = [
        (record, TYPE, KG.term("RecordGraph")),
        (record, RDFS.term("label"), _english("Descriptions of graphs, passages and sources")),
    ]
    language = project.languages[0]  # in which the editors write their rules' headers
    for rule in loaded_rules:
        node = ox.NamedNode(project.iri(f"rule/{rule.name}"))
        graph = _rule_graph(project, rule.name)
        described += [
            (node, TYPE, KG.term("Rule")),
            (node, RDFS.term("label"), ox.Literal(rule.title, language=language)),
            (graph, TYPE, KG.term("InferredGraph")),
            (graph, RDFS.term("label"), _english(f"Inferred: {rule.title}")),
            (graph, PROV.term("wasDerivedFrom"), node),
        ]
        if rule.description:
            comment = ox.Literal(rule.description, language=language)
            described.append((node, RDFS.term("comment"), comment))
    return [ox.Triple(*each) for each in described]


def _schema_described(schema: ox.NamedNode, *, has_own: bool) -> list[ox.Triple]:
    label = "Ontology and concept schemes" if has_own else "The engine's vocabulary"
    return [
        ox.Triple(schema, TYPE, KG.term("SchemaGraph")),
        ox.Triple(schema, RDFS.term("label"), _english(label)),
    ]


def _rule_graph(project: Project, name: str) -> ox.NamedNode:
    return ox.NamedNode(project.iri(f"graph/rule/{name}"))


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


@phase("Inferring")
def _inferred(
    project: Project, quads: QuadColumns, loaded_rules: Sequence[Rule], *, isolated: bool
) -> list[Quad]:
    from mipex_kg.dataset.rules import infer  # imported here for the time that it takes

    if not loaded_rules:
        return []
    forms = LexicalForms()

    def loaded() -> ox.Store:
        store = ox.Store()
        load(store, forms.encode_merge(quads))
        return store

    added = infer(loaded, loaded_rules, dict(project.prefixes), forms, isolated=isolated)
    for rule in loaded_rules:
        log.info(f"{rule.path}: {_counted(len(added[rule.name]))} inferred.")
    return [
        _in(_rule_graph(project, name), triple)
        for name, triples in added.items()
        for triple in triples
    ]


def _counted(triples: int) -> str:
    return f"{triples:,} triple{'' if triples == 1 else 's'}"
