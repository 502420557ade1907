"""What a page says of a thing, in words: facts, their values, and tables of what stands between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.pages.notes import Mark
from mipex_kg.site.pages.wording import TaggedText


class ThingValue(NamedTuple):
    """A value of a property, or a thing that points here.

    :param term: what is linked; a literal isn't
    :param is_picture: whether it is the address of a picture
    :param items: of a list, in its order
    :param left: how many more it has than a page shows
    :param inner: what is said of a node that needs no name, and is drawn within what it belongs to
    """

    text: TaggedText
    term: Term
    marks: tuple[Mark, ...]
    is_picture: bool = False
    inner: tuple[Fact, ...] = ()
    items: tuple[ThingValue, ...] = ()
    left: int = 0


class Fact(NamedTuple):
    """The values of one property, in words.

    :param left: how many more values there are than a page shows; the downloads have them all
    """

    name: str
    values: tuple[ThingValue, ...]
    left: int = 0


class BetweenRow(NamedTuple):
    """A node that stands between things, such as a role, and what it says in each column."""

    head: ThingValue
    cells: tuple[tuple[ThingValue, ...], ...]


class Between(NamedTuple):
    """The nodes of some classes that are between the thing and others, as a table.

    :param head: what the first column says
    """

    classes: tuple[Term, ...]
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[BetweenRow, ...]


class FactGroup(NamedTuple):
    """Some of what is said of a thing, under a heading or, where that is empty, without one."""

    heading: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Between, ...] = ()


class AllStatements(NamedTuple):
    """All statements about a thing, by the CURIE of the property."""

    thing: Node
    rows: tuple[Fact, ...]


class Mapping(NamedTuple):
    """What a concept is mapped to in one other vocabulary.

    :param scheme: the vocabulary, if it is described
    :param name: of the vocabulary, or the host at which it is
    """

    scheme: Node | None
    name: TaggedText
    facts: tuple[Fact, ...]


class Distributions(NamedTuple):
    """The files in which a dataset comes, each with all that is said of it.

    :param name: what such files are called
    :param left: how many more there are than a page shows; the downloads have them all
    """

    name: str
    files: tuple[ThingValue, ...]
    left: int = 0


@dataclass(frozen=True)
class ThingDescription:
    """What a page says of a thing.

    :param marks: of its name
    :param lead: a sentence that says what it is, if there is one
    :param kinds: its classes, without those that say less than others of them
    :param groups: what is said of it, in the language of the page or in none, with the tables of
        what is between it and others, such as roles
    :param translations: what is said of it in other languages, by the name of the language
    :param pointing: by property, in words: the things that have this one as a value
    :param hidden: names by which it is found, and that are not shown
    :param mappings: concepts of other vocabularies that mean the same, or nearly
    :param distributions: the files of a dataset
    :param is_folded: whether some statements about it are in the list of all statements alone
    """

    thing: Node
    label: TaggedText
    marks: tuple[Mark, ...]
    lead: ThingValue | None
    kinds: tuple[ThingValue, ...]
    groups: tuple[FactGroup, ...]
    translations: tuple[Fact, ...]
    pointing: tuple[Fact, ...]
    hidden: tuple[str, ...]
    mappings: tuple[Mapping, ...]
    distributions: Distributions | None = None
    is_folded: bool = False

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is said of it, in one list."""
        return tuple(fact for group in self.groups for fact in group.facts)

    @property
    def between(self) -> tuple[Between, ...]:
        """The tables of what is between it and others, in one list."""
        return tuple(table for group in self.groups for table in group.tables)
