"""Reading JSON-LD: each quad knows its place, and nothing that is read vanishes in silence."""

from __future__ import annotations

import inspect
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld as pyld

from mipex_kg.rdf import parsing
from mipex_kg.rdf.formats import JSONLD
from mipex_kg.rdf.jsonld.json_text import MOST_LEVELS, JsonText
from mipex_kg.rdf.jsonld.reading import Reading, read
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.serialization import canonical
from mipex_kg.system.errors import SourceError
from tests.conftest import ROOT, Run

FILE = Path("data.jsonld")
VOCAB = {"@vocab": "http://e/"}


def reading(document: Any, base: str = "http://base/") -> Reading:
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    return read(text, FILE, base=base)


def lines(document: Any) -> list[str]:
    return [str(quad) for quad in canonical(reading(document).quads)]


# --- JSON ------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.text() | st.floats(-9, 9),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_json_is_read_as_the_standard_library_does(value: Any, indent: int, ascii: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii)
    assert JsonText(text, FILE).root == json.loads(text)


@given(st.text(st.sampled_from('{}[]:,"ab01-.eE truefalsn\\u\n\t'), max_size=12))
def test_what_is_refused_is_what_the_standard_library_refuses(text: str) -> None:
    def refuse(_: str) -> None:
        raise ValueError

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        expected = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    except ValueError:
        with pytest.raises(SourceError):
            JsonText(text, FILE)
    else:
        if "E" not in text.upper():  # a number may be too large
            assert JsonText(text, FILE).root == expected


@given(JSON)
def test_each_value_is_at_its_place(value: Any) -> None:
    source = JsonText(json.dumps(value, indent=1), FILE)
    waiting = [(source.root, source.extent)]
    while waiting:
        part, extent = waiting.pop()
        assert json.loads(source.text[extent.start : extent.end]) == part
        if isinstance(part, dict | list):
            waiting += [(part[step], place) for step, place in part.places()]  # type: ignore[union-attr]


DEEP = 100_000


def test_json_is_read_down_to_the_deepest_level_that_is_allowed() -> None:
    assert JsonText("[" * MOST_LEVELS + "]" * MOST_LEVELS, FILE).root
    for levels in (MOST_LEVELS + 1, DEEP):
        with pytest.raises(SourceError, match="nested too deeply") as error:
            JsonText("[" * levels + "]" * levels, FILE)
        assert error.value.column == MOST_LEVELS + 1


# --- Into quads ------------------------------------------------------------------------------

E = "http://e/"
X = '"http://www.w3.org/2001/XMLSchema#'
CASES: dict[str, tuple[Any, list[str]]] = {
    "an integer": (1, ['"1"^^<http://www.w3.org/2001/XMLSchema#integer>']),
    "a whole double is an integer": (2.0, ['"2"^^<http://www.w3.org/2001/XMLSchema#integer>']),
    "a double": (0.5, ['"5.0E-1"^^<http://www.w3.org/2001/XMLSchema#double>']),
    "from 10^21 on a double": (10**21, ['"1.0E21"^^<http://www.w3.org/2001/XMLSchema#double>']),
    "a truth value": (True, ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']),
    "a double as text keeps its form": (
        {"@value": "1.50", "@type": "http://www.w3.org/2001/XMLSchema#double"},
        ['"1.50"^^<http://www.w3.org/2001/XMLSchema#double>'],
    ),
    "an empty list": (
        {"@list": []},
        ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"],
    ),
    "JSON": (
        {"@value": {"b": 1, "a": [1.0]}, "@type": "@json"},
        ['"{\\"a\\":[1],\\"b\\":1}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'],
    ),
    "twice the same": (["a", "a"], ['"a"']),
}


@pytest.mark.parametrize("case", CASES)
def test_values_become_literals(case: str) -> None:
    value, expected = CASES[case]
    found = lines({"@context": VOCAB, "@id": "http://e/s", "p": value})
    assert found == [f"<http://e/s> <http://e/p> {text}" for text in expected]


@given(st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False))
def test_quads_are_those_of_pyld(number: float) -> None:
    document = {
        "@context": VOCAB,
        "@id": "http://e/s",
        "n": number,
        "l": {"@list": [number, {"@list": ["a"]}, {"@id": "_:x", "t": {"@id": "_:x"}}]},
        "@reverse": {"r": {"@id": "http://e/o", "@type": "T"}},
        "g": {"@graph": [{"@id": "http://e/i", "p": True}]},
        "@included": [{"@id": "http://e/j", "p": {"@value": "a", "@language": "de"}}],
    }
    nquads = pyld.to_rdf(document, {"format": "application/n-quads"})
    expected = canonical(ox.parse(nquads, ox.RdfFormat.N_QUADS))
    assert canonical(reading(document).quads) == expected


