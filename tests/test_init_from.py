"""`init --from`: of any RDF that is there, a project that can be published at once."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from mipex_kg.adoption.base import find_base
from mipex_kg.adoption.front_page import load_front_page
from mipex_kg.dataset.words import shipped_languages
from tests.conftest import Run

SKOS_SLASH = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://e.test/vocabulary#> .
@base <https://e.test/thesaurus/> .
<https://e.test/thesaurus> a skos:ConceptScheme ; dct:title "Boats {{ of:any }} *kind*"@en ;
  dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dct:publisher "The *guild*" .
<c1> a skos:Concept, ex:Boat ; skos:inScheme <https://e.test/thesaurus> ;
  skos:prefLabel "boat"@en, "łódź"@pl, "قارب"@ar .
<c2> a skos:Concept ; skos:prefLabel "raft"@en, "tratwa"@pl, "طوف"@ar ; skos:broader <c1> .
"""
SKOS_HASH = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://e.test/list#scheme> a skos:ConceptScheme ; skos:prefLabel "Liste"@de .
<https://e.test/list#a> a skos:Concept ; skos:prefLabel "A"@de .
<https://e.test/list#b> a skos:Concept ; skos:prefLabel "B"@de .
"""
OWL_ONTOLOGY = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xmlns:owl="http://www.w3.org/2002/07/owl#" xml:base="https://e.test/o">
  <owl:Ontology rdf:about=""><rdfs:label xml:lang="fr">L'ontologie</rdfs:label></owl:Ontology>
  <owl:Class rdf:ID="Boat"><rdfs:label xml:lang="fr">bateau</rdfs:label></owl:Class>
  <owl:Class rdf:ID="Raft"><rdfs:subClassOf rdf:resource="#Boat"/>
    <rdfs:subClassOf><owl:Restriction><owl:onProperty rdf:resource="#carries"/>
      <owl:someValuesFrom rdf:resource="#Boat"/></owl:Restriction></rdfs:subClassOf></owl:Class>
  <owl:ObjectProperty rdf:ID="carries"/>
</rdf:RDF>
"""
RECORDS = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://e.test/catalog> a dcat:Catalog ; dct:title "Records"@en ; dct:description "All."@en ;
  dct:license "free" ; dcat:dataset <https://e.test/d/1> .
<https://e.test/d/1> a dcat:Dataset ; dct:title "One"@en ; dcat:landingPage "https://e.test/1" ;
  dct:issued "yesterday" ; dcat:distribution [ a dcat:Distribution ; dcat:accessURL "x" ] .
<https://e.test/d/2> a dcat:Dataset ; dct:publisher [ a <http://xmlns.com/foaf/0.1/Agent> ] .
"""
PEOPLE = """{"@context": "https://schema.org", "@graph": [
 {"@id": "https://e.test/#ada", "@type": "Person", "name": "Ada", "worksFor":
   {"@id": "https://e.test/#guild"}, "address":
   {"@type": "PostalAddress", "streetAddress": "Mill"}},
 {"@id": "https://e.test/#guild", "@type": "Organization", "name": "Guild"}]}
