"""Passages: the pieces of a source that facts are based on, with their offsets and quotes.

They are W3C Web Annotation's specific resources, with a text position and a text quote selector.
Offsets count Unicode code points from 0, the end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import KG, OA, PROV, SKOS, TYPE
from mipex_kg.rdf.terms import Node, Term, text_of

_HAS_SOURCE, _NOTE = OA.term("hasSource"), SKOS.term("note")
# A dismissed passage need not say that it is a passage.
PASSAGE_CLASSES = frozenset({OA.term("SpecificResource"), KG.term("DismissedPassage")})


@dataclass(frozen=True)
class Passage:
    """A piece of a source.

    :param source: IRI of the source
    :param section: the heading that it is under
    :param start: of the quote, in code points
    :param reason: why it states no fact, if it is dismissed
    :param notes: what is odd about it
    """

    iri: str
    source: str
    section: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    is_dismissed: bool
    reason: ox.Literal | None
    notes: tuple[ox.Literal, ...]


def passages_of(dataset: Dataset, source: ox.NamedNode | None = None) -> list[Passage]:
    """List the passages of a source, or of all, in the order of the text."""
    nodes = dataset.members(*PASSAGE_CLASSES) if source is None else _naming(dataset, source)
    found = [read_passage(dataset, node) for node in nodes if is_passage(dataset, node)]
    wanted = [passage for passage in found if source is None or passage.source == source.value]
    return sorted(wanted, key=lambda passage: (passage.source, passage.start, passage.iri))


def is_passage(dataset: Dataset, node: Term) -> bool:
    """Tell whether a node is a passage that can be cited: it and its source have addresses.

    Others' annotations use the same vocabulary, often of blank nodes and of parts of pictures; what
    others' graphs are derived from may be anything.
    """
    return (
        isinstance(node, ox.NamedNode)
        and not PASSAGE_CLASSES.isdisjoint(dataset.values(node, TYPE))
        and any(isinstance(source, ox.NamedNode) for source in dataset.values(node, _HAS_SOURCE))
    )


def _naming(dataset: Dataset, source: ox.NamedNode) -> list[Node]:
    """List what names a source, without a look at the passages of any other."""
    quads = (quad for quad in dataset.pointing_to(source) if quad.predicate == _HAS_SOURCE)
    return list(dict.fromkeys(quad.subject for quad in quads))


def read_passage(dataset: Dataset, node: Term) -> Passage:
    """Read a passage's description; what is missing is empty, for validation to complain about."""
    selectors = dataset.values(node, OA.term("hasSelector"))
    sources = dataset.values(node, _HAS_SOURCE)

    def selected(name: str) -> str:
        return next((text for s in selectors for text in dataset.texts(s, OA.term(name))), "")

    return Passage(
        iri=text_of(node),
        source=next((s.value for s in sources if isinstance(s, ox.NamedNode)), ""),
        section=dataset.text(node, KG.term("section")),
        start=_integer(selected("start")),
        end=_integer(selected("end")),
        exact=selected("exact"),
        prefix=selected("prefix"),
        suffix=selected("suffix"),
        is_dismissed=dataset.is_a(node, KG.term("DismissedPassage")),
        reason=dataset.literal(node, KG.term("reasoning")),
        notes=tuple(v for v in dataset.values(node, _NOTE) if isinstance(v, ox.Literal)),
    )


def _integer(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def graphs_on(dataset: Dataset, passage: str) -> list[ox.NamedNode]:
    """List the graphs that are based on a passage."""
    derived = PROV.term("wasDerivedFrom")
    found = dataset.pointing_to(ox.NamedNode(passage))
    graphs = (quad.subject for quad in found if quad.predicate == derived)
    return sorted({g for g in graphs if isinstance(g, ox.NamedNode)}, key=str)
