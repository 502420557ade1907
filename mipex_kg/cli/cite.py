"""``mipex-kg cite``: the block that cites a phrase."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.cli.output import emit, output_option
from mipex_kg.cli.ranges import WholeNumber
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.citation import cite
from mipex_kg.project.project import find_project


@click.command("cite", short_help="Generate a citation block for a phrase in a source.")
@click.argument("source", type=click.Path(path_type=Path), metavar="SOURCE.txt")
@click.argument("phrase")
@click.option(
    "--occurrence",
    type=WholeNumber(min=1),
    metavar="N",
    help="Which one, if the phrase occurs more than once.",
)
@click.option("--name", metavar="SLUG", help="Name of the passage. Default: made from the phrase.")
@click.option(
    "--url",
    metavar="URL",
    help="Where the source is published, if the project doesn't know it yet.",
)
@output_option
@click.pass_obj
def command(
    project: Path | None,
    source: Path,
    phrase: str,
    occurrence: int | None,
    name: str | None,
    url: str | None,
    output: Path | None,
) -> None:
    """Generate a block that cites a PHRASE of SOURCE.txt, to paste into a file in data/.

    It describes the passage, with offsets, quote and the words around it, and a graph for the
    facts that are based on it.

    \b
    Example:
      mipex-kg cite sources/notice.txt "open on Saturdays"
    """
    found = find_project(project, needs_own=True)
    dataset = load_project_dataset(found)
    emit(cite(found, dataset, source, phrase, occurrence=occurrence, name=name, url=url), output)
