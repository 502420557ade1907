"""DCAT-AP 3.0.1: the catalogue under SEMIC's shapes, and every code looked up in the EU's tables.

A catalogue that says what its codes are passes without background data; it could also invent codes,
so these are looked up as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyshacl
import pytest
from rdflib import RDF, SKOS, Graph, Namespace, URIRef
from rdflib.term import Node

from mipex_kg.project.project import Project, load_project
from tests.catalogues import set_up, written
from tests.conftest import Run, shared_file

SH = Namespace("http://www.w3.org/ns/shacl#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
SETS = (
    "shapes",
    "range",
    "mdr-vocabularies.shape",
    "shapes_recommended",
    "deprecateduris",
    "dcat-ap-SHACL",
)
VOCABULARIES = "mdr-vocabularies.shape"
# What DCAT-AP recommends and can't apply here, with the reason.
CANNOT_APPLY = {
    ("publisher", "mdr-vocabularies.shape"): (
        "The EU's list of corporate bodies has EU institutions; the maintainers are none."
    ),
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
ADMS = ("http://purl.org/adms/publishertype/", "http://purl.org/adms/licencetype/")


class Result(NamedTuple):
    """A result of a validation.

    :param path: the local name of the property
    """

    severity: str
    path: str
    focus: str


@cache
def shapes(name: str) -> Graph:
    """Read a set of shapes.

    The generated set links two shapes that it doesn't have, on which pySHACL stops.
    """
    file = shared_file(f"harvest-data/dcat-ap-3.0.1/{name}.ttl", "MIPEX_KG_HARVEST_DATA")
    graph = Graph().parse(file)
    for shape, prop in list(graph.subject_objects(SH.property)):
        if (prop, None, None) not in graph:
            graph.remove((shape, SH.property, prop))
    return graph


def results(catalogue: Graph, name: str) -> list[Result]:
    """Judge a catalogue by a set of shapes; the reasons within reasons are left out."""
    _, report, _ = pyshacl.validate(catalogue, shacl_graph=shapes(name), inference="none")
    assert isinstance(report, Graph)
    return sorted(
        Result(
            local_name(report.value(result, SH.resultSeverity)),
            local_name(report.value(result, SH.resultPath)),
            local_name(report.value(result, SH.focusNode)),
        )
        for result in report.objects(None, SH.result)
    )


def local_name(node: Node | None) -> str:
    return str(node).replace("#", "/").rpartition("/")[2]


def graph_of(files: dict[str, bytes]) -> Graph:
    return Graph().parse(data=files["catalog.ttl"], format="turtle")


@pytest.fixture(scope="module")
def catalogue(project: Project) -> Graph:
    return graph_of(written(project))


def test_there_is_something_to_judge(catalogue: Graph) -> None:
    """The shapes pass an empty graph."""
    for name, least in (("Catalog", 1), ("Dataset", 2), ("Distribution", 16)):
        assert len(list(catalogue.subjects(RDF.type, DCAT[name]))) == least, name


@pytest.mark.parametrize("name", SETS)
def test_no_violation_and_nothing_recommended_is_missing(catalogue: Graph, name: str) -> None:
    found = results(catalogue, name)
    unexplained = [r for r in found if (r.path, name) not in CANNOT_APPLY]
    assert unexplained == []
    assert {r.severity for r in found} <= {"Warning"}


def test_what_cannot_apply_does_not(catalogue: Graph) -> None:
    """The list of exceptions has nothing that is there after all."""
    for path, name in CANNOT_APPLY:
        assert path in {r.path for r in results(catalogue, name)}


@pytest.fixture(scope="module")
def authority() -> Graph:
    return Graph().parse(shared_file("harvest-data/eu-authority.ttl", "MIPEX_KG_HARVEST_DATA"))


def codes(catalogue: Graph) -> Iterator[URIRef]:
    for node in {*catalogue.subjects(), *catalogue.objects()}:
        if isinstance(node, URIRef) and str(node).startswith((AUTHORITY, *ADMS)):
            yield node


def test_every_code_is_one_of_the_tables(catalogue: Graph, authority: Graph) -> None:
    found = set(codes(catalogue))
    assert len(found) > 25
    for code in found:
        assert (code, None, None) in authority, code
        schemes = set(catalogue.objects(code, SKOS.inScheme))
        assert schemes == set(authority.objects(code, SKOS.inScheme)), code
        types = set(authority.objects(code, RDF.type))
        assert types <= set(catalogue.objects(code, RDF.type)), code


def test_media_types_are_in_the_list_of_iana(catalogue: Graph) -> None:
    lists = shared_file("harvest-data/edp-lists.json", "MIPEX_KG_HARVEST_DATA")
    known = set(json.loads(lists.read_text())["media_types"])
    found = {
        str(node).partition("media-types/")[2] for node in catalogue.objects(None, DCAT.mediaType)
    }
    assert {"text/turtle", "text/csv"} <= found <= known


# ---- The shapes do find what is wrong ------------------------------------------------------------

MANDATORY = [
    ("Catalog", DCT.title),
    ("Catalog", DCT.description),
    ("Catalog", DCT.publisher),
    ("Dataset", DCT.title),
    ("Dataset", DCT.description),
    ("Distribution", DCAT.accessURL),
]


@pytest.mark.parametrize(("cls", "predicate"), MANDATORY, ids=str)
def test_a_mandatory_property_is_missed(catalogue: Graph, cls: str, predicate: URIRef) -> None:
    broken = Graph() + catalogue
    node = min(catalogue.subjects(RDF.type, DCAT[cls]), key=str)
    broken.remove((node, predicate, None))
    found = results(broken, "shapes")
    assert ("Violation", local_name(predicate), local_name(node)) in found


@pytest.mark.parametrize("predicate", [DCT["format"], DCAT.mediaType, DCT.language], ids=local_name)
def test_an_invented_code_is_missed(catalogue: Graph, predicate: URIRef) -> None:
    broken = Graph() + catalogue
    subject = min(broken.subjects(predicate, None), key=str)
    broken.set((subject, predicate, URIRef(f"{AUTHORITY}file-type/PAPYRUS")))
    found = results(broken, VOCABULARIES)
    assert ("Violation", local_name(predicate), local_name(subject)) in found


# ---- Any project --------------------------------------------------------------------------------


def test_a_new_project_with_publisher_contact_and_licence_has_no_violation(
    run: Run, tmp_path: Path
) -> None:
    run("init", tmp_path / "room")
    set_up(
        tmp_path / "room",
        'publisher = "The readers"\ncontact = "https://example.org/ask"\n'
        'licence = "https://creativecommons.org/publicdomain/zero/1.0/"',
    )
    graph = graph_of(written(load_project(tmp_path / "room")))
    for name in SETS:
        assert [r for r in results(graph, name) if r.severity == "Violation"] == [], name
