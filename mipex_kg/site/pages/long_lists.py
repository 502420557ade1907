"""Lists that are too long for one page: their order, their parts, and where each letter begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from mipex_kg.rdf.collation import initial

# So many entries, each with a description of usual length, make a page of less than 200 KB.
MOST_ENTRIES = 200
# Where names begin with more letters than that, as in Chinese, an index by letters helps nobody.
_MOST_LETTERS = 60

# In so short a list a name is found without an index.
_SHORT = 50

T = TypeVar("T")


class Letter(NamedTuple):
    """A letter with which names begin.

    :param part: number of the part in which the first of these names is
    :param entry: its position there, from 0
    """

    letter: str
    part: int
    entry: int

    @property
    def anchor(self) -> str:
        """The name of the place on the page of the part."""
        return f"letter-{self.letter if self.letter.isalpha() else 'other'}"


@dataclass(frozen=True)
class LongList(Generic[T]):
    """A list in parts, numbered from 1.

    :param letters: of the names in it; none if it is short
    """

    parts: Sequence[Sequence[T]]
    letters: Sequence[Letter]


def divide(
    entries: Sequence[T], names: Sequence[str], most: int = MOST_ENTRIES, *, language: str = ""
) -> LongList[T]:
    """Divide a list into parts of about the same length, at most so many entries each.

    :param names: of the entries, in the same order
    :param language: that of the names

    >>> divide(range(5), ["ant", "bee", "bug", "cat", "cow"], most=2)
    LongList(parts=[range(0, 2), range(2, 4), range(4, 5)], letters=[Letter(letter='A', part=1, \
entry=0), Letter(letter='B', part=1, entry=1), Letter(letter='C', part=2, entry=1)])
    """
    count = max(1, -(-len(entries) // most))
    size = max(1, -(-len(entries) // count))
    parts = [entries[start : start + size] for start in range(0, max(len(entries), 1), size)]
    if len(parts) == 1 and len(entries) <= _SHORT:
        return LongList(parts, [])
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        first.setdefault(initial(name, language), position)
    letters = [Letter(letter, at // size + 1, at % size) for letter, at in first.items()]
    return LongList(parts, letters if len(letters) <= _MOST_LETTERS else [])
