"""The text of an RDF/XML file: what it must not be, and what the engine reads wrongly.

The engine takes a file that ends too soon for a whole one, its time grows with the square of the
depth, and it neither knows ``xml:lang=""`` nor removes the dots in a base. It refuses a text with a
comment, an instruction or a CDATA section in it, and loses what has a ``parseType`` that it doesn't
know, where RDF/XML has a literal.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat  # it expands no external entity, and others are counted before

import pyoxigraph as ox

from mipex_kg.rdf.iris import without_dots
from mipex_kg.rdf.locate import Span
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.preserving import Prepared
from mipex_kg.rdf.xml_errors import explain_xml
from mipex_kg.rdf.xml_literals import canonical
from mipex_kg.system.errors import SourceError

# Between a namespace and a name: no IRI has one.
SEPARATOR = " "
XML = "http://www.w3.org/XML/1998/namespace"
# A language that nobody speaks, for texts that have none.
_NO_LANGUAGE = "x-no-language"
_XML_LITERAL = ox.NamedNode(RDF + "XMLLiteral")
_MOST_LEVELS = 1000
# So many bytes before a mistake tell what it is.
_LOOKED_AT = 500
_MOST_EXPANDED = 100_000_000
_REFERENCE = re.compile(r"[&%]([^;#&%\s]+);")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"<[^\s/>]+")
_ATTRIBUTE = re.compile(r"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_WORTH = re.compile(
    r"""xml:lang\s*=\s*(""|''|["'][^"']*[A-Z])|xml:base\s*=\s*["'][^"']*/\.|<!|<\?|parseType"""
)
_PARSE_TYPE = f"{RDF}{SEPARATOR}parseType"
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ASIDE = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)


class Attribute(NamedTuple):
    """An attribute of a start tag.

    :param name: namespace, separator and name
    :param at: from where to where its name goes
    :param value_at: from where to where its value goes, quotation marks included
    """

    name: str
    value: str
    at: tuple[int, int]
    value_at: tuple[int, int]


class Tag(NamedTuple):
    """A start tag: its name with the namespace, where that is, and its attributes."""

    name: str
    at: tuple[int, int]
    attributes: Sequence[Attribute]

    def get(self, name: str) -> Attribute | None:
        """Give one of the attributes."""
        return next((own for own in self.attributes if own.name == name), None)


class Lines:
    """Lines and columns of a text."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def span(self, at: tuple[int, int]) -> Span:
        """Turn a start and an end into lines and columns."""
        start, end = at
        line = bisect_right(self.starts, start)
        last = bisect_right(self.starts, end, line - 1)
        return Span(line, start - self.starts[line - 1] + 1, last, end - self.starts[last - 1] + 1)


def read_tag(text: str, start: int, name: str, attributes: Sequence[str]) -> Tag | None:
    """Find where the parts of a start tag are; None if the tag isn't written there.

    :param start: where the tag begins
    :param name: as the parser gives it
    :param attributes: names and values in turn, as the parser tells them
    """
    match = _NAME.match(text, start)
    if match is None:
        return None
    at, end = match.span(), match.end()
    found = []
    while attribute := _ATTRIBUTE.match(text, end):
        end = attribute.end()
        if attribute[1] != "xmlns" and not attribute[1].startswith("xmlns:"):
            found.append((attribute.span(1), attribute.span(2)))
    if 2 * len(found) != len(attributes):
        return None
    pairs = zip(attributes[::2], attributes[1::2], found, strict=True)
    return Tag(name, at, [Attribute(key, value, *places) for key, value, places in pairs])


def prepare(text: str, path: Path) -> Prepared:
    """Check a text, and prepare it for the engine.

    :raises SourceError: when it is not XML, is nested too deeply, or has entities that stand for
        far more text than the file has

    >>> prepare('<a xml:base="http://e/a/../b" xml:lang="en-GB"/>', Path("x.rdf"))
    Prepared(text='<a xml:base="http://e/b"      xml:lang="en-GB"/>', tags={'en-gb': 'en-GB'})
    """
    checker = _Checker(text, path)
    checker.check()
    return Prepared(checker.changed(), checker.tags)


def restored(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Take the language from texts that have none, and write XML in its canonical form."""
    return (
        ox.Quad(quad.subject, quad.predicate, _restored(quad.object), quad.graph_name)
        if isinstance(quad.object, ox.Literal)
        and (quad.object.language == _NO_LANGUAGE or quad.object.datatype == _XML_LITERAL)
        else quad
        for quad in quads
    )


def _restored(literal: ox.Literal) -> ox.Literal:
    if literal.language:
        return ox.Literal(literal.value)
    return ox.Literal(canonical(literal.value), datatype=_XML_LITERAL)


