"""What a thing is, in a sentence of the data: its description or definition."""

from __future__ import annotations

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import DC, DCT, OBO, OBO_IN_OWL, RDFS, SCHEMA, SKOS
from mipex_kg.rdf.terms import Node

# Texts that say what a thing is, the most telling one first.
DESCRIPTIONS = (
    SCHEMA.term("description"),
    DCT.term("description"),
    DC.term("description"),
    SKOS.term("definition"),
    OBO.term("IAO_0000115"),  # definition
    OBO_IN_OWL.term("hasDefinition"),
    RDFS.term("comment"),
)


def description_of(
    thing: Node, dataset: Dataset, languages: tuple[str, ...] | None = None
) -> ox.Literal | None:
    """Choose the text that says what a thing is, in a language of the project or in none.

    :param languages: to choose from, instead of the project's
    """
    return dataset.literal(thing, *DESCRIPTIONS, languages=languages, is_strict=True)
