"""Keeping literals as they are written, where the engine would keep only what they are worth.

Oxigraph stores numbers and dates by their value: ``"01"^^xsd:integer`` and ``"1"^^xsd:byte`` come
back as ``"1"^^xsd:integer``. What would be changed is stored under a datatype that stands for its
own and that the engine doesn't know, and so it stays a term by itself, as RDF has it. A query is
rewritten such that its expressions see the value, and what it finds is put back.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping
from itertools import starmap
from typing import Any

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import RDF, XSD
from mipex_kg.rdf.quads import QuadColumns
from mipex_kg.rdf.terms import Term
from mipex_kg.sparql.edits import Edits
from mipex_kg.sparql.query_text import Query
from mipex_kg.sparql.structure import Expression, Operand, Range, Role, Structure, Use

PREFIX = "urn:x-lexical:"
# Datatypes that the engine keeps as texts, and forms of others that it gives back as they are.
_TEXTS = {
    *(XSD.term(name) for name in ("string", "anyURI", "token", "normalizedString")),
    RDF.term("langString"),
}
_USUAL = {
    XSD.term("integer"): re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z"),
    XSD.term("boolean"): re.compile(r"(?:true|false)\Z"),
    XSD.term("gYear"): re.compile(r"[0-9]{4}\Z"),
    XSD.term("date"): re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
    XSD.term("dateTime"): re.compile(
        r"[0-9]{4}(?:-[0-9]{2}){2}T(?!24)[0-9]{2}(?::[0-9]{2}){2}Z?\Z"
    ),
}
_DEFAULT_GRAPH = ox.DefaultGraph()
_SUBJECT, _PREDICATE = ox.NamedNode("urn:x:s"), ox.NamedNode("urn:x:p")
# Functions that take a term as it is, or look only at its text.
_TAKE_TERMS = {
    *("BOUND", "STR", "LANG", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "SAMETERM"),
    *("COUNT", "SAMPLE", "DATATYPE"),
}
# Functions that give back one of their arguments, and which of them.
_CHOOSE = {"IF": 1, "COALESCE": 0}


class LexicalForms:
    """Finds the literals that the engine would change, and remembers them.

    ``is_needed`` says whether there are any in what was encoded; ``rewritten_texts`` are queries,
    to what was made of them.
    """

    def __init__(self) -> None:
        self.is_needed = False
        self.rewritten_texts: dict[str, str] = {}
        self._known: dict[ox.Literal, ox.Literal] = {}

    def encoded(self, literal: ox.Literal) -> ox.Literal:
        """Give what stands for a literal in the store: mostly itself.

        >>> forms = LexicalForms()
        >>> byte = ox.Literal("1", datatype=XSD.term("byte"))
        >>> str(forms.encoded(byte))
        '"1"^^<urn:x-lexical:http://www.w3.org/2001/XMLSchema#byte>'
        >>> decoded(forms.encoded(byte)) == byte, forms.encoded(ox.Literal(1)) == ox.Literal(1)
        (True, True)
        """
        datatype = literal.datatype
        if datatype in _TEXTS or not datatype.value.startswith(XSD):
            return literal
        usual = _USUAL.get(datatype)
        if usual is not None and usual.match(literal.value):
            return literal
        found = self._known.get(literal)
        if found is None:
            found = self._known[literal] = self._tried(literal)
        return found

    def _tried(self, literal: ox.Literal) -> ox.Literal:
        if self.worth(literal) == literal:
            return literal
        return ox.Literal(literal.value, datatype=ox.NamedNode(PREFIX + literal.datatype.value))

    def worth(self, literal: ox.Literal) -> Term:
        """Let a store have a literal, and see what it gives back.

        Each time it is a new store: one that is cleared looks through all that it ever had.

        >>> str(LexicalForms().worth(ox.Literal("07", datatype=XSD.term("byte"))))
        '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
        """
        store = ox.Store()
        store.add(ox.Quad(_SUBJECT, _PREDICATE, literal))
        (quad,) = store.quads_for_pattern(None, None, None)
        return quad.object

    def encode_quads(self, quads: QuadColumns) -> Iterator[ox.Quad]:
        """Make quads of the engine's, with what stands for them instead of literals."""
        return starmap(ox.Quad, quads.rows(self._encoded_terms(quads)))

    def encode_merge(self, quads: QuadColumns) -> Iterator[ox.Quad]:
        """Make quads as above, in the default graph, of those that are in another."""
        rows = quads.rows(self._encoded_terms(quads))
        return (ox.Quad(s, p, o) for s, p, o, graph in rows if graph != _DEFAULT_GRAPH)

    def _encoded_terms(self, quads: QuadColumns) -> list[Any]:
        """Put what stands for them instead of literals, for all terms by their numbers."""
        found = quads.terms.all
        encoded = [self.encoded(t) if isinstance(t, ox.Literal) else t for t in found]
        if not all(map(operator.is_, found, encoded)):
            self.is_needed = True
        return encoded

    def rewritten(self, query: Query, edits: Edits, structure: Structure) -> None:
        """Change a query so that it finds what is stored so, and sees what it is worth."""
        _Rewriting(self, query, edits, structure).run()


