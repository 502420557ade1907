"""The values of properties on a page, each with its marks, and what is drawn within them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.list_items import list_items
from mipex_kg.rdf.namespaces import DCAT, PICTURES, SCHEMA, SKOS, TYPE, in_http
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.distributions import WHOLE
from mipex_kg.site.pages.facts import Fact, Said, ThingValue
from mipex_kg.site.pages.foreign_texts import part_languages
from mipex_kg.site.pages.long_lists import MOST_ENTRIES
from mipex_kg.site.pages.notes import Mark, Notes
from mipex_kg.site.pages.wording import TaggedText, Wording, preferred
from mipex_kg.site.privacy import Privacy

_SIZE = DCAT.term("byteSize")
_ALSO_NAMING = frozenset({SCHEMA.term("alternateName"), SKOS.term("altLabel")})
# So deep nodes are drawn within nodes.
_DEEPEST = 4
Path: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True)
class Values:
    """Writes values, alone and grouped by property."""

    dataset: Dataset
    wording: Wording
    privacy: Privacy

    def facts(self, said: Iterable[Said], notes: Notes, path: Path) -> tuple[Fact, ...]:
        """Group facts by their property's name: other names, then links, then texts and numbers.

        :param path: the thing that they are about, behind those in which it is drawn
        """
        groups = grouped(said)
        ordered = sorted(groups, key=lambda name: (self._rank(groups[name]), name.casefold()))
        return tuple(self.fact(name, by_value(groups[name]), notes, path) for name in ordered)

    def fact(
        self, name: str, by_term: dict[Term, list[ox.Quad]], notes: Notes, path: Path = ()
    ) -> Fact:
        """Write the values of a property, as many as a page shows."""
        values = self.values(by_term, notes, MOST_ENTRIES, path)
        return Fact(name, values, len(by_term) - len(values))

    def value(
        self, term: Term, quads: Sequence[ox.Quad], notes: Notes, path: Path = ()
    ) -> ThingValue:
        """Write a value.

        :param quads: that have it, for its marks
        :param path: the things within which it is drawn; none if nothing is drawn within it
        """
        is_picture = bool(quads) and all(in_http(quad.predicate) in PICTURES for quad in quads)
        marks = notes.marks(quads)
        is_new = 0 < len(path) <= _DEEPEST and term not in path
        if is_new and not isinstance(term, ox.Literal):
            is_whole = any(in_http(quad.predicate) in WHOLE for quad in quads)
            if self.is_inner(term) or (is_whole and self.dataset.about(term)):
                return self.inner(term, marks, notes, path)
        items = list_items(term, self.dataset)
        if any(isinstance(item, ox.NamedNode) for item in items):
            shown = tuple(self.value(item, (), notes) for item in items[:MOST_ENTRIES])
            label, left = self.wording.label(term), len(items) - len(shown)
            return ThingValue(label, term, marks, items=shown, left=left)
        is_size = bool(quads) and all(quad.predicate == _SIZE for quad in quads)
        if is_size and isinstance(term, ox.Literal) and term.value.isdecimal():
            return ThingValue(TaggedText(self.wording.numbers.size(int(term.value))), term, marks)
        return ThingValue(self.wording.label(term), term, marks, is_picture)

    def values(
        self,
        by_term: dict[Term, list[ox.Quad]],
        notes: Notes,
        most: int | None = None,
        path: Path = (),
    ) -> tuple[ThingValue, ...]:
        """Write values in their order.

        :param most: so many; None for all
        """
        ordered = sorted(by_term, key=lambda term: (self.wording.order(term), self._content(term)))
        return tuple(self.value(term, by_term[term], notes, path) for term in ordered[:most])

    def inner(self, node: Node, marks: tuple[Mark, ...], notes: Notes, path: Path) -> ThingValue:
        """Describe a node within what it belongs to: its name or its classes, and what it says."""
        hidden = self.privacy.hidden_from(path[0])
        quads = [q for q in self.dataset.about(node) if q.object not in hidden]
        label = preferred(self.dataset, node, *self.dataset.labels)
        classes = (self.wording.class_name(q.object) for q in quads if q.predicate == TYPE)
        head = label or TaggedText(", ".join(dict.fromkeys(classes)))
        said = [q for q in quads if q.predicate != TYPE and not is_text(q.object, head)]
        own, foreign = self.split_languages(said)
        facts = self.facts(self.named(own or foreign), notes, (*path, node))
        if not facts and not head.value:
            head = self.wording.label(node)
        return ThingValue(head, node, marks, inner=facts)

    def _content(self, term: Term) -> str:
        """Order terms of one name: blank nodes by what is said of them, as they have no other."""
        if not isinstance(term, ox.BlankNode):
            return str(term)
        told = (q for q in self.dataset.about(term) if not isinstance(q.object, ox.BlankNode))
        return " ".join(sorted(f"{q.predicate} {q.object}" for q in told))

    def _rank(self, group: list[tuple[ox.Quad, Term]]) -> int:
        if any(self.is_naming(quad.predicate) for quad, _ in group):
            return 0
        if all(isinstance(value, ox.Literal) for _, value in group):
            return 2
        return 1 if any(value in self.dataset.by_subject for _, value in group) else 3

    def is_naming(self, predicate: ox.NamedNode) -> bool:
        """Tell whether the values of a property are names, preferred or not."""
        return predicate in self.dataset.naming or in_http(predicate) in _ALSO_NAMING

    def named(self, quads: Iterable[ox.Quad]) -> Iterator[Said]:
        """Say what things say of themselves, by the names of the properties."""
        return ((self.wording.property(q.predicate), q, q.object) for q in quads)

    def split_languages(self, quads: Iterable[ox.Quad]) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """Part facts in other languages from those in the page's own or in none."""
        return part_languages(quads, self.dataset.languages, self.is_naming)

    def is_between(self, term: Term) -> bool:
        """Tell whether a node is between things, such as a role."""
        if isinstance(term, ox.Literal):
            return False
        return self.dataset.is_nested(term) and not self.is_said(term)

    def is_inner(self, term: Term) -> bool:
        """Tell whether a node is drawn under the property that links it, instead of by itself."""
        if isinstance(term, ox.Literal) or self.is_said(term):
            return False
        return self.dataset.needs_no_name(term) and bool(self.dataset.about(term))

    def is_said(self, term: Term) -> bool:
        """Tell whether a node is a list or a class expression, which words stand for."""
        is_list = bool(list_items(term, self.dataset))
        return is_list or self.wording.expression(term) is not None


def is_text(term: Term, text: TaggedText) -> bool:
    """Tell whether a value is just this text, in its language or in none."""
    if not isinstance(term, ox.Literal):
        return False
    return term.value == text.value and (term.language or "") in (text.language, "")


def grouped(said: Iterable[Said]) -> dict[str, list[tuple[ox.Quad, Term]]]:
    """Group what is said by the name of the property."""
    groups: dict[str, list[tuple[ox.Quad, Term]]] = defaultdict(list)
    for name, quad, term in said:
        groups[name].append((quad, term))
    return groups


def by_value(pairs: Iterable[tuple[ox.Quad, Term]]) -> dict[Term, list[ox.Quad]]:
    """Group facts by the end that is shown."""
    groups: dict[Term, list[ox.Quad]] = defaultdict(list)
    for quad, term in pairs:
        groups[term].append(quad)
    return dict(groups)
