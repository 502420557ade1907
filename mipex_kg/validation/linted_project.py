"""What the lints look at: a project, its dataset, and where all of it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.properties import CLASSES, RESOURCES
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCAT, FOAF, KG, shorten
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Term
from mipex_kg.validation.places import Places
from mipex_kg.validation.report import Finding, Severity

# Links whose values are places on the web: files and pages, which need no description.
_ADDRESSES = frozenset(
    {
        *(DCAT.term(name) for name in ("accessURL", "downloadURL", "landingPage")),
        *(DCAT.term(name) for name in ("endpointURL", "endpointDescription")),
        FOAF.term("homepage"),
        FOAF.term("page"),
    }
)


@dataclass(frozen=True)
class LintedProject:
    """What the lints look at."""

    project: Project
    dataset: Dataset
    shapes: Sequence[ParsedFile]
    places: Places

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
    def own_nodes(self) -> dict[str, ox.Quad]:
        """Every IRI under the base that names something, with the first quad that has it."""
        nodes: dict[str, ox.Quad] = {}
        for quad in self.dataset.quads:
            named = None if quad.predicate in _ADDRESSES else quad.object
            for term in (quad.subject, quad.predicate, named, quad.graph_name):
                if isinstance(term, ox.NamedNode) and term.value.startswith(self.project.base):
                    nodes.setdefault(term.value, quad)
        return nodes

    @cached_property
    def asserted(self) -> set[Term]:
        """The subjects of which somebody has stated something: a rule alone describes nothing."""
        inferred = set(self.dataset.members(KG.term("InferredGraph")))
        return {quad.subject for quad in self.dataset.quads if quad.graph_name not in inferred}

    @cached_property
    def own_subjects(self) -> set[Term]:
        """The subjects of which the project's files state something."""
        return {quad.subject for file in self.own_files for quad in file.quads}

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

    def shown(self, term: Term | ox.DefaultGraph) -> str:
        """Write a node as an editor would, as a CURIE where one fits."""
        if isinstance(term, ox.NamedNode):
            return shorten(term.value, self.dataset.prefixes)
        return str(term)

    def finding(
        self,
        check: str,
        message: str,
        hint: str,
        *,
        at: ox.Quad | Term,
        term: Term | ox.DefaultGraph | None = None,
    ) -> Finding:
        """Make a finding about a quad, or about a thing where it is described.

        How grave it is, the project's levels tell in the end.

        :param term: which of the quad's terms is to blame; its object unless it is given
        """
        if isinstance(at, ox.Quad):
            return Finding(
                Severity.VIOLATION,
                check,
                message,
                hint,
                at.subject,
                path=self.shown(at.predicate),
                value=at.object,
                place=self.places.of_quad(at, term),
            )
        return Finding(
            Severity.VIOLATION, check, message, hint, at, place=self.places.of_subject(at)
        )
