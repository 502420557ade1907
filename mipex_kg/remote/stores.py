"""What stores do in ways of their own. One table.

Another store is another row: its addresses, the media type that it takes, its limits, and the
values that it doesn't keep as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import XSD

# How the merge of all graphs is called, under the project's base.
MERGED = "graph/merged"
_INTEGER, _DECIMAL = XSD.term("integer"), XSD.term("decimal")
_WKT = ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
_GEOMETRY = ox.NamedNode("http://www.openlinksw.com/schemas/virtrdf#Geometry")


def _kept(literal: ox.Literal) -> ox.Literal:
    return literal


def _kept_by_virtuoso(literal: ox.Literal) -> ox.Literal:
    """Give a value as Virtuoso hands it out: long integers are decimals, WKT is a type of its own.

    >>> _kept_by_virtuoso(ox.Literal("9223372036854775808", datatype=_INTEGER)).datatype.value
    'http://www.w3.org/2001/XMLSchema#decimal'
    """
    if literal.datatype == _INTEGER and not -(2**63) <= int(literal.value) < 2**63:
        return ox.Literal(literal.value, datatype=_DECIMAL)
    if literal.datatype == _WKT:
        return ox.Literal(literal.value, datatype=_GEOMETRY)
    return literal


class Store(NamedTuple):
    """A kind of store.

    :param server: what its ``Server`` header begins with
    :param query: where it answers queries, relative to its address; so ``update`` and ``graphs``,
        which is where it speaks the Graph Store Protocol
    :param media_type: in which it takes N-Triples
    :param has_union: whether its default graph is the merge of all its graphs, each triple once
    :param keeps_graphs: whether ``GRAPH`` reads named graphs alone, and each path one of them
    :param keeps_terms: whether queries give, and updates take, terms as the embedded engine does
    :param takes_updates: whether updates are sent as they are, and not as a field of a form, which
        takes three times as much of most signs
    :param most_bytes: that are sent of a graph, or of an update, at once
    :param most_operations: of one update
    :param kept: a literal as it comes back, once the embedded engine's own changes are made
    """

    name: str
    label: str
    server: str
    query: str
    update: str
    graphs: str
    media_type: str = formats.NTRIPLES.media_type
    has_union: bool = False
    keeps_graphs: bool = False
    keeps_terms: bool = False
    takes_updates: bool = False
    most_bytes: int = 64_000_000
    most_operations: int = 10_000
    kept: Callable[[ox.Literal], ox.Literal] = _kept


OXIGRAPH = Store(
    "oxigraph",
    "Oxigraph",
    "Oxigraph/",
    "query",
    "update",
    "store",
    keeps_graphs=True,
    keeps_terms=True,
    takes_updates=True,
)
# N-Triples are Turtle, which is the name under which Virtuoso takes them. Its default graph has a
# triple once for each graph that states it, so that it is not a merge.
VIRTUOSO = Store(
    "virtuoso",
    "Virtuoso",
    "Virtuoso/",
    "sparql-auth",
    "sparql-auth",
    "sparql-graph-crud-auth",
    media_type=formats.TURTLE.media_type,
    most_bytes=8_000_000,
    most_operations=50,
    kept=_kept_by_virtuoso,
)
STORES = {store.name: store for store in (OXIGRAPH, VIRTUOSO)}


def by_server(header: str) -> Store | None:
    """Tell a store by the ``Server`` header of its answers.

    >>> by_server("Oxigraph/0.5.13").name
    'oxigraph'
    """
    return next((store for store in STORES.values() if header.startswith(store.server)), None)
