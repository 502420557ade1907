"""Remote contexts that JSON-LD names: read from copies in the project, and never fetched."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyld.jsonld
import pytest

import mipex_kg
from mipex_kg.dataset import compiled
from mipex_kg.project.project import load_project
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts
from mipex_kg.rdf.jsonld.reading import read
from mipex_kg.site import clean_reports
from mipex_kg.site.environment import environment
from mipex_kg.system.errors import SettingsError, SourceError, UsageError
from mipex_kg.validation import validity_cache
from tests.conftest import Run

CRATE = "https://w3id.org/ro/crate/1.1/context"
CSVW = "http://www.w3.org/ns/csvw"
NOTES = "http://www.w3.org/ns/anno.jsonld"
SETTINGS = f"""\
[project]
name = "tides"
title = "Tides"
base = "https://tides.example/"
[contexts]
"{CRATE}" = "contexts/crate.jsonld"
"{CSVW}" = "contexts/csvw.jsonld"
"{NOTES}" = "contexts/notes.jsonld"
"""
# Written after the public ones: terms with and without coercion, scoped ones, a language, and
# names for keywords.
CONTEXTS: Mapping[str, Any] = {
    "crate.jsonld": {
        "@id": CRATE,
        "version": "1.1",
        "@context": {
            "Dataset": "http://schema.org/Dataset",
            "File": "http://schema.org/MediaObject",
            "name": "http://schema.org/name",
            "hasPart": "http://schema.org/hasPart",
        },
    },
    "csvw.jsonld": {
        "@context": {
            "@language": "en",
            "csvw": "http://www.w3.org/ns/csvw#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "url": {"@id": "csvw:url", "@type": "xsd:anyURI"},
            "tableSchema": {"@id": "csvw:tableSchema", "@type": "@id"},
            "columns": {"@id": "csvw:column", "@type": "@id", "@container": "@list"},
            "titles": {"@id": "csvw:title", "@container": "@language"},
        }
    },
    "notes.jsonld": {
        "@context": {
            "@version": 1.1,
            "oa": "http://www.w3.org/ns/oa#",
            "id": "@id",
            "type": "@type",
            "Annotation": "oa:Annotation",
            "body": {
                "@id": "oa:hasBody",
                "@context": {"value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"},
            },
            "target": {"@id": "oa:hasTarget", "@type": "@id"},
        }
    },
}
DOCUMENTS: Mapping[str, Any] = {
    "ro-crate-metadata.json": {
        "@context": CRATE,
        "@graph": [
            {"@id": "tides", "@type": "Dataset", "name": "Tides", "hasPart": {"@id": "tides.csv"}},
            {"@id": "tides.csv", "@type": "File", "name": "Heights"},
        ],
    },
    "csv-metadata.json": {
        "@context": [CSVW, {"@base": "https://tides.example/"}],
        "@id": "tables",
        "url": "tides.csv",
        "tableSchema": {"columns": [{"titles": {"en": "Height"}}]},
    },
    "note.jsonld": {
        "@context": NOTES,
        "id": "note",
        "type": "Annotation",
        "body": {"value": "High water"},
        "target": "tides.csv",
    },
}
PAGE = '<!doctype html><title>T</title><script type="application/ld+json">%s</script>'
NAMES = "SELECT ?n { ?s <http://schema.org/name> ?n } ORDER BY ?n"
NO_SHAPE = "<https://tides.example/shape> a <http://www.w3.org/ns/shacl#NodeShape> .\n"
A, B = "https://e.test/c/a", "https://e.test/c/b"


def written(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document, indent=1))
    return path


@pytest.fixture
def tides(tmp_path: Path) -> Path:
    root = tmp_path / "tides"
    written(root / "mipex-kg.toml", SETTINGS)
    for name, document in CONTEXTS.items():
        written(root / "contexts" / name, document)
    for name, document in DOCUMENTS.items():
        written(root / "data" / name, document)
    written(root / "shapes" / "shapes.ttl", NO_SHAPE)
    return root


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whoever would ask another host, by PyLD's own loader or past it."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(pyld.jsonld, "_default_document_loader", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def renamed(root: Path, before: str = '"http://schema.org/name"', after: str = '"urn:x"') -> None:
    """Change what a context says."""
    path = root / "contexts" / "crate.jsonld"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


# --- All the ways in which data come in -----------------------------------------------------------


def test_a_project_reads_documents_as_they_are(tides: Path) -> None:
    kg = mipex_kg.open(tides)
    assert [row.n for row in kg.query(NAMES)] == ["Heights", "Tides"]
    assert kg.ask("ASK { ?c <http://www.w3.org/ns/csvw#title> 'Height'@en }")
    assert kg.ask("ASK { ?n oa:hasBody/rdf:value 'High water' ; oa:hasTarget ?file }")
    assert kg.validate().is_valid


def test_commands_read_files_by_the_contexts_of_the_project(run: Run, tides: Path) -> None:
    crate = "data/ro-crate-metadata.json"
    page = written(tides / "page.html", PAGE % json.dumps(DOCUMENTS["ro-crate-metadata.json"]))
    base = ("--base", "https://tides.example/")
    for file in (crate, page.name):
        answer = run("query", *base, "--data", file, NAMES, "-f", "csv", cwd=tides)
        assert answer.text.splitlines() == ["n", "Heights", "Tides"]
        run("validate", file, cwd=tides)
        run("validate", file, "--shapes", "shapes/shapes.ttl", *base, cwd=tides)
    assert 'schema:name "Tides"' in run("embed", "--extract", page.name, cwd=tides).text
    run("query", "--project", str(tides), *base, "--data", crate, NAMES, code=3, cwd=tides.parent)
    away = ("--project", str(tides), "query", *base, "--data", f"tides/{crate}", NAMES)
    assert "Tides" in run(*away, cwd=tides.parent).text


@pytest.mark.parametrize("place", ["outside", "tides"])
def test_commands_read_files_by_contexts_that_are_named(
    run: Run, tides: Path, tmp_path: Path, place: str
) -> None:
    """Those of a project stay known."""
    more, iri = written(tmp_path / "more.jsonld", '{"@context": {"n": "urn:n"}}'), "https://e.org/n"
    here = tmp_path / place
    here.mkdir(exist_ok=True)
    crate = json.dumps([{"@context": CRATE, "name": "A"}, {"@context": iri, "n": "B"}])
    file = written(tmp_path / "more.json", crate)
    shapes = tides / "shapes" / "shapes.ttl"
    option = ["--context", f"{iri}={more}"]
    if place == "outside":
        refused = run("validate", file, "--shapes", shapes, *option, cwd=here, code=3)
        assert f"Download it, and name the file: --context {CRATE}=FILE" in refused.text
        option += ["--context", f"{CRATE}={tides / 'contexts' / 'crate.jsonld'}"]
    told = run("query", "--data", file, *option, "SELECT ?n { ?t ?p ?n }", "-f", "csv", cwd=here)
    assert sorted(told.text.splitlines()) == ["A", "B", "n"]
    run("validate", file, "--shapes", shapes, *option, cwd=here)
    for command in (("validate",), ("query", "ASK {}")):
        refused = run(*command, *option, cwd=tides, code=2)
        assert "--context is for files that are named." in refused.err


def test_pages_shapes_and_the_ontology_are_read_so(run: Run, tides: Path) -> None:
    crate = json.dumps({"@context": CRATE, "@id": "https://tides.example/t", "name": "On a page"})
    written(tides / "data" / "page.html", PAGE % crate)
    written(tides / "ontology" / "o.jsonld", crate.replace("/t", "/o").replace("a page", "terms"))
    written(tides / "shapes" / "more.jsonld", crate)
    found = run("query", NAMES, "-f", "csv", cwd=tides).text.splitlines()
    assert found == ["n", "Heights", "On a page", "On terms", "Tides"]
    run("validate", cwd=tides)


def test_check_reads_pages_of_others_so(run: Run, tides: Path) -> None:
    run("build", cwd=tides)
    written(tides / "site" / "crate.html", PAGE % json.dumps({"@context": CRATE, "name": "A"}))
    told = run("check", "--only", "jsonld", cwd=tides)
    assert "names the remote context" not in told.text + told.err


def test_files_alone_are_opened_with_contexts(tides: Path) -> None:
    file = tides / "data" / "ro-crate-metadata.json"
    contexts = {CRATE: tides / "contexts" / "crate.jsonld"}
    kg = mipex_kg.open(file, base="https://tides.example/", contexts=contexts)
    assert [row.n for row in kg.query(NAMES)] == ["Heights", "Tides"]
    with pytest.raises(SourceError) as error:
        mipex_kg.open(file).query(NAMES)
    assert error.value.hint == f"Download it, and name the file: contexts={{{CRATE!r}: 'FILE'}}"
    with pytest.raises(UsageError, match="contexts of its own"):
        mipex_kg.open(tides, contexts=contexts)


def test_nothing_that_is_published_needs_a_remote_context(run: Run, tides: Path) -> None:
    run("build", cwd=tides)
    published = [path for path in (tides / "site").rglob("*") if path.is_file()]
    assert not any("contexts" in path.parts or path.name in CONTEXTS for path in published)
    for path in published:
        if path.suffix == ".jsonld":
            assert isinstance(json.loads(path.read_text())["@context"], dict), path


# --- What depends on it ---------------------------------------------------------------------------


def test_what_a_context_says_is_a_part_of_every_key(
    tides: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_SMALL", 0)

    def keys() -> tuple[object, ...]:
        project = load_project(tides)
        key = compiled._key(project, project.files.hash)
        found = (validity_cache.key(project), clean_reports.key(project), key)
        return (*found, (*environment(project),))

    before = keys()
    assert None not in before
    assert keys() == before
    renamed(tides)
    assert all(now != then for now, then in zip(keys(), before, strict=True))


def test_nothing_stale_is_used_when_a_context_changes(
    tides: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    more = ({"@id": f"n{number}", "name": f"Reading {number}"} for number in range(2000))
    written(tides / "data" / "many.json", {"@context": CRATE, "@graph": [*more]})
    count = "SELECT (COUNT(*) AS ?n) { ?s <http://schema.org/name> ?o }"

    def answers() -> list[str]:
        return [run("query", count, "-f", "csv", cwd=tides).text.split()[1] for _ in "12"]

    assert answers() == ["2002", "2002"]
    run("build", cwd=tides)
    assert "0 files written" in run("build", cwd=tides).text
    renamed(tides)
    assert answers() == ["0", "0"]
    assert "0 files written" not in run("build", cwd=tides).text
    assert "urn:x" in (tides / "site" / "tides.ttl").read_text()
    renamed(tides, '"urn:x"', '"not an IRI"')
    run("validate", cwd=tides, code=3)


def test_no_result_takes_the_place_of_a_context(run: Run, tides: Path) -> None:
    told = run("query", NAMES, "-o", "contexts/crate.jsonld", cwd=tides, code=2)
    assert "is one of the files that" in told.err


@pytest.mark.parametrize("folder", ["data", "ontology", "exports"])
def test_a_context_is_not_read_as_data_unless_the_settings_say_so(
    run: Run, tides: Path, folder: str
) -> None:
    for name, context in CONTEXTS.items():
        written(tides / folder / name, context)
    crate = written(tides / folder / "crate", {**CONTEXTS["crate.jsonld"], "name": "A context"})
    crate.rename(tides / folder / "crate.jsonld")
    settings = SETTINGS.replace("contexts/", f"{folder}/") + "[files]\ndata = ["
    written(tides / "mipex-kg.toml", settings + ('"exports"]' if folder == "exports" else "]"))
    assert [row.n for row in mipex_kg.open(tides).query(NAMES)] == ["Heights", "Tides"]
    told = run("validate", cwd=tides).text
    assert "no-statement" not in told
    assert "unread-file" not in told
    written(tides / "mipex-kg.toml", f'{settings}"{folder}/crate.jsonld"]')
    assert "A context" in [row.n for row in mipex_kg.open(tides).query(NAMES)]


# --- Settings that can't be -----------------------------------------------------------------------

WRONG_SETTINGS = {
    '"context.jsonld" = "contexts/crate.jsonld"': (1, "begins with http:// or https://"),
    '"urn:x:context" = "contexts/crate.jsonld"': (1, "begins with http:// or https://"),
    '"https:///c" = "contexts/crate.jsonld"': (1, "begins with http:// or https://"),
    '"https://e.test/a b" = "contexts/crate.jsonld"': (1, "begins with http:// or https://"),
    '"https://e.test/c" = "/etc/passwd"': (22, "can't name '/etc/passwd': it is absolute."),
    '"https://e.test/c" = "../c.jsonld"': (22, "'..' leads away"),
    '"https://e.test/c" = "contexts/../../c"': (22, "'..' leads away"),
    '"https://e.test/c" = ""': (22, "a step is empty"),
    '"https://e.test/c" = "contexts/none"': (22, "names 'contexts/none', and there is no such"),
    '"https://e.test/c" = "contexts"': (22, "names 'contexts', and there is no such file"),
    '"https://e.test/c" = "contexts/out"': (22, "a link leads out of the project"),
    '"https://e.test/c" = "outer/c.jsonld"': (22, "a link leads out of the project"),
    '"https://e.test/c" = ".git/c.jsonld"': (22, "which is skipped, since it is hidden"),
    '"https://e.test/c" = ["a", "b"]': (2, "contexts must be a table of texts"),
}


@pytest.mark.parametrize("line", WRONG_SETTINGS)
def test_a_setting_that_cannot_be_is_named_at_its_place(tides: Path, line: str) -> None:
    column, words = WRONG_SETTINGS[line]
    (tides.parent / "outside").mkdir()
    written(tides.parent / "outside" / "c.jsonld", {"@context": {}})
    (tides / "contexts" / "out").symlink_to("../../outside/c.jsonld")
    (tides / "outer").symlink_to("../outside")
    before, _, _ = SETTINGS.partition("[contexts]")
    written(tides / "mipex-kg.toml", f"{before}[contexts]\n{line}\n")
    with pytest.raises(SettingsError) as error:
        load_project(tides)
    assert words in error.value.message
    assert error.value.hint is not None
    number = before.count("\n") + (1 if "must be" in words else 2)
    assert (error.value.line, error.value.column) == (number, column)


def test_a_link_within_the_project_is_followed(tides: Path) -> None:
    crate = tides / "contexts" / "crate.jsonld"
    crate.rename(tides / "real.jsonld")
    crate.symlink_to("../real.jsonld")
    assert len(mipex_kg.open(tides).query(NAMES)) == 2


# --- Contexts that can't be -----------------------------------------------------------------------


def known(folder: Path, contexts: Mapping[str, object]) -> KnownContexts:
    files = {
        iri: written(folder / f"{number}.jsonld", context)
        for number, (iri, context) in enumerate(contexts.items())
    }
    return KnownContexts(files, advice=lambda iri: f"Download {iri}.")


def document(folder: Path, contexts: Mapping[str, object], context: object = A) -> set[str]:
    """Read a document that names a context."""
    text = json.dumps({"@context": context, "@id": "http://e/x", "name": "n", "in": {"name": "m"}})
    found = read(text, Path("doc.jsonld"), known(folder, contexts), base="http://e/doc").quads
    return {f"{quad.predicate.value} {quad.object}" for quad in found}


NAME = {"name": "http://s/name"}
WRONG_CONTEXTS: Mapping[str, tuple[Mapping[str, object], str, str]] = {
    "a page": ({A: "<!doctype html>"}, "0.jsonld", "It is a page, and not a JSON-LD context."),
    "not JSON": ({A: '{"@context":\n {"a" "b"}}'}, "0.jsonld:2:7", "It is not JSON: A colon"),
    "nothing": ({A: ""}, "0.jsonld:1:1", "It is not JSON"),
    "a list": ({A: "[1]"}, "0.jsonld:1:1", "an object with @context"),
    "no context": ({A: ' {"a": 1}'}, "0.jsonld:1:2", "an object with @context"),
    "no object": ({A: {"@context": 5}}, "0.jsonld:2:14", "It is not a valid context"),
    "a wrong term": ({A: {"@context": {**NAME, "b": {"@id": 5}}}}, "0.jsonld:4:3", "valid context"),
    "a term in a circle": ({A: {"@context": {"a": "b:c", "b": "a:d"}}}, "0.jsonld:3:3", "Cyclical"),
    "a name twice": ({A: '{"@context": {"a": "x:", "a": "y:"}}'}, "0.jsonld:1:26", "twice"),
    "nested": ({A: '{"@context":%s}' % ("[" * 300)}, "0.jsonld:1:212", "nested too deeply"),
    "itself": ({A: {"@context": A}}, "0.jsonld:2:14", f"The context {A} leads back to itself."),
    "a circle": ({A: {"@context": "b"}, B: {"@context": ["a", {}]}}, "0.jsonld:2:14", "back to"),
    "an unknown one": (
        {A: {"@context": ["d"]}},
        "0.jsonld:3:3",
        "context https://e.test/c/d, which",
    ),
    "an unknown import": (
        {A: {"@context": {"@import": "d"}}},
        "0.jsonld:3:14",
        "context https://e.test/c/d, which",
    ),
    "a wrong one that it leads to": (
        {A: {"@context": ["b"]}, B: {"@context": {**NAME, "in": 5}}},
        "1.jsonld:4:3",
        "valid context",
    ),
    "one too many": (
        {f"{A}{n or ''}": {"@context": [f"{A}{n + 1}"] if n < 14 else NAME} for n in range(15)},
        ".jsonld:2:14",
        "Maximum number",
    ),
}


@pytest.mark.parametrize("case", WRONG_CONTEXTS)
def test_what_is_wrong_with_a_context_is_told_at_its_place(tmp_path: Path, case: str) -> None:
    contexts, place, words = WRONG_CONTEXTS[case]
    with pytest.raises(SourceError) as error:
        document(tmp_path, contexts)
    told = str(error.value)
    assert told.startswith(str(tmp_path))
    assert f"{place}: " in told
    assert words in told


def test_a_context_may_lead_to_others(tmp_path: Path) -> None:
    other = {"@context": {"name": "http://t/name"}}
    named, both = 'http://s/name "n"', 'http://t/name "n"'
    assert named in document(tmp_path, {A: {"@context": NAME}})
    assert both in document(tmp_path, {A: {"@context": NAME}, B: other}, [A, B])
    assert both in document(tmp_path, {A: {"@context": [NAME, "b"]}, B: other})
    assert both in document(tmp_path, {A: {"@context": {"@import": "b"}}, B: other})
    assert both in document(tmp_path, {B: other}, {"@import": B})
    scoped = {**NAME, "in": {"@id": "http://s/in", "@context": "b"}}
    found = document(tmp_path, {A: {"@context": scoped}, B: other})
    assert {named, 'http://t/name "m"'} <= found
    again = {**NAME, "in": {"@id": "http://s/in", "@context": A}}
    assert 'http://s/name "m"' in document(tmp_path, {A: {"@context": again}})


def test_a_context_of_ten_thousand_terms_is_read(tmp_path: Path) -> None:
    many = {f"t{number}": f"http://s/{number}" for number in range(10_000)}
    assert 'http://s/name "n"' in document(tmp_path, {A: {"@context": {**many, **NAME}}})


@pytest.mark.parametrize(
    "near", ["http://e.test/c/a", "https://e.test/c/a/", "https://e.test/c/a#"]
)
def test_iris_are_compared_exactly_and_near_ones_are_named(tmp_path: Path, near: str) -> None:
    with pytest.raises(SourceError) as error:
        document(tmp_path, {near: {"@context": NAME}})
    assert error.value.hint is not None
    assert error.value.hint.startswith(f"Known is {near}, and IRIs are compared exactly")


def test_what_is_wrong_with_one_context_is_told_once(run: Run, tides: Path) -> None:
    for number in range(3):
        shutil.copy(tides / "data" / "note.jsonld", tides / "data" / f"note-{number}.jsonld")
    written(tides / "contexts" / "notes.jsonld", {"@context": {"id": "@id", "type": 5}})
    told = run("validate", cwd=tides, code=3).text
    assert told.count("contexts/notes.jsonld:4:3: violation: It is not a valid context") == 1


# --- What a refusal says to do --------------------------------------------------------------------


def test_a_refusal_says_what_to_do_and_that_does_it(run: Run, tides: Path) -> None:
    before, _, _ = SETTINGS.partition("[contexts]")
    shutil.rmtree(tides / "contexts")
    for name in ("csv-metadata.json", "note.jsonld"):
        (tides / "data" / name).unlink()
    written(tides / "mipex-kg.toml", before)
    told = run("query", NAMES, cwd=tides, code=3).err
    file = "contexts/w3id.org-ro-crate-1.1-context.jsonld"
    lines = f'[contexts]\n"{CRATE}" = "{file}"\n'
    assert told.endswith(
        f"data/ro-crate-metadata.json:2:14: It names the remote context {CRATE}, which is not "
        "loaded.\nHint: Download it into the project, and name the file in mipex-kg.toml:\n"
        f"{lines}"
    )
    written(tides / file, CONTEXTS["crate.jsonld"])
    written(tides / "mipex-kg.toml", before + lines)
    assert "Heights" in run("query", NAMES, cwd=tides).text


def test_a_file_beside_the_document_is_not_read(tides: Path) -> None:
    """What is relative belongs to the base, and names what lies there: of ours, the own context."""
    file = written(tides / "data" / "beside.jsonld", {"@context": "crate.jsonld", "name": "Beside"})
    written(tides / "data" / "crate.jsonld", CONTEXTS["notes.jsonld"])
    with pytest.raises(SourceError, match=r"names the remote context https://tides\.example/crate"):
        mipex_kg.open(tides).query(NAMES)
    written(tides / "ontology" / "context.jsonld", CONTEXTS["crate.jsonld"])
    written(file, {"@context": "context.jsonld", "name": "Beside"})
    assert "Beside" in [row.n for row in mipex_kg.open(tides).query(NAMES)]


# --- Adopting -------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in DOCUMENTS.items():
        written(tmp_path / "files" / name, content)
    for name, context in CONTEXTS.items():
        written(tmp_path / "downloaded" / name, context)
    return tmp_path


def test_init_says_how_contexts_are_named(run: Run, files: Path) -> None:
    written(files / "files" / "a.ttl", '<https://tides.example/a> <http://schema.org/name> "A" .')
    told = run("init", "kg", "--from", "files", cwd=files).err
    for iri in (CRATE, CSVW, NOTES):
        assert f"Download it, and name the file: --context {iri}=FILE" in " ".join(told.split())
    (files / "files" / "a.ttl").unlink()
    told = run("init", "kg2", "--from", "files", cwd=files, code=3).err
    assert all(f"--context {iri}=FILE" in told for iri in (CRATE, CSVW, NOTES))
    told = run("init", "other", "--from", "files/note.jsonld", cwd=files, code=3).err
    assert f"Hint: Download it, and name the file: --context {NOTES}=FILE" in told


def test_init_copies_contexts_into_the_project(run: Run, files: Path) -> None:
    shutil.move(files / "downloaded" / "csvw.jsonld", files / "files" / "csvw.jsonld")
    (files / "other").mkdir()
    shutil.move(files / "downloaded" / "notes.jsonld", files / "other" / "crate.jsonld")
    options = (
        *("--context", f"{CRATE}=downloaded/crate.jsonld"),
        *("--context", f"{CRATE}?v=1=downloaded/crate.jsonld"),
        *("--context", f"{CSVW}=files/csvw.jsonld"),
        *("--context", f"{NOTES}=other/crate.jsonld"),
    )
    run("init", "kg", "--from", "files", *options, cwd=files)
    project = load_project(files / "kg")
    assert project.remote_contexts == {
        CRATE: "contexts/crate.jsonld",
        f"{CRATE}?v=1": "contexts/crate.jsonld",
        CSVW: "contexts/csvw.jsonld",
        NOTES: "contexts/crate-2.jsonld",
    }
    assert {path.name for path in project.data_files} == set(DOCUMENTS)
    assert "Heights" in run("query", NAMES, cwd=files / "kg").text
    run("init", "copied", "--copy", "--from", "files", *options, cwd=files)
    shutil.rmtree(files / "files")
    shutil.rmtree(files / "downloaded")
    assert "Heights" in run("query", NAMES, cwd=files / "copied").text


def test_init_leaves_a_context_in_its_folder_where_it_is(run: Run, files: Path) -> None:
    context = f"{CRATE}=downloaded/crate.jsonld"
    crate = "files/ro-crate-metadata.json"
    run("init", ".", "--name", "kg", "--from", crate, "--context", context, cwd=files)
    assert load_project(files).remote_contexts == {CRATE: "downloaded/crate.jsonld"}
    assert not (files / "contexts").exists()


def test_init_does_not_guess_what_a_context_is_for(run: Run, files: Path) -> None:
    shutil.move(files / "downloaded" / "csvw.jsonld", files / "files" / "csvw.jsonld")
    written(files / "files" / "a.ttl", '<https://tides.example/a> <http://schema.org/name> "A" .')
    told = " ".join(run("init", "kg", "--from", "files", cwd=files).err.split())
    assert "files/csvw.jsonld: There is nothing but a context in it." in told
    assert "no-statement" not in run("validate", cwd=files / "kg").text


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--context", CRATE), 2, f"--context {CRATE} names no file."),
        (("--context", "crate=downloaded/crate.jsonld"), 2, "begins with http:// or https://"),
        (("--context", f"{CRATE}=none.jsonld"), 3, "none.jsonld: There is no such file."),
        (("--context", f"{CRATE}=downloaded/page"), 3, "It is a page"),
    ],
)
def test_init_refuses_what_is_no_context(
    run: Run, files: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    written(files / "downloaded" / "page", "<html>")
    assert words in run("init", "kg", "--from", "files", *options, cwd=files, code=code).err
    assert not (files / "kg").exists()


def test_init_takes_contexts_for_files_alone(run: Run, files: Path) -> None:
    context = f"{CRATE}=downloaded/crate.jsonld"
    told = run("init", "kg", "--context", context, cwd=files, code=2).err
    assert "--context: files are named with --from." in told
