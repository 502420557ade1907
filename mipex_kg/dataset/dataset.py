"""The dataset: every quad of a project with its graph, as parsed, and the store that answers.

The quads are kept as they were parsed, since the store changes lexical forms (``01`` becomes
``1``): what is published is written from the quads, and the store only answers queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.rdf import languages
from mipex_kg.rdf.namespaces import LABELS, TYPE, node_named
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.sparql.lexical import LexicalForms

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
    :param base: IRI that the names of a project's things begin with
    """

    quads: tuple[ox.Quad, ...]
    files: tuple[ParsedFile, ...]
    prefixes: Mapping[str, str]
    languages: tuple[str, ...] = ("en",)
    also_labels: tuple[ox.NamedNode, ...] = ()
    nested_classes: frozenset[ox.NamedNode] = frozenset()
    base: str = ""

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

    def pointing_to(self, value: Term) -> list[ox.Quad]:
        """Give the quads with this object."""
        return self.by_object.get(value, [])

    def members(self, *classes: Term) -> list[Node]:
        """Give the members of any of some classes, each once, in the order of the files."""
        quads = (quad for cls in classes for quad in self.pointing_to(cls))
        return list(dict.fromkeys(quad.subject for quad in quads if quad.predicate == TYPE))

    def node(self, name: str) -> ox.NamedNode:
        """Give the node that has a name.

        :param name: a CURIE with one of the prefixes, or an IRI
        :raises ValueError: when it is neither

        >>> Dataset((), (), {"e": "http://example.org/"}).node("e:a")
        <NamedNode value=http://example.org/a>
        """
        return node_named(name, self.prefixes)

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

    def text(self, subject: Term, predicate: ox.NamedNode) -> str:
        """Give the first value of a subject's property as plain text; an empty one if it has none.

        >>> ada, name = ox.NamedNode("e:ada"), ox.NamedNode("e:name")
        >>> dataset = Dataset((ox.Quad(ada, name, ox.Literal("Ada")),), (), {})
        >>> dataset.text(ada, name), dataset.text(name, name)
        ('Ada', '')
        """
        return next(iter(self.texts(subject, predicate)), "")

    def literal(
        self,
        subject: Term,
        *predicates: ox.NamedNode,
        languages: Sequence[str] | None = None,
        is_strict: bool = False,
    ) -> ox.Literal | None:
        """Choose the text that says something of a subject: by property first, then by language.

        :param predicates: the one to prefer first
        :param languages: to prefer, in place of the dataset's; the one to prefer first
        :param is_strict: whether a text in any other language is worse than none

        >>> ada, name = ox.NamedNode("e:ada"), ox.NamedNode("e:name")
        >>> texts = [ox.Literal("Ada", language="en"), ox.Literal("Adele", language="de")]
        >>> dataset = Dataset(tuple(ox.Quad(ada, name, text) for text in texts), (), {})
        >>> dataset.literal(ada, name, languages=["de"])
        <Literal value=Adele language=de>
        >>> dataset.literal(ada, name, languages=["fr"], is_strict=True)
        """
        wanted = self.languages if languages is None else languages
        for predicate in predicates:
            literals = [v for v in self.values(subject, predicate) if isinstance(v, ox.Literal)]
            if is_strict:
                literals = [v for v in literals if _will_do(v, wanted)]
            if literals:
                return min(literals, key=lambda literal: _preference(literal, wanted))
        return None

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
        found = self.literal(term, *LABELS, languages=languages)
        return found and found.value

    def merged(self) -> Iterator[ox.Triple]:
        """Give the merge of all graphs, each triple once."""
        return iter(dict.fromkeys(quad.triple for quad in self.quads))

    @cached_property
    def store(self) -> ox.Store:
        """The graphs, and their merge as the default graph: loaded once, and only read."""
        return load_store(self.forms.encode_quads(self.quads))

    @cached_property
    def forms(self) -> LexicalForms:
        """Under which literals are in the store."""
        return LexicalForms()

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Language tags in lower case, as quads have them, to how the files write them first."""
        return {tag: written for file in reversed(self.files) for tag, written in file.tags.items()}


def _preference(literal: ox.Literal, wanted: Sequence[str]) -> tuple[tuple[int, int], str]:
    return languages.preference(literal.language or "", wanted), literal.value


def _will_do(literal: ox.Literal, wanted: Sequence[str]) -> bool:
    return languages.preference(literal.language or "", wanted)[0] <= len(wanted)


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
