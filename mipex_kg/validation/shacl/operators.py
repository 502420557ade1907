"""SPARQL's operators and functions in queries of shapes, where rdflib gets them wrong.

rdflib drops filters that are constants, gives up `||`, `&&` and `IN` at the first error, and goes
by values of Python's: no years before Christ, other patterns than XPath's, `NaN` for true. What
depends on its arguments alone is asked of Oxigraph; what an operator can't do is an error of
SPARQL's, never one of Python's.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from types import MethodType
from typing import Any, cast

import pyoxigraph as ox
from rdflib import RDF, Literal, URIRef, Variable
from rdflib.namespace import XSD
from rdflib.plugins.sparql.operators import (
    EBV,
    MultiplicativeExpression,
    RelationalExpression,
)
from rdflib.plugins.sparql.operators import string as as_string
from rdflib.plugins.sparql.parserutils import CompValue, Expr, value
from rdflib.plugins.sparql.sparql import SPARQLError
from rdflib.term import Node

from mipex_kg.sparql.replacements import for_engine
from mipex_kg.validation.datatypes import have_common_order, is_well_typed
from mipex_kg.validation.patterns import PatternError, compiled
from mipex_kg.validation.shacl.terms import from_rdflib, to_rdflib
from mipex_kg.validation.shacl.values import compare, datatype_of

_NAMES_OF_CASTS = "boolean date dateTime decimal double duration float integer string time"
CASTS = frozenset(XSD[name] for name in _NAMES_OF_CASTS.split())
"""The functions that convert a value to a datatype."""
_FLOATING = (XSD.double, XSD.float)
# Functions of their arguments alone, by the names under which rdflib keeps these.
_ASKED = {
    **dict.fromkeys(("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TZ"), ("arg",)),
    **dict.fromkeys(("TIMEZONE", "ROUND", "CEIL", "FLOOR", "ABS"), ("arg",)),
    "SUBSTR": ("arg", "start", "length"),
    "REPLACE": ("arg", "pattern", "replacement", "flags"),
}
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
_PYTHONS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, re.error)
_Evaluation = Callable[[Any, Any], Any]


def mend(part: Any) -> None:
    """Set right what rdflib makes of a part of a parsed query."""
    if not isinstance(part, CompValue):
        return
    if part.name == "Filter":
        _mend_filter(part)
    elif part.name in _MENDED:
        part._evalfn = MethodType(_MENDED[part.name], part)
    elif isinstance(part, Expr) and part._evalfn and not part.name.endswith("EXISTS"):
        part._evalfn = MethodType(_guarded(part._evalfn), part)


def _mend_filter(part: CompValue) -> None:
    inner = _bare(part)
    if isinstance(inner, Literal) or (isinstance(inner, CompValue) and inner.name == "literal"):
        part["expr"] = Expr("Constant", lambda self, _ctx: self.constant, constant=inner)
    elif isinstance(inner, Variable):
        part["expr"] = Expr("Variable", lambda self, _ctx: Literal(_holds(self.of)), of=inner)


def _bare(part: CompValue) -> Any:
    """Give what a part's expression comes to where no operator is in it."""
    inner = dict(part).get("expr")
    while isinstance(inner, Expr) and inner.name in _PRECEDENCE and set(dict(inner)) == {"expr"}:
        inner = dict(inner)["expr"]
    return inner


def _guarded(evaluate: Callable[[Any], Any]) -> _Evaluation:
    """Make errors of Python's SPARQL's own, for which a filter is false and COALESCE goes on."""

    def guarded(_expression: Any, context: Any) -> Any:
        try:
            return evaluate(context)
        except _PYTHONS as error:
            raise SPARQLError(f"An operator can't be applied: {error}") from error

    return guarded


# --- Truth ---------------------------------------------------------------------------------------


def _holds(term: Any) -> bool:
    """Give the effective boolean value (SPARQL 1.1, 17.2.2)."""
    if isinstance(term, Literal) and term.datatype:
        if is_well_typed(str(term), str(term.datatype)) is False and (
            term.datatype == XSD.boolean or _is_numeric_type(term.datatype)
        ):
            return False
        if _is_nan(term):
            return False
    return bool(EBV(term))


def _is_nan(literal: Literal) -> bool:
    return str(literal) == "NaN" and literal.datatype in _FLOATING


def _not(expression: Any, _context: Any) -> Literal:
    return Literal(not _holds(expression.expr))


def _if(expression: Any, _context: Any) -> Any:
    return expression.arg2 if _holds(expression.arg1) else expression.arg3


def _or(expression: Any, context: Any) -> Any:
    return _decided(expression, context, by=True)


def _and(expression: Any, context: Any) -> Any:
    return _decided(expression, context, by=False)


def _decided(expression: Any, context: Any, *, by: bool) -> Any:
    """Decide by the first operand that is so, whatever errors the others are (17.2)."""
    others = OrderedDict.get(expression, "other")
    if others is None:
        return expression.expr
    error = None
    for operand in (OrderedDict.get(expression, "expr"), *others):
        try:
            if _holds(value(context, operand)) == by:
                return Literal(by)
        except SPARQLError as found:
            error = found
    if error:
        raise error
    return Literal(not by)


