"""Terms as values of Python: numbers, dates and texts, which know what they were."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import XSD
from mipex_kg.rdf.terms import Term


class IRI(str):
    """An IRI, as the text that it is.

    >>> IRI("http://schema.org/name").startswith("http://schema.org/")
    True
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"IRI({super().__repr__()})"


class Text(str):
    """A text in a language, or of a datatype for which Python has no type of its own.

    :param language: its tag; empty if it has none
    :param datatype: IRI of its datatype

    >>> text = Text("Ada", language="en")
    >>> text == "Ada", text.language
    (True, 'en')
    """

    language: str
    datatype: IRI

    def __new__(cls, value: str, *, language: str = "", datatype: str = XSD + "string") -> Text:
        """Make a text that knows its language and datatype."""
        text = super().__new__(cls, value)
        text.language, text.datatype = language, IRI(datatype)
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        return (str(self),), {"language": self.language, "datatype": str(self.datatype)}


Value: TypeAlias = str | int | float | Decimal | date | time | None


_INTEGERS = (
    "integer nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger long int short "
    "byte unsignedLong unsignedInt unsignedShort unsignedByte"
)
_DATE = r"\d{4}-\d\d-\d\d"
# Python counts no finer than microseconds, and knows no hour 24 before 3.14.
_TIME = r"(?!24)\d\d:\d\d:\d\d(\.\d{1,6})?"
_ZONE = r"(Z|[+-]\d\d:\d\d)"
_WHOLE = r"[+-]?\d+"
_DOUBLE = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"


class _ValueReader(NamedTuple):
    """How values of a datatype are written (XML Schema 1.1, part 2), and read."""

    form: str
    read: Callable[[str], Value]


def _readers() -> Mapping[str, _ValueReader]:
    whole, double = _ValueReader(_WHOLE, int), _ValueReader(_DOUBLE, float)
    named = {
        **dict.fromkeys(_INTEGERS.split(), whole),
        "gYear": _ValueReader(r"-?\d{4,}", int),
        "decimal": _ValueReader(r"[+-]?(\d+(\.\d*)?|\.\d+)", Decimal),
        "double": double,
        "float": double,
        "boolean": _ValueReader("true|false|1|0", lambda text: text in ("true", "1")),
        "date": _ValueReader(_DATE, date.fromisoformat),
        "time": _ValueReader(f"{_TIME}{_ZONE}?", time.fromisoformat),
        "dateTime": _ValueReader(f"{_DATE}T{_TIME}{_ZONE}?", datetime.fromisoformat),
        "dateTimeStamp": _ValueReader(f"{_DATE}T{_TIME}{_ZONE}", datetime.fromisoformat),
        "string": _ValueReader("(?s:.*)", str),
    }
    return {XSD + name: reader for name, reader in named.items()}


_READERS = _readers()


def value_of(term: Term | None) -> Value:
    """Give a term as a value of Python.

    What Python can't hold (the year 12000, a date with a time zone, an ill-typed literal) is a
    ``Text`` of its lexical form, with its datatype.

    :param term: None for what is unbound

    >>> integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    >>> value_of(ox.Literal("052", datatype=integer)), value_of(ox.Literal("x", datatype=integer))
    (52, 'x')
    >>> value_of(ox.NamedNode("http://schema.org/name"))
    IRI('http://schema.org/name')
    """
    match term:
        case None:
            return None
        case ox.NamedNode():
            return IRI(term.value)
        case ox.Literal() if term.language:
            return Text(term.value, language=term.language, datatype=term.datatype.value)
        case ox.Literal():
            return _read(term)
        case _:
            return str(term)


def _read(literal: ox.Literal) -> Value:
    reader = _READERS.get(literal.datatype.value)
    if reader and re.fullmatch(reader.form, literal.value, re.ASCII):
        try:
            return reader.read(literal.value)
        except ValueError:  # the 31st of February, or more digits than Python takes
            pass
    return Text(literal.value, datatype=literal.datatype.value)


def term_of(value: Value | Term) -> Term:
    """Give the term that a value of Python is; a plain text is a string.

    :raises TypeError: when no term is like that

    >>> term_of(True), term_of(IRI("http://schema.org/name"))
    (<Literal value=true datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#boolean>>, \
<NamedNode value=http://schema.org/name>)
    """
    if isinstance(value, IRI):
        return ox.NamedNode(value)
    if isinstance(value, Text) and value.language:
        return ox.Literal(str(value), language=value.language)
    if isinstance(value, Text):
        return ox.Literal(str(value), datatype=ox.NamedNode(value.datatype))
    if isinstance(value, str):
        return ox.Literal(value)
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple):
        return value
    for type, (name, write) in _WRITERS.items():
        if isinstance(value, type):
            return ox.Literal(write(value), datatype=XSD.term(name))
    raise TypeError(f"No term is like {value!r}.")


def _write_float(value: float) -> str:
    return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(str(value), str(value))


# The more special type first: a truth value is a whole number to Python, a time stamp a date.
_WRITERS: Mapping[type, tuple[str, Callable[..., str]]] = {
    bool: ("boolean", lambda value: str(value).lower()),
    int: ("integer", str),
    float: ("double", _write_float),
    Decimal: ("decimal", lambda value: format(value, "f")),
    datetime: ("dateTime", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
}
