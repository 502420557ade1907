"""The page of a thing: what is said of it and of those that share its page, and all around that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

import pyoxigraph as ox

from mipex_kg.dataset.passages import Passage
from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.rdf.terms import Node, Term, text_of
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.addresses import Addresses
from mipex_kg.site.pages.classes import Classes
from mipex_kg.site.pages.contents import PagePart, contents_of
from mipex_kg.site.pages.descriptions import summary
from mipex_kg.site.pages.facts import ThingDescription
from mipex_kg.site.pages.here import Here
from mipex_kg.site.pages.listings import Listings
from mipex_kg.site.pages.notes import Notes
from mipex_kg.site.pages.ontology import Ontologies, is_ontology
from mipex_kg.site.pages.page_pictures import PagePictures
from mipex_kg.site.pages.parts import list_parts
from mipex_kg.site.pages.records import Records, Statements
from mipex_kg.site.pages.rendering import Renderer, SiteView
from mipex_kg.site.pages.reuse import Reuse
from mipex_kg.site.pages.thesaurus import ConceptPlace, Thesaurus
from mipex_kg.site.pages.thing import Describer
from mipex_kg.site.pages.translations import PageLanguage
from mipex_kg.site.privacy import Privacy
from mipex_kg.site.signposting import Landing, Signposts
from mipex_kg.site.structured_data import PageNode, StructuredData
from mipex_kg.site.thing_pages import ThingPage


class Alternate(NamedTuple):
    """A file that says in a format for programs what a page says."""

    path: str
    media_type: str
    label: str


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


@dataclass(frozen=True)
class ThingPageWriter:
    """Writes the pages of things.

    :param here: gives the place of a page from which links lead, by its name and what is on it
    """

    publication: Publication
    language: PageLanguage
    addresses: Addresses
    classes: Classes
    listings: Listings
    describer: Describer
    ontologies: Ontologies
    thesaurus: Thesaurus
    records: Records
    structured: StructuredData
    signposts: Signposts
    privacy: Privacy
    site: SiteView
    reuse: Reuse
    pictures: PagePictures
    renderer: Renderer
    here: Callable[[str, Iterable[Term]], Here]

    def write(self, page: ThingPage) -> tuple[bytes, bool]:
        """Write a page about things, and tell whether it asks search engines to leave it out."""
        subject, describer = page.subject, self.describer
        notes = Notes(describer.grounds)
        about = describer.describe(subject, notes, is_whole=self.ontologies.is_term(subject))
        kind, extra, about = self._extra(page, about, notes)
        is_ontology = kind == "ontology"
        # The terms of an ontology are among its entries.
        sections = () if is_ontology else page.sections
        shown = [self._section(thing, notes) for thing in sections]
        notes.part()
        told = (about, *(section.about for section in shown))
        is_folded = any(each.is_folded for each in told)
        every = [describer.statements(each.thing, notes) for each in told if is_folded]
        here = self.here(page.name, (*page.things, *page.parts))
        main, title = self.classes.main.get(subject), about.label.value
        described = self._described(subject, main)
        is_private = self._is_private(page, sections, extra)
        structured = self.structured.of(page.things)
        of_page = PageNode(here.url, title, description=described, language=self.language.tag)
        data = self.renderer.render(
            [*filter(None, (_local(main), kind)), "thing"],
            here,
            structured=structured.block(of_page),
            title=title,
            summary=described,
            about=about,
            notes=notes,
            main_class=main,
            citation=self._citation(about),
            alternates=[
                Alternate(f"{page.document}{format.suffix}", format.media_type, format.label)
                for format in self.publication.project.formats_of(page.document)
            ],
            landing=self.landing(page) if self.language.is_first else None,
            is_private=is_private,
            picture=self.pictures.of(page, is_private=is_private),
            is_searched=not is_private and self.is_searched(subject),
            anchors=() if is_ontology else self._anchors(page),
            sections=shown,
            every=every,
            contents=() if is_ontology else self._contents(about, shown, notes),
            parts=list_parts(self.publication, describer.wording, page.parts, f"{page.name}/"),
            **self.reuse.told(
                subject, structured, title, described, here.url, is_private=is_private
            ),
            **extra,
        )
        return data, is_private

    def _extra(
        self, page: ThingPage, about: ThingDescription, notes: Notes
    ) -> tuple[str | None, Mapping[str, object], ThingDescription]:
        """Tell what kind of page it is, what its template needs besides, and what it says."""
        subject = page.subject
        if is_ontology(subject, self.publication.dataset):
            whole = self.ontologies.page(subject, self._named(page), notes)
            return "ontology", {"ontology": whole}, about
        if place := self._place_in_scheme(subject):
            return "thesaurus", {"place": place, "index": self._index(subject)}, about
        if self.ontologies.is_term(subject):
            entry = self.ontologies.entry(subject, about)
            return "term", {"entry": entry}, entry.about
        return self.records.kind(subject), self.records.of(subject), about

    def _is_private(
        self, page: ThingPage, sections: Iterable[Node], extra: Mapping[str, object]
    ) -> bool:
        privacy = self.privacy
        return (
            any(map(privacy.is_unlisted, (page.subject, *sections)))
            or privacy.concerns(page.parts)
            or privacy.concerns(_quoted(extra))
        )

    def is_searched(self, subject: Node) -> bool:
        """Tell whether pages like that of a thing are found: not of graphs that are mere files."""
        return self.publication.project.is_strict or self.records.kind(subject) != "graph"

    def _described(self, subject: Node, main: Node | None) -> str:
        """Say in a line what a thing is, at least of which class."""
        dataset, wording = self.publication.dataset, self.describer.wording
        if line := summary(dataset, wording, subject):
            return line.value
        cls = main or next(iter(dataset.values(subject, TYPE)), None)
        if cls is None:
            return ""
        words = {"kind": wording.class_name(cls), "title": self.site.title}
        return wording.interface["undescribed"].format(**words)

    def _contents(
        self, about: ThingDescription, sections: Iterable[ThingSection], notes: Notes
    ) -> list[PagePart]:
        return contents_of(
            about,
            [(section.fragment, section.about.label.value) for section in sections],
            sum(len(found) for _kind, found in notes.by_kind()),
            self.describer.wording.interface,
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

    def landing(self, page: ThingPage) -> Landing:
        """Give the typed links of a page."""
        main = self.classes.main.get(page.subject)
        collection = self.classes.page(main) if main else None
        return self.signposts.of_thing(page, collection)

    def _citation(self, about: ThingDescription) -> str:
        names = (about.label.value, self.site.title, self.publication.project.publisher)
        return ". ".join([*dict.fromkeys(filter(None, names)), text_of(about.thing)])


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
