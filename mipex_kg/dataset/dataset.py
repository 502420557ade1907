"""The dataset: every quad of a project with its graph, as parsed, and the store that answers.

The quads are kept as they were parsed, since the store changes lexical forms (``01`` becomes
``1``): what is published is written from the quads, and the store only answers queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.arrangement import Arrangement
from mipex_kg.dataset.nameless import NAMELESS
from mipex_kg.dataset.skosxl import LITERAL_FORM, add_labels
from mipex_kg.dataset.traces import Trace
from mipex_kg.rdf import languages
from mipex_kg.rdf.local_names import local_name
from mipex_kg.rdf.namespaces import LABELS, SCHEMA, SCHEMA_HTTPS, TYPE, in_http, node_named
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad, QuadColumns, load
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.sparql.lexical import LexicalForms
from mipex_kg.system.garbage import keeping_all
from mipex_kg.system.phases import phase


@dataclass(frozen=True)
class Dataset:
    """Quads, where they were read, and the names that go with them.

    :param quads: all quads, the inferred ones too
    :param files: the files that were parsed, for finding where a quad stands
    :param prefixes: for CURIEs in queries and output
    :param languages: the languages in which labels are wanted, the preferred one first
    :param labels: properties whose values name a thing, the one to prefer first
    :param also_labels: properties, besides the usual ones, whose values find a thing
    :param nested_classes: of the nodes that stand between things, such as roles
    :param nameless_classes: whose members need no name, such as addresses
    :param bases: IRIs that the names of a project's things begin with
    :param arrangement: how what is said of things is arranged for people
    :param stated: how many of the quads are in the files, the first ones; None if that isn't known
    :param trace: notes what is read of it, if something is being made whose reads count
    """

    quads: Sequence[Quad]
    files: tuple[ParsedFile, ...]
    prefixes: Mapping[str, str]
    languages: tuple[str, ...] = ("en",)
    labels: tuple[ox.NamedNode, ...] = LABELS
    also_labels: tuple[ox.NamedNode, ...] = ()
    nested_classes: frozenset[ox.NamedNode] = frozenset()
    nameless_classes: frozenset[ox.NamedNode] = NAMELESS
    bases: tuple[str, ...] = ()
    arrangement: Arrangement = field(default_factory=Arrangement)
    stated: int | None = None
    trace: Trace = field(default_factory=Trace, compare=False, repr=False)

    def in_languages(self, languages: Sequence[str]) -> Dataset:
        """Give the same dataset with other languages preferred, and with the same indexes.

        :param languages: the preferred one first
        """
        other = replace(self, languages=tuple(languages))
        _made = self.by_subject, self.by_object, self.by_property, self.naming
        vars(other).update({n: index for n, index in vars(self).items() if n not in vars(other)})
        return other

    @cached_property
    def columns(self) -> QuadColumns:
        """The quads as they are kept, each term once."""
        return self.quads if isinstance(self.quads, QuadColumns) else QuadColumns(self.quads)

    @cached_property
    def by_subject(self) -> Mapping[Node, list[Quad]]:
        """The quads of each subject."""
        return self.columns.by_subject

    @cached_property
    def by_object(self) -> Mapping[Term, list[Quad]]:
        """The quads that point to each object."""
        return self.columns.by_object

    @cached_property
    def by_predicate(self) -> Mapping[ox.NamedNode, list[Quad]]:
        """The quads of each property."""
        return self.columns.by_predicate

    @cached_property
    def by_graph(self) -> Mapping[Node | ox.DefaultGraph, list[Quad]]:
        """The quads of each graph."""
        return self.columns.by_graph

    def is_graph(self, node: Term) -> bool:
        """Tell whether a node names a graph that holds anything."""
        return node in self.graph_names

    @cached_property
    def graph_names(self) -> frozenset[Node]:
        """The named graphs that hold anything."""
        names = self.columns.all_of("graph_name")
        return frozenset(name for name in names if not isinstance(name, ox.DefaultGraph))

    def about(self, subject: Term) -> list[Quad]:
        """Give the quads with this subject."""
        return [] if isinstance(subject, ox.Literal) else self.by_subject.get(subject, [])

    def pointing_to(self, value: Term) -> list[Quad]:
        """Give the quads with this object."""
        return self.by_object.get(value, [])

    def subjects(self, value: Term, predicate: ox.NamedNode) -> list[Node]:
        """Give the subjects that have a value of a property, each once, in the order of the files.

        A property of schema.org is the same whether it begins with http: or https:.
        """
        wanted = in_http(predicate)
        quads = (q for q in self.pointing_to(value) if in_http(q.predicate) == wanted)
        return list(dict.fromkeys(quad.subject for quad in quads))

    def saying(self, text: str) -> list[Quad]:
        """Give the quads whose object is a literal with this text, whatever its case."""
        return self._by_text.get(text.casefold(), [])

    @cached_property
    @phase("Indexing")
    def _by_text(self) -> Mapping[str, list[Quad]]:
        index: dict[str, list[Quad]] = defaultdict(list)
        for quad in self.quads:
            if isinstance(quad.object, ox.Literal):
                index[quad.object.value.casefold()].append(quad)
        return dict(index)

    def of_local_name(self, name: str) -> list[ox.NamedNode]:
        """Give the subjects whose IRIs end in this, whatever its case."""
        folded = name.casefold()
        nodes = (node for node in self.by_subject if isinstance(node, ox.NamedNode))
        return [node for node in nodes if local_name(node).casefold() == folded]

    def members(self, *classes: Term) -> list[Node]:
        """Give the members of any of some classes, each once, in the order of the files."""
        quads = (quad for cls in classes for form in _forms(cls) for quad in self.pointing_to(form))
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
        """Give the values of a subject's property, each once, in the order of the files.

        A property of schema.org is the same whether it begins with http: or https:.
        """
        return list(self.by_property[subject].get(in_http(predicate), ()))

    @cached_property
    def by_property(self) -> Mapping[Term, Mapping[ox.NamedNode, tuple[Term, ...]]]:
        """The values of each property of each subject, in the order of the files; none of others.

        They are made when they are asked for. Most properties have one value, for which a tuple
        takes a quarter of the memory of others.
        """
        return _ValuesAsked(self._values_of)

    def _values_of(self, subject: Term) -> Mapping[ox.NamedNode, tuple[Term, ...]]:
        def forms(label: Term) -> tuple[Term, ...]:
            return values_by_property(self.about(label)).get(LITERAL_FORM, ())

        values = values_by_property(self.about(subject))
        add_labels(values, forms)
        return values

    @property
    def schema_org(self) -> str:
        """In which of its namespaces schema.org is written: what ``schema:`` stands for."""
        return self.prefixes.get("schema", SCHEMA)

    @cached_property
    def predicates(self) -> frozenset[ox.NamedNode]:
        """The properties that any statement has."""
        return frozenset(self.columns.all_of("predicate"))

    @cached_property
    def naming(self) -> frozenset[ox.NamedNode]:
        """The properties that name things, as they are written in the files or might be."""
        forms = (form for label in self.labels for form in _forms(label))
        return frozenset(form for form in forms if isinstance(form, ox.NamedNode))

    def has_property(self, *predicates: ox.NamedNode) -> bool:
        """Tell whether any statement has one of some properties."""
        return not self.predicates.isdisjoint(predicates)

    def with_property(self, predicate: ox.NamedNode) -> list[Quad]:
        """Give the quads with a property, as it is written."""
        return self.by_predicate.get(predicate, []) if self.has_property(predicate) else []

    def texts(self, subject: Term, predicate: ox.NamedNode) -> list[str]:
        """Give the values of a subject's property as plain text: lexical forms and IRIs."""
        return [text_of(value) for value in self.values(subject, predicate)]

    def text(self, subject: Term, predicate: ox.NamedNode) -> str:
        """Give the first value of a subject's property as plain text; an empty one if it has none.

        >>> ada, name = ox.NamedNode("e:ada"), ox.NamedNode("e:name")
        >>> dataset = Dataset((Quad(ada, name, ox.Literal("Ada")),), (), {})
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

        A text without any character but blanks says nothing.

        :param predicates: the one to prefer first
        :param languages: to prefer, instead of the dataset's; the one to prefer first
        :param is_strict: whether a text in any other language is worse than none

        >>> ada, name = ox.NamedNode("e:ada"), ox.NamedNode("e:name")
        >>> texts = [ox.Literal("Ada", language="en"), ox.Literal("Adele", language="de")]
        >>> dataset = Dataset(tuple(Quad(ada, name, text) for text in texts), (), {})
        >>> dataset.literal(ada, name, languages=["de"])
        <Literal value=Adele language=de>
        >>> dataset.literal(ada, name, languages=["fr"], is_strict=True)
        """
        wanted = self.languages if languages is None else languages
        found = self.by_property[subject]
        for predicate in predicates if found else ():
            values = found.get(in_http(predicate), ())
            literals = [v for v in values if isinstance(v, ox.Literal) and v.value.strip()]
            if is_strict:
                literals = [v for v in literals if _will_do(v, wanted)]
            if literals:
                return min(literals, key=lambda literal: _preference(literal, wanted))
        return None

    def labelled(self, language: str) -> set[Node]:
        """Give all that has a label in a language; what things label (SKOS-XL) isn't among it.

        >>> ada, label = ox.NamedNode("e:ada"), LABELS[0]
        >>> dataset = Dataset((Quad(ada, label, ox.Literal("Ada", language="de")),), (), {})
        >>> dataset.labelled("de"), dataset.labelled("en")
        ({<NamedNode value=e:ada>}, set())
        """
        return {
            quad.subject
            for label in self.naming
            for quad in self.with_property(label)
            if isinstance(quad.object, ox.Literal)
            and _will_do(quad.object, [language])
            and quad.object.value.strip()
        }

    def is_a(self, subject: Term, cls: ox.NamedNode) -> bool:
        """Tell whether the subject is stated to be of this class."""
        return not set(_forms(cls)).isdisjoint(self.values(subject, TYPE))

    def is_nested(self, node: Term) -> bool:
        """Tell whether a node is shown with the things it links, more than by itself."""
        return isinstance(node, ox.BlankNode) or not self.nested_classes.isdisjoint(
            self.values(node, TYPE)
        )

    def needs_no_name(self, node: Term) -> bool:
        """Tell whether a node is drawn within the thing that it belongs to: a blank one always."""
        if isinstance(node, ox.BlankNode):
            return True
        types = (value for value in self.values(node, TYPE) if isinstance(value, ox.NamedNode))
        return any(in_http(cls) in self.nameless_classes for cls in types)

    def label(self, term: Term, languages: Sequence[str] | None = None) -> str | None:
        """Choose a thing's label: by property first, then by language.

        :param languages: the languages to prefer, instead of the project's
        """
        found = self.literal(term, *self.labels, languages=languages)
        return found and found.value

    def merged(self) -> Iterator[ox.Triple]:
        """Give the merge of all graphs, each triple once."""
        return (quad.triple for quad in self.columns.merged())

    @cached_property
    def size(self) -> int:
        """How many triples the merge of all graphs has."""
        return self.columns.triples

    @cached_property
    def store(self) -> ox.Store:
        """The graphs, and their merge as the default graph: loaded once, and only read."""
        return load_store(self.columns, self.forms)

    @cached_property
    def forms(self) -> LexicalForms:
        """Under which literals are in the store."""
        return LexicalForms()

    @cached_property
    def lost(self) -> tuple[str, ...]:
        """What the files say and no quad does, each with its place."""
        return tuple(
            f"{file.path}:{loss.span.line}:{loss.span.column}: {loss.message}"
            for file in self.files
            for loss in file.losses
        )

    def prepare(self) -> None:
        """Load the store, so that processes that are forked find it there."""
        self.store  # noqa: B018 - made when it is first asked for

    def is_whole(self) -> bool:
        """Tell whether all is as it was made: what is on disk may be damaged."""
        return True

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Language tags in lower case, as quads have them, to how the files write them first."""
        return {tag: written for file in reversed(self.files) for tag, written in file.tags.items()}


class _ValuesAsked(dict[Term, Mapping[ox.NamedNode, tuple[Term, ...]]]):
    """The values of properties, found when they are asked for, and kept.

    :param find: finds those of a subject
    """

    def __init__(self, find: Callable[[Term], Mapping[ox.NamedNode, tuple[Term, ...]]]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, subject: Term) -> Mapping[ox.NamedNode, tuple[Term, ...]]:
        if found := self._find(subject):
            self[subject] = found
        return found


def values_by_property(quads: Iterable[Quad]) -> dict[ox.NamedNode, tuple[Term, ...]]:
    """Give the values of each property that quads have, each once, in their order."""
    found: dict[ox.NamedNode, dict[Term, None]] = {}
    for quad in quads:
        found.setdefault(in_http(quad.predicate), {})[quad.object] = None
    return {predicate: tuple(values) for predicate, values in found.items()}


def _forms(term: Term) -> tuple[Term, ...]:
    """Give a term of schema.org in both of its namespaces, any other as it is."""
    if not isinstance(term, ox.NamedNode):
        return (term,)
    known = in_http(term)
    if not known.value.startswith(SCHEMA):
        return (term,)
    return known, SCHEMA_HTTPS.term(known.value.removeprefix(SCHEMA))


def _preference(literal: ox.Literal, wanted: Sequence[str]) -> tuple[tuple[int, int], str]:
    return languages.preference(literal.language or "", wanted), literal.value


def _will_do(literal: ox.Literal, wanted: Sequence[str]) -> bool:
    return languages.preference(literal.language or "", wanted)[0] <= len(wanted)


@keeping_all()
@phase("Loading the store")
def load_store(quads: QuadColumns, forms: LexicalForms) -> ox.Store:
    """Load quads into a store whose default graph is their merge.

    Oxigraph's own union of graphs repeats rows where graphs share triples, so the merge is made
    here, once.

    :param forms: under which literals are stored
    """
    store = ox.Store()
    load(store, forms.encode_quads(quads))
    load(store, forms.encode_merge(quads))
    return store
