"""The dataset: every quad of a project with its graph, as parsed, and the store that answers.

The quads are kept as they were parsed, since the store changes lexical forms (``01`` becomes
``1``): what is published is written from the quads, and the store only answers queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mipex_kg import formats, parsing
from mipex_kg.namespaces import DCT, KG, PREFIXES, PROV, RDFS, SCHEMA, SKOS, TYPE, expand
from mipex_kg.parsing import ParsedFile
from mipex_kg.terms import Node, Term, text_of

# `query --data` has no project, and starts in less time without these.
if TYPE_CHECKING:
    from mipex_kg.project import Project
    from mipex_kg.rules import Rule

LABELS = (SCHEMA.term("name"), SKOS.term("prefLabel"), RDFS.term("label"), DCT.term("title"))
_DEFAULT = ox.DefaultGraph()


@dataclass(frozen=True)
class Dataset:
    """Quads, where they were read, and the names that go with them.

    :param quads: all quads, the inferred ones too
    :param files: the files that were parsed, for finding where a quad stands
    :param prefixes: for CURIEs in queries and output
    :param languages: the languages in which labels are wanted, the preferred one first
    :param also_labels: properties, besides the usual ones, whose values find a thing
    :param nested_classes: of the nodes that stand between things, such as roles
    """

    quads: tuple[ox.Quad, ...]
    files: tuple[ParsedFile, ...]
    prefixes: Mapping[str, str]
    languages: tuple[str, ...] = ("en",)
    also_labels: tuple[ox.NamedNode, ...] = ()
    nested_classes: frozenset[ox.NamedNode] = frozenset()

    @cached_property
    def by_subject(self) -> Mapping[Node, list[ox.Quad]]:
        """The quads of each subject."""
        index: dict[Node, list[ox.Quad]] = defaultdict(list)
        for quad in self.quads:
            index[quad.subject].append(quad)
        return dict(index)

    @cached_property
    def by_object(self) -> Mapping[Term, list[ox.Quad]]:
        """The quads that point to each object."""
        index: dict[Term, list[ox.Quad]] = defaultdict(list)
        for quad in self.quads:
            index[quad.object].append(quad)
        return dict(index)

    @cached_property
    def graph_names(self) -> frozenset[Node]:
        """The named graphs that hold anything."""
        names = {quad.graph_name for quad in self.quads}
        return frozenset(name for name in names if not isinstance(name, ox.DefaultGraph))

    def about(self, subject: Term) -> list[ox.Quad]:
        """Give the quads with this subject."""
        return [] if isinstance(subject, ox.Literal) else self.by_subject.get(subject, [])

    def values(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Give the values of a subject's property, each once, in the order of the files."""
        return list(self._by_property.get(subject, {}).get(predicate, ()))

    @cached_property
    def _by_property(self) -> Mapping[Term, Mapping[ox.NamedNode, Mapping[Term, None]]]:
        """The values of each property of each subject, in the order of the files."""
        index: dict[Term, dict[ox.NamedNode, dict[Term, None]]] = {}
        for quad in self.quads:
            values = index.setdefault(quad.subject, {}).setdefault(quad.predicate, {})
            values[quad.object] = None
        return index

    def texts(self, subject: Term, predicate: ox.NamedNode) -> list[str]:
        """Give the values of a subject's property as plain text: lexical forms and IRIs."""
        return [text_of(value) for value in self.values(subject, predicate)]

    def is_a(self, subject: Term, cls: ox.NamedNode) -> bool:
        """Tell whether the subject is stated to be of this class."""
        return cls in self.values(subject, TYPE)

    def is_nested(self, node: Term) -> bool:
        """Tell whether a node is shown with the things it links, more than by itself."""
        return isinstance(node, ox.BlankNode) or not self.nested_classes.isdisjoint(
            self.values(node, TYPE)
        )

    def label(self, term: Term, languages: Sequence[str] | None = None) -> str | None:
        """Choose a thing's label: by property first, then by language.

        :param languages: the languages to prefer, in place of the project's
        """
        wanted = [*(languages or self.languages), ""]
        for predicate in LABELS:
            literals = [v for v in self.values(term, predicate) if isinstance(v, ox.Literal)]
            if literals:
                return min(literals, key=lambda literal: _preference(literal, wanted)).value
        return None

    def merged(self) -> Iterator[ox.Triple]:
        """Give the merge of all graphs, each triple once."""
        return iter(dict.fromkeys(quad.triple for quad in self.quads))

    @cached_property
    def store(self) -> ox.Store:
        """The graphs, and their merge as the default graph: loaded once, and only read."""
        return load_store(self.quads)


def _preference(literal: ox.Literal, wanted: Sequence[str]) -> tuple[int, str]:
    language = literal.language or ""
    return (wanted.index(language) if language in wanted else len(wanted)), literal.value


def load_store(quads: Iterable[ox.Quad]) -> ox.Store:
    """Load quads into a store whose default graph is their merge.

    Oxigraph's own union of graphs repeats rows where graphs share triples, so the merge is made
    here, once.
    """
    store = ox.Store()
    quads = list(quads)
    store.extend(quads)
    store.extend(ox.Quad(*quad.triple) for quad in quads if quad.graph_name != _DEFAULT)
    return store


