"""The validity cache: what was found valid, by the hash of all that could change the verdict."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.dataset.assembly import parse_project_file
from mipex_kg.dataset.compiled import settings_of
from mipex_kg.project.project import Project
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.namespaces import SH
from mipex_kg.sparql import query_text
from mipex_kg.system.cache import Cache, versions
from mipex_kg.system.errors import SourceError

# So many verdicts are remembered: of the projects that someone works on, and their last states.
_MOST = 200
# What a verdict comes from, besides the libraries and the project: our code and our vocabularies.
_OURS = (".py", ".ttl", ".toml")
_OTHERS = {"browser", "_assets", "_bundled", "template"}
_SPARQL = {SH.term(name) for name in ("select", "ask", "construct", "update")}
# A shapes file without any of these has no query that goes by the hour or by chance. The last two
# begin escapes, behind which such a word could be hidden.
_SUSPECT = re.compile(r"now|rand|uuid|\\|&", re.IGNORECASE)


def key(project: Project) -> str | None:
    """Hash all that decides whether a project is valid.

    That is what its files hold, which of them are skipped, its settings as they are for once, and
    the versions that judge.

    :returns: a SHA-256 in hexadecimal; None where the verdict may be another tomorrow
    :raises SourceError: when a file can't be read
    """
    if _is_volatile(project):
        return None
    parts = [*versions(), *code(), *settings_of(project)]
    # Where nothing is read, it matters whether there is something.
    parts += map(project.name_of, project.empty_folders)
    parts += [f"{project.name_of(path)} {reason}" for path, reason in project.passed_over]
    for path in (
        project.root / FILE_NAME,
        *project.data_files,
        *project.ontology_files,
        *project.rule_files,
        *project.shapes_files,
        *project.query_files,
        *project.unread_files,
        *project.context_files,
    ):
        parts += [project.name_of(path), project.files.hash(path)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _is_volatile(project: Project) -> bool:
    """Tell whether a rule or a shape asks for the time, or draws lots."""
    rules = map(project.files.read_text, project.rule_files)
    queries = (query for path in project.shapes_files for query in _queries(path, project))
    try:
        return any(query_text.is_volatile(text) for text in (*rules, *queries))
    except SourceError:  # it is a finding soon, and findings are not remembered
        return True


def _queries(path: Path, project: Project) -> Iterator[str]:
    """Give the queries in a file of shapes, if one of them might be volatile."""
    if _SUSPECT.search(project.files.read_text(path)):
        for quad in parse_project_file(path, project).quads:
            if quad.predicate in _SPARQL and isinstance(quad.object, ox.Literal):
                yield quad.object.value


@cache
def code() -> tuple[str, ...]:
    """Write the names and the hashes of our code, and of our vocabularies.

    They are read once: a process goes on with the code that it has loaded, whatever comes after.
    """
    package = Path(str(resources.files("mipex_kg")))
    found = []
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(set(folders) - _OTHERS)
        for path in (Path(folder, name) for name in sorted(names)):
            if path.suffix in _OURS:
                found.append(path.relative_to(package).as_posix())
                found.append(hashlib.sha256(path.read_bytes()).hexdigest())
    return tuple(found)


def knows(key: str | None) -> bool:
    """Tell whether this was found valid before."""
    return key is not None and _cache().get(key) is not None


def remember(key: str | None) -> None:
    """Note that this is valid; where nothing can be noted, it is judged again next time."""
    if key is not None:
        _cache().put(key)


def _cache() -> Cache:
    return Cache("valid", _MOST)
