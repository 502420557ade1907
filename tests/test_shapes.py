"""Every shape finds its own fault in data that are otherwise valid, and nothing else does.

``tests/shapes/valid.ttl`` has one or two of everything. For each shape that can fail, an update
beside it breaks those data in one way: ``NAME.ru`` for the project's shape ``NAME``,
``engine/NAME.ru`` for the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.plugins.sparql import processor
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "shapes"
ENGINE_SHAPES = ROOT / "mipex_kg" / "validation" / "shapes.ttl"
SHAPE_FILES = [*sorted((ROOT / "shapes").glob("*.ttl")), ENGINE_SHAPES]

BASE = "https://w3id.org/mipex-kg/"
KG = Namespace(f"{BASE}kg#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SHAPE = Namespace(f"{BASE}shape/")

# The store of rdflib's that takes the least time; it has one graph, and answers no queries.
SIMPLE = "SimpleMemory"
SEVERITIES = {SH.Violation, SH.Warning, SH.Info}
# What a shape says besides the conditions that it sets.
NO_CONDITIONS = {
    *(SH[name] for name in ("name", "message", "severity", "property")),
    *(SH[f"target{name}"] for name in ("Class", "Node", "ObjectsOf", "SubjectsOf")),
}
# Prefixes that the examples in hints use without declaring them.
EXAMPLE_PREFIXES = {
    "activity": f"{BASE}activity/",
    "announcement": f"{BASE}announcement/",
    "country": f"{BASE}country/",
    "dct": "http://purl.org/dc/terms/",
    "edition": f"{BASE}edition/",
    "editorial": f"{BASE}graph/editorial/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "grant": f"{BASE}grant/",
    "group": f"{BASE}group/",
    "kg": f"{BASE}kg#",
    "kind": f"{BASE}kind/",
    "mipex": f"{BASE}ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "organisation": f"{BASE}organisation/",
    "page": f"{BASE}passage/annual-report/",
    "person": f"{BASE}person/",
    "post": f"{BASE}post/",
    "programme": f"{BASE}programme/",
    "project": f"{BASE}project/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "reference": f"{BASE}graph/reference/",
    "region": f"{BASE}region/",
    "results": f"{BASE}results/",
    "role": f"{BASE}role/",
    "says": f"{BASE}graph/annual-report/",
    "schema": "http://schema.org/",
    "series": f"{BASE}series/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "source": f"{BASE}source/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@pytest.fixture(scope="module", autouse=True)
def _known_sooner() -> Iterator[None]:
    """Let rdflib keep what queries mean: pySHACL gives it the same few as text, again and again.

    Let pySHACL find in a set, too, what it looks for in a list for each property of each shape.
    """

    @cache
    def kept(text: str, base: str | None, prefixes: tuple[tuple[str, str], ...]) -> Query:
        return translateQuery(parseQuery(text), base, dict(prefixes))

    def translated(text: str, base: str | None, prefixes: Mapping[str, str]) -> Query:
        return kept(text, base, tuple(prefixes.items()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processor, "parseQuery", lambda text: text)
        patch.setattr(processor, "translateQuery", translated)
        known = (set(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP)
        patch.setattr(pyshacl.shape, "CONSTRAINT_PARAMS", known, raising=False)
        yield


@cache
def shapes_graph() -> Graph:
    """Read all shapes, the project's and the engine's, into one graph."""
    graph = Graph(SIMPLE)
    for file in SHAPE_FILES:
        graph.parse(file, format="turtle")
    return graph


def all_shapes() -> list[Node]:
    """List the node shapes and the property shapes."""
    graph = shapes_graph()
    shapes = {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    return sorted(shapes, key=str)


def shapes_that_can_fail() -> list[Node]:
    """List the shapes that set a condition of their own."""
    graph = shapes_graph()
    return [
        shape
        for shape in all_shapes()
        if any(str(p).startswith(SH) and p not in NO_CONDITIONS for p in graph.predicates(shape))
    ]


def local_name(shape: Node) -> str:
    """Give the part of a shape's IRI that its fixture is named after."""
    return str(shape).removeprefix(SHAPE).removeprefix(KG)


