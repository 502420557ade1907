"""Things outside of the project's bases, which have no page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox

from mipex_kg.project.project import Project
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Term

CHECK = "outside-bases"


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


def tell_outside(project: Project, nodes: list[ox.NamedNode]) -> str:
    """Say in one line how many there are.

    :param nodes: at least one
    """
    bases = "the bases" if project.more_bases else "the base"
    subjects, have = ("subject", "has") if len(nodes) == 1 else ("subjects", "have")
    return f"{len(nodes):,} {subjects} outside of {bases} {have} no page, for instance {nodes[0]}."
