"""Broken catalogues: each fault is found, with the property that is to blame and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef

from mipex_kg.checks.catalogue.checked_catalogue import CheckedCatalogue, shown
from mipex_kg.checks.catalogue.faults import find_faults
from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.checks.catalogue.portals import CKAN_MOST, UDATA_MOST, ckan_faults, udata_faults
from mipex_kg.checks.catalogue.profile import CODED, MANDATORY, RECOMMENDED
from mipex_kg.dataset.catalogue.codes import load_codes
from mipex_kg.project.placeholders import is_placeholder
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, RDFS, XSD
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.report import Finding, Severity
from tests.catalogues import names, written
from tests.conftest import Run
from tests.test_dcat_ap import SH, shapes

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


Faults = Callable[[CheckedCatalogue], Iterator[Finding]]


class Find(Protocol):
    def __call__(
        self, triples: list[ox.Triple], faults: Faults = find_faults, sizes: int = 1000
    ) -> list[Finding]: ...


@pytest.fixture(scope="module")
def find(project: Project) -> Find:
    """Look for faults, but for those that ours has: addresses that stand for others."""
    files = {*names(project), "catalog.rdf", "catalog.jsonld"}

    def find(
        triples: list[ox.Triple], faults: Faults = find_faults, sizes: int = 1000
    ) -> list[Finding]:
        graph, there = CatalogueGraph(triples), dict.fromkeys(files, sizes)
        subject = CheckedCatalogue(graph, load_codes(), project.site, there)
        return [f for f in faults(subject) if f.check != "placeholder"]

    return find


def without(triples: list[ox.Triple], subject: Term, predicate: ox.NamedNode) -> list[ox.Triple]:
    return [t for t in triples if (t.subject, t.predicate) != (subject, predicate)]


def changed(
    triples: list[ox.Triple], subject: ox.NamedNode, predicate: ox.NamedNode, *values: Term
) -> list[ox.Triple]:
    new = [ox.Triple(subject, predicate, value) for value in values]
    return [*without(triples, subject, predicate), *new]


@pytest.mark.parametrize("faults", [find_faults, ckan_faults, udata_faults])
def test_ours_has_no_fault(triples: list[ox.Triple], find: Find, faults: Faults) -> None:
    assert find(triples, faults) == []


def test_ours_has_placeholders_until_it_is_at_home(
    triples: list[ox.Triple], project: Project
) -> None:
    found = list(find_faults(CheckedCatalogue(CatalogueGraph(triples), load_codes(), project.site)))
    assert {(f.check, f.severity, f.hint) for f in found} == {
        (
            "placeholder",
            Severity.INFO,
            f"Set project.{setting} in mipex-kg.toml.",
        )
        for setting in ("contact", "site")
    }


@pytest.mark.parametrize(
    ("name", "table"), [("shapes", MANDATORY), ("shapes_recommended", RECOMMENDED)]
)
def test_the_properties_are_those_of_semics_shapes(
    name: str, table: Mapping[str, tuple[ox.NamedNode, ...]]
) -> None:
    graph = shapes(name)
    for cls, predicates in table.items():
        wanted = {
            str(graph.value(prop, SH.path))
            for shape in graph.subjects(SH.targetClass, URIRef(DCAT + cls))
            for prop in graph.objects(shape, SH.property)
            if int(str(graph.value(prop, SH.minCount, default=Literal(0)))) > 0
        }
        assert {predicate.value for predicate in predicates} == wanted


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
    assert finding.check == "incomplete"
    assert finding.focus == EXAMPLES[name]
    assert finding.path == shown(predicate)
    assert finding.message == f"A dcat:{name} must have {shown(predicate)}."


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
    codes = [f for f in found if f.check == "code"]
    assert [(f.severity, f.focus) for f in codes] == [(severity, subject)]
    assert load_codes().tables[table].scheme in str(codes[0].hint)


def test_a_code_that_a_whole_table_lacks_is_wrong(triples: list[ox.Triple], find: Find) -> None:
    wrong = load_codes().code("frequency", "SOMETIMES")
    (finding,) = find(changed(triples, FACTS, DCT.term("accrualPeriodicity"), wrong))
    assert (finding.check, finding.severity) == ("code", Severity.VIOLATION)


def test_a_code_that_is_only_unknown_here_may_be_right(
    triples: list[ox.Triple], find: Find
) -> None:
    rare = load_codes().code("language", "TLH")
    (finding,) = find(changed(triples, FACTS, DCT.term("language"), rare))
    assert (finding.check, finding.severity) == ("code", Severity.WARNING)


def test_a_made_up_format_of_our_own_file_is_wrong(triples: list[ox.Triple], find: Find) -> None:
    wrong = load_codes().code("file-type", "PAPYRUS")
    found = find(changed(triples, TURTLE, DCT.term("format"), wrong))
    assert ("format", Severity.VIOLATION) in {(f.check, f.severity) for f in found}
    told = next(f for f in found if f.check == "format")
    assert told.message.startswith("mipex-kg.ttl is RDF_TURTLE, not <")


def test_a_made_up_media_type_is_wrong(triples: list[ox.Triple], find: Find) -> None:
    (finding,) = find(changed(triples, TURTLE, DCAT.term("mediaType"), ox.Literal("text/turtle")))
    assert (finding.check, finding.severity) == ("media-type", Severity.VIOLATION)
    assert (finding.hint or "").endswith("/media-types/text/turtle.")


def test_a_wrong_size_is_told_with_the_true_one(triples: list[ox.Triple], find: Find) -> None:
    size = ox.Literal("999", datatype=XSD.term("nonNegativeInteger"))
    (finding,) = find(changed(triples, TURTLE, DCAT.term("byteSize"), size))
    assert finding.message == "mipex-kg.ttl has 1000 bytes, not 999."
    assert (finding.check, finding.severity) == ("size", Severity.VIOLATION)


def test_a_size_is_a_number(triples: list[ox.Triple], find: Find) -> None:
    found = find(changed(triples, TURTLE, DCAT.term("byteSize"), ox.Literal("1000")))
    assert [f.check for f in found] == ["type"]


def test_a_date_is_typed(triples: list[ox.Triple], find: Find) -> None:
    (finding,) = find(changed(triples, FACTS, DCT.term("modified"), ox.Literal("2026-01-31")))
    assert (finding.check, finding.path) == ("type", "dct:modified")


def test_a_file_that_is_not_there_is_missed(triples: list[ox.Triple], find: Find) -> None:
    there = ox.NamedNode("https://mipex-kg.example.org/elsewhere.ttl")
    (finding,) = find(changed(triples, TURTLE, DCAT.term("downloadURL"), there))
    assert finding.message == "elsewhere.ttl is listed but missing."


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
    assert "several" in {f.check for f in found}


def test_a_dataset_that_is_not_listed(triples: list[ox.Triple], find: Find) -> None:
    kept = ox.NamedNode(f"{BASE}dataset/ontology")
    (finding,) = find(changed(triples, CATALOGUE, DCAT.term("dataset"), kept))
    assert (finding.check, finding.focus) == ("unlisted", FACTS)


def test_nothing_at_all(find: Find) -> None:
    assert [f.check for f in find([])] == ["empty"] * 3


# ---- What portals make of it, each rule alone; tests/harvest holds them against the portals


def one(found: list[Finding]) -> tuple[str, Severity]:
    """Give the only kind of finding that there is."""
    [kind] = {(f.check, f.severity) for f in found}
    return kind


def renamed(triples: list[ox.Triple], old: Term, new: ox.BlankNode) -> list[ox.Triple]:
    return [
        ox.Triple(
            new if t.subject == old else t.subject,
            t.predicate,
            new if t.object == old else t.object,
        )
        for t in triples
    ]


LICENCE = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
BOTH = [ckan_faults, udata_faults]


@pytest.mark.parametrize("faults", BOTH)
def test_a_dataset_without_a_title_is_refused(
    triples: list[ox.Triple], find: Find, faults: Faults
) -> None:
    found = find(without(triples, FACTS, DCT.term("title")), faults)
    assert one(found) == ("refused", Severity.VIOLATION)
    assert (found[0].focus, found[0].path) == (FACTS, "dct:title")


def test_ckan_refuses_a_dataset_without_a_description(triples: list[ox.Triple], find: Find) -> None:
    broken = without(triples, FACTS, DCT.term("description"))
    assert one(find(broken, ckan_faults)) == ("refused", Severity.VIOLATION)
    assert find(broken, udata_faults) == []


@pytest.mark.parametrize("faults", BOTH)
def test_a_file_without_an_address_is_none(
    triples: list[ox.Triple], find: Find, faults: Faults
) -> None:
    kept = without(triples, TURTLE, DCAT.term("downloadURL"))
    assert find(kept, faults) == []
    found = find(without(kept, TURTLE, DCAT.term("accessURL")), faults)
    assert one(found) == ("no-address", Severity.VIOLATION)
    assert found[0].focus == TURTLE


@pytest.mark.parametrize("faults", BOTH)
def test_a_dataset_without_an_iri(triples: list[ox.Triple], find: Find, faults: Faults) -> None:
    found = find(renamed(triples, FACTS, ox.BlankNode("b")), faults)
    assert one(found) == ("no-iri", Severity.VIOLATION)


@pytest.mark.parametrize("faults", BOTH)
def test_a_label_on_a_licence(triples: list[ox.Triple], find: Find, faults: Faults) -> None:
    label = RDFS.term("label")
    found = find(changed(triples, LICENCE, label, ox.Literal("CC BY 4.0")), faults)
    assert one(found) == ("licence-label", Severity.VIOLATION)
    assert found[0].focus == LICENCE


def test_ckan_knows_a_licence_by_its_title(triples: list[ox.Triple], find: Find) -> None:
    title = ox.Literal("CC BY 4.0", language="en")
    for broken in (
        changed(triples, LICENCE, DCT.term("title"), title),
        changed(triples, TURTLE, DCT.term("license"), ox.NamedNode("https://e.example/licence")),
    ):
        assert one(find(broken, ckan_faults)) == ("licence-unknown", Severity.WARNING)
        assert find(broken, udata_faults) == []
    known = ox.NamedNode("http://www.opendefinition.org/licenses/cc-by")
    assert find(changed(triples, TURTLE, DCT.term("license"), known), ckan_faults) == []


@pytest.mark.parametrize(
    ("keyword", "check", "severity"),
    [
        ("policy, of integration", "keyword-split", Severity.WARNING),
        ("migrants' rights", "keyword-refused", Severity.VIOLATION),
        ("x", "keyword-refused", Severity.VIOLATION),
        ("x" * 101, "keyword-refused", Severity.VIOLATION),
    ],
)
def test_keywords_that_ckan_takes_amiss(
    triples: list[ox.Triple], find: Find, keyword: str, check: str, severity: Severity
) -> None:
    value = ox.Literal(keyword, language="en")
    found = find(changed(triples, FACTS, DCAT.term("keyword"), value), ckan_faults)
    assert one(found) == (check, severity)
    assert found[0].value == value


def test_ckan_keeps_one_place(triples: list[ox.Triple], find: Find) -> None:
    places = [t.object for t in triples if (t.subject, t.predicate) == (FACTS, DCT.term("spatial"))]
    other = ox.NamedNode("https://sws.geonames.org/1/")
    broken = changed(triples, FACTS, DCT.term("spatial"), *places, other)
    assert one(find(broken, ckan_faults)) == ("several-places", Severity.WARNING)


def test_udata_keeps_a_place_by_its_polygon(triples: list[ox.Triple], find: Find) -> None:
    broken = [t for t in triples if t.predicate != DCAT.term("bbox")]
    assert one(find(broken, udata_faults)) == ("place-without-shape", Severity.WARNING)
    assert find(broken, ckan_faults) == []


def test_udata_looks_up_a_named_period(triples: list[ox.Triple], find: Find) -> None:
    period = ox.NamedNode(f"{BASE}catalog#years")
    broken = changed(triples, FACTS, DCT.term("temporal"), period)
    assert one(find(broken, udata_faults)) == ("period-named", Severity.WARNING)


def test_ckan_names_formats_by_the_label_of_the_media_type(
    triples: list[ox.Triple], find: Find
) -> None:
    csv = ox.NamedNode("https://www.iana.org/assignments/media-types/text/csv")
    found = find(without(triples, csv, RDFS.term("label")), ckan_faults)
    assert one(found) == ("format-unknown", Severity.WARNING)


def test_ckan_names_publishers(triples: list[ox.Triple], find: Find) -> None:
    publisher = ox.NamedNode(f"{BASE}catalog#publisher")
    found = find(without(triples, publisher, FOAF.term("name")), ckan_faults)
    assert one(found) == ("publisher-unnamed", Severity.WARNING)


def test_ckan_numbers_equal_titles(triples: list[ox.Triple], find: Find) -> None:
    titles = [t.object for t in triples if (t.subject, t.predicate) == (FACTS, DCT.term("title"))]
    ontology = ox.NamedNode(f"{BASE}dataset/ontology")
    found = find(changed(triples, ontology, DCT.term("title"), *titles), ckan_faults)
    assert one(found) == ("title-twice", Severity.WARNING)


def test_ckan_reads_no_page_twice(triples: list[ox.Triple], find: Find, project: Project) -> None:
    page = ox.NamedNode(f"{BASE}catalog#page")
    next_page = ox.NamedNode("http://www.w3.org/ns/hydra/core#next")
    for name, expected in (("catalog.rdf", ["endless"]), ("catalog-2.rdf", [])):
        more = ox.Triple(page, next_page, ox.NamedNode(project.site + name))
        assert [f.check for f in find([*triples, more], ckan_faults)] == expected


def test_two_datasets_with_one_identifier(triples: list[ox.Triple], find: Find) -> None:
    same = ox.Literal(f"{BASE}dataset/ontology")
    found = find(changed(triples, FACTS, DCT.term("identifier"), same), udata_faults)
    assert [(f.check, f.value) for f in found] == [("identifier", same)] * 2


def test_a_dataset_without_an_identifier(triples: list[ox.Triple], find: Find) -> None:
    (finding,) = find(without(triples, FACTS, DCT.term("identifier")), udata_faults)
    assert finding.message == "A dataset without an identifier is skipped by udata."


def test_udata_fails_on_a_checksum(triples: list[ox.Triple], find: Find) -> None:
    checksum = ox.NamedNode("http://spdx.org/rdf/terms#checksum")
    broken = changed(triples, TURTLE, checksum, ox.NamedNode(f"{BASE}sum"))
    assert one(find(broken, udata_faults)) == ("checksum", Severity.WARNING)


@pytest.mark.parametrize(("faults", "most"), [(ckan_faults, CKAN_MOST), (udata_faults, UDATA_MOST)])
def test_portals_read_no_endless_catalogue(
    triples: list[ox.Triple], find: Find, faults: Faults, most: int
) -> None:
    assert find(triples, faults, sizes=most) == []
    assert one(find(triples, faults, sizes=most + 1)) == ("too-large", Severity.VIOLATION)


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


FOREIGN = """{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
"@graph": [
{"@id": "https://own.example/catalog", "@type": "dcat:Catalog", "dct:title": "All",
 "dcat:dataset": [{"@id": "https://own.example/dataset/a"}, {"@id": "https://own.example/dataset/b"}]},
{"@id": "https://own.example/dataset/a", "@type": "dcat:Dataset", "dct:title": "A",
 "dcat:distribution": {"@type": "dcat:Distribution",
  "dcat:accessURL": {"@id": "https://own.example/api/a?f=csv"},
  "dcat:downloadURL": {"@id": "https://own.example/files/a.csv"}}},
{"@id": "https://own.example/dataset/b", "@type": "dcat:Dataset", "dct:title": "B"}
]}"""


def test_hints_on_datasets_that_the_build_does_not_hold_can_be_followed(
    run: Run, tmp_path: Path
) -> None:
    """Only a file of the project says anything of them, and only their host knows their files."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "catalog.jsonld").write_text(FOREIGN)
    run("init", tmp_path / "p", "--from", tmp_path / "given" / "catalog.jsonld")
    project = tmp_path / "p"
    site = project / "site"
    run("--project", project, "build", "-o", site)
    told = run("--project", project, "check", site, "--format", "json", code=1).text
    findings = json.loads(told)["findings"]
    hints = {str(finding["hint"]) for finding in findings}
    assert not [hint for hint in hints if "ebuild" in hint or "the build adds" in hint]
    assert not [hint for hint in hints if "data/catalogue.trig" in hint]
    assert "State dct:description in ../given/catalog.jsonld." in hints
    assert "State dct:identifier in ../given/catalog.jsonld." in hints
    unseen = [f for f in findings if "can't be seen from here" in f["message"]]
    assert {f["check"] for f in unseen} == {"dcat-ap/file", "links"}
    assert {f["severity"] for f in unseen} == {"warning"}
    assert not [f for f in findings if f["check"] in ("links", "signposting") and f not in unseen]
    # What the build wrote and somebody removed is missing, as ever.
    (site / "queries.html").unlink()
    of_links = ("--only", "links", "--format", "json")
    told = run("--project", project, "check", site, *of_links, code=1).text
    assert "There is no queries.html in the site." in told
