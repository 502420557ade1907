"""Which pages ask search engines to leave them out."""

from __future__ import annotations

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import KG, PROV, XSD
from mipex_kg.rdf.terms import Node

_TRUE = frozenset({ox.Literal(text, datatype=XSD.term("boolean")) for text in ("true", "1")})


def private_things(dataset: Dataset) -> frozenset[Node]:
    """Find the things whose pages are not for search engines.

    Those are the ones marked with ``kg:noIndex``, the roles and posts that stand between them and
    others, the graphs that say something of them, and the passages on which those graphs rest.
    """
    marked = {
        quad.subject
        for quad in dataset.quads
        if quad.predicate == KG.term("noIndex") and quad.object in _TRUE
    }
    near = [q.object for node in marked for q in dataset.about(node)]
    near += [q.subject for node in marked for q in dataset.pointing_to(node)]
    between = {n for n in near if not isinstance(n, ox.Literal) and dataset.is_nested(n)}
    told = marked | between
    graphs = {
        quad.graph_name
        for node in told
        for quad in dataset.about(node)
        if not isinstance(quad.graph_name, ox.DefaultGraph)
    }
    passages = {
        value
        for graph in graphs
        for value in dataset.values(graph, PROV.term("wasDerivedFrom"))
        if not isinstance(value, ox.Literal)
    }
    return frozenset(told | graphs | passages)
