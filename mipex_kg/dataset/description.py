"""Describing a thing in words: what it is, what is said of it, and what points to it."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import provenance, things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.folding import Folding
from mipex_kg.dataset.leads import description_of
from mipex_kg.rdf.languages import covers, preference
from mipex_kg.rdf.namespaces import TYPE, in_http
from mipex_kg.rdf.terms import Term, as_json, text_of

# The place of a property that no group has, and its heading.
_LAST = (sys.maxsize, "")


@dataclass(frozen=True)
class DescribedValue:
    """One value of a property, or one thing that points here.

    :param properties: that have it as a value; those that have the same name in words are one
    :param kinds: how the graphs that have it came by it: stated, concluded, inferred …
    :param details: of a node that is between things: what else it says, by property
    :param is_folded: whether other statements say it already, or more precisely
    """

    text: str
    term: Term
    properties: tuple[ox.NamedNode, ...]
    kinds: tuple[str, ...]
    details: tuple[tuple[str, str], ...] = ()
    is_folded: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it, with terms as in the results of SPARQL."""
        return {
            "text": self.text,
            "term": as_json(self.term),
            "properties": [predicate.value for predicate in self.properties],
            "kinds": list(self.kinds),
            "details": [{"property": name, "text": text} for name, text in self.details],
            "folded": self.is_folded,
        }


class PropertyValues(NamedTuple):
    """The values of a property.

    :param name: of the property, in words
    :param group: the heading under which the project's pages show it; empty without one
    """

    name: str
    values: tuple[DescribedValue, ...]
    group: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        values = [value.as_dict() for value in self.values]
        return {"property": self.name, "group": self.group, "values": values}


@dataclass(frozen=True, repr=False)
class Description:
    """What is shown of a thing.

    :param types: in words, without those that say less than others
    :param classes: all of them, as they are
    :param lead: a sentence that says what it is; empty if there is none
    :param facts: by property, in the order in which the project's pages show them
    :param pointing: by property: the things that have this one as a value
    """

    thing: ox.NamedNode
    label: str
    lead: str
    types: tuple[str, ...]
    classes: tuple[Term, ...]
    facts: tuple[PropertyValues, ...]
    pointing: tuple[PropertyValues, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it, with terms as in the results of SPARQL."""
        return {
            "thing": self.thing.value,
            "label": self.label,
            "description": self.lead,
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

    :param languages: to prefer for labels and texts, instead of the project's
    """
    wanted = tuple(languages or dataset.languages)
    about, pointing = dataset.about(thing), dataset.pointing_to(thing)
    folded = Folding(dataset).of(about, pointing)
    describer = _Describer(dataset, thing, wanted, folded)
    lead = description_of(thing, dataset, wanted)
    classes = dataset.values(thing, TYPE)
    return Description(
        thing,
        describer.text(thing),
        lead.value if lead else "",
        describer.types(about),
        tuple(sorted(classes, key=text_of)),
        describer.grouped(about, inward=False),
        describer.grouped(pointing, inward=True),
    )


@dataclass(frozen=True)
class _Describer:
    dataset: Dataset
    thing: ox.NamedNode
    languages: tuple[str, ...]
    folded: AbstractSet[ox.Quad]
    detailed: set[Term] = field(default_factory=set)

    def types(self, about: Iterable[ox.Quad]) -> tuple[str, ...]:
        """Name the classes of the thing that say most."""
        quads = (q for q in about if q.predicate == TYPE and q not in self.folded)
        return tuple(sorted({self.text(quad.object) for quad in quads}))

    def grouped(self, quads: Iterable[ox.Quad], *, inward: bool) -> tuple[PropertyValues, ...]:
        """Group quads by their property's name.

        Names of the thing are first, then what the project's pages have first, then the rest by the
        alphabet.
        """
        groups: dict[str, dict[Term, list[ox.Quad]]] = defaultdict(lambda: defaultdict(list))
        naming, places = set(), self._places(inward=inward)
        found: dict[str, tuple[int, str]] = {}
        for quad in quads:
            if quad.predicate == TYPE:
                continue
            name = things.property_name(quad.predicate, self.dataset, self.languages)
            groups[name][quad.subject if inward else quad.object].append(quad)
            if quad.predicate in self.dataset.naming:
                naming.add(name)
            place = places.get(in_http(quad.predicate), _LAST)
            found[name] = min(found.get(name, _LAST), place)
        ordered = sorted(groups, key=lambda n: (n not in naming, found[n][0], n.casefold()))
        return tuple(PropertyValues(n, self._values(groups[n]), found[n][1]) for n in ordered)

    def _places(self, *, inward: bool) -> dict[ox.NamedNode, tuple[int, str]]:
        """Give the place and the heading that the project has set for properties of the thing."""
        groups = self.dataset.arrangement.of(self.dataset.values(self.thing, TYPE))
        ways = ((way, heading) for heading, ways in groups.items() for way in ways)
        return {
            way.predicate: (place, heading)
            for place, (way, heading) in enumerate(ways)
            if way.is_inward == inward
        }

    def _values(self, by_term: dict[Term, list[ox.Quad]]) -> tuple[DescribedValue, ...]:
        return tuple(
            DescribedValue(
                self.text(term),
                term,
                tuple(sorted({quad.predicate for quad in quads}, key=text_of)),
                self._kinds(quads),
                tuple(self._details(term)),
                self.folded >= set(quads),
            )
            for term, quads in sorted(by_term.items(), key=lambda item: self._order(item[0]))
        )

    def _order(self, term: Term) -> tuple[bool, int, str]:
        """Sort things by name, texts by language; what stands between things comes first."""
        language = (term.language or "") if isinstance(term, ox.Literal) else ""
        rank, _ = preference(language, self.languages)
        return not self.dataset.is_nested(term), rank, self.text(term).casefold()

    def _kinds(self, quads: Iterable[ox.Quad]) -> tuple[str, ...]:
        kinds = {provenance.kind_of(self.dataset, quad) for quad in quads}
        return tuple(sorted(kinds))

    def _details(self, term: Term) -> Iterator[tuple[str, str]]:
        """Say what else a node between things links, once: not its name, nor what leads back."""
        is_said = isinstance(term, ox.BlankNode) and things.meaning(term, self.dataset)
        if is_said or term in self.detailed or not self.dataset.is_nested(term):
            return
        self.detailed.add(term)
        seen = {self.text(self.thing).casefold()}
        for quad in sorted(self.dataset.about(term), key=str):
            text = self.text(quad.object)
            if quad.predicate not in {*self.dataset.naming, TYPE} and text.casefold() not in seen:
                seen.add(text.casefold())
                yield things.property_name(quad.predicate, self.dataset, self.languages), text
        for quad in sorted(self.dataset.pointing_to(term), key=str):
            text = self.text(quad.subject)
            if text.casefold() not in seen:
                seen.add(text.casefold())
                name = things.property_name(quad.predicate, self.dataset, self.languages)
                yield f"← {name}", text

    def text(self, term: Term) -> str:
        """Write a term: a label or a value, in brackets its language if it isn't the first one."""
        if isinstance(term, ox.Literal):
            own = any(covers(each, term.language or "") for each in self.languages[:1])
            return term.value if own or not term.language else f"{term.value} ({term.language})"
        label = self.dataset.label(term, self.languages)
        return label or things.name(term, self.dataset)
