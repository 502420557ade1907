"""Where an RDF/XML file is wrong: the engine says what, and not where.

It is asked again, and given the file piece by piece, in the end byte by byte: what it was given
last is where the fault is.
"""

from __future__ import annotations

import pyoxigraph as ox

from mipex_kg.system.reading import place_behind

_PIECE = 1 << 16


class _Pieces:
    """A file of which each read gives some bytes.

    :cvar given: how many bytes were given
    """

    def __init__(self, data: bytes) -> None:
        self._data, self.given = data, 0
        # From here on, a byte at a time.
        self.slow_from = len(data)

    def read(self, size: int) -> bytes:
        # The engine ends the whole process when it is given more than it asked for.
        fast = min(self.given + min(_PIECE, size), self.slow_from)
        end = fast if fast > self.given else self.given + 1
        piece = self._data[self.given : end]
        self.given += len(piece)
        return piece


def place_of_error(text: str, error: SyntaxError, base: str | None) -> tuple[int, int] | None:
    """Find the tag or the text at which the engine gives up: its line and its column.

    :returns: None if it gives up elsewhere for another reason

    >>> text = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\\n <p/></r:RDF>'
    >>> fault = SyntaxError("XML namespaces are required in RDF/XML")
    >>> place_of_error(text, fault, None)
    (2, 2)
    """
    data = text.encode()
    pieces = _Pieces(data)
    if _error(pieces, base) != error.msg:
        return None
    slow = _Pieces(data)
    slow.slow_from = max(0, pieces.given - _PIECE)
    _error(slow, base)
    # A tag is read to its end, and a text to the tag behind it.
    last = data.rfind(b"<", 0, slow.given)
    if last == slow.given - 1:
        last = data.rfind(b">", 0, last) + 1
    return place_behind(data[:last].decode())


def _error(pieces: _Pieces, base: str | None) -> str | None:
    try:
        for _ in ox.parse(pieces, format=ox.RdfFormat.RDF_XML, base_iri=base):  # type: ignore[arg-type]
            pass
    except SyntaxError as error:
        return error.msg
    return None
