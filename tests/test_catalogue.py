"""The catalogue: what the project says, what the engine knows, and what the build measures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.catalogue.codes import load_codes
from mipex_kg.project.project import Project, at_site, load_project
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.serialization import canonical
from mipex_kg.rdf.terms import text_of
from mipex_kg.site import build as site_build
from mipex_kg.site.documents import Publication
from mipex_kg.system.errors import UsageError
from mipex_kg.validation.judging import validate_project
from mipex_kg.validation.validated import validated
from tests.catalogues import (
    DAY,
    PREFIXES,
    ask,
    lines,
    names,
    set_up,
    store,
    write_catalogue,
    written,
)
from tests.conftest import BUNDLED_SITE, ROOT, Run, shared_file

# rdflib warns of a class that its own parsers of TriG and JSON-LD use.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")

FACTS = "https://example.org/room/dataset/facts"


@pytest.fixture
def room(run: Run, tmp_path: Path) -> Path:
    """Make a small project, which has a small catalogue."""
    run("init", tmp_path / "room")
    return tmp_path / "room"


@pytest.fixture(scope="module")
def files(project: Project) -> dict[str, bytes]:
    return written(project)


@pytest.fixture(scope="module")
def site(bundled_site: Path) -> Path:
    return bundled_site


# ---- What is measured ----------------------------------------------------------------------------


def test_sizes_and_dates_are_those_of_the_files(site: Path, project: Project) -> None:
    rows = ask(
        store({"catalog.ttl": (site / "catalog.ttl").read_bytes()}),
        "SELECT ?file ?size ?day { ?d dcat:downloadURL ?file ; dcat:byteSize ?size ; "
        "dct:modified ?day }",
    )
    manifest = json.loads((site / "manifest.json").read_text())
    assert len(rows) == len(formats.FORMATS) + len(formats.OF_DOCUMENTS) + len(project.tables)
    for address, size, day in rows:
        name = address.removeprefix(project.site)
        assert int(size) == (site / name).stat().st_size, name
        assert day == manifest["modified"][name], name


def test_the_build_writes_what_the_function_gives(site: Path, project: Project) -> None:
    project = at_site(project, BUNDLED_SITE)
    manifest = json.loads((site / "manifest.json").read_text())
    sizes = {name: (site / name).stat().st_size for name in manifest["sha256"]}
    for name, data in written(project, sizes, manifest["modified"], manifest["sha256"]).items():
        assert (site / name).read_bytes() == data, name


def test_the_same_facts_give_the_same_bytes(files: dict[str, bytes], project: Project) -> None:
    sizes = dict.fromkeys(reversed(names(project)), 1000)
    assert written(project, sizes) == files


def test_a_dataset_changed_when_its_latest_file_did(project: Project) -> None:
    sizes = dict.fromkeys(names(project), 1000)
    modified = {**dict.fromkeys(sizes, "2026-12-01"), "mipex-kg.nq": "2026-12-05"}
    rows = ask(
        store(written(project, sizes, modified)),
        "SELECT ?thing ?day { ?thing dct:modified ?day ; a ?kind . "
        "FILTER(?kind IN (dcat:Catalog, dcat:Dataset)) }",
    )
    assert {thing.removeprefix(project.base): day for thing, day in rows} == {
        "catalog": "2026-11-29",  # as its editors wrote it
        "dataset/facts": "2026-12-05",
        "dataset/ontology": "2026-12-01",
    }


def test_a_new_build_dates_what_changed_and_nothing_else(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(epoch: int) -> dict[str, str]:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch))
        found = validated(load_project(room))
        site_build.build(found, room / "site", processes=1, index=lambda _folder, _language: None)
        rows = ask(
            store({"catalog.ttl": (room / "site" / "catalog.ttl").read_bytes()}),
            "SELECT ?d ?day { ?d a dcat:Distribution ; dct:modified ?day }",
        )
        return {file.rpartition("#")[2]: day for file, day in rows}

    (room / "mipex-kg.toml").write_text(
        (room / "mipex-kg.toml").read_text() + '\n[catalogue]\ntables = ["keepers"]\n'
    )
    assert set(build(1_767_225_600).values()) == {"2026-01-01"}
    catalogue = room / "data" / "catalogue.trig"
    catalogue.write_text(catalogue.read_text().replace('"Facts"', '"All the facts"'))
    second = build(1_769_904_000)
    assert second.pop("table-keepers") == "2026-01-01"
    assert set(second.values()) == {"2026-02-01"}


def test_a_file_that_could_not_be_written_is_not_offered(project: Project) -> None:
    sizes = dict.fromkeys(names(project), 1000)
    del sizes["mipex-kg.rdf"]
    text = written(project, sizes)["catalog.nt"].decode()
    assert "facts#rdfxml" not in text
    assert "facts#turtle" in text


def test_files_are_as_old_as_they_are_if_nobody_says_since_when(room: Path) -> None:
    rows = ask(store(written(load_project(room))), "SELECT DISTINCT ?day { ?d dct:issued ?day }")
    assert rows == [(DAY,)]


# ---- What the engine knows -----------------------------------------------------------------------


def test_each_dump_and_table_is_a_file_of_the_dataset(project: Project) -> None:
    rows = ask(
        store(written(project)),
        "SELECT ?file ?type ?code { <https://w3id.org/mipex-kg/dataset/facts> dcat:distribution ?d"
        " . ?d dcat:downloadURL ?file ; dcat:accessURL ?file ; dcat:mediaType/rdfs:label ?type ;"
        " dct:format ?code }",
    )
    code = "http://publications.europa.eu/resource/authority/file-type/"
    dumps = {
        (f"{project.site}mipex-kg{f.suffix}", f.media_type, code + f.file_type)
        for f in formats.FORMATS
    }
    tables = {(f"{project.site}query/{t}.csv", "text/csv", f"{code}CSV") for t in project.tables}
    assert set(rows) == dumps | tables


def test_every_file_offered_is_there(site: Path, project: Project) -> None:
    rows = ask(
        store({"catalog.ttl": (site / "catalog.ttl").read_bytes()}),
        "SELECT ?file { ?s dcat:downloadURL|dcat:accessURL|dcat:landingPage|"
        "dcat:endpointDescription ?file }",
    )
    assert len(rows) > 10
    for (address,) in rows:
        assert address.startswith(project.site)
        assert (site / address.removeprefix(project.site)).is_file(), address


def test_files_stand_in_the_graph_like_all_else(site: Path) -> None:
    """In dumps, and in the document of the dataset."""
    for name in ("mipex-kg.nt", "dataset/facts.nt"):
        lines = (site / name).read_text().splitlines()
        (line,) = (line for line in lines if "facts#turtle" in line and "downloadURL" in line)
        assert line.endswith("<https://mipex-kg.example.org/mipex-kg.ttl> .")


def test_nothing_measured_stands_in_the_dumps(site: Path) -> None:
    """It could not: the size of a file would be in it."""
    assert "byteSize" not in (site / "mipex-kg.nq").read_text()


def test_addresses_are_of_the_site_and_names_of_the_base() -> None:
    project = load_project(ROOT)
    elsewhere = at_site(project, "https://data.example.net/graph/")
    dataset = validated(elsewhere).dataset
    texts = [text_of(q.object) for q in dataset.quads if "downloadURL" in q.predicate.value]
    assert texts
    assert all(text.startswith("https://data.example.net/graph/") for text in texts)
    subjects = {str(q.subject) for q in dataset.quads if "downloadURL" in q.predicate.value}
    assert all(subject.startswith(f"<{project.base}dataset/") for subject in subjects)


def test_a_catalogue_is_valid_where_names_are_addresses(room: Path) -> None:
    """Without a site of its own, files lie under the base; that makes none of them a thing."""
    project = load_project(room)
    assert project.site == project.base
    assert not validate_project(project).findings
    things = Publication(validated(project)).things()
    assert "dataset/facts" in things
    assert not [name for name in things if name.endswith((".ttl", ".html"))]


def test_what_the_project_states_is_not_added_to(room: Path) -> None:
    set_up(room, 'publisher = "The readers"\ncontact = "mailto:readers@example.org"')
    project = write_catalogue(
        room,
        """<catalog> a dcat:Catalog ; dct:title "Everything"@en ; dcat:dataset <dataset/facts> ;
             dct:language <http://publications.europa.eu/resource/authority/language/GLE> .
           <dataset/facts> a dcat:Dataset ; dct:title "Facts"@en ; dct:description "Facts."@en ;
             dct:identifier "our-own" ; dct:modified "2025-01-01"^^xsd:date .
           <dataset/facts#turtle> a dcat:Distribution ; dct:description "For people."@en .
        """,
    )
    found = store(written(project))
    assert ask(found, f"SELECT ?v {{ <{FACTS}> dct:identifier ?v }}") == [("our-own",)]
    assert ask(found, f"SELECT ?v {{ <{FACTS}> dct:modified ?v }}") == [("2025-01-01",)]
    language = "http://publications.europa.eu/resource/authority/language/GLE"
    assert ask(found, f"SELECT ?v {{ <{FACTS}> dct:language ?v }}") == [(language,)]
    described = ask(found, f"SELECT ?v {{ <{FACTS}#turtle> dct:description ?v }}")
    assert described == [("For people.",)]
    assert ask(found, f"SELECT ?v {{ <{FACTS}#trig> dct:description ?v }}") != described


OWN = """
<dataset/tides> a dcat:Dataset ; dct:title "Tides"@en ; dct:description "Of the port."@en ;
  dct:issued "1999-01-01"^^xsd:date ; dct:publisher <port> .
