"""Lints of words: the pages of each language have all of theirs, and no file has others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mipex_kg.dataset.words import (
    GROUP_TITLE,
    LANGUAGE_NAME,
    MAP_TITLE,
    OF_SITE,
    TERMS,
    english,
    load_words,
    read_file,
    shipped_languages,
    words_file,
)
from mipex_kg.project import layout
from mipex_kg.project.project import Project
from mipex_kg.project.toml_places import TomlPlaces
from mipex_kg.system.errors import suggestion
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding, Place, Severity

CHECK = "words"
# So many missing words are named.
_MOST = 5


def pages_have_words(linted: LintedProject) -> Iterator[Finding]:
    """Find languages of pages without words, words that are missing, and those that nothing says.

    :raises SourceError: when a file of words can't be read, or a text in it can't be used
    """
    project = linted.project
    asked = [tag for tag in project.language_folders if tag in project.page_languages]
    for tag in project.language_folders:
        file, is_shipped = words_file(tag, project), _is_shipped(tag)
        load_words(tag, project)
        if file is None and not is_shipped and tag in asked:
            yield _without_words(tag, project)
        elif file is not None:
            document = read_file(file, project)
            yield from _unknown(file, document, project)
            if not is_shipped:
                yield from _missing(file, document)


def _is_shipped(tag: str) -> bool:
    return not {tag, tag.partition("-")[0]}.isdisjoint(shipped_languages())


def _without_words(tag: str, project: Project) -> Finding:
    file = project.words_folder / f"{tag}{layout.WORDS_SUFFIX}"
    return Finding(
        Severity.WARNING,
        CHECK,
        f"There are no words in {tag}, so the interface of its pages is in English.",
        f"Write {project.name_of(file)}; docs/site.md says how.",
        place=Place(file),
    )


def _missing(file: Path, document: dict[str, Any]) -> Iterator[Finding]:
    known = (key for key in english().texts if not key.startswith(LANGUAGE_NAME))
    if lacking := [key for key in [*known, f"{LANGUAGE_NAME}own"] if key not in document]:
        named = ", ".join(lacking[:_MOST]) + (", …" if len(lacking) > _MOST else "")
        yield Finding(
            Severity.WARNING,
            CHECK,
            f"Words that are missing are shown in English: {len(lacking)} ({named}).",
            "Add them; docs/site.md says where they are in English.",
            place=Place(file),
        )


def _unknown(file: Path, document: dict[str, Any], project: Project) -> Iterator[Finding]:
    known = {*english().texts, *OF_SITE, TERMS}
    for key in document:
        if key not in known and not key.startswith((LANGUAGE_NAME, MAP_TITLE, GROUP_TITLE)):
            place = TomlPlaces(project.files.read_text(file)).of_key((key,))
            yield Finding(
                Severity.WARNING,
                CHECK,
                f"Nothing on the pages is called {key}.",
                suggestion(key, sorted(known), "Take it away."),
                place=Place(file, *place) if place else Place(file),
            )
