"""Parameters of shapes: which values SHACL has for them.

pySHACL looks at some. A text where a class is wanted targets nothing, so that whatever is wrong
passes; a misspelt kind of nodes fits none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH, XSD
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH as SHACL
from mipex_kg.validation.datatypes import is_well_typed

BOOLEANS = (SH.closed, SH.deactivated, SH.uniqueLang, SH.optional, SH.qualifiedValueShapesDisjoint)
"""What is true or false: a typing error in it would switch a constraint off."""
_KINDS = frozenset(
    URIRef(SHACL + name)
    for name in (
        "BlankNode",
        "IRI",
        "Literal",
        "BlankNodeOrIRI",
        "BlankNodeOrLiteral",
        "IRIOrLiteral",
    )
)


def _is_iri(value: Node) -> bool:
    return isinstance(value, URIRef)


def _is_text(value: Node) -> bool:
    return isinstance(value, Literal) and value.datatype in (None, XSD.string)


def _is_plain_text(value: Node) -> bool:
    return _is_text(value) and not (isinstance(value, Literal) and value.language)


def _is_boolean(value: Node) -> bool:
    return (
        isinstance(value, Literal)
        and value.datatype == XSD.boolean
        and is_well_typed(str(value), str(XSD.boolean)) is not False
    )


_IRIS = (
    *("targetClass", "targetSubjectsOf", "targetObjectsOf", "class", "datatype", "severity"),
    *("equals", "disjoint", "lessThan", "lessThanOrEquals"),
)
_WANTED: Mapping[URIRef, tuple[str, Callable[[Node], bool]]] = {
    **{URIRef(SHACL + name): ("an IRI", _is_iri) for name in _IRIS},
    **dict.fromkeys(BOOLEANS, ("true or false", _is_boolean)),
    SH.targetNode: ("an IRI or a literal", lambda value: isinstance(value, URIRef | Literal)),
    SH.nodeKind: (
        f"one of {', '.join(sorted(f'sh:{kind[len(SHACL) :]}' for kind in _KINDS))}",
        _KINDS.__contains__,
    ),
    SH.message: ("a text", _is_text),
    SH.pattern: ("a text without a language", _is_plain_text),
    SH.flags: ("a text without a language", _is_plain_text),
}


def wrong_values(graph: Graph) -> Iterator[tuple[Node, str]]:
    """Find values of parameters that SHACL doesn't have: the shape, and what is wrong."""
    for parameter, (wanted, fits) in _WANTED.items():
        for shape, value in sorted(graph.subject_objects(parameter), key=str):
            if not fits(value):
                name = parameter.removeprefix(SHACL)
                yield shape, f"sh:{name} must be {wanted}, not {value.n3(graph.namespace_manager)}"
