"""Accounts of things: what is said of each, in groups and in order, and what is folded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.account import AccountGroup, Joined, Part, Said, SaidRow
from mipex_kg.dataset.arrangement import Way
from mipex_kg.dataset.axioms import Axioms
from mipex_kg.dataset.between import NodesBetween
from mipex_kg.dataset.folding import Folding
from mipex_kg.dataset.inverses import INVERSES, is_turned
from mipex_kg.dataset.leads import description_of
from mipex_kg.dataset.rows import DISTRIBUTION, Rows, is_text
from mipex_kg.rdf.namespaces import RDF, SKOS, TYPE, in_http
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term

_HIDDEN_LABEL = SKOS.term("hiddenLabel")
_LIST = frozenset({RDF.term("first"), RDF.term("rest")})
_KINDS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_MAPPINGS = frozenset(map(SKOS.term, (*_KINDS, "mappingRelation")))
_FACTS = (Part.FACT, Part.MAPPING)
# Where the project has put what is said of a thing: the place in its order, and the heading.
_Places: TypeAlias = Mapping[Way, tuple[int, str]]


@dataclass(frozen=True)
class Account:
    """What is said of a thing.

    :param label: what it is called, and the language of that
    :param lead: the sentence that says what it is, if there is one
    :param said: all of it: what the thing says, then what points to it
    :param ways: what the project has set, under the headings of its groups
    :param find_joined: finds the nodes between the thing and others
    """

    thing: Node
    label: tuple[str, str]
    lead: ox.Literal | None
    said: tuple[Said, ...] = field(repr=False)
    rows: Rows = field(repr=False)
    ways: Mapping[str, Sequence[Way]] = field(repr=False)
    find_joined: Callable[[], list[Joined]] = field(repr=False)

    def of(self, part: Part) -> list[Said]:
        """Give what is said of a kind, without what is folded."""
        return [said for said in self.said if said.part is part and not said.is_folded]

    @property
    def is_folded(self) -> bool:
        """Whether anything is said that other statements say already."""
        return any(said.is_folded for said in self.said)

    @cached_property
    def pointing(self) -> tuple[SaidRow, ...]:
        """What points to the thing and is in no group."""
        return self.rows.alphabetic(s for s in self.of(Part.POINTING) if s.place is None)

    @cached_property
    def groups(self) -> tuple[AccountGroup, ...]:
        """What comes first for a reader, as the project has set it.

        What it has not set is in the group without a heading.
        """
        told, left, path = self._placed(), self.find_joined(), (self.thing,)
        rest = [said for said in self.of(Part.FACT) if said.place is None]
        taken = {heading: list(_take(self.ways.get(heading, ()), left)) for heading in told}
        taken[""] += left
        groups = []
        for heading, placed in told.items():
            rows = self.rows.placed(placed, path)
            rows += self.rows.ranked(rest, path) if not heading else ()
            if rows or taken[heading]:
                groups.append(AccountGroup(heading, rows, tuple(taken[heading])))
        return tuple(groups)

    def _placed(self) -> dict[str, list[Said]]:
        """Give what the project has put into groups, by their headings in order."""
        told: dict[str, list[Said]] = {heading: [] for heading in (*self.ways, "")}
        for each in (*self.of(Part.FACT), *self.of(Part.POINTING)):
            if each.place is not None:
                told[each.heading].append(each)
        return told


class Accounts:
    """Gives accounts of the things of a dataset.

    :param nested: classes of nodes between things, in the order of their tables
    :param elsewhere: properties that point to things, and are folded since they are told elsewhere
    :param untold: properties that point to things, of which nothing is told
    """

    def __init__(
        self,
        rows: Rows,
        nested: Sequence[ox.NamedNode] = (),
        elsewhere: AbstractSet[ox.NamedNode] = frozenset(),
        untold: AbstractSet[ox.NamedNode] = frozenset(),
    ) -> None:
        self.rows, self.dataset, self.words = rows, rows.dataset, rows.words
        self.between = NodesBetween(rows, nested)
        self.folding = Folding(rows.dataset)
        self._axioms = Axioms(rows.dataset, rows.words)
        self._elsewhere, self._untold = elsewhere, untold

    def of(self, thing: Node, *, is_whole: bool = False) -> Account:
        """Give an account of a thing.

        Properties of the same name in words are one here, whichever vocabularies they are of.

        :param is_whole: whether nothing is folded
        """
        about, towards = self.seen(thing)
        files = dict.fromkeys(filter(self._names_file, about))
        others = [q for q in about if q not in files]
        facing = [q for q in towards if not is_turned(q)]
        folded = frozenset() if is_whole else self.folding.of(others, facing)
        folded |= {q for q in facing if q.predicate in self._elsewhere}
        label = self.words.label(thing)
        lead = description_of(thing, self.dataset, tuple(self.rows.languages))
        set_groups = self.dataset.arrangement.of(self.dataset.values(thing, TYPE))
        places = _places(set_groups)
        towards, by_axioms = self._axioms.part(thing, towards)
        said = (
            *self._of_itself(others, folded, label, lead, places),
            *self._towards_it(towards, folded, places),
            *(each._replace(part=_fact_of(each.quad)) for each in by_axioms),
            *(each._replace(part=Part.FILE) for each in self.rows.named(files)),
        )
        joined = partial(self.between.of, thing, others, towards, {q.object for q in files})
        return Account(thing, label, lead, said, self.rows, set_groups, joined)

    def seen(self, thing: Node) -> tuple[list[Quad], list[Quad]]:
        """Give what is said of a thing, and what points to it, that may be named with it."""
        hidden, about = self.rows.hidden(thing), self.dataset.about(thing)
        towards = list(self._pointing_to(thing))
        if not hidden:
            return about, towards
        return (
            [q for q in about if q.object not in hidden],
            [q for q in towards if q.subject not in hidden],
        )

    def _pointing_to(self, node: Node) -> Iterator[Quad]:
        """Give the quads that point to a node; from within a list, those that point to the list."""
        seen, waiting = {node}, [node]
        while waiting:
            for quad in self.dataset.pointing_to(waiting.pop()):
                if quad.predicate in self._untold:
                    continue
                if quad.predicate not in _LIST:
                    yield quad
                elif quad.subject not in seen:
                    seen.add(quad.subject)
                    waiting.append(quad.subject)

    def _names_file(self, quad: Quad) -> bool:
        """Tell whether a fact names a file of a dataset of which something is said."""
        return in_http(quad.predicate) in DISTRIBUTION and bool(self.dataset.about(quad.object))

    def _of_itself(
        self,
        quads: Sequence[Quad],
        folded: AbstractSet[Quad],
        label: tuple[str, str],
        lead: ox.Literal | None,
        places: _Places,
    ) -> Iterator[Said]:
        """Say what a thing says of itself."""
        naming = {q.object for q in quads if is_text(q.object, label)}
        parts = {q: self._part(q, naming, lead) for q in quads}
        facts = [q for q, part in parts.items() if part in _FACTS and q not in folded]
        parts.update(dict.fromkeys(self.rows.split_languages(facts)[1], Part.FOREIGN))
        for quad, part in parts.items():
            predicate = quad.predicate
            place, heading = places.get(Way(in_http(predicate)), (None, ""))
            name, is_folded = self.words.property(predicate), quad in folded
            yield Said(name, predicate, quad, quad.object, part, False, is_folded, place, heading)

    def _part(self, quad: Quad, naming: AbstractSet[Term], lead: ox.Literal | None) -> Part:
        if quad.predicate == TYPE:
            return Part.CLASS
        if quad.predicate == _HIDDEN_LABEL:
            return Part.SEARCHED
        if quad.object in naming:
            return Part.NAME
        if quad.object == lead:
            return Part.LEAD
        is_between = self.rows.is_between(quad.object) and not self.rows.is_inner(quad.object)
        return Part.BETWEEN if is_between else _fact_of(quad)

    def _towards_it(
        self, quads: Iterable[Quad], folded: AbstractSet[Quad], places: _Places
    ) -> Iterator[Said]:
        """Say what points to a thing.

        What means the same in the other direction is a fact about the thing as well.
        """
        for quad in quads:
            is_inward = quad.predicate not in INVERSES
            predicate = INVERSES.get(quad.predicate, quad.predicate)
            place, heading = places.get(Way(in_http(predicate), is_inward), (None, ""))
            if self.rows.is_between(quad.subject):
                part = Part.BETWEEN
            elif is_turned(quad):
                part = _fact_of(quad)
            else:
                part = Part.POINTING
            name, is_folded = self.words.property(predicate, inward=is_inward), quad in folded
            end = quad.subject
            said = Said(name, predicate, quad, end, part, is_inward, is_folded, place, heading)
            yield from self._uses(said) if is_inward else (said,)

    def _uses(self, said: Said) -> Iterator[Said]:
        """Say what points to a thing; of a class expression, what uses it."""
        node = said.quad.subject
        if not isinstance(node, ox.BlankNode) or self.words.expression(node) is None:
            yield said
            return
        name, seen, waiting = self.words.interface["owl-used"], set(), [node]
        while waiting:
            for use in self._pointing_to(waiting.pop()):
                if not isinstance(use.subject, ox.BlankNode):
                    yield said._replace(name=name, quad=use, end=use.subject)
                elif use.subject not in seen:
                    seen.add(use.subject)
                    waiting.append(use.subject)


def _places(groups: Mapping[str, Iterable[Way]]) -> _Places:
    """Give each way its place in the order of all groups; one in several is in the first."""
    ways = [(way, heading) for heading, ways in groups.items() for way in ways]
    return {way: (place, heading) for place, (way, heading) in reversed([*enumerate(ways)])}


def _take(ways: Iterable[Way], left: list[Joined]) -> Iterator[Joined]:
    """Take the nodes between whose classes are in a group, in its order."""
    for way in ways:
        for joined in [each for each in left if way.predicate in each.classes]:
            left.remove(joined)
            yield joined


def _fact_of(quad: Quad) -> Part:
    return Part.MAPPING if quad.predicate in _MAPPINGS else Part.FACT
