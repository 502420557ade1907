"""Columns of quads give what a list of them gives, in the same order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import starmap
from typing import Any

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.quads import Quad, QuadColumns, TermTable, for_engine
from mipex_kg.rdf.terms import Node, Term, text_of

ODD = ox.NamedNode("e:odd")
NODES: list[Node] = [ox.NamedNode("e:a"), ox.NamedNode("e:b"), ox.BlankNode("a")]
TEXTS: list[Term] = [
    ox.Literal("a"),
    ox.Literal("A", language="en"),
    ox.Literal("01", datatype=ox.NamedNode("e:a")),
]
PREDICATES = st.sampled_from([ox.NamedNode("e:p"), ox.NamedNode("http://schema.org/name")])
GRAPHS = st.sampled_from([ox.DefaultGraph(), ox.NamedNode("e:a"), ox.NamedNode("e:g")])
QUADS = st.builds(
    Quad, st.sampled_from(NODES), PREDICATES, st.sampled_from([*NODES, *TEXTS]), GRAPHS
)
LISTS = st.lists(QUADS, max_size=12)
UNKNOWN = ox.NamedNode("e:unknown")


def grouped(quads: Sequence[Quad], part: Callable[[Quad], Any]) -> dict[Any, list[Quad]]:
    found: dict[Any, list[Quad]] = defaultdict(list)
    for quad in quads:
        found[part(quad)].append(quad)
    return dict(found)


@given(quads=LISTS)
def test_a_dataset_is_looked_up_as_a_list_would_be(quads: list[Quad]) -> None:
    dataset = Dataset(QuadColumns(quads), (), {})
    assert list(dataset.quads) == quads
    assert [dataset.quads[number] for number in range(-len(quads), len(quads))] == quads * 2
    assert list(dataset.quads[1:-1]) == quads[1:-1]
    lookups: list[tuple[Mapping[Any, list[Quad]], Callable[[Quad], Any]]] = [
        (dataset.by_subject, lambda quad: quad.subject),
        (dataset.by_predicate, lambda quad: quad.predicate),
        (dataset.by_object, lambda quad: quad.object),
        (dataset.by_graph, lambda quad: quad.graph_name),
    ]
    for index, part in lookups:
        found = grouped(quads, part)
        assert list(index.items()) == list(found.items())
        assert len(index) == len(found)
        for term in (*NODES, *TEXTS, UNKNOWN):
            assert (term in index) is (term in found)
            assert index.get(term, ()) == found.get(term, ())
    triples = dict.fromkeys(quad.triple for quad in quads)
    assert list(dataset.merged()) == list(triples)
    assert dataset.size == len(triples)
    assert dataset.predicates == {quad.predicate for quad in quads}
    named = {quad.graph_name for quad in quads} - {ox.DefaultGraph()}
    assert dataset.graph_names == named
    literals = [quad for quad in quads if isinstance(quad.object, ox.Literal)]
    assert dataset.saying("a") == [q for q in literals if text_of(q.object).casefold() == "a"]


@given(quads=LISTS)
def test_values_of_a_property_come_once_in_order(quads: list[Quad]) -> None:
    dataset = Dataset(QuadColumns(quads), (), {})
    for subject in (*NODES, UNKNOWN):
        for predicate in {quad.predicate for quad in quads}:
            said = [q.object for q in quads if q[:2] == (subject, predicate)]
            assert dataset.values(subject, predicate) == list(dict.fromkeys(said))


@given(quads=LISTS, others=LISTS, is_shared=st.booleans())
def test_columns_are_put_together_as_lists_are(
    quads: list[Quad], others: list[Quad], is_shared: bool
) -> None:
    terms = TermTable()
    one, other = QuadColumns(quads, terms), QuadColumns(others, terms if is_shared else None)
    both = one + other
    assert (list(one), list(both)) == (quads, quads + others)
    assert list(both.distinct()) == list(dict.fromkeys(quads + others))
    graph = ox.NamedNode("e:g")
    placed = [
        quad._replace(graph_name=graph) if quad.graph_name == ox.DefaultGraph() else quad
        for quad in quads
    ]
    assert list(one.placed(graph)) == placed
    assert one == quads
    assert one.by_subject.get(UNKNOWN) is None


@given(quads=LISTS)
def test_each_term_is_kept_once(quads: list[Quad]) -> None:
    columns = QuadColumns(for_engine(quads))
    kept: dict[object, object] = {}
    for term in (term for quad in columns for term in quad):
        assert kept.setdefault(term, term) is term


def test_what_is_looked_up_and_unknown_gets_no_number() -> None:
    columns = QuadColumns([Quad(NODES[0], ox.NamedNode("e:p"), NODES[1])])
    assert columns.by_subject.get(UNKNOWN) is None
    assert UNKNOWN not in columns.terms


def test_terms_that_others_add_later_are_not_found() -> None:
    terms = TermTable()
    columns = QuadColumns([Quad(NODES[0], ox.NamedNode("e:p"), NODES[1])], terms)
    assert NODES[0] in columns.by_subject
    QuadColumns([Quad(UNKNOWN, ox.NamedNode("e:p"), NODES[1])], terms)
    assert UNKNOWN not in columns.by_subject


@given(quads=LISTS)
def test_a_quad_is_written_as_the_engine_writes_it(quads: list[Quad]) -> None:
    assert list(map(str, quads)) == list(map(str, starmap(ox.Quad, quads)))
