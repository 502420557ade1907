"""What is meant by a query: SPARQL, the name of a query, or a file; and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.rdf.values import IRI, Text, Value, term_of
from mipex_kg.sparql import named_queries, query_text
from mipex_kg.sparql.named_queries import NamedQuery
from mipex_kg.system import reading
from mipex_kg.system.errors import UsageError

# A value for a parameter.
Given: TypeAlias = Value | Term


def is_name(query: str | Path) -> bool:
    """Tell whether a query is named, as one of the project's: SPARQL has white space or a {.

    >>> is_name("people"), is_name("ASK{}"), is_name("DESCRIBE <u:a>"), is_name("people.rq")
    (True, False, False, False)
    """
    if isinstance(query, Path) or _is_file(query):
        return False
    return "{" not in query and not any(map(str.isspace, query))


def _is_file(query: str) -> bool:
    return query.endswith(query_text.SUFFIX) and "{" not in query


def bound_text(
    query: str | Path,
    given: Mapping[str, Given],
    prefixes: Mapping[str, str],
    known: Callable[[], Mapping[str, NamedQuery]],
) -> str:
    """Find what is meant by a query, and put the values of its parameters into it.

    :param query: SPARQL; or the name of a query of the project; or the path of a file
    :param prefixes: for CURIEs among the values
    :param known: gives the named queries, when one is asked for
    :raises UsageError: when there is no such query, or a value doesn't fit
    :raises SourceError: when a file can't be read
    """
    if is_name(query):
        named = named_queries.find_query(str(query), known())
    elif isinstance(query, Path) or _is_file(query):
        path = Path(query)
        text = reading.read_text(path)
        if "title" not in query_text.header(text):
            return _freely(text, given, prefixes)
        named = named_queries.load_query(path)
    else:
        return _freely(query, given, prefixes)
    texts = {name: _text(name, value) for name, value in given.items()}
    return named_queries.bind(named, texts, prefixes)


def _freely(text: str, given: Mapping[str, Given], prefixes: Mapping[str, str]) -> str:
    if not given:
        return text
    terms = {name: _term(name, value) for name, value in given.items()}
    return named_queries.bind_freely(text, terms, prefixes)


def _text(name: str, value: Given) -> str:
    """Give the text of a value, whose type the query declares."""
    term = _term(name, value)
    return term if isinstance(term, str) else text_of(term)


def _term(name: str, value: Given) -> str | Term:
    """Give the term of a value; a text that may be an IRI, a number or a date stays one."""
    if isinstance(value, str) and not isinstance(value, IRI | Text):
        return value
    try:
        term = term_of(value)
    except (TypeError, ValueError):
        raise UsageError(f"The value of {name} can't be a term: {value!r}.") from None
    if not isinstance(term, ox.NamedNode | ox.Literal):
        raise UsageError(f"The value of {name} must be an IRI or a literal, not {term}.")
    return term
