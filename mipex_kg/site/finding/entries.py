"""What each thing is found by: its names in all languages, other names, codes, and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.skosxl import LITERAL_FORM
from mipex_kg.rdf.namespaces import (
    DC,
    DCT,
    FOAF,
    OBO_IN_OWL,
    PROV,
    SCHEMA,
    SKOS,
    SKOSXL,
    TYPE,
    VCARD,
    Namespace,
    in_http,
)
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.finding.words import is_code, without_article
from mipex_kg.site.pages.addresses import Addresses
from mipex_kg.site.pages.classes import Classes, is_telling
from mipex_kg.site.pages.wording import Wording
from mipex_kg.site.privacy import Privacy

_ORG = Namespace("http://www.w3.org/ns/org#")
_GEONAMES = Namespace("http://www.geonames.org/ontology#")
# Properties whose values are other names of things, or identify them.
_OTHER = frozenset(
    {
        *(SKOS.term(name) for name in ("altLabel", "hiddenLabel", "notation")),
        *(SCHEMA.term(name) for name in ("alternateName", "legalName", "identifier", "termCode")),
        *(SCHEMA.term(name) for name in ("familyName", "additionalName", "tickerSymbol")),
        *(DCT.term(name) for name in ("alternative", "identifier")),
        *(FOAF.term(name) for name in ("nick", "familyName", "surname", "lastName")),
        *(VCARD.term(name) for name in ("nickname", "family-name")),
        *(_GEONAMES.term(name) for name in ("alternateName", "shortName", "officialName")),
        *(OBO_IN_OWL.term(name) for name in ("hasExactSynonym", "id")),
        *(DC.term("identifier"), _ORG.term("identifier"), _GEONAMES.term("countryCode")),
    }
)
# Properties whose values are labels that are things themselves.
_REIFIED = frozenset(SKOSXL.term(name) for name in ("prefLabel", "altLabel", "hiddenLabel"))
# What a person does, said of themselves or of a role between them and others.
_ROLES = frozenset(
    {
        *(SCHEMA.term(name) for name in ("roleName", "jobTitle")),
        *(VCARD.term("role"), VCARD.term("title"), _ORG.term("role")),
    }
)
_PEOPLE = frozenset(
    {
        *(space.term("Person") for space in (SCHEMA, FOAF, PROV)),
        VCARD.term("Individual"),
    }
)
# Nobody types a longer name.
_LONGEST = 200
# The ranks of what is found: what visitors are led to, the rest, and how facts are recorded.
FEATURED, OTHERS, RECORDS = range(3)


# What is found: a thing of a class, or a page of the site by the key of its kind's name.
PageKind: TypeAlias = Node | str | None


class ClassNames(NamedTuple):
    """What is found, in words: the name of its class, and of the class's members."""

    name: str
    plural: str


class Findable(NamedTuple):
    """What leads to a page, or to a place on one.

    :param path: relative to the site
    :param rank: one of `FEATURED`, `OTHERS` and `RECORDS`
    :param name: as the site calls it
    :param translations: what it is called in other languages, by their tags
    :param others: its other names
    :param codes: its acronyms and codes
    :param roles: what it does
    """

    path: str
    kind: PageKind
    rank: int
    name: str
    translations: Mapping[str, str] = {}
    others: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Entries:
    """Makes the entries of things.

    Nobody is found who is left out of search engines, nor by any text that names them.

    :param hidden: the paths of pages that are not searched
    """

    dataset: Dataset
    wording: Wording
    addresses: Addresses
    classes: Classes
    privacy: Privacy
    hidden: AbstractSet[str]

    def of(self, things: Iterable[Node]) -> Iterator[Findable]:
        """Make the entries of those that may be found."""
        for thing in things:
            # A label that is a thing itself leads to what it names.
            if self.dataset.values(thing, LITERAL_FORM):
                continue
            path = self.addresses.page_of(thing)
            if path and path.partition("#")[0] not in self.hidden and not self._is_private(thing):
                yield self._entry(thing, path)

    def _is_private(self, thing: Node) -> bool:
        return self.privacy.is_unlisted(thing) or self.privacy.is_named_in(
            self.wording.label(thing).value
        )

    def _entry(self, thing: Node, path: str) -> Findable:
        name = self.wording.label(thing).value.strip()
        translations = self._translations(thing, name)
        own = {name, *translations.values()}
        others = [text for text in self._others(thing) if text not in own]
        codes = [bare for text in others if is_code(bare := without_article(text))]
        return Findable(
            path,
            self.classes.main.get(thing),
            self._rank(thing),
            name,
            translations,
            tuple(text for text in others if without_article(text) not in codes),
            tuple(dict.fromkeys(codes)),
            tuple(self._roles(thing)),
        )

    def _translations(self, thing: Node, name: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for literal in self._literals(thing, self.dataset.labels):
            if literal.language and literal.value.strip() != name:
                found.setdefault(literal.language, literal.value.strip())
        return found

    def _others(self, thing: Node) -> Iterable[str]:
        """Give other names: each once, those that only a label of another property has too."""
        properties = [*self.dataset.labels, *self._other_properties]
        texts = [literal.value for literal in self._literals(thing, properties)]
        for property in _REIFIED & self._used:
            for label in self.dataset.values(thing, property):
                texts += [text.value for text in self._literals(label, [LITERAL_FORM])]
        plain = (" ".join(text.split()) for text in texts)
        return dict.fromkeys(
            text
            for text in plain
            if 0 < len(text) <= _LONGEST and not self.privacy.is_named_in(text)
        )

    def _literals(self, thing: Term, properties: Iterable[ox.NamedNode]) -> Iterator[ox.Literal]:
        for property in properties:
            for value in self.dataset.values(thing, property):
                if isinstance(value, ox.Literal):
                    yield value

    @cached_property
    def _used(self) -> frozenset[ox.NamedNode]:
        return frozenset(map(in_http, self.dataset.predicates))

    @cached_property
    def _other_properties(self) -> tuple[ox.NamedNode, ...]:
        """The properties of other names that the graph uses, the project's own first."""
        usual = sorted(_OTHER & self._used, key=str)
        return tuple(dict.fromkeys((*self.dataset.also_labels, *usual)))

    def _rank(self, thing: Node) -> int:
        main = self.classes.main.get(thing)
        if main in self.classes.featured:
            return FEATURED
        if main is None or text_of(main).startswith(SKOS):
            return OTHERS
        return OTHERS if is_telling(main, self.dataset) else RECORDS

    def _roles(self, thing: Node) -> Iterable[str]:
        """Say what a person does: by their own statements, and by the roles that they are in."""
        types = (t for t in self.dataset.values(thing, TYPE) if isinstance(t, ox.NamedNode))
        if _PEOPLE.isdisjoint(map(in_http, types)):
            return ()
        near: list[Term] = [thing]
        near += [quad.object for quad in self.dataset.about(thing)]
        near += [quad.subject for quad in self.dataset.pointing_to(thing)]
        texts = [
            self.wording.label(value).value
            for node in dict.fromkeys(near)
            if node == thing or (not isinstance(node, ox.Literal) and self.dataset.is_nested(node))
            for property in sorted(_ROLES & self._used, key=str)
            for value in self.dataset.values(node, property)
        ]
        known: dict[str, str] = {}
        for text in texts:
            if len(text) <= _LONGEST and not self.privacy.is_named_in(text):
                known.setdefault(text.casefold(), text)
        return known.values()
