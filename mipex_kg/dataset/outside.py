"""Things that have no page: they are outside of the project's bases, or have no IRI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project
from mipex_kg.rdf.local_names import local_name
from mipex_kg.rdf.namespaces import OWL, RDF, RDFS, SH, TYPE
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Node, Term

CHECK = "outside-bases"
NAMELESS = "nameless"
# Of these vocabularies, blank nodes say something of other terms.
_OF_TERMS = (OWL, RDF, RDFS, SH)


def own_subjects(project: Project, files: Iterable[ParsedFile]) -> Mapping[Term, None]:
    """Give what the project's own files state something of, in the order of the files."""
    paths = {*project.data_files, *project.ontology_files}
    own = (file for file in files if file.path in paths)
    return dict.fromkeys(subject for file in own for subject in file.quads.all_of("subject"))


def find_outside(subjects: Iterable[Term], covers: Callable[[str], bool]) -> list[ox.NamedNode]:
    """Find subjects that have no page.

    :param covers: says whether an IRI is the project's own
    """
    return [s for s in subjects if isinstance(s, ox.NamedNode) and not covers(s.value)]


def find_nameless(subjects: Iterable[Term], dataset: Dataset) -> list[ox.BlankNode]:
    """Find things without an IRI that nothing leads to: no page shows them, even as a part."""
    return [
        s
        for s in subjects
        if isinstance(s, ox.BlankNode)
        and not any(dataset.pointing_to(s))
        and any(not str(cls.value).startswith(_OF_TERMS) for cls in _classes(s, dataset))
    ]


def _classes(node: Node, dataset: Dataset) -> list[ox.NamedNode]:
    return [cls for cls in dataset.values(node, TYPE) if isinstance(cls, ox.NamedNode)]


def tell_nameless(nodes: list[ox.BlankNode], dataset: Dataset) -> str:
    """Say in one line how many there are.

    :param nodes: at least one
    """
    first = nodes[0]
    label = dataset.label(first)
    example = (
        f"“{label}”" if label else f"one of the class {local_name(_classes(first, dataset)[0])}"
    )
    things, have = ("thing", "has") if len(nodes) == 1 else ("things", "have")
    return f"{len(nodes):,} {things} without an IRI {have} no page, for instance {example}."


def tell_outside(project: Project, nodes: list[ox.NamedNode]) -> str:
    """Say in one line how many there are.

    :param nodes: at least one
    """
    bases = "the bases" if project.more_bases else "the base"
    subjects, have = ("subject", "has") if len(nodes) == 1 else ("subjects", "have")
    return f"{len(nodes):,} {subjects} outside of {bases} {have} no page, for instance {nodes[0]}."
