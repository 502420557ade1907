"""Refusing queries that are more than the engine can take, before it tries.

The engine's parser and its optimiser call themselves for each level of a query and for each pattern
in a row, and a few thousand of either overflow the stack, which ends the process. What gets past
these limits and ends a process all the same costs its asker an error, and nobody else anything, if
the query runs in a process of its own.
"""

from __future__ import annotations

from mipex_kg.sparql.query_text import Query
from mipex_kg.system.errors import QueryError

# The engine gives up at about 2,200 groups, 4,500 brackets, 5,000 patterns, or 7,000 sums in a row.
MOST_LEVELS = 250
MOST_OPERATORS = 4_000
MOST_PATTERNS = 4_000
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
_OPERATORS = frozenset("!+-*/|^&=<>")
_WORDS = frozenset(
    {"UNION", "MINUS", "OPTIONAL", "FILTER", "BIND", "GRAPH", "EXISTS", "SELECT", "AS"}
)
# More terms than these in parentheses are not a row of VALUES, but a list: each is two patterns.
_LONGEST_ROW = 100


def guard(query: Query) -> None:
    """Refuse a query that is too deep, or has too many operators or patterns.

    Operators are signs and words that combine expressions, paths and groups.

    :raises QueryError: when it is refused

    >>> guard(Query("ASK { ?s ?p ?o FILTER (?o IN (1" + ", 1" * 5000 + ")) }", {}))
    """
    deepest = operators = patterns = 0
    before = ""
    # The brackets that are open, and how many terms are in each without a comma or an operator.
    opened: list[tuple[str, int]] = []
    for kind, text in query.tokens:
        is_doubled, before = text in ("|", "&") and text == before, text
        if kind == "word":
            operators += text.upper() in _WORDS
        if kind != "other":
            if opened and opened[-1][0] == "(":
                opened[-1] = "(", opened[-1][1] + 1
                patterns += 2 * (opened[-1][1] > _LONGEST_ROW)
            continue
        if text in _OPERATORS:
            operators += not is_doubled
            if opened and opened[-1][0] == "(":
                opened[-1] = "(", 0
        elif text in _OPENING:
            opened.append((text, 0))
            deepest = max(deepest, len(opened))
        elif text in _CLOSING and opened:
            opened.pop()
        elif text == "," and opened and opened[-1][0] == "(":
            opened[-1] = "(", 0
        else:
            patterns += text in (".", ";", ",")
    if deepest > MOST_LEVELS:
        raise QueryError(
            f"The query is nested {deepest} levels deep, and {MOST_LEVELS} are allowed.",
            hint="Nest it less deeply.",
        )
    for what, number, most in (
        ("operators", operators, MOST_OPERATORS),
        ("patterns", patterns, MOST_PATTERNS),
    ):
        if number > most:
            raise QueryError(
                f"The query has {number} {what}, and {most} are allowed.",
                hint="Ask for less at once, or list values in a block of VALUES.",
            )
