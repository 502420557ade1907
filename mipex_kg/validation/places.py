"""Finding where a finding stands: the file, line and column of the very triple."""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.locate import Span
from mipex_kg.rdf.namespaces import SH, TYPE, XSD, expand
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term
from mipex_kg.system import reading
from mipex_kg.system.garbage import keeping_all
from mipex_kg.validation.report import Finding, Place

# What these miss stands nowhere: their place is the subject's.
_ABSENT = {
    SH + "MinCountConstraintComponent",
    SH + "QualifiedMinCountConstraintComponent",
    SH + "HasValueConstraintComponent",
}
_PARTS = ("subject", "predicate", "object", "graph")
_UNIQUE_LANG = SH + "UniqueLangConstraintComponent"
_COLLAPSED = {XSD.term("token"), XSD.term("normalizedString")}
_IN_PATH = re.compile(r"\^?(?:<([^<>]*)>|([^\s/|^*+?()<>]+))")


class _Statement(NamedTuple):
    """The place of a quad: which file, and which of its quads."""

    file: int
    number: int


# What is asked of a statement besides its subject or its object; None is anything.
_Parts: TypeAlias = tuple[ox.NamedNode | None, object, Term | ox.DefaultGraph | None]
_Index: TypeAlias = Mapping[_Parts, Sequence[_Statement]]


