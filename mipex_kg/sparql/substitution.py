"""Giving variables of a query a value, wherever a variable may stand."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from mipex_kg.rdf.terms import Term
from mipex_kg.sparql.edits import Edits
from mipex_kg.sparql.grammar import structure_of
from mipex_kg.sparql.query_text import Query, tokens
from mipex_kg.sparql.structure import (
    Expression,
    Operand,
    Range,
    Role,
    Structure,
    StructureError,
    ValuesBlock,
)
from mipex_kg.system.errors import UsageError


def substitute(
    text: str, terms: Mapping[str, Term], prefixes: Mapping[str, str] | None = None
) -> str:
    """Put terms where variables stand, so that the solutions are those in which they have them.

    Only whole variable tokens are replaced, and each by a term as N-Triples writes it, so that
    whatever a value holds, it stays one term. A selected variable stays a column; of the data of
    VALUES, the rows stay that have the term; what BIND computes must be equal to it.

    :param text: SPARQL
    :param terms: by the names of variables, without the question mark
    :param prefixes: known without a declaration
    :raises UsageError: when a variable can't have the value where it stands

    >>> substitute("SELECT ?a { ?a :b ?c # ?c\\n } ORDER BY ?c", {"c": ox.Literal("x")})
    'SELECT ?a { ?a :b "x" # ?c\\n } ORDER BY ("x")'
    >>> substitute("ASK { VALUES ?c { 1 2 } FILTER(BOUND(?c)) }", {"c": ox.Literal(2)})
    'ASK { VALUES () { () } FILTER(true) }'
    """
    edits = Edits(text)
    try:
        structure = structure_of(edits.tokens)
    except StructureError:
        return _plainly(text, terms)
    _Substitution(Query(text, prefixes or {}), edits, structure, terms).run()
    return str(edits)


def _plainly(text: str, terms: Mapping[str, Term]) -> str:
    """Put terms in the place of all variables: the engine is going to say what is wrong."""
    written = []
    for token in tokens(text):
        term = terms.get(token.text[1:]) if token.kind == "variable" else None
        written.append(token.text if term is None else str(term))
    return "".join(written)


class _Substitution:
    """One query whose variables get values."""

    def __init__(
        self, query: Query, edits: Edits, structure: Structure, terms: Mapping[str, Term]
    ) -> None:
        self._query, self._edits = query, edits
        self._structure, self._terms = structure, terms

    def run(self) -> None:
        """Put the terms in."""
        for number, role in self._structure.roles.items():
            term = self._term(number)
            if term is not None:
                self._put(number, role, term)
        for _, expression in self._structure.expressions:
            self._bound(expression)
        for bound in self._structure.bound:
            self._computed(bound.where, bound.range, bound.alias)
        for values in self._structure.values:
            self._rows(values)

    def _name(self, number: int) -> str:
        return self._edits.tokens[number].text[1:]

    def _term(self, number: int) -> Term | None:
        return self._terms.get(self._name(number))

    def _put(self, number: int, role: Role, term: Term) -> None:
        name = self._name(number)
        if number in self._structure.nodes and isinstance(term, ox.Literal):
            raise UsageError(
                f"?{name} is where only an IRI can be, so it can't have the value {term}.",
                hint=f"Write an IRI in angle brackets or a CURIE: --param {name}='<https://…>'",
            )
        written = {
            Role.COLUMN: f"({term} AS ?{name})",
            Role.KEY: f"({term})",
            Role.SORT: f"({term})",
            Role.ALIAS: None,
            Role.DATA: None,
        }.get(role, str(term))
        if written is not None:
            self._edits.put(Range(number, number + 1), written)

    def _bound(self, expression: Expression) -> None:
        """Say of variables that have a value that they are bound."""
        for operand in expression.parts:
            if operand.name == "BOUND" and self._has_value(operand):
                self._edits.put(operand.range, "true")
            for argument in operand.arguments:
                self._bound(argument)

    def _has_value(self, call: Operand) -> bool:
        return any(self._term(argument.range.start) is not None for argument in call.arguments)

    def _computed(self, where: str, range: Range, alias: int) -> None:
        term, name = self._term(alias), self._name(alias)
        if term is None:
            return
        if where != "BIND":
            raise UsageError(
                f"?{name} is what the query computes, so it can't be given a value.",
                hint="Write the condition into the query, as HAVING or around a subquery.",
            )
        self._edits.around(range, "", f" FILTER(?{name} = {term})")

    def _rows(self, values: ValuesBlock) -> None:
        """Leave the rows of VALUES that have the terms, without their columns."""
        given = {
            column: term
            for column, number in enumerate(values.head)
            if (term := self._term(number)) is not None
        }
        if not given:
            return
        kept = [
            " ".join(
                self._edits.text_of(value)
                for column, value in enumerate(row)
                if column not in given
            )
            for row in values.rows
            if all(self._fits(row[column], term) for column, term in given.items())
        ]
        head = " ".join(
            f"?{self._name(number)}"
            for column, number in enumerate(values.head)
            if column not in given
        )
        rows = " ".join(f"({row})" for row in kept)
        self._edits.put(values.range, f"VALUES ({head}) {{ {rows} }}")

    def _fits(self, value: Range, term: Term) -> bool:
        token = self._query.tokens[value.start]
        if token.text.upper() == "UNDEF":
            return True
        if isinstance(term, ox.NamedNode):
            return self._query.iri(token) == term.value
        return self._query.literal(value.start, value.end) == term
