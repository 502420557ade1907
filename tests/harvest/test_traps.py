"""What goes wrong with catalogues made otherwise: the traps that ours avoids, one by one.

If one of these fails after an upgrade, the harvester has changed: perhaps we needn't care any more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, RDF, RDFS, Graph, Literal, Namespace, URIRef

from tests.harvest.conftest import Found, InCkan, InUdata
from tests.harvest.web import Web

BASE = Namespace("https://w3id.org/mipex-kg/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
FACTS, ONTOLOGY = BASE["dataset/facts"], BASE["dataset/ontology"]
TURTLE = BASE["dataset/facts#turtle"]
IANA = "https://www.iana.org/assignments/media-types/"


def without_identifier(graph: Graph) -> None:
    graph.remove((FACTS, DCTERMS.identifier, None))


def with_one_identifier_for_both(graph: Graph) -> None:
    graph.set((FACTS, DCTERMS.identifier, Literal("the-same")))
    graph.set((ONTOLOGY, DCTERMS.identifier, Literal("the-same")))


def with_a_label_on_the_licence(graph: Graph) -> None:
    graph.add((LICENCE, RDFS.label, Literal("Attribution, which is a fine thing", lang="en")))


def without_a_title_of_the_licence(graph: Graph) -> None:
    graph.remove((LICENCE, DCTERMS.title, None))


def with_another_title_of_the_licence(graph: Graph) -> None:
    graph.set((LICENCE, DCTERMS.title, Literal("CC BY 4.0", lang="en")))


def with_a_name_for_the_period(graph: Graph) -> None:
    [period] = set(graph.objects(FACTS, DCTERMS.temporal))
    named = URIRef("http://127.0.0.1:9/years")  # Nobody answers there.
    for _, predicate, value in list(graph.triples((period, None, None))):
        graph.add((named, predicate, value))
    graph.set((FACTS, DCTERMS.temporal, named))


def with_a_checksum_in_hexadecimal(graph: Graph) -> None:
    checksum = BASE["dataset/facts#checksum"]
    graph.add((TURTLE, SPDX.checksum, checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    graph.add((checksum, SPDX.checksumValue, Literal("ab" * 32, datatype=XSD.hexBinary)))


def without_a_label_on_media_types(graph: Graph) -> None:
    graph.remove((URIRef(IANA + "text/csv"), RDFS.label, None))


def without_an_address_to_download(graph: Graph) -> None:
    graph.remove((TURTLE, DCAT.downloadURL, None))
    graph.remove((TURTLE, DCAT.accessURL, None))


def with_a_comma_in_a_keyword(graph: Graph) -> None:
    graph.add((FACTS, DCAT.keyword, Literal("policy, of integration", lang="en")))


def with_a_keyword_that_has_an_apostrophe(graph: Graph) -> None:
    graph.add((FACTS, DCAT.keyword, Literal("migrants' rights", lang="en")))


def with_equal_titles(graph: Graph) -> None:
    for title in graph.objects(FACTS, DCTERMS.title):
        graph.set((ONTOLOGY, DCTERMS.title, title))


def with_a_next_page_as_text(graph: Graph) -> None:
    page = BASE["catalog#page"]
    graph.add((page, RDF.type, HYDRA.PartialCollectionView))
    graph.add((page, HYDRA.next, Literal("https://mipex-kg.example.org/catalog.ttl")))


Change = Callable[[Graph], None]
CHANGES: tuple[Change, ...] = (
    without_identifier,
    with_one_identifier_for_both,
    with_a_label_on_the_licence,
    without_a_title_of_the_licence,
    with_another_title_of_the_licence,
    with_a_name_for_the_period,
    with_a_checksum_in_hexadecimal,
    without_a_label_on_media_types,
    without_an_address_to_download,
    with_a_comma_in_a_keyword,
    with_a_keyword_that_has_an_apostrophe,
    with_equal_titles,
    with_a_next_page_as_text,
)


@pytest.fixture(scope="module")
def broken(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Change, Path]:
    """Our catalogue, changed in each of the ways."""
    folder, files = tmp_path_factory.mktemp("traps"), {}
    text = (site / "catalog.ttl").read_bytes()
    for change in CHANGES:
        graph = Graph().parse(data=text, format="turtle")
        before = set(graph)
        change(graph)
        assert set(graph) != before, change.__name__
        files[change] = folder / f"{change.__name__}.ttl"
        graph.serialize(files[change], format="turtle")
    return files


@pytest.fixture(scope="module")
def ckan(in_ckan: InCkan, broken: dict[Change, Path]) -> dict[Change, Found]:
    return dict(zip(broken, in_ckan(*broken.values()), strict=True))


@pytest.fixture(scope="module")
def udata(in_udata: InUdata, web: Web, broken: dict[Change, Path]) -> dict[Change, Found]:
    addresses = [[web.put(file.name, file.read_bytes())] for file in broken.values()]
    return {change: first for change, [first] in zip(broken, in_udata(*addresses), strict=True)}


def in_ckan_(answer: Found, iri: URIRef) -> Found:
    [dataset] = [d for d in answer["datasets"] if {"key": "uri", "value": str(iri)} in d["extras"]]
    return {**{extra["key"]: extra["value"] for extra in dataset["extras"]}, **dataset}


def in_udata_(harvest: Found, iri: URIRef) -> Found:
    [dataset] = [d for d in harvest["datasets"] if d["harvest"]["uri"] == str(iri)]
    return dict(dataset)


def item(harvest: Found, iri: URIRef | None) -> Found:
    [found] = [i for i in harvest["items"] if i["id"] == (iri and str(iri))]
    return dict(found)


# ---- Identity ------------------------------------------------------------------------------------


def test_udata_skips_a_dataset_without_identifier(udata: dict[Change, Found]) -> None:
    harvest = udata[without_identifier]
    skipped = item(harvest, None)
    assert (skipped["status"], skipped["errors"]) == ("skipped", ["missing identifier"])
    assert [d["harvest"]["uri"] for d in harvest["datasets"]] == [str(ONTOLOGY)]


def test_udata_takes_one_dataset_of_two_with_one_identifier(udata: dict[Change, Found]) -> None:
    harvest = udata[with_one_identifier_for_both]
    assert harvest["status"] == "done-errors"
    assert sorted(i["status"] for i in harvest["items"]) == ["done", "failed"]
    [words] = [words for i in harvest["items"] for words in i["errors"]]
    assert words == "Identifier 'the-same' already exists"


def test_ckan_remembers_datasets_by_their_iris(ckan: dict[Change, Found]) -> None:
    for change in (without_identifier, with_one_identifier_for_both):
        assert {in_ckan_(ckan[change], iri)["uri"] for iri in (FACTS, ONTOLOGY)} == {
            str(FACTS),
            str(ONTOLOGY),
        }


def test_equal_titles_are_two_datasets_all_the_same(
    ckan: dict[Change, Found], udata: dict[Change, Found]
) -> None:
    assert len(ckan[with_equal_titles]["datasets"]) == 2
    assert len({d["slug"] for d in udata[with_equal_titles]["datasets"]}) == 2


# ---- The licence ---------------------------------------------------------------------------------


def test_a_label_hides_the_licence(ckan: dict[Change, Found], udata: dict[Change, Found]) -> None:
    in_ckan = in_ckan_(ckan[with_a_label_on_the_licence], FACTS)
    assert {r["license"] for r in in_ckan["resources"]} == {"Attribution, which is a fine thing"}
    assert in_udata_(udata[with_a_label_on_the_licence], FACTS).get("license") != "cc-by"


@pytest.mark.parametrize(
    "change", [without_a_title_of_the_licence, with_another_title_of_the_licence]
)
def test_ckan_knows_the_licence_by_its_title_alone(
    change: Change, ckan: dict[Change, Found], udata: dict[Change, Found]
) -> None:
    assert in_ckan_(ckan[change], FACTS)["license_id"] == ""
    assert in_udata_(udata[change], FACTS)["license"] == "cc-by"


# ---- Coverage ------------------------------------------------------------------------------------


def test_udata_looks_a_named_period_up_elsewhere_and_loses_it(
    ckan: dict[Change, Found], udata: dict[Change, Found]
) -> None:
    harvest = udata[with_a_name_for_the_period]
    assert "Unable to parse temporal coverage" in item(harvest, FACTS)["warnings"]
    assert "temporal_coverage" not in in_udata_(harvest, FACTS)
    assert in_ckan_(ckan[with_a_name_for_the_period], FACTS)["temporal_start"] == "2014-01-01"


# ---- Files ---------------------------------------------------------------------------------------


def test_udata_fails_on_a_checksum_that_is_no_string(
    ckan: dict[Change, Found], udata: dict[Change, Found]
) -> None:
    failed = item(udata[with_a_checksum_in_hexadecimal], FACTS)
    assert failed["status"] == "failed"
    assert len(ckan[with_a_checksum_in_hexadecimal]["datasets"]) == 2


def test_ckan_knows_csv_by_the_label_of_its_media_type(ckan: dict[Change, Found]) -> None:
    resources = in_ckan_(ckan[without_a_label_on_media_types], FACTS)["resources"]
    tables = [r for r in resources if r["url"].endswith(".csv")]
    assert {r["mimetype"] for r in tables} == {IANA + "text/csv"}
    assert "CSV" not in {r["format"] for r in tables}


def test_a_file_without_an_address_is_none(
    ckan: dict[Change, Found], udata: dict[Change, Found]
) -> None:
    assert ckan[without_an_address_to_download]["complaints"] == [f"no url: {TURTLE}"]
    taken = in_udata_(udata[without_an_address_to_download], FACTS)["resources"]
    assert str(TURTLE) not in {resource["harvest"]["uri"] for resource in taken}


# ---- Keywords ------------------------------------------------------------------------------------


def test_ckan_splits_a_keyword_at_its_comma(ckan: dict[Change, Found]) -> None:
    tags = {t["name"] for t in in_ckan_(ckan[with_a_comma_in_a_keyword], FACTS)["tags"]}
    assert {"policy", "of integration"} <= tags


def test_ckan_refuses_a_dataset_for_an_apostrophe(ckan: dict[Change, Found]) -> None:
    [words] = ckan[with_a_keyword_that_has_an_apostrophe]["complaints"]
    assert "migrants' rights" in words


# ---- Over HTTP -----------------------------------------------------------------------------------


def test_ckan_follows_a_next_page(ckan: dict[Change, Found]) -> None:
    # A catalogue that names itself as its next page would be read for ever.
    assert ckan[with_a_next_page_as_text]["next"] == "https://mipex-kg.example.org/catalog.ttl"


@pytest.fixture(scope="module")
def served(in_udata: InUdata, web: Web, site: Path) -> list[Found]:
    """Harvests of our catalogue as hosts may serve it."""
    text = (site / "catalog.ttl").read_bytes()
    ours = web.put("ours/catalog.ttl", text)
    addresses = [
        web.redirect("moved/catalog.ttl", ours),
        web.put("bare/catalog.ttl", text, kind="text/turtle"),
        web.address + "nowhere/catalog.ttl",
    ]
    return [first for [first] in in_udata(*([address] for address in addresses))]


def test_udata_follows_no_redirect(served: list[Found]) -> None:
    moved = served[0]
    assert (moved["status"], moved["items"]) == ("failed", [])
    assert "redirect" in moved["errors"][0].lower()


def test_udata_reads_turtle_without_a_charset_as_latin_1(served: list[Found], site: Path) -> None:
    bare = served[1]
    facts = in_udata_(bare, FACTS)
    assert "“" in (site / "catalog.ttl").read_text(encoding="utf-8")
    assert "“Who" not in facts["description"]
    assert "“Who" in facts["description"].encode("latin-1").decode("utf-8")


def test_udata_keeps_what_it_has_when_nothing_is_there(served: list[Found]) -> None:
    assert served[2]["status"] == "failed"
    assert "404" in served[2]["errors"][0]
