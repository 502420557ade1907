"""What pySHACL and rdflib get wrong is judged as the standard says; ``docs/upstream`` has reports.

Each case is data, shapes, and the nodes that don't conform, with the constraint component.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg.rdf.terms import text_of
from mipex_kg.system.errors import SourceError
from mipex_kg.validation.judging import validate_files
from mipex_kg.validation.report import Finding, Report, Severity

PREFIXES = """
@prefix e: <http://e.test/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
E = "http://e.test/"


def judged(folder: Path, data: str, shapes: str) -> Report:
    """Judge data by shapes, both in Turtle without prefixes."""
    files = folder / "data.ttl", folder / "shapes.ttl"
    for file, text in zip(files, (data, shapes), strict=True):
        file.write_text(PREFIXES + text, encoding="utf-8")
    return validate_files([files[0]], [files[1]])


def found(report: Report) -> list[str]:
    """Name what was found: the focus node and the component, both in short."""
    return sorted(
        f"{text_of(finding.focus).removeprefix(E)} {short(finding)}"
        for finding in report.findings
        if finding.focus is not None
    )


def short(finding: Finding) -> str:
    name = finding.check.removeprefix(E).rpartition("#")[2]
    return name.removesuffix("ConstraintComponent")


def on_value(constraint: str) -> str:
    """Make a shape of whatever has an ``e:p``."""
    target = "e:S a sh:NodeShape ; sh:targetSubjectsOf e:p"
    return f"{target} ; sh:property [ sh:path e:p ; {constraint} ] ."


# --- Texts -----------------------------------------------------------------------------------

PATTERNS = [
    ("^[A-Z]{2}$", "", "DE", True),
    ("^[A-Z]{2}$", "", "DE\n", False),
    ("^[A-Z]{2}$", "m", "DE\n", True),
    (r"^\p{Lu}", "", "Ada", True),
    (r"^\p{Lu}", "", "ada", False),
    (r"^\p{IsGreek}+$", "", "λόγος", True),
    (r"^\P{L}+$", "", "123", True),
    ("^[a-z-[aeiou]]+$", "", "xyz", True),
    ("^[a-z-[aeiou]]+$", "", "abc", False),
    (r"^\i\c*$", "", "a-1", True),
    (r"^\i\c*$", "", "1a", False),
    (r"^\d+$", "", "٣", True),
    ("^a.b$", "", "a\nb", False),
    ("^a.b$", "s", "a\nb", True),
    ("^a b$", "x", "ab", True),
    ("ÄB", "i", "xäby", True),
    ("a.b", "q", "a.b", True),
    ("a.b", "q", "axb", False),
    ("^(a+)+$", "", "a" * 60 + "!", False),
    ("^(a|a)*$", "", "a" * 60 + "!", False),
    ("(x+x+)+y", "", "x" * 5000, False),
    (r"^(.+)-\1$", "", "ab-ab", True),
    (r"^(.+)-\1$", "", "ab-ba", False),
    ("a", "", "", False),
    ("", "", "", True),
]


@pytest.mark.parametrize(("pattern", "flags", "text", "matches"), PATTERNS)
def test_a_pattern_is_one_of_xpath_and_comes_to_an_end(
    tmp_path: Path, pattern: str, flags: str, text: str, matches: bool
) -> None:
    constraint = f"sh:pattern {turtle(pattern)}"
    constraint += f" ; sh:flags {turtle(flags)}" if flags else ""
    report = judged(tmp_path, f"e:x e:p {turtle(text)} .", on_value(constraint))
    assert found(report) == ([] if matches else ["x Pattern"])


