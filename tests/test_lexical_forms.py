"""What comes out of a query is what went in, and SPARQL is what the standard says it is."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.formats import FORMATS, TURTLE
from mipex_kg.rdf.namespaces import XSD
from mipex_kg.rdf.parsing import ParsedFile, parse_text
from mipex_kg.rdf.quads import QuadColumns
from mipex_kg.rdf.terms import Term
from mipex_kg.sparql import rewriting
from mipex_kg.sparql.lexical import LexicalForms, decoded
from mipex_kg.sparql.named_queries import bind_freely
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.rewriting import rewritten
from mipex_kg.system.errors import QueryError, UsageError
from tests import asking
from tests.conftest import Run

PREFIXES = {"e": "http://e/", "xsd": str(XSD)}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def parsed(text: str) -> ParsedFile:
    return parse_text(HEAD + text, TURTLE, Path("data.ttl"))


def loaded(text: str) -> Dataset:
    file = parsed(text)
    return Dataset(tuple(file.quads), (file,), PREFIXES)


def rows(query: str, dataset: Dataset, **given: str) -> list[list[str | None]]:
    """Answer a query; the terms of each row as N-Triples writes them."""
    text = bind_freely(query, given, PREFIXES)
    found = querying.run(Query(text, PREFIXES), dataset)
    assert isinstance(found, ox.QuerySolutions)
    return [[term and str(decoded(term)) for term in solution] for solution in found]


# --- Literals --------------------------------------------------------------------------------

INTEGERS = ["integer", "long", "int", "short", "byte"]
INTEGERS += [f"{sign}Integer" for sign in ("nonNegative", "positive", "nonPositive", "negative")]
INTEGERS += [f"unsigned{size}" for size in ("Long", "Int", "Short", "Byte")]
LITERALS = [
    *((form, name) for name in INTEGERS for form in ("1", "01", "+1", "-0", "1000", "x", "")),
    *((form, "decimal") for form in ("1", "1.0", "01.50", "+.5", "-0.0", "0.000000000000000001")),
    *((form, name) for name in ("double", "float") for form in ("1", "1e0", "1.0E0", "INF", "-0")),
    *((form, "boolean") for form in ("true", "1", "0", "TRUE")),
    *(
        (f"2020-01-01T00:00:00{zone}", name)
        for name in ("dateTime", "dateTimeStamp")
        for zone in ("", "Z", "+00:00", "-05:00", ".0Z", ".120")
    ),
    ("2020-01-01T24:00:00", "dateTime"),
    *((form, "date") for form in ("2020-01-01", "2020-01-01+00:00", "2020-02-30", "-0001-01-01")),
    *((form, "time") for form in ("12:00:00", "12:00:00.0", "24:00:00", "12:00:00+00:00")),
    *((form, "gYear") for form in ("2020", "2020Z", "02020", "-0001")),
    *(("2020-01", "gYearMonth"), ("--01-02", "gMonthDay"), ("--01", "gMonth"), ("---02", "gDay")),
    *((form, "duration") for form in ("P12M", "P1Y", "PT60S", "P0D", "-P1D")),
    *(("P12M", "yearMonthDuration"), ("PT24H", "dayTimeDuration"), ("aGk=", "base64Binary")),
    *(("0F", "hexBinary"), ("http://e/ü", "anyURI"), (" a  b ", "token"), ("a", "string")),
]


def literal(form: str, name: str) -> ox.Literal:
    return ox.Literal(form, datatype=XSD.term(name))


TERMS = [literal(form, name) for form, name in LITERALS]


@pytest.fixture(scope="module")
def every_literal() -> Dataset:
    quads = [
        ox.Quad(ox.NamedNode(f"http://e/{number}"), ox.NamedNode("http://e/p"), term)
        for number, term in enumerate(TERMS)
    ]
    return Dataset(QuadColumns(quads), (), PREFIXES)


def test_select_gives_literals_as_they_are(every_literal: Dataset) -> None:
    found = rows("SELECT ?s ?o { ?s e:p ?o }", every_literal)
    assert {row[0]: row[1] for row in found} == {
        f"<http://e/{number}>": str(term) for number, term in enumerate(TERMS)
    }


def test_str_and_datatype_are_those_that_are_written(every_literal: Dataset) -> None:
    query = "SELECT ?s (STR(?o) AS ?form) (DATATYPE(?o) AS ?kind) { ?s e:p ?o }"
    assert {(row[1], row[2]) for row in rows(query, every_literal)} == {
        (str(ox.Literal(term.value)), str(term.datatype)) for term in TERMS
    }


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_a_pattern_finds_just_its_term(term: ox.Literal, every_literal: Dataset) -> None:
    found = rows(f"SELECT ?s {{ ?s e:p {term} }}", every_literal)
    same = [number for number, other in enumerate(TERMS) if other == term]
    assert sorted(found) == sorted([f"<http://e/{number}>"] for number in same)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_construct_gives_literals_as_they_are(format: str, every_literal: Dataset) -> None:
    name = getattr(format, "name")  # noqa: B009 - a format
    text = querying.answer("CONSTRUCT WHERE { ?s ?p ?o }", every_literal, format=name).text
    file = parse_text(text, format, Path("answer"))  # type: ignore[arg-type]
    assert {quad.object for quad in file.quads} == set(TERMS)


@pytest.mark.parametrize("format", ["json", "xml", "tsv"])
def test_tables_give_literals_as_they_are(format: str, every_literal: Dataset) -> None:
    text = querying.answer("SELECT ?o { ?s e:p ?o }", every_literal, format=format).text
    kind = {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "tsv": ox.QueryResultsFormat.TSV,
    }[format]
    found = ox.parse_query_results(text, format=kind)
    assert isinstance(found, ox.QuerySolutions)
    assert {solution[0] for solution in found} == set(TERMS)


NUMBERS = (
    'e:a e:n "01"^^xsd:integer . e:b e:n "2"^^xsd:byte . e:c e:n 3 . e:d e:n "4.50"^^xsd:decimal .'
    'e:e e:n "text" . e:f e:n "5"^^xsd:unsignedInt ; e:m "5"^^xsd:short .'
)
E = "http://e/"
# Each query's answer, the numbers as they are written.
EXPRESSIONS = {
    "SELECT ?s { ?s e:n ?n FILTER(?n > 1) } ORDER BY ?s": "b c d f",
    "SELECT ?s { ?s e:n ?n FILTER(?n = 1) }": "a",
    "SELECT ?s { ?s e:n ?n FILTER(?n IN (2, 3)) } ORDER BY ?s": "b c",
    "SELECT ?s { ?s e:n ?n FILTER(!(?n NOT IN (2, 3))) } ORDER BY ?s": "b c",
    "SELECT ?s { ?s e:n ?n FILTER(?n) } ORDER BY ?s": "a b c d e f",
    "SELECT ?s { ?s e:n ?n FILTER(isNumeric(?n)) } ORDER BY DESC(?n)": "f d c b a",
    "SELECT ?s { ?s e:n ?n FILTER(isNumeric(?n)) } ORDER BY ?n": "a b c d f",
    "SELECT ?s { ?s e:n ?n ; e:m ?m FILTER(?n = ?m) }": "f",
    "SELECT ?s { ?s e:n ?n ; e:m ?m FILTER(sameTerm(?n, ?m)) }": "",
    "SELECT ?s { ?s e:n ?n FILTER(DATATYPE(?n) = xsd:byte) }": "b",
    "SELECT ?s { ?s e:n ?n FILTER(STR(?n) = '01') }": "a",
    "SELECT ?s { ?s e:n ?n FILTER(COALESCE(?x, ?n) = 2) }": "b",
    "SELECT ?s { ?s e:n ?n FILTER(IF(true, ?n, 0) + 1 = 3) }": "b",
    "SELECT ?s { ?s e:n ?n FILTER EXISTS { ?s e:m ?m FILTER(?m = 5) } }": "f",
    "SELECT ?s { ?s e:n ?n . BIND(?n AS ?k) FILTER(?k < 2) }": "a",
    "SELECT ?s { ?s e:n ?n } GROUP BY ?s HAVING(MAX(?n) = 5)": "f",
    "SELECT ?s { { SELECT ?s (?n * 2 AS ?k) { ?s e:n ?n } } FILTER(?k = 4) }": "b",
    "SELECT ?s { VALUES ?n { '01'^^xsd:integer } ?s e:n ?n }": "a",
    "SELECT (?v AS ?s) { VALUES ?v { e:a } FILTER(xsd:string(1) = '1') }": "a",
}


@pytest.mark.parametrize("query", EXPRESSIONS)
def test_expressions_see_what_literals_are_worth(query: str) -> None:
    found = rows(query, loaded(NUMBERS))
    assert [row[0] for row in found] == [f"<{E}{name}>" for name in EXPRESSIONS[query].split()]


GIVEN_BACK = {
    "SELECT (?n AS ?k) { e:b e:n ?n }": '"2"^^<%sbyte>',
    "SELECT ((?n) AS ?k) { e:b e:n ?n }": '"2"^^<%sbyte>',
    "SELECT (COALESCE(?x, ?n) AS ?k) { e:b e:n ?n }": '"2"^^<%sbyte>',
    "SELECT (IF(?n = 2, ?n, 0) AS ?k) { e:b e:n ?n }": '"2"^^<%sbyte>',
    "SELECT (SAMPLE(?n) AS ?k) { e:b e:n ?n }": '"2"^^<%sbyte>',
    "SELECT ?n { e:b e:n ?n } GROUP BY ?n": '"2"^^<%sbyte>',
    "SELECT ?k { BIND('07'^^xsd:integer AS ?k) }": '"07"^^<%sinteger>',
    "SELECT (?n + 1 AS ?k) { e:b e:n ?n }": '"3"^^<%sinteger>',
    "SELECT (COUNT(DISTINCT ?n) AS ?k) { ?s e:n|e:m ?n }": '"7"^^<%sinteger>',
}


@pytest.mark.parametrize("query", GIVEN_BACK)
def test_what_is_not_computed_is_given_back_as_it_is(query: str) -> None:
    ((value,),) = rows(query, loaded(NUMBERS))
    assert value == GIVEN_BACK[query] % XSD


@given(st.lists(st.sampled_from(TERMS), max_size=6), st.sampled_from(["=", "<", ">=", "!="]))
def test_comparisons_are_those_of_the_engine(terms: list[ox.Literal], operator: str) -> None:
    """Filters find what the engine finds among the same literals without anything rewritten."""
    quads = [
        ox.Quad(ox.NamedNode(f"http://e/{number}"), ox.NamedNode("http://e/p"), term)
        for number, term in enumerate(terms)
    ]
    query = f"SELECT ?a ?b {{ ?a <http://e/p> ?m . ?b <http://e/p> ?n FILTER(?m {operator} ?n) }}"
    plain = ox.Store()
    plain.extend(quads)
    expected = plain.query(query)
    assert isinstance(expected, ox.QuerySolutions)
    found = rows(query, Dataset(QuadColumns(quads), (), {}))
    assert sorted(map(str, found)) == sorted(str([str(t) for t in row]) for row in expected)


def test_rules_keep_literals_as_they_are(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "rr")
    rule = tmp_path / "rr" / "ontology" / "rules" / "copy.rq"
    rule.parent.mkdir(parents=True, exist_ok=True)
    rule.write_text(
        "# title: Copies\nPREFIX e: <http://e/> CONSTRUCT { ?s e:copy ?o }"
        " WHERE { ?s e:size ?o FILTER(?o > 5) }"
    )
    data = next((tmp_path / "rr" / "data").glob("*.trig"))
    data.write_text(
        data.read_text() + "\n<http://e/g> { <http://e/a> <http://e/size>"
        f' "010"^^<{XSD}nonNegativeInteger> }}\n'
    )
    query = "SELECT ?o { ?s <http://e/copy> ?o }"
    found = json.loads(run("--project", tmp_path / "rr", "query", query, "-f", "json").text)
    (row,) = found["results"]["bindings"]
    assert row["o"] == {"type": "literal", "value": "010", "datatype": f"{XSD}nonNegativeInteger"}


def test_a_value_that_the_graph_has_in_another_form_is_noted() -> None:
    found = asking.answer("SELECT ?s { ?s e:n 2 }", loaded(NUMBERS))
    (note,) = found.warnings
    assert note.startswith(f'"2"^^<{XSD}integer> is in the graph as "2"^^<{XSD}byte>: FILTER')


# --- Languages -------------------------------------------------------------------------------

TAGGED = 'e:a e:p "colour"@en-GB , "Farbe"@de-CH-1996 , "a"@en ; e:q "@en-gb" .'


@pytest.mark.parametrize("format", ["json", "xml", "tsv", "table", "markdown"])
def test_tables_keep_the_case_of_languages(format: str) -> None:
    text = querying.answer("SELECT ?o { ?s e:p|e:q ?o }", loaded(TAGGED), format=format).text
    assert "en-GB" in text
    assert "de-CH-1996" in text
    assert text.count("en-gb") == 1


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_graphs_keep_the_case_of_languages(format: object) -> None:
    name = getattr(format, "name")  # noqa: B009 - a format
    text = querying.answer("CONSTRUCT WHERE { ?s ?p ?o }", loaded(TAGGED), format=name).text
    assert "en-GB" in text
    assert "de-CH-1996" in text
    assert text.count("en-gb") == 1


# --- Paths without a step ----------------------------------------------------------------------

LINK = "e:q e:p e:r . e:g { e:i e:p e:j }"
PATHS = {
    "e:x e:p* ?o": ["x"],
    "e:x e:p? ?o": ["x"],
    "?o e:p* e:x": ["x"],
    "e:x (e:p|^e:p)* ?o": ["x"],
    "e:x e:p*/e:p? ?o": ["x"],
    "e:x (e:p+)? ?o": ["x"],
    "e:x !(e:p|^e:q)* ?o": ["x"],
    "e:x e:p+ ?o": [],
    "e:x e:p*/e:p ?o": [],
    "e:x e:p* ?o . ?o e:p* e:x": ["x"],
    "e:q e:p* ?o": ["q", "r"],
    "e:q e:p* ?o ; e:p ?z": ["q", "r"],
    "e:r e:p* ?o": ["r"],
    "e:x e:p* e:x . BIND(e:y AS ?o)": ["y"],
    "e:x e:p* e:y . BIND(e:y AS ?o)": [],
    "e:x ^e:p* ?o . FILTER(?o = e:x)": ["x"],
    "e:x e:p* ?o , ?o": ["x"],
    "OPTIONAL { e:x e:p* ?o }": ["x"],
    "VALUES ?o { e:y } e:x e:p* ?o": [],
    "'text' e:p* ?o": ['"text"'],
    "?o e:p* 1": [f'"1"^^<{XSD}integer>'],
}


@pytest.mark.parametrize("pattern", PATHS)
def test_a_path_without_a_step_finds_its_own_end(pattern: str) -> None:
    dataset = loaded("e:q e:p e:r .")
    found = rows(f"SELECT DISTINCT ?o {{ {pattern} }}", dataset)
    shown = [name if name[0] == '"' else f"<{E}{name}>" for name in PATHS[pattern]]
    assert sorted(str(row[0]) for row in found) == shown


def test_columns_are_those_of_the_query() -> None:
    text = querying.answer("SELECT * { e:x e:p* ?o }", loaded(""), format="csv").text
    assert text.split() == ["o", "http://e/x"]


# --- What SELECT has computed ------------------------------------------------------------------

REUSED = {
    "SELECT (COUNT(*) AS ?n) (?n + 1 AS ?m) { ?s e:n ?v }": ["6", "7"],
    "SELECT (COUNT(*) AS ?n) (?n * 2 AS ?m) (?m + ?n AS ?k) { ?s e:n ?v }": ["6", "12", "18"],
    "SELECT (1 AS ?n) (?n + 1 AS ?m) {}": ["1", "2"],
}


@pytest.mark.parametrize("query", REUSED)
def test_what_is_computed_can_be_used_in_the_next_expression(query: str) -> None:
    (row,) = rows(query, loaded(NUMBERS))
    assert [str(value).split('"')[1] for value in row] == REUSED[query]


def test_a_variable_that_is_not_grouped_is_still_an_error() -> None:
    query = "SELECT ?s (COUNT(*) AS ?n) { ?s e:n ?v }"
    with pytest.raises(QueryError, match="must be in GROUP BY"):
        querying.answer(query, loaded(NUMBERS))


# --- Parameters --------------------------------------------------------------------------------

# A query, what ?w is given, and the first column of its rows.
PARAMETERS = [
    ("SELECT ?s { ?s e:n ?v FILTER(!BOUND(?w) || ?v = ?w) }", "2", ["b"]),
    ("SELECT ?s { ?s e:n ?v FILTER(BOUND(?w) && ?v = ?w) }", "2", ["b"]),
    ("SELECT ?s { VALUES ?w { 1 2 3 } ?s e:n ?v FILTER(?v = ?w) }", "3", ["c"]),
    ("SELECT ?s { VALUES (?w ?s) { (1 e:a) (3 e:b) (UNDEF e:c) } }", "3", ["b", "c"]),
    ("SELECT ?s { ?s e:n 3 } VALUES ?w { 1 2 }", "2", ["c"]),
    ("SELECT ?s { ?s e:n 3 } VALUES ?w { 1 2 }", "4", []),
    ("SELECT ?s { ?s e:n ?v BIND(?v + 1 AS ?w) FILTER(?w > 1) } ORDER BY ?s", "3", ["b"]),
    ("SELECT ?s { ?s e:n ?v BIND(?w AS ?k) FILTER(?v = ?k) }", "3", ["c"]),
    ("SELECT (e:x AS ?s) ?w (?w AS ?k) { }", "3", ["x"]),
    ("SELECT ?s { { SELECT ?s ?w { ?s e:n ?w } } }", "3", ["c"]),
    ("SELECT ?s { { SELECT ?s (?v + ?w AS ?k) { ?s e:n ?v } } FILTER(?k = 6) }", "3", ["c"]),
    ("SELECT ?s { ?s e:n ?v } GROUP BY ?s ?w HAVING(MAX(?v) = ?w)", "3", ["c"]),
    ("SELECT ?s { ?s e:n ?v FILTER NOT EXISTS { ?s e:n ?k FILTER(?k != ?w) } }", "3", ["c"]),
    ("SELECT ?s { ?s e:n ?v FILTER(?v IN (?w, 1)) } ORDER BY ?s", "3", ["a", "c"]),
    ("SELECT ?s { ?w e:n ?v . BIND(?w AS ?s) }", "e:a", ["a"]),
    ("SELECT ?s { ?s ?w 5 }", "e:m", []),
    ("SELECT ?s { ?s e:n 3 # ?w\n FILTER('?w' = '?w') }", "9", ["c"]),
]


@pytest.mark.parametrize("case", PARAMETERS, ids=lambda case: case[0])
def test_a_parameter_may_be_wherever_a_variable_may(case: tuple[str, str, Iterable[str]]) -> None:
    query, value, expected = case
    # The comment's ?w is none of the query's.
    if "# ?w" in query:
        query += " ORDER BY ?w"
    found = rows(query, loaded(NUMBERS), w=value)
    assert [row[0] for row in found] == [f"<{E}{name}>" for name in expected]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?w e:n ?s }",
        "SELECT ?s { ?s ?w 1 }",
        "SELECT ?s { GRAPH ?w { ?s ?p ?o } }",
        "DESCRIBE ?w",
        "ASK { [] ?w 1 }",
        "ASK { ?s e:n [ ?w 2 ] }",
    ],
)
def test_a_text_where_only_an_iri_can_be_is_a_plain_error(query: str) -> None:
    with pytest.raises(UsageError, match=r"\?w is where only an IRI can be"):
        bind_freely(query, {"w": "text"}, PREFIXES)


@pytest.mark.parametrize(
    "query",
    ["SELECT (COUNT(*) AS ?w) { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o } GROUP BY ?s (1 AS ?w)"],
)
def test_what_is_computed_cannot_be_given(query: str) -> None:
    with pytest.raises(UsageError, match=r"\?w is what the query computes"):
        bind_freely(query, {"w": "1"}, PREFIXES)


@given(st.text(min_size=1))
def test_a_value_is_one_term_whatever_it_holds(value: str) -> None:
    term: Term = ox.Literal(value)
    quad = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), term)
    text = bind_freely("SELECT ?s { ?s e:p ?w }", {"w": f" {value}"}, PREFIXES)
    assert rows(text, Dataset(QuadColumns([quad]), (), PREFIXES)) in ([], [["<http://e/s>"]])


# --- Names that look like keywords --------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX service: <http://s/> SELECT * { GRAPH service:a { ?s ?p ?o } }",
        "PREFIX service: <http://s/> SELECT * { service:a service:b service:c }",
        "PREFIX service: <http://s/> SELECT * FROM service:a { ?s ?p ?o }",
        "PREFIX service: <http://s/> SELECT * FROM NAMED service:a { GRAPH service:a{ ?s ?p ?o } }",
        "PREFIX service: <http://s/> DESCRIBE service:a { ?s ?p service:b }",
        "SELECT * { ?s ?p 'a'@service }",
    ],
)
def test_service_may_be_a_prefix(query: str) -> None:
    querying.answer(query, loaded("e:a e:p 1 ."))


# --- Queries that need no rewriting ------------------------------------------------------------

HEADS = ["SELECT *", "select distinct ?s ?o", "SELECT (?o AS ?x) (?x AS ?y)", "ASK", "DESCRIBE ?s"]
HEADS += ["PREFIX a: <u:> SELECT * FROM <u:g>", "CONSTRUCT { ?s a e:T } WHERE", "BASE <u:> ASK"]
MEMBERS = [
    "?s ?p ?o .",
    "<u:s> a e:T ; e:p ?o, ?s .",
    "?s e:p* e:o .",
    "e:s e:p? ?o .",
    "?s a* e:o",
]
MEMBERS += [
    "e:s ^e:p ?o .",
    "?s e:p 01 .",
    "?s e:p '01'^^xsd:byte .",
    "?s e:p true .",
    "[] e:p ?o .",
]
MEMBERS += ["GRAPH ?g { ?s ?p ?o }", "OPTIONAL { e:s ?p ?o }", "{ ?a a ?b } UNION { ?a ?b 007 }"]
MEMBERS += [
    "FILTER(?o > 1)",
    "BIND(?o AS ?x)",
    "VALUES ?o { 01 }",
    "MINUS { ?s e:p+ ?o }",
    "}",
    ".",
]
MEMBERS += ["FILTER EXISTS { ?s ?p ?o }", "FILTER e:f(?o)", "?s e:p ?o . # 01", "{ SELECT * { } }"]
TAILS = [
    "",
    "LIMIT 01",
    "OFFSET 5 LIMIT 10",
    "ORDER BY ?o",
    "GROUP BY ?o",
    "VALUES ?o { 01 }",
    "01",
]


def test_what_is_left_as_it_is_would_be_left_so(monkeypatch: pytest.MonkeyPatch) -> None:
    forms, made = LexicalForms(), random.Random(5)
    forms.is_needed = True
    queries = [
        Query(f"{made.choice(HEADS)} {{ {' '.join(some)} }} {made.choice(TAILS)}", PREFIXES)
        for some in (made.choices(MEMBERS, k=made.randint(0, 3)) for _ in range(5000))
    ]
    found = [rewritten(query, forms) for query in queries]
    left = sum(map(rewriting._is_plain, queries))
    monkeypatch.setattr(rewriting, "_is_plain", lambda _query: False)
    assert found == [rewritten(query, forms) for query in queries]
    changed = sum(text != query.text for text, query in zip(found, queries, strict=True))
    assert min(left, changed) > 500
