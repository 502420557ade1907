"""Tables as HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import shorten
from mipex_kg.rdf.terms import Term, text_of


class HtmlLink(NamedTuple):
    """A text that leads somewhere."""

    text: str
    address: str


Cell: TypeAlias = str | HtmlLink


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Write a table as HTML; only addresses of the Web are links.

    >>> print(table(["name"], [[HtmlLink("Ada <3", "https://example.org/?a&b")]]))
    <table><thead><tr><th>name</th></tr></thead>
    <tbody><tr><td><a href="https://example.org/?a&amp;b">Ada &lt;3</a></td></tr>
    </tbody></table>
    """
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, HtmlLink) and cell.address.startswith(("http://", "https://")):
        return f'<td><a href="{escape(cell.address)}">{escape(cell.text)}</a></td>'
    return f"<td>{escape(cell.text if isinstance(cell, HtmlLink) else cell)}</td>"


def cell_of(term: Term | None, prefixes: Mapping[str, str]) -> Cell:
    """Show a term: an IRI as a link under its CURIE, a literal as its text."""
    if isinstance(term, ox.NamedNode):
        return HtmlLink(shorten(term.value, prefixes), term.value)
    return "" if term is None else text_of(term)


def paragraph(text: str) -> str:
    """Write a text as a paragraph."""
    return f"<p>{escape(text)}</p>"
