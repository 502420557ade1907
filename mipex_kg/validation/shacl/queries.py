"""SPARQL in shapes: a query that is checked and prepared once, and then asked about each node.

rdflib answers, as it keeps literals as they are written; its operators are set right in the parsed
query. pySHACL looks for forbidden clauses with regular expressions, which find them in texts and
comments; puts $PATH in only where a space is before it; asks for variables that are not selected;
and doesn't follow owl:imports to prefixes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pyparsing import ParseException
from pyshacl.errors import ValidationFailure
from rdflib import Graph, Literal, URIRef, Variable
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.plugins.sparql import algebra, parser
from rdflib.plugins.sparql.evaluate import evalQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node

from mipex_kg.rdf.namespaces import SH
from mipex_kg.sparql.query_text import tokens
from mipex_kg.validation.shacl.operators import CASTS, mend
from mipex_kg.validation.shacl.paths import PathError, read_path

_FORBIDDEN = {
    "MinusGraphPattern": "MINUS",
    "InlineData": "VALUES",
    "ServiceGraphPattern": "SERVICE",
    "GraphGraphPattern": "GRAPH",
}
_OPTIONAL = frozenset({"shapesGraph", "currentShape"})


class PreparedQuery:
    """A query of a SPARQL constraint or validator.

    :param shape: the shape that it is asked for
    :param node: the constraint or validator, which may name prefixes
    :param text: the query
    :param bound: the variables that have a value before the query runs, besides ``this``
    :param asks: whether it is an ASK, and not a SELECT
    :raises ValidationFailure: when it is not what SHACL allows (5.3.1 and appendix A)
    """

    def __init__(
        self,
        shape: Any,
        node: Node,
        text: str,
        bound: Collection[str] = (),
        *,
        asks: bool = False,
    ) -> None:
        self.bound = {"this", *bound, *_OPTIONAL}
        try:
            parsed = parser.parseQuery(_with_path(text, shape))
        except ParseException as error:
            raise ValidationFailure(f"A query can't be parsed: {error}") from None
        self._check(parsed[1], text)
        kind = "ask" if asks else "select"
        if parsed[1].name != f"{kind.title()}Query":
            raise ValidationFailure(f"The query of sh:{kind} must begin with {kind.upper()}.")
        algebra.traverse(parsed[1], visitPost=mend)
        self._query: Query = algebra.translateQuery(parsed, initNs=prefixes(shape.sg.graph, node))
        _check_functions(self._query.algebra)
        self._shape = shape.node

    def solutions(self, graph: Graph, bindings: Mapping[str, Any]) -> list[dict[str, Node]]:
        """Ask for all solutions of a SELECT query, each once.

        :param bindings: what the bound variables stand for
        """
        answer = evalQuery(graph, self._query, {"currentShape": self._shape, **bindings})
        wanted = {str(variable) for variable in self._query.algebra.PV}
        found = (
            {str(name): node for name, node in solution.items() if str(name) in wanted}
            for solution in answer["bindings"]
        )
        return list({frozenset(solution.items()): solution for solution in found}.values())

    def holds(self, graph: Graph, bindings: Mapping[str, Any]) -> bool:
        """Ask an ASK query."""
        answer = evalQuery(graph, self._query, {"currentShape": self._shape, **bindings})
        return bool(answer["askAnswer"])

    def _check(self, query: CompValue, text: str) -> None:
        for part in _parts(query):
            if clause := _FORBIDDEN.get(part.name):
                raise ValidationFailure(f"A SPARQL constraint must not have {clause} in it.")
            rebound = {*_variables(part, "var", {"Bind"}), *_variables(part, "evar", {"vars"})}
            if named := rebound & self.bound:
                raise ValidationFailure(
                    f"A SPARQL constraint must not give ${min(named)} another value with AS."
                )
            if part.name == "SubSelect":
                self._check_selected(part, self.bound - _OPTIONAL, "a nested SELECT")
        if dict(query).get("valuesClause"):
            raise ValidationFailure("A SPARQL constraint must not have VALUES in it.")
        if any(t.kind == "variable" and t.text[1:] == "shapesGraph" for t in tokens(text)):
            raise ValidationFailure("$shapesGraph is not supported.")
        if query.name == "SelectQuery":
            self._check_selected(query, {"this"}, "the SELECT", allows_all=True)

    def _check_selected(
        self, query: CompValue, wanted: set[str], where: str, *, allows_all: bool = False
    ) -> None:
        projection = dict(query).get("projection")
        if projection is None:  # SELECT *
            selected = wanted if allows_all else set()
        else:
            selected = {str(name) for each in projection for name in dict(each).values()}
        if missing := wanted - selected:
            raise ValidationFailure(f"${min(missing)} is not among the variables of {where}.")


def prefixes(shapes: Graph, node: Node) -> dict[str, str]:
    """Collect the prefixes that a query in shapes may have (SHACL, 5.2.1).

    Where what it names declares none, those that the shapes graph declares anywhere count, and in
    any case those that its files have.

    :param node: the constraint or validator
    :raises ValidationFailure: when a declaration is not well-formed
    """
    named = (
        each
        for start in shapes.objects(node, URIRef(SH + "prefixes"))
        for each in shapes.transitive_objects(start, OWL.imports)
    )
    declare = URIRef(SH + "declare")
    declared = [each for ontology in named for each in shapes.objects(ontology, declare)]
    if not declared and (node, URIRef(SH + "prefixes"), None) in shapes:
        declared = list(shapes.objects(None, declare))
    known = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL)}
    known |= {prefix: str(namespace) for prefix, namespace in shapes.namespaces()}
    return known | dict(_declaration(shapes, each) for each in declared)


def _declaration(shapes: Graph, node: Node) -> tuple[str, str]:
    names = [list(shapes.objects(node, URIRef(SH + name))) for name in ("prefix", "namespace")]
    match names:
        case [[Literal() as prefix], [Literal() as namespace]]:
            return str(prefix), str(namespace)
    raise ValidationFailure("sh:declare must have one sh:prefix and one sh:namespace, both texts.")


def _check_functions(query: CompValue) -> None:
    for part in _parts(query):
        if part.name == "Function" and part.iri not in CASTS:
            raise ValidationFailure(
                f"A query calls a function that is not known: {part.iri}. It would never fire."
            )


def _with_path(text: str, shape: Any) -> str:
    """Put the shape's path instead of $PATH."""
    found = list(tokens(text))
    if not any(_is_path(token.kind, token.text) for token in found):
        return text
    if shape.path() is None:
        raise ValidationFailure("A query has $PATH in it, but its shape has no path.")
    try:
        path = read_path(shape.sg.graph, shape.path()).sparql()
    except PathError as error:
        raise ValidationFailure(f"sh:path: {error}.") from None
    return "".join(path if _is_path(token.kind, token.text) else token.text for token in found)


def _is_path(kind: str, text: str) -> bool:
    return kind == "variable" and text[1:] == "PATH"


def _parts(value: Any) -> Iterator[CompValue]:
    """Give every part of a parsed query."""
    if isinstance(value, CompValue):
        yield value
        for inner in dict(value).values():
            yield from _parts(inner)
    elif isinstance(value, list | tuple) or hasattr(value, "as_list"):
        for inner in value:
            yield from _parts(inner)


def _variables(part: CompValue, key: str, names: set[str]) -> Iterator[str]:
    variable = dict(part).get(key)
    if part.name in names and isinstance(variable, Variable):
        yield str(variable)
