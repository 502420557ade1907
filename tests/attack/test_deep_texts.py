"""Texts that are nested so deeply that a parser would take the process down: refused before it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mipex_kg.dataset.assembly import load_files
from mipex_kg.rdf import nesting, parsing
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.sparql.guard import MOST_LEVELS, MOST_PATTERNS, guard
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.child_process import run_isolated
from mipex_kg.system.errors import KgError, QueryError, SourceError
from tests import asking
from tests.attack.growth import require_linear

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
DEEP = 40_000


def nested(before: str, opening: str, inner: str, closing: str, after: str) -> Callable[[int], str]:
    return lambda depth: before + opening * depth + inner + closing * depth + after


FACT, TERM, XML = "<u:s> <u:p> ", "<<( <u:a> <u:b> ", f'<a xmlns="u:" xmlns:rdf="{RDF}">'
TRIPLE = '<b rdf:parseType="Triple"><rdf:Description rdf:about="u:x">'
REFUSED: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "Turtle": ("a.ttl", nested(f"\n {FACT}", TERM, "1", " )>>", ".")),
    "Turtle without an end": ("a.ttl", nested(f"\n {FACT}", TERM, "1", "", "")),
    "Turtle with texts": ("a.ttl", nested(f"\n {FACT}", TERM + "#>\n", "1", ' )>> # ")>>', ".")),
    "Turtle without spaces": (
        "a.ttl",
        nested(f"\n@prefix : <u:>.{FACT}", "<<(:a:b", ":c", ")>>", "."),
    ),
    "TriG": ("a.trig", nested(f"<u:g> {{\n {FACT}", TERM, "1", " )>>", "}")),
    "N-Triples": ("a.nt", nested(f"\n{FACT}", TERM, "<u:c>", " )>>", " .")),
    "N-Quads": ("a.nq", nested(f"\n{FACT}", TERM, "<u:c>", " )>>", " <u:g> .")),
    "arrays": ("a.jsonld", nested("\n", "[", "", "]", "")),
    "arrays without an end": ("a.jsonld", nested("\n", "[", "", "", "")),
    "objects": ("a.jsonld", nested("\n", '{"u:p":', "1", "}", "")),
    "lists": ("a.jsonld", nested('\n{"u:p":', '{"@list":[', "", "]}", "}")),
    "contexts": ("a.jsonld", nested('\n{"@context":', "[", "", "]", "}")),
    "RDF/XML": ("a.rdf", nested(f"\n{XML}", "<b><a>", "", "</a></b>", "</a>")),
    "XML in RDF/XML": (
        "a.rdf",
        nested(f'\n{XML}<b rdf:parseType="Literal">', "<b>", "", "</b>", "</b></a>"),
    ),
    "triple terms in RDF/XML": (
        "a.rdf",
        nested(f"\n{XML}", TRIPLE, '<b rdf:resource="u:y"/>', "</rdf:Description></b>", "</a>"),
    ),
}
READ: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "brackets": ("a.ttl", nested(FACT, "[ <u:p> ", "1", " ]", ".")),
    "parentheses": ("a.ttl", nested(FACT, "(", "", ")", ".")),
    "texts": ("a.ttl", lambda depth: FACT + f"'''{TERM * depth}''' ."),
    "comments": ("a.ttl", lambda depth: f"{FACT} 1 . # {TERM * depth}"),
    "one after the other": ("a.nt", lambda depth: f'{FACT}"<<(" .\n' * depth),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_deep_file_is_refused_at_its_place(what: str) -> None:
    name, make = REFUSED[what]
    with pytest.raises(SourceError) as error:
        run_isolated(lambda: parse(name, make(DEEP)))
    assert "nested" in error.value.message
    assert error.value.line is not None
    assert error.value.line >= 2
    assert error.value.column


@pytest.mark.parametrize("what", READ)
def test_what_only_looks_deep_is_read(what: str) -> None:
    name, make = READ[what]
    assert run_isolated(lambda: parse(name, make(DEEP))) >= 1


def parse(name: str, text: str) -> int:
    format = parsing.format_of(Path(name))
    return len(parsing.parse_text(text, format, Path(name), base="http://e/").quads)


@pytest.mark.parametrize(
    "make",
    [
        nested(FACT, TERM, "1", " )>>", "."),
        nested(FACT, TERM, "'x", "", ""),
        lambda depth: "<<(" * 200 + "'" * depth,
        lambda depth: "<<(" * 200 + "'''x" * depth,
        lambda depth: "<<('''" * depth,
        lambda depth: ')>> "' * depth + "<<(" * 200,
        lambda depth: "<a" * depth + "<<(" * 200,
    ],
)
def test_depth_is_told_in_time_that_grows_as_the_text(make: Callable[[int], str]) -> None:
    require_linear(nesting.too_deep, make)


QUERIES: Mapping[str, Callable[[int], str]] = {
    "groups": nested("ASK ", "{", "", "}", ""),
    "groups without an end": nested("ASK ", "{", "", "", ""),
    "parentheses": nested("ASK { FILTER ", "(", "1", ")", "}"),
    "functions": nested("ASK { FILTER ", "STR(", "1", ")", "}"),
    "negations": nested("ASK { FILTER (", "!", "true", "", ") }"),
    "sums": nested("ASK { FILTER (", "1+", "1", "", ") }"),
    "paths": nested("ASK { ?s ", "(", "<u:p>", ")", " ?o }"),
    "repeated paths": nested("ASK { ?s ", "(", "<u:p>", ")*", " ?o }"),
    "sequences": nested("ASK { ?s ", "<u:p>/", "<u:p>", "", " ?o }"),
    "alternatives": nested("ASK { ", "{} UNION ", "{}", "", " }"),
    "optional groups": nested("ASK { ", "OPTIONAL {} ", "", "", " }"),
    "patterns": nested("ASK { ", "?s ?p ?o . ", "", "", " }"),
    "patterns of one subject": nested("ASK { ?s ?p ?o ", "; <u:p> ?o ", "", "", " }"),
    "values of one property": nested("ASK { ?s ?p ?o ", ", ?o ", "", "", " }"),
    "items of a list": nested("ASK { ?s ?p (", "?o ", "", "", ") }"),
    "lists": nested("ASK { ?s ?p ", "(", "", ")", " }"),
    "blank nodes": nested("ASK { ?s ?p ", "[ ?p ", "1", " ]", " }"),
    "triple terms": nested(f"ASK {{ {FACT}", TERM, "1", " )>>", " }"),
    "triple terms without spaces": nested("ASK { ?s ?p ", "<<(:a:b", ":c", ")>>", " }"),
    "triple terms in data": nested("ASK { VALUES ?x { ", TERM, "1", " )>>", " } }"),
    "annotations": nested(f"ASK {{ {FACT} 1 ", "{| <u:a> <u:b> ", "1", " |}", " }"),
    "columns": lambda depth: "SELECT " + "".join(f"(1 AS ?x{n}) " for n in range(depth)) + " {}",
}


@pytest.mark.parametrize("what", QUERIES)
def test_a_deep_query_is_refused_before_the_engine_sees_it(what: str, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<u:s> <u:p> 1 .")
    dataset = load_files([tmp_path / "a.ttl"], {"": "u:"})
    with pytest.raises(QueryError, match=r"levels deep|operators|patterns"):
        asking.answer(QUERIES[what](DEEP // 2), dataset)


@pytest.mark.parametrize("what", QUERIES)
def test_the_deepest_query_that_is_asked_does_not_take_the_engine_down(
    what: str, tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text("<u:s> <u:p> 1 .")
    dataset = load_files([tmp_path / "a.ttl"], {"": "u:"})
    depth = bisect_left(range(DEEP // 4), True, key=lambda depth: is_refused(QUERIES[what](depth)))
    try:
        asking.answer(QUERIES[what](depth - 1), dataset, timeout=0.5)
    except QueryError as error:  # what is long may take long, or be no SPARQL
        assert "ran out of stack" not in error.message


def is_refused(text: str) -> bool:
    try:
        guard(Query(text, {}))
    except QueryError:
        return True
    return False


def test_long_queries_are_no_deep_ones() -> None:
    numbers = " ".join(map(str, range(DEEP)))
    rows = "(1 2) " * DEEP
    for text in (
        f"ASK {{ VALUES ?x {{ {numbers} }} }}",
        f"ASK {{ VALUES (?x ?y) {{ {rows} }} }}",
        f"ASK {{ FILTER (1 IN ({numbers.replace(' ', ', ')})) }}",
        "ASK {" + "?s ?p ?o . " * MOST_PATTERNS + "}",
        "ASK " + "{" * MOST_LEVELS + "}" * MOST_LEVELS,
    ):
        guard(Query(text, {}))


def test_a_settings_file_that_is_deep_is_refused(tmp_path: Path) -> None:
    from mipex_kg.project.project import load_project

    (tmp_path / "mipex-kg.toml").write_text("a = " + "[" * DEEP + "]" * DEEP)
    with pytest.raises(KgError, match="not valid TOML"):
        load_project(tmp_path)
