"""Things are found by all that they are called, and told without names that nobody gave."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.dataset import things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.formats import TURTLE
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.rdf.parsing import parse_text
from mipex_kg.system.errors import UsageError
from tests.conftest import Run

GRAPH = """@prefix : <https://e.test/#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix schema: <http://schema.org/> .
:a skos:prefLabel "seaweeds"@en ; skos:altLabel "macroalgae"@en ; skos:hiddenLabel "sea weed" .
:b skos:prefLabel "brown algae"@en ; schema:alternateName "Phaeophyceae" ; :q ( "x" ( :a :c ) ) .
:c skos:prefLabel "macroalgae"@de ; dct:alternative "other" ;
   <https://schema.org/alternateName> "d" .
:Rig a owl:Class ; owl:oneOf ( :a :b ) ; :near :z ;
   :q [ :q 1 ] , [ owl:unionOf ( :a :Rig ) ] .
:p skos:prefLabel "Łukasz Święcicki" .
_:loop a owl:Restriction ; owl:onProperty :q ; owl:hasValue _:loop . :l :q _:loop .
"""
FOUND = {
    "macroalgae": "c",  # a label goes before another name
    "sea weed": "a",
    "Phaeophyceae": "b",
    "other": "c",
    "D": "c",
    "Rig": "Rig",
    "rig": "Rig",
}
SUGGESTED = {
    "Łukasz": "'Łukasz Święcicki'",
    "algae": "'brown algae'",
    "phaeophyceen": "'Phaeophyceae'",
    "Rigg": "'Rig'",
    "ceae": "'Phaeophyceae'",
}


@pytest.fixture(scope="module")
def graph() -> Dataset:
    file = parse_text(GRAPH, TURTLE, Path("graph.ttl"))
    return Dataset(tuple(file.quads), (file,), {**PREFIXES, "": "https://e.test/#"})


@pytest.mark.parametrize(("text", "name"), FOUND.items())
def test_a_thing_is_found_by_what_it_is_called(graph: Dataset, text: str, name: str) -> None:
    assert things.find_thing(text, graph).value == f"https://e.test/#{name}"


@pytest.mark.parametrize(("text", "suggested"), SUGGESTED.items())
def test_a_part_of_a_name_is_enough_for_a_hint(graph: Dataset, text: str, suggested: str) -> None:
    with pytest.raises(UsageError) as error:
        things.find_thing(text, graph)
    assert suggested in (error.value.hint or "")


def test_of_things_with_one_name_the_own_one_is_meant_and_few_are_listed() -> None:
    facts = '<https://e.test/%s> <http://schema.org/name> "%s" .'
    others = facts.replace("e.test", "others.test")
    lines = [facts % ("q", "Ada"), *(others % (n, "Ada") for n in range(20))]
    lines += [facts % (n, "Bo") for n in range(20)]
    quads = tuple(ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES))
    dataset = Dataset(quads, (), {}, bases=("https://e.test/",))
    assert things.find_thing("Ada", dataset).value == "https://e.test/q"
    with pytest.raises(UsageError, match="'Bo' may be any of 20 things:") as error:
        things.find_thing("Bo", dataset)
    assert error.value.message.count("\n") == 13
    assert error.value.message.endswith("… and 8 more")


def test_no_blank_node_is_called_by_its_label(run: Run, tmp_path: Path) -> None:
    (tmp_path / "graph.ttl").write_text(GRAPH)
    run("init", "room", "--from", "graph.ttl", cwd=tmp_path)
    room = tmp_path / "room"
    told = {name: run("describe", name, cwd=room).out.decode() for name in ("Rig", "brown algae")}
    told["l"] = run("describe", "https://e.test/#l", cwd=room).out.decode()
    told["why"] = run("why", "Rig", cwd=room).out.decode()
    assert "_:" not in "".join(told.values())
    assert "seaweeds or " in told["Rig"]
    assert "unnamed item" in told["Rig"]
    assert "x, seaweeds, macroalgae" in told["brown algae"]
    assert "…" in told["l"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Ada", "It belongs to e:book: "),
        ("ada's rule", "It belongs to e:book: "),
        ("the countess", "It belongs to e:book: "),
        ("loop", "Named queries"),
    ],
)
def test_of_a_blank_node_it_is_said_to_what_it_belongs(text: str, hint: str) -> None:
    facts = """@prefix e: <e:> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    e:book e:author [ rdfs:label "Ada" ; skos:altLabel "The Countess" ;
      e:follows [ rdfs:label "Ada's rule" ] ] .
    _:loop rdfs:label "loop" ; e:follows _:loop ."""
    file = parse_text(facts, TURTLE, Path("graph.ttl"))
    dataset = Dataset(tuple(file.quads), (file,), {**PREFIXES, "e": "e:"})
    with pytest.raises(UsageError) as error:
        things.find_thing(text, dataset)
    assert (error.value.hint or "").startswith(hint)


def test_of_what_is_only_linked_it_is_said_that_nothing_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "graph.ttl").write_text(GRAPH)
    run("init", "room", "--from", "graph.ttl", cwd=tmp_path)
    told = run("describe", "https://e.test/#z", cwd=tmp_path / "room").out.decode()
    assert told.count("https://e.test/#z") == 1
    assert "Nothing is said about it here." in told
    assert "← near" in told
