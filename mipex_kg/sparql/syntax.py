"""What the engine's parser says of a query, without any of it being run."""

from __future__ import annotations

import re
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.terms import Term
from mipex_kg.sparql.lexical import LexicalForms
from mipex_kg.sparql.mistakes import explain
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.rewriting import rewritten
from mipex_kg.system import reading
from mipex_kg.system.errors import QueryError

_PLACE = re.compile(r"^error at (\d+):(\d+): (.*)", re.DOTALL)
# What the engine says of the few mistakes that it has words for.
_REASONS = {
    "variable that is unbound": "A selected variable must be in GROUP BY or inside an aggregate.",
    "IRI parsing failed": "An IRI is relative, and there is no BASE.",
    "Prefix not found": "A prefix is not declared.",
}


# So many characters of a line are shown before a mistake, and behind it.
_AROUND = 60


class SyntaxFault(NamedTuple):
    """Why a query doesn't parse, as a sentence; line and column from 1, or 0 if not known."""

    reason: str
    line: int = 0
    column: int = 0


def find_fault(query: Query) -> SyntaxFault | None:
    """Find out why a query doesn't parse; None if it does.

    The engine has no parser by itself. It is asked to give a value to a variable that the query
    doesn't have: that it refuses once all is parsed, and before anything is evaluated.

    :param query: one that is not refused, so that the parser can take it

    >>> find_fault(Query("ASK { SERVICE <http://unreachable.invalid/> { ?s ?p ?o } }", {}))
    >>> find_fault(Query("ASK { ?s ?p } LIMT 5", {}))
    SyntaxFault(reason='LIMT: did you mean LIMIT?', line=1, column=15)
    """
    # What is wrong is to be said of what was written.
    return _fault_in(query, rewritten(query, LexicalForms())) and _fault_in(query, query.text)


def _fault_in(query: Query, text: str) -> SyntaxFault | None:
    absent = max(query.variables(), key=len, default="") + "_"
    given: dict[ox.Variable, Term] = {ox.Variable(absent): ox.Literal("")}
    try:
        ox.Store().query(text, prefixes=query.lacking_prefixes, substitutions=given)
    except SyntaxError as error:
        return fault_of(error, text)
    except RuntimeError as error:  # a function that it doesn't have, or what it is meant to say
        return None if f"?{absent}" in str(error) else SyntaxFault(str(error))
    return None


def fault_of(error: SyntaxError, text: str) -> SyntaxFault:
    """Say in words what the engine says of a query that doesn't parse.

    :param text: of the query
    """
    place = _PLACE.match(str(error))
    if place is None:
        return SyntaxFault(f"{error}.")
    line, column, said = int(place[1]), int(place[2]), place[3]
    for words, sentence in _REASONS.items():
        if words in said:
            return SyntaxFault(sentence, line, column)
    gave_up = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    mistake = explain(text, gave_up, said)
    return SyntaxFault(mistake.reason, *reading.place_behind(text[: mistake.at]))


def syntax_error(error: SyntaxError, query: Query) -> QueryError:
    """Make of what the engine says an error that shows the place in the query."""
    reason, line, column = fault_of(error, query.text)
    if not line:
        return QueryError(f"The query doesn't parse: {reason}")
    lines = reading.lines(query.text)
    # Of a long line, what is around the place.
    start = max(column - 1 - _AROUND, 0)
    written = lines[min(line, len(lines)) - 1][start : column + _AROUND]
    return QueryError(
        f"The query doesn't parse. {reason} Line {line}, column {column}:\n"
        f"  {written}\n  {' ' * (column - 1 - start)}^",
        line=line,
        column=column,
    )
