"""What validation found: findings with their place, from whichever check they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.project.levels import OFF, Levels
from mipex_kg.project.settings import FILE_NAME
from mipex_kg.rdf.terms import Term
from mipex_kg.system import reading
from mipex_kg.system.errors import SourceError


class Severity(Enum):
    """How bad a finding is, by the names of SHACL; the gravest comes first."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Tell the place in the order: 0 is the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, order=True)
class Place:
    """Where a finding stands: lines and columns from 1, columns in code points, the end exclusive.

    A line of 0 says that the format has no places: then only the file is known.

    :param address: where the file was fetched from, if it was
    """

    path: Path
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    snippet: str = field(default="", compare=False)
    address: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Write the place as editors and compilers do: what is not known is left out.

        >>> str(Place(Path("a.ttl"), 3, 7)), str(Place(Path("a.jsonld")))
        ('a.ttl:3:7', 'a.jsonld')
        """
        numbers = (str(number) for number in (self.line, self.column) if number)
        return ":".join([self.address or str(self.path), *numbers])


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, or might be.

    :param check: IRI of the SHACL constraint component, or the name of one of our own checks
    :param hint: what to write instead
    :param path: the property path, as SPARQL writes it
    :param shape: IRI of the shape that was violated
    :param result: label of the finding's blank node in SHACL's report
    """

    severity: Severity
    check: str
    message: str
    hint: str | None = None
    focus: Term | None = None
    path: str | None = None
    value: Term | None = None
    shape: str | None = None
    place: Place | None = None
    result: str | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Sort by place, so that a file's findings come from top to bottom.

        What is wrong with the settings comes first: it may be the cause of all else.
        """
        place = self.place or Place(Path())
        return (
            place.path.name != FILE_NAME,
            place.address or str(place.path),
            place.line,
            place.column,
            self.check,
            str(self.focus),
            self.message,
            str(self.path),
            str(self.value),
            str(self.shape),
        )


@dataclass(frozen=True)
class ReaderReport:
    """What one of several readers makes of what is checked.

    :param name: by which the reader is chosen
    :param title: its name, for people
    :param sees: what it sees, in a few words
    :param skipped: why it wasn't asked
    """

    name: str
    title: str
    sees: str = ""
    findings: tuple[Finding, ...] = ()
    skipped: str = ""

    @property
    def result(self) -> str:
        """What came of it, in a few words.

        >>> ReaderReport("links", "Links").result
        'ok'
        >>> ReaderReport("http", "HTTP", skipped="It has no address.").result
        'not asked'
        """
        if self.skipped:
            return "not asked"
        return Report(self.findings).counts() if self.findings else "ok"


@dataclass(frozen=True)
class ScreenedShape:
    """A shape that has targets, and how many of these were judged.

    :param reason: why all of them were; an empty text if they were screened first
    """

    shape: Term
    targets: int
    judged: int
    reason: str = ""


@dataclass(frozen=True, repr=False)
class Report:
    """All findings, sorted by place.

    :param checked: how many triples were looked at
    :param added: how many of them are in no file: inferred ones, and those about the files
    :param unreadable: whether some finding is that a file can't be read
    :param judged: the SHACL validation report of the shapes
    :param parts: where several readers looked, what each found
    :param screened: the shapes that have targets, and how many of these were judged
    :param is_by_shapes: whether there were any shapes to judge by
    """

    findings: tuple[Finding, ...]
    checked: int = 0
    added: int = 0
    unreadable: bool = False
    judged: tuple[ox.Triple, ...] = ()
    parts: tuple[ReaderReport, ...] = ()
    screened: tuple[ScreenedShape, ...] = ()
    is_by_shapes: bool = True

    @property
    def is_valid(self) -> bool:
        """Whether there is no violation; warnings and infos don't count."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)

    def extent(self) -> str:
        """Say how much was looked at, as far as the files don't show it.

        >>> Report((), 17).extent(), Report((), 17, added=2).extent()
        ('17 triples checked', '17 triples checked, including 2 that no file has')
        """
        shapes = "" if self.is_by_shapes else " without shapes"
        checked = f"{plural(self.checked, 'triple')} checked{shapes}"
        more = f", including {self.added:,} that no file has"
        return checked + more if self.added else checked

    def counts(self) -> str:
        """Count the findings in words.

        >>> Report(()).counts()
        'no findings'
        """
        numbers = Counter(finding.severity for finding in self.findings)
        parts = [
            plural(numbers[severity], severity.value) for severity in Severity if numbers[severity]
        ]
        return ", ".join(parts) or "no findings"

    def __repr__(self) -> str:
        return f"<Report: {self.counts()}>"

    def _repr_html_(self) -> str:
        """Show the findings in a notebook."""
        from mipex_kg.sparql import html

        rows = [
            [finding.severity.value, str(finding.place or ""), finding.message, finding.hint or ""]
            for finding in self.findings
        ]
        head = html.paragraph(f"{self.extent()}: {self.counts()}")
        return f"{head}\n{html.table(['severity', 'place', 'message', 'hint'], rows)}"


def make_report(
    findings: Iterable[Finding],
    checked: int,
    judged: Iterable[ox.Triple] = (),
    added: int = 0,
    screened: Iterable[ScreenedShape] = (),
) -> Report:
    """Sort findings into a report."""
    ordered = sorted(findings, key=lambda finding: finding.order)
    return Report(tuple(ordered), checked, added, judged=tuple(judged), screened=tuple(screened))


def graded(findings: Iterable[Finding], levels: Levels) -> Iterator[Finding]:
    """Make findings as grave as a project has it, and leave out those that it turns off.

    A shape's findings are set by the shape, or by the kind of its constraint.
    """
    for finding in findings:
        level = (finding.shape and levels.of(finding.shape)) or levels.of(finding.check)
        if level != OFF:
            severity = finding.severity if level is None else Severity(level)
            yield finding if severity is finding.severity else replace(finding, severity=severity)


def unreadable(errors: Iterable[SourceError]) -> Report:
    """Report files that can't be read as findings, so that every format can show them."""
    files = reading.FileLines()
    findings = tuple(
        Finding(
            Severity.VIOLATION,
            "syntax" if error.line else "unreadable",
            error.message,
            error.hint,
            place=Place(
                error.path,
                error.line or 0,
                error.column or 0,
                error.line or 0,
                (error.column or 0) + 1,
                files.line(error.path, error.line) if error.line else "",
            ),
        )
        for error in errors
    )
    return Report(findings, unreadable=True)


def plural(number: int, noun: str) -> str:
    """Count things in words.

    >>> plural(1, "file"), plural(2000, "file")
    ('1 file', '2,000 files')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
