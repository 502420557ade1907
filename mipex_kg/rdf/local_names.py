"""Local names of terms, and the words that they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

import pyoxigraph as ox

# As many names are remembered in words.
_MANY = 1 << 12
# What camel case takes apart and English writes as one word.
_SUB = re.compile(r"\bsub (?=[a-z])")


def local_name(node: ox.NamedNode) -> str:
    """Give the end of an IRI, behind the last slash or number sign.

    >>> local_name(ox.NamedNode("http://schema.org/name"))
    'name'
    """
    return node.value.rstrip("/#").replace("#", "/").rpartition("/")[2]


@lru_cache(_MANY)
def in_words(name: str) -> str:
    """Take a local name apart, as people would write it: what is an abbreviation stays one.

    >>> [in_words(name) for name in ("spatialCoverage", "accessURL", "asWKT", "BFO_0000053")]
    ['spatial coverage', 'access URL', 'as WKT', 'BFO 0000053']
    >>> [in_words(name) for name in ("P1_is_identified_by", "XMLLiteral", "hasURLs", "ISO3166Code")]
    ['P1 is identified by', 'XML literal', 'has URLs', 'ISO3166 code']
    >>> [in_words(name) for name in ("subClassOf", "subproperty-of", "subOrganizationOf")]
    ['subclass of', 'subproperty of', 'suborganization of']
    """
    parts = re.split(r"[\W_]+", unquote(name))
    words = (word for part in parts for word in _words(part))
    said = " ".join(word if _is_abbreviation(word) else word.lower() for word in words)
    return _SUB.sub("sub", said)


def _words(part: str) -> Iterator[str]:
    start = 0
    for at in range(1, len(part)):
        if part[at].isupper() and _begins(part, at, start):
            yield part[start:at]
            start = at
    if part:
        yield part[start:]


def _begins(part: str, at: int, start: int) -> bool:
    """Tell whether a word begins with an upper-case letter: not within an abbreviation."""
    before, behind = part[at - 1], part[at + 1 : at + 3]
    is_plural = behind[:1] == "s" and not behind[1:].islower()
    begins_word = behind[:1].islower() and not is_plural
    after_word = before.islower() or (before.isdigit() and not _is_abbreviation(part[start:at]))
    return after_word or begins_word


def _is_abbreviation(word: str) -> bool:
    """Tell whether a word is written in upper case, but for the ``s`` of a plural."""
    core = word.removesuffix("s")
    return core.isupper() and len(core) > 1
