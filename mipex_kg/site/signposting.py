"""FAIR Signposting: the typed links of each page, and the link sets that say the same.

Conforms to the FAIR Signposting Profile, levels 1 and 2, and to RFC 9264.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from mipex_kg.dataset.catalogue.tables import metadata_of
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project import layout
from mipex_kg.project.media_types import media_type
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.namespaces import DCAT, DCT, SCHEMA, SCHEMA_HTTPS, TYPE
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.catalogue import citing, croissant
from mipex_kg.site.catalogue.measured import whole_dataset
from mipex_kg.site.thing_pages import ThingPage

# The formats in which the catalogue is written.
_OF_CATALOGUE = (formats.TURTLE, formats.JSONLD, formats.RDFXML)
# The profile wants a class of schema.org; these are the same there.
_IN_SCHEMA = {
    DCAT + "Catalog": "DataCatalog",
    DCAT + "Dataset": "Dataset",
    DCAT + "Distribution": "DataDownload",
}
_WEB = ("http://", "https://")
_IANA = "https://www.iana.org/assignments/media-types/"


class TypedLink(NamedTuple):
    """A link from a page, or from one of its files.

    :param type: media type of what it leads to, where that is a file
    """

    rel: str
    href: str
    type: str = ""

    @property
    def is_name(self) -> bool:
        """Whether it names something, wherever the site lies."""
        return self.rel in ("cite-as", "type", "author", "license")


# The links of a page and of its files, by the address from which they lead.
LinkSet: TypeAlias = Mapping[str, Sequence[TypedLink]]


@dataclass(frozen=True)
class Landing:
    """A page, and what it leads to; all addresses are absolute.

    :param cite_as: what the page is to be cited as: the IRI of the thing that it is about
    :param types: classes of the page, and of the thing
    :param documents: files that describe what the page is about
    :param items: files that the page offers
    :param members: pages of what it lists
    :param collections: pages on which it is listed
    :param metadata: files that describe items, by the address of the item
    :param linksets: files with the same links
    """

    address: str
    cite_as: str
    types: Sequence[str]
    authors: Sequence[str] = ()
    licences: Sequence[str] = ()
    documents: Sequence[str] = ()
    items: Sequence[TypedLink] = ()
    members: Sequence[str] = ()
    collections: Sequence[str] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    linksets: Sequence[str] = ()

    def links(self) -> list[TypedLink]:
        """Give the links that are in the page itself.

        Members are in the link set alone: there may be thousands, and the page shows them.
        """
        return [
            TypedLink("cite-as", self.cite_as),
            *(TypedLink("type", cls) for cls in self.types),
            *(TypedLink("author", author) for author in self.authors),
            *(TypedLink("license", licence) for licence in self.licences),
            *(_file("describedby", document) for document in self.documents),
            *self.items,
            *(_file("collection", page) for page in self.collections),
            *(_file("linkset", set) for set in self.linksets),
        ]

    def linkset(self) -> dict[str, list[TypedLink]]:
        """Give the links of the page and those of its files, by the address that they lead from."""
        of_files = [_file("linkset", set) for set in self.linksets]
        here = [_file("item", page) for page in self.members]
        links = {self.address: [*self.links(), *here]}
        for document in self.documents:
            links[document] = [_file("describes", self.address), *of_files]
        for item in self.items:
            of_item = links.setdefault(item.href, [])
            of_item.append(_file("collection", self.address))
            if item.href in self.metadata:
                of_item.append(_file("describedby", self.metadata[item.href]))
        return links


def _file(rel: str, address: str) -> TypedLink:
    return TypedLink(rel, address, media_type(address).name)


def to_json(links: LinkSet) -> bytes:
    """Write a link set as ``application/linkset+json``.

    >>> to_json({"http://e/a": [TypedLink("item", "http://e/b", "text/csv")]})[38:]
    b'"item": [{"href": "http://e/b", "type": "text/csv"}]}]}\\n'
    """
    contexts = []
    for anchor, its_links in links.items():
        context: dict[str, object] = {"anchor": to_uri(anchor)}
        for rel in dict.fromkeys(link.rel for link in its_links):
            context[rel] = [_target(link) for link in its_links if link.rel == rel]
        contexts.append(context)
    return (json.dumps({"linkset": contexts}) + "\n").encode()


def _target(link: TypedLink) -> dict[str, str]:
    return {"href": to_uri(link.href)} | ({"type": link.type} if link.type else {})


def to_text(links: LinkSet) -> bytes:
    """Write a link set as ``application/linkset``.

    >>> to_text({"http://e/a": [TypedLink("item", "http://e/b", "text/csv")]})
    b'<http://e/b>; rel="item"; type="text/csv"; anchor="http://e/a"\\n'
    """
    lines = [
        f'{header(link)}; anchor="{to_uri(anchor)}"'
        for anchor, its_links in links.items()
        for link in its_links
    ]
    return (",\n".join(lines) + "\n").encode()


# What stands for a page's own address in link sets that pages have in common: no IRI may hold it.
# As a part of a URI it is written otherwise, and that an IRI may hold.
_OWN, _OWN_WRITTEN = "\0", "%00"
# Many pages have the same links, but for their own addresses.
_MANY = 1 << 8


def linkset_files(page: str, landing: Landing) -> Iterator[tuple[str, bytes]]:
    """Write the link sets of a page, if it has any.

    :param page: path of the page, relative to the site
    :returns: their names and what they hold
    """
    if landing.linksets:
        yield from zip(layout.linksets(page), _linksets(landing), strict=True)


def _linksets(landing: Landing) -> tuple[bytes, bytes]:
    own = layout.name_of_page(landing.address)
    fields = (
        (landing.address, landing.cite_as),
        landing.types,
        landing.authors,
        landing.licences,
        landing.documents,
        landing.collections,
        landing.linksets,
    )
    is_usual = not (landing.items or landing.members)
    if is_usual and not any(_OWN_WRITTEN in text for texts in fields for text in texts):
        in_json, in_text = _written_without(*(_without(own, texts) for texts in fields))
        mark, written = _OWN_WRITTEN.encode(), to_uri(own).encode()
        return in_json.replace(mark, written), in_text.replace(mark, written)
    links = landing.linkset()
    return to_json(links), to_text(links)


def _without(own: str, texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(_OWN + t[len(own) :] if t.startswith(own) else t for t in texts)


@lru_cache(_MANY)
def _written_without(
    named: tuple[str, str],
    types: tuple[str, ...],
    authors: tuple[str, ...],
    licences: tuple[str, ...],
    documents: tuple[str, ...],
    collections: tuple[str, ...],
    linksets: tuple[str, ...],
) -> tuple[bytes, bytes]:
    """Write the link sets of all pages that have the same links, with a mark for their addresses.

    :param named: the address of the page, and what it is cited as; all is as in ``Landing``
    """
    landing = Landing(
        *named,
        types,
        authors,
        licences,
        documents,
        collections=collections,
        linksets=linksets,
    )
    links = landing.linkset()
    return to_json(links), to_text(links)


def header(link: TypedLink) -> str:
    """Write a link as the value of HTTP's ``Link`` header."""
    type = f'; type="{link.type}"' if link.type else ""
    return f'<{to_uri(link.href)}>; rel="{link.rel}"{type}'


