"""Writing quads: what is written is read back as the same quads, by anyone who reads it.

The properties are tried on datasets that nobody would write by hand: cyclic lists, blank nodes that
name graphs, literals of control characters, lexical forms that are wrong or not canonical.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf import parsing, serialization, statements
from mipex_kg.rdf.formats import FORMATS, JSONLD, NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE, Format
from mipex_kg.rdf.jsonld import compaction, processing
from mipex_kg.rdf.jsonld.contexts import prefix_context
from mipex_kg.rdf.namespaces import KG, OA, PROV, RDF, TYPE, XSD
from mipex_kg.rdf.quads import AnyQuad, QuadColumns, for_engine
from mipex_kg.rdf.serialization import write
from mipex_kg.rdf.statements import Words
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.documents import Publication
from mipex_kg.system.errors import SourceError, UsageError
from mipex_kg.validation.validated import ValidatedDataset
from tests.conftest import Run

Quads = list[ox.Quad]
Read = Callable[[bytes, Format], Quads]
FIRST, REST, NIL = RDF.term("first"), RDF.term("rest"), RDF.term("nil")
DEFAULT = ox.DefaultGraph()


# --- Datasets by hypothesis ----------------------------------------------------------------

NAMESPACES = (
    "http://e/",
    "http://e/ns#",
    "http://e/ns",
    "http://e/ns#deep/",
    "http://schema.org/",
    "urn:x:",
)
# Escaped in Turtle's local names, not allowed in them, letters for Python but not for Turtle, marks
# that can't come first, what lies beyond the BMP.
ODD = "aZ_0-.~:/#?%é²ªµ①𐐷·'()*,;=&!$+@\u0302٣ǅЖ字"


def is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


LOCALS = st.text(st.sampled_from(ODD), max_size=5).map(lambda text: text.replace("%", "%4A"))
IRIS = st.builds(str.__add__, st.sampled_from(NAMESPACES), LOCALS).filter(is_iri).map(ox.NamedNode)
PLAIN = st.sampled_from([ox.NamedNode(f"http://e/{name}") for name in "abc"])
SPECIAL = st.sampled_from(
    [
        RDF.term(name)
        for name in ("type", "nil", "first", "rest", "List", "li", "_1", "Description", "value")
    ]
)
BLANKS = st.integers(0, 4).map(lambda number: ox.BlankNode(f"b{number}"))
WORDS = st.text(
    st.sampled_from("ab.é𝒳\"'\\\n\r\t\x01\x08\x0b\x0c\x1b\x7f\x85\u2028\ufffe\uffff ]<&#{"),
    max_size=6,
)
FORMS = st.sampled_from(
    [
        *("01", "2.50", "+1", "1.", ".5", "-0", "1E3", "1.0e0", "1e", "INF", "0.0000001", "9" * 19),
        *("true", "1", "TRUE", "2020-02-30", "2020-01-01T00:00:00+00:00", "P12M", '{"a":1.0}'),
        *("<b>x</b>", "", " 1 ", "a  b"),
    ]
)
# Not xsd:token and xsd:normalizedString: rdflib changes their white space, whoever writes them.
XSD_TYPES = ["integer", "decimal", "double", "float", "boolean", "string", "date", "dateTime"]
XSD_TYPES += ["duration", "anyURI", "hexBinary", "gYear", "byte"]
TYPES = st.sampled_from(
    [XSD.term(name) for name in XSD_TYPES]
    + [RDF.term(name) for name in ("HTML", "XMLLiteral", "JSON", "PlainLiteral")]
    + [ox.NamedNode("http://e/ns#type"), ox.NamedNode("https://www.w3.org/ns/i18n#ar-eg_rtl")]
)
LANGUAGES = st.sampled_from(["en", "en-GB", "de-at-1996", "x-y"])
LITERALS = (
    WORDS.map(ox.Literal)
    | st.builds(lambda form, kind: ox.Literal(form, datatype=kind), FORMS | WORDS, TYPES)
    | st.builds(lambda text, tag: ox.Literal(text, language=tag), FORMS | WORDS, LANGUAGES)
)
SUBJECTS: st.SearchStrategy[Node] = PLAIN | BLANKS | IRIS
PREDICATES = PLAIN | SPECIAL | IRIS
OBJECTS: st.SearchStrategy[Term] = PLAIN | BLANKS | LITERALS | IRIS | SPECIAL
GRAPHS = st.just(DEFAULT) | PLAIN | BLANKS
QUADS = st.builds(ox.Quad, SUBJECTS, PREDICATES, OBJECTS, GRAPHS)


def list_of(items: Sequence[Term], name: str, anchor: ox.Quad) -> Quads:
    """Make a list, and something that points to it; its cells can be items of this or others."""
    graph = anchor.graph_name
    cells = [ox.BlankNode(f"{name}{number}") for number in range(len(items))]
    nodes: list[Node] = [*cells, NIL]
    quads = [ox.Quad(anchor.subject, anchor.predicate, nodes[0], graph)]
    for cell, item, rest in zip(cells, items, nodes[1:], strict=True):
        quads += [ox.Quad(cell, FIRST, item, graph), ox.Quad(cell, REST, rest, graph)]
    return quads


CELLS = st.sampled_from([ox.BlankNode(name) for name in ("k0", "k1", "l0", "l1")])
LISTS = st.builds(list_of, st.lists(OBJECTS | CELLS, max_size=3), st.sampled_from("kl"), QUADS)
DATASETS = st.builds(
    lambda quads, lists: quads + [quad for quads in lists for quad in quads],
    st.lists(QUADS, max_size=7),
    st.lists(LISTS, max_size=2),
)
PREFIXES = st.dictionaries(
    st.sampled_from(["", "e", "n", "a-é.b", "urn", "rdf", "xsd", "xml", "ns1"]),
    st.sampled_from([*NAMESPACES, RDF, XSD]),
    max_size=5,
)
RELAXED = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


# --- Readers -------------------------------------------------------------------------------


def canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Name blank nodes by the W3C's canonicalization: equal for isomorphic datasets only."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def merged(quads: Iterable[AnyQuad]) -> Quads:
    return [ox.Quad(*quad.triple) for quad in quads]


def held(quads: Quads, format: Format) -> set[ox.Quad]:
    """Say what a document in a format has to hold."""
    return canonical(quads if format.quads else merged(quads))


def by_oxigraph(data: bytes, format: Format) -> Quads:
    return list(ox.parse(data, format=format.rdf_format))


def by_us(data: bytes, format: Format) -> Quads:
    return list(for_engine(parsing.parse_text(data.decode(), format, Path("x")).quads))


def no_loader(iri: str, _options: object) -> NoReturn:
    raise AssertionError(f"{iri} would be loaded.")


def by_pyld(data: bytes, format: Format) -> Quads:
    if format is NQUADS:
        dataset = pyld.from_rdf(data.decode(), {"format": "application/n-quads"})
    else:
        dataset = json.loads(data)
    options = {"format": "application/n-quads", "documentLoader": no_loader}
    nquads: str = pyld.to_rdf(dataset, options)
    return by_oxigraph(nquads.encode(), NQUADS)


@contextmanager
def lexical_forms_kept() -> Iterator[None]:
    """Keep rdflib from normalising literals while it reads, and from reporting those it can't."""
    before, logger = rdflib.NORMALIZE_LITERALS, logging.getLogger("rdflib.term")
    rdflib.NORMALIZE_LITERALS, logger.disabled = False, True
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS, logger.disabled = before, False


