"""What is wrong with a query that doesn't parse, in words that say what to write.

The engine names the place at which its grammar gave up, which is often far behind the mistake. The
page for asking in the browser says the same in its visitors' languages: ``mistakes.js``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from mipex_kg.sparql.grammar import NO_NAME, first_unexpected
from mipex_kg.sparql.query_text import Token, tokens
from mipex_kg.system.errors import nearest

# The words of SPARQL, and those that the engine has besides. All else that looks like one is wrong.
_WORDS = """
    BASE PREFIX SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK FROM NAMED WHERE AS ORDER GROUP BY
    HAVING ASC DESC LIMIT OFFSET VALUES OPTIONAL GRAPH SERVICE SILENT BIND UNDEF MINUS UNION FILTER
    EXISTS NOT IN TRUE FALSE SEPARATOR COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG
    LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
    ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES
    SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT
    SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE LATERAL TRIPLE SUBJECT
    PREDICATE OBJECT ISTRIPLE ADJUST LANGDIR HASLANG HASLANGDIR STRLANGDIR ORDERBY GROUPBY
    """
KEYWORDS = frozenset(_WORDS.split())
_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_CLOSES = {"{": "}", "(": ")", "[": "]"}


class QueryMistake(NamedTuple):
    """What is wrong, as a sentence, and the offset of where."""

    reason: str
    at: int


class _PlacedToken(NamedTuple):
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """The word that it is, in capitals; empty if it is something else."""
        return self.text.upper() if self.kind == "word" else ""


def explain(text: str, gave_up: int, expected: str) -> QueryMistake:
    """Find the first mistake for which there are words.

    :param text: of the query
    :param gave_up: the offset where the engine did
    :param expected: what it expected there, in its own words

    >>> explain("SELECT * { ?s ?p ?o } LIMT 5", 28, "expected one of HAVING, OFFSET")
    QueryMistake(reason='LIMT: did you mean LIMIT?', at=22)
    """
    placed = list(_placed(text))
    first = min(
        (
            found
            for search in (_unknown_word, _open_text, _strange_sign)
            if (found := search(placed))
        ),
        key=lambda mistake: mistake.at,
        default=None,
    )
    return (
        first
        or _unbalanced(placed)
        or _comma_between_columns(placed)
        or _bare_aggregate(placed)
        or _without_by(placed)
        or _bare_filter(placed)
        or _unexpected(placed, text, gave_up, expected)
    )


def _placed(text: str) -> Iterator[_PlacedToken]:
    at = 0
    for kind, piece in tokens(text):
        if kind not in ("space", "comment"):
            yield _PlacedToken(kind, piece, at)
        at += len(piece)


def _unknown_word(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    for token in placed:
        word = token.word
        if not word or word[0] in "@_" or token.text == "a" or word in KEYWORDS:
            continue
        # A term without its prefix is more likely than FROM NAMED.
        if near := nearest(word, KEYWORDS - {"NAMED"}, cutoff=0.8):
            return QueryMistake(f"{token.text}: did you mean {near}?", token.at)
        return QueryMistake(
            f"“{token.text}” is not a word of SPARQL. Write a variable as ?{token.text}, a text as "
            f'"{token.text}", and a term with its prefix, such as schema:name.',
            token.at,
        )
    return None


def _open_text(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    for kind, text, at in placed:
        if kind == "other" and text[0] in "\"'":
            mark = text[0]
            return QueryMistake(
                f"A text begins here and does not end: a second {mark} is missing.", at
            )
    return None


def _strange_sign(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    """Find a sign for which SPARQL has no use."""
    for kind, text, at in placed:
        if kind == "other" and text in "“”„‘’‚«»":
            return QueryMistake(f'A text is in straight quotation marks: "…", and not {text}.', at)
        if kind == "other" and re.match(r"[^\w\"'{}()\[\];,.*+\-/|^!=<>&?$@%~:]", text, re.ASCII):
            return _not_expected(text, at)
    return None


def _unbalanced(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    opened: list[_PlacedToken] = []
    for token in placed:
        if token.kind != "other":
            continue
        if token.text in _CLOSES:
            opened.append(token)
        elif token.text in _CLOSES.values():
            if not opened:
                return QueryMistake(
                    f"This {token.text} closes nothing: it is one too many, or its partner is "
                    "missing.",
                    token.at,
                )
            if _CLOSES[opened[-1].text] != token.text:
                break
            opened.pop()
    if not opened:
        return None
    sign = opened[-1].text
    return QueryMistake(f"This {sign} is not closed: a {_CLOSES[sign]} is missing.", opened[-1].at)


def _selected(placed: Sequence[_PlacedToken]) -> Iterator[_PlacedToken]:
    """Give the tokens between SELECT and what it selects from, outside of brackets."""
    depth, is_selected = 0, False
    for token in placed:
        if token.word == "SELECT":
            is_selected = True
        elif token.text == "{" or token.word in ("WHERE", "FROM"):
            is_selected = False
        depth += (token.text == "(") - (token.text == ")")
        if is_selected and not depth:
            yield token


def _comma_between_columns(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    reason = "The columns after SELECT have no commas between them: SELECT ?a ?b."
    return next((QueryMistake(reason, t.at) for t in _selected(placed) if t.text == ","), None)


def _bare_aggregate(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    for token in _selected(placed):
        if token.word in _AGGREGATES:
            return QueryMistake(
                "After SELECT, what is computed needs brackets and a name: "
                f"({token.text}(?x) AS ?name).",
                token.at,
            )
    return None


def _without_by(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    following = [*(token.word for token in placed[1:]), ""]
    for token, after in zip(placed, following, strict=True):
        if token.word in ("ORDER", "GROUP") and after != "BY":
            return QueryMistake(f"{token.text} needs BY after it: {token.text} BY ?x.", token.at)
    return None


def _bare_filter(placed: Sequence[_PlacedToken]) -> QueryMistake | None:
    for token, after in pairwise(placed):
        if token.word == "FILTER" and after.kind in ("variable", "string"):
            return QueryMistake(
                "FILTER needs brackets around its condition: FILTER (?x > 3).", token.at
            )
    return None


def _unexpected(
    placed: Sequence[_PlacedToken], text: str, gave_up: int, expected: str
) -> QueryMistake:
    """Name the first token that can't be where it is."""
    found = first_unexpected([Token(token.kind, token.text) for token in placed])
    if found is None:
        token = _refused(placed, gave_up, expected)
    elif found[1] == NO_NAME:
        reason = "What is computed needs a name: (COUNT(?x) AS ?name)."
        return QueryMistake(reason, placed[found[0]].at)
    else:
        token = placed[found[0]] if found[0] < len(placed) else None
    if token:
        return _not_expected(token.text, token.at)
    reason = "The query ends too early: something is missing at its end."
    return QueryMistake(reason, len(text.rstrip()))


def _refused(placed: Sequence[_PlacedToken], gave_up: int, expected: str) -> _PlacedToken | None:
    """Tell which token the engine refused; None if it is the end.

    The engine counts to the end of the words that it tried, or to that of any character.
    """
    named = re.sub(r'"(?:\\.|[^"\\])*"?|\[[^_][^\]]*\]?', "", expected).partition("expected")[2]
    tried = [len(word) for word in re.findall(r"[A-Za-z_]{2,}", named)]
    tried += [1] * ("[_]" in expected) + [0] * bool(re.search(r"\"|\['", expected))
    votes = Counter(gave_up - length for length in tried)
    token = max(placed, key=lambda token: (votes[token.at], token.at), default=None)
    is_end = not token or not votes[token.at] or (token is placed[-1] and token.kind == "word")
    return None if is_end else token


def _not_expected(text: str, at: int) -> QueryMistake:
    return QueryMistake(
        f"“{text}” was not expected here: something before it is missing, or it should not be "
        "there.",
        at,
    )
