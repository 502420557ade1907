"""The columns of a table of nodes that stand between things: those that say something new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pyoxigraph as ox

from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.wording import Wording


def telling_columns(rows: Sequence[Mapping[str, Collection[Term]]], wording: Wording) -> list[str]:
    """Choose the columns that say something that no other column says.

    :param rows: by the name of the column, the values
    """

    def texts(name: str) -> list[frozenset[str]]:
        return [
            frozenset(wording.label(t).value.casefold() for t in row.get(name, ())) for row in rows
        ]

    names = dict.fromkeys(name for row in rows for name in row)
    # The fullest columns first, so that of two that say the same the one with more stays; of two
    # alike, the one in words.
    by_fullness = sorted(
        names, key=lambda name: (-sum(map(len, texts(name))), not _is_in_words(rows, name), name)
    )
    kept: list[str] = []
    for name in by_fullness:
        mine = texts(name)
        is_said = any(
            all(a <= b for a, b in zip(mine, texts(other), strict=True)) for other in kept
        )
        if not is_said:
            kept.append(name)
    return [name for name in names if name in kept]


def _is_in_words(rows: Sequence[Mapping[str, Collection[Term]]], name: str) -> bool:
    return all(isinstance(term, ox.Literal) for row in rows for term in row.get(name, ()))
