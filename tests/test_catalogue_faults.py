"""Broken catalogues: each fault is found, with the property that is to blame and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from mipex_kg.catalogue.codes import load_codes
from mipex_kg.catalogue.faults import find_faults, is_placeholder
from mipex_kg.catalogue.graph import CatalogueGraph
from mipex_kg.catalogue.profile import CODED, MANDATORY, RECOMMENDED
from mipex_kg.catalogue.subject import Catalogued, shown
from mipex_kg.namespaces import DCAT, DCT, FOAF, RDFS, XSD
from mipex_kg.project import Project
from mipex_kg.terms import Term
from mipex_kg.validation.report import Finding, Severity
from tests.catalogues import names, written

BASE = "https://w3id.org/mipex-kg/"
FACTS = ox.NamedNode(f"{BASE}dataset/facts")
TURTLE = ox.NamedNode(f"{BASE}dataset/facts#turtle")
CATALOGUE = ox.NamedNode(f"{BASE}catalog")
EXAMPLES = {"Catalog": CATALOGUE, "Dataset": FACTS, "Distribution": TURTLE}
Change = Callable[[list[ox.Triple]], list[ox.Triple]]


@pytest.fixture(scope="module")
def triples(project: Project) -> list[ox.Triple]:
    parsed = ox.parse(written(project)["catalog.nt"], format=ox.RdfFormat.N_TRIPLES)
    return [quad.triple for quad in parsed]


@pytest.fixture(scope="module")
def find(project: Project) -> Callable[[list[ox.Triple]], list[Finding]]:
    """Look for faults, but for those that ours has: addresses that stand for others."""
    sizes = dict.fromkeys(names(project), 1000)

    def find(triples: list[ox.Triple]) -> list[Finding]:
        subject = Catalogued(CatalogueGraph(triples), load_codes(), project.site, sizes)
        return [f for f in find_faults(subject) if f.check != "catalogue-placeholder"]

    return find


Find = Callable[[list[ox.Triple]], list[Finding]]


def without(triples: list[ox.Triple], subject: Term, predicate: ox.NamedNode) -> list[ox.Triple]:
    return [t for t in triples if (t.subject, t.predicate) != (subject, predicate)]


def changed(
    triples: list[ox.Triple], subject: ox.NamedNode, predicate: ox.NamedNode, *values: Term
) -> list[ox.Triple]:
    new = [ox.Triple(subject, predicate, value) for value in values]
    return [*without(triples, subject, predicate), *new]


def test_ours_has_no_fault(triples: list[ox.Triple], find: Find) -> None:
    assert find(triples) == []


def test_ours_has_placeholders_until_it_is_at_home(
    triples: list[ox.Triple], project: Project
) -> None:
    found = list(find_faults(Catalogued(CatalogueGraph(triples), load_codes(), project.site)))
    assert {(f.check, f.severity, f.hint) for f in found} == {
        (
            "catalogue-placeholder",
            Severity.WARNING,
            f"Set project.{setting} in mipex-kg.toml.",
        )
        for setting in ("contact", "site")
    }


def properties(table: dict[str, tuple[ox.NamedNode, ...]]) -> list[tuple[str, ox.NamedNode]]:
    return [(name, predicate) for name in EXAMPLES for predicate in table[name]]


@pytest.mark.parametrize(("name", "predicate"), properties({**MANDATORY}), ids=str)
def test_each_mandatory_property_is_missed(
    triples: list[ox.Triple], find: Find, name: str, predicate: ox.NamedNode
) -> None:
    (finding,) = [
        f
        for f in find(without(triples, EXAMPLES[name], predicate))
        if f.severity is Severity.VIOLATION
    ]
    assert finding.check == "catalogue-incomplete"
    assert finding.focus == EXAMPLES[name]
    assert finding.path == shown(predicate)
    assert finding.message == f"A dcat:{name} has to have {shown(predicate)}."


@pytest.mark.parametrize(("name", "predicate"), properties({**RECOMMENDED}), ids=str)
def test_each_recommended_property_is_missed(
    triples: list[ox.Triple], find: Find, name: str, predicate: ox.NamedNode
) -> None:
    found = find(without(triples, EXAMPLES[name], predicate))
    mine = [f for f in found if f.focus == EXAMPLES[name] and f.path == shown(predicate)]
    assert [f.severity for f in mine] == [Severity.WARNING]


def test_a_publisher_has_a_name(triples: list[ox.Triple], find: Find) -> None:
    publisher = ox.NamedNode(f"{BASE}catalog#publisher")
    (finding,) = find(without(triples, publisher, FOAF.term("name")))
    assert (finding.focus, finding.path) == (publisher, "foaf:name")
    assert finding.hint == "Set project.publisher in mipex-kg.toml."


def coded() -> list[tuple[ox.NamedNode, str, Severity]]:
    return [(predicate, *told) for predicate, told in CODED.items()]


@pytest.mark.parametrize(("predicate", "table", "severity"), coded(), ids=str)
def test_a_code_of_another_table_is_none(
    triples: list[ox.Triple],
    find: Find,
    predicate: ox.NamedNode,
    table: str,
    severity: Severity,
) -> None:
    wrong = ox.NamedNode("http://publications.europa.eu/resource/authority/currency/EUR")
    subject = next((t.subject for t in triples if t.predicate == predicate), TURTLE)
    assert isinstance(subject, ox.NamedNode)
    found = [f for f in find(changed(triples, subject, predicate, wrong)) if f.value == wrong]
    codes = [f for f in found if f.check == "catalogue-code"]
    assert [(f.severity, f.focus) for f in codes] == [(severity, subject)]
    assert load_codes().tables[table].scheme in str(codes[0].hint)


def test_a_code_that_a_whole_table_lacks_is_wrong(triples: list[ox.Triple], find: Find) -> None:
    wrong = load_codes().code("frequency", "SOMETIMES")
    (finding,) = find(changed(triples, FACTS, DCT.term("accrualPeriodicity"), wrong))
    assert (finding.check, finding.severity) == ("catalogue-code", Severity.VIOLATION)


def test_a_code_that_is_only_unknown_here_may_be_right(
    triples: list[ox.Triple], find: Find
) -> None:
    rare = load_codes().code("language", "TLH")
    (finding,) = find(changed(triples, FACTS, DCT.term("language"), rare))
    assert (finding.check, finding.severity) == ("catalogue-code", Severity.WARNING)


def test_a_made_up_format_of_our_own_file_is_wrong(triples: list[ox.Triple], find: Find) -> None:
    wrong = load_codes().code("file-type", "PAPYRUS")
    found = find(changed(triples, TURTLE, DCT.term("format"), wrong))
    assert ("catalogue-format", Severity.VIOLATION) in {(f.check, f.severity) for f in found}
    told = next(f for f in found if f.check == "catalogue-format")
    assert told.message.startswith("mipex-kg.ttl is RDF_TURTLE, not <")


def test_a_made_up_media_type_is_wrong(triples: list[ox.Triple], find: Find) -> None:
    (finding,) = find(changed(triples, TURTLE, DCAT.term("mediaType"), ox.Literal("text/turtle")))
    assert (finding.check, finding.severity) == ("catalogue-media-type", Severity.VIOLATION)


def test_a_wrong_size_is_told_with_the_true_one(triples: list[ox.Triple], find: Find) -> None:
    size = ox.Literal("999", datatype=XSD.term("nonNegativeInteger"))
    (finding,) = find(changed(triples, TURTLE, DCAT.term("byteSize"), size))
    assert finding.message == "mipex-kg.ttl has 1000 bytes, not 999."
    assert (finding.check, finding.severity) == ("catalogue-size", Severity.VIOLATION)


def test_a_size_is_a_number(triples: list[ox.Triple], find: Find) -> None:
    found = find(changed(triples, TURTLE, DCAT.term("byteSize"), ox.Literal("1000")))
    assert [f.check for f in found] == ["catalogue-type"]


def test_a_date_is_typed(triples: list[ox.Triple], find: Find) -> None:
    (finding,) = find(changed(triples, FACTS, DCT.term("modified"), ox.Literal("2026-01-31")))
    assert (finding.check, finding.path) == ("catalogue-type", "dct:modified")


def test_a_file_that_is_not_there_is_missed(triples: list[ox.Triple], find: Find) -> None:
    there = ox.NamedNode("https://mipex-kg.example.org/elsewhere.ttl")
    (finding,) = find(changed(triples, TURTLE, DCAT.term("downloadURL"), there))
    assert finding.message == "elsewhere.ttl is offered, and not there."


def test_two_datasets_with_one_identifier(triples: list[ox.Triple], find: Find) -> None:
    same = ox.Literal(f"{BASE}dataset/ontology")
    found = find(changed(triples, FACTS, DCT.term("identifier"), same))
    assert [(f.check, f.value) for f in found] == [("catalogue-identifier", same)] * 2


def test_a_dataset_without_an_identifier(triples: list[ox.Triple], find: Find) -> None:
    (finding,) = find(without(triples, FACTS, DCT.term("identifier")))
    assert finding.message == "A dataset without an identifier is skipped by udata."


def test_a_dataset_without_an_iri(triples: list[ox.Triple], find: Find) -> None:
    blank = ox.BlankNode("b")
    moved = [
        ox.Triple(
            blank if t.subject == FACTS else t.subject,
            t.predicate,
            blank if t.object == FACTS else t.object,
        )
        for t in triples
    ]
    (finding,) = find(moved)
    assert finding.message == "A dataset without an IRI is a new one at each harvest."


@pytest.mark.parametrize(
    "predicate", [DCT.term("publisher"), DCT.term("license"), DCT.term("format")], ids=str
)
def test_two_values_where_one_may_be(
    triples: list[ox.Triple], find: Find, predicate: ox.NamedNode
) -> None:
    subject = TURTLE if predicate != DCT.term("publisher") else FACTS
    values = [t.object for t in triples if (t.subject, t.predicate) == (subject, predicate)]
    other = ox.NamedNode("https://example.org/another")
    found = find(changed(triples, subject, predicate, *values, other))
    assert "catalogue-several" in {f.check for f in found}


def test_a_label_on_a_licence(triples: list[ox.Triple], find: Find) -> None:
    licence = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
    found = find(changed(triples, licence, RDFS.term("label"), ox.Literal("CC BY 4.0")))
    assert {f.check for f in found} == {"catalogue-licence-label"}


def test_several_places(triples: list[ox.Triple], find: Find) -> None:
    places = [ox.NamedNode(f"https://sws.geonames.org/{n}/") for n in (1, 2)]
    (finding,) = find(changed(triples, FACTS, DCT.term("spatial"), *places))
    assert (finding.check, finding.severity) == ("catalogue-several-places", Severity.WARNING)


def test_a_checksum(triples: list[ox.Triple], find: Find) -> None:
    checksum = ox.NamedNode("http://spdx.org/rdf/terms#checksum")
    (finding,) = find(changed(triples, TURTLE, checksum, ox.NamedNode(f"{BASE}sum")))
    assert finding.check == "catalogue-checksum"


def test_a_dataset_that_is_not_listed(triples: list[ox.Triple], find: Find) -> None:
    kept = ox.NamedNode(f"{BASE}dataset/ontology")
    (finding,) = find(changed(triples, CATALOGUE, DCAT.term("dataset"), kept))
    assert (finding.check, finding.focus) == ("catalogue-unlisted", FACTS)


def test_nothing_at_all(find: Find) -> None:
    assert [f.check for f in find([])] == ["catalogue-empty"] * 3


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("mailto:someone@example.org", True),
        ("mailto:someone@mipex-kg.example.org", True),
        ("https://mipex-kg.example.org/contact", True),
        ("http://localhost:8000/", True),
        ("https://site.invalid/", True),
        ("mailto:data@mpg.de", False),
        ("https://example.org.evil.net/", False),
        ("https://myexample.org/", False),
    ],
)
def test_placeholders(address: str, is_one: bool) -> None:
    assert is_placeholder(address) is is_one
