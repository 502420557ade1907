"""Relative IRIs belong to the project's base, or are refused: no path of a machine gets out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

BASE = "https://example.org/room/"
P = "<http://schema.org/knows>"
RDFXML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:s="http://schema.org/">\n{0}</rdf:RDF>'
)
# What is in a file, where its first relative IRI is, and what the two become.
FILES = {
    "a.ttl": (f"<person/a> {P} <#b> .", "1:1", "person/a", "#b"),
    "b.ttl": (f"# comment\n  <> {P} <x/../b> .", "2:3", "", "b"),
    "prefix.ttl": (f"@prefix : <#> .\n:a {P} :b .", "1:11", "#a", "#b"),
    "a.trig": (f"<person/a> {P} <b> .", "1:1", "person/a", "b"),
    "graph.trig": (f"<g> {{ <a> {P} <b> }}", "1:1", "a", "b"),
    "about.rdf": (
        RDFXML.format('<s:P rdf:about="a"><s:knows rdf:resource="b"/></s:P>'),
        "2:16",
        "a",
        "b",
    ),
    "id.rdf": (
        RDFXML.format('<rdf:Description rdf:ID="a"><s:knows rdf:resource="b"/></rdf:Description>'),
        "2:25",
        "#a",
        "b",
    ),
    "a.jsonld": ('{"@id": "a", "http://schema.org/knows": {"@id": "../b"}}', "", "a", "../b"),
    "empty.jsonld": ('{"@id": "", "http://schema.org/knows": {"@id": "#b"}}', "", "", "#b"),
}
QUERY = f"SELECT ?a ?b {{ ?a {P} ?b }}"


def files(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(FILES[name][0])
    return path


@pytest.mark.parametrize("name", FILES)
def test_without_a_base_it_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    path = files(tmp_path / "some", name)
    place = FILES[name][1]
    where = f"{path}:{place}: " if place else f"{path}:"
    asked = run("query", "--data", path, QUERY, code=3)
    judged = run("validate", path, "--shapes", path, code=3)
    for outcome in (asked, judged):
        told = outcome.err or outcome.text
        assert where in told
        assert "is relative, and nothing says what to resolve it against" in told
        assert "--base" in told


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("base", ["https://e.org/d/", "https://e.org/d/f?q#g", "urn:x:/y/"])
def test_a_base_resolves_it(run: Run, tmp_path: Path, name: str, base: str) -> None:
    path = files(tmp_path / "some", name)
    text = run("query", "--data", path, "--base", base, QUERY).text
    assert "file:" not in text
    assert str(tmp_path) not in text
    assert text.count(base.partition("/")[0]) == 2


def test_a_base_must_be_absolute(run: Run, tmp_path: Path) -> None:
    path = files(tmp_path, "a.ttl")
    told = run("query", "--data", path, "--base", "d/", QUERY, code=2).err
    assert "'d/' is not an absolute IRI" in told


@pytest.mark.parametrize("suffix", ["nt", "nq"])
def test_formats_without_relative_iris_say_so(run: Run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_text(f"<a> {P} <b> .")
    for base in ([], ["--base", BASE]):
        told = run("query", "--data", path, *base, QUERY, code=3).err
        assert f"{path}:1:1: The IRI <a> is relative, which N-" in told


def make_room(run: Run, folder: Path) -> None:
    run("init", folder, "--base", BASE)


@pytest.mark.parametrize("folder", ["data", "ontology"])
@pytest.mark.parametrize("name", FILES)
def test_a_project_has_its_base(run: Run, tmp_path: Path, folder: str, name: str) -> None:
    room = tmp_path / "room"
    make_room(run, room)
    _, _, first, second = FILES[name]
    files(room / folder, name)
    resolved = "https://example.org/b" if second == "../b" else BASE + second
    rows = run("query", QUERY, cwd=room).text.splitlines()[1:]
    assert rows == [f"{BASE}{first},{resolved}"]


def test_a_project_s_file_has_its_base_when_it_is_named(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    make_room(run, room)
    path = files(room / "data", "a.trig")
    assert "no findings" in run("validate", path, cwd=room).text
    assert f"{BASE}b" in run("query", "--data", path, "--base", BASE, QUERY, cwd=room).text


def test_shapes_have_the_project_s_base(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    make_room(run, room)
    (room / "shapes" / "relative.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<shape/Ada> a sh:NodeShape ; sh:targetNode <person/ada-brook> ; sh:name 'Ada'@en ;\n"
        "  sh:property [ sh:path <http://schema.org/birthDate> ; sh:minCount 1 ] ."
    )
    outcome = run("validate", "-f", "json", cwd=room, code=1)
    (finding,) = json.loads(outcome.text)["findings"]
    assert finding["focus"] == f"<{BASE}person/ada-brook>"
    assert str(tmp_path) not in outcome.text


def test_no_path_gets_into_an_answer(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    make_room(run, room)
    for name in FILES:
        files(room / "data", name)
        files(room / "ontology", name)
    for format in ("turtle", "trig", "nquads", "jsonld", "rdfxml"):
        found = run("query", "-f", format, "CONSTRUCT WHERE { ?s ?p ?o }", cwd=room).text
        assert f"{BASE}" in found
        assert "file:" not in found
        assert str(tmp_path) not in found


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("data/a.trig", f"says:room {{ <a> {P} <file:///home/ada/b> }}", 43),
        ("data/b.trig", f"<FILE:/g> {{ <a> {P} 'b' }}", 1),
        ("data/c.nq", f'<{BASE}a> {P} "b"^^<file:/x> <{BASE}graph/notice/room> .', 56),
        ("ontology/a.ttl", f"<a> {P} <file://host/b> .", 31),
        ("shapes/a.ttl", f"<a> {P} <file:/b> .", None),
    ],
)
def test_a_path_that_is_written_out_is_found(
    run: Run, tmp_path: Path, name: str, text: str, column: int | None
) -> None:
    room = tmp_path / "room"
    make_room(run, room)
    says = f"@prefix says: <{BASE}graph/notice/> .\n"
    (room / name).write_text(text if name.endswith("nq") else says + text)
    found = json.loads(run("validate", "-f", "json", cwd=room, code=1).text)["findings"]
    (finding,) = (f for f in found if f["check"] == "local-iri")
    assert finding["severity"] == "violation"
    assert "is a file on one machine, which nobody else can reach" in finding["message"]
    assert finding["file"] == name
    assert finding["column"] == column


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("more.html", 'é\n<p>é <a href="file:///home/ada/x">x</a>', "2:15"),
        ("more.ttl", "<file:///home/ada/x> a <u:x> .", "1:2"),
        ("more.json", '{"a":\n "FILE:/x"}', "2:3"),
    ],
)
def test_check_finds_paths(
    run: Run, bundled_site: Path, tmp_path: Path, name: str, text: str, place: str
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<title>Profile:/x</title>")
    (site / name).write_text(text)
    told = run("check", site, "--only", "local", cwd=tmp_path, code=1).text
    assert f"site/{name}:{place}: violation: " in told
    assert "is a path of one machine." in told
    assert told.count("violation:") == 1
    del bundled_site


def test_the_bundled_site_has_no_paths(run: Run, bundled_site: Path) -> None:
    assert "no findings" in run("check", bundled_site, "--only", "local").text
