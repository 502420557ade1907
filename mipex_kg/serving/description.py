"""What the SPARQL service says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.terms import Node, Term, text_of

SD = "http://www.w3.org/ns/sparql-service-description#"


def describe(address: str, graphs: Iterable[Node], formats: Sequence[str]) -> list[ox.Quad]:
    """Describe the service.

    :param address: of the service; its description uses fragments of it
    :param graphs: the named graphs that can be asked
    :param formats: IRIs of the formats in which it answers
    """
    service, dataset = ox.NamedNode(address), ox.NamedNode(f"{address}#dataset")
    default = ox.NamedNode(f"{address}#merge")
    facts: list[tuple[Node, ox.NamedNode, Term]] = [
        (service, TYPE, _sd("Service")),
        (service, _sd("endpoint"), service),
        (service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        *((service, _sd("resultFormat"), ox.NamedNode(format)) for format in formats),
        (service, _sd("defaultDataset"), dataset),
        (dataset, TYPE, _sd("Dataset")),
        (dataset, _sd("defaultGraph"), default),
        (default, TYPE, _sd("Graph")),
    ]
    for number, graph in enumerate(sorted(graphs, key=text_of)):
        node = ox.NamedNode(f"{address}#graph-{number}")
        facts += [
            (dataset, _sd("namedGraph"), node),
            (node, TYPE, _sd("NamedGraph")),
            (node, _sd("name"), graph),
        ]
    return [ox.Quad(*fact) for fact in facts]


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
