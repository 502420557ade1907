"""Properties that say of two things in one direction what another says in the other direction."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import OWL, SKOS
from mipex_kg.rdf.quads import Quad

# Each of these says of two things in one direction what its value says in the other.
INVERSES: Mapping[ox.NamedNode, ox.NamedNode] = {
    SKOS.term(one): SKOS.term(other)
    for pair in (
        ("broader", "narrower"),
        ("broaderTransitive", "narrowerTransitive"),
        ("broadMatch", "narrowMatch"),
        ("hasTopConcept", "topConceptOf"),
        ("related", "related"),
        ("relatedMatch", "relatedMatch"),
        ("exactMatch", "exactMatch"),
        ("closeMatch", "closeMatch"),
    )
    for one, other in (pair, pair[::-1])
} | {
    OWL.term(name): OWL.term(name)
    for name in (
        *("inverseOf", "equivalentClass", "equivalentProperty", "sameAs"),
        *("disjointWith", "propertyDisjointWith", "differentFrom"),
    )
}
# The properties by which a collection leads to its members.
_MEMBERSHIP = frozenset(map(SKOS.term, ("member", "memberList")))


def is_turned(quad: Quad) -> bool:
    """Tell whether what points to a thing is shown as a fact about it."""
    return quad.predicate in INVERSES or quad.predicate in _MEMBERSHIP
