"""Rewriting queries where the engine doesn't do what SPARQL says.

- A path that may have no step, from a term that is nowhere in the graph, finds that term (SPARQL
  1.1, section 18.4).
- What SELECT has computed may be used in what it computes next, aggregates included.
- What REPLACE puts in is written as XPath has it: see ``replacements``.
- Literals are compared as terms in patterns, and by what they are worth in expressions: see
  ``lexical``.
"""

from __future__ import annotations

import pyoxigraph as ox

from mipex_kg.sparql.edits import Edits
from mipex_kg.sparql.grammar import structure_of
from mipex_kg.sparql.lexical import LexicalForms
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.replacements import mend_replacements
from mipex_kg.sparql.structure import (
    Bound,
    Expression,
    Operand,
    SameSubject,
    StructureError,
    Triple,
)

# What a query is written with that has neither literals nor expressions, and no paths but of one
# step: nothing else is ever rewritten.
_TERMS = frozenset({"variable", "iri", "pname"})
_SELECT, _SLICE = ("SELECT", "DISTINCT", "REDUCED"), ("LIMIT", "OFFSET")
_PLAIN = frozenset({"", "{", "}", ".", ";", ",", "A", "PREFIX", "BASE", *_SELECT, *_SLICE})
_PLAIN |= {"ASK", "CONSTRUCT", "DESCRIBE", "FROM", "NAMED", "WHERE", "GRAPH", "OPTIONAL", "UNION"}


def rewritten(query: Query, forms: LexicalForms) -> str:
    """Rewrite a query for the engine.

    :param forms: by which literals are stored
    :returns: the text as it is, if nothing needs to be changed or its structure can't be told

    >>> query = Query("SELECT (COUNT(*) AS ?n) (?n + 1 AS ?m) { ?s ?p ?o }", {})
    >>> print(rewritten(query, LexicalForms()))
    SELECT (COUNT(*) AS ?n) ((COUNT(*)) + 1 AS ?m) { ?s ?p ?o }
    """
    if _is_plain(query):
        return query.text
    edits = Edits(query.text)
    try:
        structure = structure_of(edits.tokens)
    except StructureError:
        return query.text
    mend_replacements(edits, query)
    forms.rewritten(query, edits, structure)
    _reuse(structure.bound, edits, query)
    for same in structure.same_subject:
        _step_nowhere(same, edits)
    return str(edits)


def _is_plain(query: Query) -> bool:
    """Tell whether a query surely has nothing to rewrite, which takes much less than to read it."""
    before = ""
    for kind, text in query.tokens:
        word = "" if kind in _TERMS else text.upper()
        # All that is selected; and how many rows.
        is_all = word == "*" and before in _SELECT
        is_plain = word in _PLAIN or is_all or (kind == "number" and before in _SLICE)
        if not is_plain:
            return False
        before = word
    return True


def literals_in(query: Query) -> list[ox.Literal]:
    """List the literals in a query's patterns.

    >>> [str(literal) for literal in literals_in(Query("ASK { ?s ?p 1 FILTER(?s = 2) }", {}))]
    ['"1"^^<http://www.w3.org/2001/XMLSchema#integer>']
    """
    try:
        terms = structure_of(query.tokens).terms
    except StructureError:
        return []
    found = (query.literal(range.start, range.end) for range in terms)
    return [literal for literal in found if literal is not None]


def _reuse(bound: list[Bound], edits: Edits, query: Query) -> None:
    """Put expressions instead of the names that the same SELECT has given them before."""
    if query.is_volatile:  # each use would have another value
        return
    given: dict[str, str] = {}
    before = None
    for one in bound:
        if one.where != "SELECT":
            continue
        # Between the expressions of one SELECT there are only variables.
        if before is None or _starts_anew(before, one, edits):
            given = {}
        for operand in _variables(one.expression):
            name = edits.tokens[operand.range.start].text
            if name in given:
                edits.put(operand.range, f"({given[name]})")
        given[edits.tokens[one.alias].text] = edits.text_of(one.expression.range)
        before = one


def _starts_anew(before: Bound, one: Bound, edits: Edits) -> bool:
    between = edits.tokens[before.range.end : one.range.start]
    return any(token.kind != "variable" for token in between)


def _variables(expression: Expression) -> list[Operand]:
    found = []
    for operand in expression.parts:
        if operand.kind == "variable":
            found.append(operand)
        for argument in operand.arguments:
            found += _variables(argument)
    return found


def _step_nowhere(same: SameSubject, edits: Edits) -> None:
    """Let paths that may have no step find the term at which they begin or end."""
    if not any(_is_nowhere(triple, edits) for triple in same.triples):
        return
    edits.put(same.range, " ".join(_with_nowhere(triple, edits) for triple in same.triples))


def _is_nowhere(triple: Triple, edits: Edits) -> bool:
    ends = [edits.tokens[part.start].kind for part in (triple.subject, triple.object)]
    constants = [kind in ("iri", "pname", "string", "number") for kind in ends]
    return triple.is_nullable and any(constants) and ("variable" in ends or all(constants))


def _with_nowhere(triple: Triple, edits: Edits) -> str:
    subject, verb, object = (
        edits.text_of(part) for part in (triple.subject, triple.verb, triple.object)
    )
    pattern = f"{subject} {verb} {object} ."
    if not _is_nowhere(triple, edits):
        return pattern
    if edits.tokens[triple.subject.start].kind == "variable":
        variable, term = subject, object
    else:
        variable, term = object, subject
    if not variable.startswith(("?", "$")):
        return "{}" if subject == object else pattern
    return f"{{ {pattern} }} UNION {{ VALUES {variable} {{ {term} }} {_nowhere(term)} }}"


def _nowhere(term: str) -> str:
    """Write the condition that the graph doesn't have a term."""
    as_object = f"{{ ?_s ?_p {term} }}"
    if term.startswith(('"', "'")) or term[:1].isdigit():
        return f"FILTER NOT EXISTS {as_object}"
    return f"FILTER NOT EXISTS {{ {{ {term} ?_p ?_o }} UNION {as_object} }}"
