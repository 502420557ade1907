"""The catalogue as a whole: what the record says of it, and what only the written files tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.codes import Codes, load_codes
from mipex_kg.dataset.catalogue.ranges import RANGES
from mipex_kg.dataset.catalogue.record import catalogue_of, holdings
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.names import file_at
from mipex_kg.project.project import Project
from mipex_kg.rdf.languages import preference
from mipex_kg.rdf.namespaces import (
    DCAT,
    DCT,
    FOAF,
    LABELS,
    RDFS,
    SCHEMA_HTTPS,
    SKOS,
    TYPE,
    VCARD,
    XSD,
)
from mipex_kg.rdf.terms import Term, text_of

# What is told whole: the catalogue, and what belongs to it alone.
_OWN = frozenset(
    {
        *(DCAT.term(n) for n in ("Catalog", "Dataset", "DatasetSeries", "Distribution")),
        *(DCT.term(n) for n in ("Location", "PeriodOfTime", "RightsStatement")),
        *(DCT.term(n) for n in ("ProvenanceStatement", "LicenseDocument", "Standard")),
        DCAT.term("DataService"),
        VCARD.term("Kind"),
    }
)
# What is told of all else that the catalogue links: what it is, and what it is called.
_OF_OTHERS = frozenset(
    {
        TYPE,
        *LABELS,
        SCHEMA_HTTPS.term("name"),
        *(FOAF.term(n) for n in ("name", "mbox", "homepage")),
        DCT.term("type"),
        SKOS.term("inScheme"),
    }
)
_ISSUED, _MODIFIED, _BYTES = DCT.term("issued"), DCT.term("modified"), DCAT.term("byteSize")
_DOWNLOAD, _DISTRIBUTION = DCAT.term("downloadURL"), DCAT.term("distribution")
_LABEL, _NAME = RDFS.term("label"), SKOS.term("prefLabel")


@dataclass(frozen=True)
class Catalogue:
    """Datasets and files as the catalogue describes them.

    :param node: the catalogue's IRI
    :param whole: the dataset that the dumps are files of; None if there is none
    :param statements: by their subjects
    """

    node: ox.NamedNode
    whole: ox.NamedNode | None
    statements: Mapping[Term, list[ox.Triple]]

    def triples(self) -> list[ox.Triple]:
        """Give all statements, each once."""
        return list(dict.fromkeys(t for triples in self.statements.values() for t in triples))

    def values(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Give the values of a property."""
        return [t.object for t in self.statements.get(subject, ()) if t.predicate == predicate]

    def texts(self, subject: Term, predicate: ox.NamedNode) -> list[str]:
        """Give the values of a property as plain text."""
        return [text_of(value) for value in self.values(subject, predicate)]

    def in_language(
        self, subject: Term, predicate: ox.NamedNode, languages: Sequence[str]
    ) -> list[str]:
        """Give the texts of a property in one language: the most welcome that there are any in.

        If there are none in any, those without a language, or else in whichever they are.
        """
        literals = [v for v in self.values(subject, predicate) if isinstance(v, ox.Literal)]
        spoken = {literal.language or "" for literal in literals}
        chosen = min(spoken, key=lambda tag: (preference(tag, languages), tag), default=None)
        return [literal.value for literal in literals if (literal.language or "") == chosen]

    @property
    def datasets(self) -> list[Term]:
        """The datasets."""
        return self.values(self.node, DCAT.term("dataset"))


def describes_catalogue(project: Project, dataset: Dataset) -> bool:
    """Tell whether a project has a catalogue."""
    return dataset.is_a(catalogue_of(project), DCAT.term("Catalog"))


def make_catalogue(
    project: Project, dataset: Dataset, sizes: Mapping[str, int], modified: Mapping[str, str]
) -> Catalogue:
    """Tell of the datasets of a catalogue, and of the files that are there.

    A file that could not be written, since its format can't express the data, is left out.

    :param dataset: which has a catalogue
    :param sizes: of the files, in bytes, by their names relative to the site
    :param modified: the day on which each file last changed
    """
    node = catalogue_of(project)
    draft = _Measured(node, _told(dataset, node), project.site)
    draft.files(holdings(project, dataset.values), sizes, modified)
    draft.finish(load_codes())
    return Catalogue(node, whole_dataset(project, dataset), draft.statements)


def whole_dataset(project: Project, dataset: Dataset) -> ox.NamedNode | None:
    """Name the dataset that the dumps and the tables are files of, if the catalogue has one."""
    held = holdings(project, dataset.values)
    return next((found for found, thing in held.items() if thing.value == project.base), None)


def _told(dataset: Dataset, start: ox.NamedNode) -> dict[Term, list[ox.Triple]]:
    """Choose what the catalogue tells: its own things whole, of others what they are."""
    told: dict[Term, list[ox.Triple]] = {}
    waiting: list[Term] = [start]
    while waiting:
        node = waiting.pop()
        if node in told or isinstance(node, ox.Literal):
            continue
        quads = dataset.about(node)
        is_own = not _OWN.isdisjoint(q.object for q in quads if q.predicate == TYPE)
        chosen = [q.triple for q in quads if is_own or q.predicate in _OF_OTHERS]
        told[node] = list(dict.fromkeys(chosen))
        waiting += [t.object for t in told[node] if t.predicate != TYPE]
    return {node: triples for node, triples in told.items() if triples}


