"""The vocabulary and the authorities: terms that explain themselves, and facts of one authority."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCT, KG, PROV, RDFS, SCHEMA, SKOS, TYPE, Namespace
from mipex_kg.site.documents import Publication
from mipex_kg.validation.validated import ValidatedDataset
from tests.conftest import ROOT, shared_file

BASE = "https://w3id.org/mipex-kg/"
ONTOLOGY = ox.NamedNode(f"{BASE}ontology")
SCHEMA_GRAPH = ox.NamedNode(f"{BASE}graph/ontology")
OWN = f"{ONTOLOGY.value}#"
OWL = Namespace("http://www.w3.org/2002/07/owl#")

ALIGNMENTS = (
    RDFS.term("subClassOf"),
    RDFS.term("subPropertyOf"),
    SKOS.term("closeMatch"),
    SKOS.term("exactMatch"),
)
# What is written by us, in sentences: names, labels and quotes may be the page's.
OWN_WORDS = frozenset(
    {
        SCHEMA.term("description"),
        ox.NamedNode("http://www.w3.org/ns/org#purpose"),
        ox.NamedNode(f"{OWN}contribution"),
        RDFS.term("comment"),
        SKOS.term("definition"),
        SKOS.term("scopeNote"),
        SKOS.term("note"),
        KG.term("reasoning"),
    }
)
VOCABULARIES = ("kg", "ontology")
SEVEN_WORDS = 7
# The text of a licence: "description" is schema.org's.
WITHOUT_A_WORD = {str(DCT.term("description"))}


def own_terms(dataset: Dataset) -> list[ox.NamedNode]:
    """List the project's own classes and properties, as they are described."""
    return sorted(
        (
            node
            for node in dataset.by_subject
            if isinstance(node, ox.NamedNode) and node.value.startswith(OWN)
        ),
        key=str,
    )


def in_use(dataset: Dataset, term: ox.NamedNode) -> bool:
    """Tell whether a term is the class or the property of anything."""
    is_class = any(quad.predicate == TYPE for quad in dataset.by_object.get(term, ()))
    return is_class or any(quad.predicate == term for quad in dataset.quads)


def worded(dataset: Dataset) -> list[ox.NamedNode]:
    """List the terms of other vocabularies that the ontology has words for."""
    return sorted(
        {
            quad.subject
            for quad in dataset.quads
            if quad.graph_name == SCHEMA_GRAPH
            and quad.predicate == RDFS.term("label")
            and isinstance(quad.subject, ox.NamedNode)
            and not quad.subject.value.startswith(BASE)
        },
        key=str,
    )


@pytest.mark.parametrize(
    "predicate",
    [RDFS.term("label"), RDFS.term("comment"), SKOS.term("definition"), SKOS.term("scopeNote")],
    ids=lambda predicate: predicate.value.rpartition("#")[2],
)
def test_every_own_term_is_explained(dataset: Dataset, predicate: ox.NamedNode) -> None:
    for term in own_terms(dataset):
        texts = dataset.values(term, predicate)
        languages = [text.language for text in texts if isinstance(text, ox.Literal)]
        assert languages == ["en"], term


def test_every_own_term_has_its_place(dataset: Dataset) -> None:
    """It is a class or a property, says who defines it, and is beside a term that is known."""
    kinds = {OWL.term(k) for k in ("Class", "DatatypeProperty", "ObjectProperty")}
    for term in own_terms(dataset):
        assert len(kinds & set(dataset.values(term, TYPE))) == 1, term
        assert dataset.values(term, RDFS.term("isDefinedBy")) == [ONTOLOGY], term
        assert any(dataset.values(term, alignment) for alignment in ALIGNMENTS), term


def test_own_terms_are_those_in_use(dataset: Dataset) -> None:
    described = set(own_terms(dataset))
    parents = {
        quad.object for quad in dataset.quads if quad.predicate == RDFS.term("subPropertyOf")
    }
    assert [t for t in described - parents if not in_use(dataset, t)] == []
    nodes = {term for quad in dataset.quads for term in quad if isinstance(term, ox.NamedNode)}
    assert {node for node in nodes if node.value.startswith(OWN)} - described == set()


def test_words_are_for_terms_in_use(dataset: Dataset) -> None:
    """The words for others' terms are in English, one of each kind, and nothing else is said."""
    assert len(worded(dataset)) > 50
    for term in worded(dataset):
        assert in_use(dataset, term), term
        said = dataset.about(term)
        assert RDFS.term("label") in {quad.predicate for quad in said}, term
        assert len({quad.predicate for quad in said}) == len(said), term
        texts = [quad.object for quad in said if isinstance(quad.object, ox.Literal)]
        assert [text.language for text in texts] == ["en"] * len(said), term


def test_documents_of_things_say_nothing_of_the_terms_of_others(
    project: Project, dataset: Dataset
) -> None:
    publication = Publication(ValidatedDataset(project, lambda: dataset))
    foreign = set(worded(dataset))
    for name, things in publication.things().items():
        if name not in VOCABULARIES:
            described = {quad.subject for quad in publication.document(things)}
            assert not foreign & described, name


def test_the_context_has_a_word_for_every_term(dataset: Dataset) -> None:
    """No property and no class that facts and their records have is a bare IRI in JSON-LD."""
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text())["@context"]
    terms = [
        value["@id"] if isinstance(value, dict) else value
        for key, value in context.items()
        if not key.startswith("@")
    ]
    known = {expand(str(term), context) for term in terms}
    quads = [quad for quad in dataset.quads if quad.graph_name != SCHEMA_GRAPH]
    used = {quad.object if quad.predicate == TYPE else quad.predicate for quad in quads}
    assert {str(term) for term in used if str(term)[1:-1] not in known} == WITHOUT_A_WORD


def expand(term: str, context: dict[str, object]) -> str:
    prefix, _, local = term.partition(":")
    return f"{context[prefix]}{local}" if prefix in context else term


def test_a_reference_graph_has_one_authority(dataset: Dataset) -> None:
    graphs = [
        quad.subject
        for quad in dataset.by_object[KG.term("ReferenceGraph")]
        if quad.predicate == TYPE
    ]
    assert len(graphs) > 40
    for graph in graphs:
        (authority,) = dataset.values(graph, PROV.term("wasAttributedTo"))
        assert dataset.label(authority), authority
        rights = [
            *dataset.values(graph, DCT.term("license")),
            *dataset.texts(graph, DCT.term("rights")),
        ]
        assert rights, graph


def words(text: str) -> list[str]:
    return re.findall(r"[\w’-]+", text.casefold())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Give every seven words in a row."""
    found = words(text)
    return (tuple(found[i : i + SEVEN_WORDS]) for i in range(len(found) - SEVEN_WORDS + 1))


def test_sentences_are_our_own(dataset: Dataset) -> None:
    """No seven words in a row are the page's, where we write in our own words."""
    page = set(runs(shared_file("facts/who-produces-mipex.txt").read_text(encoding="utf-8")))
    texts = {
        quad.object.value
        for quad in dataset.quads
        if quad.predicate in OWN_WORDS and isinstance(quad.object, ox.Literal)
    }
    assert len(texts) > 100
    assert [text for text in texts if page & set(runs(text))] == []