def turtle(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@pytest.mark.parametrize("pattern", ["(", "[a", "a**", r"\p{Xx}", r"\1(a)", "a{2,1}", r"\q"])
def test_what_is_not_a_pattern_is_a_fault_of_the_shapes(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(SourceError, match="not a regular expression") as error:
        judged(tmp_path, "e:x e:p 1 .", on_value(f"sh:pattern {turtle(pattern)}"))
    assert (error.value.path.name, error.value.line) == ("shapes.ttl", 7)


@pytest.mark.parametrize(
    ("constraint", "value", "conforms"),
    [
        ("sh:minLength 0", "[]", False),
        ("sh:minLength 3", '"äöü"', True),
        ("sh:maxLength 3", '" a "^^xsd:token', True),
        ("sh:maxLength 1", '" a "^^xsd:token', False),
        ('sh:languageIn ( "de-CH" )', '"x"@de-CH-1996', True),
        ('sh:languageIn ( "de" )', '"x"@DE-ch', True),
        ('sh:languageIn ( "de-CH" )', '"x"@de', False),
        ('sh:languageIn ( "e" )', '"x"@en', False),
        ('sh:languageIn ( "*" )', '"x"@en', True),
        ('sh:languageIn ( "*" )', '"x"', False),
    ],
)
def test_lengths_and_languages(tmp_path: Path, constraint: str, value: str, conforms: bool) -> None:
    report = judged(tmp_path, f"e:x e:p {value} .", on_value(constraint))
    assert bool(report.findings) is not conforms


# --- Values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("literal", "conforms"),
    [
        ('"-0043-03-15"^^xsd:date', True),
        ('"12020-01-01"^^xsd:date', True),
        ('"2021-02-29"^^xsd:date', False),
        ('"2011-01-01"^^xsd:dateTime', False),
        ('"2011-01-01T24:00:00"^^xsd:dateTime', True),
        ('"2011-01-01T24:00:01"^^xsd:dateTime', False),
        ('"2020-13"^^xsd:gYearMonth', False),
        ('"20"^^xsd:gYear', False),
        ('"-0001"^^xsd:gYear', True),
        ('"5.0E-1"^^xsd:decimal', False),
        ('".5"^^xsd:decimal', True),
        ('" 1"^^xsd:integer', False),
        ('"256"^^xsd:unsignedByte', False),
        ('"-0"^^xsd:nonNegativeInteger', True),
        ('"TRUE"^^xsd:boolean', False),
        ('"nan"^^xsd:double', False),
        ('"P1Y1H"^^xsd:duration', False),
        ('"a  b"^^xsd:token', False),
        ('"abc"^^xsd:hexBinary', False),
        ('"x"^^e:own', True),
    ],
)
def test_a_datatype_is_known_by_its_lexical_space(
    tmp_path: Path, literal: str, conforms: bool
) -> None:
    datatype = literal.rpartition("^^")[2]
    report = judged(tmp_path, f"e:x e:p {literal} .", on_value(f"sh:datatype {datatype}"))
    assert found(report) == ([] if conforms else ["x Datatype"])


def test_no_datatype_stands_for_all_literals(tmp_path: Path) -> None:
    shapes = on_value("sh:datatype rdfs:Literal")
    assert found(judged(tmp_path, 'e:x e:p "a" .', shapes)) == ["x Datatype"]


PAIRS = [
    ("true", "2", None),
    ('"a"^^e:own', "2", None),
    ("1", '"a"^^e:own', None),
    ("[]", "2", None),
    ("1", "[]", None),
    ("e:a", "e:b", None),
    ('"a"@en', '"b"@en', None),
    ('"x"^^xsd:integer', "2", None),
    ('"NaN"^^xsd:double', "2", None),
    ('"2020-01-01"^^xsd:date', '"2020-01-01T12:00:00Z"^^xsd:dateTime', None),
    ('"2020-01-01"^^xsd:date', '"2020-01-01Z"^^xsd:date', None),
    ('"2020-01-01T00:00:00"^^xsd:dateTime', '"2020-01-01T10:00:00Z"^^xsd:dateTime', None),
    ('"2020-01-01T00:00:00"^^xsd:dateTime', '"2020-01-02T00:00:00Z"^^xsd:dateTime', -1),
    ("P30D", "P1M", None),
    ("1", "1.5", -1),
    ("1", "1.0", 0),
    ("0.1", '"1.0E-1"^^xsd:double', 0),
    ("2", "10", -1),
    ('"10"', '"2"', -1),
    ("false", "true", -1),
    ('"2000"^^xsd:gYear', '"12000"^^xsd:gYear', -1),
    ('"-0044"^^xsd:gYear', '"-0043"^^xsd:gYear', -1),
    ('"-0044-03-15"^^xsd:date', '"0030-04-07"^^xsd:date', -1),
    ('"2019-12-31T24:00:00"^^xsd:dateTime', '"2020-01-01T00:00:00"^^xsd:dateTime', 0),
    ('"2020-01-01T12:00:00+02:00"^^xsd:dateTime', '"2020-01-01T10:00:00Z"^^xsd:dateTime', 0),
    ('"09:00:00"^^xsd:time', '"10:00:00"^^xsd:time', -1),
    ('"P1D"^^xsd:dayTimeDuration', '"PT25H"^^xsd:dayTimeDuration', -1),
]
PAIRS = [
    (*(f'"{x}"^^xsd:duration' if x.startswith("P") else x for x in (a, b)), order)  # type: ignore[misc]
    for a, b, order in PAIRS
]


@pytest.mark.parametrize(("first", "second", "order"), PAIRS)
def test_values_are_compared_by_sparqls_operators(
    tmp_path: Path, first: str, second: str, order: int | None
) -> None:
    data = f"e:x e:p {first} ; e:q {second} . e:y e:p {second} ; e:q {first} ."
    backwards = None if order is None else -order
    for name, fitting in (("lessThan", {-1}), ("lessThanOrEquals", {-1, 0})):
        report = judged(tmp_path, data, on_value(f"sh:{name} e:q"))
        assert ("x" in focuses(report)) is (order not in fitting)
        assert ("y" in focuses(report)) is (backwards not in fitting)
    if second.startswith(("[", "e:", '"a"^^e:', '"b"@')):
        return
    bounds = {
        "minExclusive": {1},
        "minInclusive": {0, 1},
        "maxExclusive": {-1},
        "maxInclusive": {-1, 0},
    }
    for name, fitting in bounds.items():
        report = judged(tmp_path, f"e:x e:p {first} .", on_value(f"sh:{name} {second}"))
        assert ("x" in focuses(report)) is (order not in fitting), name


def focuses(report: Report) -> set[str]:
    return {text_of(f.focus).removeprefix(E) for f in report.findings if f.focus is not None}


def test_what_cannot_be_compared_hides_no_other_finding(tmp_path: Path) -> None:
    data = 'e:x e:p [] ; e:q 1 ; e:r "a" .'
    shapes = on_value("sh:lessThan e:q") + "e:S sh:property [ sh:path e:r ; sh:maxLength 0 ] ."
    assert found(judged(tmp_path, data, shapes)) == ["x LessThan", "x MaxLength"]


# --- Paths, closed shapes, classes -----------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("[ sh:inversePath ( e:p e:q ) ]", ["a"]),
        ("[ sh:inversePath [ sh:inversePath ( e:p e:q ) ] ]", []),
        ("( [ sh:inversePath e:q ] [ sh:inversePath e:p ] )", ["a"]),
        ("[ sh:inversePath [ sh:alternativePath ( e:q ( e:p e:q ) ) ] ]", ["a", "b"]),
        ("[ sh:inversePath [ sh:zeroOrMorePath ( e:p e:q ) ] ]", ["a", "c"]),
        ("( " + "[ sh:zeroOrOnePath e:q ] " * 15 + ")", ["c"]),
    ],
)
def test_a_path_leads_where_sparql_has_it(tmp_path: Path, path: str, expected: list[str]) -> None:
    data = "e:a e:p e:b . e:b e:q e:c ."
    shapes = (
        "e:S a sh:NodeShape ; sh:targetNode e:c ; "
        f"sh:property [ sh:path {path} ; sh:nodeKind sh:Literal ] ."
    )
    values = {
        text_of(f.value).removeprefix(E) for f in judged(tmp_path, data, shapes).findings if f.value
    }
    assert values == set(expected)


