"""``mipex-kg serve``: the built site as linked data."""

from __future__ import annotations

from pathlib import Path

import click

from mipex_kg.project import Project, find_project
from mipex_kg.rebuilding import build_anew
from mipex_kg.tree import recover


@click.command("serve", short_help="Serve the built site as linked data.")
@click.argument(
    "directory",
    metavar="[DIR]",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen at; 0.0.0.0 is all of this machine's.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen at; 0 takes one that is free.",
)
@click.option("--open", "opens", is_flag=True, help="Show the site in a browser.")
@click.pass_obj
def command(project: Path | None, directory: Path, host: str, port: int, opens: bool) -> None:
    """Serve the site that `build` writes into DIR, and build it if it isn't there or is old.

    The address of a thing leads to the document that a client prefers: a page, Turtle, TriG,
    JSON-LD, RDF/XML or N-Triples. The server is for this machine alone, unless --host says
    otherwise. Ctrl-C ends it once all that was asked is answered.

    \b
    Examples:
      mipex-kg serve
      mipex-kg serve site --port 8080 --open
    """
    # Imported here: no other command needs a web server, and it takes a while.
    from mipex_kg.serving.application import Served, make_application
    from mipex_kg.serving.server import address_of, listen, run
    from mipex_kg.serving.site import open_site

    recover(directory)
    found = find_project(project)
    listening = listen(host, port)
    _build(found, directory)
    site = open_site(directory, found)
    address = address_of(listening) + site.rules.path

    def started() -> None:
        click.echo(f"Serving {found.title} at {address} (Ctrl-C ends it)")
        if opens:
            click.launch(address)

    run(make_application(Served(site)), listening, started)


def _build(project: Project, directory: Path) -> None:
    """Build in a child process: what building needs is not kept by a server that runs for long."""
    from mipex_kg.errors import OutputError
    from mipex_kg.isolation import run_together

    killed = OutputError("The build has been ended from outside.")
    [built] = run_together(
        [lambda: build_anew(project, project, directory)], killed, idle=lambda: None
    )
    for omission in built.omitted:
        click.echo(f"{click.style('Note:', fg='yellow')} omitted {omission}", err=True)
