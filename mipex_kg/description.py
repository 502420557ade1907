"""Describing a thing in words: what it is, what is said of it, and what points to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg import provenance, things
from mipex_kg.dataset import LABELS, Dataset, Term
from mipex_kg.namespaces import TYPE, shorten


@dataclass(frozen=True)
class Value:
    """One value of a property, or one thing that points here.

    :param kinds: how the graphs that have it came by it: stated, concluded, inferred …
    """

    text: str
    term: Term
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """What the terminal and the pages show of a thing.

    :param facts: by property, in words
    :param pointing: by property, in words: the things that have this one as a value
    """

    thing: ox.NamedNode
    label: str
    types: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Value, ...]], ...]
    pointing: tuple[tuple[str, tuple[Value, ...]], ...]


def describe(
    dataset: Dataset, thing: ox.NamedNode, languages: Sequence[str] | None = None
) -> Description:
    """Describe a thing.

    :param languages: to prefer for labels and texts, in place of the project's
    """
    languages = languages or dataset.languages
    about = [quad for quad in dataset.about(thing) if quad.predicate != TYPE]
    types = (things.name(value, dataset) for value in dataset.values(thing, TYPE))
    return Description(
        thing,
        dataset.label(thing, languages) or shorten(thing.value, dataset.prefixes),
        tuple(sorted(set(types))),
        _grouped(dataset, about, languages, inward=False),
        _grouped(dataset, dataset.by_object.get(thing, ()), languages, inward=True),
    )


def _grouped(
    dataset: Dataset, quads: Iterable[ox.Quad], languages: Sequence[str], *, inward: bool
) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """Group quads by property: labels first, then as the alphabet has them."""
    by_property: dict[ox.NamedNode, dict[Term, list[ox.Quad]]] = defaultdict(dict)
    for quad in quads:
        term = quad.subject if inward else quad.object
        by_property[quad.predicate].setdefault(term, []).append(quad)
    ordered = sorted(by_property, key=lambda p: (p not in LABELS, things.property_name(p, dataset)))
    return tuple(
        (things.property_name(p, dataset), _values(dataset, by_property[p], languages)) for p in ordered
    )


def _values(
    dataset: Dataset, by_term: dict[Term, list[ox.Quad]], languages: Sequence[str]
) -> tuple[Value, ...]:
    def order(term: Term) -> tuple[int, str]:
        language = (term.language or "") if isinstance(term, ox.Literal) else ""
        rank = [*languages, ""].index(language) if language in [*languages, ""] else len(languages) + 1
        return rank, things.name(term, dataset).casefold()

    return tuple(
        Value(_text(term, dataset, languages), term, _kinds(dataset, by_term[term]))
        for term in sorted(by_term, key=order)
    )


def _kinds(dataset: Dataset, quads: Iterable[ox.Quad]) -> tuple[str, ...]:
    return tuple(sorted({provenance.kind_of(dataset, quad.graph_name) for quad in quads}))


def _text(term: Term, dataset: Dataset, languages: Sequence[str]) -> str:
    if isinstance(term, ox.Literal):
        foreign = term.language and term.language not in languages[:1]
        return f"{term.value} ({term.language})" if foreign else term.value
    if isinstance(term, ox.NamedNode):
        return dataset.label(term, languages) or shorten(term.value, dataset.prefixes)
    return "(unnamed)"
