r"""Where each quad is in a Turtle, TriG, N-Triples or N-Quads text.

RDF parsers drop positions, but anyone who reads a violation wants ``file:line:column``.
:func:`locate` reads the text a second time, only for its syntax, and yields one
:class:`Position` for each quad *in the order of* ``pyoxigraph.parse``, so that the two zip.
pyoxigraph doesn't promise its order: the tests hold this module to that of the version in use.

>>> from pyoxigraph import RdfFormat, parse
>>> text = "@prefix : <http://example.org/> .\n:ada a :Person ;\n  :born 1815 ."
>>> quads = parse(text, format=RdfFormat.TURTLE)
>>> for quad, position in zip(quads, locate(text), strict=True):
...     print(quad.object.value, "at", position.object.line, position.object.column)
http://example.org/Person at 2 8
1815 at 3 9

What a span covers, where a node has no token of its own:

- a literal: its string with ``@lang`` or ``^^datatype``; ``[]`` and ``()``: all of it;
- ``[ … ]``: the ``[``; a list ``( … )`` as subject or object: the ``(``;
- the cell of a list, as subject: its element's token;
- ``rdf:first``: subject, predicate and object are the element's token;
- ``rdf:rest``: predicate and object are the next element's token, or the final ``)``.

Triple terms ``<<( )>>``, reified triples ``<< >>``, reifiers ``~`` and annotations ``{| |}``
of RDF 1.2 are refused with :class:`LocateError`.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias, overload

__all__ = ["LocateError", "Located", "Position", "Span", "locate"]


class Span(NamedTuple):
    """A piece of the text: 1-based, columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Position(NamedTuple):
    """The tokens of one quad; ``graph`` is None in the default graph."""

    subject: Span
    predicate: Span
    object: Span
    graph: Span | None


class LocateError(Exception):
    """The text holds syntax this module doesn't know; the quads from there on have no position.

    :param place: where it is, if that is one
    """

    def __init__(self, message: str, place: Span | None = None) -> None:
        super().__init__(message)
        self.place = place


def locate(text: str) -> Iterator[Position]:
    r"""Yield the position of each quad of ``text``, in the order of ``pyoxigraph.parse``.

    The text is taken to be one that the parser accepts; little else is checked here.

    :param text: Turtle, TriG, N-Triples or N-Quads; a BOM at its start counts as no column
    :returns: one position for each quad, lazily, statement by statement
    :raises LocateError: at a token that is unknown or out of place

    >>> for position in locate("<s> <p> [ <q> 'é'@fr ] ."):
    ...     print(position.subject.column, position.predicate.column, position.object.column)
    9 11 15
    1 5 9
    """
    scanner = _Scanner(text)
    return map(scanner.position, scanner.quads())


class Located(Sequence[Position]):
    """The positions of all quads of a text, each made when it is asked for: few are.

    :param text: as for ``locate``
    :raises LocateError: at a token that is unknown or out of place

    >>> len(Located("<s> <p> 1, 2 .")), Located("<s> <p> 1, 2 .")[1].object.column
    (2, 12)
    """

    def __init__(self, text: str) -> None:
        self._scanner = _Scanner(text)
        self._offsets = array("q")
        for extents in self._scanner.quads():
            for start, end in extents:
                self._offsets.append(start)
                self._offsets.append(end)

    def __len__(self) -> int:
        """Count the quads."""
        return len(self._offsets) // _OFFSETS

    @overload
    def __getitem__(self, index: int) -> Position: ...

    @overload
    def __getitem__(self, index: slice) -> list[Position]: ...

    def __getitem__(self, index: int | slice) -> Position | list[Position]:
        """Give the position of a quad, by its number."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        found = self._offsets[number * _OFFSETS : (number + 1) * _OFFSETS]
        subject, predicate, target, graph = zip(found[::2], found[1::2], strict=True)
        return self._scanner.position((subject, predicate, target, graph))


_Extent: TypeAlias = tuple[int, int]
_Extents: TypeAlias = tuple[_Extent, _Extent, _Extent, _Extent]
# Where a quad in the default graph has its graph; and how many offsets a quad has.
_NOWHERE: _Extent = (-1, -1)
_OFFSETS = 8


# The productions of Turtle's grammar. Where pyoxigraph's lenient mode takes more, so do these:
# the text has been parsed before, only the tokens' ends matter. No repeat can end in two ways, so
# the time is linear; those of groups are counted, see _through.
_BASE = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHAR = _BASE + r"_\-0-9\u00b7\u0300-\u036f\u203f\u2040"
_REST = rf"(?:[{_CHAR}.]*[{_CHAR}])?"  # dots inside a name belong to it, dots at its end don't
_LABEL = rf"_:[{_BASE}_0-9]{_REST}"
_LOCAL = rf"(?:[{_CHAR}:.%]*(?:[{_CHAR}:%]|(?=\\)))?"
_NAME = rf"(?:[{_BASE}]{_REST})?:(?:[{_BASE}_:0-9%]{_LOCAL})?"  # as far as its first backslash
_IRI = rf"<[^<>]*>|{_NAME}"
_EXPONENT = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"
_NUMBER = rf"[+-]?(?:{_EXPONENT}|[0-9]*\.[0-9]+|[0-9]+)"
_TOKEN = (
    r"[ \t\r\n]*(?:"
    rf"(?P<term>{_LABEL}|{_IRI}|{_NUMBER})"
    r"""|(?P<string>"(?!"")[^"\\]*"|'(?!'')[^'\\]*')"""
    r"""|(?P<quote>\"""|'''|["'])"""
    r"|(?P<mark>[\[\](){}.,;])"
    r"|(?P<word>@?[A-Za-z]+)"
    r"|(?P<comment>#[^\r\n]*)"
    r"|(?P<unknown>[^ \t\r\n]))"
)
_SPACE = r"(?:[ \t\r\n]+|#[^\r\n]*){,1000}"
_ESCAPED = rf"(?:\\.{_LOCAL}){{,1000}}"
_WITHIN = {
    '"': r'(?:[^"\\]+|\\.){,1000}',
    "'": r"(?:[^'\\]+|\\.){,1000}",
    '"""': r'(?:[^"\\]+|\\.|"(?!"")){,1000}',
    "'''": r"(?:[^'\\]+|\\.|'(?!'')){,1000}",
}
_CLOSING = {"[": "]", "(": ")"}
_NEWLINE = re.compile(r"\r\n?|\n")