# --- Comparison ----------------------------------------------------------------------------------


def _relational(expression: Any, context: Any) -> Any:
    """Compare two literals by value, and anything else as rdflib does."""
    operator = expression.op
    if operator in ("IN", "NOT IN"):
        return Literal(_is_among(expression, context) == (operator == "IN"))
    first, second = expression.expr, expression.other
    if isinstance(first, Literal) and isinstance(second, Literal) and operator in _FITTING:
        order = compare(first, second)
        if order is not None:
            return Literal(order in _FITTING[operator])
        if _is_nan(first) or _is_nan(second):
            return Literal(operator == "!=")
        if operator not in ("=", "!=") or _have_common_order(first, second):
            raise SPARQLError(f"{first!r} and {second!r} have no order")
    return RelationalExpression(expression, context)


def _is_among(expression: Any, context: Any) -> bool:
    """Look for a term in a list: an error in it counts only where the term isn't found."""
    listed, error = OrderedDict.get(expression, "other"), None
    term = expression.expr
    if isinstance(term, SPARQLError):
        raise term
    for each in () if listed is None or listed == RDF.nil else listed:
        try:
            if isinstance(found := value(context, each), SPARQLError):
                raise found
            if _is_equal(term, found):
                return True
        except SPARQLError as raised:
            error = raised
    if error:
        raise error
    return False


def _have_common_order(first: Literal, second: Literal) -> bool:
    datatypes = (str(datatype_of(literal)) for literal in (first, second))
    return first != second and have_common_order(*datatypes)


def _is_equal(first: Any, second: Any) -> bool:
    order = compare(first, second)
    return first == second if order is None else order == 0


# --- Functions -----------------------------------------------------------------------------------


def _regex(expression: Any, _context: Any) -> Literal:
    text, pattern = as_string(expression.text), as_string(expression.pattern)
    flags = as_string(expression.flags) if expression.flags else ""
    try:
        return Literal(compiled(str(pattern), str(flags)).matches(str(text)))
    except PatternError as error:
        raise SPARQLError(f"{pattern!r} is not a regular expression: {error}") from None


def _is_numeric(expression: Any, _context: Any) -> Literal:
    term = expression.arg
    return Literal(
        isinstance(term, Literal)
        and _is_numeric_type(term.datatype)
        and is_well_typed(str(term), str(term.datatype)) is not False
    )


def _is_numeric_type(datatype: URIRef | None) -> bool:
    return datatype is not None and have_common_order(str(datatype), str(XSD.integer))


def _function(expression: Any, _context: Any) -> Node:
    """Call a function that has an IRI: one that converts a value."""
    return _ask(f"<{expression.iri}>", expression.expr or ())


def _builtin(name: str, keys: tuple[str, ...], expression: Any, _context: Any) -> Node:
    given = [expression[key] for key in keys if OrderedDict.get(expression, key) is not None]
    if name == "REPLACE":
        given[2] = Literal(for_engine(str(as_string(given[2]))))
    return _ask(name, given)


def _ask(function: str, arguments: Any) -> Node:
    """Ask Oxigraph what a function makes of its arguments."""
    return _asked(f"{function}({', '.join(map(_written, arguments))})")


def _written(term: Any) -> str:
    """Write a term as SPARQL does."""
    if isinstance(term, SPARQLError):
        raise term
    if not isinstance(term, Literal | URIRef):
        raise SPARQLError(f"An operator can't be applied to {term!r}")
    return str(from_rdflib(term))


def _asked(expression: str) -> Node:
    """Ask Oxigraph for the value of an expression without variables."""
    answer = ox.Store().query(f"SELECT ({expression} AS ?value) {{}}")
    (solution,) = cast("ox.QuerySolutions", answer)
    if (found := solution["value"]) is None:
        raise SPARQLError(f"{expression} is an error")
    return to_rdflib(found)


def _times(expression: Any, context: Any) -> Any:
    """Multiply and divide; where a floating-point number is among them, as Oxigraph does."""
    if OrderedDict.get(expression, "other") is None:
        return expression.expr
    operands = [expression.expr, *expression.other]
    if any(isinstance(each, Literal) and each.datatype in _FLOATING for each in operands):
        signs = ["", *(f" {operator} " for operator in expression.op)]
        written = map(_written, operands)
        return _asked("".join(s + o for s, o in zip(signs, written, strict=True)))
    return _guarded(partial(MultiplicativeExpression, expression))(expression, context)


_MENDED: Mapping[str, _Evaluation] = {
    "ConditionalOrExpression": _or,
    "ConditionalAndExpression": _and,
    "UnaryNot": _not,
    "RelationalExpression": _relational,
    "Function": _function,
    "MultiplicativeExpression": _times,
    "Builtin_IF": _if,
    "Builtin_REGEX": _regex,
    "Builtin_isNUMERIC": _is_numeric,
    **{f"Builtin_{name}": partial(_builtin, name, keys) for name, keys in _ASKED.items()},
}