# --- Places ----------------------------------------------------------------------------------

PLACED = """\
{
  "@context": {"@vocab": "http://e/", "knows": {"@type": "@id"},
               "label": {"@container": "@language"}, "kind": "@type"},
  "@graph": [
    {"@id": "http://e/a", "kind": ["A", "B"],
     "name": "Ann", "knows": ["http://e/b", "http://e/c"],
     "label": {"en": "a", "de": "b"},
     "list": {"@list": [1, true]},
     "inner": {"name": "nameless"}}
  ]
}
"""
# The object of a quad, and where subject, predicate and object are.
PLACES = {
    "<http://e/A>": [(5, 13), (5, 27), (5, 36)],
    "<http://e/B>": [(5, 13), (5, 27), (5, 41)],
    '"Ann"': [(5, 13), (6, 6), (6, 14)],
    "<http://e/b>": [(5, 13), (6, 21), (6, 31)],
    "<http://e/c>": [(5, 13), (6, 21), (6, 45)],
    '"a"@en': [(5, 13), (7, 22), (7, 22)],
    '"nameless"': [(9, 15), (9, 16), (9, 24)],
}


@pytest.mark.parametrize("object", PLACES)
def test_each_term_is_at_its_place(object: str) -> None:
    found = read(PLACED, FILE, base="http://base/")
    (position,) = (
        position
        for quad, position in zip(found.quads, found.positions, strict=True)
        if str(quad.object) == object
    )
    assert [span[:2] for span in position[:3] if span] == PLACES[object]


def test_a_finding_in_json_ld_has_a_place(run: Run, tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.jsonld", tmp_path / "shapes.ttl"
    data.write_text(PLACED)
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> ."
        "e:S a sh:NodeShape ; sh:targetClass e:A ; sh:property [ sh:path e:name ; sh:maxLength 2 ]."
    )
    found = run("validate", data, "--shapes", shapes, code=1)
    assert f"{data}:6:14: violation" in found.text


# --- Losses ----------------------------------------------------------------------------------

KEPT = {"@id": "http://e/kept", "http://e/p": "kept"}
LOST: dict[str, tuple[dict[str, Any], str, str]] = {
    "a name": (
        {"@id": "http://e/a b", "http://e/p": 1},
        "not-an-iri",
        "['@id']",
    ),
    "a link": (
        {"http://e/p": {"@id": "http://e/a b"}},
        "not-an-iri",
        "['http://e/p']['@id']",
    ),
    "a type that is not an IRI": ({"@type": "http://e/a b"}, "not-an-iri", "['@type']"),
    "a property that is not an IRI": ({"http://e/a<b": 1}, "not-an-iri", "['http://e/a<b']"),
    "a datatype that is not an IRI": (
        {"http://e/p": {"@value": "1", "@type": "http://e/a<b"}},
        "not-an-iri",
        "['http://e/p']",
    ),
    "a property that is a blank node": ({"_:p": 1}, "not-an-iri", "['_:p']"),
    "a graph whose name is not an IRI": (
        {"@id": "http://e/a b", "@graph": [{"@id": "http://e/s", "http://e/p": 1}]},
        "not-an-iri",
        "['@id']",
    ),
    "a key without a term": ({"http://e/p": 1, "name": "Ann"}, "dropped-key", ".name"),
    "a key like a keyword": ({"http://e/p": 1, "@name": "Ann"}, "dropped-key", "['@name']"),
    "null": ({"http://e/p": None}, "null", "['http://e/p']"),
    "null among values": ({"http://e/p": [1, None]}, "null", "['http://e/p'][1]"),
    "null as a value": ({"http://e/p": {"@value": None}}, "null", "['http://e/p']"),
    "a relative type": ({"@type": "Person"}, "relative-type", "['@type']"),
    "a language that is none": (
        {"http://e/p": {"@value": "a", "@language": "en_US"}},
        "not-a-language",
        "['http://e/p']",
    ),
    "a text's direction": (
        {"http://e/p": {"@value": "a", "@direction": "rtl"}},
        "direction",
        "['http://e/p']",
    ),
    "a number with more digits than a double": (
        {"http://e/p": 10**22 + 1},
        "rounded",
        "['http://e/p']",
    ),
    "an index": ({"@index": "i", "http://e/p": 1}, "index", "['@index']"),
}


