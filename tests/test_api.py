"""What Python sees: a graph that is opened, asked, explained, validated and published."""

from __future__ import annotations

import ast
import inspect
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import mipex_kg
from mipex_kg import (
    IRI,
    EmbeddedPage,
    FindingsError,
    KnowledgeGraph,
    QueryError,
    SourceError,
    Text,
    UsageError,
)
from mipex_kg.rdf.values import Value, term_of, value_of
from mipex_kg.sparql import guard
from mipex_kg.validation.report import Severity
from tests.asking import UNSORTED
from tests.commands import HUNG
from tests.conftest import ROOT, Run
from tests.test_streams import ENDLESS_QUERY

XSD = "http://www.w3.org/2001/XMLSchema#"
NAMES = "SELECT ?name ?person { ?person a schema:Person ; schema:name ?name }"
BAD = ('schema:name "Ada Brook"', "schema:name 7")


@pytest.fixture(scope="module")
def room(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api") / "reading-room"
    run("init", folder)
    return folder


@pytest.fixture(scope="module")
def kg(room: Path) -> KnowledgeGraph:
    return mipex_kg.open(room)


@pytest.fixture
def invalid(run: Run, tmp_path: Path) -> KnowledgeGraph:
    folder = tmp_path / "invalid"
    run("init", folder)
    notice = folder / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace(*BAD))
    return mipex_kg.open(folder)


# The module


