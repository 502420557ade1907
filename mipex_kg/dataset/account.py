"""What is said of a thing: one account of it, from which terminal, JSON, notebook and page write.

It has terms, the names of properties, and the quads behind all that is said; it knows no addresses
of pages, and no markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

import pyoxigraph as ox

from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term


class AccountWords(Protocol):
    """What an account asks of those who will write it: what things are called, and their order."""

    @property
    def interface(self) -> Mapping[str, str]:
        """Texts by their keys: those in which axioms are said."""

    def label(self, term: Term) -> tuple[str, str]:
        """Name a thing, or write a value: the text, and its language if it has one."""

    def property(self, predicate: ox.NamedNode, *, inward: bool = False) -> str:
        """Name a property, or what it is seen from its value."""

    def class_name(self, cls: Term) -> str:
        """Name a class."""

    def expression(self, term: Term) -> str | None:
        """Say in words what a class expression means; None of anything else."""

    def order(self, term: Term) -> Any:
        """Give what values of a property are sorted by."""


class Part(Enum):
    """What a statement is for a reader."""

    NAME = auto()  # it is the heading
    LEAD = auto()  # it is the sentence that says what the thing is
    CLASS = auto()
    FACT = auto()
    FOREIGN = auto()  # in another language than the fact is told in
    MAPPING = auto()  # to a concept of another vocabulary
    FILE = auto()  # of a dataset
    BETWEEN = auto()  # it links a node that stands between things, such as a role
    SEARCHED = auto()  # a name by which the thing is found, and that isn't shown
    POINTING = auto()  # another thing has this one as a value


class Said(NamedTuple):
    """A statement, as it is said of a thing.

    :param name: of the property, in words, as seen from the thing
    :param predicate: the property; of what says the same in the other direction, its inverse
    :param end: the other end: a value, or what points to the thing
    :param is_inward: whether the name is that of a property seen from its value
    :param is_folded: whether other statements say it already, or more precisely
    :param place: in the order that the project has set; None if it hasn't
    :param heading: of the group in which the project has put it
    """

    name: str
    predicate: ox.NamedNode
    quad: Quad
    end: Term
    part: Part = Part.FACT
    is_inward: bool = False
    is_folded: bool = False
    place: int | None = None
    heading: str = ""


class Within(NamedTuple):
    """What is said of a node that is drawn within what it belongs to, such as an address.

    :param head: its name or its classes, with the language
    """

    head: tuple[str, str]
    rows: tuple[SaidRow, ...]


class SaidValue(NamedTuple):
    """A value of a property, or a thing that points here.

    :param said: what says it: the fact once for each graph that has it
    :param items: of a list of things, in its order
    :param left: how many more items there are
    """

    term: Term
    said: Sequence[Said]
    within: Within | None = None
    items: tuple[SaidValue, ...] = ()
    left: int = 0

    @property
    def is_folded(self) -> bool:
        """Whether other statements say it already, or more precisely."""
        return all(said.is_folded for said in self.said)


class SaidRow(NamedTuple):
    """The values of the properties that have one name in words.

    :param left: how many more values there are
    """

    name: str
    values: tuple[SaidValue, ...]
    left: int = 0


class Joined(NamedTuple):
    """Nodes between the thing and others that are linked to it alike, such as all its roles.

    :param nodes: with what each says besides its name, without what leads back to the thing
    :param links: the properties by which they are linked, and whether from the other end
    """

    classes: list[Term]
    nodes: dict[Node, tuple[Said, ...]]
    links: set[tuple[ox.NamedNode, bool]]


class AccountGroup(NamedTuple):
    """Some of what is said of a thing, under a heading or, where that is empty, without one."""

    heading: str
    rows: tuple[SaidRow, ...]
    joined: tuple[Joined, ...]
