"""Quads that keep each term once: numbers of terms in columns, and quads of them when asked for.

A quad of the engine's has copies of its terms' texts, about 400 bytes, and copies them again for
anyone who looks at one. These share the terms, which are made once, and take 16 bytes.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import accumulate, groupby, islice, starmap
from typing import Any, NamedTuple, TypeAlias, TypeVar, overload

import pyoxigraph as ox

from mipex_kg.rdf.terms import Node, Term
from mipex_kg.system.phases import phase

K = TypeVar("K", bound=Hashable)
_DEFAULT_GRAPH = ox.DefaultGraph()
_AT_ONCE = 4096


class Quad(NamedTuple):
    """A statement and the graph that it is in.

    >>> quad = Quad(ox.NamedNode("e:a"), ox.NamedNode("e:p"), ox.Literal("v"))
    >>> str(quad)
    '<e:a> <e:p> "v"'
    """

    subject: Node
    predicate: ox.NamedNode
    object: Term
    graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph = _DEFAULT_GRAPH

    @property
    def triple(self) -> ox.Triple:
        """The statement alone, as the engine has it."""
        return ox.Triple(self.subject, self.predicate, self.object)

    def __str__(self) -> str:
        """Write it as N-Quads has it, but for the dot."""
        terms = self if self.graph_name != _DEFAULT_GRAPH else self[:3]
        return " ".join(map(str, terms))


# Whatever is to be read, not compared: a quad of the engine's equals none of ours.
AnyQuad: TypeAlias = Quad | ox.Quad
_made = partial(tuple.__new__, Quad)


def for_engine(quads: Iterable[AnyQuad]) -> Iterator[ox.Quad]:
    """Make quads of the engine's."""
    return starmap(ox.Quad, quads)