RDFLIB_NAMES = {"jsonld": "json-ld", "rdfxml": "xml", "ntriples": "nt"}


def by_rdflib(data: bytes, format: Format) -> Quads:
    dataset = rdflib.Dataset()
    with lexical_forms_kept(), warnings.catch_warnings():
        # rdflib warns of its own readers, and of booleans that are none.
        warnings.simplefilter("ignore")
        dataset.parse(data=data, format=RDFLIB_NAMES.get(format.name, format.name))
    return [
        ox.Quad(
            from_rdflib(subject),
            from_rdflib(predicate),
            from_rdflib(value),
            DEFAULT if graph in (None, DATASET_DEFAULT_GRAPH_ID) else from_rdflib(graph),
        )
        for subject, predicate, value, graph in dataset.quads()
    ]


def from_rdflib(node: object) -> Any:
    match node:
        case rdflib.URIRef():
            return ox.NamedNode(str(node))
        case rdflib.BNode():
            return ox.BlankNode(re.sub(r"\W", "", f"x{node}"))
        case rdflib.Literal(language=None):
            return ox.Literal(str(node), datatype=ox.NamedNode(node.datatype or XSD + "string"))
        case rdflib.Literal():
            return ox.Literal(str(node), language=node.language)
    raise AssertionError(node)


