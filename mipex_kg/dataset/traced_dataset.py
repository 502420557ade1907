"""A dataset that notes what is read of it, in terms of which a later build can tell a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import (
    GRAPH,
    OBJECT,
    PREDICATE,
    SUBJECT,
    WHOLE,
    Trace,
    TracedMapping,
    TracedQuads,
)
from mipex_kg.rdf.quads import Quad, QuadColumns
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.sparql.lexical import LexicalForms


@dataclass(frozen=True, kw_only=True)
class TracedDataset(Dataset):
    """A dataset that notes what is read of it; what it is made of is that of another.

    :param known: the other
    """

    known: Dataset = field(compare=False, repr=False)

    @property
    def columns(self) -> QuadColumns:
        """The quads as they are kept, each term once."""
        self.trace.note(*WHOLE)
        return self.known.columns

    @cached_property
    def by_subject(self) -> Mapping[Node, list[Quad]]:
        """The quads of each subject."""
        return TracedMapping(self.trace, SUBJECT, self.known.by_subject)

    @cached_property
    def by_object(self) -> Mapping[Term, list[Quad]]:
        """The quads that point to each object."""
        return TracedMapping(self.trace, OBJECT, self.known.by_object)

    @cached_property
    def by_predicate(self) -> Mapping[ox.NamedNode, list[Quad]]:
        """The quads of each property."""
        return TracedMapping(self.trace, PREDICATE, self.known.by_predicate)

    @cached_property
    def by_graph(self) -> Mapping[Node | ox.DefaultGraph, list[Quad]]:
        """The quads of each graph."""
        return TracedMapping(self.trace, GRAPH, self.known.by_graph)

    @cached_property
    def by_property(self) -> Mapping[Term, Mapping[ox.NamedNode, tuple[Term, ...]]]:
        """The values of each property of each subject, in the order of the files."""
        return TracedMapping(self.trace, SUBJECT, self.known.by_property)

    def is_graph(self, node: Term) -> bool:
        """Tell whether a node names a graph that holds anything."""
        self.trace.note(GRAPH, node)
        return self.known.is_graph(node)

    def has_property(self, *predicates: ox.NamedNode) -> bool:
        """Tell whether any statement has one of some properties."""
        for predicate in predicates:
            self.trace.note(PREDICATE, predicate)
        return self.known.has_property(*predicates)

    @property
    def graph_names(self) -> frozenset[Node]:
        """The named graphs that hold anything."""
        self.trace.note(*WHOLE)
        return self.known.graph_names

    @property
    def predicates(self) -> frozenset[ox.NamedNode]:
        """The properties that any statement has."""
        self.trace.note(*WHOLE)
        return self.known.predicates

    @property
    def size(self) -> int:
        """How many triples the merge of all graphs has."""
        self.trace.note(*WHOLE)
        return self.known.size

    @property
    def store(self) -> ox.Store:
        """The graphs, and their merge as the default graph."""
        self.trace.note(*WHOLE)
        return self.known.store

    @property
    def forms(self) -> LexicalForms:
        """Under which literals are in the store."""
        return self.known.forms

    @property
    def tags(self) -> Mapping[str, str]:
        """Language tags in lower case, as quads have them, to how the files write them first."""
        return self.known.tags

    def saying(self, text: str) -> list[Quad]:
        """Give the quads whose object is a literal with this text, whatever its case."""
        self.trace.note(*WHOLE)
        return self.known.saying(text)

    def of_local_name(self, name: str) -> list[ox.NamedNode]:
        """Give the subjects whose IRIs end in this, whatever its case."""
        self.trace.note(*WHOLE)
        return self.known.of_local_name(name)


def traced(dataset: Dataset) -> TracedDataset:
    """Give a dataset that notes what is read of it, with what is known of the given one."""
    trace = Trace()
    own = {each.name: getattr(dataset, each.name) for each in fields(Dataset)}
    own |= {"trace": trace, "quads": TracedQuads(trace, dataset.quads)}
    return TracedDataset(**own, known=dataset)
