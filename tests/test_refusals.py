"""What `validate` passes, `build` doesn't refuse for what is in a file of the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.syntax import find_fault
from tests.conftest import Run

HEAD = "# title: A query\n"
# What is wrong in a query, with the line and the column of the file where it shows.
QUERIES = {
    "SELECT * {\n  ?s ?p }": (3, 9, "“}” was not expected"),
    "ASK {\n  ?s ?p }": (3, 9, "“}” was not expected"),
    "CONSTRUCT { ?s ?p }\nWHERE { ?s ?p ?o }": (2, 19, "“}” was not expected"),
    "DESCRIBE ?s {\n  ?s ?p }": (3, 9, "“}” was not expected"),
    "SELECT ?x (COUNT(*) AS ?n)\n{ ?x ?y ?z }": (
        3,
        None,
        "must be in GROUP BY or inside an aggregate",
    ),
    "ASK {\n  ?s nix:p ?o }": (3, 6, "nix: is not declared"),
    "ASK {\n  SERVICE <http://unreachable.invalid/> { ?s ?p ?o } }": (3, 3, "SERVICE"),
    "ASK { FILTER(<u:unknown>(1)) }": (None, None, "custom function"),
    "ASK { ?s <relative> ?o }": (2, None, "An IRI is relative"),
    "INSERT DATA { <u:s> <u:p> <u:o> }": (None, None, "read-only"),
    "ASK { " + "{ " * 400 + "}" * 400 + " }": (None, None, "levels deep"),
    "# param n: integer = many\nASK { ?s ?p ?n }": (2, None, "must be an integer"),
    "# param n: string = x\nASK { ?n ?p ?o }": (2, None, "only an IRI can be"),
    "# param n: date\nASK { ?n ?p ?o }": (2, None, "only an IRI can be"),
    "# param n: date\nASK { ?s ?p ?n": (3, None, "This { is not closed"),
}
# What only the whole says to be right: a parameter is in no group, and has one value.
FINE = (
    "# param s: iri\nSELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }",
    "# param s: iri = person:ada-brook\nSELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) (?n + 1 AS ?more) { ?s ?p ?o }",
    "BASE <http://example.org/a/../> ASK { ?s <relative> ?o }",
    r"\u0041SK { ?s ?p ?o }",
    "ASK FROM <u:g> { ?s ?p ?o }",
)


def findings(run: Run, room: Path, code: int) -> list[dict[str, Any]]:
    outcome = run("--project", room, "validate", "-f", "json", code=code)
    found: list[dict[str, Any]] = json.loads(outcome.out)["findings"]
    return found


@pytest.fixture
def room(run: Run, tmp_path: Path) -> Path:
    run("init", "room", cwd=tmp_path)
    return tmp_path / "room"


def test_all_queries_that_a_build_refuses_are_found_at_once_with_their_places(
    room: Path, run: Run
) -> None:
    for number, text in enumerate(QUERIES):
        (room / "queries" / f"q{number:02}.rq").write_text(HEAD + text)
    found = findings(run, room, 3)
    assert len(found) == len(QUERIES)
    for finding, (line, column, words) in zip(found, QUERIES.values(), strict=True):
        assert words in finding["message"]
        assert (finding["line"] or None) == line, finding
        assert column is None or finding["column"] == column, finding
        assert "\n" not in finding["message"]
    # A build says the first of them in the same words.
    outcome = run("--project", room, "build", code=3)
    assert "q00.rq:3:9: The query doesn't parse. “}” was not expected" in outcome.err


def test_queries_that_a_build_can_answer_are_no_findings(room: Path, run: Run) -> None:
    for number, text in enumerate(FINE):
        (room / "queries" / f"q{number}.rq").write_text(HEAD + text)
    run("--project", room, "validate")
    run("--project", room, "build")


@pytest.mark.parametrize(
    "form", ["ASK", "SELECT (COUNT(*) AS ?n)", "CONSTRUCT { ?s ?p ?o } WHERE", "DESCRIBE ?s"]
)
def test_nothing_is_run_of_a_query_that_is_parsed(form: str) -> None:
    rows = "".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(1000)))} }} " for n in range(6))
    text = f"{form} {{ {rows} SERVICE <http://localhost:9/> {{ ?s ?p ?o }} }}"
    assert find_fault(Query(text, PREFIXES)) is None


TEXT, TEMPLATE = "pages/index.md", "pages/templates/Person.html"
# What is wrong in a file: which, what is in it, where it shows, and what is said.
FILES: dict[str, tuple[str, str | bytes, int, str]] = {
    "title": (TEXT, "No title.\n", 1, "The text has no title."),
    "query": (TEXT, "# A\n\n{{ keeprs }}\n", 3, "There is no query keeprs."),
    "value": (TEXT, "# A\n\n{{ keepers:nothing }}\n", 3, "gives no value."),
    "parameter": (TEXT, "# A\n\n{{ keepers nobody=1 }}\n", 3, "no parameter nobody"),
    "own page": ("pages/404.md", "# Lost\n", 0, "A page of the engine's has this name."),
    "class": ("pages/class/library.md", "# Lib\n", 0, "A page of the engine's has this name."),
    "class part": ("pages/class/library/2.md", "# Lib\n", 0, "A page of the engine's has this"),
    "answer": ("pages/query/keepers.md", "# Keepers\n", 0, "A page of the engine's has this"),
    "template": (TEMPLATE, "{#\n#}{% if %}", 2, "The template does not parse"),
    "filter": (TEMPLATE, "{{ 1 | nothing }}", 1, "The template does not parse"),
    "bytes": (TEMPLATE, b"\xff", 1, "UTF-8"),
    "context": ("ontology/context.jsonld", "[]", 0, "not a JSON object with an @context"),
    "terms": ("ontology/context.jsonld", '{"@context": {"a": 1}}', 0, "Its @context is not valid"),
    "frame": ("ontology/frames/person.jsonld", "[]", 0, "frame"),
}
# What is wrong in the settings: of the project, of others, and what is said.
SETTINGS = {
    "map": ("", '[map]\nclass = "schema:Person"\n', "map.class needs map.code."),
    "drawing": (
        "",
        '[map]\nclass = "schema:Person"\ncode = "schema:name"\n',
        "The map has no drawing.",
    ),
    "hosts": ("", '[hosting]\nfiles = ["netlify", "cloudflare"]\n', "read the same file"),
    "path": (
        'site = "https://e.org/a+b/"\n',
        '[hosting]\nfiles = ["apache"]\n',
        "can't be written",
    ),
    "labels": (
        "",
        '[labels]\nstrict = true\ncomplete = {"schema:Library" = ["pl"]}\n',
        "has no label in pl.",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_build_refuses_of_a_file_is_found(name: str, room: Path, run: Run) -> None:
    path, text, line, words = FILES[name]
    file = room / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    (found,) = findings(run, room, 1)
    assert words in found["message"]
    assert found["file"].endswith(path)
    assert found["line"] == (line or None)
    assert path in run("--project", room, "build", code=3).err


def test_a_text_may_be_beside_the_lists_of_classes(room: Path, run: Run) -> None:
    for name in ("more", "schema-library", "more/2"):
        text = room / "pages" / "class" / f"{name}.md"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text("# Lists\n")
    assert findings(run, room, 0) == []
    run("--project", room, "build")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_of_a_text_are_counted_as_an_editor_does(room: Path, run: Run, end: str) -> None:
    text = room / "pages" / "more.md"
    text.write_bytes(b"# More\n\nTea.\n\n{{ keeprs }}\n".replace(b"\n", end.encode()))
    (found,) = findings(run, room, 1)
    assert (found["line"], found["message"]) == (5, "There is no query keeprs.")
    text.write_bytes(b"# More\n\nTea.\n\n## Cups\n".replace(b"\n", end.encode()))
    run("--project", room, "build", "-o", room / "site")
    page = (room / "site" / "more.html").read_text()
    assert "<h1>More</h1>" in page
    assert "<h2>Cups</h2>" in page


def test_all_texts_that_a_build_refuses_are_found_at_once(room: Path, run: Run) -> None:
    for name in ("index", "more", "about"):
        (room / "pages" / f"{name}.md").write_text("No title.\n")
    assert len(findings(run, room, 1)) == 3


@pytest.mark.parametrize("name", SETTINGS)
def test_what_a_build_refuses_of_the_settings_is_found(name: str, room: Path, run: Run) -> None:
    site, others, words = SETTINGS[name]
    file = room / "mipex-kg.toml"
    file.write_text(f"{file.read_text()}\n{others}".replace("[project]\n", f"[project]\n{site}"))
    assert any(words in found["message"] for found in findings(run, room, 1))
    run("--project", room, "build", code={"labels": 1, "drawing": 3}.get(name, 2))
