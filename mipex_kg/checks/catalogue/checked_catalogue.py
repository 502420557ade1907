"""A catalogue that is to be checked, and how a finding about it is made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.dataset.catalogue.codes import Codes
from mipex_kg.project.names import file_at
from mipex_kg.rdf.namespaces import DCAT, DCATAP, DCT, FOAF, PREFIXES, VCARD, shorten
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.report import Finding, Severity

ADMS = "http://www.w3.org/ns/adms#"
# Where a project describes its catalogue, if nobody says otherwise.
CATALOGUE_FILE = "data/catalogue.trig"
# What rules are about, by the local names of DCAT's classes.
KINDS = ("Catalog", "Dataset", "Distribution", "DataService")
SHOWN = {**PREFIXES, "dcat": DCAT, "dcatap": DCATAP, "foaf": FOAF, "vcard": VCARD, "adms": ADMS}


class CatalogueOrigin(NamedTuple):
    """Where what a catalogue tells comes from.

    :param held: the datasets that come in files of the build
    :param file_of: names the file of the project that describes a thing; None if none does
    :param is_unseen: says of a path below the site whether only its host knows if it is there
    """

    held: Collection[Term]
    file_of: Callable[[Term], str | None]
    is_unseen: Callable[[str], bool]


@dataclass(frozen=True)
class CheckedCatalogue:
    """A catalogue, and what it describes.

    :param site: where the files lie
    :param origin: where the project says what is in it
    :param sizes: of the files that are there, in bytes, by their names relative to the site; None
        where nobody knows, of one file or of all
    """

    graph: CatalogueGraph
    codes: Codes
    site: str
    sizes: Mapping[str, int | None] | None = None
    origin: CatalogueOrigin | None = None

    def of_kinds(self) -> Iterator[tuple[str, Term]]:
        """Give all that rules are about, with its class."""
        for name in KINDS:
            for node in self.graph.members(name):
                yield name, node

    def name(self, file: Term) -> str | None:
        """Name a file relative to the site; None if it lies elsewhere."""
        addresses = self.graph.texts(file, DCAT.term("downloadURL"))
        names = (file_at(self.site, address) for address in addresses)
        return next((name for name in names if name is not None), None)

    def how_to_state(self, node: Term, predicate: ox.NamedNode, otherwise: str = "") -> str:
        """Say what to do about a property that is missing.

        :param otherwise: the hint for what the build describes; of a dataset that it doesn't hold,
            and of its files, only a file of the project says anything
        """
        if otherwise and self.is_built(node, predicate):
            return otherwise
        file = (self.origin and self.origin.file_of(self._whole(node))) or CATALOGUE_FILE
        return f"State {shown(predicate)} in {file}."

    def is_built(self, node: Term, predicate: ox.NamedNode) -> bool:
        """Tell whether the build states a property that the project doesn't state."""
        if self.origin is None:
            return True
        if node in self.graph.members("Catalog"):
            return predicate != DCT.term("language") or bool(self.origin.held)
        whole = self._whole(node)
        if whole in self.graph.members("Dataset"):
            return whole in self.origin.held
        return self.origin.file_of(whole) is None

    def _whole(self, node: Term) -> Term:
        """Give the dataset of which something is a file; else the thing itself."""
        datasets = self.graph.members("Dataset")
        return next((d for d in datasets if node in self.graph.files(d)), node)


def shown(predicate: ox.NamedNode) -> str:
    """Write a property for people.

    >>> shown(DCAT.term("theme"))
    'dcat:theme'
    """
    return shorten(predicate.value, SHOWN)


def finding(
    check: str,
    message: str,
    hint: str,
    node: Term,
    predicate: ox.NamedNode,
    *,
    value: Term | None = None,
    severity: Severity = Severity.VIOLATION,
) -> Finding:
    """Make a finding about a property of something in a catalogue."""
    return Finding(severity, check, message, hint, node, shown(predicate), value)
