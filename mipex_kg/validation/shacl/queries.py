"""SPARQL in shapes: a query that is checked and prepared once, and then asked about each node.

rdflib answers, as it keeps literals as they are written. What it gets wrong is set right in the
parsed query: a filter that is a constant is dropped, literals are compared in an order of Python's,
and REGEX takes patterns for Python's. pySHACL looks for forbidden clauses with regular expressions,
which find them in texts and comments; puts $PATH in only where a space is before it; and asks for
variables that are not selected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MethodType
from typing import Any

from pyparsing import ParseException
from pyshacl.errors import ValidationFailure
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib import RDF, Graph, Literal, Variable
from rdflib.plugins.sparql import algebra, parser
from rdflib.plugins.sparql.evaluate import evalQuery
from rdflib.plugins.sparql.operators import RelationalExpression
from rdflib.plugins.sparql.operators import string as as_string
from rdflib.plugins.sparql.parserutils import CompValue, Expr
from rdflib.plugins.sparql.sparql import Query, SPARQLError
from rdflib.term import Node

from mipex_kg.sparql.query_text import tokens
from mipex_kg.validation.datatypes import have_common_order
from mipex_kg.validation.patterns import PatternError, compiled
from mipex_kg.validation.shacl.paths import PathError, read_path
from mipex_kg.validation.shacl.values import compare, datatype_of

_FORBIDDEN = {
    "MinusGraphPattern": "MINUS",
    "InlineData": "VALUES",
    "ServiceGraphPattern": "SERVICE",
}
_OPTIONAL = frozenset({"shapesGraph", "currentShape"})
# What the grammar wraps around an expression, whether there is an operator or not.
_PRECEDENCE = frozenset(
    f"{name}Expression"
    for name in ("ConditionalOr", "ConditionalAnd", "Relational", "Additive", "Multiplicative")
)
_FITTING = {
    "<": {-1},
    "<=": {-1, 0},
    ">": {1},
    ">=": {0, 1},
    "=": {0},
    "!=": {-1, 1},
}


class PreparedQuery:
    """A query of a SPARQL constraint or validator.

    :param shape: the shape that it is asked for
    :param node: the constraint or validator, which may name prefixes
    :param text: the query
    :param bound: the variables that have a value before the query runs, besides ``this``
    :raises ValidationFailure: when it is not what SHACL allows (5.3.1 and appendix A)
    """

    def __init__(self, shape: Any, node: Node, text: str, bound: Collection[str] = ()) -> None:
        helper = SPARQLQueryHelper(shape, node, text)
        helper.collect_prefixes()
        self.bound = {"this", *bound, *_OPTIONAL}
        try:
            parsed = parser.parseQuery(helper.apply_prefixes(_with_path(text, shape)))
        except ParseException as error:
            raise ValidationFailure(f"A query can't be parsed: {error}") from None
        self._check(parsed[1], text)
        algebra.traverse(parsed[1], visitPost=_mend)
        namespaces = {str(p): str(ns) for p, ns in shape.sg.graph.namespaces()}
        self._query: Query = algebra.translateQuery(parsed, initNs=namespaces)
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


def _mend(part: Any) -> None:
    """Set right what rdflib makes of a part of a query."""
    if not isinstance(part, CompValue):
        return
    if part.name == "Filter" and _is_literal(constant := _bare(part)):
        part["expr"] = Expr("Constant", lambda self, _ctx: self.constant, constant=constant)
    elif part.name == "RelationalExpression":
        part._evalfn = MethodType(_relational, part)
    elif part.name == "Builtin_REGEX":
        part._evalfn = MethodType(_regex, part)


def _bare(part: CompValue) -> Any:
    """Give what a part's expression comes to where no operator is in it."""
    inner = dict(part).get("expr")
    while isinstance(inner, Expr) and inner.name in _PRECEDENCE and set(dict(inner)) == {"expr"}:
        inner = dict(inner)["expr"]
    return inner


def _is_literal(part: Any) -> bool:
    return isinstance(part, Literal) or (isinstance(part, CompValue) and part.name == "literal")


def _relational(expression: Any, context: Any) -> Any:
    """Compare two literals by value, and anything else as rdflib does."""
    first, second, operator = expression.expr, expression.other, expression.op
    if operator in ("IN", "NOT IN"):
        among = any(_is_equal(first, each) for each in (() if second == RDF.nil else second))
        return Literal(among == (operator == "IN"))
    if isinstance(first, Literal) and isinstance(second, Literal) and operator in _FITTING:
        order = compare(first, second)
        if order is not None:
            return Literal(order in _FITTING[operator])
        if operator not in ("=", "!=") or _have_common_order(first, second):
            raise SPARQLError(f"{first!r} and {second!r} have no order")
    return RelationalExpression(expression, context)


def _have_common_order(first: Literal, second: Literal) -> bool:
    datatypes = (str(datatype_of(literal)) for literal in (first, second))
    return first != second and have_common_order(*datatypes)


def _is_equal(first: Any, second: Any) -> bool:
    order = compare(first, second)
    return first == second if order is None else order == 0


def _regex(expression: Any, _context: Any) -> Literal:
    text, pattern = as_string(expression.text), as_string(expression.pattern)
    flags = as_string(expression.flags) if expression.flags else ""
    try:
        return Literal(compiled(str(pattern), str(flags)).matches(str(text)))
    except PatternError as error:
        raise SPARQLError(f"{pattern!r} is not a regular expression: {error}") from None
