"""Names for blank nodes that depend on what is said of them alone: RDFC-1.0 of the W3C.

The algorithm tries all orders of nodes that look alike. A dozen that are all tied to one another
take hours and all memory, no matter who wrote them; so they are looked for before.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf import lists
from mipex_kg.rdf.quads import AnyQuad, for_engine
from mipex_kg.system.errors import AlikeError

# How much the nodes of a group may cost that look alike and are tied to one another: the sum of the
# binary logarithms of the numbers of orders to try. So much takes a few seconds at the most.
_MOST = 90.0
# So many nodes that look alike may be tied to one: their 5,040 orders take a fifth of a second.
_MOST_TIED = 7
# What a node costs that has but one neighbour to go on to.
_LEAST = 0.3

_Group: TypeAlias = set[ox.BlankNode]


def with_canonical_labels(quads: Iterable[AnyQuad]) -> ox.Dataset:
    """Name blank nodes by the W3C's RDF Dataset Canonicalization (RDFC-1.0).

    Where long lists of equal items would take it too long, each list is taken for one node, and its
    cells get names of their own behind that node's: ``c14n0``, ``c14n0-1``, ``c14n0-2``.

    :raises AlikeError: when it would take too long to find the names

    >>> quad = ox.Quad(ox.BlankNode("x"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> str(next(iter(with_canonical_labels([quad]))).subject)
    '_:c14n0'
    """
    dataset = ox.Dataset(for_engine(quads))
    has_long_lists = bool(_find_alike(dataset))
    if has_long_lists:
        dataset = ox.Dataset(lists.folded(dataset))
    if nodes := _find_alike(dataset):
        raise AlikeError(
            f"{len(nodes)} blank nodes look alike and cannot be told apart in reasonable time.",
            hint="Give them IRIs.",
        )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return ox.Dataset(lists.unfolded(dataset)) if has_long_lists else dataset


def find_alike(quads: Iterable[AnyQuad]) -> set[ox.BlankNode]:
    """Find blank nodes that it would take too long to tell apart.

    :param quads: each once
    :returns: those of one group, the first that is found; none if there are no such nodes

    >>> nodes = [ox.BlankNode() for _ in range(12)]
    >>> knows = ox.NamedNode("http://e/knows")
    >>> len(find_alike(ox.Quad(a, knows, b) for a in nodes for b in nodes if a != b))
    12
    """
    found = [ox.Quad(*quad) for quad in quads if any(_blank_nodes(quad))]
    return _find_alike(lists.folded(found)) if _find_alike(found) else set()


def _find_alike(quads: Iterable[ox.Quad]) -> set[ox.BlankNode]:
    around: dict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        for node in set(_blank_nodes(quad)):
            around[node].append(quad)
    looks = {node: _look(node, its_quads) for node, its_quads in around.items()}
    counts = Counter(looks.values())
    tied = {
        node: _tied(node, its_quads, looks, counts)
        for node, its_quads in around.items()
        if counts[looks[node]] > 1
    }
    return next((group for group in _groups(tied) if _cost(group, tied) > _MOST), set())


def _blank_nodes(quad: AnyQuad) -> Iterator[ox.BlankNode]:
    terms = (quad.subject, quad.object, quad.graph_name)
    return (term for term in terms if isinstance(term, ox.BlankNode))


def _look(node: ox.BlankNode, quads: Iterable[ox.Quad]) -> int:
    """Sum up what is said of a node, all other blank nodes taken for one."""

    def text(term: object) -> str:
        if isinstance(term, ox.BlankNode):
            return "_:a" if term == node else "_:z"
        return str(term)

    return hash(tuple(sorted(tuple(map(text, quad)) for quad in quads)))


def _tied(
    node: ox.BlankNode,
    quads: Iterable[ox.Quad],
    looks: Mapping[ox.BlankNode, int],
    counts: Mapping[int, int],
) -> list[_Group]:
    """Give the neighbours of a node that are not the only ones of their look, by how it is tied."""
    groups: dict[object, _Group] = defaultdict(set)
    for quad in quads:
        for place, term in enumerate((quad.subject, quad.object, quad.graph_name)):
            if isinstance(term, ox.BlankNode) and term != node and counts[looks[term]] > 1:
                groups[place, quad.predicate, looks[term]].add(term)
    return list(groups.values())


def _groups(tied: Mapping[ox.BlankNode, list[_Group]]) -> Iterator[_Group]:
    """Divide nodes into groups that are not tied to one another."""
    left = set(tied)
    while left:
        group, waiting = set(), [left.pop()]
        while waiting:
            node = waiting.pop()
            group.add(node)
            near = set().union(*tied[node]) & left
            left -= near
            waiting += near
        yield group


def _cost(group: _Group, tied: Mapping[ox.BlankNode, list[_Group]]) -> float:
    """Add up what the nodes of a group cost."""
    cost = 0.0
    for node in group:
        counts = [len(alike) for alike in tied[node]]
        if max(counts, default=0) > _MOST_TIED:
            return math.inf
        cost += max(sum(math.log2(math.factorial(count)) for count in counts), _LEAST)
    return cost
