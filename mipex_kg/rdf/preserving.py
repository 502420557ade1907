"""What the engine's parsers change or get wrong, told from the text before they read it.

Oxigraph writes language tags in lower case, and leaves the dots that are in a base.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mipex_kg.rdf.iris import without_dots
from mipex_kg.rdf.locate import lexemes

# What is worth a closer look: most files have neither.
_TAG, _ANY_BASE = re.compile(r"@[A-Za-z0-9-]*[A-Z]"), re.compile(r"\bbase\b", re.IGNORECASE)
_BASE = re.compile(r"@?base\Z", re.IGNORECASE)
_CAPITAL = re.compile(r"@([A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*)\Z")


class Prepared(NamedTuple):
    """A text as the engine is to read it.

    :param text: as long as it was, so that errors name the right columns
    :param tags: language tags in lower case, to how they are written first
    """

    text: str
    tags: dict[str, str]


def prepare(text: str) -> Prepared:
    """Prepare a text in Turtle, TriG, N-Triples or N-Quads.

    >>> prepared = prepare('@base <http://e/a/../b> . <x> <p> "colour"@en-GB .')
    >>> prepared.text
    '@base <http://e/b>      . <x> <p> "colour"@en-GB .'
    >>> prepared.tags
    {'en-gb': 'en-GB'}
    """
    tags: dict[str, str] = {}
    has_dots = "/." in text and _ANY_BASE.search(text)
    if not (has_dots or _TAG.search(text)):
        return Prepared(text, tags)
    return Prepared("".join(_pieces(text, tags)), tags)


def _pieces(text: str, tags: dict[str, str]) -> Iterator[str]:
    done, follows_base = 0, False
    for kind, start, end in lexemes(text):
        written = text[start:end]
        if kind == "literal" and (tag := _CAPITAL.search(written)):
            tags.setdefault(tag[1].lower(), tag[1])
        if follows_base and written.startswith("<"):
            yield text[done:start]
            yield f"<{without_dots(written[1:-1])}>".ljust(len(written))
            done = end
        follows_base = kind == "word" and _BASE.match(written) is not None
    yield text[done:]
