"""What a dataset is called, who made it, and on which terms: all that citing it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, LABELS, SCHEMA, SCHEMA_HTTPS, TYPE
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.site.catalogue.measured import Catalogue

# What a catalogue's own vocabulary calls agents by comes before what all things have.
NAMES = (FOAF.term("name"), *LABELS, SCHEMA_HTTPS.term("name"))
_PEOPLE = frozenset({FOAF.term("Person"), SCHEMA.term("Person"), SCHEMA_HTTPS.term("Person")})


class Agent(NamedTuple):
    """Who made or publishes something."""

    name: str
    is_person: bool


@dataclass(frozen=True)
class Summary:
    """A dataset in short, in the language that the project prefers.

    :param iri: its name
    :param page: the address of its page
    :param creators: who made it; where the catalogue doesn't say, its publisher
    :param licence: an IRI; empty if there is none, as all texts may be
    :param issued: a date, as is ``modified``
    :param place: the name of the place that it is about
    """

    iri: str
    title: str
    description: str
    page: str
    creators: tuple[Agent, ...]
    publisher: Agent | None
    licence: str
    version: str
    issued: str
    modified: str
    keywords: tuple[str, ...]
    place: str


def summary_of(dataset: ox.NamedNode, catalogue: Catalogue, project: Project) -> Summary:
    """Sum up what a catalogue says of one of its datasets."""
    languages = project.languages

    def first(subject: Term, *predicates: ox.NamedNode) -> str:
        found = (catalogue.in_language(subject, each, languages) for each in predicates)
        return next((min(texts) for texts in found if texts), "")

    def value(predicate: ox.NamedNode) -> str:
        return min(catalogue.texts(dataset, predicate), default="")

    def agents(predicate: ox.NamedNode) -> list[Agent]:
        nodes = catalogue.values(dataset, predicate)
        named = ((first(node, *NAMES), node) for node in nodes)
        return sorted(
            Agent(name, not _PEOPLE.isdisjoint(catalogue.values(node, TYPE)))
            for name, node in named
            if name
        )

    publishers = agents(DCT.term("publisher"))
    places = catalogue.values(dataset, DCT.term("spatial"))
    return Summary(
        dataset.value,
        first(dataset, DCT.term("title")),
        first(dataset, DCT.term("description")),
        value(DCAT.term("landingPage")),
        tuple(agents(DCT.term("creator")) or publishers),
        publishers[0] if publishers else None,
        value(DCT.term("license")),
        value(DCAT.term("version")),
        value(DCT.term("issued")),
        value(DCT.term("modified")),
        tuple(sorted(catalogue.in_language(dataset, DCAT.term("keyword"), languages))),
        first(min(places, key=text_of), *NAMES) if places else "",
    )
