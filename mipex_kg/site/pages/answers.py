"""The answer to a query as a table for people: heads in words, things by their names, as links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.local_names import in_words
from mipex_kg.rdf.terms import Term, is_iri
from mipex_kg.site.pages.library import MOST_ROWS, AnsweredQuery
from mipex_kg.site.pages.wording import Wording
from mipex_kg.sparql.named_queries import SEPARATOR, Column

_NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"
_NAME = " name"


class AnswerHead(NamedTuple):
    """The head of a column.

    :param title: the name of the variable in words
    """

    name: str
    title: str
    is_number: bool


class AnswerTable(NamedTuple):
    """What a page shows of an answer.

    :param rows: each with the values of each cell
    """

    heads: tuple[AnswerHead, ...]
    rows: tuple[tuple[tuple[Term, ...], ...], ...]


def lay_out(answer: AnsweredQuery, wording: Wording) -> AnswerTable:
    """Lay out the first rows of an answer.

    A column is left out if all it says is the names of the things in another, which their links
    say. A cell with several values, as the query's header declares it, has each by itself.
    """
    declared = {column.name: column for column in answer.query.columns}
    rows = answer.rows[:MOST_ROWS]
    cells = [
        [tuple(_values(row[number], declared.get(name))) for row in rows]
        for number, name in enumerate(answer.columns)
    ]
    said = {number for number in range(len(cells)) if _is_said(number, cells, wording)}
    kept = [number for number in range(len(cells)) if number not in said]
    titles = column_titles([answer.columns[number] for number in kept])
    heads = (
        AnswerHead(answer.columns[number], title, _is_number(cells[number]))
        for number, title in zip(kept, titles, strict=True)
    )
    shown = zip(*(cells[number] for number in kept), strict=True)
    return AnswerTable(tuple(heads), tuple(shown))


def column_titles(names: Sequence[str]) -> list[str]:
    """Write the names of variables in words; what is shown of a thing is always its name.

    >>> column_titles(["person", "roleName", "isoAlpha2", "name", "group", "groupName"])
    ['Person', 'Role', 'Iso alpha2', 'Name', 'Group', 'Group name']
    """
    words = [in_words(name) or name for name in names]
    short = [text.removesuffix(_NAME) for text in words]
    titles = (
        text if short.count(brief) > 1 else brief for text, brief in zip(words, short, strict=True)
    )
    return [title[:1].upper() + title[1:] for title in titles]


def _values(term: Term | None, column: Column | None) -> Iterator[Term]:
    if column is None or not column.is_list or not isinstance(term, ox.Literal):
        yield from () if term is None else (term,)
        return
    for text in filter(None, term.value.split(SEPARATOR)):
        is_address = column.type == "iri" and is_iri(to_uri(text))
        yield ox.NamedNode(text) if is_address else ox.Literal(text)


def _is_number(cells: Sequence[Sequence[Term]]) -> bool:
    terms = [term for cell in cells for term in cell]
    return bool(terms) and all(
        isinstance(term, ox.Literal) and re.fullmatch(_NUMBER, term.value) for term in terms
    )


def _is_said(number: int, columns: Sequence[Sequence[Sequence[Term]]], wording: Wording) -> bool:
    """Tell whether a column says the names of the things in one before it, and nothing else."""
    mine, dataset = columns[number], wording.dataset

    def names(cell: Sequence[Term]) -> set[str]:
        return {
            text for thing in cell for name in dataset.naming for text in dataset.texts(thing, name)
        }

    def names_all(things: Sequence[Sequence[Term]]) -> bool:
        return all(
            isinstance(term, ox.Literal) and term.value in names(cell)
            for texts, cell in zip(mine, things, strict=True)
            for term in texts
        )

    is_filled = any(mine)
    return is_filled and any(names_all(columns[other]) for other in range(number))
