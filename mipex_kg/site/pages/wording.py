"""Saying terms in words: what a page calls things, properties, classes and languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox
from markupsafe import escape

from mipex_kg.dataset import things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import KG, LABELS, PREFIXES, shorten
from mipex_kg.rdf.terms import Term


class TaggedText(NamedTuple):
    """A text and its language; none for what is the same in all of them."""

    value: str
    language: str = ""

    def __str__(self) -> str:
        return self.value

    def __html__(self) -> str:
        """Write the text for a page in English, with its language if that is another one."""
        if self.language in ("", "en"):
            return escape(self.value)
        return f'<span lang="{escape(self.language)}">{escape(self.value)}</span>'


@dataclass(frozen=True, repr=False)
class Wording:
    """The words of a dataset, each looked up once.

    :param interface: the texts of the interface, by their keys
    """

    dataset: Dataset
    interface: dict[str, str]
    _labels: dict[Term, TaggedText] = field(default_factory=dict)
    _properties: dict[tuple[ox.NamedNode, bool], str] = field(default_factory=dict)

    def label(self, term: Term) -> TaggedText:
        """Name a thing, or write a value as it is."""
        if isinstance(term, ox.Literal):
            return TaggedText(term.value, term.language or "")
        found = self._labels.get(term)
        if found is None:
            found = self._labels[term] = self._find_label(term)
        return found

    def _find_label(self, term: Term) -> TaggedText:
        if text := preferred(self.dataset, term, *LABELS):
            return text
        if isinstance(term, ox.NamedNode) and not _is_vocabulary(term.value):
            return TaggedText(_shown(term.value))
        if isinstance(term, ox.BlankNode):  # whose own label is another in each build
            items = things.list_items(term, self.dataset)
            names = ", ".join(self.label(item).value for item in items)
            return TaggedText(names or self.interface["unnamed"])
        return TaggedText(things.name(term, self.dataset))

    def property(self, predicate: ox.NamedNode, *, inward: bool = False) -> str:
        """Name a property, or what it is seen from its value."""
        key = (predicate, inward)
        if key not in self._properties:
            self._properties[key] = self._find_property(predicate, inward=inward)
        return self._properties[key]

    def _find_property(self, predicate: ox.NamedNode, *, inward: bool) -> str:
        if not inward:
            return things.property_name(predicate, self.dataset)
        if text := preferred(self.dataset, predicate, KG.term("inverseLabel")):
            return text.value
        name = things.property_name(predicate, self.dataset)
        return self.interface["inverse"].format(property=name)

    def plural(self, cls: Term) -> str:
        """Name the members of a class."""
        text = preferred(self.dataset, cls, KG.term("pluralLabel"))
        return text.value if text else self.class_name(cls)

    def class_name(self, cls: Term) -> str:
        """Name a class: by its label, else by its local name taken apart."""
        if isinstance(cls, ox.NamedNode) and self.dataset.label(cls) is None:
            return things.property_name(cls, self.dataset).capitalize()
        return self.label(cls).value

    def language(self, tag: str) -> str:
        """Name a language in the language of the interface, else by its tag."""
        return self.interface.get(f"language-{tag}", tag)

    def curie(self, term: Term) -> str:
        """Write an IRI as a CURIE where one fits."""
        return shorten(term.value, self.dataset.prefixes) if isinstance(term, ox.NamedNode) else ""


def _is_vocabulary(iri: str) -> bool:
    """Tell whether an IRI names a term, for which a CURIE reads better than an address."""
    return "#" in iri or iri.startswith(tuple(PREFIXES.values()))


def _shown(iri: str) -> str:
    """Write an address as browsers do.

    >>> _shown("https://www.example.org/")
    'example.org'
    """
    return iri.partition("://")[2].removeprefix("www.").rstrip("/") or iri


def preferred(dataset: Dataset, thing: Term, *predicates: ox.NamedNode) -> TaggedText | None:
    """Choose the text that says something of a thing: by property first, then by language."""
    found = dataset.literal(thing, *predicates)
    return found and TaggedText(found.value, found.language or "")
