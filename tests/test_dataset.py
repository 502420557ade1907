"""What a dataset says of its things: members, names, and texts in the languages wanted."""

from __future__ import annotations

import itertools

import pyoxigraph as ox
import pytest

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import LABELS, RDFS, SCHEMA, SKOS, TYPE
from mipex_kg.rdf.quads import Quad

ADA, ZOE = ox.NamedNode("https://e.example/ada"), ox.NamedNode("https://e.example/zoe")
NAME, LABEL = SCHEMA.term("name"), RDFS.term("label")
PERSON, AGENT = SCHEMA.term("Person"), ox.NamedNode("https://e.example/Agent")


def dataset(
    *triples: tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal],
    languages: tuple[str, ...] = ("en",),
) -> Dataset:
    return Dataset(tuple(itertools.starmap(Quad, triples)), (), {"e": ADA.value[:-3]}, languages)


def named(*texts: tuple[str, str], languages: tuple[str, ...] = ("en",)) -> Dataset:
    literals = [ox.Literal(text, language=tag) if tag else ox.Literal(text) for text, tag in texts]
    return dataset(*((ADA, NAME, literal) for literal in literals), languages=languages)


def test_members_of_some_classes_come_once_in_the_order_of_the_files() -> None:
    found = dataset(
        (ZOE, TYPE, PERSON), (ADA, TYPE, AGENT), (ZOE, TYPE, AGENT), (ADA, NAME, PERSON)
    )
    assert found.members(PERSON) == [ZOE]
    assert found.members(AGENT, PERSON) == [ADA, ZOE]
    assert found.members(ADA) == []


def test_what_only_points_to_a_class_is_not_a_member() -> None:
    assert dataset((ADA, LABEL, PERSON)).members(PERSON) == []


def test_a_node_is_named_by_a_curie_or_an_iri() -> None:
    assert dataset().node("e:ada") == dataset().node(ADA.value) == ADA
    with pytest.raises(ValueError, match="Invalid IRI"):
        dataset().node("no iri")


@pytest.mark.parametrize(
    ("texts", "languages", "chosen"),
    [
        ([("Ada", "de"), ("Ada B.", "en")], ("en",), "Ada B."),
        ([("Ada", "de"), ("Ada B.", "")], ("en",), "Ada B."),
        ([("Ada", ""), ("Adela", "de")], ("en", "de"), "Ada"),
        ([("", "en"), (" \n", ""), ("Adela", "de")], ("en",), "Adela"),
        ([("Adela", "de"), ("Ada", "fr")], ("en",), "Ada"),
        ([("Colour", "en-GB"), ("Farbe", "de")], ("en", "de"), "Colour"),
        ([("Colour", "en-GB"), ("Color", "en")], ("en",), "Color"),
        ([("Colour", "EN-gb"), ("Farbe", "")], ("en",), "Colour"),
        ([("Enga", "enq"), ("Farbe", "de")], ("en", "de"), "Farbe"),
        ([("Color", "en"), ("Farbe", "de")], ("en-GB", "de"), "Farbe"),
    ],
)
def test_a_text_is_in_the_language_that_is_wanted_most(
    texts: list[tuple[str, str]], languages: tuple[str, ...], chosen: str
) -> None:
    for order in itertools.permutations(texts):
        found = named(*order, languages=languages)
        assert found.label(ADA) == chosen
        literal = found.literal(ADA, NAME)
        assert literal is not None
        assert literal.value == chosen


def test_the_first_property_with_a_text_goes_before_the_language() -> None:
    found = dataset(
        (ADA, LABEL, ox.Literal("Ada", language="en")),
        (ADA, NAME, ox.Literal("Adele", language="de")),
    )
    assert found.label(ADA) == "Adele"
    english = found.literal(ADA, *LABELS, is_strict=True)
    assert english == ox.Literal("Ada", language="en")


def test_a_text_in_another_language_is_none_where_that_is_wanted() -> None:
    found = named(("Adele", "de"))
    assert found.literal(ADA, NAME, is_strict=True) is None
    assert found.literal(ADA, SKOS.term("note")) is None


def test_the_first_value_is_given_as_text_whatever_it_is() -> None:
    found = dataset((ADA, LABEL, ZOE), (ADA, LABEL, ADA), (ZOE, NAME, ox.Literal(7)))
    assert found.text(ADA, LABEL) == ZOE.value
    assert found.text(ZOE, NAME) == "7"
    assert found.text(ZOE, LABEL) == ""
