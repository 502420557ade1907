"""What REPLACE puts in: as XPath writes it (``fn:replace``), and as the engine reads it.

In XPath ``$1a`` is the first group and an ``a``, ``\\$`` a dollar and ``\\\\`` a backslash. The
engine takes ``$1a`` for a group that is called so and is empty, and a backslash for itself.
"""

from __future__ import annotations

import re

from mipex_kg.sparql.edits import Edits
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.structure import Range

_SPECIAL = re.compile(r"\\[$\\]|\$([0-9])")
_PLAIN = {r"\$": "$$", "\\\\": "\\"}
_ARGUMENT = 2


def for_engine(text: str) -> str:
    r"""Write what a match is replaced by as the engine reads it.

    >>> for_engine(r"$1a\$\\")
    '${1}a$$\\'
    """
    return _SPECIAL.sub(lambda match: _PLAIN.get(match[0]) or f"${{{match[1]}}}", text)


def mend_replacements(edits: Edits, query: Query) -> None:
    """Rewrite what calls of REPLACE put in, where it is written in the query."""
    for number, token in enumerate(edits.tokens[:-1]):
        if token.text.upper() == "REPLACE" and edits.tokens[number + 1].text == "(":
            arguments = _arguments(edits, number + 2)
            if len(arguments) > _ARGUMENT:
                _mend(arguments[_ARGUMENT], edits, query)


def _mend(argument: Range, edits: Edits, query: Query) -> None:
    tokens = edits.tokens[argument.start : argument.end]
    if [token.kind for token in tokens] != ["string"]:
        return
    written = query.literal(*argument)
    if written is not None and (changed := for_engine(written.value)) != written.value:
        edits.put(argument, _quoted(changed))


def _quoted(text: str) -> str:
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escape)
    return f'"{text}"'


def _arguments(edits: Edits, start: int) -> list[Range]:
    """Give the arguments of a call, from the token behind its parenthesis on."""
    found, depth, begun = list[Range](), 0, start
    for number, token in enumerate(edits.tokens[start:], start):
        if token.text == ")" and depth == 0:
            return [*found, Range(begun, number)]
        if token.text == "," and depth == 0:
            found.append(Range(begun, number))
            begun = number + 1
        depth += {"(": 1, ")": -1}.get(token.text, 0)
    return []
