"""The pages of the site: one for every thing, and those by which visitors find their way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from mipex_kg.dataset.traces import (
    ADDRESS,
    CATALOGUED,
    LISTING,
    MAIN_CLASS,
    MEMBERS,
    PASSAGE,
    RULE,
    TracedMapping,
)
from mipex_kg.project import layout
from mipex_kg.rdf.namespaces import KG, RDFS
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.addresses import Addresses, make_addresses, root
from mipex_kg.site.pages.ask import make_ask
from mipex_kg.site.pages.assets import find_finder, find_typeface, load_assets
from mipex_kg.site.pages.classes import Classes, find_classes
from mipex_kg.site.pages.here import Here
from mipex_kg.site.pages.keepers import keepers_of
from mipex_kg.site.pages.library import first_values
from mipex_kg.site.pages.listings import Listings, make_listings
from mipex_kg.site.pages.menus import Menus
from mipex_kg.site.pages.network import make_network
from mipex_kg.site.pages.ontology import Ontologies, is_ontology
from mipex_kg.site.pages.overview import Overview
from mipex_kg.site.pages.page_pictures import make_page_pictures
from mipex_kg.site.pages.passage_places import passage_places
from mipex_kg.site.pages.records import Records
from mipex_kg.site.pages.rendering import Renderer, view_of
from mipex_kg.site.pages.reuse import Link, Reuse
from mipex_kg.site.pages.sitemap import robots, sitemaps
from mipex_kg.site.pages.texts import ProjectText, find_taken, load_texts, taken_names
from mipex_kg.site.pages.thesaurus import Thesaurus
from mipex_kg.site.pages.thing import Describer
from mipex_kg.site.pages.thing_page import ThingPageWriter
from mipex_kg.site.pages.tiles import make_tile_map
from mipex_kg.site.pages.translations import PageLanguage, Translations, make_translations
from mipex_kg.site.pages.wording import TaggedText, Wording, preferred
from mipex_kg.site.privacy import Privacy, find_privacy
from mipex_kg.site.signposting import Signposts, linkset_files
from mipex_kg.site.structured_data import StructuredData
from mipex_kg.site.thing_pages import ThingPage

# What templates call what is said of passages and of rules.
PASSAGES, RULES = "passages", "rules"


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
        # Without the script that finds by name, nothing else would find anything.
        self.has_text_index = not self.finder or len(shown) <= self.project.most_searched
        self.typeface = find_typeface(assets)
        self.site = view_of(self.project, self.interface)
        self.pictures = make_page_pictures(
            self.project,
            self.wording,
            self.classes,
            self.privacy,
            (self.site.title, self.first.site.title),
            assets,
        )
        self.keepers = keepers_of(self.project, self.dataset, self.texts)
        self.reuse = Reuse(
            self.project,
            self.keepers,
            self.site.title,
            self._licence(),
            self.interface["card-source"],
            self.language.tag,
        )
        self.shared = self._shared()
        self.renderer = Renderer(self.project, self.wording, self.shared)
        self.unlisted: set[str] = set()
        self._things = ThingPageWriter(
            publication,
            self.language,
            self.addresses,
            self.classes,
            self.listings,
            self.describer,
            self.ontologies,
            Thesaurus(self.dataset, self.wording),
            Records(publication, self.wording, self.describer.grounds),
            self.structured,
            self.signposts,
            self.privacy,
            self.site,
            self.reuse,
            self.pictures,
            self.renderer,
            self.here,
        )

    def common(self) -> list[object]:
        """Give all that every page may depend on, of what is found in the data."""
        dataset, traced = self.dataset, (PASSAGES, RULES)
        privacy, classes = self.privacy, self.classes
        private = (privacy.marked, privacy.unlisted, privacy.names)
        return [
            [(name, value) for name, value in self.shared.items() if name not in traced],
            dataset.prefixes,
            dataset.tags,
            [classes.names, classes.featured, classes.signed],
            # Blank nodes count by what is said around them, which leads to those who are marked.
            [sorted(str(n) for n in some if not isinstance(n, ox.BlankNode)) for some in private],
            sorted(self.addresses.files.values()),
            self.signposts.common(),
        ]

    def known(self) -> Iterator[tuple[str, Iterable[tuple[object, object]]]]:
        """Give what the pages know of things, by kind: of each thing, what it is."""
        yield MAIN_CLASS, self.classes.main.items()
        yield MEMBERS, self.classes.members.items()
        yield LISTING, ((s, each.letters()) for s, each in self.listings.of_scheme.items())
        yield PASSAGE, self.shared[PASSAGES].items()
        yield RULE, self.shared[RULES].items()
        if self.first is self:
            yield ADDRESS, ((term, self.addresses.known_of(term)) for term in self._linked())
            yield CATALOGUED, self.structured.catalogue.known.items()

    def _linked(self) -> Iterator[Term]:
        """Give all to which a page may link."""
        found = dict.fromkeys((*self.dataset.by_subject, *self.dataset.by_object))
        return (term for term in found if isinstance(term, ox.NamedNode))

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
        isolated = self.publication.isolated
        answer = partial(first_values, self.project, self.dataset, self.wording, isolated=isolated)
        for error in find_taken(files, taken_names(self.project, self.classes.names.values())):
            raise error
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
            if is_ontology(things[0], self.dataset)
        }
        return {
            "site": self.site,
            "paths": layout.PATHS,
            "navigation": menus.navigation(),
            "foot": menus.foot(ontologies),
            "keepers": self.keepers,
            "licence": self._licence(),
            # That of queries, whose titles are in one alone, if it isn't the language of the page.
            "own_language": self.wording.foreign(self.project.languages[0]),
            PASSAGES: TracedMapping(
                self.dataset.trace, PASSAGE, passage_places(self.dataset, self.wording)
            ),
            RULES: TracedMapping(self.dataset.trace, RULE, self._rules()),
            "is_private": False,
            "summary": "",
            "alternates": (),
            "landing": None,
            "structured": "",
            "can_ask": self.ask is not None,
            "finder": self.finder,
            "has_text_index": self.has_text_index,
            "typeface": self.typeface,
            "picture": self.pictures.of_site,
            "map": None,
        }

    def _rules(self) -> dict[Term, TaggedText | None]:
        """Say in words what each rule does."""
        nodes = self.dataset.members(KG.term("Rule"))
        return {node: preferred(self.dataset, node, RDFS.term("comment")) for node in nodes}

    def _licence(self) -> Link | None:
        if not self.project.licence:
            return None
        name = self.wording.label(ox.NamedNode(self.project.licence))
        return Link(self.project.licence, name)

    def shown_on(self, page: ThingPage) -> tuple[Node, ...]:
        """Give what is shown on a page: that of an ontology has an entry for each of its terms."""
        is_whole = is_ontology(page.subject, self.dataset)
        return page.things if is_whole else (page.subject, *page.sections)

    def is_searched(self, subject: Node) -> bool:
        """Tell whether pages like that of a thing are found: not of graphs that are mere files."""
        return self._things.is_searched(subject)

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
        data, is_private = self._things.write(page)
        if is_private:
            self.unlisted.add(self.path_of(page.name))
        return data

    def linksets(self, page: ThingPage) -> Iterator[tuple[str, bytes]]:
        """Write the link sets of a page about things, with their names relative to the site."""
        if self.language.is_first:
            yield from linkset_files(layout.page(page.name), self._things.landing(page))

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
            self.has_text_index,
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
        """Name the pages and pictures that can't be made here, each with the reason."""
        made = "the files that it loads are not in this installation (`make assets` makes them)"
        asking = [] if self.ask else [f"{layout.ASK_PAGE}: {made}"]
        return [*asking, *self.pictures.omitted()]

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
