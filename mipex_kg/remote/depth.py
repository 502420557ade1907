"""How deep an answer is nested: parsers take their own stack down with what is nested too deeply.

It is told in one pass over the bytes, before any parser sees them.
"""

from __future__ import annotations

import re
from itertools import accumulate

# Results in JSON have five levels, and a triple term has a few more.
MOST = 100
_ESCAPE, _STRING = re.compile(rb"\\.", re.DOTALL), re.compile(rb'"[^"]*"')
_STEPS = {ord(mark): step for marks, step in (("{[", 1), ("}]", -1)) for mark in marks}
_OTHERS = bytes(set(range(256)) - {*_STEPS, ord('"')})
_TRIPLE_TERM = b"<<("


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
    _require(deepest)


def require_flat_lines(content: bytes) -> None:
    """Make sure that the triple terms of N-Triples are not nested too deeply.

    :raises ValueError: when they are
    """
    if _TRIPLE_TERM in content:
        _require(max(line.count(_TRIPLE_TERM) for line in content.split(b"\n")))


def _require(depth: int) -> None:
    if depth > MOST:
        raise ValueError(f"it is nested {depth:,} deep")