def fixture_of(shape: Node) -> Path:
    """Give the file of the update that makes data fail a shape."""
    folder = FIXTURES / "engine" if str(shape).startswith(KG) else FIXTURES
    return folder / f"{local_name(shape)}.ru"


def broken_by(update: str) -> ox.Store:
    """Load the valid data and run an update on them."""
    store = ox.Store()
    store.load(path=FIXTURES / "valid.ttl", format=ox.RdfFormat.TURTLE)
    if update:
        store.update(update)
    return store


def results(store: ox.Store) -> list[tuple[str, str, str]]:
    """Validate a store: the source shape, the focus node and the message of each result."""
    triples = ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES)
    data = Graph().parse(data=triples, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes_graph(), inplace=True)
    assert isinstance(report, Graph)
    return sorted(
        (
            local_name(report.value(result, SH.sourceShape) or result),
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultMessage)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )


def test_valid_data_have_no_result() -> None:
    assert results(broken_by("")) == []


@pytest.mark.parametrize("shape", shapes_that_can_fail(), ids=local_name)
def test_a_shape_finds_its_own_fault_alone(shape: Node) -> None:
    fixture = fixture_of(shape)
    assert fixture.exists(), (
        f"Write {fixture.relative_to(ROOT)}: an update of tests/shapes/valid.ttl "
        f"that makes it fail {local_name(shape)} and no other shape."
    )
    found = results(broken_by(fixture.read_text(encoding="utf-8")))
    assert {name for name, _, _ in found} == {local_name(shape)}, found


@pytest.mark.parametrize(
    "fixture",
    sorted(FIXTURES.rglob("*.ru")),
    ids=lambda path: path.relative_to(FIXTURES).as_posix(),
)
def test_an_update_belongs_to_a_shape_and_says_what_is_wrong(fixture: Path) -> None:
    assert fixture in map(fixture_of, shapes_that_can_fail())
    comment, _ = fixture.read_text(encoding="utf-8").split("\n", 1)
    assert comment.startswith("# ")
    assert comment.endswith(".")


@pytest.mark.parametrize("shape", all_shapes(), ids=local_name)
def test_a_shape_tells_an_editor_what_to_do(shape: Node) -> None:
    graph = shapes_graph()
    assert isinstance(shape, URIRef)
    assert str(shape).startswith((SHAPE, KG))
    assert english(shape, SH.name)
    assert english(shape, SH.message).endswith(".")
    assert set(graph.objects(shape, SH.severity)) < SEVERITIES
    assert len(list(graph.objects(shape, SH.severity))) == 1
    if (shape, RDF.type, SH.NodeShape) in graph:
        assert english(shape, RDFS.label)
    else:
        assert list(graph.subjects(SH.property, shape)), "No node shape has this property shape."


@pytest.mark.parametrize("shape", all_shapes(), ids=local_name)
def test_a_hint_ends_in_an_example_in_turtle(shape: Node) -> None:
    advice, example = english(shape, KG.hint).split("\n", 1)
    assert advice.endswith(":")
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in EXAMPLE_PREFIXES.items())
    assert list(ox.parse(prefixes + example, format=ox.RdfFormat.TURTLE, base_iri=BASE))


def english(shape: Node, predicate: URIRef) -> str:
    """Give the one English text that a shape has for a predicate."""
    (text,) = shapes_graph().objects(shape, predicate)
    assert isinstance(text, Literal)
    assert text.language == "en"
    return str(text)


def test_the_engines_shapes_know_no_project() -> None:
    text = ENGINE_SHAPES.read_text(encoding="utf-8").replace(KG, "")
    assert "mipex" not in text.lower()
    assert fixture_of(KG.PassageShape).parent.name == "engine"
