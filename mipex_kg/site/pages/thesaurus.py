"""Concept schemes as a thesaurus shows them: the way to a concept from the top, the tree below.

What SKOS says in two ways is one thing here: a concept with a narrower one is what that one has as
its broader one (SKOS Reference, 8.3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.inverses import INVERSES
from mipex_kg.dataset.list_items import list_items
from mipex_kg.dataset.traces import Trace, TracedProperty
from mipex_kg.rdf.namespaces import RDFS, SKOS, TYPE, Namespace
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.long_lists import MOST_ENTRIES
from mipex_kg.site.pages.trees import Branch, find_ways, grow, reached
from mipex_kg.site.pages.wording import Wording

_BROADER, _NARROWER = SKOS.term("broader"), SKOS.term("narrower")
_HAS_TOP, _IN_SCHEME = SKOS.term("hasTopConcept"), SKOS.term("inScheme")
_ISO = Namespace("http://purl.org/iso25964/skos-thes#")
_XKOS = Namespace("http://rdf-vocabulary.ddialliance.org/xkos#")
# What other vocabularies call kinds of broader and narrower.
_KINDS: Mapping[ox.NamedNode, tuple[ox.NamedNode, ...]] = {
    _BROADER: (
        *(_ISO.term(f"broader{kind}") for kind in ("Generic", "Instantial", "Partitive")),
        *map(_XKOS.term, ("specializes", "isPartOf")),
    ),
    _NARROWER: (
        *(_ISO.term(f"narrower{kind}") for kind in ("Generic", "Instantial", "Partitive")),
        *map(_XKOS.term, ("generalizes", "hasPart")),
    ),
}
COLLECTIONS = frozenset(
    {
        *map(SKOS.term, ("Collection", "OrderedCollection")),
        *map(_ISO.term, ("ConceptGroup", "ThesaurusArray")),
        _XKOS.term("ClassificationLevel"),
    }
)
_PLACED = frozenset({SKOS.term("Concept"), SKOS.term("ConceptScheme")})


class ConceptPlace(NamedTuple):
    """Where a concept is in its scheme.

    :param ways: from the top down to it, without itself
    :param tree: of a scheme: the concepts in it
    :param collections: of a scheme
    """

    ways: list[tuple[Node, ...]]
    tree: list[Branch]
    collections: list[Branch]


@dataclass(frozen=True)
class Thesaurus:
    """The concepts of a dataset, by what is broader and narrower."""

    dataset: Dataset
    wording: Wording

    def place(self, node: Node, hidden: AbstractSet[Term]) -> ConceptPlace | None:
        """Tell where a concept is in its scheme, or what is in a scheme; None of other things.

        :param hidden: what is not told on its page
        """
        if _PLACED.isdisjoint(self.dataset.values(node, TYPE)):
            return None
        ways = [way for way in self.ways(node) if hidden.isdisjoint(way)]
        return ConceptPlace(ways, self.tree(node), self.collections(node))

    def ways(self, concept: Node) -> list[tuple[Node, ...]]:
        """Give the ways from the top down to a concept, without itself; the shortest first."""
        return find_ways(concept, lambda node: self._ordered(self._linked(node, _BROADER)))

    def tree(self, scheme: Node) -> list[Branch]:
        """Give the concepts of a scheme as a tree, level by level, as many as a page has room for.

        At the top are those that the scheme says are, and those that nothing in it is broader than.

        :returns: nothing if even the top has no room
        """
        pointing = self.dataset.pointing_to(scheme)
        inside = {q.subject: None for q in pointing if q.predicate == _IN_SCHEME}
        for collection in self._collections.get(scheme, ()):
            inside.pop(collection, None)
        loose = [c for c in inside if inside.keys().isdisjoint(self._linked(c, _BROADER))]
        top = {**self._linked(scheme, _HAS_TOP), **dict.fromkeys(loose)}
        return grow(self._ordered(top), lambda node: self._ordered(self._linked(node, _NARROWER)))

    def _linked(self, node: Node, predicate: ox.NamedNode) -> dict[Node, None]:
        """Give what a property leads to from a node, in whichever direction it was said."""
        there, back = self._kinds[predicate], self._kinds[INVERSES[predicate]]
        found = [q.object for q in self.dataset.about(node) if q.predicate in there]
        found += [q.subject for q in self.dataset.pointing_to(node) if q.predicate in back]
        return {other: None for other in found if not isinstance(other, ox.Literal)}

    @property
    def trace(self) -> Trace:
        """What is read of the dataset."""
        return self.dataset.trace

    @TracedProperty
    def _kinds(self) -> Mapping[ox.NamedNode, AbstractSet[Term]]:
        """The properties that say of two concepts what SKOS's own say, and perhaps more."""
        return {
            term: {term, *_KINDS.get(term, ()), *self._below(term)}
            for term in (_BROADER, _NARROWER, _HAS_TOP, INVERSES[_HAS_TOP])
        }

    def _below(self, term: Node) -> set[Node]:
        """Give the properties that a dataset calls sub-properties of one, at any distance."""
        found = reached(term, lambda node: self.dataset.subjects(node, RDFS.term("subPropertyOf")))
        return found - {SKOS.term("broadMatch"), SKOS.term("narrowMatch")}

    def collections(self, scheme: Node) -> list[Branch]:
        """Give the collections of a scheme: those that are in it, and those of concepts in it."""
        found = dict.fromkeys(self._collections.get(scheme, ()))
        return [self._collection(node) for node in self._ordered(found)][:MOST_ENTRIES]

    @TracedProperty
    def _collections(self) -> Mapping[Term, list[Node]]:
        """The collections of each scheme."""
        found: dict[Term, list[Node]] = defaultdict(list)
        for collection in self.dataset.members(*COLLECTIONS):
            members = (collection, *self._in_collection(collection))
            schemes = (s for node in members for s in self.dataset.values(node, _IN_SCHEME))
            for scheme in dict.fromkeys(schemes):
                found[scheme].append(collection)
        return found

    def _collection(self, node: Node) -> Branch:
        """Give a member, of a collection with the number of its own."""
        return Branch(node, below=len(self._in_collection(node)))

    def _in_collection(self, collection: Node) -> dict[Node, None]:
        lists = self.dataset.values(collection, SKOS.term("memberList"))
        listed = [item for start in lists for item in list_items(start, self.dataset)]
        found = (*listed, *self.dataset.values(collection, SKOS.term("member")))
        return {node: None for node in found if not isinstance(node, ox.Literal)}

    def _ordered(self, concepts: Iterable[Node]) -> list[Node]:
        """Sort concepts by their notations, then by their names."""
        return sorted(concepts, key=lambda node: (self.wording.order(node), str(node)))
