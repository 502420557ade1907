"""What stands in a quad: the types of nodes and terms, and their text."""

from __future__ import annotations

from typing import TypeAlias

import pyoxigraph as ox

# Oxigraph's types allow for the triple terms of RDF 1.2, which parsing refuses.
Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def text_of(term: Term) -> str:
    """Give a term's lexical form, IRI or blank node label."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI.

    >>> is_iri("https://example.org/a"), is_iri("https://example.org/a b"), is_iri("a")
    (True, False, False)
    """
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