"""
HTTPS = """
<https://e.test/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Person> .
<https://e.test/a> <https://schema.org/name> "A" .
"""
# In order: the file's name, its text, and what is found: base, languages, first class, kind's word.
SHAPES: dict[str, tuple[str, str, str, list[str], str, str]] = {
    "skos-slash": (
        "t.ttl",
        SKOS_SLASH,
        "https://e.test/",
        ["en", "ar", "pl"],
        "skos:Concept",
        "Con",
    ),
    "skos-hash": ("list.n3", SKOS_HASH, "https://e.test/", ["de"], "skos:Concept", "Begriffe"),
    "owl": ("o.owl", OWL_ONTOLOGY, "https://e.test/", ["fr"], "owl:Class", "Propriétés"),
    "dcat": ("c.ttl", RECORDS, "https://e.test/", ["en"], "dcat:Dataset", "Publishers"),
    "json-ld": ("p.json", PEOPLE, "https://e.test/", ["en"], "schema:Organization", "People"),
    "https": ("p.nt", HTTPS, "https://e.test/", ["en"], "schema:Person", "People"),
}


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "mipex-kg.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("shape", SHAPES)
def test_from_files_to_a_site(run: Run, tmp_path: Path, shape: str) -> None:
    name, text, base, languages, cls, word = SHAPES[shape]
    (tmp_path / name).write_text(text, encoding="utf-8")
    run("init", "room", "--from", name, cwd=tmp_path)
    room = tmp_path / "room"
    found = settings(room)
    assert found["project"]["base"] == base
    assert found["project"]["languages"] == languages
    assert found["pages"]["classes"][0] == cls
    assert f"../{name}" in [path for paths in found["files"].values() for path in paths]
    assert "schema-https" not in run("validate", cwd=room).text
    run("build", cwd=room)
    front = (room / "site" / "index.html").read_text(encoding="utf-8")
    assert f"{word}" in front
    assert "{{" not in front.replace("{{ of:any }}", "")
    page = ox.parse(path=room / "site" / "room.nq")
    assert any(base in str(quad.subject) for quad in page)


def test_what_is_called_so_stays_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.ttl").write_text(SKOS_SLASH, encoding="utf-8")
    run("init", "room", "--from", "t.ttl", cwd=tmp_path)
    run("build", cwd=tmp_path / "room")
    front = (tmp_path / "room" / "site" / "index.html").read_text(encoding="utf-8")
    assert "<h1>Boats {{ of:any }} *kind*</h1>" in front
    found = settings(tmp_path / "room")["project"]
    assert found["title"] == "Boats {{ of:any }} *kind*"
    assert found["publisher"] == "The *guild*"
    assert found["licence"] == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_what_violates_a_check_becomes_a_warning_that_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.ttl").write_text(RECORDS, encoding="utf-8")
    told = run("init", "room", "--from", "c.ttl", cwd=tmp_path).text
    checks = settings(tmp_path / "room")["checks"]
    assert set(checks.values()) == {"warning"}
    assert {"catalogue-resource", "catalogue-title"} <= set(checks)
    assert "catalogue-title (1)" in told
    assert "1 found" in (tmp_path / "room" / "mipex-kg.toml").read_text(encoding="utf-8")


def test_folders_roles_and_what_is_left_out(run: Run, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "o.owl").write_text(OWL_ONTOLOGY, encoding="utf-8")
    (files / "t.ttl.gz").write_bytes(gzip.compress(SKOS_SLASH.encode()))
    (files / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <https://e.test/S> a sh:NodeShape ;"
        "sh:targetClass <http://www.w3.org/2004/02/skos/core#Concept> ;"
        "sh:property [ sh:path <https://e.test/p> ; sh:minCount 1 ] ."
    )
    (files / "broken.ttl").write_text("oops")
    (files / "notes.txt").write_text("not read")
    (tmp_path / "more.nq").write_text(HTTPS)
    outcome = run("init", "room", "--from", "files", "more.nq", cwd=tmp_path)
    assert "Not read: files/broken.ttl:1:" in " ".join(outcome.err.split())
    found = settings(tmp_path / "room")
    assert found["files"] == {
        "data": ["../files/t.ttl.gz", "../more.nq"],
        "ontology": ["../files/o.owl"],
        "shapes": ["../files/s.ttl"],
    }
    assert found["checks"] == {"sh:MinCountConstraintComponent": "warning"}
    run("validate", cwd=tmp_path / "room")
    run("init", "copied", "--copy", "--from", "files", cwd=tmp_path)
    copied = tmp_path / "copied"
    assert "files" not in settings(copied)
    assert {p.relative_to(copied).as_posix() for p in copied.rglob("*.*") if p.name[0] != "."} >= {
        "data/t.ttl.gz",
        "ontology/o.owl",
        "shapes/s.ttl",
    }
    run("validate", cwd=copied)


def test_of_many_files_that_are_not_read_for_one_reason_few_are_named(
    run: Run, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "good.ttl").write_text(SKOS_HASH)
    for number in range(9):
        remote = f'{{"@context": "https://e.test/context/{number}", "@id": "https://e.test/x"}}'
        (files / f"remote{number}.jsonld").write_text(remote)
    (files / "package.json").write_text('{"name": "tool", "version": "1.0"}')
    (files / "build.xml").write_text('<?xml version="1.0"?><project name="x" xmlns="urn:x"/>')
    (files / "catalog-v001.xml").write_text('<catalog prefer="public"/>')
    told = " ".join(run("init", "room", "--from", "files", cwd=tmp_path).err.split())
    assert told.count("names the remote context") == 2
    assert "Not read for the same reason: 7 more, which mipex-kg.toml lists." in told
    assert "package.json: It is JSON, and not JSON-LD: it has no @context." in told
    assert "build.xml:1:22: It is XML, and not RDF" in told
    assert "catalog" not in told
    text = (tmp_path / "room" / "mipex-kg.toml").read_text(encoding="utf-8")
    assert text.count("names the remote context") == 9


def test_a_folder_that_is_read_whole_is_named_whole(run: Run, tmp_path: Path) -> None:
    (tmp_path / "files" / "inner").mkdir(parents=True)
    (tmp_path / "files" / "a.ttl").write_text(SKOS_SLASH, encoding="utf-8")
    (tmp_path / "files" / "inner" / "a.ttl").write_text(SKOS_HASH, encoding="utf-8")
    (tmp_path / "files" / "README.md").write_text("#")
    run("init", "room", "--from", "files", cwd=tmp_path)
    assert settings(tmp_path / "room")["files"] == {"data": ["../files"]}
    run("init", "other", "--copy", "--from", "files/a.ttl", "files/inner/a.ttl", cwd=tmp_path)
    names = {path.name for path in (tmp_path / "other" / "data").iterdir()}
    assert names == {"a.ttl", "a-2.ttl"}


def test_a_folder_with_files_keeps_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "t.ttl").write_text(SKOS_SLASH, encoding="utf-8")
    (tmp_path / "more.ttl").write_text(SKOS_HASH, encoding="utf-8")
    (tmp_path / "README.md").write_text("mine")
    run("init", ".", "--from", ".", "--name", "room", cwd=tmp_path)
    assert settings(tmp_path)["files"] == {"data": ["more.ttl"]}, "data/ is read anyway"
    assert (tmp_path / "README.md").read_text() == "mine"
    run("validate", cwd=tmp_path)
    again = run("init", ".", "--from", ".", cwd=tmp_path, code=2).err
    assert "is a project already" in again
    (tmp_path / "mipex-kg.toml").unlink()
    before = sorted(tmp_path.rglob("*"))
    again = run("init", ".", "--from", ".", "--name", "room", cwd=tmp_path, code=2).err
    assert "has pages/index.md, queries/classes.rq, queries/in-numbers.rq already" in again
    assert sorted(tmp_path.rglob("*")) == before


def test_several_bases_and_schemes_are_found(run: Run, tmp_path: Path) -> None:
    names = [f"https://a.test/x/{n}" for n in range(8)] + [
        f"http://a.test/x/s{n}" for n in range(2)
    ]
    names += [f"https://b.test/v#{n}" for n in range(4)] + ["urn:x:1"]
    (tmp_path / "a.nt").write_text("".join(f'<{name}> <http://p.test/p> "1" .\n' for name in names))
    outcome = run("init", "x", "--from", "a.nt", cwd=tmp_path)
    found = settings(tmp_path / "x")["project"]
    assert found["base"] == "https://a.test/x/"
    assert found["more_bases"] == ["https://b.test/"]
    assert found["ignore_scheme"] is True
    assert "urn:x: (1)" in outcome.err
    run("validate", cwd=tmp_path / "x")
    run("build", cwd=tmp_path / "x")


def test_the_dumps_have_the_name_of_no_document(run: Run, tmp_path: Path) -> None:
    (tmp_path / "o.owl").write_text(OWL_ONTOLOGY, encoding="utf-8")
    run("init", "o", "--from", "o.owl", cwd=tmp_path)
    assert settings(tmp_path / "o")["project"]["name"] == "o-data"


def test_relative_names_belong_to_the_base_that_others_show(run: Run, tmp_path: Path) -> None:
    absolute = "<https://e.test/v/a> a <#C> . <https://e.test/v/b> a <#C> . <c> a <#C> ."
    (tmp_path / "a.ttl").write_text(absolute)
    run("init", "room", "--from", "a.ttl", cwd=tmp_path)
    assert settings(tmp_path / "room")["project"]["base"] == "https://e.test/v/"
    (tmp_path / "me.ttl").write_text("<#me> a <http://xmlns.com/foaf/0.1/Person> .")
    outcome = run("init", "me", "--from", "me.ttl", cwd=tmp_path)
    assert "choose project.base" in outcome.err
    assert settings(tmp_path / "me")["project"]["base"] == "https://example.org/me/"
    run("init", "you", "--from", "me.ttl", "--base", "https://you.test/", cwd=tmp_path)
    assert settings(tmp_path / "you")["project"]["base"] == "https://you.test/"


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["room", "--from", "absent.ttl"], "absent.ttl: There is no such file", 3),
        (
            ["room", "--from", "https://example.org/t.ttl"],
            "nothing is fetched from the network. Hint: Download it",
            3,
        ),
        (["room", "--from", "nothing.ttl"], "nothing.ttl: No statement was found", 3),
        (["t.ttl", "--from", "t.ttl"], "t.ttl is a file, and not a folder. Hint: Name a new", 2),
        (["t.ttl"], "t.ttl is a file, and not a folder. Hint: Name a new", 2),
        (["room", "--from", "broken.ttl"], "broken.ttl:1:", 3),
        (["room", "--from", "empty"], "No file in it has a name that tells a format", 3),
        (["room", "--copy"], "files are named with --from", 2),
        (["room", "t.ttl"], "files are named with --from", 2),
        (["room", "--empty", "--from", "t.ttl"], "--empty", 2),
        (["room", "--from", "t.ttl", "--base", "x"], "can't be a base", 2),
    ],
)
def test_what_cannot_be_is_said(
    run: Run, tmp_path: Path, arguments: list[str], words: str, code: int
) -> None:
    (tmp_path / "t.ttl").write_text(SKOS_HASH)
    (tmp_path / "broken.ttl").write_text("oops")
    (tmp_path / "nothing.ttl").write_text("# nothing")
    (tmp_path / "empty").mkdir()
    assert words in " ".join(run("init", *arguments, cwd=tmp_path, code=code).err.split())
    assert not (tmp_path / "room").exists()


def test_an_empty_project_has_no_example(run: Run, tmp_path: Path) -> None:
    run("init", "room", "--empty", cwd=tmp_path)
    room = tmp_path / "room"
    files = {os.path.relpath(path, room) for path in room.rglob("*") if path.is_file()}
    assert files == {"mipex-kg.toml", "pages/index.md"}
    run("validate", cwd=room)
    run("build", cwd=room)


@pytest.mark.parametrize(
    ("names", "heads", "base"),
    [
        (["https://e.test/a/1", "https://e.test/b/2"], [], "https://e.test/"),
        (
            [f"https://e.test/a/{n}" for n in range(99)] + ["https://e.test/b"],
            [],
            "https://e.test/a/",
        ),
        ([f"https://e.test/a/b/{n}" for n in range(9)], ["https://e.test/a"], "https://e.test/"),
        (["https://e.test/x?q=a/b", "https://e.test/x#a/b"], [], "https://e.test/"),
        (["http://a.test/1", "https://b.test/1", "https://b.test/2"], [], "https://b.test/"),
        (["http://e.test/1", "http://e.test/2"], ["http://e.test"], "http://e.test/"),
        (["http://e.test/a/1", "http://e.test/a/2"], ["http://e.test"], "http://e.test/"),
        (["https://w3id.org/a/b/1", "https://w3id.org/a/c"], [], "https://w3id.org/a/"),
        (
            ["http://purl.org/a/1", "http://purl.org/b/2", "http://purl.org/b/3"],
            [],
            "http://purl.org/b/",
        ),
        (["https://w3id.org/a#1", "https://w3id.org/a#2"], [], "https://w3id.org/"),
        (["urn:x:1"], [], None),
        ([], [], None),
    ],
)
def test_the_base_is_what_most_names_begin_with(
    names: list[str], heads: list[str], base: str | None
) -> None:
    found = find_base([*names, *heads], heads)
    assert (found and found.iri) == base


def test_vocabularies_of_others_are_no_base(run: Run, tmp_path: Path) -> None:
    """Ontologies say something of terms that are not theirs; those of their own are."""
    others = "dct:title a owl:DatatypeProperty . dct:issued a owl:DatatypeProperty ."
    head = (
        "@prefix dct: <http://purl.org/dc/terms/> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
    )
    (tmp_path / "own.ttl").write_text(
        f"{head} {others} <https://e.test/o> a owl:Ontology ; dct:title 'O' .\n"
        "<https://e.test/o#A> a owl:Class . <https://e.test/data/1> a <https://e.test/o#A> ;"
        " dct:issued '2020' ; dct:modified '2020' ."
    )
    told = run("init", "own", "--from", "own.ttl", cwd=tmp_path).text
    assert re.search(r"^base +https://e\.test/$", told, re.MULTILINE)
    checks = run("validate", "-f", "json", cwd=tmp_path / "own").text
    assert "dct:" not in "".join(re.findall(r'"message": "(.*)"', checks))
    (tmp_path / "dct.ttl").write_text(
        f"{head} {others} <http://purl.org/dc/terms/> a owl:Ontology ."
    )
    told = run("init", "dct", "--from", "dct.ttl", cwd=tmp_path).text
    assert re.search(r"^base +http://purl\.org/dc/terms/$", told, re.MULTILINE)


KINDS = {
    "scheme.ttl": SKOS_SLASH.replace("e.test", "words.test"),
    "people.nt": "".join(
        f"<https://e.test/{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        f'<http://schema.org/Person> .\n<https://e.test/{n}> <http://schema.org/name> "{n}"@en .\n'
        for n in range(30)
    ),
}


def test_what_stands_for_a_part_does_not_name_the_whole(run: Run, tmp_path: Path) -> None:
    for name, text in KINDS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = run("init", "room", "--from", *KINDS, cwd=tmp_path)
    found = settings(tmp_path / "room")["project"]
    assert found["title"] == "Room"
    assert "description" not in found
    assert "licence" not in found
    assert "stands for a part of it: <https://words.test/thesaurus> “Boats" in told.err
    run("init", "words", "--from", "scheme.ttl", cwd=tmp_path)
    assert settings(tmp_path / "words")["project"]["title"].startswith("Boats")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.ttl", "@prefix : <https://e.test/ont/boats#> . :a a :Boat ."),
        ("t.ttl", "PREFIX : <https://e.test/ont/boats#> PREFIX boats: <https://e.test/ont/boats#>"
         " :a a :Boat ."),
        ("t.nt", "<https://e.test/ont/boats#a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
         "<https://e.test/ont/boats#Boat> ."),
        ("t.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
         'xmlns="https://e.test/ont/boats#"><Boat rdf:about="https://e.test/a"/></rdf:RDF>'),
        ("t.jsonld", '{"@context": {"@vocab": "https://e.test/ont/boats#"}, '
         '"@id": "https://e.test/a", "@type": "Boat"}'),
    ],
)  # fmt: skip
def test_the_owner_s_namespace_has_a_prefix(run: Run, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    run("init", "room", "--from", name, cwd=tmp_path)
    assert settings(tmp_path / "room")["prefixes"]["boats"] == "https://e.test/ont/boats#"


def test_where_one_stands_needs_no_cd(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.ttl").write_text(SKOS_HASH)
    assert b"  cd " not in run("init", ".", "--from", "t.ttl", "--name", "here", cwd=tmp_path).out
    assert b"  cd room\n" in run("init", "room", cwd=tmp_path).out


def test_how_many_triples_are_of_the_files_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.ttl").write_text(SKOS_HASH)
    said = run("init", "room", "--from", "t.ttl", cwd=tmp_path).out.decode()
    checked = run("--project", tmp_path / "room", "validate").out.decode()
    counted = re.search(r"([\d,]+) triples checked, including ([\d,]+) that", checked)
    assert counted, checked
    stated = int(counted[1]) - int(counted[2])
    assert f"with {stated} statements" in said


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere, such a folder isn't known.")
def test_a_folder_that_cannot_be_made_is_called_as_it_was_typed(run: Run) -> None:
    told = run("init", "/proc/room", code=5).err
    assert "/proc/room can't be written" in told
    assert "-o" not in told


def test_collections_of_a_thesaurus_are_below_the_base(run: Run, tmp_path: Path) -> None:
    skos = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @base <https://e.test/t/> .\n"
    concepts = "".join(f'<c/{n}> a skos:Concept ; skos:prefLabel "C {n}"@en .\n' for n in range(99))
    theme = '<theme/1> a skos:Collection ; skos:prefLabel "Theme"@en ; skos:member <c/1>, <c/2> .'
    (tmp_path / "t.ttl").write_text(skos + concepts + theme)
    run("init", tmp_path / "p", "--from", tmp_path / "t.ttl")
    assert 'base = "https://e.test/t/"' in (tmp_path / "p/mipex-kg.toml").read_text()


def test_names_on_the_host_of_a_base_that_was_made_up_are_not_relative(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "d.nt").write_text(HTTPS.replace("e.test", "example.org"))
    said = run("init", tmp_path / "new", "--from", tmp_path / "d.nt")
    assert settings(tmp_path / "new")["project"]["base"] == "https://example.org/"
    assert "relative" not in said.err
    assert "outside" not in said.err


def test_an_own_export_is_browsed_as_what_it_was_made_of(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(PEOPLE)
    run("init", tmp_path / "first", "--from", tmp_path / "p.json")
    exported = tmp_path / "all.nquads"
    run("--project", tmp_path / "first", "export", "-f", "nquads", "-o", exported)
    run("init", tmp_path / "second", "--from", exported)
    first, second = (settings(tmp_path / name)["pages"] for name in ("first", "second"))
    assert first["classes"] == second["classes"]


def test_prefixes_that_a_program_made_up_are_replaced(run: Run, tmp_path: Path) -> None:
    declared = """@prefix ns1: <http://xmlns.com/foaf/0.1/> . @prefix ns2: <https://e.test/boats#> .
    @prefix ns21: <http://www.w3.org/ns/org#> . @prefix j.0: <https://e.test/rafts#> .
    <https://e.test/a> a ns1:Person, ns2:Crew, ns21:Role, j.0:Raft ; ns1:name "A" ."""
    (tmp_path / "a.ttl").write_text(declared)
    run("init", "room", "--from", "a.ttl", cwd=tmp_path)
    known = settings(tmp_path / "room")["prefixes"]
    assert {"boats", "rafts", "org"} <= known.keys()
    assert not [prefix for prefix in known if prefix.startswith(("ns", "j."))]


