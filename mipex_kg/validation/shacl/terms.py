"""Terms of Oxigraph's as terms of rdflib's, and back, without any change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from mipex_kg.rdf.namespaces import XSD
from mipex_kg.rdf.terms import Term

_STRING = XSD + "string"
_UNREAD = object()


class ExactLiteral(Literal):
    """A literal as it was written: rdflib's own changes white space, and refuses some languages.

    Its Python value is read only when it is asked for.
    """

    __slots__ = ()

    def __new__(
        cls, lexical: str, language: str | None = None, datatype: URIRef | None = None
    ) -> ExactLiteral:
        """Make a literal of its lexical form."""
        literal = str.__new__(cls, lexical)
        literal._language = language
        literal._datatype = datatype
        literal._value = _UNREAD
        literal._ill_typed = None
        return literal

    @property
    def value(self) -> Any:
        """The value in Python, as rdflib reads it."""
        if self._value is _UNREAD:
            self._value = self._read()
        return self._value

    def _read(self) -> Any:
        if self._datatype is None:
            return str(self)
        try:
            return Literal(str(self), datatype=self._datatype, normalize=False).value
        except (ValueError, OverflowError, ArithmeticError):  # such as 5,000 digits
            return None

    def __reduce__(self) -> tuple[Any, ...]:
        """Tell how to make it again."""
        return ExactLiteral, (str(self), self._language, self._datatype)


def to_rdflib(term: Term) -> Node:
    """Convert a term of Oxigraph's.

    >>> to_rdflib(ox.Literal(" 01 ", datatype=ox.NamedNode(XSD + "token"))).n3()
    '" 01 "^^<http://www.w3.org/2001/XMLSchema#token>'
    """
    if isinstance(term, ox.NamedNode):
        return _iri(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)  # noqa: S101 - parsing refuses triple terms
    if term.language:
        return ExactLiteral(term.value, term.language)
    datatype = term.datatype.value
    return ExactLiteral(term.value, None, None if datatype == _STRING else _iri(datatype))


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """Put nodes into an order that is the same every time.

    >>> [str(node) for node in in_order({Literal("b"), URIRef("urn:a"), BNode("a")})]
    ['a', 'b', 'urn:a']
    """
    found = list(nodes)
    return found if len(found) < 2 else sorted(found, key=_key)


def _key(node: Node) -> tuple[str, ...]:
    kind = type(node).__name__
    if isinstance(node, Literal):
        return str(node), kind, str(node.datatype or ""), str(node.language or "")
    return str(node), kind


def _iri(text: str) -> URIRef:
    # rdflib's own way looks at each character, which the parser has done.
    return str.__new__(URIRef, text)


def from_rdflib(node: Node) -> Term:
    """Convert a term of rdflib's.

    >>> from_rdflib(Literal("Aa", lang="en"))
    <Literal value=Aa language=en>
    """
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, Literal)  # noqa: S101 - RDF 1.1 has no other term
    if node.language:
        return ox.Literal(str(node), language=node.language)
    datatype = node.datatype and ox.NamedNode(str(node.datatype))
    return ox.Literal(str(node), datatype=datatype or None)