def load_files(paths: Sequence[Path], prefixes: Mapping[str, str] = PREFIXES) -> Dataset:
    """Read any RDF files into a dataset, graphs as they are.

    :param prefixes: known beforehand; those that the files declare win
    :raises SourceError: for the first file that can't be read
    """
    files = tuple(parsing.parse_file(path) for path in paths)
    quads = tuple(dict.fromkeys(quad for file in files for quad in file.quads))
    declared = {prefix: iri for file in files for prefix, iri in file.prefixes.items()}
    return Dataset(quads, files, {**prefixes, **declared})


def load_project_dataset(project: Project) -> Dataset:
    """Read a project's data and ontology, and infer.

    :raises SourceError: for the first file that can't be read, or a rule that doesn't run
    """
    return assemble(project, parse_project_files(project))


def parse_project_files(project: Project) -> Iterator[ParsedFile]:
    """Parse the files that hold a project's quads, one after the other.

    :raises SourceError: when a file can't be read
    """
    for path in (*project.data_files, *project.ontology_files):
        yield parsing.parse_file(path, contexts=project_contexts(project))


def project_contexts(project: Project) -> dict[str, Path]:
    """Give the one JSON-LD context that a project's files may name: its own, at its address."""
    return {project.site + "context.jsonld": project.context_file}


def assemble(project: Project, files: Iterable[ParsedFile]) -> Dataset:
    """Put parsed files into the graphs where they belong, and add what the engine itself knows.

    A data file's default graph describes graphs, passages and sources, and goes into the record;
    the ontology and the engine's vocabulary make the schema graph.

    :raises SourceError: when a rule doesn't run
    """
    # Imported here for the time that it takes: `query --data` assembles nothing.
    from mipex_kg.catalogue.record import catalogue_record
    from mipex_kg.rules import load_rules

    record = ox.NamedNode(project.iri("graph/record"))
    schema = ox.NamedNode(project.iri("graph/ontology"))
    ontology = project.root / "ontology"
    files = (*files, _vocabulary())
    loaded_rules = load_rules(project.rule_files)
    quads: list[ox.Quad] = []
    for file in files:
        graph = record if file.path.is_relative_to(project.root / "data") else schema
        quads += (_placed(quad, graph) for quad in file.quads)
    quads += _own_record(project, record, schema, loaded_rules, with_ontology=ontology.is_dir())
    quads += [_in(record, triple) for triple in catalogue_record(project, quads)]
    quads = list(dict.fromkeys(quads))
    quads += _inferred(project, quads, loaded_rules)
    return Dataset(
        tuple(quads),
        files,
        project.prefixes,
        project.languages,
        tuple(_expanded(curie, project) for curie in project.also_labels),
        frozenset(_expanded(curie, project) for curie in project.nested_classes),
    )


def _placed(quad: ox.Quad, graph: ox.NamedNode) -> ox.Quad:
    if quad.graph_name != _DEFAULT:
        return quad
    return _in(graph, quad.triple)


def _in(graph: ox.NamedNode, triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _expanded(curie: str, project: Project) -> ox.NamedNode:
    return ox.NamedNode(expand(curie, project.prefixes) or curie)


def _vocabulary() -> ParsedFile:
    """Read the engine's own vocabulary, which every project's schema graph holds."""
    # Imported here: `query --data` has no use for it, and it takes a while.
    from importlib import resources

    file = resources.files("mipex_kg") / "vocabulary" / "kg.ttl"
    with resources.as_file(file) as path:
        return parsing.parse_text(path.read_text(encoding="utf-8"), formats.TURTLE, path)


def _own_record(
    project: Project,
    record: ox.NamedNode,
    schema: ox.NamedNode,
    loaded_rules: Sequence[Rule],
    *,
    with_ontology: bool,
) -> list[ox.Quad]:
    """Describe the graphs that the engine makes, in the record."""
    described: list[tuple[ox.NamedNode, ox.NamedNode, Term]] = [
        (record, TYPE, KG.term("RecordGraph")),
        (record, RDFS.term("label"), _english("Descriptions of graphs, passages and sources")),
        (schema, TYPE, KG.term("SchemaGraph")),
        (
            schema,
            RDFS.term("label"),
            _english(
                "Ontology and concept schemes" if with_ontology else "The engine's vocabulary"
            ),
        ),
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
    return [ox.Quad(*triple, record) for triple in described]


def _rule_graph(project: Project, name: str) -> ox.NamedNode:
    return ox.NamedNode(project.iri(f"graph/rule/{name}"))


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def _inferred(
    project: Project, quads: Sequence[ox.Quad], loaded_rules: Sequence[Rule]
) -> list[ox.Quad]:
    from mipex_kg.rules import infer  # imported here for the time that it takes

    if not loaded_rules:
        return []
    store = ox.Store()
    store.extend(ox.Quad(*quad.triple) for quad in quads)
    added = infer(store, loaded_rules, dict(project.prefixes))
    return [
        _in(_rule_graph(project, name), triple)
        for name, triples in added.items()
        for triple in triples
    ]