def test_rdflib_reads_lexical_forms_here_and_is_left_as_it_was() -> None:
    data = b'<http://e/a> <http://e/b> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    assert [quad.object for quad in by_rdflib(data, NTRIPLES)] == [
        ox.Literal("01", datatype=XSD.term("integer"))
    ]
    assert rdflib.NORMALIZE_LITERALS
    assert not logging.getLogger("rdflib.term").disabled


# --- The laws ------------------------------------------------------------------------------


def relabelled(quads: Quads, random: Random) -> Quads:
    """Give blank nodes other labels, and the quads another order, some of them twice."""
    others = [ox.BlankNode(f"z{number}") for number in range(20)]
    random.shuffle(others)
    labels: dict[Any, ox.BlankNode] = {}

    def renamed(term: Any) -> Any:
        if not isinstance(term, ox.BlankNode):
            return term
        return labels[term] if term in labels else labels.setdefault(term, others.pop())

    found = [ox.Quad(*map(renamed, (*quad.triple, quad.graph_name))) for quad in quads]
    return random.sample([*found, *found[:2]], k=len(found) + len(found[:2]))


def writable(quads: Quads, format: Format) -> Quads:
    """Leave out what RDF/XML refuses, which is for another test."""

    def is_refused(quad: ox.Quad) -> bool:
        try:
            write([quad], format, {})
        except UsageError:
            return True
        return False

    return [quad for quad in quads if format is not RDFXML or not is_refused(quad)]


# What is made is held to a law in all formats: it takes as long to make as to write.


@RELAXED
@given(quads=DATASETS, prefixes=PREFIXES, random=st.integers(0, 1 << 32).map(Random))
def test_same_quads_same_bytes(quads: Quads, prefixes: dict[str, str], random: Random) -> None:
    for format in FORMATS:
        kept = writable(quads, format)
        expected = write(kept, format, prefixes)
        assert write(relabelled(kept, random), format, prefixes) == expected, format.name


@RELAXED
@given(quads=DATASETS, prefixes=PREFIXES, nameless=st.booleans())
def test_columns_are_written_as_a_list_is(
    quads: Quads, prefixes: dict[str, str], nameless: bool
) -> None:
    if not nameless:
        quads = [q for q in quads if not any(isinstance(t, ox.BlankNode) for t in q)]
    for format in FORMATS:
        kept = writable(quads, format)
        expected = write(kept, format, prefixes)
        columns = QuadColumns(kept)
        assert columns.has_blank_nodes is any(isinstance(t, ox.BlankNode) for q in kept for t in q)
        assert write(columns, format, prefixes) == expected, format.name


READERS: dict[Format, list[Read]] = {
    format: [by_oxigraph, by_us, by_rdflib, *([by_pyld] if format in (JSONLD, NQUADS) else [])]
    for format in FORMATS
}


def readable(quads: Quads, format: Format, read: Read) -> Quads:
    """Leave out what PyLD gets wrong, whoever writes it.

    It writes every double anew; its reader of N-Quads takes other characters for line ends, knows
    only some escapes, and those not in a row.
    """
    if read is not by_pyld:
        return quads
    double, json_type, list_type = XSD.term("double"), RDF.term("JSON"), RDF.term("List")
    kept = [
        q for q in quads if not (isinstance(q.object, ox.Literal) and q.object.datatype == double)
    ]
    if format is JSONLD:
        return kept
    odd = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\ufffe\uffff\\]")
    return [
        quad
        for quad in kept
        if not isinstance(quad.object, ox.Literal)
        or not (odd.search(quad.object.value) or quad.object.datatype == json_type)
        if quad.object != list_type and quad.predicate not in (FIRST, REST)
    ]


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
@RELAXED
@given(quads=DATASETS, prefixes=PREFIXES)
def test_what_is_written_is_read_back(
    format: Format, quads: Quads, prefixes: dict[str, str]
) -> None:
    for read in READERS[format]:
        kept = writable(readable(quads, format, read), format)
        data = write(kept, format, prefixes)
        assert canonical(read(data, format)) == held(kept, format), read.__name__