def test_to_import_it_imports_nothing_else() -> None:
    script = (
        "import sys; before = set(sys.modules); import mipex_kg\n"
        "print(sorted(m for m in set(sys.modules) - before if m.startswith(('mipex', 'pyox'))))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.decode() == "['mipex_kg']\n"


def test_each_public_name_is_there_and_no_other() -> None:
    for name in mipex_kg.__all__:
        assert getattr(mipex_kg, name) is not None
    homes = {name for names in mipex_kg._HOMES.values() for name in names}
    tree = ast.parse((ROOT / "mipex_kg" / "__init__.py").read_text())
    (checked,) = (node for node in tree.body if isinstance(node, ast.If))
    typed = {a.name for n in checked.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert homes == typed == set(mipex_kg.__all__) - {"__version__"}
    assert dir(mipex_kg) == sorted(mipex_kg.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'opne'"):
        mipex_kg.opne  # noqa: B018


def test_each_public_function_is_documented_and_typed() -> None:
    for name in set(mipex_kg.__all__) - {"__version__", "Value"}:
        found = getattr(mipex_kg, name)
        assert inspect.getdoc(found), name
        methods = vars(found).items() if inspect.isclass(found) else [(name, found)]
        for method, function in methods:
            if inspect.isfunction(function) and not method.startswith("_"):
                assert inspect.getdoc(function), f"{name}.{method}"
                signature = inspect.signature(function)
                assert signature.return_annotation is not signature.empty, f"{name}.{method}"


# Opening


def test_nothing_opens_the_graph_that_ships() -> None:
    assert repr(mipex_kg.open()) == "<KnowledgeGraph: MIPEX knowledge graph>"


def test_what_is_opened_is_read_when_it_is_needed(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    graph = mipex_kg.open(tmp_path / "room")
    notice = tmp_path / "room" / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace("Ada Brook", "Eve Brook"))
    assert graph.query(NAMES)[0].name == "Eve Brook"
    notice.write_text("")
    assert graph.query(NAMES)[0].name == "Eve Brook"


def test_files_are_opened_by_themselves(tmp_path: Path) -> None:
    one, two = tmp_path / "a.ttl", tmp_path / "b.nq"
    one.write_text("@prefix e: <http://e/> . e:a e:p 1 .")
    two.write_text("<http://e/b> <http://e/p> <c> <http://e/g> .".replace("<c>", "<http://e/c>"))
    graph = mipex_kg.open(str(one), two)
    assert repr(graph) == f"<KnowledgeGraph: {one}, {two}>"
    assert [row.o for row in graph.query("SELECT ?o { ?s e:p ?o } ORDER BY ?o")] == [
        "http://e/c",
        1,
    ]
    assert graph.describe("e:a").label == "e:a"
    for method in (graph.validated, lambda: graph.why("e:a"), lambda: graph.jsonld("e:a")):
        with pytest.raises(UsageError, match="RDF files alone are not a project"):
            method()


def test_relative_iris_in_files_need_a_base(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<a> <http://e/p> 1 .")
    with pytest.raises(SourceError):
        mipex_kg.open(file).quads  # noqa: B018
    (quad,) = mipex_kg.open(file, base="http://e/").quads
    assert quad.subject == ox.NamedNode("http://e/a")


@pytest.mark.parametrize(
    ("sources", "options", "words"),
    [
        (["nowhere"], {}, "There is no file or folder 'nowhere'"),
        (["."], {}, "is not a project"),
        ([".", "."], {}, "opened by itself"),
        (["a.ttl", "."], {}, "opened by itself"),
        (["a.ttl"], {"site": "https://e.org/"}, "Only a project has a site"),
        ([], {"base": "https://e.org/"}, "a base of its own"),
        ([], {"site": "somewhere"}, "site"),
    ],
)
def test_what_can_not_be_opened_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sources: list[str],
    options: dict[str, str],
    words: str,
) -> None:
    (tmp_path / "a.ttl").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=words):
        mipex_kg.open(*sources, **options)  # type: ignore[arg-type]


def test_a_traceback_shows_the_hint(kg: KnowledgeGraph) -> None:
    with pytest.raises(UsageError) as caught:
        kg.describe("Ada Brok")
    assert caught.value.__notes__ == ["Hint: Did you mean 'Ada Brook'?"]
    assert pickle.loads(pickle.dumps(caught.value)).__notes__ == caught.value.__notes__


# Questions


def test_rows_have_names_and_values_of_python(kg: KnowledgeGraph) -> None:
    table = kg.query(NAMES)
    row = table[0]
    assert (row.name, row["name"], row[0]) == ("Ada Brook",) * 3
    assert row.person == "https://example.org/reading-room/person/ada-brook"
    assert isinstance(row.person, IRI)
    name, person = row
    assert (name, person) == tuple(row) == (row.name, row.person)
    assert row._asdict() == {"name": name, "person": person}
    assert "name" in dir(row) and len(row) == 2 and row == table[0] and row in set(table)
    assert pickle.loads(pickle.dumps(table)) == table
    assert table.column("name") == ["Ada Brook"] and table[-1:] == [row]
    for missing in (lambda: row.nme, lambda: row["nme"], lambda: table.column("nme")):
        with pytest.raises((AttributeError, KeyError), match="no column 'nme'; there are: name"):
            missing()


@pytest.mark.parametrize("column", ["count", "index", "class", "values", "items", "keys"])
def test_columns_may_be_named_as_methods_of_python_are(kg: KnowledgeGraph, column: str) -> None:
    row = kg.query(f"SELECT (1 AS ?{column}) {{}}")[0]
    assert getattr(row, column) == 1


def literal(text: str, name: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + name))


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (literal("052", "integer"), 52),
        (literal("-3", "byte"), -3),
        (literal("2020", "gYear"), 2020),
        (literal("1.50", "decimal"), Decimal("1.50")),
        (literal("1e3", "double"), 1000.0),
        (literal("-INF", "float"), float("-inf")),
        (literal("1", "boolean"), True),
        (literal("2020-02-29", "date"), date(2020, 2, 29)),
        (ox.Literal("Été", language="fr"), "Été"),
        (ox.NamedNode("http://e/a"), IRI("http://e/a")),
        (ox.BlankNode("b"), "_:b"),
        (None, None),
    ],
)
def test_a_term_as_a_value(term: ox.Literal | None, value: Value) -> None:
    found = value_of(term)
    assert found == value
    assert type(found) is type(value) or isinstance(found, Text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x", "integer"),
        ("1_000", "integer"),
        ("٣", "integer"),
        (" 1", "integer"),
        ("1e3", "decimal"),
        ("inf", "double"),
        ("nan", "double"),
        ("1_0", "double"),
        ("yes", "boolean"),
        ("2021-02-29", "date"),
        ("20200101", "date"),
        ("2020-01-01Z", "date"),
        ("12000-01-01", "date"),
        ("2020-01-01", "dateTime"),
        ("2020-01-01T24:00:00", "dateTime"),
        ("2020-01-01T00:00:00.1234567", "dateTime"),
        ("2020Z", "gYear"),
        ("a b", "token"),
    ],
)
def test_what_python_can_not_hold_stays_its_lexical_form(text: str, name: str) -> None:
    found = value_of(literal(text, name))
    assert isinstance(found, Text)
    assert (found, found.datatype, found.language) == (text, XSD + name, "")
    assert term_of(found) == literal(text, name)


