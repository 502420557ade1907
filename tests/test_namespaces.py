"""Terms of well-known vocabularies that are nearly right are found, once for each vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg.rdf.formats import TURTLE
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.rdf.parsing import parse_text
from mipex_kg.validation.lints_of_namespaces import find_misspelt
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding
from tests.conftest import Run

FOAF, SKOS = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2004/02/skos/core#"
# What a file declares and says, and the namespaces that are meant.
WRONG = {
    "without its last sign": ("p: <http://xmlns.com/foaf/0.1>", "<a> p:name 1", FOAF),
    "without its last slash": ("p: <http://schema.org>", "<a> p:name 1", "http://schema.org/"),
    "with another": ("p: <http://www.w3.org/2004/02/skos/core/>", "<a> p:note 1", SKOS),
    "by another scheme": ("p: <https://www.w3.org/2004/02/skos/core#>", "<a> p:note 1", SKOS),
    "on another host": ("p: <http://www.schema.org/>", "<a> p:name 1", "http://schema.org/"),
    "in other letters": ("p: <http://XMLNS.com/FOAF/0.1/>", "<a> p:name 1", FOAF),
    "as a class": ("p: <http://xmlns.com/foaf/0.1>", "<a> a p:Person", FOAF),
    "as a datatype": (
        "p: <http://www.w3.org/2001/XMLSchema>",
        '<a> <b> "2020-01-01"^^p:date',
        "http://www.w3.org/2001/XMLSchema#",
    ),
    "by its prefix": (
        "rdfs: <http://www.w3.org/2000/01/rdfs:>",
        "<a> rdfs:label 1",
        "http://www.w3.org/2000/01/rdf-schema#",
    ),
    "one that was replaced": ("skos: <http://www.w3.org/2008/05/skos#>", "<a> skos:note 1", SKOS),
}
RIGHT = {
    "schema.org by either scheme": ("p: <https://schema.org/>", "<a> p:name 1"),
    "a longer name": ("p: <http://www.w3.org/ns/organization#>", "<a> p:name 1"),
    "one with a hyphen": ("p: <http://www.w3.org/2001/XMLSchema-instance#>", "<a> p:type 1"),
    "below a known one": ("p: <http://www.w3.org/ns/sosa/om/>", "<a> p:name 1"),
    "a prefix for another known one": ("dc: <http://purl.org/dc/terms/>", "<a> dc:title 1"),
    "a prefix for one elsewhere": ("ssn: <http://purl.oclc.org/NET/ssnx/ssn#>", "<a> ssn:is 1"),
    "a prefix for things alone": ("eli: <http://data.europa.eu/eli/>", "<a> <b> eli:reg"),
    "a page of the vocabulary": ("p: <https://www.w3.org/2004/02/>", "<a> <b> p:skos"),
}


def found(declared: str, said: str) -> list[Finding]:
    text = f"@base <https://e.test/> . @prefix {declared} . {said} . {said} ."
    file = parse_text(text, TURTLE, Path("facts.ttl"))
    return list(find_misspelt([file], PREFIXES, Places([file], PREFIXES)))


@pytest.mark.parametrize("kind", WRONG)
def test_a_namespace_that_is_nearly_known_is_found_once(kind: str) -> None:
    declared, said, meant = WRONG[kind]
    (finding,) = found(declared, said)
    assert f"<{meant}>" in (finding.hint or "")
    assert finding.place
    assert finding.place.line == 1


def test_each_wrong_spelling_is_told() -> None:
    declared = "p: <http://xmlns.com/foaf/0.1> . @prefix q: <https://xmlns.com/foaf/0.1/>"
    told = found(declared, "<a> p:name 1 ; p:nick 2 ; q:name 3")
    assert [finding.message.partition(">")[0] for finding in told] == [
        "<http://xmlns.com/foaf/0.1name",
        "<https://xmlns.com/foaf/0.1/name",
    ]


@pytest.mark.parametrize("kind", RIGHT)
def test_others_are_left_alone(kind: str) -> None:
    assert found(*RIGHT[kind]) == []


def test_files_and_projects_are_told_so(run: Run, tmp_path: Path) -> None:
    facts = tmp_path / "facts.nt"
    facts.write_text('<https://e.test/a> <http://xmlns.com/foaf/0.1name> "Ada" .\n')
    run("init", tmp_path / "new", "--from", facts)
    for arguments in (("validate", facts), ("--project", tmp_path / "new", "validate")):
        said = run(*arguments).text
        assert f"{facts}:1:20: warning: <http://xmlns.com/foaf/0.1name>" in said
        assert "misspelt-namespace" in said


OTHER_FORMATS = {
    "a.rdf": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:dc="http://purl.org/dc/elements/1.0/">
      <rdf:Description rdf:about="https://e.test/a"><dc:title>A</dc:title></rdf:Description>
    </rdf:RDF>""",
    "a.jsonld": """{"@context": {"dc": "http://purl.org/dc/elements/1.0/"},
      "@id": "https://e.test/a", "dc:title": "A"}""",
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_prefixes_are_known_in_all_formats(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(OTHER_FORMATS[name])
    assert "<http://purl.org/dc/elements/1.1/>" in run("validate", tmp_path / name).text


def test_a_common_prefix_that_is_not_declared_is_seen(run: Run, tmp_path: Path) -> None:
    text = """{"@context": {"foaf": "http://xmlns.com/foaf/0.1"},
      "@id": "https://e.test/a", "foaf:name": "A"}"""
    (tmp_path / "a.jsonld").write_text(text)
    said = run("validate", tmp_path / "a.jsonld").text
    assert "unexpanded-curie" in said
    assert FOAF in said
