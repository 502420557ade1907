"""data.europa.eu's quality score: computed from the method's rows, and 405 of 405 for ours."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyoxigraph as ox
import pytest

from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.checks.catalogue.quality import (
    HIGHEST,
    INDICATORS,
    RATINGS,
    Judge,
    Score,
    score_datasets,
)
from mipex_kg.dataset.catalogue.codes import load_codes
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, DCT
from tests.catalogues import written
from tests.conftest import shared_file
from tests.test_dcat_ap import graph_of, results

# The method's own tables: what each dimension comes to.
DIMENSIONS = {
    "findability": 100,
    "accessibility": 100,
    "interoperability": 110,
    "reusability": 75,
    "contextuality": 20,
}
# What goes when a property is gone: of each file, of the dataset, or of both.
LOST = {
    "dcat:keyword": 30,
    "dcat:theme": 30,
    "dct:spatial": 20,
    "dct:temporal": 20,
    "dcat:accessURL": 50,
    "dcat:downloadURL": 20 + 30,
    "dct:format": 20 + 20 + 20,
    "dcat:mediaType": 10,
    "dct:license": 20 + 10,
    "dct:accessRights": 10 + 5,
    "dcat:contactPoint": 20,
    "dct:publisher": 10,
    "dct:rights": 5,
    "dcat:byteSize": 5,
    "dct:issued": 5,
    "dct:modified": 5,
}


@pytest.fixture(scope="module")
def triples(project: Project) -> list[ox.Triple]:
    parsed = ox.parse(written(project)["catalog.nt"], format=ox.RdfFormat.N_TRIPLES)
    return [quad.triple for quad in parsed]


def score(
    triples: list[ox.Triple],
    *,
    answers: Callable[[str], bool] = lambda _address: True,
    is_compliant: bool = True,
) -> dict[str, Score]:
    judge = Judge(CatalogueGraph(triples), load_codes(), answers, is_compliant)
    return {str(s.dataset).rpartition("/")[2].rstrip(">"): s for s in score_datasets(judge)}


def property_of(curie: str) -> ox.NamedNode:
    prefix, _, name = curie.partition(":")
    return {"dcat": DCAT, "dct": DCT}[prefix].term(name)


def test_the_rows_are_those_of_the_method() -> None:
    assert HIGHEST == 405
    sums = {d: sum(i.points for i in INDICATORS if i.dimension == d) for d in DIMENSIONS}
    assert sums == DIMENSIONS
    assert sum(DIMENSIONS.values()) == HIGHEST
    assert [least for least, _ in RATINGS] == [351, 221, 121, 0]


def test_formats_and_licences_are_those_of_the_method() -> None:
    lists = json.loads(
        shared_file("harvest-data/edp-lists.json", "MIPEX_KG_HARVEST_DATA").read_text()
    )
    quality = load_codes().quality
    assert quality.machine_readable == set(lists["machine_readable"])
    assert quality.non_proprietary == set(lists["non_proprietary"])
    assert quality.licences < set(lists["licences"])
    assert quality.media_types < set(lists["media_types"])


def test_ours_has_405_of_405(project: Project, triples: list[ox.Triple]) -> None:
    graph = graph_of(written(project))
    violations = [
        r for name in ("shapes", "range") for r in results(graph, name) if r.severity == "Violation"
    ]
    found = score(triples, is_compliant=not violations)
    assert {name: (s.points, s.rating) for name, s in found.items()} == {
        "facts": (405, "excellent"),
        "ontology": (405, "excellent"),
    }
    assert found["facts"].by_dimension == DIMENSIONS


@pytest.mark.parametrize("curie", LOST)
def test_each_property_is_worth_its_points(triples: list[ox.Triple], curie: str) -> None:
    broken = [t for t in triples if t.predicate != property_of(curie)]
    assert len(broken) < len(triples)
    for name, found in score(broken).items():
        assert HIGHEST - found.points == LOST[curie], (name, found.missed)


def test_every_property_of_the_method_is_tried() -> None:
    assert {curie for i in INDICATORS for curie in i.properties} == set(LOST)


@pytest.mark.parametrize("curie", ["dct:issued", "dct:modified"])
def test_dates_are_asked_of_the_dataset_and_of_the_file(
    triples: list[ox.Triple], curie: str
) -> None:
    graph = CatalogueGraph(triples)
    for name in ("Dataset", "Distribution"):
        nodes = graph.members(name)
        broken = [t for t in triples if t.subject not in nodes or t.predicate != property_of(curie)]
        assert {found.points for found in score(broken).values()} == {400}, name


def test_addresses_have_to_answer(triples: list[ox.Triple]) -> None:
    found = score(triples, answers=lambda _address: False)
    assert {s.points for s in found.values()} == {405 - 50 - 30}


def test_it_has_to_conform_to_dcat_ap(triples: list[ox.Triple]) -> None:
    assert {s.points for s in score(triples, is_compliant=False).values()} == {375}


def test_only_the_best_file_counts(triples: list[ox.Triple]) -> None:
    """All the others may be as bad as can be."""
    best = score(triples)["facts"].file
    files = {f for f in CatalogueGraph(triples).members("Distribution") if f != best}
    links = (
        DCAT.term("distribution"),
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
    )
    broken = [t for t in triples if t.subject not in files or t.predicate in links]
    found = score(broken)
    assert found["facts"].points == 405
    assert found["ontology"].points == 175


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        ("XLSX", {"not proprietary"}),
        ("HTML", {"machine-readable"}),
        ("TSV", {"machine-readable"}),
        ("PDF", {"machine-readable", "not proprietary"}),
        ("PAPYRUS", {"machine-readable", "not proprietary", "format and media type known"}),
    ],
)
def test_formats_are_open_and_machine_readable(
    triples: list[ox.Triple], code: str, lost: set[str]
) -> None:
    node = load_codes().code("file-type", code)
    changed = [
        ox.Triple(t.subject, t.predicate, node) if t.predicate == DCT.term("format") else t
        for t in triples
    ]
    assert {i.name for i in score(changed)["facts"].missed} == lost


def test_a_licence_and_an_access_right_can_be_unknown(triples: list[ox.Triple]) -> None:
    own = ox.NamedNode("https://example.org/own")
    unknown = (DCT.term("license"), DCT.term("accessRights"))
    changed = [
        ox.Triple(t.subject, t.predicate, own) if t.predicate in unknown else t for t in triples
    ]
    found = score(changed)["facts"]
    assert {i.name for i in found.missed} == {"licence known", "access rights known"}
    assert found.points == 405 - 10 - 5


def test_a_dataset_without_files_has_what_the_dataset_has(triples: list[ox.Triple]) -> None:
    broken = [t for t in triples if t.predicate != DCAT.term("distribution")]
    found = score(broken)["facts"]
    assert found.file is None
    assert found.points == 100 + 30 + 45
    assert found.rating == "sufficient"