def test_a_text_knows_its_language() -> None:
    found = value_of(ox.Literal("Été", language="fr"))
    assert isinstance(found, Text) and found.language == "fr"
    assert term_of(found) == ox.Literal("Été", language="fr")
    copy = pickle.loads(pickle.dumps(found))
    assert (copy, copy.language, copy.datatype) == (found, found.language, found.datatype)


def test_a_named_query_takes_its_parameters(kg: KnowledgeGraph) -> None:
    assert kg.queries["keepers"].parameters[0].name == "day"
    assert len(kg.query("keepers", day="Sa")) == 1
    assert not kg.query("keepers", {"day": "Mo"})
    with pytest.raises(UsageError, match="keepers has no parameter dya"):
        kg.query("keepers", dya="Sa")
    with pytest.raises(UsageError, match="no query named 'keeprs'"):
        kg.query("keeprs")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Ada", '"Ada"'),
        ("5", f'"5"^^<{XSD}integer>'),
        (Text("5"), '"5"'),
        (Text("Ada", language="en"), '"Ada"@en'),
        (5, f'"5"^^<{XSD}integer>'),
        (True, f'"true"^^<{XSD}boolean>'),
        (1.5, f'"1.5"^^<{XSD}double>'),
        (Decimal("1E+3"), f'"1000"^^<{XSD}decimal>'),
        (date(2020, 1, 2), f'"2020-01-02"^^<{XSD}date>'),
        ("person:ada-brook", "<https://example.org/reading-room/person/ada-brook>"),
        (IRI("http://e/a"), "<http://e/a>"),
        (ox.NamedNode("http://e/a"), "<http://e/a>"),
        (ox.Literal("x", language="en"), '"x"@en'),
    ],
)
def test_values_of_python_are_terms_in_a_query(
    kg: KnowledgeGraph, value: Value, written: str
) -> None:
    assert kg.sparql("ASK { ?s ?p ?o }", o=value) == f"ASK {{ ?s ?p {written} }}"


@pytest.mark.parametrize("value", [object(), ox.BlankNode("b"), None, IRI("no iri")])
def test_what_is_not_a_term_is_refused(kg: KnowledgeGraph, value: Value) -> None:
    with pytest.raises(UsageError, match="The value of o "):
        kg.sparql("ASK { ?s ?p ?o }", o=value)


def test_a_query_may_be_a_file(kg: KnowledgeGraph, room: Path, tmp_path: Path) -> None:
    file = room / "queries" / "keepers.rq"
    assert kg.query(file, day="Sa") == kg.query(str(file), day="Sa") == kg.query("keepers")
    plain = tmp_path / "plain.rq"
    plain.write_text(NAMES)
    assert kg.query(plain, name="Ada Brook")[0].person == kg.query(NAMES)[0].person


def test_each_method_answers_its_forms_of_queries(kg: KnowledgeGraph) -> None:
    texts = {
        "query": NAMES,
        "ask": "ASK { ?s ?p ?o }",
        "construct": "CONSTRUCT WHERE { ?s schema:name ?o }",
    }
    methods: dict[str, Callable[[str], object]] = {
        "query": kg.query,
        "ask": kg.ask,
        "construct": kg.construct,
    }
    for name, method in methods.items():
        assert method(texts[name])
        for right, text in texts.items():
            if right != name:
                with pytest.raises(UsageError) as caught:
                    method(text)
                assert caught.value.hint == f"Use the method {right!r}."
    assert kg.construct("DESCRIBE person:ada-brook").triples


def test_likely_slips_come_with_the_answer(kg: KnowledgeGraph) -> None:
    table = kg.query("SELECT ?s { ?s a schema:Persn }")
    assert not table
    assert table.warnings == (
        "schema:Persn occurs nowhere in the graph. Did you mean schema:Person?",
    )
    assert "Did you mean schema:Person?" in table._repr_html_()


