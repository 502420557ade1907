"""REPLACE puts in what XPath says, wherever a query has it written."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mipex_kg.sparql.lexical import LexicalForms
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.rewriting import rewritten

CASES = {
    r"""REPLACE("abc", "(b)", "$1a")""": "abac",
    r"""replace("abc", "(b)", '<$1$1>', "i")""": "a<bb>c",
    r"""REPLACE("abc", "b", "\\$")""": "a$c",
    r"""REPLACE("abc", "b", "\\\\")""": "a\\c",
    r"""REPLACE(REPLACE("aXc", CONCAT("", "X"), "b"), "(b)", "$1_")""": "ab_c",
    r"""REPLACE("abc", "(b)(c)", """ + "'''$2\n\"$1''')": 'ac\n"b',
    r"""CONCAT("REPLACE(", "$1a", "$1a")""": "REPLACE($1a$1a",
    r"""REPLACE("abc", "b", UCASE("x"))""": "aXc",
}


@pytest.mark.parametrize(("call", "result"), CASES.items(), ids=CASES)
def test_a_call_gives_what_xpath_says(call: str, result: str) -> None:
    text = rewritten(Query(f"SELECT ({call} AS ?text) {{}}", {}), LexicalForms())
    answer = ox.Store().query(text)
    assert isinstance(answer, ox.QuerySolutions)
    (solution,) = answer
    assert solution["text"] == ox.Literal(result)
