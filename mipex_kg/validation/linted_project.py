"""What the lints look at: a project, its dataset, and where all of it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.properties import ADDRESSES, CLASSES, RESOURCES
from mipex_kg.dataset.outside import own_subjects
from mipex_kg.project.names import Address
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import KG, in_http
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.quads import Quad
from mipex_kg.rdf.terms import Term
from mipex_kg.rdf.vocabularies import vocabularies_of_others
from mipex_kg.validation.linted_files import LintedFiles


@dataclass(frozen=True)
class LintedProject(LintedFiles):
    """What the lints look at."""

    project: Project
    shapes: Sequence[ParsedFile]

    @cached_property
    def own_files(self) -> list[ParsedFile]:
        """The project's files: the engine's vocabulary is none of them."""
        ontology = set(self.project.ontology_files)
        return [*self.data_files, *(f for f in self.dataset.files if f.path in ontology)]

    @cached_property
    def data_files(self) -> list[ParsedFile]:
        """The files that hold the facts."""
        data = set(self.project.data_files)
        return [file for file in self.dataset.files if file.path in data]

    @cached_property
    def own_nodes(self) -> dict[str, Quad]:
        """Every IRI under the base that names something, with the first quad that has it."""
        named, _ = self._first_uses
        return {iri: named[ox.NamedNode(iri)] for iri in self.addresses}

    @cached_property
    def addresses(self) -> dict[str, Address]:
        """Where the document of each of them is asked for."""
        named, address = self._first_uses[0], self.project.names.address
        found = {t.value: address(t.value) for t in named if isinstance(t, ox.NamedNode)}
        return {iri: known for iri, known in found.items() if known is not None}

    @cached_property
    def _first_uses(self) -> tuple[dict[object, Quad], set[Term]]:
        """Every term with the first quad that has it, and those that are addresses of something.

        An address without its scheme is none: it is relative to the base.
        """
        first: dict[object, Quad] = {}
        mentioned: set[Term] = set()
        addresses = {p for p in self.dataset.predicates if in_http(p) in ADDRESSES}
        without = tuple(f"<{base}www." for base in (self.project.base, *self.project.more_bases))
        for quad in self.dataset.quads:
            predicate, value = quad.predicate, quad.object
            first.setdefault(quad.subject, quad)
            first.setdefault(predicate, quad)
            first.setdefault(quad.graph_name, quad)
            if predicate in addresses and not str(value).startswith(without):
                mentioned.add(value)
            else:
                first.setdefault(value, quad)
        return first, mentioned

    @cached_property
    def iris(self) -> frozenset[str]:
        """Every IRI that any statement has, those of datatypes too."""
        named, mentioned = self._first_uses
        terms = (*named, *mentioned)
        datatypes = {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
        return frozenset(t.value for t in terms if isinstance(t, ox.NamedNode)) | datatypes

    @cached_property
    def has_blank_nodes(self) -> bool:
        """Whether anything is about a blank node."""
        return any(isinstance(subject, ox.BlankNode) for subject in self.dataset.by_subject)

    @cached_property
    def described(self) -> frozenset[str]:
        """The IRIs of which someone has stated something: a rule alone describes nothing."""
        quads = self.dataset.columns
        inferred = {quads.terms[graph] for graph in self.dataset.members(KG.term("InferredGraph"))}
        subjects, _, _, graphs = quads.columns
        stated = {s for s, graph in zip(subjects, graphs, strict=True) if graph not in inferred}
        found = map(quads.terms.all.__getitem__, stated)
        return frozenset(term.value for term in found if isinstance(term, ox.NamedNode))

    @cached_property
    def vocabularies_of_others(self) -> tuple[str, ...]:
        """Well-known vocabularies that are not the project's: they are described elsewhere."""
        return vocabularies_of_others(self.described)

    @cached_property
    def own_subjects(self) -> Mapping[Term, None]:
        """The subjects of which the project's files state something, in the order of the files."""
        return own_subjects(self.project, self.dataset.files)

    @cached_property
    def catalogue_nodes(self) -> frozenset[Term]:
        """What the catalogue offers, and what that leads to."""
        waiting: list[Term] = list(self.dataset.members(*CLASSES))
        found: set[Term] = set()
        while waiting:
            node = waiting.pop()
            if node in found or isinstance(node, ox.Literal):
                continue
            found.add(node)
            waiting += [q.object for q in self.dataset.about(node) if q.predicate in RESOURCES]
        return frozenset(found)
