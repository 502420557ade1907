"""``mipex-kg build``: the folder to put on a web server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mipex_kg.project import find_project
from mipex_kg.publish import build, recover
from mipex_kg.validation import validated
from mipex_kg.validation.labels import require_labels


@click.command("build", short_help="Write the folder to publish, once all is valid.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    metavar="DIR",
    help="The folder to write: a new one, an empty one, or one that an earlier build wrote.",
)
@click.pass_obj
def command(project: Path | None, output: Path) -> None:
    """Validate, and write everything that is published: whole or not at all.

    The folder holds the dataset in every format, and one document per thing in each: a thing at
    BASE/person/ada-brook is described in person/ada-brook.ttl, .trig, .jsonld, .rdf, .nt.
    Files whose content did not change are not touched.

    \b
    Example:
      mipex-kg build -o site
    """
    recover(output)
    found = validated(find_project(project))
    require_labels(found.dataset, found.project)
    hidden = not sys.stderr.isatty()
    label = "Writing documents"
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        built = build(found, output, progress=show)
    for omission in built.omitted:
        click.echo(f"{click.style('Note:', fg='yellow')} omitted {omission}", err=True)
    click.echo(
        f"{output}: {built.written} files written, {built.unchanged} unchanged, "
        f"{built.removed} removed."
    )
