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
    if len(query.tokens) <= MOST_LEVELS:
        return  # nothing is counted more than twice
    size = _Size()
    before = ""
    for kind, text in query.tokens:
        if kind == "other":
            size.add_sign(text, is_doubled=text in ("|", "&") and text == before)
        else:
            size.add_term()
            size.operators += kind == "word" and text.upper() in _WORDS
        before = text
    if size.deepest > MOST_LEVELS:
        raise QueryError(
            f"The query is nested {size.deepest} levels deep, and {MOST_LEVELS} are allowed.",
            hint="Nest it less deeply.",
        )
    for what, number, most in (
        ("operators", size.operators, MOST_OPERATORS),
        ("patterns", size.patterns, MOST_PATTERNS),
    ):
        if number > most:
            raise QueryError(
                f"The query has {number} {what}, and {most} are allowed.",
                hint="Ask for less at once, or list values in a block of VALUES.",
            )


class _Size:
    """What has been counted of a query up to a token."""

    def __init__(self) -> None:
        self.deepest = self.operators = self.patterns = 0
        # The brackets that are open, and how many terms are in each without a comma or an operator.
        self._opened: list[tuple[str, int]] = []

    @property
    def _is_in_parentheses(self) -> bool:
        return bool(self._opened) and self._opened[-1][0] == "("

    def add_term(self) -> None:
        if self._is_in_parentheses:
            terms = self._opened[-1][1] + 1
            self._opened[-1] = "(", terms
            self.patterns += 2 * (terms > _LONGEST_ROW)

    def add_sign(self, text: str, *, is_doubled: bool) -> None:
        if text in _OPENING:
            self._opened.append((text, 0))
            self.deepest = max(self.deepest, len(self._opened))
        elif text in _CLOSING and self._opened:
            self._opened.pop()
        elif text in _OPERATORS or (text == "," and self._is_in_parentheses):
            self.operators += text != "," and not is_doubled
            if self._is_in_parentheses:
                self._opened[-1] = "(", 0
        else:
            self.patterns += text in (".", ";", ",")