# --- RDF/XML -------------------------------------------------------------------------------

REFUSED = [
    *("http://e/", "http://e/1", "http://e/a#", "http://e/p(x)", "urn:x:①", "http://e/a²", "e:-"),
    *(RDF + name for name in ("li", "Description", "RDF", "about", "ID", "bagID")),
    "http://www.w3.org/2000/xmlns/a",
]


@pytest.mark.parametrize("iri", REFUSED)
def test_rdfxml_refuses_a_property_by_name(iri: str) -> None:
    name = ox.NamedNode("http://e/name")
    quads = [ox.Quad(name, name, name), ox.Quad(name, ox.NamedNode(iri), name)]
    with pytest.raises(UsageError, match=re.escape(f"the property <{iri}>")) as refusal:
        write(quads, RDFXML, {"e": "http://e/"})
    assert refusal.value.hint


@pytest.mark.parametrize("character", "\x00\x01\x08\x0b\x0c\x1b\ufffe\uffff")
def test_rdfxml_refuses_characters_that_xml_lacks_and_names_the_literal(character: str) -> None:
    name, literal = ox.NamedNode("http://e/name"), ox.Literal(f"before{character}after")
    with pytest.raises(UsageError, match=r"before.*after") as refusal:
        write([ox.Quad(name, name, literal)], RDFXML, {})
    assert str(literal) in refusal.value.message


@pytest.mark.parametrize("iri", ["http://e/Ж", "http://e/?a&b", "http://e/²a", "e:_", RDF + "_1"])
def test_rdfxml_expresses_what_ends_in_a_name(iri: str) -> None:
    node = ox.NamedNode(iri)
    quads = [ox.Quad(node, node, node), ox.Quad(node, TYPE, node)]
    data = write(quads, RDFXML, {"xml": "http://e/", "rdf": "e:"})
    assert held(quads, RDFXML) == canonical(by_rdflib(data, RDFXML))


@RELAXED
@given(DATASETS)
def test_rdfxml_refuses_only_for_a_quad_that_it_could_not_write_alone(quads: Quads) -> None:
    try:
        write(quads, RDFXML, {})
    except UsageError as refusal:
        guilty = [quad for quad in quads if refuses(quad)]
        assert any(str(part) in refusal.message for quad in guilty for part in quad.triple)
    else:
        assert not any(refuses(quad) for quad in quads)


def refuses(quad: ox.Quad) -> bool:
    try:
        write([quad], RDFXML, {})
    except UsageError:
        return True
    return False


# --- Turtle and TriG, for people -----------------------------------------------------------

HEADER = """\
@prefix : <http://e/> .
@prefix a-b: <http://e/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unused: <http://unused/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PEOPLE = {
    "types come first, then labels by rank, then properties by their written names": """\
:x
  a a-b:T, schema:Person ;
  schema:name "Ada" ;
  skos:prefLabel "Ada"@en, "Ada"@fr ;
  rdfs:label "Ada" ;
  dct:title "Ada" ;
  :z :y ;
  <http://other/b> <http://e/ns/c> ;
  a-b:a :y, :z .
""",
    "subjects are in the order of their IRIs, blank ones last": """\
<http://a/>
  :p 1 .

:a
  :p :b .

:b
  :p 1 .

_:c14n0
  :p 1, 2 .
""",
    "a blank node that is linked once is in brackets": """\
:a
  :p [
    a :T ;
    :q [
      :r 1
    ]
  ], [] .
""",
    "a blank node that is linked twice has a label": """\
:a
  :p _:c14n0 .

:b
  :p _:c14n0 .

_:c14n0
  :q 1 .