class _Checker:
    """Parses a text once, with an eye on its depth, its entities and its languages."""

    def __init__(self, text: str, path: Path) -> None:
        self._text, self._path = text, path
        self._depth = 0
        # The depth of the element whose content is a literal.
        self._literal: int | None = None
        self._sizes: dict[str, int] = {}
        self._changes: list[tuple[int, int, str]] = []
        self.tags: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator=SEPARATOR)
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartCdataSectionHandler = self._cdata
        self._parser.CommentHandler = self._parser.ProcessingInstructionHandler = self._aside
        self._parser.EntityDeclHandler = self._entity
        self._parser.EndDoctypeDeclHandler = self._expand
        self._lines = Lines(text) if _WORTH.search(text) else None

    def check(self) -> None:
        """Parse the text."""
        try:
            self._parser.Parse(self._text, True)
        except expat.ExpatError as error:
            said, at = expat.ErrorString(error.code), self._parser.ErrorByteIndex
            before = self._text.encode()[max(0, at - _LOOKED_AT) : at].decode(errors="replace")
            hint = explain_xml(said, before)
            message = f"It is not XML: {said}."
            raise self._error(message, error.lineno, error.offset, hint) from None

    def _error(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> SourceError:
        return SourceError(
            message,
            path=self._path,
            line=self._parser.CurrentLineNumber if line is None else line,
            column=(self._parser.CurrentColumnNumber if column is None else column) + 1,
            hint=hint,
        )

    def _entity(self, name: str, _parameter: int, value: str | None, *_: object) -> None:
        """Count what an entity stands for."""
        references = _REFERENCE.findall(value or "")
        self._sizes[name] = len(value or "") + sum(
            self._sizes.get(inner, 0) for inner in references
        )

    def _expand(self) -> None:
        """Refuse entities that stand for far more text than the file has."""
        used = _REFERENCE.findall(self._text) if self._sizes else []
        if sum(self._sizes.get(name, 0) for name in used) > _MOST_EXPANDED:
            raise self._error("Its XML entities stand for more than 100 MB of text.")

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._depth > _MOST_LEVELS:
            raise self._error(f"It is nested too deeply: more than {_MOST_LEVELS} levels.")
        if self._literal is not None:
            return
        kind = dict(zip(attributes[::2], attributes[1::2], strict=True)).get(_PARSE_TYPE)
        is_odd = kind not in (None, "Resource", "Collection", "Literal")
        if is_odd or any(key.startswith(XML) for key in attributes[::2]):
            tag = read_tag(self._text, self._at(), name, attributes) if self._lines else None
            for attribute in tag.attributes if tag else ():
                self._look_at(attribute)
        if kind not in (None, "Resource", "Collection"):
            self._literal = self._depth

    def _at(self) -> int:
        """Tell how many characters are before what is being parsed."""
        assert self._lines is not None  # noqa: S101 - it is there for all that is worth a look
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return self._lines.starts[line - 1] + column

    def _cdata(self) -> None:
        if found := _CDATA.match(self._text, self._at()):
            self._changes.append((*found.span(), html.escape(found[1], quote=False)))

    def _aside(self, *_: object) -> None:
        """Leave out a comment or an instruction that may be in a text; a literal has them."""
        is_in_text = self._depth and self._literal is None
        if is_in_text and (found := _ASIDE.match(self._text, self._at())):
            self._changes.append((*found.span(), ""))

    def _end(self, _name: str) -> None:
        if self._literal == self._depth:
            self._literal = None
        self._depth -= 1

    def _look_at(self, attribute: Attribute) -> None:
        """Change an attribute that the engine reads wrongly, and keep the case of languages."""
        start, end = attribute.value_at
        if attribute.name == _PARSE_TYPE:
            if attribute.value not in ("Resource", "Collection", "Literal"):
                self._changes.append((start, end, '"Literal"'))
        elif attribute.name == f"{XML}{SEPARATOR}base":
            written = f'"{without_dots(self._text[start + 1 : end - 1])}"'
            self._changes.append((start, end, written.ljust(end - start)))
        elif attribute.name == f"{XML}{SEPARATOR}lang" and not attribute.value:
            self._changes.append((start, end, f'"{_NO_LANGUAGE}"'))
        elif (
            attribute.name == f"{XML}{SEPARATOR}lang" and attribute.value.lower() != attribute.value
        ):
            self.tags.setdefault(attribute.value.lower(), attribute.value)

    def changed(self) -> str:
        """Give the text with the changes."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        done = 0
        for start, end, written in sorted(self._changes):
            yield self._text[done:start]
            yield written
            done = end
        yield self._text[done:]
