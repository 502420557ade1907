"""Describing a thing in words: what it is, what is said of it, and what points to it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import things
from mipex_kg.dataset.account import Part, Said, SaidValue
from mipex_kg.dataset.accounts import Accounts
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.provenance import kind_of
from mipex_kg.dataset.rows import Rows, by_name
from mipex_kg.rdf.collation import sort_key
from mipex_kg.rdf.languages import covers, preference
from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.terms import Term, as_json, text_of

# The place of a property that no group has, and its heading.
_LAST = (sys.maxsize, "")


@dataclass(frozen=True)
class DescribedValue:
    """One value of a property, or one thing that points here.

    :param properties: that have it as a value; those that have the same name in words are one.
        What another thing says in the other direction is said by the inverse, as on a page
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

        told = self.without_folded()
        facts = [(fact.name, value) for fact in told.facts for value in fact.values]
        facts += [(f"← {fact.name}", value) for fact in told.pointing for value in fact.values]
        rows: list[list[html.Cell]] = []
        for name, value in facts:
            address, kinds = text_of(value.term), ", ".join(value.kinds)
            rows.append([name, html.HtmlLink(value.text, address), kinds])
            rows += [["", f"{name}: {text}", ""] for name, text in value.details]
        types = f" ({', '.join(self.types)})" if self.types else ""
        head = html.paragraph(f"{self.label}{types}")
        table = html.table(["property", "value", "how we know"], rows)
        left = f"… and {self.folded} more that repeat or follow from these"
        return "\n".join([head, table, *([html.paragraph(left)] if self.folded else [])])

    @property
    def folded(self) -> int:
        """How many values other statements say already, or more precisely."""
        every = (value for fact in (*self.facts, *self.pointing) for value in fact.values)
        return sum(value.is_folded for value in every)

    def without_folded(self) -> Description:
        """Leave out the values that other statements say already."""
        facts, pointing = map(_told, (self.facts, self.pointing))
        return replace(self, facts=facts, pointing=pointing)


def _told(facts: Iterable[PropertyValues]) -> tuple[PropertyValues, ...]:
    kept = (
        fact._replace(values=tuple(value for value in fact.values if not value.is_folded))
        for fact in facts
    )
    return tuple(fact for fact in kept if fact.values)


def describe(
    dataset: Dataset, thing: ox.NamedNode, languages: Sequence[str] | None = None
) -> Description:
    """Describe a thing: write the account of it in words, as one list of properties.

    :param languages: to prefer for labels and texts, instead of the project's
    """
    wanted = tuple(languages or dataset.languages)
    words = _PlainWords(dataset, wanted)
    rows = Rows(dataset, words, wanted)
    # The members of a class are not listed.
    account = Accounts(rows, untold=frozenset({TYPE})).of(thing)
    told = [said for said in account.said if said.predicate != TYPE]
    writer = _Describer(rows, words, thing)
    return Description(
        thing,
        words.text(thing),
        account.lead.value if account.lead else "",
        tuple(sorted({words.text(said.end) for said in account.of(Part.CLASS)})),
        tuple(sorted(dataset.values(thing, TYPE), key=text_of)),
        writer.properties(said for said in told if not said.is_inward),
        writer.properties(said for said in told if said.is_inward),
    )


@dataclass(frozen=True)
class _PlainWords:
    """The words of descriptions: labels of the data, else the names of terms taken apart."""

    dataset: Dataset
    languages: tuple[str, ...]
    _properties: dict[ox.NamedNode, str] = field(default_factory=dict)

    @property
    def interface(self) -> Mapping[str, str]:
        # Imported here: few things are in axioms.
        from mipex_kg.dataset.words import english

        return english().texts

    def label(self, term: Term) -> tuple[str, str]:
        found = self.dataset.literal(term, *self.dataset.labels, languages=self.languages)
        return (found.value, found.language or "") if found else (self.text(term), "")

    def property(self, predicate: ox.NamedNode, *, inward: bool = False) -> str:  # noqa: ARG002
        name = self._properties.get(predicate)
        if name is None:
            name = things.property_name(predicate, self.dataset, self.languages)
            self._properties[predicate] = name
        return name

    def class_name(self, cls: Term) -> str:
        return self.text(cls)

    def expression(self, term: Term) -> str | None:
        return things.expression(term, self.dataset)

    def order(self, term: Term) -> tuple[bool, int, str]:
        """Sort things by name, texts by language; what stands between things comes first."""
        language = (term.language or "") if isinstance(term, ox.Literal) else ""
        rank, _ = preference(language, self.languages)
        return not self.dataset.is_nested(term), rank, self.text(term).casefold()

    def text(self, term: Term) -> str:
        """Write a term: a label or a value, in brackets its language if it isn't the first one."""
        if isinstance(term, ox.Literal):
            own = any(covers(each, term.language or "") for each in self.languages[:1])
            return term.value if own or not term.language else f"{term.value} ({term.language})"
        label = self.dataset.label(term, self.languages)
        return label or things.name(term, self.dataset)


@dataclass(frozen=True)
class _Describer:
    rows: Rows
    words: _PlainWords
    thing: ox.NamedNode
    detailed: set[Term] = field(default_factory=set)

    def properties(self, said: Iterable[Said]) -> tuple[PropertyValues, ...]:
        """Write what is said by property: names first, then in the order of the project's pages."""
        groups = by_name(said)
        places = {
            name: min(((s.place, s.heading) for s in group if s.place is not None), default=_LAST)
            for name, group in groups.items()
        }

        def order(name: str) -> tuple[bool, int, int, str]:
            naming = self.rows.dataset.naming
            is_name = any(said.predicate in naming for said in groups[name])
            return not is_name, places[name][0], self.rows.rank(groups[name]), sort_key(name)

        return tuple(
            PropertyValues(
                name, tuple(map(self._value, self.rows.values(groups[name]))), places[name][1]
            )
            for name in sorted(groups, key=order)
        )

    def _value(self, value: SaidValue) -> DescribedValue:
        return DescribedValue(
            self.words.text(value.term),
            value.term,
            tuple(sorted({said.predicate for said in value.said}, key=text_of)),
            tuple(sorted({kind_of(self.rows.dataset, said.quad) for said in value.said})),
            tuple(self._details(value.term)),
            value.is_folded,
        )

    def _details(self, node: Term) -> Iterator[tuple[str, str]]:
        """Say what else a node between things links, once."""
        if isinstance(node, ox.Literal) or node in self.detailed:
            return
        is_inner = self.rows.is_inner(node)
        if not is_inner and not self.rows.is_between(node):
            return
        self.detailed.add(node)
        seen = {self.words.text(self.thing).casefold()}
        beside = (s for s in self.rows.beside(self.thing, node) if not (is_inner and s.is_inward))
        for said in sorted(beside, key=lambda said: (said.is_inward, str(said.quad))):
            text = self.words.text(said.end)
            if text.casefold() not in seen:
                seen.add(text.casefold())
                yield f"{'← ' * said.is_inward}{said.name}", text
