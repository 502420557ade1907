"""What is checked: a project and its site, of which nothing is read before it is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.checks.catalogue.checked_catalogue import (
    SHOWN,
    CatalogueOrigin,
    CheckedCatalogue,
)
from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.checks.mirror import Mirror
from mipex_kg.checks.site import BuiltSite, open_site
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.catalogue.codes import load_codes
from mipex_kg.dataset.catalogue.properties import ADDRESSES
from mipex_kg.dataset.catalogue.record import catalogue_of, holdings
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import in_http
from mipex_kg.rdf.parsing import ParsedFile, parse_file
from mipex_kg.rdf.terms import Term, text_of
from mipex_kg.site.catalogue.measured import describes_catalogue
from mipex_kg.site.documents import Publication
from mipex_kg.system.errors import SourceError
from mipex_kg.validation import validated
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Place

CATALOGUE = layout.catalogue(formats.TURTLE)


class View(NamedTuple):
    """What a reader makes of what it is shown.

    :param sees: in a few words
    :param skipped: why it isn't asked at all
    """

    sees: str = ""
    findings: Iterable[Finding] = ()
    skipped: str = ""


class CatalogueFile(NamedTuple):
    """The catalogue as it was read, and where each statement stands."""

    file: ParsedFile
    catalogued: CheckedCatalogue
    places: Places

    def placed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Give findings the lines of the statements that they are about."""
        for finding in findings:
            found = self.places.place(finding)
            yield found if found.place else replace(found, place=Place(self.file.path))


@dataclass(frozen=True)
class CheckedSite:
    """What is checked.

    :param folder: where the site lies
    :param mirror: the site as a server gave it, if it was asked for; then that is its folder
    :param pythons: by which readers' own tools are run, by the names of the checks
    """

    project: Project
    folder: Path
    mirror: Mirror | None = None
    pythons: Mapping[str, Path] = field(default_factory=dict)

    @cached_property
    def dataset(self) -> Dataset:
        """The project's dataset, valid or not."""
        return load_project_dataset(self.project)

    @cached_property
    def publication(self) -> Publication:
        """What is published; only a valid dataset is."""
        return Publication(validated.validated(self.project))

    @cached_property
    def site(self) -> BuiltSite:
        """The built site."""
        mirror, project = self.mirror, self.project
        site = open_site(self.folder, project) if mirror is None else mirror.site(project)
        return replace(site, stated=self._stated_addresses, mentioned=self._mentioned_addresses)

    def _stated_addresses(self) -> set[str]:
        quads = (quad for file in self.dataset.files for quad in file.quads)
        return {text_of(q.object) for q in quads if in_http(q.predicate) in ADDRESSES}

    def _mentioned_addresses(self) -> set[str]:
        parts = ("subject", "predicate", "object")
        terms = (t for file in self.dataset.files for p in parts for t in file.quads.all_of(p))
        return {term.value for term in terms if isinstance(term, ox.NamedNode)}

    @cached_property
    def has_catalogue(self) -> bool:
        """Whether there is a catalogue, or should be one."""
        return CATALOGUE in self.site.files or describes_catalogue(self.project, self.dataset)

    @property
    def without_catalogue(self) -> str:
        """What is said where there is none."""
        return f"The data do not describe {catalogue_of(self.project)} as a dcat:Catalog."

    @cached_property
    def _catalogue(self) -> CatalogueFile | SourceError:
        try:
            file = self.parsed(CATALOGUE)
        except SourceError as error:
            return error
        graph = CatalogueGraph(quad.triple for quad in file.quads)
        site, origin = self.site, CatalogueOrigin(self.held, self.file_of, self.site.is_unseen)
        catalogued = CheckedCatalogue(graph, load_codes(), site.address, site.sizes, origin)
        return CatalogueFile(file, catalogued, Places([file], SHOWN))

    @cached_property
    def held(self) -> frozenset[Term]:
        """The datasets of the catalogue that come in files of the build."""
        return frozenset(holdings(self.project, self.dataset.values))

    def file_of(self, node: Term) -> str | None:
        """Name the file of the project that describes a thing, relative to the project."""
        files = (f for f in self.dataset.files if any(q.subject == node for q in f.quads))
        found = next(files, None)
        return os.path.relpath(found.path, self.project.root) if found else None

    def catalogue(self) -> CatalogueFile:
        """Read the catalogue as harvesters do.

        :raises SourceError: when it isn't there or can't be read
        """
        if isinstance(self._catalogue, SourceError):
            raise self._catalogue
        return self._catalogue

    def triples(self, name: str) -> list[ox.Triple]:
        """Read the statements of one of the site's files.

        :raises SourceError: when it isn't there or can't be read
        """
        return [quad.triple for quad in self.parsed(name).quads]

    def parsed(self, name: str) -> ParsedFile:
        """Parse one of the site's files, in which relative IRIs belong to its address.

        :raises SourceError: when it isn't there or can't be read
        """
        return parse_file(
            self.site.path(name), base=self.site.address + name, contexts=self.project.contexts
        )
