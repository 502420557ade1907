"""A query in plain SPARQL is the same query, and says nothing that wasn't looked at."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.remote.plain import goes_far, plain
from mipex_kg.sparql import query_text
from mipex_kg.sparql.query_text import Query
from mipex_kg.system.errors import QueryError

PREFIXES = {"e": "http://e/", "": "u:"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ASK { ?s a e:T }", "ASK { ?s a <http://e/T> }"),
        ("PREFIX e: <v:> ASK { ?s e:a\\,b :c%20d }", "ASK { ?s <v:a,b> <u:c%20d> }"),
        ("PREFIX e: <v:> PREFIX e: <w:> ASK { ?s ?p e:a }", "ASK { ?s ?p <w:a> }"),
        ("BASE <http://f/x/y> ASK { ?s ?p <../z> }", "ASK { ?s ?p <http://f/z> }"),
        ("BASE <a/> BASE <b/> PREFIX p: <c> ASK { <d> ?p p:e }", None),
        ("ASK { <x> ?p <#y> }", "ASK { <http://base/x> ?p <http://base/sparql#y> }"),
        ("ASK { <\\u0078> ?p <v:\\u00e9> }", "ASK { <http://base/x> ?p <v:é> }"),
        ("SELECT * FROM <u:g> FROM NAMED e:g # x\n{}", "SELECT *     {}"),
        ("SELECT*FROM<u:g>FROM # NAMED\nNAMED<u:h>{}", "SELECT*{}"),
        ("ASK { ?s ?p '''a\n\"b\\u0022''' }", 'ASK { ?s ?p "a\\n\\"b\\"" }'),
        ("ASK { ?s ?p 'x'@en-GB, '1'^^e:t, 1.5e-3, 2E5 }", None),
        ("ASK { ?s ?p _:b . _:b ?q [] FILTER(?s < ?q&&?q>=3||!?x) }", None),
        ("ASK # { \r { ?s ?p ?o }", "ASK   { ?s ?p ?o }"),
        ("select ?x where { bind(if(isiri(?x),str(?x),md5('')) as ?x) }", None),
    ],
)
def test_terms_are_written_in_full(text: str, written: str | None) -> None:
    sent = plain(Query(text, PREFIXES), "http://base/sparql")
    if written is not None:
        assert " ".join(sent.split()) == " ".join(written.split())
    assert not {"pname", "comment"} & {token.kind for token in query_text.tokens(sent)}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x FROMNAMED<u:g> { }",
        "ASK { ?s ?p true}VALUES ?v { 1e0 }SERVICE <u:x> { }",
        "ASK { LATERAL { ?s ?p ?o } }",
        "ASK { SERVICESILENT<u:x> { } }",
    ],
)
def test_words_that_are_not_sparqls_are_refused(text: str) -> None:
    with pytest.raises(QueryError, match="is not a word of SPARQL"):
        plain(Query(text, PREFIXES))


def test_what_is_written_means_the_same(dataset: Dataset) -> None:
    """Relative IRIs are resolved, and prefixes redeclared, as the engine does it."""
    base = "https://w3id.org/mipex-kg/graph/x"

    def names(query: Query, base: str | None) -> list[str]:
        found = querying.run(query, dataset, None, base)
        assert isinstance(found, ox.QuerySolutions)
        return [str(solution["n"]) for solution in found]

    for text in (
        "SELECT ?n { <../organisation/mpg> schema:name ?n }",
        "BASE <../organisation/> SELECT ?n { <mpg> schema:name ?n }",
        "BASE <../x/y> PREFIX o: <../organisation/> SELECT ?n { o:mpg schema:name ?n }",
        "PREFIX schema: <u:> PREFIX schema: <http://schema.org/> "
        "SELECT ?n { organisation:mpg schema:name ?n }",
    ):
        query = Query(text, dataset.prefixes)
        assert names(query, base) == names(Query(plain(query, base), {}), None) != [], text


@pytest.mark.parametrize(
    ("path", "is_far"),
    [
        ("<u:p>*", True),
        ("<u:p> +", True),
        ("(<u:p>/a)+", True),
        ("a*", True),
        ("A+", True),
        ("(^<u:p>|!(<u:q>|^a))*", True),
        ("((<u:p>?)/<u:q>)*/<u:p>", True),
        ("<u:p>/<u:q>|^a", False),
        ("<u:p>?", False),
        ("!(<u:p>|<u:q>)", False),
    ],
)
def test_paths_of_any_length_are_told(path: str, is_far: bool) -> None:
    assert goes_far(Query(f"SELECT * {{ ?s {path} ?o }}", {})) == is_far


@pytest.mark.parametrize("expression", ["(?a + ?b) * 2", "STRLEN(?a) * (2) + 1", "<u:f>(?a) * 2"])
def test_products_are_no_paths(expression: str) -> None:
    assert not goes_far(Query(f"SELECT * {{ ?s ?p ?o FILTER({expression} > 3) }}", {}))


def test_graphs_get_the_names_that_they_are_to_have() -> None:
    text = "ASK { GRAPH e:g { } graph#\n<u:h>{ } GRAPH ?g { ?s ?p 'GRAPH <u:g>' } }"
    written = plain(Query(text, PREFIXES), graph=lambda name: name[-1] * 2 + ":")
    assert written == 'ASK { GRAPH <gg:> { } GRAPH <hh:>{ } GRAPH ?g { ?s ?p "GRAPH <u:g>" } }'
