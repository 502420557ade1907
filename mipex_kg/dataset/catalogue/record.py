"""What the engine adds to a project's catalogue: what it knows before anything is written.

The project describes the catalogue and its datasets. Which files they come in, at which addresses
and in which formats, follows from the settings. What the project states itself is never added to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.codes import MEDIA_TYPES, Codes, load_codes
from mipex_kg.dataset.catalogue.tables import CatalogueTable, load_tables
from mipex_kg.project import layout
from mipex_kg.project.names import Address, address_of_file
from mipex_kg.project.project import Project
from mipex_kg.rdf import formats
from mipex_kg.rdf.formats import Format
from mipex_kg.rdf.namespaces import DCAT, DCATAP, DCT, FOAF, KG, RDFS, SKOS, TYPE, VCARD
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Node, Term

CSV = ("text/csv", "CSV")
_TITLE, _DESCRIPTION = DCT.term("title"), DCT.term("description")
_PUBLISHER, _CONTACT = DCT.term("publisher"), DCAT.term("contactPoint")
_NAMES = (SKOS.term("prefLabel"), RDFS.term("label"))
_SPARQL_PROTOCOL = ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")
# What the files of a dataset have from it, and a dataset from its catalogue.
_FILES_INHERIT = tuple(DCT.term(name) for name in ("license", "rights", "language", "issued"))
_DATASETS_INHERIT = (_PUBLISHER, _CONTACT, DCT.term("license"), DCT.term("language"))


def catalogue_of(project: Project) -> ox.NamedNode:
    """Name the catalogue."""
    return ox.NamedNode(project.iri(layout.CATALOGUE))


def holdings(
    project: Project, values: Callable[[ox.NamedNode, ox.NamedNode], Iterable[Term]]
) -> dict[ox.NamedNode, ox.NamedNode]:
    """Tell which datasets of the catalogue come in files that a build writes, and what each holds.

    A dataset says so with ``kg:holds``. The only dataset of a catalogue holds the whole graph if it
    says nothing, unless it has distributions. All others are someone's data elsewhere, of which
    nothing is known but what their description says.

    :param values: gives the values of a property of a thing
    :returns: the thing by the dataset; the whole graph is named by the base
    """
    listed = values(catalogue_of(project), DCAT.term("dataset"))
    datasets = [node for node in listed if isinstance(node, ox.NamedNode)]
    held = {
        dataset: thing
        for dataset in datasets
        for thing in values(dataset, KG.term("holds"))
        if isinstance(thing, ox.NamedNode)
    }
    if not held and len(datasets) == 1 and not [*values(datasets[0], DCAT.term("distribution"))]:
        return {datasets[0]: ox.NamedNode(project.base)}
    return held


def catalogue_record(project: Project, quads: Iterable[Quad]) -> list[ox.Triple]:
    """Complete the description of a project's catalogue.

    :param quads: what the project states
    :returns: what is to be added; nothing if it has no catalogue
    :raises UsageError: when a table of the settings is not a query that can be asked as it is
    :raises SourceError: when the query of a table can't be read, or its columns are not right
    """
    quads = list(quads)
    catalogue = catalogue_of(project)
    if not any(q.subject == catalogue and q.object == DCAT.term("Catalog") for q in quads):
        return []
    draft = _Draft(quads)
    writer = _RecordWriter(project, draft, load_codes())
    held = holdings(project, draft.values)
    writer.catalogue(catalogue, is_held=bool(held))
    for dataset, thing in held.items():
        writer.dataset(catalogue, dataset, thing)
    if project.endpoint:
        writer.service(catalogue, list(held))
    writer.codes(catalogue)
    return draft.added


class _Draft:
    """What is stated, and what is added to it."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.added: list[ox.Triple] = []
        self._stated: dict[Node, dict[ox.NamedNode, list[Term]]] = defaultdict(dict)
        for quad in quads:
            self._note(quad.triple)

    def _note(self, triple: ox.Triple) -> None:
        self._stated[triple.subject].setdefault(triple.predicate, []).append(triple.object)

    @property
    def subjects(self) -> Iterable[Node]:
        """All that something is said of."""
        return self._stated

    def values(self, subject: Node, predicate: ox.NamedNode) -> list[Term]:
        """Give the values of a property, each once."""
        return list(dict.fromkeys(self._stated.get(subject, {}).get(predicate, ())))

    def nodes(self, subject: Node, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        """Give the values that are IRIs."""
        return [v for v in self.values(subject, predicate) if isinstance(v, ox.NamedNode)]

    def texts(self, subject: Node, predicate: ox.NamedNode) -> list[ox.Literal]:
        """Give the values that are literals."""
        return [v for v in self.values(subject, predicate) if isinstance(v, ox.Literal)]

    def add(self, subject: Node, predicate: ox.NamedNode, *objects: Term | None) -> None:
        """Add values, if the property has none yet."""
        if not self.values(subject, predicate):
            self.join(subject, predicate, *objects)

    def join(self, subject: Node, predicate: ox.NamedNode, *objects: Term | None) -> None:
        """Add values to those that the property has."""
        for value in objects:
            if value is not None and value not in self.values(subject, predicate):
                triple = ox.Triple(subject, predicate, value)
                self.added.append(triple)
                self._note(triple)

    def linked(self, start: Node) -> list[Term]:
        """Give all to which a thing leads, and the things that were added to."""
        subjects = dict.fromkeys([start, *(triple.subject for triple in self.added)])
        return [v for s in subjects for values in self._stated[s].values() for v in values]


class _File(NamedTuple):
    """A file in which a dataset comes.

    :param key: under which it is named
    :param name: relative to the site
    :param label: of its format
    """

    key: str
    name: str
    label: str
    media_type: str
    file_type: str
    titles: Sequence[ox.Literal]
    descriptions: Sequence[ox.Literal]


class _RecordWriter:
    """Describes one project's catalogue, datasets, files and service."""

    def __init__(self, project: Project, draft: _Draft, codes: Codes) -> None:
        self.project, self.draft, self._codes = project, draft, codes
        self.language = project.languages[0]

    def _text(self, text: str) -> ox.Literal | None:
        return ox.Literal(text, language=self.language) if text else None

    def catalogue(self, catalogue: ox.NamedNode, *, is_held: bool) -> None:
        """Describe the catalogue by the project's settings.

        :param is_held: whether the build holds one of its datasets; else what the settings say of
            the site and its languages is not said of the catalogue
        """
        project, add = self.project, self.draft.add
        add(catalogue, _TITLE, self._text(project.title))
        add(catalogue, _DESCRIPTION, self._text(project.description))
        for predicate, describe in ((_PUBLISHER, self._publisher), (_CONTACT, self._contact)):
            if not self.draft.values(catalogue, predicate):
                add(catalogue, predicate, describe())
        if project.licence:
            add(catalogue, DCT.term("license"), ox.NamedNode(project.licence))
        if is_held:
            add(catalogue, FOAF.term("homepage"), ox.NamedNode(project.site))
            spoken = (self._codes.language(tag) for tag in project.languages)
            add(catalogue, DCT.term("language"), *spoken)
        themes = self._codes.tables["data-theme"]
        if any(self._codes.table_of(theme) is themes for theme in self._themes()):
            add(catalogue, DCAT.term("themeTaxonomy"), ox.NamedNode(themes.scheme))

    def _themes(self) -> Iterator[Term]:
        for subject in self.draft.subjects:
            yield from self.draft.values(subject, DCAT.term("theme"))

    def _publisher(self) -> ox.NamedNode | None:
        name = self.project.publisher
        if not name:
            return None
        agent = ox.NamedNode(self.project.iri(f"{layout.CATALOGUE}#publisher"))
        self.draft.join(agent, TYPE, FOAF.term("Agent"), FOAF.term("Organization"))
        self.draft.add(agent, FOAF.term("name"), ox.Literal(name))
        self.draft.add(agent, RDFS.term("label"), ox.Literal(name))
        return agent

    def _contact(self) -> ox.NamedNode | None:
        address = self.project.contact
        if not address:
            return None
        contact = ox.NamedNode(self.project.iri(f"{layout.CATALOGUE}#contact"))
        name = ox.Literal(self.project.publisher or self.project.title)
        self.draft.join(contact, TYPE, VCARD.term("Kind"), VCARD.term("Organization"))
        self.draft.add(contact, VCARD.term("fn"), name)
        self.draft.add(contact, RDFS.term("label"), name)
        by = "hasEmail" if address.startswith("mailto:") else "hasURL"
        self.draft.add(contact, VCARD.term(by), ox.NamedNode(address))
        return contact

    def dataset(self, catalogue: Node, dataset: ox.NamedNode, held: ox.NamedNode) -> None:
        """Describe a dataset, and each file in which it comes.

        :param held: what its files hold
        """
        draft = self.draft
        draft.add(dataset, KG.term("holds"), held)
        for predicate in _DATASETS_INHERIT:
            draft.add(dataset, predicate, *draft.values(catalogue, predicate))
        draft.add(dataset, DCT.term("identifier"), ox.Literal(dataset.value))
        draft.add(dataset, DCT.term("accessRights"), self._codes.code("access-right", "PUBLIC"))
        if name := self._document_of(dataset):
            page = ox.NamedNode(address_of_file(self.project.site, layout.page(name)))
            draft.add(dataset, DCAT.term("landingPage"), page)
        for file in self._files(dataset, held):
            self._distribution(dataset, file)

    def _files(self, dataset: ox.NamedNode, held: ox.NamedNode) -> list[_File]:
        """Tell in which files a dataset comes: dumps and tables, or the documents of one thing."""
        titles = self.draft.texts(dataset, _TITLE)
        if held.value == self.project.base:
            dumps = [
                _graph_file(format, self.project.name, titles, has_graphs=format.quads)
                for format in formats.FORMATS
            ]
            return [*dumps, *map(self._table, load_tables(self.project))]
        name = self._document_of(held)
        if name is None:
            return []
        return [
            _graph_file(format, name, titles, has_graphs=format is formats.TRIG)
            for format in self.project.formats_of(name)
        ]

    def _document_of(self, node: ox.NamedNode) -> str | None:
        """Name the document that describes a thing, relative to the site and without a suffix."""
        address = self.project.names.address(node.value)
        return self._file_names.get(address) if address else None

    @cached_property
    def _file_names(self) -> Mapping[Address, str]:
        """Name the documents of all that is described."""
        names = self.project.names
        iris = (node.value for node in self.draft.subjects if isinstance(node, ox.NamedNode))
        return names.files(filter(None, map(names.address, iris)))

    def _table(self, table: CatalogueTable) -> _File:
        query = table.query
        titles = [text] if (text := self._text(query.title)) else []
        descriptions = [text] if (text := self._text(query.description or query.title)) else []
        return _File(f"table-{query.name}", table.path, "CSV", *CSV, titles, descriptions)

    def _distribution(self, dataset: ox.NamedNode, file: _File) -> None:
        draft, add = self.draft, self.draft.add
        node = ox.NamedNode(f"{dataset.value}#{file.key}")
        address = ox.NamedNode(address_of_file(self.project.site, file.name))
        draft.join(dataset, DCAT.term("distribution"), node)
        draft.join(node, TYPE, DCAT.term("Distribution"))
        add(node, _TITLE, *file.titles)
        add(node, _DESCRIPTION, *file.descriptions)
        add(node, DCAT.term("accessURL"), address)
        add(node, DCAT.term("downloadURL"), address)
        add(node, DCT.term("format"), self._codes.code("file-type", file.file_type))
        add(node, DCAT.term("mediaType"), ox.NamedNode(MEDIA_TYPES + file.media_type))
        add(
            node,
            DCATAP.term("availability"),
            self._codes.code("planned-availability", "AVAILABLE"),
        )
        for predicate in _FILES_INHERIT:
            add(node, predicate, *draft.values(dataset, predicate))

    def service(self, catalogue: ox.NamedNode, datasets: Sequence[ox.NamedNode]) -> None:
        """Describe the endpoint that answers questions in SPARQL.

        :param datasets: that it serves
        """
        draft, add = self.draft, self.draft.add
        node = ox.NamedNode(f"{catalogue.value}#sparql")
        draft.join(catalogue, DCAT.term("service"), node)
        draft.join(node, TYPE, DCAT.term("DataService"))
        title = ox.Literal(f"{self.project.title} (SPARQL)", language=self.language)
        add(node, _TITLE, title)
        add(node, DCAT.term("endpointURL"), ox.NamedNode(self.project.endpoint))
        add(node, DCAT.term("endpointDescription"), ox.NamedNode(self.project.site + layout.VOID))
        add(node, DCAT.term("servesDataset"), *datasets)
        add(node, DCT.term("conformsTo"), _SPARQL_PROTOCOL)
        for predicate in (_PUBLISHER, _CONTACT, DCT.term("license")):
            add(node, predicate, *draft.values(catalogue, predicate))
        for name in ("theme", "keyword"):
            predicate = DCAT.term(name)
            draft.join(node, predicate, *(v for d in datasets for v in draft.values(d, predicate)))

    def codes(self, catalogue: Node) -> None:
        """Name each code that is used, unless the project does; what it is, catalog.* says."""
        for node in dict.fromkeys(self.draft.linked(catalogue)):
            for subject, predicate, value in self._codes.describe(node):
                if predicate in _NAMES:
                    self.draft.add(subject, predicate, value)


def _graph_file(
    format: Format, name: str, titles: Iterable[ox.Literal], *, has_graphs: bool
) -> _File:
    """Tell of a file with statements.

    :param has_graphs: whether each statement is in the graph that says what it is based on
    """
    how = (
        "each in the graph that says what it is based on"
        if has_graphs
        else "without the graphs that say what each is based on"
    )
    description = ox.Literal(f"All statements, {how}, as {format.label}.", language="en")
    titled = [
        ox.Literal(f"{title.value} ({format.label})", language=title.language) for title in titles
    ]
    return _File(
        format.name,
        name + format.suffix,
        format.label,
        format.media_type,
        format.file_type,
        titled,
        [description],
    )
