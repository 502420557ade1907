"""Loading the remote contexts that a document names, and telling which of them is wrong, and where.

A context may name others, by IRIs that are relative to its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mipex_kg.rdf.iris import resolve
from mipex_kg.rdf.jsonld.deserialization import NO_BASE
from mipex_kg.rdf.jsonld.json_text import Array, Extent, JsonText, Object, PlacedText
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts, UnknownContextError
from mipex_kg.rdf.jsonld.processor import (
    JsonLdError,
    TracingProcessor,
    first_cause,
    named_in_circle,
)
from mipex_kg.rdf.jsonld.schema_org_context import is_schema_org, schema_org_document
from mipex_kg.system.errors import SourceError


class ContextLoader:
    """Loads what one document names.

    :param source: the document
    :param base: what IRIs of contexts in it are resolved against
    :ivar failure: why something could not be loaded
    """

    def __init__(self, source: JsonText, known: KnownContexts, base: str) -> None:
        self._known, self._source, self._base = known, source, base
        self._loaded: dict[str, JsonText] = {}
        self.failure: SourceError | None = None

    def load(self, iri: str) -> Mapping[str, object]:
        """Give the document that has a context; PyLD changes what it is given.

        :raises SourceError: when it isn't known, or can't be read
        """
        try:
            found = self._known.read(iri)
        except SourceError as error:
            self.failure = error
            raise
        if found is not None:
            self._loaded[iri] = found
            document: dict[str, Any] = json.loads(found.text)
            _resolve_imports(document["@context"], iri)
            return document
        if is_schema_org(iri):
            return schema_org_document()
        self.failure = self._unknown(iri)
        raise self.failure

    def find_fault(self) -> SourceError | None:
        """Find what is wrong with a context that was loaded, whatever the document says."""
        for iri, text in reversed(tuple(self._loaded.items())):
            processor = TracingProcessor(self.load)
            try:
                processor.expanded({"@context": iri}, self._base)
            except JsonLdError as error:
                return self.failure or self._fault(error, processor.failed_term, text)
        return None

    def _fault(self, error: JsonLdError, term: str | None, text: JsonText) -> SourceError:
        circular = named_in_circle(error)
        if circular and (place := _place(circular, self._loaded)):
            return place.text.error(
                f"The context {circular} leads back to itself.",
                place.extent,
                "A context can't be a part of itself: take it out here.",
            )
        extent = _extent_of_term(text.root["@context"], term) or text.root.values_at["@context"]
        return text.error(f"It is not a valid context: {first_cause(error)}", extent)

    def _unknown(self, iri: str) -> SourceError:
        place = _place(iri, {self._base: self._source, **self._loaded})
        span = place and place.text.span(place.extent)
        return UnknownContextError(
            f"It names the remote context {iri.removeprefix(NO_BASE)}, which is not loaded.",
            path=place.text.path if place else self._source.path,
            line=span and span.line,
            column=span and span.column,
            hint=self._known.hint(iri),
        )


class _ContextPlace(NamedTuple):
    """Where a context is named."""

    text: JsonText
    extent: Extent


def _place(iri: str, texts: Mapping[str, JsonText]) -> _ContextPlace | None:
    """Find where a context is named first, in texts by their bases."""
    for base, text in texts.items():
        for named in _named_contexts(text.root):
            if iri in (named, resolve(named, base)):
                return _ContextPlace(text, named.extent)
    return None


def _named_contexts(value: object, *, is_context: bool = False) -> Iterator[PlacedText]:
    """Give the texts in the contexts of a part of a document, in its order."""
    if is_context and isinstance(value, PlacedText):
        yield value
    elif isinstance(value, Object):
        for name, each in value.items():
            yield from _named_contexts(each, is_context=is_context or name == "@context")
    elif isinstance(value, Array):
        for each in value:
            yield from _named_contexts(each, is_context=is_context)


def _extent_of_term(context: object, term: str | None) -> Extent | None:
    """Find where a context defines a term, or one that is in it."""
    waiting = [context]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Object):
            for name in value:
                if name == term and isinstance(name, PlacedText):
                    return name.extent
            waiting += value.values()
        elif isinstance(value, Array):
            waiting += value
    return None


def _resolve_imports(context: object, base: str) -> None:
    """Make the IRIs of `@import` absolute: PyLD takes them for relative to the document's."""
    if isinstance(context, dict):
        for name, value in context.items():
            if name == "@import" and isinstance(value, str):
                context[name] = resolve(value, base)
            else:
                _resolve_imports(value, base)
    elif isinstance(context, list):
        for value in context:
            _resolve_imports(value, base)
