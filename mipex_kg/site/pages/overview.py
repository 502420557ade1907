"""The pages by which visitors find their way: front, classes, questions, rules, data, search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

import pyoxigraph as ox

from mipex_kg.dataset.assembly import parse_project_file
from mipex_kg.dataset.catalogue.tables import CatalogueTable, load_tables
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.rdf.terms import Node, Term
from mipex_kg.site.catalogue import citing, croissant
from mipex_kg.site.catalogue.measured import describes_catalogue, whole_dataset
from mipex_kg.site.documents import Publication
from mipex_kg.site.pages.addresses import Addresses, root
from mipex_kg.site.pages.ask import Ask
from mipex_kg.site.pages.classes import Classes
from mipex_kg.site.pages.library import MOST_ROWS, AnsweredQuery, answer_library, with_prologue
from mipex_kg.site.pages.network import Network
from mipex_kg.site.pages.rendering import Here, Renderer
from mipex_kg.site.pages.shapes import rule_groups
from mipex_kg.site.pages.texts import ProjectText
from mipex_kg.site.pages.thing import summary
from mipex_kg.site.pages.tiles import TileMap
from mipex_kg.site.pages.wording import TaggedText, Wording
from mipex_kg.site.privacy import Privacy
from mipex_kg.site.signposting import Signposts, linkset_files
from mipex_kg.site.structured_data import PageNode, StructuredData
from mipex_kg.validation.judging import engine_shapes

# So many members of a class are named where its page is summed up.
_FEW = 5


class Member(NamedTuple):
    """A thing on the page of its class."""

    thing: Node
    label: TaggedText
    summary: TaggedText | None


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
    addresses: Addresses
    texts: Mapping[str, ProjectText]
    renderer: Renderer
    structured: StructuredData
    map: TileMap | None
    network: Network | None
    ask: Ask | None
    signposts: Signposts
    privacy: Privacy
    unlisted: set[str] = field(default_factory=set)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Write them all, with their names relative to the site."""
        yield from self._front()
        yield from self._classes()
        yield from self._library()
        yield from self._rules()
        yield from self._data()
        yield from self._network()
        yield from self._own_texts()
        yield from self._ask()
        yield from self._page(layout.SEARCH, *self._words("search"))
        yield from self._page(layout.NOT_FOUND, *self._words("not-found"))

    def names(self) -> Iterator[str]:
        """Name them, without writing any, but for the page of what isn't there."""
        yield from (layout.FRONT, layout.CLASSES, layout.RULES, layout.DATA, layout.SEARCH)
        yield from (layout.class_page(self.classes.names[cls]) for cls in self.classes.members)
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
        title: str,
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
        path = layout.page(name)
        # The page for what isn't there is shown at any address, so that its links begin at the top.
        way = urlsplit(self.addresses.site).path if name == layout.NOT_FOUND else root(path)
        here = Here(
            path,
            way,
            self.addresses,
            self.classes,
            self.wording,
            self.privacy.unlisted,
        )
        title = text.title if text else title
        if text and name != layout.FRONT:
            summary = text.summary
        block = self.structured.block([], PageNode(here.url, title, kind))
        # What isn't there is nothing to be cited.
        landing = (
            None if name == layout.NOT_FOUND else self.signposts.of_page(path, kind, items, members)
        )
        is_private = self.privacy.concerns((*members, *named))
        if is_private:
            self.unlisted.add(path)
        told: dict[str, object] = {"title": title, "summary": summary, "text": text}
        told |= {"structured": block, "is_private": is_private}
        yield (
            path,
            self.renderer.render([template or name], here, landing=landing, **told, **values),
        )
        if landing:
            yield from linkset_files(path, landing)

    def _front(self) -> Iterator[tuple[str, bytes]]:
        project = self.publication.project
        title = project.title
        figures = [(cls, len(self.classes.members[cls])) for cls in self.classes.featured]
        yield from self._page(
            layout.FRONT, title, project.description, figures=figures, map=self.map
        )

    def _classes(self) -> Iterator[tuple[str, bytes]]:
        rest = [cls for cls in self.classes.members if cls not in self.classes.featured]
        yield from self._page(
            layout.CLASSES, *self._words("classes"), template="classes", rest=rest
        )
        for cls, things in self.classes.members.items():
            members = [self._member(thing) for thing in things]
            name = layout.class_page(self.classes.names[cls])
            title = self.wording.plural(cls)
            tiles = self.map if self.map and cls == self.map.cls else None
            yield from self._page(
                name,
                title,
                self._listed(cls, members),
                template="class",
                kind="CollectionPage",
                members=things,
                cls=cls,
                listed=members,
                map=tiles,
            )

    def _listed(self, cls: Node, members: list[Member]) -> str:
        """Sum up the page of a class: how many members it has, and the first of them."""
        named = self.wording.plural(cls) if len(members) != 1 else self.wording.class_name(cls)
        count = self.wording.interface["count"].format(n=len(members), plural=named)
        shown = [member for member in members if member.thing not in self.privacy.unlisted]
        names = ", ".join(member.label.value for member in shown[:_FEW])
        return f"{count}: {names}{', …' if len(members) > _FEW else ''}"

    def _member(self, thing: Node) -> Member:
        line = summary(self.publication.dataset, self.wording, thing)
        return Member(thing, self.wording.label(thing), line)

    def _library(self) -> Iterator[tuple[str, bytes]]:
        answers = answer_library(
            self.publication.project,
            self.publication.dataset,
            isolated=self.publication.isolated,
        )
        if not answers:
            return
        yield from self._page(layout.QUERIES, *self._words("queries"), answers=answers)
        for answer in answers:
            yield from self._query(answer)

    def _query(self, answer: AnsweredQuery) -> Iterator[tuple[str, bytes]]:
        name = answer.query.name
        text = with_prologue(answer.text, self.publication.dataset.prefixes)
        yield layout.query_source(name), text.encode()
        files = answer.files or {}
        for suffix, data in files.items():
            yield layout.query(name, suffix), data
        offered = [*(layout.query(name, suffix) for suffix in files), layout.query_source(name)]
        table = next((t for t in self.tables if t.query.name == name), None)
        yield from self._page(
            layout.query(name),
            answer.query.title,
            answer.query.description,
            template="query",
            answer=answer,
            rows=answer.rows[:MOST_ROWS],
            written=text,
            files=offered,
            items=offered,
            table=table,
            named=list(_shown(answer)),
        )

    def _rules(self) -> Iterator[tuple[str, bytes]]:
        project = self.publication.project
        own = [parse_project_file(path, project) for path in project.shapes_files]
        quads = [quad for file in (*own, engine_shapes()) for quad in file.quads]
        groups = rule_groups(quads, self.wording)
        shown = (text for g in groups for rule in g.rules for text in (rule.message, rule.hint))
        named = [ox.Literal(text) for text in shown]
        yield from self._page(layout.RULES, *self._words("rules"), groups=groups, named=named)

    def _data(self) -> Iterator[tuple[str, bytes]]:
        project = self.publication.project
        dumps = [
            Dump(f"{project.name}{f.suffix}", f.label, f.media_type, f.quads)
            for f in formats.FORMATS
        ]
        triples = sum(1 for _ in self.publication.dataset.merged())
        items = [*(dump.path for dump in dumps), *(table.path for table in self.tables)]
        yield from self._page(
            layout.DATA,
            *self._words("data"),
            items=items,
            dumps=dumps,
            triples=triples,
            tables=self.tables,
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
