"""Reading JSON-LD 1.1 into quads, each with its place, and telling what gets lost.

PyLD expands; what is expanded is put into quads here, as its own conversion tells neither what it
leaves out nor where that was, changes lexical forms, and takes time by the square of the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.iris import resolve
from mipex_kg.rdf.jsonld.deserialization import NO_BASE, Deserializer
from mipex_kg.rdf.jsonld.json_text import Array, JsonText, Object, PlacedText
from mipex_kg.rdf.jsonld.losing import LossRecorder
from mipex_kg.rdf.jsonld.processor import JsonLdError, TracingProcessor, first_cause
from mipex_kg.rdf.jsonld.schema_org_context import is_schema_org, schema_org_document
from mipex_kg.rdf.locate import Position
from mipex_kg.rdf.losses import Loss
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from mipex_kg.system.snapshot import Reader


class Reading(NamedTuple):
    """What a document says.

    :param quads: in the order of the document
    :param positions: of each quad
    :param tags: language tags in lower case, to how they are written first
    """

    quads: list[ox.Quad]
    positions: list[Position]
    losses: tuple[Loss, ...]
    tags: Mapping[str, str]


def read(
    text: str,
    path: Path,
    contexts: Mapping[str, Path] | None = None,
    *,
    base: str | None = None,
    reader: Reader = reading,
) -> Reading:
    """Read a document.

    :param path: the document's file, which errors name
    :param contexts: files of the contexts that the document may name by IRI, besides schema.org's,
        which is never fetched
    :param base: what relative IRIs are resolved against, if the document doesn't say; without one
        they are refused
    :param reader: reads the contexts
    :raises SourceError: when it is not valid JSON-LD, names another remote context, has a relative
        IRI without a base, or says nothing but what gets lost
    """
    return read_json(JsonText(text, path), contexts or {}, base, reader)


def read_json(
    source: JsonText,
    contexts: Mapping[str, Path],
    base: str | None,
    reader: Reader = reading,
) -> Reading:
    """Read a document that is parsed.

    :raises SourceError: as ``read`` does
    """
    if not isinstance(source.root, Object | Array):
        raise SourceError("It is not JSON-LD: that is an object or an array.", path=source.path)
    losses = LossRecorder(source)
    refused: list[str] = []

    def load(iri: str) -> str | Mapping[str, object]:
        if iri in contexts:
            return reader.read_text(contexts[iri])
        if is_schema_org(iri):
            return schema_org_document()
        refused.append(iri)
        raise LookupError(iri)

    processor = TracingProcessor(load)
    try:
        expanded = processor.expanded(source.root, base or NO_BASE)
        found = Deserializer(source, processor.meanings, losses).convert(expanded)
    except RecursionError:
        raise SourceError("It is nested too deeply.", path=source.path) from None
    except (JsonLdError, TypeError, AttributeError, LookupError, ValueError) as error:
        if refused:
            raise _refused(refused[0], source, base or NO_BASE) from None
        raise _invalid(error, processor.failed_at, source) from None
    losses.of_names(processor.meanings.values())
    losses.of_dropped(processor.dropped, processor.meanings)
    told = losses.sorted()
    if told and not found.quads:
        first = told[0]
        if not any(map(_is_of_json_ld, _keys(source.root))):
            raise SourceError(
                "It is JSON, and not JSON-LD: it has no @context.",
                path=source.path,
                hint="Move it out of the folder, or say in an @context what its keys stand for.",
            )
        raise SourceError(
            f"It says nothing: all that is in it gets lost. {first.message}",
            path=source.path,
            line=first.span.line,
            column=first.span.column,
            hint=first.hint,
        )
    return Reading(found.quads, found.positions, tuple(told), found.tags)


def _keys(root: object) -> Iterator[str]:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Object):
            yield from value
            waiting += value.values()
        elif isinstance(value, Array):
            waiting += value


def _is_of_json_ld(key: str) -> bool:
    """Tell whether a key may mean something in JSON-LD without a context: a keyword or an IRI."""
    return key.startswith("@") or ":" in key


def _refused(iri: str, source: JsonText, base: str) -> SourceError:
    named = (t for t in _named_contexts(source.root) if iri in (t, resolve(t, base)))
    at = next(named, None)
    span = source.span(at.extent) if at is not None else None
    return SourceError(
        f"It names the remote context {iri.removeprefix(NO_BASE)}, which is not loaded.",
        path=source.path,
        line=span.line if span else None,
        column=span.column if span else None,
        hint="Put the context's terms into the document itself, under @context.",
    )


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


def _invalid(error: BaseException, part: object, source: JsonText) -> SourceError:
    reason = first_cause(error).removeprefix("Invalid JSON-LD syntax; ")
    message = f"It is not valid JSON-LD: {reason}"
    extent = getattr(part, "extent", None)
    if extent is None:
        return SourceError(message, path=source.path)
    return source.error(message, extent)
