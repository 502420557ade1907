"""Rows: what is said of a thing by property, with the values in order and what is drawn in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.account import AccountWords, Said, SaidRow, SaidValue, Within
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.foreign_texts import part_languages
from mipex_kg.dataset.list_items import list_items
from mipex_kg.rdf.collation import sort_key
from mipex_kg.rdf.namespaces import DCAT, OBO_IN_OWL, SCHEMA, SKOS, TYPE, in_http
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term

# What leads from a dataset to its files, and what is shown whole where it is linked.
DISTRIBUTION = frozenset({DCAT.term("distribution"), SCHEMA.term("distribution")})
_WHOLE = DISTRIBUTION | {DCAT.term("accessService")}
_ALSO_NAMING = frozenset(
    {SCHEMA.term("alternateName"), SKOS.term("altLabel"), OBO_IN_OWL.term("hasExactSynonym")}
)
# Notes on how a thing came to be described so, not on what it is.
_HISTORY = frozenset(SKOS.term(name) for name in ("changeNote", "editorialNote", "historyNote"))
# So deep nodes are drawn within nodes.
_DEEPEST = 4
# A thing, behind those in which it is drawn.
Path: TypeAlias = tuple[Node, ...]


def _nothing(_thing: Node) -> AbstractSet[Term]:
    return frozenset()


@dataclass(frozen=True)
class Rows:
    """Makes rows of what is said of things.

    :param languages: of texts, the preferred one first
    :param hidden: gives what must not be named with a thing
    :param most: so many values of a row, and items of a list, are given; None for all
    """

    dataset: Dataset
    words: AccountWords
    languages: Sequence[str]
    hidden: Callable[[Node], AbstractSet[Term]] = field(default=_nothing)
    most: int | None = None

    def ranked(self, said: Iterable[Said], path: Path = ()) -> tuple[SaidRow, ...]:
        """Make rows: other names, then links, then texts and numbers, each by their names.

        :param path: the thing that they are about, behind those in which it is drawn; nothing is
            drawn within values without it
        """
        groups = by_name(said)
        ordered = sorted(groups, key=lambda name: (self.rank(groups[name]), sort_key(name)))
        return tuple(self.row(name, groups[name], path) for name in ordered)

    def alphabetic(self, said: Iterable[Said]) -> tuple[SaidRow, ...]:
        """Make rows in the order of their names."""
        groups = by_name(said)
        return tuple(self.row(name, groups[name]) for name in sorted(groups, key=sort_key))

    def placed(self, said: Iterable[Said], path: Path = ()) -> tuple[SaidRow, ...]:
        """Make rows in the order that the project has set."""
        groups = by_name(sorted(said, key=lambda each: each.place or 0))
        return tuple(self.row(name, groups[name], path) for name in groups)

    def row(self, name: str, said: Sequence[Said], path: Path = ()) -> SaidRow:
        """Make a row, with as many values as are given."""
        by_end = _by_end(said)
        values = self._values(by_end, path, self.most)
        return SaidRow(name, values, len(by_end) - len(values))

    def values(self, said: Iterable[Said], path: Path = ()) -> tuple[SaidValue, ...]:
        """Give all values, in their order."""
        return self._values(_by_end(said), path, None)

    def _values(
        self, by_end: dict[Term, list[Said]], path: Path, most: int | None
    ) -> tuple[SaidValue, ...]:
        ordered = list(by_end)
        if len(ordered) > 1:
            order = self.words.order
            ordered.sort(key=lambda term: (order(term), self._content(term)))
        return tuple(self._value(term, by_end[term], path) for term in ordered[:most])

    def _value(self, term: Term, said: Sequence[Said], path: Path) -> SaidValue:
        if isinstance(term, ox.Literal):
            return SaidValue(term, said)
        if 0 < len(path) <= _DEEPEST and term not in path:
            is_whole = any(in_http(each.predicate) in _WHOLE for each in said)
            if self.is_inner(term) or (is_whole and self.dataset.about(term)):
                return SaidValue(term, said, self._within(term, path))
        items = list_items(term, self.dataset)
        if any(isinstance(item, ox.NamedNode) for item in items):
            shown = tuple(self._value(item, (), ()) for item in items[: self.most])
            return SaidValue(term, said, items=shown, left=len(items) - len(shown))
        return SaidValue(term, said)

    def _within(self, node: Node, path: Path) -> Within:
        """Say of a node its name or its classes, and what it says."""
        hidden = self.hidden(path[0])
        quads = [q for q in self.dataset.about(node) if q.object not in hidden]
        label = self.dataset.literal(node, *self.dataset.labels, languages=self.languages)
        if label:
            head = label.value, label.language or ""
        else:
            classes = (self.words.class_name(q.object) for q in quads if q.predicate == TYPE)
            head = ", ".join(dict.fromkeys(classes)), ""
        said = [q for q in quads if q.predicate != TYPE and not is_text(q.object, head)]
        own, foreign = self.split_languages(said)
        rows = self.ranked(self.named(own or foreign), (*path, node))
        if not rows and not head[0]:
            head = self.words.label(node)
        return Within(head, rows)

    def beside(self, thing: Node, node: Node) -> Iterator[Said]:
        """Give what a node between says, but its names and what leads back to the thing."""
        named, dataset = self.words.property, self.dataset
        for quad in dataset.about(node):
            predicate = quad.predicate
            is_new = predicate not in dataset.naming and predicate != TYPE
            if is_new and quad.object != thing:
                yield Said(named(predicate), predicate, quad, quad.object)
        for quad in dataset.pointing_to(node):
            if quad.subject != thing and not self.is_between(quad.subject):
                name = named(quad.predicate, inward=True)
                yield Said(name, quad.predicate, quad, quad.subject, is_inward=True)

    def _content(self, term: Term) -> str:
        """Order terms of one name: blank nodes by what is said of them, as they have no other."""
        if not isinstance(term, ox.BlankNode):
            return str(term)
        told = (q for q in self.dataset.about(term) if not isinstance(q.object, ox.BlankNode))
        return " ".join(sorted(f"{q.predicate} {q.object}" for q in told))

    def rank(self, said: Sequence[Said]) -> int:
        """Give the place of a row: other names, links, texts, what is only an address, history."""
        if all(each.predicate in _HISTORY for each in said):
            return 4
        if any(self.is_naming(each.predicate) for each in said):
            return 0
        if all(isinstance(each.end, ox.Literal) for each in said):
            return 2
        return 1 if any(each.end in self.dataset.by_subject for each in said) else 3

    def is_naming(self, predicate: ox.NamedNode) -> bool:
        """Tell whether the values of a property are names, preferred or not."""
        return predicate in self.dataset.naming or in_http(predicate) in _ALSO_NAMING

    def named(self, quads: Iterable[Quad]) -> Iterator[Said]:
        """Say what things say of themselves, by the names of the properties."""
        name = self.words.property
        return (Said(name(q.predicate), q.predicate, q, q.object) for q in quads)

    def split_languages(self, quads: Iterable[Quad]) -> tuple[list[Quad], list[Quad]]:
        """Part facts in other languages from those in the preferred one or in none."""
        return part_languages(quads, self.languages, self.is_naming)

    def is_between(self, term: Term) -> bool:
        """Tell whether a node is between things, such as a role."""
        if isinstance(term, ox.Literal):
            return False
        return self.dataset.is_nested(term) and not self.is_said(term)

    def is_inner(self, term: Term) -> bool:
        """Tell whether a node is drawn under the property that links it, instead of by itself."""
        if isinstance(term, ox.Literal) or not self.dataset.needs_no_name(term):
            return False
        return bool(self.dataset.about(term)) and not self.is_said(term)

    def is_said(self, term: Term) -> bool:
        """Tell whether a node is a list or a class expression, which words stand for."""
        is_list = bool(list_items(term, self.dataset))
        return is_list or self.words.expression(term) is not None


def is_text(term: Term, text: tuple[str, str]) -> bool:
    """Tell whether a value is just this text, in its language or in none."""
    if not isinstance(term, ox.Literal):
        return False
    value, language = text
    return term.value == value and (term.language or "") in (language, "")


def by_name(said: Iterable[Said]) -> dict[str, list[Said]]:
    """Group what is said by the name of the property."""
    groups: dict[str, list[Said]] = defaultdict(list)
    for each in said:
        groups[each.name].append(each)
    return groups


def _by_end(said: Iterable[Said]) -> dict[Term, list[Said]]:
    groups: dict[Term, list[Said]] = defaultdict(list)
    for each in said:
        groups[each.end].append(each)
    return groups
