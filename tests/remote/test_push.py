"""Pushing to two real stores: what arrives, what is left alone, and what others see meanwhile."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.namespaces import XSD
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import text_of
from mipex_kg.remote.difference import difference
from mipex_kg.remote.graph_store import GraphStore
from mipex_kg.remote.pushing import Push
from mipex_kg.remote.stores import OXIGRAPH
from mipex_kg.system.errors import RemoteError
from mipex_kg.validation.validated import ValidatedDataset
from tests.conftest import LIGHTHOUSES
from tests.remote.conftest import RunAs, RunningStore

BASE = "https://lighthouses.example/"
GRAPH = f"{BASE}graph/probe"
FOREIGN = "https://elsewhere.example/graph"


@pytest.fixture(scope="module")
def lighthouses() -> Project:
    return load_project(LIGHTHOUSES)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIGHTHOUSES, tmp_path / "lighthouses"))


def triple(name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(f"{BASE}{name}"), ox.NamedNode(f"{BASE}p"), value)


def pushing(
    project: Project, graphs: Mapping[str, Iterable[ox.Triple]], store: GraphStore, **options: bool
) -> Push:
    """Prepare to push any triples as if they were a project's."""
    quads = [
        Quad(t.subject, t.predicate, t.object, ox.NamedNode(name))
        for name, held in graphs.items()
        for t in held
    ]
    dataset = Dataset(tuple(quads), (), {})
    return Push(ValidatedDataset(project, lambda: dataset), store, **options)


def push(
    project: Project, graphs: Mapping[str, Iterable[ox.Triple]], store: GraphStore, **options: bool
) -> dict[str, str]:
    prepared = pushing(project, graphs, store, **options)
    changes = prepared.plan()
    prepared.apply(changes)
    return {change.graph: change.kind for change in changes}


def test_all_graphs_and_their_merge_arrive_and_others_are_left_alone(
    run_as: RunAs, store: RunningStore, lighthouses: Project
) -> None:
    dataset = load_project_dataset(lighthouses)
    with store.open() as remote:
        remote.load(FOREIGN, [triple("foreign", ox.Literal("theirs"))])
        out = run_as("--project", LIGHTHOUSES, "push", store.address, "-f", "json").text
        first = {change.pop("graph"): change for change in json.loads(out)}
        wanted = {graph.value for graph in dataset.graph_names if isinstance(graph, ox.NamedNode)}
        assert set(first) == wanted | {f"{BASE}graph/merged"}
        assert {change["kind"] for change in first.values()} == {"new"}
        assert first[f"{BASE}graph/merged"]["added"] == len(list(dataset.merged()))
        assert set(remote.sizes(BASE)) == set(first), "and nothing else is left there"
        for name in wanted:
            quads = [q for q in dataset.quads if q.graph_name == ox.NamedNode(name)]
            assert lines(remote.fetch(name)) == lines(quad.triple for quad in quads), name
        outcome = run_as("--project", LIGHTHOUSES, "push", store.address, "--dry-run")
        assert outcome.text == f"Trial: {len(first)} the same.\n"
        assert outcome.err == ""
        assert lines(remote.fetch(FOREIGN)) == lines([triple("foreign", ox.Literal("theirs"))])


def lines(triples: Iterable[ox.Triple]) -> set[bytes]:
    """Write triples with the values that the embedded store makes of theirs."""
    engine = ox.Store()
    engine.extend(ox.Quad(*each) for each in triples)
    return set(serialization.write(list(engine), formats.NTRIPLES, {}).split(b"\n"))


def test_only_what_has_changed_is_sent(
    store: RunningStore, lighthouses: Project, copy: Path
) -> None:
    path = copy / "data" / "hafenbote.trig"
    text = path.read_text(encoding="utf-8")
    assert text.count('lh:builtIn "1903"^^xsd:gYear') == 1
    path.write_text(text.replace('"1903"^^xsd:gYear', '"1904"^^xsd:gYear'), encoding="utf-8")
    with store.open() as remote:
        before, after = (
            Push(ValidatedDataset(project, partial(load_project_dataset, project)), remote)
            for project in (lighthouses, load_project(copy))
        )
        before.apply(before.plan())
        changes = after.plan()
        changed = [change for change in changes if change.kind != "same"]
        assert [(c.kind, c.added, c.removed) for c in changed] == [("changed", 1, 1)] * 2
        assert changed[1].graph == f"{BASE}graph/merged"
        assert after.plan() == changes, "to plan is to change nothing"
        after.apply(changes)
        assert {change.kind for change in after.plan()} == {"same"}


