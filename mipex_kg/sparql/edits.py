"""Changes to a query's text, token by token; all else stays as it is written."""

from __future__ import annotations

from collections import defaultdict

from mipex_kg.sparql.query_text import tokens
from mipex_kg.sparql.structure import Range


class Edits:
    """A query's text, and what is to be put into it.

    :param text: SPARQL
    :param tokens: those that mean something, by whose numbers changes are made

    >>> edits = Edits("SELECT ?a { ?a :p ?b }")
    >>> edits.put(Range(5, 6), "<u:b>")
    >>> edits.around(Range(5, 6), "/* ", " */")
    >>> str(edits)
    'SELECT ?a { ?a :p /* <u:b> */ }'
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._all = list(tokens(text))
        self._numbers = [
            number
            for number, token in enumerate(self._all)
            if token.kind not in ("space", "comment")
        ]
        self.tokens = [self._all[number] for number in self._numbers]
        self._put: dict[int, str] = {}
        self._before: dict[int, str] = defaultdict(str)
        self._after: dict[int, str] = defaultdict(str)

    def put(self, range: Range, text: str) -> None:
        """Put a text instead of some tokens."""
        first, *others = self._within(range)
        self._put[first] = text
        for number in others:
            self._put[number] = ""

    def around(self, range: Range, before: str, after: str) -> None:
        """Put texts before and behind some tokens, outside of what is there already."""
        numbers = self._within(range)
        self._before[numbers[0]] = before + self._before[numbers[0]]
        self._after[numbers[-1]] += after

    def _within(self, tokens: Range) -> range:
        return range(self._numbers[tokens.start], self._numbers[tokens.end - 1] + 1)

    def text_of(self, range: Range) -> str:
        """Give the text of some tokens, with its changes."""
        return "".join(map(self._written, self._within(range)))

    def _written(self, number: int) -> str:
        text = self._put.get(number, self._all[number].text)
        return f"{self._before.get(number, '')}{text}{self._after.get(number, '')}"

    def __str__(self) -> str:
        """Give the whole text, with its changes."""
        if not (self._put or self._before or self._after):
            return self._text
        return "".join(map(self._written, range(len(self._all))))
