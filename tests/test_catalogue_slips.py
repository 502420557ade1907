"""Slips in a catalogue are found where they are written, with what to write instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SH

from mipex_kg.dataset.catalogue.codes import load_codes
from mipex_kg.dataset.catalogue.file_types import FILE_TYPES
from mipex_kg.project.project import load_project
from mipex_kg.validation.judging import validate_project
from mipex_kg.validation.report import Finding
from tests.conftest import SHARED, Run, absent

SEMIC = SHARED / "harvest-data" / "dcat-ap-3.0.1"
SHAPES = ("dcat-ap-SHACL.ttl", "shapes.ttl")
HEAD = """@base <https://example.org/room/> .
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix locn: <http://www.w3.org/ns/locn#> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<catalog> a dcat:Catalog ; dct:title "C"@en ; dct:description "C"@en ;
  dcat:dataset <dataset/facts> .
<dataset/facts> a dcat:Dataset ; dct:title "Facts"@en ; dct:description "What the notice says."@en .
"""
# How what is of a class belongs to a catalogue.
LINKED = {
    "CatalogRecord": "<catalog> dcat:record <{node}> .",
    "DataService": "<catalog> dcat:service <{node}> .",
    "Dataset": "<catalog> dcat:dataset <{node}> .",
    "DatasetSeries": "<dataset/facts> dcat:inSeries <{node}> .",
    "Distribution": "<dataset/facts> dcat:distribution <{node}> .",
    "Relationship": "<dataset/facts> dcat:qualifiedRelation <{node}> .",
    "PeriodOfTime": "<dataset/facts> dct:temporal <{node}> .",
    "Location": "<dataset/facts> dct:spatial <{node}> .",
    "LicenseDocument": "<dataset/facts> dct:license <{node}> .",
    "Agent": "<dataset/facts> dct:publisher <{node}> .",
    "Concept": "<dataset/facts> dcat:theme <{node}> .",
    "ConceptScheme": "<catalog> dcat:themeTaxonomy <{node}> .",
    "Checksum": "<dataset/facts> spdx:checksum <{node}> .",
    "Identifier": "<dataset/facts> adms:identifier <{node}> .",
    "Catalog": "<catalog> dcat:catalog <{node}> .",
}
# SEMIC's two files contradict one another about these.
UNDECIDED = {"http://www.w3.org/ns/locn#geometry"}
RIGHT = {str(SH.Literal): "<x>", str(SH.BlankNodeOrIRI): '"x"', str(SH.IRI): '"x"'}


def node_kinds() -> dict[URIRef, dict[str, str]]:
    """Read SEMIC's shapes: by class, which kind of node each property has."""
    found: dict[URIRef, dict[str, str]] = defaultdict(dict)
    for name in SHAPES if SEMIC.is_dir() else ():
        graph = Graph().parse(SEMIC / name)
        for shape, cls in graph.subject_objects(SH.targetClass):
            for inner in graph.objects(shape, SH.property):
                path, kind = graph.value(inner, SH.path), graph.value(inner, SH.nodeKind)
                if isinstance(path, URIRef) and kind is not None and str(path) not in UNDECIDED:
                    found[URIRef(str(cls))][str(path)] = str(kind)
    return found


KINDS = node_kinds()


def test_semics_shapes_are_there() -> None:
    if not KINDS:
        absent(str(SEMIC))
    assert sum(len(kinds) for kinds in KINDS.values()) > 120


def checked(run: Run, folder: Path, catalogue: str) -> list[Finding]:
    """Put a catalogue into a new project, and give what validation finds."""
    run("init", folder)
    (folder / "data" / "catalogue.trig").write_text(catalogue)
    return list(validate_project(load_project(folder)).findings)


def line_of(finding: Finding) -> int:
    assert finding.place is not None, finding
    return finding.place.line


def slips(cls: URIRef) -> Iterator[tuple[str, str]]:
    """Give each property of a class, with a value of the wrong kind."""
    for path, kind in sorted(KINDS[cls].items()):
        yield path, RIGHT[kind]