@pytest.mark.parametrize(
    "lonely",
    [
        "sh:ignoredProperties ( rdf:type )",
        'sh:flags "i"',
        "sh:property [ sh:path e:p ; sh:qualifiedMinCount 1 ]",
        "sh:property [ sh:path e:p ; sh:qualifiedMaxCount 0 ]",
        "sh:property [ sh:path e:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ]",
        "sh:property [ sh:path e:p ; sh:qualifiedValueShapesDisjoint true ]",
    ],
)
def test_a_parameter_that_lacks_its_others_is_no_constraint(tmp_path: Path, lonely: str) -> None:
    shapes = f"e:S a sh:NodeShape ; sh:targetClass e:D ; {lonely} ."
    assert found(judged(tmp_path, "e:x a e:D ; e:p e:y .", shapes)) == []


def test_a_closed_shape_allows_for_no_type_that_it_does_not_name(tmp_path: Path) -> None:
    shapes = "e:S a sh:NodeShape ; sh:targetNode e:x ; sh:closed true ."
    assert found(judged(tmp_path, "e:x a rdfs:Resource .", shapes)) == ["x Closed"]


@pytest.mark.parametrize(
    "shape",
    [
        "e:D a rdfs:Class ; sh:nodeKind sh:BlankNode .",
        "e:D a owl:Class ; sh:nodeKind sh:BlankNode .",
        "e:Special rdfs:subClassOf e:Kind . e:Kind rdfs:subClassOf rdfs:Class . "
        "e:D a e:Special, sh:NodeShape ; sh:nodeKind sh:BlankNode .",
    ],
)
def test_a_class_that_has_a_constraint_is_its_own_target(tmp_path: Path, shape: str) -> None:
    assert found(judged(tmp_path, "e:x a e:D .", shape)) == ["x NodeKind"]


