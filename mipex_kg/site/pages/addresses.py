"""Where things have their pages, and how one page links to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT
from mipex_kg.rdf.terms import Term

# What a browser may be sent to: an IRI of another scheme, such as javascript:, is only shown.
_LINKED_SCHEMES = ("http://", "https://", "mailto:")


@dataclass(frozen=True)
class Addresses:
    """The pages of a site.

    :param base: what the names of things begin with
    :param site: where the site lies
    :param pages: the names of the documents, relative to the base and without a suffix
    :param files: of what is nothing but a file of the site, its path: a link to it downloads it
    """

    base: str
    site: str
    pages: frozenset[str]
    files: Mapping[Term, str] = field(default_factory=dict)

    def place_of(self, term: Term) -> str | None:
        """Name what a link to a thing of this site leads to: a file, or a place on a page."""
        return self.files.get(term) or self.page_of(term)

    def page_of(self, term: Term) -> str | None:
        """Name the page, and the place on it, where a thing is described.

        >>> site = Addresses("http://e/", "http://e/", frozenset({"person/ada", "terms"}))
        >>> site.page_of(ox.NamedNode("http://e/terms#Tower"))
        'terms.html#Tower'
        """
        if not isinstance(term, ox.NamedNode) or not term.value.startswith(self.base):
            return None
        path, hash_sign, fragment = term.value.removeprefix(self.base).partition("#")
        name = path.rstrip("/") or layout.FRONT
        return f"{layout.page(name)}{hash_sign}{fragment}" if name in self.pages else None


def elsewhere(term: Term) -> str | None:
    """Give the address of a thing of another site, if a browser may be sent there."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(_LINKED_SCHEMES):
        return term.value
    return None


def root(path: str) -> str:
    """Write how the way from a page to any other page of the site begins.

    >>> root("person/ada.html") + "country/MT.html", root("index.html") + "data.html"
    ('../country/MT.html', 'data.html')
    """
    return "../" * path.count("/")


def make_addresses(project: Project, dataset: Dataset, documents: Iterable[str]) -> Addresses:
    """Make the addresses of a project's pages, and of the files that its catalogue offers."""
    offered = (
        (file, address.removeprefix(project.site))
        for file in dataset.members(DCAT.term("Distribution"))
        for address in dataset.texts(file, DCAT.term("downloadURL"))
        if address.startswith(project.site)
    )
    return Addresses(project.base, project.site, frozenset(documents), dict(offered))


def fragments(things: Iterable[Term]) -> Mapping[str, Term]:
    """Give the things of one page that have a place of their own on it, by its name."""
    named = (thing for thing in things if isinstance(thing, ox.NamedNode))
    parts = ((thing.value.partition("#")[2], thing) for thing in named)
    return {fragment: thing for fragment, thing in parts if fragment}