""",
    "a circle of blank nodes is written once": """\
_:c14n0
  :p [
    :q _:c14n0
  ] .
""",
    "lists are in parentheses": """\
:a
  :p (), ( 1 "two" ( :three ) [
      :q 4
    ] ) .
""",
    "numbers and booleans in short, but where rdflib would change their form": """\
:a
  :p -7, 0, 1.50, 1E3, 2.0e-1, 5.0e+0, false, true ;
  :q "+1"^^xsd:integer, "-0"^^xsd:integer, "01"^^xsd:integer, "1"^^xsd:boolean ;
  :r ".5"^^xsd:decimal, "0.0000001"^^xsd:decimal, "1."^^xsd:decimal, "1e"^^xsd:double .
""",
    "text on one line": """\
:a
  :p "\\"quoted\\" and \\\\", "a\\tb\\nc\\rd", "é𝒳"@en, "é𝒳"^^a-b:type .
""",
    "names that would need escapes are written out": """\
:a
  :p :1-a.b, <http://e/>, <http://e/a.>, <http://e/a/b>, <http://e/ns#(x)>, a-b:_, <http://e/é> .
""",
}


@pytest.mark.parametrize("law", PEOPLE)
def test_turtle_is_written_for_people(law: str) -> None:
    reader = ox.parse(HEADER + PEOPLE[law], format=ox.RdfFormat.TURTLE)
    quads = list(reader)
    head, _, body = write(quads, TURTLE, reader.prefixes).decode().partition("\n\n")
    assert body == PEOPLE[law]
    used = [line for line in HEADER.splitlines(keepends=True) if prefix_of(line) in body]
    assert head + "\n" == "".join(used)


def prefix_of(line: str) -> str:
    return re.sub("^:", " :", line.split()[1])


def test_trig_groups_by_graph_and_labels_what_stands_in_two() -> None:
    text = """\
@prefix : <http://e/> .

:a
  :p 1 .

:g1 {
  :a
    a :T ;
    :p [
      :q ( 1 )
    ], _:c14n2 .

  :b
    :p "one\\ntwo" .
}

:g2 {
  _:c14n2
    :p 1 .
}

_:c14n3 {
  :a
    :p _:c14n3 .
}
"""
    reader = ox.parse(text, format=ox.RdfFormat.TRIG)
    assert write(list(reader), TRIG, reader.prefixes).decode() == text


def test_turtle_writes_the_merge_of_graphs() -> None:
    a, b = ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b")
    quads = [ox.Quad(a, a, a, a), ox.Quad(a, a, a, b), ox.Quad(a, a, a)]
    for format in (TURTLE, NTRIPLES):
        assert write(quads, format, {"e": "http://e/"}).count(b"a") == 3
    assert len(by_oxigraph(write(quads, RDFXML, {}), RDFXML)) == 1


@pytest.mark.parametrize("format", [TURTLE, TRIG, JSONLD, RDFXML])
@pytest.mark.parametrize("kind", ["brackets", "lists"])
def test_deep_nesting_stays_readable(format: Format, kind: str) -> None:
    """Brackets end somewhere: no reader has a stack as deep as what data can hold."""
    before, after = ("[ :p ", " ]") if kind == "brackets" else ("( ", " )")
    text = f"@prefix : <http://e/> . :a :p {before * 60}1{after * 60} ."
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    data = write(quads, format, {})
    found = by_rdflib(data, format) if format is not TRIG else by_us(data, format)
    assert canonical(found) == held(quads, format)


# --- JSON-LD -------------------------------------------------------------------------------

CONTEXT = {
    "@version": 1.1,
    "e": "http://e/",
    "ns": "http://e/ns#",
    "xsd": XSD,
    "rdf": RDF,
    "a": "e:a",
    "A": "e:a",
    "typed": {"@id": "e:a", "@container": "@type"},
    "b": {"@id": "e:b", "@type": "@id"},
    "by": {"@id": "e:b", "@container": "@id"},
    "back": {"@reverse": "e:b"},
    "c": {"@id": "e:c", "@container": "@language"},
    "plain": "e:c",
    "en": {"@id": "e:c", "@language": "en"},
    "number": {"@id": "e:c", "@type": "xsd:integer"},
    "list": {"@id": "e:a", "@container": "@list"},
    "set": {"@id": "e:b", "@container": "@set"},
}
THINGS = st.sampled_from("abc").map(lambda name: ox.NamedNode(f"http://e/{name}"))
CONTEXTS = st.just(CONTEXT) | PREFIXES.map(prefix_context)


def values_of(document: Any) -> Iterator[Any]:
    """Walk through a document's values, but for its context."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        if isinstance(value, (dict, list)) and key != "@context":
            yield from values_of(value)
        elif key != "@context":
            yield value