def load(store: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Load quads into a store, some at a time: the engine takes room for all that it is given."""
    waiting = iter(quads)
    while some := list(islice(waiting, _AT_ONCE)):
        store.extend(some)


class TermTable(dict[Term | ox.DefaultGraph, int]):
    """The number of each term: one that is looked up for the first time gets the next.

    ``all`` has them in the order of their numbers.

    >>> terms, a, b = TermTable(), ox.NamedNode("e:a"), ox.NamedNode("e:b")
    >>> terms[a], terms[b], terms[a], terms.all[1]
    (0, 1, 0, <NamedNode value=e:b>)
    """

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Any] = []

    def __missing__(self, term: Term | ox.DefaultGraph) -> int:
        number = self[term] = len(self.all)
        self.all.append(term)
        return number


class QuadColumns(Sequence[Quad]):
    """Quads in their order, which share the terms in a table, with others too.

    :param terms: the table; its own unless it is given

    >>> quads = QuadColumns([Quad(ox.NamedNode("e:a"), ox.NamedNode("e:p"), ox.NamedNode("e:b"))])
    >>> quads[0].object, quads.by_subject[quads[0].subject] == [quads[0]]
    (<NamedNode value=e:b>, True)
    """

    def __init__(self, quads: Iterable[AnyQuad] = (), terms: TermTable | None = None) -> None:
        self.terms = TermTable() if terms is None else terms
        self.columns = tuple(array("I") for _ in Quad._fields)
        self.extend(quads)

    def extend(self, quads: Iterable[AnyQuad]) -> None:
        """Add others, before any is looked up."""
        if isinstance(quads, QuadColumns) and quads.terms is self.terms:
            for own, more in zip(self.columns, quads.columns, strict=True):
                own.extend(more)
            return
        numbers = self.terms
        subjects, predicates, objects, graphs = (column.append for column in self.columns)
        for quad in quads:
            subjects(numbers[quad.subject])
            predicates(numbers[quad.predicate])
            objects(numbers[quad.object])
            graphs(numbers[quad.graph_name])

    def __len__(self) -> int:
        """Count the quads."""
        return len(self.columns[0])

    @overload
    def __getitem__(self, index: int) -> Quad: ...

    @overload
    def __getitem__(self, index: slice) -> QuadColumns: ...

    def __getitem__(self, index: int | slice) -> Quad | QuadColumns:
        """Give one of the quads, or some."""
        if isinstance(index, slice):
            return self._of(column[index] for column in self.columns)
        terms = self.terms.all
        return Quad(*[terms[column[index]] for column in self.columns])

    def __iter__(self) -> Iterator[Quad]:
        """Give all quads."""
        return map(_made, self.rows(self.terms.all))

    def rows(self, terms: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Give all quads as mere tuples of what stands for their terms.

        :param terms: what that is, by their numbers
        """
        columns = (map(terms.__getitem__, column) for column in self.columns)
        return zip(*columns, strict=True)

    def __add__(self, others: Iterable[AnyQuad]) -> QuadColumns:
        """Give these and others, with the same table."""
        together = self[:]
        together.extend(others)
        return together

    def __eq__(self, other: object) -> bool:
        """Tell whether others are the same quads in the same order."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list

    def _of(self, columns: Iterable[array[int]]) -> QuadColumns:
        quads = QuadColumns(terms=self.terms)
        quads.columns = tuple(columns)
        return quads

    def at(self, places: Iterable[int]) -> list[Quad]:
        """Give the quads at some places."""
        terms, (subjects, predicates, objects, graphs) = self.terms.all, self.columns
        return [
            _made((terms[subjects[n]], terms[predicates[n]], terms[objects[n]], terms[graphs[n]]))
            for n in places
        ]

    def placed(self, graph: ox.NamedNode) -> QuadColumns:
        """Give the same quads, those of the default graph in another."""
        default, number = self.terms[_DEFAULT_GRAPH], self.terms[graph]
        *triples, graphs = self.columns
        if default not in graphs:
            return self
        found = array("I", [number if each == default else each for each in graphs])
        return self._of((*triples, found))

    def distinct(self) -> QuadColumns:
        """Give each quad once, where it is first."""
        return self._without(self._repeated(self.columns))

    def merged(self) -> QuadColumns:
        """Give the quads whose triples no quad before has."""
        return self._without(self._repeated(self.columns[:3]))

    @cached_property
    def triples(self) -> int:
        """How many triples there are, in whichever graphs."""
        return len(self) - len(self._repeated(self.columns[:3]))

    def _without(self, places: set[int]) -> QuadColumns:
        if not places:
            return self
        kept = [place for place in range(len(self)) if place not in places]
        return self._of(array("I", map(column.__getitem__, kept)) for column in self.columns)

    def _repeated(self, columns: Sequence[array[int]]) -> set[int]:
        """Find the places of what was said before, subject by subject: all at once take more room.

        :param columns: what counts, the subjects first
        """
        subjects, *others = columns
        repeated: set[int] = set()
        for _, group in groupby(self.by_subject.places, subjects.__getitem__):
            places = list(group)
            said = list(zip(*(map(column.__getitem__, places) for column in others), strict=True))
            if len(seen := set(said)) < len(said):
                for place, each in zip(places, said, strict=True):
                    if each in seen:
                        seen.remove(each)
                    else:
                        repeated.add(place)
        return repeated

    @property
    def has_blank_nodes(self) -> bool:
        """Whether a term of the table is a blank node."""
        return any(isinstance(term, ox.BlankNode) for term in self.terms.all)

    def all_of(self, part: str) -> Iterable[Any]:
        """Give the subjects, predicates, objects or graph names, each once, in order.

        :param part: the name of it in a quad
        """
        numbers = dict.fromkeys(self.columns[Quad._fields.index(part)])
        return map(self.terms.all.__getitem__, numbers)

    @cached_property
    def by_subject(self) -> QuadIndex[Node]:
        """The quads of each subject."""
        return QuadIndex(self, 0)

    @cached_property
    def by_predicate(self) -> QuadIndex[ox.NamedNode]:
        """The quads of each property."""
        return QuadIndex(self, 1)

    @cached_property
    def by_object(self) -> QuadIndex[Term]:
        """The quads that point to each object."""
        return QuadIndex(self, 2)

    @cached_property
    def by_graph(self) -> QuadIndex[Node | ox.DefaultGraph]:
        """The quads of each graph."""
        return QuadIndex(self, 3)


class QuadIndex(Mapping[K, list[Quad]]):
    """The quads that have a term in one position, made when it is looked up.

    The terms and their quads come in the order in which they were given.

    :param position: of the term in a quad
    """

    @phase("Indexing")
    def __init__(self, quads: QuadColumns, position: int) -> None:
        column = quads.columns[position]
        self._quads, self._terms = quads, quads.terms
        counts = Counter(column)
        self._keys = array("I", counts)
        # Where those of each term begin among the places, which are sorted by terms.
        self._starts = array(
            "I", accumulate((counts.get(n, 0) for n in range(len(self._terms.all))), initial=0)
        )
        self.places = array("I", sorted(range(len(column)), key=column.__getitem__))

    def _places_of(self, key: object) -> array[int] | None:
        number = self._terms.get(key)  # type: ignore[call-overload]  # it may be anything
        starts = self._starts
        if number is None or number >= len(starts) - 1 or starts[number] == starts[number + 1]:
            return None
        return self.places[starts[number] : starts[number + 1]]

    def places_by_term(self) -> Iterator[tuple[K, array[int]]]:
        """Give the terms, each with the places of its quads."""
        starts = self._starts
        return (
            (self._terms.all[number], self.places[starts[number] : starts[number + 1]])
            for number in self._keys
        )

    def __getitem__(self, key: K) -> list[Quad]:
        """Give the quads of a term."""
        if (places := self._places_of(key)) is None:
            raise KeyError(key)
        return self._quads.at(places)

    def get(self, key: K, default: Any = None, /) -> Any:
        """Give the quads of a term; something else if it has none."""
        places = self._places_of(key)
        return default if places is None else self._quads.at(places)

    def __contains__(self, key: object) -> bool:
        """Tell whether a term has any."""
        return self._places_of(key) is not None

    def __iter__(self) -> Iterator[K]:
        """Give the terms."""
        return map(self._terms.all.__getitem__, self._keys)

    def __len__(self) -> int:
        """Count the terms."""
        return len(self._keys)