"""
OWN_FILE = """
<dataset/tides> dcat:distribution <dataset/tides#csv> .
<dataset/tides#csv> a dcat:Distribution ; dct:title "As CSV"@en ; dct:description "Daily."@en ;
  dcat:accessURL <https://port.example/tides> ; dcat:downloadURL <https://port.example/tides.csv> ;
  dct:license <https://port.example/licence> .
"""
PORT = '<port> a foaf:Agent ; foaf:name "Port" ; rdfs:label "Port" .'
FACTS_HELD = """
<dataset/facts> a dcat:Dataset ; dct:title "Facts"@en ; dct:description "Facts."@en ;
  kg:holds <> .
"""


@pytest.mark.parametrize(
    ("catalogue", "data", "holding"),
    [
        ("dcat:dataset <dataset/tides>", OWN + OWN_FILE, set()),
        ("dcat:dataset <dataset/tides>", OWN, {"tides"}),
        ("dcat:dataset <dataset/tides>, <dataset/facts>", OWN + FACTS_HELD, {"facts"}),
        ("dcat:dataset <dataset/facts>, <dataset/tides>", OWN + OWN_FILE + FACTS_HELD, {"facts"}),
        ("dcat:dataset <dataset/tides>, <dataset/moon>", OWN + OWN.replace("tides", "moon"), set()),
    ],
)
def test_of_a_dataset_that_lies_elsewhere_no_more_is_told_than_its_description(
    room: Path, catalogue: str, data: str, holding: set[str]
) -> None:
    set_up(
        room,
        'publisher = "The readers"\ncontact = "mailto:readers@example.org"\n'
        'licence = "https://creativecommons.org/publicdomain/zero/1.0/"',
    )
    stated = f'<catalog> a dcat:Catalog ; dct:title "All"@en ; {catalogue} .{data}{PORT}'
    project = write_catalogue(room, stated)
    endpoint = replace(project, endpoint="https://example.org/sparql")
    found = store(written(endpoint))
    base = f"{project.base}dataset/"
    own = [name for name in ("tides", "moon") if name not in holding]
    described = store({"catalog.ttl": (room / "data" / "catalogue.trig").read_bytes()})
    for name in own:
        query = f"SELECT ?p ?v {{ <{base}{name}> ?p ?v }}"
        assert ask(found, query) == ask(described, query)
    served = ask(found, "SELECT ?d { ?s dcat:servesDataset ?d }")
    assert served == [(base + name,) for name in sorted(holding)]
    files = ask(
        found,
        "SELECT DISTINCT ?d { ?d dcat:distribution/dcat:downloadURL ?f "
        f"FILTER(STRSTARTS(STR(?f), '{project.site}')) }}",
    )
    assert files == served


THEME = " dcat:theme <http://publications.europa.eu/resource/authority/data-theme/SOCI> ."
OTHER_THEME = " dcat:theme <https://port.example/themes/tides> ."


@pytest.mark.parametrize(
    ("stated", "data", "added"),
    [
        ("", OWN + OWN_FILE, {"dct:publisher", "dcat:contactPoint"}),
        ("dct:publisher <port> ;", OWN + OWN_FILE, {"dcat:contactPoint"}),
        ("dct:publisher <port> ; dcat:contactPoint <port> ;", OWN + OWN_FILE, set()),
        (
            "dct:publisher <port> ; dcat:contactPoint <port> ;",
            f"{OWN}{OWN_FILE} <dataset/tides>{THEME}",
            {"dcat:themeTaxonomy"},
        ),
        (
            "dct:publisher <port> ; dcat:contactPoint <port> ;",
            f"{OWN}{OWN_FILE} <dataset/tides>{OTHER_THEME}",
            set(),
        ),
        (
            "dct:publisher <port> ; dcat:contactPoint <port> ;",
            OWN + OWN_FILE + FACTS_HELD,
            {"foaf:homepage", "dct:language", "dct:issued", "dct:modified"},
        ),
    ],
)
def test_nothing_is_added_to_an_owners_catalogue_that_it_does_not_need(
    room: Path, stated: str, data: str, added: set[str]
) -> None:
    """What is added is linked, too: no publisher and no contact that nothing names."""
    set_up(room, 'publisher = "The readers"\ncontact = "mailto:readers@example.org"')
    listed = "<dataset/tides>" + (", <dataset/facts>" if FACTS_HELD in data else "")
    project = write_catalogue(
        room,
        f'<catalog> a dcat:Catalog ; dct:title "All"@en ; dct:description "All."@en ; {stated}'
        f"dcat:dataset {listed} .{data}{PORT}",
    )
    dataset = load_project_dataset(project)
    catalogue = project.iri("catalog")
    before = store({"catalog.ttl": (room / "data" / "catalogue.trig").read_bytes()})
    query = f"SELECT DISTINCT ?p {{ <{catalogue}> ?p ?v }}"
    more = set(ask(store(written(project)), query)) - set(ask(before, query))
    assert {shorten(p, PREFIXES) for (p,) in more} == added
    record = {str(node) for node in dataset.by_subject if "catalog#" in str(node)}
    named = {str(quad.object) for quad in dataset.quads}
    assert record <= named


def test_settings_name_publisher_contact_and_licence(room: Path) -> None:
    set_up(
        room,
        'publisher = "The readers"\ncontact = "mailto:readers@example.org"\n'
        'licence = "https://creativecommons.org/publicdomain/zero/1.0/"',
    )
    found = store(written(load_project(room)))
    rows = ask(
        found,
        "SELECT ?thing ?name ?mail ?licence { ?thing dct:publisher/foaf:name ?name ; "
        "dcat:contactPoint/vcard:hasEmail ?mail ; dct:license/dct:title ?licence }",
    )
    expected = ("The readers", "mailto:readers@example.org", "Creative Commons CCZero")
    base = "https://example.org/room/"
    assert rows == [(f"{base}catalog", *expected), (f"{base}dataset/facts", *expected)]


def test_a_service_is_offered_where_there_is_one(room: Path) -> None:
    project = load_project(room)
    assert ask(store(written(project)), "SELECT ?s { ?s a dcat:DataService }") == []
    served = replace(project, endpoint="https://example.org/sparql")
    found = store(dict(written(served)))
    rows = ask(
        found,
        "SELECT ?address ?dataset ?title ?standard { ?catalogue dcat:service ?s . "
        "?s a dcat:DataService ; dcat:endpointURL ?address ; dcat:servesDataset ?dataset ; "
        "dct:title ?title ; dct:conformsTo ?standard }",
    )
    protocol = "https://www.w3.org/TR/sparql11-protocol/"
    assert rows == [("https://example.org/sparql", FACTS, "Room (SPARQL)", protocol)]
    query = "SELECT ?dataset ?address { ?dataset void:sparqlEndpoint ?address }"
    assert ask(store(dict(written(served)), "void.ttl"), query) == [
        (FACTS, "https://example.org/sparql")
    ]
    assert ask(store(written(project), "void.ttl"), query) == []


@pytest.mark.parametrize(
    ("table", "message", "hint"),
    [
        ("keeper", "there is no query named 'keeper'", "Did you mean keepers?"),
        ("asking", "the query asking can't be a table, since it asks for who", "default"),
    ],
)
def test_a_table_is_a_query_that_can_be_asked_as_it_is(
    room: Path, table: str, message: str, hint: str
) -> None:
    (room / "queries" / "asking.rq").write_text(
        "# title: Asking\n# param who: string | who\nSELECT ?x { ?x schema:name ?who }\n"
    )
    project = replace(load_project(room), tables=(table,))
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        validated(project)
    assert hint in str(caught.value.hint)


def test_a_licence_has_a_title_and_never_a_label(room: Path) -> None:
    """CKAN stores a label instead of the IRI, and udata loses the licence."""
    set_up(room, 'licence = "https://example.org/our-licence"')
    project = write_catalogue(
        room,
        """<catalog> a dcat:Catalog ; dct:title "Everything"@en ; dcat:dataset <dataset/facts> .
           <dataset/facts> a dcat:Dataset ; dct:title "Facts"@en ; dct:description "Facts."@en .
           <https://example.org/our-licence> a dct:LicenseDocument ; rdfs:label "Ours"@en .
        """,
    )
    rows = ask(
        store(written(project)),
        "SELECT ?title ?name ?label { ?l a dct:LicenseDocument ; dct:title ?title ; "
        "skos:prefLabel ?name . OPTIONAL { ?l rdfs:label ?label } }",
    )
    assert rows == [("Ours", "Ours", "")]


# ---- Projects without a catalogue ----------------------------------------------------------------


def test_without_a_catalogue_there_is_none(room: Path, run: Run) -> None:
    (room / "data" / "catalogue.trig").unlink()
    assert written(load_project(room)) == {}
    run("build", cwd=room)
    assert list((room / "site").glob("catalog*")) == []
    assert not (room / "site" / "void.ttl").exists()


def test_a_thing_that_is_merely_called_catalog_is_published_as_any(room: Path, run: Run) -> None:
    write_catalogue(
        room,
        """<graph/own> a kg:ReferenceGraph ; rdfs:label "Own"@en ; dct:rights "None."@en ;
             <http://www.w3.org/ns/prov#wasAttributedTo> <source/us> .
           <source/us> a <http://www.w3.org/ns/prov#Agent> ; rdfs:label "Us"@en .
           <graph/own> { <catalog> a <http://schema.org/Book> ; rdfs:label "A catalogue"@en . }
        """,
    )
    run("build", cwd=room)
    assert "A catalogue" in (room / "site" / "catalog.ttl").read_text()
    assert not (room / "site" / "void.ttl").exists()


# ---- Formats -------------------------------------------------------------------------------------


def test_all_formats_hold_one_graph(files: dict[str, bytes]) -> None:
    expected = rdflib.Graph().parse(data=files["catalog.ttl"], format="turtle")
    assert len(expected) > 300
    for name, format in (("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")):
        found = rdflib.Graph().parse(data=files[f"catalog.{name}"], format=format)
        assert isomorphic(found, expected), name
    quads = list(ox.parse(files["catalog.trig"], format=ox.RdfFormat.TRIG))
    assert {str(q.graph_name) for q in quads} == {"<https://w3id.org/mipex-kg/graph/record>"}
    merged = canonical(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    assert [str(quad) for quad in merged] == lines(files["catalog.nt"])


def test_json_ld_begins_with_the_catalogue_and_carries_its_context(
    files: dict[str, bytes],
) -> None:
    document = json.loads(files["catalog.jsonld"])
    assert document["@id"].endswith("/catalog")
    assert document["@type"] == "dcat:Catalog"
    assert isinstance(document["@context"], dict)
    assert not [v for v in values(document) if isinstance(v, float | int)][1:], "typed texts only"


def values(document: object) -> Iterator[object]:
    if isinstance(document, dict):
        for value in document.values():
            yield from values(value)
    elif isinstance(document, list):
        for value in document:
            yield from values(value)
    elif not isinstance(document, bool):
        yield document


# ---- Codes ---------------------------------------------------------------------------------------


def test_the_engines_codes_are_those_of_the_tables() -> None:
    """Each code that ships is one of the EU's or of ADMS; a table that is whole lacks none."""
    graph = rdflib.Graph().parse(
        shared_file("harvest-data/eu-authority.ttl", "MIPEX_KG_HARVEST_DATA")
    )
    for name, table in load_codes().tables.items():
        members = graph.subjects(rdflib.SKOS.inScheme, rdflib.URIRef(table.scheme))
        known = {str(member).removeprefix(table.start) for member in members}
        assert set(table.names) <= known, name
        if table.whole:
            assert set(table.names) == known, name


def test_every_format_has_a_code_that_the_engine_describes() -> None:
    codes = load_codes()
    for format in formats.FORMATS:
        assert list(codes.describe(codes.code("file-type", format.file_type))), format.name
