"""Codes of the EU's tables and of ADMS, licences and media types: what a catalogue says of each.

A catalogue that says what its codes are passes DCAT-AP's shapes with no background data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import DCT, RDFS, SKOS, TYPE
from mipex_kg.rdf.terms import Node, Term, text_of

_NAMES = (SKOS.term("prefLabel"), RDFS.term("label"))
_LICENCES = "http://publications.europa.eu/resource/authority/licence/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


class CodeTable(NamedTuple):
    """A table of codes.

    :param scheme: its IRI
    :param cls: IRI of the class of its codes, besides ``skos:Concept``; empty for none
    :param whole: whether ``names`` has all of its codes
    :param names: a name to show for each code
    """

    scheme: str
    title: str
    cls: str
    whole: bool
    names: Mapping[str, str]

    @property
    def start(self) -> str:
        """What the IRIs of its codes begin with."""
        return self.scheme.removesuffix("/1.0") + "/"


class Licence(NamedTuple):
    """A licence that portals know.

    :param title: by which CKAN knows it
    :param kind: its code in the table ``licence-type``
    :param spdx: its identifier in the list of SPDX
    :param code: its code in the EU's table of licences
    """

    title: str
    name: str
    kind: str
    spdx: str
    code: str


class Quality(NamedTuple):
    """What data.europa.eu's quality score takes for good.

    :param machine_readable: file types, as codes
    :param non_proprietary: file types, as codes
    :param media_types: those that it knows, without the beginning of their IRIs
    :param licences: IRIs of those that it knows
    """

    machine_readable: frozenset[str]
    non_proprietary: frozenset[str]
    media_types: frozenset[str]
    licences: frozenset[str]


@dataclass(frozen=True)
class Codes:
    """All that is known of codes.

    :param tables: by their names
    :param languages: for each language tag, the code in the table ``language``
    :param licences: by their IRIs
    :param quality: for the quality score
    """

    tables: Mapping[str, CodeTable]
    languages: Mapping[str, str]
    licences: Mapping[str, Licence]
    quality: Quality

    def licence(self, iri: str) -> Licence | None:
        """Give what is known of a licence, whether its address begins with http: or with https:.

        >>> known, address = load_codes(), "//creativecommons.org/publicdomain/zero/1.0/"
        >>> {known.licence(f"{scheme}:{address}").spdx for scheme in ("http", "https")}
        {'CC0-1.0'}
        >>> known.licence(f"{_LICENCES}CC_BY_4_0").spdx
        'CC-BY-4.0'
        """
        return self._licences.get(_without_scheme(iri))

    @cached_property
    def _licences(self) -> Mapping[str, Licence]:
        return {
            _without_scheme(iri): licence
            for address, licence in self.licences.items()
            for iri in (address, _LICENCES + licence.code)
        }

    def code(self, table: str, name: str) -> ox.NamedNode:
        """Give the IRI of a code.

        >>> load_codes().code("data-theme", "SOCI").value
        'http://publications.europa.eu/resource/authority/data-theme/SOCI'
        """
        return ox.NamedNode(self.tables[table].start + name)

    def language(self, tag: str) -> ox.NamedNode | None:
        """Give the code of a language; None for one that isn't in the table.

        >>> load_codes().language("de-CH").value[-3:]
        'DEU'
        """
        name = self.languages.get(tag.lower().partition("-")[0])
        return self.code("language", name) if name else None

    def table_of(self, node: Term) -> CodeTable | None:
        """Tell to which table an IRI belongs by its beginning, be it a code of it or not."""
        if not isinstance(node, ox.NamedNode):
            return None
        tables = self.tables.values()
        return next((t for t in tables if node.value.startswith(t.start)), None)

    def is_wrong(self, node: Term) -> bool:
        """Tell whether an IRI looks like a code of a table that is known whole and has none such.

        >>> codes = load_codes()
        >>> codes.is_wrong(codes.code("data-theme", "SOCI"))
        False
        >>> codes.is_wrong(codes.code("data-theme", "MIGR"))
        True
        """
        table = self.table_of(node)
        if table is None or not isinstance(node, ox.NamedNode) or node.value == table.scheme:
            return False
        return table.whole and node.value.removeprefix(table.start) not in table.names

    def name(self, node: Term) -> str | None:
        """Name a code, a table, a licence or a media type, be it with http: or https:.

        >>> load_codes().name(ox.NamedNode("http://creativecommons.org/licenses/by/4.0/"))
        'Creative Commons Attribution 4.0 International'
        """
        if not isinstance(node, ox.NamedNode):
            return None
        scheme, colon, rest = node.value.partition(":")
        twin = ox.NamedNode(("https" if scheme == "http" else "http") + colon + rest)
        told = (triple for each in (node, twin) for triple in self.describe(each))
        names = (text_of(t.object) for t in told if t.predicate in _NAMES)
        return next(names, None)

    def describe(self, node: Term) -> Iterator[ox.Triple]:
        """Say what a code, a table, a licence or a media type is; of anything else, nothing."""
        if not isinstance(node, ox.NamedNode):
            return
        if node.value.startswith(MEDIA_TYPES):
            name = node.value.removeprefix(MEDIA_TYPES)
            yield ox.Triple(node, TYPE, DCT.term("MediaType"))
            yield ox.Triple(node, RDFS.term("label"), ox.Literal(name))
        elif licence := self.licence(node.value):
            yield ox.Triple(node, TYPE, DCT.term("LicenseDocument"))
            yield ox.Triple(node, DCT.term("title"), _english(licence.title))
            yield ox.Triple(node, SKOS.term("prefLabel"), _english(licence.name))
            yield ox.Triple(node, DCT.term("type"), self.code("licence-type", licence.kind))
        elif table := self.table_of(node):
            yield from _code(node, table)
        else:
            tables = (table for table in self.tables.values() if table.scheme == node.value)
            for table in tables:
                yield from _table(node, table)


def _code(node: ox.NamedNode, table: CodeTable) -> Iterator[ox.Triple]:
    if node.value == table.scheme:
        yield from _table(node, table)
    elif name := table.names.get(node.value.removeprefix(table.start)):
        yield ox.Triple(node, TYPE, SKOS.term("Concept"))
        if table.cls:
            yield ox.Triple(node, TYPE, ox.NamedNode(table.cls))
        yield ox.Triple(node, SKOS.term("prefLabel"), _english(name))
        yield ox.Triple(node, SKOS.term("inScheme"), ox.NamedNode(table.scheme))


def _table(node: Node, table: CodeTable) -> Iterator[ox.Triple]:
    yield ox.Triple(node, TYPE, SKOS.term("ConceptScheme"))
    yield ox.Triple(node, DCT.term("title"), _english(table.title))
    yield ox.Triple(node, SKOS.term("prefLabel"), _english(table.title))


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def _without_scheme(iri: str) -> str:
    return iri.removeprefix("http:").removeprefix("https:")


def load_codes() -> Codes:
    """Read the tables that ship with the engine."""
    file = resources.files("mipex_kg.dataset.catalogue") / "codes.toml"
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    tables = {
        name: CodeTable(t["scheme"], t["title"], t.get("class", ""), t["whole"], t["codes"])
        for name, t in document["tables"].items()
    }
    licences = {iri: Licence(**values) for iri, values in document["licences"].items()}
    quality = Quality(**{name: frozenset(items) for name, items in document["quality"].items()})
    return Codes(tables, document["languages"], licences, quality)