def test_a_thing_without_a_label_is_called_as_it_is_below_the_base(
    run: Run, tmp_path: Path
) -> None:
    facts = "<https://e.test/a/%s> <https://e.test/near> <https://elsewhere.test/b> ."
    (tmp_path / "a.nt").write_text("\n".join(facts % name for name in ("boat/1", "boat/2", "x")))
    run("init", "room", "--from", "a.nt", cwd=tmp_path)
    run("build", cwd=tmp_path / "room")
    page = (tmp_path / "room" / "site" / "boat" / "1.html").read_text()
    assert "<title>boat/1 – " in page
    assert ">elsewhere.test/b<" in page


EDITED = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @base <https://e.test/> .
<labels-de> a owl:Ontology ; owl:versionInfo "by hand" ."""


def test_labels_in_another_language_are_read_as_what_they_name(run: Run, tmp_path: Path) -> None:
    """Editors of ontologies begin each file by a head, also one with labels and nothing else."""
    (tmp_path / "boats.ttl").write_text(
        '<https://e.test/1> a <https://e.test/o#Boat> ; <http://schema.org/name> "boat"@en .'
        '<https://e.test/2> a <https://e.test/o#Boat> ; <http://schema.org/name> "raft"@en .'
    )
    (tmp_path / "de.ttl").write_text(
        f'{EDITED} <1> rdfs:label "Boot"@de . <2> rdfs:label "Floß"@de .', encoding="utf-8"
    )
    told = run("init", "both", "--from", "boats.ttl", "de.ttl", cwd=tmp_path)
    assert "ontology" not in settings(tmp_path / "both")["files"]
    assert "a part of it: <https://e.test/labels-de>." in told.err
    run("init", "alone", "--from", "de.ttl", cwd=tmp_path)
    assert "ontology" not in settings(tmp_path / "alone")["files"]
    (tmp_path / "terms.ttl").write_text(
        "<https://e.test/1> a <http://www.w3.org/2002/07/owl#Class> ."
    )
    run("init", "terms", "--from", "terms.ttl", "de.ttl", cwd=tmp_path)
    assert len(settings(tmp_path / "terms")["files"]["ontology"]) == 2


def test_visitors_browse_by_what_has_names(run: Run, tmp_path: Path) -> None:
    named = "".join(
        f'<https://e.test/b/{n}> a <https://e.test/o#Boat> ; <http://schema.org/name> "B {n}" .\n'
        for n in range(3)
    )
    hashed = "".join(f"<https://e.test/v/{n:09}> a <https://e.test/o#Value> .\n" for n in range(9))
    (tmp_path / "a.ttl").write_text(named + hashed)
    run("init", "room", "--from", "a.ttl", cwd=tmp_path)
    assert settings(tmp_path / "room")["pages"]["classes"] == ["o:Boat", "o:Value"]
    run("build", cwd=tmp_path / "room")
    front = (tmp_path / "room" / "site" / "index.html").read_text(encoding="utf-8")
    assert '<a href="b/1.html">B 1</a>' in front
    assert "v/000000001" not in front


def test_one_address_among_names_that_are_none_is_no_base(run: Run, tmp_path: Path) -> None:
    steps = "".join(f"<urn:uuid:{n}> a <https://e.test/o#Step> .\n" for n in range(20))
    (tmp_path / "a.ttl").write_text(f"{steps}<https://people.test/1> a <https://e.test/o#Person> .")
    told = run("init", "room", "--from", "a.ttl", cwd=tmp_path).err
    assert "Too few things have an http(s) IRI: choose project.base" in told
    assert settings(tmp_path / "room")["project"]["base"] == "https://example.org/room/"
    (tmp_path / "a.ttl").write_text(f"{steps}<https://people.test/1> a <https://e.test/o#Person> .")
    checked = run("validate", "--", cwd=tmp_path / "room").text
    assert (
        "Pages have addresses of the web: name what is to have one by such an address." in checked
    )


def test_the_name_of_one_thing_is_no_further_base(run: Run, tmp_path: Path) -> None:
    names = ("https://a.test/1", "https://a.test/2", "https://a.test/3", "https://b.test/UPS")
    (tmp_path / "a.ttl").write_text("".join(f"<{n}> a <https://e.test/o#A> .\n" for n in names))
    run("init", "room", "--from", "a.ttl", cwd=tmp_path)
    assert "more_bases" not in settings(tmp_path / "room")["project"]


def test_the_next_step_can_be_pasted_into_a_shell(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.ttl").write_text(SKOS_HASH)
    for name in ("Über Lichter", "$HOME's"):
        out = run("init", name, "--from", "t.ttl", "--name", "lights", cwd=tmp_path).out.decode()
        command = next(line for line in out.splitlines() if line.startswith("  cd "))
        assert shlex.split(command) == ["cd", name]
        assert (tmp_path / name / "mipex-kg.toml").exists()
    told = run("init", "Über", "--from", "t.ttl", cwd=tmp_path, code=2).err
    assert "of the letters a–z and A–Z" in told


def test_what_is_said_of_things_of_several_kinds_and_of_no_language(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.nt").write_text("<urn:x:1> <https://e.test/p> <urn:x:2> .")
    told = run("init", "room", "--from", "a.nt", cwd=tmp_path)
    assert "1 statement, of several kinds\n" in told.out.decode()
    front = (tmp_path / "room" / "pages" / "index.md").read_text()
    assert "A collection of things of several kinds." in front
    assert "Too few things have an http(s) IRI: choose project.base" in told.err
    assert "No title found: set project.title and the heading of pages/index.md." in told.err
    assert "No labels have language tags; the pages will be in English." in told.err


def test_classes_are_counted_below_every_base(run: Run, tmp_path: Path) -> None:
    """Things that have pages are found from the menu and the front page, whatever their base."""
    texts = {"t.ttl": SKOS_HASH, "p.json": PEOPLE.replace("e.test", "people.test"), "h.nt": HTTPS}
    texts["h.nt"] += (
        HTTPS.replace("/a>", "/b>").replace("e.test", "more.test").replace("https", "http")
    )
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run("init", "room", "--from", *texts, cwd=tmp_path)
    found = settings(tmp_path / "room")
    assert found["project"]["more_bases"] == ["https://people.test/"]
    assert {"skos:Concept", "schema:Organization"} <= set(found["pages"]["classes"])
    run("init", "other", "--from", *texts, "--base", "https://people.test/", cwd=tmp_path)
    assert "skos:Concept" not in settings(tmp_path / "other")["pages"]["classes"]
    assert "unused-class" not in run("validate", cwd=tmp_path / "other").text


RELATIVE = '[{"@id": "https://a.test/x", "@type": "Project", "name": "X", "size": 1}]'


@pytest.mark.parametrize("base", [None, "https://b.test/"])
def test_relative_terms_of_any_kind_belong_to_the_base(
    run: Run, tmp_path: Path, base: str | None
) -> None:
    """The settings, by which the files are read from then on, say what they mean."""
    (tmp_path / "a.json").write_text(RELATIVE)
    (tmp_path / "b.ttl").write_text("<https://a.test/y> a <https://a.test/o#B> ; <p> <q> .")
    given = ("--base", base) if base else ()
    told = run("init", "room", "--from", "a.json", "b.ttl", *given, cwd=tmp_path).err
    text = (tmp_path / "room" / "mipex-kg.toml").read_text(encoding="utf-8")
    assert f'base = "{base or "https://a.test/"}"' in text
    assert "example.org/room" not in text
    assert "unused-class" not in run("validate", cwd=tmp_path / "room").text
    column = RELATIVE.index('"name"') + 1
    lost = f'a.json:1:{column}: The key "name" stands for no property, so what it says gets lost.'
    assert lost in " ".join(told.split())
    assert "`mipex-kg validate` shows 1 more of this kind." in told


def test_names_in_no_language_are_taken_for_english_where_pages_are(
    run: Run, tmp_path: Path
) -> None:
    names = "".join(f'<https://e.test/{n}> <http://schema.org/name> "N {n}" .\n' for n in range(9))
    for tag, first in (("zh-Hant", "en"), ("fr", "fr")):
        also = f'<https://e.test/0> <http://schema.org/name> "N"@{tag} .'
        (tmp_path / "a.ttl").write_text(names + also)
        told = run("init", tag, "--from", "a.ttl", cwd=tmp_path).err
        assert settings(tmp_path / tag)["project"]["languages"][0] == first
        said = f"The labels of 8 things have no language tag; they are taken to be in '{first}'."
        assert said in told


@pytest.mark.parametrize(
    "others", ["http://id.loc.gov/vocabulary/languages/", "http://www.w3.org/ns/person#"]
)
def test_names_of_registers_are_no_further_base(run: Run, tmp_path: Path, others: str) -> None:
    own = "https://e.test/"
    (tmp_path / "a.ttl").write_text(
        "".join(f"<{b}{n}> a <https://e.test/o#A> .\n" for b in (own, others) for n in range(5, 9))
        + "<https://e.test/9> a <https://e.test/o#A> ."
    )
    run("init", "room", "--from", "a.ttl", cwd=tmp_path)
    assert "more_bases" not in settings(tmp_path / "room")["project"]


def test_blank_nodes_that_look_alike_are_not_said_to_be_publishable(
    run: Run, tmp_path: Path
) -> None:
    nodes = [f"_:n{n}" for n in range(12)]
    facts = (f"{a} <https://e.test/near> {b} ." for a in nodes for b in nodes if a != b)
    (tmp_path / "a.nt").write_text(
        "<https://e.test/a> <https://e.test/has> _:n1 .\n" + "\n".join(facts)
    )
    told = run("init", "room", "--from", "a.nt", cwd=tmp_path)
    assert "blank nodes look alike and cannot be told apart" in told.err.partition("yet: ")[2]
    assert "checks" not in settings(tmp_path / "room")
    run("build", cwd=tmp_path / "room", code=1)


def test_shapes_that_cannot_be_judged_by_are_not_said_to_be_publishable(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text("<https://e.test/a> a <https://e.test/A> .")
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "<https://e.test/s> a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:select 'ASK {}' ] ."
    )
    told = run("init", "room", "--from", "a.ttl", "s.ttl", cwd=tmp_path)
    assert "sh:target, which is not in SHACL (2017)" in told.err.partition("yet: ")[2]
    assert "files written. Next:" in told.text
    run("build", cwd=tmp_path / "room", code=3)


_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix s: <http://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://e.test/> .
"""
_HEAD = f'dct:title "Bread"@en ; dct:license <{_CC0}> ; dct:publisher "The guild" .\n'
_CONCEPTS = "".join(f"<c/{n}> a skos:Concept ; skos:inScheme <bread> .\n" for n in range(8))
_LOOSE = "".join(f"<c/{n}> a skos:Concept .\n" for n in range(8))
_OTHERS = "".join(f"<p/{n}> a s:ResearchProject ; s:about <c/{n}> .\n" for n in range(4))
_RAFTS = "".join(f"<r/{n}> a skos:Concept ; skos:inScheme <rafts> .\n" for n in range(4))
_RAFTS += f'<rafts> a skos:ConceptScheme ; dct:title "Rafts" ; dct:license <{_CC0}4> .\n'
_SCHEME, _CATALOGUE = f"<bread> a skos:ConceptScheme ; {_HEAD}", f"<all> a dcat:Catalog ; {_HEAD}"
_SETS = "<all> dcat:dataset <d/1>, <d/2> . <d/1> a dcat:Dataset ; dct:creator <ada> .\n"
_SETS += "<d/2> a dcat:Dataset ; dct:creator <bob> . <ada> a foaf:Person . <bob> a foaf:Person .\n"
_TERMS = "<A> a owl:Class . <B> a owl:Class . <C> a owl:Class .\n"
_ONTOLOGY = f"<o> a owl:Ontology ; {_HEAD}{_TERMS}"
_INDIVIDUALS = "<a> a <A> . <b> a <B> . <c> a <C> . <d> a <A> .\n"
_RESULT = f"<set> a s:Dataset ; {_HEAD}"
# In order: the files, what is taken of the whole, and the whole or part that is told of.
WHOLES: dict[str, tuple[list[str], set[str], str]] = {
    "one file": ([_SCHEME + _CONCEPTS], {"title", "licence", "publisher"}, ""),
    "scheme apart": ([_SCHEME, _CONCEPTS], {"title", "licence", "publisher"}, ""),
    "no links": ([_SCHEME, _LOOSE], {"title", "licence", "publisher"}, ""),
    "with others": ([_SCHEME + _CONCEPTS, _OTHERS], set(), "a part of it: <https://e.test/bread>"),
    "one dump": ([_SCHEME + _CONCEPTS + _OTHERS], set(), "a part of it: <https://e.test/bread>"),
    "few others": (
        [_SCHEME + _CONCEPTS, "<p> a s:ResearchProject ."],
        set(),
        f"“Bread” (licence {_CC0}, publisher The guild)",
    ),
    "without IRIs": ([_SCHEME + _CONCEPTS, "[] a s:Person ."], set(), "a part of it:"),
    "two apart": ([_SCHEME + _CONCEPTS, _RAFTS], set(), f"“Rafts” (licence {_CC0}4)"),
    "two in one": (
        [_SCHEME + _CONCEPTS + _RAFTS],
        {"title", "publisher"},
        "project.licence is left open, since parts differ",
    ),
    "catalogue": ([_CATALOGUE + _SETS], {"title", "licence", "publisher"}, ""),
    "two kinds": ([_CATALOGUE + _SETS, _OTHERS], set(), "a part of it: <https://e.test/all>"),
    "ontology": ([_ONTOLOGY + _INDIVIDUALS], {"title", "licence", "publisher"}, ""),
    "ontology apart": ([_ONTOLOGY, _INDIVIDUALS], set(), "a part of it: <https://e.test/o>"),
    "a result": ([_RESULT + "<p> s:result <set> ." + _OTHERS], set(), "a part of it:"),
    "a description": ([_RESULT + _OTHERS], {"title", "licence", "publisher"}, ""),
}


