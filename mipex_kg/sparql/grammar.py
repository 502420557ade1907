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


# Deeper expressions are left to the engine: those who change them go down by recursion.
_MOST_LEVELS = 100
_FORMS = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")
_CLAUSES = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_RELATIONS = {"=", "!", "<", ">", "&", "|", "+", "-", "*", "/"}


class _QueryReader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._level = 0
        # How many expressions are within each other.
        self.depth = 0
        self.found = Structure()

    # --- Tokens ---

    @property
    def _text(self) -> str:
        """The token, a word in capitals."""
        if self._at >= len(self._tokens):
            return ""
        token = self._tokens[self._at]
        return token.text.upper() if token.kind == "word" else token.text

    @property
    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _take(self, *texts: str) -> None:
        if texts and self._text not in texts:
            raise StructureError(f"{self._text!r} instead of {' or '.join(texts)}")
        if self._at >= len(self._tokens):
            raise StructureError("the end")
        self._at += 1

    def _took(self, *texts: str) -> bool:
        if self._text in texts:
            self._at += 1
            return True
        return False

    def _role(self, role: Role) -> None:
        self.found.roles[self._at] = role
        self._take()

    # --- Queries ---

    def query(self) -> None:
        """Read a query from its start to its end."""
        while self._text not in _FORMS:
            self._take()
        self.found.start = self._at
        form = self._text
        if form == "SELECT":
            self._select()
        else:
            self._take()
            if form == "CONSTRUCT" and self._text == "{":
                self._template()
            if form == "DESCRIBE":
                self._described()
            self._dataset()
            if self._text == "{":
                self._group()
            self._modifiers()
        if self._at < len(self._tokens):
            raise StructureError("something is behind the end")

    def _select(self) -> None:
        self._take("SELECT")
        self._took("DISTINCT", "REDUCED")
        while self._text not in ("{", "WHERE", "FROM"):
            if self._kind == "variable":
                self._role(Role.COLUMN)
            elif self._text == "(":
                self._bound("SELECT")
            else:
                self._take("*")
        self._dataset()
        self._group()
        self._modifiers()

    def _described(self) -> None:
        while self._text not in ("{", "WHERE", "FROM", *_CLAUSES, ""):
            if self._kind == "variable":
                self.found.nodes.add(self._at)
                self._role(Role.DESCRIBED)
            else:
                self._take()

    def _dataset(self) -> None:
        while self._text not in ("{", "WHERE", *_CLAUSES, ""):
            self._take()
        self._took("WHERE")

    def _template(self) -> None:
        self._take("{")
        while not self._took("}"):
            self._triples()

    def _modifiers(self) -> None:
        while self._text not in ("", "}"):
            clause = self._text
            self._take(*_CLAUSES)
            if clause in ("GROUP", "ORDER"):
                self._take("BY")
            if clause in ("LIMIT", "OFFSET"):
                self._take()
            elif clause == "VALUES":
                self._values(self._at - 1)
            else:
                while self._text not in ("", "}", *_CLAUSES):
                    self._condition(clause)

    def _condition(self, clause: str) -> None:
        if self._kind == "variable":
            self._role(Role.KEY if clause == "GROUP" else Role.SORT)
        elif clause == "GROUP" and self._text == "(":
            self._bound("GROUP")
        else:
            self._took("ASC", "DESC")
            self._constraint(Use.VALUE if clause == "GROUP" else Use.CONDITION)

    # --- Groups ---

    def _group(self) -> None:
        self._take("{")
        if self._text == "SELECT":
            self._select()
            self._take("}")
            return
        while not self._took("}"):
            self._member()

    def _member(self) -> None:
        start = self._at
        if self._text == "{":
            self._group()
        elif self._took("OPTIONAL", "MINUS", "UNION", "."):
            pass
        elif self._took("FILTER"):
            self._constraint(Use.CONDITION)
        elif self._took("BIND"):
            self._bound("BIND")
        elif self._took("VALUES"):
            self._values(start)
        elif self._took("GRAPH", "SERVICE"):
            self._took("SILENT")
            self.found.nodes.add(self._at)
            self._term()
        else:
            self._triples()

    def _values(self, start: int) -> None:
        head = []
        is_list = self._took("(")
        while self._text not in (")", "{"):
            head.append(self._at)
            self._role(Role.DATA)
        self._took(")")
        self._take("{")
        rows = []
        while not self._took("}"):
            rows.append(list(self._row()) if is_list else [self._value()])
        self.found.values.append(ValuesBlock(Range(start, self._at), head, rows))

    def _row(self) -> Iterator[Range]:
        self._take("(")
        while not self._took(")"):
            yield self._value()

    def _value(self) -> Range:
        start = self._at
        if not self._took("UNDEF"):
            self._term()
        return Range(start, self._at)

    # --- Triples ---

    def _triples(self) -> None:
        """Read triples about one subject."""
        start = self._at
        self.found.nodes.add(start)
        is_simple = self._text not in ("[", "(")
        subject = self._node()
        triples: list[Triple] = []
        if self._begins_verb():
            triples = list(self._properties(subject))
        if is_simple:
            self.found.same_subject.append(SameSubject(Range(start, self._at), triples))
        self._took(".")

    def _properties(self, subject: Range) -> Iterator[Triple]:
        while True:
            start = self._at
            is_nullable = False
            if self._kind == "variable":
                self.found.nodes.add(start)
                self._role(Role.PATTERN)
            else:
                is_nullable = self._path()
            verb = Range(start, self._at)
            yield Triple(subject, verb, self._node(), is_nullable)
            while self._took(","):
                yield Triple(subject, verb, self._node(), is_nullable)
            is_over = self._text != ";"
            while self._took(";"):
                pass
            if is_over or not self._begins_verb():
                return

    def _begins_verb(self) -> bool:
        return self._kind in ("variable", "iri", "pname") or self._text in ("A", "^", "!", "(")

    def _node(self) -> Range:
        start = self._at
        if self._took("["):
            if self._text != "]":
                list(self._properties(Range(start, start + 1)))
            self._take("]")
        elif self._took("("):
            while not self._took(")"):
                self._node()
        else:
            self._term()
        return Range(start, self._at)

    def _term(self) -> None:
        """Read a variable, an IRI, a literal or a blank node."""
        start = self._at
        if self._kind == "variable":
            self._role(Role.PATTERN)
            return
        self._literal_or_iri()
        self.found.terms.append(Range(start, self._at))

    def _literal_or_iri(self) -> None:
        if self._kind == "string":
            self._take()
            if self._text == "^":
                self._take("^")
                self._take("^")
                self._take()
            elif self._kind == "word" and self._text.startswith("@"):
                self._take()
        elif self._kind == "number" or self._text in ("+", "-"):
            self._took("+", "-")
            if self._kind != "number":
                raise StructureError("no number")
            self._take()
        elif self._kind in ("iri", "pname", "blank") or self._text in ("TRUE", "FALSE", "A"):
            self._take()
        else:
            raise StructureError(f"{self._text!r} is not a term")

    def _path(self) -> bool:
        """Read a path, and say whether it matches without any step."""
        is_nullable = self._sequence()
        while self._took("|"):
            is_nullable |= self._sequence()
        return is_nullable

    def _sequence(self) -> bool:
        is_nullable = self._step()
        while self._took("/"):
            is_nullable &= self._step()
        return is_nullable

    def _step(self) -> bool:
        self._took("^")
        if self._took("!"):
            self._negated()
            is_nullable = False
        elif self._took("("):
            is_nullable = self._path()
            self._take(")")
        else:
            if self._kind not in ("iri", "pname") and self._text != "A":
                raise StructureError(f"{self._text!r} in a path")
            self._take()
            is_nullable = False
        if self._took("*", "?"):
            return True
        self._took("+")
        return is_nullable

    def _negated(self) -> None:
        if self._took("("):
            while not self._took(")"):
                self._take()
        else:
            self._took("^")
            self._take()

    # --- Expressions ---

    def _constraint(self, use: Use) -> None:
        """Read what is behind FILTER and the like."""
        if self._text in ("NOT", "EXISTS"):
            self._took("NOT")
            self._take("EXISTS")
            self._group()
            return
        start = self._at
        operand = self._operand()
        expression = Expression(Range(start, self._at), [operand])
        self.found.expressions.append((use, expression))

    def _bound(self, where: str) -> None:
        start = self._at
        self._take("(")
        expression = self._expression()
        self.found.expressions.append((Use.VALUE, expression))
        if self._took("AS"):
            alias = self._at
            self._role(Role.ALIAS)
            self._take(")")
            self.found.bound.append(Bound(where, Range(start, self._at), expression, alias))
        elif where == "GROUP":
            self._take(")")
        else:
            raise StructureError("AS is missing")

    def _expression(self) -> Expression:
        """Read an expression up to what ends it: a comma, AS, a semicolon or a parenthesis."""
        expression = Expression(Range(self._at, self._at))
        self._level += 1
        self.depth = max(self.depth, self._level)
        while self._text not in (",", ")", "AS", ";"):
            if self._text in ("NOT", "EXISTS"):
                self._took("NOT")
                if self._took("EXISTS"):
                    self._group()
                    expression.operators += 1
                    continue
            if self._text == "IN" or self._text in _RELATIONS:
                self._take()
                expression.operators += 1
                continue
            expression.parts.append(self._operand())
        self._level -= 1
        expression.range = Range(expression.range.start, self._at)
        return expression

    def _operand(self) -> Operand:
        start = self._at
        if self._kind == "variable":
            self._role(Role.OPERAND)
            return Operand("variable", Range(start, self._at))
        if self._text == "(":
            arguments = self._call("", start).arguments
            return Operand("group", Range(start, self._at), "", arguments)
        following = self._tokens[start + 1].text if start + 1 < len(self._tokens) else ""
        is_name = self._kind in ("iri", "pname") or (
            self._kind == "word" and self._text not in ("TRUE", "FALSE")
        )
        if is_name and following == "(":
            name = self._text
            self._take()
            return self._call(name, start)
        self._literal_or_iri()
        return Operand("term", Range(start, self._at))

    def _call(self, name: str, start: int) -> Operand:
        self._take("(")
        arguments = []
        self._took("DISTINCT")
        while self._text != ")":
            if self._took("*"):  # COUNT(*)
                continue
            if self._took(";"):  # GROUP_CONCAT(?x; SEPARATOR=", ")
                self._take("SEPARATOR")
                self._take("=")
                self._take()
                continue
            arguments.append(self._expression())
            self._took(",")
        self._take(")")
        return Operand("call", Range(start, self._at), name, arguments)
