"""Lints of files: each is read, and says something."""

from __future__ import annotations

from collections.abc import Iterator

from mipex_kg.rdf import formats
from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.validation.linted_project import LintedProject
from mipex_kg.validation.report import Finding, Place, Severity

_NAMES_HINT = (
    f"Rename it, or move it elsewhere: data end in {formats.USUAL_SUFFIXES} or the like, queries "
    "and rules in .rq."
)


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
            "Nothing reads this file, as its name doesn't say what it is.",
            _NAMES_HINT,
            place=Place(path),
        )
    for path, reason in linted.project.passed_over:
        yield Finding(
            Severity.VIOLATION,
            "nothing-read",
            f"This file is skipped, since {reason}, and nothing else is in its folder.",
            "Rename it, or move it out of the project's folders.",
            place=Place(path),
        )
    for folder in linted.project.empty_folders:
        yield Finding(
            Severity.VIOLATION,
            "nothing-read",
            "There is nothing in this folder, which the settings name.",
            "Put the files into it, or take it out of [files].",
            place=Place(folder),
        )


def files_say_something(linted: LintedProject) -> Iterator[Finding]:
    """Find files of statements in which there is none; of all of them, that nothing is read."""
    is_all = not any(file.quads for file in linted.own_files)
    for file in linted.own_files:
        # Of a page without JSON-LD that is told as what it says and no quad does.
        is_told = file.format is formats.HTML and file.losses and not is_all
        if not file.quads and not is_told:
            message, hint = _without_statement(file)
            check = "nothing-read" if is_all else "no-statement"
            yield Finding(Severity.VIOLATION, check, message, hint, place=Place(file.path))


def _without_statement(file: ParsedFile) -> tuple[str, str]:
    """Say of a file without statements what it is, and what to do."""
    if not file.text.strip():
        return "This file is empty.", "Copy it once more if it should hold something, or remove it."
    reason = "comments and prefixes alone say nothing"
    if file.format in (formats.JSONLD, formats.HTML):
        reason = "JSON without an @context says nothing"
    elif file.format is formats.RDFXML:
        reason = "an element rdf:RDF without others in it says nothing"
    return (
        f"There is no statement in this file, read as {file.format.label}.",
        f"Check that it is what you meant: {reason}.",
    )
