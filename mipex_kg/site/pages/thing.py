"""What the page of a thing says: its facts in words, each with its marks, and what points to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset import things
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import DCT, LABELS, RDF, RDFS, SCHEMA, SKOS, TYPE
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.notes import Grounds, Mark, Notes
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.privacy import Privacy

# Texts that say what a thing is, the most telling one first.
DESCRIPTIONS = (
    SCHEMA.term("description"),
    DCT.term("description"),
    SKOS.term("definition"),
    RDFS.term("comment"),
)
_LIST = frozenset({RDF.term("first"), RDF.term("rest")})
_NAMING = frozenset({*LABELS, SCHEMA.term("alternateName"), SKOS.term("altLabel")})


class ThingValue(NamedTuple):
    """A value of a property, or a thing that points here.

    :param term: what is linked; a literal isn't
    """

    text: TaggedText
    term: Term
    marks: tuple[Mark, ...]


class Fact(NamedTuple):
    """The values of one property, in words."""

    name: str
    values: tuple[ThingValue, ...]


class BetweenRow(NamedTuple):
    """A node that stands between things, such as a role, and what it says in each column."""

    head: ThingValue
    cells: tuple[tuple[ThingValue, ...], ...]


class Between(NamedTuple):
    """The nodes of one class that stand between the thing and others, as a table."""

    cls: Term | None
    columns: tuple[str, ...]
    rows: tuple[BetweenRow, ...]


@dataclass(frozen=True)
class ThingDescription:
    """What a page says of a thing.

    :param marks: of its name
    :param lead: a sentence that says what it is, if there is one
    :param kinds: its classes
    :param facts: what is said of it, in the language of the page or in none
    :param translations: what is said of it in other languages, by the name of the language
    :param between: roles, posts and the like
    :param pointing: by property, in words: the things that have this one as a value
    """

    thing: Node
    label: TaggedText
    marks: tuple[Mark, ...]
    lead: ThingValue | None
    kinds: tuple[ThingValue, ...]
    facts: tuple[Fact, ...]
    translations: tuple[Fact, ...]
    between: tuple[Between, ...]
    pointing: tuple[Fact, ...]


class Describer:
    """Describes the things of a publication for their pages."""

    def __init__(self, publication: Publication, wording: Wording, privacy: Privacy) -> None:
        self.project, self.dataset = publication.project, publication.dataset
        self.wording, self.grounds = wording, Grounds(publication.dataset)
        self.privacy = privacy
        self._nested = tuple(map(self.dataset.node, self.project.nested_classes))

    def describe(self, thing: Node, notes: Notes) -> ThingDescription:
        """Describe a thing.

        Properties of the same name in words are one here, whichever vocabularies they are of.

        :param notes: of the page, to which those of the thing's facts are added
        """
        hidden = self.privacy.hidden_from(thing)
        about = [q for q in self.dataset.about(thing) if q.object not in hidden]
        towards = [q for q in self._towards(thing) if q.subject not in hidden]
        label = self.wording.label(thing)
        naming = [q for q in about if _is_text(q.object, label)]
        marks = notes.marks(naming)
        lead = self._lead(thing, notes)
        # What the heading and the lead say is not said twice.
        said = {quad.object for quad in naming} | ({lead.term} if lead else set())
        plain = [q for q in about if q.predicate != TYPE and q.object not in said]
        plain = [q for q in plain if not self._is_between(q.object)]
        kinds = _by_term((quad, quad.object) for quad in about if quad.predicate == TYPE)
        own, foreign = self._split_languages(plain)
        return ThingDescription(
            thing,
            label,
            marks,
            lead,
            self._kinds(kinds, notes),
            self._facts(own, notes, inward=False),
            self._translations(foreign, notes),
            tuple(self._between(thing, about, towards, notes)),
            self._facts(
                (q for q in towards if not self._is_between(q.subject)), notes, inward=True
            ),
        )

    def _towards(self, node: Node) -> Iterator[ox.Quad]:
        """Give the quads that point to a node; from within a list, those that point to the list."""
        for quad in self.dataset.pointing_to(node):
            if quad.predicate in _LIST:
                yield from self._towards(quad.subject)
            else:
                yield quad

    def _is_between(self, term: Term) -> bool:
        if isinstance(term, ox.Literal):
            return False
        return self.dataset.is_nested(term) and not things.list_items(term, self.dataset)

    def _lead(self, thing: Node, notes: Notes) -> ThingValue | None:
        text = description_of(thing, self.dataset)
        if text is None:
            return None
        quads = [quad for quad in self.dataset.about(thing) if quad.object == text]
        return ThingValue(self.wording.label(text), text, notes.marks(quads))

    @property
    def _first(self) -> str:
        return self.dataset.languages[0]

    def _split_languages(self, quads: Iterable[ox.Quad]) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """Part facts in other languages from those in the page's own or in none."""
        own: list[ox.Quad] = []
        foreign: list[ox.Quad] = []
        for quad in quads:
            language = quad.object.language if isinstance(quad.object, ox.Literal) else None
            (own if language in (None, self._first) else foreign).append(quad)
        return own, foreign

    def _kinds(self, kinds: dict[Term, list[ox.Quad]], notes: Notes) -> tuple[ThingValue, ...]:
        """Name the classes of a thing, those of the same name once."""
        named: dict[str, tuple[Term, list[ox.Quad]]] = {}
        for cls, quads in kinds.items():
            name = self.wording.class_name(cls)
            named[name] = (
                (named[name][0], [*named[name][1], *quads]) if name in named else (cls, quads)
            )
        return tuple(
            ThingValue(TaggedText(name), cls, notes.marks(quads))
            for name, (cls, quads) in named.items()
        )

    def _facts(self, quads: Iterable[ox.Quad], notes: Notes, *, inward: bool) -> tuple[Fact, ...]:
        """Group quads by their property's name: other names, then links, then texts and numbers."""
        groups: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            groups[self.wording.property(quad.predicate, inward=inward)].append(quad)
        ordered = sorted(
            groups, key=lambda name: (self._rank(groups[name], inward), name.casefold())
        )
        pairs = (
            (name, ((q, q.subject if inward else q.object) for q in groups[name]))
            for name in ordered
        )
        return tuple(Fact(name, self._values(_by_term(found), notes)) for name, found in pairs)

    def _rank(self, quads: list[ox.Quad], inward: bool) -> int:
        if inward:
            return 0
        if any(quad.predicate in _NAMING for quad in quads):
            return 0
        if all(isinstance(quad.object, ox.Literal) for quad in quads):
            return 2
        return 1 if any(quad.object in self.dataset.by_subject for quad in quads) else 3

    def _values(self, by_term: dict[Term, list[ox.Quad]], notes: Notes) -> tuple[ThingValue, ...]:
        ordered = sorted(
            by_term, key=lambda term: (self.wording.label(term).value.casefold(), str(term))
        )
        return tuple(self._value(term, by_term[term], notes) for term in ordered)

    def _value(self, term: Term, quads: Iterable[ox.Quad], notes: Notes) -> ThingValue:
        return ThingValue(self.wording.label(term), term, notes.marks(quads))

    def _translations(self, quads: Iterable[ox.Quad], notes: Notes) -> tuple[Fact, ...]:
        """Group facts in other languages by the language."""
        groups: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            assert isinstance(quad.object, ox.Literal)  # noqa: S101 - others have no language
            groups[quad.object.language or ""].append(quad)
        named = sorted(groups, key=self.wording.language)
        return tuple(
            Fact(
                self.wording.language(tag),
                self._values(_by_term((quad, quad.object) for quad in groups[tag]), notes),
            )
            for tag in named
        )

    def _between(
        self, thing: Node, about: list[ox.Quad], towards: list[ox.Quad], notes: Notes
    ) -> Iterator[Between]:
        """Make a table of each class of nodes that stand between the thing and others."""
        near = [*(quad.object for quad in about), *(quad.subject for quad in towards)]
        if self.dataset.is_nested(thing):  # of those, the tables are on the pages of their ends
            near = [node for node in near if isinstance(node, ox.BlankNode)]
        groups: dict[Term | None, dict[Node, None]] = defaultdict(dict)
        for node in near:
            if not isinstance(node, ox.Literal) and node != thing and self._is_between(node):
                groups[self._nested_class(node)][node] = None
        for cls in [*self._nested, None]:
            if nodes := groups.get(cls):
                yield self._table(thing, cls, list(nodes), notes)

    def _nested_class(self, node: Node) -> Term | None:
        types = self.dataset.values(node, TYPE)
        return next((cls for cls in self._nested if cls in types), None)

    def _table(self, thing: Node, cls: Term | None, nodes: list[Node], notes: Notes) -> Between:
        nodes.sort(key=lambda node: (self.wording.label(node).value.casefold(), str(node)))
        said = [self._said(thing, node) for node in nodes]
        columns = _telling(said, self.wording)
        rows = []
        for node, cells in zip(nodes, said, strict=True):
            naming = [q for q in self.dataset.about(node) if q.predicate in LABELS]
            head = self._value(node, naming, notes)
            rows.append(
                BetweenRow(
                    head, tuple(self._values(cells.get(name, {}), notes) for name in columns)
                )
            )
        return Between(cls, tuple(columns), tuple(rows))

    def _said(self, thing: Node, node: Node) -> dict[str, dict[Term, list[ox.Quad]]]:
        """Collect what a node between says, but its names and what leads back to the thing."""
        cells: dict[str, list[tuple[ox.Quad, Term]]] = defaultdict(list)
        for quad in self.dataset.about(node):
            if quad.predicate not in (*LABELS, TYPE) and quad.object != thing:
                cells[self.wording.property(quad.predicate)].append((quad, quad.object))
        for quad in self.dataset.pointing_to(node):
            if quad.subject != thing and not self._is_between(quad.subject):
                name = self.wording.property(quad.predicate, inward=True)
                cells[name].append((quad, quad.subject))
        return {name: _by_term(pairs) for name, pairs in cells.items()}


