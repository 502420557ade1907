"""What a result says where neither the constraint nor the shape has a message of its own."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from mipex_kg.rdf import namespaces
from mipex_kg.rdf.namespaces import SH

# The parameter whose values are put in, and the sentence.
_MESSAGES: dict[str, tuple[str, str]] = {
    "Class": ("class", "It is not of the class {}."),
    "Datatype": ("datatype", "It is not a well-formed literal of the datatype {}."),
    "NodeKind": ("nodeKind", "It is not of the kind {}."),
    "MinCount": ("minCount", "The number of values is less than {}."),
    "MaxCount": ("maxCount", "The number of values is greater than {}."),
    "MinExclusive": ("minExclusive", "It is not greater than {}."),
    "MinInclusive": ("minInclusive", "It is not {} or greater."),
    "MaxExclusive": ("maxExclusive", "It is not less than {}."),
    "MaxInclusive": ("maxInclusive", "It is not {} or less."),
    "MinLength": ("minLength", "Its number of characters is less than {}."),
    "MaxLength": ("maxLength", "Its number of characters is greater than {}."),
    "Pattern": ("pattern", "It does not match the pattern {}"),
    "LanguageIn": ("languageIn", "It is not in one of the languages {}."),
    "UniqueLang": ("uniqueLang", "More than one value is in the same language."),
    "Equals": ("equals", "It is not a value of both this property and {}."),
    "Disjoint": ("disjoint", "It is also a value of {}."),
    "LessThan": ("lessThan", "It is not less than every value of {}."),
    "LessThanOrEquals": ("lessThanOrEquals", "It is not at most as great as every value of {}."),
    "Not": ("not", "It conforms to {}, and must not."),
    "And": ("and", "It does not conform to all of {}."),
    "Or": ("or", "It does not conform to any of {}."),
    "Xone": ("xone", "It does not conform to exactly one of {}."),
    "Node": ("node", "It does not conform to {}."),
    "QualifiedMinCount": (
        "qualifiedMinCount",
        "The number of values that conform to the shape is less than {}.",
    ),
    "QualifiedMaxCount": (
        "qualifiedMaxCount",
        "The number of values that conform to the shape is greater than {}.",
    ),
    "Closed": ("closed", "The shape is closed, and has no such property."),
    "HasValue": ("hasValue", "{} is not among the values."),
    "In": ("in", "It is not one of {}."),
}


def message(shapes: Graph, shape: Node, component: Node) -> Literal:
    """Write a sentence about what doesn't conform.

    :param shapes: the shapes graph
    :param shape: whose constraint it is
    :param component: the constraint component
    """
    name = str(component).removeprefix(SH).removesuffix("ConstraintComponent")
    parameter, sentence = _MESSAGES.get(name, ("", "It does not conform to the constraint."))
    values = sorted(
        _shown(shapes, value) for value in shapes.objects(shape, URIRef(SH + parameter))
    )
    return Literal(sentence.format(", ".join(values)))


def _shown(shapes: Graph, node: Node) -> str:
    if node == RDF.nil:
        return "()"
    if isinstance(node, URIRef):
        return shorten(node, shapes)
    if isinstance(node, BNode):
        if (node, RDF.first, None) in shapes:
            return _shown_list(shapes, list(shapes.items(node)))
        return "a shape without a name"
    return str(node)


def _shown_list(shapes: Graph, items: Sequence[Node]) -> str:
    if len(items) > 1 and all(isinstance(item, BNode) for item in items):
        return f"{len(items)} shapes without names"
    return "(" + " ".join(_shown(shapes, item) for item in items) + ")"


def shorten(iri: URIRef, graph: Graph) -> str:
    """Write an IRI with the longest prefix that fits.

    >>> graph = Graph()
    >>> graph.bind("e", "http://e.test/")
    >>> shorten(URIRef("http://e.test/a"), graph), shorten(URIRef("urn:x"), graph)
    ('e:a', '<urn:x>')
    """
    return namespaces.shorten(str(iri), {p: str(ns) for p, ns in graph.namespaces()})
