"""The pages by which visitors find their way: front, classes, questions, rules, data, search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

import pyoxigraph as ox

from mipex_kg.dataset.assembly import parse_project_file
from mipex_kg.dataset.catalogue.tables import CatalogueTable, load_tables
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.iris import to_uri
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.catalogue import citing, croissant
from mipex_kg.site.catalogue.measured import describes_catalogue, whole_dataset
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.addresses import Addresses
from mipex_kg.site.pages.answers import lay_out
from mipex_kg.site.pages.ask import Ask
from mipex_kg.site.pages.classes import Classes
from mipex_kg.site.pages.descriptions import summary
from mipex_kg.site.pages.here import Here
from mipex_kg.site.pages.library import AnsweredQuery, answer_library, with_prologue
from mipex_kg.site.pages.list_columns import Columns, ListColumns
from mipex_kg.site.pages.listings import Listing, Listings
from mipex_kg.site.pages.network import Network
from mipex_kg.site.pages.ontology import Ontologies
from mipex_kg.site.pages.parts import list_parts
from mipex_kg.site.pages.rendering import Renderer, SiteView
from mipex_kg.site.pages.shapes import rule_groups
from mipex_kg.site.pages.texts import ProjectText
from mipex_kg.site.pages.tiles import TileMap
from mipex_kg.site.pages.translations import PageLanguage
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.privacy import Privacy
from mipex_kg.site.signposting import Signposts, linkset_files
from mipex_kg.site.structured_data import PageNode, StructuredData
from mipex_kg.sparql.named_queries import in_groups
from mipex_kg.validation.judging import engine_shapes

# The pages that every site has, but for that of what isn't there.
_ALWAYS = (layout.FRONT, layout.CLASSES, layout.RULES, layout.DATA, layout.ABOUT, layout.SEARCH)
# Where `mipex-kg serve` answers.
_SERVED = "http://127.0.0.1:8000"
# So many members of a class are named where its page is summed up.
_FEW = 5
# A small project shows at once what there is: of a class with no more members, each.
_SMALL = 12


class Member(NamedTuple):
    """A thing on the page of its class.

    :param anchor: of its place in the list, if the index by letters leads there
    """

    thing: Node
    label: TaggedText
    summary: TaggedText | None
    anchor: str


class Dump(NamedTuple):
    """A file with the whole graph."""

    path: str
    label: str
    media_type: str
    has_sources: bool


@dataclass(frozen=True)
class Overview:
    """Writes the pages that are not about one thing."""

    publication: Publication
    wording: Wording
    classes: Classes
    listings: Listings
    ontologies: Ontologies
    addresses: Addresses
    texts: Mapping[str, ProjectText]
    renderer: Renderer
    structured: StructuredData
    map: TileMap | None
    network: Network | None
    ask: Ask | None
    signposts: Signposts
    privacy: Privacy
    language: PageLanguage
    columns: ListColumns
    site: SiteView
    has_text_index: bool
    here: Callable[[str, Iterable[Term]], Here]
    unlisted: set[str] = field(default_factory=set)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Write them all, with their names relative to the site."""
        yield from self._front()
        yield from self._classes()
        yield from self._library()
        yield from self._rules()
        yield from self._network()
        yield from self._own_texts()
        yield from self._ask()
        yield from self._page(layout.ABOUT, *self._words("about"), kind="AboutPage")
        yield from self._search()
        if self.language.is_first:
            yield from self._page(layout.NOT_FOUND, *self._words("not-found"))

    def names(self) -> Iterator[str]:
        """Name them, without writing any, but for the page of what isn't there."""
        yield from _ALWAYS
        for listing in self.listings.all():
            yield from listing.names()
        files = self.publication.project.query_files
        yield from [layout.QUERIES, *(layout.query(path.stem) for path in files)] if files else []
        yield from [layout.NETWORK] if self.network is not None else []
        yield from (name for name, text in self.texts.items() if text.is_own_page)
        yield from [layout.ASK] if self.ask is not None else []

    @cached_property
    def tables(self) -> list[CatalogueTable]:
        """The tables that the catalogue offers."""
        project = self.publication.project
        offered = describes_catalogue(project, self.publication.dataset)
        return load_tables(project) if offered else []

    def _words(self, key: str) -> tuple[str, str]:
        """Give the title and the summary of a page of the engine's."""
        return self.wording.interface[key], self.wording.interface[f"{key}-lead"]

    def _page(
        self,
        name: str,
        title: str | TaggedText,
        summary: str,
        *,
        template: str | None = None,
        kind: str = "WebPage",
        items: Sequence[str] = (),
        members: Sequence[Node] = (),
        named: Iterable[Term | None] = (),
        **values: object,
    ) -> Iterator[tuple[str, bytes]]:
        """Write a page and its link sets.

        :param kind: local name of its class in schema.org
        :param items: paths of the files that it offers
        :param members: the things that it lists
        :param named: whatever else it names or quotes
        """
        text = self.texts.get(name)
        path = self.language.folder + layout.page(name)
        here = self.here(name, self._led_to(name))
        heading = text.heading if text else title
        title = text.title if text else title
        if text and name != layout.FRONT:
            summary = text.summary
        block = self.structured.block(
            [], PageNode(here.url, str(title), kind, language=self.language.tag)
        )
        # What isn't there is nothing to be cited; the pages in the first language lead to the data.
        is_landing = self.language.is_first and name != layout.NOT_FOUND
        landing = self.signposts.of_page(path, kind, items, members) if is_landing else None
        is_private = self.privacy.concerns((*members, *named))
        if is_private:
            self.unlisted.add(path)
        told: dict[str, object] = {"title": title, "summary": summary, "text": text}
        told["heading"] = heading
        told |= {"structured": block, "is_private": is_private}
        yield (
            path,
            self.renderer.render([template or name], here, landing=landing, **told, **values),
        )
        if landing:
            yield from linkset_files(path, landing)

    def _search(self) -> Iterator[tuple[str, bytes]]:
        title, lead = self._words("search")
        if not self.has_text_index:
            lead = self.wording.interface["search-lead-names"]
        yield from self._page(layout.SEARCH, title, lead, lead=lead)

    def _front(self) -> Iterator[tuple[str, bytes]]:
        title = self.site.title
        figures = [(cls, len(self.classes.members[cls])) for cls in self.classes.featured]
        yield from self._page(
            layout.FRONT,
            title,
            self.site.description,
            figures=figures,
            shown=[cls for cls, number in figures if number <= _SMALL and self._is_named(cls)],
            map=self.map,
            parts=list_parts(self.publication, self.wording, self._led_to(layout.FRONT), ""),
        )

    def _is_named(self, cls: Node) -> bool:
        """Tell whether half of the members of a class have names: codes tell a visitor nothing."""
        members, label = self.classes.members[cls], self.publication.dataset.label
        return 2 * sum(1 for thing in members if label(thing)) >= len(members)

    def _classes(self) -> Iterator[tuple[str, bytes]]:
        rest = [cls for cls in self.classes.members if cls not in self.classes.featured]
        yield from self._page(
            layout.CLASSES, *self._words("classes"), template="classes", rest=rest
        )
        for listing in self.listings.all():
            columns = self.columns.of(listing.cls, listing.things)
            for part in range(1, len(listing.whole.parts) + 1):
                yield from self._list_part(listing, part, columns)

    def _list_part(
        self, listing: Listing, part: int, columns: Columns | None
    ) -> Iterator[tuple[str, bytes]]:
        """Write a page that lists things: all of a list, or so many as fit.

        :param part: its number; the first is 1
        """
        whole, names = listing.whole, listing.names()
        things, last = whole.parts[part - 1], len(names)
        anchors = {letter.entry: letter.anchor for letter in whole.letters if letter.part == part}
        members = [self._member(thing, anchors.get(n, "")) for n, thing in enumerate(things)]
        title = listing.title
        if last > 1:
            title = self.wording.interface["part"].format(title=title, n=part, of=last)
        is_of_class = self.listings.of_class.get(listing.cls) is listing
        has_tiles = self.map and listing.cls == self.map.cls and part == 1 and is_of_class
        yield from self._page(
            names[part - 1],
            title,
            self._listed(listing, members),
            template="class",
            kind="CollectionPage",
            members=things,
            cls=listing.cls,
            listed=members,
            columns=columns,
            total=len(listing.things),
            letters=listing.letters(),
            before=layout.page(names[part - 2]) if part > 1 else None,
            after=layout.page(names[part]) if part < last else None,
            map=self.map if has_tiles else None,
            tree=self.ontologies.tree(listing.things) if part == 1 and is_of_class else [],
        )

    def _listed(self, listing: Listing, members: list[Member]) -> str:
        """Sum up a page of a list: how many things it has, and the first of them."""
        total, cls = len(listing.things), listing.cls
        named = self.wording.plural(cls) if total != 1 else self.wording.class_name(cls)
        count = self.wording.interface["count"].format(n=total, plural=named)
        shown = [member for member in members if member.thing not in self.privacy.unlisted]
        names = ", ".join(member.label.value for member in shown[:_FEW])
        return f"{count}: {names}{', …' if total > _FEW else ''}"

    def _led_to(self, name: str) -> Sequence[Node]:
        """Give the things whose addresses lead to a page that is about none of them."""
        return self.publication.of_front if name == layout.FRONT else ()

    def _member(self, thing: Node, anchor: str) -> Member:
        line = summary(self.publication.dataset, self.wording, thing)
        return Member(thing, self.wording.label(thing), line, anchor)

    def _library(self) -> Iterator[tuple[str, bytes]]:
        answers = answer_library(
            self.publication.project,
            self.publication.dataset,
            isolated=self.publication.isolated,
        )
        if not answers:
            return
        groups = in_groups(answer.query for answer in answers)
        yield from self._page(layout.QUERIES, *self._words("queries"), groups=groups)
        for answer in answers:
            yield from self._query(answer)

    def _query(self, answer: AnsweredQuery) -> Iterator[tuple[str, bytes]]:
        name = answer.query.name
        text = with_prologue(answer.text, self.publication.dataset.prefixes)
        files = answer.files or {}
        if self.language.is_first:
            yield layout.query_source(name), text.encode()
            for suffix, data in files.items():
                yield layout.query(name, suffix), data
        offered = [*(layout.query(name, suffix) for suffix in files), layout.query_source(name)]
        table = next((t for t in self.tables if t.query.name == name), None)
        yield from self._page(
            layout.query(name),
            TaggedText(answer.query.title, self.publication.project.languages[0]),
            answer.query.description,
            template="query",
            answer=answer,
            shown=lay_out(answer, self.wording),
            written=text,
            files=offered,
            items=offered,
            table=table,
            named=list(_shown(answer)),
        )

    def _rules(self) -> Iterator[tuple[str, bytes]]:
        project = self.publication.project
        own = [parse_project_file(path, project) for path in project.shapes_files]
        quads = [
            quad
            for file in (*own, engine_shapes(self.publication.dataset.schema_org))
            for quad in file.quads
        ]
        groups = rule_groups(quads, self.wording)
        shown = (text for g in groups for rule in g.rules for text in (rule.message, rule.hint))
        named = [ox.Literal(text.value) for text in shown if text]
        yield from self._page(layout.RULES, *self._words("rules"), groups=groups, named=named)

    def data(self, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
        """Write the page from which the data are downloaded, once they have been written.

        :param sizes: of the files of the site, in bytes, by their names
        """
        project = self.publication.project
        dumps = [
            Dump(name, f.label, f.media_type, f.quads)
            for f in formats.FORMATS
            if (name := f"{project.name}{f.suffix}") in sizes
        ]
        is_placed, at = project.is_placed, to_uri(project.site).replace("'", "%27")
        triples = sum(1 for _ in self.publication.dataset.merged())
        items = [*(dump.path for dump in dumps), *(table.path for table in self.tables)]
        yield from self._page(
            layout.DATA,
            *self._words("data"),
            items=items,
            dumps=dumps,
            triples=triples,
            tables=self.tables,
            sizes={
                name: self.wording.numbers.size(sizes[name]) if name in sizes else ""
                for name in items
            },
            stem=project.name,
            address=at if is_placed else f"{_SERVED}{urlsplit(at).path}",
            descriptions=self._descriptions(),
        )

    def _descriptions(self) -> list[tuple[str, str]]:
        """Name the files that describe the data for programs, and what each is written in."""
        project, dataset = self.publication.project, self.publication.dataset
        if not describes_catalogue(project, dataset):
            return []
        files = [(layout.catalogue(formats.TURTLE), "DCAT-AP"), (layout.VOID, "VoID")]
        whole = whole_dataset(project, dataset)
        if whole is None:
            return files[:1]
        if croissant.is_loadable(whole, dataset):
            files.append((layout.CROISSANT, "Croissant"))
        if citing.is_citable(whole, dataset):
            files += [(layout.CITATION, "CITATION.cff"), (layout.DATACITE, "DataCite")]
        return files

    def _ask(self) -> Iterator[tuple[str, bytes]]:
        if self.ask is None:
            return
        yield from self._page(layout.ASK, *self._words("ask"), ask=self.ask)
        yield self.ask.settings()
        if self.language.is_first:
            yield from self.ask.files()

    def _network(self) -> Iterator[tuple[str, bytes]]:
        if self.network is not None:
            words, named = self._words("network"), tuple(self.network.labels)
            yield from self._page(layout.NETWORK, *words, network=self.network, named=named)

    def _own_texts(self) -> Iterator[tuple[str, bytes]]:
        for name, text in self.texts.items():
            if text.is_own_page:
                yield from self._page(name, text.title, text.summary, template="text")


def _shown(answer: AnsweredQuery) -> Iterator[Term | None]:
    """Give what the page of an answer shows: the terms of its rows, or a text of triples."""
    for row in answer.rows:
        yield from row
    if answer.files and ".ttl" in answer.files:
        yield ox.Literal(answer.files[".ttl"].decode())
