"""``mipex-kg validate``: check the project, or any data against any shapes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from mipex_kg.api.graph import KnowledgeGraph
from mipex_kg.cli.base import base_option
from mipex_kg.cli.output import output_option
from mipex_kg.cli.reporting import all_option, emit_report
from mipex_kg.project.project import find_project
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.validation.report import Report, Severity
from mipex_kg.validation.writers import WRITERS

FINDINGS, UNREADABLE = 1, 3


@click.command("validate", short_help="Check syntax, shapes and what each fact rests on.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Judge by these shapes, and by nothing else; may be repeated.",
)
@base_option
@click.option(
    "-f",
    "--format",
    type=click.Choice(list(WRITERS)),
    default="text",
    show_default=True,
    help="How to write the findings.",
)
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    help="Show only findings as grave as this, and let any of them be a failure. Without it all "
    "are shown, and only violations are failures.",
)
@all_option
@output_option
@click.pass_obj
def command(
    project: Path | None,
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    base: str | None,
    format: str,
    severity: str | None,
    is_all: bool,
    output: Path | None,
) -> int:
    """Check the project: syntax, shapes, and that every fact rests on something.

    With FILEs, those are checked by the shapes alone: the project's, or those of --shapes. Each
    finding shows the file, line and column of the triple that it is about.

    Exit codes: 0 valid, 1 findings, 3 a file that can't be read.

    \b
    Examples:
      mipex-kg validate
      mipex-kg validate people.ttl --shapes people-shapes.ttl
      mipex-kg validate -f sarif -o findings.sarif
    """
    own = None if files and shapes else find_project(project)
    report = KnowledgeGraph(own, files, base=base, isolated=True).validate(shapes)
    prefixes = own.prefixes if own else PREFIXES
    wanted = Severity.INFO if severity is None else Severity(severity)
    report = _only(report, wanted)
    emit_report(report, prefixes, format, output, is_whole=is_all)
    if report.unreadable:
        return UNREADABLE
    failed = bool(report.findings) if severity else not report.is_valid
    return FINDINGS if failed else 0


def _only(report: Report, wanted: Severity) -> Report:
    kept = tuple(f for f in report.findings if f.severity.rank <= wanted.rank)
    return replace(report, findings=kept)
