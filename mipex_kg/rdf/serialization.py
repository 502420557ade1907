"""Writing quads: the same quads give the same bytes, in any format, on any machine.

Blank nodes are named by the W3C's RDF Dataset Canonicalization (RDFC-1.0) before anything is
sorted, so that neither the order of the input nor its blank node labels matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO

import pyoxigraph as ox

from mipex_kg.rdf import formats, rdfxml, statements, turtle
from mipex_kg.rdf.canonicalization import with_canonical_labels
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.jsonld.contexts import prefix_context
from mipex_kg.rdf.namespaces import compact
from mipex_kg.rdf.quads import AnyQuad, QuadColumns, for_engine
from mipex_kg.rdf.statements import OrderedColumns, Statement, Words


def canonical(quads: Iterable[AnyQuad]) -> list[ox.Quad]:
    """Give blank nodes their canonical labels, and sort: each quad once, in N-Quads' order.

    >>> quad = ox.Quad(ox.BlankNode("x"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> str(canonical([quad, quad])[0])
    '_:c14n0 <http://e/p> "v"'
    """
    found = set(for_engine(quads))
    if any(_has_blank_node(quad) for quad in found):
        found = set(with_canonical_labels(found))
    return sorted(found, key=str)


def _has_blank_node(quad: ox.Quad) -> bool:
    return any(
        isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object, quad.graph_name)
    )


def used_prefixes(quads: Iterable[AnyQuad], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Choose the prefixes that shorten some IRI of the quads, in alphabetical order."""
    terms = {term for quad in quads for term in quad}
    datatypes = {term.datatype for term in terms if isinstance(term, ox.Literal)}
    nodes = {term for term in terms | datatypes if isinstance(term, ox.NamedNode)}
    curies = (compact(node.value, prefixes) for node in nodes)
    used = {curie.partition(":")[0] for curie in curies if curie}
    return {prefix: prefixes[prefix] for prefix in sorted(used)}


class Writer:
    """Writes one document after the other, and remembers how each term is written.

    :param prefixes: those that occur in a document are declared in it
    :param tags: language tags in lower case, to how they are to be written
    """

    def __init__(self, prefixes: Mapping[str, str], tags: Mapping[str, str] | None = None) -> None:
        self.words = Words(tags)
        self._turtle = turtle.CurieNames(prefixes, self.words)
        self._rdfxml = rdfxml.ElementNames(prefixes)

    def spelled(self, quads: Iterable[AnyQuad]) -> Iterator[Statement]:
        """Put quads into words, as they are."""
        return statements.spelled(quads, self.words)

    def canonical(self, found: Iterable[Statement], *, merge: bool) -> list[Statement]:
        """Name blank nodes canonically, and sort.

        :param merge: whether to leave out the graphs before
        """
        words = self.words
        return statements.canonical(statements.merged(found, words) if merge else found, words)

    def ordered(self, quads: Iterable[AnyQuad], *, merge: bool) -> Sequence[Statement]:
        """Put quads into words, name blank nodes canonically, and sort, as above."""
        if isinstance(quads, QuadColumns) and not quads.has_blank_nodes:
            return OrderedColumns.of(quads, self.words, merge=merge)
        return self.canonical(self.spelled(quads), merge=merge)

    def write(self, ordered: Sequence[Statement], format: Format) -> bytes:
        """Write statements in one of the formats but JSON-LD.

        :param ordered: canonical, and merged if the format has no named graphs
        :returns: UTF-8
        :raises UsageError: when RDF/XML can't express one of the statements
        """
        if format in (formats.TURTLE, formats.TRIG):
            return _encoded(turtle.write(ordered, self._turtle))
        if format is formats.RDFXML:
            return _encoded(rdfxml.write(ordered, self._rdfxml))
        return _encoded(f"{statement.line} .\n" for statement in ordered)


def _encoded(pieces: Iterable[str]) -> bytes:
    """Encode pieces one by one: as one text, a large document would take twice the room."""
    data = BytesIO()
    for piece in pieces:
        data.write(piece.encode())
    return data.getvalue()


def write(
    quads: Iterable[AnyQuad],
    format: Format,
    prefixes: Mapping[str, str],
    tags: Mapping[str, str] | None = None,
) -> bytes:
    """Write quads in any of the formats; in one without named graphs, their merge.

    :param prefixes: those that occur are declared
    :param tags: language tags in lower case, to how they are to be written
    :returns: UTF-8
    :raises UsageError: when RDF/XML can't express one of the quads

    >>> quad = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> write([quad], formats.NQUADS, {})
    b'<http://e/s> <http://e/p> "v" .\\n'
    """
    if format is formats.JSONLD:
        # Imported here: PyLD takes longer to load than most documents take to write.
        from mipex_kg.rdf.jsonld import processing

        ordered = canonical(quads)
        context = prefix_context(used_prefixes(ordered, prefixes))
        return processing.write_dataset(ordered, context, tags)
    writer = Writer(prefixes, tags)
    return writer.write(writer.ordered(quads, merge=not format.quads), format)