@pytest.mark.parametrize("case", WHOLES)
def test_only_what_stands_for_all_of_the_data_gives_them_its_licence(
    run: Run, tmp_path: Path, case: str
) -> None:
    texts, taken, words = WHOLES[case]
    (tmp_path / "files").mkdir()
    for number, text in enumerate(texts):
        (tmp_path / "files" / f"{number}.ttl").write_text(_PREFIXES + text)
    told = run("init", "room", "--from", "files", cwd=tmp_path).err
    project = settings(tmp_path / "room")["project"]
    found = {key for key in ("licence", "publisher") if key in project}
    assert found | ({"title"} if project["title"] == "Bread" else set()) == taken
    assert words in " ".join(told.split())
    assert bool(words) == ("part" in told)


def test_all_files_that_are_named_and_cannot_be_read_are_told_at_once(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "good.ttl").write_text(SKOS_HASH)
    (tmp_path / "dot.ttl").write_text("<https://e.test/a> a <https://e.test/A>")
    (tmp_path / "short.nt").write_text("<https://e.test/a> .")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "bad.ttl").write_text("oops")
    names = ("dot.ttl", "good.ttl", "short.nt", "absent.rdf", "folder")
    told = run("init", "room", "--from", *names, cwd=tmp_path, code=3).err
    assert "4 of the files named can't be read:" in told
    for beginning in ("dot.ttl:1:", "short.nt:1:", "absent.rdf: There is", "folder/bad.ttl:1:"):
        assert f"\n  {beginning}" in told
    assert not (tmp_path / "room").exists()
    (tmp_path / "folder" / "good.ttl").write_text(SKOS_HASH)
    assert (
        "Not read: folder/bad.ttl:1:" in run("init", "room", "--from", "folder", cwd=tmp_path).err
    )


