"""The page of an ontology: every term with what it means, what it is used of, and examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import RDF, RDFS, TYPE
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.addresses import fragments
from mipex_kg.site.pages.notes import Notes
from mipex_kg.site.pages.thing import Describer, ThingDescription

_OWL = "http://www.w3.org/2002/07/owl#"
ONTOLOGY = ox.NamedNode(_OWL + "Ontology")
CLASSES = frozenset({RDFS.term("Class"), ox.NamedNode(_OWL + "Class")})
PROPERTIES = frozenset(
    {
        RDF.term("Property"),
        ox.NamedNode(_OWL + "ObjectProperty"),
        ox.NamedNode(_OWL + "DatatypeProperty"),
        ox.NamedNode(_OWL + "AnnotationProperty"),
    }
)
_EXAMPLES = 3


class Example(NamedTuple):
    """A fact in which a term is used."""

    subject: Term
    value: Term


class TermEntry(NamedTuple):
    """A term on its ontology's page.

    :param fragment: its place on the page
    :param uses: how many things are of the class, or how many facts have the property
    """

    fragment: str
    about: ThingDescription
    uses: int
    examples: tuple[Example, ...]


def term_entries(
    things: Sequence[Node], describer: Describer, notes: Notes
) -> Mapping[str, list[TermEntry]]:
    """Describe the terms of an ontology, by what they are: classes, properties, or other."""
    entries: dict[str, list[TermEntry]] = {"classes": [], "properties": [], "others": []}
    for fragment, term in fragments(things).items():
        assert isinstance(term, ox.NamedNode)  # noqa: S101 - a fragment is part of an IRI
        types = set(describer.dataset.values(term, TYPE))
        kind = "classes" if types & CLASSES else "properties" if types & PROPERTIES else "others"
        quads = _uses(term, describer.dataset, is_class=kind == "classes")
        shown = [q for q in quads if not describer.privacy.concerns((q.subject, q.object))]
        examples = tuple(Example(q.subject, q.object) for q in shown[:_EXAMPLES])
        about = describer.describe(term, notes)
        entries[kind].append(TermEntry(fragment, about, len(quads), examples))
    for found in entries.values():
        found.sort(key=lambda entry: entry.about.label.value.casefold())
    return entries


def _uses(term: ox.NamedNode, dataset: Dataset, *, is_class: bool) -> list[ox.Quad]:
    """Give the facts in which a term is used, each once."""
    if is_class:
        quads = [q for q in dataset.pointing_to(term) if q.predicate == TYPE]
    else:
        quads = [q for q in dataset.quads if q.predicate == term]
    return list({quad.triple: quad for quad in quads}.values())
