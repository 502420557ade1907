"""Reading RDF/XML: each quad knows its place, bombs are refused, and languages can be none."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mipex_kg.rdf import parsing
from mipex_kg.rdf.formats import RDFXML
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.system.errors import SourceError
from tests.conftest import Run

FILE = Path("data.rdf")
HEAD = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/" xml:base="http://b/">\n'


def parsed(body: str) -> ParsedFile:
    return parsing.parse_text(f"{HEAD}{body}\n</rdf:RDF>", RDFXML, FILE)


# What of the text is the subject, the property and the object of each quad, in the quads' order.
PLACED: dict[str, list[tuple[str, str, str]]] = {
    '<e:T rdf:about="http://e/a" e:x="1" rdf:type="http://e/U" e:y="é"/>': [
        ('"http://e/a"', "<e:T", "<e:T"),
        ('"http://e/a"', "rdf:type", '"http://e/U"'),
        ('"http://e/a"', "e:y", '"é"'),
        ('"http://e/a"', "e:x", '"1"'),
    ],
    '<rdf:Description rdf:ID="a"><e:é>ö text</e:é><e:empty/></rdf:Description>': [
        ('"a"', "<e:é", "ö text"),
        ('"a"', "<e:empty", "<e:empty"),
    ],
    "<rdf:Description><e:p><e:T><e:q rdf:resource='x'/></e:T></e:p></rdf:Description>": [
        ("<e:T", "<e:T", "<e:T"),
        ("<e:T", "<e:q", "'x'"),
        ("<rdf:Description", "<e:p", "<e:T"),
    ],
    '<rdf:Description><e:p rdf:ID="r" rdf:parseType="Resource"><e:q>1</e:q></e:p>'
    "</rdf:Description>": [
        ("<rdf:Description", "<e:p", "<e:p"),
        *[('"r"', "<e:p", "<e:p")] * 4,
        ("<e:p", "<e:q", "1"),
    ],
    '<rdf:Description><e:p rdf:parseType="Collection"><e:T/><e:U/></e:p></rdf:Description>': [
        ("<e:T", "<e:T", "<e:T"),
        ("<e:U", "<e:U", "<e:U"),
        ("<rdf:Description", "<e:p", "<e:p"),
        ("<e:T", "<e:U", "<e:U"),
        ("<e:T", "<e:T", "<e:T"),
        ("<e:U", "", ""),
        ("<e:U", "<e:U", "<e:U"),
    ],
    '<rdf:Description><e:p rdf:parseType="Literal"><b c="d">x</b></e:p></rdf:Description>': [
        ("<rdf:Description", "<e:p", '<b c="d">x</b>'),
    ],
    '<rdf:Bag><rdf:li rdf:ID="k">a</rdf:li><rdf:li e:x="1" rdf:nodeID="n"/></rdf:Bag>': [
        ("<rdf:Bag", "<rdf:Bag", "<rdf:Bag"),
        ("<rdf:Bag", "<rdf:li", "a"),
        *[('"k"', "<rdf:li", "<rdf:li")] * 4,
        ('"n"', "e:x", '"1"'),
        ("<rdf:Bag", "<rdf:li", '"n"'),
    ],
}


@pytest.mark.parametrize("body", PLACED)
def test_each_term_is_at_its_place(body: str) -> None:
    file = parsed(body)
    lines = file.text.split("\n")
    positions = file.locate()
    assert positions is not None
    assert [
        tuple(lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans[:3])
        for spans in positions
    ] == PLACED[body]


def test_a_finding_has_a_place(run: Run, tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.rdf", tmp_path / "shapes.ttl"
    data.write_text(f'{HEAD}<e:T rdf:about="a">\n <e:p>long</e:p></e:T></rdf:RDF>')
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> ."
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:maxLength 2 ] ."
    )
    found = run("validate", data, "--shapes", shapes, code=1).text
    assert found.startswith(f"{data}:3:7: violation")


def test_an_empty_language_is_none() -> None:
    file = parsed(
        '<rdf:Description xml:lang="en"><e:p xml:lang="">a</e:p><e:p xml:lang=\'\'>b</e:p>'
        '<e:q>c</e:q><e:l rdf:parseType="Literal"><x xml:lang=""/></e:l></rdf:Description>'
    )
    texts = [quad.object for quad in file.quads]
    assert texts[:3] == [ox.Literal("a"), ox.Literal("b"), ox.Literal("c", language="en")]
    assert 'xml:lang=""' in str(texts[3]).replace("\\", "")


def bomb(quote: str, levels: int) -> str:
    entities = [f"<!ENTITY e0 {quote}{'x' * 50}{quote}>"]
    for level in range(levels):
        entities.append(f"<!ENTITY e{level + 1} {quote}{f'&e{level};' * 10}{quote}>")
    return f"<!DOCTYPE r [{''.join(entities)}]>{HEAD}<e:T><e:p>&e{levels};</e:p></e:T></rdf:RDF>"


WIDE = (
    f"<!DOCTYPE r [<!ENTITY e '{'x' * 100_000}'>]>{HEAD}<e:T><e:p>{'&e;' * 2000}</e:p></e:T>"
    "</rdf:RDF>"
)
HOSTILE = {
    "billion laughs": (bomb('"', 9), "stand for more than 100 MB"),
    "billion laughs in single quotes": (bomb("'", 9), "stand for more than 100 MB"),
    "one wide entity": (WIDE, "stand for more than 100 MB"),
    "deep": (HEAD + "<e:T><e:p>" * 50_000 + "</e:p></e:T>" * 50_000 + "</rdf:RDF>", "too deeply"),
    "deep in a literal": (
        f'{HEAD}<e:T><e:p rdf:parseType="Literal">{"<b>" * 50_000}{"</b>" * 50_000}</e:p></e:T>'
        "</rdf:RDF>",
        "too deeply",
    ),
    "deep and open": (HEAD + "<e:T><e:p>" * 50_000, "too deeply"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_document_is_refused(case: str) -> None:
    text, words = HOSTILE[case]
    with pytest.raises(SourceError, match=words):
        parsing.parse_text(text, RDFXML, FILE)


def test_small_entities_are_expanded() -> None:
    (_, quad) = parsing.parse_text(bomb('"', 2), RDFXML, FILE).quads
    assert quad.object == ox.Literal("x" * 5000)


# What the engine refuses, or gets lost there: the property's content, and its value.
READ = {
    "a<!-- c -->b": "ab",
    "a<?p i?>b<!-- <e:T/> -->": "ab",
    "<![CDATA[<x>]]>&#233; &amp;": "<x>é &",
    "a <![CDATA[b]]><![CDATA[&c]]>": "a b&c",
    "<!-- nothing -->": "",
    "one\n<!-- c\n -->two": "one\ntwo",
}


@pytest.mark.parametrize(("content", "value"), READ.items(), ids=READ)
def test_a_text_is_whole_whatever_is_in_it(content: str, value: str) -> None:
    file = parsed(f'<rdf:Description rdf:about="a"><e:p>{content}</e:p></rdf:Description>')
    assert [quad.object for quad in file.quads] == [ox.Literal(value)]
    assert file.locate() is not None


@pytest.mark.parametrize("kind", ["Literal", "daml:collection", "literal", ""])
def test_what_is_of_no_known_kind_is_xml_in_its_canonical_form(kind: str) -> None:
    file = parsed(
        f'<rdf:Description rdf:about="a"><e:p rdf:parseType="{kind}">'
        "<b b='2' xmlns='http://x/' a=\"1\">z &amp; <!-- c --><i/></b></e:p></rdf:Description>"
    )
    (quad,) = file.quads
    value = '<b xmlns="http://x/" a="1" b="2">z &amp; <i></i></b>'
    assert quad.object == ox.Literal(value, datatype=ox.NamedNode(f"{RDF}XMLLiteral"))


WRONG = {
    '<rdf:Description about="a"><e:p>x</e:p></rdf:Description>': "<rdf:Description about",
    '<e:T rdf:about="b"/>\n<rdf:Description rdf:ID="a b"/>': "<rdf:Description rdf:ID",
    '<e:T><e:p>é\n</e:p><e:p rdf:resource="x">lost</e:p></e:T>': "lost",
    '<e:T><e:p xml:lang="no such">x</e:p></e:T>': "<e:p xml:lang",
    "<e:T><e:p>a<e:U/></e:p></e:T>": "<e:U/>",
    "stray": "stray",
}


@pytest.mark.parametrize(("body", "at"), WRONG.items(), ids=WRONG)
def test_what_is_wrong_has_a_place(body: str, at: str) -> None:
    with pytest.raises(SourceError) as error:
        parsed(body)
    before = f"{HEAD}{body}".partition(at)[0]
    column = len(before.rpartition("\n")[2]) + 1
    # A text begins where the tag before it ends, white space and all.
    if at == "stray":
        before, column = HEAD[:-1], len(HEAD)
    assert (error.value.line, error.value.column) == (before.count("\n") + 1, column)


@pytest.mark.parametrize("size", [1 << 12, 1 << 13, 1 << 15, 1 << 17])
def test_what_is_wrong_has_a_place_in_a_file_of_any_size(size: int) -> None:
    comment = f"<!-- {'x' * size} -->\n"
    with pytest.raises(SourceError) as error:
        parsed(f'{comment}<rdf:Description rdf:about="a b c"/>{comment * 3}')
    assert error.value.line == f"{HEAD}{comment}".count("\n") + 1
