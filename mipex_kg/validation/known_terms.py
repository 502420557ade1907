"""The terms of well-known vocabularies, and which of them is meant by a slip of the pen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

import rdflib.namespace
from rdflib.namespace import DefinedNamespace

from mipex_kg.rdf.namespaces import SCHEMA, SCHEMA_HTTPS, SH
from mipex_kg.rdf.vocabularies import vocabulary_of
from mipex_kg.system.errors import Guesses

# They are there, though the lists lack them, and differ from others by little.
_BESIDES: Mapping[str, Collection[str]] = {
    SCHEMA: ("MediaEnumeration", "variablesMeasured"),
    SCHEMA_HTTPS: ("MediaEnumeration", "variablesMeasured"),
    SH: ("values",),
}


@cache
def _vocabularies() -> Mapping[str, type[DefinedNamespace]]:
    """Give the vocabularies whose terms are listed, by their namespaces."""
    listed = {
        str(each): each
        for each in vars(rdflib.namespace).values()
        if isinstance(each, type) and issubclass(each, DefinedNamespace)
    }
    return {**listed, SCHEMA: listed[SCHEMA_HTTPS]}


@cache
def _names(namespace: str, is_class: bool) -> frozenset[str]:
    """List the names of a vocabulary's classes, or else of its properties."""
    listed = _vocabularies()[namespace]
    names = (str(term).removeprefix(str(listed)) for term in dir(listed))
    return frozenset(name for name in names if name[:1].isupper() is is_class)


def is_listed(iri: str) -> bool:
    """Tell whether a term is one of those that a well-known vocabulary has.

    >>> is_listed("http://xmlns.com/foaf/0.1/name"), is_listed("http://xmlns.com/foaf/0.1/nmae")
    (True, False)
    """
    namespace = vocabulary_of(iri)
    name = iri.removeprefix(namespace)
    is_besides = name in _BESIDES.get(namespace, ())
    return is_besides or (bool(name) and name in _vocabularies().get(namespace, ()))


def meant(iri: str, *, is_class: bool, guesses: Guesses) -> str | None:
    """Tell which term of a well-known vocabulary is meant by one that isn't listed.

    Vocabularies grow, so that what isn't listed may be there: only slips of the pen are told.

    >>> meant("http://xmlns.com/foaf/0.1/nmae", is_class=False, guesses=Guesses())
    'http://xmlns.com/foaf/0.1/name'
    >>> meant("http://xmlns.com/foaf/0.1/renown", is_class=False, guesses=Guesses())
    """
    namespace = vocabulary_of(iri)
    name = iri.removeprefix(namespace)
    if not name or namespace not in _vocabularies() or is_listed(iri):
        return None
    near = guesses.slip(name, _names(namespace, is_class))
    return namespace + near if near else None
