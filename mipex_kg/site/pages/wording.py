"""Saying terms in words: what a page calls things, properties, classes and languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox
from markupsafe import Markup, escape

from mipex_kg.dataset import things
from mipex_kg.dataset.catalogue.codes import Codes, load_codes
from mipex_kg.dataset.class_expressions import ClassExpressions
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.list_items import list_items
from mipex_kg.dataset.traces import TracedCache
from mipex_kg.dataset.words import ENGLISH, PageWords, english
from mipex_kg.rdf.collation import sort_key
from mipex_kg.rdf.languages import conventional, covers, wider_tags
from mipex_kg.rdf.local_names import local_name
from mipex_kg.rdf.namespaces import KG, PREFIXES, SKOS, TYPE, compact, in_http, shorten
from mipex_kg.rdf.prose import prose_of
from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.numbers import Numbers

_CONCEPT, _NOTATION = SKOS.term("Concept"), SKOS.term("notation")
# Classes of letters that have a direction, in Unicode.
_LETTERS = frozenset({"L", "R", "AL"})
# As many texts are remembered as a page writes them.
_MANY = 1 << 13


class TaggedText(NamedTuple):
    """A text and its language; none for what is the same in all of them."""

    value: str
    language: str = ""

    def __str__(self) -> str:
        return self.value

    def __html__(self) -> str:
        """Write the text for a page in any language."""
        return self.on_page("")

    def on_page(self, language: str, direction: str = "ltr") -> Markup:
        """Write the text for a page, with what it has otherwise than the page.

        That is its language, its direction, and that its lines are to be kept.

        :param language: of the page

        >>> TaggedText("Boot", "de").on_page("en"), TaggedText("Boot", "de").on_page("de")
        (Markup('<span lang="de">Boot</span>'), Markup('Boot'))
        """
        return _on_page(self, language, direction)


@lru_cache(_MANY)
def _on_page(text: TaggedText, language: str, direction: str) -> Markup:
    foreign = foreign_to(language, text.language)
    marks = f' lang="{escape(foreign)}"' if foreign else ""
    own = direction_of(text.value)
    marks += f' dir="{own}"' if own and own != direction else ""
    lines = ' class="lines"' if "\n" in text.value.strip() else ""
    written, marks = escape(text.value.strip() if lines else text.value), marks + lines
    return Markup(f"<span{marks}>{written}</span>") if marks else written  # noqa: S704 - escaped


class Name(str):
    """What a property or a class is called; a text as any other, that knows its language."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = "") -> Name:
        """Make a name.

        :param language: empty for what is the same in all of them, or not known
        """
        name = super().__new__(cls, text)
        name.language = language
        return name

    def __reduce__(self) -> tuple[type[Name], tuple[str, str]]:
        """Let it be sent to another process."""
        return Name, (str(self), self.language)

    @property
    def tagged(self) -> TaggedText:
        """The name as a text that is written with its language."""
        return TaggedText(str(self), self.language)


def foreign_to(page: str, language: str) -> str:
    """Give the language of a text if it is another than the page's; else an empty text.

    >>> [foreign_to("en", language) for language in ("", "en", "en-GB")]
    ['', '', 'en-GB']
    """
    return "" if language.lower() == page.lower() else language


def direction_of(text: str) -> str:
    """Tell in which direction a text is written: its first letter decides (UAX 9, P2).

    >>> [direction_of(text) for text in ("(قارب)", "C++ قارب", "1990")]
    ['rtl', 'ltr', '']
    """
    directions = (unicodedata.bidirectional(letter) for letter in text)
    found = next((each for each in directions if each in _LETTERS), "")
    return found and ("ltr" if found == "L" else "rtl")