@pytest.mark.parametrize("case", LOST)
def test_what_gets_lost_is_told_with_its_place(case: str) -> None:
    document, kind, steps = LOST[case]
    text = json.dumps([KEPT, document], indent=1)
    (loss,) = read(text, FILE, base="http://base/").losses
    assert loss.kind == kind
    assert loss.path == f"$[1]{steps}"
    line = text.splitlines()[loss.span.line - 1]
    assert line[loss.span.column - 1 : loss.span.column] in set('"{1n')


@pytest.mark.parametrize("document", ["text", 1, [1], {"@value": "a"}])
def test_a_value_that_is_about_nothing_is_told(document: Any) -> None:
    found = reading({"@graph": [KEPT, document]})
    assert [loss.kind for loss in found.losses] == ["free-value"]


def test_nothing_is_told_where_nothing_gets_lost() -> None:
    assert reading(PLACED).losses == ()
    assert reading([KEPT, {"@id": "http://e/only-named"}, {}]).losses == ()


@pytest.mark.parametrize("case", LOST)
def test_a_file_that_says_nothing_else_is_an_error_or_says_something(case: str) -> None:
    try:
        found = reading(LOST[case][0])
    except SourceError as error:
        assert error.message.startswith("It says nothing: all that is in it gets lost.")
        assert error.line
    else:
        assert found.quads


def test_an_empty_document_is_no_error() -> None:
    assert reading({}).quads == []


def test_a_name_twice_is_refused_at_its_place() -> None:
    with pytest.raises(SourceError) as caught:
        read('{"@id": "http://e/a",\n "http://e/p": "1", "http://e/p": "2"}', FILE)
    assert (caught.value.line, caught.value.column) == (2, 21)
    assert caught.value.message == 'The name "http://e/p" is in this object twice.'


