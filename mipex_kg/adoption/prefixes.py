"""Prefixes for namespaces that have none."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain, count

from mipex_kg.rdf.jsonld.schema_org_context import COMMON_PREFIXES

# A word that may be a prefix and is not the number of a version.
_NAME = re.compile(r"(?!v\d)[a-z][a-z0-9_-]*", re.IGNORECASE | re.ASCII)


def name_prefix(iri: str, taken: Container[str]) -> str:
    """Choose a prefix for a namespace: the usual one, its last step, or what its host is called.

    >>> name_prefix("http://www.w3.org/ns/dcat#", {}), name_prefix("http://purl.org/dc/terms/", {})
    ('dcat', 'dcterms')
    >>> name_prefix("https://e.org/ont/Boats#", {}), name_prefix("https://e.org/boats/1.2/", {})
    ('boats', 'boats')
    >>> name_prefix("https://www.boats.org/", {}), name_prefix("https://e.org/dcat#", {"dcat"})
    ('boats', 'dcat2')
    """
    host, *steps = re.split("[/#:?]", iri.partition("://")[2].removeprefix("www.") or iri)
    words = (*reversed(steps), host.partition(".")[0])
    usual = [prefix for prefix, namespace in COMMON_PREFIXES.items() if namespace == iri]
    name = next((word.lower() for word in words if _NAME.fullmatch(word)), "own")
    names = (name if number == 1 else f"{name}{number}" for number in count(1))
    return next(each for each in chain(usual, names) if each not in taken)
