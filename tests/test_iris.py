"""Relative IRIs are resolved as RFC 3986 says, whatever the base and the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from mipex_kg.rdf import formats, iris, parsing
from tests.conftest import Run

# RFC 3986, section 5.4: against http://a/b/c/d;p?q
RESOLVED = {
    "g:h": "g:h",
    "g": "http://a/b/c/g",
    "./g": "http://a/b/c/g",
    "g/": "http://a/b/c/g/",
    "/g": "http://a/g",
    "//g": "http://g",
    "?y": "http://a/b/c/d;p?y",
    "g?y": "http://a/b/c/g?y",
    "#s": "http://a/b/c/d;p?q#s",
    "g#s": "http://a/b/c/g#s",
    "g;x=1/../y": "http://a/b/c/y",
    "": "http://a/b/c/d;p?q",
    ".": "http://a/b/c/",
    "..": "http://a/b/",
    "../g": "http://a/b/g",
    "../..": "http://a/",
    "../../../g": "http://a/g",
    "/./g": "http://a/g",
    "/../g": "http://a/g",
    "..g": "http://a/b/c/..g",
    "g..": "http://a/b/c/g..",
    "./g/.": "http://a/b/c/g/",
    "g?y/../x": "http://a/b/c/g?y/../x",
    "g#s/../x": "http://a/b/c/g#s/../x",
}


@pytest.mark.parametrize("iri", RESOLVED)
def test_a_relative_iri(iri: str) -> None:
    assert iris.resolve(iri, "http://a/b/c/d;p?q") == RESOLVED[iri]


@pytest.mark.parametrize("iri", RESOLVED)
@pytest.mark.parametrize("base", ["http://a/x/../b/./c/d;p?q", "http://a/b/c/x/../d;p?q"])
def test_a_base_with_dots(iri: str, base: str) -> None:
    assert iris.resolve(iri, base) == RESOLVED[iri]


BASES = {
    formats.TURTLE: "# @base <http://x/../y/> .\n@base <http://e/a/../b/./> . <xyz> <p> <./y> .",
    formats.TRIG: "BASE # <\n <http://e/a/../b/./>\n { <xyz> <p> <./y> }",
    formats.JSONLD: '{"@context": {"@base": "http://e/a/../b/./"}, "@id": "xyz",'
    '"http://e/b/p": {"@id": "./y"}}',
    formats.RDFXML: '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xml:base="http://e/a/../b/./" xmlns:e="http://e/b/"><rdf:Description rdf:about="xyz">'
    '<e:p rdf:resource="./y"/></rdf:Description></rdf:RDF>',
}


@pytest.mark.parametrize("format", BASES, ids=lambda format: format.name)
def test_dots_in_a_base_are_resolved_in_files(format: formats.Format) -> None:
    (quad,) = parsing.parse_text(BASES[format], format, Path("x")).quads
    assert str(quad) == "<http://e/b/xyz> <http://e/b/p> <http://e/b/y>"


def test_an_absolute_iri_is_left_as_it_is() -> None:
    text = "@base <http://e/a/../> . <http://e/a/../b> a <c> ."
    (quad,) = parsing.parse_text(text, formats.TURTLE, Path("x")).quads
    assert str(quad.subject) == "<http://e/a/../b>"


def test_an_error_behind_a_base_names_its_column(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("@base <http://e/a/../b/> . <x> <p> nothing .")
    error = run("query", "--data", tmp_path / "x.ttl", "ASK {}", code=3).err
    assert "x.ttl:1:36: " in error


@pytest.mark.parametrize("base", ["http://e/a/../b/", "http://e/b/./"])
def test_dots_in_the_base_of_a_query_are_resolved(run: Run, tmp_path: Path, base: str) -> None:
    (tmp_path / "x.ttl").write_text("<http://e/b/x> <http://e/b/p> <http://e/b/y> .")
    query = f"# base <http://x/../>\nBASE <{base}> SELECT (<z> AS ?z) {{ <x> <p> ?o }}"
    assert run("query", "--data", tmp_path / "x.ttl", query).text.split() == ["z", "http://e/b/z"]
