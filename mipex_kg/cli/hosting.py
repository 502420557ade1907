"""``mipex-kg hosting``: how a server is to serve the site, in its own language."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.cli.output import emit
from mipex_kg.project.project import at_site, find_project
from mipex_kg.site.documents import Publication
from mipex_kg.site.hosting.hosts import HOSTS, host_files
from mipex_kg.site.pages.pages import Pages
from mipex_kg.system.errors import cannot_write
from mipex_kg.system.writing import write_atomically
from mipex_kg.validation.validated import validated


@click.command("hosting", short_help="Write a server's rules for the built site.")
@click.argument("host", type=click.Choice(list(HOSTS)))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the files into this folder, in place of standard output.",
)
@click.option(
    "--site",
    metavar="URL",
    help="Address at which the site lies, in place of project.site; ends with a slash.",
)
@click.pass_obj
def command(project: Path | None, host: str, output: Path | None, site: str | None) -> None:
    """Write how HOST is to serve the built site: which document of a thing a client gets, as what.

    For nginx there are two files to include, for w3id.org the folder that leads from the names of
    things to the site. The files for the others belong into the site's folder; `build` writes them
    there if `hosting.files` in mipex-kg.toml names the host.

    \b
    Examples:
      mipex-kg hosting nginx -o rules
      mipex-kg hosting apache
    """
    found = find_project(project, is_written=output is not None)
    published = found if site is None else at_site(found, site)
    files = host_files(host, Pages(Publication(validated(published))))
    if output is None:
        parts = (f"# {name}\n\n".encode() + data for name, data in files.items())
        emit(b"\n".join(parts), None)
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(output, error) from None
    for name, data in files.items():
        write_atomically(output / name, data)