def decoded(term: Term) -> Term:
    """Put the literal instead of what stands for it in the store."""
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(PREFIX):
        datatype = ox.NamedNode(term.datatype.value.removeprefix(PREFIX))
        return ox.Literal(term.value, datatype=datatype)
    return term


def decoded_triple(triple: ox.Triple) -> ox.Triple:
    """Put the literal instead of what stands for it in a triple."""
    return ox.Triple(triple.subject, triple.predicate, decoded(triple.object))


# What is before a datatype and before a language in each format. A text can't have the same:
# its quotation marks are escaped.
_DATATYPES = {
    "json": rb'"datatype":"',
    "tsv": rb'(?<!\\)"\^\^<',
    "xml": rb' datatype="',
}
_LANGUAGES = {
    "json": rb'"xml:lang":"([a-z0-9-]+)"',
    "tsv": rb'(?<!\\)"@([a-z0-9-]+)(?=[\t\n]|\Z)',
    "xml": rb' xml:lang="([a-z0-9-]+)"',
}


def decode_output(output: bytes, format: str, tags: Mapping[str, str]) -> bytes:
    """Put datatypes and languages back in a table that the engine has written.

    :param format: ``json``, ``xml``, ``csv`` or ``tsv``
    :param tags: language tags in lower case, to how they are to be written
    """
    if format not in _DATATYPES:
        return output
    if PREFIX.encode() in output:
        pattern = b"(" + _DATATYPES[format] + b")" + PREFIX.encode()
        output = re.sub(pattern, rb"\1", output)
    if tags:

        def written(match: re.Match[bytes]) -> bytes:
            tag = match[1].decode()
            return match[0].replace(match[1], tags.get(tag, tag).encode())

        output = re.sub(_LANGUAGES[format], written, output)
    return output


class _Rewriting:
    """One query that is being rewritten."""

    def __init__(
        self, forms: LexicalForms, query: Query, edits: Edits, structure: Structure
    ) -> None:
        self._forms, self._query = forms, query
        self._edits, self._structure = edits, structure

    def run(self) -> None:
        """Make all changes."""
        for range in self._structure.terms:
            self._literal(range)
        if not self._forms.is_needed:
            return
        for use, expression in self._structure.expressions:
            self._expression(expression, as_term=use is Use.VALUE)
        for number, role in self._structure.roles.items():
            if role is Role.SORT:
                name = self._edits.tokens[number].text
                self._edits.put(Range(number, number + 1), f"({_worth(name)})")

    def _literal(self, range: Range) -> None:
        """Put what stands for a literal in its place."""
        literal = self._query.literal(range.start, range.end)
        if literal is not None and (encoded := self._forms.encoded(literal)) != literal:
            self._edits.put(range, str(encoded))

    def _expression(self, expression: Expression, *, as_term: bool) -> None:
        """Rewrite an expression.

        :param as_term: whether what it comes to may be what stands for a literal
        """
        single = expression.single
        for operand in expression.parts:
            self._operand(operand, as_term=as_term and operand is single)

    def _operand(self, operand: Operand, *, as_term: bool) -> None:
        if operand.kind == "variable" and not as_term:
            self._edits.put(operand.range, _worth(self._edits.text_of(operand.range)))
        elif operand.kind == "term" and as_term:
            self._literal(operand.range)
        elif operand.kind == "group":
            for inner in operand.arguments:
                self._expression(inner, as_term=as_term and len(operand.arguments) == 1)
        elif operand.kind == "call":
            self._call(operand, as_term=as_term)

    def _call(self, call: Operand, *, as_term: bool) -> None:
        first = _CHOOSE.get(call.name)
        for number, argument in enumerate(call.arguments):
            is_chosen = as_term and first is not None and number >= first
            self._expression(argument, as_term=is_chosen or call.name in _TAKE_TERMS)
        if call.name == "DATATYPE":
            own = f'STRAFTER(STR({self._edits.text_of(call.range)}),"{PREFIX}")'
            whole = self._edits.text_of(call.range)
            self._edits.put(call.range, f'IF({own}="",{whole},IRI({own}))')


def _worth(variable: str) -> str:
    """Write what a variable's literal is worth to the engine."""
    datatype = f"STR(DATATYPE({variable}))"
    return (
        f'IF(isLITERAL({variable})&&STRSTARTS({datatype},"{PREFIX}"),'
        f'STRDT(STR({variable}),IRI(STRAFTER({datatype},"{PREFIX}"))),{variable})'
    )