def test_losses_are_findings_and_notes(run: Run, tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.jsonld", tmp_path / "shapes.ttl"
    data.write_text(json.dumps([KEPT, {"@id": "http://e/a b", "http://e/p": 1}]))
    shapes.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> . <u:s> a sh:NodeShape .")
    found = run("validate", data, "--shapes", shapes, code=1)
    assert f'{data}:1:58: violation: "http://e/a b" is not an IRI' in found.text
    assert "($[1]['@id'])" in found.text
    answer = run("query", "--data", data, "ASK { ?s ?p ?o }")
    assert f'{data}:1:58: "http://e/a b" is not an IRI' in answer.err


# --- What would take for ever, or all memory ---------------------------------------------------

HOSTILE = {
    "deep": '{"@context": {"@vocab": "http://e/"}, "a": '
    + '{"a": ' * DEEP
    + "1"
    + "}" * DEEP
    + "}",
    "deep lists": '{"http://e/a": ' + "[" * DEEP + "]" * DEEP + "}",
    "deep JSON": '{"http://e/a": {"@type": "@json", "@value": ' + "[" * DEEP + "]" * DEEP + "}}",
    "a deep context": '{"@context": ' + "[" * DEEP + "]" * DEEP + ', "http://e/a": 1}',
    "400 digits": '{"http://e/a": ' + "9" * 400 + "}",
    "5,000 digits": '{"http://e/a": ' + "9" * 5000 + "}",
    "an exponent": '{"http://e/a": 1e400}',
    "half a character": '{"http://e/a": "\\ud800"}',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_document_is_refused(case: str) -> None:
    with pytest.raises(SourceError):
        reading(HOSTILE[case])


def test_a_text_of_sixteen_megabytes_is_read() -> None:
    text = "a" * (1 << 24)
    found = parsing.parse_text(json.dumps({"http://e/p": text}), JSONLD, FILE)
    assert isinstance(found.quads[0].object, ox.Literal)
    assert len(found.quads[0].object.value) == len(text)


# --- The library -------------------------------------------------------------------------------

# What of PyLD is overruled or called, beside what it documents: its names and parameters.
PRIVATE = {
    "_expand": [
        "active_ctx",
        "active_property",
        "element",
        "options",
        "inside_list",
        "inside_index",
        "type_scoped_ctx",
    ],
    "_create_term_definition": [
        "active_ctx",
        "local_ctx",
        "term",
        "defined",
        "options",
        "override_protected",
        "validate_scoped",
    ],
    "_expand_object": [
        "active_ctx",
        "active_property",
        "expanded_active_property",
        "element",
        "expanded_parent",
        "options",
        "inside_list",
        "type_key",
        "type_scoped_ctx",
    ],
    "_expand_iri": ["active_ctx", "value", "base", "vocab", "local_ctx", "defined"],
    "process_context": ["active_ctx", "local_ctx", "options"],
}


@pytest.mark.parametrize("name", PRIVATE)
def test_pylds_private_parts_are_where_they_were(name: str) -> None:
    parameters = list(inspect.signature(getattr(pyld.JsonLdProcessor, name)).parameters)
    assert parameters[1:] == PRIVATE[name]


def test_pyld_asks_for_lower_case_only_of_language_tags() -> None:
    """What is read keeps the case of tags because its texts stay as they are."""
    source = inspect.getsource(pyld)
    calls = [line.strip() for line in source.splitlines() if ".lower()" in line]
    assert [line for line in calls if "lower() if _is_string(v)" in line or "key.lower()" in line]
    assert len(calls) == 6, calls


def test_one_module_alone_touches_pyld() -> None:
    package = ROOT / "mipex_kg"
    users = [path for path in package.rglob("*.py") if "import pyld" in path.read_text()]
    users += [path for path in package.rglob("*.py") if "from pyld" in path.read_text()]
    assert {path.name for path in users} == {"processor.py"}


def test_pyld_is_pinned_to_its_minor_version() -> None:
    major, minor = map(int, version("pyld").split(".")[:2])
    pinned = f'"pyld>={major}.{minor},<{major}.{minor + 1}"'
    assert pinned in (ROOT / "pyproject.toml").read_text()


# --- Contexts that are not loaded, and prefixes that are not declared ------------------------

CONTEXTS = {
    "whole": '{"@id": "http://e/a", "@context": ⟦%s}',
    "among others": '{"@id": "c.jsonld",\n "@context": ["http://schema.org/",\n ⟦%s]}',
    "of a term": '{"@context": {"a": {"@id": "http://e/a",\n "@context": ⟦%s}},\n "a": {"b": 1}}',
    "imported": '{"@context": {"@version": 1.1,\n "@import": ⟦%s}, "http://e/b": 1}',
    "within": '{"@id": "http://e/a", "http://e/b": {"@context":\n⟦%s, "http://e/c": 1}}',
}


@pytest.mark.parametrize("case", CONTEXTS)
@pytest.mark.parametrize("name", ["c.jsonld", "../x/c.jsonld", "https://e.org/c", "//e.org/c"])
@pytest.mark.parametrize("base", [None, "http://e/x/y"])
def test_a_context_that_is_not_loaded_is_named_at_its_place(
    case: str, name: str, base: str | None
) -> None:
    marked = CONTEXTS[case] % f'"{name}"'
    before = marked.partition("⟦")[0].split("\n")
    with pytest.raises(SourceError, match="names the remote context") as error:
        read(marked.replace("⟦", ""), FILE, base=base)
    assert (error.value.line, error.value.column) == (len(before), len(before[-1]) + 1)


UNDECLARED = {
    "a.jsonld": '{"@context": {"s": "http://schema.org/"}, "@id": "http://e/a",\n⟦"skos:note": 1}',
    "b.jsonld": '{"@id": "http://e/a",\n "@type": ⟦"skos:Concept"}',
    "c.ttl": "<http://e/a> <http://e/b>\n⟦<skos:Concept> .",
    "d.rdf": f'<r:RDF xmlns:r="{RDF}"><r:Description r:about="http://e/a">'
    '<r:type\nr:resource=⟦"skos:Concept"/></r:Description></r:RDF>',
}


@pytest.mark.parametrize("name", UNDECLARED)
def test_a_prefix_that_is_not_declared_is_found_in_files_as_in_a_project(
    run: Run, tmp_path: Path, name: str
) -> None:
    before = UNDECLARED[name].partition("⟦")[0].split("\n")
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / name
    file.write_text(UNDECLARED[name].replace("⟦", ""))
    (tmp_path / "mipex-kg.toml").write_text(
        '[project]\nname = "p"\ntitle = "P"\nbase = "http://e/"\n'
    )
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> . <u:S> sh:targetNode <u:n> .")
    for call in (("--project", tmp_path, "validate"), ("validate", file, "--shapes", shapes)):
        text = run(*call).text
        assert "warning: <skos:" in text, text
        assert f"{name}:{len(before)}:{len(before[-1]) + 1}: warning: <skos:" in text, text