# --- SPARQL ----------------------------------------------------------------------------------


def with_query(query: str) -> str:
    return (
        "e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:sparql [ sh:select "
        f'"""PREFIX e: <{E}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {query}""" ] .'
    )


@pytest.mark.parametrize(
    ("where", "fires"),
    [
        ("$this e:p ?v . FILTER(false)", False),
        ("$this e:p ?v . FILTER(0)", False),
        ("$this e:p ?v . FILTER('')", False),
        ("$this e:p ?v . FILTER(true)", True),
        ("$this e:p ?v . FILTER(1) FILTER(false)", False),
        ("$this e:p ?v . FILTER(!true)", False),
        ("$this e:p ?v . OPTIONAL { $this e:p ?w FILTER(false) } FILTER(BOUND(?w))", False),
        ("$this e:p ?v . FILTER NOT EXISTS { $this e:p ?w FILTER(false) }", True),
        ("$this e:p ?v . FILTER EXISTS { $this e:p ?w FILTER(false) }", False),
        ("{ $this e:p ?v FILTER(false) } UNION { $this e:none ?v }", False),
        ("$this e:p ?v . BIND(false AS ?no) FILTER(?no)", False),
        ("$this e:p ?v . FILTER(?v < 2)", True),
        ("$this e:p ?v . FILTER(true < 2)", False),
        ("$this e:p ?v . FILTER(1 IN (1.0))", True),
        (r"$this e:p ?v . FILTER(REGEX('Ada', '^\\\\p{Lu}'))", True),
        (r"$this e:p ?v . FILTER(REGEX('DE\\n', '^[A-Z]{2}$'))", False),
        ("$this e:p ?v . FILTER('-0044-01-01'^^xsd:date < '0001-01-01'^^xsd:date)", True),
        ("$this e:p ?v . FILTER('2020-01-01'^^xsd:date = '2020-01-01Z'^^xsd:date)", False),
        ("$this e:p ?v . # VALUES in a comment\n", True),
        ("$this e:p ?v . FILTER(STR(?v) != 'a MINUS { VALUES ( SERVICE <')", True),
    ],
)
def test_a_query_means_what_sparql_says(tmp_path: Path, where: str, fires: bool) -> None:
    report = judged(tmp_path, "e:x e:p 1 .", with_query(f"SELECT $this WHERE {{ {where} }}"))
    assert found(report) == (["x SPARQL"] if fires else [])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?v WHERE { $this e:p ?v }", r"\$this is not among"),
        ("SELECT (1 AS ?this) WHERE { $this e:p ?v }", r"\$this another value"),
        ("SELECT $this WHERE { BIND(1 AS ?this) }", r"\$this another value"),
        ("SELECT $this WHERE { $this e:p ?v MINUS { $this e:p 1 } }", "MINUS"),
        ("SELECT $this WHERE { VALUES ?v { 1 } $this e:p ?v }", "VALUES"),
        ("SELECT $this WHERE { $this e:p ?v } VALUES ?v { 1 }", "VALUES"),
        ("SELECT $this WHERE { { SELECT ?v { $this e:p ?v } } }", "nested SELECT"),
        ("SELECT $this WHERE { $this $PATH ?v }", r"\$PATH"),
        ("SELECT $this WHERE { $this ?p $shapesGraph }", "shapesGraph"),
    ],
)
def test_a_query_that_shacl_does_not_allow_is_refused(
    tmp_path: Path, query: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words) as error:
        judged(tmp_path, "e:x e:p 1 .", with_query(query))
    assert (error.value.path.name, error.value.line) == ("shapes.ttl", 7)


