"""The RDF formats: name, media type, suffix, and what the engine calls them. One table."""

from __future__ import annotations

from pathlib import PurePath
from typing import NamedTuple

from pyoxigraph import RdfFormat

from mipex_kg.system.errors import UsageError, suggestion


class Format(NamedTuple):
    """A serialisation of RDF.

    :param file_type: the code in the EU's table of file types
    """

    name: str
    media_type: str
    suffix: str
    rdf_format: RdfFormat
    label: str
    file_type: str
    quads: bool = False


TURTLE = Format("turtle", "text/turtle", ".ttl", RdfFormat.TURTLE, "Turtle", "RDF_TURTLE")
TRIG = Format("trig", "application/trig", ".trig", RdfFormat.TRIG, "TriG", "RDF_TRIG", True)
NQUADS = Format(
    "nquads", "application/n-quads", ".nq", RdfFormat.N_QUADS, "N-Quads", "RDF_N_QUADS", True
)
NTRIPLES = Format(
    "ntriples",
    "application/n-triples",
    ".nt",
    RdfFormat.N_TRIPLES,
    "N-Triples",
    "RDF_N_TRIPLES",
)
JSONLD = Format(
    "jsonld", "application/ld+json", ".jsonld", RdfFormat.JSON_LD, "JSON-LD", "JSON_LD", quads=True
)
RDFXML = Format("rdfxml", "application/rdf+xml", ".rdf", RdfFormat.RDF_XML, "RDF/XML", "RDF_XML")
# Only read: of a page, what its blocks of JSON-LD say.
HTML = Format("html", "text/html", ".html", RdfFormat.JSON_LD, "JSON-LD in HTML", "HTML", True)

FORMATS = (TURTLE, TRIG, NQUADS, NTRIPLES, JSONLD, RDFXML)
# Each thing's document is written in the formats with one graph, and in TriG to name the sources.
OF_DOCUMENTS = (TURTLE, TRIG, JSONLD, RDFXML, NTRIPLES)
BY_NAME = {format.name: format for format in FORMATS}
# Other suffixes that files come with, such as the formats' names. What of N3 is Turtle is read so.
_BY_SUFFIX = {s: f for f in FORMATS for s in (f.suffix, f".{f.name}")} | {
    ".n3": TURTLE,
    ".json": JSONLD,
    ".owl": RDFXML,
    ".xml": RDFXML,
}
_READ_BY_SUFFIX = _BY_SUFFIX | dict.fromkeys((".html", ".htm", ".xhtml"), HTML)
SUFFIXES = tuple(_READ_BY_SUFFIX)
# The usual ones, for those who are told how to name a file.
USUAL_SUFFIXES = ", ".join(format.suffix for format in FORMATS)
COMPRESSED = ".gz"


def by_suffix(path: PurePath) -> Format | None:
    """Tell the format in which a file is written by its name's suffix.

    >>> by_suffix(PurePath("people.TTL")).name
    'turtle'
    """
    return _BY_SUFFIX.get(path.suffix.lower())


def of_file(path: PurePath) -> Format | None:
    """Tell the format of a file that is to be read, which may be compressed.

    >>> of_file(PurePath("people.ttl.gz")).name
    'turtle'
    """
    plain = path.with_suffix("") if path.suffix.lower() == COMPRESSED else path
    return _READ_BY_SUFFIX.get(plain.suffix.lower())


def named(name: str) -> Format:
    """Find a format by its name.

    :raises UsageError: when there is none, with those that there are

    >>> named("turtle").suffix
    '.ttl'
    """
    if format := BY_NAME.get(name):
        return format
    raise UsageError(
        f"{name!r} is not an RDF format.",
        hint=suggestion(name, BY_NAME, f"There are: {', '.join(BY_NAME)}."),
    )
