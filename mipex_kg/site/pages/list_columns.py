"""The columns of a list: those in which the members of a class differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.arrangement import Way
from mipex_kg.dataset.folding import Folding
from mipex_kg.dataset.leads import DESCRIPTIONS, description_of
from mipex_kg.rdf.namespaces import TYPE, in_http
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.classes import is_telling
from mipex_kg.site.pages.columns import telling_columns
from mipex_kg.site.pages.facts import ThingValue
from mipex_kg.site.pages.values import Values

# So many columns are chosen where the project has set none, and so many values are in a cell.
_MOST_COLUMNS, _MOST_VALUES = 3, 5
# A longer text is for no column.
_LONGEST = 60


class Columns(NamedTuple):
    """The columns of a list.

    :param names: of the properties
    :param cells: of each member, one for each column
    """

    names: tuple[str, ...]
    cells: Mapping[Node, tuple[tuple[ThingValue, ...], ...]]


@dataclass(frozen=True)
class ListColumns:
    """Finds the columns of lists: those that the project has set, else those that tell most."""

    values: Values
    folding: Folding

    def of(self, cls: Node, things: Sequence[Node]) -> Columns | None:
        """Give the columns of a list; none where a line about each tells its members apart."""
        dataset = self.values.rows.dataset
        ways: tuple[Way, ...] = ()
        if isinstance(cls, ox.NamedNode):
            ways = dataset.arrangement.columns.get(in_http(cls), ())
        if not ways:
            described = sum(1 for thing in things if description_of(thing, dataset))
            if described * 2 >= len(things) or not is_telling(cls, dataset):
                return None
            ways = tuple(self._telling(things))
        rows = {thing: self._row(thing, ways) for thing in things}
        names = telling_columns([*rows.values()], self.values.wording) if ways else []
        ordered = [n for n in map(self._name, ways) if n in names]
        if not ordered:
            return None
        return Columns(
            tuple(dict.fromkeys(ordered)),
            {
                thing: tuple(self._cell(row.get(name, ())) for name in dict.fromkeys(ordered))
                for thing, row in rows.items()
            },
        )

    def _name(self, way: Way) -> str:
        return self.values.wording.property(way.predicate, inward=way.is_inward)

    def _row(self, thing: Node, ways: Iterable[Way]) -> dict[str, list[Term]]:
        return {self._name(way): self._said(thing, way) for way in ways}

    def _said(self, thing: Node, way: Way) -> list[Term]:
        """Give what is said in a column: what is stated, and only else what a rule inferred."""
        dataset, hidden = self.values.rows.dataset, self.values.privacy.hidden_from(thing)
        said: list[tuple[Quad, Term]] = [(q, q.object) for q in dataset.about(thing)]
        if way.is_inward:
            said = [(q, q.subject) for q in dataset.pointing_to(thing)]
        fitting = [
            (quad, end)
            for quad, end in said
            if in_http(quad.predicate) == way.predicate
            and end not in hidden
            and not self.values.rows.is_between(end)
        ]
        own, foreign = self.values.rows.split_languages([quad for quad, _end in fitting])
        fitting = [(quad, end) for quad, end in fitting if quad in (own or foreign)]
        stated = [(quad, end) for quad, end in fitting if not self.folding.is_inferred(quad)]
        return list(dict.fromkeys(end for _quad, end in stated or fitting))

    def _cell(self, values: Sequence[Term]) -> tuple[ThingValue, ...]:
        wording = self.values.wording
        ordered = sorted(values, key=lambda term: (wording.order(term), str(term)))
        return tuple(ThingValue(wording.label(term), term, ()) for term in ordered[:_MOST_VALUES])

    def _telling(self, things: Sequence[Node]) -> list[Way]:
        """Choose the properties that most members have, few values of each, and not the same."""
        told: Counter[ox.NamedNode] = Counter()
        values: dict[ox.NamedNode, Counter[Term]] = defaultdict(Counter)
        for thing in things:
            quads = [q for q in self.values.rows.dataset.about(thing) if self._may_tell(q)]
            told.update({in_http(quad.predicate) for quad in quads})
            for quad in quads:
                values[in_http(quad.predicate)][quad.object] += 1
        fitting = [
            predicate
            for predicate, number in told.items()
            if number * 2 >= len(things)
            and len(values[predicate]) > 1
            and values[predicate].total() <= 2 * number
        ]
        # What groups the members tells more than a code of each.
        fitting.sort(
            key=lambda p: (
                -told[p] * 10 // len(things),
                len(values[p]) == told[p],
                -len(values[p]),
                p.value,
            )
        )
        return [Way(predicate) for predicate in fitting[:_MOST_COLUMNS]]

    def _may_tell(self, quad: Quad) -> bool:
        predicate, value = in_http(quad.predicate), quad.object
        if predicate in (TYPE, *DESCRIPTIONS) or self.values.rows.is_naming(quad.predicate):
            return False
        if predicate in self.values.rows.dataset.arrangement.folded:
            return False
        if isinstance(value, ox.Literal):
            return len(value.value) <= _LONGEST
        return isinstance(value, ox.NamedNode) and bool(self.values.rows.dataset.about(value))