class Places:
    """The places of the quads of some files; a file is scanned only when something is in it.

    :param files: as parsed, their quads in the order of the text
    :param prefixes: with which paths in findings are shortened
    """

    def __init__(self, files: Sequence[ParsedFile], prefixes: Mapping[str, str]) -> None:
        self.files = files
        self.prefixes = prefixes
        self._positions = cache(lambda number: files[number].locate())
        self._lines = cache(lambda number: reading.lines(files[number].text))
        # A report may have a finding for each statement about one thing.
        self._about = cache(lambda key: self._index(self.by_subject.get(key, ())))
        self._leading_to = cache(lambda key: self._index(self.by_object.get(key, ())))
        self._doubled = cache(self._in_doubled_languages)

    @cached_property
    def by_subject(self) -> Mapping[object, Sequence[_Statement]]:
        """The statements about each subject, from when a place is first asked for."""
        return self._by("subject")

    @cached_property
    def by_object(self) -> Mapping[object, Sequence[_Statement]]:
        """The statements that lead to each object, as above."""
        return self._by("object")

    @keeping_all()
    def _by(self, part: str) -> Mapping[object, Sequence[_Statement]]:
        found: dict[object, list[_Statement]] = defaultdict(list)
        term = attrgetter(part)
        for number, file in enumerate(self.files):
            for index, quad in enumerate(file.quads):
                found[_key(term(quad))].append(_Statement(number, index))
        return dict(found)

    def _index(self, statements: Sequence[_Statement]) -> _Index:
        """Find statements by their property, their value, both, or both in a graph."""
        found: dict[_Parts, list[_Statement]] = defaultdict(list)
        for statement in statements:
            quad = self._quad(statement)
            predicate, value = quad.predicate, _key(quad.object)
            for parts in (
                (predicate, None, None),
                (None, value, None),
                (predicate, value, None),
                (predicate, value, quad.graph_name),
            ):
                found[parts].append(statement)
        return dict(found)

    def place(self, finding: Finding) -> Finding:
        """Give a finding its place, if it has none and the files have one for it."""
        if finding.place is not None or finding.focus is None:
            return finding
        return replace(finding, place=next(self._candidates(finding), None))

    def of_quad(
        self,
        quad: Quad,
        term: Term | ox.DefaultGraph | None = None,
        file: ParsedFile | None = None,
    ) -> Place | None:
        """Find where a term of a quad stands, best in the quad's own graph.

        :param term: the object unless it is given
        :param file: the one that is meant, where several may state the same
        """
        part = next((name for name, own in zip(_PARTS, quad, strict=True) if own == term), "object")
        index, value = self._about(_key(quad.subject)), _key(quad.object)
        # A data file's default graph is a named graph of the dataset.
        in_any = index.get((quad.predicate, value, None), ())
        same = index.get((quad.predicate, value, quad.graph_name), in_any)
        meant = (s for s in same if file is None or self.files[s.file] is file)
        return self._at(next(meant, same[0]), part) if same else None

    def of_subject(self, term: Term) -> Place | None:
        """Find where a thing is described, best where its type is stated, else where it is used."""
        return next(self._subject(term), None) or next(self._used(term, []), None)

    def _candidates(self, finding: Finding) -> Iterator[Place]:
        """Give the places that fit a finding, the finest first."""
        focus, value = finding.focus, finding.value
        assert focus is not None  # noqa: S101 - place() made sure of it
        predicates = [ox.NamedNode(iri) for iri in self._predicates(finding.path)]
        inverse = bool(finding.path and finding.path.startswith("^"))
        for predicate in predicates:
            if value is not None and inverse:
                yield from self._triple(value, predicate, focus, "subject")
            elif value is not None:
                yield from self._triple(focus, predicate, value, "object")
            elif finding.check not in _ABSENT:
                yield from self._too_many(focus, predicate, finding.check, inverse=inverse)
        if value is not None and predicates:
            yield from self._used(value, predicates)
        elif value is not None and value != focus:
            yield from self._triple(focus, None, value, "object")
        yield from self._subject(focus)
        yield from self._used(focus, [])

    def _predicates(self, path: str | None) -> Iterator[str]:
        for iri, curie in _IN_PATH.findall(path or ""):
            if found := iri or expand(curie, self.prefixes):
                yield found

    def _too_many(
        self, focus: Term, predicate: ox.NamedNode, check: str, *, inverse: bool
    ) -> Iterator[Place]:
        """Give the places of a property's values, or of what has the focus as a value, last first.

        The last one is the one too many; where it's languages, the last in a language of another.
        """
        find = self._doubled if check == _UNIQUE_LANG else self._fitting
        fitting = find(_key(focus), predicate, inverse)
        return (self._at(statement, "object") for statement in reversed(fitting))

    def _fitting(
        self, focus: object, predicate: ox.NamedNode, inverse: bool
    ) -> Sequence[_Statement]:
        index = self._leading_to(focus) if inverse else self._about(focus)
        return index.get((predicate, None, None), ())

    def _in_doubled_languages(
        self, focus: object, predicate: ox.NamedNode, inverse: bool
    ) -> Sequence[_Statement]:
        fitting = self._fitting(focus, predicate, inverse)
        languages = Counter(_language(self._quad(s)) for s in fitting)
        return [s for s in fitting if languages[_language(self._quad(s))] > 1]

    def _triple(
        self, subject: Term, predicate: ox.NamedNode | None, value: Term, part: str
    ) -> Iterator[Place]:
        for statement in self._about(_key(subject)).get((predicate, _key(value), None), ()):
            yield self._at(statement, part)

    def _used(self, term: Term, predicates: Sequence[ox.NamedNode]) -> Iterator[Place]:
        found: Iterable[_Statement] = self.by_object.get(_key(term), ())
        if predicates:
            index = self._leading_to(_key(term))
            found = heapq.merge(*(index.get((p, None, None), ()) for p in set(predicates)))
        return (self._at(statement, "object") for statement in found)

    def _subject(self, term: Term) -> Iterator[Place]:
        key = _key(term)
        typed = self._about(key).get((TYPE, None, None), ())
        for statement in (typed or self.by_subject.get(key, ()))[:1]:
            yield self._at(statement, "subject")

    def _quad(self, statement: _Statement) -> Quad:
        return self.files[statement.file].quads[statement.number]

    def _at(self, statement: _Statement, part: str) -> Place:
        file = self.files[statement.file]
        positions = self._positions(statement.file)
        if positions is None:
            return Place(file.path)
        position = positions[statement.number]
        span: Span = getattr(position, part) or position.object
        return Place(file.path, *span, snippet=self._lines(statement.file)[span.line - 1])


def _language(quad: Quad) -> str | None:
    return quad.object.language if isinstance(quad.object, ox.Literal) else None


def _key(term: Term | ox.Triple) -> object:
    """Compare as rdflib leaves literals: tags without case, tokens with single spaces."""
    if not isinstance(term, ox.Literal):
        return term
    value = " ".join(term.value.split()) if term.datatype in _COLLAPSED else term.value
    return value, (term.language or "").lower(), term.datatype.value
