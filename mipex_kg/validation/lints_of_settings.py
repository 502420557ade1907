"""Lints of settings: what they name is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from mipex_kg.dataset.catalogue.codes import load_codes
from mipex_kg.project.setting import Setting
from mipex_kg.project.settings import BY_NAME, FILE_NAME
from mipex_kg.project.toml_places import TomlPath, TomlPlaces
from mipex_kg.rdf.namespaces import TYPE
from mipex_kg.system import reading
from mipex_kg.system.errors import nearest, suggestion
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding, Place, Severity

# No language has a longer code: subtags of four letters are reserved, and of those of five to eight
# letters none is registered (RFC 5646, 2.2.1).
_LONGEST_CODE = 3


def settings_name_what_is_there(linted: LintedProject) -> Iterator[Finding]:
    """Find classes in the settings that nothing is of, unless nothing is said of anything."""
    if not any(file.quads for file in linted.own_files):
        return
    used = {quad.object for quad in linted.dataset.quads if quad.predicate == TYPE}
    known = sorted(linted.shown(cls) for cls in used if isinstance(cls, ox.NamedNode))
    for name, setting in BY_NAME.items():
        for path, curie in setting.terms(getattr(linted.project, name)) if setting.is_class else ():
            if curie and not linted.dataset.members(linted.dataset.node(curie)):
                yield _finding(
                    linted,
                    "unused-class",
                    f"{setting.key} names {curie}, and nothing is of this class.",
                    suggestion(curie, known, "Take it away, or add something that is."),
                    setting,
                    path,
                )


def sources_are_of_plain_facts(linted: LintedProject) -> Iterator[Finding]:
    """Find sources of files where files have none: each fact is in a graph that names its own."""
    for name in linted.project.sources if linted.project.is_strict else ():
        yield _finding(
            linted,
            "unused-source",
            f"sources names {name}, which says nothing here: project.facts is strict.",
            "Describe the source in data/ and name its passages, or set project.facts to plain.",
            BY_NAME["sources"],
            (name,),
        )


def languages_are_codes(linted: LintedProject) -> Iterator[Finding]:
    """Find tags in the settings that no language has."""
    for name, setting in BY_NAME.items():
        for path, tag in setting.texts(getattr(linted.project, name)) if setting.are_tags else ():
            if len(tag.partition("-")[0]) > _LONGEST_CODE:
                meant = nearest(tag, _codes())
                yield _finding(
                    linted,
                    "unknown-language",
                    f"{setting.key} has {tag!r}, and no language has this code.",
                    f"Did you mean {_codes()[meant]}?"
                    if meant
                    else "Write a code of two or three letters, such as en or gsw.",
                    setting,
                    path,
                )


def _codes() -> Mapping[str, str]:
    """Give the codes of languages by their names in English, and in lower case."""
    codes = load_codes()
    names = codes.tables["language"].names
    return {names[code].lower(): tag for tag, code in codes.languages.items() if code in names}


def _finding(
    linted: LintedProject, check: str, message: str, hint: str, setting: Setting, path: TomlPath
) -> Finding:
    file = linted.project.root / FILE_NAME
    text = linted.project.files.read_text(file)
    place = TomlPlaces(text).of_value((*setting.path, *path))
    if place is None:
        return Finding(Severity.VIOLATION, check, message, hint, place=Place(file))
    line, column = place
    snippet = reading.lines(text)[line - 1]
    end = len(snippet.partition("#")[0].rstrip()) + 1
    where = Place(file, line, column, line, max(end, column + 1), snippet)
    return Finding(Severity.VIOLATION, check, message, hint, place=where)
