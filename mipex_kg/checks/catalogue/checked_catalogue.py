"""A catalogue that is to be checked, and how a finding about it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.checks.catalogue.graph import CatalogueGraph
from mipex_kg.dataset.catalogue.codes import Codes
from mipex_kg.rdf.namespaces import DCAT, DCATAP, FOAF, PREFIXES, VCARD, shorten
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.report import Finding, Severity

ADMS = "http://www.w3.org/ns/adms#"
# What rules are about, by the local names of DCAT's classes.
KINDS = ("Catalog", "Dataset", "Distribution", "DataService")
SHOWN = {**PREFIXES, "dcat": DCAT, "dcatap": DCATAP, "foaf": FOAF, "vcard": VCARD, "adms": ADMS}


@dataclass(frozen=True)
class CheckedCatalogue:
    """A catalogue, and what it tells of.

    :param site: where the files lie
    :param sizes: of the files that are there, in bytes, by their names relative to the site; None
        where nobody knows, of one file or of all
    """

    graph: CatalogueGraph
    codes: Codes
    site: str
    sizes: Mapping[str, int | None] | None = None

    def of_kinds(self) -> Iterator[tuple[str, Term]]:
        """Give all that rules are about, with its class."""
        for name in KINDS:
            for node in self.graph.members(name):
                yield name, node

    def name(self, file: Term) -> str | None:
        """Name a file relative to the site; None if it lies elsewhere."""
        addresses = self.graph.texts(file, DCAT.term("downloadURL"))
        ours = (a.removeprefix(self.site) for a in addresses if a.startswith(self.site))
        return next(ours, None)


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
