"""Describing a thing in words: what it is, what is said of it, and what points to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import provenance, things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import LABELS, TYPE
from mipex_kg.rdf.terms import Term, as_json, text_of


@dataclass(frozen=True)
class DescribedValue:
    """One value of a property, or one thing that points here.

    :param properties: that have it as a value; those that have the same name in words are one
    :param kinds: how the graphs that have it came by it: stated, concluded, inferred …
    :param details: of a node that is between things: what else it says, by property
    """

    text: str
    term: Term
    properties: tuple[ox.NamedNode, ...]
    kinds: tuple[str, ...]
    details: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it, with terms as in the results of SPARQL."""
        return {
            "text": self.text,
            "term": as_json(self.term),
            "properties": [predicate.value for predicate in self.properties],
            "kinds": list(self.kinds),
            "details": [{"property": name, "text": text} for name, text in self.details],
        }


class PropertyValues(NamedTuple):
    """The values of a property.

    :param name: of the property, in words
    """

    name: str
    values: tuple[DescribedValue, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {"property": self.name, "values": [value.as_dict() for value in self.values]}


@dataclass(frozen=True, repr=False)
class Description:
    """What is shown of a thing.

    :param types: in words
    :param classes: the same, as they are
    :param facts: by property
    :param pointing: by property: the things that have this one as a value
    """

    thing: ox.NamedNode
    label: str
    types: tuple[str, ...]
    classes: tuple[Term, ...]
    facts: tuple[PropertyValues, ...]
    pointing: tuple[PropertyValues, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it, with terms as in the results of SPARQL."""
        return {
            "thing": self.thing.value,
            "label": self.label,
            "types": [as_json(cls) for cls in self.classes],
            "facts": [fact.as_dict() for fact in self.facts],
            "pointing": [fact.as_dict() for fact in self.pointing],
        }

    def __repr__(self) -> str:
        return f"<Description: {self.label}>"

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        from mipex_kg.sparql import html

        facts = [(fact.name, value) for fact in self.facts for value in fact.values]
        facts += [(f"← {fact.name}", value) for fact in self.pointing for value in fact.values]
        rows: list[list[html.Cell]] = [
            [name, html.HtmlLink(value.text, text_of(value.term)), ", ".join(value.kinds)]
            for name, value in facts
        ]
        types = f" ({', '.join(self.types)})" if self.types else ""
        head = html.paragraph(f"{self.label}{types}")
        return f"{head}\n{html.table(['property', 'value', 'how we know'], rows)}"


def describe(
    dataset: Dataset, thing: ox.NamedNode, languages: Sequence[str] | None = None
) -> Description:
    """Describe a thing.

    Properties that have the same name in words are one here, whichever vocabularies they are of.

    :param languages: to prefer for labels and texts, in place of the project's
    """
    describer = _Describer(dataset, thing, tuple(languages or dataset.languages))
    classes = dataset.values(thing, TYPE)
    return Description(
        thing,
        describer.text(thing),
        tuple(sorted({describer.text(cls) for cls in classes})),
        tuple(sorted(classes, key=text_of)),
        describer.grouped(dataset.about(thing), inward=False),
        describer.grouped(dataset.pointing_to(thing), inward=True),
    )


@dataclass(frozen=True)
class _Describer:
    dataset: Dataset
    thing: ox.NamedNode
    languages: tuple[str, ...]
    detailed: set[Term] = field(default_factory=set)

    def grouped(self, quads: Iterable[ox.Quad], *, inward: bool) -> tuple[PropertyValues, ...]:
        """Group quads by their property's name: names of the thing first, then by the alphabet."""
        groups: dict[str, dict[Term, list[ox.Quad]]] = defaultdict(lambda: defaultdict(list))
        naming = set()
        for quad in quads:
            if quad.predicate == TYPE:
                continue
            name = things.property_name(quad.predicate, self.dataset, self.languages)
            groups[name][quad.subject if inward else quad.object].append(quad)
            if quad.predicate in LABELS:
                naming.add(name)
        ordered = sorted(groups, key=lambda name: (name not in naming, name.casefold()))
        return tuple(PropertyValues(name, self._values(groups[name])) for name in ordered)

    def _values(self, by_term: dict[Term, list[ox.Quad]]) -> tuple[DescribedValue, ...]:
        return tuple(
            DescribedValue(
                self.text(term),
                term,
                tuple(sorted({quad.predicate for quad in quads}, key=text_of)),
                self._kinds(quads),
                tuple(self._details(term)),
            )
            for term, quads in sorted(by_term.items(), key=lambda item: self._order(item[0]))
        )

    def _order(self, term: Term) -> tuple[bool, int, str]:
        """Sort things by name, texts by language; what stands between things comes first."""
        language = (term.language or "") if isinstance(term, ox.Literal) else ""
        wanted = [*self.languages, ""]
        rank = wanted.index(language) if language in wanted else len(wanted)
        return not self.dataset.is_nested(term), rank, self.text(term).casefold()

    def _kinds(self, quads: Iterable[ox.Quad]) -> tuple[str, ...]:
        kinds = {provenance.kind_of(self.dataset, quad) for quad in quads}
        return tuple(sorted(kinds))

    def _details(self, term: Term) -> Iterator[tuple[str, str]]:
        """Say what else a node between things says, once: not its name, nor what leads back."""
        is_list = bool(things.list_items(term, self.dataset))
        if is_list or term in self.detailed or not self.dataset.is_nested(term):
            return
        self.detailed.add(term)
        seen = {self.text(self.thing).casefold()}
        for quad in sorted(self.dataset.about(term), key=str):
            text = self.text(quad.object)
            if quad.predicate not in (*LABELS, TYPE) and text.casefold() not in seen:
                seen.add(text.casefold())
                yield things.property_name(quad.predicate, self.dataset, self.languages), text

    def text(self, term: Term) -> str:
        """Write a term: a label or a value, in brackets its language if it isn't the first one."""
        if isinstance(term, ox.Literal):
            foreign = term.language and term.language not in self.languages[:1]
            return f"{term.value} ({term.language})" if foreign else term.value
        label = self.dataset.label(term, self.languages)
        return label or things.name(term, self.dataset)
