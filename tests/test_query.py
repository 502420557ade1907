"""``mipex-kg query``: what it reads, how it answers, what it says when it finds nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pyoxigraph as ox
import pytest

from mipex_kg.cli import query_list
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.sparql.named_queries import NamedQuery
from tests import asking
from tests.conftest import Run

PEOPLE = "SELECT ?name { ?p a schema:Person ; schema:name ?name } ORDER BY ?name"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))[1:]


def test_text_with_a_brace_is_sparql(run: Run) -> None:
    assert len(rows(run("query", PEOPLE).text)) == 17


def test_a_dash_is_standard_input(run: Run) -> None:
    assert run("query", "-", stdin=PEOPLE.encode()).out == run("query", PEOPLE).out


def test_a_name_that_ends_in_rq_is_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "names.rq"
    file.write_text(PEOPLE)
    assert run("query", file).out == run("query", PEOPLE).out


def test_a_file_with_a_header_takes_its_declared_parameters(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.rq"
    file.write_text(
        "# title: One person\n# param who: string = Anna Busquets | The name\n"
        "SELECT ?p { ?p a schema:Person ; schema:name ?who }"
    )
    assert rows(run("query", file).text) == [["https://w3id.org/mipex-kg/person/anna-busquets"]]
    other = run("query", file, "--param", "who=Dirk Jacobs").text
    assert rows(other) == [["https://w3id.org/mipex-kg/person/dirk-jacobs"]]


def test_a_missing_file_is_said_to_be_missing(run: Run) -> None:
    assert "no such file" in run("query", "absent.rq", code=3).err


def test_any_other_word_is_a_named_query(run: Run) -> None:
    assert len(rows(run("query", "people").text)) == 17
    assert "Did you mean people?" in run("query", "poeple", code=2).err


def test_nothing_to_ask_is_a_usage_error(run: Run) -> None:
    assert "--list" in run("query", code=2).err


def test_the_list_has_a_line_for_each_query_in_its_group(run: Run) -> None:
    outcome = run("query", "--list")
    blocks = [block.splitlines() for block in outcome.text.split("\n\n")]
    assert [block[0] for block in blocks][:3] == ["Countries", "Funding", "Groups"]
    (people,) = (block for block in blocks if block[0] == "People")
    assert "  posts                      Positions" in people
    names = [line.split()[0] for block in blocks for line in block[1:]]
    assert len(names) == len(set(names)) == 49
    assert "query --list NAME" in outcome.err


def test_the_list_says_all_about_one_query(run: Run) -> None:
    about = run("query", "--list", "countries-of-group").text
    assert about.startswith("countries-of-group: Countries of a group\n")
    assert "--param group: iri = region:europe" in about
    assert "Did you mean people?" in run("query", "--list", "poeple", code=2).err
    (one,) = json.loads(run("query", "--list", "people", "-f", "json").text)
    assert (one["name"], one["group"]) == ("people", "People")


def test_the_list_in_json_has_the_groups_in_their_order(run: Run) -> None:
    listed = [
        (q["group"], q["name"]) for q in json.loads(run("query", "--list", "-f", "json").text)
    ]
    assert listed == sorted(listed)
    assert ("Funding", "funding") in listed


def test_a_line_is_no_wider_than_the_terminal() -> None:
    queries = [
        NamedQuery("a" * 30, "b" * 30, "", (), ""),
        NamedQuery("c", "d", "", (), "", group="E"),
    ]
    listing = click.unstyle(query_list.lines(queries, 40))
    assert listing == f"E\n  c  d\n\nOther queries\n  {'a' * 30}  {'b' * 5}…\n"


def test_parameters_are_bound_as_terms(run: Run) -> None:
    asia = run("query", "countries-of-group", "-p", "group=region:asia").text
    assert len(rows(asia)) == 6
    hostile = 'x" } UNION { ?p ?q ?r } #\\'
    text = "SELECT ?p { ?p schema:name ?who }"
    assert rows(run("query", text, "-p", f"who={hostile}").text) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("group", "no value"),
        ("grupo=region:asia", "has no parameter grupo; it has: group"),
        ("group=not an IRI", "must be an IRI or a CURIE"),
    ],
)
def test_a_wrong_parameter_is_a_usage_error(run: Run, given: str, message: str) -> None:
    assert message in run("query", "countries-of-group", "-p", given, code=2).err


def test_an_unknown_variable_is_a_usage_error(run: Run) -> None:
    assert "no variable ?x" in run("query", PEOPLE, "-p", "x=1", code=2).err


def test_csv_tsv_json_xml_and_markdown_say_the_same(run: Run) -> None:
    names = [row[0] for row in rows(run("query", PEOPLE, "-f", "csv").text)]
    tsv = run("query", PEOPLE, "-f", "tsv").text.splitlines()
    assert [line.strip('"') for line in tsv[1:]] == names
    solutions = json.loads(run("query", PEOPLE, "-f", "json").text)
    assert [s["name"]["value"] for s in solutions["results"]["bindings"]] == names
    tree = ET.fromstring(run("query", PEOPLE, "-f", "xml").text)
    assert [e.text for e in tree.iter("{http://www.w3.org/2005/sparql-results#}literal")] == names
    markdown = run("query", PEOPLE, "-f", "markdown").text.splitlines()
    assert [line.strip("| ") for line in markdown[2:]] == names
    table = run("query", PEOPLE, "-f", "table").text.splitlines()
    assert [line.strip() for line in table[2:]] == names


def test_labels_of_blank_nodes_need_no_prefix(dataset: Dataset) -> None:
    text = "ASK { _:a schema:affiliation _:b.c-d . _:b.c-d schema:name ?name }"
    assert asking.answer(text, replace(dataset, prefixes=PREFIXES)).text == "true\n"


def test_markdown_cells_keep_their_columns(dataset: Dataset) -> None:
    text = 'SELECT ?a { VALUES ?a { "x|y" "a\\nb" "<b>" } }'
    written = asking.answer(text, dataset, format="markdown").text
    assert written.splitlines()[2:] == ["| x\\|y |", "| a b |", "| \\<b> |"]


def test_a_table_shows_control_characters_and_obeys_none(dataset: Dataset) -> None:
    text = 'SELECT ?a { VALUES ?a { "\\u001B[31mred" } }'
    assert "\\x1b[31mred" in asking.answer(text, dataset, format="table").text


def test_xml_refuses_what_it_cannot_express(run: Run) -> None:
    text = 'SELECT ?a { VALUES ?a { "\\u0001" } }'
    assert "control character" in run("query", text, "-f", "xml", code=4).err


def test_columns_of_select_star_come_as_the_query_has_them(run: Run) -> None:
    text = run("query", "SELECT * { ?z a schema:Country ; mipex:isoAlpha2 ?a }").text
    assert text.splitlines()[0] == "z,a"


@pytest.mark.parametrize("format", ["turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml"])
def test_construct_and_describe_give_graphs(run: Run, format: str) -> None:
    text = "CONSTRUCT { ?p foaf:name ?n } WHERE { ?p a schema:Person ; schema:name ?n }"
    written = run("query", text, "-f", format).out
    kinds = {
        "turtle": ox.RdfFormat.TURTLE,
        "trig": ox.RdfFormat.TRIG,
        "nquads": ox.RdfFormat.N_QUADS,
        "ntriples": ox.RdfFormat.N_TRIPLES,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdfxml": ox.RdfFormat.RDF_XML,
    }
    assert len(list(ox.parse(written, format=kinds[format]))) == 17
    assert b"Anna Busquets" in run("query", "DESCRIBE person:anna-busquets", "-f", format).out


def test_a_format_that_does_not_fit_is_refused(run: Run) -> None:
    assert "can't be answered as turtle" in run("query", PEOPLE, "-f", "turtle", code=2).err
    assert "Use turtle" in run("query", "DESCRIBE person:x", "-f", "csv", code=2).err


def test_ask_answers_in_a_word(run: Run) -> None:
    assert run("query", "ASK { person:anna-busquets a schema:Person }").text == "true\n"
    answer = run("query", "ASK { person:anna-busquets a schema:Person }", "-f", "json").text
    assert json.loads(answer)["boolean"] is True


def test_the_output_file_is_replaced_whole(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("old")
    run("query", "nothing-of-this-name", "-o", file, code=2)
    assert file.read_text() == "old"
    assert run("query", PEOPLE, "-o", file).out == b""
    assert len(rows(file.read_text())) == 17
    assert list(tmp_path.iterdir()) == [file]


def test_from_reads_the_merge_of_the_graphs_it_names(dataset: Dataset) -> None:
    both = (
        "SELECT ?n FROM says:countries-stated FROM says:new-results-count "
        "{ edition:mipex-2020 mipex:statedCountryCount ?n }"
    )
    graphs = asking.answer(
        "SELECT DISTINCT ?g { GRAPH ?g { edition:mipex-2020 mipex:statedCountryCount 52 } }",
        dataset,
        format="csv",
    ).text
    names = [row[0] for row in rows(graphs)]
    assert len(names) == 2
    both = (
        f"SELECT ?n FROM <{names[0]}> FROM <{names[1]}> "
        "{ edition:mipex-2020 mipex:statedCountryCount ?n }"
    )
    assert rows(asking.answer(both, dataset, format="csv").text) == [["52"]]


def test_from_hides_all_other_graphs(dataset: Dataset) -> None:
    text = "SELECT ?s FROM says:solano { ?s a schema:Person }"
    assert len(rows(asking.answer(text, dataset, format="csv").text)) == 1
    text = "SELECT ?g FROM says:solano { GRAPH ?g { ?s ?p ?o } }"
    assert rows(asking.answer(text, dataset, format="csv").text) == []
    text = "SELECT DISTINCT ?g FROM NAMED says:solano { GRAPH ?g { ?s ?p ?o } }"
    assert len(rows(asking.answer(text, dataset, format="csv").text)) == 1


def test_from_an_absent_graph_reads_nothing_and_says_so(run: Run) -> None:
    answer = run("query", "SELECT * FROM says:solan { ?s ?p ?o }")
    assert rows(answer.text) == []
    assert "no graph <https://w3id.org/mipex-kg/graph/who-produces-mipex/solan>" in answer.err
    assert "Did you mean says:solano?" in answer.err


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("SELECT * { ?s a schema:Persn }", "Did you mean schema:Person?"),
        ("SELECT * { ?s a <https://schema.org/Person> }", "<http://schema.org/…>"),
        (
            "PREFIX foaf: <http://xmlns.com/foaf/> SELECT * { ?s a foaf:Person }",
            "in this graph it is <http://xmlns.com/foaf/0.1/>",
        ),
        ("ASK { person:nobody ?p ?o }", "person:nobody occurs nowhere"),
        ("DESCRIBE person:anna-busquet", "Did you mean person:anna-busquets?"),
    ],
)
def test_an_empty_answer_says_what_was_likely_meant(run: Run, query: str, note: str) -> None:
    assert note in run("query", query).err


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT ?y { ?x a schema:Country }", "y"),
        ("select $perso ?n { ?person schema:name ?n ; schema:url ?person }", "perso"),
        ("SELECT (COUNT(?y) AS ?n) ?x { ?x a schema:Country } GROUP BY ?x", "y"),
        ("SELECT DISTINCT ?nme { ?s schema:name ?name } ORDER BY ?nme", "nme"),
        ("SELECT ?x { ?x a schema:Country } GROUP BY ?x HAVING (?y > 1)", "y"),
        ("CONSTRUCT { ?s schema:name ?x } FROM graph:record { ?s schema:name ?n }", "x"),
        ("CONSTRUCT { ?s schema:name 'a { b' } WHERE { ?s a ?t } LIMIT 1", ""),
        ("CONSTRUCT WHERE { ?s schema:name ?n } LIMIT 1", ""),
        ("DESCRIBE ?y { ?x a schema:Nonsense }", "y"),
        ("DESCRIBE <x:y>", ""),
        ("SELECT ?x ?y { ?x a schema:Nonsense } VALUES ?y { 1 }", ""),
        ("SELECT ?t (COUNT(*) AS ?n) { ?x a ?c } GROUP BY (STR(?c) AS ?t) ORDER BY ?n LIMIT 1", ""),
        ("SELECT (COUNT(?x) AS ?n) { ?x a schema:Country }", ""),
        ("SELECT (STR(?x) as ?n) { ?x a schema:Country }", ""),
        ("SELECT ?x { VALUES ?x { 1 } }", ""),
        ("SELECT ?x { BIND(1 AS ?x) }", ""),
        ("SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", ""),
        ("SELECT * { ?x a schema:Country } # ?y", ""),
    ],
)
def test_a_variable_without_a_value_is_told(run: Run, query: str, names: str) -> None:
    told = run("--bundled", "query", query).err
    assert re.findall(r"\?(\w+) is asked for and stands nowhere else", told) == names.split()
    assert ("Did you mean ?person?" in told) is (names == "perso")


def test_an_empty_answer_without_a_slip_says_nothing(run: Run) -> None:
    text = "SELECT * { ?s a schema:Person, schema:Country }"
    assert run("query", "--bundled", text).err == ""


def test_an_answer_that_is_not_empty_comes_without_notes(run: Run) -> None:
    text = "SELECT * { { ?s a schema:Person } UNION { ?s a schema:Persn } }"
    assert run("query", "--bundled", text).err == ""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "SELECT * { service SILENT <http://localhost:9/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE # a comment\n <http://localhost:9/> { ?s ?p ?o } }",
    ],
)
def test_service_is_refused(run: Run, query: str) -> None:
    assert "--allow-remote" in run("query", query, code=4).err


def test_the_word_service_in_a_string_is_no_call(run: Run) -> None:
    assert run("query", 'ASK { BIND("SERVICE <x>" AS ?x) }').text == "true\n"


def test_updates_are_refused(run: Run) -> None:
    assert "update" in run("query", "INSERT DATA { <a:b> <a:b> <a:b> }", code=4).err
    assert "update" in run("query", "PREFIX a: <b:c> DELETE WHERE { ?s ?p ?o }", code=4).err


def test_an_error_shows_the_place(run: Run) -> None:
    message = run("query", "SELECT ?p {\n  ?p a schema:Person", code=4).err
    assert "This { is not closed: a } is missing. Line 1, column 11:\n" in message
    assert "  SELECT ?p {\n            ^" in message


def test_an_undeclared_prefix_is_named(run: Run) -> None:
    told = run("query", "ASK { ?s a shema:Person }", code=4).err
    assert "Did you mean the prefix schema?" in told


def test_an_unknown_function_is_the_askers_error(run: Run) -> None:
    message = run("query", "SELECT (<http://example.org/f>(1) AS ?x) {}", code=4).err
    assert "http://example.org/f" in message


def test_a_slow_query_ends_at_its_timeout(run: Run) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    assert "longer than 0.5 seconds" in run("query", text, "--timeout", "0.5", code=4).err


@pytest.mark.parametrize("depth", [5_000, 100_000])
def test_a_deep_query_ends_cleanly(run: Run, depth: int) -> None:
    text = "SELECT * WHERE " + "{" * depth + "}" * depth
    assert "Nest it less deeply" in run("query", "-", stdin=text.encode(), code=4).err


def test_other_files_are_queried_in_place_of_the_project(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "a.ttl", tmp_path / "b.nq"
    first.write_text("@prefix x: <http://x/> . x:a x:b x:c .")
    second.write_text("<http://x/a> <http://x/b> <http://x/d> <http://x/g> .\n")
    answer = run("query", "SELECT ?o { x:a x:b ?o } ORDER BY ?o", "--data", first, "--data", second)
    assert rows(answer.text) == [["http://x/c"], ["http://x/d"]]
    answer = run("query", "SELECT ?o { GRAPH x:g { ?s ?p ?o } }", "--data", first, "--data", second)
    assert rows(answer.text) == [["http://x/d"]]


def test_a_table_too_wide_for_the_terminal_comes_row_by_row(dataset: Dataset) -> None:
    text = 'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { ("one two three four five" "x" "") } }'
    wide = asking.answer(text, dataset, format="table", width=80).text
    assert wide.splitlines()[0].split() == ["a", "b", "c"]
    narrow = asking.answer(text, dataset, format="table", width=20).text
    assert narrow == "a   one two three\n    four five\nb   x\n"


def test_a_table_leaves_out_the_tag_of_the_first_language(dataset: Dataset) -> None:
    text = 'SELECT ?a { VALUES ?a { "one"@en "eins"@de } }'
    written = asking.answer(text, dataset, format="table").text
    assert [line.strip() for line in written.splitlines()[2:]] == ["one", "eins @de"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(?p) AS ?n) { ?p a ?c }",
        "SELECT (COUNT(?p) AS ?n) ?c { ?p a ?c } GROUP BY ?c",
        "SELECT (COUNT(?p) AS ?n) (STR(?c) AS ?name) { ?p a ?c } GROUP BY STR(?c) ?c",
        "SELECT (COUNT(?p) AS ?n) { ?p a ?c } GROUP BY ?c ORDER BY ?c DESC(?n)",
    ],
)
def test_a_parameter_may_stand_wherever_a_variable_may(run: Run, text: str) -> None:
    assert rows(run("query", text, "--param", "c=schema:Person").text)[0][0] == "17"


def test_names_after_from_are_relative_to_the_base(run: Run) -> None:
    text = "{0} SELECT ?s {1} {{ ?s a prov:Entity }}"
    base = "BASE <https://w3id.org/mipex-kg/>"
    relative = run("query", text.format(base, "FROM <graph/record>"))
    assert relative.out == run("query", text.format("", "FROM graph:record")).out
    assert rows(relative.text)
    assert "occurs nowhere" not in relative.err


@pytest.mark.parametrize("clause", ["FROM <x>", "FROM NAMED <x>"])
def test_a_relative_name_without_a_base_is_a_query_error(run: Run, clause: str) -> None:
    assert "doesn't parse" in run("query", f"SELECT * {clause} {{ ?s ?p ?o }}", code=4).err


@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json", "xml", "markdown"])
def test_a_count_of_nothing_finds_nothing(run: Run, format: str) -> None:
    text = "SELECT (COUNT(*) AS ?n) {{ ?s a schema:{0} }}"
    slip = run("query", text.format("Persn"), "--format", format)
    assert "Did you mean schema:Person?" in slip.err
    found = run("query", "--bundled", text.format("Person"), "--format", format)
    assert found.err == ""


def test_a_file_name_may_have_a_space(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "all the names.rq"
    file.write_text(PEOPLE)
    assert run("query", file).out == run("query", PEOPLE).out


def test_a_named_query_may_ask_other_files(run: Run, tmp_path: Path) -> None:
    dump = tmp_path / "dump.nt"
    run("export", "--format", "ntriples", "-o", dump)
    assert run("query", "people", "--data", dump).out == run("query", "people").out


def test_text_is_answered_whatever_the_named_queries_are(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "new")
    (tmp_path / "new" / "queries" / "broken.rq").write_text("no title")
    assert run("query", "ASK {}", cwd=tmp_path / "new").text == "true\n"