class Signposts:
    """What the links of all pages of a site have in common.

    :param page_of: names the page of a thing, relative to the site, if it has one
    """

    def __init__(
        self, project: Project, dataset: Dataset, page_of: Callable[[Term], str | None]
    ) -> None:
        self._project, self._dataset, self._page_of = project, dataset, page_of
        self._catalogues = [node for node in dataset.members(DCAT.term("Catalog")) if page_of(node)]
        publishers = [dataset.texts(node, DCT.term("publisher")) for node in self._catalogues]
        named = (iri for iris in publishers for iri in iris if iri.startswith(_WEB))
        self._authors = tuple(dict.fromkeys(named))
        self._licences = (project.licence,) if project.licence else ()
        # A catalogue with a hash in its address is described by the document that it is in.
        pages = [str(page_of(node)).partition("#")[0] for node in self._catalogues]
        self._metadata = [
            f"{project.site}{document}{format.suffix}"
            for document in map(layout.name_of_page, dict.fromkeys(pages))
            for format in project.formats_of(document)
            if format in _OF_CATALOGUE
        ]
        self._whole = whole_dataset(project, dataset) if self._catalogues else None
        self._of_tables = {
            project.site + table: project.site + file
            for table, file in (metadata_of(project) if self._catalogues else {}).items()
        }

    def common(self) -> list[object]:
        """Give what the links of all pages depend on, of what is found in the data."""
        return [self._authors, self._metadata, self._whole, self._of_tables]

    def _linksets(self, path: str) -> Sequence[str]:
        """Give the addresses of the link sets of a page."""
        names = layout.linksets(path) if self._project.has_linksets else ()
        return [self._project.site + name for name in names]

    def of_thing(self, page: ThingPage, collection: str | None) -> Landing:
        """Give what a page about things leads to.

        :param collection: path of the page on which the thing is listed
        """
        site, dataset, subject = self._project.site, self._dataset, page.subject
        written = self._project.formats_of(page.document)
        documents = [f"{site}{page.document}{format.suffix}" for format in written]
        listed_on = [path for node in self._lists(subject) if (path := self._page_of(node))]
        path = layout.page(page.name)
        return Landing(
            site + path,
            text_of(subject) if page.name != page.document else text_of(subject).partition("#")[0],
            [f"{SCHEMA_HTTPS}AboutPage", *self._types(subject)],
            self._authors,
            self._licences,
            list(dict.fromkeys([*documents, *self._metadata, *self._of_whole(subject)])),
            self._downloads(subject),
            self._pages(dataset.values(subject, DCAT.term("dataset"))),
            [site + page for page in [*listed_on, *filter(None, [collection])]],
            self._of_tables,
            self._linksets(path),
        )

    def of_page(
        self, path: str, kind: str, items: Iterable[str] = (), members: Iterable[Term] = ()
    ) -> Landing:
        """Give what a page leads to that isn't about one thing.

        It is cited by the address that it has under the base.

        :param path: of the page, relative to the site
        :param kind: local name of its class in schema.org
        :param items: paths of the files that it offers
        :param members: the things that it lists
        """
        site = self._project.site
        return Landing(
            site + path,
            self._cited_as("" if path == layout.FRONT_PAGE else path),
            [SCHEMA_HTTPS + kind],
            self._authors,
            self._licences,
            self._metadata,
            [_file("item", site + item) for item in items],
            self._pages(members),
            metadata=self._of_tables,
            linksets=self._linksets(path),
        )

    def _cited_as(self, path: str) -> str:
        project = self._project
        return (project.base if project.base.endswith("/") else project.site) + path

    def _types(self, subject: Node) -> list[str]:
        """Give a thing's classes: those that schema.org has, or else all of them."""
        classes = self._dataset.texts(subject, TYPE)
        known = [
            cls.removeprefix(space)
            for cls in classes
            for space in (SCHEMA, SCHEMA_HTTPS)
            if cls.startswith(space)
        ]
        known += [_IN_SCHEMA[cls] for cls in classes if cls in _IN_SCHEMA]
        if known:
            return [SCHEMA_HTTPS + name for name in sorted(set(known))]
        return sorted(cls for cls in classes if cls.startswith(_WEB))

    def _pages(self, nodes: Iterable[Term]) -> list[str]:
        """Give the addresses of the pages of things, each once."""
        pages = (page.partition("#")[0] for node in nodes if (page := self._page_of(node)))
        return [self._project.site + page for page in dict.fromkeys(pages)]

    def _lists(self, subject: Node) -> list[Node]:
        """Name the catalogues that list a dataset."""
        listed = (q for q in self._dataset.pointing_to(subject))
        return list(dict.fromkeys(q.subject for q in listed if q.predicate == DCAT.term("dataset")))

    def _of_whole(self, dataset: Node) -> list[str]:
        """Give the files by which the dataset is loaded and cited that holds the whole."""
        if dataset != self._whole:
            return []
        loaded = [layout.CROISSANT] if croissant.is_loadable(dataset, self._dataset) else []
        cited = (
            (layout.CITATION, layout.DATACITE) if citing.is_citable(dataset, self._dataset) else ()
        )
        return [self._project.site + name for name in (*loaded, *cited)]

    def _downloads(self, dataset: Node) -> list[TypedLink]:
        """Give the files in which a dataset is distributed."""
        found = []
        for distribution in self._dataset.values(dataset, DCAT.term("distribution")):
            types = self._dataset.values(distribution, DCAT.term("mediaType"))
            said = [text_of(type).removeprefix(_IANA) for type in types]
            for address in self._dataset.texts(distribution, DCAT.term("downloadURL")):
                kind = said[0] if said else media_type(address).name
                found.append(TypedLink("item", address, kind))
        return sorted(set(found))