class _Measured:
    """A catalogue that is being completed by what was measured."""

    def __init__(
        self, node: ox.NamedNode, statements: dict[Term, list[ox.Triple]], site: str
    ) -> None:
        self.node, self.statements, self.site = node, statements, site

    def _values(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        return [t.object for t in self.statements.get(subject, ()) if t.predicate == predicate]

    def _say(self, subject: Term, predicate: ox.NamedNode, value: Term) -> None:
        assert not isinstance(subject, ox.Literal)  # noqa: S101 - nothing is said of texts
        triple = ox.Triple(subject, predicate, value)
        triples = self.statements.setdefault(subject, [])
        if triple not in triples:
            triples.append(triple)

    def _say_once(self, subject: Term, predicate: ox.NamedNode, value: Term) -> None:
        if not self._values(subject, predicate):
            self._say(subject, predicate, value)

    def files(
        self, datasets: Iterable[Term], sizes: Mapping[str, int], modified: Mapping[str, str]
    ) -> None:
        """Add sizes and dates: of files, of the datasets that they belong to, of the catalogue.

        :param datasets: that come in files of the build
        """
        days = set()
        for dataset in datasets:
            of_files = set()
            for file in self._values(dataset, _DISTRIBUTION):
                name = self._name(file)
                if name is not None and name not in sizes:
                    self._leave_out(dataset, file)
                elif name is not None:
                    self._say_once(file, _BYTES, _number(sizes[name]))
                    self._date(file, {modified[name]})
                    of_files.add(modified[name])
            self._date(dataset, of_files)
            days |= of_files
        self._date(self.node, days)

    def _name(self, file: Term) -> str | None:
        """Name a file relative to the site; None if it lies elsewhere."""
        addresses = (text_of(value) for value in self._values(file, _DOWNLOAD))
        names = (file_at(self.site, address) for address in addresses)
        return next((name for name in names if name is not None), None)

    def _leave_out(self, dataset: Term, file: Term) -> None:
        self.statements[dataset] = [
            triple
            for triple in self.statements[dataset]
            if (triple.predicate, triple.object) != (_DISTRIBUTION, file)
        ]
        self.statements.pop(file, None)

    def _date(self, node: Term, days: set[str]) -> None:
        """Say when something last changed, and, unless it is stated, since when it is there."""
        if days:
            self._say_once(node, _MODIFIED, _day(max(days)))
            self._say_once(node, _ISSUED, _day(min(days)))

    def finish(self, codes: Codes) -> None:
        """Say of each code, licence, media type and page what it is."""
        for triple in [t for triples in self.statements.values() for t in triples]:
            # Harvesters infer nothing.
            cls = RANGES.get(triple.predicate)
            if cls and not isinstance(triple.object, ox.Literal):
                self._say(triple.object, TYPE, cls)
        waiting = [t.object for triples in self.statements.values() for t in triples]
        for node in (waiting := list(dict.fromkeys(waiting))):
            for subject, predicate, value in codes.describe(node):
                say = self._say if predicate == TYPE else self._say_once
                say(subject, predicate, value)
                if value not in waiting:
                    waiting.append(value)
        for node in [n for n in self.statements if self._is_licence(n)]:
            self._rename_licence(node)
        self._unname_periods()

    def _is_licence(self, node: Term) -> bool:
        return DCT.term("LicenseDocument") in self._values(node, TYPE)

    def _rename_licence(self, node: Term) -> None:
        """Name a licence so that CKAN and udata know it: by its title, and by no rdfs:label."""
        labels = self._values(node, _LABEL)
        self.statements[node] = [t for t in self.statements[node] if t.predicate != _LABEL]
        for label in labels[:1]:
            self._say_once(node, _NAME, label)
        for name in self._values(node, _NAME)[:1]:
            self._say_once(node, DCT.term("title"), name)

    def _unname_periods(self) -> None:
        """Take the names from periods: udata would look them up elsewhere, and lose the period."""
        triples = [t for triples in self.statements.values() for t in triples]
        periods = dict.fromkeys(t.object for t in triples if t.predicate == DCT.term("temporal"))
        nodes: dict[Term, ox.BlankNode] = {
            period: ox.BlankNode(f"period{number}")
            for number, period in enumerate(periods)
            if isinstance(period, ox.NamedNode)
        }
        for period, node in nodes.items():
            said = self.statements.pop(period, [])
            self.statements[node] = [ox.Triple(node, t.predicate, t.object) for t in said]
        for subject, said in self.statements.items():
            self.statements[subject] = [
                ox.Triple(t.subject, t.predicate, nodes.get(t.object) or t.object) for t in said
            ]


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=XSD.term("nonNegativeInteger"))


def _day(day: str) -> ox.Literal:
    return ox.Literal(day, datatype=XSD.term("date"))