def _is_text(term: Term, text: TaggedText) -> bool:
    """Tell whether a value is just this text, in its language or in none."""
    if not isinstance(term, ox.Literal):
        return False
    return term.value == text.value and (term.language or "") in (text.language, "")


def _by_term(pairs: Iterable[tuple[ox.Quad, Term]]) -> dict[Term, list[ox.Quad]]:
    groups: dict[Term, list[ox.Quad]] = defaultdict(list)
    for quad, term in pairs:
        groups[term].append(quad)
    return dict(groups)


def _telling(rows: list[dict[str, dict[Term, list[ox.Quad]]]], wording: Wording) -> list[str]:
    """Choose the columns that say something that no other column says."""

    def texts(name: str) -> list[frozenset[str]]:
        return [
            frozenset(wording.label(t).value.casefold() for t in row.get(name, {})) for row in rows
        ]

    names = dict.fromkeys(name for row in rows for name in row)
    # The fullest columns first, so that of two that say the same the one with more stays.
    by_fullness = sorted(names, key=lambda name: (-sum(map(len, texts(name))), name))
    kept: list[str] = []
    for name in by_fullness:
        mine = texts(name)
        is_said = any(
            all(a <= b for a, b in zip(mine, texts(other), strict=True)) for other in kept
        )
        if not is_said:
            kept.append(name)
    return [name for name in names if name in kept]


def description_of(thing: Node, dataset: Dataset) -> ox.Literal | None:
    """Choose the text that says what a thing is, in the language of the pages or in none."""
    first = dataset.languages[:1]
    return dataset.literal(thing, *DESCRIPTIONS, languages=first, is_strict=True)


def summary(dataset: Dataset, wording: Wording, thing: Node) -> TaggedText | None:
    """Say in a line what a thing is: its description, if it has one."""
    if text := description_of(thing, dataset):
        return wording.label(text)
    return None
