"""What a crawler reads in a web page: its JSON-LD, as triples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.html.webpage import Script, WebPage
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
from mipex_kg.rdf.jsonld.reading import read
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.system.errors import AlikeError, SourceError

# Where a page is taken to be that doesn't say it: nobody can own this (RFC 6761).
UNKNOWN_ADDRESS = "https://page.invalid/"
# Items, objects and lists: so many that a page needs, which is read in a minute.
_MOST_VALUES = 100_000


class BlockReading(NamedTuple):
    """A block of JSON-LD, and what it says or why it says nothing."""

    script: Script
    quads: list[ox.Quad]
    error: SourceError | None


def read_blocks(page: WebPage, contexts: KnownContexts | None = None) -> Iterator[BlockReading]:
    """Read the blocks of JSON-LD in a page, one after the other.

    No context is loaded from elsewhere; that of schema.org, which most pages name, is known. From
    one page, only so much is read as takes little time and memory; what comes then is an error.

    :param contexts: others that blocks may name
    """
    left = _MOST_VALUES
    for script in page.json_ld:
        left -= sum(map(script.text.count, "[{,"))
        try:
            if left < 0:
                raise SourceError(
                    f"Up to here, the page has more than {_MOST_VALUES:,} values in JSON-LD.",
                    path=page.path,
                    line=script.line,
                    column=script.column,
                    hint="Part it into several pages.",
                )
            yield BlockReading(script, _read(script, page, contexts), None)
        except SourceError as error:
            yield BlockReading(script, [], error)


def _read(script: Script, page: WebPage, contexts: KnownContexts | None) -> list[ox.Quad]:
    try:
        base = page.base_iri(UNKNOWN_ADDRESS)
        return serialization.canonical(read(script.text, page.path, contexts, base=base).quads)
    except SourceError as error:
        raise _moved(error, script) if error.path == page.path else error from None
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


def as_turtle(reading: BlockReading, page: WebPage, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Write what a block says as Turtle, with a comment that says where it stands."""
    script, quads, _ = reading
    author = ", written by mipex-kg embed" if script.is_ours else ""
    count = "1 triple" if len(quads) == 1 else f"{len(quads)} triples"
    head = f"# {page.path}:{script.line}:{script.column}: {count}{author}\n"
    if page.address is None and any(UNKNOWN_ADDRESS in str(quad) for quad in quads):
        head += f"# The page doesn't say its address, which {UNKNOWN_ADDRESS} stands for here.\n"
    return head + serialization.write(quads, formats.TURTLE, prefixes).decode()