def check_plain(data: bytes) -> Any:
    """Read JSON-LD as JSON: its context is inline, its values are text."""
    document = json.loads(data)
    assert isinstance(document["@context"], dict)
    assert all(isinstance(value, str) for value in values_of(document))
    return document


def check_jsonld(data: bytes, quads: Quads) -> Any:
    """Read JSON-LD with three readers, and without."""
    document, expected = check_plain(data), canonical(quads)
    for read in (by_us, by_oxigraph):
        assert canonical(read(data, JSONLD)) == expected
    apart = readable(quads, JSONLD, by_pyld)
    if len(apart) == len(quads):
        assert canonical(by_pyld(data, JSONLD)) == expected
    return document


@RELAXED
@given(DATASETS, CONTEXTS)
def test_a_dataset_in_jsonld_is_lossless_in_any_context(quads: Quads, context: Any) -> None:
    check_jsonld(processing.write_dataset(serialization.canonical(quads), context), quads)


@RELAXED
@given(DATASETS, CONTEXTS, THINGS)
def test_a_framed_thing_is_lossless_in_any_context(
    quads: Quads, context: Any, thing: ox.NamedNode
) -> None:
    quads = merged(quads)
    check_jsonld(processing.write_thing(serialization.canonical(quads), thing, context), quads)


PLAIN_TERMS = st.sampled_from(
    [
        "e:a",
        "http://e/ns#",
        "ns:",
        {"@id": "e:a", "@type": "@id"},
        {"@id": "e:b", "@type": "@id", "@container": "@set"},
        {"@id": "e:b", "@type": "xsd:integer"},
        {"@id": "e:c", "@container": "@language"},
        {"@id": "e:c", "@language": "en"},
        {"@id": "e:c", "@container": ["@set"]},
        {"@id": "e:b", "@container": "@list"},
        {"@id": "e:c", "@type": "@id", "@container": ["@list"]},
        {"@id": "http://e/ns#", "@prefix": True},
        {"@reverse": "e:a"},
        "@type",
        {"@id": "rdf:type", "@type": "@id"},
        {"@id": "rdf:value", "@type": "rdf:HTML"},
    ]
)
PLAIN_CONTEXTS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "ns", "urn", "x-y"]), PLAIN_TERMS, max_size=7
).map(lambda terms: {"@version": 1.1, "e": "http://e/", "xsd": XSD, "rdf": RDF, **terms})
UNSURPRISING = st.lists(
    st.builds(ox.Quad, PLAIN | IRIS, PREDICATES, PLAIN | LITERALS | IRIS, GRAPHS), max_size=12
)


def compacted(quads: Quads, context: Any, thing: Node | None = None) -> bytes:
    """Write JSON-LD, with PyLD or without it."""
    words = Words()
    compactor = compaction.Compactor(context, words)
    ordered = statements.canonical(statements.spelled(quads, words), words)
    if thing is None:
        return compactor.write_dataset(ordered)
    return compactor.write_thing(ordered, words[thing])


@settings(RELAXED, max_examples=120)
@given(DATASETS | UNSURPRISING, CONTEXTS | PLAIN_CONTEXTS)
def test_a_dataset_is_compacted_as_pyld_does(quads: Quads, context: Any) -> None:
    by_pyld = processing.write_dataset(serialization.canonical(quads), context)
    assert compacted(quads, context).decode() == by_pyld.decode()


