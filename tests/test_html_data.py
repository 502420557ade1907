"""Pages in HTML as data: their JSON-LD is read as one document, with places in the page."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.rdf import formats
from mipex_kg.rdf.parsing import ParsedFile, parse_file
from mipex_kg.system.errors import SourceError
from tests.conftest import ROOT, Run

NAME = ox.NamedNode("http://schema.org/name")
PAGE = """<!doctype html>
<html lang="de"><head><title>Ädä</title>{head}</head>
<p>Ü “{{” <script type="application/ld+json">{{"@context": "https://schema.org", "@id": "ada",
  "name": "Ädä", "knows": {{"@id": "_:b"}}}}</script> [ <i>,</i>
<template><script type="application/ld+json">{{"@id": "x:no", "x:no": "inert"}}</script></template>
<script type="text/javascript">var a = "{{";</script><script type="Application/LD+JSON; a=b">
[{{"@context": "http://schema.org/", "@id": "_:b", "name": "Ben"}}]
</script>
</html>
"""
BASE = "https://e.org/people/"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def page(head: str = f'<base href="{BASE}">') -> str:
    return PAGE.format(head=head)


def names(file: ParsedFile) -> dict[str, ox.NamedNode | ox.BlankNode | ox.Triple]:
    return {q.object.value: q.subject for q in file.quads if q.predicate == NAME}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.XHTML", "a.html.gz"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_blocks_of_a_page_are_one_document(tmp_path: Path, name: str, line_end: str) -> None:
    file = parse_file(write(tmp_path / name, page().replace("\n", line_end)))
    assert file.format is formats.HTML
    found = names(file)
    assert found["Ädä"] == ox.NamedNode(f"{BASE}ada")
    (known,) = [q.object for q in file.quads if q.predicate.value.endswith("knows")]
    assert found["Ben"] == known
    assert len(file.quads) == 3


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_each_statement_has_its_place_in_the_page(tmp_path: Path, line_end: str) -> None:
    text = page().replace("\n", line_end)
    file = parse_file(write(tmp_path / "a.html", text))
    lines = text.split(line_end)
    positions = file.locate()
    assert positions is not None
    for quad, position in zip(file.quads, positions, strict=True):
        if quad.predicate == NAME:
            span = position.object
            written = lines[span.line - 1][span.column - 1 : span.end_column - 1]
            assert json.loads(written) == quad.object.value  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("head", "base", "subject"),
    [
        ('<base href="https://e.org/b/">', None, "https://e.org/b/ada"),
        ('<base href="b/">', "https://given.org/x", "https://given.org/b/ada"),
        ('<link rel="canonical" href="https://e.org/c/">', None, "https://e.org/c/ada"),
        (
            '<base href="../b/"><link rel="canonical" href="https://e.org/c/d/">',
            "https://given.org/",
            "https://e.org/c/b/ada",
        ),
        ("", "https://given.org/", "https://given.org/ada"),
    ],
)
def test_relative_iris_are_resolved_by_what_the_page_says(
    tmp_path: Path, head: str, base: str | None, subject: str
) -> None:
    file = parse_file(write(tmp_path / "a.html", page(head)), base=base)
    assert names(file)["Ädä"] == ox.NamedNode(subject)


def test_a_page_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    text = page(f'<meta charset="iso-8859-1"><base href="{BASE}">').replace("“", '"')
    file = parse_file(write(tmp_path / "a.html", text.replace("”", '"'), "latin-1"))
    assert "Ädä" in names(file)
    assert "Ädä" in file.text


@pytest.mark.parametrize(
    ("blocks", "line", "column", "message"),
    [
        (['{"@id": }'], 2, 44, "It is not JSON: } is not a value of JSON."),
        (['{"x:a": 1}', '{"x:a": 1'], 3, 45, "It is not JSON"),
        (['{"x:a": 1}, {"x:b": 2}'], 2, 46, "It is not JSON"),
        (['{"x:a": 1}', '{"@id": 5}'], 3, 36, "It is not valid JSON-LD"),
        (['{"@context": "https://e.org/c", "x:a": 1}'], 2, 49, "It names the remote context"),
    ],
)
def test_what_is_wrong_is_placed_in_the_page(
    tmp_path: Path, blocks: list[str], line: int, column: int, message: str
) -> None:
    opening = '<script type="application/ld+json">'
    text = "<!doctype html>\n" + "\n".join(f"{opening}{block}</script>" for block in blocks)
    with pytest.raises(SourceError, match=message) as error:
        parse_file(write(tmp_path / "a.html", text), base="https://e.org/")
    assert (error.value.line, error.value.column) == (line, column)


RDFA = '<!doctype html>\n<title>A</title><p vocab="https://schema.org/" typeof="Person">Ada'
MICRODATA = '<!doctype html>\n<title>A</title><p itemscope itemtype="https://schema.org/Person">'
PLAIN = '<!doctype html><meta property="og:title" content="A"><title>A</title>'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (RDFA, "a.html:2:17: violation: The page has RDFa and no JSON-LD"),
        (MICRODATA, "a.html:2:17: violation: The page has microdata and no JSON-LD"),
        (PLAIN, "a.html:1:1: violation: There is no JSON-LD in this page"),
        ("<a> <b> <c> .", "a.html:1:1: violation: It is not HTML"),
    ],
)
def test_a_page_of_which_nothing_is_read_is_no_success(
    run: Run, tmp_path: Path, text: str, told: str
) -> None:
    write(tmp_path / "a.html", text)
    code = 1 if "!doctype" in text else 3
    assert told in run("validate", "a.html", cwd=tmp_path, code=code).text
    refused = run("init", "p", "--from", "a.html", cwd=tmp_path, code=3).err
    assert told.partition("violation: ")[2] in refused
    assert not (tmp_path / "p").exists()


def test_a_site_is_made_of_pages_but_not_without_their_data(run: Run, tmp_path: Path) -> None:
    (pages := tmp_path / "pages").mkdir()
    write(pages / "a.html", page())
    write(pages / "rdfa.html", RDFA)
    made = run("init", tmp_path / "p", "--from", pages)
    assert "rdfa.html:2:17: The page has RDFa and no JSON-LD" in made.err
    run("--project", tmp_path / "p", "build", "-o", tmp_path / "site")
    assert "Ädä" in (tmp_path / "site" / "ada.html").read_text("utf-8")
    data = tmp_path / "p" / "data"
    data.mkdir(exist_ok=True)
    write(data / "rdfa.html", RDFA)
    told = run("--project", tmp_path / "p", "validate")
    assert "rdfa.html:2:17: warning: The page has RDFa and no JSON-LD" in told.text
    settings = tmp_path / "p" / "mipex-kg.toml"
    settings.write_text(settings.read_text().partition("[files]")[0])
    told = run("--project", tmp_path / "p", "validate", code=1)
    assert "violation: There is no statement in this file" in told.text
    assert "nothing-read" in told.text


def test_nothing_is_written_as_html(run: Run, tmp_path: Path) -> None:
    refused = run("--project", ROOT, "export", "-o", tmp_path / "all.html", code=2)
    assert ".html" in refused.err
    assert not (tmp_path / "all.html").exists()