def test_a_table_is_written_as_on_the_command_line(
    kg: KnowledgeGraph, room: Path, run: Run, tmp_path: Path
) -> None:
    query = (
        "SELECT ?s ?o { { ?s ?p ?o } UNION { BIND('a \"b\", c\\nd' AS ?o) } UNION {} } "
        "ORDER BY ?s ?o"
    )
    expected = run("query", query, "-f", "csv", cwd=room).out
    assert kg.query(query).to_csv().encode() == expected
    assert kg.answer(query, format="csv").text.encode() == expected
    kg.query(query).to_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == expected


def test_a_table_is_a_data_frame(kg: KnowledgeGraph) -> None:
    query = "SELECT * { VALUES (?n ?x ?t ?b) { (1 1.5e0 'a' true) (UNDEF 2e0 'b'@en false) } }"
    frame = kg.query(query).to_pandas()
    assert list(frame.columns) == ["n", "x", "t", "b"]
    assert [str(frame[column].dtype) for column in ("n", "x", "b")] == [
        "Int64",
        "Float64",
        "boolean",
    ]
    assert frame["n"].sum() == 1 and frame["n"].isna().tolist() == [False, True]
    assert frame["t"].tolist() == ["a", "b"]
    assert list(kg.query("SELECT ?s { FILTER(false) }").to_pandas().columns) == ["s"]


def test_without_pandas_it_says_what_to_install(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError) as caught:
        kg.query(NAMES).to_pandas()
    assert caught.value.hint == "Install it with: pip install pandas"


def test_a_graph_is_one_of_rdflib(kg: KnowledgeGraph) -> None:
    graph = kg.construct("CONSTRUCT WHERE { ?s ?p ?o }")
    theirs = graph.to_rdflib()
    assert isinstance(theirs, rdflib.Graph) and len(theirs) == len(graph) == len(graph.quads)
    parsed = rdflib.Graph().parse(data=graph.serialize("ntriples"), format="nt")
    assert isomorphic(theirs, parsed)
    assert ("person", "https://example.org/reading-room/person/") in [
        (prefix, str(iri)) for prefix, iri in theirs.namespaces()
    ]
    with pytest.raises(UsageError, match="'turtel' is not an RDF format"):
        graph.serialize("turtel")


@pytest.mark.filterwarnings("ignore:Dataset.default_context")  # as rdflib itself calls it
def test_the_whole_is_a_dataset_of_rdflib(kg: KnowledgeGraph) -> None:
    theirs = kg.to_rdflib()
    ours = {str(quad.graph_name.value) for quad in kg.quads}  # type: ignore[union-attr]
    assert ours <= {str(graph.identifier) for graph in theirs.graphs()}
    assert len(list(theirs.quads())) == len(set(kg.quads))
    names = theirs.query("SELECT ?n { ?p a schema:Person ; schema:name ?n }")
    assert [str(row[0]) for row in names] == ["Ada Brook"]  # type: ignore[index]


