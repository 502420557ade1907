"""Statements: quads whose terms are words, so that to write them asks the engine for nothing more.

A term is turned into text once, for all the documents that it is in. Words are told apart by
identity, which takes a fraction of the time that comparing terms does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.canonicalization import with_canonical_labels
from mipex_kg.rdf.terms import Term

# What names a graph may be the default graph, too.
Named: TypeAlias = Term | ox.DefaultGraph


class Word:
    """A term, and what writers ask of it.

    :param text: as N-Triples has it, by which statements are sorted
    :param is_plain: for a literal, whether it is a mere text: no language, no other datatype
    """

    __slots__ = ("is_blank", "is_default", "is_literal", "is_plain", "term", "text")

    def __init__(self, term: Named, tags: Mapping[str, str]) -> None:
        self.term = term
        self.text = str(term)
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
    """A quad in words.

    :param line: as N-Quads has it, but for the dot
    """

    line: str
    subject: Word
    predicate: Word
    object: Word
    graph: Word


def spelled(quads: Iterable[ox.Quad], words: Words) -> Iterator[Statement]:
    """Put quads into words."""
    for quad in quads:
        yield _statement(
            words[quad.subject], words[quad.predicate], words[quad.object], words[quad.graph_name]
        )


def merged(statements: Iterable[Statement], words: Words) -> Iterator[Statement]:
    """Give the statements without their graphs."""
    default = words[ox.DefaultGraph()]
    for _, subject, predicate, object, _ in statements:
        yield _statement(subject, predicate, object, default)


def _statement(subject: Word, predicate: Word, object: Word, graph: Word) -> Statement:
    line = f"{subject.text} {predicate.text} {object.text}"
    if not graph.is_default:
        line = f"{line} {graph.text}"
    return Statement(line, subject, predicate, object, graph)


def canonical(statements: Iterable[Statement], words: Words) -> list[Statement]:
    """Give blank nodes their canonical labels, and sort: each statement once, in N-Quads' order.

    >>> words = Words()
    >>> quad = ox.Quad(ox.BlankNode("x"), ox.NamedNode("http://e/p"), ox.Literal("v"))
    >>> [statement.line for statement in canonical(spelled([quad, quad], words), words)]
    ['_:c14n0 <http://e/p> "v"']
    """
    by_line = {statement.line: statement for statement in statements}
    if any(map(_has_blank_node, by_line.values())):
        labelled = with_canonical_labels(map(quad_of, by_line.values()))
        # They are nobody else's: what is c14n0 here is another node in the next document.
        by_line = {statement.line: statement for statement in spelled(labelled, words)}
    return [by_line[line] for line in sorted(by_line)]


def _has_blank_node(statement: Statement) -> bool:
    return statement.subject.is_blank or statement.object.is_blank or statement.graph.is_blank


def quad_of(statement: Statement) -> ox.Quad:
    """Make a quad of a statement again."""
    return ox.Quad(*(word.term for word in statement[1:]))  # type: ignore[arg-type]  # as it came
