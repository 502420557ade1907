"""What files say and no quad does, as findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mipex_kg.rdf.parsing import ParsedFile
from mipex_kg.system import reading
from mipex_kg.validation.report import Finding, Place, Severity


def lost(files: Iterable[ParsedFile]) -> Iterator[Finding]:
    """Report what was read and got lost: a violation if it was meant as a statement.

    What JSON-LD leaves out by its own rules, such as keys without a term, is worth a warning.
    """
    for file in files:
        lines = reading.lines(file.text) if file.losses else []
        for loss in file.losses:
            yield Finding(
                Severity.VIOLATION if loss.is_grave else Severity.WARNING,
                loss.kind,
                f"{loss.message} ({loss.path})" if loss.path else loss.message,
                loss.hint,
                place=Place(file.path, *loss.span, snippet=lines[loss.span.line - 1]),
            )
