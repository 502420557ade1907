"""Refusing queries that are more than the engine can take, before it tries.

The engine's parser and its optimiser call themselves for each level of a query, and a few thousand
levels overflow the stack, which ends the process. What gets past these limits and ends a process
all the same costs its asker an error, and nobody else anything.
"""

from __future__ import annotations

from mipex_kg.sparql.query_text import Query
from mipex_kg.system.errors import QueryError

# The engine gives up at about 2,200 groups, 4,500 brackets, or 20,000 operators in a row.
MOST_LEVELS = 250
MOST_OPERATORS = 4000
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
_OPERATORS = frozenset("!+-*/|^&=<>")
_WORDS = frozenset({"UNION", "MINUS", "OPTIONAL", "FILTER", "BIND", "GRAPH", "EXISTS", "SELECT"})


def guard(query: Query) -> None:
    """Refuse a query that is too deep or has too many operators.

    :raises QueryError: when it is refused

    >>> guard(Query("ASK { ?s ?p ?o }", {}))
    """
    depth = deepest = operators = 0
    for token in query.tokens:
        text = token.text
        if token.kind == "other":
            depth += (text in _OPENING) - (text in _CLOSING)
            deepest = max(deepest, depth)
            operators += text in _OPERATORS
        elif token.kind == "word":
            operators += text.upper() in _WORDS
    if deepest > MOST_LEVELS:
        raise QueryError(
            f"The query is nested {deepest} levels deep, and {MOST_LEVELS} are allowed."
        )
    if operators > MOST_OPERATORS:
        raise QueryError(
            f"The query has {operators} operators, and {MOST_OPERATORS} are allowed.",
        )
