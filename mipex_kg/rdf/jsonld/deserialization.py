"""Putting expanded JSON-LD into quads (JSON-LD 1.1 API, section 8), each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.jsonld.json_text import Double, Extent, Integer, JsonText, Object, PlacedText
from mipex_kg.rdf.jsonld.losing import LossRecorder
from mipex_kg.rdf.jsonld.processor import Meaning, Traced, canonical_json
from mipex_kg.rdf.locate import Position, Span
from mipex_kg.rdf.namespaces import RDF, TYPE, XSD

_FIRST, _REST, _NIL = RDF.term("first"), RDF.term("rest"), RDF.term("nil")
_JSON = RDF.term("JSON")
# Takes the place of a base where there is none, so that what is relative can be told.
NO_BASE = "x-relative://nowhere/"
_NO_SCHEME = "x-relative:"
# From here on, integers are written as doubles.
_MOST_INTEGER = 10**21
_EXPONENT = re.compile(r"(\d)0*E\+?(-)?0*(\d)")

Name: TypeAlias = ox.NamedNode | ox.BlankNode
Graph: TypeAlias = Name | ox.DefaultGraph


class Quads(NamedTuple):
    """What a document says."""

    quads: list[ox.Quad]
    positions: list[Position]
    tags: dict[str, str]


class _Where(NamedTuple):
    """The graph in which something is said, and where its name is written."""

    graph: Graph
    span: Span | None


class Deserializer:
    """Converts one document.

    :param meanings: what the names in its objects stand for, by the object's identity
    :param losses: takes what no quad says
    """

    def __init__(
        self, source: JsonText, meanings: Mapping[int, Meaning], losses: LossRecorder
    ) -> None:
        self._source, self._meanings, self._losses = source, meanings, losses
        self._blank: dict[str, ox.BlankNode] = {}
        self._found: dict[ox.Quad, Position] = {}
        self._tags: dict[str, str] = {}

    def convert(self, expanded: Sequence[Any]) -> Quads:
        """Convert a document that is expanded."""
        for item in expanded:
            self._node(item, _Where(ox.DefaultGraph(), None))
        ordered = sorted(self._found.items(), key=lambda item: item[1].object)
        quads, positions = [quad for quad, _ in ordered], [position for _, position in ordered]
        return Quads(quads, positions, self._tags)

    def _node(self, node: Any, where: _Where) -> tuple[Name | None, Span]:
        """Convert a node with all that it says, and give its name."""
        at = self._extent(node)
        name, span = self._name(node, at)
        for property, values in node.items():
            if property == "@graph":
                self._graph(values, name, span)
            elif property == "@included":
                for value in values:
                    self._node(value, where)
            elif property == "@reverse":
                self._reverse(values, name, span, where)
            elif property == "@type":
                self._types(values, node, name, span, where)
            elif not property.startswith("@"):
                self._values(property, values, name, span, where)
            elif property == "@index":
                self._index(node, at)
        return name, span

    def _name(self, node: Any, at: Extent) -> tuple[Name | None, Span]:
        """Name a node, and say where it is named."""
        source = getattr(node, "source", None)
        if isinstance(source, Object):
            key = self._key(source, "@id")
            at = source.values_at[key] if key else Extent(at.start, at.start + 1)
        if "@id" not in node:
            return ox.BlankNode(), self._source.span(at)
        what = "this link" if len(node) == 1 else "all that is said of it"
        return self._term(node["@id"], what, at), self._source.span(at)

    def _key(self, source: Object, meaning: str) -> PlacedText | None:
        found = self._meanings.get(id(source))
        return found.key_of(meaning) if found else None

    def _term(self, iri: object, what: str, at: Extent) -> Name | None:
        """Make a term of an IRI or the label of a blank node; None if it is neither."""
        if isinstance(iri, str) and iri.startswith("_:"):
            return self._blank.setdefault(iri, ox.BlankNode())
        if isinstance(iri, str) and iri.startswith(_NO_SCHEME):
            relative = iri.removeprefix(NO_BASE).removeprefix(_NO_SCHEME)
            raise self._source.error(
                f'The IRI "{relative}" is relative, and nothing says what to resolve it against.',
                at,
                'Add "@base": "https://…/" to the @context, or name one with --base.',
            )
        try:
            return ox.NamedNode(iri)  # type: ignore[arg-type]  # what is not a text is refused, too
        except (TypeError, ValueError):
            self._losses.of_iri(iri, what, at)
            return None

    def _graph(self, nodes: Iterable[Any], name: Name | None, span: Span) -> None:
        for node in nodes:
            if name is not None:
                self._node(node, _Where(name, span))

    def _reverse(
        self, properties: Mapping[str, Any], name: Name | None, span: Span, where: _Where
    ) -> None:
        for property, nodes in properties.items():
            for node in nodes:
                subject, its_span = self._node(node, where)
                at = self._extent(node)
                key = self._predicate_at(node, at)
                predicate = self._predicate(property, key)
                self._add(subject, predicate, name, (its_span, self._source.span(key), span), where)

    def _types(
        self, types: Iterable[str], node: Any, name: Name | None, span: Span, where: _Where
    ) -> None:
        places = self._types_at(node)
        for number, iri in enumerate(types):
            key, at = places[number] if number < len(places) else (None, self._extent(node))
            cls = self._term(iri, "this type", at)
            place = self._source.span(at)
            spans = span, self._source.span(key.extent) if key else place, place
            self._add(name, TYPE, cls, spans, where)

    def _types_at(self, node: Any) -> list[tuple[PlacedText, Extent]]:
        """Tell where each type of a node is written."""
        source = getattr(node, "source", None)
        meaning = self._meanings.get(id(source))
        if not isinstance(source, Object) or meaning is None:
            return []
        found = []
        for name in sorted(source):
            if meaning.names.get(name) == "@type" and isinstance(name, PlacedText):
                value, at = source[name], source.values_at[name]
                items = value.values_at if isinstance(value, list) else [at]  # type: ignore[attr-defined]
                found += [(name, item) for item in items]
        return found

    def _values(
        self, property: str, values: Iterable[Any], name: Name | None, span: Span, where: _Where
    ) -> None:
        for value in values:
            key = self._predicate_at(value, self._extent(value))
            predicate = self._predicate(property, key)
            object, its_span = self._object(value, where)
            self._add(name, predicate, object, (span, self._source.span(key), its_span), where)

    def _predicate(self, iri: str, at: Extent) -> ox.NamedNode | None:
        term = self._term(iri, "what this property says", at)
        if isinstance(term, ox.BlankNode):
            self._losses.of_iri(iri, "what this property says", at)
            return None
        return term

    def _predicate_at(self, value: Any, at: Extent) -> Extent:
        """Tell where the property of a value is written; if it isn't, where the value is."""
        key = getattr(value, "key", None)
        return key.extent if isinstance(key, PlacedText) else at

    def _object(self, value: Any, where: _Where) -> tuple[Any, Span]:
        if "@list" in value:
            return self._list(value, where)
        if "@value" in value:
            return self._literal(value), self._source.span(self._extent(value))
        return self._node(value, where)

    def _list(self, value: Any, where: _Where) -> tuple[Name, Span]:
        at = self._extent(value)
        start = self._source.span(Extent(at.start, at.start + 1))
        end = self._source.span(Extent(max(at.end - 1, at.start), at.end))
        items = [self._object(item, where) for item in value["@list"]]
        cells = [ox.BlankNode() for _ in items]
        nexts = [*((cell, span) for cell, (_, span) in zip(cells, items, strict=True)), (_NIL, end)]
        for cell, (term, span), (after, its_span) in zip(cells, items, nexts[1:], strict=True):
            # What is lost leaves an empty cell, as the specification has it.
            self._add(cell, _FIRST, term, (span, span, span), where)
            self._add(cell, _REST, after, (span, its_span, its_span), where)
        return (cells[0] if cells else _NIL), start

    def _literal(self, item: Any) -> ox.Literal | None:
        """Convert a value object (section 8.2.2)."""
        value, at = item["@value"], self._extent(item)
        kind = item.get("@type")
        if kind == "@json":
            return ox.Literal(canonical_json(value), datatype=_JSON)
        if "@direction" in item:
            self._losses.note(
                "direction",
                "The direction of this text gets lost, as RDF 1.1 has none.",
                "Leave @direction out.",
                at,
                is_grave=False,
            )
        datatype = None if kind is None else self._term(kind, "this value", at)
        if isinstance(datatype, ox.BlankNode) or (kind is not None and datatype is None):
            return None
        text, usual = self._form(value, datatype, at)
        if "@language" in item:
            return self._tagged(text, item["@language"], at)
        return ox.Literal(text, datatype=datatype or usual)

    def _form(
        self, value: object, datatype: ox.NamedNode | None, at: Extent
    ) -> tuple[str, ox.NamedNode]:
        """Give the lexical form of a value, and the datatype that it has by itself."""
        if isinstance(value, bool):
            return str(value).lower(), XSD.term("boolean")
        if not isinstance(value, int | float):
            return str(value), XSD.term("string")
        is_whole = isinstance(value, int) or value.is_integer()
        if is_whole and abs(value) < _MOST_INTEGER and datatype != XSD.term("double"):
            return str(int(value)), XSD.term("integer")
        written = _EXPONENT.sub(r"\1E\2\3", f"{value:1.15E}")
        self._rounded(value, written, at)
        return written, XSD.term("double")

    def _rounded(self, value: float, written: str, at: Extent) -> None:
        exact = value.text if isinstance(value, Double) else str(int(value))
        if Decimal(exact) != Decimal(written):
            self._losses.note(
                "rounded",
                f"This number is rounded to {written}, as JSON-LD's numbers are doubles.",
                'Write it as a text with its type: {"@value": "…", "@type": "xsd:decimal"}',
                at,
                is_grave=False,
            )

    def _tagged(self, text: str, tag: str, at: Extent) -> ox.Literal | None:
        try:
            literal = ox.Literal(text, language=str(tag))
        except ValueError:
            self._losses.note(
                "not-a-language",
                f"{str(tag)!r} is not a language tag, so this text gets lost.",
                "Write a tag such as en or pt-BR.",
                at,
            )
            return None
        if literal.language is not None and literal.language != tag:
            self._tags.setdefault(literal.language, str(tag))
        return literal

    def _index(self, node: Any, at: Extent) -> None:
        source = getattr(node, "source", None)
        key = self._key(source, "@index") if isinstance(source, Object) else None
        self._losses.note(
            "index",
            "An @index is for programs, and no fact: it gets lost.",
            "If it is a fact, give it a property.",
            key.extent if key else at,
            is_grave=False,
        )

    def _add(
        self,
        subject: Name | None,
        predicate: ox.NamedNode | None,
        object: Any,
        spans: tuple[Span, Span, Span],
        where: _Where,
    ) -> None:
        if subject is not None and predicate is not None and object is not None:
            quad = ox.Quad(subject, predicate, object, where.graph)
            self._found.setdefault(quad, Position(*spans, where.span))

    def _extent(self, part: Any) -> Extent:
        """Tell where a part of the expanded document is in the text."""
        if isinstance(part, Traced):
            source = part.source
            if (extent := getattr(source, "extent", None)) is not None:
                return extent  # type: ignore[no-any-return]  # the types of json_text have one
            return part.key.extent if part.key else self._source.extent
        if isinstance(part, PlacedText | Integer | Double):
            return part.extent
        parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        found = (self._extent(inner) for inner in parts)
        return next((at for at in found if at != self._source.extent), self._source.extent)
