"""The pages of the site: one for every thing, and those by which visitors find their way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

import pyoxigraph as ox

from mipex_kg.documents import DOCUMENT_FORMATS, Publication
from mipex_kg.namespaces import KG, OA, TYPE
from mipex_kg.pages.addresses import Addresses, fragments, make_addresses
from mipex_kg.pages.classes import Classes, find_classes
from mipex_kg.pages.notes import Notes, address_in_source
from mipex_kg.pages.rendering import Here, Renderer, load_interface
from mipex_kg.pages.texts import FRONT, ProjectText, load_texts
from mipex_kg.pages.thing import Describer, Description, summary
from mipex_kg.pages.wording import Text, Wording
from mipex_kg.passages import passages_of
from mipex_kg.provenance import address
from mipex_kg.terms import Node, Term


class Link(NamedTuple):
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
    source: Text
    address: str


class Pages:
    """The pages of a publication."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.project, self.dataset = publication.project, publication.dataset
        self.documents = publication.things()
        self.interface = load_interface()
        self.wording = Wording(self.dataset, self.interface)
        self.addresses: Addresses = make_addresses(self.project, self.documents)
        subjects = (
            subject_of(name, things, self.project.base) for name, things in self.documents.items()
        )
        self.classes: Classes = find_classes(self.project, self.dataset, subjects, self.wording)
        self.texts: Mapping[str, ProjectText] = load_texts(
            self.project.root / "pages", self.project.page_files
        )
        self.describer = Describer(publication, self.wording)
        self.renderer = Renderer(self.project, self.interface, self._shared())

    def _shared(self) -> dict[str, Any]:
        """Give what every template knows."""
        return {
            "site": self.project,
            "navigation": self._navigation(),
            "foot": [],
            "licence": None,
            "passages": {
                passage.iri: PassagePlace(
                    ox.NamedNode(passage.iri),
                    self.wording.label(ox.NamedNode(passage.source)),
                    address_in_source(address(self.dataset, ox.NamedNode(passage.source)), passage),
                )
                for passage in passages_of(self.dataset)
            },
            "is_private": False,
            "summary": "",
            "alternates": (),
            "structured": "",
        }

    def _navigation(self) -> list[Link]:
        featured = [
            Link(f"class/{self.classes.names[cls]}.html", self.wording.plural(cls))
            for cls in self.classes.featured[:3]
        ]
        return [*featured, Link("class/index.html", self.interface["browse"])]

    def here(self, path: str) -> Here:
        """Stand on a page, to link from it."""
        return Here(path, self.addresses, self.classes, self.wording)

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
        return self.renderer.render(
            self._templates(subject, main),
            self.here(f"{name}.html"),
            title=about.label.value,
            summary=line.value if line else "",
            about=about,
            notes=notes,
            main_class=main,
            citation=self._citation(about),
            alternates=[
                Alternate(f"{name}{format.suffix}", format.media_type, format.label)
                for format in DOCUMENT_FORMATS
            ],
        )

    def _templates(self, subject: Node, main: Node | None) -> list[str]:
        """Name the templates for a thing, the most special one first."""
        local = (
            main.value.replace("#", "/").rpartition("/")[2]
            if isinstance(main, ox.NamedNode)
            else ""
        )
        return [local, "thing"]

    def _citation(self, about: Description) -> str:
        of = [self.project.title, self.project.publisher]
        return ". ".join([about.label.value, *filter(None, of), about.thing.value])

    def others(self) -> Iterator[tuple[str, bytes]]:
        """Write all files that are not about one thing, with their names relative to the site."""
        for name in ("style.css", "icon.svg"):
            file = resources.files("mipex_kg.pages") / "static" / name
            yield f"assets/{name}", file.read_bytes()


def subject_of(name: str, things: Sequence[Node], base: str) -> Node:
    """Tell which of a document's things it is about: the one of its name, else the first."""
    named = ox.NamedNode(base if name == "index" else base + name)
    return named if named in things else things[0]
