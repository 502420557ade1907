"""Files come in many formats and under many names: each is read, or the user is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError
from tests.conftest import Run

TURTLE = "@prefix s: <http://schema.org/> .\n<https://e.org/a> s:knows <https://e.org/b> ."
TRIPLE = "<https://e.org/a> <http://schema.org/knows> <https://e.org/b>"
RDFXML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://schema.org/">'
    '<rdf:Description rdf:about="https://e.org/a"><s:knows rdf:resource="https://e.org/b"/>'
    "</rdf:Description></rdf:RDF>"
)
JSONLD = json.dumps(
    {"@id": "https://e.org/a", "http://schema.org/knows": {"@id": "https://e.org/b"}}
)
CONTENT = {
    "ttl": TURTLE,
    "turtle": TURTLE,
    "n3": TURTLE,
    "trig": f"<https://e.org/g> {{ {TRIPLE} }}",
    "nt": f"{TRIPLE} .",
    "ntriples": f"{TRIPLE} .",
    "nq": f"{TRIPLE} <https://e.org/g> .",
    "nquads": f"{TRIPLE} <https://e.org/g> .",
    "rdf": RDFXML,
    "rdfxml": RDFXML,
    "owl": RDFXML,
    "xml": RDFXML,
    "jsonld": JSONLD,
    "json": JSONLD,
}
NAMES = [f"a.{suffix}{packed}" for suffix in CONTENT for packed in ("", ".gz")] + [
    "a.OWL",
    "A.TTL.GZ",
]
QUERY = "SELECT ?b { <https://e.org/a> <http://schema.org/knows> ?b }"


def write(path: Path, text: str) -> Path:
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix.lower() == ".gz" else data)
    return path


def content(name: str) -> str:
    return CONTENT[name.lower().removesuffix(".gz").rpartition(".")[2]]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_by_its_name(run: Run, tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, content(name))
    assert run("query", "--data", path, QUERY).text.split() == ["b", "https://e.org/b"]


@pytest.mark.parametrize("folder", ["data", "ontology"])
def test_a_project_reads_them_all(run: Run, tmp_path: Path, folder: str) -> None:
    room = tmp_path / "room"
    run("init", room)
    for number, name in enumerate(NAMES):
        text = content(name).replace("e.org/b", f"e.org/{number}")
        write(room / folder / f"{number}{name}", text)
    rows = run("query", QUERY, cwd=room).text.splitlines()[1:]
    assert sorted(rows) == sorted(f"https://e.org/{number}" for number in range(len(NAMES)))


def test_shapes_come_in_any_format(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    run("init", room)
    shape = (room / "shapes" / "things.ttl").rename(room / "shapes" / "things.n3")
    write(room / "shapes" / "more.ttl.gz", shape.read_text().replace("Library", "Archive"))
    assert "no findings" in run("validate", cwd=room).text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.ttl.gz", b"<a> <b> <c> .", "Its name ends in .gz, and it is not packed"),
        (
            "a.ttl.gz",
            gzip.compress(b"x" * 9999, mtime=0)[:-9],
            "It can't be unpacked: it ends too soon.",
        ),
        (
            "a.ttl.gz",
            gzip.compress(TURTLE.encode(), mtime=0)[:20] + b"!!!!!!!!!!!!!!",
            "It can't be unpacked: it is damaged.",
        ),
        (
            "a.ttl.gz",
            gzip.compress("é".encode("latin-1"), mtime=0),
            "a.ttl.gz:1:1: The byte 0xE9 is not UTF-8.",
        ),
        ("a.ttl.gz", gzip.compress(b"\n <a b> <c> .", mtime=0), "a.ttl.gz:2:2: "),
        ("a.gz", gzip.compress(b"", mtime=0), "doesn't say which RDF format this is"),
        ("a.ttl.zip", b"", "doesn't say which RDF format this is"),
        (
            "a.n3",
            b"{ <u:a> <u:b> <u:c> } => { <u:a> <u:d> <u:e> } .",
            "Of N3, only the part that is Turtle",
        ),
        ("a.owl", TURTLE.encode(), "It is not XML"),
    ],
)
def test_what_can_t_be_read_is_said(
    run: Run, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert words in run("query", "--data", tmp_path / name, QUERY, code=3).err


def test_a_line_of_a_compressed_file_is_shown(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.ttl.gz", "# é\n<https://e.org/a> <b c> <d> .")
    shown = run("validate", path, "--shapes", path, code=3).text
    assert "2 | <https://e.org/a> <b c> <d> ." in shown


def test_what_unpacks_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "_MOST_UNPACKED", 5_000_000)
    path = write(tmp_path / "a.ttl.gz", "#" * 9_000_000)
    with pytest.raises(SourceError, match="It comes to more than 1 GiB, unpacked"):
        reading.read_text(path)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("data", "facts.csv"),
        ("data", "facts.ttl.zip"),
        ("ontology", "terms.ofn"),
        ("shapes", "shapes.shacl"),
        ("queries", "all.sparql"),
    ],
)
def test_nothing_is_built_of_a_folder_of_which_nothing_is_read(
    run: Run, tmp_path: Path, folder: str, name: str
) -> None:
    room = tmp_path / "room"
    run("init", room)
    for path in sorted((room / folder).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (room / folder / name).write_text("x")
    (room / folder / "README.md").write_text("x")
    told = run("validate", cwd=room, code=1).text
    assert f"{folder}/{name}: violation: Nothing reads this file" in told
    assert "README" not in told
    run("build", cwd=room, code=1)
    assert not (room / "site").exists()


def test_a_file_without_a_statement_is_said(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "room"
    run("init", room)
    (room / "data" / "package.json").write_text("{}")
    (room / "ontology" / "empty.ttl").write_text("@prefix s: <http://schema.org/> .")
    told = run("validate", cwd=room).text
    for name, label in {"data/package.json": "JSON-LD", "ontology/empty.ttl": "Turtle"}.items():
        assert f"{name}: warning: There is no statement in this file, read as {label}." in told
    assert "JSON without an @context says nothing" in told
    assert "comments and prefixes alone say nothing" in told


@pytest.mark.parametrize("text", ["", " \n", "\ufeff\n"])
def test_a_file_with_nothing_in_it_is_empty(run: Run, tmp_path: Path, text: str) -> None:
    run("init", tmp_path / "room")
    (tmp_path / "room" / "data" / "more.ttl").write_text(text)
    told = run("validate", cwd=tmp_path / "room").text
    assert "more.ttl: warning: This file is empty." in told
    assert "JSON" not in told


def test_hints_about_names_of_files_are_no_longer_than_others(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "room")
    (tmp_path / "room" / "data" / "notes.docx").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.docx").write_text("x")
    told = (
        run("validate", cwd=tmp_path / "room").text.partition("hint")[2].splitlines()[0],
        run("validate", tmp_path / "empty" / "notes.docx", code=3).text.partition("hint")[2],
        run("init", "new", "--from", "empty", cwd=tmp_path, code=3).err.partition("Hint")[2],
    )
    for hint in told:
        assert ".ttl, .trig, .nq" in hint
        assert len(hint.splitlines()[0]) < 150
