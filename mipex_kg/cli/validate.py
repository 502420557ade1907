"""``mipex-kg validate``: check the project, or any data against any shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from mipex_kg.api.graph import KnowledgeGraph
from mipex_kg.cli.base import base_option
from mipex_kg.cli.choices import NamedChoice
from mipex_kg.cli.contexts import contexts_for, contexts_option
from mipex_kg.cli.opening import open_project
from mipex_kg.cli.output import output_option
from mipex_kg.cli.reporting import all_option, emit_report
from mipex_kg.cli.terminal import note
from mipex_kg.project.project import project_directory
from mipex_kg.rdf.namespaces import PREFIXES
from mipex_kg.validation.report import Report, Severity
from mipex_kg.validation.text_writer import write_screened
from mipex_kg.validation.writers import WRITERS

FINDINGS, UNREADABLE = 1, 3


@click.command("validate", short_help="Check syntax, shapes and the source of each fact.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Validate against these shapes only. Repeatable.",
)
@base_option
@contexts_option("A copy of a remote context that JSON-LD in FILEs names by its IRI.")
@click.option(
    "-f",
    "--format",
    type=NamedChoice(list(WRITERS)),
    default="text",
    show_default=True,
    help="Output format of the findings.",
)
@click.option(
    "--severity",
    type=NamedChoice([severity.value for severity in Severity]),
    help="Minimum severity to show and to fail on. Default: show all, fail on violations.",
)
@all_option
@click.option(
    "--explain",
    "is_explained",
    is_flag=True,
    help="Show on standard error which shapes were screened, and which were judged whole.",
)
@output_option
@click.pass_obj
def command(
    project: Path | None,
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    base: str | None,
    contexts: Mapping[str, Path],
    format: str,
    severity: str | None,
    is_all: bool,
    is_explained: bool,
    output: Path | None,
) -> int:
    """Check the project: syntax, shapes, and that every fact has a source.

    With FILEs, only these are checked: their values, and what the project's shapes say, or else
    what those of --shapes say alone. Each finding shows the file, line and column of the triple
    that it is about.

    Exit codes: 0 valid, 1 findings, 3 a file that can't be read.

    \b
    Examples:
      mipex-kg validate
      mipex-kg validate people.ttl --shapes people-shapes.ttl
      mipex-kg validate -f sarif -o findings.sarif
    """
    own = None
    if not files or (not shapes and project_directory(project)):
        own = open_project(project, needs_own=True)
    known = contexts_for(project, (*files, *shapes), contexts)
    graph = KnowledgeGraph(own, files, base=base, contexts=known, isolated=True)
    report = graph.validate(shapes)
    if files and not shapes and not (own and own.shapes_files):
        note(
            "There are no shapes here: only syntax, IRIs and values are checked. Name shapes with "
            "--shapes, or a project with --project."
        )
    prefixes = own.prefixes if own else PREFIXES
    wanted = Severity.INFO if severity is None else Severity(severity)
    report = _only(report, wanted)
    emit_report(report, prefixes, format, output, is_whole=is_all)
    if is_explained:
        click.echo(write_screened(report, prefixes), err=True, nl=False)
    if report.unreadable:
        return UNREADABLE
    failed = bool(report.findings) if severity else not report.is_valid
    return FINDINGS if failed else 0


def _only(report: Report, wanted: Severity) -> Report:
    kept = tuple(f for f in report.findings if f.severity.rank <= wanted.rank)
    return replace(report, findings=kept)
