"""The graphs of a project that takes files as they are: one for each file, and where it is from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.project.project import Project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf import formats
from mipex_kg.rdf.namespaces import DC, DCT, KG, RDFS, TYPE
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.rdf.terms import Node, is_iri, text_of
from mipex_kg.system.errors import UsageError, nearest

CLASS = KG.term("FileGraph")


def name_graphs(project: Project, paths: Iterable[Path]) -> dict[Path, ox.NamedNode]:
    """Name a graph for each file: after the file, without its suffix where that names only one.

    :param paths: of the files, in their order
    """
    short = {path: _slug(_plain(project.place_of(path))) for path in paths}
    shared = {name for name, count in Counter(short.values()).items() if count > 1}
    names: dict[str, Path] = {}
    for path, plain in short.items():
        name = _slug(project.place_of(path)) if plain in shared else plain
        number = 1
        while (unique := name if number == 1 else f"{name}-{number}") in names:
            number += 1
        names[unique] = path
    return {path: ox.NamedNode(project.iri(f"graph/file/{name}")) for name, path in names.items()}


def _plain(name: str) -> str:
    """Take the suffixes away that tell the format."""
    name = name.removesuffix(formats.COMPRESSED)
    suffix = Path(name).suffix
    return name[: -len(suffix)] if suffix.lower() in formats.SUFFIXES else name


def _slug(name: str) -> str:
    """Write a path with letters, digits, hyphens and slashes only.

    >>> _slug("Old maps/people (1).ttl")
    'Old-maps/people-1-ttl'
    """
    steps = (re.sub(r"\W+", "-", step).strip("-") for step in name.split("/"))
    return "/".join(step or "file" for step in steps)


def describe_graphs(
    project: Project, graphs: Mapping[Path, ox.NamedNode], files: Iterable[ParsedFile]
) -> Iterator[ox.Triple]:
    """Describe the graphs of files, and those graphs in them of which nobody says what they are.

    :raises UsageError: when ``[sources]`` names a file that is none of them
    """
    sources = _sources(project, graphs)
    files = list(files)
    quads = (quad for file in files for quad in file.quads if quad.predicate == TYPE)
    described = {quad.subject for quad in quads if text_of(quad.object).startswith(KG)}
    for file in files:
        own = graphs.get(file.path)
        inner = dict.fromkeys(quad.graph_name for quad in file.quads)
        for node in (own if isinstance(graph, ox.DefaultGraph) else graph for graph in inner):
            if node is not None and node not in described:
                described.add(node)
                label = project.name_of(file.path) if node == own else ""
                yield from _describe(node, label, sources.get(file.path, {}), project)


def _describe(
    node: Node, label: str, source: Mapping[str, str], project: Project
) -> Iterator[ox.Triple]:
    yield ox.Triple(node, TYPE, CLASS)
    if title := source.get("title"):
        yield ox.Triple(node, DCT.term("title"), ox.Literal(title, language=project.languages[0]))
    elif label:
        yield ox.Triple(node, RDFS.term("label"), ox.Literal(label))
    if author := source.get("author"):
        yield ox.Triple(node, DC.term("creator"), ox.Literal(author))
    for key, name in (("licence", "license"), ("address", "source")):
        if value := source.get(key):
            term = ox.NamedNode(value) if is_iri(value) else ox.Literal(value)
            yield ox.Triple(node, DCT.term(name), term)


def _sources(
    project: Project, graphs: Mapping[Path, ox.NamedNode]
) -> dict[Path, Mapping[str, str]]:
    by_name = {project.name_of(path): path for path in graphs}
    for name in project.sources:
        if name not in by_name:
            near = nearest(name, by_name)
            raise UsageError(
                f"{project.root / FILE_NAME}: [sources]: {name!r} is not a file of data.",
                hint=f"Did you mean {near}?" if near else "Name files by their paths from here.",
            )
    return {by_name[name]: source for name, source in project.sources.items()}
