"""``mipex-kg check``: look at the project and at the built site once more."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.checks import CHECKS, Subject, run_checks
from mipex_kg.cli.output import emit, output_option
from mipex_kg.project import find_project
from mipex_kg.validation.writers import WRITERS

FINDINGS = 1


@click.command("check", short_help="Check the labels, and the site that was built.")
@click.argument(
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    metavar="[DIR]",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([check.name for check in CHECKS]),
    help="Run this check alone; may be repeated.",
)
@click.option("--list", "is_listing", is_flag=True, help="List the checks, and run none.")
@click.option(
    "-f",
    "--format",
    type=click.Choice(list(WRITERS)),
    default="text",
    show_default=True,
    help="How to write the findings.",
)
@output_option
@click.pass_obj
def command(
    project: Path | None,
    folder: Path,
    only: tuple[str, ...],
    is_listing: bool,
    format: str,
    output: Path | None,
) -> int:
    """Check the project's labels, and the site in DIR: "site", unless it is named.

    A site is checked as it lies in its folder: its links, its JSON-LD, its sitemap. Nothing is
    fetched from anywhere. Each finding shows the file, line and column.

    Exit codes: 0 fine, or warnings only; 1 findings.

    \b
    Examples:
      mipex-kg check
      mipex-kg check site --only links --only sitemap
      mipex-kg check --only labels -f json
    """
    if is_listing:
        width = max(len(check.name) for check in CHECKS)
        emit("".join(f"{check.name:<{width}}  {check.title}\n" for check in CHECKS), output)
        return 0
    found = find_project(project)
    report = run_checks(Subject(found, folder), only)
    written = WRITERS[format](report, found.prefixes)
    emit(written if format == "text" else written.encode(), output)
    return 0 if report.is_valid else FINDINGS
