"""The structure of a query's text, as far as it takes to put something else in places of it.

Which variable is in a pattern, which in an expression, where a triple begins and ends: ``grammar``
finds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple


class StructureError(Exception):
    """The text has something that this module doesn't know, such as triple terms."""


class Role(Enum):
    """What a variable is where it stands."""

    PATTERN = auto()
    """A term of a triple, or the name of a graph."""
    COLUMN = auto()
    """Selected by itself."""
    DESCRIBED = auto()
    """Described by DESCRIBE."""
    KEY = auto()
    """What is grouped by, by itself."""
    SORT = auto()
    """What is ordered by, by itself."""
    OPERAND = auto()
    """Part of an expression."""
    ALIAS = auto()
    """Behind AS: it gets the value of an expression."""
    DATA = auto()
    """In the head of VALUES."""


class Range(NamedTuple):
    """From where to where something goes: numbers of tokens, the end exclusive."""

    start: int
    end: int


@dataclass
class Expression:
    """An expression, or an argument of a function.

    :param parts: its operands, without parentheses around all of it
    :param operators: how many tokens there are between and before them
    """

    range: Range
    parts: list[Operand] = field(default_factory=list)
    operators: int = 0

    @property
    def single(self) -> Operand | None:
        """The operand that is all of it."""
        return self.parts[0] if len(self.parts) == 1 and not self.operators else None


@dataclass
class Operand:
    """A variable, a literal, an IRI, what is in parentheses, or a call.

    :param kind: ``variable``, ``term``, ``group`` or ``call``
    :param name: of the function, in capitals
    """

    kind: str
    range: Range
    name: str = ""
    arguments: list[Expression] = field(default_factory=list)


class Use(Enum):
    """What an expression is for."""

    VALUE = auto()
    """It is given to a variable, or grouped by."""
    CONDITION = auto()
    """It is a condition, or ordered by."""


class Bound(NamedTuple):
    """``(expression AS ?variable)``.

    :param where: ``BIND``, ``SELECT`` or ``GROUP``
    """

    where: str
    range: Range
    expression: Expression
    alias: int


class ValuesBlock(NamedTuple):
    """A block of VALUES.

    :param head: the numbers of its variables
    :param rows: of its data, where each value is
    """

    range: Range
    head: list[int]
    rows: list[list[Range]]


class Triple(NamedTuple):
    """A pattern of a triple.

    :param is_nullable: whether its path matches without any step
    """

    subject: Range
    verb: Range
    object: Range
    is_nullable: bool


class SameSubject(NamedTuple):
    """Triples about one subject, with nothing in it that makes others."""

    range: Range
    triples: list[Triple]


@dataclass
class Structure:
    """What a query is made of.

    :param start: the number of the token that names its form
    :param terms: literals and IRIs in patterns and data
    :param nodes: numbers of the variables that can't be literals: subjects, properties, graphs
    """

    start: int = 0
    roles: dict[int, Role] = field(default_factory=dict)
    expressions: list[tuple[Use, Expression]] = field(default_factory=list)
    bound: list[Bound] = field(default_factory=list)
    values: list[ValuesBlock] = field(default_factory=list)
    same_subject: list[SameSubject] = field(default_factory=list)
    terms: list[Range] = field(default_factory=list)
    nodes: set[int] = field(default_factory=set)
