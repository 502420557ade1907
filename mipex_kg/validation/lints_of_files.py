"""Lints of files: each is read, and says something."""

from __future__ import annotations

from collections.abc import Iterator

from mipex_kg.rdf import formats
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding, Place, Severity


def files_are_read(linted: LintedProject) -> Iterator[Finding]:
    """Find files that are where facts, shapes or queries are, and that nothing reads.

    Where a folder has no others, the site would lack what it should be made of.
    """
    empty = linted.project.unread_folders
    for path in linted.project.unread_files:
        is_all = any(path.is_relative_to(folder) for folder in empty)
        yield Finding(
            Severity.VIOLATION,
            "nothing-read" if is_all else "unread-file",
            "Nothing reads this file, as its name doesn't tell what it is.",
            f"Data end in one of {', '.join(formats.SUFFIXES)}, or in one of these and "
            f"{formats.COMPRESSED}; queries and rules in .rq. Rename it, or move it out of the "
            "project's folders.",
            place=Place(path),
        )


def files_say_something(linted: LintedProject) -> Iterator[Finding]:
    """Find files of statements in which there is none."""
    for file in linted.own_files:
        if not file.quads:
            yield Finding(
                Severity.VIOLATION,
                "no-statement",
                f"There is no statement in this file, read as {file.format.label}.",
                "Check that it is what you meant: JSON without an @context says nothing.",
                place=Place(file.path),
            )
