"""Writing JSON-LD fast where the context is a plain one: what PyLD would write, to the byte.

PyLD takes milliseconds for a document, most of them to expand what is expanded already and to read
the same context again. Here PyLD chooses the term for a property and a kind of value once, and
later values are put into the same place. What isn't plain is left to PyLD.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.jsonld import processing
from mipex_kg.rdf.jsonld.contexts import PREFIX_ENDS, Terms, holds_one_list
from mipex_kg.rdf.jsonld.expanded import Json
from mipex_kg.rdf.jsonld.processor import OneContextProcessor
from mipex_kg.rdf.namespaces import RDF, TYPE
from mipex_kg.rdf.statements import Statement, Word, Words, quad_of

# What the definition of a plain term may hold, and how its values may be kept.
_KEYS = {"@id", "@reverse", "@type", "@language", "@container", "@prefix"}
_CONTAINERS: Sequence[object] = (
    *(None, [], "@language", ["@language"], "@set", ["@set"]),
    # Where a document needs a term for lists, it takes PyLD to write it.
    *("@list", ["@list"]),
)
# What makes a term a prefix for PyLD, beside what does for us.
_ODD_ENDS = ("?", "[", "]", "@")
# A node and a text that stand in for any, since no context knows them.
_NODE, _TEXT = "x-mipex-kg-example:node", "\x00"
_LISTS = {RDF + name for name in ("first", "rest", "nil")}

Properties: TypeAlias = dict[Word, list[Word]]


class Compactor:
    """Writes JSON-LD with one context, and remembers which term stands for what.

    :param context: terms and prefixes; those that a document needs are written into it
    :param words: the words for terms
    """

    def __init__(self, context: Json, words: Words) -> None:
        terms = Terms(context)
        self.context = context
        self._type = words[TYPE]
        self._is_plain = is_plain(terms)
        self._needs, self._values = _Needs(terms), _Values(terms)
        self._places = _Places(terms)

    def write_dataset(self, ordered: Sequence[Statement]) -> bytes:
        """Write statements with their named graphs, compacted.

        :param ordered: canonical and sorted
        """
        context = self._pruned(ordered)
        if not context:
            return processing.write_dataset([*map(quad_of, ordered)], self.context)
        graphs: dict[Word, dict[Word, Properties]] = {}
        for subject, predicate, object, graph in ordered:
            node = graphs.setdefault(graph, {}).setdefault(subject, {})
            node.setdefault(predicate, []).append(object)
        top = next((nodes for graph, nodes in graphs.items() if graph.is_default), {})
        named = {graph: nodes for graph, nodes in graphs.items() if not graph.is_default}
        return processing.encode(
            {
                "@context": context,
                "@graph": [
                    self._graph(named.get(node, {})) | self._node(node, top.get(node, {}))
                    for node in dict.fromkeys([*top, *named])
                ],
            }
        )

    def _graph(self, nodes: Mapping[Word, Properties]) -> Json:
        return {"@graph": [self._node(*node) for node in nodes.items()]} if nodes else {}

    def write_thing(self, ordered: Sequence[Statement], thing: Word) -> bytes:
        """Write statements as a tree that starts at a thing, as framing makes it.

        What the thing doesn't reach follows it, so that nothing is lost.

        :param ordered: canonical and sorted, all in the default graph
        """
        context = self._pruned(ordered)
        waiting: dict[Word, Properties] = {}
        for subject, predicate, object, _ in ordered:
            waiting.setdefault(subject, {}).setdefault(predicate, []).append(object)
        # Framing leaves out the names of blank nodes that are linked once.
        nameless = any(word.is_blank for statement in ordered for word in statement[:3])
        if not context or nameless or thing not in waiting:
            assert not isinstance(thing.term, ox.Literal | ox.DefaultGraph)  # noqa: S101 - a thing
            return processing.write_thing([*map(quad_of, ordered)], thing.term, self.context)
        tree = self._node(thing, waiting.pop(thing), waiting)
        if not waiting:
            return processing.encode({"@context": context, **tree})
        others = [self._node(*node) for node in waiting.items()]
        return processing.encode({"@context": context, "@graph": [tree, *others]})

    def _pruned(self, ordered: Iterable[Statement]) -> Json | None:
        """Choose what a document needs of the context; None if it takes PyLD to write it."""
        if not self._is_plain:
            return None
        kept: set[str] = set()
        for word in {word for statement in ordered for word in statement}:
            needed = self._needs[word]
            if needed is None:
                return None
            kept |= needed
        return {k: value for k, value in self.context.items() if k in kept or k.startswith("@")}

    def _node(
        self, node: Word, properties: Properties, waiting: dict[Word, Properties] | None = None
    ) -> Json:
        """Write a node, and within it all nodes that it links and that wait to be written."""
        written: Json = {"@id": self._values[node][1]}
        types = [t for t in properties.get(self._type, ()) if not t.is_literal]
        for cls in types:
            _add(written, "@type", self._places.cls(cls))
        for predicate in sorted(properties, key=_iri):
            for value in properties[predicate]:
                if predicate is self._type and value in types:
                    continue
                kind, text = self._values[value]
                place = self._places[predicate, kind]
                if waiting and value in waiting:
                    place.put(self._node(value, waiting.pop(value), waiting), written)
                else:
                    place.put(place.item(text), written)
        return written


def _iri(word: Word) -> str:
    assert not isinstance(word.term, ox.DefaultGraph | ox.Triple)  # noqa: S101 - a property
    return word.term.value


def is_plain(terms: Terms) -> bool:
    """Tell whether a context has nothing but prefixes and plain terms.

    >>> is_plain(Terms({"s": "http://schema.org/", "url": {"@id": "s:url", "@type": "@id"}}))
    True
    >>> is_plain(Terms({"@vocab": "http://schema.org/"}))
    False
    """
    keywords = {name for name in terms.context if name.startswith("@")}
    return keywords <= {"@version"} and all(
        _is_plain_term(name, terms.context[name], iri) and not terms.is_ambiguous(iri)
        for name, iri in terms.iris.items()
    )


def _is_plain_term(name: str, definition: object, iri: str) -> bool:
    if not name or ":" in name or "/" in name:
        return False
    if isinstance(definition, str):
        return not iri.endswith(_ODD_ENDS)
    return (
        isinstance(definition, dict)
        and definition.keys() <= _KEYS
        and definition.get("@container") in _CONTAINERS
        and (definition.get("@type") == "@id" or not str(definition.get("@type")).startswith("@"))
        and (not definition.get("@prefix") or iri.endswith(PREFIX_ENDS))
    )


class _Needs(dict[Word, set[str] | None]):
    """The terms of the context that each word needs; None for what takes PyLD to write."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, word: Word) -> set[str] | None:
        term = word.term.datatype if isinstance(word.term, ox.Literal) else word.term
        if not isinstance(term, ox.NamedNode):
            needed: set[str] | None = set()
        elif term.value in _LISTS or self._terms.is_ambiguous(term.value):
            needed = None
        else:
            needed = self._terms.needed(term.value)
            if any(holds_one_list(self._terms.context[name]) for name in needed):
                needed = None
        self[word] = needed
        return needed


