"""Writing expanded JSON-LD as a tree in the terms of schema.org, shaped by frames.

PyLD's framing takes up to two milliseconds for a thing, and its time grows with the square of the
links; this takes a twentieth of that. The tests hold that both make the same of the same frame.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from mipex_kg.rdf.jsonld.expanded import Json
from mipex_kg.rdf.jsonld.frames import Frame
from mipex_kg.rdf.namespaces import SCHEMA

# Processors read what is nested by recursion: what lies deeper follows by itself.
_MAX_DEPTH = 16
_FIRST_NAMES = ("name", "url", "description")


class Coercion(NamedTuple):
    """What a context can say of a property's values, so that they are written as plain text."""

    key: str
    value: str | None


Coercions: TypeAlias = dict[str, Coercion]
_LINK, _PLAIN = Coercion("@type", "@id"), Coercion("@language", None)


class Root(NamedTuple):
    """A node that is written at the top, unless it stands within one before."""

    iri: str
    frame: Frame


def framed(nodes: Sequence[Json], roots: Sequence[Root], vocabulary: str = SCHEMA) -> Json:
    """Write nodes as trees that start at the roots; what those don't reach follows them.

    :param nodes: expanded, each once, all properties from schema.org (or of lists)
    :param vocabulary: in which of its namespaces schema.org is written
    :returns: one object, which brings its context along
    """
    writer = _BlockWriter(nodes)
    others = (Root(iri, Frame()) for iri in writer.nodes)
    trees = [
        writer.tree(root.iri, root.frame)
        for root in (*roots, *others)
        if root.iri in writer.nodes and root.iri not in writer.written
    ]
    context = writer.finish(vocabulary)
    if len(trees) == 1:
        return {"@context": context, **trees[0]}
    return {"@context": context, "@graph": trees}


class _BlockWriter:
    """What is known while a block is written."""

    def __init__(self, nodes: Sequence[Json]) -> None:
        self.nodes = {node["@id"]: node for node in nodes}
        self.coercions = _coercions(nodes)
        self.used: set[str] = set()
        self.written: set[str] = set()
        self.open: list[str] = []
        self.blank: dict[str, list[Json]] = defaultdict(list)

    def tree(self, iri: str, frame: Frame) -> Json:
        """Write a node with all that stands within it."""
        node = self.nodes[iri]
        self.written.add(iri)
        self.open.append(iri)
        tree: Json = {"@id": iri}
        if types := node.get("@type"):
            tree["@type"] = _one([type_.removeprefix(SCHEMA) for type_ in types])
        properties = {key.removeprefix(SCHEMA): key for key in sorted(node) if key[0] != "@"}
        values = {
            name: [self._value(name, value, frame.within(name)) for value in node[key]]
            for name, key in properties.items()
        }
        self.open.pop()
        # Anyone who reads no language tags takes the first text there is.
        values["name"] = sorted(values.get("name", []), key=_is_object)
        tree |= {name: _one(values[name]) for name in _ordered(values, frame) if values[name]}
        return self._noted(tree)

    def _value(self, name: str, value: Json, frame: Frame) -> Json | str:
        if "@list" in value:
            return {"@list": [self._value(name, item, frame) for item in value["@list"]]}
        if "@id" in value:
            return self._link(name, value["@id"], frame)
        kind = _kind(value)
        if name in self.coercions:
            self.used.add(name)
        elif kind != _PLAIN:
            return value
        text: str = value["@value"]
        return text

    def _link(self, name: str, iri: str, frame: Frame) -> Json | str:
        is_new = iri not in self.written
        is_wanted = frame.embed == "@always" or (frame.embed == "@once" and is_new)
        is_possible = iri in self.nodes and iri not in self.open and len(self.open) < _MAX_DEPTH
        if is_wanted and is_possible:
            return self.tree(iri, frame)
        if name in self.coercions and not iri.startswith("_:"):
            self.used.add(name)
            return iri
        return self._noted({"@id": iri})

    def _noted(self, tree: Json) -> Json:
        if tree["@id"].startswith("_:"):
            self.blank[tree["@id"]].append(tree)
        return tree

    def finish(self, vocabulary: str) -> Json:
        """Give the context, with what was needed; blank nodes lose names that nobody needs."""
        for mentions in self.blank.values():
            if len(mentions) == 1 and len(mentions[0]) > 1:
                del mentions[0]["@id"]
        context: Json = {"@vocab": str(vocabulary)}
        for name in sorted(self.used):
            kind = self.coercions[name]
            context[name] = {kind.key: kind.value}
        return context


def _ordered(names: Iterable[str], frame: Frame) -> list[str]:
    """Put properties in order: first what something is called, then the frame's, then the rest."""
    ranks = {name: place for place, name in enumerate((*_FIRST_NAMES, *frame.properties))}
    return sorted(names, key=lambda name: (ranks.get(name, len(ranks)), name))


def _coercions(nodes: Iterable[Json]) -> Coercions:
    """Find the properties all of whose values are of one kind, other than plain text."""
    kinds: dict[str, set[Coercion]] = defaultdict(set)
    for node in nodes:
        for key, values in node.items():
            if key.startswith(SCHEMA):
                kinds[key.removeprefix(SCHEMA)].update(_kinds(values))
    return {
        name: next(iter(found))
        for name, found in kinds.items()
        if len(found) == 1 and _PLAIN not in found
    }


def _kinds(values: Iterable[Json]) -> Iterator[Coercion]:
    for value in values:
        if "@list" in value:
            yield from _kinds(value["@list"])
        else:
            yield _LINK if "@id" in value else _kind(value)


def _kind(value: Json) -> Coercion:
    if "@type" in value:
        return Coercion("@type", value["@type"])
    return Coercion("@language", value.get("@language"))


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _is_object(value: object) -> bool:
    return isinstance(value, dict)
