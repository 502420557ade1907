"""Where things have their pages, and how one page links to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.properties import ADDRESSES
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.traces import ADDRESS, WHOLE, Trace
from mipex_kg.project import layout
from mipex_kg.project.names import Address, Names, file_at
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, in_http
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.site.thing_pages import place_of

# What a browser may be sent to: an IRI of another scheme, such as javascript:, is only shown.
_LINKED_SCHEMES = ("http://", "https://", "mailto:", "tel:")


@dataclass(frozen=True)
class Addresses:
    """The pages of a site.

    :param names: of the project's things
    :param site: where the site lies
    :param _pages: the names of the documents, relative to the site and without a suffix
    :param parts: the names of the pages of things that share a document and not its page
    :param apart: the places of things whose fragments are not theirs
    :param _missing: names of this site's things of which nothing is said, so that nothing is there
    :param files: of what is nothing but a file of the site, its path: a link to it downloads it
    :param trace: notes whose addresses are asked for
    """

    names: Names
    site: str
    _pages: Mapping[Address, str]
    parts: Mapping[Term, str] = field(default_factory=dict)
    files: Mapping[Term, str] = field(default_factory=dict)
    _missing: frozenset[Term] = frozenset()
    apart: Mapping[Term, str] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)

    @property
    def pages(self) -> Mapping[Address, str]:
        """The names of all documents, for templates: whatever is added, they change."""
        self.trace.note(*WHOLE)
        return self._pages

    @property
    def missing(self) -> frozenset[Term]:
        """Names of this site's things of which nothing is said, for templates as well."""
        self.trace.note(*WHOLE)
        return self._missing

    def place(self, thing: Term) -> str:
        """Name the place of a thing on the page of its document; empty for what that is about."""
        self.trace.note(ADDRESS, thing)
        return place_of(thing, self.apart)

    def place_of(self, term: Term) -> str | None:
        """Name what a link to a thing of this site leads to: a file, or a place on a page."""
        self.trace.note(ADDRESS, term)
        return self.files.get(term) or self.page_of(term)

    def in_language(self, path: str, folder: str) -> str:
        """Name a page in a language, by what it is called in the first; a file has none.

        :param folder: where the pages in the language lie

        >>> site = Addresses(Names(("http://e/",), "http://e/"), "http://e/", {})
        >>> site.in_language("ada.html#x", "fr/"), site.in_language("ada.ttl", "fr/")
        ('fr/ada.html#x', 'ada.ttl')
        """
        is_page = layout.is_page(path.partition("#")[0]) and path not in self._offered
        return folder + path if is_page else path

    @cached_property
    def _offered(self) -> frozenset[str]:
        return frozenset(self.files.values())

    def known_of(self, term: Term) -> tuple[str | None, ...]:
        """Give all that decides how a thing is linked, and what its place is called."""
        return (
            self.place_of(term),
            self.elsewhere(term),
            self.place(term),
            self.parts.get(term),
        )

    def elsewhere(self, term: Term) -> str | None:
        """Give the address of a thing without a page, if a browser may be sent there."""
        self.trace.note(ADDRESS, term)
        is_linked = isinstance(term, ox.NamedNode) and term.value.startswith(_LINKED_SCHEMES)
        return text_of(term) if is_linked and term not in self._missing else None

    def page_of(self, term: Term) -> str | None:
        """Name the page, and the place on it, where a thing is described.

        >>> names = Names(("http://e/",), "http://e/")
        >>> site = Addresses(names, "http://e/", {Address("terms", "terms"): "terms"})
        >>> site.page_of(ox.NamedNode("http://e/terms#Tower"))
        'terms.html#Tower'
        """
        self.trace.note(ADDRESS, term)
        if not isinstance(term, ox.NamedNode):
            return None
        if own := self.parts.get(term):
            return layout.page(own)
        address = self.names.address(term.value)
        name = self._pages.get(address) if address else None
        if name is None or term in self._missing:  # of which its document has no place
            return name and layout.page(name)
        place = self.place(term)
        return f"{layout.page(name)}#{place}" if place else layout.page(name)


def root(path: str) -> str:
    """Write how the way from a page to any other page of the site begins.

    >>> root("person/ada.html") + "country/MT.html", root("index.html") + "data.html"
    ('../country/MT.html', 'data.html')
    """
    return "../" * path.count("/")


def make_addresses(
    project: Project,
    dataset: Dataset,
    documents: Mapping[Address, str],
    parts: Mapping[Term, str],
    apart: Mapping[Term, str],
) -> Addresses:
    """Make the addresses of a project's pages, and of the files that its catalogue offers."""
    offered: dict[Term, str] = {
        file: name
        for file in dataset.members(DCAT.term("Distribution"))
        for address in dataset.texts(file, DCAT.term("downloadURL"))
        if (name := file_at(project.site, address)) is not None
    }
    linked = {
        term
        for quad in dataset.quads
        if in_http(quad.predicate) not in ADDRESSES
        for term in (quad.predicate, quad.object)
        if isinstance(term, ox.NamedNode) and term not in dataset.by_subject
    }
    missing = frozenset(term for term in linked if project.names.covers(term.value))
    return Addresses(
        project.names, project.site, documents, parts, offered, missing, apart, dataset.trace
    )
