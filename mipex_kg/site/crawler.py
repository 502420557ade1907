"""What a crawler reads in a web page: its JSON-LD, whoever wrote it, as triples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.jsonld.json_text import Array, JsonText, Object
from mipex_kg.rdf.jsonld.reading import read_json
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.site.schema_org_context import is_schema_org, schema_org_context
from mipex_kg.site.webpage import Script, WebPage
from mipex_kg.system.errors import AlikeError, SourceError

# Where a page is taken to be that doesn't say it: nobody can own this (RFC 6761).
UNKNOWN_ADDRESS = "https://page.invalid/"


class BlockReading(NamedTuple):
    """A block of JSON-LD, and what it says or why it says nothing."""

    script: Script
    quads: list[ox.Quad]
    error: SourceError | None


def read_blocks(page: WebPage) -> Iterator[BlockReading]:
    """Read the blocks of JSON-LD in a page, one after the other.

    No context is loaded from elsewhere; that of schema.org, which most pages name, is known.
    """
    for script in page.json_ld:
        try:
            yield BlockReading(script, _read(script, page), None)
        except SourceError as error:
            yield BlockReading(script, [], error)


def _read(script: Script, page: WebPage) -> list[ox.Quad]:
    try:
        source = JsonText(script.text, page.path)
        _localise(source.root)
        base = page.address or UNKNOWN_ADDRESS
        return serialization.canonical(read_json(source, {}, base).quads)
    except SourceError as error:
        raise _moved(error, script) from None
    except AlikeError as error:
        raise SourceError(
            error.message, path=page.path, line=script.line, column=script.column
        ) from None


def _moved(error: SourceError, script: Script) -> SourceError:
    """Count the lines and columns of an error from the start of the page."""
    line, column = error.line or 1, error.column or 1
    return SourceError(
        error.message,
        path=error.path,
        line=script.line + line - 1,
        column=column + (script.column - 1 if line == 1 else 0),
        hint=error.hint,
    )


def _localise(document: Any) -> None:
    """Put schema.org's terms in place of its context's address."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Array):
            waiting += value
        elif isinstance(value, Object):
            waiting += [part for key, part in value.items() if key != "@context"]
            if "@context" in value:
                value["@context"] = _context(value["@context"])


def _context(value: Any) -> Any:
    if isinstance(value, list):
        return [_context(item) for item in value]
    if isinstance(value, str) and is_schema_org(value):
        return schema_org_context()
    return value


def as_turtle(reading: BlockReading, page: WebPage, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Write what a block says as Turtle, with a comment that tells where it stands."""
    script, quads, _ = reading
    author = ", written by mipex-kg embed" if script.is_ours else ""
    count = "1 triple" if len(quads) == 1 else f"{len(quads)} triples"
    head = f"# {page.path}:{script.line}:{script.column}: {count}{author}\n"
    if page.address is None and any(UNKNOWN_ADDRESS in str(quad) for quad in quads):
        head += f"# The page doesn't say its address, which {UNKNOWN_ADDRESS} stands for here.\n"
    return head + serialization.write(quads, formats.TURTLE, prefixes).decode()
