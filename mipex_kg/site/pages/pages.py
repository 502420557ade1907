"""The pages of the site: one for every thing, and those by which visitors find their way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from importlib import resources
from typing import Any, NamedTuple, cast

import pyoxigraph as ox

from mipex_kg.dataset.passages import Passage, passages_of
from mipex_kg.dataset.provenance import address
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import KG, RDFS, TYPE
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.addresses import Addresses, fragments, make_addresses, root
from mipex_kg.site.pages.ask import load_assets, make_ask
from mipex_kg.site.pages.classes import Classes, find_classes
from mipex_kg.site.pages.library import first_values
from mipex_kg.site.pages.network import make_network
from mipex_kg.site.pages.notes import Notes, address_in_source
from mipex_kg.site.pages.ontology import ONTOLOGY, term_entries
from mipex_kg.site.pages.overview import Overview
from mipex_kg.site.pages.records import Records, Statements
from mipex_kg.site.pages.rendering import Here, Renderer, load_interface, view_of
from mipex_kg.site.pages.sitemap import robots, sitemaps
from mipex_kg.site.pages.texts import ProjectText, load_texts
from mipex_kg.site.pages.thing import Describer, ThingDescription, summary
from mipex_kg.site.pages.tiles import make_tile_map
from mipex_kg.site.pages.wording import TaggedText, Wording, preferred
from mipex_kg.site.privacy import Privacy, find_privacy
from mipex_kg.site.signposting import Landing, Signposts, linkset_files
from mipex_kg.site.structured_data import PageNode, StructuredData


class PageLink(NamedTuple):
    """A link to a page or a file of the site."""

    path: str
    title: str


class Alternate(NamedTuple):
    """A file that says in a format for programs what a page says."""

    path: str
    media_type: str
    label: str


class PassagePlace(NamedTuple):
    """Where a passage stands: its own page, and its source."""

    node: ox.NamedNode
    source_node: ox.NamedNode
    source: TaggedText
    address: str


class LicenceLink(NamedTuple):
    """The licence of the graph."""

    address: str
    name: str


class Pages:
    """The pages of a publication."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.project, self.dataset = publication.project, publication.dataset
        self.documents = publication.things()
        self.interface = load_interface()
        self.wording = Wording(self.dataset, self.interface)
        self.addresses: Addresses = make_addresses(self.project, self.dataset, self.documents)
        subjects = (
            subject_of(name, things, self.project.base) for name, things in self.documents.items()
        )
        self.classes: Classes = find_classes(self.project, self.dataset, subjects, self.wording)
        self.texts: Mapping[str, ProjectText] = load_texts(
            self.project.root / "pages",
            self.project.page_files,
            partial(first_values, publication, self.wording),
            self.project.files,
        )
        self.privacy: Privacy = find_privacy(self.dataset)
        self.describer = Describer(publication, self.wording, self.privacy)
        self.records = Records(publication, self.wording, self.describer.grounds)
        self.structured = StructuredData(self.project, self.dataset)
        self.signposts = Signposts(self.project, self.dataset, self.addresses.page_of)
        self.map = make_tile_map(self.project, self.dataset, self.wording)
        self.network = make_network(self.project, self.dataset, self.wording)
        self.ask = make_ask(self.project, self.dataset, self.interface, load_assets())
        self.renderer = Renderer(self.project, self.interface, self._shared())
        self.unlisted: set[str] = set()

    def _shared(self) -> dict[str, Any]:
        """Give what every template knows."""
        return {
            "site": view_of(self.project),
            "paths": layout.PATHS,
            "navigation": self._navigation(),
            "foot": self._foot(),
            "licence": self._licence(),
            "passages": {
                passage.iri: self._place(passage) for passage in passages_of(self.dataset)
            },
            "rules": self._rules(),
            "is_private": False,
            "summary": "",
            "alternates": (),
            "landing": None,
            "structured": "",
            "can_ask": self.ask is not None,
            "map": None,
        }

    def _place(self, passage: Passage) -> PassagePlace:
        source = ox.NamedNode(passage.source)
        there = address_in_source(address(self.dataset, source), passage)
        return PassagePlace(ox.NamedNode(passage.iri), source, self.wording.label(source), there)

    def _rules(self) -> dict[Term, str]:
        """Say in words what each rule does."""
        nodes = self.dataset.members(KG.term("Rule"))
        texts = ((node, preferred(self.dataset, node, RDFS.term("comment"))) for node in nodes)
        return {node: text.value if text else "" for node, text in texts}

    def _licence(self) -> LicenceLink | None:
        if not self.project.licence:
            return None
        name = self.wording.label(ox.NamedNode(self.project.licence)).value
        return LicenceLink(self.project.licence, name)

    def _navigation(self) -> list[PageLink]:
        featured = [
            PageLink(
                layout.page(layout.class_page(self.classes.names[cls])), self.wording.plural(cls)
            )
            for cls in self.classes.featured[:3]
        ]
        questions = [PageLink(layout.page(layout.QUERIES), self.interface["queries"])]
        network = [PageLink(layout.page(layout.NETWORK), self.interface["network"])]
        return [
            *featured,
            PageLink(layout.page(layout.CLASSES), self.interface["browse"]),
            *(network if self.network else []),
            *(questions if self.project.query_files else []),
            PageLink(layout.page(layout.DATA), self.interface["data"]),
            PageLink(layout.page(layout.SEARCH), self.interface["search"]),
        ]

    def _foot(self) -> list[PageLink]:
        own = [PageLink(layout.page(t.name), t.title) for t in self.texts.values() if t.is_own_page]
        ontologies = [
            PageLink(
                layout.page(name), self.wording.label(ox.NamedNode(self.project.base + name)).value
            )
            for name, things in self.documents.items()
            if self._is_ontology(subject_of(name, things, self.project.base))
        ]
        asking = [PageLink(layout.ASK_PAGE, self.interface["ask"])] if self.ask else []
        return [
            *own,
            *ontologies,
            PageLink(layout.page(layout.RULES), self.interface["rules"]),
            *asking,
        ]

    def _is_ontology(self, node: Node) -> bool:
        return ONTOLOGY in self.dataset.values(node, TYPE)

    def here(self, path: str) -> Here:
        """Stand on a page, to link from it."""
        return Here(
            path,
            root(path),
            self.addresses,
            self.classes,
            self.wording,
            self.privacy.unlisted,
        )

    def thing(self, name: str, things: Sequence[Node]) -> bytes:
        """Write the page of a document.

        :param name: of the document, relative to the base and without a suffix
        :param things: that it describes
        """
        subject = subject_of(name, things, self.project.base)
        notes = Notes(self.describer.grounds)
        about = self.describer.describe(subject, notes)
        main = self.classes.main.get(subject)
        line = summary(self.dataset, self.wording, subject)
        kinds = self.dataset.values(subject, TYPE)
        kind = "ontology" if self._is_ontology(subject) else self.records.kind(subject)
        extra = self.records.of(subject)
        if kind == "ontology":
            extra = {"entries": term_entries(things, self.describer, notes)}
        here = self.here(layout.page(name))
        is_private = self.privacy.is_unlisted(subject) or self.privacy.concerns(_quoted(extra))
        if is_private:
            self.unlisted.add(here.path)
        described = line.value if line else self._kind_of(main or next(iter(kinds), None))
        page = PageNode(here.url, about.label.value, description=described)
        return self.renderer.render(
            [*filter(None, (_local(main), kind)), "thing"],
            here,
            structured=self.structured.block([subject, *(t for t in things if t != subject)], page),
            title=about.label.value,
            summary=described,
            about=about,
            notes=notes,
            main_class=main,
            citation=self._citation(about),
            alternates=[
                Alternate(f"{name}{format.suffix}", format.media_type, format.label)
                for format in formats.OF_DOCUMENTS
            ],
            landing=self._landing(name, subject),
            is_private=is_private,
            anchors=() if kind == "ontology" else tuple(fragments(things)),
            **extra,
        )

    def _kind_of(self, cls: Term | None) -> str:
        """Say what a thing is that nobody has described."""
        if cls is None:
            return ""
        words = {"kind": self.wording.class_name(cls), "title": self.project.title}
        return self.interface["undescribed"].format(**words)

    def _landing(self, name: str, subject: Node) -> Landing:
        main = self.classes.main.get(subject)
        collection = self.classes.page(main) if main else None
        return self.signposts.of_thing(name, subject, formats.OF_DOCUMENTS, collection)

    def linksets(self, name: str, things: Sequence[Node]) -> Iterator[tuple[str, bytes]]:
        """Write the link sets of a document's page, with their names relative to the site.

        :param name: of the document, relative to the base and without a suffix
        :param things: that it describes
        """
        subject = subject_of(name, things, self.project.base)
        yield from linkset_files(layout.page(name), self._landing(name, subject))

    def _citation(self, about: ThingDescription) -> str:
        of = [self.project.title, self.project.publisher]
        return ". ".join([about.label.value, *filter(None, of), text_of(about.thing)])

    def others(self) -> Iterator[tuple[str, bytes]]:
        """Write all files that are not about one thing, with their names relative to the site."""
        static = resources.files("mipex_kg.site.pages") / "static"
        for path in (*layout.STYLES, layout.SEARCH_SCRIPT, layout.ICON):
            yield path, (static / path.removeprefix(layout.ASSETS)).read_bytes()
        overview = self._overview
        yield from overview.pages()
        self.unlisted |= overview.unlisted
        yield layout.ROBOTS, robots(self.project.site)

    @property
    def _overview(self) -> Overview:
        return Overview(
            self.publication,
            self.wording,
            self.classes,
            self.addresses,
            self.texts,
            self.renderer,
            self.structured,
            self.map,
            self.network,
            self.ask,
            self.signposts,
            self.privacy,
        )

    def other_names(self) -> list[str]:
        """Name the pages that are about no one thing, relative to the site, without a suffix."""
        return list(self._overview.names())

    def names(self) -> frozenset[str]:
        """Name all pages that have link sets, relative to the site and without a suffix."""
        return frozenset((*self.documents, *self._overview.names()))

    def omitted(self) -> list[str]:
        """Name the pages that can't be made here, each with the reason."""
        if self.ask:
            return []
        return [f"{layout.ASK_PAGE}: the files that it loads have not been made (`make assets`)"]

    def last(
        self, modified: Mapping[str, str], unlisted: AbstractSet[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Write the files that say when the others last changed.

        :param modified: the day on which each page's content last changed, by its path
        :param unlisted: paths of the pages that ask search engines to leave them out
        """
        listed = {
            path: day
            for path, day in modified.items()
            if layout.is_page(path) and path not in unlisted and path != layout.NOT_FOUND_PAGE
        }
        yield from sitemaps(self.project.site, listed).items()


def _quoted(extra: Mapping[str, object]) -> Iterator[Term]:
    """Give the terms and texts that the page of a graph, a rule or a passage quotes."""
    for statements in cast(Iterable[Statements], extra.get("statements", ())):
        for row in statements.rows:
            yield from (row.subject, row.value)
    if isinstance(passage := extra.get("passage"), Passage):
        yield from map(ox.Literal, (passage.prefix, passage.exact, passage.suffix))


def _local(cls: Node | None) -> str:
    """Give the local name of a class, after which the project may call a template."""
    return text_of(cls).replace("#", "/").rpartition("/")[2] if cls else ""


def subject_of(name: str, things: Sequence[Node], base: str) -> Node:
    """Tell which of a document's things it is about: the one of its name, else the first."""
    named = ox.NamedNode(base if name == layout.FRONT else base + name)
    return named if named in things else things[0]
