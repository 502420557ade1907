"""``mipex-kg build``: the folder to put on a web server."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.cli.opening import open_graph
from mipex_kg.cli.terminal import note, progress, say
from mipex_kg.system.replacement import recover


@click.command("build", short_help="Validate the project and build the website.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    metavar="DIR",
    help="The folder to write: a new one, an empty one, or one that an earlier build wrote.",
)
@click.option(
    "--site",
    metavar="URL",
    help="Public URL of the site, overriding project.site. Must end with a slash.",
)
@click.option(
    "--all",
    "is_anew",
    is_flag=True,
    help="Make every file again, also those for which nothing has changed since the last build.",
)
@click.option(
    "--keep-index",
    "keeps_index",
    is_flag=True,
    help="Keep the search index of the last build, though pages have changed: quicker, for a look.",
)
@click.pass_obj
def command(
    project: Path | None, output: Path, site: str | None, is_anew: bool, keeps_index: bool
) -> None:
    """Validate the project, then build the site atomically.

    The folder holds the dataset in every format, and one document per thing in each: a thing at
    BASE/person/ada-brook is described in person/ada-brook.html, .ttl, .trig, .jsonld, .rdf, .nt.
    `documents.formats` and `documents.linksets` in mipex-kg.toml say which of these are written.
    Only what has changed since the last build is made again, and files whose content did not change
    are not touched. The date each file last changed is recorded
    in manifest.json and sitemap.xml: that of SOURCE_DATE_EPOCH, if it is set.

    \b
    Examples:
      mipex-kg build -o site
      mipex-kg build -o mirror --site https://example.org/graph/
    """
    recover(output)
    with (
        open_graph(project, site=site, needs_own=True).validating() as graph,
        progress("Writing") as show,
    ):
        built = graph.build(output, progress=show, is_anew=is_anew, keeps_index=keeps_index)
    say(
        f"{output}: {built.written} files written, {built.unchanged} unchanged, "
        f"{built.removed} removed."
    )
    for omission in built.omitted:
        note(f"omitted {omission}")
    for line in filter(None, (*built.pageless, *built.excesses, built.unset, built.unsearched)):
        note(line)
