"""Statements: quads whose terms are words, so that to write them asks the engine for nothing more.

A term is turned into text once, for all the documents that it is in. Words are told apart by
identity, which takes a fraction of the time that comparing terms does.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, TypeAlias, overload

import pyoxigraph as ox

from mipex_kg.rdf.canonicalization import with_canonical_labels
from mipex_kg.rdf.quads import AnyQuad, QuadColumns
from mipex_kg.rdf.terms import Term

# What names a graph may be the default graph, too.
Named: TypeAlias = Term | ox.DefaultGraph


class Word:
    """A term, and what writers ask of it.

    :param text: as N-Triples has it, by which statements are sorted; the default graph has none
    :param is_plain: for a literal, whether it is a mere text: no language, no other datatype
    """

    __slots__ = ("is_blank", "is_default", "is_literal", "is_plain", "term", "text")

    def __init__(self, term: Named, tags: Mapping[str, str]) -> None:
        self.term = term
        self.text = "" if isinstance(term, ox.DefaultGraph) else str(term)
        tag = term.language if isinstance(term, ox.Literal) else None
        if tag is not None and tag in tags:
            # The engine writes all tags in lower case.
            self.text = self.text.removesuffix(tag) + tags[tag]
        self.is_blank = isinstance(term, ox.BlankNode)
        self.is_default = isinstance(term, ox.DefaultGraph)
        self.is_literal = isinstance(term, ox.Literal)
        # Of other literals the text goes on after the quotation mark.
        self.is_plain = self.is_literal and self.text.endswith('"')


class Words(dict[Named, Word]):
    """The one word for each term; made when it is first asked for.

    :param tags: language tags in lower case, to how they are to be written

    >>> words = Words()
    >>> words[ox.Literal("a")] is words[ox.Literal("a")]
    True
    >>> Words({"en-gb": "en-GB"})[ox.Literal("a", language="en-gb")].text
    '"a"@en-GB'
    """

    def __init__(self, tags: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._tags = tags or {}

    def __missing__(self, term: Named) -> Word:
        word = self[term] = Word(term, self._tags)
        return word


class Statement(NamedTuple):
    """A quad in words."""

    subject: Word
    predicate: Word
    object: Word
    graph: Word

    @property
    def line(self) -> str:
        """As N-Quads has it, but for the dot."""
        line = f"{self.subject.text} {self.predicate.text} {self.object.text}"
        return line if self.graph.is_default else f"{line} {self.graph.text}"


_made = partial(tuple.__new__, Statement)
# As the lines would be sorted: what goes on after a term sorts behind the blank between two.
_texts = attrgetter("subject.text", "predicate.text", "object.text", "graph.text")


def spelled(quads: Iterable[AnyQuad], words: Words) -> Iterator[Statement]:
    """Put quads into words."""
    return (Statement(words[s], words[p], words[o], words[g]) for s, p, o, g in quads)


def merged(statements: Iterable[Statement], words: Words) -> Iterator[Statement]:
    """Give the statements without their graphs."""
    default = words[ox.DefaultGraph()]
    return (Statement(*statement[:3], default) for statement in statements)


def canonical(statements: Iterable[Statement], words: Words) -> list[Statement]:
    """Give blank nodes their canonical labels, and sort: each statement once, in N-Quads' order.

    >>> words = Words()
    >>> quad = ox.Quad(ox.BlankNode("x"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> [statement.line for statement in canonical(spelled([quad, quad], words), words)]
    ['_:c14n0 <http://e/p> "v"']
    """
    found = list(statements)
    if blank := [statement for statement in found if _has_blank_node(statement)]:
        # The labels come from these alone. They are nobody else's: what is c14n0 here is another
        # node in the next document.
        labelled = spelled(with_canonical_labels(map(quad_of, blank)), words)
        found = [*(each for each in found if not _has_blank_node(each)), *labelled]
    found.sort(key=_texts)
    return [statement for statement, _ in groupby(found)]


def _has_blank_node(statement: Statement) -> bool:
    return statement.subject.is_blank or statement.object.is_blank or statement.graph.is_blank


class OrderedColumns(Sequence[Statement]):
    """Statements in columns of quads that are sorted: each is made when it is its turn.

    :param words: of each number in the columns
    :param ranks: where each word is among them, sorted
    """

    def __init__(
        self, columns: Iterable[array[int]], words: Sequence[Word], ranks: Sequence[int]
    ) -> None:
        self._columns, self._words, self._ranks = tuple(columns), words, ranks

    @classmethod
    def of(cls, quads: QuadColumns, words: Words, *, merge: bool) -> OrderedColumns:
        """Sort quads without blank nodes in N-Quads' order, each once.

        :param merge: whether to leave out the graphs before
        """
        found = [*(words[term] for term in quads.terms.all), words[ox.DefaultGraph()]]
        ranks = array("I", bytes(4 * len(found)))
        for rank, number in enumerate(sorted(range(len(found)), key=lambda n: found[n].text)):
            ranks[number] = rank
        *triples, graphs = quads.columns
        if merge:
            graphs = array("I", [len(found) - 1]) * len(quads)
        whole, size = cls((*triples, graphs), found, ranks), len(found)
        rows = zip(*(map(ranks.__getitem__, each) for each in whole._columns), strict=True)
        keys = [((s * size + p) * size + o) * size + g for s, p, o, g in rows]
        order = sorted(range(len(quads)), key=keys.__getitem__)
        return whole._at([next(same) for _, same in groupby(order, keys.__getitem__)])

    def _at(self, places: Sequence[int]) -> OrderedColumns:
        columns = (array("I", map(column.__getitem__, places)) for column in self._columns)
        return OrderedColumns(columns, self._words, self._ranks)

    def graphs(self) -> Iterator[tuple[Word, OrderedColumns]]:
        """Give the statements of each graph, the default graph first."""
        graphs, ranks = self._columns[-1], self._ranks
        order = sorted(range(len(self)), key=lambda place: ranks[graphs[place]])
        for number, same in groupby(order, graphs.__getitem__):
            yield self._words[number], self._at(list(same))

    def __len__(self) -> int:
        """Count the statements."""
        return len(self._columns[0])

    @overload
    def __getitem__(self, index: int) -> Statement: ...

    @overload
    def __getitem__(self, index: slice) -> OrderedColumns: ...

    def __getitem__(self, index: int | slice) -> Statement | OrderedColumns:
        """Give one of the statements, or some."""
        if isinstance(index, slice):
            return self._at(range(len(self))[index])
        return Statement(*[self._words[column[index]] for column in self._columns])

    def __iter__(self) -> Iterator[Statement]:
        """Give all statements."""
        word = self._words.__getitem__
        return map(_made, zip(*(map(word, column) for column in self._columns), strict=True))


def by_graph(ordered: Sequence[Statement]) -> Iterator[tuple[Word, Sequence[Statement]]]:
    """Give the statements of each graph, the default graph first."""
    if isinstance(ordered, OrderedColumns):
        return ordered.graphs()
    found = groupby(sorted(ordered, key=attrgetter("graph.text")), attrgetter("graph"))
    return ((graph, list(members)) for graph, members in found)


def quad_of(statement: Statement) -> ox.Quad:
    """Make a quad of a statement again."""
    return ox.Quad(*(word.term for word in statement))  # type: ignore[arg-type]  # as it came
