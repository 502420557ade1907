"""The words of pages in a language: the engine's, with those of the project before them.

English has all of them. What another language lacks is said in English.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mipex_kg.dataset.class_expressions import words_of_expressions
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.project.toml_places import TomlPath, TomlPlaces, parse_toml
from mipex_kg.rdf.namespaces import PREFIXES, expand, node_named
from mipex_kg.rdf.terms import is_iri
from mipex_kg.system.errors import SourceError

ENGLISH = "en"
# Tables of what terms are called: a class, its members, a property, one seen from its value.
TERMS = "terms"
TABLES = ("name", "plural", "property", "inverse")
# What a project's words may say besides: the title and the description of the settings.
OF_SITE = ("site-title", "site-description")
# Any language may have a name, any part of the map and any group of facts a title.
LANGUAGE_NAME, MAP_TITLE, GROUP_TITLE = "language-", "map:", "group:"
_FILES = "mipex_kg.site.pages"


@dataclass(frozen=True)
class PageWords:
    """The words of pages in a language.

    :param language: in which they are: English where there are none in the language of the page
    :param texts: the texts of the interface, by their keys; all that English has are there
    :param terms: what terms are called in the language, by the table and by their IRIs
    """

    language: str
    texts: Mapping[str, str]
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def term(self, table: str, iri: str) -> str | None:
        """Say what a term is called, if there are words for it in the language."""
        return self.terms.get(table, {}).get(iri)


@cache
def english() -> PageWords:
    """Read the words in English, with those in which class expressions are said."""
    texts, _terms = _parted(_read("interface.toml"), {})
    tables = _read("vocabularies.toml")
    _texts, terms = _parted({TERMS: tables}, tables["prefixes"])
    return PageWords(ENGLISH, {**words_of_expressions(), **texts}, terms)


def shipped_languages() -> list[str]:
    """Name the languages of which the engine has the words."""
    names = (file.name for file in resources.files(_FILES).iterdir())
    others = (name.split(".")[1] for name in names if _is_words(name))
    return [ENGLISH, *sorted(others)]


def _is_words(name: str) -> bool:
    return name.startswith("interface.") and name.endswith(".toml") and name.count(".") == 2


def load_words(language: str, project: Project | None = None) -> PageWords:
    """Read the words of pages in a language.

    Those of a language are those of its varieties too: ``de-AT`` has the words of ``de``.

    :param language: a language tag
    :param project: whose own words come first
    :raises SourceError: when a file of the project's can't be read, or a text in it can't be used

    >>> load_words("de-AT").language, load_words("tlh").language
    ('de-at', 'en')
    """
    tag = language.lower()
    found = _shipped(_nearest(tag, shipped_languages()))
    file = words_file(tag, project) if project else None
    own = _of_project(file, project) if file and project else None
    if found is None and own is None:
        return english()
    layers = [each for each in (english(), found) if each]
    texts = {key: text for each in layers for key, text in each.texts.items()}
    terms = {table: dict(found.terms.get(table, {})) if found else {} for table in TABLES}
    if own:
        texts |= own.texts
        for table in TABLES:
            terms[table] |= own.terms.get(table, {})
    return PageWords(tag, texts, terms)


def words_file(language: str, project: Project) -> Path | None:
    """Find the project's own file of words in a language, if it has one."""
    names = (language, language.partition("-")[0])
    paths = (project.words_folder / f"{name}{layout.WORDS_SUFFIX}" for name in names)
    return next((path for path in paths if project.files.holds(path)), None)


def _nearest(tag: str, known: list[str]) -> str | None:
    return next((name for name in (tag, tag.partition("-")[0]) if name in known), None)


@cache
def _shipped(language: str | None) -> PageWords | None:
    if language in (None, ENGLISH):
        return english() if language else None
    texts, terms = _parted(_read(f"interface.{language}.toml"), known_prefixes())
    return PageWords(str(language), texts, terms)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(_FILES) / name).read_text("utf-8"))


@cache
def known_prefixes() -> Mapping[str, str]:
    """Give the prefixes of the engine and of common vocabularies."""
    return {**PREFIXES, **_read("vocabularies.toml")["prefixes"]}


def _parted(
    document: Mapping[str, Any], prefixes: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Part the texts of the interface from the tables of what terms are called."""
    texts = {key: text for key, text in document.items() if isinstance(text, str)}
    tables = document.get(TERMS, {})
    terms = {
        table: {node_named(curie, prefixes).value: text for curie, text in tables[table].items()}
        for table in TABLES
        if table in tables
    }
    return texts, terms


def _of_project(path: Path, project: Project) -> PageWords:
    document = read_file(path, project)
    for fault, message in faults(document, {**known_prefixes(), **project.prefixes}):
        place = TomlPlaces(project.files.read_text(path)).of_value(fault)
        line, column = place or (None, None)
        raise SourceError(message, path=path, line=line, column=column)
    texts, terms = _parted(document, {**known_prefixes(), **project.prefixes})
    return PageWords("", texts, terms)


def read_file(path: Path, project: Project) -> dict[str, Any]:
    """Parse a project's file of words.

    :raises SourceError: when it can't be read, or is not TOML
    """

    def parse() -> dict[str, Any]:
        return parse_toml(project.files.read_text(path), path)

    return project.files.once(("words", path), parse)


def faults(
    document: Mapping[str, Any], prefixes: Mapping[str, str]
) -> Iterator[tuple[TomlPath, str]]:
    """Find what can't be used in a file of words, each with what is wrong with it."""
    known = english().texts
    for key, value in document.items():
        if key == TERMS and isinstance(value, dict):
            for table, terms in value.items():
                yield from _wrong_terms(table, terms, prefixes)
        elif not isinstance(value, str):
            yield (key,), f"{key} must be text in quotes."
        elif key in known and (wrong := _wrong_places(value, known[key])):
            yield (key,), f"{key} {wrong}"


def _wrong_terms(
    table: str, terms: object, prefixes: Mapping[str, str]
) -> Iterator[tuple[TomlPath, str]]:
    if table not in TABLES or not isinstance(terms, dict):
        known = ", ".join(f"[{TERMS}.{name}]" for name in TABLES)
        yield (TERMS, table), f"{TERMS}.{table} is not one of the tables {known}."
        return
    for curie, text in terms.items():
        if not isinstance(text, str):
            yield (TERMS, table, curie), f"{curie} must stand for text in quotes."
        if not is_iri(expand(curie, prefixes) or ""):
            yield (TERMS, table, curie), f"{curie!r} is not a CURIE with a known prefix."


def _wrong_places(text: str, wanted: str) -> str | None:
    """Tell what is wrong with the places for values in a text."""
    try:
        unknown = sorted(_places(text) - _places(wanted))
    except ValueError:
        return "has a brace that is not of a place for a value: write it twice."
    if unknown:
        there = ", ".join(f"{{{name}}}" for name in sorted(_places(wanted))) or "none"
        return f"has a place {{{unknown[0]}}}; what can be put in is: {there}."
    return None


def _places(text: str) -> set[str]:
    return {name for _text, name, _form, _as in string.Formatter().parse(text) if name is not None}