@settings(RELAXED, max_examples=120)
@given(DATASETS | UNSURPRISING, CONTEXTS | PLAIN_CONTEXTS, THINGS)
def test_a_thing_is_framed_as_pyld_does(quads: Quads, context: Any, thing: ox.NamedNode) -> None:
    quads = merged(quads)
    by_pyld = processing.write_thing(serialization.canonical(quads), thing, context)
    assert compacted(quads, context, thing).decode() == by_pyld.decode()


def test_what_is_usual_is_compacted_without_pyld(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the tests above compare PyLD with itself."""
    monkeypatch.setattr(processing, "write_thing", None)
    monkeypatch.setattr(processing, "write_dataset", None)
    for things in publication.things().values():
        publication.write_thing(things, publication.document(things), JSONLD)
    publication.write(publication.dataset.quads, JSONLD)


def test_a_things_jsonld_is_what_pyld_makes_of_it(publication: Publication) -> None:
    context = publication.compactor.context
    for name, things in publication.things().items():
        quads = publication.document(things)
        ordered = serialization.canonical(merged(quads))
        by_pyld = processing.write_thing(ordered, things[0], context)
        assert publication.write_thing(things, quads, JSONLD) == by_pyld, name


def test_a_framed_thing_comes_first_with_all_that_it_reaches_inside() -> None:
    text = """@prefix : <http://e/> .
        :a a :T ; :name "A" ; :knows [ :name "B" ; :lives :c ] ; :list ( 1 ( :c ) ) .
        :c :name "C" ; :back :a . :t :name "T" . :z :to :a . :T :name "class" ."""
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    context = {"@version": 1.1, "@vocab": "http://e/", "e": "http://e/"}
    canonical_quads = serialization.canonical(quads)
    data = processing.write_thing(canonical_quads, ox.NamedNode("http://e/a"), context)
    document = check_jsonld(data, quads)
    integer = {"@type": XSD + "integer", "@value": "1"}
    assert document == {
        "@context": context,
        "@graph": [
            {
                "@id": "e:a",
                "@type": "T",
                "knows": {
                    "lives": {"@id": "e:c", "back": {"@id": "e:a"}, "name": "C"},
                    "name": "B",
                },
                "list": {"@list": [integer, {"@list": [{"@id": "e:c"}]}]},
                "name": "A",
            },
            {"@id": "e:T", "name": "class"},
            {"@id": "e:t", "name": "T"},
            {"@id": "e:z", "to": {"@id": "e:a"}},
        ],
    }


def test_a_context_holds_only_what_the_document_needs() -> None:
    a, b = ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b")
    data = processing.write_dataset([ox.Quad(a, b, ox.Literal(1))], CONTEXT)
    kept = set(json.loads(data)["@context"])
    assert {"b", "e", "xsd"} <= kept
    assert not kept & {"c", "plain", "en", "number", "ns", "rdf"}


AMBIGUOUS: dict[str, dict[str, Any]] = {
    "http://e///x": {"e": "http://e/"},
    "e:x": {"e": "http://e/", "T": "e:T"},
    "urn:x": {"urn": {"@id": "http://e/", "@prefix": True}},
    "http://e/x": {"http": {"@id": "urn:", "@prefix": True}},
}


@pytest.mark.parametrize("iri", AMBIGUOUS)
def test_an_iri_that_a_context_would_make_another_is_written_out(iri: str) -> None:
    quads = [ox.Quad(ox.NamedNode(iri), TYPE, ox.NamedNode(iri))]
    document = check_jsonld(processing.write_dataset(quads, AMBIGUOUS[iri]), quads)
    assert document["@graph"] == [{"@id": iri, "@type": iri}]


BAD_CONTEXTS = {
    "cyclic": ('{"@context": {"a": "b:x", "b": "a:x"}}', "cyclic|Cyclic"),
    "remote": ('{"@context": {"@import": "http://e/context"}}', "http://e/context"),
    "a list": ('{"@context": []}', "one object"),
    "no context": ("{}", "no.*@context|@context"),
    "no JSON": ("{", "JSON"),
}


@pytest.mark.parametrize("case", BAD_CONTEXTS)
def test_a_context_that_cannot_be_used_is_refused(case: str, tmp_path: Path) -> None:
    text, reason = BAD_CONTEXTS[case]
    file = tmp_path / "context.jsonld"
    file.write_text(text)
    with pytest.raises(SourceError, match=reason) as refusal:
        processing.load_context(file)
    assert refusal.value.path == file


def test_doubles_written_as_text_keep_their_form_when_read() -> None:
    text = f'{{"@id": "e:a", "e:p": {{"@value": "1.0e+0", "@type": "{XSD}double"}}}}'
    (quad,) = by_us(text.encode(), JSONLD)
    assert quad.object == ox.Literal("1.0e+0", datatype=XSD.term("double"))


# --- The bundled graph ---------------------------------------------------------------------

TRIPLE_FORMATS = (TURTLE, JSONLD, RDFXML, NTRIPLES)
KINDS = frozenset(
    KG.term(f"{kind}Graph")
    for kind in ("Stated", "Editorial", "Reference", "Schema", "Record", "Inferred")
)


@pytest.fixture(scope="module")
def publication(project: Project, dataset: Dataset) -> Publication:
    return Publication(ValidatedDataset(project, lambda: dataset))


def test_every_thing_has_a_document_that_is_about_it(publication: Publication) -> None:
    things = publication.things()
    assert len(things) > 400
    for name, members in things.items():
        base = publication.project.base + ("" if name == "index" else name)
        assert all(isinstance(thing, ox.NamedNode) for thing in members)
        assert all(str(thing).startswith(f"<{base}") for thing in members)
        about = {quad.subject for quad in publication.document(members)}
        assert about.issuperset(members)


@pytest.mark.parametrize("format", TRIPLE_FORMATS, ids=lambda format: format.name)
def test_a_things_documents_hold_one_graph(publication: Publication, format: Format) -> None:
    for name, things in publication.things().items():
        quads = publication.document(things)
        data = publication.write_thing(things, quads, format)
        assert set(by_oxigraph(data, format)) == set(merged(quads)), name


def test_a_things_jsonld_is_a_tree_that_starts_at_it(publication: Publication) -> None:
    for name, things in publication.things().items():
        data = publication.write_thing(things, publication.document(things), JSONLD)
        document = check_jsonld(data, merged(publication.document(things)))
        tree = document.get("@graph", [document])[0]
        expanded = pyld.expand({"@context": document["@context"], "@id": tree["@id"], "e:p": ""})
        assert f"<{expanded[0]['@id']}>" == str(things[0]), name


def test_a_things_trig_says_what_each_graph_rests_on(publication: Publication) -> None:
    record = ox.NamedNode(publication.project.iri("graph/record"))
    for name, things in publication.things().items():
        quads = publication.document(things)
        found = set(by_oxigraph(publication.write_thing(things, quads, TRIG), TRIG))
        assert found.issuperset(for_engine(quads)), name
        more = found.difference(for_engine(quads))
        assert {quad.graph_name for quad in more} <= {record}, name
        kinds = {quad.subject: quad.object for quad in found if quad.object in KINDS}
        for graph in {quad.graph_name for quad in quads}:
            assert not isinstance(graph, ox.DefaultGraph)
            assert kinds[graph] != KG.term("StatedGraph") or passages_of(graph, found), name


def passages_of(graph: Term, quads: set[ox.Quad]) -> list[Term]:
    """Give the passages that a graph is based on, whose quotes are among the quads."""

    def objects(subject: Term, predicate: ox.NamedNode) -> list[Term]:
        return [q.object for q in quads if q.subject == subject and q.predicate == predicate]

    return [
        passage
        for passage in objects(graph, PROV.term("wasDerivedFrom"))
        if any(
            objects(selector, OA.term("exact"))
            for selector in objects(passage, OA.term("hasSelector"))
        )
    ]


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_the_dump_is_read_back_and_exported(
    format: Format, publication: Publication, run: Run
) -> None:
    data = publication.write(publication.dataset.quads, format)
    expected = held(list(for_engine(publication.dataset.quads)), format)
    for read in READERS[format]:
        assert canonical(read(data, format)) == expected, read.__name__
    if format is JSONLD:
        check_plain(data)
    assert run("export", "--format", format.name).out == data