class _Values(dict[Word, tuple[str, str]]):
    """The kind of each value, as far as terms are chosen by it, and its text."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self._prefixes = [
            (name, iri)
            for name, iri in terms.iris.items()
            if iri.endswith(PREFIX_ENDS) and _is_prefix(terms.context[name])
        ]

    def __missing__(self, word: Word) -> tuple[str, str]:
        term = word.term
        if isinstance(term, ox.Literal):
            # The language or the datatype stands behind the last quotation mark.
            value = word.text[word.text.rindex('"') + 1 :], term.value
        else:
            value = (
                _NODE,
                self._compact(term.value) if isinstance(term, ox.NamedNode) else word.text,
            )
        self[word] = value
        return value

    def _compact(self, iri: str) -> str:
        """Write an IRI as the shortest CURIE, if there is one."""
        fitting = ((name, ns) for name, ns in self._prefixes if iri.startswith(ns) and iri != ns)
        curies = (f"{name}:{iri.removeprefix(ns)}" for name, ns in fitting)
        return min(curies, key=lambda curie: (len(curie), curie), default=iri)


def _is_prefix(definition: object) -> bool:
    return isinstance(definition, str) or (isinstance(definition, dict) and "@prefix" in definition)


class _Slot(NamedTuple):
    """Where values of one kind are in a node.

    :param key: a term, a CURIE or an IRI
    :param language: under which they are in a map
    :param is_set: whether a single one is in brackets, too
    :param pattern: an example; what of it is ``text`` differs from value to value
    """

    key: str
    language: str | None
    is_set: bool
    pattern: Json | str
    text: str

    def item(self, text: str) -> Json | str:
        """Write a value."""
        if isinstance(self.pattern, str):
            return text
        return {k: text if value == self.text else value for k, value in self.pattern.items()}

    def put(self, item: Json | str, node: Json) -> None:
        """Add what was written to a node."""
        if self.language is None:
            _add(node, self.key, item, is_set=self.is_set)
        else:
            _add(node.setdefault(self.key, {}), self.language, item)


def _add(node: Json, key: str, item: Json | str, *, is_set: bool = False) -> None:
    if key not in node:
        node[key] = [item] if is_set else item
    elif isinstance(node[key], list):
        node[key].append(item)
    else:
        node[key] = [node[key], item]


class _Places(dict[tuple[Word, str], _Slot]):
    """Where values stand, by their property and their kind: there where PyLD puts an example."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        # An alias of a keyword is nothing that a document needs.
        self._context = {
            name: definition
            for name, definition in terms.context.items()
            if not terms.iris.get(name, "").startswith("@")
        }
        self._processor = OneContextProcessor()
        self._classes: dict[Word, str] = {}

    def __missing__(self, key: tuple[Word, str]) -> _Slot:
        predicate, kind = key
        place = self[key] = self._place(_iri(predicate), *_example(kind))
        return place

    def _place(self, predicate: str, example: Json, text: str) -> _Slot:
        ((key, pattern),) = self._compacted({predicate: [example]}).items()
        definition = self._context.get(key)
        containers = definition.get("@container", ()) if isinstance(definition, dict) else ()
        language = None
        if "@language" in containers:
            ((language, pattern),) = pattern.items()
        is_set = isinstance(pattern, list)
        return _Slot(key, language, is_set, pattern[0] if is_set else pattern, text)

    def cls(self, word: Word) -> str:
        """Write a class."""
        if word not in self._classes:
            cls = word.text if word.is_blank else _iri(word)
            self._classes[word] = self._compacted({"@type": [cls]})["@type"]
        return self._classes[word]

    def _compacted(self, node: Json) -> Json:
        compacted: Json = self._processor.compact([node], self._context, {"skipExpansion": True})
        return {key: value for key, value in compacted.items() if key != "@context"}


def _example(kind: str) -> tuple[Json, str]:
    """Make a value of a kind, and give what of it differs from value to value."""
    if kind == _NODE:
        return {"@id": _NODE}, _NODE
    if kind.startswith("@"):
        return {"@value": _TEXT, "@language": kind[1:]}, _TEXT
    if kind:
        return {"@value": _TEXT, "@type": kind.removeprefix("^^<").removesuffix(">")}, _TEXT
    return {"@value": _TEXT}, _TEXT