@pytest.mark.parametrize("cls", sorted(KINDS))
def test_each_node_kind_of_semics_is_checked(run: Run, tmp_path: Path, cls: URIRef) -> None:
    node = "some/thing"
    local = cls.rpartition("#")[2].rpartition("/")[2]
    lines = [f"<{path}> {value} ;" for path, value in slips(cls)]
    body = f"<{node}> a <{cls}> ;\n" + "\n".join(lines) + '\n rdfs:label "x"@en .\n'
    catalogue = HEAD + LINKED[local].format(node=node) + "\n" + body
    first = catalogue[: catalogue.index(f"<{node}> a ")].count("\n") + 2
    found = checked(run, tmp_path / "room", catalogue)
    places = {(line_of(f), str(f.value)) for f in found if f.value is not None}
    for number, (path, value) in enumerate(slips(cls)):
        wrong = value if value.startswith('"') else "<https://example.org/room/x>"
        assert (first + number, wrong) in places, path


def test_a_build_of_slips_ends_with_the_findings(run: Run, tmp_path: Path) -> None:
    """Whatever the catalogue has, the build says that it is not valid, and is not a bug."""
    for number, value in enumerate(('"x"', "<x>", "[]", '"2020-13-45"^^xsd:date', "1")):
        properties = sorted({path for kinds in KINDS.values() for path in kinds})
        said = " ;\n".join(f"<{path}> {value}" for path in properties if "title" not in path)
        catalogue = f"{HEAD}<catalog> {said} .\n<dataset/facts> {said} .\n"
        folder = tmp_path / f"room{number}"
        assert checked(run, folder, catalogue)
        outcome = run("--project", folder, "build", "-o", folder / "site", code=1)
        assert "The data is not valid" in outcome.err
        assert not (folder / "site").exists()


