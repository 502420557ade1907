"""The tables: CSV with CSVW metadata, held against the graph and read by other people's tools."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import csvw
import pyoxigraph as ox
import pytest

from mipex_kg.dataset.catalogue.tables import load_tables
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf.namespaces import XSD, expand
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.system.errors import KgError, SourceError, UsageError
from tests.conftest import ROOT, Run

TABLES = ["people", "organisations", "countries", "roles", "funding"]
table = pytest.mark.parametrize("name", TABLES)


@pytest.fixture(scope="module")
def site(bundled_site: Path) -> Path:
    return bundled_site


@pytest.fixture(scope="module")
def store(site: Path) -> ox.Store:
    """The graph as the dump has it."""
    found = ox.Store()
    found.load(path=str(site / "mipex-kg.nt"))
    return found


def metadata(site: Path, name: str) -> Any:
    return json.loads((site / "query" / f"{name}.csv-metadata.json").read_bytes())


def rows(site: Path, name: str) -> list[dict[str, str]]:
    with (site / "query" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answer(site: Path, name: str, store: ox.Store) -> list[dict[str, ox.NamedNode | ox.Literal]]:
    """Ask the published query of the published dump; what has no value is left out."""
    solutions = store.query((site / "query" / f"{name}.rq").read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    return [{v.value: s[v] for v in solutions.variables if s[v] is not None} for s in solutions]


def columns(site: Path, name: str) -> dict[str, Any]:
    return {c["name"]: c for c in metadata(site, name)["tableSchema"]["columns"]}


# ---- What the metadata says is so ----------------------------------------------------------------


def test_the_bundled_project_has_its_tables(project: Project) -> None:
    assert list(project.tables) == TABLES


@table
def test_rows_are_the_answer_of_the_query(site: Path, store: ox.Store, name: str) -> None:
    expected = [{key: term.value for key, term in row.items()} for row in answer(site, name, store)]
    found = [{key: value for key, value in row.items() if value} for row in rows(site, name)]
    assert found == expected
    assert found


@table
def test_every_column_is_described(site: Path, name: str) -> None:
    described = columns(site, name)
    assert list(described) == list(rows(site, name)[0])
    for column in described.values():
        assert column["titles"] == column["name"]
        assert re.search(r"^[A-Z].+\.$", column["dc:description"])


@table
def test_types_and_languages_are_those_of_the_values(
    site: Path, store: ox.Store, name: str
) -> None:
    described = columns(site, name)
    for row in answer(site, name, store):
        for key, term in row.items():
            datatype, lang = described[key]["datatype"], described[key].get("lang")
            if isinstance(term, ox.NamedNode):
                assert datatype == "anyURI", key
            elif "separator" not in described[key]:
                assert datatype == "string" or XSD.term(datatype) == term.datatype, key
                assert lang in (None, term.language), key


@table
def test_keys_tell_rows_apart(site: Path, name: str) -> None:
    keys = metadata(site, name)["tableSchema"]["primaryKey"]
    values = [tuple(row[key] for key in keys) for row in rows(site, name)]
    assert len(set(values)) == len(values)
    assert all(all(value) for value in values)


@table
def test_properties_are_stated_in_the_graph(site: Path, store: ox.Store, name: str) -> None:
    """What a converter to RDF makes of the cells is what the graph has anyway."""
    about = metadata(site, name)["tableSchema"].get("aboutUrl")
    stated = 0
    for row in rows(site, name):
        for key, column in columns(site, name).items():
            if not row[key] or "propertyUrl" not in column:
                continue
            subject = ox.NamedNode(row[about[2:-1]])
            found = store.quads_for_pattern(subject, ox.NamedNode(column["propertyUrl"]), None)
            values = row[key].split(column["separator"]) if "separator" in column else [row[key]]
            objects = {quad.object for quad in found}
            for value in values:
                assert term(value, column) in objects, (subject, key)
                stated += 1
    assert (about is None) == (name == "funding")
    assert about is None or stated > 20


def term(value: str, column: dict[str, Any]) -> ox.NamedNode | ox.Literal:
    if column["datatype"] == "anyURI":
        return ox.NamedNode(value)
    if language := column.get("lang"):
        return ox.Literal(value, language=language)
    return ox.Literal(value, datatype=XSD.term(column["datatype"]))


def test_the_metadata_tell_title_licence_and_the_query(site: Path, project: Project) -> None:
    told = metadata(site, "people")
    assert told["url"] == "people.csv"
    assert told["dc:title"] == "People"
    assert told["dc:license"] == {"@id": project.licence}
    assert told["dc:publisher"] == project.publisher
    query = told["dc:source"]["@id"].removeprefix(project.site)
    assert (site / query).read_text().startswith("PREFIX ")
    assert told["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]


# ---- Another reader ------------------------------------------------------------------------------


@table
def test_a_validator_of_csvw_finds_nothing_and_reads_the_rows(site: Path, name: str) -> None:
    """Found from the table alone, as the standard says; warnings are errors here."""
    read = csvw.CSVW(str(site / "query" / f"{name}.csv"), validate=True)
    assert read.is_valid
    (found,) = read.tables
    assert found.tableSchema.columns[0].datatype.base == "anyURI"
    typed = list(found)
    assert len(typed) == len(rows(site, name))
    for row, raw in zip(typed, rows(site, name), strict=True):
        for key, column in columns(site, name).items():
            assert plain(row[key], column) == raw[key]


def plain(value: Any, column: dict[str, Any]) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return str(column["separator"]).join(plain(item, column) for item in value)
    if column["datatype"] == "anyURI":
        return str(value.unsplit())
    return str(value)


def test_all_tables_together_refer_to_each_other(site: Path) -> None:
    read = csvw.CSVW(str(site / "query" / "csv-metadata.json"), validate=True)
    assert read.is_valid
    assert [found.url.string for found in read.tables] == [f"{name}.csv" for name in TABLES]
    (key,) = read.tables[-1].tableSchema.foreignKeys
    assert (key.columnReference, key.reference.resource.string) == (["funder"], "organisations.csv")


def make_wrong(text: str) -> str:
    return text.replace("organisation/european-union", "organisation/nobody")


def repeat(text: str) -> str:
    return text + text.splitlines(keepends=True)[-1]


def misspell(text: str) -> str:
    return text.replace(",3,", ",three,", 1)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("name", "spoil"),
    [("funding", make_wrong), ("organisations", repeat), ("organisations", misspell)],
    ids=["foreign key", "primary key", "type"],
)
def test_a_validator_would_find_what_is_wrong(
    site: Path, tmp_path: Path, name: str, spoil: Callable[[str], str]
) -> None:
    folder = tmp_path / "query"
    folder.mkdir()
    for file in (site / "query").glob("*csv*"):
        shutil.copy(file, folder)
    path = folder / f"{name}.csv"
    text = path.read_bytes().decode()
    assert spoil(text) != text
    path.write_bytes(spoil(text).encode())
    with contextlib.suppress(ValueError):  # its way to say that keys are wrong
        assert not csvw.CSVW(str(folder / "csv-metadata.json"), validate=True).is_valid


# ---- Where it is offered -------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["query/people", "data", "dataset/facts"])
def test_link_sets_lead_from_a_table_to_its_metadata(
    site: Path, project: Project, page: str
) -> None:
    linkset = json.loads((site / f"{page}.linkset.json").read_text())["linkset"]
    csv = f"{project.site}query/people.csv"
    (links,) = (context for context in linkset if context["anchor"] == csv)
    expected = {"href": f"{csv}-metadata.json", "type": "application/csvm+json"}
    assert links["describedby"] == [expected]


def test_pages_tell_the_columns_and_offer_the_metadata(site: Path) -> None:
    page = (site / "query" / "people.html").read_text()
    assert "<dt><code>profiles</code></dt><dd>Pages elsewhere about the person.</dd>" in page
    assert 'href="../query/people.csv-metadata.json"' in page
    data = (site / "data.html").read_text()
    for name in TABLES:
        assert f'href="query/{name}.csv"' in data
        assert f'href="query/{name}.csv-metadata.json"' in data


def test_what_is_no_table_has_no_metadata(site: Path) -> None:
    assert (site / "query" / "posts.csv").is_file()
    assert sorted(path.name for path in (site / "query").glob("*-metadata.json")) == sorted(
        [*(f"{name}.csv-metadata.json" for name in TABLES), "csv-metadata.json"]
    )
    linkset = (site / "query" / "posts.linkset.json").read_text()
    assert "metadata" not in linkset


# ---- Headers -------------------------------------------------------------------------------------


def test_the_columns_of_any_query_are_told_as_the_engine_tells_them(project: Project) -> None:
    for name, query in named_queries.load_queries(project.query_files).items():
        read = query_text.Query(query.text, {})
        if read.form == "SELECT" and not read.selects_all:
            solutions = ox.Store().query(query.text, prefixes=dict(project.prefixes))
            assert isinstance(solutions, ox.QuerySolutions)
            assert read.columns == [v.value for v in solutions.variables], name


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT ?a ?b FROM <http://g/> { ?a ?p ?b }", ["a", "b"]),
        ("SELECT(COUNT(*)AS?n)WHERE{?a ?p ?b}", ["n"]),
        ('SELECT (CONCAT(STR(?x), ")") AS ?y) ?z { ?x ?p ?z }', ["y", "z"]),
        ("PREFIX select: <http://e/> SELECT REDUCED $a { $a select:b ?c }", ["a"]),
        ("SELECT ?a (IF(EXISTS { ?a ?p ?q }, 1, 2) AS ?b) { ?a ?r ?s }", ["a", "b"]),
        ("SELECT * { ?a ?p ?b }", []),
        ("ASK { ?a ?p ?b }", []),
    ],
)
def test_columns_of_a_query(text: str, columns: list[str]) -> None:
    assert query_text.Query(text, {}).columns == columns
    answer = ox.Store().query(text)
    if columns:
        assert isinstance(answer, ox.QuerySolutions)
        assert [v.value for v in answer.variables] == columns


HEADER = """# title: Books
# column book: iri key | The book | by its address.
# column title: string@en-GB schema:name | Its title.
# column authors: iri list in people schema:author
# column pages: integer
SELECT ?book ?title ?authors ?pages ?more { ?book ?p ?title, ?authors, ?pages, ?more }
"""


@pytest.fixture
def library(run: Run, tmp_path: Path) -> Project:
    run("init", tmp_path / "library")
    folder = tmp_path / "library" / "queries"
    (folder / "books.rq").write_text(HEADER)
    (folder / "people.rq").write_text(
        "# title: People\n# column person: iri key\nSELECT ?person { ?person a schema:Person }\n"
    )
    return replace(load_project(tmp_path / "library"), tables=("books", "people"))


def test_a_header_describes_columns(library: Project) -> None:
    books, people = load_tables(library)
    assert books.keys == ["book"]
    assert books.path == "query/books.csv"
    book, title, authors, pages, more = books.columns
    assert book == ("book", "iri", "", True, False, "", "", "The book | by its address.")
    assert title == ("title", "string", "en-gb", False, False, "", "schema:name", "Its title.")
    assert authors == ("authors", "iri", "", False, True, "people", "schema:author", "")
    assert pages == ("pages", "integer", "", False, False, "", "", "")
    assert more == ("more", "string", "", False, False, "", "", ""), "not described"
    assert expand("schema:author", library.prefixes)
    assert people.keys == ["person"]


@pytest.mark.parametrize(
    ("old", "new", "error", "hint"),
    [
        (": integer", ": number", "column pages is declared as `number`", "types are iri, string"),
        ("iri key", "key iri", "column book is declared as `key iri", "in this order: key, list"),
        ("pages: integer", "sheets: integer", "column sheets, which the query", "It selects book"),
        ("schema:name", "shema:name", "property shema:name, whose prefix is not", "[prefixes]"),
        ("in people", "in poeple", "can't be looked up in poeple", "one column marked as key"),
        ("SELECT ?book ?title ?authors ?pages ?more", "SELECT *", "names no columns", "Begin it"),
        ("SELECT ?book ?title ?authors ?pages ?more", "ASK", "names no columns", "Begin it"),
    ],
)
def test_a_header_that_is_wrong_is_refused(
    library: Project, old: str, new: str, error: str, hint: str
) -> None:
    file = library.root / "queries" / "books.rq"
    assert old in HEADER
    file.write_text(HEADER.replace(old, new))
    with pytest.raises((SourceError, UsageError), match=re.escape(error)) as caught:
        load_tables(library)
    refused = caught.value
    assert isinstance(refused, KgError)
    assert hint in str(refused.hint)


def test_the_documentation_names_every_type_of_column() -> None:
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    for type in named_queries.COLUMN_TYPES:
        assert f"`{type}`" in text, type


def test_a_wrong_header_stops_validation_and_is_named(run: Run, library: Project) -> None:
    settings = library.root / "mipex-kg.toml"
    settings.write_text(settings.read_text() + '\n[catalogue]\ntables = ["books", "people"]\n')
    file = library.root / "queries" / "books.rq"
    file.write_text(HEADER.replace("pages: integer", "sheets: integer"))
    outcome = run("validate", cwd=library.root, code=3)
    assert "books.rq" in outcome.err
    assert "which the query doesn't select" in outcome.err


def test_names_that_addresses_cannot_hold_are_escaped(run: Run, library: Project) -> None:
    settings = library.root / "mipex-kg.toml"
    settings.write_text(settings.read_text() + '\n[catalogue]\ntables = ["books"]\n')
    file = library.root / "queries" / "books.rq"
    file.write_text("# title: B\n# column ö: iri key\nSELECT ?ö { ?ö a schema:Book }\n")
    run("build", cwd=library.root)
    told = json.loads((library.root / "site/query/books.csv-metadata.json").read_text())
    (column,) = told["tableSchema"]["columns"]
    assert (column["name"], column["titles"]) == ("%C3%B6", "ö")
    assert told["tableSchema"]["aboutUrl"] == "{+%C3%B6}"
