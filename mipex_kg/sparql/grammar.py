"""Reading SPARQL's grammar (1.1, section 19.8) from token to token; nothing is evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mipex_kg.sparql.query_text import Token
from mipex_kg.sparql.structure import (
    Bound,
    Expression,
    Operand,
    Range,
    Role,
    SameSubject,
    Structure,
    StructureError,
    Triple,
    Use,
    ValuesBlock,
)
from mipex_kg.sparql.token_reader import TokenReader


def structure_of(tokens: Sequence[Token]) -> Structure:
    """Find the structure of a query.

    :param tokens: those that mean something
    :raises StructureError: where it can't be told

    >>> from mipex_kg.sparql.query_text import Query
    >>> query = Query("SELECT ?a (STR(?b) AS ?c) { ?a a ?b FILTER(?b > 1) } ORDER BY ?a", {})
    >>> found = structure_of(query.tokens)
    >>> for number, role in sorted(found.roles.items()):
    ...     print(query.tokens[number].text, role.name)
    ?a COLUMN
    ?b OPERAND
    ?c ALIAS
    ?a PATTERN
    ?b PATTERN
    ?b OPERAND
    ?a SORT
    """
    reader = _QueryReader(tokens)
    try:
        reader.query()
    except RecursionError:
        raise StructureError("it is nested too deeply") from None
    if reader.depth > _MOST_LEVELS:
        raise StructureError("it is nested too deeply")
    return reader.found


def first_unexpected(tokens: Sequence[Token]) -> tuple[int, str] | None:
    """Find the first token that can't be where it is.

    :param tokens: those that mean something
    :returns: its number, or how many there are if something is missing at the end, and what is
        wrong there; None where it takes more than this reader to tell

    >>> from mipex_kg.sparql.query_text import Query
    >>> first_unexpected(Query("ASK { ?s ?p }", {}).tokens)
    (4, "'}' is not a term")
    """
    reader = _QueryReader(tokens)
    try:
        reader.query()
    except StructureError as error:
        return reader.at, str(error)
    except RecursionError:
        pass
    return None


# Deeper expressions are left to the engine: those who change them go down by recursion.
_MOST_LEVELS = 100
# What is computed has no variable: AS is missing.
NO_NAME = "AS is missing"
_FORMS = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")
_CLAUSES = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_RELATIONS = {"=", "!", "<", ">", "&", "|", "+", "-", "*", "/"}


class _QueryReader(TokenReader):
    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self._level = 0
        # How many expressions are within each other.
        self.depth = 0
        self.found = Structure()

    def _role(self, role: Role) -> None:
        self.found.roles[self.at] = role
        self.take()

    # --- Queries ---

    def query(self) -> None:
        """Read a query from its start to its end."""
        while self.text not in _FORMS:
            self.take()
        self.found.start = self.at
        form = self.text
        if form == "SELECT":
            self._select()
        else:
            self.take()
            if form == "CONSTRUCT" and self.text == "{":
                self._template()
            if form == "DESCRIBE":
                self._described()
            self._dataset()
            if self.text == "{":
                self._group()
            self._modifiers()
        if self.at < len(self.tokens):
            raise StructureError("something is behind the end")

    def _select(self) -> None:
        self.take("SELECT")
        self.took("DISTINCT", "REDUCED")
        while self.text not in ("{", "WHERE", "FROM"):
            if self.kind == "variable":
                self._role(Role.COLUMN)
            elif self.text == "(":
                self._bound("SELECT")
            else:
                self.take("*")
        self._dataset()
        self._group()
        self._modifiers()

    def _described(self) -> None:
        while self.text not in ("{", "WHERE", "FROM", *_CLAUSES, ""):
            if self.kind == "variable":
                self.found.nodes.add(self.at)
                self._role(Role.DESCRIBED)
            else:
                self.take()

    def _dataset(self) -> None:
        while self.text not in ("{", "WHERE", *_CLAUSES, ""):
            self.take()
        self.took("WHERE")

    def _template(self) -> None:
        self.take("{")
        while not self.took("}"):
            self._triples()

    def _modifiers(self) -> None:
        while self.text not in ("", "}"):
            clause = self.text
            self.take(*_CLAUSES)
            if clause in ("GROUP", "ORDER"):
                self.take("BY")
            if clause in ("LIMIT", "OFFSET"):
                self.take()
            elif clause == "VALUES":
                self._values(self.at - 1)
            else:
                while self.text not in ("", "}", *_CLAUSES):
                    self._condition(clause)

    def _condition(self, clause: str) -> None:
        if self.kind == "variable":
            self._role(Role.KEY if clause == "GROUP" else Role.SORT)
        elif clause == "GROUP" and self.text == "(":
            self._bound("GROUP")
        else:
            self.took("ASC", "DESC")
            self._constraint(Use.VALUE if clause == "GROUP" else Use.CONDITION)

    # --- Groups ---

    def _group(self) -> None:
        self.take("{")
        if self.text == "SELECT":
            self._select()
            self.take("}")
            return
        while not self.took("}"):
            self._member()

    def _member(self) -> None:
        start = self.at
        if self.text == "{":
            self._group()
        elif self.took("OPTIONAL", "MINUS", "UNION", "."):
            pass
        elif self.took("FILTER"):
            self._constraint(Use.CONDITION)
        elif self.took("BIND"):
            self._bound("BIND")
        elif self.took("VALUES"):
            self._values(start)
        elif self.took("GRAPH", "SERVICE"):
            self.took("SILENT")
            self.found.nodes.add(self.at)
            self._term()
        else:
            self._triples()

    def _values(self, start: int) -> None:
        head = []
        is_list = self.took("(")
        while self.text not in (")", "{"):
            head.append(self.at)
            self._role(Role.DATA)
        self.took(")")
        self.take("{")
        rows = []
        while not self.took("}"):
            rows.append(list(self._row()) if is_list else [self._value()])
        self.found.values.append(ValuesBlock(Range(start, self.at), head, rows))

    def _row(self) -> Iterator[Range]:
        self.take("(")
        while not self.took(")"):
            yield self._value()

    def _value(self) -> Range:
        start = self.at
        if not self.took("UNDEF"):
            self._term()
        return Range(start, self.at)

    # --- Triples ---

    def _triples(self) -> None:
        """Read triples about one subject."""
        start = self.at
        self.found.nodes.add(start)
        is_simple = self.text not in ("[", "(")
        subject = self._node()
        triples: list[Triple] = []
        if self._begins_verb():
            triples = list(self._properties(subject))
        if is_simple:
            self.found.same_subject.append(SameSubject(Range(start, self.at), triples))
        self.took(".")

    def _properties(self, subject: Range) -> Iterator[Triple]:
        while True:
            start = self.at
            is_nullable = False
            if self.kind == "variable":
                self.found.nodes.add(start)
                self._role(Role.PATTERN)
            else:
                is_nullable = self._path()
            verb = Range(start, self.at)
            yield Triple(subject, verb, self._node(), is_nullable)
            while self.took(","):
                yield Triple(subject, verb, self._node(), is_nullable)
            is_over = self.text != ";"
            while self.took(";"):
                pass
            if is_over or not self._begins_verb():
                return

    def _begins_verb(self) -> bool:
        return self.kind in ("variable", "iri", "pname") or self.text in ("A", "^", "!", "(")

    def _node(self) -> Range:
        start = self.at
        if self.took("["):
            if self.text != "]":
                list(self._properties(Range(start, start + 1)))
            self.take("]")
        elif self.took("("):
            while not self.took(")"):
                self._node()
        else:
            self._term()
        return Range(start, self.at)

    def _term(self) -> None:
        """Read a variable, an IRI, a literal or a blank node."""
        start = self.at
        if self.kind == "variable":
            self._role(Role.PATTERN)
            return
        self.literal_or_iri()
        self.found.terms.append(Range(start, self.at))

    def _path(self) -> bool:
        """Read a path, and say whether it matches without any step."""
        is_nullable = self._sequence()
        while self.took("|"):
            is_nullable |= self._sequence()
        return is_nullable

    def _sequence(self) -> bool:
        is_nullable = self._step()
        while self.took("/"):
            is_nullable &= self._step()
        return is_nullable

    def _step(self) -> bool:
        self.took("^")
        if self.took("!"):
            self._negated()
            is_nullable = False
        elif self.took("("):
            is_nullable = self._path()
            self.take(")")
        else:
            if self.kind not in ("iri", "pname") and self.text != "A":
                raise StructureError(f"{self.text!r} in a path")
            self.take()
            is_nullable = False
        if self.took("*", "?"):
            return True
        self.took("+")
        return is_nullable

    def _negated(self) -> None:
        if self.took("("):
            while not self.took(")"):
                self.take()
        else:
            self.took("^")
            self.take()

    # --- Expressions ---

    def _constraint(self, use: Use) -> None:
        """Read what is behind FILTER and the like."""
        if self.text in ("NOT", "EXISTS"):
            self.took("NOT")
            self.take("EXISTS")
            self._group()
            return
        start = self.at
        operand = self._operand()
        expression = Expression(Range(start, self.at), [operand])
        self.found.expressions.append((use, expression))

    def _bound(self, where: str) -> None:
        start = self.at
        self.take("(")
        expression = self._expression()
        self.found.expressions.append((Use.VALUE, expression))
        if self.took("AS"):
            alias = self.at
            self._role(Role.ALIAS)
            self.take(")")
            self.found.bound.append(Bound(where, Range(start, self.at), expression, alias))
        elif where == "GROUP":
            self.take(")")
        else:
            raise StructureError(NO_NAME)

    def _expression(self) -> Expression:
        """Read an expression up to what ends it: a comma, AS, a semicolon or a parenthesis."""
        expression = Expression(Range(self.at, self.at))
        self._level += 1
        self.depth = max(self.depth, self._level)
        while self.text not in (",", ")", "AS", ";"):
            if self.text in ("NOT", "EXISTS"):
                self.took("NOT")
                if self.took("EXISTS"):
                    self._group()
                    expression.operators += 1
                    continue
            if self.text == "IN" or self.text in _RELATIONS:
                self.take()
                expression.operators += 1
                continue
            expression.parts.append(self._operand())
        self._level -= 1
        expression.range = Range(expression.range.start, self.at)
        return expression

    def _operand(self) -> Operand:
        start = self.at
        if self.kind == "variable":
            self._role(Role.OPERAND)
            return Operand("variable", Range(start, self.at))
        if self.text == "(":
            arguments = self._call("", start).arguments
            return Operand("group", Range(start, self.at), "", arguments)
        following = self.tokens[start + 1].text if start + 1 < len(self.tokens) else ""
        is_name = self.kind in ("iri", "pname") or (
            self.kind == "word" and self.text not in ("TRUE", "FALSE")
        )
        if is_name and following == "(":
            name = self.text
            self.take()
            return self._call(name, start)
        self.literal_or_iri()
        return Operand("term", Range(start, self.at))

    def _call(self, name: str, start: int) -> Operand:
        self.take("(")
        arguments = []
        self.took("DISTINCT")
        while self.text != ")":
            if self.took("*"):  # COUNT(*)
                continue
            if self.took(";"):  # GROUP_CONCAT(?x; SEPARATOR=", ")
                self.take("SEPARATOR")
                self.take("=")
                self.take()
                continue
            arguments.append(self._expression())
            self.took(",")
        self.take(")")
        return Operand("call", Range(start, self.at), name, arguments)
