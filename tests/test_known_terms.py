"""Slips of the pen in terms of vocabularies that everybody knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, SDO, SKOS, DefinedNamespace

from mipex_kg.rdf.namespaces import SCHEMA, SCHEMA_HTTPS
from mipex_kg.system.errors import Guesses
from mipex_kg.validation.known_terms import is_listed, meant
from tests.conftest import Run

VOCABULARIES = [SKOS, FOAF, DCTERMS, ORG, PROV, SDO]
TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/x/> .
ex:a a skos:Concpt ; skos:prefLabel "A"@en ; skos:altlabel "a"@en ; skos:relatd ex:b .
ex:b a schema:Persn ; skos:prefLabel "B"@en ; skos:prefLable "B"@en ; foaf:nmae "B" ;
  schema:nmae "B" ; dct:titel "B" ; dct:tilte "B" ; foaf:renown "great" .
"""
MEANT = ["skos:Concept", "skos:altLabel", "skos:related", "schema:Person", "skos:prefLabel"]
MEANT += ["foaf:name", "schema:name", "dct:title", "dct:title"]


def hints(
    run: Run, folder: Path, file: str, text: str, more: str = "", *, code: int = 0
) -> list[str]:
    """Make a project of one file, and give the hints of its misspelt terms."""
    (folder / file).write_text(text)
    run("init", "--from", file, "p", cwd=folder)
    with (folder / "p" / "mipex-kg.toml").open("a") as settings:
        settings.write(more)
    findings = json.loads(run("validate", "-f", "json", cwd=folder / "p", code=code).text)
    return [f["hint"] for f in findings["findings"] if f["check"] == "unknown-term"]


def test_a_misspelt_term_gets_the_one_that_is_meant(run: Run, tmp_path: Path) -> None:
    told = hints(run, tmp_path, "facts.ttl", TURTLE)
    assert [hint.partition("?")[0] for hint in told] == [f"Did you mean {term}" for term in MEANT]


def test_a_misspelt_term_may_be_a_violation(run: Run, tmp_path: Path) -> None:
    level = '\n[checks]\nunknown-term = "violation"\n'
    assert len(hints(run, tmp_path, "facts.ttl", TURTLE, level, code=1)) == len(MEANT)


def test_a_term_that_is_described_is_meant(run: Run, tmp_path: Path) -> None:
    described = 'skos:altlabel <http://www.w3.org/2000/01/rdf-schema#label> "alternative"@en .'
    assert len(hints(run, tmp_path, "facts.ttl", TURTLE + described)) == len(MEANT) - 1


def test_keys_and_types_in_json_are_judged_too(run: Run, tmp_path: Path) -> None:
    facts = {"@id": "https://example.org/x/a", "@type": "ResearchProjct", "name": "A"}
    text = json.dumps({"@context": "https://schema.org", **facts, "fundr": "B", "funder": "B"})
    told = hints(run, tmp_path, "facts.jsonld", text)
    assert [hint.split()[3] for hint in told] == ["schema:ResearchProject?", "schema:funder?"]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.__name__)
def test_each_term_is_right_and_a_slip_of_it_is_not(vocabulary: type[DefinedNamespace]) -> None:
    for term in map(str, dir(vocabulary)):
        assert is_listed(term)
        assert is_listed(term.replace(SCHEMA_HTTPS, SCHEMA))
    for term in sorted(map(str, dir(vocabulary)))[::20]:
        slip = f"{term[:-2]}{term[-1]}{term[-2]}"
        name = term.removeprefix(str(vocabulary))
        if len(name) >= 4 and not is_listed(slip):
            assert meant(slip, is_class=name[0].isupper(), guesses=Guesses())


@pytest.mark.parametrize(
    ("name", "is_class"),
    # Some are newer than the list; some are only nearly others of another kind.
    [
        ("LoginAction", True),
        ("OperatingSystem", True),
        ("Error", True),
        ("MediaEnumeration", True),
        ("variablesMeasured", False),
        ("data", False),
        ("", False),
    ],
)
def test_a_term_that_the_lists_lack_may_be_right(name: str, is_class: bool) -> None:
    for space in (SCHEMA, SCHEMA_HTTPS):
        assert meant(space + name, is_class=is_class, guesses=Guesses()) is None
    assert is_listed("http://www.w3.org/1999/02/22-rdf-syntax-ns#_1")
    assert is_listed("http://www.w3.org/ns/shacl#values")


def test_guesses_have_an_end() -> None:
    assert meant(str(FOAF) + "nmae", is_class=False, guesses=Guesses(most=10)) is None
