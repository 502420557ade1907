"""Where each quad is in an RDF/XML text.

As with Turtle, the text is read a second time, only for its syntax, and there is one position for
each quad in the order of ``pyoxigraph.parse``. The properties are compared with those of the quads,
so that a position is never that of another quad.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.parsers import expat  # what it reads has been parsed before

from mipex_kg.rdf.locate import LocateError, Position, Span
from mipex_kg.rdf.namespaces import RDF
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.xml_text import SEPARATOR, XML, Attribute, Lines, Tag, read_tag


def _rdf(name: str) -> str:
    return f"{RDF}{SEPARATOR}{name}"


_ABOUT = tuple(map(_rdf, ("about", "ID", "nodeID")))
_LINKS = tuple(map(_rdf, ("resource", "nodeID")))
# What says something of an element, and is not a property.
_SYNTAX = {*_ABOUT, *_LINKS, _rdf("parseType"), _rdf("datatype")}


class _Found(NamedTuple):
    """The position of a quad, and its property, if its element gives that."""

    position: Position
    property: str | None


class _Element:
    """An element that is open.

    :param tag: its start tag
    :param role: ``document``, ``node``, ``property``, ``collection`` or ``literal``
    :param subject: of the properties in it, or of the property that it is
    """

    def __init__(self, tag: Tag, role: str, subject: Span) -> None:
        self.tag, self.role, self.subject = tag, role, subject
        # Where its value begins, and what is in it.
        self.content: int | None = None
        self.items: list[Span] = []


def locate_xml(text: str, quads: Sequence[Quad]) -> list[Position]:
    """Tell the position of each quad.

    :param text: RDF/XML
    :param quads: in the order in which they were parsed from it
    :raises LocateError: when they can't be told

    >>> text = f'''<e:T xmlns:e="http://e/" xmlns:rdf="{RDF}" rdf:about="http://e/a">
    ...   <e:name>Ann</e:name></e:T>'''
    >>> from pyoxigraph import RdfFormat, parse
    >>> quads = list(parse(text, RdfFormat.RDF_XML))
    >>> for quad, position in zip(quads, locate_xml(text, quads), strict=True):
    ...     print(quad.object, position.object.line, position.object.column)
    <http://e/T> 1 1
    "Ann" 2 11
    """
    found = _Locator(text).found()
    if len(found) != len(quads):
        raise LocateError("there are other quads")
    for (_, property), quad in zip(found, quads, strict=True):
        if property is not None and property != quad.predicate.value:
            raise LocateError("the quads are in another order")
    return [position for position, _ in found]


class _Locator:
    """Follows the grammar of RDF/XML (section 7.2) with a stack of elements."""

    def __init__(self, text: str) -> None:
        self._text, self._lines = text, Lines(text)
        self._open: list[_Element] = []
        self._found: list[_Found] = []
        self._parser = expat.ParserCreate(namespace_separator=SEPARATOR)
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def found(self) -> list[_Found]:
        """Read the text."""
        self._parser.Parse(self._text, True)
        return self._found

    @property
    def _at(self) -> int:
        line = self._lines.starts[self._parser.CurrentLineNumber - 1]
        return line + self._parser.CurrentColumnNumber

    def _span(self, at: tuple[int, int]) -> Span:
        return self._lines.span(at)

    def _start(self, name: str, attributes: list[str]) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.content is None:
            parent.content = self._at
        if parent is not None and parent.role == "literal":
            self._open.append(parent)
            return
        tag = read_tag(self._text, self._at, name, attributes)
        if tag is None:
            raise LocateError("a tag is in an entity")
        if name == _rdf("RDF") and parent is None:
            self._open.append(_Element(tag, "document", self._span(tag.at)))
        elif parent is None or parent.role in ("document", "property", "collection"):
            self._node(tag, parent)
        else:
            self._property(tag, parent.subject)

    def _node(self, tag: Tag, parent: _Element | None) -> None:
        place = self._span(tag.at)
        about = next((own for name in _ABOUT if (own := tag.get(name))), None)
        subject = self._span(about.value_at) if about else place
        if tag.name != _rdf("Description"):
            self._add(subject, place, place, RDF + "type")
        self._attributes(tag, subject)
        if parent is not None:
            parent.items.append(subject)
        self._open.append(_Element(tag, "node", subject))

    def _attributes(self, tag: Tag, subject: Span) -> None:
        """Add what property attributes say, in the engine's order: the type, then backwards."""
        own = [attribute for attribute in tag.attributes if _is_property(attribute)]
        types = [attribute for attribute in own if attribute.name == _rdf("type")]
        others = [attribute for attribute in own if attribute.name != _rdf("type")]
        for attribute in (*types, *reversed(others)):
            spans = self._span(attribute.at), self._span(attribute.value_at)
            self._add(subject, *spans, attribute.name.replace(SEPARATOR, ""))

    def _property(self, tag: Tag, subject: Span) -> None:
        kind = tag.get(_rdf("parseType"))
        place = self._span(tag.at)
        if kind is not None and kind.value == "Resource":
            self._state(tag, subject, place)
            self._open.append(_Element(tag, "node", place))
            return
        role = "property" if kind is None else "literal"
        if kind is not None and kind.value == "Collection":
            role = "collection"
        self._open.append(_Element(tag, role, subject))

    def _characters(self, _data: str) -> None:
        if self._open and self._open[-1].content is None:
            self._open[-1].content = self._at

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        if self._open and self._open[-1] is element:  # within a literal
            return
        if element.role == "collection":
            self._collection(element)
        elif element.role in ("property", "literal"):
            self._value(element)

    def _value(self, element: _Element) -> None:
        """Add what a property says at its end."""
        tag, place = element.tag, self._span(element.tag.at)
        link = next((own for name in _LINKS if (own := tag.get(name))), None)
        target = place
        if element.role == "property" and element.items:
            target = element.items[0]
        elif link is not None:
            target = self._span(link.value_at)
        elif element.content is not None:
            target = self._span((element.content, self._at))
        if not element.items:
            self._attributes(tag, target)
        self._state(tag, element.subject, target)

    def _collection(self, element: _Element) -> None:
        """Add a list, whose cells come out back to front."""
        place = self._span(element.tag.at)
        self._state(element.tag, element.subject, place)
        end = self._span((self._at, self._at))
        for item, after in zip(element.items, [*element.items[1:], end], strict=True):
            self._add(item, after, after, RDF + "rest")
            self._add(item, item, item, RDF + "first")

    def _state(self, tag: Tag, subject: Span, target: Span) -> None:
        """Add what a property element says, and that it says so if it has a name."""
        place = self._span(tag.at)
        property = None if tag.name == _rdf("li") else tag.name.replace(SEPARATOR, "")
        self._add(subject, place, target, property)
        if name := tag.get(_rdf("ID")):
            statement = self._span(name.value_at)
            for part in ("object", "predicate", "subject", "type"):
                self._add(statement, place, place, RDF + part)

    def _add(self, subject: Span, predicate: Span, target: Span, property: str | None) -> None:
        self._found.append(_Found(Position(subject, predicate, target, None), property))


def _is_property(attribute: Attribute) -> bool:
    return attribute.name not in _SYNTAX and not attribute.name.startswith(XML + SEPARATOR)
