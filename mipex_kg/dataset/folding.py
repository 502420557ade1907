"""Which statements about a thing only say again what others say: they are folded away.

What a person reads first is what tells something. A class that follows from another one, a link
that a rule inferred between things that another statement links already, a property that says in
wider terms or in the other direction what another says, and a text in a kind of English that is the
same in English are in the list of all statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import Trace, TracedCache, TracedProperty
from mipex_kg.rdf.languages import wider_tags
from mipex_kg.rdf.namespaces import (
    DCT,
    FOAF,
    KG,
    OF_LITTLE,
    OWL,
    PROV,
    RDFS,
    SCHEMA,
    TYPE,
    in_http,
)
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term

# Classes of what does or is something, whatever it is: any other class says more.
_GENERAL = OF_LITTLE | {
    SCHEMA.term("Thing"),
    FOAF.term("Agent"),
    DCT.term("Agent"),
    PROV.term("Agent"),
    PROV.term("Entity"),
}
_ABOVE = {
    True: (RDFS.term("subClassOf"), OWL.term("equivalentClass")),
    False: (RDFS.term("subPropertyOf"), OWL.term("equivalentProperty")),
}
_INVERSE = (OWL.term("inverseOf"), SCHEMA.term("inverseOf"))
_STRING = ox.Literal("").datatype


@dataclass(frozen=True)
class Folding:
    """Finds the statements of a dataset that are folded."""

    dataset: Dataset

    @property
    def trace(self) -> Trace:
        """What is read of the dataset."""
        return self.dataset.trace

    @TracedProperty
    def _inferred(self) -> AbstractSet[Term]:
        return frozenset(self.dataset.members(KG.term("InferredGraph")))

    def is_inferred(self, quad: Quad) -> bool:
        """Tell whether a rule made a statement."""
        return quad.graph_name in self._inferred

    def of(self, about: Sequence[Quad], towards: Sequence[Quad] = ()) -> AbstractSet[Quad]:
        """Give those statements of a thing that are folded.

        Statements that link it with what is between things, such as roles, never are.

        :param about: what is said of the thing
        :param towards: what points to it
        """
        types = [quad for quad in about if quad.predicate == TYPE]
        lesser = self._lesser(types)
        folded = {quad for quad in types if quad.object in lesser}
        said = [quad for quad in about if quad.predicate != TYPE]
        folded |= {q for q in (*said, *towards) if in_http(q.predicate) in self._set_folded}
        folded |= self._again(said, towards, folded)
        folded |= self._wider(said, folded) | _in_kinds_of_a_language(said)
        return folded | self._turned(said, towards, folded)

    @property
    def _set_folded(self) -> AbstractSet[ox.NamedNode]:
        return self.dataset.arrangement.folded

    def _lesser(self, types: Sequence[Quad]) -> AbstractSet[Term]:
        """Find the classes of a thing that say less than others of it; never all of them."""
        if len(types) < 2:
            return frozenset()
        classes = dict.fromkeys(quad.object for quad in types)
        stated = {quad.object for quad in types if not self.is_inferred(quad)}
        told = (
            [cls for cls in classes if cls in stated],
            [cls for cls in classes if _known(cls) not in self._set_folded],
            [cls for cls in classes if _known(cls) not in _GENERAL],
        )
        kept = list(classes)
        for some in told:
            kept = [cls for cls in kept if cls in some] or kept
        kept = [cls for cls in kept if not self._follows(cls, kept, is_class=True)] or kept
        return classes.keys() - set(kept)

    def _follows(self, term: Term, others: Sequence[Term], *, is_class: bool) -> bool:
        """Tell whether a term follows from another, or from an earlier one that means the same."""
        place = others.index(term)
        return any(
            term in self._above(other, is_class=is_class)
            and (n < place or other not in self._above(term, is_class=is_class))
            for n, other in enumerate(others)
            if n != place
        )

    def _above(self, term: Term, *, is_class: bool) -> AbstractSet[Term]:
        """Give the classes or properties that follow from one, by what the data say of them."""
        return self._found((term, is_class))

    @cached_property
    def _found(self) -> TracedCache[tuple[Term, bool], AbstractSet[Term]]:
        return TracedCache(self.trace, self._find_above)

    def _find_above(self, key: tuple[Term, bool]) -> AbstractSet[Term]:
        term, is_class = key
        found: set[Term] = set()
        waiting = [term]
        while waiting:
            node = waiting.pop()
            wider = [o for p in _ABOVE[is_class] for o in self.dataset.values(node, p)]
            wider += self.dataset.subjects(node, _ABOVE[is_class][1])
            waiting += [o for o in wider if o not in found]
            found.update(wider)
        return frozenset(found - {term})

    def _again(
        self, said: Sequence[Quad], towards: Sequence[Quad], folded: AbstractSet[Quad]
    ) -> set[Quad]:
        """Find inferred statements whose other end is named by what is stated, or near it."""
        ends = {q: q.object for q in said} | {q: q.subject for q in towards}
        inferred = [q for q in ends if self.is_inferred(q) and not self.dataset.is_nested(ends[q])]
        if not inferred:
            return set()
        stated = [q for q in ends if not self.is_inferred(q) and q not in folded]
        triples = {q.triple for q in stated}
        named = {_key(ends[q]) for q in stated}
        for node in {ends[q] for q in ends}:
            if not isinstance(node, ox.Literal) and self.dataset.is_nested(node):
                named |= {_key(q.object) for q in self.dataset.about(node)}
                named |= {q.subject for q in self.dataset.pointing_to(node)}
        named.discard(None)
        return {q for q in inferred if _key(ends[q]) in named and q.triple not in triples}

    def _wider(self, said: Sequence[Quad], folded: AbstractSet[Quad]) -> set[Quad]:
        """Find statements with a property that follows from another one of the same value."""
        if not self.dataset.has_property(*_ABOVE[False]):
            return set()
        by_value: dict[Term, dict[Term, None]] = defaultdict(dict)
        shown = [quad for quad in said if quad not in folded]
        for quad in shown:
            by_value[quad.object][quad.predicate] = None
        return {
            q for q in shown if self._follows(q.predicate, [*by_value[q.object]], is_class=False)
        }

    def _turned(
        self, said: Sequence[Quad], towards: Sequence[Quad], folded: AbstractSet[Quad]
    ) -> set[Quad]:
        """Find what points to a thing and says what the thing says, by an inverse property."""
        if not self._inverses:
            return set()
        shown = {(q.predicate, q.object) for q in said if q not in folded}
        return {
            quad
            for quad in towards
            for turned in self._inverses.get(quad.predicate, ())
            if (turned, quad.subject) in shown
        }

    @TracedProperty
    def _inverses(self) -> Mapping[Term, AbstractSet[Term]]:
        """The inverses of each property, by what the data say: a symmetric one is its own."""
        found: dict[Term, set[Term]] = defaultdict(set)
        for quad in (q for inverse in _INVERSE for q in self.dataset.with_property(inverse)):
            found[quad.subject].add(quad.object)
            found[quad.object].add(quad.subject)
        for node in self.dataset.members(OWL.term("SymmetricProperty")):
            found[node].add(node)
        return dict(found)


def _in_kinds_of_a_language(said: Sequence[Quad]) -> set[Quad]:
    """Find texts in a kind of a language, such as ``en-GB``, that are the same in the language."""
    texts = {q: q.object for q in said if isinstance(q.object, ox.Literal) and q.object.language}
    known = {(q.predicate, text.value, (text.language or "").lower()) for q, text in texts.items()}
    return {
        quad
        for quad, text in texts.items()
        if any((quad.predicate, text.value, wider) in known for wider in wider_tags(text.language))
    }


def _known(term: Term) -> Term:
    return in_http(term) if isinstance(term, ox.NamedNode) else term


def _key(term: Term) -> Term | str | None:
    """Compare texts whatever their language; numbers and dates say nothing without a property."""
    if not isinstance(term, ox.Literal):
        return term
    is_text = term.language or term.datatype == _STRING
    return term.value.casefold() if is_text else None
