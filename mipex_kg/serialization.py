"""Writing quads: the same quads give the same bytes, in any format, on any machine.

Blank nodes are named by the W3C's RDF Dataset Canonicalization (RDFC-1.0) before anything is
sorted, so that neither the order of the input nor its blank node labels matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.parsers import expat  # only ever reads what was just written

import pyoxigraph as ox

from mipex_kg import formats, turtle
from mipex_kg.errors import UsageError
from mipex_kg.formats import Format
from mipex_kg.namespaces import RDF, compact

# XML 1.0's Char lacks these, and no escape brings them in.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What a predicate's IRI has to end with: an element's name, at least if it is ASCII.
_XML_NAME = re.compile(r"[^\W\d][\w.-]*\Z")
# Names that RDF/XML's grammar (section 7.2.2) takes for its own.
_RDFXML_SYNTAX = {
    RDF + name
    for name in ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li")
} | {RDF + name for name in ("Description", "aboutEach", "aboutEachPrefix", "bagID")}


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Give blank nodes their canonical labels, and sort: each quad once, in N-Quads' order.

    >>> quad = ox.Quad(ox.BlankNode("x"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> str(canonical([quad, quad])[0])
    '_:c14n0 <http://e/p> "v"'
    """
    quads = set(quads)
    if any(_has_blank_node(quad) for quad in quads):
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        quads = set(dataset)
    return sorted(quads, key=str)


def _has_blank_node(quad: ox.Quad) -> bool:
    return any(
        isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object, quad.graph_name)
    )


def used_prefixes(quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Choose the prefixes that shorten some IRI of the quads, in alphabetical order."""
    terms = {term for quad in quads for term in (*quad.triple, quad.graph_name)}
    datatypes = {term.datatype for term in terms if isinstance(term, ox.Literal)}
    nodes = {term for term in terms | datatypes if isinstance(term, ox.NamedNode)}
    curies = (compact(node.value, prefixes) for node in nodes)
    used = {curie.partition(":")[0] for curie in curies if curie}
    return {prefix: prefixes[prefix] for prefix in sorted(used)}


def write(quads: Iterable[ox.Quad], format: Format, prefixes: Mapping[str, str]) -> bytes:
    """Write quads in one of the formats but JSON-LD's framed form, which ``jsonld`` knows.

    In a format without named graphs their merge is written.

    :param prefixes: those that occur are declared
    :returns: UTF-8
    :raises UsageError: when RDF/XML can't express one of the quads

    >>> quad = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> write([quad], formats.NQUADS, {})
    b'<http://e/s> <http://e/p> "v" .\\n'
    """
    if not format.quads:
        quads = (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    ordered = canonical(quads)
    if format in (formats.TURTLE, formats.TRIG):
        return turtle.write(ordered, prefixes).encode()
    if format is formats.JSONLD:
        # Imported here: PyLD takes longer to load than most documents take to write.
        from mipex_kg import jsonld

        return jsonld.write_dataset(
            ordered, jsonld.prefix_context(used_prefixes(ordered, prefixes))
        )
    if format is formats.RDFXML:
        return _rdfxml(ordered, prefixes)
    return b"".join(f"{quad} .\n".encode() for quad in ordered)


def _is_xml_name(predicate: ox.NamedNode) -> bool:
    """Tell whether a property can be an element, for readers of XML 1.0 in its old editions too."""
    name = _XML_NAME.search(predicate.value)
    if name is None or predicate.value in _RDFXML_SYNTAX:
        return False
    if name[0].isascii():
        return True
    # Which letters are allowed is for the parser to say that most readers use.
    quad = ox.Quad(predicate, predicate, predicate)
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(
            ox.serialize([quad], format=ox.RdfFormat.RDF_XML) or b"", True
        )
    except expat.ExpatError:
        return False
    return True


def _rdfxml(quads: list[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    for predicate in sorted({quad.predicate for quad in quads}, key=str):
        if not _is_xml_name(predicate):
            raise UsageError(
                f"RDF/XML can't express the property {predicate}: its IRI doesn't end in a name "
                "that XML allows.",
                hint="Use another format, such as turtle.",
            )
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and _NOT_XML.search(quad.object.value):
            raise UsageError(
                f"RDF/XML can't express {quad.object}: XML has no such control character.",
                hint="Use another format, such as turtle.",
            )
    used = used_prefixes(quads, prefixes)
    written = ox.serialize(quads, format=ox.RdfFormat.RDF_XML, prefixes=used)
    # XML readers turn a carriage return that isn't escaped into a line feed.
    return (written or b"").replace(b"\r", b"&#xD;")
