"""SPARQL's operators and functions mean in shapes what SPARQL says."""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg.system.errors import SourceError
from tests.test_shacl import found, judged, turtle

XSD = "http://www.w3.org/2001/XMLSchema#"
HOLD = [
    # Of two operands one may be an error.
    *("?none || true", "true || ?none", "!(?none && false)", "!(false && ?none)"),
    *("1/0 = 1 || true", "1 IN (?none, 1)", "1 IN (1/0, 1)", "2 NOT IN (1)", "1 NOT IN ()"),
    # What is true (17.2.2).
    *("!'abc'^^xsd:integer", "!'NaN'^^xsd:double", "!IF('NaN'^^xsd:float, true, false)"),
    *("!'abc'^^xsd:boolean", "'1'^^xsd:boolean", "'0.1'^^xsd:decimal"),
    "'NaN'^^xsd:double != 1",
    # Points in time that Python doesn't know.
    "YEAR('-0044-03-15T00:00:00Z'^^xsd:dateTime) = -44",
    "YEAR('12020-01-01T00:00:00Z'^^xsd:dateTime) = 12020",
    "HOURS('2020-01-01T24:00:00Z'^^xsd:dateTime) = 0",
    "SECONDS('2020-01-01T00:00:05.123456789'^^xsd:dateTime) = 5.123456789",
    "COALESCE(YEAR('soon'^^xsd:dateTime), 'none') = 'none'",
    # Functions.
    *("SUBSTR('wave', 0, 2) = 'w'", "SUBSTR('wave', -1, 3) = 'w'", "SUBSTR('wave', 2) = 'ave'"),
    r"REPLACE('Ada', '\\p{Lu}', 'x') = 'xda'",
    r"REPLACE('ada\n', 'a$', 'x') = 'ada\n'",
    r"REPLACE('abc', '(b)', '\\$$1a') = 'a$bac'",
    *("ROUND('INF'^^xsd:double) = 'INF'^^xsd:double", "ROUND(-2.5) = -2", "CEIL(1.2) = 2"),
    *("1e0/0 = 'INF'^^xsd:double", "8 / 2 / 2 = 2", "10 / 4 = 2.5"),
    *("isNumeric('1'^^xsd:byte)", "!isNumeric('abc'^^xsd:integer)", "!isNumeric('1')"),
    *("xsd:integer(1.7) = 1", "xsd:integer(true) = 1", "xsd:integer('01') = 1"),
    "xsd:date('2020-01-01T05:00:00'^^xsd:dateTime) = '2020-01-01'^^xsd:date",
]


def with_filter(expression: str) -> str:
    query = f"PREFIX xsd: <{XSD}> SELECT $this WHERE {{ FILTER({expression}) }}"
    return f"e:S a sh:NodeShape ; sh:targetNode e:x ; sh:sparql [ sh:select {turtle(query)} ] ."


def test_what_holds_in_sparql_holds_in_a_shape(tmp_path: Path) -> None:
    failed = [each for each in HOLD if not found(judged(tmp_path, "", with_filter(each)))]
    assert failed == []


def test_what_is_an_error_in_sparql_does_not_hold(tmp_path: Path) -> None:
    errors = ["YEAR('soon'^^xsd:date)", "3 IN (1/0, 2)", "!?none", "?none || false", "1e0/'a'"]
    assert [each for each in errors if found(judged(tmp_path, "", with_filter(each)))] == []


PREFIXES = """
e:Names sh:declare [ sh:prefix "k" ; sh:namespace "http://e.test/"^^xsd:anyURI ] .
e:More owl:imports e:Most . e:Most owl:imports e:Names, e:More .
e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ;
  sh:sparql [ sh:prefixes e:More ; sh:select "SELECT $this WHERE { $this k:p 1 }" ] .
"""


def test_prefixes_are_found_behind_imports(tmp_path: Path) -> None:
    assert found(judged(tmp_path, "e:x e:p 1 .", PREFIXES)) == ["x SPARQL"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("CONSTRUCT WHERE { ?s ?p ?o }", "must begin with SELECT"),
        ("ASK { $this ?p 1 }", "must begin with SELECT"),
        ("SELECT $this WHERE { GRAPH ?g { $this ?p 1 } }", "GRAPH"),
        ("SELECT $this WHERE { FILTER(<http://e.test/near>($this)) }", "not known: .*near"),
        ("SELECT $this WHERE { $this lost:p 1 }", "lost:"),
        ("SELECT $this WHERE { $this ?p ", "can't be parsed"),
    ],
)
def test_what_can_not_be_asked_is_a_fault_of_the_shapes(
    tmp_path: Path, query: str, words: str
) -> None:
    shape = f"e:S a sh:NodeShape ; sh:targetNode e:x ; sh:sparql [ sh:select {turtle(query)} ] ."
    with pytest.raises(SourceError, match=words):
        judged(tmp_path, "", shape)


def test_a_declaration_without_its_namespace_is_a_fault_of_the_shapes(tmp_path: Path) -> None:
    broken = PREFIXES.replace('; sh:namespace "http://e.test/"^^xsd:anyURI', "")
    with pytest.raises(SourceError, match=r"sh:declare must have one sh:prefix"):
        judged(tmp_path, "e:x e:p 1 .", broken)