# How many tokens after a word that opens a statement are not terms of a quad.
_DIRECTIVES = {"@prefix": 2, "prefix": 2, "graph": 0} | dict.fromkeys(
    ("@base", "base", "@version", "version"), 1
)
_WORDS = frozenset({"a", "true", "false"})


def lexemes(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the tokens of a text, without spaces and comments: kind, start and end.

    The kind is the group in ``_TOKEN``, or one of two others. A ``literal`` is a string with its
    suffix, a ``pair`` is brackets with nothing between them.
    """
    # Compiled here: it takes a while, and only those who look for places need it.
    token = re.compile(_TOKEN)
    end = 1 if text.startswith("\ufeff") else 0
    while (match := token.match(text, end)) and (kind := match.lastgroup):
        start, end = match.span(kind)
        if kind == "comment":
            continue
        if kind != "term" or text.startswith("\\", end):
            kind, end = _whole(text, kind, start, end)
        yield kind, start, end


def _whole(text: str, kind: str, start: int, end: int) -> tuple[str, int]:
    """Follow a token beyond what ``_TOKEN`` sees of it; return its kind and its end."""
    if kind == "term":
        return kind, _escaped(text, end)
    if kind == "mark" and (closing := _CLOSING.get(text[start])):
        last = _through(_SPACE, text, end)
        return ("pair", last + 1) if text.startswith(closing, last) else (kind, end)
    if kind == "quote":
        quote = text[start:end]
        last = _through(_WITHIN[quote], text, end)
        if not text.startswith(quote, last):
            return "unknown", end
        kind, end = "string", last + len(quote)
    if kind == "string" and (last := _suffix(text, end)) > end:
        return "literal", last
    return kind, end


def _suffix(text: str, end: int) -> int:
    """Find the end of a string's language or datatype, or of the string where it has none."""
    start = _through(_SPACE, text, end)
    if language := re.compile(r"@[A-Za-z0-9-]+").match(text, start):
        return language.end()
    if text.startswith("^^", start):
        datatype = re.compile(_IRI).match(text, _through(_SPACE, text, start + 2))
        return _escaped(text, datatype.end()) if datatype else end
    return end


def _escaped(text: str, end: int) -> int:
    """Find the end of a name, given where its first backslash would be."""
    return _through(_ESCAPED, text, end) if text.startswith("\\", end) else end


def _through(pattern: str, text: str, start: int) -> int:
    """Find where a repeat ends.

    ``re`` keeps a note of each round of a group: hundreds of megabytes for a long text. So a
    pattern has a limit of rounds, and is matched as often as it takes.
    """
    rounds = re.compile(pattern)
    while (match := rounds.match(text, start)) and match.end() > start:
        start = match.end()
    return start


def _span(lines: Sequence[int], start: int, end: int) -> Span:
    """Turn offsets into lines and columns, given the offset at which each line starts.

    >>> _span([0, 4], 5, 7)
    Span(line=2, column=2, end_line=2, end_column=4)
    """
    line = bisect_right(lines, start)
    last = bisect_right(lines, end, line - 1)
    return Span(line, start - lines[line - 1] + 1, last, end - lines[last - 1] + 1)


class _Frame(NamedTuple):
    """What is open: a statement (``mark`` is empty), a ``[`` or a ``(``.

    ``terms`` are the next quad's as far as they are known: subject, predicate, object. In a list
    the current element is its cell's subject and predicate; before there is one, the list's own
    token is the only term.
    """

    mark: str
    terms: list[_Extent]


class _Scanner:
    """Follows the grammar with a stack of frames, and keeps pyoxigraph's order of quads.

    pyoxigraph pushes the quads that a token completes on a stack, and pops them before it reads
    the next token: they come out in reverse. ``_batch`` is that stack.
    """

    def __init__(self, text: str) -> None:
        # Editors don't show the BOM, so line 1 starts behind it.
        first = 1 if text.startswith("\ufeff") else 0
        self._lines = array("q", [first, *(match.end() for match in _NEWLINE.finditer(text))])
        self._text, self._tokens = text, lexemes(text)
        self._frames = [_Frame("", [])]
        self._graph = _NOWHERE
        self._batch: list[_Extents] = []
        self._ready: list[_Extents] = []

    def position(self, extents: _Extents) -> Position:
        """Turn offsets into lines and columns."""
        subject, predicate, target = (_span(self._lines, *extent) for extent in extents[:3])
        graph = None if extents[3] == _NOWHERE else _span(self._lines, *extents[3])
        return Position(subject, predicate, target, graph)

    def quads(self) -> Iterator[_Extents]:
        """Yield where a statement's quads are at its end: N-Quads don't name the graph before."""
        for kind, start, end in self._tokens:
            self._read(kind, (start, end))
            # A suffix may follow a string, so pyoxigraph completes it with the next token.
            if self._batch and kind != "string":
                self._flush()
            if kind == "mark" and self._text[start] in ".}":
                yield from self._ready
                self._ready.clear()
        if len(self._frames) > 1 or self._frames[0].terms:
            raise LocateError("the text ends within a statement")

    def _flush(self) -> None:
        self._ready.extend(reversed(self._batch))
        self._batch.clear()

    def _read(self, kind: str, extent: _Extent) -> None:
        frame = self._frames[-1]
        if kind == "mark":
            self._read_mark(self._text[extent[0]], extent)
        elif kind == "word" and not frame.terms:
            self._skip_directive(extent)
        elif kind == "unknown" or (kind == "word" and self._of(extent) not in _WORDS):
            raise self._unexpected(extent)
        else:
            if frame.mark == "(":
                self._enter(extent)
            # For pyoxigraph these are several tokens: what the first completes comes out before.
            if kind in ("string", "literal", "pair"):
                self._flush()
            self._fill(frame, extent)

    def _of(self, extent: _Extent) -> str:
        return self._text[slice(*extent)]

    def _skip_directive(self, extent: _Extent) -> None:
        """Pass over ``PREFIX``, ``BASE``, ``VERSION`` and ``GRAPH``; a dot after it is harmless."""
        count = _DIRECTIVES.get(self._of(extent).lower())
        if count is None:
            raise self._unexpected(extent)
        for _ in range(count):
            next(self._tokens, None)

    def _read_mark(self, mark: str, extent: _Extent) -> None:
        match mark:
            case "[" | "(":
                self._enter(extent)
                self._frames.append(_Frame(mark, [extent]))
            case "]":
                node = self._innermost(extent, "[").terms[0]
                self._frames.pop()
                self._fill(self._frames[-1], node)
            case ")":
                self._emit(self._innermost(extent, "(").terms[0], extent, extent)
                self._frames.pop()
            case ";":
                del self._innermost(extent, "", "[").terms[1:]
            case ",":
                del self._innermost(extent, "", "[").terms[2:]
            case _:
                self._end_statement(mark, extent)

    def _end_statement(self, mark: str, extent: _Extent) -> None:
        terms = self._innermost(extent, "").terms
        if mark == "{":
            self._graph = terms[0] if terms else _NOWHERE
        elif mark == "}":
            self._graph = _NOWHERE
        terms.clear()

    def _innermost(self, extent: _Extent, *marks: str) -> _Frame:
        """Return the innermost frame, which must have one of these marks."""
        frame = self._frames[-1]
        if frame.mark not in marks:
            raise self._unexpected(extent)
        return frame

    def _enter(self, element: _Extent) -> None:
        """Begin the next cell if a list is innermost; ``element`` is the first token in it."""
        frame = self._frames[-1]
        if frame.mark != "(":
            return
        if len(frame.terms) == 1:  # only now pyoxigraph knows that the list isn't empty
            self._fill(self._frames[-2], frame.terms[0])
        else:
            self._emit(frame.terms[0], element, element)
        frame.terms[:] = element, element

    def _fill(self, frame: _Frame, node: _Extent) -> None:
        """Add the next term of the frame; an object completes a quad."""
        frame.terms.append(node)
        if len(frame.terms) == 3:
            self._emit(*frame.terms)
        elif len(frame.terms) > 3:
            self._name_graph(node)

    def _emit(self, subject: _Extent, predicate: _Extent, target: _Extent) -> None:
        self._batch.append((subject, predicate, target, self._graph))

    def _name_graph(self, name: _Extent) -> None:
        """Complete a statement of N-Quads with its graph."""
        self._flush()
        if len(self._frames) > 1 or len(self._ready) != 1:
            raise self._unexpected(name)
        self._ready[0] = (*self._ready[0][:3], name)

    def _unexpected(self, extent: _Extent) -> LocateError:
        place = _span(self._lines, *extent)
        where = f"line {place.line}, column {place.column}"
        return LocateError(f"unexpected token at {where}", place)
