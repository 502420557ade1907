"""Marks on facts, and the notes at the foot of a page that they lead to.

A mark says how a fact was come by: what a passage states has a number, what was concluded, looked
up or inferred has a letter before it. What the project itself defines or records has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from mipex_kg.dataset import provenance
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import Passage
from mipex_kg.dataset.provenance import Ground
from mipex_kg.dataset.traces import TracedCache
from mipex_kg.rdf.namespaces import PROV
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term

# The kinds of grounds that have marks, in the order of their strength, with what begins a mark.
KINDS = {"stated": "", "concluded": "C", "looked up": "L", "inferred": "I"}


class Mark(NamedTuple):
    """What is at a fact.

    :param text: such as ``3`` or ``C1``
    :param anchor: of the note
    """

    text: str
    kind: str
    anchor: str


@dataclass(frozen=True)
class Note:
    """What a mark leads to.

    :param rule: that inferred the facts
    """

    mark: Mark
    ground: Ground
    rule: Term | None = None


@dataclass(frozen=True, repr=False)
class Grounds:
    """What each graph of a dataset is based on, looked up once."""

    dataset: Dataset

    def of(self, graph: Node) -> Ground:
        """Tell what a graph is based on."""
        return self._grounds(graph)

    @cached_property
    def _grounds(self) -> TracedCache[Node, Ground]:
        return TracedCache(self.dataset.trace, partial(provenance.ground_of_graph, self.dataset))


@dataclass(frozen=True, repr=False)
class Notes:
    """The notes of one page, numbered in the order in which its facts ask for them."""

    grounds: Grounds
    _notes: dict[Node, Note] = field(default_factory=dict)
    _further: list[int] = field(default_factory=list)

    def marks(self, quads: Iterable[Quad]) -> tuple[Mark, ...]:
        """Mark a fact with the grounds that it has.

        What is stated, concluded or looked up needs no rule to be inferred once more.

        :param quads: the fact, once for each graph that has it
        """
        graphs = dict.fromkeys(quad.graph_name for quad in quads)
        kinds: dict[Node, str] = {}
        for graph in graphs:
            assert not isinstance(graph, ox.DefaultGraph)  # noqa: S101 - graphs have names here
            kinds[graph] = self.grounds.of(graph).kind
        strongest = [graph for graph in kinds if kinds[graph] != "inferred"] or list(kinds)
        marked = [graph for graph in strongest if kinds[graph] in KINDS]
        ordered = sorted(marked, key=lambda graph: (list(KINDS).index(kinds[graph]), str(graph)))
        return tuple(self._note(graph).mark for graph in ordered)

    def _note(self, graph: Node) -> Note:
        if graph not in self._notes:
            ground = self.grounds.of(graph)
            number = 1 + sum(note.ground.kind == ground.kind for note in self._notes.values())
            text = f"{KINDS[ground.kind]}{number}"
            mark = Mark(text, ground.kind, f"note-{text}")
            rule = None
            if ground.kind == "inferred":
                values = self.grounds.dataset.values(graph, PROV.term("wasDerivedFrom"))
                rule = next(iter(values), None)
            self._notes[graph] = Note(mark, ground, rule)
        return self._notes[graph]

    def part(self) -> None:
        """Put the notes that are asked for from now on apart, behind the others."""
        self._further.append(len(self._notes))

    def by_kind(self) -> list[tuple[str, list[Note]]]:
        """Give the notes of each kind that there is, in order."""
        return _by_kind(list(self._notes.values())[: self._further[0] if self._further else None])

    def further(self) -> list[tuple[str, list[Note]]]:
        """Give the notes that were put apart, in the same way."""
        return _by_kind(list(self._notes.values())[self._further[0] :]) if self._further else []


def _by_kind(notes: list[Note]) -> list[tuple[str, list[Note]]]:
    grouped = [(kind, [n for n in notes if n.ground.kind == kind]) for kind in KINDS]
    return [(kind, found) for kind, found in grouped if found]


def address_in_source(address: str, passage: Passage) -> str:
    """Link to the very words of a passage, in browsers that know text fragments.

    Conforms to the W3C community group's URL Fragment Text Directives.

    :param address: of the source
    """
    if "#" in address or not address.startswith(("http://", "https://")) or not passage.exact:
        return address
    return f"{address}#:~:text={quote(passage.exact, safe='').replace('-', '%2D')}"