def test_a_backslash_in_the_data_stays_one_in_the_message(tmp_path: Path) -> None:
    shapes = with_query("SELECT $this ?value WHERE { $this e:p ?value }").replace(
        "sh:sparql [", 'sh:sparql [ sh:message "{?value} of {$this}, {?none}"@en ;'
    )
    (finding,) = judged(tmp_path, r'e:x e:p "C:\\new\\1" .', shapes).findings
    assert finding.message == r"C:\new\1 of http://e.test/x, {?none}"


def test_the_path_stands_wherever_the_query_has_it(tmp_path: Path) -> None:
    query = f"PREFIX e: <{E}> SELECT $this ?value WHERE {{ $this (e:none|$PATH)/^$PATH ?value }}"
    shapes = (
        "e:S a sh:PropertyShape ; sh:targetNode e:x ; sh:path <http://e.test/a/b> ; "
        f'sh:sparql [ sh:select """{query}""" ] .'
    )
    assert found(judged(tmp_path, "e:x <http://e.test/a/b> 1 .", shapes)) == ["x SPARQL"]


COMPONENT = """
e:C a sh:ConstraintComponent ; sh:parameter [ sh:path e:most ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:message "{$value} > {$most}" ;
    sh:ask "ASK { FILTER($value <= $most) }" ] ;
  sh:propertyValidator [ a sh:SPARQLSelectValidator ;
    sh:select "SELECT $this WHERE { FILTER NOT EXISTS { $this $PATH ?v . FILTER(?v > $most) } }" ] .
"""


def test_each_value_of_a_component_s_parameter_is_a_constraint(tmp_path: Path) -> None:
    shapes = COMPONENT + "e:S a sh:NodeShape ; sh:targetNode 5 ; e:most 3, 7 ."
    (finding,) = judged(tmp_path, "", shapes).findings
    assert finding.message == "5 > 3"
    both = COMPONENT + "e:S a sh:NodeShape ; sh:targetNode 5, 6 ; e:most 3, 4 ."
    messages = sorted(finding.message for finding in judged(tmp_path, "", both).findings)
    assert messages == ["5 > 3", "5 > 4", "6 > 3", "6 > 4"]


def test_a_query_about_all_values_is_asked_where_there_are_none(tmp_path: Path) -> None:
    shapes = (
        COMPONENT + "e:S a sh:PropertyShape ; sh:targetNode e:x, e:y ; sh:path e:p ; e:most 3 ."
    )
    assert found(judged(tmp_path, "e:y e:p 1, 2, 4 .", shapes)) == ["x C"]