def test_lexical_forms_survive_rdflib(tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    file.write_text(f'<http://e/a> <http://e/p> "052"^^<{XSD}integer> .\n')
    ((_, _, value, _),) = mipex_kg.open(file).to_rdflib().quads()
    assert isinstance(value, rdflib.Literal) and str(value) == "052" and value.value == 52


# Things


def test_a_thing_is_described(kg: KnowledgeGraph) -> None:
    names = ["Ada Brook", "person:ada-brook", "person/ada-brook"]
    iri = "https://example.org/reading-room/person/ada-brook"
    found = [kg.describe(name) for name in (*names, iri)]
    assert all(description == found[0] for description in found)
    assert (found[0].label, found[0].types) == ("Ada Brook", ("schema:Person",))
    document = json.loads(json.dumps(found[0].as_dict()))
    assert document["thing"] == iri
    name = document["facts"][0]["values"][0]
    assert name["term"]["value"] == "Ada Brook" and name["kinds"] == ["stated"]


def test_facts_are_explained(kg: KnowledgeGraph) -> None:
    (fact,) = kg.why("Ada Brook", "schema:name").facts
    assert fact.text == "Ada Brook, name: Ada Brook"
    (cited,) = fact.basis.passages
    assert fact.basis.kind == "stated" and "Ada Brook" in cited.passage.exact
    document = json.loads(json.dumps(kg.why("Ada Brook").as_dict()))
    kinds = {fact["basis"]["kind"] for fact in document["facts"]}
    assert {"stated", "inferred"} <= kinds
    (inferred,) = (f for f in document["facts"] if f["basis"]["kind"] == "inferred")
    assert (
        inferred["basis"]["rule"] and inferred["basis"]["premises"][0]["basis"]["kind"] == "stated"
    )


def test_json_ld_is_what_embed_writes(kg: KnowledgeGraph, room: Path, run: Run) -> None:
    found = kg.jsonld("person/ada-brook")
    assert found["name"] == "Ada Brook"
    printed = run("embed", "--print", "--thing", "Ada Brook", cwd=room).text
    assert json.loads(printed[printed.index("{") : printed.rindex("}") + 1]) == found


SHOWN: dict[str, Callable[[KnowledgeGraph], Any]] = {
    "table": lambda graph: graph.query(NAMES),
    "graph": lambda graph: graph.construct("DESCRIBE person:ada-brook"),
    "description": lambda graph: graph.describe("person:ada-brook"),
    "explanation": lambda graph: graph.why("person:ada-brook"),
    "report": lambda graph: graph.validate(),
}


@pytest.mark.parametrize("show", SHOWN)
def test_what_a_notebook_shows_is_escaped(tmp_path: Path, run: Run, show: str) -> None:
    folder = tmp_path / "room"
    run("init", folder)
    notice = folder / "data" / "notice.trig"
    notice.write_text(notice.read_text().replace("Ada Brook", "<b>Ada</b>"))
    graph = mipex_kg.open(folder)
    html = SHOWN[show](graph)._repr_html_()
    assert "<table>" in html and "<b>" not in html
    if show != "report":
        assert "&lt;b&gt;Ada&lt;/b&gt;" in html


def test_a_long_table_is_cut_off_in_a_notebook(kg: KnowledgeGraph) -> None:
    table = kg.query("SELECT * { ?s ?p ?o }")
    assert len(table) > 60
    assert table._repr_html_().count("<tr>") == 61
    assert f"… and {len(table) - 60:,} more rows" in table._repr_html_()


def test_only_addresses_of_the_web_are_links(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<javascript:alert(1)> <http://e/p> 1 .")
    html = mipex_kg.open(file).query("SELECT ?s ?p { ?s ?p ?o }")._repr_html_()
    assert 'href="http://e/p"' in html and 'href="javascript' not in html


# Validation, and what is valid


def test_findings_have_their_places(invalid: KnowledgeGraph) -> None:
    report = invalid.validate()
    finding = report.findings[0]
    assert not report.is_valid and finding.severity is Severity.VIOLATION
    assert finding.place and finding.place.path.name == "notice.trig" and finding.place.line
    assert str(finding.place) in report._repr_html_()
    invalid.query(NAMES)  # now that it is read, it is not read again
    again = invalid.validate()
    assert [f.place for f in again.findings] == [f.place for f in report.findings]


def test_files_are_judged_by_shapes(tmp_path: Path) -> None:
    data, shapes = tmp_path / "a.ttl", tmp_path / "shapes.ttl"
    data.write_text("@prefix e: <http://e/> . e:a a e:A .")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> . "
        "e:S a sh:NodeShape ; sh:targetClass e:A ; sh:property [ sh:path e:p ; sh:minCount 1 ] ."
    )
    graph = mipex_kg.open(data)
    assert not graph.validate([shapes]).is_valid
    assert graph.validate().extent() == "1 triple checked without shapes"
    data.write_text("nonsense")
    assert mipex_kg.open(data).validate([str(shapes)]).unreadable


def test_only_what_is_valid_can_be_published(invalid: KnowledgeGraph, kg: KnowledgeGraph) -> None:
    publishing = {"build", "export", "embed", "push", "snippet"}
    assert publishing.isdisjoint(dir(kg))
    assert publishing <= set(dir(kg.validated()))
    with pytest.raises(FindingsError):
        invalid.validated()


def test_a_build_is_the_same_without_other_processes(
    room: Path, kg: KnowledgeGraph, run: Run, tmp_path: Path
) -> None:
    run("build", "-o", tmp_path / "theirs", cwd=room)
    built = kg.validated().build(tmp_path / "ours")
    assert built.written and built.output == tmp_path / "ours"
    ours, theirs = (
        {p.relative_to(f).as_posix(): p.read_bytes() for p in f.rglob("*") if p.is_file()}
        for f in (tmp_path / "ours", tmp_path / "theirs")
    )
    assert ours == theirs
    assert kg.validated().build(tmp_path / "ours").written == 0


def test_a_site_may_be_elsewhere(room: Path, tmp_path: Path) -> None:
    mipex_kg.open(room, site="https://elsewhere.example/").validated().build(tmp_path / "site")
    assert "https://elsewhere.example/" in (tmp_path / "site" / "sitemap.xml").read_text()


def test_an_export_is_that_of_the_command_line(
    kg: KnowledgeGraph, room: Path, run: Run, tmp_path: Path
) -> None:
    valid = kg.validated()
    assert valid.export().encode() == run("export", cwd=room).out
    thing = run("export", "--thing", "Ada Brook", "-f", "jsonld", cwd=room).out
    assert valid.export(thing="Ada Brook", format="jsonld").encode() == thing
    cls = run("export", "--class", "schema:Library", "-f", "turtle", cwd=room).out
    assert valid.export(of_class="schema:Library", format="turtle").encode() == cls
    valid.export(tmp_path / "graph.nq")
    assert (tmp_path / "graph.nq").read_bytes() == run("export", "-f", "nquads", cwd=room).out
    with pytest.raises(UsageError, match="Choose one"):
        valid.export(thing="Ada Brook", of_class="schema:Library")
    with pytest.raises(UsageError, match=r"\.doc is not a suffix of an RDF format") as raised:
        valid.export(tmp_path / "graph.doc")
    assert str(raised.value.hint).startswith("Use .ttl")


def test_pages_are_embedded_into(kg: KnowledgeGraph, tmp_path: Path) -> None:
    page, other = tmp_path / "ada.html", tmp_path / "other.html"
    page.write_text("<!doctype html><title>Ada</title>")
    other.write_text("<!doctype html><title>Nobody</title>")
    valid = kg.validated()
    seen: list[EmbeddedPage] = []
    (checked,) = valid.embed(page, things=["Ada Brook"], check=True)
    assert not checked.is_changed and "ld+json" not in page.read_text()
    (changed,) = valid.embed(page, things=["Ada Brook"], on_page=seen.append)
    assert changed.is_changed and seen == [changed] and "Ada Brook" in page.read_text()
    assert changed.things == (ox.NamedNode("https://example.org/reading-room/person/ada-brook"),)
    (unknown,) = valid.embed(other)
    assert unknown.error and unknown.error.hint
    assert "Ada Brook" in valid.snippet("Ada Brook")


# Whose process it is

UNCHANGED = """
import gc, locale, logging, os, signal, sys, threading, warnings
from pathlib import Path

def refuse(*arguments):
    raise AssertionError("forked")

os.fork = os.forkpty = refuse
signal.signal = signal.setitimer = signal.alarm = refuse

def state():
    mask = Path("/proc/self/status")
    rdflib = sys.modules.get("rdflib")
    return {
        "signals": [str(signal.getsignal(s)) for s in signal.valid_signals()],
        "environment": dict(os.environ), "folder": os.getcwd(), "nice": os.nice(0),
        "umask": mask.exists() and [l for l in mask.read_text().splitlines() if "Umask" in l],
        "gc": (gc.isenabled(), gc.get_freeze_count()), "locale": locale.setlocale(locale.LC_ALL),
        "root": (logging.root.level, logging.root.handlers, logging.root.filters),
        "warnings": warnings.filters[:], "hook": sys.excepthook, "stdout": sys.stdout,
        "recursion": sys.getrecursionlimit(), "threads": threading.active_count(),
        "rdflib": rdflib and rdflib.NORMALIZE_LITERALS,
    }

def work():
    import mipex_kg
    kg = mipex_kg.open(sys.argv[1])
    assert kg.query("keepers", day="Sa")[0].keeper == "Ada Brook"
    assert kg.construct("DESCRIBE person:ada-brook").to_rdflib()
    assert not kg.query("SELECT ?s { ?s a schema:Persn }")
    kg.describe("Ada Brook"), kg.why("Ada Brook"), kg.jsonld("Ada Brook")
    assert kg.validate().is_valid
    valid = kg.validated()
    valid.build(sys.argv[2]), valid.export(), valid.snippet("Ada Brook")

def work_in_a_thread():
    errors = []
    threading.excepthook = lambda error: errors.append(error.exc_value)
    thread = threading.Thread(target=work)
    thread.start(), thread.join()
    assert not errors, errors

import rdflib
before = state()
for number, run in enumerate((work, work, work_in_a_thread)):
    run()
    after = state()
    if number == 0:  # what has been imported since may have filtered warnings
        before["warnings"] = after["warnings"]
    assert after == before, [(k, before[k], after[k]) for k in before if before[k] != after[k]]
"""


def test_the_process_stays_as_it_was_and_nothing_is_printed(
    room: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """No fork, no signal, no output, no setting of the process: a notebook has threads."""
    environment = {**environment, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", UNCHANGED, str(room), str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=HUNG)
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", "", 0)


DEEP = f"ASK {{ {'{' * 20_000} ?s ?p ?o {'}' * 20_000} }}"


def test_an_isolated_graph_survives_what_kills_the_engine(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_LEVELS", 1 << 20)  # what isn't foreseen still gets through
    graph = mipex_kg.open(room, isolated=True)
    with pytest.raises(QueryError, match="too large for the engine"):
        graph.ask(DEEP)
    assert graph.ask("ASK { ?s ?p ?o }")
    assert graph.query("keepers", day="Sa") == mipex_kg.open(room).query("keepers", day="Sa")


def test_an_engine_that_is_killed_says_nothing_where_faults_are_reported(
    room: Path, tmp_path: Path
) -> None:
    faults = tmp_path / "faults"
    script = (
        "import faulthandler, mipex_kg\n"
        "from mipex_kg.sparql import guard\n"
        f"guard.MOST_LEVELS = 1 << 20; faulthandler.enable(open({str(faults)!r}, 'w'))\n"
        f"graph = mipex_kg.open({str(room)!r}, isolated=True)\n"
        f"try: graph.ask({DEEP!r})\n"
        "except mipex_kg.QueryError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr, faults.read_text()) == ("refused\n", "", "")


def test_what_the_engine_fails_at_is_not_called_too_large(room: Path) -> None:
    graph = mipex_kg.open(room, isolated=True)
    told = set()
    for query in UNSORTED:
        try:
            graph.query(query)
        except QueryError as error:
            told.add((error.message, error.hint))
            assert graph.query(query.replace("BY ?x", "BY STR(?x)"))
    sentence = "The query can't be answered: the engine fails to sort these values."
    assert told == {(sentence, "Sort them as text: ORDER BY STR(?x).")}


def test_only_an_isolated_query_has_a_timeout(room: Path, kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match=r"longer than 0\.2 seconds"):
        mipex_kg.open(room, isolated=True).query(ENDLESS_QUERY, timeout=0.2)
    with pytest.raises(UsageError) as caught:
        kg.ask("ASK {}", timeout=1)
    assert caught.value.hint == "Open the graph with isolated=True."


def test_threads_share_a_graph(room: Path) -> None:
    graph, found = mipex_kg.open(room), []
    threads = [
        threading.Thread(target=lambda: found.append(graph.query(NAMES)[0].name)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Ada Brook"] * 8


def test_the_log_is_heard_by_whoever_listens(room: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "mipex_kg"):
        mipex_kg.open(room).quads  # noqa: B018
    assert any("notice.trig" in record.message for record in caplog.records)


def test_a_project_is_not_looked_for(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where the caller is, nor in the environment."""
    monkeypatch.chdir(room)
    monkeypatch.setenv("MIPEX_KG_PROJECT", str(room))
    assert os.fspath(room) and repr(mipex_kg.open()) == "<KnowledgeGraph: MIPEX knowledge graph>"
