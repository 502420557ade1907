"""The RDF formats: name, media type, suffix, and what the engine calls them. One table."""

from __future__ import annotations

from pathlib import PurePath
from typing import NamedTuple

from pyoxigraph import RdfFormat


class Format(NamedTuple):
    """A serialisation of RDF.

    ``locatable`` formats are those whose syntax we scan, so that a finding has a line and column.
    """

    name: str
    media_type: str
    suffix: str
    rdf_format: RdfFormat
    label: str
    quads: bool = False
    locatable: bool = False


TURTLE = Format("turtle", "text/turtle", ".ttl", RdfFormat.TURTLE, "Turtle", locatable=True)
TRIG = Format("trig", "application/trig", ".trig", RdfFormat.TRIG, "TriG", True, True)
NQUADS = Format("nquads", "application/n-quads", ".nq", RdfFormat.N_QUADS, "N-Quads", True, True)
NTRIPLES = Format(
    "ntriples", "application/n-triples", ".nt", RdfFormat.N_TRIPLES, "N-Triples", locatable=True
)
JSONLD = Format(
    "jsonld", "application/ld+json", ".jsonld", RdfFormat.JSON_LD, "JSON-LD", quads=True
)
RDFXML = Format("rdfxml", "application/rdf+xml", ".rdf", RdfFormat.RDF_XML, "RDF/XML")

FORMATS = (TURTLE, TRIG, NQUADS, NTRIPLES, JSONLD, RDFXML)
BY_NAME = {format.name: format for format in FORMATS}
_BY_SUFFIX = {format.suffix: format for format in FORMATS} | {".json": JSONLD, ".xml": RDFXML}


def by_suffix(path: PurePath) -> Format | None:
    """Tell the format of a file by its name's suffix.

    >>> by_suffix(PurePath("people.TTL")).name
    'turtle'
    """
    return _BY_SUFFIX.get(path.suffix.lower())
