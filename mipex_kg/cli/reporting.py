"""What the commands share that report findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from mipex_kg.cli.output import emit
from mipex_kg.validation.report import Report
from mipex_kg.validation.text_writer import write_text
from mipex_kg.validation.writers import WRITERS

all_option = click.option(
    "--all",
    "is_all",
    is_flag=True,
    help="Show every finding. Default: many of one kind are counted, and the first are shown; "
    "formats other than text always contain all.",
)


def emit_report(
    report: Report,
    prefixes: Mapping[str, str],
    format: str,
    output: Path | None,
    *,
    is_whole: bool,
) -> None:
    """Write a report in one of the formats.

    :param is_whole: whether text for people has each finding
    :raises OutputError: when it can't be written
    """
    if format == "text":
        emit(write_text(report, prefixes, is_whole=is_whole), output)
    else:
        emit(WRITERS[format](report, prefixes).encode(), output)
