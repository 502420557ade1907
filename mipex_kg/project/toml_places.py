"""TOML: parsing it, and where each key and value is, which no parser of it in Python tells."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from mipex_kg.project.toml_tokens import TomlToken, tokens
from mipex_kg.system.errors import SourceError
from mipex_kg.system.reading import place_behind

# Keys of tables, and numbers of the items of arrays.
TomlPath: TypeAlias = tuple[str | int, ...]

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Parse TOML.

    :param path: of the file that holds it
    :raises SourceError: when it is not TOML, with the place
    """
    # Imported here: `query --data` needs no project.
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_toml(str(error), text, path) from None


def _not_toml(reason: str, text: str, path: Path) -> SourceError:
    place = _PLACE.search(reason)
    if place is None:
        return SourceError(f"It is not valid TOML: {reason}.", path=path)
    at = len(text)
    if place[1] is not None:
        before = text.split("\n")[: int(place[1]) - 1]
        at = sum(len(line) + 1 for line in before) + int(place[2]) - 1
    # Imported here: hardly a file has mistakes.
    from mipex_kg.project.toml_mistakes import explain

    message, hint = f"It is not valid TOML: {reason[: place.start()]}.", None
    if found := explain(text, at):
        message, hint, at = found
    line, column = place_behind(text[:at])
    return SourceError(message, path=path, line=line, column=column, hint=hint)


class TomlPlace(NamedTuple):
    """A place in a text: line and column from 1, the column in code points."""

    line: int
    column: int


class TomlPlaces:
    r"""The places of all keys and of all values of a document.

    :param text: valid TOML: what is not may have places that are wrong, or none

    >>> places = TomlPlaces('[project]\nname = "room"\nlanguages = ["en", "de"]\n')
    >>> places.of_key(("project", "name"))
    TomlPlace(line=2, column=1)
    >>> places.of_value(("project", "languages", 1))
    TomlPlace(line=3, column=20)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._scanner = _TomlScanner(text)
        # What is not TOML after all ends too soon, or has a key that is none.
        with contextlib.suppress(IndexError, ValueError, RecursionError):
            self._scanner.document()

    def of_key(self, path: TomlPath) -> TomlPlace | None:
        """Find a key, else the nearest table that would hold it."""
        return self._nearest(path, self._scanner.keys)

    def of_value(self, path: TomlPath) -> TomlPlace | None:
        """Find a value, else the nearest one that would hold it, else its key."""
        return self._nearest(path, {**self._scanner.keys, **self._scanner.values})

    def _nearest(self, path: TomlPath, known: Mapping[TomlPath, int]) -> TomlPlace | None:
        paths = (path[:length] for length in range(len(path), 0, -1))
        start = next((known[part] for part in paths if part in known), None)
        if start is None:
            return None
        return TomlPlace(*place_behind(self._text[:start]))


class _TomlScanner:
    """Goes through the tokens of a document, and notes at which offset each thing begins."""

    def __init__(self, text: str) -> None:
        self.keys: dict[TomlPath, int] = {}
        self.values: dict[TomlPath, int] = {}
        self._tokens = list(tokens(text))
        self._next = 0

    def document(self) -> None:
        """Scan all lines."""
        table: TomlPath = ()
        while self._next < len(self._tokens):
            if self._peek() == "\n":
                self._take()
            elif self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _peek(self) -> str:
        return self._tokens[self._next].text

    def _take(self) -> TomlToken:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _header(self) -> TomlPath:
        """Scan the name of a table; several of one name count as one."""
        while self._peek() == "[":
            self._take()
        path = self._key(())
        while self._next < len(self._tokens) and self._peek() == "]":
            self._take()
        return path

    def _pair(self, table: TomlPath) -> None:
        path = self._key(table)
        self._take()
        self._value(path)

    def _key(self, table: TomlPath) -> TomlPath:
        """Scan a key, which may have dots in it; it goes on to the token that ends it."""
        path = table
        while True:
            token = self._take()
            path = (*path, _plain(token.text))
            self.keys.setdefault(path, token.start)
            if self._peek() != ".":
                return path
            self._take()

    def _value(self, path: TomlPath) -> None:
        token = self._take()
        self.values[path] = token.start
        if token.text == "[":
            for number in self._items("]"):
                self._value((*path, number))
        elif token.text == "{":
            for _ in self._items("}"):
                self._pair(path)
        else:  # a number or a time has several tokens
            while self._next < len(self._tokens) and self._peek() not in "\n,]}":
                self._take()

    def _items(self, end: str) -> Iterator[int]:
        """Count what is between brackets."""
        number = 0
        while self._peek() != end:
            if self._peek() in ",\n":
                self._take()
            else:
                yield number
                number += 1
        self._take()


def _plain(key: str) -> str:
    """Read a key: quotes and escapes are not part of it."""
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    if "\\" not in key:
        return key[1:-1]
    import tomllib  # imported here: hardly a key has an escape in it

    return next(iter(tomllib.loads(f"{key} = 0")))
