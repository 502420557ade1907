"""RDF's lists as one node each: folded for what would look at every cell, and unfolded again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.terms import Term

_FIRST, _REST = RDF.term("first"), RDF.term("rest")
Graph: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

# Properties of a folded list: the item at each place, and what follows the last cell.
_ITEM = "urn:x-mipex-kg-list:item:"
_END = "urn:x-mipex-kg-list:end:"


def folded(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Put one node instead of each list: its first cell, with a property for every item.

    Only cells are folded of which nothing else is said, and to which one quad points.

    >>> text = "<http://e/s> <http://e/p> (1 1 1) ."
    >>> quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    >>> len(quads), len(folded(quads)), len(set(unfolded(folded(quads))))
    (7, 5, 7)
    """
    quads = list(quads)
    cells = _cells(quads)
    followers = {after for _, _, after in cells.values() if after in cells}
    kept = [quad for quad in quads if quad.subject not in cells]
    left = set(cells)
    for head, (graph, _, _) in cells.items():
        if head in followers or not isinstance(head, ox.BlankNode):
            continue
        cell: Term = head
        place = 0
        while cell in cells:
            left.discard(cell)
            _, item, after = cells[cell]
            kept.append(ox.Quad(head, ox.NamedNode(f"{_ITEM}{place}"), item, graph))
            cell, place = after, place + 1
        kept.append(ox.Quad(head, ox.NamedNode(f"{_END}{place}"), cell, graph))
    # What is left goes round in circles, and has no first cell.
    return kept + [quad for quad in quads if quad.subject in left]


def unfolded(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Make the cells of folded lists again, named after the first one."""
    for quad in quads:
        iri = quad.predicate.value
        head = quad.subject
        if not isinstance(head, ox.BlankNode) or not iri.startswith((_ITEM, _END)):
            yield quad
            continue
        place = int(iri.rpartition(":")[2])
        if iri.startswith(_ITEM):
            yield ox.Quad(_cell(head, place), _FIRST, quad.object, quad.graph_name)
        else:
            rests = [*(_cell(head, number) for number in range(1, place)), quad.object]
            for number, rest in enumerate(rests):
                yield ox.Quad(_cell(head, number), _REST, rest, quad.graph_name)


def _cell(head: ox.BlankNode, place: int) -> ox.BlankNode:
    return ox.BlankNode(f"{head.value}-{place}") if place else head


class _Cell(NamedTuple):
    graph: Graph
    item: Term
    after: Term


def _cells(quads: Iterable[ox.Quad]) -> dict[Term, _Cell]:
    """Find the blank nodes that are a cell of one list and nothing else."""
    own: dict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
    pointers: dict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
    names: set[object] = set()
    for quad in quads:
        names.add(quad.graph_name)
        if isinstance(quad.subject, ox.BlankNode):
            own[quad.subject].append(quad)
        if isinstance(quad.object, ox.BlankNode):
            pointers[quad.object].append(quad)
    found: dict[Term, _Cell] = {}
    for node, about in own.items():
        said = {quad.predicate: quad.object for quad in about}
        graphs = {quad.graph_name for quad in (*about, *pointers[node])}
        is_once = len(about) == 2 and len(pointers[node]) == len(graphs) == 1
        if is_once and said.keys() == {_FIRST, _REST} and node not in names:
            found[node] = _Cell(about[0].graph_name, said[_FIRST], said[_REST])
    return found
