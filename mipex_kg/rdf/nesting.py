"""How deep a text is nested: parsers take their own stack down with what is nested too deeply.

It is told in one pass over the text, before any parser sees it.
"""

from __future__ import annotations

import re
from itertools import accumulate

# SPARQL's results in JSON have five levels, and a triple term has a few more.
MOST = 100
_ESCAPE, _STRING = re.compile(rb"\\.", re.DOTALL), re.compile(rb'"[^"]*"')
_STEPS = {ord(mark): step for marks, step in (("{[", 1), ("}]", -1)) for mark in marks}
_OTHERS = bytes(set(range(256)) - {*_STEPS, ord('"')})
_OPENING = "<<("
# What no bracket of Turtle's is in, and the brackets of triple terms.
_TERM = r"""
    \"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
  | "(?:[^"\\\r\n]++|\\.)*+" | '(?:[^'\\\r\n]++|\\.)*+'
  | <[^<>"{}|^`\x00-\x20]*+> | \#[^\r\n]*+ | \\.
  | (?P<open><<\() | (?P<close>\)>>)
"""


def require_flat_json(content: bytes) -> None:
    r"""Make sure that JSON isn't nested too deeply; whether it is JSON is not asked.

    :raises ValueError: when it is

    >>> require_flat_json(b'[{"{\\"[[": "["}]' * 1000)
    >>> require_flat_json(b"[" * 1000)
    Traceback (most recent call last):
    ValueError: it is nested 1,000 deep
    """
    plain = _ESCAPE.sub(b"", content) if b"\\" in content else content
    brackets = _STRING.sub(b"", plain.translate(None, _OTHERS)).replace(b'"', b"")
    deepest = max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
    if deepest > MOST:
        raise ValueError(f"it is nested {deepest:,} deep")


def require_flat_terms(content: bytes) -> None:
    """Make sure that the triple terms of N-Triples are not nested too deeply.

    :raises ValueError: when they are
    """
    if too_deep(content.decode("utf-8", "replace")) is not None:
        raise ValueError(f"its triple terms are nested more than {MOST} deep")


def too_deep(text: str) -> int | None:
    r"""Find the first triple term of Turtle, TriG, N-Triples or N-Quads that is nested too deeply.

    :returns: where it begins; None if there is none

    >>> too_deep("<s> <p> " + "<<( <s> <p> " * 100), too_deep("<s> <p> " + "<<( <s> <p> " * 101)
    (None, 1208)
    >>> too_deep("<s> <p> '<<(' . # <<( \n" * 101)
    """
    if text.count(_OPENING) <= MOST:
        return None
    depth = 0
    for match in re.finditer(_TERM, text, re.VERBOSE | re.DOTALL):
        if match.lastgroup == "open":
            depth += 1
            if depth > MOST:
                return match.start()
        elif match.lastgroup == "close":
            depth -= 1
    return None
