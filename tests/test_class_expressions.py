"""Class expressions of OWL, in words."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import html

from mipex_kg.dataset.class_expressions import ClassExpressions
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.words import english
from mipex_kg.rdf.formats import TURTLE
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.rdf.parsing import parse_text
from mipex_kg.site.pages.wording import Wording
from tests.conftest import Run

HEAD = """@prefix : <https://e.org/voc#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:A rdfs:label "A"@en . :B rdfs:label "B"@en . :p rdfs:label "p"@en . :q rdfs:label "q"@en .
"""
RESTRICTION = "a owl:Restriction ; owl:onProperty"
SAID = {
    f"[ {RESTRICTION} :p ; owl:someValuesFrom :A ]": "only things of which some p is an A",
    f"[ {RESTRICTION} :p ; owl:allValuesFrom :B ]": "only things of which every p is a B",
    f"[ {RESTRICTION} :p ; owl:hasValue :A ]": "only things whose p is A",
    f'[ {RESTRICTION} :p ; owl:hasValue "x" ]': "only things whose p is x",
    f"[ {RESTRICTION} :p ; owl:hasSelf true ]": "only things whose p is the thing itself",
    f"[ {RESTRICTION} :p ; owl:minCardinality 2 ]": "only things with at least 2 × p",
    f"[ {RESTRICTION} :p ; owl:cardinality 1 ]": "only things with exactly 1 × p",
    f"[ {RESTRICTION} :p ; owl:maxQualifiedCardinality 3 ; owl:onClass :A ]": (
        "only things with at most 3 × p of the kind A"
    ),
    f"[ {RESTRICTION} [ owl:inverseOf :p ] ; owl:someValuesFrom :A ]": (
        "only things of which some inverse of p is an A"
    ),
    f"[ {RESTRICTION} :p ; owl:someValuesFrom [ owl:unionOf ( :A :B ) ] ]": (
        "only things of which some p is an A or B"
    ),
    f"[ {RESTRICTION} :p ; owl:allValuesFrom [ {RESTRICTION} :q ; owl:someValuesFrom :A ] ]": (
        "only things of which every p is one of the things of which some q is an A"
    ),
    "[ owl:unionOf ( :A :B ) ]": "A or B",
    "[ owl:intersectionOf ( :A [ owl:unionOf ( :A :B ) ] ) ]": "A and (A or B)",
    "[ owl:complementOf :A ]": "not an A",
    "[ owl:oneOf ( :A :B ) ]": "A or B",
    "[ owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 1 ] "
    "[ xsd:maxExclusive 5 ] ) ]": "xsd:integer (≥ 1, < 5)",
    "[ owl:inverseOf :p ]": "inverse of p",
    '[ rdfs:comment "Something else." ]': None,
    f"[ {RESTRICTION} :p ]": None,
    ":A": None,
}


def said(text: str) -> str | None:
    file = parse_text(HEAD + text, TURTLE, Path("voc.ttl"))
    dataset = Dataset(tuple(file.quads), (file,), PREFIXES)
    words = english()
    wording = Wording(dataset, words)
    expressions = ClassExpressions(
        dataset, words.texts, lambda term: wording.label(term).value, wording.property
    )
    subject, asked = ox.NamedNode("https://e.org/voc#C"), ox.NamedNode("https://e.org/voc#is")
    [value] = dataset.values(subject, asked)
    return expressions.say(value)


@pytest.mark.parametrize("expression", SAID)
def test_an_expression_is_said_in_words(expression: str) -> None:
    assert said(f":C :is {expression} .") == SAID[expression]


def test_an_expression_without_an_end_has_one() -> None:
    circle = f"_:c {RESTRICTION} :p ; owl:allValuesFrom _:c . :C :is _:c ."
    assert "…" in (said(circle) or "")
    deep = "[ owl:complementOf " * 500 + ":A" + " ]" * 500
    assert "…" in (said(f":C :is {deep} .") or "")
    own = "_:l owl:unionOf _:l . :C :is _:l ."
    assert said(own) is None


VOC = """@base <https://e.org/voc> .
<> a owl:Ontology ; rdfs:label "Trades"@en .
:A a owl:Class . :B a owl:Class . :C a owl:Class ; rdfs:label "C"@en ;
  rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ] .
:p a owl:ObjectProperty ; rdfs:domain [ a owl:Class ; owl:unionOf ( :A :B ) ] ; rdfs:range :B .
:q a owl:ObjectProperty .
"""


def test_a_page_of_terms_has_expressions_where_they_are_said_and_used(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "voc.ttl").write_text(HEAD + VOC)
    run("init", tmp_path / "p", "--from", tmp_path / "voc.ttl")
    run("--project", tmp_path / "p", "build", "-o", tmp_path / "site")
    tree = html.fromstring((tmp_path / "site" / "voc.html").read_bytes())

    def values(term: str, name: str) -> list[str]:
        [section] = tree.xpath("//*[@id=$term]", term=term)
        return [
            value.text_content().strip()
            for fact in section.cssselect(".fact")
            if fact.cssselect("dt")[0].text_content().strip() == name
            for value in fact.cssselect("dd")
        ]

    assert values("C", "subclass of") == ["only things of which some p is an A"]
    assert values("p", "domain") == ["A or B"]
    assert values("A", "used to describe") == ["C", "p"]
    assert values("B", "used to describe") == ["p"]
    assert "unnamed" not in tree.text_content()