@dataclass(frozen=True, repr=False)
class Wording:
    """The words of a dataset, each looked up once.

    :param words: of the interface
    """

    dataset: Dataset
    words: PageWords

    @property
    def interface(self) -> Mapping[str, str]:
        """The texts of the interface, by their keys."""
        return self.words.texts

    @property
    def lang(self) -> str:
        """The language of the interface, and so of the pages."""
        return self.words.language

    @cached_property
    def direction(self) -> str:
        """The direction in which the language is written."""
        return direction_of(self.interface["home"]) or "ltr"

    @cached_property
    def numbers(self) -> Numbers:
        """How numbers are written."""
        keys = ("number-group", "number-point", "number-bytes")
        return Numbers(*(self.interface[key] for key in keys))

    def foreign(self, language: str) -> str:
        """Give a language if it is another than that of the pages; else an empty text."""
        return foreign_to(self.lang, language)

    def write(self, text: TaggedText) -> Markup:
        """Write a text for a page in this language."""
        return text.on_page(self.lang, self.direction)

    def label(self, term: Term) -> TaggedText:
        """Name a thing, or write a value as it is."""
        if isinstance(term, ox.Literal):
            return TaggedText(prose_of(term), term.language or "")
        return self._labels(term)

    @cached_property
    def _labels(self) -> TracedCache[Term, TaggedText]:
        return TracedCache(self.dataset.trace, self._find_label)

    def _find_label(self, term: Term) -> TaggedText:
        if text := preferred(self.dataset, term, *self.dataset.labels):
            return text
        if name := _codes().name(term):
            return TaggedText(name)
        if isinstance(term, ox.NamedNode) and not _is_vocabulary(term.value):
            return TaggedText(self._below_base(term.value) or _shown(term.value))
        if said := self.expression(term):
            return TaggedText(said)
        if isinstance(term, ox.BlankNode):  # whose own label is another in each build
            items = list_items(term, self.dataset)
            names = ", ".join(self.label(item).value for item in items)
            return TaggedText(names or self.interface["unnamed"])
        if isinstance(term, ox.NamedNode) and not compact(term.value, self.dataset.prefixes):
            return TaggedText(local_name(term) or _shown(term.value))
        return TaggedText(things.name(term, self.dataset))

    def _below_base(self, iri: str) -> str:
        """Give what tells a thing from the project's others; nothing if it isn't one of them."""
        below = (iri.removeprefix(base) for base in self.dataset.bases if iri.startswith(base))
        return next(below, "").rstrip("/")

    def notation(self, term: Term) -> str:
        """Give the notation of a concept, the first if it has several; else nothing."""
        return self._notations(term)

    @cached_property
    def _notations(self) -> TracedCache[Term, str]:
        return TracedCache(self.dataset.trace, self._find_notation)

    def _find_notation(self, term: Term) -> str:
        notations = self.dataset.texts(term, _NOTATION)
        is_concept = notations and _CONCEPT in self.dataset.values(term, TYPE)
        return min(notations, key=sort_key) if is_concept else ""

    def order(self, term: Term) -> tuple[bool, str, str]:
        """Give what a term is sorted by: concepts by their notations, then all by their names."""
        notation = self.notation(term)
        return not notation, sort_key(notation), self.name_order(term)

    def name_order(self, term: Term) -> str:
        """Give what a term is sorted by where only names are compared."""
        return sort_key(self.label(term).value, self.dataset.languages[0])

    def expression(self, term: Term) -> str | None:
        """Say in words what a class expression of OWL means; None of anything else."""
        return self._expressions.say(term)

    @cached_property
    def _expressions(self) -> ClassExpressions:
        return ClassExpressions(
            self.dataset, self.interface, lambda term: self.label(term).value, self.property
        )

    def property(self, predicate: ox.NamedNode, *, inward: bool = False) -> Name:
        """Name a property, or what it is seen from its value."""
        return self._properties((predicate, inward))

    @cached_property
    def _properties(self) -> TracedCache[tuple[ox.NamedNode, bool], Name]:
        return TracedCache(self.dataset.trace, self._find_property)

    def _find_property(self, key: tuple[ox.NamedNode, bool]) -> Name:
        predicate, inward = key
        if not inward:
            return self._name("property", predicate) or self._local(predicate)
        text = preferred(self.dataset, predicate, KG.term("inverseLabel"))
        if found := self._best("inverse", predicate, text):
            return found
        name = self.property(predicate)
        return Name(self.interface["inverse"].format(property=name))

    def plural(self, cls: Term) -> Name:
        """Name the members of a class."""
        text = preferred(self.dataset, cls, KG.term("pluralLabel"))
        is_named = self.dataset.label(cls) is not None
        return self._best("plural", cls, text, is_named=is_named) or self.class_name(cls)

    def class_name(self, cls: Term) -> Name:
        """Name a class: by its label, else as it is known, else by its local name taken apart."""
        return self._class_names(cls)

    @cached_property
    def _class_names(self) -> TracedCache[Term, Name]:
        return TracedCache(self.dataset.trace, self._find_class_name)

    def _find_class_name(self, cls: Term) -> Name:
        if not isinstance(cls, ox.NamedNode):
            return Name(*self.label(cls))
        if found := self._name("name", cls):
            return found
        name = self._local(cls)
        return Name(name[:1].upper() + name[1:], name.language)

    def _name(self, table: str, term: ox.NamedNode) -> Name | None:
        return self._best(table, term, preferred(self.dataset, term, *self.dataset.labels))

    def _best(
        self, table: str, term: Term, text: TaggedText | None, *, is_named: bool = False
    ) -> Name | None:
        """Choose what a term is called: in the language of the pages if there is anything.

        :param text: what the data call it
        :param is_named: whether the data call it by another name, so that English is not needed
        """
        if text and (not text.language or covers(self.dataset.languages[0], text.language)):
            return Name(*text)
        iri = in_http(term).value if isinstance(term, ox.NamedNode) else ""
        if self.lang != ENGLISH and (known := self.words.term(table, iri)):
            return Name(known, self.lang)
        if text:
            return Name(*text)
        known = None if is_named else english().term(table, iri)
        return Name(known, ENGLISH) if known else None

    def _local(self, term: ox.NamedNode) -> Name:
        """Name a term by its local name; those of common vocabularies are in English."""
        is_own = any(map(term.value.startswith, self.dataset.bases))
        name = things.property_name(term, self.dataset)
        return Name(name, "" if is_own else ENGLISH)

    def language(self, tag: str) -> str:
        """Name a language in the language of the interface, or by its tag: “German (de-AT)”."""
        if name := self.interface.get(f"language-{tag.lower()}"):
            return name
        names = (self.interface.get(f"language-{wider}") for wider in wider_tags(tag))
        name, shown = next(filter(None, names), None), conventional(tag)
        return f"{name} ({shown})" if name else shown

    def curie(self, term: Term) -> str:
        """Write an IRI as a CURIE where one fits."""
        return shorten(term.value, self.dataset.prefixes) if isinstance(term, ox.NamedNode) else ""


@cache
def _codes() -> Codes:
    return load_codes()


def _is_vocabulary(iri: str) -> bool:
    """Tell whether an IRI names a term, for which a CURIE reads better than an address."""
    return "#" in iri or iri.startswith(tuple(PREFIXES.values()))


def _shown(iri: str) -> str:
    """Write an address as browsers do, and one of mail or a telephone as people do.

    >>> _shown("https://www.example.org/"), _shown("mailto:ada@example.org"), _shown("tel:+34-900")
    ('example.org', 'ada@example.org', '+34-900')
    """
    scheme, _, rest = iri.partition(":")
    if scheme in ("mailto", "tel"):
        return unquote(rest.partition("?")[0])
    return iri.partition("://")[2].removeprefix("www.").rstrip("/") or iri


def preferred(dataset: Dataset, thing: Term, *predicates: ox.NamedNode) -> TaggedText | None:
    """Choose the text that says something of a thing: by property first, then by language."""
    found = dataset.literal(thing, *predicates)
    return found and TaggedText(found.value, found.language or "")
