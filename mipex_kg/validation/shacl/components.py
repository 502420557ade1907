"""The constraint components by which shapes are judged: pySHACL's, set right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyshacl.constraints import ALL_CONSTRAINT_COMPONENTS
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.shape_based_constraints import (
    QualifiedValueShapeConstraintComponent,
)
from rdflib.namespace import SH
from rdflib.term import Node

from mipex_kg.validation.shacl import logical, strings, values
from mipex_kg.validation.shacl.closed import Closed
from mipex_kg.validation.shacl.results import Reporting
from mipex_kg.validation.shacl.sparql import SPARQLConstraints

_CORRECTED: tuple[type[Any], ...] = (
    values.Datatype,
    values.MinExclusive,
    values.MinInclusive,
    values.MaxExclusive,
    values.MaxInclusive,
    values.LessThan,
    values.LessThanOrEquals,
    strings.MatchesPattern,
    strings.MinLength,
    strings.MaxLength,
    strings.LanguageIn,
    logical.And,
    logical.Or,
    logical.Xone,
    Closed,
    SPARQLConstraints,
)


def _replacement(component: type[Any]) -> type[Any]:
    """Give what stands in for a component of pySHACL's."""
    for corrected in _CORRECTED:
        if issubclass(corrected, component):
            return corrected
    return type(component.__name__, (Reporting, component), {})


COMPONENTS: Mapping[type[ConstraintComponent], type[Any]] = {
    component: _replacement(component) for component in ALL_CONSTRAINT_COMPONENTS
}
"""What stands in for each of pySHACL's components."""

_BY_PARAMETER: Mapping[Node, type[Any]] = {
    parameter: corrected
    for component, corrected in COMPONENTS.items()
    for parameter in component.constraint_parameters()
}
PARAMETERS = frozenset(_BY_PARAMETER)
"""The parameters of SHACL's own components."""

# Parameters that mean nothing without others: the shape then has no such constraint.
_NEEDS: Mapping[type[Any], tuple[frozenset[Node], ...]] = {
    Closed: (frozenset({SH.closed}),),
    COMPONENTS[QualifiedValueShapeConstraintComponent]: (
        frozenset({SH.qualifiedValueShape}),
        frozenset({SH.qualifiedMinCount, SH.qualifiedMaxCount}),
    ),
}


def components_of(predicates: Iterable[Node]) -> Iterator[type[Any]]:
    """Give the components of which a shape has constraints, by the predicates that it has."""
    given = set(predicates)
    found = dict.fromkeys(_BY_PARAMETER[p] for p in sorted(given, key=str) if p in _BY_PARAMETER)
    for component in found:
        if all(given & needed for needed in _NEEDS.get(component, ())):
            yield component