def test_the_front_page_has_words_in_each_language_of_the_interface() -> None:
    words = load_front_page()
    assert sorted(words) == sorted(shipped_languages())
    assert {tuple(each) for each in words.values()} == {tuple(words["en"])}


@pytest.mark.parametrize("shape", ["skos-hash", "owl", "dcat", "https"])
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_the_front_page_is_in_the_first_language_of_the_data(
    run: Run, tmp_path: Path, shape: str, language: str
) -> None:
    """Where there are words in it; where there are none, it is told."""
    name, text, *_ = SHAPES[shape]
    (tmp_path / name).write_text(re.sub(r'(@|xml:lang=")(en|de|fr)\b', rf"\1{language}", text))
    (tmp_path / "label.nt").write_text(
        f'<https://e.test/a> <http://www.w3.org/2000/01/rdf-schema#label> "A"@{language} .'
    )
    told = run("init", "room", "--from", name, "label.nt", cwd=tmp_path).err
    words = load_front_page()["fr" if language == "fr" else "en"]
    text = (tmp_path / "room" / "pages" / "index.md").read_text(encoding="utf-8")
    assert f"\n## {words['in_numbers']}\n" in text
    labels = re.findall(r"^- (.+): \{\{ in-numbers:(\w+) \}\}$", text, re.MULTILINE)
    assert labels == [(words[key], key) for _, key in labels]
    query = (tmp_path / "room" / "queries" / "in-numbers.rq").read_text(encoding="utf-8")
    assert query.startswith(f"# title: {words['in_numbers']}\n")
    assert ("pages/index.md is in English: there are no words in pl for it." in told) == (
        language == "pl"
    )
    run("build", cwd=tmp_path / "room")


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        (_LOOSE, "lead_concepts"),
        (_LOOSE + _OTHERS, "lead_things"),
        ("<all> a dcat:Catalog . " + _SETS, "lead_records"),
    ],
)
def test_the_front_page_says_what_nearly_all_of_the_data_are(
    run: Run, tmp_path: Path, text: str, lead: str
) -> None:
    (tmp_path / "a.ttl").write_text(_PREFIXES + text)
    run("init", "room", "--from", "a.ttl", cwd=tmp_path)
    front = (tmp_path / "room" / "pages" / "index.md").read_text(encoding="utf-8")
    assert load_front_page()["en"][lead] in front


def test_only_things_without_an_iri_that_nothing_refers_to_are_told(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "within.ttl").write_text(f"{_PREFIXES}<p> a s:Project ; s:member [ a s:Person ] .")
    (tmp_path / "free.ttl").write_text(f"{_PREFIXES}<p> a s:Project . [] a s:Person .")
    assert "without an IRI" not in run("init", "in", "--from", "within.ttl", cwd=tmp_path).err
    told = run("init", "out", "--from", "free.ttl", cwd=tmp_path).err
    assert "1 thing without an IRI has no page" in told
