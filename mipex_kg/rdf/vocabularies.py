"""Vocabularies that everybody knows, and whose terms nobody has to describe."""

from __future__ import annotations

from collections.abc import Container

from mipex_kg.rdf.jsonld.schema_org_context import COMMON_PREFIXES
from mipex_kg.rdf.namespaces import PREFIXES, SCHEMA_HTTPS

# Namespaces by their usual prefixes.
WELL_KNOWN = {**COMMON_PREFIXES, **PREFIXES}
_NAMESPACES = frozenset({*WELL_KNOWN.values(), SCHEMA_HTTPS})


def vocabularies_of_others(described: Container[str]) -> tuple[str, ...]:
    """List the namespaces of well-known vocabularies, but those that are the data's own.

    A vocabulary is the data's own if they describe it, and not just some of its terms.

    :param described: of what something is said

    >>> "http://www.w3.org/ns/sosa/" in vocabularies_of_others({"http://www.w3.org/ns/sosa/"})
    False
    """
    return tuple(
        space
        for space in sorted(_NAMESPACES)
        if space not in described and space.rstrip("#/") not in described
    )


def vocabulary_of(iri: str) -> str:
    """Give the namespace of a term: its IRI down to the last slash or number sign.

    >>> vocabulary_of("http://www.w3.org/2004/02/skos/core#prefLabel")
    'http://www.w3.org/2004/02/skos/core#'
    """
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
