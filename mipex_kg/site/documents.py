"""Documents: what is published about one thing, and the dumps of the whole, in each RDF format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import ADDRESS, TracedMapping
from mipex_kg.project.names import FRONT_DOCUMENT, Address, Names
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.jsonld.contexts import prefix_context
from mipex_kg.rdf.namespaces import OA, PROV, TYPE
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.serialization import Writer
from mipex_kg.rdf.statements import Statement
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.thing_pages import (
    ThingPage,
    find_sections,
    pages_of,
    place_of,
    places_apart,
)
from mipex_kg.system.errors import UsageError
from mipex_kg.validation.validated import ValidatedDataset

if TYPE_CHECKING:
    from mipex_kg.rdf.jsonld.compaction import Compactor


class Publication:
    """A validated dataset, ready to be written.

    :param validated: nothing else is published
    :param dataset: the same dataset, if what is read of it is to be noted
    """

    def __init__(self, validated: ValidatedDataset, dataset: Dataset | None = None) -> None:
        self.project: Project = validated.project
        self.names: Names = self.project.names
        self.dataset: Dataset = dataset or validated.dataset
        self.isolated = validated.isolated
        self.writer = Writer(self.dataset.prefixes, self.dataset.tags)

    def in_language(self, tag: str) -> Publication:
        """Give the same publication for pages in a language, in which names are preferred."""
        dataset = self.dataset
        wanted = tuple(dict.fromkeys((tag, *dataset.languages)))
        if wanted == dataset.languages:
            return self
        self.thing_pages  # noqa: B018 - found once for all languages
        other = copy(self)
        other.dataset = dataset.in_languages(wanted)
        return other

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

    def things(self) -> Mapping[str, list[Node]]:
        """Group what is described under the base by the document that describes it.

        A thing with a fragment is in the document of its IRI without it, and one whose IRI is
        for clients the same address as another's, in the same document as that.

        :returns: what each document describes, first what it is about, by the document's name,
            relative to the site and without a suffix, sorted
        """
        return self._things

    @cached_property
    def _things(self) -> Mapping[str, list[Node]]:
        documents: dict[str, Sequence[Node]] = {
            self.file_names[address]: nodes for address, nodes in self._by_address.items()
        }
        return {name: list(documents[name]) for name in sorted(documents)}

    @cached_property
    def _by_address(self) -> Mapping[Address, Sequence[Node]]:
        """Group what is described by address: first what its document is about."""
        found: dict[Address, list[Node]] = defaultdict(list)
        for node in self.dataset.by_subject:
            if isinstance(node, ox.NamedNode) and (address := self.names.address(node.value)):
                found[address].append(node)
        return {address: sorted(nodes, key=_rank) for address, nodes in found.items()}

    @cached_property
    def apart(self) -> Mapping[Term, str]:
        """The places of things whose fragments, in the same document, are others' places."""
        found = {
            thing: place
            for things in self._by_address.values()
            for thing, place in places_apart(things).items()
        }
        return TracedMapping(self.dataset.trace, ADDRESS, found)

    @cached_property
    def file_names(self) -> Mapping[Address, str]:
        """The name of each document, by the address of what it is about."""
        return {address: self._names_of_pages[address] for address in self._by_address}

    @cached_property
    def _parts(self) -> Mapping[Node, Address]:
        """The things that share a document with so many others that each has a page."""
        most = self.project.most_sections
        shared = (things for things in self._by_address.values() if len(things) > most)
        sections = (find_sections(things, self.dataset, self.apart) for things in shared)
        parted = (thing for things in sections if len(things) > most for thing in things)
        found = (
            (thing, self.names.part(text_of(thing), place_of(thing, self.apart)))
            for thing in parted
        )
        return {thing: address for thing, address in found if address}

    @cached_property
    def _names_of_pages(self) -> Mapping[Address, str]:
        return self.names.files([*self._by_address, *self._parts.values()])

    @cached_property
    def parts(self) -> Mapping[Term, str]:
        """The names of the pages of things that share a document and not its page."""
        names: dict[Term, str] = {
            thing: self._names_of_pages[address] for thing, address in self._parts.items()
        }
        return TracedMapping(self.dataset.trace, ADDRESS, names)

    @cached_property
    def of_front(self) -> Sequence[Node]:
        """What has an address that leads to the front page: the base, with or without fragments."""
        return self.things().get(FRONT_DOCUMENT, ())

    @property
    def leads_on(self) -> bool:
        """Whether there is a page whose address, with a fragment, leads to another."""
        return bool(self.parts) or any(place_of(thing, self.apart) for thing in self.of_front)

    @cached_property
    def thing_pages(self) -> Mapping[str, ThingPage]:
        """The pages about things, by their names."""
        return {
            page.name: page
            for name, things in self.things().items()
            for page in pages_of(
                name, things, self.dataset, self.parts, self.apart, self.project.most_sections
            )
        }

    @cached_property
    def requests(self) -> Mapping[str, str]:
        """The name of the document of a thing, by each path with which a client may ask for it."""
        return {
            path: self.file_names[address]
            for address, nodes in self._by_address.items()
            for node in nodes
            for path in self.names.requests(text_of(node))
        }

    def document(self, things: Iterable[Node]) -> list[Quad]:
        """Choose the quads of a document.

        Those are the things' own, those of the nodes that stand between things (roles, posts),
        those that point to the things, and the labels of all that is named, but for the terms of
        other vocabularies.
        """
        chosen: dict[Quad, None] = {}
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
        return isinstance(term, ox.NamedNode) and self.names.covers(term.value)

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

    def _labels(self, node: Term) -> Iterator[Quad]:
        return (quad for quad in self.dataset.about(node) if quad.predicate in self.dataset.naming)

    def write_thing(self, things: Sequence[Node], quads: Sequence[Quad], format: Format) -> bytes:
        """Write the document of some things; JSON-LD is framed by the first, the others are as any.

        TriG says which graph each quad is from, and what those graphs are based on.

        :raises UsageError: when the format can't express it
        """
        return self.rendering(quads, things).write(format)

    def rendering(self, quads: Sequence[Quad], things: Sequence[Node] = ()) -> Rendering:
        """Prepare quads to be written in several formats, which share the work.

        :param things: what they are about, if they are a document
        """
        return Rendering(self, quads, things)

    def record_of(self, quads: Iterable[Quad]) -> list[Quad]:
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

    def write(self, quads: Sequence[Quad], format: Format) -> bytes:
        """Write quads; JSON-LD is compacted with the project's context.

        :raises UsageError: when the format can't express them
        """
        return self.rendering(quads).write(format)

    def of_graph(self, graph: Term) -> list[Quad]:
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

    def of_class(self, cls: Term) -> list[Quad]:
        """Choose the quads of all members of a class, and of the nodes that belong to them.

        :raises UsageError: when the class has no member
        """
        members = self.dataset.members(cls)
        if not members:
            raise UsageError(f"Nothing has the type {cls}.")
        inner = self._with_nested(sorted(members, key=str))
        return [quad for node in inner for quad in self.dataset.about(node)]


def _rank(thing: Node) -> tuple[bool, str]:
    iri = text_of(thing)
    return "#" in iri, iri


class Rendering:
    """Quads that are about to be written in several formats: what these share is made once.

    :param things: what they are about, if they are a document
    """

    def __init__(
        self, publication: Publication, quads: Sequence[Quad], things: Sequence[Node]
    ) -> None:
        self._publication, self._quads, self._things = publication, quads, things

    @cached_property
    def _statements(self) -> list[Statement]:
        return list(self._publication.writer.spelled(self._quads))

    @cached_property
    def _merged(self) -> Sequence[Statement]:
        return self._ordered(merge=True)

    @cached_property
    def _in_graphs(self) -> Sequence[Statement]:
        return self._ordered(merge=False)

    def _ordered(self, *, merge: bool) -> Sequence[Statement]:
        writer = self._publication.writer
        if not self._things:  # the whole, of which nothing is kept for other formats
            return writer.ordered(self._quads, merge=merge)
        return writer.canonical(self._statements, merge=merge)

    @cached_property
    def _with_record(self) -> list[Statement]:
        """The statements, and what their graphs are based on."""
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
