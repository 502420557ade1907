"""The items of RDF lists, as a dataset has them."""

from __future__ import annotations

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.terms import Term


def list_items(node: Term, dataset: Dataset) -> list[Term]:
    """Give the items of an RDF list in their order; none if the node begins no list."""
    items: list[Term] = []
    seen: set[Term] = set()
    while node not in seen and (first := dataset.values(node, RDF.term("first"))):
        seen.add(node)
        items += first
        node = next(iter(dataset.values(node, RDF.term("rest"))), node)
    return items
