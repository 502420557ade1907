"""Prefixes for namespaces that have none."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count

# A word that may be a prefix and is not the number of a version.
_NAME = re.compile(r"(?!v\d)[a-z][a-z0-9_-]*", re.IGNORECASE | re.ASCII)


def name_prefix(iri: str, taken: Container[str]) -> str:
    """Choose a prefix for a namespace that has none: its last step, or what its host is called.

    >>> name_prefix("https://e.org/ont/Boats#", {}), name_prefix("https://e.org/boats/1.2/", {})
    ('boats', 'boats')
    >>> name_prefix("https://www.boats.org/", {}), name_prefix("https://e.org/dcat#", {"dcat"})
    ('boats', 'dcat2')
    """
    host, *steps = re.split("[/#:?]", iri.partition("://")[2].removeprefix("www.") or iri)
    words = (*reversed(steps), host.partition(".")[0])
    name = next((word.lower() for word in words if _NAME.fullmatch(word)), "own")
    names = (name if number == 1 else f"{name}{number}" for number in count(1))
    return next(each for each in names if each not in taken)
