"""Reading JSON-LD 1.1 into quads, each with its place, and telling what gets lost.

PyLD expands; what is expanded is put into quads here, as its own conversion tells neither what it
leaves out nor where that was, changes lexical forms, and takes time by the square of the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.jsonld.context_loading import ContextLoader
from mipex_kg.rdf.jsonld.deserialization import NO_BASE, Deserializer
from mipex_kg.rdf.jsonld.json_text import Array, JsonText, Object
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
from mipex_kg.rdf.jsonld.losing import LossRecorder
from mipex_kg.rdf.jsonld.processor import JsonLdError, TracingProcessor, first_cause
from mipex_kg.rdf.locate import Position
from mipex_kg.rdf.losses import Loss
from mipex_kg.system.errors import SourceError


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
    contexts: KnownContexts | None = None,
    *,
    base: str | None = None,
) -> Reading:
    """Read a document.

    :param path: the document's file, which errors name
    :param contexts: those that the document may name by IRI, besides schema.org's; none is fetched
    :param base: what relative IRIs are resolved against, if the document doesn't say; without one
        they are refused
    :raises SourceError: when it is not valid JSON-LD, names another remote context or one that is
        wrong, has a relative IRI without a base, or says nothing but what gets lost
    """
    return read_json(JsonText(text, path), contexts, base)


def read_json(source: JsonText, contexts: KnownContexts | None, base: str | None) -> Reading:
    """Read a document that is parsed.

    :raises SourceError: as ``read`` does
    """
    if not isinstance(source.root, Object | Array):
        raise SourceError("It is not JSON-LD: that is an object or an array.", path=source.path)
    losses = LossRecorder(source)
    loader = ContextLoader(source, contexts or KnownContexts(), base or NO_BASE)
    processor = TracingProcessor(loader.load)
    try:
        expanded = processor.expanded(source.root, base or NO_BASE)
        found = Deserializer(source, processor.meanings, losses).convert(expanded)
    except RecursionError:
        raise SourceError("It is nested too deeply.", path=source.path) from None
    except (JsonLdError, TypeError, AttributeError, LookupError, ValueError) as error:
        fault = loader.failure or loader.find_fault()
        raise fault or _invalid(error, processor.failed_at, source) from None
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


def _invalid(error: BaseException, part: object, source: JsonText) -> SourceError:
    message = f"It is not valid JSON-LD: {first_cause(error)}"
    extent = getattr(part, "extent", None)
    if extent is None:
        return SourceError(message, path=source.path)
    return source.error(message, extent)
