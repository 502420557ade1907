"""Reading JSON so that each part knows its place: RFC 8259, names unique as JSON-LD 1.1 wants them.

The values are those of ``json.loads``, of types that also say where they are in the text.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeAlias

from mipex_kg.rdf.locate import Span
from mipex_kg.system.errors import SourceError

_STRINGS = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"\w+|\S")
_WORDS = {"true": True, "false": False, "null": None}
_LINE_END = re.compile(r"\r\n|\n|\r")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# Who reads what is in a text goes down by recursion, and Python ends that.
MOST_LEVELS = 200
# Python refuses to read integers that are much longer than this.
_MOST_DIGITS = 4000


class Extent(NamedTuple):
    """From where to where something goes in the text."""

    start: int
    end: int


class PlacedText(str):
    """A string or a name of JSON."""

    extent: Extent

    def lower(self) -> PlacedText:
        """Stay as it is: PyLD asks for lower case only to change the tags of languages."""
        return self


class Integer(int):
    """A number of JSON without a fraction and an exponent."""

    extent: Extent


class Double(float):
    """Any other number of JSON.

    :param text: as it is written
    """

    extent: Extent
    text: str


class Object(dict[str, Any]):
    """An object of JSON: its names are of ``PlacedText``.

    :param values_at: where the value of each name is
    """

    extent: Extent

    def __init__(self) -> None:
        super().__init__()
        self.values_at: dict[str, Extent] = {}

    def places(self) -> Iterable[tuple[str | int, Extent]]:
        """Give each name, and where its value is."""
        return self.values_at.items()

    def __deepcopy__(self, memo: object) -> Object:
        """Stay the same: who reads it keeps no other copy."""
        return self


class Array(list[Any]):
    """An array of JSON.

    :param values_at: where each value is
    """

    extent: Extent

    def __init__(self) -> None:
        super().__init__()
        self.values_at: list[Extent] = []

    def places(self) -> Iterable[tuple[str | int, Extent]]:
        """Give each number, and where its value is."""
        return enumerate(self.values_at)

    def __deepcopy__(self, memo: object) -> Array:
        """Stay the same: who reads it keeps no other copy."""
        return self


Container: TypeAlias = Object | Array


class JsonText:
    """A text in JSON, and what is in it.

    :param path: the file, which errors name
    :raises SourceError: when it is not JSON, at the place

    >>> text = JsonText('{"a": [1, {"b c": null}]}', Path("x.json"))
    >>> text.root
    {'a': [1, {'b c': None}]}
    >>> inner = text.root["a"][1]
    >>> text.span(inner.extent).column, text.path_to(inner.values_at["b c"])
    (11, "$.a[1]['b c']")
    """

    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path = text, path
        self._known: dict[int, tuple[list[int], list[str | int]]] = {}
        self.root, extent = _JsonReader(self).read()
        self.extent = extent

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def span(self, extent: Extent) -> Span:
        """Tell lines and columns."""
        line = bisect_right(self._lines, extent.start)
        last = bisect_right(self._lines, extent.end, line - 1)
        return Span(
            line,
            extent.start - self._lines[line - 1] + 1,
            last,
            extent.end - self._lines[last - 1] + 1,
        )

    def path_to(self, extent: Extent) -> str:
        """Tell the way to a value or a name, as JSONPath (RFC 9535) does."""
        return "$" + "".join(map(_step, self._steps(extent)))

    def _steps(self, extent: Extent) -> Iterator[str | int]:
        value = self.root
        while isinstance(value, Object | Array) and value.extent != extent:
            starts, steps = self._children(value)
            number = bisect_right(starts, extent.start) - 1
            if number < 0:
                return
            yield steps[number]
            value = value[steps[number]]  # type: ignore[index]  # a name of it, or a place in it

    def _children(self, container: Container) -> tuple[list[int], list[str | int]]:
        """Give where the members of a container begin, and how they are called."""
        if id(container) not in self._known:
            starts = [
                (step.extent if isinstance(step, PlacedText) else place).start
                for step, place in container.places()
            ]
            steps = [step for step, _ in container.places()]
            self._known[id(container)] = starts, steps
        return self._known[id(container)]

    def error(self, message: str, extent: Extent, hint: str | None = None) -> SourceError:
        """Make an error about a part of the text."""
        span = self.span(extent)
        return SourceError(message, path=self.path, line=span.line, column=span.column, hint=hint)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _NAME.match(step):
        return f".{step}"
    escaped = (
        json.dumps(str(step), ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    )
    return f"['{escaped}']"


class _JsonReader:
    """Reads a text from its start to its end, with the containers that are open on a stack."""

    def __init__(self, source: JsonText) -> None:
        self._source, self._text = source, source.text
        self._at = 0
        self._open: list[Container] = []
        # The name for which a value is awaited in each object that is open.
        self._names: list[PlacedText | None] = []

    def read(self) -> tuple[Any, Extent]:
        """Read the one value that the text is."""
        self._skip()
        root: Any = None
        extent = Extent(0, 0)
        while True:
            start = self._at
            is_open, value = self._value()
            if not is_open:
                value, extent = self._closed(value, Extent(start, self._at))
                if not self._open:
                    root = value
                    break
        self._skip()
        if self._at < len(self._text):
            self._fail("There is something behind its end")
        return root, extent

    def _closed(self, value: Any, extent: Extent) -> tuple[Any, Extent]:
        """Put a value into what holds it, and close all that ends with it."""
        while self._open:
            holder = self._open[-1]
            self._put(value, extent, holder)
            end = "}" if isinstance(holder, Object) else "]"
            self._skip()
            if self._peek() == ",":
                self._at += 1
                self._skip()
                if isinstance(holder, Object):
                    self._name()
                break
            if self._peek() != end:
                self._fail(f"A comma or {end} is missing")
            value, extent = self._pop()
        return value, extent

    def _pop(self) -> tuple[Container, Extent]:
        """Close the innermost container at its bracket."""
        self._at += 1
        self._names.pop()
        container = self._open.pop()
        container.extent = Extent(container.extent.start, self._at)
        return container, container.extent

    def _put(self, value: Any, extent: Extent, holder: Container) -> None:
        if isinstance(holder, Array):
            holder.append(value)
            holder.values_at.append(extent)
            return
        name = self._names[-1]
        assert name is not None  # noqa: S101 - it was read before the value
        holder[name] = value
        holder.values_at[name] = extent

    def _value(self) -> tuple[bool, Any]:
        """Read a value, or open one; the first result says which of the two."""
        character = self._peek()
        if character in ("{", "["):
            return self._opened(character)
        start = self._at
        if character == '"':
            return False, self._string()
        if match := _NUMBER.match(self._text, start):
            self._at = match.end()
            return False, self._number(match)
        for written, value in _WORDS.items():
            if self._text.startswith(written, start):
                self._at += len(written)
                return False, value
        self._refuse_last_comma()
        word = _WORD.match(self._text, start)
        return self._fail(f"{word[0]} is not a value of JSON" if word else "A value is missing")

    def _refuse_last_comma(self) -> None:
        """Say of a comma behind which nothing comes that it is too many."""
        before = self._text[: self._at].rstrip()
        if before.endswith(",") and self._peek() in ("}", "]"):
            extent = Extent(len(before) - 1, len(before))
            raise self._source.error(
                f"It is not JSON: there is a comma before {self._peek()}.", extent, "Remove it."
            )

    def _opened(self, character: str) -> tuple[bool, Any]:
        container: Container = Object() if character == "{" else Array()
        container.extent = Extent(self._at, self._at)
        self._open.append(container)
        if len(self._open) > MOST_LEVELS:
            raise self._source.error(
                f"It is nested too deeply: more than {MOST_LEVELS} levels.", container.extent
            )
        self._at += 1
        self._names.append(None)
        self._skip()
        if self._peek() == ("}" if character == "{" else "]"):
            return False, self._pop()[0]
        if character == "{":
            self._name()
        return True, None

    def _name(self) -> None:
        """Read a name and its colon."""
        if self._peek() != '"':
            self._refuse_last_comma()
            self._fail("A name in quotation marks is missing")
        name = self._string()
        if name in self._open[-1]:
            raise self._source.error(
                f"The name {json.dumps(str(name), ensure_ascii=False)} is in this object twice.",
                name.extent,
                "JSON-LD wants names unique. Give one name all values, in brackets: [ … , … ].",
            )
        self._names[-1] = name
        self._skip()
        if self._peek() != ":":
            self._fail("A colon is missing")
        self._at += 1
        self._skip()

    def _string(self) -> PlacedText:
        start = self._at
        try:
            value, self._at = _STRINGS.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            self._at = min(error.pos, len(self._text))
            self._fail(error.msg)
        text = PlacedText(value)
        text.extent = Extent(start, self._at)
        if not value.isascii() and _SURROGATE.search(value):
            raise self._source.error(
                "This text has half a surrogate pair, which is not a character.", text.extent
            )
        return text

    def _number(self, match: re.Match[str]) -> Integer | Double:
        extent = Extent(*match.span())
        number: Integer | Double
        if match[1] is None and match[2] is None and len(match[0]) <= _MOST_DIGITS:
            number = Integer(match[0])
        else:
            number = Double(match[0])
            number.text = match[0]
        try:
            is_finite = math.isfinite(number)
        except OverflowError:
            is_finite = False
        if not is_finite:
            raise self._source.error(
                "This number is larger than JSON-LD's numbers can be.",
                extent,
                'Write it as a text with its type: {"@value": "…", "@type": "xsd:integer"}',
            )
        number.extent = extent
        return number

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._at)
        assert match is not None  # noqa: S101 - no space is a match, too
        self._at = match.end()

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _fail(self, reason: str) -> NoReturn:
        raise self._source.error(f"It is not JSON: {reason}.", Extent(self._at, self._at))