SLIPS = {
    'dct:license "CC BY" .': ("catalogue-resource", "dct:license <https://creativecommons.org/"),
    'dcat:landingPage "https://x.test/" .': (
        "catalogue-resource",
        "Put the address in angle brackets: dcat:landingPage <https://x.test/>",
    ),
    'dct:publisher "The library" .': ("catalogue-resource", "[ a foaf:Agent ; foaf:name"),
    'dct:temporal "2020" .': ("catalogue-resource", "dcat:startDate"),
    'dct:spatial "Germany" .': ("catalogue-resource", "/country/DEU>"),
    "dct:description <x> .": ("catalogue-text", 'dct:description "…"@en'),
    "dcat:keyword [] .": ("catalogue-text", 'dcat:keyword "…"@en'),
    'dct:issued "last year" .': ("catalogue-date", '"2020-12-31"^^xsd:date'),
    "dct:issued <2020> .": ("catalogue-date", '"2020-12-31"^^xsd:date'),
    "dct:issued 2020 .": ("catalogue-date", '"2020-12-31"^^xsd:date'),
    'dct:issued "2020-02-30"^^xsd:date .': ("date", '"2020-12-31"^^xsd:date'),
    'dct:issued "2020-02-28" .': ("date", '"2020-02-28"^^xsd:date'),
    "dcat:spatialResolutionInMeters 10 .": ("catalogue-text", '"10"^^xsd:decimal'),
    'dcat:theme [ skos:prefLabel "x"@en ] .': ("catalogue-resource", "/data-theme/"),
    # What is written, or else the address of the file, tells which format is meant.
    'dct:format "Turtle" .': ("catalogue-resource", "/file-type/RDF_TURTLE>"),
    'dct:format "text/turtle" .': ("catalogue-resource", "/file-type/RDF_TURTLE>"),
    'dcat:mediaType "PDF" .': ("catalogue-resource", "/media-types/application/pdf>"),
    'dcat:mediaType "application/geo+json" .': ("catalogue-resource", "application/geo+json>"),
    'dcat:downloadURL <https://x.test/a.XLSX> ; dct:format "a table" .': (
        "catalogue-resource",
        "/file-type/XLSX>",
    ),
    'dcat:accessURL <https://x.test/a.nt.gz?b> ; dcat:mediaType "data" .': (
        "catalogue-resource",
        "/media-types/application/n-triples>",
    ),
    'dct:format "data" .': ("catalogue-resource", "/file-type/CSV>"),
    'dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2021"^^xsd:gYear ; '
    'dcat:endDate "2020"^^xsd:gYear ] .': ("catalogue-date", "Swap"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_found_where_it_is_and_says_what_to_write(
    run: Run, tmp_path: Path, slip: str
) -> None:
    catalogue = f"{HEAD}<dataset/facts> {slip}\n"
    check, hint = SLIPS[slip]
    found = checked(run, tmp_path / "room", catalogue)
    here = [finding for finding in found if finding.check == check]
    assert here, found
    assert {line_of(finding) for finding in found} == {HEAD.count("\n") + 1}
    assert hint in (here[0].hint or "")


@pytest.mark.parametrize(
    "agent",
    [
        "foaf:Organization",
        "foaf:Group",
        "foaf:Person",
        "org:FormalOrganization",
        "schema:Organization",
        "schema:NGO",
        "prov:Agent",
        "vcard:Organization",
    ],
)
def test_an_agent_may_be_of_any_class(run: Run, tmp_path: Path, agent: str) -> None:
    catalogue = HEAD + (
        "<dataset/facts> dct:publisher <org/a> ; dct:creator [ a foaf:Person ; foaf:name 'B' ] .\n"
        f'<org/a> a {agent} ; rdfs:label "A"@en ; foaf:name "A" .\n'
    )
    found = checked(run, tmp_path / "room", catalogue)
    assert {finding.check for finding in found} <= {"blank-node"}


def test_what_is_no_part_of_the_catalogue_stays_outside(run: Run, tmp_path: Path) -> None:
    """A place that the catalogue covers isn't a way to state facts without a source."""
    catalogue = HEAD + (
        "<dataset/facts> dct:spatial <place/a> .\n"
        '<place/a> a schema:Place ; rdfs:label "A"@en ; schema:population 3 .\n'
    )
    found = checked(run, tmp_path / "room", catalogue)
    assert {finding.check for finding in found} == {"fact-outside-graph"}


@pytest.mark.parametrize("cls", ["Catalog", "Dataset", "DatasetSeries", "DataService"])
def test_a_missing_title_is_one_finding(run: Run, tmp_path: Path, cls: str) -> None:
    body = f'<dataset/x> a dcat:{cls} ; dct:description "x"@en .\n'
    link = LINKED[cls].format(node="dataset/x")
    (finding,) = checked(run, tmp_path / "room", f"{HEAD}{body}{link}\n")
    assert (finding.check, line_of(finding)) == ("catalogue-title", HEAD.count("\n") + 1)
    assert 'Add dct:title "…"@en' in (finding.hint or "")


def test_a_number_of_another_datatype_is_written_in_the_hint(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "mipex-kg.toml").write_text(
        '[project]\nname = "room"\ntitle = "Room"\nbase = "https://example.org/room/"\n'
    )
    file = "<dataset/facts> dcat:distribution <f> . <f> a dcat:Distribution ; dct:title 'F'@en ;"
    (tmp_path / "data" / "c.ttl").write_text(f"{HEAD}{file} dcat:byteSize 4567, 'much' .")
    told = " ".join(run("validate", cwd=tmp_path, code=1).text.split())
    assert 'Write dcat:byteSize "4567"^^xsd:nonNegativeInteger' in told
    assert 'Write dcat:byteSize "1024"^^xsd:nonNegativeInteger' in told


def test_types_of_files_have_codes_that_are_known() -> None:
    known = load_codes().tables["file-type"].names
    assert [each.code for each in FILE_TYPES if each.code not in known] == []
