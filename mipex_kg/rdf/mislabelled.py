"""Files that are in another format than their names say: by how they begin."""

from __future__ import annotations

import re

from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.system.errors import SourceError

_BLANK = r"(?:\s|#[^\n]*(?:\n|\Z))*"
_BEGINNINGS = (
    (formats.RDFXML, re.compile(r"\s*(?:<\?xml|<!DOCTYPE rdf:RDF|<rdf:RDF)\b")),
    (formats.JSONLD, re.compile(r'\s*(?:\{\s*"|\[\s*\{)')),
    (formats.TURTLE, re.compile(_BLANK + r"(?:@prefix|@base|(?i:prefix)\s+\S*:|(?i:base)\s+<)")),
    (formats.NTRIPLES, re.compile(_BLANK + r"""(?:<[^<>\s"]+>|_:\S+)\s+<[^<>\s"]+>\s""")),
)
# What is written in one of these may begin like another of them.
_ALIKE = frozenset({formats.TURTLE, formats.TRIG, formats.NTRIPLES, formats.NQUADS})
_LINES = frozenset({formats.NTRIPLES, formats.NQUADS})


def looks_like(text: str) -> Format | None:
    """Tell the format of a text by how it begins.

    >>> [found and found.name for found in map(looks_like, ("<?xml?>", "@base <x:> .", '{"a": 1}'))]
    ['rdfxml', 'turtle', 'jsonld']
    """
    return next((format for format, begins in _BEGINNINGS if begins.match(text)), None)


def with_format_that_is_meant(error: SourceError, text: str, format: Format) -> SourceError:
    """Say of a file that can't be read that its name may be wrong, where it looks so.

    :param format: the one that its name says
    """
    meant = looks_like(text)
    if meant is None or meant is format or (meant in _ALIKE and format in _ALIKE - _LINES):
        return error
    if meant in _LINES and format in _LINES:
        return error
    return SourceError(
        error.message,
        path=error.path,
        line=error.line,
        column=error.column,
        hint=f"It looks like {meant.label}. If it is, let its name end in {meant.suffix}.",
    )
