"""Blank nodes get the W3C's canonical names, unless it would take for ever to find them."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from mipex_kg.rdf import lists
from mipex_kg.rdf.canonicalization import find_alike, with_canonical_labels
from mipex_kg.rdf.formats import NTRIPLES
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.serialization import canonical, write
from mipex_kg.system.errors import AlikeError
from tests.conftest import processor_time

KNOWS = ox.NamedNode("http://e/knows")
Edge = tuple[int, int]


def quads(edges: Iterable[Edge], *, both_ways: bool = True) -> list[ox.Quad]:
    pairs = [pair for a, b in edges for pair in ((a, b), (b, a))[: 1 + both_ways]]
    return [ox.Quad(ox.BlankNode(f"b{a}"), KNOWS, ox.BlankNode(f"b{b}")) for a, b in pairs]


def clique(size: int) -> list[Edge]:
    return [(a, b) for a in range(size) for b in range(a)]


def ring(size: int) -> list[Edge]:
    return [(a, (a + 1) % size) for a in range(size)]


def prism(size: int) -> list[Edge]:
    rings = [*ring(size), *((a + size, b + size) for a, b in ring(size))]
    return [*rings, *((a, a + size) for a in range(size))]


def hubs(leaves: int) -> list[Edge]:
    return [(hub, 2 + hub * leaves + leaf) for hub in (0, 1) for leaf in range(leaves)]


@pytest.mark.parametrize("edges", [clique(8), clique(20), ring(200), prism(13), hubs(8), hubs(300)])
def test_a_riddle_is_refused_at_once(edges: list[Edge]) -> None:
    with processor_time(10), pytest.raises(AlikeError, match="look alike"):
        with_canonical_labels(quads(edges))


@pytest.mark.parametrize(
    "edges", [clique(6), ring(40), prism(8), hubs(7), [(n * 3, n * 3 + 1) for n in range(500)]]
)
def test_what_can_be_told_apart_soon_is_named(edges: list[Edge]) -> None:
    once, again = quads(edges), quads([(b + 7, a + 7) for a, b in reversed(edges)])
    assert set(with_canonical_labels(once)) == set(with_canonical_labels(again))


def test_a_long_list_is_no_riddle_unless_it_repeats_itself() -> None:
    cells = quads([(n, n + 1) for n in range(3000)], both_ways=False)
    values = (ox.Quad(ox.BlankNode(f"b{n}"), KNOWS, ox.Literal(n)) for n in range(3000))
    assert find_alike([*cells, *values]) == set()
    assert len(find_alike(cells)) > 2000


def test_only_the_nodes_of_the_riddle_are_named() -> None:
    others = quads([(1000, 1001), (1002, 1003)])
    assert len(find_alike([*others, *quads(clique(9))])) == 9


LISTS = {
    "equal items": "( " + "0 " * 400 + ")",
    "two of them": ("( " + "0 " * 400 + ") , ") * 2 + "1",
    "lists of equal items": "( " + "( 0 0 ) " * 400 + ")",
    "a list that ends elsewhere": "[ rdf:first 0 ; rdf:rest " * 400 + "<e>" + " ]" * 400,
    "blank nodes": "( " + "[] " * 400 + ")",
    "blank nodes with something said": "( " + "[ <p> 0 ] " * 400 + ")",
}


@pytest.mark.parametrize("name", LISTS)
def test_long_lists_of_equal_items_get_names(name: str) -> None:
    text = f"@prefix rdf: <{RDF}> . @base <http://e/> . <s> <p> {LISTS[name]} ."
    written: set[bytes] = set()
    for _ in range(2):
        # Each time with labels that were never there before, in another order.
        quads = list(ox.parse(text, ox.RdfFormat.TURTLE, rename_blank_nodes=True))
        written.add(write(quads[::-1] if written else quads, NTRIPLES, {}))
        assert not find_alike(quads)
    (nquads,) = written
    read = ox.Dataset(ox.parse(nquads, ox.RdfFormat.N_TRIPLES))
    assert len(read) == len(quads)
    assert write(list(read), NTRIPLES, {}) == nquads


def test_a_list_is_folded_and_unfolded_to_the_same() -> None:
    text = "<http://e/s> <http://e/p> (0 (1 1) 0 ) , ( ) , [ <http://e/q> (2) ] ."
    quads = list(ox.parse(text, ox.RdfFormat.TURTLE))
    again = lists.unfolded(lists.folded(quads))
    assert canonical(again) == canonical(quads)
