"""The media types of all files of a site, by their names. One table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from mipex_kg.project import layout
from mipex_kg.rdf import formats

# The types that search engines may show, and those that they need to see a page as people do. All
# others are for programs. A regular expression as Python, nginx and Apache read it.
FOR_SEARCH_ENGINES = r"^(?:text/(?:html|css|javascript)|image/|font/|application/wasm)"


class MediaType(NamedTuple):
    """What a file is served as.

    :param is_text: whether the type takes a ``charset``; RDF's own types but Turtle take none
    :param is_packed: whether to compress it again would be in vain
    """

    name: str
    is_text: bool = False
    is_packed: bool = False

    @property
    def header(self) -> str:
        """The value of ``Content-Type``."""
        return f"{self.name}; charset=utf-8" if self.is_text else self.name

    @property
    def is_for_search_engines(self) -> bool:
        """Whether search engines may show it, or need it to see a page.

        >>> [BY_SUFFIX[suffix].is_for_search_engines for suffix in (".html", ".css", ".ttl")]
        [True, True, False]
        """
        return re.match(FOR_SEARCH_ENGINES, self.name) is not None


_OPAQUE = MediaType("application/octet-stream", is_packed=True)
_RDF = {
    format.suffix: MediaType(format.media_type, format is formats.TURTLE)
    for format in formats.FORMATS
}

# Longer suffixes come first: they are what tells.
BY_SUFFIX = {
    layout.LINKSET_JSON: MediaType("application/linkset+json"),
    layout.LINKSET_TEXT: MediaType("application/linkset"),
    layout.CSVW: MediaType("application/csvm+json"),
    layout.CROISSANT: MediaType(formats.JSONLD.media_type),
    layout.DATACITE: MediaType("application/vnd.datacite.datacite+json"),
    **_RDF,
    ".cff": MediaType("text/plain", True),
    ".css": MediaType("text/css", True),
    layout.CSV: MediaType("text/csv", True),
    ".gz": MediaType("application/gzip", is_packed=True),
    layout.HTML: MediaType("text/html", True),
    ".ico": MediaType("image/x-icon"),
    ".js": MediaType("text/javascript", True),
    ".json": MediaType("application/json"),
    ".pagefind": _OPAQUE,
    ".pf_filter": _OPAQUE,
    ".pf_fragment": _OPAQUE,
    ".pf_index": _OPAQUE,
    ".pf_meta": _OPAQUE,
    ".png": MediaType("image/png", is_packed=True),
    layout.SPARQL_QUERY: MediaType("application/sparql-query"),
    ".svg": MediaType("image/svg+xml"),
    ".txt": MediaType("text/plain", True),
    ".wasm": MediaType("application/wasm"),
    ".webmanifest": MediaType("application/manifest+json"),
    ".woff2": MediaType("font/woff2", is_packed=True),
    ".xml": MediaType("application/xml"),
}
# Files whose names say nothing, by their path relative to the site.
BY_PATH = {layout.WELL_KNOWN_VOID: BY_SUFFIX[formats.TURTLE.suffix]}
# The same files are asked for again and again.
_MANY = 1 << 12


@lru_cache(_MANY)
def media_type(path: str) -> MediaType:
    """Tell what a file is, by its path relative to the site.

    >>> media_type("person/ada.ttl").header, media_type("person/ada.linkset.json").name
    ('text/turtle; charset=utf-8', 'application/linkset+json')
    >>> media_type(".well-known/void").name, media_type("CNAME").name
    ('text/turtle', 'application/octet-stream')
    """
    if path in BY_PATH:
        return BY_PATH[path]
    return next((kind for suffix, kind in BY_SUFFIX.items() if path.endswith(suffix)), _OPAQUE)
