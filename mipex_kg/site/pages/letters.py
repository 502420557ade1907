"""How much room letters take, before anybody knows the typeface; parting texts into lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# Widths are in ems, and rather too large than too small.
_SLIM, _BROAD = frozenset("fijlrtI.,:;'’|!()[] -·"), frozenset("mwMW@%&—")


def leading(size: int) -> int:
    """Tell how far apart lines of letters of a size are."""
    return round(size * 1.3)


def width_of(text: str, size: int) -> float:
    """Estimate how wide a text is.

    >>> width_of("Will", 10) < width_of("Mamm", 10)
    True
    """
    return sum(map(_width_of_letter, text)) * size


def _width_of_letter(letter: str) -> float:
    if letter in _SLIM:
        return 0.37
    if letter in _BROAD or unicodedata.east_asian_width(letter) in "WF":
        return 0.98
    if unicodedata.combining(letter):
        return 0.0
    return 0.7 if letter.isupper() else 0.62


def wrapped(text: str, room: int, size: int) -> tuple[str, ...]:
    """Part a text into lines, between words, and inside of those that are too long.

    >>> wrapped("The Harbour School of Sailing", 120, 12)
    ('The Harbour', 'School of Sailing')
    """
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and width_of(longer, size) <= room:
            rows[-1] = longer
        else:
            rows += _pieces(word, room, size)
    return tuple(rows)


def _pieces(word: str, room: int, size: int) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece and width_of(piece + letter, size) > room:
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece
