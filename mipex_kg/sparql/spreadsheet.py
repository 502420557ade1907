"""CSV for people: spreadsheets take a text such as ``=1+1`` for a formula, and run it.

Such a cell gets an apostrophe in front, which spreadsheets take for the sign of a text. A cell that
has apostrophes in front of such a character gets one more, so that a reader who removes one from
each of these cells has what was written. The SPARQL protocol's CSV stays as its standard says.
"""

from __future__ import annotations

import re

# Nothing that follows a field can make this try again, so that it takes linear time.
_FIELDS = re.compile(rb'"[^"]*(?:""[^"]*)*"?|[^",\r\n]+')
# Only where one of these begins a cell, cells are looked at one by one.
_SUSPECT = re.compile(rb"(?:^|[,\n])(?:\"?'*[=+\-@\t]|\"'*[\r\n])")
_FORMULA = re.compile(rb"'*[=+\-@\t\r\n]")
# Numbers, dates and durations below zero, or with a sign.
_VALUE = re.compile(
    rb"[+-](?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]INF|-P[\dYMDTHS.]+"
    rb"|-\d{4,}(?:-\d\d){0,2}(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?"
)


def guarded(table: bytes) -> bytes:
    r"""Guard the cells of a CSV table that a spreadsheet would take for formulas.

    >>> guarded(b"name,height\r\n=1+1,-5\r\n'=c,+1.5e3\r\n")
    b"name,height\r\n'=1+1,-5\r\n''=c,+1.5e3\r\n"
    """
    return _FIELDS.sub(_guard, table) if _SUSPECT.search(table) else table


def _guard(match: re.Match[bytes]) -> bytes:
    field = match[0]
    quote = b'"' if field.startswith(b'"') else b""
    text = field[len(quote) :]
    if not _FORMULA.match(text) or _VALUE.fullmatch(text.removesuffix(quote)):
        return field
    return quote + b"'" + text
