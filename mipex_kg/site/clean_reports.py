"""Remembering that validation finds nothing: where nothing has changed, it looks for nothing.

What is remembered is in the user's cache, under a hash of all that validation looks at.
"""

from __future__ import annotations

import json

import pyoxigraph as ox

from mipex_kg.project.project import Project
from mipex_kg.rdf.terms import Term
from mipex_kg.sparql import query_text
from mipex_kg.system import log
from mipex_kg.system.cache import Cache
from mipex_kg.system.errors import SourceError
from mipex_kg.system.manifest import hash_of
from mipex_kg.validation import validity_cache
from mipex_kg.validation.report import Report, ScreenedShape

# So many reports are remembered.
_MOST = 200
# What is looked at besides what the verdict comes from: texts, templates, words, the map, frames.
_FOLDERS = ("ontology", "pages")


def key(project: Project) -> str | None:
    """Hash all that validation looks at.

    :returns: a SHA-256 in hexadecimal; None where it may find something else tomorrow, or where a
        file can't be read
    """
    files = project.files
    try:
        valid = validity_cache.key(project)
        if valid is None or any(
            map(query_text.is_volatile, map(files.read_text, project.query_files))
        ):
            return None
        parts = [valid, str(project.is_placed)]
        for path in (path for folder in _FOLDERS for path in project.files_in(folder)):
            parts += [project.name_of(path), files.hash(path)]
    except SourceError:  # it is a finding soon
        return None
    return hash_of(json.dumps(parts).encode())


def recall(key: str | None) -> Report | None:
    """Give the report, if it is remembered."""
    found = _cache().get(key) if key else None
    if found is None:
        return None
    try:
        told = json.loads(found)
        judged = (quad.triple for quad in ox.parse(told["judged"], format=ox.RdfFormat.N_TRIPLES))
        log.info("Nothing was found before, and nothing has changed since.")
        screened = (ScreenedShape(_term(s), *numbers) for s, *numbers in told["screened"])
        return Report(
            (), told["checked"], told["added"], judged=tuple(judged), screened=tuple(screened)
        )
    except (ValueError, LookupError, TypeError, SyntaxError):
        return None


def remember(key: str | None, report: Report) -> None:
    """Note a report in which nothing is found."""
    if key is None or report.findings:
        return
    quads = (ox.Quad(*triple) for triple in report.judged)
    judged = ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""
    told = {
        "checked": report.checked,
        "added": report.added,
        "judged": judged.decode(),
        "screened": [[str(s.shape), s.targets, s.judged, s.reason] for s in report.screened],
    }
    _cache().put(key, json.dumps(told).encode())


def _term(text: str) -> Term:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text[1:-1])


def _cache() -> Cache:
    return Cache("clean", _MOST)
