"""Triples and quads as graphs of rdflib's, lexical forms and labels of blank nodes kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox
import rdflib
from rdflib.term import Node

from mipex_kg.rdf.namespaces import XSD
from mipex_kg.rdf.terms import Node as RdfNode
from mipex_kg.rdf.terms import Term
from mipex_kg.system.errors import UsageError


def rdflib_graph(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> rdflib.Graph:
    """Make a graph.

    :param prefixes: that it is written with
    :raises UsageError: when there is a triple in a triple
    """
    graph = rdflib.Graph(bind_namespaces="none")
    _bind(graph, prefixes)
    for subject, predicate, value in triples:
        graph.add((_node(subject), _node(predicate), _node(value)))
    return graph


def rdflib_dataset(quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> rdflib.Dataset:
    """Make a dataset, whose default graph is the union of all graphs, as it is in queries here.

    :param prefixes: that it is written with
    """
    dataset = rdflib.Dataset(default_union=True)
    _bind(dataset, prefixes)
    for subject, predicate, value, name in quads:
        is_default = isinstance(name, ox.DefaultGraph)
        graph = dataset.default_graph if is_default else dataset.graph(_resource(name))
        graph.add((_node(subject), _node(predicate), _node(value)))
    return dataset


def _bind(graph: rdflib.Graph, prefixes: Mapping[str, str]) -> None:
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace, replace=True)


def _resource(node: RdfNode) -> rdflib.URIRef | rdflib.BNode:
    if isinstance(node, ox.NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, ox.BlankNode):
        return rdflib.BNode(node.value)
    raise UsageError("There is a triple in a triple, which rdflib can't express.")


def _node(term: Term) -> Node:
    if not isinstance(term, ox.Literal):
        return _resource(term)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype == XSD.term("string"):
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
