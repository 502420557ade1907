"""Writing quads: the same quads give the same bytes, in any format, on any machine.

Blank nodes are named by the W3C's RDF Dataset Canonicalization (RDFC-1.0) before anything is
sorted, so that neither the order of the input nor its blank node labels matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from mipex_kg import formats, rdfxml, turtle
from mipex_kg.formats import Format
from mipex_kg.namespaces import compact


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
        return rdfxml.write(ordered, prefixes).encode()
    return b"".join(f"{quad} .\n".encode() for quad in ordered)