# --- Shapes that are not well-formed ---------------------------------------------------------


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ("e:S a sh:NodeShape ; sh:node e:Missing .", "not there: http://e.test/Missing"),
        ("e:S a sh:NodeShape ; sh:not e:Missing .", "not there"),
        ("e:S a sh:NodeShape ; sh:or ( e:Missing [ sh:nodeKind sh:IRI ] ) .", "not there"),
        ("e:S a sh:NodeShape ; sh:property e:Missing .", "not there"),
        ("e:S a sh:NodeShape ; sh:property [ sh:minCount 1 ] .", "no sh:path"),
        ("e:S a sh:NodeShape ; sh:closed 'yes' .", "sh:closed must be true or false"),
        ("e:S a sh:NodeShape ; sh:deactivated 'false' .", "sh:deactivated must be"),
        ("e:S a sh:PropertyShape ; sh:path e:p ; sh:uniqueLang 'true' .", "uniqueLang must be"),
        (
            "e:S a sh:NodeShape ; sh:entailment <http://www.w3.org/ns/entailment/RDFS> .",
            "entailment",
        ),
        ("e:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] .", "sh:target"),
        ("e:S a sh:NodeShape ; sh:minCount 1 .", "PropertyShape"),
        ("e:S a sh:NodeShape ; sh:minInclusive e:x .", "not in any order"),
        ("e:S a sh:NodeShape ; sh:in e:l . e:l rdf:first 1 ; rdf:rest e:l .", "sh:in: a list"),
        ("e:S a sh:PropertyShape ; sh:path [ sh:inversePath e:p, e:q ] .", "a property path"),
    ],
)
def test_shapes_that_are_not_well_formed_are_refused_whatever_the_data(
    tmp_path: Path, shapes: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words) as error:
        judged(tmp_path, "", shapes)
    assert error.value.path.name == "shapes.ttl"
    assert error.value.line == 7


def test_recursion_is_said_and_followed_to_its_end(tmp_path: Path) -> None:
    people = "".join(f"e:p{n} e:knows e:p{n + 1} . " for n in range(40))
    shapes = (
        "e:S a sh:NodeShape ; sh:targetNode e:p0 ; sh:nodeKind sh:IRI ; "
        "sh:property [ sh:path e:knows ; sh:node e:S ] ."
    )
    report = judged(tmp_path, f"{people} e:p40 e:knows e:p0 .", shapes)
    assert {f.check for f in report.findings} == {"recursive-shapes"}
    assert all(f.severity is Severity.WARNING and f.place and f.place.line for f in report.findings)
    report = judged(tmp_path, f'{people} e:p40 e:knows "nobody" .', shapes)
    assert not report.is_valid


def test_a_misspelt_term_of_shacl_is_said(tmp_path: Path) -> None:
    (finding,) = judged(tmp_path, "", on_value("sh:minCuont 1")).findings
    assert (finding.check, finding.hint) == ("unknown-shacl-term", "Did you mean sh:minCount?")
    assert finding.place is not None
    assert finding.place.path.name == "shapes.ttl"


def test_shapes_that_are_imported_and_not_read_are_said(tmp_path: Path) -> None:
    shape = "e:T a sh:NodeShape . "
    imports = f"{shape} e:S a owl:Ontology ; owl:imports e:more ."
    (finding,) = judged(tmp_path, "", imports).findings
    assert finding.check == "import-not-read"
    read = f"{shape} e:more a owl:Ontology . e:S owl:imports e:more ."
    assert not judged(tmp_path, "", read).findings


def test_a_shapes_graph_leaves_nothing_behind_for_the_next(tmp_path: Path) -> None:
    """pySHACL keeps validators by the address of their graph, which the next one may have."""
    for number in range(5):
        shapes = COMPONENT.replace("$value <= $most", f"$value <= {number}")
        shapes += "e:S a sh:NodeShape ; sh:targetNode 2 ; e:most 9 ."
        assert found(judged(tmp_path, "", shapes)) == ([] if number >= 2 else ["2 C"])


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ("sh:minCount 3", "The number of values is less than 3."),
        ("sh:maxCount 1", "The number of values is greater than 1."),
        ("sh:maxLength 0", "Its number of characters is greater than 0."),
        ("sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class e:C ] )", "exactly one of 2 shapes without"),
        ("sh:or ( e:A [ sh:class e:C ] )", "any of (e:A a shape without a name)."),
        ("sh:qualifiedValueShape [ sh:class e:C ] ; sh:qualifiedMinCount 2", "is less than 2."),
    ],
)
def test_a_result_without_a_message_of_its_own_has_one(
    tmp_path: Path, constraint: str, message: str
) -> None:
    shapes = f"e:A a sh:NodeShape ; sh:nodeKind sh:IRI . {on_value(constraint)}"
    report = judged(tmp_path, "e:a e:p 'x', 'y' .", shapes)
    assert {message in finding.message for finding in report.findings} == {True}
