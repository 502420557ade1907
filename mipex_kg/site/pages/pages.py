"""The pages of the site: one for every thing, and those by which visitors find their way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from importlib import resources
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import pyoxigraph as ox

from mipex_kg.dataset.passages import Passage, passages_of
from mipex_kg.dataset.provenance import address
from mipex_kg.project import layout
from mipex_kg.project.setting import LANGUAGE_TAG
from mipex_kg.rdf.namespaces import DCT, KG, RDFS, SCHEMA, TYPE
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.addresses import Addresses, make_addresses, root
from mipex_kg.site.pages.ask import make_ask
from mipex_kg.site.pages.assets import find_finder, find_typeface, load_assets
from mipex_kg.site.pages.classes import Classes, find_classes
from mipex_kg.site.pages.contents import contents_of
from mipex_kg.site.pages.descriptions import summary
from mipex_kg.site.pages.facts import ThingDescription
from mipex_kg.site.pages.keepers import keepers_of
from mipex_kg.site.pages.library import first_values
from mipex_kg.site.pages.listings import Listings, make_listings
from mipex_kg.site.pages.menus import Menus
from mipex_kg.site.pages.network import make_network
from mipex_kg.site.pages.notes import Notes, address_in_source
from mipex_kg.site.pages.ontology import ONTOLOGY, Ontologies
from mipex_kg.site.pages.overview import Overview
from mipex_kg.site.pages.parts import list_parts
from mipex_kg.site.pages.records import Records, Statements
from mipex_kg.site.pages.rendering import Here, Renderer, view_of
from mipex_kg.site.pages.reuse import Link, Reuse
from mipex_kg.site.pages.sitemap import robots, sitemaps
from mipex_kg.site.pages.texts import ProjectText, load_texts
from mipex_kg.site.pages.thesaurus import ConceptPlace, Thesaurus
from mipex_kg.site.pages.thing import Describer
from mipex_kg.site.pages.tiles import make_tile_map
from mipex_kg.site.pages.translations import PageLanguage, Translations, make_translations
from mipex_kg.site.pages.wording import TaggedText, Wording, preferred
from mipex_kg.site.privacy import Privacy, find_privacy
from mipex_kg.site.signposting import Landing, Signposts, linkset_files
from mipex_kg.site.structured_data import PageNode, StructuredData
from mipex_kg.site.thing_pages import ThingPage

# What says in which language a source is.
_LANGUAGE = (SCHEMA.term("inLanguage"), DCT.term("language"))
_TAG = re.compile(LANGUAGE_TAG)


class Alternate(NamedTuple):
    """A file that says in a format for programs what a page says."""

    path: str
    media_type: str
    label: str


class PassagePlace(NamedTuple):
    """Where a passage stands: its own page, and its source.

    :param language: in which the source is; empty if nothing says it
    """

    node: ox.NamedNode
    source_node: ox.NamedNode
    source: TaggedText
    address: str
    language: str


class ThingSection(NamedTuple):
    """A thing that shares a page with others, as the page shows it.

    :param fragment: what names its place on the page
    :param place: in its scheme, if it is a concept or a scheme
    """

    fragment: str
    about: ThingDescription
    main_class: Node | None
    citation: str
    place: ConceptPlace | None


class Pages:
    """The pages of a publication in one language.

    :param language: unless given, the first
    :param first: the pages in the first language, from which those in any other take what is the
        same in all
    """

    def __init__(
        self,
        publication: Publication,
        language: PageLanguage | None = None,
        first: Pages | None = None,
    ) -> None:
        self.first: Pages = first or self
        self.translations: Translations = (
            first.translations if first else make_translations(publication.project)
        )
        self.language = language or self.translations.languages[0]
        publication = publication.in_language(self.language.tag)
        self.publication = publication
        self.project, self.dataset = publication.project, publication.dataset
        self.documents = publication.things()
        self.wording = Wording(self.dataset, self.language.words)
        self.interface = self.wording.interface
        self.addresses: Addresses = first.addresses if first else self._make_addresses()
        shown = publication.thing_pages.values()
        subjects = (thing for page in shown for thing in self.shown_on(page))
        self.classes: Classes = find_classes(
            self.project, self.dataset, subjects, self.wording, first.classes if first else None
        )
        self.listings: Listings = make_listings(
            self.classes,
            self.wording,
            self.project.most_entries,
            first.listings if first else None,
        )
        self.texts: Mapping[str, ProjectText] = self._load_texts()
        self.privacy: Privacy = first.privacy if first else find_privacy(self.dataset)
        self.describer = Describer(publication, self.wording, self.privacy)
        self.ontologies = Ontologies(self.describer, self.addresses)
        self.thesaurus = Thesaurus(self.dataset, self.wording)
        self.records = Records(publication, self.wording, self.describer.grounds)
        self.structured: StructuredData = (
            first.structured if first else StructuredData(self.project, self.dataset)
        )
        self.signposts: Signposts = (
            first.signposts
            if first
            else Signposts(self.project, self.dataset, self.addresses.page_of)
        )
        self.map = make_tile_map(self.project, self.dataset, self.wording)
        self.network = make_network(self.project, self.dataset, self.wording)
        assets = load_assets()
        self.ask = make_ask(self.project, self.dataset, self.wording, assets, self.language.folder)
        self.finder = find_finder(assets)
        self.typeface = find_typeface(assets)
        self.site = view_of(self.project, self.interface)
        self.keepers = keepers_of(self.project, self.dataset, self.texts)
        self.reuse = Reuse(
            self.project,
            self.structured,
            self.keepers,
            self.site.title,
            self._licence(),
            self.interface["card-source"],
            self.language.tag,
        )
        self.renderer = Renderer(self.project, self.wording, self._shared())
        self.unlisted: set[str] = set()

    def others_in_languages(self) -> Iterator[Pages]:
        """Give the pages in each other language."""
        for language in self.translations.languages[1:]:
            yield Pages(self.publication, language, self)

    def _make_addresses(self) -> Addresses:
        known = self.publication
        return make_addresses(
            self.project, self.dataset, known.file_names, known.parts, known.apart
        )

    def _load_texts(self) -> Mapping[str, ProjectText]:
        """Read the texts in the language; where there is none, those in the first are lent."""
        files = self.project.text_files[self.language.tag]
        answer = partial(first_values, self.publication, self.wording)
        own = load_texts(files, answer, self.project.files)
        if self.first is self:
            return own
        tag = self.first.language.tag
        lent = {n: text.lent(tag) for n, text in self.first.texts.items() if n not in own}
        return {**lent, **own}

    def _shared(self) -> dict[str, Any]:
        """Give what every template knows."""
        menus = Menus(
            self.project,
            self.interface,
            self.classes,
            self.listings,
            self.texts,
            has_network=self.network is not None,
            can_ask=self.ask is not None,
        )
        ontologies = {
            name: self.wording.label(things[0])
            for name, things in self.documents.items()
            if self._is_ontology(things[0])
        }
        return {
            "site": self.site,
            "paths": layout.PATHS,
            "navigation": menus.navigation(),
            "foot": menus.foot(ontologies),
            "keepers": self.keepers,
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
            "finder": self.finder,
            "typeface": self.typeface,
            "map": None,
        }

    def _place(self, passage: Passage) -> PassagePlace:
        source = ox.NamedNode(passage.source)
        there = address_in_source(address(self.dataset, source), passage)
        said = (text for p in _LANGUAGE for text in self.dataset.texts(source, p))
        language = next(filter(_TAG.fullmatch, said), "")
        node, label = ox.NamedNode(passage.iri), self.wording.label(source)
        return PassagePlace(node, source, label, there, language)

    def _rules(self) -> dict[Term, str]:
        """Say in words what each rule does."""
        nodes = self.dataset.members(KG.term("Rule"))
        texts = ((node, preferred(self.dataset, node, RDFS.term("comment"))) for node in nodes)
        return {node: text.value if text else "" for node, text in texts}

    def _licence(self) -> Link | None:
        if not self.project.licence:
            return None
        name = self.wording.label(ox.NamedNode(self.project.licence)).value
        return Link(self.project.licence, name)

    def shown_on(self, page: ThingPage) -> tuple[Node, ...]:
        """Give what is shown on a page: that of an ontology has an entry for each of its terms."""
        return page.things if self._is_ontology(page.subject) else (page.subject, *page.sections)

    def is_searched(self, subject: Node) -> bool:
        """Tell whether pages like that of a thing are found: not of graphs that are mere files."""
        return self.project.is_strict or self.records.kind(subject) != "graph"

    def _is_ontology(self, node: Node) -> bool:
        return ONTOLOGY in self.dataset.values(node, TYPE)

    def here(self, name: str, things: Iterable[Term] = ()) -> Here:
        """Be on a page, to link from it.

        :param name: of the page, without a suffix
        :param things: those that have places on it
        """
        folder, path = self.language.folder, layout.page(name)
        # The page for what isn't there is shown at any address, so that its links begin at the top.
        is_anywhere = name == layout.NOT_FOUND
        return Here(
            path,
            urlsplit(self.project.site).path if is_anywhere else root(folder + path),
            self.addresses,
            self.classes,
            self.wording,
            self.privacy.unlisted,
            frozenset(map(self.addresses.place, things)),
            folder,
            self.translations.of(name),
        )

    def path_of(self, name: str) -> str:
        """Name the file of a page in the language, relative to the site.

        :param name: of the page, without a suffix
        """
        return self.language.folder + layout.page(name)

    def thing(self, page: ThingPage) -> bytes:
        """Write a page about things."""
        subject = page.subject
        notes = Notes(self.describer.grounds)
        is_term = self.ontologies.is_term(subject)
        about = self.describer.describe(subject, notes, is_whole=is_term)
        main = self.classes.main.get(subject)
        line = summary(self.dataset, self.wording, subject)
        kinds = self.dataset.values(subject, TYPE)
        kind, extra = self.records.kind(subject), self.records.of(subject)
        sections = page.sections
        if self._is_ontology(subject):
            whole = self.ontologies.page(subject, self._named(page), notes)
            kind, extra, sections = "ontology", {"ontology": whole}, ()
        elif place := self._place_in_scheme(subject):
            kind, extra = "thesaurus", {"place": place, "index": self._index(subject)}
        elif is_term:
            entry = self.ontologies.entry(subject, about)
            kind, extra, about = "term", {"entry": entry}, entry.about
        shown = [self._section(thing, notes) for thing in sections]
        notes.part()
        told = (about, *(section.about for section in shown))
        is_folded = any(each.is_folded for each in told)
        every = [self.describer.statements(each.thing, notes) for each in told if is_folded]
        here = self.here(page.name, (*page.things, *page.parts))
        is_private = (
            any(map(self.privacy.is_unlisted, (subject, *sections)))
            or self.privacy.concerns(page.parts)
            or self.privacy.concerns(_quoted(extra))
        )
        if is_private:
            self.unlisted.add(self.path_of(page.name))
        described = line.value if line else self._kind_of(main or next(iter(kinds), None))
        of_page = PageNode(
            here.url, about.label.value, description=described, language=self.language.tag
        )
        return self.renderer.render(
            [*filter(None, (_local(main), kind)), "thing"],
            here,
            structured=self.structured.block(page.things, of_page),
            title=about.label.value,
            summary=described,
            about=about,
            notes=notes,
            main_class=main,
            citation=self._citation(about),
            alternates=[
                Alternate(f"{page.document}{format.suffix}", format.media_type, format.label)
                for format in self.project.formats_of(page.document)
            ],
            landing=self._landing(page) if self.language.is_first else None,
            is_private=is_private,
            is_searched=not is_private and self.is_searched(subject),
            anchors=self._anchors(page) if kind != "ontology" else (),
            sections=shown,
            every=every,
            contents=contents_of(
                about,
                [(section.fragment, section.about.label.value) for section in shown],
                sum(len(found) for _kind, found in notes.by_kind()),
                self.interface,
            )
            if kind != "ontology"
            else (),
            parts=list_parts(self.publication, self.wording, page.parts, f"{page.name}/"),
            **self.reuse.told(page, about.label.value, described, here.url, is_private=is_private),
            **extra,
        )

    def _named(self, page: ThingPage) -> Mapping[str, Node]:
        """Give the things that have a place on the page of their document, by its name."""
        own = page.things if page.name == page.document else ()
        return {place: thing for thing in own if (place := self.addresses.place(thing))}

    def _anchors(self, page: ThingPage) -> tuple[str, ...]:
        """Give the places on a page that its things have without a section."""
        shown = set(page.sections)
        return tuple(place for place, thing in self._named(page).items() if thing not in shown)

    def _place_in_scheme(self, node: Node) -> ConceptPlace | None:
        return self.thesaurus.place(node, self.privacy.hidden_from(node))

    def _index(self, scheme: Node) -> list[tuple[str, str]]:
        """Give the letters with which names of a scheme's concepts begin, and where they are."""
        listing = self.listings.of_scheme.get(scheme)
        return listing.letters() if listing else []

    def _section(self, thing: Node, notes: Notes) -> ThingSection:
        about = self.describer.describe(thing, notes)
        main = self.classes.main.get(thing)
        place = self._place_in_scheme(thing)
        return ThingSection(self.addresses.place(thing), about, main, self._citation(about), place)

    def _kind_of(self, cls: Term | None) -> str:
        """Say what a thing is that nobody has described."""
        if cls is None:
            return ""
        words = {"kind": self.wording.class_name(cls), "title": self.site.title}
        return self.interface["undescribed"].format(**words)

    def _landing(self, page: ThingPage) -> Landing:
        main = self.classes.main.get(page.subject)
        collection = self.classes.page(main) if main else None
        return self.signposts.of_thing(page, collection)

    def linksets(self, page: ThingPage) -> Iterator[tuple[str, bytes]]:
        """Write the link sets of a page about things, with their names relative to the site."""
        if self.language.is_first:
            yield from linkset_files(layout.page(page.name), self._landing(page))

    def _citation(self, about: ThingDescription) -> str:
        names = (about.label.value, self.site.title, self.project.publisher)
        return ". ".join([*dict.fromkeys(filter(None, names)), text_of(about.thing)])

    def others(self) -> Iterator[tuple[str, bytes]]:
        """Write all files that are not about one thing, with their names relative to the site."""
        overview = self._overview
        yield from overview.pages()
        self.unlisted |= overview.unlisted
        if self.language.is_first:
            yield from self._shared_files()

    def data(self, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
        """Write the page from which the data are downloaded, and its link sets.

        :param sizes: of the files of the site, in bytes, by their names
        """
        yield from self._overview.data(sizes)

    def _shared_files(self) -> Iterator[tuple[str, bytes]]:
        """Write the files that pages in all languages load."""
        static = resources.files("mipex_kg.site.pages") / "static"
        parts = (layout.PARTS_SCRIPT,) if self.publication.leads_on else ()
        finding = (layout.FIND_SCRIPT,) if self.finder else ()
        for path in (*layout.STYLES, *layout.SCRIPTS, layout.ICON, *finding, *parts):
            yield path, (static / path.removeprefix(layout.ASSETS)).read_bytes()
        yield layout.ROBOTS, robots(self.project.site if self.project.is_placed else "")

    @property
    def _overview(self) -> Overview:
        return Overview(
            self.publication,
            self.wording,
            self.classes,
            self.listings,
            self.ontologies,
            self.addresses,
            self.texts,
            self.renderer,
            self.structured,
            self.map,
            self.network,
            self.ask,
            self.signposts,
            self.privacy,
            self.language,
            self.describer.columns,
            self.site,
            self.here,
        )

    def other_names(self) -> list[str]:
        """Name the pages that are about no one thing, relative to the site, without a suffix."""
        return list(self._overview.names())

    def names(self) -> frozenset[str]:
        """Name all pages that have link sets, relative to the site and without a suffix."""
        if not self.project.has_linksets:
            return frozenset()
        return frozenset((*self.publication.thing_pages, *self._overview.names()))

    def omitted(self) -> list[str]:
        """Name the pages that can't be made here, each with the reason."""
        if self.ask:
            return []
        return [f"{layout.ASK_PAGE}: the files that it loads have not been made (`make assets`)"]

    def last(
        self, modified: Mapping[str, str], unlisted: AbstractSet[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Write the files that say when the others last changed, if it is known where they are.

        :param modified: the day on which each page's content last changed, by its path
        :param unlisted: paths of the pages that ask search engines to leave them out
        """
        listed = {
            path: day
            for path, day in modified.items()
            if layout.is_page(path) and path not in unlisted and path != layout.NOT_FOUND_PAGE
        }
        if self.project.is_placed:
            yield from sitemaps(self.project.site, listed).items()


def _quoted(extra: Mapping[str, object]) -> Iterator[Term]:
    """Give the terms and texts that the page of a graph, a rule or a passage quotes."""
    for statements in cast(Iterable[Statements], extra.get("statements", ())):
        for row in statements.rows:
            yield from (row.subject, row.value)
    if isinstance(passage := extra.get("passage"), Passage):
        yield from map(ox.Literal, (passage.prefix, passage.exact, passage.suffix))
    for passage in cast(Iterable[Passage], extra.get("read", ())):
        yield from (ox.NamedNode(passage.iri), ox.Literal(passage.exact))


def _local(cls: Node | None) -> str:
    """Give the local name of a class, after which the project may call a template."""
    return text_of(cls).replace("#", "/").rpartition("/")[2] if cls else ""