def test_a_change_is_sent_as_an_update_where_the_store_takes_it_so(
    store: RunningStore, lighthouses: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [triple(f"thing/{number}", term) for number, term in enumerate(TERMS)]
    others = {
        f"{GRAPH}/{n}": [triple(f"other/{n}", ox.Literal(m)) for m in range(15)] for n in range(10)
    }
    loaded: list[str] = []
    load_all = GraphStore.load_all

    def noting(self: GraphStore, graphs: Mapping[str, list[ox.Triple]]) -> Iterable[str]:
        loaded.extend(graphs)
        return load_all(self, graphs)

    monkeypatch.setattr(GraphStore, "load_all", noting)
    with store.open() as remote:
        assert set(push(lighthouses, {GRAPH: values, **others}, remote).values()) == {"new"}
        assert bool(loaded) is not remote.kind.keeps_terms
        loaded.clear()
        for changed in (
            [*values, triple("thing/0", ox.Literal("07", datatype=XSD.term("integer")))],
            [*values[3:], triple("thing/0", ox.Literal('} } ; DROP ALL # "'))],
            values,
        ):
            prepared = pushing(lighthouses, {GRAPH: changed, **others}, remote)
            changes = {c.graph: c for c in prepared.plan() if c.kind != "same"}
            assert set(changes) == {GRAPH, f"{BASE}graph/merged"}
            prepared.apply(changes.values())
            again = pushing(lighthouses, {GRAPH: changed, **others}, remote).plan()
            assert {change.kind for change in again} == {"same"}
            if remote.kind.keeps_terms:
                assert lines(remote.fetch(GRAPH)) == lines(changed)
                merged = [*changed, *(t for held in others.values() for t in held)]
                assert lines(remote.fetch(f"{BASE}graph/merged")) == lines(merged)
        assert len(loaded) == (0 if remote.kind.keeps_terms else 6)


def test_what_a_store_says_does_not_become_another_update() -> None:
    odd = ox.Triple(ox.NamedNode("e:a"), ox.NamedNode("e:p"), ox.Literal('"@en } ; DROP ALL ; {'))
    found = difference([], [odd], OXIGRAPH)
    assert found is not None
    [quad] = ox.parse(
        found.as_updates("e:g")[0].split("{\n")[1].rstrip("} "), ox.RdfFormat.N_TRIPLES
    )
    assert quad.triple == odd


def test_differences_are_told_by_what_a_store_keeps() -> None:
    def number(form: str) -> ox.Triple:
        return triple("a", ox.Literal(form, datatype=XSD.term("integer")))

    def told(wanted: str, held: str) -> tuple[str, str, int]:
        found = difference(
            [number(form) for form in wanted.split()],
            [number(form) for form in held.split()],
            OXIGRAPH,
        )
        assert found is not None
        added, removed = (
            " ".join(text_of(t.object) for t in part) for part in (found.added, found.removed)
        )
        return added, removed, found.size

    assert told("01", "1") == ("", "", 1)
    assert told("01 1", "1") == ("", "", 1)
    assert told("1 02", "1") == ("02", "", 2)
    assert told("03", "1 2") == ("03", "1 2", 1)
    assert told("1", "1 2") == ("", "2", 1)
    blank = link(ox.BlankNode("a"), ox.BlankNode("b"))
    assert difference([blank], [], OXIGRAPH) is None
    assert difference([blank, number("1")], [blank], OXIGRAPH) == ((number("1"),), (), 2)


def test_a_graph_that_the_project_no_longer_has_is_dropped_when_told(
    store: RunningStore, lighthouses: Project
) -> None:
    old = f"{BASE}graph/old"
    graphs = {GRAPH: [triple("a", ox.Literal("x"))], old: [triple("b", ox.Literal("y"))]}
    with store.open() as remote:
        push(lighthouses, graphs, remote, merged=False)
        del graphs[old]
        assert push(lighthouses, graphs, remote, merged=False) == {GRAPH: "same", old: "left"}
        assert set(remote.sizes(BASE)) == {GRAPH, old}
        pruned = push(lighthouses, graphs, remote, merged=False, prunes=True)
        assert pruned == {GRAPH: "same", old: "removed"}
        assert set(remote.sizes(BASE)) == {GRAPH}


VALUES = [
    *[("1", "integer"), ("01", "integer"), ("-7", "nonPositiveInteger")],
    *[("99999999999999999999", "integer"), ("2.50", "decimal"), ("1.5E3", "double")],
    *[("true", "boolean"), ("0", "boolean"), ("2020", "gYear"), ("2020-03", "gYearMonth")],
    *[("2020-01-02", "date"), ("2020-01-02T03:04:05.50+00:00", "dateTime")],
    *[("http://e.org/", "anyURI"), ("P1D", "token")],
]
TERMS: list[ox.Literal | ox.NamedNode] = [
    *[ox.Literal(value, datatype=XSD.term(name)) for value, name in VALUES],
    ox.Literal(""),
    ox.Literal('quoted " and \\ \n\t\r'),
    ox.Literal("Größe … 😀 \u2028"),
    ox.Literal("colour", language="en-GB"),
    ox.Literal(
        "POINT(1 2)", datatype=ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
    ),
    ox.NamedNode("https://e.org/ü?a=b%20c&d='e'"),
]


def test_values_that_a_store_changes_are_no_differences(
    store: RunningStore, lighthouses: Project
) -> None:
    graphs = {GRAPH: [triple(f"thing/{number}", term) for number, term in enumerate(TERMS)]}
    with store.open() as remote:
        assert push(lighthouses, graphs, remote, merged=False) == {GRAPH: "new"}
        assert push(lighthouses, graphs, remote, merged=False) == {GRAPH: "same"}
        graphs[GRAPH][0] = triple("thing/0", ox.Literal("2", datatype=XSD.term("integer")))
        assert push(lighthouses, graphs, remote, merged=False) == {GRAPH: "changed"}


def chain(length: int, label: str) -> list[ox.Triple]:
    """Make a chain of blank nodes."""
    nodes = [ox.BlankNode(f"{label}{number}") for number in range(length)]
    return [triple("start", nodes[0]), *(link(*pair) for pair in pairwise(nodes))]


def link(here: ox.BlankNode, there: ox.BlankNode) -> ox.Triple:
    return ox.Triple(here, ox.NamedNode(f"{BASE}next"), there)


def test_blank_nodes_are_compared_by_what_they_are(
    store: RunningStore, lighthouses: Project
) -> None:
    with store.open() as remote:
        first = push(lighthouses, {GRAPH: chain(5, "a")}, remote)
        assert first == {GRAPH: "new", f"{BASE}graph/merged": "new"}
        assert set(push(lighthouses, {GRAPH: chain(5, "z")}, remote).values()) == {"same"}
        ring = [*chain(4, "a"), link(ox.BlankNode("a3"), ox.BlankNode("a0"))]
        assert set(push(lighthouses, {GRAPH: ring}, remote).values()) == {"changed"}


def test_a_graph_is_never_seen_half_loaded(store: RunningStore, lighthouses: Project) -> None:
    small, large = (
        [triple(f"thing/{number}", ox.Literal(str(size))) for number in range(size)]
        for size in (100, 1000)
    )
    seen: set[int] = set()
    ended = threading.Event()

    def look() -> None:
        with store.open() as remote:
            while not ended.is_set():
                seen.add(remote.sizes_of([GRAPH]).get(GRAPH, 0))

    with store.open() as opened:
        # Several requests for one graph, so that it is half-loaded for a while.
        remote = GraphStore(opened.client, opened.kind._replace(most_bytes=10_000))
        push(lighthouses, {GRAPH: small}, remote, merged=False)
        looking = threading.Thread(target=look)
        looking.start()
        for graph in (large, small, large, small):
            push(lighthouses, {GRAPH: graph}, remote, merged=False)
        ended.set()
        looking.join()
    assert seen == {100, 1000}


def test_what_fails_on_the_way_leaves_all_as_it_was(
    store: RunningStore, lighthouses: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{BASE}graph/{letter}" for letter in "abc"]
    old = {name: [triple("a", ox.Literal("old"))] for name in names}
    new = {name: [triple("a", ox.Literal("new")), triple("b", ox.Literal("x"))] for name in names}
    load_all = GraphStore.load_all

    def fail(self: GraphStore, graphs: Mapping[str, list[ox.Triple]]) -> Iterable[str]:
        # One graph arrives without its last triple, as if it had been cut off.
        last = list(graphs)[2]
        return load_all(self, {**graphs, last: graphs[last][:1]})

    with store.open() as remote:
        push(lighthouses, old, remote, merged=False)
        monkeypatch.setattr(GraphStore, "load_all", fail)
        with pytest.raises(RemoteError, match=r"holds 1 triples of <.*graph/c>, and 2 were sent"):
            push(lighthouses, new, remote, merged=False)
        assert remote.sizes(BASE) == dict.fromkeys(names, 1)


def test_a_graph_that_is_given_in_part_is_not_taken_for_the_same(
    store: RunningStore, lighthouses: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = {GRAPH: [triple(letter, ox.Literal(letter)) for letter in "abc"]}
    with store.open() as remote:
        push(lighthouses, graphs, remote, merged=False)
        fetch_all = GraphStore.fetch_all

        def part(self: GraphStore, sizes: Mapping[str, int]) -> Iterable[tuple[str, object]]:
            return ((graph, held[:1]) for graph, held in fetch_all(self, sizes))

        monkeypatch.setattr(GraphStore, "fetch_all", part)
        [change] = pushing(lighthouses, graphs, remote, merged=False).plan()
        assert (change.kind, change.added, change.removed) == ("changed", 3, 3)


def test_the_bundled_graph_is_the_same_on_both_sides(
    filled: RunningStore, project: Project, dataset: Dataset
) -> None:
    with filled.open() as remote:
        changes = Push(ValidatedDataset(project, lambda: dataset), remote).plan()
        assert {change.kind for change in changes} == {"same"}
        merged = project.iri("graph/merged")
        assert remote.sizes(merged) == {merged: len(list(dataset.merged()))}


@pytest.mark.usefixtures("account")
def test_numbers_that_virtuoso_takes_for_one_are_not_lost_in_silence(
    virtuoso: RunningStore, lighthouses: Project
) -> None:
    numbers = [ox.Literal(1), ox.Literal("1.0", datatype=XSD.term("decimal"))]
    with virtuoso.open() as remote, pytest.raises(RemoteError, match="holds 1 triples of"):
        push(lighthouses, {GRAPH: [triple("a", number) for number in numbers]}, remote)
