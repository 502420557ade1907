"""The option by which remote contexts that JSON-LD names become known, and those that are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from mipex_kg.rdf import formats
from mipex_kg.rdf.jsonld.known_contexts import KnownContexts, is_context_iri, name_by_option
from mipex_kg.system.errors import UsageError


def contexts_option(help: str) -> Callable[[Any], Any]:
    """Make the option, whose value is the file of each context by its IRI."""
    return click.option(
        "--context",
        "contexts",
        multiple=True,
        metavar="IRI=FILE",
        callback=lambda _context, _option, values: dict(map(_parted, values)),
        help=f"{help} Repeatable.",
    )


def contexts_for(
    directory: Path | None, files: Sequence[Path], given: Mapping[str, Path]
) -> KnownContexts | None:
    """Give the remote contexts that files may name: the project's, if there is one, and others.

    :param given: files of contexts, by their IRIs
    :raises UsageError: when there are no files, or a setting of the project is wrong
    :raises SourceError: when the settings can't be read
    """
    if not files and given:
        raise UsageError(
            "--context is for files that are named.",
            hint="For the files of a project, name contexts in mipex-kg.toml, under [contexts].",
        )
    if not any(formats.of_file(path) in (formats.JSONLD, formats.HTML) for path in files):
        return None
    # Imported here: other files are read in less time without.
    from mipex_kg.project.project import find_project, project_directory

    if project_directory(directory):
        return find_project(directory).contexts.having(given)
    return KnownContexts(given, advice=name_by_option)


def _parted(text: str) -> tuple[str, Path]:
    """Part the IRI of a context, in which there may be signs of equality, from its file."""
    iri, equals, name = text.rpartition("=")
    if not equals or not name:
        raise UsageError(f"--context {text} names no file.", hint="Write IRI=FILE.")
    if not is_context_iri(iri):
        raise UsageError(
            f"--context {text}: the IRI of a context begins with http:// or https://.",
            hint="Name the context as the documents do.",
        )
    return iri, Path(name)
