"""Queries that don't parse: what is wrong is said in plain words, at its place."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.sparql.mistakes import KEYWORDS
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.syntax import find_fault, syntax_error
from tests.conftest import ROOT, Run
from tests.mistaken_queries import MISTAKES

BROWSER = ROOT / "mipex_kg" / "site" / "browser" / "src"


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_said_as_on_the_page(text: str) -> None:
    words, place, token = MISTAKES[text]
    fault = find_fault(Query(text, PREFIXES))
    assert fault is not None
    assert words.lower() in fault.reason.lower()
    if token != "<rel>" and "GROUP" not in words:
        assert (fault.line, fault.column) == place


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("SELECT * { ?s ?p ?o } extra", "“extra” is not a word of SPARQL", 23),
        ("SELECT * { ?s schema:name “x” }", "straight quotation marks", 27),
        ("SELECT * { ?s ?p ?o FILTER (?o == 3) }", "“=” was not expected", 33),
        ("SELECT * { ?s ?p ?o OPTIONAL ?s ?p ?o }", "“?s” was not expected", 30),
        ("SELECT * { ?s ?p ?o } LIMIT 3 ORDER BY ?s", "“ORDER” was not expected", 31),
        ("SELECT (COUNT(?s)) { ?s ?p ?o }", "What is computed needs a name", 18),
        ("SELECT * { ?s ?p ?o ?a ?b ?c }", "“?a” was not expected", 21),
        ("SELECT * {\r\n?s ?p } LIMIT 3", "“}” was not expected", 7),
    ],
)
def test_a_mistake_is_at_its_place(text: str, words: str, column: int) -> None:
    with pytest.raises(SyntaxError) as raised:
        ox.Store().query(text, prefixes=dict(PREFIXES))
    error = syntax_error(raised.value, Query(text, PREFIXES))
    assert words in error.message
    assert error.column == column
    assert error.message.endswith(f"  {text.splitlines()[-1]}\n  {' ' * (column - 1)}^")


def test_the_command_line_shows_the_place(run: Run) -> None:
    error = run("query", "SELECT * { ?s ?p ?o } LIMT 5", code=4).err
    assert "LIMT: did you mean LIMIT? Line 1, column 23:\n" in error


def test_a_query_whose_first_word_is_misspelt(run: Run) -> None:
    assert "Did you mean SELECT?" in run("query", "SELCT * { ?s ?p ?o }", code=4).err


def test_the_page_knows_the_same_words() -> None:
    found = re.search(r"`(.*)`", (BROWSER / "keywords.js").read_text(), re.DOTALL)
    assert found is not None
    assert set(found[1].split()) == KEYWORDS


def test_a_format_of_another_form_of_query_is_named(run: Run) -> None:
    error = run("query", "ASK {}", "-f", "turtle", code=2).err
    assert "A query by ASK can't be answered as turtle." in error


def test_of_a_long_line_only_what_is_around_the_mistake_is_shown(run: Run) -> None:
    query = f"SELECT * {{ {'?s ?p ?o . ' * 1000}}} LIMT 5"
    message, written, mark = run("--bundled", "query", query, code=4).err.splitlines()[:3]
    assert f"column {query.index('LIMT') + 1}:" in message
    assert len(written) < 150
    assert written[mark.index("^") :].startswith("LIMT 5")
