"""Documents: what is published about one thing, and the dumps of the whole, in each RDF format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.jsonld.contexts import prefix_context
from mipex_kg.rdf.namespaces import LABELS, OA, PROV, TYPE
from mipex_kg.rdf.serialization import Writer
from mipex_kg.rdf.statements import Statement
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.system.errors import UsageError
from mipex_kg.validation.validated import ValidatedDataset

if TYPE_CHECKING:
    from mipex_kg.rdf.jsonld.compaction import Compactor


class Publication:
    """A validated dataset, ready to be written.

    :param validated: nothing else is published
    """

    def __init__(self, validated: ValidatedDataset) -> None:
        self.project: Project = validated.project
        self.dataset: Dataset = validated.dataset
        self.isolated = validated.isolated
        self.writer = Writer(self.dataset.prefixes, self.dataset.tags)

    @cached_property
    def compactor(self) -> Compactor:
        """What writes JSON-LD in the project's own terms."""
        # Imported here: PyLD takes longer to load than most documents take to write.
        from mipex_kg.rdf.jsonld import processing
        from mipex_kg.rdf.jsonld.compaction import Compactor

        file = self.project.context_file
        files = self.project.files
        is_given = files.holds(file)
        context = (
            processing.load_context(file, files)
            if is_given
            else prefix_context(self.dataset.prefixes)
        )
        return Compactor(context, self.writer.words)

    def preload(self) -> None:
        """Load what every process needs that writes documents, before it is forked."""
        self.compactor  # noqa: B018 - made when it is first asked for

    def things(self) -> dict[str, list[Node]]:
        """Group what is described under the base by the document that describes it.

        A thing with a fragment is in the document of its IRI without it.

        :returns: document names, relative to the base and without a suffix, sorted
        """
        documents: dict[str, list[Node]] = defaultdict(list)
        for node in self.dataset.by_subject:
            if isinstance(node, ox.NamedNode) and node.value.startswith(self.project.base):
                name = node.value.removeprefix(self.project.base).partition("#")[0].rstrip("/")
                documents[name or "index"].append(node)
        return {name: sorted(documents[name], key=text_of) for name in sorted(documents)}

    def document(self, things: Iterable[Node]) -> list[ox.Quad]:
        """Choose the quads of a document.

        Those are the things' own, those of the nodes that stand between things (roles, posts),
        those that point to the things, and the labels of all that is named, but for the terms of
        other vocabularies.
        """
        chosen: dict[ox.Quad, None] = {}
        inner = self._with_nested(things)
        for node in inner:
            chosen.update(dict.fromkeys(self.dataset.about(node)))
            chosen.update(dict.fromkeys(self.dataset.pointing_to(node)))
        for quad in list(chosen):
            cls = quad.object if quad.predicate == TYPE else None
            terms = (term for term in (quad.predicate, cls) if term and self._is_own(term))
            for term in (quad.subject, *terms, *([] if cls else [quad.object])):
                if term not in inner and not isinstance(term, ox.Literal):
                    chosen.update(dict.fromkeys(self._labels(term)))
        return list(chosen)

    def _is_own(self, term: Term) -> bool:
        return isinstance(term, ox.NamedNode) and term.value.startswith(self.project.base)

    def _with_nested(self, things: Iterable[Node]) -> dict[Node, None]:
        """Add the nodes that belong to things: blank nodes, and members of the nested classes."""
        inner = dict.fromkeys(things)
        waiting = list(inner)
        while waiting:
            node = waiting.pop()
            near = [quad.object for quad in self.dataset.about(node)]
            if not self.dataset.is_nested(node):
                near += [quad.subject for quad in self.dataset.pointing_to(node)]
            for other in near:
                if isinstance(other, ox.Literal) or other in inner:
                    continue
                if self.dataset.is_nested(other):
                    inner[other] = None
                    waiting.append(other)
        return inner

    def _labels(self, node: Term) -> Iterator[ox.Quad]:
        return (quad for quad in self.dataset.about(node) if quad.predicate in LABELS)

    def write_thing(
        self, things: Sequence[Node], quads: Sequence[ox.Quad], format: Format
    ) -> bytes:
        """Write the document of some things; JSON-LD is framed by the first, the others are as any.

        TriG tells which graph each quad is from, and what those graphs rest on.

        :raises UsageError: when the format can't express it
        """
        return self.rendering(quads, things).write(format)

    def rendering(self, quads: Sequence[ox.Quad], things: Sequence[Node] = ()) -> Rendering:
        """Prepare quads to be written in several formats, which share the work.

        :param things: what they are about, if they are a document
        """
        return Rendering(self, quads, things)

    def record_of(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        """Give the descriptions of the graphs of some quads, and of the passages behind them."""
        described: dict[Term | ox.DefaultGraph, None] = dict.fromkeys(q.graph_name for q in quads)
        for predicate in (PROV.term("wasDerivedFrom"), OA.term("hasSelector")):
            for node in list(described):
                if not isinstance(node, ox.DefaultGraph):
                    described.update(dict.fromkeys(self.dataset.values(node, predicate)))
        return [
            quad
            for node in described
            if not isinstance(node, ox.DefaultGraph)
            for quad in self.dataset.about(node)
        ]

    def write(self, quads: Sequence[ox.Quad], format: Format) -> bytes:
        """Write quads; JSON-LD is compacted with the project's context.

        :raises UsageError: when the format can't express them
        """
        return self.rendering(quads).write(format)

    def of_graph(self, graph: Term) -> list[ox.Quad]:
        """Choose the quads of one graph.

        :raises UsageError: when there is no such graph
        """
        quads = [quad for quad in self.dataset.quads if quad.graph_name == graph]
        if not quads:
            raise UsageError(
                f"There is no graph {graph}.",
                hint="`mipex-kg query 'SELECT DISTINCT ?g { GRAPH ?g {} }'` lists them.",
            )
        return quads

    def of_class(self, cls: Term) -> list[ox.Quad]:
        """Choose the quads of all members of a class, and of the nodes that belong to them.

        :raises UsageError: when the class has no member
        """
        members = self.dataset.members(cls)
        if not members:
            raise UsageError(f"Nothing is a {cls}.")
        inner = self._with_nested(sorted(members, key=str))
        return [quad for node in inner for quad in self.dataset.about(node)]


class Rendering:
    """Quads that are about to be written in several formats: what these share is made once.

    :param things: what they are about, if they are a document
    """

    def __init__(
        self, publication: Publication, quads: Sequence[ox.Quad], things: Sequence[Node]
    ) -> None:
        self._publication, self._quads, self._things = publication, quads, things
        self._statements = publication.writer.spelled(quads)

    @cached_property
    def _merged(self) -> list[Statement]:
        return self._publication.writer.canonical(self._statements, merge=True)

    @cached_property
    def _in_graphs(self) -> list[Statement]:
        return self._publication.writer.canonical(self._statements, merge=False)

    @cached_property
    def _with_record(self) -> list[Statement]:
        """The statements, and what their graphs rest on."""
        writer = self._publication.writer
        record = writer.spelled(self._publication.record_of(self._quads))
        return writer.canonical([*self._statements, *record], merge=False)

    def write(self, format: Format) -> bytes:
        """Write them.

        :raises UsageError: when the format can't express one of them
        """
        writer = self._publication.writer
        if format is formats.JSONLD:
            return self._jsonld()
        if format is formats.TRIG and self._things:
            return writer.write(self._with_record, format)
        return writer.write(self._in_graphs if format.quads else self._merged, format)

    def _jsonld(self) -> bytes:
        compactor = self._publication.compactor
        if not self._things:
            return compactor.write_dataset(self._in_graphs)
        thing = self._publication.writer.words[self._things[0]]
        return compactor.write_thing(self._merged, thing)
