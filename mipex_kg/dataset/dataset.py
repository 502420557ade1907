"""The dataset: every quad of a project with its graph, as parsed, and the store that answers.

The quads are kept as they were parsed, since the store changes lexical forms (``01`` becomes
``1``): what is published is written from the quads, and the store only answers queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import (
    LABELS,
    TYPE,
)
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Node, Term, text_of

# `query --data` has no project, and starts in less time without these.
if TYPE_CHECKING:
    pass

DEFAULT_GRAPH = ox.DefaultGraph()


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
    store.extend(ox.Quad(*quad.triple) for quad in quads if quad.graph_name != DEFAULT_GRAPH)
    return store
