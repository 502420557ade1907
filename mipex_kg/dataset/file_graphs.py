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


def _titles(project: Project, paths: Iterable[Path]) -> dict[Path, str]:
    """Call each file by its name; those of the same name, by their ways as well, and numbered."""
    short = {path: project.place_of(path) for path in paths}
    shared = {name for name, count in Counter(short.values()).items() if count > 1}
    titles: dict[str, Path] = {}
    for path, place in short.items():
        name = project.name_of(path).replace("../", "") if place in shared else place
        number = 1
        while (unique := name if number == 1 else f"{name} ({number})") in titles:
            number += 1
        titles[unique] = path
    return {path: title for title, path in titles.items()}


def _plain(name: str) -> str:
    """Remove the suffixes that name the format."""
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
    project: Project,
    graphs: Mapping[Path, ox.NamedNode],
    files: Iterable[ParsedFile],
    schema: ox.NamedNode,
) -> Iterator[ox.Triple]:
    """Describe the graphs of files, and those graphs in them of which nobody says what they are.

    :param schema: the graph of the ontology's files, of which only their sources are told here
    :raises UsageError: when ``[sources]`` names a file that is none of them
    """
    sources = _sources(project, graphs)
    files = list(files)
    titles = _titles(project, [path for path, graph in graphs.items() if graph != schema])
    quads = (quad for file in files for quad in file.quads if quad.predicate == TYPE)
    described = {quad.subject for quad in quads if text_of(quad.object).startswith(KG)}
    for file in files:
        own, source = graphs.get(file.path), sources.get(file.path, {})
        inner = dict.fromkeys(quad.graph_name for quad in file.quads)
        for node in (own if isinstance(graph, ox.DefaultGraph) else graph for graph in inner):
            if node == schema:
                yield from _come_from(schema, source, project)
            elif node is not None and node not in described:
                described.add(node)
                yield ox.Triple(node, TYPE, CLASS)
                if node == own and not source.get("title"):
                    yield ox.Triple(node, RDFS.term("label"), ox.Literal(titles[file.path]))
                yield from _come_from(node, source, project)


def _come_from(node: Node, source: Mapping[str, str], project: Project) -> Iterator[ox.Triple]:
    """Say of a graph where its file comes from."""
    if title := source.get("title"):
        yield ox.Triple(node, DCT.term("title"), ox.Literal(title, language=project.languages[0]))
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
